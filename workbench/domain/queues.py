"""The rules of the memory's queues: whose turn it is, what a task's log keeps, and what is worth an alert."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from workbench.domain.model import Value
from workbench.domain.tasks import TaskKind

# --- turns ---

# A task counts as having come earlier by these minutes, so that what matters to the scene at hand goes first; and since
# it is bounded, whatever waits has its turn in the end.
READ_AHEAD = 120.0
LATEST_AHEAD = (60.0, 45.0, 30.0, 15.0)
WEIGHT_AHEAD = 10.0
FULL_WEIGHT = 100


class Waiting(Value):
    """A task that could be worked on now, with what decides its turn."""

    id: str
    kind: TaskKind
    created_at: str
    not_before: str = ""
    weight: int = 0
    story_place: int = Field(0, ge=0, description="0 for the story that was written on last, 1 for the one before")
    latest: bool = Field(False, description="whether it rests on the last passage of the line that is open")
    on_line: bool = Field(False, description="whether it rests on any passage of that line")


def turn(task: Waiting) -> datetime:
    """The moment at which a task counts as having come; the earliest goes first."""
    ahead = WEIGHT_AHEAD * min(max(task.weight, 0), FULL_WEIGHT) / FULL_WEIGHT
    if task.kind == "analysis" and task.on_line:
        ahead += READ_AHEAD
    if task.latest:
        ahead += LATEST_AHEAD[min(task.story_place, len(LATEST_AHEAD) - 1)]
    return datetime.fromisoformat(task.created_at) - timedelta(minutes=ahead)


def in_turn(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Tasks in the order in which they are to be worked on."""
    return sorted(waiting, key=lambda task: (turn(task), task.id))


def weight(mentions: int, priority: int = 50, constant: bool = False) -> int:
    """How much a task matters, 0 to 100: how often its passage names the entry, and what the writer says of it."""
    return min(FULL_WEIGHT, 10 * min(mentions, 5) + (3 * priority) // 10 + (20 if constant else 0))


# --- logs ---

LOG_LINES = 40
LOG_CHARS = 500


def logged(log: Sequence[dict[str, str]], at: str, what: str) -> list[dict[str, str]]:
    """A task's log with one line more. It keeps its first line and the latest ones."""
    lines = [*log, {"at": at, "what": what[:LOG_CHARS]}]
    return lines if len(lines) <= LOG_LINES else [lines[0], *lines[1 - LOG_LINES :]]


def lines_of(texts: Sequence[str]) -> str:
    """All lines of some texts in order, none of them twice, none of them empty."""
    return "\n".join(dict.fromkeys(line for text in texts for part in text.splitlines() if (line := part.strip())))


# --- alerts ---

STALLED_S = 180.0
STUCK_S = 900.0
FAILURES = 3
# Afterwards a failure is history, which the Queue tab tells.
FAILURES_MATTER_S = 12 * 3600.0
THINGS = {
    "note_updates": ("note", "notes"),
    "entity_creations": ("new entry", "new entries"),
    "analyses": ("chapter", "chapters"),
}


class QueueFacts(Value):
    """What an alert is decided by. Seconds ago; None for what isn't there."""

    waiting: int = Field(0, description="tasks that could be worked on now")
    waiting_s: float | None = Field(None, description="how long something has been waiting without anything in its way")
    moved_s: float | None = Field(None, description="since when no task was begun or ended")
    working_s: float | None = Field(None, description="how long the longest has been at work")
    excused: bool = Field(False, description="paused, or waiting for the writer or the model")
    failures: int = Field(0, description="how many of the latest failed, counted back to the last that was done")
    failed_s: float | None = Field(None, description="when the latest of them failed")
    outside: bool = Field(False, description="whether the workers run in a process of their own")


def alert(name: str, facts: QueueFacts) -> str:
    """What is wrong with the queue of that name and what to do, in a sentence or two; "" while all is well."""
    thing, things = THINGS[name]
    if not facts.excused:
        if facts.working_s is not None and facts.working_s > STUCK_S:
            return (
                f"The memory has been busy with one of the {things} for {_minutes(facts.working_s)}. Look in Monitor "
                "whether the model still answers. After a restart of Loreloom the work begins again; nothing is lost."
            )
        still = min((s for s in (facts.waiting_s, facts.moved_s) if s is not None), default=0.0)
        if facts.waiting and facts.waiting_s is not None and facts.working_s is None and still > STALLED_S:
            cure = "Start its workers with “python -m workbench.jobs”" if facts.outside else "Restart Loreloom"
            return (
                f"The memory stands still: {facts.waiting:,} {thing if facts.waiting == 1 else things} waiting, and "
                f"for {_minutes(still)} none was worked on. {cure}; nothing is lost."
            )
    if facts.failures >= FAILURES and facts.failed_s is not None and facts.failed_s < FAILURES_MATTER_S:
        return (
            f"The memory keeps failing: of the {things}, the last {facts.failures} could not be done. "
            "The Queue tab says why; press Try again there when the reason is gone."
        )
    return ""


def _minutes(seconds: float) -> str:
    return f"{round(seconds / 60)} minutes" if seconds < 5400 else f"{round(seconds / 3600)} hours"
