"""Marks that say what a gift does: each about a middle point, `size` its whole width or height, lit from the right."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, joined, oval, poly, smooth

PALE: Final = "#fff6d8"
GLOW: Final = "#ffc843"


def around(x: float, y: float, rx: float, ry: float | None = None, count: int = 12, turn: float = 0.0) -> list[Point]:
    """Points on an ellipse about (x, y), clockwise."""
    ry = rx if ry is None else ry
    angles = [turn + k * 2 * math.pi / count for k in range(count)]
    return [(x + math.cos(a) * rx, y + math.sin(a) * ry) for a in angles]


def spikes(x: float, y: float, out: float, inn: float, count: int, turn: float = -math.pi / 2) -> list[Point]:
    """The corners of a star with `count` tips."""
    ring = []
    for k in range(2 * count):
        a, r = turn + k * math.pi / count, inn if k % 2 else out
        ring.append((x + math.cos(a) * r, y + math.sin(a) * r))
    return ring


def ribbon(b: Brush, d: str, colour: str, width: float) -> None:
    """A stroke with a darker rim and a light along its middle."""
    b.line(d, shade(colour, 0.72), width)
    b.line(d, colour, width * 0.68)
    b.line(d, mix(colour, "#ffffff", 0.6), width * 0.22)


def _cog(b: Brush, x: float, y: float, r: float, teeth: int, colour: str, turn: float) -> None:
    """A cogwheel of radius r with an open middle and a hub."""
    ring = []
    step = 2 * math.pi / teeth
    for k in range(teeth):
        for part, reach in ((-0.34, 0.78), (-0.22, 1.0), (0.22, 1.0), (0.34, 0.78)):
            a = turn + (k + part) * step
            ring.append((x + math.cos(a) * r * reach, y + math.sin(a) * r * reach))
    b.form(poly(ring) + smooth(around(x, y, r * 0.5)[::-1]), colour, r * 0.5)
    for k in range(3):
        a = turn + k * 2 * math.pi / 3
        tip = (x + math.cos(a) * r * 0.56, y + math.sin(a) * r * 0.56)
        b.line(poly([(x, y), tip], closed=False), shade(colour, 0.8), r * 0.15)
    b.line(smooth(around(x, y, r * 0.62)), shade(colour, 0.62), r * 0.05, 0.8)
    b.form(oval(x, y, r * 0.22), shade(colour, 1.08), r * 0.3)
    b.flat(oval(x, y, r * 0.08), shade(colour, 0.45))


def gear(b: Brush, x: float, y: float, size: float) -> None:
    """A large brass cogwheel and a small copper one that turns with it."""
    brass, turn = b.hue("#d9a23a", "thing"), b.rng.uniform(0, 0.7)
    _cog(b, x + size * 0.33, y + size * 0.33, size * 0.2, 8, mix(brass, "#b3512c", 0.55), turn * 1.7)
    _cog(b, x - size * 0.07, y - size * 0.07, size * 0.42, 10, brass, turn)


def wind(b: Brush, x: float, y: float, size: float) -> None:
    """Three gusts that curl at their ends."""
    colour, h = b.hue("#58b4d8", "thing"), size / 2
    for level, start, end, curl in ((-0.28, -0.95, 0.3, -0.3), (0.08, -0.7, 0.62, -0.36), (0.42, -0.9, 0.1, 0.26)):
        sway = b.rng.uniform(-0.06, 0.06)
        turn = 1 if curl > 0 else -1
        r = abs(curl) * h
        ex, ey = x + end * h, y + level * h
        line = [(x + start * h, ey + sway * h), (x + (start + end) / 2 * h, ey - sway * h - h * 0.05), (ex, ey)]
        for k in range(1, 9):
            a, reach = k * math.pi / 4.6, r * (1 - 0.07 * k)
            line.append((ex + math.sin(a) * reach, ey + turn * (r - math.cos(a) * reach)))
        ribbon(b, smooth(line, closed=False), colour, h * 0.15)


def _puff(b: Brush, x: float, y: float, w: float, colour: str) -> None:
    """A round cloud, w wide, its flat side at y."""
    parts = ((-0.32, -0.13, 0.17), (-0.12, -0.27, 0.22), (0.15, -0.23, 0.2), (0.34, -0.12, 0.15))
    rings: list[Sequence[Point]] = [
        around(x + px * w, y + py * w, r * w * b.rng.uniform(0.96, 1.06)) for px, py, r in parts
    ]
    rings.append(around(x, y - w * 0.09, w * 0.42, w * 0.11))
    b.form(joined(rings), colour, w * 0.22, 0.8)
    for px, py, r in parts[1:3]:
        arc = around(x + px * w, y + py * w, r * w * 0.62, count=12)[6:10]
        b.line(smooth(arc, closed=False), shade(colour, 0.82), w * 0.022, 0.8)


def cloud(b: Brush, x: float, y: float, size: float) -> None:
    """A plump cloud with a smaller one under it."""
    colour = b.hue("#cfe4f4", "thing")
    _puff(b, x + size * 0.26, y + size * 0.4, size * 0.46, mix(colour, "#8fbfe6", 0.45))
    _puff(b, x - size * 0.03, y + size * 0.2, size * 0.94, colour)


def drop(b: Brush, x: float, y: float, r: float, colour: str) -> None:
    """A drop of water whose round part is about (x, y)."""
    ring = [(x, y - r * 2.1), (x + r * 0.42, y - r * 1.15), (x + r * 0.95, y - r * 0.3), (x + r * 0.8, y + r * 0.6)]
    ring += [(x, y + r), (x - r * 0.8, y + r * 0.6), (x - r * 0.95, y - r * 0.3), (x - r * 0.42, y - r * 1.15)]
    b.form(smooth(ring), colour, r * 1.1)
    light = [(x + r * 0.62, y - r * 0.2), (x + r * 0.62, y + r * 0.22), (x + r * 0.34, y + r * 0.56)]
    b.line(smooth(light, closed=False), mix(colour, "#ffffff", 0.85), r * 0.17)
    b.flat(oval(x - r * 0.34, y - r * 0.3, r * 0.13), "#ffffff", 0.85)


def drops(b: Brush, x: float, y: float, size: float) -> None:
    """Three drops of water."""
    colour = b.hue("#3f9fdc", "thing")
    for dx, dy, r in ((-0.28, -0.1, 0.13), (0.3, -0.2, 0.11), (0.04, 0.26, 0.22)):
        drop(b, x + (dx + b.rng.uniform(-0.02, 0.02)) * size, y + dy * size, r * size, colour)


def weather(b: Brush, x: float, y: float, size: float) -> None:
    """A sun with rays, half behind a dark cloud that rains and flashes."""
    sun, sx, sy = b.hue("#ffc531", "thing"), x + size * 0.18, y - size * 0.16
    turn = b.rng.uniform(0, 0.5)
    b.flat(poly(spikes(sx, sy, size * 0.37, size * 0.24, 12, turn)), "#f59a23")
    b.form(oval(sx, sy, size * 0.23), sun, size * 0.3)
    for k in range(4):
        px = x + (-0.36 + 0.2 * k) * size
        b.line(f"M{px:.1f} {y + size * 0.24:.1f}l{-size * 0.05:.1f} {size * 0.16:.1f}", "#4a8fd0", size * 0.035)
    _puff(b, x - size * 0.1, y + size * 0.2, size * 0.74, "#5d6b94")
    bolt = ((0.04, 0.0), (-0.1, 0.22), (-0.01, 0.22), (-0.08, 0.46), (0.14, 0.15), (0.04, 0.15), (0.12, 0.0))
    ring = [(x + (px - 0.1) * size, y + (py + 0.04) * size) for px, py in bolt]
    b.line(poly(ring), "#b3611c", size * 0.03)
    b.flat(poly(ring), "#ffe45c")


def rings(b: Brush, x: float, y: float, size: float) -> None:
    """Rings of sound that spread from a bright middle."""
    colour, h = b.hue("#f0a92e", "thing"), size / 2
    for k, reach in enumerate((0.9, 0.6, 0.31)):
        ribbon(b, oval(x, y, h * (reach + b.rng.uniform(-0.02, 0.02))), mix(colour, "#e8613c", 0.28 * k), h * 0.18)
    b.shine(x, y, h * 0.13, colour)


def wave(b: Brush, x: float, y: float, size: float) -> None:
    """A sea wave that curls over, with foam."""
    colour, h = b.hue("#2f8fc4", "thing"), size / 2
    back = ((-1, 0.62), (-0.86, 0.3), (-0.55, -0.28), (-0.08, -0.74), (0.42, -0.76), (0.76, -0.42), (0.8, -0.04))
    inner = ((0.66, -0.16), (0.46, -0.34), (0.2, -0.26), (0.1, 0.02), (0.3, 0.3), (0.66, 0.36), (1, 0.3))
    ring = [(x + px * h, y + py * h) for px, py in (*back, *inner, (1.02, 0.62), (0.5, 0.74), (0, 0.66), (-0.5, 0.74))]
    d = smooth(ring)
    b.form(d, colour, h * 0.5)
    with b.sheet.group(clip=d):
        for k in (0.2, 0.4, 0.58):
            line = [(x + (px + k * 0.72) * h, y + (py + k * 0.62) * h) for px, py in back[:5]]
            b.line(smooth(line, closed=False), mix(colour, "#d6f3f5", 0.72), h * 0.07)
        low = [(x + px * h, y + py * h) for px, py in ((-1.1, 0.5), (-0.5, 0.42), (0, 0.54), (0.5, 0.44), (1.1, 0.54))]
        b.line(smooth(low, closed=False), mix(colour, "#d6f3f5", 0.5), h * 0.06)
    foam = ((-0.1, -0.72, 0.11), (0.12, -0.82, 0.14), (0.4, -0.8, 0.16), (0.66, -0.62, 0.15), (0.8, -0.36, 0.14))
    dots: list[Sequence[Point]] = [
        around(x + px * h, y + py * h, r * h * b.rng.uniform(0.9, 1.1)) for px, py, r in (*foam, (0.78, -0.1, 0.12))
    ]
    b.form(joined(dots), "#dff3f4", h * 0.16, 0.7)
    for px, py, r in ((0.98, -0.52, 0.055), (0.98, -0.14, 0.045), (0.62, -0.94, 0.05)):
        b.flat(oval(x + px * h, y + py * h, r * h), mix(colour, "#e8fafa", 0.7))


# Signs of no alphabet, in a square from -1 to 1: curves through points, and dots where both ends are one.
RUNES: Final[tuple[tuple[tuple[Point, ...], ...], ...]] = (
    (((0.0, 0.05), (0.2, -0.2), (-0.16, -0.42), (-0.5, 0.05), (0.05, 0.56), (0.7, 0.1), (0.5, -0.8)),),
    (
        ((-0.75, -0.8), (-0.1, 0.1), (0.4, 0.6), (0.0, 0.95), (-0.4, 0.6), (0.1, 0.1), (0.75, -0.8)),
        ((0.0, -0.7), (0.01, -0.7)),
    ),
    (
        ((-0.9, 0.2), (-0.45, -0.3), (0.0, 0.1), (0.45, 0.5), (0.9, 0.0)),
        ((0.3, -0.62), (0.31, -0.62)),
        ((-0.3, 0.78), (-0.29, 0.78)),
    ),
    (((0.0, -0.95), (0.6, 0.0), (0.0, 0.95), (-0.6, 0.0), (0.0, -0.95)), ((0.0, 0.0), (0.01, 0.0))),
    (
        ((-0.5, -0.9), (-0.2, 0.0), (-0.5, 0.9)),
        ((0.5, -0.9), (0.2, 0.0), (0.5, 0.9)),
        ((-0.75, 0.0), (-0.74, 0.0)),
        ((0.75, 0.0), (0.74, 0.0)),
    ),
    (
        ((-0.7, -0.2), (0.0, -0.86), (0.7, -0.2)),
        ((-0.7, 0.4), (0.0, -0.26), (0.7, 0.4)),
        ((0.0, 0.62), (0.01, 0.63)),
    ),
)


def letters(b: Brush, x: float, y: float, size: float) -> None:
    """Glowing signs that float."""
    colour, h = b.hue(GLOW, "thing"), size / 2
    signs = b.rng.sample(RUNES, 3)
    places = ((-0.54, -0.12, 0.42), (0.46, -0.46, 0.4), (0.26, 0.54, 0.42))
    for tone, width in ((mix(colour, "#fffbe6", 0.8), 0.26), (mix(colour, "#b5540c", 0.62), 0.17), (colour, 0.095)):
        for sign, (px, py, r) in zip(signs, places, strict=True):
            for part in sign:
                line = [(x + (px + sx * r) * h, y + (py + sy * r * 1.1) * h) for sx, sy in part]
                b.line(smooth(line, closed=False), tone, h * width)
    for px, py in ((-0.42, 0.68), (0.9, 0.16), (-0.14, -0.8)):
        b.flat(poly(spikes(x + px * h, y + py * h, h * 0.13, h * 0.045, 4)), mix(colour, "#e58a1c", 0.3))


def glow(b: Brush, x: float, y: float, size: float) -> None:
    """A shining ball of light with a wreath of rays."""
    colour, h = b.hue(GLOW, "thing"), size / 2
    turn = b.rng.uniform(0, 0.5)
    for k, tone in ((1.0, mix(colour, PALE, 0.7)), (0.9, mix(colour, "#f08a1e", 0.35))):
        ring = spikes(x, y, h * k, h * k * 0.62, 16, turn)
        # Every other ray is short.
        ring[2::4] = [(x + (px - x) * 0.84, y + (py - y) * 0.84) for px, py in ring[2::4]]
        b.flat(smooth(ring), tone)
    b.flat(oval(x, y, h * 0.6), mix(colour, PALE, 0.35))
    b.flat(oval(x, y, h * 0.5), colour)
    b.flat(oval(x + h * 0.06, y - h * 0.06, h * 0.34), mix(colour, PALE, 0.6))
    b.shine(x + h * 0.1, y - h * 0.1, h * 0.2, mix(colour, "#ffffff", 0.5))


def _tulip(x: float, y: float, w: float, h: float, lean: float) -> str:
    """A flame of three tips like a tulip, its middle at (x, y)."""
    ring = ((0.0, 0.5), (-0.34, 0.42), (-0.5, 0.12), (-0.44, -0.2), (-0.38, -0.38), (-0.24, -0.2), (-0.15, -0.14))
    top = ((-0.1, -0.28), (0.0, -0.5), (0.12, -0.26), (0.16, -0.12), (0.25, -0.18), (0.4, -0.34))
    both = (*ring, *top, (0.46, -0.16), (0.5, 0.12), (0.34, 0.42))
    return smooth([(x + px * w + lean * (0.5 - py) * w, y + py * h) for px, py in both])


def flame(b: Brush, x: float, y: float, size: float) -> None:
    """A flame like a tulip."""
    colour, lean = b.hue("#f0682a", "thing"), b.rng.uniform(-0.06, 0.06)
    b.form(_tulip(x, y, size * 0.78, size, lean), colour, size * 0.3)
    b.flat(_tulip(x, y + size * 0.1, size * 0.54, size * 0.74, lean), mix(colour, "#ffc532", 0.72))
    b.flat(_tulip(x, y + size * 0.2, size * 0.3, size * 0.46, lean), PALE)
    for dx, dy, r in ((-0.36, -0.42, 0.032), (0.3, -0.46, 0.026), (0.44, -0.2, 0.02)):
        b.flat(oval(x + dx * size, y + dy * size, r * size), mix(colour, "#ffc532", 0.4))


def blade(b: Brush, foot: Point, tip: Point, wide: float, colour: str) -> None:
    """A leaf with its veins from its stalk's foot to its tip."""
    (ax, ay), (tx, ty) = foot, tip
    dx, dy = tx - ax, ty - ay
    long = math.hypot(dx, dy)
    nx, ny = -dy / long * wide / 2, dx / long * wide / 2

    def at(u: float, v: float) -> Point:
        return ax + dx * u + nx * v, ay + dy * u + ny * v

    b.line(poly([at(-0.18, 0.12), at(0.1, 0)], closed=False), shade(colour, 0.62), wide * 0.1)
    sides = ((0.16, 0.7), (0.42, 1.0), (0.72, 0.64))
    d = smooth([at(0, 0), *(at(u, v) for u, v in sides), at(1, 0), *(at(u, -v) for u, v in sides[::-1])])
    b.form(d, colour, wide * 0.5)
    b.line(poly([at(0, 0), at(0.9, 0)], closed=False), shade(colour, 0.62), wide * 0.055)
    for u in (0.18, 0.38, 0.58):
        for v in (-0.62, 0.62):
            b.line(poly([at(u, 0), at(u + 0.16, v)], closed=False), shade(colour, 0.68), wide * 0.035)


