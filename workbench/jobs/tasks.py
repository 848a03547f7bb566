"""The Huey tasks. Each carries an id at most and calls a service; retries are the database's, not Huey's."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from huey import crontab

from workbench.domain.tasks import QUEUE_NAMES, TaskKind
from workbench.errors import Cancelled
from workbench.jobs.queues import Queues
from workbench.services.adventure_pictures import AdventurePictures
from workbench.services.distilling import Distilling
from workbench.services.documents import Documents
from workbench.services.memory import Memory

# As few wait in Huey as keep its workers busy: what matters more and comes later would have to wait behind them.
WINDOW = 6
COMPACT_MINUTES = "*/20"


class Jobs:
    """Enqueues work. Registered task names are the same in every process, so any worker can take them.

    `compacted`: what else is to be tidied up now and then, beside the documents' index. `distilling` sums up chapters
    ahead, `pictures` draws adventures.
    """

    def __init__(
        self,
        queues: Queues,
        memory: Memory,
        documents: Documents,
        compacted: Sequence[Callable[[], object]] = (),
        distilling: Distilling | None = None,
        pictures: AdventurePictures | None = None,
    ) -> None:
        self.queues = queues
        self._memory = memory
        self._distilling = distilling
        self._pictures = pictures

        def work_off(task_id: str) -> None:
            memory.process(task_id, wait=False)

        def bring_up_to_date() -> None:
            documents.reconcile()

        def sum_up() -> None:
            while distilling is not None and distilling.idle():
                pass

        def draw(adventure_id: str) -> None:
            if pictures is not None:
                pictures.work_off(adventure_id)

        def compact() -> None:
            with suppress(Cancelled):
                for one in (documents.compact, *compacted):
                    memory.wait_for_writer()
                    one()

        self._process: dict[TaskKind, Callable[[str], Any]] = {
            kind: queues.of_kind(kind).task(name=f"process_{name}")(work_off) for kind, name in QUEUE_NAMES.items()
        }
        self._reconcile: Callable[[], Any] = queues.documents.task(name="reconcile_documents")(bring_up_to_date)
        self._sum_up: Callable[[], Any] = queues.summaries.task(name="sum_up")(sum_up)
        self._draw: Callable[[str], Any] = queues.pictures.task(name="draw_pictures")(draw)
        queues.documents.periodic_task(crontab(minute=COMPACT_MINUTES), name="compact")(compact)

    def enqueue_due(self) -> int:
        """Enqueue the tasks whose turn is next, for each queue that runs low; returns how many.

        The database is asked and not the caller: whatever a crash left behind is found too. A task that is enqueued
        twice is claimed once.
        """
        low = [kind for kind in QUEUE_NAMES if self.queues.of_kind(kind).pending_count() <= WINDOW // 2]
        due = self._memory.due() if low else []
        count = 0
        for kind in low:
            there = {task.args[0] for task in self.queues.of_kind(kind).pending()}
            fresh = [task.id for task in due if task.kind == kind and task.id not in there]
            for task_id in fresh[: WINDOW - len(there)]:
                self._process[kind](task_id)
                count += 1
        return count

    def documents_changed(self) -> None:
        """Bring the index up to date soon; several changes at once are one piece of work."""
        if self.queues.documents.pending_count() == 0:
            self._reconcile()

    def sum_up(self) -> None:
        """Sum up chapters ahead, if that may be called for; what exactly is asked when it begins."""
        if self._distilling is not None and self._distilling.due() and self.queues.summaries.pending_count() == 0:
            self._sum_up()

    def draw(self, adventure_id: str) -> None:
        """Draw what an adventure lacks; what exactly is asked when it begins."""
        if all(task.args[0] != adventure_id for task in self.queues.pictures.pending()):
            self._draw(adventure_id)

    def draw_due(self) -> None:
        """Draw what a crash left undrawn."""
        for adventure_id in self._pictures.due() if self._pictures is not None else ():
            self.draw(adventure_id)
