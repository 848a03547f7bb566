"""Built places out of doors: village, town, castle, ruin; and the table of all places' painters."""

from collections.abc import Callable, Mapping
from typing import Final

from workbench.domain.pictures import PlaceKind
from workbench.images import sketch_beyond as beyond
from workbench.images import sketch_built as built
from workbench.images import sketch_depths as depths
from workbench.images import sketch_inside as inside
from workbench.images import sketch_land as land
from workbench.images import sketch_plants as plants
from workbench.images import sketch_water as wet
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_sky import sky
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import arch, blob, box, oval, poly


def village(st: Stage) -> None:
    """Cottages and a church between trees along a lane."""
    sky(st)
    land.range_of(st, st.lerp(-0.05), 110, "#8096a5", 0.72)
    land.hill(st, st.lerp(0.0), 30, "#84a05c", 0.45)
    plants.treeline(st, st.lerp(0.08), 56, 0.45, "leaf", "#5a8048")
    land.hill(st, st.lerp(0.1), 8, "#7d9c55", 0.25)
    x = st.x(0.56)
    st.sheet.path(box(x - 34, st.lerp(0.14) - 190, 68, 190), st.tone("#cfc4ae", 0.36))
    st.sheet.path(
        poly([(x - 42, st.lerp(0.14) - 186), (x, st.lerp(0.14) - 330), (x + 42, st.lerp(0.14) - 186)]),
        st.ground("#6b4f58", 0.36),
    )
    built.window(st, x, st.lerp(0.14) - 110, 18, 40, 0.3)
    for u, v, s in (
        (0.47, 0.12, 120),
        (0.68, 0.16, 140),
        (0.14, 0.16, 150),
        (0.82, 0.24, 190),
        (0.03, 0.32, 230),
        (0.96, 0.42, 300),
    ):
        y = st.lerp(v)
        built.house(st, st.x(u), y, s, st.depth(y) * 0.5)
        plants.tree(st, "broadleaf", st.x(u) - st.side * s * 0.68, y + 4, s * 0.9, st.depth(y) * 0.5)
    land.hill(st, st.lerp(0.52), 12, "#6f9446", 0.05)
    land.path_to(st, st.x(0.6), st.lerp(0.2), "#cdb48c", 210)
    for i in range(9):
        fx = st.x(0.62 + 0.05 * i)
        st.sheet.path(box(fx - 5, st.lerp(0.66) - 62, 10, 66), st.ground("#a4835c"))
    x0, x1 = sorted((st.x(0.61), st.x(1.05)))
    for k in (46, 24):
        st.sheet.path(box(x0, st.lerp(0.66) - k, x1 - x0, 8), st.ground("#b08f66"))
    plants.flowers(st, st.x(0.82), st.lerp(0.72), 300, 24, 26)
    plants.grass(st, st.feet + 40, 40, 80)


def town(st: Stage) -> None:
    """A street of tall narrow houses on both sides, paved, a square tower at its end."""
    sky(st)
    vx, vy = st.x(0.56), st.horizon
    for i in range(14):
        built.house(st, vx + (i - 7) * 46, vy + 8, 90 + st.rng.uniform(-20, 30), 0.62, tall=st.rng.choice((1.4, 2.0)))
    tx = vx + st.side * 20
    st.sheet.path(box(tx - 34, vy - 300, 68, 306), st.tone("#b9ac98", 0.5))
    st.sheet.path(poly([(tx - 42, vy - 298), (tx, vy - 420), (tx + 42, vy - 298)]), st.ground("#5f6b60", 0.5))
    st.sheet.path(oval(tx, vy - 240, 24), st.tone("#efe6d0", 0.35))
    paving = st.ground("#8f8578")
    st.sheet.path(
        box(-5, vy + 6, st.wide + 10, HIGH),
        st.sheet.linear([(0, st.ground("#a79c8c", 0.45), 1), (0.5, paving, 1), (1, shade(paving, 0.78), 1)]),
    )
    d = ""
    for row in range(15):
        y = vy + 12 + (row / 15) ** 1.7 * 460
        w = 14 + row * 7
        for k in range(-14, 15):
            cx = vx + (k + (row % 2) * 0.5) * w * 2.2
            if -40 < cx < st.wide + 40:
                d += oval(cx, y, w, 2.4 + row * 0.85)
    st.sheet.path(d, st.ground("#6f675d"), 0.4)
    for turn, near in ((1, False), (-1, True)):
        edge = vx + turn * 80
        for i in range(5, -6, -1):
            far_x, near_x = edge + turn * 42 * (5 - i) ** 1.35, edge + turn * 42 * (6 - i) ** 1.35
            _facade(st, far_x, near_x, vx, vy, 0.5 - 0.1 * (5 - i), near)


