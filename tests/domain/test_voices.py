"""What a person of the story says for themselves."""

import pytest

from workbench.domain.voices import own_word

SCENE = "Odda counted the coins twice and found that three were missing from the box."
TOLD = f"Odda sells eels. {SCENE} Wim laughed."


def said(proposed: str, before: tuple[str, ...] = ()) -> str:
    return own_word(proposed, "Odda", TOLD, [TOLD], before)


def test_a_word_of_ones_own_stands() -> None:
    assert (
        said("I want my three coins back. Wim should be ashamed.")
        == "I want my three coins back. Wim should be ashamed."
    )


@pytest.mark.parametrize(
    "proposed",
    [
        SCENE,
        "Odda is angry about the coins and wants them.",
        "She wants the coins back from him.",
        "I want Captain Marbury to bring the coins.",
        "I help you, I help you, I help you, I help you.",
        "I am.",
        "…",
        "",
    ],
)
def test_what_is_no_word_of_ones_own_does_not(proposed: str) -> None:
    assert said(proposed) == ""


def test_nothing_is_said_twice() -> None:
    assert said("I want my three coins back.", ("I want my coins back.",)) == ""


def test_a_sentence_that_broke_off_is_left_out() -> None:
    assert said("I want my three coins back. And then I will tell ev") == "I want my three coins back."
