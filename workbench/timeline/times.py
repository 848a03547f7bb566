"""Time phrases in prose: dates, shifts such as "three days later", hours of the day, "that same night"."""

import calendar
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from workbench.domain.timeline import StoryTime
from workbench.timeline import time_words
from workbench.timeline.numerals import (
    is_vague,
    number,
    ordinal,
    unit_hours,
    year_in_words,
)


@dataclass(frozen=True, slots=True)
class Cue:
    """What a sentence says of its time. `told` are its words; hours are of the day, `shift` in hours from before.

    `slack` is how many hours the shift may be off; `same` says that it is the time told before.
    `instant`: the very moment told before. `unsure`: the hour may be one of the morning or of the evening.
    `back` says that the shift is one into the past. `month_name` is a month or a feast of the story's own calendar;
    `season` is the month that a season begins with, `count` the day of a log ("Day 12"), `nth` a day counted from one
    that the story began to count with ("on the ninth day"). `until` is the last day of a stretch of dates, as year,
    month and day; it is `whole` then.
    """

    told: str
    start: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    month_name: str = ""
    weekday: int | None = None
    shift: float | None = None
    slack: float = 0.0
    hour: float | None = None
    spread: float = 0.0
    same: bool = False
    whole: bool = False
    unsure: bool = False
    instant: bool = False
    season: int | None = None
    count: int | None = None
    nth: int | None = None
    until: tuple[int | None, int, int] | None = None

    @property
    def back(self) -> bool:
        """Whether it goes into the past."""
        return self.shift is not None and self.shift < 0

    @property
    def dated(self) -> bool:
        """Whether it names a date, or part of one."""
        return any(part is not None for part in (self.year, self.month, self.day)) or bool(self.month_name)

    def story_time(self) -> StoryTime:
        """The value that an event keeps."""
        kind = (
            "exact"
            if self.dated and not self.month_name
            else "relative"
            if self.shift is not None or self.same
            else "ordered"
        )
        return StoryTime(
            kind=kind,
            told=self.told,
            year=self.year,
            month=self.month,
            day=None if self.month_name else self.day,
            shift_hours=self.shift if self.shift is not None else (0.0 if self.same else None),
            hour=None if self.hour is None or self.whole else self.hour % 24,
        )


def _month(name: str) -> int:
    return time_words.SHORT_MONTHS[name.lower().rstrip(".")[:3]]


def _dates(text: str) -> Cue | None:
    """ "From the first of June to the last day of August": a stretch of dates."""
    match = time_words.DATES.search(text)
    if match is None:
        return None
    one, two = _plain_date(match["one"]), _plain_date(f"on {match['two']}")
    last = time_words.LAST_DAY.search(match["two"])
    if last:
        month = _month(last["month"])
        two = Cue("", 0, int(last["year"]) if last["year"] else None, month, calendar.monthrange(2024, month)[1])
    if one is None or two is None or one.month is None or two.month is None or two.day is None or one.day is None:
        return None
    year = one.year if one.year is not None else two.year
    return replace(
        one, told=match.group(), start=match.start(), year=year, whole=True, until=(two.year, two.month, two.day)
    )


def _date(text: str) -> Cue | None:
    if (stretch := _dates(text)) is not None:
        return stretch
    found = _plain_date(text)
    if found is None:
        match = time_words.COUNTED.search(text)
        count = int(match["digits"]) if match and match["digits"] else number(match["words"]) if match else None
        if match and count is not None:
            return Cue(match.group(), match.start(), count=int(count))
        match = time_words.FEAST.search(text)
        if match:
            feast = " ".join(match["feast"].lower().replace("’", "'").split())
            month, day = time_words.FEASTS.get(feast, (None, None))
            year = int(match["year"]) if match["year"] else None
            return Cue(match.group(), match.start(), year, month, day, "" if month else feast)
        return None
    if found.year is not None and found.month is None:
        before = text[max(0, found.start - 30) : found.start + len(found.told)].lower()
        season = re.search(r"\b(spring|summer|autumn|fall|winter)\b", before)
        if season:
            return replace(found, season=time_words.SEASONS[season.group()])
    return found