def leaf(b: Brush, x: float, y: float, size: float) -> None:
    """A large leaf and a small one on a twig."""
    colour, h = b.hue("#5fae3c", "thing"), size / 2
    turn = b.rng.uniform(-0.08, 0.08)
    blade(b, (x - h * 0.3, y + h * 0.6), (x - h * 0.86, y - h * (0.2 + turn)), h * 0.42, mix(colour, "#c6d648", 0.4))
    blade(b, (x - h * 0.34, y + h * 0.66), (x + h * (0.62 + turn), y - h * 0.86), h * 0.98, colour)


def flower(b: Brush, x: float, y: float, size: float) -> None:
    """A flower of round petals on a stalk with two leaves."""
    colour, h = b.hue(b.rng.choice(("#e8679a", "#e0567a", "#b56ad0")), "thing"), size / 2
    stalk = [(x, y - h * 0.2), (x - h * 0.06, y + h * 0.5), (x + h * 0.04, y + h)]
    b.line(smooth(stalk, closed=False), "#4c8f3a", h * 0.11)
    blade(b, (x, y + h * 0.84), (x + h * 0.58, y + h * 0.44), h * 0.3, "#5fae3c")
    blade(b, (x - h * 0.04, y + h * 0.9), (x - h * 0.6, y + h * 0.56), h * 0.28, "#5fae3c")
    cy, turn = y - h * 0.34, b.rng.uniform(0, 1)
    for px, py in around(x, cy, h * 0.38, count=6, turn=turn):
        b.form(oval(px, py, h * 0.27), colour, h * 0.34)
    for px, py in around(x, cy, h * 0.3, count=6, turn=turn):
        b.line(poly([(x, cy), (px, py)], closed=False), shade(colour, 0.74), h * 0.035)
    b.form(oval(x, cy, h * 0.22), "#ffc83c", h * 0.3)


