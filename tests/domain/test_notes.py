"""What a proposed summary or note must satisfy."""

import pytest

from workbench.domain.notes import appended_note, grounded_summary, note_problem

EVENT = "Aria lost the silver key in the river."
PREVIOUS = "Aria is 24 and has a wound on her left hand."


def test_a_summary_that_shares_nothing_with_its_evidence_gives_way_to_it() -> None:
    assert grounded_summary("The king was crowned", EVENT) == EVENT
    assert grounded_summary("Aria lost her key in a river", EVENT) == "Aria lost her key in a river"
    assert grounded_summary("", EVENT) == EVENT


def test_a_good_note_stands() -> None:
    note = "Aria is 24 and has a wound on her left hand. She lost the silver key in the river."
    assert note_problem(note, PREVIOUS, EVENT, "Aria") is None


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("", "empty"),
        ("Task: rewrite the note of Aria, who lost the silver key in the river.", "instructions"),
        ("Aria is 24 and has a wound on her left hand.", "event"),
        ("Aria lost the silver key in the river.", "forgets"),
        ("Aria has a wound on her left hand. She lost the silver key in the river.", "24"),
        ("Aria is 24, wound on her left hand, and Morgan Hale lost the silver key in the river.", "Morgan Hale"),
        ("Aria is 24, wound on left hand, lost the silver key in the river. " * 3, "repeats itself"),
        ("Aria is 24, wound on left hand, lost the silver key in the river. " + "more and more words " * 90, "long"),
    ],
)
def test_what_a_note_must_not_be(note: str, reason: str) -> None:
    assert reason in (note_problem(note, PREVIOUS, EVENT, "Aria") or "")


def test_appending_keeps_everything_and_repeats_nothing() -> None:
    once = appended_note(PREVIOUS, EVENT)
    assert once == f"{PREVIOUS} {EVENT}"
    assert appended_note(once, EVENT) == once
