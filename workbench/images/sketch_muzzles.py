"""Heads, ears, tails and skin wings of four-footed animals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, limb, oval, poly, smooth

Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Head:
    """A head in shares of its radius about its middle, y downwards: outline, pale parts, eye, nose and mouth."""

    outline: Ring
    pale: Ring
    eye: Point
    eye_size: float
    nose: tuple[float, float, float]
    mouth: Ring
    # The roots of near and far ear.
    ears: tuple[Point, Point]
    iris: str
    nose_colour: str = "#2a2226"


HEADS: Final[Mapping[str, Head]] = {
    # The cat looks at us; its second eye is its first one's mirror image.
    "cat": Head(
        ((-0.98, 0.12), (-0.86, -0.44), (-0.4, -0.82), (0.16, -0.88), (0.7, -0.74), (1.06, -0.36), (1.14, 0.16),
         (0.86, 0.62), (0.4, 0.86), (-0.1, 0.88), (-0.66, 0.66)),
        ((-0.2, 0.46), (0.0, 0.26), (0.16, 0.2), (0.34, 0.26), (0.54, 0.46), (0.42, 0.78), (0.16, 0.9), (-0.1, 0.78)),
        (-0.28, -0.06), 0.23, (0.17, 0.27, 0.1),
        ((-0.08, 0.5), (0.06, 0.54), (0.17, 0.38), (0.28, 0.54), (0.42, 0.5)),
        ((-0.62, -0.56), (0.78, -0.58)), "#9ac04a", "#c9797a",
    ),
    "dog": Head(
        ((-0.9, 0.02), (-0.7, -0.62), (-0.1, -0.92), (0.45, -0.8), (0.76, -0.42), (1.0, -0.2), (1.5, -0.14),
         (1.84, -0.04), (1.9, 0.24), (1.74, 0.5), (1.3, 0.62), (0.8, 0.68), (0.3, 0.88), (-0.4, 0.8)),
        ((0.8, 0.1), (1.2, -0.02), (1.8, 0.0), (2.0, 0.3), (1.7, 0.7), (0.9, 0.8), (0.5, 0.5)),
        (0.44, -0.24), 0.15, (1.8, 0.02, 0.19), ((1.72, 0.34), (1.3, 0.46), (0.86, 0.34)),
        ((-0.2, -0.6), (0.12, -0.72)), "#3a2418",
    ),
    "fox": Head(
        ((-0.8, 0.06), (-0.62, -0.54), (-0.1, -0.8), (0.42, -0.64), (0.8, -0.2), (1.4, 0.06), (1.98, 0.26),
         (2.06, 0.42), (1.6, 0.54), (1.0, 0.6), (0.5, 0.84), (0.06, 1.12), (-0.2, 0.86), (-0.62, 0.92), (-0.6, 0.6)),
        ((2.1, 0.38), (1.5, 0.3), (0.94, 0.24), (0.46, 0.2), (0.1, 0.5), (-0.5, 0.66), (-0.62, 0.94), (0.06, 1.16),
         (0.6, 0.84), (1.4, 0.66)),
        (0.5, -0.12), 0.14, (2.02, 0.3, 0.14), ((1.86, 0.46), (1.4, 0.46), (1.06, 0.38)),
        ((-0.34, -0.5), (0.22, -0.64)), "#b8782c",
    ),
    "wolf": Head(
        ((-0.86, 0.1), (-0.7, -0.52), (-0.2, -0.82), (0.4, -0.66), (0.82, -0.28), (1.4, -0.1), (1.94, 0.02),
         (2.04, 0.26), (1.84, 0.5), (1.2, 0.6), (0.72, 0.74), (0.34, 1.06), (0.06, 0.84), (-0.26, 1.1), (-0.7, 0.8)),
        ((2.0, 0.3), (1.5, 0.2), (0.96, 0.12), (0.56, 0.06), (0.3, 0.3), (0.1, 0.66), (0.3, 1.1), (0.8, 0.8),
         (1.5, 0.66)),
        (0.54, -0.2), 0.14, (1.96, 0.1, 0.17), ((1.84, 0.38), (1.3, 0.42), (0.88, 0.3)),
        ((-0.3, -0.56), (0.22, -0.66)), "#e0b53c",
    ),
    "horse": Head(
        ((-0.74, -0.2), (-0.4, -0.86), (0.24, -0.82), (0.72, -0.3), (1.24, 0.5), (1.76, 1.3), (2.02, 1.78),
         (1.98, 2.14), (1.66, 2.26), (1.36, 2.1), (1.06, 1.7), (0.72, 1.36), (0.3, 1.24), (-0.2, 0.9)),
        ((1.6, 1.5), (2.1, 1.6), (2.1, 2.2), (1.6, 2.4), (1.2, 2.0)),
        (0.36, -0.02), 0.15, (1.86, 1.8, 0.09), ((1.72, 2.12), (1.5, 1.96), (1.36, 1.76)),
        ((-0.16, -0.74), (0.16, -0.72)), "#2a1a14",
    ),
    "bear": Head(
        ((-0.9, 0.0), (-0.68, -0.64), (-0.1, -0.9), (0.5, -0.74), (0.84, -0.32), (1.24, -0.12), (1.58, 0.0),
         (1.7, 0.26), (1.56, 0.52), (1.1, 0.66), (0.5, 0.84), (-0.3, 0.84), (-0.8, 0.5)),
        ((0.86, -0.02), (1.2, -0.1), (1.8, 0.0), (1.8, 0.5), (1.2, 0.76), (0.76, 0.56)),
        (0.54, -0.22), 0.11, (1.56, 0.08, 0.18), ((1.5, 0.42), (1.16, 0.5), (0.86, 0.36)),
        ((-0.42, -0.62), (0.3, -0.8)), "#2a1a14",
    ),
    "mouse": Head(
        ((-0.8, 0.1), (-0.6, -0.5), (0.0, -0.7), (0.6, -0.46), (1.0, -0.06), (1.4, 0.24), (1.5, 0.4), (1.2, 0.56),
         (0.6, 0.66), (-0.2, 0.76), (-0.7, 0.5)),
        ((1.4, 0.36), (0.9, 0.3), (0.4, 0.4), (-0.1, 0.7), (0.6, 0.76), (1.2, 0.66)),
        (0.52, -0.08), 0.16, (1.48, 0.34, 0.12), ((1.3, 0.5), (1.04, 0.5), (0.9, 0.4)),
        ((-0.46, -0.66), (0.3, -0.74)), "#1a1416", "#d58a8a",
    ),
    "hare": Head(
        ((-0.8, 0.06), (-0.6, -0.6), (0.0, -0.84), (0.52, -0.62), (0.9, -0.2), (1.22, 0.12), (1.26, 0.4), (0.98, 0.62),
         (0.4, 0.74), (-0.3, 0.8), (-0.74, 0.5)),
        ((1.3, 0.3), (0.92, 0.24), (0.6, 0.36), (0.4, 0.7), (0.9, 0.76), (1.3, 0.6)),
        (0.42, -0.16), 0.2, (1.2, 0.16, 0.11), ((1.12, 0.42), (0.98, 0.46), (0.86, 0.4)),
        ((-0.26, -0.66), (0.14, -0.74)), "#5a3418", "#c87a7a",
    ),
    "dragon": Head(
        ((-0.86, 0.14), (-0.7, -0.5), (-0.1, -0.8), (0.4, -0.66), (0.66, -0.3), (1.1, -0.22), (1.6, -0.26),
         (1.96, -0.06), (2.06, 0.26), (1.84, 0.46), (1.3, 0.54), (0.8, 0.72), (0.2, 0.96), (-0.5, 0.7)),
        ((2.0, 0.34), (1.3, 0.36), (0.6, 0.44), (0.2, 0.96), (0.9, 0.9), (1.8, 0.66)),
        (0.44, -0.22), 0.17, (1.82, 0.0, 0.1), ((1.98, 0.3), (1.4, 0.34), (0.7, 0.36)),
        ((-0.3, -0.6), (0.1, -0.7)), "#f0c030", "#22301f",
    ),
}  # fmt: skip


def placed(ring: Ring, x: float, y: float, r: float) -> list[Point]:
    """A ring in shares of r about (x, y), in units."""
    return [(x + px * r, y + py * r) for px, py in ring]


def ears(b: Brush, shape: str, x: float, y: float, r: float, coat: str, far: bool) -> None:
    """One ear of a pair on a head of radius r about (x, y); the far one is darker, unless both face us."""
    root = HEADS[shape].ears[1 if far else 0]
    tone = shade(coat, 0.76) if far and shape != "cat" else coat
    inner = mix(coat, "#e8a898", 0.55)
    turn = -1 if far and shape == "cat" else 1

    def at(*points: Point) -> list[Point]:
        return [(x + (root[0] + px * turn) * r, y + (root[1] + py) * r) for px, py in points]

    match shape:
        case "cat":
            b.form(poly(at((-0.34, 0.34), (-0.3, -0.62), (0.4, -0.2))), tone, r * 0.4)
            b.flat(poly(at((-0.2, 0.12), (-0.2, -0.42), (0.22, -0.14))), inner)
        case "fox":
            b.form(poly(at((-0.36, 0.26), (-0.3, -0.94), (0.36, -0.1))), tone, r * 0.4)
            b.flat(poly(at((-0.33, -0.36), (-0.3, -0.94), (0.0, -0.54))), "#2e2226")
            if not far:
                b.flat(poly(at((-0.14, 0.1), (-0.16, -0.5), (0.2, -0.08))), mix(coat, "#f3e4d0", 0.7))
        case "wolf":
            b.form(poly(at((-0.34, 0.24), (-0.22, -0.66), (0.32, -0.06))), tone, r * 0.4)
            if not far:
                b.flat(poly(at((-0.14, 0.1), (-0.12, -0.4), (0.18, -0.02))), shade(coat, 0.6))
        case "dog":
            hang = smooth(at((-0.22, -0.12), (0.2, -0.14), (0.18, 0.4), (0.06, 0.98), (-0.26, 1.1), (-0.5, 0.62)))
            b.form(hang, shade(tone, 0.72), r * 0.4)
        case "horse":
            b.form(poly(at((-0.2, 0.2), (-0.06, -0.76), (0.24, 0.1))), tone, r * 0.3)
        case "bear":
            b.form(oval(*at((-0.06, -0.06))[0], r * 0.33), tone, r * 0.4)
            b.flat(oval(*at((-0.02, 0.0))[0], r * 0.17), shade(coat, 0.62))
        case "mouse":
            b.form(oval(*at((-0.12, -0.18))[0], r * 0.56, r * 0.6), tone, r * 0.6)
            b.flat(oval(*at((-0.08, -0.14))[0], r * 0.38, r * 0.42), shade(inner, 0.8) if far else inner)
        case "hare":
            lean = 0.3 if far else 0.0
            line = at((0, 0.2), (-0.2 + lean, -0.9), (-0.56 + lean * 2, -1.9))
            b.limb(line, (r * 0.3, r * 0.5, r * 0.14), tone)
            b.limb(line[1:], (r * 0.3, r * 0.08), inner, 0.2)
            b.flat(limb([at((-0.49 + lean * 1.7, -1.66))[0], line[2]], (r * 0.24, r * 0.1)), "#3a2e2a")
        case _:
            frill = at((-0.1, 0.5), (-0.9, 0.1), (-0.54, 0.52), (-0.86, 0.84), (-0.3, 0.86))
            if not far:
                b.form(poly(frill), shade(coat, 0.7), r * 0.4)


def face(b: Brush, shape: str, x: float, y: float, r: float, coat: str, belly: str) -> None:
    """Markings, nose, mouth and eyes on a head whose outline is already there."""
    head = HEADS[shape]
    pale = b.hue(mix(coat, belly, 0.8), "muzzle")
    outline = smooth(placed(head.outline, x, y, r))
    with b.sheet.group(clip=outline):
        if shape == "horse":
            b.flat(smooth(placed(head.pale, x, y, r)), shade(coat, 0.62), 0.8)
            if b.rng.random() < 0.6:
                blaze = limb(placed(((0.24, -0.7), (0.9, 0.1), (1.6, 1.2)), x, y, r), (r * 0.3, r * 0.3, r * 0.4))
                b.flat(blaze, "#f1e9dc")
        else:
            b.flat(smooth(placed(head.pale, x, y, r)), pale)
        if shape == "dog" and b.rng.random() < 0.35:
            b.flat(oval(x + 0.4 * r, y - 0.3 * r, r * 0.36, r * 0.42), shade(coat, 0.6))
        if shape == "cat":
            for k in (-0.18, 0.06, 0.3):
                b.flat(
                    limb(placed(((0.1 + k, -0.92), (0.12 + k * 0.7, -0.46)), x, y, r), (r * 0.12, r * 0.03)),
                    shade(coat, 0.66),
                )
    if shape not in ("cat", "horse", "dragon"):
        # The jaw stands out from the neck.
        jaw = placed(((-0.5, 0.78), (0.2, 0.86), (0.86, 0.66)), x, y, r)
        b.line(smooth(jaw, closed=False), shade(coat, 0.62), r * 0.05, 0.55)
    nx, ny, n = head.nose
    if shape == "cat":
        b.flat(poly(placed(((nx - n, ny - n * 0.6), (nx + n, ny - n * 0.6), (nx, ny + n)), x, y, r)), head.nose_colour)
    else:
        b.form(oval(x + nx * r, y + ny * r, n * r, n * r * 0.8), b.hue(head.nose_colour, "nose"), r * 0.2, 0.4)
    b.line(smooth(placed(head.mouth, x, y, r), closed=False), shade(coat, 0.4), r * 0.055)
    iris = b.hue(head.iris, "eye")
    for ex in (head.eye[0], 0.17 * 2 - head.eye[0]) if shape == "cat" else (head.eye[0],):
        px, py, e = x + ex * r, y + head.eye[1] * r, head.eye_size * r
        b.flat(oval(px, py, e * 1.16, e * 1.08), "#1b1517")
        b.flat(oval(px, py, e * 0.94, e * 0.92), iris)
        b.flat(oval(px, py, e * (0.38 if shape in ("cat", "dragon", "fox") else 0.6), e * 0.8), "#120e10")
        b.sheet.path(oval(px + e * 0.34, py - e * 0.34, e * 0.26), "#ffffff")
    if shape in ("cat", "mouse", "hare"):
        for side in (-1, 1) if shape == "cat" else (-1,):
            for k in (-1, 0, 1):
                wx, wy = x + (nx + side * 0.22) * r, y + (ny + 0.12 + 0.05 * k) * r
                b.line(
                    f"M{wx:.1f} {wy:.1f}l{side * 0.84 * r:.1f} {(k * 0.17 + 0.04) * r:.1f}", "#f1ece2", r * 0.028, 0.9
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