def star(b: Brush, x: float, y: float, size: float) -> None:
    """Stars joined by fine lines."""
    colour, h = b.hue("#ffc93a", "thing"), size / 2
    places = [(-0.86, 0.1), (-0.4, -0.62), (0.16, -0.16), (0.62, -0.78), (0.84, 0.24), (0.1, 0.66), (-0.42, 0.46)]
    spots = [(x + (px + b.rng.uniform(-0.05, 0.05)) * h, y + py * h) for px, py in places]
    for ring in (spots, [spots[2], spots[4]], [spots[2], spots[5]]):
        b.line(poly(ring, closed=False), "#5a6fb4", h * 0.06)
    for (sx, sy), r in zip(spots, (0.23, 0.25, 0.4, 0.24, 0.26, 0.26, 0.18), strict=True):
        b.flat(smooth(spikes(sx, sy, r * h * 1.16, r * h * 0.62, 5)), mix(colour, "#c96f14", 0.55))
        b.form(smooth(spikes(sx, sy, r * h, r * h * 0.5, 5)), colour, r * h * 0.7)


def bubbles(b: Brush, x: float, y: float, size: float) -> None:
    """Bubbles that rise."""
    colour, h = b.hue("#86cfe6", "thing"), size / 2
    for dx, dy, r in (
        (-0.3, 0.36, 0.42),
        (0.42, -0.06, 0.34),
        (-0.36, -0.42, 0.25),
        (0.2, -0.72, 0.19),
        (0.4, 0.68, 0.17),
    ):
        px, py, r = x + (dx + b.rng.uniform(-0.04, 0.04)) * h, y + dy * h, r * h
        b.flat(oval(px, py, r), shade(colour, 0.68))
        b.flat(oval(px, py, r * 0.89), mix(colour, "#ffffff", 0.3))
        b.flat(oval(px + r * 0.08, py - r * 0.08, r * 0.72), mix(colour, "#ffffff", 0.58))
        arc = around(px, py, r * 0.66, count=16)[12:16]
        b.line(smooth(arc, closed=False), "#ffffff", r * 0.15)
        b.flat(oval(px - r * 0.4, py + r * 0.42, r * 0.1), mix(colour, "#e98fd0", 0.5))


