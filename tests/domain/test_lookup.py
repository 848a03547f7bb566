"""Questions taken apart."""

import pytest

from workbench.domain.lookup import Lookup, analysed, excerpt, used_in, weights, with_phrases
from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage

MARA = LoreEntry(id="mara", world_id="w", title="Mara Voss", aliases=("the Keeper",))
BELL = LoreEntry(id="bell", world_id="w", title="The Drowned Bell", kind="item")
STORY = (
    "Mara Voss sold her boat. It rained for a week. The drowned bell rang once. Tobin heard it and ran. "
    "He came home late."
)
PASSAGE = Passage(id="p", story_id="s", parent_id=None, number=3, text=STORY)


def told(passage: Passage, lookup: Lookup, entries: list[LoreEntry]) -> tuple[str, float]:
    return excerpt(passage, lookup, entries, weights([passage], lookup, entries))


@pytest.mark.parametrize(
    ("question", "kind", "chapters"),
    [
        ("Who is Mara and where was she at the end of chapter 3?", "who", (3,)),
        ("Where does she live?", "where", ()),
        ("When did the bell ring?", "when", ()),
        ("Why did Tobin run?", "why", ()),
        ("What happened in chapters 2 to 4?", "what happened", (2, 3, 4)),
        ("What happens in the third chapter and the last chapter?", "what happened", (3, 5)),
        ("Sum up chapters 1, 2 and 5", "what happened", (1, 2, 5)),
        ("What happened in chapter two?", "what happened", (2,)),
        ("What happens at the end?", "what happened", (5,)),
        ("What happened in chapter 99?", "what happened", ()),
        ("Do you think the bell is too loud?", "opinion", ()),
        ("Should Mara come back?", "opinion", ()),
        ("How did they cross the river?", "how", ()),
        ("Good evening", "other", ()),
    ],
)
def test_kind_and_chapters(question: str, kind: str, chapters: tuple[int, ...]) -> None:
    lookup = analysed(question, [], range(1, 6))
    assert (lookup.kind, lookup.chapters) == (kind, chapters)


def test_entries_are_found_by_title_alias_and_first_name() -> None:
    for question in ("Who is Mara Voss?", "Who is the Keeper?", "Who is Mara?"):
        assert analysed(question, [MARA, BELL], []).entries == ("mara",)
    assert analysed("Who rang the drowned bell?", [MARA, BELL], []).entries == ("bell",)
    assert analysed("Who is it?", [MARA, BELL], []).entries == ()


def test_proposed_phrases_must_share_a_word_with_the_question_or_a_name() -> None:
    lookup = analysed("Who sold the boat?", [], [])
    proposed = ["the boat's owner", "dragons of the north", "Voss family", "boats", "boat"]
    phrases = with_phrases(lookup, proposed, [MARA]).phrases
    assert "Voss family" in phrases
    assert "dragons of the north" not in phrases
    assert len(phrases) <= len(lookup.phrases) + 3


def test_an_excerpt_is_what_answers() -> None:
    text, points = told(PASSAGE, analysed("Who sold the boat?", [MARA, BELL], [3]), [MARA, BELL])
    assert text == "Mara Voss sold her boat."
    assert points >= 2
    assert told(PASSAGE, analysed("Where is the castle?", [], [3]), []) == ("", 0.0)


def test_a_chapter_that_is_named_is_told_from_its_beginning_to_its_end() -> None:
    text, _ = told(PASSAGE, analysed("What happened in chapter 3?", [], [3]), [])
    assert text.startswith("Mara Voss sold her boat.")
    assert text.endswith("He came home late.")


def test_a_word_that_few_chapters_have_counts_more() -> None:
    passages = [
        PASSAGE.model_copy(update={"id": str(n), "number": n, "text": f"The harbour slept. {more}"})
        for n, more in enumerate(["Tobin painted the harbour door green.", "The harbour froze.", "It rained."], 1)
    ]
    lookup = analysed("What colour was the harbour door painted?", [], [1, 2, 3])
    weighed = weights(passages, lookup, [])
    points = [excerpt(passage, lookup, [], weighed)[1] for passage in passages]
    assert points[0] > 2 * max(points[1:])


def test_a_question_without_a_name_goes_on_about_the_one_before_it() -> None:
    lookup = analysed("And what did she want?", [MARA, BELL], [3], "Where is the Keeper?")
    assert (lookup.entries, lookup.carried) == (("mara",), True)
    assert not analysed("And what did she want?", [MARA, BELL], [3]).entries
    named = analysed("Did it ring, the drowned bell?", [MARA, BELL], [3], "Where is the Keeper?")
    assert (named.entries, named.carried) == (("bell",), False)
    assert not analysed("What is the weather like?", [MARA, BELL], [3], "Where is the Keeper?").entries


@pytest.mark.parametrize(
    ("question", "reply", "used"),
    [
        ("Who sold the boat?", "Mara did, it was hers.", "Mara Voss sold her boat."),
        ("Who heard the bell?", "Tobin heard it, and he ran.", "Tobin heard it and ran."),
        # Where the answer takes up nothing, what was asked for.
        ("How long did it rain?", "I don't know.", "It rained for a week."),
        ("Who is the queen?", "Nobody knows.", ""),
    ],
)
def test_the_sentence_that_an_answer_takes_up_is_found(question: str, reply: str, used: str) -> None:
    assert "".join(used_in(STORY, analysed(question, [], [3]), reply)) == used


def test_a_name_marks_no_sentence_beside_what_was_asked_for() -> None:
    ines = LoreEntry(id="i", world_id="w", title="Ines Corrow", kind="character", content="")
    text = "Ines Corrow climbed the stair at dusk. She hid the logbook in the flour bin."
    lookup = analysed("Where did Ines hide the logbook?", [ines], [1])
    reply = "Ines is in a room with a window."
    assert used_in(text, lookup, reply, [ines]) == ("She hid the logbook in the flour bin.",)
    # Where there is nothing else, the name does.
    assert used_in(text, analysed("Who is Ines?", [ines], [1]), "", [ines]) == (
        "Ines Corrow climbed the stair at dusk.",
    )
