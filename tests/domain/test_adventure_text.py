"""What of a model's words may stand in an adventure."""

import pytest

from workbench.domain.adventure_text import fit, fit_label

GOOD = (
    "You came to the long bridge and counted the lamps, and there were nine of them. Juma waved from the other side "
    "and called your name. “I waited for you all day,” he said, and you laughed because his boots were full of water."
)


def test_a_chapter_for_the_reader_stands() -> None:
    assert fit(GOOD) == GOOD


@pytest.mark.parametrize(
    "line",
    [
        "I am sorry for the last edit.",
        "The story ends here, and it was very good.",
        "She had no clothes on.",
        "He was drunk again.",
        "Before: You met the old man.",
        "“You may go, he said, and turned away.",
    ],
)
def test_what_has_no_place_there_is_left_out(line: str) -> None:
    assert fit(f"{GOOD} {line}") == GOOD
    assert fit(f"{line}\n\n{GOOD}") == GOOD


def test_too_little_is_nothing() -> None:
    assert fit("You went on.") == ""
    assert fit("I am a language model. " * 20) == ""


def test_choices_are_a_few_plain_words() -> None:
    assert fit_label("Follow the strand of mist yarn")
    assert not fit_label("Get some rest and eat the food you're fambly enjoying this,")
    assert not fit_label("Kill the guard")
    assert not fit_label("Give it to me")
    assert not fit_label("go")
