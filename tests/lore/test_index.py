"""The search index as its users meet it: found, not found, superseded, moved, broken and shared."""

import logging
import multiprocessing
import shutil
import threading
from pathlib import Path

import pytest

from tests.lore.conftest import SmallEmbedder, document
from workbench.domain.lore import document_key
from workbench.errors import ModelUnavailable, StorageError
from workbench.lore.index import LanceLoreIndex

HARBOUR = [
    document("e1", "Mara Venn", "She keeps the lantern of the north pier and counts every ship."),
    document("e2", "The Salt Market", "Traders shout under patched awnings; a knife is never far from a hand."),
    document("e3", "The Drowned Bell", "It rings under water before somebody dies."),
]


@pytest.fixture
def index(tmp_path: Path, embedder: SmallEmbedder) -> LanceLoreIndex:
    index = LanceLoreIndex(tmp_path / "index", embedder)
    index.put(HARBOUR)
    return index


def found(
    index: LanceLoreIndex, query: str, lines: tuple[str, ...] = ("",), limit: int = 5, world: str = "w"
) -> list[str]:
    return [hit.entry_id for hit in index.search(world, lines, query, limit)]


def test_words_find_their_document_and_say_so(index: LanceLoreIndex) -> None:
    hit = index.search("w", [""], "who carries the lanterns?", 5)[0]
    assert hit.entry_id == "e1"
    assert hit.why == 'mentions "lanterns"'
    assert hit.document == HARBOUR[0].text
    assert 0 < hit.score <= 1


def test_meaning_finds_what_no_word_finds(index: LanceLoreIndex) -> None:
    hits = index.search("w", [""], "blade", 5)
    assert [(hit.entry_id, hit.why) for hit in hits] == [("e2", "similar in meaning")]


def test_title_is_searched_and_its_own_entry_comes_first(index: LanceLoreIndex) -> None:
    index.put([document("e4", "Old Fisk", "He asks Mara for news. Mara never answers; Mara Venn only nods.")])
    assert found(index, "Mara Venn")[0] == "e1"


def test_section_headings_match_nothing(index: LanceLoreIndex) -> None:
    index.put([document("e5", "Tomb", "Nobody knows its base.", line="b", note="The door is open.")])
    assert found(index, "session base lore notes", ("", "b")) == ["e5"]


def test_scores_fall_and_stay_between_0_and_1(index: LanceLoreIndex) -> None:
    scores = [hit.score for hit in index.search("w", [""], "ship lantern bell water knife market", 5)]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert (
        found(index, "ship lantern bell water knife market", limit=2)
        == found(index, "ship lantern bell water knife market")[:2]
    )


@pytest.mark.parametrize("query", ["", "   ", "\n\t", "!?…", "the and of"])
def test_queries_that_ask_nothing_find_nothing_by_words(index: LanceLoreIndex, query: str) -> None:
    assert all(hit.why == "similar in meaning" for hit in index.search("w", [""], query, 5))


@pytest.mark.parametrize(
    "query",
    [
        '"lantern',
        "lantern AND (ship OR",
        "lantern^2 +ship -bell *:* field:lantern ~",
        "' OR 1=1; DROP TABLE documents; --",
        "lantern\x00\ud800",
        "🦊 灯台 café",
        "lantern " * 1250,
        "x" * 10_000,
        " ".join(f"word{number}" for number in range(1400)),
    ],
)
def test_no_query_is_too_strange(index: LanceLoreIndex, query: str) -> None:
    hits = index.search("w", [""], query, 5)
    if "lantern" in query:
        assert hits[0].entry_id == "e1"
    assert index.count() == 3


def test_no_world_no_line_no_place_for_hits(index: LanceLoreIndex) -> None:
    assert found(index, "lantern", world="other") == []
    assert found(index, "lantern", lines=()) == []
    assert found(index, "lantern", lines=("b",)) == []
    assert found(index, "lantern", limit=0) == []


def test_other_scripts_are_found_by_word(index: LanceLoreIndex) -> None:
    index.put([document("e6", "灯台守", "彼は鉄の城の灯台を守る。"), document("e7", "Café Zoë", "Мария бежала сюда.")])
    assert found(index, "灯台")[0] == "e6"
    assert found(index, "cafe zoe")[0] == "e7"
    assert found(index, "мария")[0] == "e7"


