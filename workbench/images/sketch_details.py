"""The details a scene names, each at its spot: on the ground, on water, in the sky or through a window."""

from collections.abc import Callable, Mapping
from typing import Final

from workbench.domain.pictures import Detail, PlaceKind
from workbench.images import sketch_boats as boats
from workbench.images import sketch_built as built
from workbench.images import sketch_furniture as things
from workbench.images import sketch_hearth as hearth
from workbench.images import sketch_objects as objects
from workbench.images import sketch_plants as plants
from workbench.images.sketch_layout import Spot, arranged
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_sky import birds
from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import arch, box, oval, smooth

Painter = Callable[[Stage, float, float, float, float], None]


def boat(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A rowing boat, on water or drawn ashore."""
    boats.boat(st, x, y, size, depth)


# Painter, height beside a grown person there, and how far it stands: 0 at the horizon, 1 at the figure's feet.
OUTSIDE: Final[Mapping[Detail, tuple[Painter, float, float]]] = {
    "tower": (built.tower, 5.5, 0.2), "lighthouse": (built.lighthouse, 5.5, 0.16),
    "windmill": (built.windmill, 4.2, 0.26),
    "bridge": (built.bridge, 3.6, 0.36), "house": (built.house, 2.9, 0.4), "train": (objects.train, 1.7, 0.3),
    "clock": (objects.clock, 3.6, 0.28), "tree": (objects.big_tree, 2.9, 0.5), "gate": (built.gate, 1.6, 0.5),
    "market": (objects.market, 1.25, 0.56), "bells": (objects.bells, 1.35, 0.52), "fence": (objects.fence, 0.8, 0.62),
    "graves": (objects.graves, 0.85, 0.68),
    "well": (objects.well, 1.0, 0.66), "rocks": (objects.rocks, 0.6, 0.8), "lamps": (objects.lamps, 1.9, 0.66),
    "boat": (boat, 1.3, 0.72),
    "fire": (hearth.fire, 0.36, 0.9), "flowers": (objects.flower_bed, 0.85, 0.92),
}  # fmt: skip
# Where there is no ground far away: things stand no farther than this.
NEAREST: Final[Mapping[PlaceKind, float]] = {
    "sea": 0.74, "harbour": 0.76, "lake": 0.9, "ship": 0.62, "swamp": 0.82, "sky": 0.9, "stars": 0.5,
    "underwater": 0.72,
}  # fmt: skip
# On open water these stand on an islet of their own.
ISLETS: Final[frozenset[PlaceKind]] = frozenset(("sea", "harbour", "lake", "ship"))
ISLANDERS: Final[frozenset[Detail]] = frozenset(
    ("tower", "lighthouse", "windmill", "house", "clock", "tree", "bells", "graves", "gate", "bridge", "train")
)
WATERS: Final[frozenset[PlaceKind]] = frozenset(("sea", "harbour", "lake", "ship", "river", "swamp"))
AFLOAT: Final[Mapping[Detail, tuple[float, float]]] = {"ship": (0.14, 300), "boat": (0.34, 170)}


def islet(st: Stage, x: float, y: float, size: float) -> None:
    """A low island that something stands on."""
    w = size * 0.62 + 60
    rim = [(x - w, y + 14), (x - w * 0.6, y - 6), (x, y - 12), (x + w * 0.6, y - 5), (x + w, y + 14), (x, y + 24)]
    st.sheet.path(smooth([(px, py + 9) for px, py in rim]), st.tone("#6b645c", 0.25))
    st.sheet.path(smooth(rim), st.ground("#7c9a58", 0.25))


def spots(st: Stage) -> list[tuple[Spot, float]]:
    """Where the scene's details stand out of doors and how far in the haze each is, far ones first."""
    place = st.scene.place
    wanted: list[Spot] = []
    depths: dict[Detail, float] = {}
    for name in (d for d in OUTSIDE if d in st.scene.details):
        _, high, share = OUTSIDE[name]
        if name == "boat" and place in WATERS:
            y, size, depths[name] = st.lerp(AFLOAT["boat"][0]), AFLOAT["boat"][1], 0.2
        elif place in ISLETS and name in ISLANDERS:
            y, depths[name] = st.lerp(0.16), 0.25
            size = min(st.person * high * 0.2, y - 90)
        else:
            # High things that must stand near would leave the picture.
            y = st.lerp(max(share, NEAREST.get(place, 0.0)))
            size = min(st.scale(y) * high, max(160.0, y - 90))
            if y > st.lerp(0.6) and high > 1.3:
                size *= 0.75
            depths[name] = st.depth(y) * 0.55
        wanted.append(Spot(name, 0.0, y, size))
    return [(spot, depths[spot.name]) for spot in arranged(st, wanted)]


def outside(st: Stage) -> None:
    """Draw the scene's details out of doors, far ones first; sky lights are the sky's own work."""
    if "ship" in st.scene.details:
        _ship(st)
    if "birds" in st.scene.details:
        birds(st)
    for spot, depth in spots(st):
        if st.scene.place in ISLETS and spot.name in ISLANDERS:
            islet(st, spot.x, spot.y, spot.size)
        OUTSIDE[spot.name][0](st, spot.x, spot.y, spot.size, depth)


def _ship(st: Stage) -> None:
    """A ship on the water; on land far off at the horizon, among the stars and in the sky it flies."""
    place = st.scene.place
    if place in ("sky", "stars", "underwater"):
        boats.sailer(st, st.x(0.62), st.horizon * 0.62, 230, 0.25)
    elif place in WATERS:
        boats.sailer(st, st.x(0.62), st.lerp(AFLOAT["ship"][0]), AFLOAT["ship"][1], 0.18)
    else:
        y = st.lerp(0.05)
        lake = smooth([(st.x(0.42), y), (st.x(0.6), y - 9), (st.x(0.84), y), (st.x(0.62), y + 22)])
        st.sheet.path(lake, mix(st.tone("#4a8aa5", 0.5), st.light.sky[2], 0.5))
        boats.sailer(st, st.x(0.62), y + 5, 150, 0.4)


def _vase(st: Stage, x: float, y: float, size: float, depth: float) -> None:
    """Flowers in a jar on a stool."""
    hearth.block(st, x, y, size * 0.34, size * 0.3, "#7d5838")
    plants.flowers(st, x, y - size * 0.5, size * 0.26, size * 0.24, 16)
    st.sheet.path(
        smooth(
            [
                (x - size * 0.07, y - size * 0.54),
                (x - size * 0.12, y - size * 0.4),
                (x - size * 0.08, y - size * 0.3),
                (x + size * 0.08, y - size * 0.3),
                (x + size * 0.12, y - size * 0.4),
                (x + size * 0.07, y - size * 0.54),
            ]
        ),
        st.tone("#4f7f94"),
    )


def _door(st: Stage, x: float, y: float, size: float, depth: float) -> None:
    """A gate inside is a great door in the wall."""
    y = st.horizon
    st.sheet.path(arch(x, y, size * 0.5 + 26, size + 20), st.tone("#7d7266"))
    st.sheet.path(arch(x, y, size * 0.5, size), st.tone("#5d3d25"))
    for k in (-0.12, 0.0, 0.12):
        st.sheet.path(f"M{x + k * size:.0f} {y:.0f}v{-size * 0.85:.0f}", "none", 1, st.tone("#3a2516"), 4)
    for k in (0.25, 0.65):
        st.sheet.path(box(x - size * 0.24, y - size * k, size * 0.48, 10), st.tone("#34343c"))
    st.sheet.path(oval(x + st.side * size * 0.14, y - size * 0.42, 9), "none", 1, st.tone("#caa24a"), 5)


def _hanging(st: Stage, x: float, y: float, size: float, depth: float) -> None:
    """Bells on a beam overhead."""
    st.sheet.path(box(x - 190, 92, 380, 22), st.tone("#4d3523"))
    for k, s in ((-120, 74), (0, 104), (120, 74)):
        objects.bell(st, x + k, 112, s)


def _hung_lamps(st: Stage, x: float, y: float, size: float, depth: float) -> None:
    for u in (0.24, 0.5, 0.9):
        st.sheet.path(f"M{st.x(u):.0f} -5V170", "none", 1, st.tone("#2a2522"), 5)
        st.sheet.glow(st.x(u), 210, 330, "#ffb95a", 0.5 if st.light.lamps else 0.25)
        things.lamp(st, st.x(u), 244, 82)


INSIDE_THINGS: Final[Mapping[Detail, tuple[Painter, float, float]]] = {
    "gate": (_door, 0.75, 0.0), "clock": (objects.clock, 0.95, 0.2), "well": (objects.well, 0.7, 0.45),
    "bells": (_hanging, 1.0, 0.0),
    "lamps": (_hung_lamps, 1.0, 0.0), "market": (objects.market, 0.64, 0.5), "fire": (hearth.fire, 0.26, 0.72),
    "rocks": (objects.rocks, 0.3, 0.85),
    "flowers": (_vase, 0.62, 0.85),
}  # fmt: skip


def inside(st: Stage) -> None:
    """Draw the scene's details that fit under a roof; the others are seen through the window."""
    wanted = []
    for name in (d for d in INSIDE_THINGS if d in st.scene.details):
        painter, high, share = INSIDE_THINGS[name]
        if name == "lamps":
            painter(st, 0, 0, 0, 0)
        elif name == "bells":
            wanted.append(Spot(name, 0.0, 92, 200))
        else:
            wanted.append(Spot(name, 0.0, st.lerp(share), st.person * high))
    for spot in arranged(st, wanted):
        INSIDE_THINGS[spot.name][0](st, spot.x, spot.y, spot.size, 0.0)
    if "stars" in st.scene.details:
        for _ in range(14):
            x, y = st.x(st.rng.uniform(0.45, 0.98)), st.rng.uniform(60, 420)
            st.sheet.glow(x, y, 16, shade("#ffe9a8", 1.0), 0.8)
