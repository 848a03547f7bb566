"""Time phrases are read as people mean them."""

import pytest

from workbench.domain.timeline import StoryTime
from workbench.timeline.reading import time_of
from workbench.timeline.times import cue_of


@pytest.mark.parametrize(
    ("words", "year", "month", "day", "hour"),
    [
        ("On 3 May 1847", 1847, 5, 3, None),
        ("3 May 1847, at noon", 1847, 5, 3, 12),
        ("the third of May", None, 5, 3, None),
        ("May 3rd, 1847", 1847, 5, 3, None),
        ("1847-05-03", 1847, 5, 3, None),
        ("in the year 412", 412, None, None, None),
        ("in June of 1815", 1815, 6, None, None),
        ("in eighteen forty-seven", 1847, None, None, None),
        ("the night of the twelfth", None, None, 12, 23),
        ("at midnight on New Year's Eve", None, 12, 31, 0),
        ("the spring of 1912", 1912, None, None, None),
    ],
)
def test_dates(words: str, year: int | None, month: int | None, day: int | None, hour: float | None) -> None:
    when = time_of(words)
    assert (when.kind, when.year, when.month, when.day, when.hour) == ("exact", year, month, day, hour)
    assert when.told == words


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("three days later", 72),
        ("two hours later", 2),
        ("the next morning", 24),
        ("a fortnight later", 336),
        ("the day before", -24),
        ("an hour earlier", -1),
        ("ten years ago", -87660),
        ("that same night", 0),
        ("meanwhile", 0),
    ],
)
def test_shifts(words: str, hours: float) -> None:
    when = time_of(words)
    assert (when.kind, when.shift_hours) == ("relative", hours)


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("at noon", 12),
        ("at nine o'clock that evening", 21),
        ("half past six in the morning", 6.5),
        ("at a quarter to five in the afternoon", 16.75),
        ("at 06:00", 6),
        ("at 10 p.m.", 22),
        ("at dawn", 6),
    ],
)
def test_hours(words: str, hour: float) -> None:
    assert time_of(words).hour == pytest.approx(hour)


@pytest.mark.parametrize(
    "sentence",
    [
        "He had three sons and a dog.",
        "She may come, or she may march off.",
        "The second door was locked.",
        "There were 1847 men in the field.",
        "",
    ],
)
def test_other_words_are_no_times(sentence: str) -> None:
    assert cue_of(sentence) is None


def test_what_cannot_be_read_is_only_ordered() -> None:
    assert time_of("when the geese come") == StoryTime(told="when the geese come")
    assert time_of("  ") == StoryTime(told="")