def _named_day(text: str) -> Cue | None:
    """ "On the day of the Harvest Moon": a day of its own, that nothing but its name places."""
    match = time_words.NAMED_DAY.search(text)
    if match is None or re.search(rf"\bof\s(?:the\s)?{time_words.MONTH}\b", match["name"]):
        return None
    words = [word for word in re.findall(r"[\w’']+", match["name"].lower()) if word not in ("the", "of")]
    # Its evening is of the same day.
    words = ["day" if word in ("evening", "morning", "night") else word for word in words]
    return Cue(match.group(), match.start(), month_name=" ".join(words))


def _plain_date(text: str) -> Cue | None:
    match = time_words.ISO.search(text)
    if match and 1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31:
        return Cue(match.group(), match.start(), int(match["year"]), int(match["month"]), int(match["day"]))
    for pattern in (time_words.DAY_MONTH, time_words.MONTH_DAY):
        match = pattern.search(text)
        if match:
            day = ordinal(match["day"]) or int(number(match["day"]) or 0)
            year = int(match["year"]) if match["year"] else None
            if 1 <= day <= 31:
                return Cue(match.group(), match.start(), year, _month(match["month"]), day)
    match = time_words.OWN_MONTH.search(text)
    if match and match["month"].lower() not in (*time_words.WEEKDAYS, "his", "her"):
        own_year = int(match["year"]) if match["year"] else None
        own_day = ordinal(match["day"])
        if own_day and own_day <= 31 and _is_month_like(text, match):
            return Cue(match.group(), match.start(), own_year, None, own_day, month_name=match["month"].lower())
    match = time_words.OWN_COUNT.search(text)
    if match and (counted := ordinal(match["day"])) and match["month"] not in ("week", "year"):
        return Cue(match.group(), match.start(), None, None, counted, month_name=match["month"])
    match = time_words.NTH_WEEKDAY.search(text)
    if match:
        return Cue(match.group(), match.start(), month_name=" ".join(match.groups()).lower())
    match = time_words.MONTH_YEAR.search(text)
    if match:
        return Cue(match.group(), match.start(), int(match["year"]) if match["year"] else None, _month(match["month"]))
    match = time_words.YEAR_ONLY.search(text)
    if match:
        return Cue(match.group(), match.start(), int(match["year"] or match["bare"] or match["season"]))
    match = time_words.SPELLED_YEAR.search(text)
    if match and (year := year_in_words(match["words"])):
        return Cue(match.group(), match.start(), year)
    match = time_words.MONTHDAY.search(text)
    if match and (monthday := ordinal(match["day"])) and monthday <= 31:
        return Cue(match.group(), match.start(), None, None, monthday)
    return None


def _is_month_like(text: str, match: re.Match[str]) -> bool:
    """ "On the ninth of Frostmonth" is a date; "the third of Aria's keys" and "the first of Men" are none."""
    before = text[: match.start()].lower()
    return bool(
        re.search(r"(?:\bon|\bby|\bof|\buntil|\bsince|night|evening|morning|day)(?:,)?\s(?:the\s)?$", before)
    ) and text[match.end() :][:2] not in ("'s", "’s")


