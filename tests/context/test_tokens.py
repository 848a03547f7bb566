"""Texts are counted once, and anew when they are counted otherwise."""

from workbench.context.tokens import TokenCounts
from workbench.domain.model import TokenCount


class Tokenizer:
    """Counts words, and how often it was asked for a text."""

    def __init__(self) -> None:
        self.model = "first"
        self.asked: list[str] = []

    def __call__(self, text: str) -> TokenCount:
        if text:
            self.asked.append(text)
        return TokenCount(tokens=len(text.split()), strategy="exact", model=self.model)


def test_a_text_is_counted_once() -> None:
    tokenizer = Tokenizer()
    counts = TokenCounts(tokenizer)
    assert [counts("one two"), counts("one two"), counts("three")] == [2, 2, 1]
    assert tokenizer.asked == ["one two", "three"]


def test_another_model_counts_anew() -> None:
    tokenizer = Tokenizer()
    counts = TokenCounts(tokenizer)
    counts("one two")
    tokenizer.model = "second"
    assert counts.manner().model == "second"
    counts("one two")
    assert tokenizer.asked == ["one two", "one two"]


def test_no_more_texts_are_kept_than_asked_for_and_the_longest_unused_go() -> None:
    tokenizer = Tokenizer()
    counts = TokenCounts(tokenizer, kept=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        counts(text)
    assert tokenizer.asked == ["a", "b", "c", "b"]


def test_letters_that_no_encoding_knows_are_counted_too() -> None:
    assert TokenCounts(Tokenizer())("a \ud800 b") == 3
