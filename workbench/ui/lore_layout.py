"""Where the names of a picture of ties stand: forces first, then room for every name. Same input, same picture."""

import math
from collections.abc import Sequence
from functools import lru_cache

from workbench.domain.ties import Tie

# In the units of the picture: a letter's width at its font size, and what a mark with its name below takes up.
LETTER, PADDING = 6.6, 10.0
ABOVE, BELOW = 17.0, 27.0
ROUNDS, ROOM_ROUNDS = 140, 90
PULL_IN = 0.2
GOLDEN = math.pi * (3 - math.sqrt(5))

Point = tuple[float, float]


@lru_cache(maxsize=32)
def layout(names: tuple[tuple[str, str], ...], ties: tuple[Tie, ...], width: float, height: float) -> dict[str, Point]:
    """`{entry id: its place}` for `(entry id, shown name)` pairs in a picture of that size, every name within it."""
    order = [entry_id for entry_id, _ in names]
    if not order:
        return {}
    halves = [max(14.0, len(name) * LETTER / 2 + PADDING / 2) for _, name in names]
    spots = _started(len(order), width, height)
    pulls = _pulls(order, ties)
    _forced(spots, pulls, width, height)
    _spread(spots, halves, width, height)
    _with_room(spots, halves, width, height)
    return {entry_id: (round(spots[n][0], 1), round(spots[n][1], 1)) for n, entry_id in enumerate(order)}


def _started(count: int, width: float, height: float) -> list[list[float]]:
    """A sunflower: the first in the middle, each next a bit further out."""
    return [
        [
            width / 2 + width * 0.42 * math.sqrt(n / count) * math.cos(n * GOLDEN),
            height / 2 + height * 0.42 * math.sqrt(n / count) * math.sin(n * GOLDEN),
        ]
        for n in range(count)
    ]


def _pulls(order: Sequence[str], ties: Sequence[Tie]) -> list[tuple[int, int, float]]:
    place = {entry_id: n for n, entry_id in enumerate(order)}
    strongest = max((tie.weight for tie in ties), default=1)
    return [
        (place[tie.first], place[tie.second], 0.12 + 0.88 * tie.weight / strongest)
        for tie in ties
        if tie.first in place and tie.second in place
    ]


def _forced(spots: list[list[float]], pulls: Sequence[tuple[int, int, float]], width: float, height: float) -> None:
    """What is tied draws near, everything keeps away from everything else; steps get smaller as it settles."""
    count = len(spots)
    ideal = 0.75 * math.sqrt(width * height / count)
    for turn in range(ROUNDS):
        moves = [[0.0, 0.0] for _ in range(count)]
        for one in range(count):
            for other in range(one + 1, count):
                dx, dy = spots[one][0] - spots[other][0], spots[one][1] - spots[other][1]
                push = ideal * ideal / max(dx * dx + dy * dy, 1.0)
                _shift(moves, one, other, dx * push, dy * push)
        for one, other, strength in pulls:
            dx, dy = spots[one][0] - spots[other][0], spots[one][1] - spots[other][1]
            pull = strength * math.hypot(dx, dy) / ideal
            _shift(moves, one, other, -dx * pull, -dy * pull)
        step = 0.12 * width * (1 - turn / ROUNDS) ** 1.5 + 0.5
        for spot, (dx, dy) in zip(spots, moves, strict=True):
            # A little weight towards the middle, or what is tied to nobody else would fly off.
            dx, dy = dx + PULL_IN * (width / 2 - spot[0]), dy + PULL_IN * (height / 2 - spot[1])
            length = math.hypot(dx, dy) or 1.0
            spot[0] += dx / length * min(length, step)
            spot[1] += dy / length * min(length, step)


def _shift(moves: list[list[float]], one: int, other: int, dx: float, dy: float) -> None:
    moves[one][0] += dx
    moves[one][1] += dy
    moves[other][0] -= dx
    moves[other][1] -= dy


def _spread(spots: list[list[float]], halves: Sequence[float], width: float, height: float) -> None:
    """Use the whole sheet: the outermost marks come to its edges, and no outlier crowds all others into a corner."""
    widest = max(halves)
    for axis, low, high in ((0, widest, width - widest), (1, ABOVE, height - BELOW)):
        values = [spot[axis] for spot in spots]
        least, most, ranked = min(values), max(values), sorted(values)
        for spot in spots:
            share = (spot[axis] - least) / (most - least) if most - least > 1 else 0.5
            rank = ranked.index(spot[axis]) / (len(spots) - 1) if len(spots) > 1 else 0.5
            spot[axis] = low + (0.35 * share + 0.65 * rank) * (high - low)


def _with_room(spots: list[list[float]], halves: Sequence[float], width: float, height: float) -> None:
    """Push marks apart until no name lies over another, as far as the sheet has room."""
    for _ in range(ROOM_ROUNDS):
        moved = False
        for one in range(len(spots)):
            for other in range(one + 1, len(spots)):
                dx, dy = spots[other][0] - spots[one][0], spots[other][1] - spots[one][1]
                across = halves[one] + halves[other] - abs(dx)
                down = ABOVE + BELOW - abs(dy)
                if across <= 0 or down <= 0:
                    continue
                moved = True
                axis, by = (0, across) if across < down else (1, down)
                by = (by / 2 + 0.5) * (1 if (dx, dy)[axis] >= 0 else -1)
                spots[one][axis] -= by
                spots[other][axis] += by
        for spot, half in zip(spots, halves, strict=True):
            spot[0] = min(max(spot[0], half), width - half)
            spot[1] = min(max(spot[1], ABOVE), height - BELOW)
        if not moved:
            return
