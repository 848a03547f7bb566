"""What holds of a chapter that was told again."""

import pytest

from workbench.domain import text as prose
from workbench.domain.changes import change_problem, inserted, parted, people_of, taken_up, unchanged, with_rest

OLD = "Aria found the key. It lay under the mill and shone like a fish. Aria hid it from Tobin. Tobin saw it and went."
VISITORS = "One came early.\n\nTwo came on foot.\n\n“Three came. Four too,” said Five.\n\nSix slept."


def test_people_are_those_who_matter() -> None:
    assert people_of(OLD, ["Tobin", "Aria", "Ilse"]) == ["Tobin", "Aria"]
    assert people_of(f"{OLD} Ilse slept.", ["Ilse", "Aria", "Tobin"]) == ["Aria", "Tobin"]
    assert people_of("Ilse slept.", ["Ilse", "Aria"]) == ["Ilse"]


def test_marks_and_spacing_are_no_change() -> None:
    assert unchanged(OLD, OLD.replace(". ", " — ").upper())
    assert not unchanged(OLD, f"{OLD} It rained.")


@pytest.mark.parametrize(
    ("new", "words_asked", "problem"),
    [
        (OLD.replace("shone", "gleamed"), 0, ""),
        (OLD, 0, "unchanged"),
        (OLD.replace("Tobin", "Bram"), 0, "Tobin went missing"),
        ("Aria hid the key from Tobin.", 0, "much shorter"),
        ("Aria hid the key from Tobin.", 6, ""),
        (" ".join([OLD] * 2 + ["Aria slept and dreamt of Tobin."]), 0, "much longer"),
    ],
)
def test_what_is_wrong_is_said(new: str, words_asked: int, problem: str) -> None:
    found = change_problem(OLD, new, ["Aria", "Tobin"], words_asked)
    assert (problem in found) if problem else (found == "")


def test_what_was_left_out_at_the_end_stands_as_it_was() -> None:
    old = "Aria found the key.\n\nIt lay under the mill and shone like a fish.\n\nAria hid it. Tobin saw it and went."
    new = "In the rain Aria found a key. It lay under the old mill and shone like a fish."
    assert with_rest(old, new) == f"{new}\n\nAria hid it. Tobin saw it and went."


def test_nothing_is_added_to_another_text() -> None:
    other = "The queen of the bees left her hive at noon."
    assert with_rest(OLD, other) == other


@pytest.mark.parametrize(
    ("instruction", "new", "there"),
    [
        ("Let it rain all the time.", f"{OLD} It rained.", True),
        ("Let it rain all the time.", f"{OLD} It was dark.", False),
        ("Make it sadder.", f"{OLD} It was dark.", True),
        ("More dialogue!", OLD, True),
        ("Let Aria hide the key.", f"{OLD} It was dark.", True),
    ],
)
def test_a_change_that_names_something_is_looked_for(instruction: str, new: str, there: bool) -> None:
    assert taken_up(instruction, OLD, new) is there


@pytest.mark.parametrize(
    ("instruction", "before"),
    [
        ("Let it rain.", "One came early.\n\nTwo came on foot."),
        (
            "Make it end in rain.",
            "One came early.\n\nTwo came on foot.\n\n“Three came. Four too,” said Five.\n\nSix slept.",
        ),
        ("Begin with rain.", "One came early."),
    ],
)
def test_something_new_finds_its_place(instruction: str, before: str) -> None:
    first, rest = parted(VISITORS, instruction)
    assert first == before
    assert first + rest == VISITORS
    assert prose.sentences(inserted(first, "It rained.", rest)).count("It rained.") == 1


def test_speech_is_not_parted() -> None:
    text = "“One came. Two came. Three came. Four came. Five came.” Six slept for seven days and nights."
    assert parted(text, "Let it rain.")[0] == "“One came. Two came. Three came. Four came. Five came.”"
