"""The living memory: what queues stand at, and the work that their workers do, one task at a time."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from workbench.domain.tasks import (
    ENTITY_TYPES,
    QUEUE_NAMES,
    TASK_STATUSES,
    MemoryTask,
    QueueStatus,
    TaskKind,
)
from workbench.errors import Cancelled, NotFound, WorkbenchError
from workbench.ports import TextModel
from workbench.services.checks import choice, id_field, text_field
from workbench.services.documents import Documents
from workbench.services.learning import Learning
from workbench.settings import Settings
from workbench.storage import lore, stories, tasks
from workbench.storage.database import Database
from workbench.telemetry import Telemetry

logger = logging.getLogger(__name__)

# Memory work waits for the writer, but not for ever: after this long it goes on in what the model has left over.
LONGEST_WAIT_S = 120.0
SUMMARY_CHARS = 4000


class Memory:
    """Tasks of the memory. `worker` names this process in claims, so that a dead one's claims can be told."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        documents: Documents,
        telemetry: Telemetry,
        worker: str,
        writer_at_work: Callable[[], bool],
        tasks_added: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._learning = Learning(database, documents, self._run)
        self._telemetry = telemetry
        self._worker = worker
        self._writer_at_work = writer_at_work
        self._tasks_added = tasks_added
        self._closing = threading.Event()
        self._graphs: dict[str, Any] = {}
        self._graphs_lock = threading.Lock()

    # What people ask

    def queue_status(self) -> dict[str, QueueStatus]:
        """How the queues stand, by the names note_updates, entity_creations and analyses."""
        workers: dict[TaskKind, int] = {
            "note_update": self._settings.note_workers,
            "entity_creation": self._settings.creation_workers,
            "analysis": 1,
        }
        with self._database.reading() as session:
            return {name: tasks.queue_status(session, kind, workers[kind]) for kind, name in QUEUE_NAMES.items()}

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

    # What workers do

    def due(self) -> list[MemoryTask]:
        """Tasks that wait to be worked on, oldest first."""
        with self._database.reading() as session:
            return tasks.due(session)

    def recover(self, worker: str) -> int:
        """Give back the tasks that a dead process was working on; returns how many."""
        with self._database.writing() as session:
            return tasks.recover(session, worker)

    def close(self) -> None:
        """Let workers put down what they do; it is taken up at the next start."""
        self._closing.set()

    def process(self, task_id: str) -> None:
        """Work on one task: wait for the writer, claim it, do it, keep the result together with its being done.

        A task that is gone, taken or not due is left alone. A failure is noted with its reason and tried again later.
        """
        if not self._may_begin():
            return
        with self._database.writing() as session:
            task = tasks.claim(session, task_id, self._worker)
        if task is None:
            return
        try:
            if task.kind == "analysis":
                self._learning.analyse(task)
            elif task.kind == "note_update":
                self._learning.update_note(task)
            else:
                self._learning.create_entity(task)
        except Cancelled:
            with self._database.writing() as session:
                tasks.put_back(session, task.id)
        except WorkbenchError as error:
            self._failed(task, str(error))
        except Exception as error:
            logger.exception("Memory task %s failed", task.id)
            self._failed(task, f"Something unforeseen went wrong ({type(error).__name__}: {error}).")
        else:
            self._tasks_added()

    def _may_begin(self) -> bool:
        """Wait until nobody waits for a chapter and the model is there; false when the app closes or has no model."""
        waited = 0.0
        while not self._closing.is_set():
            if self._model.status().state == "failed":
                return False
            if self._model.wait_ready(0.0) and (not self._writer_at_work() or waited >= LONGEST_WAIT_S):
                return True
            self._closing.wait(0.25)
            waited += 0.25
        return False

    def _failed(self, task: MemoryTask, reason: str) -> None:
        logger.warning("Memory task %s (%s): %s", task.id, task.kind, reason)
        with self._database.writing() as session:
            tasks.fail(session, task.id, reason, self._settings.task_retries, self._settings.task_retry_delay)

    def _run(self, graph: str, given: dict[str, Any]) -> dict[str, Any]:
        from graphs.memory.state import MemoryTeam
        from graphs.registry import GRAPHS

        with self._graphs_lock:
            if graph not in self._graphs:
                self._graphs[graph] = GRAPHS[graph]().compile()
        team = MemoryTeam(
            chat=lambda agent, **sampling: self._model.chat_model(
                priority=agent.priority, cancelled=self._closing.is_set, **sampling
            ),
            cancelled=self._closing.is_set,
            record=self._telemetry.model_call,
        )
        result: dict[str, Any] = self._graphs[graph].invoke(given, context=team)
        return result
