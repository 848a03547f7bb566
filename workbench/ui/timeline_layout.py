"""Where events stand in the picture of story time: lanes from top to bottom, time from left to right. Only numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

from workbench.domain.timeline import Named, PlacedEvent

By = Literal["place", "character"]
# In the picture's units, which are pixels as long as nobody zooms.
STEP, NEAR, FAR, INSIDE = 104.0, 44.0, 340.0, 86.0
LEFT, RIGHT = 14.0, 170.0
NAME, FOOT = 26.0, 6.0
# By character there stands a place above a bead.
ROW: dict[By, float] = {"place": 44.0, "character": 58.0}
BEAD_DOWN: dict[By, float] = {"place": 14.0, "character": 28.0}
MOST_ROWS = 3
LETTER, BEAD, LONGEST, MOST_LETTERS = 6.4, 18.0, 24, 64
NOWHERE, NOBODY = "?", "?"
HOURS = ((8766.0, "year"), (730.5, "month"), (168.0, "week"), (24.0, "day"), (1.0, "hour"))


@dataclass(frozen=True)
class Lane:
    """One place or one person. `top` and `height` in pixels; `key` as `key_of` makes it."""

    key: str
    title: str
    top: float
    height: float


@dataclass(frozen=True)
class Bead:
    """An event in one lane: its row there, the height of its middle in pixels, and how many letters fit beside it."""

    lane: int
    row: int
    y: float
    letters: int = LONGEST


@dataclass(frozen=True)
class Spot:
    """An event with its share of the width (0..1) and its beads, one for each lane that it belongs to."""

    placed: PlacedEvent
    x: float
    beads: tuple[Bead, ...]


@dataclass(frozen=True)
class Stretch:
    """A part of the axis, in shares of the width. `known` where hours are; `skipped` says how long where it is cut."""

    start: float
    end: float
    known: bool
    skipped: str = ""


@dataclass(frozen=True)
class Layout:
    """The whole picture. `days` are what is written above: share of the width and words."""

    lanes: tuple[Lane, ...]
    spots: tuple[Spot, ...]
    stretches: tuple[Stretch, ...]
    days: tuple[tuple[float, str], ...]
    width: float
    height: float


def key_of(named: Named) -> str:
    """What tells one person or place from another: the entry, or the name where there is none."""
    return named.entry_id or named.title.casefold()


def short(text: str, longest: int = LONGEST) -> str:
    """The first words of `text`, as many as there is room for."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    return f"{(kept.rsplit(' ', 1)[0] if ' ' in kept[8:] else kept).rstrip(' ,;:.–—-')}…"


def lanes_of(placed: PlacedEvent, by: By) -> list[tuple[str, str]]:
    """The lanes of an event as `(key, title)`."""
    event = placed.event
    if by == "place":
        return [(key_of(event.where), event.where.title)] if event.where else [(NOWHERE, "No place told")]
    found = {key_of(one): one.title for one in reversed(event.who)}
    return list(reversed(found.items())) or [(NOBODY, "Nobody named")]


def laid_out(events: Sequence[PlacedEvent], by: By) -> Layout:
    """The picture of `events`, which are in the order of story time.

    Events of one moment share their place from left to right unless they share a lane or a person. Between moments
    lies as much room as time passes, or one step where only the order is known.
    """
    titles: dict[str, str] = {}
    for placed in events:
        for key, title in lanes_of(placed, by):
            titles.setdefault(key, title)
    # What has no place, or nobody in it, stands below the others.
    keys = [key for key in titles if key != NOWHERE] + [key for key in titles if key == NOWHERE]
    moments = _moments(events)
    pace = _pace(moments)
    at, places, stretches = LEFT, list[float](), list[tuple[float, float, bool, str]]()
    for index, moment in enumerate(moments):
        start = end = at
        # Who or what stands at the present place of this moment already.
        taken: set[str] = set()
        for placed in moment:
            mine = {key for key, _ in lanes_of(placed, by)} | {key_of(one) for one in placed.event.who}
            if taken & mine:
                end, taken = end + INSIDE, set()
            taken |= mine
            places.append(end)
        if end > start:
            stretches.append((start, end, moment[0].at is not None, ""))
        if index + 1 < len(moments):
            at, skipped, known = _next(end, moment[0].at, moments[index + 1][0].at, pace)
            stretches.append((end, at, known, skipped))
        else:
            at = end
    width = at + RIGHT
    rows = _rows(events, by, places)
    lanes, top = list[Lane](), 0.0
    for key in keys:
        height = NAME + ROW[by] * (1 + max(row for found in rows for one, row in found.items() if one == key)) + FOOT
        lanes.append(Lane(key, titles[key], top, height))
        top += height
    number = {key: index for index, key in enumerate(keys)}
    letters = _letters(places, rows)
    spots = []
    for index, (placed, x, found) in enumerate(zip(events, places, rows, strict=True)):
        beads = []
        for key, row in found.items():
            y = lanes[number[key]].top + NAME + ROW[by] * row + BEAD_DOWN[by]
            beads.append(Bead(number[key], row, y, letters[index, key]))
        spots.append(Spot(placed, x / width, tuple(beads)))
    shares = tuple(Stretch(start / width, end / width, known, skipped) for start, end, known, skipped in stretches)
    return Layout(tuple(lanes), tuple(spots), shares, _days(spots), width, top)


