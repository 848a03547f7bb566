"""What still lifes of things have in common: a colour of their own, cords, stars, drops, flames and glints."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, oval, poly, smooth

BRASS: Final = "#c8993c"
GLASS: Final = "#d9ebec"
CREAM: Final = "#f3e8cd"
GLOW: Final = "#ffd873"
INK: Final = "#3a3140"


def own_colour(b: Brush, default: str) -> str:
    """The thing's main colour; its own default differs a little from one to the next."""
    return b.hue(shade(default, b.rng.uniform(0.94, 1.07)), "thing")


def lean(b: Brush, base: float = 0.0, most: float = 2.0, y: float = 0.0) -> AbstractContextManager[None]:
    """Whatever is drawn inside leans by `base` degrees, a little more or less, about (0, y)."""
    return b.sheet.group(transform=f"rotate({base + b.rng.uniform(-most, most):.2f} 0 {y:.1f})")


def ring(x: float, y: float, outer: float, inner: float) -> str:
    """A flat ring about (x, y), open in its middle."""
    hole = f"M{x - inner:.1f} {y:.1f}a{inner:.1f} {inner:.1f} 0 1 0 {2 * inner:.1f} 0"
    return oval(x, y, outer) + f"{hole}a{inner:.1f} {inner:.1f} 0 1 0 {-2 * inner:.1f} 0Z"


def star(x: float, y: float, r: float, inner: float = 0.45, points: int = 5, turn: float = 0.0) -> str:
    """A star about (x, y) with one point up, turned by `turn` degrees."""
    corners = []
    for k in range(points * 2):
        angle = math.radians(turn - 90 + 180 * k / points)
        reach = r * (inner if k % 2 else 1.0)
        corners.append((x + math.cos(angle) * reach, y + math.sin(angle) * reach))
    return poly(corners)


def drop(x: float, y: float, r: float) -> str:
    """A drop of water about (x, y) with its point up."""
    return (
        f"M{x:.1f} {y - 1.9 * r:.1f}"
        f"C{x + 0.35 * r:.1f} {y - 1.1 * r:.1f} {x + r:.1f} {y - 0.6 * r:.1f} {x + r:.1f} {y:.1f}"
        f"A{r:.1f} {r:.1f} 0 1 1 {x - r:.1f} {y:.1f}"
        f"C{x - r:.1f} {y - 0.6 * r:.1f} {x - 0.35 * r:.1f} {y - 1.1 * r:.1f} {x:.1f} {y - 1.9 * r:.1f}Z"
    )


def rounded(x: float, y: float, w: float, h: float, r: float) -> str:
    """A rectangle with round corners, its upper left corner at (x, y)."""
    turns = (f"h{w - 2 * r:.1f}", (r, r), f"v{h - 2 * r:.1f}", (-r, r), f"h{2 * r - w:.1f}", (-r, -r))
    parts = [f"M{x + r:.1f} {y:.1f}"]
    for turn in (*turns, f"v{2 * r - h:.1f}", (r, -r)):
        parts.append(turn if isinstance(turn, str) else f"a{r:.1f} {r:.1f} 0 0 1 {turn[0]:.1f} {turn[1]:.1f}")
    return "".join(parts) + "Z"


def spiral(
    x: float, y: float, r: float, turns: float = 2.0, flat: float = 1.0, start: float = 0.0, ripple: float = 0.0
) -> list[Point]:
    """Points of a spiral from its middle (x, y) outwards, turned by `start` degrees; with a ripple it is a wave."""
    n = int(turns * (36 if ripple else 12))
    angles = [(k / n, math.radians(start) + k / n * turns * 2 * math.pi) for k in range(1, n + 1)]
    reaches = [r * u * (1 + ripple * math.sin(9 * a)) for u, a in angles]
    return [(x + math.cos(a) * s, y + math.sin(a) * s * flat) for s, (_, a) in zip(reaches, angles, strict=True)]


def cord(b: Brush, points: Sequence[Point], colour: str, width: float) -> None:
    """A twisted cord along points."""
    d = smooth(points, closed=False)
    b.line(d, shade(colour, 0.6), width)
    b.line(d, colour, width * 0.7)
    dashes = f'stroke-dasharray="{width * 0.25:.1f} {width * 1.0:.1f}"'
    b.sheet.path(d, "none", 0.9, b.tone(shade(colour, 1.4)), width * 0.34, dashes)


def glint(b: Brush, d: str, width: float, fade: float = 0.75) -> None:
    """Light that glass or metal throws back."""
    b.sheet.path(d, "none", fade, "#ffffff", width)


def flame(b: Brush, x: float, y: float, r: float) -> None:
    """A calm pear-shaped flame, r its half width, standing on (x, y)."""
    for scale, colour in ((1.0, "#f5a02c"), (0.78, "#ffc94f"), (0.48, "#fff0b4")):
        b.sheet.path(drop(x, y - r * (0.2 + 0.8 * scale), r * scale), colour)


def rivets(b: Brush, points: Sequence[Point], r: float, colour: str = BRASS) -> None:
    """Round nails, each with its spot of light."""
    for x, y in points:
        b.flat(oval(x, y, r), shade(colour, 0.62))
        b.flat(oval(x + r * 0.12, y - r * 0.12, r * 0.8), colour)
        b.flat(oval(x + r * 0.3, y - r * 0.3, r * 0.3), mix(colour, "#ffffff", 0.7))
