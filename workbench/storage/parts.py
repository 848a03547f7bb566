"""Parts of stories' plans. Functions take the session of the caller's transaction."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from workbench.domain.outline import OutlinePart
from workbench.errors import NotFound
from workbench.storage import outlines
from workbench.storage.database import new_id, now
from workbench.storage.tables import OutlineItemRow, OutlinePartRow


def _rows(session: Session, story_id: str) -> list[OutlinePartRow]:
    query = select(OutlinePartRow).where(OutlinePartRow.story_id == story_id)
    return list(session.exec(query.order_by(col(OutlinePartRow.position), col(OutlinePartRow.created_at))))


def _part(row: OutlinePartRow, number: int) -> OutlinePart:
    return OutlinePart.model_validate({**row.model_dump(exclude={"position"}), "number": number})


def listing(session: Session, story_id: str) -> list[OutlinePart]:
    """The parts of a story's plan in order, numbered from 1."""
    return [_part(row, number) for number, row in enumerate(_rows(session, story_id), start=1)]


def get(session: Session, part_id: str) -> OutlinePart:
    """The part of that id, or `NotFound`."""
    row = session.get(OutlinePartRow, part_id)
    if row is None:
        raise NotFound(f"There is no part with the id {part_id!r}. /get_parts names those of a story.")
    return next(part for part in listing(session, row.story_id) if part.id == part_id)


def add(session: Session, story_id: str, title: str, summary: str = "") -> OutlinePart:
    """Put a part behind the others; it has no chapters yet."""
    last = max((row.position for row in _rows(session, story_id)), default=0)
    moment = now()
    row = OutlinePartRow(
        id=new_id("part"),
        story_id=story_id,
        position=last + 1,
        title=title,
        summary=summary,
        created_at=moment,
        updated_at=moment,
    )
    session.add(row)
    session.flush()
    return get(session, row.id)


def change(session: Session, part_id: str, title: str, summary: str) -> OutlinePart:
    """Change the words of a part."""
    row = session.get(OutlinePartRow, get(session, part_id).id)
    assert row is not None
    if (row.title, row.summary) != (title, summary):
        row.title, row.summary, row.updated_at = title, summary, now()
        session.flush()
    return get(session, part_id)


def remove(session: Session, part_id: str) -> OutlinePart:
    """Take a part out of the plan; its chapters stay in it, without a part."""
    part = get(session, part_id)
    for row in session.exec(select(OutlineItemRow).where(OutlineItemRow.part_id == part_id)):
        row.part_id = None
    session.delete(session.get(OutlinePartRow, part_id))
    session.flush()
    return part


def order(session: Session, story_id: str, part_ids: list[str]) -> None:
    """Put the parts into this order; those that aren't named come behind."""
    outlines.put_in_order(_rows(session, story_id), part_ids)
    session.flush()


def assign(session: Session, story_id: str, part_of: Mapping[str, str | None]) -> None:
    """Put chapters into parts, `{chapter: part or None}`; all chapters of a part stand together afterwards."""
    for row in session.exec(select(OutlineItemRow).where(OutlineItemRow.story_id == story_id)):
        if row.id in part_of:
            row.part_id = part_of[row.id]
    session.flush()
    keep_together(session, story_id)


def keep_together(session: Session, story_id: str) -> None:
    """Chapters of a part stand together, and the parts in the order of their chapters."""
    outlines.keep_together(session, story_id)
    first: dict[str, int] = {}
    for place, item in enumerate(outlines.outline(session, story_id)):
        if item.part_id is not None:
            first.setdefault(item.part_id, place)
    ids = [row.id for row in _rows(session, story_id)]
    # A part without chapters keeps its place among the others.
    with_chapters = iter(sorted((one for one in ids if one in first), key=lambda one: first[one]))
    order(session, story_id, [next(with_chapters) if one in first else one for one in ids])