def test_the_later_line_tells_the_entry(index: LanceLoreIndex) -> None:
    index.put([document("e1", "Mara Venn", "She keeps the north pier.", line="b1", note="She sold her compass.")])
    index.put([document("e1", "Mara Venn", "She keeps the north pier.", line="b2", note="She bought a goat.")])
    hit = index.search("w", ["", "b1"], "Mara", 5)[0]
    assert "compass" in hit.document
    assert [hit.entry_id for hit in index.search("w", ["", "b1"], "Mara", 5)].count("e1") == 1
    assert "goat" in index.search("w", ["", "b1", "b2"], "Mara", 5)[0].document
    assert "compass" in index.search("w", ["", "b2", "b1"], "Mara", 5)[0].document
    assert "counts every ship" in index.search("w", [""], "Mara", 5)[0].document


def test_what_a_branch_has_overwritten_is_not_found_there(index: LanceLoreIndex) -> None:
    index.put([document("e1", "Mara Venn", "She keeps the north pier.", line="b1", note="She left.")])
    assert all("lantern" not in hit.why for hit in index.search("w", ["", "b1"], "lantern", 5))
    assert index.search("w", [""], "lantern", 5)[0].why == 'mentions "lantern"'


def test_unchanged_texts_are_not_embedded_again(index: LanceLoreIndex, embedder: SmallEmbedder) -> None:
    embedder.texts.clear()
    assert index.put(HARBOUR) == 0
    changed = document("e3", "The Drowned Bell", "It rings no more.")
    assert index.put([HARBOUR[0], changed]) == 1
    assert len(embedder.texts) == 1
    assert index.count() == 3
    assert found(index, "no more rings")[0] == "e3"
    assert index.text_hashes([changed.key, "nothing"]) == {changed.key: changed.text_hash}


def test_equal_texts_share_a_vector(index: LanceLoreIndex, embedder: SmallEmbedder) -> None:
    """On a new branch the same texts stand under other keys."""
    embedder.texts.clear()
    assert index.put([each.model_copy(update={"line": "b1"}) for each in HARBOUR]) == 3
    assert embedder.texts == []
    assert index.search("w", ["b1"], "blade", 5)[0].entry_id == "e2"
    twins = [document(f"t{n}", "Twin", "The same words.") for n in range(3)]
    embedder.texts.clear()
    assert index.put(twins) == 3
    assert len(embedder.texts) == 1


def test_later_of_two_equal_keys_counts(index: LanceLoreIndex) -> None:
    index.put([document("e8", "Gull", "grey"), document("e8", "Gull", "white")])
    assert index.count() == 4
    assert index.search("w", [""], "gull", 1)[0].document.endswith("white")


def test_a_text_can_move_to_another_world(index: LanceLoreIndex, embedder: SmallEmbedder) -> None:
    assert index.put([HARBOUR[0].model_copy(update={"world_id": "w2"})]) == 0
    assert found(index, "lantern") == []
    assert found(index, "lantern", world="w2") == ["e1"]


def test_ids_are_data(index: LanceLoreIndex) -> None:
    strange = ["o'neil", "' OR '1'='1", 'a"b', "back\\slash", "x; --", "%", "é\n"]
    index.put([document(entry_id, f"Title{n}", "A quiet thing.", world="w'2") for n, entry_id in enumerate(strange)])
    keys = [document_key("", entry_id) for entry_id in strange]
    assert index.keys() >= set(keys)
    assert set(index.text_hashes(keys)) == set(keys)
    assert set(found(index, "quiet", limit=20, world="w'2")) == set(strange)
    assert found(index, "quiet", world="' OR '1'='1") == []
    index.remove([keys[1]])
    assert index.count() == len(HARBOUR) + len(strange) - 1


def test_removed_rows_are_gone_and_unknown_keys_are_fine(index: LanceLoreIndex) -> None:
    index.remove([HARBOUR[0].key, "nothing", HARBOUR[0].key])
    index.remove([])
    assert index.keys() == {HARBOUR[1].key, HARBOUR[2].key}
    assert found(index, "lantern") == []


def test_nothing_is_made_by_looking(tmp_path: Path, embedder: SmallEmbedder) -> None:
    index = LanceLoreIndex(tmp_path / "index", embedder)
    assert index.search("w", [""], "lantern", 5) == []
    assert (index.keys(), index.text_hashes(["a"]), index.count()) == (set(), {}, 0)
    index.remove(["a"])
    index.optimize()
    assert index.put([]) == 0
    assert not (tmp_path / "index").exists()
    assert embedder.texts == []


