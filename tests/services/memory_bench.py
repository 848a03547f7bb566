"""A composed app whose memory is worked by hand, step by step, and what tests ask of it."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.scripted import HashEmbedder, Script, ScriptedTextModel, between
from workbench.compose import Workbench, compose
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Story
from workbench.domain.tasks import MemoryTask
from workbench.settings import Settings


def rewritten(messages: Sequence[Any], _options: dict[str, Any]) -> str:
    """The note that was there with all new events behind it."""
    prompt = str(messages[-1].content)
    note = between(prompt, "[Current Session Note]: ", "\n").replace("(none yet)", "")
    events = re.findall(r"^\[New Event(?: \d+)?\]: (.+)$", prompt, re.MULTILINE)
    return " ".join([note, *events]).strip()


class MemoryBench:
    """One world, one story, one entry called Aria; `memory` is the app's, without workers."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.script = Script()
        self.script.answer["rewriter"] = rewritten
        self.folder, self._settings = folder, settings
        self.model = ScriptedTextModel(self.script)
        self.bench = self._composed()
        world = self.bench.library.create_world("Vell", "A town.")
        self.world_id = world.id
        self.story: Story = self.bench.library.create_story(world.id, "The Bell")
        self.aria = self.entry("Aria")

    def _composed(self) -> Workbench:
        settings: dict[str, Any] = {"sweep_seconds": 0.2, "task_retry_delay": 0.0, **self._settings}
        bench = compose(
            Settings(_env_file=None, data_dir=self.folder, **settings), model=self.model, embedder=HashEmbedder()
        )
        bench.start()
        return bench

    def restart(self) -> None:
        """Close the app and open it again."""
        self.bench.close()
        self.bench = self._composed()

    @property
    def memory(self) -> Any:
        """The service under test."""
        return self.bench.memory

    def entry(self, title: str, **fields: Any) -> LoreEntry:
        """An entry of the world, in the index too."""
        made = self.bench.library.upsert_lore(self.world_id, {"title": title, "content": f"{title} is here.", **fields})
        self.agrees()
        return made

    def chapter(self, text: str, after: str | None = None) -> str:
        """An accepted passage at the end of the line, whose analysis is out of the way; its id."""
        from workbench.storage import stories

        with self.bench.database.writing() as session:
            head = after or stories.active_branch(session, self.story.id).head_id
            draft = stories.add_draft(session, self.story.id, head, text)
            stories.accept(session, draft.id)
        return draft.id

    def updates(self, *summaries: str, entry: LoreEntry | None = None) -> list[str]:
        """Updates of a note, put into the queue; their ids."""
        target = (entry or self.aria).id
        return [self.memory.enqueue_note_update(self.story.id, target, one).id for one in summaries]

    def task(self, task_id: str) -> MemoryTask:
        """A task as it stands."""
        kinds = ("note_update", "entity_creation", "analysis")
        return next(one for kind in kinds for one in self.memory.tasks(kind) if one.id == task_id)

    def states(self, task_ids: Sequence[str]) -> list[str]:
        """States of some tasks."""
        return [self.task(one).status for one in task_ids]

    def revisions(self, entry: LoreEntry | None = None) -> list[NoteRevision]:
        """The versions of a note, oldest first."""
        return list(reversed(self.bench.library.note_history(self.story.id, (entry or self.aria).id)))

    def asked(self, agent: str) -> int:
        """How often an agent was asked."""
        return [name for name, _ in self.script.calls].count(agent)

    def sql(self, statement: str, *values: Any) -> None:
        """Change the database behind the app's back."""
        with closing(sqlite3.connect(self.folder / "loreloom.db", timeout=30)) as database:
            database.execute(statement, values)
            database.commit()

    def agrees(self) -> bool:
        """Whether the index has what the database has."""
        return bool(self.memory._learning._documents.reconcile() == (0, 0))


@contextmanager
def memory_bench(folder: Path, **settings: Any) -> Iterator[MemoryBench]:
    """A bench that is closed at the end."""
    made = MemoryBench(folder, **settings)
    yield made
    made.bench.close()
