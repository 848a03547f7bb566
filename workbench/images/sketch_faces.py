"""Heads of people: face, hair, beard and what is worn on the head; (x, y) is the head's middle, r its radius."""

import math
from typing import Final

from workbench.images.sketch_brush import STEEL, Brush, crown, glasses, hat, horns
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, blob, limb, oval, smooth

SKINS: Final = ("#f0c8a4", "#e3b088", "#c98f66", "#9c6844", "#74482f")
HAIRS: Final = ("#3a2a22", "#5d3b26", "#8a5a32", "#c9994f", "#a34a26", "#26222a")


def outline(x: float, y: float, r: float) -> str:
    """A face in three-quarter view, its chin to the right."""
    ring = [
        (-0.86, -0.1),
        (-0.7, -0.72),
        (-0.1, -1.0),
        (0.52, -0.84),
        (0.84, -0.3),
        (0.86, 0.12),
        (0.72, 0.55),
        (0.42, 0.96),
        (0.12, 1.0),
        (-0.3, 0.74),
        (-0.68, 0.36),
    ]
    return smooth([(x + u * r, y + v * r) for u, v in ring])


def hair_back(b: Brush, x: float, y: float, r: float, colour: str, fall: float) -> None:
    """Hair behind the body: long or in a braid; `fall` is its length in units."""
    if "braid" in b.wears:
        return
    sway = b.rng.uniform(0.1, 0.3) * r
    shape: list[Point] = [
        (x - r * 0.5, y - r),
        (x + r * 0.55, y - r * 0.7),
        (x + r * 0.62, y + r * 0.7),
        (x + r * 0.2, y + fall * 0.8),
        (x - r * 0.6, y + fall),
        (x - r * 1.3 - sway, y + fall * 0.92),
        (x - r * 1.15, y + r * 0.7),
        (x - r * 1.1, y - r * 0.4),
    ]
    d = smooth(shape)
    b.form(d, shade(colour, 0.9), r * 1.4)
    lines = [
        [
            (x + k * r, y - r * 0.3),
            (x + (k * 1.2 - 0.1) * r, y + fall * 0.45),
            (x + (k * 1.25 - 0.2) * r - sway, y + fall),
        ]
        for k in (-0.9, -0.6, -0.25)
    ]
    b.folds(d, lines, colour, r * 0.05)


def hair_front(b: Brush, x: float, y: float, r: float, colour: str, style: str) -> None:
    """The cap of hair over the skull with its parting; `style` is short, curls, bun, tail, bald or long."""
    if style == "bald":
        fringe = [(-0.56, -0.5), (-0.86, -0.56), (-1.06, -0.1), (-0.98, 0.42), (-0.66, 0.72), (-0.5, 0.5), (-0.66, 0.1)]
        b.form(smooth([(x + u * r, y + v * r) for u, v in fringe]), colour, r * 0.4, 0.6)
        b.limb(
            [(x - r * 0.3, y - r * 0.98), (x + r * 0.1, y - r * 1.12), (x + r * 0.42, y - r * 0.98)],
            (3, r * 0.1, 3),
            colour,
        )
        return
    if style == "bun":
        b.form(oval(x - r * 0.75, y - r * 0.95, r * 0.42), colour, r * 0.7)
    if style == "tail":
        b.limb(
            [(x - r * 0.8, y - r * 0.5), (x - r * 1.5, y - r * 0.2), (x - r * 1.6, y + r * 0.9)],
            (r * 0.3, r * 0.5, r * 0.1),
            colour,
        )
    cap = [
        (x + r * 0.8, y - r * 0.42),
        (x + r * 0.62, y - r * 0.95),
        (x, y - r * 1.2),
        (x - r * 0.72, y - r * 0.98),
        (x - r * 1.06, y - r * 0.2),
        (x - r * 0.96, y + r * 0.5),
        (x - r * 0.62, y + r * 0.66),
        (x - r * 0.5, y + r * 0.1),
        (x - r * 0.34, y - r * 0.32),
        (x + r * 0.12, y - r * 0.6),
        (x + r * 0.42, y - r * 0.44),
    ]
    if style == "curls":
        d = ""
        for k in range(13):
            a = math.pi * (0.72 + 1.16 * k / 12)
            d += blob(
                b.rng,
                x + math.cos(a) * r * 0.9 - r * 0.04,
                y + math.sin(a) * r * 0.9 - r * 0.1,
                r * 0.34,
                r * 0.32,
                7,
                0.15,
            )
        b.form(d, colour, r)
        return
    d = smooth(cap)
    b.form(d, colour, r)
    lines = [
        [
            (x + r * 0.3, y - r * 1.05),
            (x - r * (0.2 + 0.2 * k), y - r * (0.8 - 0.2 * k)),
            (x - r * (0.55 + 0.12 * k), y + r * 0.4),
        ]
        for k in (0, 1, 2)
    ]
    b.folds(d, lines, colour, r * 0.04)


