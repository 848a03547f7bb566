"""What rules leave open of events, and which answers stand."""

import pytest

from workbench.domain.lore import LoreEntry
from workbench.domain.occasions import LONGEST_LINE, MOST_OPEN, filled, openings
from workbench.domain.timeline import Named, StoryEvent

ARIA = LoreEntry(id="a", world_id="w", title="Aria Venn", content="A young cartographer from Vell.")
MILL = LoreEntry(id="m", world_id="w", title="Old Mill", kind="location", content="A mill on the river.")
WIND = LoreEntry(id="n", world_id="w", title="Wind Mill", kind="location", content="A mill on a hill.")
ENTRIES = [ARIA, MILL, WIND]


def event(sentence: str, **fields: object) -> StoryEvent:
    return StoryEvent.model_validate({"what": sentence, "evidence": sentence, **fields})


def cut(sentence: str) -> StoryEvent:
    """An event that rules could only cut off."""
    return event(sentence, what=f"{sentence[:60]}…")


def titles(named: tuple[Named, ...]) -> list[str]:
    return [one.title for one in named]


def test_somebody_called_by_what_they_are_and_a_place_by_its_kind_are_open() -> None:
    (found,) = openings([event("The cartographer locked the mill.")], ENTRIES)
    assert titles(found.people) == ["Aria Venn"]
    assert titles(found.places) == ["Old Mill", "Wind Mill"]
    assert not found.long


@pytest.mark.parametrize(
    "sentence",
    [
        "It rained all night.",
        "A cartographer came by.",
        "“Ask the cartographer,” said the boy.",
        "The miller slept.",
    ],
)
def test_nothing_is_open_where_the_sentence_has_no_word_for_it(sentence: str) -> None:
    assert openings([event(sentence)], ENTRIES) == []


def test_what_the_rules_have_found_is_not_asked_again() -> None:
    known = event("The cartographer locked the mill.", where={"title": "Old Mill"}, who=[{"title": "Aria"}])
    assert openings([known], ENTRIES) == []


def test_only_a_few_are_asked_and_who_and_where_before_long_lines() -> None:
    long = cut("It rained " + "and rained " * 20 + "again.")
    asked = openings([long, long, long, event("The cartographer slept.")], ENTRIES)
    assert len(asked) == MOST_OPEN
    assert asked[-1].index == 3


def test_an_answer_fills_in_what_was_open() -> None:
    told = event("The cartographer locked the mill.")
    (opening,) = openings([told], ENTRIES)
    done = filled(told, opening, where="Wind Mill", who="Aria Venn")
    assert (done.where, done.who) == (Named(title="Wind Mill", entry_id="n"), (Named(title="Aria Venn", entry_id="a"),))
    assert (done.origin, done.what) == ("model", told.what)


@pytest.mark.parametrize("answer", [{"where": "none", "who": "none"}, {"where": "Vell"}, {"what": "A mill is locked."}])
def test_an_answer_that_nobody_asked_for_changes_nothing(answer: dict[str, str]) -> None:
    told = event("The cartographer locked the mill.")
    (opening,) = openings([told], ENTRIES)
    assert filled(told, opening, **answer) == told


def test_a_shorter_line_stands_where_it_rests_on_the_sentence() -> None:
    told = cut("The bells of the town rang and rang, " + "louder and louder, " * 5 + "until the tower fell.")
    (opening,) = openings([told], ENTRIES)
    assert filled(told, opening, what="The bells rang until the tower fell.").what.startswith("The bells rang until")
    for line in (
        "The tower of the town fell.",
        "The bells of",
        "Queen Ada was crowned at noon in the garden.",
        "the",
        told.evidence,
        "The bells " * LONGEST_LINE,
    ):
        assert filled(told, opening, what=line) == told
