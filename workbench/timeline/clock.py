"""The clock of a story: what its time phrases add up to, in hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf, isfinite

from workbench.domain.timeline import PlacedEvent, StoryEvent, StoryTime
from workbench.timeline.time_words import MONTHS
from workbench.timeline.times import Cue, cue_of

YEAR = 8766.0
_DAY = 24.0
# In so many passages after it, a weekday with an hour that is told again is the same one.
_NEAR = 3
# Stretches of a day by their first hour, for labels.
_NAMES = (
    (0.0, "midnight"),
    (0.5, "night"),
    (5.0, "dawn"),
    (7.5, "morning"),
    (11.6, "noon"),
    (12.6, "afternoon"),
    (17.5, "evening"),
    (21.5, "night"),
    (23.6, "midnight"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a sentence happens: between `low` and `high` hours on the clock of `line`.

    Only moments of one line can be compared in hours: a line ends where a story skips an unknown time. Line 0 is the
    calendar with years, line -1 the one without. `stated`: the sentence says it itself; `exact`: to the hour;
    `whole`: all through it; `dated`: its day is told, not only carried on. `year` where one is known.
    """

    line: int
    low: float
    high: float
    stated: bool = False
    exact: bool = False
    whole: bool = False
    dated: bool = False
    weekday: int | None = None
    year: int | None = None
    loose: bool = False
    unsure: bool = False

    @property
    def surely_bounded(self) -> bool:
        """Whether both ends are known."""
        return self.high < inf

    def before(self, other: "Moment") -> bool:
        """Whether it is surely earlier."""
        return self.line == other.line and self.high <= other.low

    def most_hours_until(self, other: "Moment") -> float:
        """The most that can have passed from here to `other`; infinite where the story doesn't say."""
        # An hour that isn't said to be one of the morning may be twelve hours later, never earlier.
        doubt = 12.0 if other.unsure else 0.0
        return other.high - self.low + doubt if self.line == other.line else inf

    def same_hour(self, other: "Moment") -> bool:
        """Whether both are told to be at one hour of one day; twelve may be noon or midnight where it isn't said."""
        if self.line != other.line or not (self.exact and other.exact and self.dated and other.dated):
            return False
        apart = abs(self.low + self.high - other.low - other.high) / 2
        same_day = int(self.low // _DAY) == int(other.low // _DAY)
        return apart <= 0.25 or ((self.unsure or other.unsure) and same_day and abs(apart - 12) <= 0.25)

    def least_hours_until(self, other: "Moment") -> float:
        """The least that must have passed."""
        return other.low - self.high if self.line == other.line else -inf


def day_number(year: int, month: int = 1, day: int = 1) -> float:
    """Hours from the beginning of the calendar to the beginning of a day; days that don't exist count on."""
    if 1 <= year <= 9998:
        return (date(year, month, 1).toordinal() + day - 2) * _DAY
    return year * YEAR + ((month - 1) * 30.44 + day - 1) * _DAY


class Clock:
    """Reads the cues of a story one after the other and says when each is."""

    def __init__(self) -> None:
        self._line = 1
        self._lines = 1
        self._low = 0.0
        self._high = 0.0
        self._day: float | None = 0.0
        self._dated = self._loose = False
        self._year: int | None = None
        self._month: int | None = None
        self._weekday: tuple[int, float] | None = None
        self._gap = False
        self._began = False
        self._flash: Moment | None = None
        self._own_months: list[str] = []
        self._exact: Moment | None = None
        self._gap_twice = False
        self._passages = 0
        # The day that a count of days begins with: "on the seventh day ... on the ninth day".
        self._counted: tuple[int, float, int] | None = None
        # Weekdays with an hour, as they were told, with the number of the passage.
        self._hours: dict[tuple[int, float], tuple[int, Moment]] = {}

    def passage(self) -> None:
        """A new passage begins: what it doesn't say of its time is unknown, but not before."""
        if self._began:
            # What is at "that very moment" is so after the last moment that was told, not a chapter after it.
            self._gap_twice = self._gap
            self._gap = True
        self._passages += 1
        self._flash = None

    def paragraph(self) -> None:
        """A new paragraph begins: a look back ends with its paragraph."""
        self._flash = None

    def read(self, cue: Cue | None, perfect: bool = False) -> Moment:
        """When a sentence with this cue is. `perfect`: it is told in the past perfect, the clock stays where it is."""
        self._began = True
        if cue is None:
            return self._flash or self._now()
        moment = self._told(cue)
        if perfect or cue.back:
            if cue.back and not perfect:
                self._flash = moment
            return moment
        self._flash = None
        self._line, self._low, self._high = moment.line, moment.low, moment.high
        self._day = moment.low - (moment.low % _DAY) if moment.high - moment.low <= _DAY and moment.dated else None
        self._dated, self._loose = moment.dated, moment.loose
        self._gap = self._gap_twice = False
        self._exact = moment if moment.exact else None
        if moment.year is not None:
            self._year = moment.year
        if cue.month is not None:
            self._month = cue.month
        if cue.weekday is not None and self._day is not None:
            self._weekday = (cue.weekday, self._day)
        elif cue.dated:
            self._weekday = None
        return moment

    def _now(self) -> Moment:
        high = inf if self._gap else self._high + 6
        return Moment(
            self._line, self._low, high, dated=self._dated and not self._gap, year=self._year, loose=self._gap
        )

    def _told(self, cue: Cue) -> Moment:
        line, low, high, year, dated = self._line, self._low, self._high, self._year, True
        if cue.count is not None:
            line, low = -3, cue.count * _DAY
            high, year = low + _DAY, None
        elif cue.month_name:
            if cue.month_name not in self._own_months:
                self._own_months.append(cue.month_name)
            low = (100_000 + 1000 * self._own_months.index(cue.month_name) + (cue.day or 0)) * _DAY
            line, high = -2, low + _DAY
        elif cue.dated:
            line, low, high, year = self._calendar(cue)
            dated = high - low <= _DAY
            if cue.until is not None:
                last = day_number(cue.until[0] or year or 1, *cue.until[1:]) + _DAY
                high = last if last > low else last + YEAR
        elif cue.weekday is not None:
            low = self._weekday_from(cue)
            line, high = self._line, low + _DAY
        elif cue.nth is not None and (first := self._first_counted(cue.nth)) is not None:
            low = first + (cue.nth - 1) * _DAY
            high = low + _DAY
        elif cue.shift is not None:
            low, high = self._low + cue.shift - cue.slack, max(self._low, self._high) + cue.shift + cue.slack
            if cue.shift >= 0:
                low = max(low, self._low)
            if cue.shift % _DAY == 0 and cue.slack <= _DAY / 2 and self._day is not None and self._dated:
                low = self._day + cue.shift
                high = low + _DAY
            elif cue.shift % _DAY == 0 and cue.slack == 0:
                low = self._low - self._low % _DAY + cue.shift
                high = low + _DAY
            dated = high - low <= _DAY
            year = None if abs(cue.shift) + cue.slack > YEAR / 2 else year
            if line == 0 and high < inf and year is None:
                first, last = _year_of(low), _year_of(high)
                year = first if first == last else None
        elif cue.same and cue.instant and cue.hour is None and self._exact is not None and not self._gap_twice:
            return replace(self._exact, whole=cue.whole)
        elif cue.same and self._loose:
            # "That night" after a morning of an unknown day is the night of that day.
            return Moment(line, self._low, inf, True, False, cue.whole, False, None, year, True)
        elif cue.same:
            if self._day is not None:
                low, high = self._day, self._day + _DAY
            dated = True
        elif self._gap:
            # Only an hour, and an unknown time after what was told before.
            base = self._low - self._low % _DAY
            hour = cue.hour + 12 if cue.hour is not None and cue.unsure else cue.hour
            if cue.hour is not None and hour is not None and base + hour + cue.spread < self._low:
                # A morning after a night is one of the next day, or of a later one.
                base += _DAY + max(cue.hour - cue.spread, 0.0)
            return Moment(line, max(self._low, base), inf, True, False, cue.whole, False, None, year, True)
        else:
            base = self._day if self._day is not None else self._low - self._low % _DAY
            low, high = base, base + _DAY
            dated = self._dated or self._day is not None
            if cue.hour is not None and base + cue.hour + cue.spread < self._low and self._day is not None:
                if cue.unsure and base + cue.hour + 12 + cue.spread >= self._low:
                    cue = replace(cue, hour=cue.hour + 12)
                else:
                    low, high = base + _DAY, base + 2 * _DAY
        exact = False
        if cue.nth is not None and (self._counted is None or self._counted[0] != line):
            self._counted = line, high - cue.nth * _DAY, cue.nth
            if high - low <= 2 * _DAY:
                low, dated = high - _DAY, True
        if cue.hour is not None and high - low <= 2 * _DAY and dated:
            middle = low - low % _DAY + cue.hour
            low, high = middle - cue.spread, middle + cue.spread
            exact = cue.spread <= 1.0
        moment = Moment(line, low, high, True, exact, cue.whole, dated, cue.weekday, year, unsure=cue.unsure)
        return self._told_before(cue, moment)

    def _first_counted(self, nth: int) -> float | None:
        """When the first day was that a count of days counts from; None where another count begins."""
        if self._counted is None or self._counted[0] != self._line or self._counted[2] > nth:
            return None
        return self._counted[1]

    def _told_before(self, cue: Cue, moment: Moment) -> Moment:
        """The same weekday with the same hour, told again shortly after, is the same time, not one a week later."""
        if cue.weekday is None or cue.hour is None or cue.dated or cue.shift is not None or not moment.exact:
            return moment
        key = cue.weekday, round(4 * cue.hour) / 4
        passage, earlier = self._hours.get(key, (-_NEAR - 1, moment))
        if earlier.line == moment.line and self._passages - passage <= _NEAR:
            return replace(moment, low=earlier.low, high=earlier.high)
        self._hours[key] = self._passages, moment
        return moment

    def _calendar(self, cue: Cue) -> tuple[int, float, float, int | None]:
        year = cue.year
        if year is None and self._line == 0 and self._year is not None:
            year = self._year
            if day_number(year, cue.month or self._month or 1, cue.day or 1) < self._low - 200 * _DAY:
                year += 1
        line = 0 if year is not None else -1
        counted = year if year is not None else 1
        if cue.season is not None and cue.month is None:
            if cue.season == 12:
                return line, day_number(counted), day_number(counted + 1, 3), year
            begins = day_number(counted, cue.season)
            return line, begins, begins + 107 * _DAY, year
        month = cue.month
        if month is None and cue.day is not None:
            month = self._month or 1
        if month is None:
            return line, day_number(counted), day_number(counted + 1), year
        if cue.day is None:
            low = day_number(counted, month)
            return line, low, low + 31 * _DAY, year
        low = day_number(counted, month, cue.day)
        return line, low, low + _DAY, year

    def _weekday_from(self, cue: Cue) -> float:
        base = self._day if self._day is not None else self._low - self._low % _DAY
        if self._weekday is None or cue.weekday is None:
            return base if not self._gap else base + _DAY
        then, day = self._weekday
        ahead = (cue.weekday - then) % 7
        passed = base - day
        weeks = passed // (7 * _DAY) if passed > 0 else 0
        landed = day + weeks * 7 * _DAY + ahead * _DAY
        if cue.shift is not None and cue.shift == 7 * _DAY and landed <= base:
            return landed + 7 * _DAY
        return landed if landed >= base or cue.weekday == then else landed + 7 * _DAY


def _year_of(hours: float) -> int:
    days = int(hours // _DAY) + 1
    return date.fromordinal(days).year if 1 <= days <= date.max.toordinal() else int(hours // YEAR)


def cue_of_time(when: StoryTime) -> Cue | None:
    """The cue that an event's time stands for: its words, with what its fields say on top of them."""
    cue = cue_of(when.told) if when.told else None
    known = when.year, when.month, when.day, when.shift_hours, when.hour
    if cue is None and all(part is None for part in known):
        return None
    cue = cue or Cue(when.told, 0)
    if any(part is not None for part in known[:3]):
        cue = replace(cue, year=when.year, month=when.month, day=when.day, month_name=cue.month_name)
    if when.shift_hours is not None and not cue.same:
        cue = replace(cue, shift=when.shift_hours)
    if when.hour is not None and cue.hour is None:
        cue = replace(cue, hour=when.hour, spread=0.5)
    return cue


def label_of(moment: Moment, first_day: float, hour: bool) -> tuple[int | None, str]:
    """The day that a moment is on, counted from the story's first, and how people say it."""
    day = int((moment.low - first_day) // _DAY) + 1 if moment.line >= 0 or moment.line == -1 else None
    part = ""
    # Of what can't be placed beside the story not even the hour can be reckoned; its own words tell it.
    if hour and isfinite(moment.low) and isfinite(moment.high):
        middle = ((moment.low + moment.high) / 2) % _DAY
        part = f", {[name for start, name in _NAMES if start <= middle][-1]}"
    if moment.line in (0, -1) and moment.dated:
        days = int(moment.low // _DAY) + 1
        if 1 <= days <= date.max.toordinal():
            day_of = date.fromordinal(days)
            name = MONTHS[day_of.month - 1].capitalize()
            year = f" {day_of.year}" if moment.line == 0 else ""
            return day, f"{day_of.day} {name}{year}{part}"
    if moment.line == 0 and moment.year is not None:
        return day, f"{moment.year}{part}"
    if moment.line == -3:
        counted = int(moment.low // _DAY)
        return counted, f"Day {counted}{part}"
    if day is not None and day >= 1:
        return day, f"Day {day}{part}"
    return None, f"before the story begins{part}" if moment.line == 1 else part.removeprefix(", ")


def placed(events: Sequence[StoryEvent], numbers: Mapping[str, int]) -> list[PlacedEvent]:
    """Events of one line of passages in story time.

    `numbers` gives the chapter number of each passage of the line, in the line's order; events of other passages keep
    number 0 and come with the writer's own, which belong to no passage, after what they can't be compared with.
    """
    order = {passage: place for place, passage in enumerate(numbers)}
    last = len(order)
    told = sorted(events, key=lambda e: (order.get(e.passage_id or "", last), e.position, e.created_at, e.id))
    clock = Clock()
    moments: list[Moment] = []
    here: str | None = ""
    for event in told:
        if event.passage_id != here:
            clock.passage()
            here = event.passage_id
        moments.append(clock.read(cue_of_time(event.when), perfect=event.passage_id is None))
        clock.paragraph()
    return _in_order(told, moments, numbers)


def _in_order(told: Sequence[StoryEvent], moments: Sequence[Moment], numbers: Mapping[str, int]) -> list[PlacedEvent]:
    # The first day is the first that is told of; what is only looked back on comes before it.
    firsts: dict[int, float] = {}
    for moment in moments:
        if not _vague(moment):
            day = moment.low - moment.low % _DAY
            firsts[moment.line] = min(day, firsts.get(moment.line, day))
    lines: dict[int, float] = {}
    shown: list[tuple[float, int]] = []
    spine = 0.0
    for place, moment in enumerate(moments):
        # Lines of the clock that can't be compared follow one another as they are told.
        if moment.line not in lines:
            lines[moment.line] = spine - (firsts.get(moment.line, moment.low) if not lines else moment.low)
        middle = (moment.low + moment.high) / 2 if moment.exact else moment.low
        at = middle + lines[moment.line]
        spine = max(spine, at)
        shown.append((at, place))
    result = []
    for number, (shown_at, place) in enumerate(sorted(shown)):
        event, moment = told[place], moments[place]
        cue = cue_of_time(event.when)
        known = not moment.loose and not _vague(moment)
        counted, label = label_of(moment, firsts.get(moment.line, 0.0), cue is not None and cue.hour is not None)
        result.append(
            PlacedEvent(
                event=event,
                number=numbers.get(event.passage_id or "", 0),
                order=number,
                at=round(shown_at, 3) if known else None,
                day=counted if known and counted is not None and counted >= 1 else None,
                label=label if known and label else event.when.told,
            )
        )
    return result


def _vague(moment: Moment) -> bool:
    """Whether a moment is only a guess: "years later", or after an unknown time."""
    return moment.high - moment.low > 2 * YEAR
