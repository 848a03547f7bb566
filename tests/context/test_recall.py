"""Lore that nobody names is told where a search finds it to matter, and holds nobody up."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose, recaller
from workbench.context.assemble import assemble
from workbench.context.layers import lore_items, passage_items
from workbench.context.recall import MOST_RECALLED, recall_query, search_by_words
from workbench.domain.context import ItemTrace
from workbench.domain.lore import LoreEntry, NoteRevision, SearchHit, composite_text
from workbench.domain.story import Passage
from workbench.errors import StorageError
from workbench.services.scenes import RECALL_SECONDS, BriefSearch
from workbench.settings import Settings

LAW = "Whoever breaks a seal owes the harbour a year of light."
BEFORE = Passage(id="p", story_id="s", parent_id=None, number=1, title="Chapter 1", text="Sal went home. It rained.")


def entry(title: str, content: str = LAW, **more: Any) -> LoreEntry:
    return LoreEntry(id=title.lower(), world_id="w", title=title, content=content, kind="rule", **more)


def hit(of: LoreEntry, score: float = 0.5) -> SearchHit:
    return SearchHit(entry_id=of.id, title=of.title, score=score, document=composite_text(of.content), why="")


def told(
    entries: list[LoreEntry], request: str, hits: list[SearchHit], budget: int = 900, **notes: str
) -> tuple[str, dict[str, ItemTrace]]:
    kept = {key: revision(key, text) for key, text in notes.items()}
    items = [*lore_items(entries, kept, [BEFORE], request, hits=hits), *passage_items([BEFORE])]
    made = assemble("Rules.", items, budget, lambda text: len(text.split()))
    return made.text, {item.source: item for layer in made.layers for item in layer.items}


def revision(key: str, text: str) -> NoteRevision:
    values = {"id": "n", "story_id": "s", "revision": 1, "created_at": "", "passage_id": None}
    return NoteRevision(**values, entry_id=key, note=text, event="", evidence="")


def test_what_shares_words_with_the_request_is_told_behind_the_story_with_its_note() -> None:
    law, sal = entry("The Law"), entry("Sal", "A smuggler.")
    text, traces = told(
        [law, sal], "Sal broke the seal of the harbour", [hit(law)], **{"the law": "It no longer holds."}
    )
    assert traces["lore: The Law"].why == "recalled: like the request it tells of “seal”, “harbour”"
    order = [
        "Sal (rule): A smuggler.",
        "Chapter 1\n",
        "Recalled for this scene:\n\nThe Law",
        LAW,
        "It no longer holds.",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_the_best_rank_alone_is_no_reason() -> None:
    law = entry("The Law")
    for request, score, why in (
        ("Somebody counts the oars", 0.67, "nobody names it"),
        ("The harbour sleeps", 0.67, "nobody names it"),
        ("The harbour sleeps", 0.9, "recalled: like the request it tells of “harbour”"),
        ("Somebody counts the oars", 0.9, "recalled: similar in meaning to the request"),
    ):
        assert told([law], request, [hit(law, score)])[1]["lore: The Law"].why == why
    twice = entry("Harbour Dues", "The harbour takes its share.")
    assert "nobody" in told([law, twice], "The harbour sleeps", [hit(law, 0.9), hit(twice)])[1]["lore: The Law"].why
    # That an entry speaks of somebody who is there says nothing about the scene.
    sal = entry("Sal Marr", "A smuggler.")
    about = entry("Boat", "The boat of Sal Marr.")
    for score in (0.5, 0.9):
        assert "nobody" in told([sal, about], "Sal Marr wakes", [hit(about, score)])[1]["lore: Boat"].why


def test_only_a_few_are_recalled_and_only_where_no_rule_speaks_against_it() -> None:
    laws = [entry(f"Law {i}") for i in range(6)]
    request = "He broke the seal of the harbour"
    _, traces = told(laws, request, [hit(law) for law in reversed(laws)])
    inside = [source for source, trace in traces.items() if trace.included and source.startswith("lore: ")]
    assert sorted(inside) == ["lore: Law 3", "lore: Law 4", "lore: Law 5"]
    assert len(inside) == MOST_RECALLED
    for rule in ({"enabled": False}, {"probability": 0, "constant": True}, {"delay_until_recursion": True}):
        law = entry("The Law", **rule)
        assert not told([law], request, [hit(law)])[1]["lore: The Law"].included


def test_the_recalled_goes_first_where_room_lacks() -> None:
    laws = [entry(f"Law {i}", f"{LAW} " * 6) for i in range(3)]
    named = entry("Sal", "A smuggler. " * 25)
    _, traces = told([named, *laws], "Sal broke the seal of the harbour", [hit(law) for law in laws], budget=360)
    assert traces["lore: Sal"].included
    assert [traces[f"lore: Law {i}"].included for i in range(3)] == [False] * 3
    assert "no room left (low priority); recalled:" in traces["lore: Law 0"].why


def test_words_alone_rank_rare_words_first() -> None:
    many = [entry(f"Night {i}", "The night in the harbour.") for i in range(9)]
    law = entry("The Law", "Of seals in the night.")
    hits = search_by_words([*many, law], {}, "At night he broke the seal", 3)
    assert hits[0].title == "The Law"
    assert len(hits) == 3
    notes = {"night 4": revision("night 4", "Here the comet fell.")}
    assert search_by_words(many, notes, "Where the comet fell", 3)[0].entry_id == "night 4"
    assert search_by_words(many, {}, "Nothing of it", 3) == []


def test_the_query_is_the_request_and_the_end_of_the_last_passage() -> None:
    long = BEFORE.model_copy(update={"text": "First words. " + "On and on. " * 90 + "The comet fell."})
    query = recall_query("Sal wakes", [BEFORE, long])
    assert query.startswith("Sal wakes\n")
    assert query.endswith("The comet fell.")
    assert len(query) < 350
    assert recall_query("Sal wakes", []) == "Sal wakes"


# In a chapter


class Later(HashEmbedder):
    """An embedder that isn't loaded, and would take its time."""

    loaded = False

    def status(self) -> str:
        return "ready" if self.loaded else "not loaded"

    def embed(self, texts: Any) -> list[list[float]]:
        assert self.loaded, "nobody may have it loaded while a chapter waits"
        return super().embed(texts)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    script = Script()
    made = compose(Settings(_env_file=None, data_dir=tmp_path), model=ScriptedTextModel(script), embedder=Later())
    made.start()
    yield made
    made.close()


