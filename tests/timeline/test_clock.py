"""Events are put in story time, with labels that people read."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.timeline import PlacedEvent, StoryEvent, StoryTime
from workbench.timeline.clock import placed
from workbench.timeline.reading import time_of


def told(*chapters: list[str]) -> tuple[list[StoryEvent], dict[str, int]]:
    events = [
        StoryEvent(id=f"{number}.{place}", passage_id=f"p{number}", position=place, when=time_of(words), what=words)
        for number, chapter in enumerate(chapters, 1)
        for place, words in enumerate(chapter)
    ]
    return events, {f"p{number}": number for number in range(1, len(chapters) + 1)}


def shown(events: list[PlacedEvent]) -> list[tuple[str, int | None, str]]:
    return [(event.event.what, event.day, event.label) for event in events]


def test_dates_hours_and_shifts_add_up() -> None:
    events = placed(*told(["On 3 May 1847 at noon", "that evening", "three days later, at dawn", "the next morning"]))
    assert shown(events) == [
        ("On 3 May 1847 at noon", 1, "3 May 1847, noon"),
        ("that evening", 1, "3 May 1847, evening"),
        ("three days later, at dawn", 4, "6 May 1847, dawn"),
        ("the next morning", 5, "7 May 1847, morning"),
    ]
    assert [event.order for event in events] == [0, 1, 2, 3]
    hours = [event.at for event in events if event.at is not None]
    assert hours == sorted(hours)
    assert hours[0] == 12


def test_a_story_without_dates_counts_its_days() -> None:
    events = placed(*told(["at noon", "two days later, at noon"], ["that same night"]))
    assert [(event.day, event.label) for event in events] == [
        (1, "Day 1, noon"),
        (3, "Day 3, noon"),
        (3, "Day 3, night"),
    ]
    assert [event.number for event in events] == [1, 1, 2]


def test_what_is_told_later_but_happened_before_comes_first() -> None:
    events = placed(*told(["On 5 May 1847"], ["On 1 May 1847"]))
    assert [event.event.what for event in events] == ["On 1 May 1847", "On 5 May 1847"]
    assert [event.number for event in events] == [2, 1]


def test_a_look_back_does_not_move_the_clock() -> None:
    events = placed(*told(["On 5 May 1847", "two days earlier", "the next morning"]))
    assert {event.event.what: event.day for event in events} == {
        "two days earlier": 1,
        "On 5 May 1847": 3,
        "the next morning": 4,
    }


def test_only_the_order_is_known_after_an_unknown_time() -> None:
    events = placed(*told(["On 5 May 1847"], [""], ["years later"]))
    assert [event.at is None for event in events] == [False, True, True]
    assert [event.event.passage_id for event in events] == ["p1", "p2", "p3"]


def test_weekdays_follow_one_another() -> None:
    events = placed(*told(["On Saturday"], ["On Monday"], ["On Tuesday at noon"]))
    assert [event.day for event in events] == [1, 3, 4]


def test_the_writers_own_event_finds_its_place_by_its_date() -> None:
    events, numbers = told(["On 3 May 1847"], ["On 9 May 1847"])
    own = StoryEvent(id="own", when=StoryTime(kind="exact", told="4 May 1847", year=1847, month=5, day=4), what="Mine")
    assert [event.event.what for event in placed([own, *events], numbers)] == ["On 3 May 1847", "Mine", "On 9 May 1847"]


def test_nothing_told_is_nothing_placed() -> None:
    assert placed([], {}) == []


PHRASES = (
    "",
    "at noon",
    "It rains",
    "in 1847",
    "3 May 1847",
    "three days later",
    "an hour before",
    "that night",
    "meanwhile",
)


@given(st.lists(st.tuples(st.sampled_from(PHRASES), st.sampled_from(("p1", "p2", "elsewhere", None))), max_size=8))
def test_any_events_find_a_place(made: list[tuple[str, str | None]]) -> None:
    events = [
        StoryEvent(id=str(place), passage_id=passage, position=place, when=time_of(words), what=words)
        for place, (words, passage) in enumerate(made)
    ]
    found = placed(events, {"p1": 1, "p2": 2})
    assert sorted(one.event.id for one in found) == sorted(event.id for event in events)
    assert [one.order for one in found] == list(range(len(events)))
