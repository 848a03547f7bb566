"""The Huey tasks. Each carries an id at most and calls a service; retries are the database's, not Huey's."""

from collections.abc import Callable
from typing import Any

from workbench.domain.tasks import QUEUE_NAMES, TaskKind
from workbench.jobs.queues import Queues
from workbench.services.documents import Documents
from workbench.services.memory import Memory


class Jobs:
    """Enqueues work. Registered task names are the same in every process, so any worker can take them."""

    def __init__(self, queues: Queues, memory: Memory, documents: Documents) -> None:
        self.queues = queues
        self._memory = memory

        def work_off(task_id: str) -> None:
            memory.process(task_id)

        def bring_up_to_date() -> None:
            documents.reconcile()

        self._process: dict[TaskKind, Callable[[str], Any]] = {
            kind: queues.of_kind(kind).task(name=f"process_{name}")(work_off) for kind, name in QUEUE_NAMES.items()
        }
        self._reconcile: Callable[[], Any] = queues.documents.task(name="reconcile_documents")(bring_up_to_date)

    def enqueue_due(self) -> int:
        """Enqueue the tasks that are due, for each queue that has run empty; returns how many.

        The database is asked and not the caller: whatever a crash left behind is found too. A task that is enqueued
        twice is claimed once.
        """
        due = self._memory.due()
        empty = {kind for kind in QUEUE_NAMES if self.queues.of_kind(kind).pending_count() == 0}
        count = 0
        for task in due:
            if task.kind in empty:
                self._process[task.kind](task.id)
                count += 1
        return count

    def documents_changed(self) -> None:
        """Bring the index up to date soon; several changes at once are one piece of work."""
        if self.queues.documents.pending_count() == 0:
            self._reconcile()
