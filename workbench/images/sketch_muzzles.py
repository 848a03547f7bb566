"""Parts of four-footed animals: their build, ears, tails, faces and wings of skin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, limb, oval, poly, smooth


@dataclass(frozen=True)
class Plan:
    """The build of a four-footed animal in units: body length, legs, chest and rump depth, neck, head, snout, limbs."""

    long: float
    legs: float
    chest: float
    rump: float
    neck: Point
    head: float
    snout: float
    ear: str
    tail: str
    thick: float
    coat: str
    belly: str = "#efe3cc"


PLANS: Final[Mapping[str, Plan]] = {
    "cat": Plan(330, 150, 130, 130, (70, -90), 74, 28, "pointed", "long", 40, "#8a8178"),
    "dog": Plan(400, 210, 190, 150, (80, -130), 84, 84, "floppy", "up", 52, "#a9713f"),
    "fox": Plan(400, 180, 150, 140, (90, -100), 74, 84, "pointed", "bushy", 38, "#c8622c"),
    "wolf": Plan(480, 250, 210, 170, (110, -110), 86, 104, "pointed", "bushy", 54, "#77777c"),
    "horse": Plan(620, 400, 260, 250, (190, -270), 84, 170, "small", "hair", 62, "#85542f"),
    "bear": Plan(560, 210, 300, 310, (110, -70), 124, 84, "round", "stub", 104, "#6b4a33"),
    "mouse": Plan(260, 60, 130, 160, (60, -20), 78, 62, "disc", "thin", 26, "#94897d"),
    "hare": Plan(250, 90, 130, 200, (60, -110), 74, 30, "long", "puff", 36, "#a5845e"),
    "dragon": Plan(560, 230, 240, 240, (190, -300), 92, 130, "none", "dragon", 76, "#47794f", "#d8c98a"),
}  # fmt: skip


def ears(b: Brush, kind: str, x: float, y: float, r: float, coat: str, far: bool) -> None:
    """One ear of a pair; the far one is darker and a little forward."""
    tone, dx = (shade(coat, 0.74), r * 0.42) if far else (coat, 0.0)
    ex, ey = x - r * 0.3 + dx, y - r * 0.66
    inner = mix(coat, "#e8a898", 0.55)
    match kind:
        case "pointed":
            b.form(
                poly([(ex - r * 0.36, ey + r * 0.2), (ex - r * 0.26, ey - r * 0.78), (ex + r * 0.34, ey)]),
                tone,
                r * 0.4,
            )
            b.flat(poly([(ex - r * 0.16, ey + r * 0.06), (ex - r * 0.16, ey - r * 0.5), (ex + r * 0.16, ey)]), inner)
        case "floppy":
            b.form(
                smooth(
                    [
                        (ex - r * 0.2, ey),
                        (ex + r * 0.2, ey),
                        (ex + r * 0.02, ey + r * 0.9),
                        (ex - r * 0.4, ey + r * 1.15),
                        (ex - r * 0.62, ey + r * 0.6),
                    ]
                ),
                shade(tone, 0.8),
                r * 0.5,
            )
        case "small":
            b.limb([(ex, ey + r * 0.1), (ex - r * 0.06, ey - r * 0.62)], (r * 0.42, r * 0.08), tone)
        case "round":
            b.form(oval(ex - r * 0.1, ey, r * 0.32), tone, r * 0.4)
            b.flat(oval(ex - r * 0.08, ey + r * 0.03, r * 0.17), inner)
        case "disc":
            b.form(oval(ex - r * 0.2, ey - r * 0.2, r * 0.56), tone, r * 0.6)
            b.flat(oval(ex - r * 0.16, ey - r * 0.16, r * 0.38), inner)
        case "long":
            b.limb(
                [(ex, ey + r * 0.2), (ex - r * 0.3, ey - r * 0.9), (ex - r * 0.62, ey - r * 1.75)],
                (r * 0.34, r * 0.52, r * 0.12),
                tone,
            )
            b.flat(
                limb(
                    [(ex - r * 0.02, ey), (ex - r * 0.3, ey - r * 0.9), (ex - r * 0.54, ey - r * 1.5)],
                    (r * 0.1, r * 0.26, r * 0.06),
                ),
                inner,
            )
        case _:
            pass


def tails(b: Brush, kind: str, x: float, y: float, size: float, coat: str, low: bool) -> None:
    """A tail from (x, y); `low` lays it on the ground for those who sit."""
    end = -16.0 if low else y
    match kind:
        case "long":
            curve = [
                (x, y),
                (x - size * 0.3, end - size * 0.02),
                (x - size * 0.55, end - size * 0.2),
                (x - size * 0.5, end - size * 0.55),
            ]
            b.limb(curve, (size * 0.1, size * 0.11, size * 0.1, size * 0.07), coat)
        case "up":
            b.limb(
                [(x, y), (x - size * 0.2, y - size * 0.12), (x - size * 0.24, y - size * 0.4)],
                (size * 0.12, size * 0.1, size * 0.04),
                coat,
            )
        case "bushy":
            drop = size * 0.3 if not low else -y - 20
            b.limb(
                [(x + 8, y), (x - size * 0.28, y + drop * 0.5), (x - size * 0.55, y + drop * 0.95)],
                (size * 0.11, size * 0.28, size * 0.1),
                coat,
            )
            b.limb(
                [(x - size * 0.44, y + drop * 0.8), (x - size * 0.57, y + drop * 1.0)],
                (size * 0.22, size * 0.04),
                mix(coat, "#f5efe2", 0.8),
            )
        case "hair":
            d = limb(
                [(x + 6, y + 10), (x - size * 0.2, y + size * 0.12), (x - size * 0.2, y + size * 0.55)],
                (size * 0.08, size * 0.17, size * 0.04),
            )
            mane = b.hue(shade(coat, 0.5), "mane", "tail")
            b.form(d, mane, size * 0.2)
            b.folds(d, [[(x, y + 14), (x - size * 0.18, y + size * 0.14), (x - size * 0.2, y + size * 0.5)]], mane, 6)
        case "stub":
            b.form(oval(x + 4, y + 20, 30), coat, 40)
        case "thin":
            b.limb(
                [(x, y + 30), (x - size * 0.4, -14), (x - size * 0.7, -40), (x - size * 0.95, -18)],
                (20, 14, 10, 4),
                mix(coat, "#d99a8c", 0.6),
            )
        case "puff":
            b.form(oval(x - 6, y + 6, 40), mix(coat, "#ffffff", 0.75), 50)
        case "dragon":
            line = [
                (x + 30, y + 20),
                (x - size * 0.4, y + size * 0.28),
                (x - size * 0.75, min(-22.0, y + size * 0.4)),
                (x - size * 1.05, -60.0),
                (x - size * 1.15, -150.0),
            ]
            b.limb(line, (size * 0.3, size * 0.2, size * 0.13, size * 0.08, size * 0.03), coat)
            tx, ty = line[-1]
            b.form(
                poly([(tx - 44, ty + 16), (tx - 8, ty - 74), (tx + 44, ty - 4), (tx + 4, ty + 14)]),
                shade(coat, 0.7),
                50,
            )
        case _:
            pass


def face(b: Brush, plan: Plan, x: float, y: float, coat: str) -> None:
    """Skull, snout, nose and eye, with the markings of the kind."""
    r, s, shape = plan.head, plan.snout, b.figure.shape
    pale = b.hue(mix(coat, plan.belly, 0.75), "muzzle")
    drop = r * (0.62 if shape == "horse" else 0.24)
    snout = [
        (x + r * 0.1, y + r * 0.16),
        (x + r * 0.6 + s * 0.3, y + r * 0.2 + drop * 0.5),
        (x + r * 0.72 + s, y + r * 0.12 + drop),
    ]
    widths = (r * 1.5, r * 0.98, r * 0.5) if shape != "horse" else (r * 1.6, r * 1.0, r * 0.86)
    b.form(oval(x, y, r, r * 0.94), coat, r)
    b.limb(snout, widths, coat if shape in ("horse", "dragon", "mouse") else mix(coat, pale, 0.25))
    tip = snout[-1]
    if shape in ("fox", "wolf", "dog", "cat", "bear", "hare"):
        cheek = limb(
            [
                (x + r * 0.05, y + r * 0.56),
                (x + r * 0.6 + s * 0.3, y + r * 0.5 + drop * 0.5),
                (tip[0] - 6, tip[1] + r * 0.12),
            ],
            (r * 0.5, r * 0.42, r * 0.24),
        )
        b.flat(cheek, pale)
    b.form(
        oval(tip[0] + r * 0.1, tip[1] - r * 0.08, r * 0.17, r * 0.13),
        "#2a2226" if shape not in ("mouse", "hare") else "#c87a7a",
        r * 0.2,
    )
    b.line(
        (
            f"M{tip[0]:.1f} {tip[1] + r * 0.14:.1f}"
            f"Q{tip[0] - s * 0.4:.1f} {tip[1] + r * 0.34:.1f}"
            f" {tip[0] - s * 0.6 - r * 0.2:.1f} {tip[1] + r * 0.12 - drop * 0.3:.1f}"
        ),
        shade(coat, 0.42),
        r * 0.05,
    )
    ex, ey = x + r * 0.34, y - r * 0.12
    iris = b.hue(
        {"cat": "#9ac04a", "wolf": "#d8b040", "dragon": "#f0c030", "fox": "#b8782c"}.get(shape, "#3a2418"), "eye"
    )
    b.flat(oval(ex, ey, r * 0.17, r * 0.16), "#1b1517")
    b.flat(oval(ex, ey, r * 0.13, r * 0.13), iris)
    b.flat(oval(ex, ey, r * 0.06, r * 0.11), "#120e10")
    b.sheet.path(oval(ex + r * 0.06, ey - r * 0.06, r * 0.04), "#ffffff")
    if shape in ("cat", "mouse", "hare"):
        for k in (-1, 0, 1):
            b.line(
                f"M{tip[0] - r * 0.1:.1f} {tip[1] + r * 0.05:.1f}l{-r * 0.62:.1f} {k * r * 0.2 + r * 0.24:.1f}",
                "#f1ece2",
                r * 0.025,
                0.9,
            )


def membrane(b: Brush, x: float, y: float, size: float, near: bool) -> None:
    """A dragon's wing of skin between fingers."""
    colour = b.hue("#a8553c", "wing")
    tone = colour if near else shade(colour, 0.7)
    k = 1.0 if near else 0.85
    top, dx = (x - size * 0.3 * k, y - size * 0.95 * k), 0 if near else size * 0.16
    tips = [
        (x - size * 1.15 * k + dx, y - size * 0.62),
        (x - size * 1.05 * k + dx, y - size * 0.2),
        (x - size * 0.7 * k + dx, y + size * 0.1),
    ]
    d = f"M{x:.1f} {y:.1f}L{top[0]:.1f} {top[1]:.1f}"
    last = top
    for tip in tips:
        mid = ((last[0] + tip[0]) / 2 + size * 0.12, (last[1] + tip[1]) / 2 + size * 0.06)
        d += f"Q{mid[0]:.1f} {mid[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}"
        last = tip
    d += f"Q{x - size * 0.35:.1f} {y - size * 0.02:.1f} {x:.1f} {y + size * 0.1:.1f}Z"
    b.form(d, tone, size * 0.4)
    for tip in tips:
        b.limb([top, ((top[0] + tip[0]) / 2 + 12, (top[1] + tip[1]) / 2), tip], (14, 10, 5), shade(tone, 0.66))
    b.limb(
        [(x, y), (x - size * 0.1, y - size * 0.5), top],
        (32, 22, 16),
        shade(b.hue("#47794f", "scales", "body", "dragon"), 0.9),
    )
