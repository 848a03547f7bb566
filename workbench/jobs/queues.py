"""The queues: the only place that knows Huey's storage. One SQLite file, one name for each kind of work."""

from pathlib import Path

from huey import SqliteHuey

from workbench.domain.tasks import QUEUE_NAMES, TaskKind
from workbench.storage.database import set_damaged_aside

DOCUMENTS = "documents"


class Queues:
    """A Huey for each kind of memory task, and one for bringing the index up to date."""

    def __init__(self, path: Path) -> None:
        # The queue carries ids only; what waits stands in the database, and the sweeper finds it there.
        set_damaged_aside(path)
        names = [*QUEUE_NAMES.values(), DOCUMENTS]
        # Results are not kept: what came of a task stands in the database.
        self.by_name = {name: SqliteHuey(name, filename=str(path), results=False, timeout=30) for name in names}

    def of_kind(self, kind: TaskKind) -> SqliteHuey:
        """The queue of a kind of memory task."""
        return self.by_name[QUEUE_NAMES[kind]]

    @property
    def documents(self) -> SqliteHuey:
        """The queue that brings the index up to date."""
        return self.by_name[DOCUMENTS]
