"""Memory tasks: the outbox that the queues work off. Every change of a task's state is one guarded statement."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, or_, update
from sqlmodel import Session, col, select

from workbench.domain.tasks import MemoryTask, QueueStatus, TaskKind
from workbench.errors import Conflict, NotFound
from workbench.storage.database import new_id, now
from workbench.storage.tables import MemoryTaskRow

UNFINISHED = ("pending", "running")


def _task(row: MemoryTaskRow) -> MemoryTask:
    return MemoryTask.model_validate(row.model_dump(exclude={"dedupe_key", "claimed_by"}))


def add(
    session: Session,
    kind: TaskKind,
    story_id: str,
    *,
    dedupe_key: str = "",
    passage_id: str | None = None,
    entry_id: str | None = None,
    entity_type: str = "",
    entity_name: str = "",
    summary: str = "",
    evidence: str = "",
) -> MemoryTask:
    """Store a task. The same `dedupe_key` again gives the stored one back; one that was retracted waits again."""
    key = dedupe_key or new_id("once")
    existing = session.exec(select(MemoryTaskRow).where(MemoryTaskRow.dedupe_key == key)).first()
    if existing is not None:
        if existing.status == "retracted":
            existing.status, existing.error, existing.processed_at = "pending", "", None
            session.flush()
        return _task(existing)
    row = MemoryTaskRow(
        id=new_id("task"),
        dedupe_key=key,
        kind=kind,
        story_id=story_id,
        status="pending",
        passage_id=passage_id,
        entry_id=entry_id,
        entity_type=entity_type,
        entity_name=entity_name,
        summary=summary,
        evidence=evidence,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return _task(row)


def get(session: Session, task_id: str) -> MemoryTask:
    """The task of that id, or `NotFound`."""
    row = session.get(MemoryTaskRow, task_id)
    if row is None:
        raise NotFound(f"There is no memory task with the id {task_id!r}. The queue's lists name those that exist.")
    return _task(row)


def listing(session: Session, kind: TaskKind, story_id: str | None = None, status: str = "") -> list[MemoryTask]:
    """Tasks of a kind, newest first."""
    query = select(MemoryTaskRow).where(MemoryTaskRow.kind == kind)
    if story_id:
        query = query.where(MemoryTaskRow.story_id == story_id)
    if status:
        query = query.where(MemoryTaskRow.status == status)
    return [_task(row) for row in session.exec(query.order_by(col(MemoryTaskRow.created_at).desc()).limit(500))]


def due(session: Session) -> list[MemoryTask]:
    """Pending tasks whose time has come, oldest first."""
    query = select(MemoryTaskRow).where(MemoryTaskRow.status == "pending", MemoryTaskRow.not_before <= now())
    return [_task(row) for row in session.exec(query.order_by(MemoryTaskRow.created_at))]


def claim(session: Session, task_id: str, worker: str) -> MemoryTask | None:
    """Take a pending task for `worker`; None when it isn't pending (any more), not yet due, or its entry is busy.

    One note is never rewritten by two workers at once, and never out of order: an earlier task for it goes first.
    """
    row = session.get(MemoryTaskRow, task_id)
    if row is None or row.status != "pending" or row.not_before > now():
        return None
    if row.kind == "note_update":
        busy = select(MemoryTaskRow.id).where(
            MemoryTaskRow.kind == "note_update",
            MemoryTaskRow.story_id == row.story_id,
            MemoryTaskRow.entry_id == row.entry_id,
            or_(
                col(MemoryTaskRow.status) == "running",
                and_(col(MemoryTaskRow.status) == "pending", col(MemoryTaskRow.created_at) < row.created_at),
            ),
        )
        if session.exec(busy).first() is not None:
            return None
    row.status, row.claimed_by, row.error = "running", worker, ""
    session.flush()
    return _task(row)


def is_running(session: Session, task_id: str) -> bool:
    """Whether a task is still being worked on, and wasn't retracted meanwhile."""
    row = session.get(MemoryTaskRow, task_id)
    return row is not None and row.status == "running"


def finish(
    session: Session, task_id: str, *, entry_id: str | None = None, entity_name: str | None = None, message: str = ""
) -> bool:
    """Mark a running task done; false when it was retracted meanwhile, so that the caller rolls back."""
    values: dict[str, object] = {"status": "done", "processed_at": now(), "error": message, "claimed_by": ""}
    if entry_id is not None:
        values["entry_id"] = entry_id
    if entity_name is not None:
        values["entity_name"] = entity_name
    return _change(session, task_id, ("running",), values)


