"""Closed lines of whole numbers: lakes and islands."""

from collections.abc import Sequence

from workbench.domain.world_map import Point
from workbench.timeline.dice import Dice

# Sixteen directions, in thousandths.
ROUND = (
    (1000, 0), (924, 383), (707, 707), (383, 924), (0, 1000), (-383, 924), (-707, 707), (-924, 383),
    (-1000, 0), (-924, -383), (-707, -707), (-383, -924), (0, -1000), (383, -924), (707, -707), (924, -383),
)  # fmt: skip


def blob(dice: Dice, at: Point, wide: int, high: int) -> tuple[Point, ...]:
    """A closed, uneven line around a point."""
    reach = [dice.between(72, 122) for _ in ROUND]
    # Neighbours pull each other, or it would be a star.
    even = [(reach[n - 1] + 2 * reach[n] + reach[(n + 1) % 16]) // 4 for n in range(16)]
    return tuple(
        (at[0] + dx * wide * even[n] // 100_000, at[1] + dy * high * even[n] // 100_000)
        for n, (dx, dy) in enumerate(ROUND)
    )


def inside(point: Point, line: Sequence[Point]) -> bool:
    """Whether a point lies within a closed line."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(line, (*line[1:], line[0]), strict=True):
        if (y1 > y) != (y2 > y) and ((x - x1) * (y2 - y1) < (x2 - x1) * (y - y1)) == (y2 > y1):
            inside = not inside
    return inside