def _facade(st: Stage, far_x: float, near_x: float, vx: float, vy: float, depth: float, shadow: bool) -> None:
    """One house front along the street between two x, in perspective towards (vx, vy)."""

    def at(x: float, height: float) -> float:
        return vy + 6 - (height - 0.36) * abs(x - vx) * 1.05

    depth = max(0.0, depth)
    wall, high = st.rng.choice(built.WALLS), st.rng.uniform(1.45, 2.1)
    wall = shade(wall, 0.72 if shadow == (st.side > 0) else 1.04)
    st.sheet.path(
        poly([(far_x, at(far_x, 0)), (far_x, at(far_x, high)), (near_x, at(near_x, high)), (near_x, at(near_x, 0))]),
        st.tone(wall, depth),
    )
    mid = (far_x + near_x) / 2
    roof = st.ground(st.rng.choice(built.ROOFS), depth)
    st.sheet.path(poly([(far_x, at(far_x, high)), (mid, at(mid, high + 0.62)), (near_x, at(near_x, high))]), roof)
    st.sheet.path(
        poly(
            [
                (far_x, at(far_x, high)),
                (near_x, at(near_x, high)),
                (near_x, at(near_x, high - 0.06)),
                (far_x, at(far_x, high - 0.06)),
            ]
        ),
        shade(roof, 0.7),
    )
    for level in (0.62, 1.1, 1.55):
        if level + 0.3 > high:
            continue
        for k in (0.14, 0.56):
            ends = (far_x + (near_x - far_x) * k, far_x + (near_x - far_x) * (k + 0.3))
            _pane(st, [(x, at(x, level), at(x, level + 0.26)) for x in ends], depth)
    x = far_x + (near_x - far_x) * 0.5
    st.sheet.path(
        arch(x, at(x, 0.0), abs(near_x - far_x) * 0.26, abs(at(x, 0.42) - at(x, 0))), st.tone("#4d3325", depth)
    )
    if st.rng.random() < 0.5:
        a, b = far_x + (near_x - far_x) * 0.2, far_x + (near_x - far_x) * 0.8
        st.sheet.path(
            poly([(a, at(a, 0.52)), (b, at(b, 0.52)), (b, at(b, 0.4)), (a, at(a, 0.4))]),
            st.tone(st.rng.choice(("#b8452f", "#3f7a6a", "#d8a23c")), depth),
        )


def _pane(st: Stage, sides: list[tuple[float, float, float]], depth: float) -> None:
    """A window in a wall that recedes, between two upright sides (x, sill, top): lit, or dark glass."""
    (ax, a_low, a_top), (bx, b_low, b_top) = sides
    wide = abs(bx - ax)
    glass = mix(st.tone("#3a4656", depth), st.light.sky[1], 0.25)
    if st.light.lamps and st.rng.random() < 0.7:
        glass = mix(st.light.tempered(built.LAMP), st.light.haze, depth * 0.3)
        st.sheet.glow((ax + bx) / 2, (a_low + b_top) / 2, min(90.0, wide * 2), glass, 0.4)
    frame = st.tone("#5a4434", depth)
    st.sheet.path(poly([(ax, a_low), (ax, a_top), (bx, b_top), (bx, b_low)]), glass)
    bars = (
        f"M{ax:.1f} {(a_low + a_top) / 2:.1f}L{bx:.1f} {(b_low + b_top) / 2:.1f}"
        f"M{(ax + bx) / 2:.1f} {(a_low + b_low) / 2:.1f}V{(a_top + b_top) / 2:.1f}"
    )
    st.sheet.path(bars, "none", 1, frame, max(1.0, wide * 0.08))
    sill = [(ax, a_low), (bx, b_low)]
    st.sheet.path(poly(sill, closed=False), "none", 1, frame, max(1.0, wide * 0.14))


def castle(st: Stage) -> None:
    """A castle high on its rock, a road that leads up to its gate."""
    sky(st)
    land.range_of(st, st.lerp(-0.1), 200, "#8090a8", 0.7, 0.25)
    land.hill(st, st.lerp(-0.02), 40, "#7f9862", 0.5)
    built.castle(st, st.x(0.7), st.lerp(0.0) - 30, min(560.0, st.wide * 0.4), 0.26)
    land.hill(st, st.lerp(0.14), 22, "#73914e", 0.22)
    plants.treeline(st, st.lerp(0.3), 60, 0.25, "leaf", "#4d7440")
    land.hill(st, st.lerp(0.34), 24, "#678a44", 0.1)
    land.path_to(st, st.x(0.7), st.lerp(0.05), "#cbb58c", 190, 1.0)
    for u in (0.03, 0.96, 0.14):
        if not st.near(st.x(u), 150):
            plants.tree(st, "broadleaf", st.x(u), st.lerp(0.75), 300)
    plants.rock(st, st.x(0.85), st.feet + 20, 110)
    plants.grass(st, st.feet + 30, 42, 90)