def fail(session: Session, task_id: str, error: str, retries: int, delay: float) -> MemoryTask:
    """Note a failure. The task waits `delay` seconds, doubled each time, for up to `retries` more tries, then fails."""
    row = session.get(MemoryTaskRow, task_id)
    if row is None:
        raise NotFound(f"There is no memory task with the id {task_id!r}.")
    if row.status == "running":
        row.error, row.claimed_by = error[:2000], ""
        if row.retry_count < retries:
            wait = timedelta(seconds=delay * 2**row.retry_count)
            row.not_before = (datetime.now(UTC) + wait).isoformat(timespec="microseconds")
            row.retry_count += 1
            row.status = "pending"
        else:
            row.status, row.processed_at = "failed", now()
        session.flush()
    return _task(row)


def put_back(session: Session, task_id: str) -> None:
    """A running task waits again without a failure counted, because its worker had to stop."""
    _change(session, task_id, ("running",), {"status": "pending", "claimed_by": ""})


def retry(session: Session, kind: TaskKind, task_id: str) -> MemoryTask:
    """A failed task waits again. One that waits for its next try is due at once; a done one is a `Conflict`."""
    task = get(session, task_id)
    if task.kind != kind:
        raise NotFound(f"The task {task_id!r} isn't in this queue. The queue's list names those that are.")
    if task.status in ("done", "running"):
        raise Conflict(f"This task is {task.status}; only a task that failed or waits can be tried again.")
    if task.status == "retracted":
        raise Conflict("This task was retracted because its passage was discarded. Accept the passage again first.")
    _change(
        session,
        task_id,
        ("failed", "pending"),
        {"status": "pending", "not_before": "", "error": "", "processed_at": None},
    )
    return get(session, task_id)


def retract_passage(session: Session, passage_id: str) -> int:
    """Take back the unfinished tasks of a passage that was put aside; returns how many."""
    query = select(MemoryTaskRow).where(
        MemoryTaskRow.passage_id == passage_id, col(MemoryTaskRow.status).in_((*UNFINISHED, "failed"))
    )
    rows = session.exec(query).all()
    for row in rows:
        row.status, row.processed_at = "retracted", now()
        row.error, row.claimed_by = "The passage was discarded.", ""
    session.flush()
    return len(rows)


def restore_passage(session: Session, passage_id: str) -> int:
    """Retracted tasks of a passage that is accepted again wait again; returns how many."""
    statement = (
        update(MemoryTaskRow)
        .where(col(MemoryTaskRow.passage_id) == passage_id, col(MemoryTaskRow.status) == "retracted")
        .values(status="pending", error="", processed_at=None, not_before="")
    )
    return int(session.connection().execute(statement).rowcount)


def recover(session: Session, worker: str) -> int:
    """Tasks that a dead process was working on wait again; returns how many."""
    statement = (
        update(MemoryTaskRow)
        .where(col(MemoryTaskRow.status) == "running", col(MemoryTaskRow.claimed_by) == worker)
        .values(status="pending", claimed_by="")
    )
    return int(session.connection().execute(statement).rowcount)


def _change(session: Session, task_id: str, states: tuple[str, ...], values: dict[str, object]) -> bool:
    statement = (
        update(MemoryTaskRow)
        .where(col(MemoryTaskRow.id) == task_id, col(MemoryTaskRow.status).in_(states))
        .values(**values)
    )
    changed = session.connection().execute(statement).rowcount == 1
    session.expire_all()
    return changed


def queue_status(session: Session, kind: TaskKind, workers: int) -> QueueStatus:
    """Counts, throughput over the last five minutes, and the age of the oldest waiting task."""
    by_status = select(MemoryTaskRow.status, func.count()).where(MemoryTaskRow.kind == kind)
    counts: dict[str, int] = dict(session.exec(by_status.group_by(MemoryTaskRow.status)).all())
    moment = datetime.now(UTC)
    since = (moment - timedelta(minutes=5)).isoformat(timespec="microseconds")
    recent = session.exec(
        select(func.count()).where(
            MemoryTaskRow.kind == kind,
            MemoryTaskRow.status == "done",
            col(MemoryTaskRow.processed_at) >= since,
        )
    ).one()
    oldest = session.exec(
        select(func.min(MemoryTaskRow.created_at)).where(MemoryTaskRow.kind == kind, MemoryTaskRow.status == "pending")
    ).one()
    age = (moment - datetime.fromisoformat(oldest)).total_seconds() if oldest else 0.0
    return QueueStatus(
        pending=counts.get("pending", 0),
        running=counts.get("running", 0),
        done=counts.get("done", 0),
        failed=counts.get("failed", 0),
        workers=workers,
        per_minute=round(recent / 5, 2),
        oldest_pending_s=round(age, 1),
    )
