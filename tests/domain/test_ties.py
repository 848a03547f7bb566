"""Who is tied to whom, read from sentences, passages and lore."""

import pytest

from workbench.domain.lore import LoreEntry
from workbench.domain.ties import Tie, around, drawn, most_tied, ties


def entry(name: str, *aliases: str, content: str = "") -> LoreEntry:
    return LoreEntry(id=name, world_id="w", title=name, aliases=aliases, content=content)


def told(found: list[Tie]) -> dict[tuple[str, str], tuple[int, int, int]]:
    return {(tie.first, tie.second): (tie.sentences, tie.passages, tie.lore) for tie in found}


def test_sentences_passages_and_lore_count() -> None:
    entries = [entry("Mara", content="Sal's sister."), entry("Sal"), entry("The Bell", "bell tower")]
    found = ties(
        entries,
        {"Sal": "Owes Mara money."},
        ["Mara met Sal. They heard the bell.", "Sal rang the Bell. Mara slept.", "Mara's hand took Sal’s."],
    )
    assert told(found) == {
        ("Mara", "Sal"): (2, 3, 2),
        ("Sal", "The Bell"): (1, 1, 0),
        ("Mara", "The Bell"): (0, 1, 0),
    }
    assert [tie.weight for tie in found] == sorted((tie.weight for tie in found), reverse=True)


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("Mara Voss saw Hope.", {("Mara Voss", "Hope")}),
        ("Mara Voss had no hope.", set()),
        ("They hope. MARA VOSS came.", set()),
        ("In the north light Hope waited.", {("Hope", "The North Light")}),
        ("Maravoss and Hope.", set()),
        ("Mara Voss. Hopeful.", set()),
        ("", set()),
    ],
)
def test_names_are_told_from_words(text: str, tied: set[tuple[str, str]]) -> None:
    found = ties([entry("Mara Voss"), entry("Hope"), entry("The North Light")], {}, [text])
    assert set(told(found)) == tied


def test_the_longer_name_is_meant() -> None:
    entries = [entry("Mara"), entry("Mara Voss"), entry("Sal")]
    assert set(told(ties(entries, {}, ["Mara Voss hit Sal."]))) == {("Mara Voss", "Sal")}


def test_without_names_there_are_no_ties() -> None:
    assert ties([], {}, ["Nobody came."]) == []
    assert ties([entry("…")], {}, ["…"]) == []


def test_the_picture_keeps_to_the_strongest() -> None:
    entries = [entry(f"Number {number}") for number in range(70)]
    passages = ["Number 0 met " + " and ".join(f"Number {n}" for n in range(1, 70)) + ".", "Number 1 met Number 2."]
    found = ties(entries, {}, passages)
    shown = most_tied(found)
    assert len(shown) == 60
    assert set(shown[:2]) == {"Number 1", "Number 2"}
    kept = drawn(found, shown)
    assert kept[0].weight == 8
    assert len(kept) < 60 * 7
    assert {name for tie in kept for name in (tie.first, tie.second)} == set(shown)


def test_around_an_entry_are_those_it_is_tied_to() -> None:
    entries = [entry(name) for name in ("Mara", "Sal", "Una", "Zed", "Kay")]
    found = ties(entries, {}, ["Mara met Sal.", "Sal met Una.", "Una met Mara.", "Zed met Una.", "Zed met Kay."])
    assert set(told(around(found, "Mara"))) == {("Mara", "Sal"), ("Mara", "Una"), ("Sal", "Una")}
    assert around(found, "nobody") == []
