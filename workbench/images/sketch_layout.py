"""Where a scene's details stand: beside the figure, by the thirds, and clear of one another as far as there is room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workbench.domain.pictures import Detail, PlaceKind
from workbench.images.sketch_stage import HIGH, Stage, leaps


@dataclass(frozen=True)
class Extent:
    """What a detail covers, in its own sizes: behind and before its foot (the light's side), above and below it.

    `solid` is how much it matters if something else lies over or under it.
    """

    behind: float
    before: float
    above: float
    below: float = 0.04
    solid: float = 1.0


EXTENTS: Final[Mapping[Detail, Extent]] = {
    "tower": Extent(0.22, 0.18, 1.04), "lighthouse": Extent(0.2, 0.2, 0.96), "windmill": Extent(0.54, 0.54, 1.16),
    "bridge": Extent(0.7, 0.76, 0.26, 0.14, 0.7), "house": Extent(0.56, 0.56, 0.94),
    # The carriages run out of the picture.
    "train": Extent(0.56, 1.7, 0.85, 0.04, 0.5), "clock": Extent(0.22, 0.22, 1.4), "tree": Extent(0.48, 0.48, 1.04),
    "gate": Extent(0.56, 0.56, 1.18), "market": Extent(0.56, 1.42, 1.1), "bells": Extent(0.8, 0.8, 1.3),
    "fence": Extent(1.1, 1.9, 0.72, 0.0, 0.4), "graves": Extent(0.94, 1.0, 0.64, 0.08, 0.9),
    "well": Extent(0.56, 0.56, 1.3), "rocks": Extent(0.82, 0.82, 0.6, 0.04, 0.5), "lamps": Extent(0.12, 0.94, 1.22),
    "boat": Extent(0.56, 0.56, 0.46), "fire": Extent(0.75, 0.75, 1.0, 0.24),
    "flowers": Extent(1.1, 1.1, 0.4, 0.1, 0.15),
}  # fmt: skip
# Under a roof some are other things: a door in the wall, a long-case clock, bells on a beam, flowers in a jar.
INSIDE_EXTENTS: Final[Mapping[Detail, Extent]] = {
    **EXTENTS,
    "gate": Extent(0.34, 0.34, 1.05), "clock": Extent(0.18, 0.18, 1.16), "bells": Extent(0.96, 0.96, 0.0, 0.9),
    "flowers": Extent(0.3, 0.42, 0.9),
}  # fmt: skip
# What a place has itself: from and to (counted from the figure's side), top and foot (shares of the picture's height),
# and how much it matters if it is covered.
Own = tuple[float, float, float, float, float]
OWN: Final[Mapping[PlaceKind, Sequence[Own]]] = {
    "castle": ((0.53, 0.87, 0.08, 0.62, 0.9), (0.9, 1.1, 0.5, 0.85, 0.4)),
    "ruin": ((0.55, 0.88, 0.3, 0.68, 0.7), (0.88, 1.0, 0.3, 0.72, 0.5)), "garden": ((0.52, 0.68, 0.45, 0.72, 0.7),),
    "village": ((0.5, 0.63, 0.3, 0.62, 0.5), (0.76, 1.1, 0.45, 0.72, 0.3)),
    "desert": ((0.78, 0.95, 0.55, 0.78, 0.5),), "stars": ((0.5, 0.98, 0.12, 0.5, 0.3),),
    "lake": ((0.56, 0.82, 0.66, 0.93, 0.6),), "sea": ((0.88, 1.1, 0.35, 0.66, 0.3),),
    "harbour": ((0.5, 0.95, 0.35, 0.66, 0.25), (0.66, 0.92, 0.82, 0.96, 0.8)),
    "forest": ((-0.1, 0.16, 0, 0.95, 1.2), (0.91, 1.1, 0, 0.95, 1.2)), "ship": ((0.62, 0.86, 0, 0.72, 0.5),),
    "sky": ((0.4, 0.76, 0.2, 0.45, 0.2),),
    "hall": ((0.41, 0.59, 0.42, 0.74, 0.8),), "tavern": ((0.54, 0.79, 0.42, 0.74, 0.8),),
    "library": ((0.46, 0.62, 0.2, 0.6, 0.3), (0.66, 0.94, 0.64, 0.86, 0.5)),
    "workshop": ((0.58, 0.9, 0.6, 0.86, 0.6), (0.58, 0.82, 0.3, 0.58, 0.3)), "cave": ((0.56, 0.9, 0.3, 0.6, 0.4),),
    "room": ((-0.1, 0.26, 0.6, 0.86, 0.5), (0.5, 0.86, 0.2, 0.6, 0.5), (0.8, 1.0, 0.6, 0.9, 0.8)),
}  # fmt: skip
# How wide a figure is for its height.
WIDE: Final[Mapping[str, float]] = {
    "cat": 1.1, "dog": 1.05, "fox": 1.6, "wolf": 1.4, "horse": 1.0, "bear": 1.5, "mouse": 2.0, "hare": 1.1,
    "dragon": 1.4, "bird": 0.8, "owl": 0.9, "fish": 0.8,
    "crab": 1.5, "frog": 1.2, "tortoise": 1.8, "hedgehog": 1.6, "bat": 1.0, "moth": 0.9, "snake": 1.3, "octopus": 1.2,
    "seal": 1.5, "goat": 1.0, "camel": 1.1,
}  # fmt: skip
SCALES: Final = (1.0, 0.88, 0.77, 0.67)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """Where a detail stands and how large it is."""

    name: Detail
    x: float
    y: float
    size: float


def figure_box(st: Stage) -> Box:
    """What the figure covers, with some air: left, top, right and bottom in units; narrow without a figure."""
    where, figure = st.composition, st.scene.figure
    high = where.size * HIGH
    half = max(0.2 * st.person, high * (WIDE.get(figure.shape, 0.5) if figure else 0.3) / 2) + 0.06 * st.person
    half = min(half, 0.3 * st.wide)
    return st.free - half, where.feet * HIGH - high - 20, st.free + half, where.feet * HIGH + 30


def extent(st: Stage, name: Detail) -> Extent:
    """The extent of a detail in this place."""
    return (INSIDE_EXTENTS if st.inside else EXTENTS)[name]


def covered(st: Stage, spot: Spot) -> Box:
    """What a detail covers."""
    e = extent(st, spot.name)
    left, right = (e.behind, e.before) if st.side > 0 else (e.before, e.behind)
    return (
        spot.x - left * spot.size,
        spot.y - e.above * spot.size,
        spot.x + right * spot.size,
        spot.y + e.below * spot.size,
    )


def overlap(a: Box, b: Box) -> float:
    """The share of the smaller of two boxes that lies in the other."""
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / max(1.0, min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])))


def own(st: Stage) -> list[tuple[Box, float]]:
    """What the place shows without any detail, and how much each of it matters."""
    taken: list[tuple[Box, float]] = []
    for a, b, top, foot, weight in OWN.get(st.scene.place, ()):
        x0, x1 = sorted((st.x(a), st.x(b)))
        taken.append(((x0, top * HIGH, x1, foot * HIGH), weight))
    if not st.inside:
        # The sun or moon is not to be hidden if it can be helped.
        x, y = st.lamp
        taken.append(((x - 60, y - 60, x + 60, y + 60), 0.35))
    if "ship" in st.scene.details:
        x = st.x(0.62)
        taken.append(((x - 150, st.horizon - 220, x + 150, st.horizon + 60), 0.5))
    return taken


def cost(st: Stage, spot: Spot, person: Box, taken: Sequence[tuple[Box, float]]) -> float:
    """How bad it is to have a detail there: before the figure, cut off, over others, in the river, far aside."""
    box, solid = covered(st, spot), extent(st, spot.name).solid
    out = max(0.0, 12 - box[0]) + max(0.0, box[2] - st.wide + 12)
    # A train may leave the picture.
    total = (3.4 if spot.name == "train" else 5.0) * out / (box[2] - box[0])
    # Flowers may grow behind the figure.
    total += (2.0 if solid < 0.2 else 9.0) * overlap(box, person)
    total += sum(4 * weight * solid * overlap(box, other) for other, weight in taken)
    share = spot.x / st.wide if st.side > 0 else 1 - spot.x / st.wide
    if st.scene.place == "river" and spot.y > st.lerp(0.38) and spot.name != "bridge":
        total += 3.0 if (share > 0.46) != leaps(st.scene) else 0.0
    # The place for the greatest is the third across from the figure; what lies near may be anywhere.
    return total + abs(share - 0.7) * (0.2 if spot.y > st.lerp(0.86) else 0.5)


def arranged(st: Stage, wanted: Sequence[Spot]) -> list[Spot]:
    """The details at their places, far ones first; the x of those that come in counts for nothing.

    The largest chooses first, then each once more when all are there. Where there is no room, things get smaller.
    """
    person, before = figure_box(st), own(st)
    # Several great things share the room from the start.
    crowd = max(0.72, 1.12 - 0.08 * max(1.5, sum(extent(st, s.name).solid for s in wanted)))

    def area(spot: Spot) -> float:
        left, top, right, low = covered(st, spot)
        return (right - left) * (low - top)

    placed: dict[Detail, Spot] = {}
    order = sorted(wanted, key=area, reverse=True)
    for one in order * 2 if len(order) > 1 else order:
        taken = [*before, *((covered(st, s), extent(st, s.name).solid) for s in placed.values() if s.name != one.name)]
        ease = crowd if extent(st, one.name).solid > 0.3 else 1.0
        tries = (
            (cost(st, spot, person, taken) + 1.1 * (1 - scale), -scale, k, spot)
            for scale in SCALES
            for k in range(50)
            for spot in (Spot(one.name, st.x(0.01 + 0.02 * k), one.y, one.size * scale * ease),)
        )
        placed[one.name] = min(tries, key=lambda t: t[:3])[3]
    return sorted(placed.values(), key=lambda s: (s.y, -s.size))
