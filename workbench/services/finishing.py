"""The last step of a memory task: the index gets what was stored, and then the task is done.

A write to the index costs the same for one document as for ten, so tasks that come to their end at the same time share
it. Workers hand them over and take up the next meanwhile; until then a task is still in hand.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.tasks import MemoryTask
from workbench.services.documents import Documents
from workbench.storage import tasks
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# Embedding one document takes some hundredths of a second of all cores: a chapter that is asked for meanwhile may have
# to wait for this many.
MOST_AT_ONCE = 8
# Who hands over more than this waits: what is stored and not done yet is repeated after a crash.
MOST_WAITING = 2 * MOST_AT_ONCE

Told = Callable[["Learnt", Exception | None], None]


@dataclass(frozen=True)
class Learnt:
    """What a task has stored: the entry that it is about, and words for whoever looks at the task."""

    task: MemoryTask
    entry_id: str
    title: str
    message: str = ""


@dataclass
class _Ticket:
    learnt: Learnt
    told: Told | None = None
    ended: bool = False
    error: Exception | None = None


class Finishing:
    """Indexes and finishes together. `wait_for_writer` returns when memory work may use the processor."""

    def __init__(self, database: Database, documents: Documents, wait_for_writer: Callable[[], None]) -> None:
        self._database = database
        self._documents = documents
        self._wait_for_writer = wait_for_writer
        self._changed = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._writing = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def hand_over(self, learnt: Sequence[Learnt], told: Told) -> None:
        """Have them indexed and finished soon. `told` is called for each with None, or why it is not done."""
        if not learnt:
            return
        with self._changed:
            while len(self._waiting) >= MOST_WAITING and not self._closed:
                self._changed.wait()
            self._waiting += [_Ticket(one, told) for one in learnt]
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="finishing", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self, timeout: float) -> None:
        """End when all that was handed over is done, or could not be."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def finish(self, learnt: Sequence[Learnt]) -> list[Exception | None]:
        """Returns when all are indexed and done; for each None, or why it is not: then its task is still in hand."""
        mine = [_Ticket(one) for one in learnt]
        with self._changed:
            self._waiting += mine
        while batch := self._batch(lambda: all(ticket.ended for ticket in mine)):
            self._write(batch)
        return [ticket.error for ticket in mine]

    def _work(self) -> None:
        while batch := self._batch(lambda: self._closed and not self._waiting):
            self._write(batch)

    def _batch(self, over: Callable[[], bool]) -> list[_Ticket]:
        """What this thread has to write now; nothing when it is `over`."""
        with self._changed:
            while True:
                if over():
                    return []
                if not self._writing and self._waiting:
                    self._writing = True
                    batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                    return batch
                self._changed.wait()

    def _write(self, batch: Sequence[_Ticket]) -> None:
        try:
            self._finish(batch)
        finally:
            with self._changed:
                self._writing = False
                for ticket in batch:
                    ticket.ended = True
                self._changed.notify_all()
        for ticket in batch:
            if ticket.told is None:
                continue
            try:
                ticket.told(ticket.learnt, ticket.error)
            except Exception:
                # A full disk or a locked file passes; this thread must still be there when it has.
                logger.exception("What became of the memory task %s could not be noted", ticket.learnt.task.id)

    def _finish(self, batch: Sequence[_Ticket]) -> None:
        try:
            self._wait_for_writer()
        except Exception as error:
            for ticket in batch:
                ticket.error = error
            return
        by_story: dict[str, list[_Ticket]] = {}
        for ticket in batch:
            by_story.setdefault(ticket.learnt.task.story_id, []).append(ticket)
        for story_id, tickets in by_story.items():
            try:
                self._documents.sync_entries(story_id, list({ticket.learnt.entry_id for ticket in tickets}))
                with self._database.writing() as session:
                    for ticket in tickets:
                        one = ticket.learnt
                        tasks.finish(
                            session, one.task, entry_id=one.entry_id, entity_name=one.title, message=one.message
                        )
            except Exception as error:
                # Told to each worker, which notes it at its own task.
                for ticket in tickets:
                    ticket.error = error
