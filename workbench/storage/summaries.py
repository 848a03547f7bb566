"""Summaries, known by what they sum up. Functions take the session of the caller's transaction."""

from collections.abc import Collection

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from workbench.domain.summaries import Summary
from workbench.storage.database import now
from workbench.storage.tables import BranchRow, PassageRow, StoryRow, SummaryRow

# SQLite takes only so many values in one question.
AT_ONCE = 10_000


def texts(session: Session, keys: Collection[str]) -> dict[str, str]:
    """`{key: text}` for those of `keys` that exist."""
    wanted, found = list(keys), dict[str, str]()
    for start in range(0, len(wanted), AT_ONCE):
        query = select(SummaryRow.key, SummaryRow.text)
        found |= dict(session.exec(query.where(col(SummaryRow.key).in_(wanted[start : start + AT_ONCE]))).all())
    return found


def of_kinds(session: Session, kinds: Collection[str], limit: int) -> dict[str, str]:
    """`{key: text}` of the summaries of some kinds that were used last."""
    query = select(SummaryRow.key, SummaryRow.text).where(col(SummaryRow.kind).in_(kinds))
    return dict(session.exec(query.order_by(col(SummaryRow.used_at).desc()).limit(limit)).all())


def keep(session: Session, key: str, kind: str, text: str, model: str) -> Summary:
    """Store a summary in the place of the one with its key."""
    moment = now()
    summary = Summary(key=key, kind=kind, text=text, model=model, created_at=moment, used_at=moment)
    session.merge(SummaryRow(**summary.model_dump()))
    session.flush()
    return summary


def used(session: Session, keys: Collection[str]) -> None:
    """Note that summaries were told just now."""
    wanted, moment = list(keys), now()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        session.connection().execute(update(SummaryRow).where(col(SummaryRow.key).in_(some)).values(used_at=moment))


def prune(session: Session, most: int) -> int:
    """Remove those that weren't told for longest, until `most` are left; returns how many."""
    stale = select(SummaryRow.key).order_by(col(SummaryRow.used_at).desc(), SummaryRow.key).limit(-1).offset(most)
    return session.connection().execute(delete(SummaryRow).where(col(SummaryRow.key).in_(stale))).rowcount


def stories_stamp(session: Session) -> tuple[int, str]:
    """Changes whenever a passage is accepted or discarded anywhere."""
    query = select(func.count(), func.max(PassageRow.decided_at)).where(col(PassageRow.decided_at).is_not(None))
    count, latest = session.exec(query).one()
    return count, latest or ""


def heads(session: Session) -> list[str]:
    """Last passages of all branches: the story that was written on last goes first, of each its open branch."""
    is_open = col(BranchRow.id) == col(StoryRow.branch_id)
    query = (
        select(BranchRow.head_id, BranchRow.story_id, is_open, PassageRow.decided_at)
        .join(StoryRow, col(StoryRow.id) == BranchRow.story_id)
        .join(PassageRow, col(PassageRow.id) == BranchRow.head_id)
    )
    rows = session.exec(query).all()
    latest: dict[str, str] = {}
    for _, story_id, _, decided_at in rows:
        latest[story_id] = max(latest.get(story_id, ""), decided_at or "")
    ordered = sorted(rows, key=lambda row: (latest[row[1]], row[1], row[2]), reverse=True)
    return list(dict.fromkeys(head_id for head_id, *_ in ordered if head_id))
