"""The archive as a client meets it: stored, found, filtered, replaced, deleted, and there again after a crash."""

import random
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lore.conftest import SmallEmbedder
from workbench.domain.archive import PIECE_CHARS
from workbench.errors import InvalidInput, NotFound
from workbench.lore.archive import LanceArchiveIndex
from workbench.services.archive import Archive
from workbench.settings import Settings
from workbench.storage.database import Database


class Bench:
    """An archive in a folder, which can be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder, max_text_chars=50_000, _env_file=None)
        self.embedder = SmallEmbedder()
        self.open()

    def open(self) -> None:
        self.database = Database(self.settings.database_path)
        self.database.open()
        self.index = LanceArchiveIndex(self.settings.index_path, self.embedder)
        self.archive = Archive(self.settings, self.database, self.index)

    def close(self) -> None:
        self.archive.close()
        self.database.close()

    def found(self, query: str, limit: int = 5, where: dict[str, Any] | None = None) -> list[str]:
        return [hit["content_id"] for hit in self.archive.search(query, limit, where)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


TALK = (
    "Ines: Good morning, how was the crossing?",
    "Tomas: Rough. The ferry lost an anchor near the lighthouse.",
    "Ines: Which colour had the flag on the pier?",
    "Tomas: Green, with a white heron.",
    "Ines: Then the harbour is closed until Friday.",
    "Tomas: I will bake bread and wait.",
    "Ines: Save me a slice.",
)


def turns(thread: Any = "s1", texts: tuple[str, ...] = TALK, prefix: str = "t") -> list[dict[str, Any]]:
    return [
        {"content_id": f"{prefix}{n}", "text": text, "metadata": {"thread": thread, "position": n}}
        for n, text in enumerate(texts)
    ]


def test_what_is_stored_is_found_at_once(bench: Bench) -> None:
    assert bench.archive.store("a", "The lighthouse keeper collects green glass.", {"kind": "note"}) == {
        "content_id": "a",
        "chunks": 1,
    }
    hit = bench.archive.search("green glass")[0]
    assert (hit["content_id"], hit["text"]) == ("a", "The lighthouse keeper collects green glass.")
    assert hit["metadata"] == {"kind": "note"}
    assert 0 < hit["score"] <= 1


def test_an_empty_archive_finds_nothing(bench: Bench) -> None:
    assert bench.archive.search("anything") == []
    assert bench.archive.stats()["items"] == 0
    assert not bench.settings.index_path.exists()


def test_meaning_finds_what_no_word_finds(bench: Bench) -> None:
    bench.archive.store_many([{"content_id": "a", "text": "an old ship"}, {"content_id": "b", "text": "a loaf"}])
    assert bench.found("vessel")[0] == "a"


def test_the_answer_beside_the_question_is_found(bench: Bench) -> None:
    """The turn with the answer shares no word with the query; the turn before it does."""
    bench.archive.store_many(turns())
    bench.archive.store_many(turns("s2", tuple(f"Ines: Nothing new on day {n}." for n in range(30)), "x"))
    assert set(bench.found("colour flag pier", 2)) <= {"t1", "t2", "t3", "t4"}
    assert "t3" in bench.found("colour flag pier", 5)


def order_of(bench: Bench, query: str) -> list[tuple[str, float]]:
    return [(hit["content_id"], hit["score"]) for hit in bench.archive.search(query, 20)]


@pytest.mark.parametrize("position", [lambda n: n, lambda n: n / 2, lambda n: f"D1:{n + 8}", lambda n: f"{n:04}"])
def test_the_order_of_storing_does_not_matter(bench: Bench, tmp_path: Path, position: Any) -> None:
    """One by one, shuffled, with a search between: the same neighbours as in one call."""
    items = turns()
    for n, item in enumerate(items):
        item["metadata"]["position"] = position(n)
    bench.archive.store_many(items)
    other = Bench(tmp_path / "other")
    shuffled = list(items)
    random.Random(4).shuffle(shuffled)
    for item in shuffled:
        other.archive.store(**item)
        other.archive.search("flag")
    rows = [
        {row["key"]: (row["context"], [round(x, 4) for x in row["around"]]) for row in table.search().to_list()}
        for table in (bench.index._open(False), other.index._open(False))
        if bench.archive.catch_up() == 0
    ]
    assert rows[0] == rows[1]
    assert "Green, with a white heron" in rows[0]["t4#0"][0]
    assert "crossing" not in rows[0]["t4#0"][0]
    other.close()


def test_without_positions_the_order_of_storing_counts(bench: Bench) -> None:
    items = turns()
    for item in items:
        del item["metadata"]["position"]
    bench.archive.store_many(items)
    bench.archive.catch_up()
    rows = {row["key"]: row["context"] for row in bench.index._open(False).search().to_list()}
    assert rows["t3#0"].splitlines() == list(TALK[1:6])


def test_threads_are_no_neighbours(bench: Bench) -> None:
    bench.archive.store_many([*turns("1", prefix="a"), *turns(1, prefix="b")])
    bench.archive.store("lone", "A lone thing.")
    bench.archive.catch_up()
    rows = {row["key"]: row["context"] for row in bench.index._open(False).search().to_list()}
    assert rows["a0#0"].splitlines() == list(TALK[:3])
    assert rows["lone#0"] == "A lone thing."


def test_storing_again_replaces(bench: Bench) -> None:
    bench.archive.store_many(turns())
    assert bench.found("heron")[0] == "t3"
    bench.archive.store("t3", "Tomas: Red, with a black otter.", {"thread": "s1", "position": 3})
    assert bench.found("otter")[0] == "t3"
    assert all("heron" not in hit["text"] for hit in bench.archive.search("heron", 20))
    bench.archive.catch_up()
    rows = {row["key"]: row["context"] for row in bench.index._open(False).search().to_list()}
    assert not [context for context in rows.values() if "heron" in context]
    assert bench.archive.stats()["items"] == len(TALK)


def test_an_item_can_move_to_another_thread(bench: Bench) -> None:
    bench.archive.store_many(turns())
    bench.archive.catch_up()
    bench.archive.store("t3", TALK[3], {"thread": "elsewhere"})
    bench.archive.catch_up()
    rows = {row["key"]: row["context"] for row in bench.index._open(False).search().to_list()}
    assert rows["t3#0"] == TALK[3]
    assert rows["t2#0"].splitlines() == [*TALK[:3], *TALK[4:6]]


def test_deleted_is_gone_and_told_when_unknown(bench: Bench) -> None:
    bench.archive.store_many(turns())
    assert bench.archive.delete("t3") == {"deleted": "t3"}
    assert "t3" not in bench.found("green white heron", 20)
    rows = {row["key"]: row["context"] for row in bench.index._open(False).search().to_list()}
    assert not [context for context in rows.values() if "heron" in context]
    with pytest.raises(NotFound, match="nothing with the id 't3'"):
        bench.archive.delete("t3")


def test_long_texts_are_found_by_the_part_that_answers(bench: Bench) -> None:
    filler = [f"Paragraph {n} tells of tides, ropes and weather, as it always did. " * 6 for n in range(40)]
    filler[23] += "The key lies under the third stone of the well."
    text = "\n\n".join(filler)
    chunks = bench.archive.store("book", text)["chunks"]
    bench.archive.store("other", "Another text about stones.")
    assert chunks > 10
    hits = bench.archive.search("key under the stone of the well", 10)
    assert [hit["content_id"] for hit in hits].count("book") == 1
    assert hits[0]["content_id"] == "book"
    assert "third stone of the well" in hits[0]["text"]
    assert len(hits[0]["text"]) <= PIECE_CHARS
    assert hits[0]["text"] in text
    assert hits[0]["chunks"] == chunks == bench.archive.stats()["chunks"] - 1
    bench.archive.store("book", "Short now.")
    assert bench.found("key under the third stone of the well", 1) == ["other"]
    assert bench.archive.stats()["chunks"] == bench.index.count() == 2


KINDS = [
    {"content_id": "a", "text": "A bell of bronze.", "metadata": {"kind": "note", "year": 3, "done": True}},
    {"content_id": "b", "text": "A bell of silver.", "metadata": {"kind": "letter", "year": 7.5, "done": False}},
    {"content_id": "c", "text": "A bell of glass.", "metadata": {"kind": "note", "year": 12, "tags": ["sea", 3]}},
    {
        "content_id": "d",
        "text": "A bell of clay.",
        "metadata": {"kind": "o'neil\"; --", "year": "3", "when": "2026-03"},
    },
    {"content_id": "e", "text": "A bell of wood."},
]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, "abcde"),
        ({"kind": "note"}, "ac"),
        ({"kind": ["note", "letter"]}, "abc"),
        ({"kind": []}, ""),
        ({"kind": "note", "year": 12}, "c"),
        ({"year": 3}, "a"),
        ({"year": "3"}, "d"),
        ({"year": 3.0}, "a"),
        ({"year": {"gte": 3, "lt": 12}}, "ab"),
        ({"year": {"gt": 3}}, "bc"),
        ({"when": {"gte": "2026-01", "lte": "2026-12"}}, "d"),
        ({"done": True}, "a"),
        ({"done": 1}, ""),
        ({"tags": "sea"}, "c"),
        ({"tags": 3}, "c"),
        ({"kind": "o'neil\"; --"}, "d"),
        ({"kind": "' OR 1=1; --"}, ""),
        ({"kind' OR '1'='1": "note"}, ""),
        ({"$.kind": "note"}, ""),
    ],
)
def test_filters(bench: Bench, where: dict[str, Any], expected: str) -> None:
    bench.archive.store_many(KINDS)
    assert sorted(bench.found("bell", 10, where)) == list(expected)


def test_a_filter_reaches_what_would_come_late(bench: Bench) -> None:
    many = [{"content_id": f"m{n}", "text": "A bell, a bell, a loud bell."} for n in range(300)]
    bench.archive.store_many([*many, {"content_id": "rare", "text": "bell?", "metadata": {"kind": "rare"}}])
    assert bench.found("loud bell", 1, {"kind": "rare"}) == ["rare"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda a: a.store("", "text"), "content_id is missing"),
        (lambda a: a.store("x" * 201, "text"), "content_id has 201 characters"),
        (lambda a: a.store(7, "text"), "content_id must be text"),
        (lambda a: a.store("a", "  "), "text is empty"),
        (lambda a: a.store("a", "x" * 50_001), "at most 50,000"),
        (lambda a: a.store("a", "b\x00c"), "control character"),
        (lambda a: a.store("a", "text", "thread"), "metadata must be an object"),
        (lambda a: a.store("a", "text", {"x": float("nan")}), "plain numbers"),
        (lambda a: a.store("a", "text", {"x": "y" * 20_001}), "at most 20,000"),
        (lambda a: a.store_many({"content_id": "a"}), "must be a list"),
        (lambda a: a.store_many(["a"]), "Item 1: It must be an object"),
        (lambda a: a.store_many([{"content_id": "a", "text": "b", "thread": 1}]), "can't have a field 'thread'"),
        (lambda a: a.store_many([{"content_id": "a", "text": "b"}] * 2), "id that another item has"),
        (lambda a: a.search(""), "query is empty"),
        (lambda a: a.search("x", 0), "from 1 to 100"),
        (lambda a: a.search("x", 101), "from 1 to 100"),
        (lambda a: a.search("x", 5, "kind"), "filter must be an object"),
        (lambda a: a.search("x", 5, {"kind": {"like": "x"}}), "A range has"),
        (lambda a: a.search("x", 5, {"kind": {"gte": None}}), "from numbers or texts"),
        (lambda a: a.search("x", 5, {"kind": [["x"]]}), "Give a text, a number"),
        (lambda a: a.search("x", 5, {"kind": 2**70}), "Give a text, a number"),
        (lambda a: a.delete(""), "content_id is missing"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(bench: Bench, call: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call(bench.archive)
    assert bench.archive.stats()["items"] == 0


def test_store_many_is_all_or_nothing(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match="Item 3: The text is empty"):
        bench.archive.store_many([*turns()[:2], {"content_id": "c", "text": ""}])
    assert bench.archive.stats()["items"] == 0
    assert bench.archive.store_many(turns()) == {"stored": 7, "chunks": 7}
    assert bench.archive.store_many([]) == {"stored": 0, "chunks": 0}


@pytest.mark.parametrize(
    "query", ['"bell', "bell AND (", "bell^2 +a -b *:* ~", "🦊 灯台", "?!", "the of", "bell " * 2000]
)
def test_no_query_is_too_strange(bench: Bench, query: str) -> None:
    bench.archive.store_many(KINDS)
    assert len(bench.archive.search(query, 3)) <= 3


def test_question_words_match_nothing(bench: Bench) -> None:
    bench.embedder.broken = True
    bench.archive.store("a", "What did she do when they were there, and how, and why?")
    bench.archive.store("b", "Orla mended the bell.")
    assert bench.found("What did Orla do, and when, and why?")[0] == "b"


def test_metadata_is_searched_like_words(bench: Bench) -> None:
    bench.archive.store("a", "I mended it.", {"speaker": "Orla"})
    bench.archive.store("b", "I mended it.", {"speaker": "Finn"})
    assert bench.found("What did Orla mend?")[0] == "a"
    assert bench.found("What did Finn mend?")[0] == "b"


def test_what_was_stored_before_a_crash_is_found_after_it(bench: Bench) -> None:
    bench.archive.store_many(turns())
    bench.archive.catch_up()
    stopped = bench.archive
    stopped.close()
    stopped.store("late", "The anchor was found in a net.", {"thread": "s1", "position": 6.5})
    stopped.store("t1", "Tomas: Calm, this time.", {"thread": "s1", "position": 1})
    stopped.delete("t5")
    bench.database.close()
    bench.open()
    assert bench.archive.check() == {"items": 7, "missing": 1, "stale": 1, "surplus": 1}
    assert bench.found("anchor net")[0] == "late"
    assert bench.archive.check() == {"items": 7, "missing": 0, "stale": 0, "surplus": 0}
    assert "t5" not in bench.found("bake bread", 20)
    bench.embedder.texts.clear()
    bench.close()
    bench.open()
    assert bench.archive.catch_up() == 0
    assert bench.embedder.texts == []


def test_rebuild_gives_the_same_answers(bench: Bench) -> None:
    bench.archive.store_many(turns())
    before = order_of(bench, "colour of the flag")
    assert bench.archive.rebuild() == 7
    assert order_of(bench, "colour of the flag") == before


def test_broken_files_are_filled_again(bench: Bench) -> None:
    bench.archive.store_many(turns())
    assert bench.found("heron")[0] == "t3"
    shutil.rmtree(bench.settings.index_path / "archive.lance" / "data")
    assert bench.found("heron")[0] == "t3"
    bench.close()
    shutil.rmtree(bench.settings.index_path)
    bench.open()
    assert bench.found("heron")[0] == "t3"


def test_another_embedder_fills_the_index_anew(bench: Bench) -> None:
    bench.archive.store_many(turns())
    bench.archive.catch_up()
    bench.close()
    for embedder in (SmallEmbedder("other"), SmallEmbedder("wide", 768)):
        bench.embedder = embedder
        bench.open()
        assert bench.found("heron")[0] == "t3"
        assert len(embedder.texts) >= len(TALK)
        bench.close()
    bench.open()


def test_words_still_find_without_an_embedder(bench: Bench) -> None:
    bench.embedder.broken = True
    bench.archive.store_many(turns())
    assert bench.found("heron")[0] == "t3"
    bench.close()
    bench.embedder.broken = False
    bench.open()
    bench.archive.store("ship", "an old ship")
    assert bench.found("vessel")[0] == "ship"
    assert bench.archive.check()["stale"] == 0


def test_many_store_and_search_at_once(bench: Bench) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(6):
                name = f"w{number}-{turn}"
                metadata = {"thread": "shared", "position": turn + number / 10}
                bench.archive.store(name, f"Thread {number} saw owl{number}x{turn}.", metadata)
                assert bench.found(f"owl{number}x{turn}")[0] == name
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert bench.archive.check() == {"items": 24, "missing": 0, "stale": 0, "surplus": 0}


def test_statistics(bench: Bench) -> None:
    bench.archive.store_many([*turns(), *turns(2, prefix="u"), {"content_id": "z", "text": "alone"}])
    bench.archive.catch_up()
    stats = bench.archive.stats()
    assert (stats["items"], stats["chunks"], stats["threads"], stats["waiting"]) == (15, 15, 2, 0)
    assert stats["characters"] == 2 * sum(len(text) for text in TALK) + 5
    assert stats["updated_at"]


def test_what_was_kept_last_is_listed_by_its_beginning(bench: Bench) -> None:
    assert bench.archive.latest() == []
    bench.archive.store_many(KINDS)
    bench.archive.store("long", "word " * 1000, {"kind": "note"})
    bench.archive.store("a", "A bell, again.", {"kind": "note"})
    assert [one.content_id for one in bench.archive.latest()] == ["a", "long", "e", "d", "c", "b"]
    assert len(bench.archive.latest()[1].text) == PIECE_CHARS
    assert [one.content_id for one in bench.archive.latest(2, {"kind": ["note", "letter"]})] == ["a", "long"]
    assert [one.content_id for one in bench.archive.latest(20, {"kind": "letter"})] == ["b"]
    with pytest.raises(InvalidInput, match="limit must be from 1 to 1000"):
        bench.archive.latest(0)


def test_a_text_is_read_as_a_whole(bench: Bench) -> None:
    bench.archive.store("long", "word " * 1000, {"kind": "note"})
    item = bench.archive.item("long")
    assert item is not None
    assert (item.text, item.metadata) == (("word " * 1000).strip(), {"kind": "note"})
    assert bench.archive.search("word")[0]["updated_at"] == item.updated_at
    assert bench.archive.item("short") is None
