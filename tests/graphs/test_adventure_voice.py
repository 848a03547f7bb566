"""What a reader sees of a chapter while it is written: whole sentences, and none that is struck out later."""

import re

from hypothesis import given
from hypothesis import strategies as st

from graphs.adventure.telling import Voice, readable
from workbench.domain.adventure_text import fitting

REPLY = (
    "The stairs were wet. You held the cold rail and counted them. “Come up,” said Solvei. “It is not far. I have "
    "bread.” You laughed at that. Then the bastard stabbed him with a gun.\n\nA bell rang below! Nobody spoke until "
    "the lamp went out. And then you"
)


def heard(reply: str, sizes: list[int]) -> list[str]:
    said: list[str] = []
    voice, rest = Voice((), said.append), reply
    while rest:
        size = sizes.pop() if sizes else 4
        voice.hear(rest[:size])
        rest = rest[size:]
    return said


@given(st.lists(st.integers(1, 40), max_size=60))
def test_what_is_said_is_what_stands_in_the_chapter(sizes: list[int]) -> None:
    said = "".join(heard(REPLY, sizes))
    told = fitting(readable(REPLY, ()))
    assert told.startswith(said)
    assert "bastard" not in said
    assert said.endswith("went out.")


def test_it_is_said_sentence_by_sentence_and_not_at_the_end() -> None:
    said = heard(REPLY, [])
    assert said[0] == "The stairs were wet."
    assert len(said) >= 6
    assert all(re.search(r"[.!?”]$", part) for part in said)


def test_what_was_told_in_a_chapter_before_is_not_said_again() -> None:
    said: list[str] = []
    voice = Voice(("The stairs were wet and long and nobody had counted them.",), said.append)
    voice.hear("The stairs were wet and long and nobody had counted them. You went on.")
    assert said == ["You went on."]