def _shift(text: str) -> Cue | None:
    match = time_words.LATER.search(text)
    if match:
        count, hours = number(match["count"]), unit_hours(match["unit"])
        if count is not None and not (match["count"].lower() == "the" and match["way"].lower() == "on"):
            past = match["way"].lower() in ("earlier", "before", "ago", "previously", "beforehand")
            slack = hours * (0.6 * count if is_vague(match["count"]) else 0.5 if hours > 24 else 0.1)
            return Cue(match.group(), match.start(), shift=(-count if past else count) * hours, slack=slack)
    match = time_words.NEXT.search(text)
    if match:
        unit = (match["unit"] or match["unit2"]).lower()
        past = (match["way"] or match["way2"]).lower() in ("previous", "preceding", "before")
        hours = 168.0 if unit == "weekend" else 24.0 if unit in time_words.PARTS else unit_hours(unit)
        return Cue(match.group(), match.start(), shift=-hours if past else hours, slack=hours / 2 if hours > 24 else 0)
    match = time_words.VAGUE_PAST.search(text)
    if match:
        far = bool(match["long"])
        hours = 24.0 if match.group().lower().startswith(("yesterday", "last night", "last evening")) else 0.0
        if match["unit"]:
            hours = unit_hours(match["unit"])
        return Cue(match.group(), match.start(), shift=-(hours or (8766.0 if far else 6.0)), slack=1e6 if far else 24)
    match = time_words.AFTER.search(text)
    if match:
        count, hours = number(match["count"]), unit_hours(match["unit"])
        if count is not None:
            vague = is_vague(match["count"])
            return Cue(
                match.group(),
                match.start(),
                shift=count * hours,
                slack=hours * (count if vague else 0.5 if hours > 24 else 0.1),
            )
    match = time_words.VAGUE_FUTURE.search(text)
    if match:
        hours = unit_hours(match["unit"]) if match["unit"] else 0.0
        that_day = "that" in match.group().lower()
        return Cue(match.group(), match.start(), shift=max(hours, 1.0), slack=24.0 if that_day else 1e6)
    match = time_words.NTH_DAY.search(text)
    if match and (nth := ordinal(match["nth"])):
        return Cue(match.group(), match.start(), shift=24.0 * (nth - 1), slack=24.0, nth=nth)
    match = time_words.TOOK.search(text)
    if match and (count := number(match["count"])) is not None:
        hours = unit_hours(match["unit"]) * count
        return Cue(match.group(), match.start(), shift=hours / 2, slack=hours / 2)
    return None


_END_OF_STRETCH = re.compile(r"\s(?=that\b|on\b|[A-Z]|he\b|she\b|they\b|and\b)")


def _span(text: str) -> tuple[float, float, int, str, bool] | None:
    """The middle and half the length of a stretch of the day: "from first light until dusk", "all that Sunday"."""
    match = time_words.RANGE.search(text)
    if match:
        begin, end = _hour(f"at {match['one']}"), _hour(f"at {_END_OF_STRETCH.split(match['two'])[0]},")
        late = re.search(r"(?P<moon>moon|star)|lamp|dark|night|supper|bed", match["two"])
        if begin and (end or late or begin[1] != 0.3):
            last = end[0] if end else (23.0 if late and late["moon"] else 20.0 if late else begin[0] + 1)
            # "From noon to six" ends in the evening, "from eight in the evening until breakfast" on the next day.
            last += 0 if last >= begin[0] else 12 if end and end[1] == 0.3 and last + 12 > begin[0] else 24
            return (begin[0] + last) / 2, (last - begin[0]) / 2, match.start(), match.group(), True
    match = time_words.ALL.search(text)
    if match:
        what = (match["what"] or match["what2"] or match["what3"]).lower()
        middle, spread = time_words.PARTS.get(re.sub(r"\s", " ", what), (14.0, 7.0))
        return middle, spread, match.start(), match.group(), True
    return None


def _hour(text: str) -> tuple[float, float, int, str, bool] | None:
    """Hour of the day (24 is midnight at its end), how far it may be off, where, the words, all through it."""
    low = text.lower()
    match = time_words.CLOCK.search(text)
    if match:
        hour = (
            match["h1"]
            or match["h2"]
            or match["h3"]
            or match["h4"]
            or match["h5"]
            or match["h6"]
            or match["h7"]
            or match["h8"]
            or match["h9"]
        )
        value = number(hour)
        if value is not None and value < 25:
            if match["half"]:
                value += _past(match["half"].lower())
            elif match["m2"] or match["m9"]:
                value += int(match["m2"] or match["m9"]) / 60
            half = (match["ap2"] or match["ap3"] or "").lower()
            if value < 12 and (half.startswith("p") or (not half and not match["h2"] and _is_late(low, match, value))):
                value += 12
            sure = (
                half
                or match["h9"]
                or value >= 12
                or re.search(r"\b(?:morning|afternoon|evening|night|dawn|dusk)\b", low)
            )
            return value % 24, 0.25 if sure or match["h2"] else 0.3, match.start(), match.group(), False
    best: re.Match[str] | None = None
    for match in time_words.PART_SAID.finditer(text):
        if match["pre"] or match["whole"] or match.start() < 3:
            best = match
            break
    if best is None:
        return None
    middle, spread = time_words.PARTS[re.sub(r"\s", " ", best["part"].lower())]
    return middle, spread, best.start(), best.group(), bool(best["whole"])


