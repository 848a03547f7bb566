"""How figures are painted: forms in three tones, looking right and lit from there; feet at y 0, up is negative."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, get_args

from workbench.domain.pictures import Attribute, Figure
from workbench.images.sketch_palette import Light, mix, named, shade
from workbench.images.sketch_svg import Point, Sheet, limb, oval, smooth

ATTRIBUTES: Final[tuple[str, ...]] = get_args(Attribute)
GOLD: Final = "#dcab3c"
STEEL: Final = "#aab2bd"


@dataclass
class Brush:
    """The sheet, the light and the figure that is painted, with the chance that varies it."""

    sheet: Sheet
    light: Light
    figure: Figure
    rng: Random
    wears: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        coloured = {key for key in self.figure.colours if key in ATTRIBUTES}
        # A colour for a garment says that it is worn.
        self.wears = frozenset(self.figure.attributes) | coloured

    def hue(self, default: str, *keys: str) -> str:
        """The colour that the figure gives one of `keys` (the first that it knows), else `default`."""
        for key in keys:
            for what, words in self.figure.colours.items():
                if key in what.lower() and (found := named(words)):
                    return found
        return default

    def tone(self, colour: str) -> str:
        """See `Light.tone`."""
        return self.light.tone(colour)

    def form(self, d: str, colour: str, size: float = 60.0, soft: float = 1.0) -> None:
        """A rounded form: dark on the left, its own colour, lit on the right; `size` is about its width in units."""
        self.sheet.path(d, self.tone(shade(colour, 1 - 0.34 * soft)))
        with self.sheet.group(clip=d):
            with self.sheet.group(transform=f"translate({size * 0.2:.1f} {-size * 0.05:.1f})"):
                self.sheet.path(d, self.tone(colour))
            with self.sheet.group(transform=f"translate({size * 0.56:.1f} {-size * 0.12:.1f})"):
                self.sheet.path(d, self.tone(shade(colour, 1 + 0.14 * soft)))

    def flat(self, d: str, colour: str, fade: float = 1.0) -> None:
        """A form in one tone."""
        self.sheet.path(d, self.tone(colour), fade)

    def line(self, d: str, colour: str, width: float, fade: float = 1.0) -> None:
        """A stroke."""
        self.sheet.path(d, "none", fade, self.tone(colour), width)

    def limb(self, points: Sequence[Point], widths: Sequence[float], colour: str, soft: float = 1.0) -> None:
        """A rounded limb along points."""
        self.form(limb(points, widths), colour, max(widths), soft)

    def folds(self, d: str, lines: Sequence[Sequence[Point]], colour: str, width: float) -> None:
        """Folds of cloth inside the form d: dark tapering lines, each with a lit edge."""
        with self.sheet.group(clip=d):
            for points in lines:
                widths = [1.5, *[width] * (len(points) - 2), width * 1.5]
                self.flat(limb(points, widths), shade(colour, 0.6), 0.75)
                self.flat(
                    limb([(x + width, y) for x, y in points], [w * 0.45 for w in widths]), shade(colour, 1.25), 0.5
                )

    def shine(self, x: float, y: float, r: float, colour: str = "#ffd479") -> None:
        """A lamp's core: opaque, so that the mask stays whole."""
        self.sheet.path(oval(x, y, r), colour)
        self.sheet.path(oval(x, y, r * 0.55), mix(colour, "#ffffff", 0.7))


