"""Lore entries and note revisions, and what of them is true on a line of passages."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.errors import NotFound
from workbench.storage.database import new_id, now
from workbench.storage.stories import active_branch, discarded_after, get_branch, get_story, get_world, line_ids
from workbench.storage.tables import LoreEntryRow, MemoryTaskRow, NoteRevisionRow


def _entry(row: LoreEntryRow) -> LoreEntry:
    return LoreEntry.model_validate(row.model_dump(exclude={"task_id"}))


def _revision(row: NoteRevisionRow, active: bool = False) -> NoteRevision:
    return NoteRevision.model_validate({**row.model_dump(), "active": active})


def add_entry(session: Session, world_id: str, fields: dict[str, Any], *, task_id: str | None = None) -> LoreEntry:
    """Store a new entry. A task that already made one gets that one back."""
    get_world(session, world_id)
    if task_id is not None:
        existing = entry_of_task(session, task_id)
        if existing is not None:
            return existing
    moment = now()
    row = LoreEntryRow(
        **{**fields, "id": new_id("lore"), "world_id": world_id, "task_id": task_id},
        created_at=moment,
        updated_at=moment,
    )
    session.add(row)
    session.flush()
    return _entry(row)


def update_entry(session: Session, entry_id: str, fields: dict[str, Any]) -> LoreEntry:
    """Change fields of an entry."""
    row = _entry_row(session, entry_id)
    for name, value in fields.items():
        setattr(row, name, value)
    row.updated_at = now()
    session.flush()
    return _entry(row)


def _entry_row(session: Session, entry_id: str) -> LoreEntryRow:
    row = session.get(LoreEntryRow, entry_id)
    if row is None:
        raise NotFound(f"There is no lore entry with the id {entry_id!r}. /list_lore names those of a world.")
    return row


def get_entry(session: Session, entry_id: str) -> LoreEntry:
    """The entry of that id, or `NotFound`."""
    return _entry(_entry_row(session, entry_id))


def delete_entry(session: Session, entry_id: str) -> LoreEntry:
    """Delete an entry with its notes; tasks that wait for it are retracted."""
    row = _entry_row(session, entry_id)
    entry = _entry(row)
    waiting = select(MemoryTaskRow).where(
        MemoryTaskRow.entry_id == entry_id, col(MemoryTaskRow.status).in_(("pending", "running"))
    )
    for task in session.exec(waiting):
        task.status, task.error, task.processed_at = "retracted", "The lore entry was deleted.", now()
    session.delete(row)
    session.flush()
    return entry


def world_entries(session: Session, world_id: str) -> list[LoreEntry]:
    """All entries of a world, those that stories made by themselves included, in the order they were made."""
    get_world(session, world_id)
    query = select(LoreEntryRow).where(LoreEntryRow.world_id == world_id)
    return [_entry(row) for row in session.exec(query.order_by(LoreEntryRow.created_at, LoreEntryRow.id))]


def story_entries(
    session: Session, story_id: str, branch_id: str | None = None, *, line: Collection[str] | None = None
) -> list[LoreEntry]:
    """The entries that are true in a story on a branch, or on its active one: the world's own and its passages'.

    `line` names the passages themselves, where it isn't a whole branch. What the writer has discarded or merged isn't
    among them.
    """
    story = get_story(session, story_id)
    known = set(_line(session, story_id, branch_id) if line is None else line)
    return [
        entry
        for entry in world_entries(session, story.world_id)
        if entry.stands
        and (
            entry.story_id is None
            or (entry.story_id == story_id and (entry.passage_id is None or entry.passage_id in known))
        )
    ]


def put_aside(session: Session, story_id: str) -> list[LoreEntry]:
    """The entries of a story that the writer has discarded or merged; what they name is not to be found again."""
    query = select(LoreEntryRow).where(
        LoreEntryRow.story_id == story_id, col(LoreEntryRow.review).in_(("discarded", "merged"))
    )
    return [_entry(row) for row in session.exec(query.order_by(LoreEntryRow.created_at, LoreEntryRow.id))]


def _line(session: Session, story_id: str, branch_id: str | None) -> list[str]:
    """Ids of the passages of a branch of the story, or of its active one, oldest first."""
    branch = get_branch(session, story_id, branch_id) if branch_id else active_branch(session, story_id)
    return line_ids(session, branch.head_id)


def history(session: Session, story_id: str, entry_id: str) -> list[NoteRevision]:
    """The revisions of a note on the active line, newest first; `active` marks the one that is true now.

    What discarded passages of this line had caused is told too; what other branches made of the entry isn't: on this
    line it never happened.
    """
    known = set(_line(session, story_id, None))
    told = known | discarded_after(session, story_id, known)
    query = select(NoteRevisionRow).where(NoteRevisionRow.story_id == story_id, NoteRevisionRow.entry_id == entry_id)
    rows = [
        row
        for row in session.exec(query.order_by(col(NoteRevisionRow.revision).desc()))
        if row.passage_id is None or row.passage_id in told
    ]
    active = next((row.id for row in rows if row.passage_id is None or row.passage_id in known), None)
    return [_revision(row, row.id == active) for row in rows]


def revisions(session: Session, story_id: str) -> dict[str, list[NoteRevision]]:
    """All revisions of a story's notes, whichever line caused them, by entry, oldest first."""
    query = select(NoteRevisionRow).where(NoteRevisionRow.story_id == story_id)
    found: dict[str, list[NoteRevision]] = {}
    for row in session.exec(query.order_by(col(NoteRevisionRow.revision))):
        found.setdefault(row.entry_id, []).append(_revision(row))
    return found