def braid(b: Brush, x: float, y: float, r: float, colour: str) -> None:
    """A braid over the near shoulder with a ribbon."""
    for k in range(7):
        s = r * (0.34 - 0.02 * k)
        b.form(
            oval(x - r * 0.82 + r * 0.05 * k, y + r * (0.62 + 0.4 * k), s, s * 0.82),
            shade(colour, 0.9 if k % 2 else 1.08),
            s,
        )
    b.form(oval(x - r * 0.48, y + r * 3.3, r * 0.17), b.hue("#c2342d", "ribbon"), r * 0.2)
    b.limb([(x - r * 0.48, y + r * 3.35), (x - r * 0.44, y + r * 3.8)], (r * 0.16, r * 0.28), colour)


def beard(b: Brush, x: float, y: float, r: float, colour: str) -> None:
    """A full beard with a moustache."""
    long = b.rng.uniform(1.6, 2.3)
    d = smooth(
        [
            (x - r * 0.62, y + r * 0.12),
            (x - r * 0.2, y + r * 0.42),
            (x + r * 0.3, y + r * 0.38),
            (x + r * 0.8, y + r * 0.24),
            (x + r * 0.82, y + r * 0.9),
            (x + r * 0.45, y + r * long),
            (x + r * 0.2, y + r * (long + 0.15)),
            (x - r * 0.3, y + r * 1.3),
            (x - r * 0.64, y + r * 0.66),
        ]
    )
    b.form(d, colour, r * 0.9)
    b.folds(
        d,
        [
            [(x + k * r, y + r * 0.6), (x + (k * 0.8 + 0.1) * r, y + r * 1.1), (x + (k * 0.5 + 0.2) * r, y + r * long)]
            for k in (-0.3, 0.1, 0.5)
        ],
        colour,
        r * 0.035,
    )
    b.flat(
        limb(
            [(x + r * 0.02, y + r * 0.58), (x + r * 0.42, y + r * 0.4), (x + r * 0.86, y + r * 0.52)],
            (r * 0.06, r * 0.2, r * 0.05),
        ),
        shade(colour, 1.12),
    )


def features(b: Brush, x: float, y: float, r: float, skin: str, old: bool, kid: bool) -> None:
    """Eyes, brows, nose, mouth, cheek and ear."""
    dark, rose = mix(skin, "#3a1a14", 0.72), mix(skin, "#c8503f", 0.42)
    ear = oval(x - r * 0.42, y + r * 0.1, r * 0.17, r * 0.24)
    b.form(ear, skin, r * 0.25)
    b.line(
        f"M{x - r * 0.44:.1f} {y + r * 0.02:.1f}q{r * 0.1:.1f} {r * 0.08:.1f} {r * 0.02:.1f} {r * 0.18:.1f}",
        shade(skin, 0.62),
        r * 0.04,
    )
    b.sheet.path(oval(x + r * 0.1, y + r * 0.42, r * 0.24, r * 0.17), b.tone(rose), 0.5)
    b.sheet.path(oval(x + r * 0.72, y + r * 0.38, r * 0.12, r * 0.15), b.tone(rose), 0.5)
    iris = b.hue("#2c211d", "eye")
    tall = 0.19 if kid else 0.15
    for k, s in ((0.08, 1.0), (0.64, 0.85)):
        ex, ey = x + k * r, y + r * 0.04
        b.flat(oval(ex, ey, r * 0.15 * s, r * tall), "#fbf5ea")
        b.flat(oval(ex + r * 0.035, ey + r * 0.01, r * 0.095 * s, r * tall * 0.85), iris)
        b.flat(oval(ex + r * 0.035, ey + r * 0.02, r * 0.05 * s, r * tall * 0.5), "#14100f")
        b.sheet.path(oval(ex + r * 0.075, ey - r * 0.05, r * 0.032), "#ffffff")
        b.line(
            (
                f"M{ex - r * 0.16 * s:.1f} {ey - r * 0.06:.1f}"
                f"Q{ex:.1f} {ey - r * (tall + 0.07):.1f} {ex + r * 0.17 * s:.1f} {ey - r * 0.05:.1f}"
            ),
            dark,
            r * 0.055,
        )
        b.line(
            (
                f"M{ex - r * 0.2 * s:.1f} {ey - r * 0.26:.1f}"
                f"Q{ex:.1f} {ey - r * 0.4:.1f} {ex + r * 0.2 * s:.1f} {ey - r * 0.27:.1f}"
            ),
            dark,
            r * 0.065,
        )
    b.line(
        (
            f"M{x + r * 0.46:.1f} {y + r * 0.1:.1f}"
            f"Q{x + r * 0.66:.1f} {y + r * 0.34:.1f} {x + r * 0.44:.1f} {y + r * 0.38:.1f}"
        ),
        shade(skin, 0.6),
        r * 0.06,
    )
    b.line(
        (
            f"M{x + r * 0.2:.1f} {y + r * 0.6:.1f}"
            f"Q{x + r * 0.42:.1f} {y + r * 0.74:.1f} {x + r * 0.62:.1f} {y + r * 0.58:.1f}"
        ),
        mix(skin, "#8a2a24", 0.7),
        r * 0.07,
    )
    if old:
        for k in (0.0, 0.1):
            b.line(
                (
                    f"M{x - r * 0.1:.1f} {y + r * (0.2 + k):.1f}"
                    f"q{r * 0.12:.1f} {r * 0.07:.1f} {r * 0.28:.1f} {r * 0.02:.1f}"
                ),
                shade(skin, 0.68),
                r * 0.03,
            )
        b.line(
            f"M{x + r * 0.05:.1f} {y - r * 0.5:.1f}q{r * 0.3:.1f} {-r * 0.08:.1f} {r * 0.6:.1f} 0",
            shade(skin, 0.72),
            r * 0.03,
        )


