"""Memory tasks: the outbox that the queues work off. Every change of a task's state happens in a write transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from workbench.domain.queues import Waiting, in_turn, logged
from workbench.domain.tasks import QUEUE_NAMES, MemoryTask, TaskKind
from workbench.errors import Conflict, NotFound
from workbench.storage.database import new_id, now
from workbench.storage.stories import active_branch, branches, line_ids
from workbench.storage.tables import BranchRow, MemoryTaskRow, NoteRevisionRow, PassageRow, QueueStateRow, StoryRow

UNFINISHED = ("pending", "running")


def _task(row: MemoryTaskRow) -> MemoryTask:
    return MemoryTask.model_validate(row.model_dump(exclude={"dedupe_key", "claimed_by"}))


def _log(row: MemoryTaskRow, what: str, at: str = "") -> None:
    row.log = logged(row.log, at or now(), what)


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
    weight: int = 0,
) -> MemoryTask:
    """Store a task. The same `dedupe_key` again gives the stored one back; one that was retracted waits again."""
    key = dedupe_key or new_id("once")
    existing = session.exec(select(MemoryTaskRow).where(MemoryTaskRow.dedupe_key == key)).first()
    if existing is not None:
        if existing.status == "retracted":
            _restore(session, [existing])
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
        weight=weight,
        created_at=now(),
    )
    _log(row, "Queued", row.created_at)
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


def branch_of(session: Session, task: MemoryTask) -> str | None:
    """The branch on whose line a task's passage lies, the open one before others; None where there is none."""
    if task.passage_id is None:
        return None
    here = active_branch(session, task.story_id)
    others = (branch for branch in branches(session, task.story_id, discarded=True) if branch.id != here.id)
    found = (branch.id for branch in (here, *others) if task.passage_id in line_ids(session, branch.head_id))
    return next(found, None)


# What is to be done


def due(session: Session) -> list[Waiting]:
    """Tasks that could be worked on now, in their turn.

    Of several updates of one note only the first is named, with the greatest weight of them, and none while one is at
    work. Queues that are paused have nothing due.
    """
    row = MemoryTaskRow
    columns = (row.id, row.kind, row.status, row.story_id, row.passage_id, row.entry_id, row.weight, row.created_at)
    query = select(*columns, row.not_before).where(*_unfinished(UNFINISHED)).order_by(row.created_at, row.id)  # type: ignore[call-overload]
    moment, closed = now(), paused(session)
    found = session.exec(query).all()
    busy = {(one.story_id, one.entry_id) for one in found if one.kind == "note_update" and one.status == "running"}
    first: dict[tuple[str, str], dict[str, object] | None] = {}
    waiting: list[dict[str, object]] = []
    places = _story_places(session, {one.story_id for one in found})
    lines: dict[str, set[str]] = {}
    for one in found:
        if one.status != "pending" or QUEUE_NAMES[one.kind] in closed:
            continue
        note = (one.story_id, one.entry_id) if one.kind == "note_update" else None
        if note in busy:
            continue
        if note in first:
            if (leader := first[note]) is not None:
                leader["weight"] = max(int(str(leader["weight"])), one.weight)
            continue
        place, head = places.get(one.story_id, (0, None))
        values: dict[str, object] = {
            "id": one.id,
            "kind": one.kind,
            "created_at": one.created_at,
            "not_before": one.not_before,
            "weight": one.weight,
            "story_place": place,
            "latest": one.passage_id is not None and one.passage_id == head,
        }
        ready = one.not_before <= moment
        if note is not None:
            first[note] = values if ready else None
        if one.kind == "analysis" and ready:
            if one.story_id not in lines:
                lines[one.story_id] = set(line_ids(session, head))
            values["on_line"] = one.passage_id in lines[one.story_id]
        if ready:
            waiting.append(values)
    return in_turn([Waiting.model_validate(values) for values in waiting])


