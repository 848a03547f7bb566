"""Index and database compared, and the index made anew: by the service, and by `python -m workbench.lore`."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lore.conftest import SmallEmbedder, document
from workbench.domain.lore import document_key
from workbench.lore import __main__ as program
from workbench.lore import rows
from workbench.lore.archive import LanceArchiveIndex
from workbench.lore.index import LanceLoreIndex
from workbench.services.archive import Archive
from workbench.services.documents import Documents
from workbench.settings import Settings
from workbench.storage import lore, stories
from workbench.storage.database import Database, FolderLock


class Shelf:
    """A database with one world and story, and the index beside it."""

    def __init__(self, folder: Path, embedder: SmallEmbedder) -> None:
        self.settings = Settings(data_dir=folder, _env_file=None)
        self.database = Database(self.settings.database_path)
        self.database.open()
        self.index = LanceLoreIndex(self.settings.index_path, embedder)
        self.documents = Documents(self.database, self.index)
        with self.database.writing() as session:
            self.world = stories.add_world(session, "Harbour", "", "", "").id
            self.story = stories.add_story(session, self.world, "Tides", "novel")
            self.entries = [
                lore.add_entry(session, self.world, {"title": title, "kind": "character", "content": content}).id
                for title, content in (("Mara", "She keeps the lantern."), ("Fisk", "He owes her a boat."))
            ]

    def passage(self) -> str:
        """A new accepted passage at the end of the active branch."""
        with self.database.writing() as session:
            branch = stories.active_branch(session, self.story.id)
            draft = stories.add_draft(session, self.story.id, branch.head_id, "It rained.")
            stories.accept(session, draft.id)
            return draft.id

    def note(self, entry_id: str, text: str, passage_id: str | None) -> None:
        with self.database.writing() as session:
            lore.add_revision(
                session,
                self.story.id,
                entry_id,
                text,
                event="",
                evidence="",
                passage_id=passage_id,
                origin="writer",
            )


@pytest.fixture
def shelf(tmp_path: Path, embedder: SmallEmbedder) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path, embedder)
    yield shelf
    shelf.database.close()


def found(shelf: Shelf, query: str, line: str) -> list[str]:
    return [hit.document for hit in shelf.index.search(shelf.world, ["", line], query, 5)]


def test_reconciled_index_agrees_with_the_database(shelf: Shelf) -> None:
    shelf.note(shelf.entries[0], "She sold the lantern.", shelf.passage())
    assert shelf.documents.check() == {"documents": 3, "missing": 3, "stale": 0, "surplus": 0}
    assert shelf.documents.reconcile() == (3, 0)
    assert shelf.documents.check() == {"documents": 3, "missing": 0, "stale": 0, "surplus": 0}
    assert shelf.documents.reconcile() == (0, 0)


def test_check_tells_what_is_amiss_and_changes_nothing(shelf: Shelf) -> None:
    shelf.documents.reconcile()
    shelf.index.remove([document_key("", shelf.entries[0])])
    shelf.index.put(
        [
            document(shelf.entries[1], "Fisk", "Old words.", world=shelf.world),
            document("gone", "Gone", "Nobody knows it any more.", world=shelf.world),
        ]
    )
    amiss = {"documents": 2, "missing": 1, "stale": 1, "surplus": 1}
    assert shelf.documents.check() == amiss
    assert shelf.documents.check() == amiss
    assert shelf.documents.reconcile() == (2, 1)
    assert found(shelf, "boat", "") == [document("", "", "He owes her a boat.").text]


def test_rebuild_makes_the_same_index_anew(shelf: Shelf, embedder: SmallEmbedder) -> None:
    shelf.documents.reconcile()
    embedder.texts.clear()
    assert shelf.documents.rebuild() == 2
    assert len(embedder.texts) == 2
    assert shelf.documents.check()["missing"] == 0
    assert len(found(shelf, "lantern", "")) >= 1


def test_each_branch_has_a_line_of_its_own(shelf: Shelf) -> None:
    first = shelf.passage()
    with shelf.database.writing() as session:
        other = stories.add_branch(session, shelf.story.id, first, "The other way").id
    shelf.note(shelf.entries[0], "She drowned in the storm.", shelf.passage())
    with shelf.database.writing() as session:
        stories.open_branch(session, shelf.story.id, other)
    shelf.note(shelf.entries[0], "She married in the storm.", shelf.passage())
    shelf.documents.reconcile()
    assert "drowned" in found(shelf, "storm", shelf.story.branch_id)[0]
    assert "married" in found(shelf, "storm", other)[0]
    assert "married" not in "".join(found(shelf, "Mara storm married", shelf.story.branch_id))
    assert "drowned" not in "".join(found(shelf, "Mara storm drowned", other))


def test_what_a_discarded_passage_told_is_gone_at_once(shelf: Shelf) -> None:
    passage = shelf.passage()
    shelf.note(shelf.entries[0], "She sold the lantern.", passage)
    shelf.documents.reconcile()
    line = shelf.story.branch_id
    assert "sold" in found(shelf, "lantern", line)[0]
    with shelf.database.writing() as session:
        stories.discard(session, passage)
    shelf.documents.sync_entries(shelf.story.id, shelf.entries[:1])
    assert "sold" not in found(shelf, "lantern", line)[0]
    assert shelf.documents.check() == {"documents": 2, "missing": 0, "stale": 0, "surplus": 0}


def test_entries_that_are_put_aside_are_not_found(shelf: Shelf) -> None:
    shelf.documents.reconcile()
    with shelf.database.writing() as session:
        lore.update_entry(session, shelf.entries[1], {"review": "discarded"})
    shelf.documents.sync_entries(shelf.story.id, shelf.entries)
    assert found(shelf, "boat", shelf.story.branch_id) == []


def test_a_large_table_is_searched_by_indices_with_the_same_results(
    shelf: Shelf, embedder: SmallEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = random.Random(5)
    vocabulary = [
        f"{first}{last}" for first in ("ba", "cor", "dun", "el", "far") for last in ("mo", "nith", "ost", "u")
    ]
    worlds = ("w", "w2", "w3")

    def said(count: int) -> str:
        return " ".join(chosen.choices(vocabulary, k=count))

    entries = [document(f"e{n}", f"Entry {n}", said(30), world=worlds[n % 3]) for n in range(300)]
    entries += [document(f"e{n}", f"Entry {n}", said(9), line="b", note=said(20)) for n in range(0, 300, 30)]
    shelf.index.put(entries)
    shelf.index.optimize()
    queries = [said(5) for _ in range(8)]
    calls = [(query, world, lines) for query in queries for world in worlds for lines in (("",), ("", "b"))]
    before = [shelf.index.search(world, lines, query, 5) for query, world, lines in calls]
    monkeypatch.setattr(rows, "INDEX_ROWS", 200)
    monkeypatch.setattr("workbench.lore.index.INDEX_ROWS", 200)
    shelf.index.optimize()
    table = shelf.index._open(False)
    assert {name for index in table.list_indices() for name in index.columns} >= {"key", "world_id", "line", "vector"}
    after = [shelf.index.search(world, lines, query, 5) for query, world, lines in calls]
    same = [
        [hit.entry_id for hit in one] == [hit.entry_id for hit in other]
        for one, other in zip(before, after, strict=True)
    ]
    # Which of two equally good ones comes first is nobody's matter.
    assert sum(same) >= 0.9 * len(same)
    assert sum(bool(one) for one in before) == len(before)
    shelf.index.put([document("fresh", "Fresh", "An axolotl came.", world="w")])
    assert shelf.index.search("w", [""], "axolotl", 5)[0].entry_id == "fresh"


def run(*arguments: str | Path) -> int:
    return program.main([str(argument) for argument in arguments])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, embedder: SmallEmbedder) -> None:
    monkeypatch.setattr(program, "SentenceEmbedder", lambda path: embedder)


@pytest.mark.usefixtures("small")
def test_the_program_checks_and_rebuilds(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    archive = Archive(shelf.settings, shelf.database, LanceArchiveIndex(shelf.settings.index_path, SmallEmbedder()))
    archive.store("a", "A letter about the lantern.")
    archive.catch_up()
    archive.close()
    archive.store("b", "Another letter.")
    folder = shelf.settings.data_dir
    assert run("check", "--data-dir", folder) == 1
    told = capsys.readouterr().out
    assert "Lore: 2 to be found; the index disagrees: 2 missing." in told
    assert "Archive: 2 to be found; the index disagrees: 1 missing." in told
    assert run("rebuild", "--data-dir", folder) == 0
    told = capsys.readouterr().out
    assert "2 documents are in it now" in told
    assert told.count("the index agrees with the database") == 2
    assert run("check", "--data-dir", folder) == 0


@pytest.mark.usefixtures("small")
def test_the_program_leaves_a_running_app_alone(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    lock = FolderLock(shelf.settings.data_dir, "app")
    assert lock.acquire()
    assert run("rebuild", "--data-dir", shelf.settings.data_dir) == 1
    assert "Close it first" in capsys.readouterr().err
    lock.release()
    assert run("rebuild", "--data-dir", shelf.settings.data_dir) == 0


@pytest.mark.usefixtures("small")
def test_the_program_makes_nothing_in_a_wrong_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--data-dir", tmp_path / "elsewhere") == 1
    assert "nothing of Loreloom" in capsys.readouterr().err
    assert not (tmp_path / "elsewhere").exists()
