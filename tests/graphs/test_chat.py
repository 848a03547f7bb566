"""What of an answer is shown."""

import pytest

from graphs.chat.nodes import cleaned, from_sources
from workbench.domain.chat import ChatSource


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("She draws maps.", "She draws maps."),
        ("Answer: She draws maps. And then she", "She draws maps."),
        ("“She draws maps.”", "She draws maps."),
        ("Aria: I draw maps.", "I draw maps."),
        ("She draws maps. She draws maps all day. She draws maps all day.", "She draws maps. She draws maps all day."),
        ("One is one. Two is two. Three is three. Four is four. Five is five. Six is six.",
         "One is one. Two is two. Three is three. Four is four. Five is five."),
        ("She draws maps. The Drowned Bell (item): A bell.", "She draws maps."),
        ("She draws maps. Who is Aria?", "She draws maps."),
        ("She draws maps.\n\nYou are asked: What is this story called?", "She draws maps."),
        ("Who is Aria?", ""),
        ("…", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_an_answer_is_cleaned(said: str, shown: str) -> None:
    assert cleaned(said, "Who is Aria?", "Aria") == shown


def test_without_an_answer_the_best_source_speaks() -> None:
    source = ChatSource(kind="lore", id="a", title="Aria", text="She draws maps. She is old. She is tall.")
    assert from_sources([source]) == "I found this under “Aria”: She draws maps. She is old."
    assert "nothing in the story" in from_sources([])