def any_unfinished(session: Session, story_id: str) -> bool:
    """Whether a task of a story waits or is in hand."""
    query = select(MemoryTaskRow.id).where(
        MemoryTaskRow.story_id == story_id, col(MemoryTaskRow.status).in_(UNFINISHED)
    )
    return session.exec(query.limit(1)).first() is not None


def any_running(session: Session) -> bool:
    """Whether a worker has a task in hand."""
    return session.exec(select(MemoryTaskRow.id).where(*_unfinished(("running",))).limit(1)).first() is not None


def _unfinished(states: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    # The kinds are named although they are all: the table's index begins with them, and most tasks are done long ago.
    return col(MemoryTaskRow.kind).in_(tuple(QUEUE_NAMES)), col(MemoryTaskRow.status).in_(states)


def _story_places(session: Session, story_ids: set[str]) -> dict[str, tuple[int, str | None]]:
    """`{story id: (0 for the one that was written on last, last passage of its open line)}`."""
    query = (
        select(StoryRow.id, BranchRow.head_id, PassageRow.decided_at)
        .join(BranchRow, col(BranchRow.id) == StoryRow.branch_id)
        .join(PassageRow, col(PassageRow.id) == BranchRow.head_id, isouter=True)
        .where(col(StoryRow.id).in_(story_ids))
    )
    rows = sorted(session.exec(query), key=lambda row: row[2] or "", reverse=True) if story_ids else []
    return {story_id: (place, head) for place, (story_id, head, _) in enumerate(rows)}


def paused(session: Session) -> set[str]:
    """Names of the queues that are to begin nothing new."""
    return set(session.exec(select(QueueStateRow.name).where(col(QueueStateRow.paused).is_(True))))


# What workers do


def claim(session: Session, task_id: str, worker: str, together: int = 1) -> MemoryTask | None:
    """Take a pending task for `worker`; None when it isn't pending (any more), not due, paused, or its entry is busy.

    One note is never rewritten by two workers at once, and never out of order: an earlier task for it goes first. Up
    to `together` updates of one note from one passage are folded into the first of them, see `followers`.
    """
    row, moment = session.get(MemoryTaskRow, task_id), now()
    if row is None or row.status != "pending" or row.not_before > moment or QUEUE_NAMES[row.kind] in paused(session):  # type: ignore[index]
        return None
    taken = [row]
    if row.kind == "note_update":
        if session.exec(_before(row)).first() is not None:
            return None
        if _told(session, [row.id]):
            # Its rewrite is stored: whoever is in it has nothing left to do but to be done.
            taken += _folded(session, row.id, ("pending", "failed"))
        elif row.folded_into is None:
            taken += _to_fold(session, row, together - 1, moment)
    for one in taken:
        one.status, one.claimed_by, one.error, one.started_at = "running", worker, "", moment
        _log(one, "Taken up by a worker", moment)
        if one is not row:
            _log(one, f"Told in one rewrite with “{row.summary[:80]}”", moment)
    if len(taken) > 1:
        _log(row, f"Told together with {len(taken) - 1} more of the same note", moment)
    session.flush()
    return _task(row)


def _before(row: MemoryTaskRow):  # type: ignore[no-untyped-def]
    """Tasks for the note of `row` that are at work, or came earlier and still wait."""
    return select(MemoryTaskRow.id).where(
        MemoryTaskRow.kind == "note_update",
        MemoryTaskRow.story_id == row.story_id,
        MemoryTaskRow.entry_id == row.entry_id,
        *_unfinished(UNFINISHED),
        or_(
            col(MemoryTaskRow.status) == "running",
            and_(col(MemoryTaskRow.status) == "pending", col(MemoryTaskRow.created_at) < row.created_at),
        ),
    )


def _to_fold(session: Session, leader: MemoryTaskRow, most: int, moment: str) -> list[MemoryTaskRow]:
    """The updates that follow `leader` and are told with it. The first that is none of those ends the row, so that a
    note learns of everything in the order in which it came."""
    if most < 1:
        return []
    query = select(MemoryTaskRow).where(
        MemoryTaskRow.kind == "note_update",
        MemoryTaskRow.story_id == leader.story_id,
        MemoryTaskRow.entry_id == leader.entry_id,
        MemoryTaskRow.status == "pending",
        MemoryTaskRow.id != leader.id,
    )
    found: list[MemoryTaskRow] = []
    for row in session.exec(query.order_by(MemoryTaskRow.created_at, MemoryTaskRow.id).limit(most)):
        if row.passage_id != leader.passage_id or row.not_before > moment or row.folded_into is not None:
            break
        row.folded_into = leader.id
        found.append(row)
    return found


def _folded(session: Session, leader_id: str, states: Sequence[str]) -> list[MemoryTaskRow]:
    query = select(MemoryTaskRow).where(
        MemoryTaskRow.folded_into == leader_id, col(MemoryTaskRow.status).in_(tuple(states))
    )
    return list(session.exec(query.order_by(MemoryTaskRow.created_at, MemoryTaskRow.id)))


def followers(session: Session, task: MemoryTask) -> list[MemoryTask]:
    """The tasks in hand that are told together with `task`, in the order in which they came."""
    return [_task(row) for row in _folded(session, task.id, ("running",)) if row.started_at == task.started_at]


def _told(session: Session, task_ids: Sequence[str]) -> set[str]:
    """Those of some tasks whose revision is stored."""
    query = select(NoteRevisionRow.task_id).where(col(NoteRevisionRow.task_id).in_(task_ids))
    return {task_id for task_id in session.exec(query) if task_id}


def _unfold(session: Session, rows: Sequence[MemoryTaskRow]) -> None:
    """Let go of what was to be told together, and wasn't."""
    folded = [row for row in rows if row.folded_into]
    told = _told(session, [row.folded_into for row in folded if row.folded_into]) if folded else set()
    for row in folded:
        if row.folded_into not in told:
            row.folded_into = None


def holds(session: Session, task: MemoryTask) -> bool:
    """Whether a claimed task is still in the same hands, and wasn't retracted or even taken up anew meanwhile."""
    return _held(session, task) is not None


def _held(session: Session, task: MemoryTask) -> MemoryTaskRow | None:
    row = session.get(MemoryTaskRow, task.id)
    return row if row is not None and row.status == "running" and row.started_at == task.started_at else None


def _in_hand(session: Session, task: MemoryTask) -> list[MemoryTaskRow]:
    row = _held(session, task)
    if row is None:
        return []
    return [row, *(one for one in _folded(session, row.id, ("running",)) if one.started_at == row.started_at)]


def finish(
    session: Session,
    task: MemoryTask,
    *,
    entry_id: str | None = None,
    entity_name: str | None = None,
    message: str = "",
) -> bool:
    """Mark a claimed task done, with all that were told together with it.

    False when it was retracted meanwhile, so that the caller leaves things as they are.
    """
    rows, moment = _in_hand(session, task), now()
    for row in rows:
        row.status, row.processed_at, row.error, row.claimed_by = "done", moment, message, ""
        row.entry_id = row.entry_id if entry_id is None else entry_id
        row.entity_name = row.entity_name if entity_name is None else entity_name
        _log(row, f"Done. {message}".strip(), moment)
    session.flush()
    return bool(rows)


def fail(session: Session, task: MemoryTask, error: str, retries: int, delay: float) -> MemoryTask:
    """Note a failure of a claimed task and of those told together with it.

    They wait `delay` seconds, doubled each time, for up to `retries` more tries, and then have failed.
    """
    rows, moment = _in_hand(session, task), now()
    count = rows[0].retry_count if rows else 0
    for row in rows:
        row.error, row.claimed_by = error[:2000], ""
        if count < retries:
            wait = timedelta(seconds=delay * 2**count)
            row.not_before = (datetime.now(UTC) + wait).isoformat(timespec="microseconds")
            row.retry_count, row.status = count + 1, "pending"
            _log(row, f"Try {count + 1} failed: {error} The next one is in {wait.total_seconds():g} seconds", moment)
        else:
            row.retry_count, row.status, row.processed_at = count, "failed", moment
            _log(row, f"Failed for good: {error}", moment)
    _unfold(session, rows)
    session.flush()
    return get(session, task.id)


def put_back(session: Session, task: MemoryTask, why: str = "Put back, since the app was closed") -> None:
    """A claimed task waits again without a failure counted, because its worker had to stop."""
    _wait_again(session, _in_hand(session, task), why)


def _wait_again(session: Session, rows: Sequence[MemoryTaskRow], why: str) -> None:
    for row in rows:
        row.status, row.claimed_by = "pending", ""
        _log(row, why)
    _unfold(session, rows)
    session.flush()


def recover(session: Session, worker: str) -> int:
    """Tasks that a dead process was working on wait again; returns how many."""
    query = select(MemoryTaskRow).where(*_unfinished(("running",)), MemoryTaskRow.claimed_by == worker)
    rows = session.exec(query).all()
    _wait_again(session, rows, "Waits again: the app ended in the middle of it")
    return len(rows)


# What people do


def retry(session: Session, kind: TaskKind, task_id: str) -> MemoryTask:
    """A failed task waits again. One that waits for its next try is due at once; a done one is a `Conflict`."""
    row = session.get(MemoryTaskRow, get(session, task_id).id)
    assert row is not None
    if row.kind != kind:
        raise NotFound(f"The task {task_id!r} isn't in this queue. The queue's list names those that are.")
    if row.status in ("done", "running"):
        raise Conflict(f"This task is {row.status}; only a task that failed or waits can be tried again.")
    if row.status == "retracted":
        raise Conflict("This task was retracted because its passage was discarded. Accept the passage again first.")
    row.status, row.not_before, row.error, row.processed_at = "pending", "", "", None
    _log(row, "Tried again by hand")
    session.flush()
    return _task(row)


def retract_passage(session: Session, passage_id: str) -> int:
    """Take back the unfinished tasks of a passage that was put aside; returns how many."""
    query = select(MemoryTaskRow).where(
        MemoryTaskRow.passage_id == passage_id, col(MemoryTaskRow.status).in_((*UNFINISHED, "failed"))
    )
    rows = session.exec(query).all()
    for row in rows:
        row.status, row.processed_at = "retracted", now()
        row.error, row.claimed_by = "The passage was discarded.", ""
        _log(row, "Taken back: the passage was discarded", row.processed_at)
    session.flush()
    return len(rows)


def restore_passage(session: Session, passage_id: str) -> int:
    """Retracted tasks of a passage that is accepted again wait again; returns how many."""
    query = select(MemoryTaskRow).where(MemoryTaskRow.passage_id == passage_id, MemoryTaskRow.status == "retracted")
    rows = session.exec(query).all()
    _restore(session, rows)
    return len(rows)


def _restore(session: Session, rows: Sequence[MemoryTaskRow]) -> None:
    for row in rows:
        row.status, row.error, row.processed_at, row.not_before = "pending", "", None, ""
        _log(row, "Queued again: the passage was accepted again")
    _unfold(session, rows)
    session.flush()


def move(session: Session, from_id: str, to_id: str, title: str) -> int:
    """Updates that wait for an entry are told of another one, into which it was merged; returns how many."""
    query = select(MemoryTaskRow).where(
        MemoryTaskRow.kind == "note_update",
        MemoryTaskRow.entry_id == from_id,
        col(MemoryTaskRow.status).in_(("pending", "failed")),
    )
    rows = session.exec(query).all()
    for row in rows:
        row.entry_id, row.entity_name = to_id, title
        _log(row, f"Goes to “{title}”, which the entry became part of")
    session.flush()
    return len(rows)
