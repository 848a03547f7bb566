"""The lie of a land: coast, rivers, hills and woods, where people settled, and the roads between them.

Whole numbers only, and no order that a set or a hash decides: the same dice give the same land on every machine.
"""

import heapq
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isqrt
from typing import NamedTuple

from workbench.domain.world_map import Point, Terrain
from workbench.timeline.dice import Dice
from workbench.timeline.shapes import blob, inside

WIDTH, HEIGHT, CELL = 640, 416, 16
COLUMNS, ROWS = WIDTH // CELL, HEIGHT // CELL
# Cells from the edge in which nobody settles, so that names find room.
MARGIN = 3
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1))
# How much slower one gets on than on a plain, in tenths; roads go around what costs more.
EFFORT: dict[str, int] = {"plain": 10, "wood": 14, "hills": 17, "peaks": 26, "marsh": 19, "dunes": 16}
# Of a hundred cells, how many carry a sign of their terrain.
DENSITY: dict[str, int] = {"plain": 22, "wood": 78, "hills": 52, "peaks": 60, "marsh": 50, "dunes": 48}
ON_FOOT_KMH, RIDING_KMH = 4, 8

Cell = tuple[int, int]


class Way(NamedTuple):
    """A road between two sites, by their numbers; `km` is even, so that walking it takes whole half hours."""

    one: int
    other: int
    km: int
    points: tuple[Point, ...]
    track: bool

    @property
    def hours_on_foot(self) -> float:
        """At 4 km in an hour, exact."""
        return self.km / ON_FOOT_KMH

    @property
    def hours_riding(self) -> float:
        """At 8 km in an hour, rounded up to half hours."""
        return -(-self.km * 2 // RIDING_KMH) / 2


class Terrains(NamedTuple):
    """Where a land's areas have their middles, and what grows there."""

    cells: tuple[Cell, ...]
    terrains: tuple[Terrain, ...]

    def nearest(self, cell: Cell) -> int:
        """The number of the area that a cell belongs to."""
        return min(range(len(self.cells)), key=lambda number: (_apart(self.cells[number], cell), number))


class Region:
    """A land drawn from dice: `sites` are its settlements, the chief one first, then the places outside of them."""

    def __init__(self, dice: Dice, shape: str, terrains: Sequence[Terrain], settlements: int, across_km: int) -> None:
        self._dice = dice
        self._across_km = across_km
        self.side = ""
        self.shore: list[Point] = []
        self.islands: list[tuple[Point, ...]] = []
        self.water_at: Point = (0, 0)
        water = self._sea() if shape == "sea" else self._lake()
        self._land = _largest([cell for cell in _cells() if cell not in water])
        self._ground = frozenset(self._land)
        self._jitter = {cell: (dice.between(-5, 5), dice.between(-5, 5)) for cell in _cells()}
        self._from_water = _distances(self._land, water)
        inland = self._inner(self._land)
        self.areas = Terrains(tuple(self._spread(inland, len(terrains), [])), tuple(terrains))
        self._area_of = {cell: self.areas.nearest(cell) for cell in self._land}
        self._terrain = {cell: self._grown(cell) for cell in self._land}
        self._river_cells: dict[Cell, None] = {}
        self.rivers = self._draw_rivers()
        self.sites = self._settle(inland, settlements)
        self._settled = len(self.sites)
        self.ways: list[Way] = []
        self._roads()

    # Water

    def _sea(self) -> frozenset[Cell]:
        """A sea along one side, the coast displaced at ever smaller steps."""
        dice = self._dice
        self.side = dice.pick(("west", "east", "south", "north"))
        upright = self.side in ("west", "east")
        along, across = (HEIGHT, WIDTH) if upright else (WIDTH, HEIGHT)
        depth = [0] * 65
        depth[0], depth[64] = (dice.between(across * 14 // 100, across * 34 // 100) for _ in range(2))
        step, reach = 64, across * 17 // 100
        while step > 1:
            half = step // 2
            for at in range(half, 64, step):
                middle = (depth[at - half] + depth[at + half]) // 2 + dice.between(-reach, reach)
                depth[at] = max(across * 8 // 100, min(across * 42 // 100, middle))
            step, reach = half, reach * 11 // 20
        far = self.side in ("east", "south")

        def point(at: int, deep: int) -> Point:
            off = across - deep if far else deep
            return (off, along * at // 64) if upright else (along * at // 64, off)

        self.shore = [point(at, depth[at]) for at in range(65)]
        deepest = max(range(8, 57), key=lambda at: (min(depth[at - 6 : at + 7]), -abs(at - 32)))
        self.water_at = point(deepest, depth[deepest] * 45 // 100)
        water = []
        for cell in _cells():
            x, y = _middle(cell)
            at, off = (y, x) if upright else (x, y)
            if (across - off if far else off) <= depth[at * 64 // along] + 7:
                water.append(cell)
        for _ in range(dice.between(1, 3)):
            at = dice.between(6, 58)
            off = depth[at] * dice.between(45, 70) // 100
            if abs(at - deepest) > 9 and depth[at] - off > 26:
                self.islands.append(blob(dice, point(at, off), dice.between(8, 14), dice.between(6, 11)))
        return frozenset(water)

    def _lake(self) -> frozenset[Cell]:
        """A lake somewhere in the middle."""
        dice = self._dice
        x, y = WIDTH // 2 + dice.between(-110, 110), HEIGHT // 2 + dice.between(-50, 50)
        self.water_at = (x, y)
        self.shore = list(blob(dice, (x, y), dice.between(95, 125), dice.between(52, 70)))
        return frozenset(cell for cell in _cells() if inside(_middle(cell), self.shore))

    def _draw_rivers(self) -> list[tuple[Point, ...]]:
        """Rivers from far inland down to the water, or into a river that is there already."""
        high = [cell for cell in self._land if self._terrain[cell] in ("hills", "peaks", "wood")]
        rivers = []
        for _ in range(3):
            far = max((self._from_water[cell] for cell in high or self._land), default=0)
            sources = [cell for cell in high or self._land if self._from_water[cell] >= max(5, far * 6 // 10)]
            sources = [cell for cell in sources if _nearest(cell, self._river_cells) > 20]
            if not sources:
                break
            cell, path = self._dice.pick(sources), []
            while cell in self._ground and cell not in self._river_cells:
                path.append(cell)
                here = self._from_water[cell]
                ways = [near for near in _around(cell) if _on_map(near) and near not in path]
                down = [near for near in ways if self._from_water.get(near, 0) < here]
                # A river that never winds would look dug.
                level = [
                    near
                    for near in ways
                    if self._from_water.get(near, 0) == here > 2 and not any(one in path[:-1] for one in _around(near))
                ]
                if not down:
                    break
                cell = self._dice.pick(level if level and len(path) > 1 and self._dice.below(4) == 0 else down)
            self._river_cells.update(dict.fromkeys(path))
            rivers.append(tuple(self._point(one) for one in (*path, cell)))
        return rivers

    # What grows

    def _grown(self, cell: Cell) -> str:
        """The sign that a cell carries, "" for none: dense in the middle of an area, thin at its edge."""
        area = self._area_of[cell]
        kind = self.areas.terrains[area]
        chance = DENSITY[kind]
        away = _apart(cell, self.areas.cells[area])
        if away > 60:
            chance = chance * 60 // away
        return kind if self._dice.below(100) < chance else ""

    @property
    def marks(self) -> tuple[tuple[str, int, int], ...]:
        """The signs of the terrain where nothing else is drawn, from the far edge to the near one."""
        taken = dict.fromkeys(cell for site in self.sites for cell in (site, *_around(site)))
        for way in self.ways:
            taken.update(dict.fromkeys((x // CELL, y // CELL) for x, y in way.points))
        taken.update(self._river_cells)
        found = []
        for cell in self._land:
            kind = self._terrain[cell]
            if not kind or cell in taken or self._from_water[cell] < 2 or not _within(cell, 1):
                continue
            # Trees stand closer than hills.
            x, y = self._point(cell)
            found.append((kind, x, y))
            if kind == "wood":
                found.append((kind, x + 7 + self._jitter[cell][1] // 2, y + 6))
        return tuple(sorted(found, key=lambda mark: (mark[2], mark[1], mark[0])))

    # People

    def _settle(self, inland: Sequence[Cell], count: int) -> list[Cell]:
        """The chief settlement at a river's mouth, the others far from each other, every second one by the water."""
        wet = [cell for cell in inland if self._from_water[cell] <= 2 or cell in self._river_cells]
        mouths = [cell for cell in wet if cell in self._river_cells and self._from_water[cell] <= 2]
        sites = [self._dice.pick(mouths or wet or list(inland))]
        while len(sites) < count:
            pool = wet if len(sites) % 2 == 0 and wet else inland
            sites += self._spread(pool, 1, sites)
        return sites

    def outpost(self, settlement: int) -> int:
        """A place outside of a settlement, with a track to it; its number, or that of the settlement without room."""
        home = self.sites[settlement]
        pool = [
            cell
            for cell in self._inner(self._land)
            if 5 <= _apart(cell, home) <= 26 and all(_apart(cell, site) >= 10 for site in self.sites if site != home)
        ]
        if not pool:
            return settlement
        self.sites.append(self._dice.pick(pool))
        self._build(settlement, len(self.sites) - 1, track=True)
        return len(self.sites) - 1

    def point(self, site: int) -> Point:
        """Where a site is on the map."""
        return self._point(self.sites[site])

    def area(self, site: int) -> int:
        """The number of the area that a site lies in."""
        return self._area_of[self.sites[site]]

    def _roads(self) -> None:
        """The shortest net that joins all settlements, and where that makes a long way round, a road across."""
        count = self._settled
        lengths = {
            (one, other): self._as_the_crow(one, other) for one in range(count) for other in range(one + 1, count)
        }
        joined = [0]
        while len(joined) < count:
            _, one, other = min(
                (lengths[min(one, other), max(one, other)], one, other)
                for one in joined
                for other in range(count)
                if other not in joined
            )
            self._build(one, other)
            joined.append(other)
        for (one, other), straight in sorted(lengths.items(), key=lambda item: (item[1], item[0])):
            known = shortest(self.ways, len(self.sites))[one][other]
            if known * WIDTH * 10 > straight * self._across_km * 19 and len(self.ways) < count + count // 3:
                self._build(one, other)
        self._shorten()

    def _shorten(self) -> None:
        """No road is longer than the way around by others."""
        known = shortest(self.ways, len(self.sites))
        self.ways = [way._replace(km=known[way.one][way.other]) for way in self.ways]

    def _as_the_crow(self, one: int, other: int) -> int:
        """Map units between two settlements; three times as many where water lies between."""
        (x1, y1), (x2, y2) = self.point(one), self.point(other)
        straight = isqrt((x1 - x2) ** 2 + (y1 - y2) ** 2)
        steps = max(1, straight // CELL)
        crossed = [
            ((x1 + (x2 - x1) * step // steps) // CELL, (y1 + (y2 - y1) * step // steps) // CELL)
            for step in range(steps)
        ]
        return straight * (3 if any(cell not in self._ground for cell in crossed) else 1)

    def _build(self, one: int, other: int, track: bool = False) -> None:
        path = self._path(self.sites[one], self.sites[other])
        points = tuple(self._point(cell) for cell in path)
        units = sum(isqrt((x1 - x2) ** 2 + (y1 - y2) ** 2) for (x1, y1), (x2, y2) in pairwise(points))
        km = max(2, -(-units * self._across_km // (2 * WIDTH)) * 2)
        self.ways.append(Way(one, other, km, points, track))

    def _path(self, start: Cell, end: Cell) -> list[Cell]:
        """The easiest way over land."""
        best, before = {start: 0}, {start: start}
        queue = [(0, start)]
        while queue:
            _, cell = heapq.heappop(queue)
            if cell == end:
                break
            for dx, dy in STEPS:
                near = (cell[0] + dx, cell[1] + dy)
                if near not in self._ground:
                    continue
                cost = best[cell] + (14 if dx and dy else 10) * EFFORT[self._terrain[near] or "plain"]
                if cost < best.get(near, 1 << 40):
                    best[near], before[near] = cost, cell
                    wide, high = abs(near[0] - end[0]), abs(near[1] - end[1])
                    heapq.heappush(queue, (cost + 100 * max(wide, high) + 40 * min(wide, high), near))
        path = [end]
        while path[-1] != start:
            path.append(before[path[-1]])
        return path[::-1]

    # Helpers

    def _point(self, cell: Cell) -> Point:
        (x, y), (dx, dy) = _middle(cell), self._jitter.get(cell, (0, 0))
        return x + dx, y + dy

    @staticmethod
    def _inner(cells: Iterable[Cell]) -> list[Cell]:
        return [cell for cell in cells if _within(cell, MARGIN)]

    def _spread(self, pool: Sequence[Cell], count: int, others: Sequence[Cell]) -> list[Cell]:
        """`count` cells of `pool`, each the one of a dozen that is farthest from those before it."""
        chosen: list[Cell] = []
        for _ in range(count):
            tried = [self._dice.pick(pool) for _ in range(14)]
            kept = [*others, *chosen]
            chosen.append(max(tried, key=lambda cell: min((_apart(cell, one) for one in kept), default=0)))
        return chosen


def shortest(ways: Iterable[Way], count: int) -> list[list[int]]:
    """Kilometres between each two of `count` sites by the ways; 1,000,000 where none leads."""
    table = [[0 if one == other else 10**6 for other in range(count)] for one in range(count)]
    for way in ways:
        table[way.one][way.other] = table[way.other][way.one] = min(way.km, table[way.one][way.other])
    for middle in range(count):
        for one in range(count):
            through = table[one][middle]
            if through < 10**6:
                row, beyond = table[one], table[middle]
                for other in range(count):
                    if through + beyond[other] < row[other]:
                        row[other] = through + beyond[other]
    return table


def _cells() -> list[Cell]:
    return [(x, y) for y in range(ROWS) for x in range(COLUMNS)]


def _middle(cell: Cell) -> Point:
    return cell[0] * CELL + CELL // 2, cell[1] * CELL + CELL // 2


def _on_map(cell: Cell) -> bool:
    return 0 <= cell[0] < COLUMNS and 0 <= cell[1] < ROWS


def _within(cell: Cell, margin: int) -> bool:
    return margin <= cell[0] < COLUMNS - margin and margin <= cell[1] < ROWS - margin


def _around(cell: Cell) -> list[Cell]:
    return [(cell[0] + dx, cell[1] + dy) for dx, dy in STEPS]


def _apart(one: Cell, other: Cell) -> int:
    """The square of the distance, in cells."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _nearest(cell: Cell, others: Iterable[Cell]) -> int:
    return min((_apart(cell, one) for one in others), default=1 << 20)


def _largest(cells: Sequence[Cell]) -> list[Cell]:
    """The largest piece of land that hangs together, row by row."""
    left, best = dict.fromkeys(cells), list[Cell]()
    while left:
        piece, waiting = dict.fromkeys([next(iter(left))]), [next(iter(left))]
        del left[waiting[0]]
        while waiting:
            for near in _around(waiting.pop())[:4]:
                if near in left:
                    del left[near]
                    piece[near] = None
                    waiting.append(near)
        if len(piece) > len(best):
            best = [cell for cell in cells if cell in piece]
    return best


def _distances(land: Sequence[Cell], water: frozenset[Cell]) -> dict[Cell, int]:
    """Steps from each cell to the nearest water."""
    ground = frozenset(land)
    steps = {cell: 1 for cell in land if any(near in water for near in _around(cell))}
    waiting = list(steps)
    for cell in waiting:
        for near in _around(cell):
            if near in ground and near not in steps:
                steps[near] = steps[cell] + 1
                waiting.append(near)
    return {cell: steps.get(cell, 1) for cell in land}
