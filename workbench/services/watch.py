"""Watching over the queues: how they stand, what they ended lately, pausing them, and alerts."""

from collections.abc import Callable
from datetime import UTC, datetime

from workbench.domain.queues import alert
from workbench.domain.tasks import QUEUE_NAMES, QueueMinute, QueueStatus, TaskKind
from workbench.ports import TextModel
from workbench.services.checks import choice
from workbench.settings import Settings
from workbench.storage import queues
from workbench.storage.database import Database

HISTORY_MINUTES = 30


class QueueWatch:
    """What people are told about the queues as a whole, and what they can tell them."""

    def __init__(
        self, settings: Settings, database: Database, model: TextModel, writer_at_work: Callable[[], bool]
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._writer_at_work = writer_at_work
        # Before these moments nobody could have worked on anything.
        self._began = datetime.now(UTC)
        self._model_ready = False

    def status(self) -> dict[str, QueueStatus]:
        """How the queues stand, by name; each with what is wrong with it, if anything is."""
        workers: dict[TaskKind, int] = {
            "note_update": self._settings.note_workers,
            "entity_creation": self._settings.creation_workers,
            "analysis": 1,
        }
        ready = self._model.status().loaded
        if ready != self._model_ready:
            self._model_ready, self._began = ready, datetime.now(UTC)
        with self._database.reading() as session:
            standings = queues.standing(
                session,
                workers,
                excused=not ready or self._writer_at_work(),
                since=self._began,
                outside=self._settings.jobs == "outside",
            )
        return {
            name: standings[kind][0].model_copy(update={"alert": alert(name, standings[kind][1])})
            for kind, name in QUEUE_NAMES.items()
        }

    def history(self) -> dict[str, list[QueueMinute]]:
        """What each queue ended in each of the last 30 minutes, oldest first."""
        with self._database.reading() as session:
            return {name: queues.history(session, kind, HISTORY_MINUTES) for kind, name in QUEUE_NAMES.items()}

    def pause(self, name: str, paused: bool) -> str:
        """Keep a queue from beginning anything new, or let it go on. Holds over a restart; returns its name."""
        name = choice(name, "The queue", list(QUEUE_NAMES.values()))
        with self._database.writing() as session:
            queues.pause(session, name, paused)
        return name
