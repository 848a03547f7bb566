"""How the queues stand: counts, what they ended lately, whether they are paused, and what an alert is decided by."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from workbench.domain.queues import QueueFacts
from workbench.domain.tasks import QUEUE_NAMES, QueueMinute, QueueStatus, TaskKind
from workbench.storage.database import now
from workbench.storage.tables import MemoryTaskRow, QueueStateRow, RunRow
from workbench.storage.tasks import due

LATELY_MINUTES = 5
# An alert says how many failed in a row, up to this.
COUNTED_FAILURES = 12
SHOWN = ("pending", "running", "done", "failed")


def pause(session: Session, name: str, paused: bool) -> None:
    """Keep that a queue is to begin nothing new, or that it may again."""
    row = session.get(QueueStateRow, name)
    if row is None:
        session.add(QueueStateRow(name=name, paused=paused, changed_at=now()))
    elif row.paused != paused:
        row.paused, row.changed_at = paused, now()
    session.flush()


def standing(
    session: Session, workers: dict[TaskKind, int], *, excused: bool, since: datetime, outside: bool
) -> dict[TaskKind, tuple[QueueStatus, QueueFacts]]:
    """How each queue stands, and what an alert is decided by.

    `excused`: something else holds them up. `since`: before that moment nobody could have worked. `outside`: the
    workers run in a process of their own.
    """
    row, moment = MemoryTaskRow, datetime.now(UTC)
    lately = (moment - timedelta(minutes=LATELY_MINUTES)).isoformat(timespec="microseconds")
    done_lately = func.count().filter(col(row.processed_at) >= lately)
    query = select(  # type: ignore[call-overload]
        row.kind, row.status, func.count(), done_lately, func.min(row.created_at), func.min(row.started_at),
        func.max(row.started_at), func.max(row.processed_at),
    ).group_by(row.kind, row.status)  # fmt: skip
    found = {(kind, status): _Counts(*rest) for kind, status, *rest in session.exec(query)}
    states = {state.name: state for state in session.exec(select(QueueStateRow))}
    written = session.exec(select(func.max(RunRow.finished_at))).one()
    waiting: dict[TaskKind, list[str]] = {kind: [] for kind in workers}
    for task in due(session):
        waiting[task.kind].append(max(task.created_at, task.not_before))
    standings = {}
    for kind, count in workers.items():
        pending, running, done, failed = (found.get((kind, status), _Counts()) for status in SHOWN)
        state = states.get(QUEUE_NAMES[kind])
        paused = state is not None and state.paused
        free = max(since.isoformat(timespec="microseconds"), written or "", state.changed_at if state else "")
        failures = _failures(session, kind) if failed.last_ended > done.last_ended else 0
        moved = max(pending.last_begun, running.last_begun, done.last_ended, failed.last_ended)
        facts = QueueFacts(
            waiting=len(waiting[kind]),
            waiting_s=_ago(moment, max(free, min(waiting[kind]))) if waiting[kind] else None,
            moved_s=_ago(moment, moved),
            working_s=_ago(moment, running.first_begun),
            excused=excused or paused,
            failures=failures,
            failed_s=_ago(moment, failed.last_ended) if failures else None,
            outside=outside,
        )
        status = QueueStatus(
            pending=pending.count,
            running=running.count,
            done=done.count,
            failed=failed.count,
            workers=count,
            per_minute=round(done.lately / LATELY_MINUTES, 2),
            oldest_pending_s=round(_ago(moment, pending.oldest) or 0.0, 1),
            paused=paused,
        )
        standings[kind] = status, facts
    return standings


class _Counts:
    """Tasks of one kind in one state; times as stored, "" where there are none."""

    def __init__(
        self,
        count: int = 0,
        lately: int = 0,
        oldest: str | None = None,
        first_begun: str | None = None,
        last_begun: str | None = None,
        last_ended: str | None = None,
    ) -> None:
        self.count, self.lately = count, lately
        self.oldest, self.first_begun = oldest or "", first_begun or ""
        self.last_begun, self.last_ended = last_begun or "", last_ended or ""


def _failures(session: Session, kind: TaskKind) -> int:
    """How many of the latest that ended failed, counted back to the last that was done."""
    latest = session.exec(
        select(MemoryTaskRow.status)
        .where(MemoryTaskRow.kind == kind, col(MemoryTaskRow.status).in_(("done", "failed")))
        .order_by(col(MemoryTaskRow.processed_at).desc())
        .limit(COUNTED_FAILURES)
    ).all()
    return next((place for place, status in enumerate(latest) if status == "done"), len(latest))


def history(session: Session, kind: TaskKind, minutes: int) -> list[QueueMinute]:
    """What a queue ended in each of the last `minutes`, oldest first; the last of them isn't over yet."""
    last = datetime.now(UTC).replace(second=0, microsecond=0)
    first = last - timedelta(minutes=minutes - 1)
    minute = func.substr(MemoryTaskRow.processed_at, 1, 16)
    query = (
        select(minute, MemoryTaskRow.status, func.count())
        .where(
            MemoryTaskRow.kind == kind,
            col(MemoryTaskRow.status).in_(("done", "failed")),
            col(MemoryTaskRow.processed_at) >= first.isoformat(timespec="microseconds"),
        )
        .group_by(minute, MemoryTaskRow.status)
    )
    counts = {(at, status): count for at, status, count in session.exec(query)}
    names = [(first + timedelta(minutes=number)).isoformat()[:16] for number in range(minutes)]
    return [QueueMinute(done=counts.get((at, "done"), 0), failed=counts.get((at, "failed"), 0)) for at in names]


def _ago(moment: datetime, at: str | None) -> float | None:
    return (moment - datetime.fromisoformat(at)).total_seconds() if at else None
