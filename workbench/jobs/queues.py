"""The queues: the only place that knows Huey's storage. One SQLite file, one name for each kind of work."""

import threading
from pathlib import Path
from typing import Any

from huey import Huey
from huey.storage import SqliteStorage

from workbench.domain.tasks import QUEUE_NAMES, TaskKind
from workbench.storage.database import set_damaged_aside

DOCUMENTS, SUMMARIES, PICTURES = "documents", "summaries", "pictures"
# How long a worker rests before it looks for what another process has enqueued.
LOOK_S = 1.0


class PromptStorage(SqliteStorage):
    """Huey's SQLite storage whose workers wake when something is enqueued in their process, and needn't look for it."""

    blocking = True

    def __init__(self, *args: Any, **options: Any) -> None:
        self._arrived = threading.Condition()
        self._arrivals = 0
        super().__init__(*args, **options)

    def _create_connection(self) -> Any:
        connection = super()._create_connection()
        # What a failing power supply takes from the queue is found again in the database: no waiting for the disk.
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Store a task, and wake those who wait for one."""
        super().enqueue(data, priority)
        self.wake()

    def dequeue(self) -> bytes | None:
        """The next task; None when none has come after a second."""
        seen = self._arrivals
        data: bytes | None = super().dequeue()
        if data is None:
            with self._arrived:
                self._arrived.wait_for(lambda: self._arrivals != seen, LOOK_S)
            data = super().dequeue()
        return data

    def wake(self) -> None:
        """Let everybody look again."""
        with self._arrived:
            self._arrivals += 1
            self._arrived.notify_all()


class Queues:
    """A Huey for each kind of memory task, and one each for the index, for summing up, and for pictures."""

    def __init__(self, path: Path) -> None:
        # The queue carries ids only; what waits stands in the database, and the sweeper finds it there.
        set_damaged_aside(path)
        names = [*QUEUE_NAMES.values(), DOCUMENTS, SUMMARIES, PICTURES]
        # Results are not kept: what came of a task stands in the database.
        self.by_name = {
            name: Huey(name, storage_class=PromptStorage, filename=str(path), results=False, timeout=30)
            for name in names
        }

    def of_kind(self, kind: TaskKind) -> Huey:
        """The queue of a kind of memory task."""
        return self.by_name[QUEUE_NAMES[kind]]

    @property
    def documents(self) -> Huey:
        """The queue that brings the index up to date."""
        return self.by_name[DOCUMENTS]

    @property
    def summaries(self) -> Huey:
        """The queue that sums up chapters ahead."""
        return self.by_name[SUMMARIES]

    @property
    def pictures(self) -> Huey:
        """The queue of pictures that nobody waits for."""
        return self.by_name[PICTURES]

    def wake(self) -> None:
        """Let all workers look up, so that they see that they are to stop."""
        for queue in self.by_name.values():
            queue.storage.wake()
