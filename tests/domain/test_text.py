"""Facts about prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain import text as prose

LOOP = "The bell rang over Vell at dusk. Nobody moved. " * 4


def test_sentences_keep_quotes_and_abbreviations_together() -> None:
    text = "“Go,” said Mr. Vell. He went… Did he?\n\nHe did"
    assert prose.sentences(text) == ["“Go,” said Mr. Vell.", "He went…", "Did he?", "He did"]


def test_a_loop_is_seen_and_taken_out() -> None:
    assert prose.most_repeats(LOOP) == 4
    assert prose.repeated_share(LOOP) > 0.5
    cleaned = prose.without_repeated_sentences(LOOP)
    assert cleaned.count("The bell rang over Vell at dusk.") == 1
    assert cleaned.count("Nobody moved.") == 2


def test_sentences_of_earlier_chapters_are_taken_out_too() -> None:
    before = "She opened the green door slowly."
    assert prose.without_repeated_sentences(f"{before} Then she ran home.", [before]) == "Then she ran home."


def test_paragraphs_survive_cleaning() -> None:
    assert prose.without_repeated_sentences("One went out.\n\nTwo came in.") == "One went out.\n\nTwo came in."


@given(st.text(max_size=400))
def test_cleaning_never_fails_and_never_leaves_a_triple(text: str) -> None:
    cleaned = prose.without_repeated_sentences(text)
    assert prose.most_repeats(cleaned) <= 2


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("“You are late,” said the man.", True),
        ('"you are late," said the man', True),
        ("You are early", False),
        ("", False),
        ("…", False),
    ],
)
def test_only_quotes_that_occur_are_found(quote: str, found: bool) -> None:
    assert prose.occurs_in(quote, "At dusk “You are late,” said  the man.") is found


@pytest.mark.parametrize(
    ("instruction", "words"),
    [("about 200 words", 200), ("300-400 words please", 350), ("a 150-word scene", 150), ("two pages", None)],
)
def test_the_length_asked_for(instruction: str, words: int | None) -> None:
    assert prose.words_asked(instruction) == words


def test_coverage_answers_to_inflection_and_names_what_is_missing() -> None:
    share, missing = prose.coverage("Aria finds lanterns and a comet, 200 words", "Aria held the lantern and finds it.")
    assert missing == ["comet"]
    assert share == pytest.approx(0.75)


def test_mentions_answer_to_genitive_but_not_to_parts_of_words() -> None:
    text = "Aria's map lay there. The malaria spread. ARIA slept."
    assert prose.mentions(text, ["Aria"]) == [0, 2]


def test_new_names_are_found_and_known_or_common_words_are_not() -> None:
    text = "Aria met Tobin Marsh at the mill. Suddenly Tobin Marsh laughed. The mill burned. On Monday she left."
    assert list(prose.new_names(text, ["Aria"])) == ["Tobin Marsh"]
    assert prose.new_names(text, ["Aria", "Tobin Marsh"]) == {}


def test_a_cut_end_is_dropped() -> None:
    assert prose.without_cut_end("He ran. She fol") == "He ran."
    assert prose.without_cut_end("no end at all") == "no end at all"
    assert prose.without_cut_end("He said, “I know. But th") == "He said, “I know.”"
    assert prose.without_cut_end('She laughed. "I know. But th') == 'She laughed. "I know."'


def test_only_marks_around_the_whole_text_are_taken_away() -> None:
    assert prose.unquoted("“Aria lost her key.”") == "Aria lost her key."
    assert prose.unquoted("“That is for me,” said Aria.") == "“That is for me,” said Aria."
    assert prose.unquoted("“Go,” he said. “Now.”") == "“Go,” he said. “Now.”"
