"""Fifty times kill -9 while the memory works off a load of mixed tasks, at moments that a seed chooses.

Only the memory is started: database, workers and index, on one data folder through all deaths. In the end every task
has ended exactly once, no note tells an event twice or out of order, and the index has what the database has.
"""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.outer.running import App, wait_for
from tests.outer.scripted_run import RecordingScript
from tests.scripted import HashEmbedder, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.settings import Settings
from workbench.storage import stories, tasks

SEED = 4_711
DEATHS = 50
# Seconds for a word: from tasks that hardly take time besides what storing takes to some that mostly wait.
DELAYS = ("0", "0.003", "0.01", "0.02")
PEOPLE = 20
# Updates of one note that follow each other, so that they are told in one rewrite.
TOGETHER = 3
BEGUN = "SELECT id FROM memory_task WHERE started_at > ?"
STORED = (
    "SELECT memory_task.id FROM memory_task JOIN note_revision ON note_revision.task_id = memory_task.folded_into "
    "WHERE status = 'running'"
)
ENTITIES = ("character", "location", "item", "faction", "event")


@contextmanager
def opened(folder: Path) -> Iterator[Workbench]:
    """The services on the folder, without workers."""
    bench = compose(
        Settings(_env_file=None, data_dir=folder),
        model=ScriptedTextModel(RecordingScript(None)),
        embedder=HashEmbedder(),
    )
    bench.start()
    try:
        yield bench
    finally:
        bench.close()


class Load:
    """A story, and ever more to do for its memory. `told` are the events of each entry in order."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count, self.told = folder, 0, dict[str, list[str]]()
        with opened(folder) as bench:
            world = bench.library.create_world("Tidewater")
            self.story = bench.library.create_story(world.id, "First telling").id
            for number in range(PEOPLE):
                entry = {"title": f"Person{number}", "content": f"Person{number} lives by the water."}
                self.told[bench.library.upsert_lore(world.id, entry).id] = []

    def add(self, updates: int, creations: int, chapters: int) -> None:
        """Queue this many of each; a new chapter lies between the updates, so that not all may be told together."""
        with opened(self.folder) as bench:
            for number in range(updates):
                if number % max(1, updates // chapters) == 0:
                    self._chapter(bench, number)
                entry_id, events = list(self.told.items())[self.count // TOGETHER % PEOPLE]
                events.append(f"Somebody counted {1000 + self.count} herons by the water.")
                bench.memory.enqueue_note_update(self.story, entry_id, events[-1])
                self.count += 1
            for number in range(creations):
                kind = ENTITIES[number % len(ENTITIES)]
                told = f"There is something called {kind.title()}-{self.count} by the water."
                bench.memory.enqueue_entity_creation(self.story, kind, told)
                self.count += 1

    def _chapter(self, bench: Workbench, number: int) -> None:
        text = f"Person{number % PEOPLE} met Person{(number + 7) % PEOPLE} on the quay. Old Brannock left that day."
        with bench.database.writing() as session:
            head = stories.active_branch(session, self.story).head_id
            passage = stories.add_draft(session, self.story, head, text)
            stories.accept(session, passage.id)
            tasks.add(session, "analysis", self.story, dedupe_key=f"analysis:{passage.id}", passage_id=passage.id)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the database, which is only read."""
        with closing(sqlite3.connect(f"file:{self.folder / 'loreloom.db'}?mode=ro", uri=True, timeout=30)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, values)]

    def unfinished(self) -> int:
        """How many tasks have not ended."""
        (row,) = self.rows("SELECT count(*) AS found FROM memory_task WHERE status IN ('pending', 'running')")
        return int(row["found"])


def test_fifty_kills_under_a_load_of_mixed_tasks(killable: App) -> None:
    chance = random.Random(SEED)
    load = Load(killable.data)
    load.add(updates=84, creations=30, chapters=6)
    assert load.unfinished() == 120
    struck, told = 0, 0
    for _ in range(DEATHS):
        if load.unfinished() < 40:
            load.add(updates=42, creations=15, chapters=3)
        begun = datetime.now(UTC).isoformat(timespec="microseconds")
        killable.begin("--workers", "--delay", chance.choice(DELAYS))
        wait_for(lambda begun=begun: load.rows(BEGUN, begun), "the memory to be at work", pause=0.005)
        time.sleep(chance.uniform(0.0, 1.0))
        killable.kill()
        struck += bool(load.rows("SELECT id FROM memory_task WHERE status = 'running'"))
        told += bool(load.rows(STORED))
    assert struck >= DEATHS * 3 / 4, "nearly each death comes while something is in hand"
    assert told, "some come when a rewrite of several tasks is stored and they aren't done yet"

    killable.begin("--workers")
    wait_for(lambda: not load.unfinished(), "the memory to be done", 60, 0.1)
    killable.stop()
    check_tasks(load)
    check_notes(load)
    with opened(load.folder) as bench:
        assert bench.memory._learning._documents.reconcile() == (0, 0), "index and database agree"


def check_tasks(load: Load) -> None:
    """Every task is done, once, and has left one thing."""
    found = load.rows("SELECT id, kind, status, error, folded_into, log FROM memory_task")
    assert len(found) >= load.count
    assert [row for row in found if row["status"] != "done"] == []
    assert [row["id"] for row in found if row["log"].count('"what": "Done.') != 1] == []
    revisions = {row["task_id"]: row for row in load.rows("SELECT task_id FROM note_revision")}
    entries = {row["task_id"]: row for row in load.rows("SELECT task_id FROM lore_entry WHERE task_id IS NOT NULL")}
    for row in found:
        if row["kind"] == "note_update":
            assert (row["id"] in revisions) != (row["folded_into"] in revisions), row
        elif row["kind"] == "entity_creation":
            instead = load.rows("SELECT id FROM memory_task WHERE dedupe_key = ?", f"creation-update:{row['id']}")
            assert (row["id"] in entries) + len(instead) == 1, row
    assert any(row["folded_into"] for row in found)


def check_notes(load: Load) -> None:
    """Each event that was asked for is told once in its note, in order."""
    for entry_id, events in load.told.items():
        query = "SELECT event, note FROM note_revision WHERE entry_id = ? ORDER BY revision"
        revisions = load.rows(query, entry_id)
        lines = [line for revision in revisions for line in revision["event"].splitlines()]
        assert [line for line in lines if line in set(events)] == events
        assert [revisions[-1]["note"].count(event) for event in events] == [1] * len(events)
