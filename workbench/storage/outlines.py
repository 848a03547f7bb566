"""The plans of stories. Functions take the session of the caller's transaction."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from workbench.domain.outline import OutlineItem, arranged, to_come
from workbench.domain.parts import together
from workbench.domain.story import Passage
from workbench.errors import NotFound
from workbench.storage import stories
from workbench.storage.database import new_id, now
from workbench.storage.tables import OutlineItemRow, OutlinePartRow


def _rows(session: Session, story_id: str) -> list[OutlineItemRow]:
    query = select(OutlineItemRow).where(OutlineItemRow.story_id == story_id)
    return list(session.exec(query.order_by(col(OutlineItemRow.position), col(OutlineItemRow.created_at))))


def _item(row: OutlineItemRow, number: int = 1) -> OutlineItem:
    return OutlineItem.model_validate({**row.model_dump(exclude={"position"}), "number": number})


def _line(session: Session, story_id: str) -> dict[str, int]:
    head = stories.active_branch(session, story_id).head_id
    return {passage.id: passage.number for passage in stories.line(session, head)}


def outline(session: Session, story_id: str) -> list[OutlineItem]:
    """The plan as it stands on the active branch: what is written, then what is to come."""
    line = _line(session, story_id)
    return arranged([_item(row) for row in _rows(session, story_id)], line)


def get(session: Session, item_id: str) -> OutlineItem:
    """The planned chapter of that id with its number on the active branch, or `NotFound`."""
    row = session.get(OutlineItemRow, item_id)
    if row is None:
        raise NotFound(f"There is no planned chapter with the id {item_id!r}. /get_outline names those of a story.")
    return next((one for one in outline(session, row.story_id) if one.id == item_id), _item(row))


def add(
    session: Session,
    story_id: str,
    title: str,
    summary: str,
    passage_id: str | None = None,
    part_id: str | None = None,
) -> OutlineItem:
    """Put a chapter at the end of the plan."""
    last = max((row.position for row in _rows(session, story_id)), default=0)
    moment = now()
    row = OutlineItemRow(
        id=new_id("outline"),
        story_id=story_id,
        position=last + 1,
        title=title,
        summary=summary,
        passage_id=passage_id,
        part_id=part_id,
        created_at=moment,
        updated_at=moment,
    )
    session.add(row)
    session.flush()
    return get(session, row.id)


def change(session: Session, item_id: str, title: str, summary: str) -> OutlineItem:
    """Change the words of a planned chapter."""
    row = session.get(OutlineItemRow, get(session, item_id).id)
    assert row is not None
    if (row.title, row.summary) != (title, summary):
        row.title, row.summary, row.updated_at = title, summary, now()
        session.flush()
    return get(session, item_id)


def remove(session: Session, item_id: str) -> OutlineItem:
    """Take a chapter out of the plan; one that is written for it stays."""
    item = get(session, item_id)
    session.delete(session.get(OutlineItemRow, item_id))
    session.flush()
    return item


def order(session: Session, story_id: str, item_ids: Sequence[str]) -> None:
    """Put the plan into this order; items that aren't named (other branches have written them) come behind."""
    put_in_order(_rows(session, story_id), item_ids)
    session.flush()


def put_in_order(rows: Sequence[OutlineItemRow] | Sequence[OutlinePartRow], ids: Sequence[str]) -> None:
    """Give rows the positions that `ids` name; those that aren't named come behind, as they stood."""
    places = {row_id: place for place, row_id in enumerate(ids, start=1)}
    behind = len(places)
    for row in rows:
        if row.id not in places:
            behind += 1
        row.position = places.get(row.id, behind)


def last_part(session: Session, story_id: str) -> str | None:
    """The part that a chapter at the end of the plan belongs to: the one of the last chapter."""
    plan = outline(session, story_id)
    return plan[-1].part_id if plan else None


def keep_together(session: Session, story_id: str) -> None:
    """Chapters that have strayed from their part belong to the one that they have come to."""
    plan = outline(session, story_id)
    for item, part_id in zip(plan, together([item.part_id for item in plan]), strict=True):
        row = session.get(OutlineItemRow, item.id)
        if row is not None:
            row.part_id = part_id
    session.flush()


def written(
    session: Session, passage: Passage, replaced: str | None = None, item_id: str | None = None
) -> OutlineItem | None:
    """Tie an accepted passage to the chapter that was planned for it: the next one of the plan, if there is any.

    A passage that takes the place of another, `replaced`, takes over its tie. With `item_id` it was written for that
    chapter of the plan and for no other; where it isn't there any more, nothing is tied.
    """
    rows = _rows(session, passage.story_id)
    if any(row.passage_id == passage.id for row in rows):
        return None
    before = _line(session, passage.story_id)
    before.pop(passage.id, None)
    row = next((row for row in rows if replaced and row.passage_id == replaced), None)
    if row is None:
        plan = arranged([_item(row) for row in rows], before)
        waiting = to_come(plan)
        if item_id is None:
            item = next((one for one in waiting if one.number == passage.number), None)
        else:
            item = next((one for one in waiting if one.id == item_id), None)
        row = session.get(OutlineItemRow, item.id) if item else None
    if row is None:
        return None
    if row.passage_id and row.passage_id != replaced:
        # Another branch has its own chapter for it, which stays tied there.
        return add(session, passage.story_id, row.title, row.summary, passage.id, row.part_id)
    row.passage_id = passage.id
    session.flush()
    return get(session, row.id)


def unwritten(session: Session, passage: Passage) -> None:
    """A discarded passage leaves its place in the plan open again."""
    rows = _rows(session, passage.story_id)
    for row in rows:
        if row.passage_id != passage.id:
            continue
        if any(other.id != row.id and (other.title, other.summary) == (row.title, row.summary) for other in rows):
            # It was only there because another branch had written its own chapter.
            session.delete(row)
        else:
            row.passage_id = None
    session.flush()