def robot_head(b: Brush, x: float, y: float, r: float, metal: str) -> None:
    """A rounded box with shining eyes, a grille and an antenna."""
    w, h = r * 0.92, r * 0.9
    b.limb([(x - r * 0.2, y - h), (x - r * 0.2, y - r * 1.5)], (r * 0.12, r * 0.08), shade(metal, 0.7))
    b.form(oval(x - r * 0.2, y - r * 1.6, r * 0.15), "#d8452f", r * 0.2)
    b.form(oval(x - w, y, r * 0.2, r * 0.3), shade(metal, 0.8), r * 0.3)
    d = (
        f"M{x - w:.1f} {y - h * 0.7:.1f}q0 {-h * 0.3:.1f} {w * 0.3:.1f} {-h * 0.3:.1f}"
        f"h{w * 1.4:.1f}q{w * 0.3:.1f} 0 {w * 0.3:.1f} {h * 0.3:.1f}v{h * 1.4:.1f}"
        f"q0 {h * 0.3:.1f} {-w * 0.3:.1f} {h * 0.3:.1f}h{-w * 1.4:.1f}"
        f"q{-w * 0.3:.1f} 0 {-w * 0.3:.1f} {-h * 0.3:.1f}Z"
    )
    b.form(d, metal, w * 1.3)
    b.flat(f"M{x - r * 0.35:.1f} {y - r * 0.42:.1f}h{r * 1.25:.1f}v{r * 0.56:.1f}h{-r * 1.25:.1f}Z", "#20242c")
    for k in (0.04, 0.6):
        b.shine(x + k * r, y - r * 0.14, r * 0.17, b.hue("#6fe8f0", "eye"))
    for k in range(4):
        b.line(f"M{x + r * (0.0 + 0.18 * k):.1f} {y + r * 0.38:.1f}v{r * 0.26:.1f}", shade(metal, 0.45), r * 0.06)


def ghost_face(b: Brush, x: float, y: float, r: float, pale: str) -> None:
    """Dark, soft hollows for eyes and mouth."""
    hollow = mix(pale, "#1c2244", 0.8)
    for k in (0.02, 0.58):
        b.flat(oval(x + k * r, y, r * 0.16, r * 0.25), hollow)
        b.flat(oval(x + k * r + r * 0.04, y - r * 0.06, r * 0.05), "#ffffff", 0.8)
    b.flat(oval(x + r * 0.34, y + r * 0.52, r * 0.13, r * 0.18), hollow)


def helmet(b: Brush, x: float, y: float, r: float) -> None:
    """A helmet with a cheek guard and a plume."""
    steel = b.hue(STEEL, "helmet")
    b.limb(
        [(x + r * 0.1, y - r * 1.2), (x - r * 0.9, y - r * 1.5), (x - r * 1.4, y - r * 0.5)],
        (r * 0.16, r * 0.44, r * 0.12),
        b.hue("#b23a30", "plume"),
    )
    d = smooth(
        [
            (x + r * 0.96, y - r * 0.24),
            (x + r * 0.72, y - r * 0.98),
            (x, y - r * 1.3),
            (x - r * 0.8, y - r * 1.0),
            (x - r * 1.08, y - r * 0.1),
            (x - r * 0.98, y + r * 0.8),
            (x - r * 0.36, y + r * 0.86),
            (x - r * 0.26, y + r * 0.1),
            (x - r * 0.1, y - r * 0.3),
        ]
    )
    b.form(d, steel, r)
    b.line(
        smooth(
            [(x + r * 0.92, y - r * 0.3), (x, y - r * 0.4), (x - r * 0.2, y - r * 0.2), (x - r * 0.3, y + r * 0.8)],
            closed=False,
        ),
        shade(steel, 0.55),
        r * 0.07,
    )


