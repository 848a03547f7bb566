"""Generated worlds are the same everywhere, hold together, and read like sentences."""

import hashlib
import re
from collections import Counter

import pytest

from workbench.domain.lore import LORE_KINDS
from workbench.errors import InvalidInput, StorageError
from workbench.timeline import vocabulary
from workbench.timeline.starter_world import StarterWorld, generate_world, sample_world
from workbench.timeline.vocabulary import COUNTS, WorldSize

WORLDS = [generate_world(f"seed {number}", "small") for number in range(200)] + [
    generate_world(f"seed {number}", size) for size in ("medium", "large") for number in range(40)
]
PINNED = "58e822d077c2757d3ae17c7a3e5182abdaad36e2e14bedfbd2d342fbb7fb9274"


def texts(world: StarterWorld) -> list[str]:
    return [world.title, world.premise, world.tone, *(entry.content for entry in world.entries)]


def test_world_42_is_the_same_on_every_machine() -> None:
    dumped = generate_world("42", "small").model_dump_json()
    assert hashlib.sha256(dumped.encode()).hexdigest() == PINNED
    assert generate_world(" 42 ", "small").model_dump_json() == dumped


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_sizes_have_their_numbers_of_entries(size: WorldSize) -> None:
    kinds = Counter(entry.kind for entry in generate_world("lantern", size).entries)
    counts = COUNTS[size]
    assert kinds == {
        "character": counts.characters,
        "location": counts.places,
        "faction": counts.factions,
        "item": counts.items,
        "event": counts.events,
        "rule": counts.rules,
    }


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_seeds_look_different(size: WorldSize) -> None:
    worlds = [generate_world(str(number), size) for number in range(100)]
    assert len({world.entries[0].title for world in worlds}) > 90
    assert len({world.premise for world in worlds}) == 100
    assert len({world.genre for world in worlds}) == len(vocabulary.PALETTES)


def test_texts_are_clean_sentences() -> None:
    for world in WORLDS:
        for text in texts(world):
            assert not re.search(r"[{}]|  |\bNone\b|\.\.|\ba [aeio]|\ban [bcdfgjklmnpqrstvwxyz]", text), text
            assert not re.search(r"\b(\w+) \1\b", text, re.IGNORECASE), text
            assert not re.search(r"[a-z,] The [A-Z]", text), text
            assert text[0].isupper() or text is world.tone
        for entry in world.entries:
            assert re.search(r"[.!?]$", entry.content)
            assert 2 <= len(re.findall(r"[.!?](?= |$)", entry.content)) <= 6, entry.content
            assert all(sentence[0].isupper() for sentence in re.split(r"(?<=[.!?]) ", entry.content))


def test_titles_aliases_and_names_do_not_repeat() -> None:
    for world in WORLDS:
        titles = [entry.title.casefold() for entry in world.entries]
        assert len(set(titles)) == len(titles)
        names = [name.casefold() for entry in world.entries for name in entry.aliases]
        assert len(set(names)) == len(names), names
        parts = [part for entry in world.entries if entry.kind == "character" for part in entry.title.split()]
        assert len(set(parts)) == len(parts), parts


def test_no_sentence_comes_twice_in_one_world() -> None:
    for world in WORLDS[:200]:
        sentences = [each for entry in world.entries for each in re.split(r"(?<=[.!?]) ", entry.content)]
        assert len(set(sentences)) == len(sentences)


def test_references_resolve() -> None:
    for world in WORLDS:
        people = [entry for entry in world.entries if entry.kind == "character"]
        places = [entry.title.removeprefix("The ") for entry in world.entries if entry.kind == "location"]
        items = [entry.title.removeprefix("The ") for entry in world.entries if entry.kind == "item"]
        nouns = [entry.tags[1] for entry in world.entries if entry.kind == "item"]
        assert people[0].title in world.premise or people[0].aliases[0] in world.premise
        for person in people:
            others = [other.title for other in people if other is not person]
            assert any(place in person.content for place in places), person.content
            assert any(other in person.content for other in others), person.content
            assert person.title in person.content
        assert any(word in people[0].content for word in (*items, *(f"the {noun}" for noun in nouns)))
        for entry in world.entries:
            assert all(entry.keys)
            assert all(alias != entry.title for alias in entry.aliases)


@pytest.mark.parametrize("seed", ["", "  ", "\n"])
def test_an_empty_seed_is_told(seed: str) -> None:
    with pytest.raises(InvalidInput, match="seed"):
        generate_world(seed, "small")


def test_an_unknown_size_is_told() -> None:
    with pytest.raises(InvalidInput, match="small, medium, large"):
        generate_world("42", "huge")  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", ["x" * 100_000, "灯台", "\ud800", "{name}", "a\x00b"])
def test_any_text_is_a_seed(seed: str) -> None:
    assert generate_world(seed, "small") == generate_world(seed, "small")


def test_damaged_world_data_is_told(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "WORLDS", tmp_path)
    vocabulary.palette_of.cache_clear()
    for damage in ("", '{"genre": "x"}', None):
        for name in vocabulary.PALETTES:
            (tmp_path / f"{name}.json").unlink(missing_ok=True)
            if damage is not None:
                (tmp_path / f"{name}.json").write_text(damage)
        with pytest.raises(StorageError, match="missing or damaged"):
            generate_world("42", "small")
    vocabulary.palette_of.cache_clear()


def test_a_mistyped_placeholder_is_found_when_reading() -> None:
    with pytest.raises(ValueError, match="unknown placeholder"):
        vocabulary._checked("{nmae} sleeps.")


def test_the_sample_world_can_be_begun_at_once() -> None:
    sample = sample_world()
    kinds = Counter(entry.kind for entry in sample.entries)
    assert set(kinds) <= set(LORE_KINDS)
    assert kinds["character"] >= 3
    assert kinds["location"] >= 2
    assert min(kinds["item"], kinds["faction"], kinds["rule"]) >= 1
    assert len({entry.title for entry in sample.entries}) == len(sample.entries)
    assert all(entry.aliases for entry in sample.entries if entry.kind == "character")
    assert sample.story_title
    assert len(sample.first_instructions) == 3
    names = [name for entry in sample.entries for name in (entry.title, *entry.aliases)]
    assert all(any(name in instruction for name in names) for instruction in sample.first_instructions)