def test_rows_survive_optimize_and_a_new_start(index: LanceLoreIndex, tmp_path: Path, embedder: SmallEmbedder) -> None:
    index.optimize()
    index.put([document("e9", "Cinder", "A cat with a lantern collar.")])
    embedder.texts.clear()
    again = LanceLoreIndex(tmp_path / "index", embedder)
    assert again.put(HARBOUR) == 0
    assert set(found(again, "lantern")) == {"e1", "e9"}
    assert found(index, "collar")[0] == "e9"


@pytest.mark.parametrize("other", [SmallEmbedder("other"), SmallEmbedder("wide", 768)])
def test_another_embedder_rereads_the_texts(index: LanceLoreIndex, tmp_path: Path, other: SmallEmbedder) -> None:
    again = LanceLoreIndex(tmp_path / "index", other)
    assert [hit.why for hit in again.search("w", [""], "blade", 5)] == ["similar in meaning"]
    assert again.put(HARBOUR) == 0
    assert again.keys() == {each.key for each in HARBOUR}
    assert found(again, "lantern")[0] == "e1"


def test_words_still_find_without_an_embedder(index: LanceLoreIndex, tmp_path: Path, embedder: SmallEmbedder) -> None:
    broken = SmallEmbedder("other", 768)
    broken.broken = True
    again = LanceLoreIndex(tmp_path / "index", broken)
    assert found(again, "lantern") == ["e1"]
    with pytest.raises(ModelUnavailable):
        again.put([document("e10", "New", "A new one.")])
    embedder.broken = True
    assert found(index, "lantern") == ["e1"]
    embedder.broken = False
    assert index.put(HARBOUR) == 0


def lose_data(table: Path) -> None:
    shutil.rmtree(table / "data")


def lose_versions(table: Path) -> None:
    shutil.rmtree(table / "_versions")


def lose_full_text(table: Path) -> None:
    shutil.rmtree(table / "_indices")


def fill_with_garbage(table: Path) -> None:
    for file in (table / "_versions").iterdir():
        file.write_bytes(b"garbage" * 50)


@pytest.mark.parametrize("damage", [lose_data, lose_versions, lose_full_text, fill_with_garbage, shutil.rmtree])
@pytest.mark.parametrize("running", [False, True])
def test_a_broken_table_starts_empty_and_can_be_filled(
    index: LanceLoreIndex, tmp_path: Path, embedder: SmallEmbedder, caplog: pytest.LogCaptureFixture, damage, running
) -> None:
    index.optimize()
    if not running:
        index = LanceLoreIndex(tmp_path / "index", embedder)
    damage(tmp_path / "index" / "documents.lance")
    with caplog.at_level(logging.WARNING):
        assert found(index, "lantern") in ([], ["e1"])
        index.put(HARBOUR)
    if damage is not shutil.rmtree and not running:
        assert "starts empty" in caplog.text
    assert index.keys() == {each.key for each in HARBOUR}
    assert found(index, "lantern") == ["e1"]


def test_a_folder_that_cannot_be_one_is_told(tmp_path: Path, embedder: SmallEmbedder) -> None:
    (tmp_path / "file").write_text("not a folder")
    index = LanceLoreIndex(tmp_path / "file" / "index", embedder)
    with pytest.raises(StorageError, match="can't be used"):
        index.put(HARBOUR)


def test_threads_share_one_index(index: LanceLoreIndex) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(4):
                index.put([document(f"t{number}", f"Thread {number}", f"Turn {turn} with a lantern.")])
                assert found(index, "lantern", limit=20)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert index.count() == len(HARBOUR) + 4


def write_from_another_process(folder: Path, number: int) -> None:
    index = LanceLoreIndex(folder, SmallEmbedder())
    for turn in range(6):
        index.put([document("shared", "Shared", f"From {number}, {turn}."), document(f"p{number}-{turn}", "Own", "x")])
    index.optimize()


def test_processes_share_one_folder(tmp_path: Path, embedder: SmallEmbedder) -> None:
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=write_from_another_process, args=(tmp_path / "index", 1))
    writer.start()
    index = LanceLoreIndex(tmp_path / "index", embedder)
    turn = 0
    while writer.is_alive() and index.count() < 7:
        turn += 1
        index.put([document("shared", "Shared", f"From here, {turn}.")])
    writer.join(60)
    assert writer.exitcode == 0
    assert index.count() == len(index.keys()) == 7
    assert found(index, "shared") == ["shared"]