def shadow(b: Brush, x: float, y: float, size: float) -> None:
    """A dark pool of shadow whose rim curls, with small lights in it."""
    colour, h = b.hue("#43357a", "thing"), size / 2
    ring = []
    for k, (px, py) in enumerate(around(x, y, h, h * 0.62, 16, b.rng.uniform(0, 0.3))):
        reach = (1.0 if k % 2 else 0.84) + b.rng.uniform(-0.04, 0.04)
        ring.append((x + (px - x) * reach, y + (py - y) * reach))
    b.flat(smooth(ring), mix(colour, "#a79be0", 0.55))
    for share, tone in ((0.92, colour), (0.7, shade(colour, 0.78)), (0.46, shade(colour, 0.56))):
        b.flat(smooth([(x + (px - x) * share, y + (py - y) * share) for px, py in ring]), tone)
    for px, py, r in ((-0.58, -0.16, 0.06), (0.56, 0.12, 0.07), (-0.3, 0.34, 0.05), (0.3, -0.36, 0.05)):
        b.flat(poly(spikes(x + px * h, y + py * h, r * h, r * h * 0.36, 4)), "#d9cff8")


def paper_bird(b: Brush, x: float, y: float, size: float) -> None:
    """A bird folded from paper, its wings raised."""
    colour, h = b.hue(b.rng.choice(("#f0593f", "#3f8fd0", "#e9a52e")), "thing"), size / 2
    beat = b.rng.uniform(-0.06, 0.06)
    facets: tuple[tuple[float, tuple[Point, ...]], ...] = (
        # The far wing, the tail, the neck with its head, the body, the near wing.
        (0.62, ((-0.14, 0.14), (0.36, 0.12), (0.3 + beat, -0.92))),
        (0.86, ((0.0, 0.06), (-1.0, -0.3), (-0.2, 0.5))),
        (0.68, ((-1.0, -0.3), (-0.2, 0.5), (-0.44, 0.42))),
        (0.8, ((0.18, 0.04), (0.06, 0.5), (0.78, -0.44))),
        (1.12, ((0.18, 0.04), (0.78, -0.44), (0.56, -0.5))),
        (0.96, ((0.56, -0.5), (0.8, -0.52), (1.04, -0.22), (0.74, -0.34))),
        (0.9, ((-0.24, 0.04), (0.38, 0.06), (0.12, 0.56))),
        (0.74, ((-0.26, 0.04), (0.12, 0.56), (-0.26, 0.5))),
        (1.22, ((-0.28, 0.16), (0.36, 0.14), (-0.56 + beat, -0.96))),
        (1.04, ((-0.28, 0.16), (-0.02, 0.16), (-0.56 + beat, -0.96))),
    )
    for light, facet in facets:
        d = poly([(x + px * h, y + (py + 0.2) * h) for px, py in facet])
        b.flat(d, shade(colour, light))
        b.line(d, shade(colour, light * 0.94), h * 0.012)


MARKS: Final[Mapping[str, Callable[[Brush, float, float, float], None]]] = {
    "gear": gear,
    "wind": wind,
    "cloud": cloud,
    "weather": weather,
    "rings": rings,
    "wave": wave,
    "letters": letters,
    "glow": glow,
    "flame": flame,
    "leaf": leaf,
    "flower": flower,
    "star": star,
    "bubbles": bubbles,
    "shadow": shadow,
    "paper bird": paper_bird,
    "drops": drops,
}
