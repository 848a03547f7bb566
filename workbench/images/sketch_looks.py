"""What small creatures have in common: friendly eyes, a smile, and what they wear on a head of any place and size."""

from dataclasses import dataclass

from workbench.images.sketch_brush import Brush, crown, hat, horns, lantern, scarf, wings
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, oval, poly, smooth

DARK = "#1a1620"


@dataclass(frozen=True)
class Fit:
    """Where a creature wears things: head (x, y, radius), neck (x, y, width), side (x, y, size) and mouth.

    `eyes` are how far right of the head's middle each eye is and its radius, in head radii, `level` how far below the
    middle they lie.
    """

    head: tuple[float, float, float]
    neck: tuple[float, float, float]
    side: tuple[float, float, float]
    mouth: Point
    eyes: tuple[tuple[float, float], tuple[float, float]] = ((0.3, 0.3), (0.85, 0.24))
    level: float = 0.0
    # Where a hat sits (x, y, radius) if not on the head as it is: above eyes that stand out.
    top: tuple[float, float, float] | None = None


def coat_of(b: Brush, default: str) -> str:
    """The creature's main colour; its own default differs a little from one to the next."""
    colour = shade(default, b.rng.uniform(0.94, 1.05))
    return b.hue(
        colour, "fur", "coat", "body", "skin", "hide", "scales", "shell", "wool", "spines", "wing", b.figure.shape
    )


def eye(b: Brush, x: float, y: float, r: float, look: float = 0.2, white: float = 1.0) -> None:
    """A round wondering eye that looks right; with little white it is a dark bead."""
    if white:
        b.flat(oval(x, y, r), "#f8f2e4")
    size = r * (0.7 if white else 1.0)
    px = x + look * r if white else x
    b.flat(oval(px, y + r * 0.04, size), b.hue(DARK, "eye"))
    # A lighter rim tells a bead from a hole in dark fur.
    b.sheet.path(oval(px + size * 0.36, y - size * 0.36, size * 0.3), "#ffffff")
    b.sheet.path(oval(px - size * 0.3, y + size * 0.36, size * 0.14), "#ffffff", 0.8)


def smile(b: Brush, start: Point, end: Point, deep: float, colour: str, width: float) -> None:
    """A mouth from one corner to the other, `deep` below the straight line at its middle."""
    (ax, ay), (cx, cy) = start, end
    b.line(f"M{ax:.1f} {ay:.1f}Q{(ax + cx) / 2:.1f} {(ay + cy) / 2 + deep * 2:.1f} {cx:.1f} {cy:.1f}", colour, width)


def blush(b: Brush, x: float, y: float, r: float, colour: str) -> None:
    """A warm cheek."""
    b.flat(oval(x, y, r, r * 0.66), mix(colour, "#e8625c", 0.6), 0.55)


def bag(b: Brush, x: float, y: float, size: float, top: Point) -> None:
    """A satchel at (x, y) on a strap that comes from `top`."""
    leather = b.hue("#7a4e2e", "bag", "basket")
    b.line(smooth([top, (x - size * 0.1, (y + top[1]) / 2), (x, y)], closed=False), shade(leather, 0.7), size * 0.12)
    w = size * 0.5
    b.form(
        smooth(
            [
                (x - w, y),
                (x, y - size * 0.06),
                (x + w, y),
                (x + w * 1.08, y + size * 0.6),
                (x + w * 0.8, y + size * 0.8),
                (x - w * 0.8, y + size * 0.8),
                (x - w * 1.08, y + size * 0.6),
            ]
        ),
        leather,
        size,
    )
    b.line(
        f"M{x - w:.1f} {y + size * 0.3:.1f}Q{x:.1f} {y + size * 0.52:.1f} {x + w:.1f} {y + size * 0.3:.1f}",
        shade(leather, 0.6),
        size * 0.05,
    )
    b.flat(oval(x, y + size * 0.42, size * 0.07), "#dcab3c")


def _glasses(b: Brush, fit: Fit) -> None:
    """Round glasses with a bridge: no earpiece, which would cross the eyes of those who look at us."""
    x, y, r = fit.head
    level = y + r * fit.level
    (near, wide), (far, narrow) = fit.eyes
    for k, s in fit.eyes:
        b.sheet.path(oval(x + k * r, level, r * s), "#e8f2f6", 0.35)
        b.line(oval(x + k * r, level, r * s), "#2f2a28", r * 0.1)
    b.line(f"M{x + (near + wide) * r:.1f} {level:.1f}L{x + (far - narrow) * r:.1f} {level:.1f}", "#2f2a28", r * 0.1)


def winged(b: Brush, fit: Fit) -> None:
    """Feathered wings from the back, for those that are said to have them; drawn before the body."""
    if "wings" in b.wears:
        x, y, size = fit.side
        root = y - size * 0.4
        # The lowest feathers end above the ground, also of those who lie.
        wings(b, x - size * 0.2, root, min(size * 2.6, -root / 0.8))


def adorn(b: Brush, fit: Fit, horned: bool = False) -> None:
    """All that the creature wears and carries; `horned` ones have their own horns."""
    _, _, r = fit.head
    x, y, s = fit.top or fit.head
    nx, ny, w = fit.neck
    if "bag" in b.wears or "basket" in b.wears:
        bag(b, *fit.side, (nx - w * 0.3, ny))
    if "scarf" in b.wears:
        scarf(b, nx, ny, w, w * 1.15)
    if "horns" in b.wears and not horned:
        horns(b, x, y, s)
    if "glasses" in b.wears:
        _glasses(b, fit)
    if "helmet" in b.wears or "hood" in b.wears:
        steel = b.hue("#8f98a4", "helmet", "hood")
        ring = ((-1, -0.4), (-0.7, -1), (0, -1.25), (0.8, -0.9), (1, -0.42), (0, -0.56))
        b.form(smooth([(x + px * s, y + py * s) for px, py in ring]), steel, s)
    if "hat" in b.wears:
        hat(b, x, y, s)
    if "crown" in b.wears:
        crown(b, x, y - s * (0.8 if "hat" in b.wears else 0.1), s * 0.9)
    if "lantern" in b.wears:
        lantern(b, fit.mouth[0], fit.mouth[1], r * 1.15)


def toes(b: Brush, x: float, y: float, long: float, colour: str, spread: int = 3) -> None:
    """A soft splayed foot whose toes point right, its sole at y."""
    ring: list[Point] = [(x - long * 0.35, y - long * 0.3)]
    for k in range(spread):
        u = k / max(1, spread - 1)
        ring += [(x + long * (1 - 0.5 * u), y - long * (0.36 - 0.3 * u)), (x + long * (0.5 - 0.4 * u), y - long * 0.1)]
    b.form(smooth([*ring, (x - long * 0.4, y)]), colour, long * 0.6, 0.7)


def hoof(x: float, y: float, w: float) -> str:
    """A hoof about x whose sole is at y + w."""
    return poly([(x - w * 0.5, y), (x + w * 0.5, y), (x + w * 0.75, y + w), (x - w * 0.6, y + w)])
