"""Opening, upgrading and refusing databases; the tree of passages; tasks that are applied once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel, create_engine

from workbench.errors import Conflict, NotFound, StorageError
from workbench.storage import lore, runs, stories, tasks
from workbench.storage.database import HEAD_REVISION, MIGRATIONS, Database, FolderLock


def chapter(database: Database, story_id: str, text: str, accepted: bool = True) -> str:
    with database.writing() as session:
        head = stories.active_branch(session, story_id).head_id
        passage = stories.add_draft(session, story_id, head, text)
        if accepted:
            stories.accept(session, passage.id)
        return passage.id


def test_migrations_make_the_tables_that_the_code_has(database: Database) -> None:
    engine = create_engine(f"sqlite:///{database.path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_head_is_the_newest_migration() -> None:
    newest = max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))
    assert newest == HEAD_REVISION


def test_write_ahead_log_and_foreign_keys_are_on(database: Database) -> None:
    with database.reading() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_upgrade_sets_a_copy_aside_first(tmp_path: Path) -> None:
    path = tmp_path / "loreloom.db"
    with closing(sqlite3.connect(path)) as old:
        old.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        old.execute("INSERT INTO alembic_version VALUES ('0000')")
        old.commit()
    # No migration leads on from 0000, so that the upgrade itself fails: just then the copy is wanted.
    with pytest.raises(Exception, match="0000"):
        Database(path).open()
    copies = list((tmp_path / "backups").glob("*.db"))
    assert len(copies) == 1
    with closing(sqlite3.connect(copies[0])) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loreloom.db"
    database = Database(path)
    database.open()
    database.close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(StorageError, match="newer Loreloom"):
        Database(path).open()


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "loreloom.db"
    path.write_bytes(b"this is a poem" * 500)
    with pytest.raises(StorageError, match="can't be opened"):
        Database(path).open()
    assert path.read_bytes().startswith(b"this is a poem")


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def half() -> None:
        with database.writing() as session:
            stories.add_world(session, "Half", "", "", "")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with database.reading() as session:
        assert stories.list_worlds(session) == []


def test_one_process_for_one_folder(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path, "app"), FolderLock(tmp_path, "app")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_chapters_follow_each_other(database: Database, story_id: str) -> None:
    texts = ["One.", "Two.", "Three."]
    for text in texts:
        chapter(database, story_id, text)
    with database.reading() as session:
        view = stories.view(session, story_id)
    assert [passage.text for passage in view.passages] == texts
    assert [passage.number for passage in view.passages] == [1, 2, 3]


def test_a_draft_that_no_longer_follows_is_not_accepted(database: Database, story_id: str) -> None:
    chapter(database, story_id, "One.")
    late = chapter(database, story_id, "Another two.", accepted=False)
    chapter(database, story_id, "Two.")
    chapter(database, story_id, "Three.")
    with pytest.raises(Conflict, match="doesn't follow"), database.writing() as session:
        stories.accept(session, late)


def test_accepting_a_sibling_takes_the_heads_place_and_back(database: Database, story_id: str) -> None:
    first = chapter(database, story_id, "One.")
    with database.writing() as session:
        other = stories.add_draft(session, story_id, None, "Another one.")
        _, replaced = stories.accept(session, other.id)
    assert replaced == first
    with database.writing() as session:
        stories.accept(session, first)
        assert [p.text for p in stories.view(session, story_id).passages] == ["One."]


def test_only_the_last_chapter_can_be_discarded(database: Database, story_id: str) -> None:
    first = chapter(database, story_id, "One.")
    second = chapter(database, story_id, "Two.")
    with pytest.raises(Conflict, match="Chapter 2 follows"), database.writing() as session:
        stories.discard(session, first)
    with database.writing() as session:
        stories.discard(session, second)
        stories.discard(session, first)
        assert stories.view(session, story_id).passages == ()


def entry(database: Database, story_id: str, title: str = "Aria") -> str:
    with database.writing() as session:
        world_id = stories.get_story(session, story_id).world_id
        return lore.add_entry(session, world_id, {"title": title, "kind": "character", "content": "Old."}).id


def test_notes_hold_on_their_own_line_only(database: Database, story_id: str) -> None:
    entry_id = entry(database, story_id)
    first = chapter(database, story_id, "One.")
    second = chapter(database, story_id, "Two.")
    for passage, note in ((first, "alive"), (second, "dead")):
        with database.writing() as session:
            lore.add_revision(
                session, story_id, entry_id, note, event=note, evidence="", passage_id=passage, origin="model"
            )
    with database.reading() as session:
        assert lore.active_notes(session, story_id)[entry_id].note == "dead"
    with database.writing() as session:
        stories.discard(session, second)
    with database.reading() as session:
        assert lore.active_notes(session, story_id)[entry_id].note == "alive"
        assert [(r.revision, r.active) for r in lore.history(session, story_id, entry_id)] == [(2, False), (1, True)]


def test_entries_that_a_passage_made_go_with_it(database: Database, story_id: str) -> None:
    passage = chapter(database, story_id, "One.")
    with database.writing() as session:
        world_id = stories.get_story(session, story_id).world_id
        fields = {"title": "Tobin", "kind": "character", "content": "", "story_id": story_id, "passage_id": passage}
        lore.add_entry(session, world_id, fields)
        assert [e.title for e in lore.story_entries(session, story_id)] == ["Tobin"]
        stories.discard(session, passage)
        assert lore.story_entries(session, story_id) == []


def test_a_task_that_is_applied_twice_changes_nothing_the_second_time(database: Database, story_id: str) -> None:
    entry_id = entry(database, story_id)
    with database.writing() as session:
        task = tasks.add(session, "note_update", story_id, entry_id=entry_id, dedupe_key="k")
        assert tasks.add(session, "note_update", story_id, entry_id=entry_id, dedupe_key="k").id == task.id
    for _ in range(2):
        with database.writing() as session:
            lore.add_revision(
                session,
                story_id,
                entry_id,
                "n",
                event="",
                evidence="",
                passage_id=None,
                origin="model",
                task_id=task.id,
            )
    with database.reading() as session:
        assert len(lore.history(session, story_id, entry_id)) == 1


def test_one_note_has_one_worker_at_a_time(database: Database, story_id: str) -> None:
    entry_id = entry(database, story_id)
    with database.writing() as session:
        first = tasks.add(session, "note_update", story_id, entry_id=entry_id)
        second = tasks.add(session, "note_update", story_id, entry_id=entry_id)
        claimed = tasks.claim(session, first.id, "app")
        assert claimed
        assert tasks.claim(session, first.id, "app") is None
        assert tasks.claim(session, second.id, "app") is None
        assert tasks.finish(session, claimed)
        assert tasks.claim(session, second.id, "app")


def test_failures_wait_longer_each_time_and_then_fail_for_good(database: Database, story_id: str) -> None:
    with database.writing() as session:
        task = tasks.add(session, "analysis", story_id)
        waits = []
        for _ in range(3):
            session.connection().exec_driver_sql("UPDATE memory_task SET not_before = ''")
            session.expire_all()
            claimed = tasks.claim(session, task.id, "app")
            assert claimed
            waits.append(tasks.fail(session, claimed, "broken", retries=2, delay=10).not_before)
        failed = tasks.get(session, task.id)
        assert (failed.status, failed.retry_count, failed.error) == ("failed", 2, "broken")
        assert waits[1] > waits[0]
        assert tasks.retry(session, "analysis", task.id).status == "pending"


def test_tasks_of_a_dead_process_wait_again(database: Database, story_id: str) -> None:
    with database.writing() as session:
        task = tasks.add(session, "analysis", story_id)
        tasks.claim(session, task.id, "jobs")
        assert tasks.recover(session, "app") == 0
        assert tasks.recover(session, "jobs") == 1
        assert tasks.get(session, task.id).status == "pending"


def test_a_retracted_task_is_not_finished(database: Database, story_id: str) -> None:
    passage = chapter(database, story_id, "One.")
    with database.writing() as session:
        task = tasks.add(session, "analysis", story_id, passage_id=passage)
        claimed = tasks.claim(session, task.id, "app")
        assert claimed
        assert tasks.retract_passage(session, passage) == 1
        assert not tasks.finish(session, claimed)
        assert tasks.restore_passage(session, passage) == 1


def test_a_run_leaves_one_draft(database: Database, story_id: str) -> None:
    with database.writing() as session:
        run = runs.add(session, "chapter", story_id, "x", {})
        first = stories.add_draft(session, story_id, None, "One.", run_id=run.id)
        assert stories.add_draft(session, story_id, None, "Two.", run_id=run.id) == first


def test_telemetry_keeps_the_latest(database: Database) -> None:
    for number in range(250):
        with database.writing() as session:
            runs.record(session, "model_call", {"n": number}, keep=100)
    with database.reading() as session:
        kept = runs.telemetry(session, "", 1000)
    assert kept[0]["n"] == 249
    assert len(kept) <= 200


def test_unknown_ids_are_told_by_name(database: Database) -> None:
    with database.reading() as session:
        for get in (stories.get_world, stories.get_story, stories.get_passage, lore.get_entry, tasks.get, runs.get):
            with pytest.raises(NotFound, match="'nobody'"):
                get(session, "nobody")
