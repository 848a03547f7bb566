"""Items of the archive: stored, replaced, read in parts, and chosen by their metadata."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlmodel import Session, col

from workbench.domain.archive import THREAD, ArchiveItem
from workbench.errors import NotFound
from workbench.storage.database import now
from workbench.storage.tables import ArchiveItemRow

IDS_PER_QUERY = 500
COMPARISONS = ("gt", "gte", "lt", "lte")

_ITEM = (
    col(ArchiveItemRow.content_id),
    col(ArchiveItemRow.text),
    col(ArchiveItemRow.details),
    col(ArchiveItemRow.created_at),
    col(ArchiveItemRow.updated_at),
)


def _item(row: Any) -> ArchiveItem:
    return ArchiveItem(
        content_id=row.content_id,
        text=row.text,
        metadata=row.details,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def put(session: Session, items: Sequence[ArchiveItem]) -> None:
    """Store items, in place of those with the same ids. Times are given here, each later than the one before."""
    moment = datetime.fromisoformat(now())
    for number, item in enumerate(items):
        # Items without a position stand in the order they were stored in, also when one call stored them all.
        stamp = (moment + timedelta(microseconds=number)).isoformat(timespec="microseconds")
        row = session.get(ArchiveItemRow, item.content_id)
        if row is None:
            row = ArchiveItemRow(
                content_id=item.content_id, text=item.text, details=item.metadata, created_at=stamp, updated_at=stamp
            )
            session.add(row)
        else:
            row.text, row.details, row.updated_at = item.text, item.metadata, stamp
    session.flush()


def delete(session: Session, content_id: str) -> None:
    """Delete an item; `NotFound` when there is none of that id."""
    row = session.get(ArchiveItemRow, content_id)
    if row is None:
        raise NotFound(f"The archive has nothing with the id {content_id!r}. /archive_search names what it has.")
    session.delete(row)
    session.flush()


def read(session: Session, content_ids: Sequence[str]) -> dict[str, ArchiveItem]:
    """`{id: item}` for those of `content_ids` that exist."""
    found: dict[str, ArchiveItem] = {}
    for start in range(0, len(content_ids), IDS_PER_QUERY):
        part = content_ids[start : start + IDS_PER_QUERY]
        for row in session.execute(select(*_ITEM).where(col(ArchiveItemRow.content_id).in_(part))):
            found[row.content_id] = _item(row)
    return found


def stamps(session: Session) -> dict[str, str]:
    """`{id: when it was last stored}` of all items."""
    query = select(col(ArchiveItemRow.content_id), col(ArchiveItemRow.updated_at))
    return {row[0]: row[1] for row in session.execute(query)}


def long_texts(session: Session, longer_than: int) -> Iterator[str]:
    """The texts of more than so many characters."""
    query = select(col(ArchiveItemRow.text)).where(func.length(ArchiveItemRow.text) > longer_than)
    for row in session.execute(query.execution_options(yield_per=100)):
        yield row[0]


def short_count(session: Session, up_to: int) -> int:
    """How many texts have at most so many characters."""
    query = select(func.count()).where(func.length(ArchiveItemRow.text) <= up_to)
    return int(session.execute(query).scalar_one())


def totals(session: Session) -> tuple[int, int, str | None]:
    """Number of items, characters in all of them, and when one was last stored."""
    query = select(func.count(), func.sum(func.length(ArchiveItemRow.text)), func.max(ArchiveItemRow.updated_at))
    count, characters, last = session.execute(query).one()
    return count, characters or 0, last


def thread_count(session: Session) -> int:
    """How many different threads the items' metadata name."""
    field = func.json_each(ArchiveItemRow.details).table_valued("key", "value")
    query = select(func.count(field.c.value.distinct())).select_from(ArchiveItemRow).join(field, true())
    return int(session.execute(query.where(field.c.key == THREAD)).scalar_one())


def matching(session: Session, where: Mapping[str, Any]) -> set[str]:
    """Ids of the items whose metadata satisfy all of `where`.

    `{name: value}` demands that value, `{name: [values]}` one of them, `{name: {"gte": low, "lt": high}}` a number or
    text in that range. A list in the metadata satisfies what one of its members does.
    """
    return {row[0] for row in session.execute(_wanted(where))}


def latest(session: Session, limit: int, where: Mapping[str, Any], longest: int) -> list[ArchiveItem]:
    """What was stored last and satisfies `where`, the last first; of each text at most `longest` characters."""
    content_id, text, details, created_at, updated_at = _ITEM
    query = select(content_id, func.substr(text, 1, longest).label("text"), details, created_at, updated_at)
    if where:
        query = query.where(content_id.in_(_wanted(where)))
    return [_item(row) for row in session.execute(query.order_by(updated_at.desc(), content_id).limit(limit))]


def _wanted(where: Mapping[str, Any]) -> Select[str]:
    """The query for the ids that `matching` gives."""
    query = select(col(ArchiveItemRow.content_id))
    for name, wanted in where.items():
        field = func.json_each(ArchiveItemRow.details).table_valued("key", "value", "type", "atom")
        # Only of a list's value may its members be asked: anything else is no JSON.
        listed = case((field.c.type == "array", field.c.value), else_="[]")
        member = func.json_each(listed).table_valued("type", "atom")
        inside = select(1).select_from(member).where(_satisfies(member.c, wanted)).exists()
        query = query.where(
            select(1).select_from(field).where(field.c.key == name, or_(_satisfies(field.c, wanted), inside)).exists()
        )
    return query


def _satisfies(cell: Any, wanted: Any) -> ColumnElement[bool]:
    """Whether a JSON value is what is wanted: of the same kind, and equal or in the range."""
    if isinstance(wanted, list):
        return or_(false(), *(_satisfies(cell, one) for one in wanted))
    if isinstance(wanted, dict):
        return and_(*(_in_range(cell, sign, limit) for sign, limit in wanted.items()))
    if wanted is None or isinstance(wanted, bool):
        return cell.type == ("null" if wanted is None else str(wanted).lower())
    return and_(_of_kind(cell, wanted), cell.atom == wanted)


def _in_range(cell: Any, sign: str, limit: Any) -> ColumnElement[bool]:
    compared = {
        "gt": cell.atom > limit,
        "gte": cell.atom >= limit,
        "lt": cell.atom < limit,
        "lte": cell.atom <= limit,
    }[sign]
    return and_(_of_kind(cell, limit), compared)


def _of_kind(cell: Any, value: Any) -> ColumnElement[bool]:
    return cell.type == "text" if isinstance(value, str) else cell.type.in_(("integer", "real"))
