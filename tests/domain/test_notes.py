"""What a proposed summary or note must satisfy."""

import pytest

from workbench.domain import text as prose
from workbench.domain.notes import LONGEST_NOTE, appended_note, grounded_summary, note_problem, shortened

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
        ("Aria is 24 with a wound on her left hand. She never lost the silver key in the river.", "denies"),
        ("Aria is 24, wound on left hand. She lost the silver key in the river. My name is Aria.", "speaks of itself"),
        ("Aria is 24, wound on left hand. She lost the silver key and 3 coins in the river.", "3"),
        ("Aria is 24, wound on left hand. She lost the silver key in the river. A dragon sleeps there.", "invents"),
        ("Aria is 24, wound on left hand, lost the silver key in the river. " * 3, "repeats itself"),
        ("Aria is 24, wound on left hand, lost the silver key in the river. " + "more and more words " * 90, "long"),
    ],
)
def test_what_a_note_must_not_be(note: str, reason: str) -> None:
    assert reason in (note_problem(note, PREVIOUS, EVENT, "Aria") or "")


def test_each_of_several_events_must_be_told() -> None:
    events = f"{EVENT}\nAria sold her horse."
    assert "event" in (note_problem("Aria lost the silver key in the river.", "", events, "Aria") or "")
    assert note_problem("Aria lost the silver key in the river and sold her horse.", "", events, "Aria") is None


def test_a_note_may_not_just_repeat_the_base_text() -> None:
    base = "Aria is a cartographer who walks with a limp."
    note = "Aria is a cartographer who walks with a limp. She lost the silver key in the river."
    assert "base text" in (note_problem(note, "", EVENT, base) or "")


def test_a_new_number_may_take_an_old_ones_place() -> None:
    before = "Aria owes the guild 40 crowns."
    assert note_problem("Aria owes the guild 10 crowns.", before, "Aria owes the guild 10 crowns now.", "Aria") is None


def test_appending_keeps_everything_and_repeats_nothing() -> None:
    once = appended_note(PREVIOUS, EVENT)
    assert once == f"{PREVIOUS} {EVENT}"
    assert appended_note(once, EVENT) == once
    assert appended_note("", "Aria left\nAria came back.") == "Aria left. Aria came back."


def test_a_speaker_before_a_line_is_no_part_of_it() -> None:
    assert (
        appended_note("", "Ilse: Ilse took the map.\nTobin: Ilse: Ilse sold it.") == "Ilse took the map. Ilse sold it."
    )


def test_a_note_doesnt_grow_for_ever_and_keeps_what_was_first_what_changed_and_what_is_new() -> None:
    note = "The Old Mill was sold to Corvin. Its wheel is broken."
    for day in range(60):
        note = appended_note(
            note, f"On day {day} somebody walked past {'slowly ' * (day % 3)}with cart number {day} of hay."
        )
        if day == 20:
            note = appended_note(note, "Tobin died in the cellar of the mill.")
    assert len(prose.words(note)) <= LONGEST_NOTE
    assert note.startswith("The Old Mill was sold to Corvin. Its wheel is broken.")
    assert "Tobin died in the cellar of the mill." in note
    assert note.endswith("with cart number 59 of hay.")


def test_what_is_told_twice_goes_first() -> None:
    again = [f"The mill stood as a beacon of hope for all the people of number {n} street." for n in range(20)]
    other = [f"{name} buried a box of {name}'s own gold under stone {n}." for n, name in enumerate(("Ada", "Bo", "Cy"))]
    short = shortened(" ".join([*other, *again]))
    assert all(line in short for line in other)
    assert sum(line in short for line in again) < 3


def test_a_short_note_stays_as_it_is() -> None:
    assert shortened(PREVIOUS) == PREVIOUS
