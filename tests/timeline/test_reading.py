"""Events are read from a passage by rules, each with its sentence."""

from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage
from workbench.timeline.reading import LONGEST_WHAT, MOST_EVENTS, events_of, what_of

ENTRIES = [
    LoreEntry(id="aria", world_id="w", title="Aria Venn", content="A potter. She is careful.", aliases=("the potter",)),
    LoreEntry(id="tobin", world_id="w", title="Tobin", content="A smith. He is loud."),
    LoreEntry(id="vell", world_id="w", title="Vell", kind="location", content="A town."),
    LoreEntry(id="mill", world_id="w", title="The Old Mill", kind="location", content="A mill near Vell."),
]


def passage(text: str) -> Passage:
    return Passage(id="p", story_id="s", parent_id=None, number=1, text=text)


def test_time_place_and_people_of_a_passage() -> None:
    text = "On 3 May 1847 Aria came to Vell. Three days later Tobin was at the Old Mill, and she sat beside him."
    first, second = events_of(passage(text), ENTRIES)
    assert (first.when.year, first.when.month, first.when.day) == (1847, 5, 3)
    assert first.where is not None
    assert (first.where.title, first.where.entry_id) == ("Vell", "vell")
    assert [(one.title, one.entry_id) for one in first.who] == [("Aria Venn", "aria")]
    assert first.evidence == "On 3 May 1847 Aria came to Vell."
    assert second.when.shift_hours == 72
    assert second.where is not None
    assert second.where.entry_id == "mill"
    assert {one.entry_id for one in second.who} == {"tobin", "aria"}
    assert [event.position for event in (first, second)] == [0, 1]
    assert {(event.id, event.story_id, event.passage_id) for event in (first, second)} == {("", "s", "p")}


def test_dreams_and_wishes_are_no_events() -> None:
    text = "At noon Aria was in Vell. That night she dreamt. In the dream Tobin stood in the Old Mill at dawn."
    assert [event.evidence for event in events_of(passage(text), ENTRIES)] == ["At noon Aria was in Vell."]


def test_people_who_are_only_spoken_of_take_no_part() -> None:
    (event,) = events_of(passage("“Tobin left yesterday,” said Aria at noon in Vell."), ENTRIES)
    assert [one.entry_id for one in event.who] == ["aria"]


def test_a_passage_without_time_and_place_has_one_event() -> None:
    text = "It was a quiet house. Aria washed the bowls. Aria dried them."
    (event,) = events_of(passage(text), ENTRIES)
    assert event.evidence == "Aria washed the bowls."
    assert event.when.kind == "ordered"
    assert events_of(passage("Nothing stirred."), ENTRIES) == []
    assert events_of(passage(""), []) == []


def test_a_long_passage_has_no_more_events_than_a_picture_can_show() -> None:
    text = " ".join(f"On {day} May 1847 Aria was in Vell." for day in range(1, 29))
    assert len(events_of(passage(text), ENTRIES)) == MOST_EVENTS


def test_what_happens_is_short_enough_to_read() -> None:
    long = "Aria walked to Vell, " + "and on past the last of the houses " * 8 + "until it was dark."
    short = what_of(long)
    assert len(short) <= LONGEST_WHAT + 1
    assert short.endswith("…")
    assert what_of("Aria   slept.") == "Aria slept."
