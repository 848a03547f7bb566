"""What a writer has decided about items of a story's context."""

from typing import cast

from sqlmodel import Session, col, select

from workbench.domain.context import Choice
from workbench.storage.database import now
from workbench.storage.tables import ContextChoiceRow


def of_story(session: Session, story_id: str) -> dict[str, Choice]:
    """`{item key: choice}` of a story."""
    query = select(ContextChoiceRow).where(ContextChoiceRow.story_id == story_id)
    rows = session.exec(query.order_by(col(ContextChoiceRow.item)))
    return {row.item: cast("Choice", row.choice) for row in rows}


def keep(session: Session, story_id: str, key: str, choice: Choice) -> None:
    """Store a choice in the place of the one before it; "" removes it."""
    row = session.get(ContextChoiceRow, (story_id, key))
    if not choice:
        if row is not None:
            session.delete(row)
        return
    session.merge(ContextChoiceRow(story_id=story_id, item=key, choice=choice, updated_at=now()))