def ruin(st: Stage) -> None:
    """Broken columns and an arch that still stands, overgrown."""
    sky(st)
    land.range_of(st, st.lerp(-0.05), 130, "#8a97a0", 0.7)
    plants.treeline(st, st.lerp(0.05), 80, 0.5, "leaf", "#62804f")
    land.hill(st, st.lerp(0.1), 12, "#8d9a62", 0.3)
    x, y, s = st.x(0.7), st.lerp(0.26), 330.0
    hole = arch(x, y, s * 0.42, s * 0.95)
    wall = [
        (x - s * 0.75, y),
        (x - s * 0.72, y - s * 0.5),
        (x - s * 0.5, y - s * 0.62),
        (x - s * 0.46, y - s * 1.1),
        (x - s * 0.1, y - s * 1.28),
        (x + s * 0.3, y - s * 1.2),
        (x + s * 0.42, y - s * 0.95),
        (x + s * 0.6, y - s * 0.9),
        (x + s * 0.64, y - s * 0.35),
        (x + s * 0.9, y - s * 0.2),
        (x + s * 0.95, y),
    ]
    st.sheet.path(f"{poly(wall)}{hole}", st.tone("#a99d88", 0.22), extra='fill-rule="evenodd"')
    with st.sheet.group(clip=poly(wall)):
        for row in range(14):
            yy = y - row * s * 0.095
            st.sheet.path(
                f"M{x - s:.0f} {yy:.0f}h{2 * s:.0f}", "none", 0.0 if row == 0 else 0.35, st.tone("#6d6458", 0.2), 2.5
            )
        inner = x - st.side * s * 0.21
        st.sheet.path(
            box(min(inner, inner + st.side * s * 0.07), y - s * 0.75, s * 0.07, s * 0.75), st.tone("#5f574c", 0.2)
        )
    for _ in range(26):
        vx, vy = x + st.rng.uniform(-0.6, 0.6) * s, y - s * st.rng.uniform(0.5, 1.15)
        if abs(vx - x) > s * 0.24:
            st.sheet.path(
                blob(st.rng, vx, vy, 20, 15, 7, 0.3), st.leaf(st.rng.choice(("#56793f", "#6c9149", "#43652f")), 0.15)
            )
    for u, v, size, broken in (
        (0.47, 0.2, 260, True),
        (0.93, 0.4, 430, False),
        (0.05, 0.46, 470, True),
        (0.56, 0.5, 300, True),
        (0.18, 0.22, 230, False),
    ):
        if not st.near(st.x(u), 120):
            built.columns(st, st.x(u), st.lerp(v), size, st.depth(st.lerp(v)) * 0.4, broken)
    land.hill(st, st.lerp(0.58), 16, "#7f9150", 0.02)
    for u, v in ((0.62, 0.75), (0.86, 0.9), (0.07, 0.95)):
        bx, by = st.x(u), st.lerp(v)
        st.sheet.path(
            poly([(bx - 80, by), (bx - 70, by - 54), (bx + 40, by - 66), (bx + 84, by - 20), (bx + 80, by)]),
            st.ground("#b8ab93"),
        )
        st.sheet.path(
            poly([(bx - st.side * 80, by), (bx - st.side * 70, by - 54), (bx - st.side * 10, by - 58), (bx, by)]),
            st.tone("#82786a"),
        )
    plants.grass(st, st.feet + 20, 46, 110, "#6d8540")


PAINTERS: Final[Mapping[PlaceKind, Callable[[Stage], None]]] = {
    "forest": land.forest, "mountains": land.mountains, "hills": land.hills, "field": land.field, "garden": land.garden,
    "river": wet.river, "lake": wet.lake, "sea": wet.sea, "harbour": wet.harbour, "underwater": depths.underwater,
    "swamp": depths.swamp, "desert": land.desert, "snowland": beyond.snowland, "cave": inside.cave, "village": village,
    "town": town, "castle": castle, "ruin": ruin, "road": beyond.road, "sky": beyond.above_clouds,
    "stars": beyond.space,
    "room": inside.room, "hall": inside.hall, "library": inside.library, "workshop": inside.workshop,
    "tavern": inside.tavern, "ship": depths.ship,
}  # fmt: skip