def _moments(events: Sequence[PlacedEvent]) -> list[list[PlacedEvent]]:
    found: list[list[PlacedEvent]] = []
    for placed in events:
        if found and placed.at is not None and placed.at == found[-1][0].at:
            found[-1].append(placed)
        else:
            found.append([placed])
    return found


def _pace(moments: Sequence[Sequence[PlacedEvent]]) -> float:
    """Units for an hour: what usually passes between two moments takes one step."""
    times = [moment[0].at for moment in moments]
    gaps = [later - at for at, later in pairwise(times) if at is not None and later is not None]
    usual = median([gap for gap in gaps if gap > 0] or [24.0])
    return STEP / usual


def _next(end: float, at: float | None, later: float | None, pace: float) -> tuple[float, str, bool]:
    """Where the next moment stands, how long is skipped on the way, and whether its distance is known."""
    if at is None or later is None:
        return end + STEP, "", False
    wanted = max(0.0, later - at) * pace
    return end + min(FAR, max(NEAR, wanted)), lasting(later - at) if wanted > FAR else "", True


def lasting(hours: float) -> str:
    """A length of time in words: “3 weeks”, “an hour”."""
    for size, name in HOURS:
        if hours >= size * 0.95:
            count = max(1, round(hours / size))
            return f"{count:,} {name}s" if count > 1 else f"{'an' if name == 'hour' else 'a'} {name}"
    return "less than an hour"


def _rows(events: Sequence[PlacedEvent], by: By, places: Sequence[float]) -> list[dict[str, int]]:
    """The row of each event in each of its lanes: the first where it doesn't touch the one before it."""
    ends: dict[str, list[float]] = {}
    found = []
    for placed, x in zip(events, places, strict=True):
        room = max(BEAD, len(short(placed.event.what)) * LETTER + 12)
        mine = {}
        for key, _ in lanes_of(placed, by):
            rows = ends.setdefault(key, [])
            row = next((index for index, end in enumerate(rows) if end <= x), len(rows))
            if row >= MOST_ROWS:
                row = min(range(MOST_ROWS), key=rows.__getitem__)
            if row == len(rows):
                rows.append(0.0)
            rows[row] = x + room
            mine[key] = row
        found.append(mine)
    return found


def _letters(places: Sequence[float], rows: Sequence[dict[str, int]]) -> dict[tuple[int, str], int]:
    """How many letters each event has room for in each of its lanes, up to the next one in its row."""
    following: dict[tuple[str, int], float] = {}
    found = {}
    for index in reversed(range(len(places))):
        for key, row in rows[index].items():
            room = following.get((key, row), places[index]) - places[index] - 14
            found[index, key] = max(LONGEST, min(MOST_LETTERS, int(room / LETTER)))
            following[key, row] = places[index]
    return found


def _days(spots: Sequence[Spot]) -> tuple[tuple[float, str], ...]:
    """Where a new day begins, in the words of the event's own time."""
    found, before = list[tuple[float, str]](), ""
    for spot in spots:
        placed = spot.placed
        if placed.at is None and placed.day is None:
            before = ""
            continue
        words = day_words(placed)
        if words and words != before:
            found.append((spot.x, words))
        before = words or before
    return tuple(found)


def day_words(placed: PlacedEvent) -> str:
    """The day of an event without its hour: “Day 4”, “3 May 1847”."""
    return placed.label.split(",")[0].strip() or (f"Day {placed.day}" if placed.day is not None else "")
