"""What of a proposed summary may stand, and what is told where nothing does."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain import text as prose
from workbench.domain.summaries import (
    completed,
    grounded,
    picked,
    problem_of,
    summary_key,
    turning_points,
    worth,
)

HEIST = (
    "Rain stood in the gutters of Vell. Mara Voss walked along the quay and thought of supper. “You are late,” said "
    "Tobin. The lamps were lit one by one. Tobin sold the silver key to the harbour master for 40 crowns. Mara asked "
    "for her half. He shook his head. A dog barked somewhere. In the night Mara burned the ledger in the stove. Nobody "
    "saw the smoke."
)
TURNS = (
    "Tobin sold the silver key to the harbour master for 40 crowns. In the night Mara burned the ledger in the stove."
)

words = st.sampled_from("Mara the harbour died a key sold . ! ? “ ” said she 12 \n … — burned Tobin, and".split(" "))
texts = st.lists(words, max_size=80).map(" ".join)


@given(texts, st.integers(1, 60), st.sampled_from(["events", "characters", "places", "dialogue"]))
def test_what_is_picked_is_the_texts_own_and_never_too_long(text: str, most: int, kind: str) -> None:
    summary = picked(text, most, kind)  # type: ignore[arg-type]
    assert len(prose.words(summary)) <= most
    lines = [prose.normalised(line) for line in prose.sentences(text)]
    for part in map(prose.normalised, prose.sentences(summary)):
        assert part in lines or any(line.startswith(part.rstrip(".")) for line in lines)
    assert summary or not prose.words(text)


def test_lasting_changes_are_picked_in_the_order_of_reading() -> None:
    assert picked(HEIST, 24) == TURNS


def test_speech_is_picked_of_a_dialogue_and_the_first_sentence_of_a_description() -> None:
    assert picked(HEIST, 6, "dialogue") == "“You are late,” said Tobin."
    tower = (
        "Cold Tower is the prison of Vell. Crows nest in it at night. People look up at it when they are sad. It has "
        "no windows at all."
    )
    assert picked(tower, 8, "places") == "Cold Tower is the prison of Vell."


def test_a_sentence_without_an_end_in_sight_is_cut() -> None:
    assert picked("and so on and so on and so on and so on", 4) == "and so on and…"
    assert picked("***", 4) == ""


@given(texts)
def test_a_quick_look_finds_words_of_the_text_and_each_once(text: str) -> None:
    found = Counter(prose.words(turning_points(text)))
    assert found <= Counter(prose.words(text))
    assert found or not prose.words(text)


def test_a_quick_look_finds_what_cannot_be_undone() -> None:
    assert turning_points(HEIST) == TURNS
    assert turning_points("It rained. If Tobin had died, Mara would know.") == "It rained."


def test_the_same_text_has_the_same_key() -> None:
    assert summary_key("chapter", HEIST, 35) == summary_key("chapter", HEIST, 35)
    others = {summary_key("part", HEIST, 35), summary_key("chapter", HEIST, 60), summary_key("chapter", TURNS, 35)}
    assert len(others | {summary_key("chapter", HEIST, 35)}) == 4


@pytest.mark.parametrize(
    "sentence",
    [
        "Tobin sold the silver key for 40 crowns.",
        "Mara walked along the quay.",
        "In the night Mara burned the ledger.",
    ],
)
def test_what_the_text_says_stands(sentence: str) -> None:
    assert problem_of(sentence, HEIST, 35) is None or len(prose.words(sentence)) < 6
    assert grounded(sentence, HEIST, 35) == sentence
    assert grounded(sentence, HEIST, 35, closely=True) == sentence


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Mara walked along the quay with Elinor Prast.", "doesn't speak of Elinor, Prast"),
        ("Elinor walked along the quay and thought of supper.", "doesn't speak of Elinor"),
        ("Tobin sold the silver key for 90 crowns.", "doesn't speak of 90"),
        ("Tobin never sold the silver key to the harbour master.", "denies"),
        ("The summary is that Tobin sold the silver key.", "speaks of the text"),
        ("The dragon ate the castle and slept for a winter.", "tells what the text doesn't"),
        ("I burned the ledger in the stove in the night.", "speaks of itself"),
        ("The harbour master was killed in the night by the stove.", "tells what the text doesn't"),
    ],
)
def test_what_the_text_does_not_say_is_taken_out(sentence: str, why: str) -> None:
    assert why in (problem_of(sentence, HEIST, 35) or "")
    assert grounded(f"{sentence} Mara walked along the quay.", HEIST, 35) == "Mara walked along the quay."


def test_who_did_what_must_not_be_turned_round() -> None:
    text = "On the bridge Mara struck Tobin with an oar. The oar broke."
    assert grounded("Mara struck Tobin with an oar.", text, 35)
    assert not grounded("Tobin struck Mara with an oar.", text, 35)


def test_what_stands_far_apart_is_not_mixed_where_the_model_is_small() -> None:
    mixed = "The harbour master burned in the stove with the silver key."
    assert "what the text doesn't" in (problem_of(mixed, HEIST, 35, closely=True) or "")


def test_an_empty_or_endless_or_repeated_answer_cannot_stand() -> None:
    assert problem_of("", HEIST, 35)
    assert "longer" in (problem_of(HEIST, HEIST, 35) or "")
    twice = "Mara walked along the quay."
    assert "repeats" in (problem_of(f"{twice} {twice}", HEIST, 35) or "")
    assert len(prose.words(grounded(HEIST, HEIST, 20))) <= 20
    assert grounded("Mara walked along the", HEIST, 20) == ""


def test_a_turning_point_that_the_model_passed_over_is_told_in_its_place() -> None:
    short = "Mara walked along the quay."
    assert completed(short, HEIST, 20) == f"{short} Tobin sold the silver key to the harbour master for 40 crowns."
    assert completed(short, HEIST, 8) == short
    assert completed(TURNS, HEIST, 60) == TURNS, "what is told already isn't told twice"


def test_a_summary_is_worth_the_changes_that_it_tells() -> None:
    assert worth(TURNS, HEIST) > worth("Mara walked along the quay and thought of supper.", HEIST)
