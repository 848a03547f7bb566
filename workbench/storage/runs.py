"""Runs with their events, and telemetry."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from workbench.domain.runs import Run, RunEvent, RunStatus
from workbench.errors import NotFound
from workbench.storage.database import new_id, now
from workbench.storage.tables import RunEventRow, RunRow, TelemetryRow


def _run(row: RunRow) -> Run:
    return Run.model_validate(row.model_dump())


def add(
    session: Session, graph: str, story_id: str, instruction: str, options: dict[str, Any], run_id: str = ""
) -> Run:
    """Store a run that begins now; its id may be one that was chosen for it before."""
    row = RunRow(
        id=run_id or new_id("run"),
        graph=graph,
        story_id=story_id,
        status="running",
        instruction=instruction,
        options=options,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return _run(row)


def get(session: Session, run_id: str) -> Run:
    """The run of that id, or `NotFound`."""
    row = session.get(RunRow, run_id)
    if row is None:
        raise NotFound(f"There is no run with the id {run_id!r}. /list_runs names those of a story.")
    return _run(row)


def find(session: Session, run_id: str) -> Run | None:
    """The run of that id, if there is one."""
    row = session.get(RunRow, run_id)
    return _run(row) if row else None


def listing(session: Session, story_id: str | None = None, statuses: Sequence[RunStatus] = ()) -> list[Run]:
    """Runs, newest first, at most 100."""
    query = select(RunRow)
    if story_id:
        query = query.where(RunRow.story_id == story_id)
    if statuses:
        query = query.where(col(RunRow.status).in_(statuses))
    return [_run(row) for row in session.exec(query.order_by(col(RunRow.created_at).desc()).limit(100))]


def set_status(
    session: Session, run_id: str, status: RunStatus, *, error: str = "", passage_id: str | None = None
) -> Run:
    """Change a run's state; every state but running has a finishing time."""
    row = session.get(RunRow, run_id)
    if row is None:
        raise NotFound(f"There is no run with the id {run_id!r}.")
    row.status, row.error = status, error
    row.finished_at = None if status == "running" else now()
    if passage_id is not None:
        row.passage_id = passage_id
    session.flush()
    return _run(row)


def set_options(session: Session, run_id: str, **changes: Any) -> Run:
    """Change some of a run's options."""
    row = session.get(RunRow, get(session, run_id).id)
    assert row is not None
    # A new object: a change inside the old one would not be seen.
    row.options = {**row.options, **changes}
    session.flush()
    return _run(row)


def latest(session: Session, graph: str, story_id: str | None = None) -> dict[str, Run]:
    """Of each story, or of one, the run of a graph that was begun last: `{story id: run}`."""
    query = select(RunRow).where(RunRow.graph == graph).order_by(col(RunRow.created_at))
    if story_id:
        query = query.where(RunRow.story_id == story_id)
    return {row.story_id: _run(row) for row in session.exec(query)}


def interrupt_running(session: Session) -> list[Run]:
    """Runs that a dead process was working on are interrupted; returns them."""
    rows = session.exec(select(RunRow).where(RunRow.status == "running")).all()
    for row in rows:
        row.status, row.finished_at = "interrupted", now()
        row.error = "The app was stopped while this ran."
    session.flush()
    return [_run(row) for row in rows]


def append_events(session: Session, run_id: str, start: int, events: Sequence[RunEvent]) -> None:
    """Store events of a run, numbered from `start`."""
    for offset, item in enumerate(events):
        payload = item.model_dump(exclude_defaults=True)
        session.add(RunEventRow(run_id=run_id, number=start + offset, payload=payload))


def events(session: Session, run_id: str, start: int = 0) -> list[RunEvent]:
    """Stored events of a run from number `start` on."""
    query = select(RunEventRow).where(RunEventRow.run_id == run_id, RunEventRow.number >= start)
    return [RunEvent.model_validate(row.payload) for row in session.exec(query.order_by(col(RunEventRow.number)))]


def results(session: Session, run_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What finished runs resulted in, by their ids: the data of each one's last event, where that is a result."""
    last = (
        select(RunEventRow.run_id, func.max(RunEventRow.number).label("number"))
        .where(col(RunEventRow.run_id).in_(run_ids))
        .group_by(col(RunEventRow.run_id))
        .subquery()
    )
    query = select(RunEventRow).join(
        last, (col(RunEventRow.run_id) == last.c.run_id) & (col(RunEventRow.number) == last.c.number)
    )
    found = {row.run_id: RunEvent.model_validate(row.payload) for row in session.exec(query)}
    return {run_id: event.data or {} for run_id, event in found.items() if event.event == "result"}


def drop_events(session: Session, run_id: str, start: int) -> None:
    """Remove the events of a run from number `start` on."""
    statement = delete(RunEventRow).where(col(RunEventRow.run_id) == run_id, col(RunEventRow.number) >= start)
    session.connection().execute(statement)


def record(session: Session, kind: str, data: dict[str, Any], keep: int) -> None:
    """Store a telemetry event; beyond `keep` the oldest go."""
    row = TelemetryRow(kind=kind, created_at=now(), data=data)
    session.add(row)
    session.flush()
    if row.id is not None and row.id % 100 == 0:
        session.connection().execute(delete(TelemetryRow).where(col(TelemetryRow.id) <= row.id - keep))


def telemetry(session: Session, kind: str, limit: int) -> list[dict[str, Any]]:
    """Telemetry events, newest first."""
    query = select(TelemetryRow)
    if kind:
        query = query.where(TelemetryRow.kind == kind)
    rows = session.exec(query.order_by(col(TelemetryRow.id).desc()).limit(limit))
    return [{"kind": row.kind, "created_at": row.created_at, **row.data} for row in rows]