def active_notes(
    session: Session,
    story_id: str,
    entry_ids: Sequence[str] | None = None,
    branch_id: str | None = None,
    *,
    line: Collection[str] | None = None,
) -> dict[str, NoteRevision]:
    """`{entry id: the revision that is true on a branch, or on the active one}`, entries without a note left out.

    A revision holds from the passage it hangs on; without a passage it holds for the whole story. `line` names the
    passages themselves, where it isn't a whole branch.
    """
    known = _line(session, story_id, branch_id) if line is None else line
    query = select(NoteRevisionRow).where(
        NoteRevisionRow.story_id == story_id,
        or_(col(NoteRevisionRow.passage_id).is_(None), col(NoteRevisionRow.passage_id).in_(known)),
    )
    if entry_ids is not None:
        query = query.where(col(NoteRevisionRow.entry_id).in_(entry_ids))
    latest: dict[str, NoteRevision] = {}
    for row in session.exec(query.order_by(col(NoteRevisionRow.revision))):
        latest[row.entry_id] = _revision(row, active=True)
    return {entry_id: revision for entry_id, revision in latest.items() if revision.note}


def later_passage(session: Session, head_id: str | None, first: str | None, second: str | None) -> str | None:
    """Of two passages of a line the one that stands later; one that isn't on it, or is None, gives way."""
    known = line_ids(session, head_id)
    places = {passage_id: place for place, passage_id in enumerate(known)}
    return max((one for one in (first, second) if one in places), key=lambda one: places[one or ""], default=first)


def revision_of_task(session: Session, task_id: str) -> NoteRevision | None:
    """The revision that a task has stored, if it has come so far."""
    row = session.exec(select(NoteRevisionRow).where(NoteRevisionRow.task_id == task_id)).first()
    return _revision(row) if row else None


def entry_of_task(session: Session, task_id: str) -> LoreEntry | None:
    """The entry that a task has made, if it has come so far."""
    row = session.exec(select(LoreEntryRow).where(LoreEntryRow.task_id == task_id)).first()
    return _entry(row) if row else None


def add_revision(
    session: Session,
    story_id: str,
    entry_id: str,
    note: str,
    *,
    event: str,
    evidence: str,
    passage_id: str | None,
    origin: str,
    task_id: str | None = None,
    model: str = "",
) -> NoteRevision:
    """Store the next revision of a note. A task that already wrote one gets that one back."""
    if task_id is not None:
        existing = revision_of_task(session, task_id)
        if existing is not None:
            return existing
    last = session.exec(
        select(func.max(NoteRevisionRow.revision)).where(
            NoteRevisionRow.story_id == story_id, NoteRevisionRow.entry_id == entry_id
        )
    ).one()
    row = NoteRevisionRow(
        id=new_id("note"),
        story_id=story_id,
        entry_id=entry_id,
        revision=(last or 0) + 1,
        note=note,
        event=event,
        evidence=evidence,
        passage_id=passage_id,
        task_id=task_id,
        origin=origin,
        model=model,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return _revision(row)
