"""The living memory: what queues stand at, and the work that their workers do, one task at a time."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from workbench.domain.queues import Waiting
from workbench.domain.tasks import (
    ENTITY_TYPES,
    QUEUE_NAMES,
    TASK_STATUSES,
    MemoryTask,
    QueueMinute,
    QueueStatus,
    TaskKind,
)
from workbench.errors import Cancelled, NotFound, WorkbenchError
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.checks import choice, id_field, text_field
from workbench.services.documents import Documents
from workbench.services.finishing import Finishing, Learnt
from workbench.services.learning import Learning, weight_of
from workbench.services.watch import QueueWatch
from workbench.settings import Settings
from workbench.storage import lore, stories, tasks
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# Memory work waits for the writer, but not for ever: after this long it goes on in what the model has left over.
LONGEST_WAIT_S = 120.0
LOOK_S = 0.25
SUMMARY_CHARS = 4000


class Memory:
    """Tasks of the memory. `worker` names this process in claims, so that a dead one's claims can be told."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        documents: Documents,
        agents: Agents,
        worker: str,
        writer_at_work: Callable[[], bool],
        tasks_added: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._watch = QueueWatch(settings, database, model, writer_at_work)
        self._learning = Learning(
            database, documents, self._run, lambda: self._model.status().name, self.wait_for_writer
        )
        self._finishing = Finishing(database, documents, self.wait_for_writer)
        self._agents = agents
        self._worker = worker
        self._writer_at_work = writer_at_work
        self._tasks_added = tasks_added
        self._closing = threading.Event()
        self._seen = (float("-inf"), False)

    # What people ask

    def queue_status(self) -> dict[str, QueueStatus]:
        """How the queues stand, by the names note_updates, entity_creations and analyses."""
        return self._watch.status()

    def queue_history(self) -> dict[str, list[QueueMinute]]:
        """What each queue ended in each of the last 30 minutes, oldest first."""
        return self._watch.history()

    def alerts(self) -> list[str]:
        """What is wrong with the queues and what to do; empty while all is well."""
        return [queue.alert for queue in self.queue_status().values() if queue.alert]

    def pause_queue(self, name: str) -> QueueStatus:
        """Let a queue begin nothing new; what is in hand ends. It stays so over a restart."""
        name = self._watch.pause(name, True)
        return self.queue_status()[name]

    def resume_queue(self, name: str) -> QueueStatus:
        """Let a paused queue go on."""
        name = self._watch.pause(name, False)
        self._tasks_added()
        return self.queue_status()[name]

    def tasks(self, kind: TaskKind, story_id: str | None = None, status: str = "") -> list[MemoryTask]:
        """Tasks of a kind, newest first; an empty `status` is all of them."""
        if status:
            status = choice(status, "The status", TASK_STATUSES)
        with self._database.reading() as session:
            if story_id is not None:
                stories.get_story(session, id_field(story_id, "The story"))
            return tasks.listing(session, kind, story_id, status)

    def enqueue_note_update(self, story_id: str, entry_id: str, update_summary: str) -> MemoryTask:
        """Ask for a note to be rewritten with something that happened."""
        summary = text_field(update_summary, "The summary", longest=SUMMARY_CHARS, required=True)
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            entry = lore.get_entry(session, id_field(entry_id, "The entry"))
            if entry.world_id != story.world_id or entry.story_id not in (None, story.id):
                raise NotFound("That lore entry belongs to another story or world. /list_lore names those of this one.")
            task = tasks.add(
                session,
                "note_update",
                story.id,
                entry_id=entry.id,
                entity_name=entry.title,
                passage_id=stories.active_branch(session, story.id).head_id,
                summary=summary,
                evidence=summary,
                weight=weight_of(self._scene(session, story.id), entry),
            )
        self._tasks_added()
        return task

    def enqueue_entity_creation(self, story_id: str, entity_type: str, creation_summary: str) -> MemoryTask:
        """Ask for a new lore entry of the story to be made from a summary."""
        kind = choice(entity_type, "The type", ENTITY_TYPES)
        summary = text_field(creation_summary, "The summary", longest=SUMMARY_CHARS, required=True)
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            task = tasks.add(
                session,
                "entity_creation",
                story.id,
                entity_type=kind,
                passage_id=stories.active_branch(session, story.id).head_id,
                summary=summary,
                evidence=summary,
            )
        self._tasks_added()
        return task

    def retry(self, kind: TaskKind, task_id: str) -> MemoryTask:
        """Try a failed task again, at once."""
        with self._database.writing() as session:
            task = tasks.retry(session, kind, id_field(task_id, "The task"))
        self._tasks_added()
        return task

    def _scene(self, session: Any, story_id: str) -> str:
        """The passage that the story has come to."""
        head = stories.active_branch(session, story_id).head_id
        return stories.get_passage(session, head).text if head else ""

    # What workers do

    def due(self) -> list[Waiting]:
        """Tasks that wait to be worked on, in their turn."""
        with self._database.reading() as session:
            return tasks.due(session)

    def has_work(self) -> bool:
        """Whether a task is in hand or could be taken up now."""
        with self._database.reading() as session:
            return tasks.any_running(session) or bool(tasks.due(session))

    def recover(self, worker: str) -> int:
        """Give back the tasks that a dead process was working on; returns how many."""
        with self._database.writing() as session:
            return tasks.recover(session, worker)

    def close(self) -> None:
        """Let workers put down what they do; it is taken up at the next start."""
        self._closing.set()

    def end(self, timeout: float) -> None:
        """Wait for what workers have handed over; afterwards nothing is written any more."""
        self._finishing.close(timeout)

    def process(self, task_id: str, wait: bool = True) -> None:
        """Work on one task: wait for the writer, claim it, do it, keep the result together with its being done.

        Updates of the same note are told together with it, and of new entries a few are taken at once, so that the
        index is written once for all. A task that is gone, taken, not due or paused is left alone. A failure is noted
        with its reason and tried again later. Without `wait` the last step, the index, is left to another thread, so
        that a worker may take up the next task meanwhile.
        """
        if not self._may_begin():
            return
        claimed = self._claim(task_id)
        learnt: list[Learnt] = []
        for place, task in enumerate(claimed):
            if place and not (self._may_begin() and self._goes_on(task)):
                self._put_back(task)
                continue
            with self._noting_failure(task):
                done = self._learning.learn(task)
                learnt += [done] if done else []
        if wait:
            for one, error in zip(learnt, self._finishing.finish(learnt), strict=True):
                self._finished(one, error)
        else:
            self._finishing.hand_over(learnt, self._finished)
        if claimed:
            self._tasks_added()

    def _finished(self, learnt: Learnt, error: Exception | None) -> None:
        """A task is done, or its last step failed: either may let others begin."""
        if error is not None:
            with self._noting_failure(learnt.task):
                raise error
        self._tasks_added()

    def _claim(self, task_id: str) -> list[MemoryTask]:
        """The task, and of new entries as many more as this worker may take, its fair share of what waits."""
        with self._database.writing() as session:
            task = tasks.claim(session, task_id, self._worker, self._settings.note_batch)
            if task is None or task.kind != "entity_creation" or self._settings.creation_batch == 1:
                return [task] if task else []
            waiting = [one.id for one in tasks.due(session) if one.kind == task.kind]
            share = len(waiting) // self._settings.creation_workers
            more = [
                tasks.claim(session, one, self._worker)
                for one in waiting[: min(self._settings.creation_batch - 1, share)]
            ]
            return [task, *(one for one in more if one)]

    def _goes_on(self, task: MemoryTask) -> bool:
        with self._database.reading() as session:
            return QUEUE_NAMES[task.kind] not in tasks.paused(session)

    @contextmanager
    def _noting_failure(self, task: MemoryTask) -> Iterator[None]:
        try:
            yield
        except Cancelled:
            self._put_back(task)
        except WorkbenchError as error:
            self._failed(task, str(error))
        except Exception as error:
            logger.exception("Memory task %s failed", task.id)
            self._failed(task, f"Something unforeseen went wrong ({type(error).__name__}: {error}).")

    def _put_back(self, task: MemoryTask) -> None:
        why = "Put back: the app was closed" if self._closing.is_set() else "Put back: it is not its turn yet"
        with self._database.writing() as session:
            tasks.put_back(session, task, why)

    def _may_begin(self) -> bool:
        """Wait until nobody waits for a chapter and the model is there; false when the app closes or has no model."""
        waited = 0.0
        while not self._closing.is_set():
            if self._model.status().state == "failed":
                return False
            if self._model.wait_ready(0.0) and (waited >= LONGEST_WAIT_S or not self._busy()):
                return True
            self._closing.wait(LOOK_S)
            waited += LOOK_S
        return False

    def wait_for_writer(self) -> None:
        """Return when nobody waits for a chapter, but not later than in two minutes.

        What uses the processor beside the model (embedding, the index) would delay the chapter's first word. Raises
        `Cancelled` when the app closes.
        """
        waited = 0.0
        while self._busy() and waited < LONGEST_WAIT_S:
            if self._closing.wait(LOOK_S):
                raise Cancelled("The app is being closed.")
            waited += LOOK_S

    def _busy(self) -> bool:
        """Whether a chapter is being written; asked of the database a few times a second at most."""
        seen_at, busy = self._seen
        if time.monotonic() - seen_at > LOOK_S / 2:
            busy = self._writer_at_work()
            self._seen = (time.monotonic(), busy)
        return busy

    def _failed(self, task: MemoryTask, reason: str) -> None:
        logger.warning("Memory task %s (%s): %s", task.id, task.kind, reason)
        with self._database.writing() as session:
            tasks.fail(session, task, reason, self._settings.task_retries, self._settings.task_retry_delay)

    def _run(self, graph: str, given: dict[str, Any], story_id: str) -> dict[str, Any]:
        from graphs.registry import compiled

        team = self._agents.team(story_id, self._closing.is_set, of_story=False)
        result: dict[str, Any] = compiled(graph).invoke(given, context=team)
        return result