def hat(b: Brush, x: float, y: float, r: float) -> None:
    """A brimmed hat, pointed for some, on a head of radius r about (x, y)."""
    colour = b.hue("#5a3d2c", "hat")
    if b.rng.random() < 0.5:
        crown = smooth(
            [
                (x - r * 0.85, y - r * 0.55),
                (x - r * 0.6, y - r * 1.3),
                (x - r * 0.5, y - r * 2.1),
                (x - r * 0.1, y - r * 1.75),
                (x + r * 0.5, y - r * 1.3),
                (x + r * 0.85, y - r * 0.55),
            ]
        )
    else:
        crown = smooth(
            [
                (x - r * 0.85, y - r * 0.5),
                (x - r * 0.78, y - r * 1.3),
                (x, y - r * 1.45),
                (x + r * 0.78, y - r * 1.3),
                (x + r * 0.85, y - r * 0.5),
            ]
        )
    b.form(crown, colour, r)
    with b.sheet.group(clip=crown):
        b.flat(
            smooth(
                [
                    (x - r * 1.2, y - r * 0.86),
                    (x, y - r * 0.72),
                    (x + r * 1.2, y - r * 0.86),
                    (x + r * 1.2, y - r * 0.4),
                    (x - r * 1.2, y - r * 0.4),
                ]
            ),
            b.hue("#b8863a", "ribbon", "band"),
        )
    b.form(
        smooth(
            [
                (x - r * 1.6, y - r * 0.5),
                (x, y - r * 0.78),
                (x + r * 1.65, y - r * 0.55),
                (x + r * 0.9, y - r * 0.36),
                (x, y - r * 0.34),
                (x - r * 0.9, y - r * 0.34),
            ]
        ),
        colour,
        r * 0.8,
    )


def crown(b: Brush, x: float, y: float, r: float) -> None:
    """A crown of five points with stones."""
    gold = b.hue(GOLD, "crown")
    points = [(x - r * 0.82, y - r * 0.5)]
    for k in range(5):
        u = -0.9 + 0.45 * k
        points += [(x + u * r, y - r * (1.5 - 0.1 * abs(k - 2))), (x + (u + 0.22) * r, y - r * 0.95)]
    points = [*points[:-1], (x + r * 0.82, y - r * 0.5)]
    d = (
        "M"
        + "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        + f"Q{x:.1f} {y - r * 0.3:.1f} {points[0][0]:.1f} {points[0][1]:.1f}Z"
    )
    b.form(d, gold, r)
    for part, colour in ((-0.45, "#3f74b8"), (0.05, "#c2342d"), (0.5, "#3f9a5c")):
        b.flat(oval(x + part * r, y - r * 0.66, r * 0.1), colour)


def horns(b: Brush, x: float, y: float, r: float) -> None:
    """Two curved horns."""
    colour = b.hue("#d8c6a2", "horn")
    for k, s in ((-0.45, 1.15), (0.4, 1.3)):
        b.limb(
            [(x + k * r, y - r * 0.7), (x + (k - 0.2) * r, y - r * 1.35 * s), (x + (k - 0.75) * r, y - r * 1.75 * s)],
            (r * 0.36, r * 0.24, r * 0.04),
            colour,
        )


PEOPLE_EYES: Final = ((0.06, 0.27), (0.66, 0.22))


def glasses(b: Brush, x: float, y: float, r: float, eyes: Sequence[tuple[float, float]] = PEOPLE_EYES) -> None:
    """Round glasses before `eyes`: how far right of x each is and its radius, in head radii."""
    for k, s in eyes:
        b.sheet.path(oval(x + k * r, y + r * 0.02, r * s), "#e8f2f6", 0.35)
        b.line(oval(x + k * r, y + r * 0.02, r * s), "#2f2a28", r * 0.07)
    b.line(f"M{x - r * 0.2:.1f} {y:.1f}L{x - r * 0.75:.1f} {y - r * 0.08:.1f}", "#2f2a28", r * 0.06)


