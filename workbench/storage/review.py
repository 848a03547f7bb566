"""What the review of found entries changes in tables beside the entry itself."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.queues import logged
from workbench.storage.database import now
from workbench.storage.tables import LoreEntryRow, MemoryTaskRow, NoteRevisionRow

DISCARDED = "The entry was discarded."


def found(session: Session, story_id: str, state: str) -> list[LoreEntry]:
    """The entries that a story made by itself and that a review left in `state`, oldest first, on all its branches."""
    query = select(LoreEntryRow).where(LoreEntryRow.story_id == story_id, LoreEntryRow.review == state)
    rows = session.exec(query.order_by(LoreEntryRow.created_at, LoreEntryRow.id))
    return [LoreEntry.model_validate(row.model_dump(exclude={"task_id"})) for row in rows]


def revisions(session: Session, story_id: str, entry_id: str) -> list[NoteRevision]:
    """Every revision of a note in a story, on whatever branch, in the order in which they were written."""
    query = select(NoteRevisionRow).where(NoteRevisionRow.story_id == story_id, NoteRevisionRow.entry_id == entry_id)
    rows = session.exec(query.order_by(col(NoteRevisionRow.revision)))
    return [NoteRevision.model_validate(row.model_dump()) for row in rows]


def retract_updates(session: Session, entry_id: str) -> int:
    """Take back what waits for an entry that was discarded; returns how many tasks."""
    rows = _updates(session, entry_id, ("pending", "running", "failed"))
    for row in rows:
        row.status, row.processed_at, row.error, row.claimed_by = "retracted", now(), DISCARDED, ""
        _log(row, "Taken back: the entry was discarded")
    session.flush()
    return len(rows)


def restore_updates(session: Session, entry_id: str) -> int:
    """What `retract_updates` took back waits again; returns how many tasks."""
    rows = [row for row in _updates(session, entry_id, ("retracted",)) if row.error == DISCARDED]
    for row in rows:
        row.status, row.processed_at, row.error, row.not_before = "pending", None, "", ""
        if not _is_told(session, row):
            row.folded_into = None
        _log(row, "Queued again: the entry was put back")
    session.flush()
    return len(rows)


def interrupt_updates(session: Session, entry_id: str) -> int:
    """Rewrites of a note that are under way wait again, so that they begin anew; returns how many."""
    rows = [row for row in _updates(session, entry_id, ("running",)) if not _is_told(session, row)]
    for row in rows:
        row.status, row.claimed_by, row.folded_into = "pending", "", None
        _log(row, "Waits again: the entry became part of another one")
    session.flush()
    return len(rows)


def _is_told(session: Session, row: MemoryTaskRow) -> bool:
    """Whether the revision that a task asked for is stored, so that only the index waits for it."""
    told = select(NoteRevisionRow.id).where(NoteRevisionRow.task_id == (row.folded_into or row.id))
    return session.exec(told).first() is not None


def _updates(session: Session, entry_id: str, states: Iterable[str]) -> list[MemoryTaskRow]:
    query = select(MemoryTaskRow).where(
        MemoryTaskRow.kind == "note_update",
        MemoryTaskRow.entry_id == entry_id,
        col(MemoryTaskRow.status).in_(tuple(states)),
    )
    return list(session.exec(query.order_by(MemoryTaskRow.created_at)))


def _log(row: MemoryTaskRow, what: str) -> None:
    row.log = logged(row.log, now(), what)