def context(bench: Workbench, request: str) -> dict[str, dict[str, Any]]:
    world = bench.library.create_world("Vell", "A town.")
    bench.library.upsert_lore(world.id, {"title": "The Law of the Seal", "kind": "rule", "content": LAW})
    story = bench.library.create_story(world.id, "The Bell")
    run = bench.writing.start_chapter(story.id, request, {"max_rounds": 1})
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "result", last.message
    assert last.data
    return {item["source"]: item for layer in last.data["context"]["layers"] for item in layer["items"]}


def test_a_chapter_goes_by_words_while_the_embedder_is_not_loaded(bench: Workbench) -> None:
    items = context(bench, "He broke a seal in the harbour, 200 words")
    assert items["lore: The Law of the Seal"]["included"]
    assert items["lore: The Law of the Seal"]["why"].startswith("recalled: like the request")
    assert items["search of the lore"]["why"].startswith("by words alone: ")


def test_a_search_that_works_is_asked_for_this_story(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, int]] = []

    def search(story_id: str, query: str, limit: int) -> list[SearchHit]:
        asked.append((story_id, query, limit))
        return []

    embedder = Later()
    monkeypatch.setattr(bench.library, "search_lore", search)
    monkeypatch.setattr(bench.scenes, "_recall", BriefSearch(recaller(bench.library, embedder), RECALL_SECONDS))
    embedder.loaded = True
    items = context(bench, "He broke a seal in the harbour, 200 words")
    assert "search of the lore" not in items
    assert not items["lore: The Law of the Seal"]["included"]
    assert [query for _, query, _ in asked] == ["He broke a seal in the harbour, 200 words"]


def test_a_search_that_hangs_or_fails_costs_a_moment() -> None:
    release = threading.Event()

    def hangs(story_id: str, query: str, limit: int) -> list[SearchHit]:
        release.wait(20)
        return []

    search = BriefSearch(hangs, 0.05)
    start = time.monotonic()
    for _ in range(3):
        with pytest.raises(TimeoutError, match=r"longer than 0\.05 seconds"):
            search("s", "q", 3)
    assert time.monotonic() - start < 5
    assert sum(thread.name == "recall" for thread in threading.enumerate()) == 1
    release.set()

    def fails(story_id: str, query: str, limit: int) -> list[SearchHit]:
        raise StorageError("The disk is full.")

    with pytest.raises(StorageError, match="disk is full"):
        BriefSearch(fails, 5)("s", "q", 3)
    assert BriefSearch(lambda *asked: [hit(entry("A"))], 5)("s", "q", 3)[0].title == "A"