def hood(b: Brush, x: float, y: float, r: float, colour: str, behind: bool) -> None:
    """A hood: first its inside behind the head, then its rim in front."""
    outer = [
        (x - r * 1.2, y + r * 0.9),
        (x - r * 1.3, y - r * 0.2),
        (x - r * 1.15, y - r * 1.1),
        (x - r * 0.3, y - r * 1.5),
        (x + r * 0.6, y - r * 1.25),
        (x + r * 1.0, y - r * 0.5),
        (x + r * 0.98, y + r * 0.5),
        (x + r * 0.7, y + r * 1.25),
        (x - r * 0.5, y + r * 1.3),
    ]
    if behind:
        b.flat(smooth(outer), shade(colour, 0.4))
        return
    opening = [
        (x - r * 0.42, y + r * 0.6),
        (x - r * 0.5, y - r * 0.2),
        (x - r * 0.1, y - r * 0.85),
        (x + r * 0.5, y - r * 0.85),
        (x + r * 0.86, y - r * 0.3),
        (x + r * 0.86, y + r * 0.4),
        (x + r * 0.5, y + r * 0.98),
        (x - r * 0.1, y + r * 0.98),
    ]
    rim = f"{smooth(outer)}{smooth(opening)}"
    dark, lit = b.tone(shade(colour, 0.8)), b.tone(shade(colour, 1.14))
    b.sheet.path(
        rim,
        b.sheet.linear([(0, dark, 1), (0.55, b.tone(colour), 1), (1, lit, 1)], x2=1, y2=0),
        extra='fill-rule="evenodd"',
    )
    b.line(smooth(opening), shade(colour, 0.55), r * 0.05)


def head(b: Brush, x: float, y: float, r: float, skin: str) -> None:
    """The whole head with hair and all that is worn on it."""
    shape = b.figure.shape
    old, kid = shape.startswith("old"), shape in ("girl", "boy")
    natural = "#d9d6d0" if old else b.rng.choice(HAIRS)
    colour = b.hue(natural, "hair")
    she = shape in ("woman", "girl", "old woman")
    styles = ("long", "bun", "tail", "curls") if she else ("short", "curls", "short")
    style = {"old man": "bald", "old woman": "bun"}.get(shape, b.rng.choice(styles))
    if "long hair" in b.wears:
        style = "long"
    covered = b.wears & {"hood", "helmet"}
    cloth = b.hue("#4d5a6b", "hood", "cloak", "coat")
    if "hood" in b.wears:
        hood(b, x, y, r, cloth, behind=True)
    if shape == "robot":
        robot_head(b, x, y, r, skin)
    else:
        if shape == "ghost":
            ghost_face(b, x, y, r, skin)
        else:
            b.form(outline(x, y, r), skin, r * 0.8, 0.7)
            features(b, x, y, r, skin, old, kid)
    if shape not in ("robot", "ghost") and not covered:
        hair_front(b, x, y, r, colour, style)
    elif "long hair" in b.wears or "braid" in b.wears:
        b.flat(
            smooth(
                [
                    (x - r * 0.3, y - r * 0.8),
                    (x + r * 0.5, y - r * 0.9),
                    (x + r * 0.3, y - r * 0.5),
                    (x - r * 0.2, y - r * 0.2),
                ]
            ),
            colour,
        )
    if "beard" in b.wears:
        beard(b, x, y, r, b.hue(colour, "beard"))
    if "glasses" in b.wears:
        glasses(b, x, y, r)
    if "hood" in b.wears:
        hood(b, x, y, r, cloth, behind=False)
    if "helmet" in b.wears:
        helmet(b, x, y, r)
    if "horns" in b.wears:
        horns(b, x, y, r)
    if "hat" in b.wears:
        hat(b, x, y - (r * 0.12 if not covered else r * 0.3), r)
    if "crown" in b.wears:
        crown(b, x, y - (r * 0.9 if "hat" in b.wears else r * 0.22 if not covered else r * 0.4), r * 0.95)
    if "braid" in b.wears:
        braid(b, x, y, r, colour)