_DAYS = "|".join(time_words.WEEKDAYS)


def _is_late(low: str, match: re.Match[str], value: float) -> bool:
    """Whether an hour from one to eleven is one of the afternoon or evening by the words around it."""
    around = low[max(0, match.start() - 28) : match.end() + 28]
    if "morning" in around:
        return False
    late = re.search(r"\b(?:afternoon|evening|night|dusk)\b(?!['’-])", around)
    if late is None and not re.search(r"\b(?:morning|dawn|noon|midday)\b", low):
        # "On Thursday night, as the clock over the stage said a quarter to eleven"
        late = re.search(rf"\b(?:{_DAYS}|that|same)\s(?:afternoon|evening|night)\b(?!['’-])", low)
    return bool(late) and not (value < 5 and late is not None and late.group().endswith("night"))


def _past(words: str) -> float:
    if words.startswith("half"):
        return 0.5
    minutes = 15.0 if "quarter" in words else number(words.split()[0]) or 0.0
    return (-minutes if words.endswith("to") else minutes) / 60


@lru_cache(maxsize=8192)
def cue_of(text: str) -> Cue | None:
    """What a piece of narration says of its time, or None. Words for other things than time don't count."""
    if not time_words.TRIGGER.search(text):
        return None
    date, shift = _date(text), _shift(text)
    same = time_words.SAME.search(text)
    weekday = time_words.WEEKDAY.search(text)
    hour = _span(text) or _hour(text)
    if hour and hour[0] < 6 and re.search(rf"\b(?:{_DAYS})\snight\b", text, re.IGNORECASE):
        # "One in the morning, that Sunday night" is Monday for a calendar.
        hour = (hour[0] + 24, *hour[1:])
    found: Cue | None = date
    if found is None and same and not (shift and shift.start < same.start()):
        instant = re.search(
            r"\b(?:hour|moment|instant|minute|second|time|then|simultaneously)$", same.group(), re.IGNORECASE
        )
        found = Cue(same.group(), same.start(), same=True, instant=bool(instant))
    if found is None:
        found = shift
    elif shift and found.same:
        found = replace(found, slack=max(found.slack, 24.0 if shift.slack > 1 else shift.slack))
    if found is None and weekday is None:
        found = _named_day(text)
    if weekday:
        place = time_words.WEEKDAYS.index(weekday["day"].lower())
        found = replace(found, weekday=place) if found else Cue(weekday.group(), weekday.start(), weekday=place)
        if re.search(r"\b(?:next|following)\s$", text[: weekday.start()]) and found.shift is None:
            found = replace(found, shift=168.0, slack=84.0, told=f"next {found.told}")
    if hour:
        if found is None:
            found = Cue(hour[3], hour[2])
        start, end = min(found.start, hour[2]), max(found.start + len(found.told), hour[2] + len(hour[3]))
        # The words between two time phrases belong to neither when they are many.
        told = text[start:end] if end - start < 60 else found.told
        found = replace(
            found,
            hour=hour[0],
            spread=hour[1],
            whole=hour[4] or found.until is not None,
            unsure=hour[1] == 0.3,
            told=told,
            start=start,
        )
    return replace(found, told=re.sub(r"^(?:was|is|struck)\s", "", " ".join(found.told.split()))) if found else None


def story_time(text: str) -> StoryTime:
    """A time phrase that somebody typed ("three days later") as a value; what it can't read is only ordered."""
    told = " ".join(text.split())
    cue = cue_of(told) or cue_of(f"on {told}") or cue_of(f"in {told}") or cue_of(f"at {told}")
    return cue.story_time().model_copy(update={"told": told}) if cue else StoryTime(told=told)