def wings(b: Brush, x: float, y: float, size: float, near: bool = True) -> None:
    """A pair of feathered wings from (x, y) up and back; `size` their span."""
    colour = b.hue("#e9e4d8", "wing")
    for side, k in ((0, 0.82), (1, 1.0)) if near else ((0, 0.82),):
        tone = shade(colour, 0.8) if not side else colour
        tips = []
        for i in range(6):
            reach, drop = size * k * (1 - 0.1 * i), size * (-0.55 + 0.24 * i)
            tips += [(x - reach * 0.92, y + drop), (x - reach * 0.66, y + drop + size * 0.13)]
        outline = [
            (x + 10, y - 8),
            (x - size * 0.3 * k, y - size * 0.52),
            (x - size * 0.7 * k, y - size * 0.68),
            *tips,
            (x - 6, y + size * 0.3),
        ]
        b.form(smooth(outline), tone, size * 0.5)
        for i in range(5):
            drop = size * (-0.5 + 0.24 * i)
            b.line(
                smooth(
                    [
                        (x - size * 0.12, y - size * 0.02 + i * size * 0.05),
                        (x - size * 0.42 * k, y + drop * 0.7),
                        (x - size * k * (0.82 - 0.1 * i), y + drop + 8),
                    ],
                    closed=False,
                ),
                shade(tone, 0.62),
                size * 0.012,
                0.7,
            )


def scarf(b: Brush, x: float, y: float, w: float, size: float) -> None:
    """A scarf about a neck w wide at (x, y), one end flying back."""
    colour = b.hue("#c2452f", "scarf")
    end = [(x - w * 0.4, y), (x - w * 0.9 - size * 0.2, y + size * 0.14), (x - w - size * 0.5, y + size * 0.04)]
    tail = limb(end, (size * 0.12, size * 0.17, size * 0.2))
    b.form(tail, shade(colour, 0.85), size * 0.2)
    b.folds(tail, [[(px, py + size * 0.03) for px, py in end]], colour, size * 0.02)
    b.form(
        smooth(
            [
                (x - w * 0.66, y - size * 0.05),
                (x, y + size * 0.03),
                (x + w * 0.66, y - size * 0.07),
                (x + w * 0.72, y + size * 0.07),
                (x + w * 0.1, y + size * 0.17),
                (x - w * 0.7, y + size * 0.1),
            ]
        ),
        colour,
        w,
    )
    drop = limb(
        [(x + w * 0.2, y + size * 0.08), (x + w * 0.28, y + size * 0.28), (x + w * 0.2, y + size * 0.5)],
        (size * 0.13, size * 0.15, size * 0.17),
    )
    b.form(drop, colour, size * 0.16)


def lantern(b: Brush, x: float, y: float, size: float) -> None:
    """A lantern that hangs from (x, y), alight."""
    frame = b.hue("#4a3f36", "lantern")
    b.line(
        (
            f"M{x:.1f} {y:.1f}"
            f"q{size * 0.3:.1f} {size * 0.12:.1f} {size * 0.2:.1f} {size * 0.34:.1f}"
            f"M{x:.1f} {y:.1f}"
            f"q{-size * 0.3:.1f} {size * 0.12:.1f} {-size * 0.2:.1f} {size * 0.34:.1f}"
        ),
        frame,
        size * 0.05,
    )
    b.form(
        (
            f"M{x - size * 0.32:.1f} {y + size * 0.42:.1f}L{x:.1f} {y + size * 0.16:.1f}"
            f"L{x + size * 0.32:.1f} {y + size * 0.42:.1f}Z"
        ),
        frame,
        size * 0.3,
    )
    b.sheet.path(
        (
            f"M{x - size * 0.24:.1f} {y + size * 0.42:.1f}h{size * 0.48:.1f}"
            f"l{-size * 0.04:.1f} {size * 0.52:.1f}h{-size * 0.4:.1f}Z"
        ),
        "#ffc45a",
    )
    b.shine(x, y + size * 0.68, size * 0.17, "#ffe08a")
    for k in (-0.22, 0.0, 0.22):
        b.line(f"M{x + k * size:.1f} {y + size * 0.42:.1f}v{size * 0.52:.1f}", frame, size * 0.045)
    b.form(
        f"M{x - size * 0.28:.1f} {y + size * 0.92:.1f}h{size * 0.56:.1f}v{size * 0.1:.1f}h{-size * 0.56:.1f}Z",
        frame,
        size * 0.4,
    )
