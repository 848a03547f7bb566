"""Workers and sweeper as threads of this process."""

import logging
import threading
import time
from typing import Any

from huey.consumer import Consumer

from workbench.domain.tasks import QUEUE_NAMES
from workbench.jobs.queues import DOCUMENTS
from workbench.jobs.tasks import Jobs
from workbench.services.memory import Memory
from workbench.settings import Settings
from workbench.storage.database import FolderLock

logger = logging.getLogger(__name__)


class QuietConsumer(Consumer):
    """Huey's consumer as a guest in another program: it leaves the process's signal handlers alone."""

    def _set_signal_handlers(self) -> None:
        pass


class Workers:
    """Two workers for notes, one each for new entries, analyses, index, summaries and pictures, and the sweeper."""

    def __init__(self, settings: Settings, jobs: Jobs, memory: Memory) -> None:
        self._settings = settings
        self._jobs = jobs
        self._memory = memory
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._consumers: list[Any] = []
        self._sweeper = threading.Thread(target=self._sweep, name="sweeper", daemon=True)

    def start(self) -> None:
        """Start all threads."""
        counts = {
            QUEUE_NAMES["note_update"]: self._settings.note_workers,
            QUEUE_NAMES["entity_creation"]: self._settings.creation_workers,
        }
        for name, queue in self._jobs.queues.by_name.items():
            # No delays: workers wait in the queue's storage, which wakes them. Nothing is ever enqueued for later.
            consumer = QuietConsumer(
                queue, workers=counts.get(name, 1), periodic=name == DOCUMENTS, scheduler_interval=30
            )
            consumer.start()
            self._consumers.append(consumer)
        self._jobs.documents_changed()
        self._sweeper.start()

    def wake(self) -> None:
        """There is something to do: don't wait for the next sweep."""
        self._wake.set()

    def close(self, timeout: float = 5.0) -> None:
        """Stop taking work; what is in hand is put back or ends."""
        self._stop.set()
        self._wake.set()
        self._memory.close()
        for consumer in self._consumers:
            consumer.stop_flag.set()
        self._jobs.queues.wake()
        for consumer in self._consumers:
            for _, thread in consumer.worker_threads:
                thread.join(timeout)
        self._memory.end(timeout)

    def _sweep(self) -> None:
        next_look = 0.0
        while not self._stop.is_set():
            try:
                if time.monotonic() >= next_look:
                    next_look = time.monotonic() + self._settings.sweep_seconds
                    self._take_over_abandoned()
                    self._jobs.sum_up()
                    self._jobs.draw_due()
                self._jobs.enqueue_due()
            except Exception:
                # A full disk or a locked file passes; the sweeper must still be there when it has.
                logger.exception("The sweep failed and is tried again")
            self._wake.wait(self._settings.sweep_seconds)
            self._wake.clear()

    def _take_over_abandoned(self) -> None:
        """Tasks of a separate worker process that has died wait again."""
        lock = FolderLock(self._settings.data_dir, "jobs")
        if self._settings.jobs == "inside" and lock.acquire():
            try:
                self._memory.recover("jobs")
            finally:
                lock.release()
