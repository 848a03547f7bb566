"""Memory tasks: what the queues carry, and how the queues stand."""

from typing import Literal

from pydantic import Field

from workbench.domain.model import Value

TaskKind = Literal["analysis", "note_update", "entity_creation"]
TaskStatus = Literal["pending", "running", "done", "failed", "retracted"]
TASK_STATUSES: tuple[TaskStatus, ...] = ("pending", "running", "done", "failed", "retracted")
ENTITY_TYPES: tuple[str, ...] = ("character", "location", "item", "faction", "event")
# Kind of task to the name that queue statistics use.
QUEUE_NAMES: dict[TaskKind, str] = {
    "note_update": "note_updates",
    "entity_creation": "entity_creations",
    "analysis": "analyses",
}


class TaskLogLine(Value):
    """What happened to a task, and when."""

    at: str
    what: str


class MemoryTask(Value):
    """One task of the memory. `entry_id` is the entry to update, or the entry that was created."""

    id: str
    kind: TaskKind
    story_id: str
    status: TaskStatus
    passage_id: str | None = None
    entry_id: str | None = None
    entity_type: str = ""
    entity_name: str = ""
    summary: str = ""
    evidence: str = ""
    retry_count: int = Field(0, ge=0)
    error: str = ""
    created_at: str = ""
    processed_at: str | None = None
    not_before: str = ""
    folded_into: str | None = Field(None, description="the task whose rewrite tells this one's event too")
    weight: int = Field(0, description="how much it matters to the scene at hand; more goes first")
    started_at: str | None = None
    log: tuple[TaskLogLine, ...] = ()


class QueueStatus(Value):
    """How one queue stands."""

    pending: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    workers: int = 0
    per_minute: float = Field(0.0, description="tasks ended in the last five minutes, by the minute")
    oldest_pending_s: float = Field(0.0, description="age of the oldest waiting task in seconds")
    paused: bool = Field(False, description="whether somebody has told it to begin nothing new")
    alert: str = Field("", description="what is wrong with it and what to do; empty while all is well")


class QueueMinute(Value):
    """What a queue ended in one minute."""

    done: int = 0
    failed: int = 0


class ProposedUpdate(Value):
    """The analysis found that a passage changes what is true of an entry."""

    lore_entry_id: str
    update_summary: str
    evidence: str


class ProposedCreation(Value):
    """The analysis found somebody or something new."""

    entity_type: str
    name: str
    creation_summary: str
    evidence: str


class MemoryFindings(Value):
    """What one analysis found."""

    updates: tuple[ProposedUpdate, ...] = ()
    creations: tuple[ProposedCreation, ...] = ()


class NewEntity(Value):
    """A lore entry as the creation agent worded it."""

    title: str
    content: str
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
