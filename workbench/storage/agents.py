"""What a writer has changed about the agents."""

from sqlmodel import Session, col, select

from workbench.domain.agents import AgentChange
from workbench.storage.database import now
from workbench.storage.tables import AgentChangeRow


def changes(session: Session, story_id: str) -> list[AgentChange]:
    """What holds in a story, those for all stories ("") first."""
    query = select(AgentChangeRow).where(col(AgentChangeRow.story_id).in_({"", story_id}))
    rows = session.exec(query.order_by(col(AgentChangeRow.story_id), col(AgentChangeRow.agent)))
    return [AgentChange.model_validate(row.model_dump()) for row in rows]


def change_in(session: Session, story_id: str, agent: str) -> AgentChange:
    """What is different about an agent in one scope: a story's own, or with "" that of all; may be nothing."""
    row = session.get(AgentChangeRow, (story_id, agent))
    return AgentChange.model_validate(row.model_dump()) if row else AgentChange(story_id=story_id, agent=agent)


def keep(session: Session, change: AgentChange) -> AgentChange:
    """Store a change in the place of the one before it; one that changes nothing is removed."""
    row = session.get(AgentChangeRow, (change.story_id, change.agent))
    if row is not None:
        session.delete(row)
        session.flush()
    kept = change.model_copy(update={"updated_at": now()})
    if not change.empty:
        session.add(AgentChangeRow(**kept.model_dump()))
        session.flush()
    return kept
