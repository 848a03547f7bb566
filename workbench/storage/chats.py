"""Conversations and their messages. Functions take the session of the caller's transaction."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from workbench.domain.chat import ChatMessage, ChatSource, Conversation
from workbench.errors import NotFound
from workbench.storage.database import new_id, now
from workbench.storage.tables import ChatMessageRow, ConversationRow


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation.model_validate(row.model_dump())


def _message(row: ChatMessageRow) -> ChatMessage:
    return ChatMessage.model_validate(row.model_dump())


def begin(session: Session, story_id: str | None, agent: str, entry_id: str | None, title: str) -> Conversation:
    """Store a new conversation."""
    moment = now()
    row = ConversationRow(
        id=new_id("chat"),
        story_id=story_id,
        agent=agent,
        entry_id=entry_id,
        title=title,
        created_at=moment,
        updated_at=moment,
    )
    session.add(row)
    session.flush()
    return _conversation(row)


def get(session: Session, conversation_id: str) -> Conversation:
    """The conversation of that id, or `NotFound`."""
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise NotFound(
            f"There is no conversation with the id {conversation_id!r}. /list_conversations names those that there are."
        )
    return _conversation(row)


def listing(session: Session, story_id: str | None) -> list[Conversation]:
    """The conversations about a story, or all of them (None), the latest first."""
    query = select(ConversationRow)
    if story_id is not None:
        query = query.where(ConversationRow.story_id == (story_id or None))
    return [_conversation(row) for row in session.exec(query.order_by(col(ConversationRow.updated_at).desc()))]


def messages(session: Session, conversation_id: str) -> list[ChatMessage]:
    """All messages of a conversation in their order."""
    query = select(ChatMessageRow).where(ChatMessageRow.conversation_id == conversation_id)
    return [_message(row) for row in session.exec(query.order_by(col(ChatMessageRow.number)))]


def add_message(
    session: Session,
    conversation_id: str,
    role: str,
    text: str,
    sources: Sequence[ChatSource] = (),
    problem: str = "",
) -> ChatMessage:
    """Store the next message."""
    last = session.exec(
        select(func.max(ChatMessageRow.number)).where(ChatMessageRow.conversation_id == conversation_id)
    ).one()
    moment = now()
    row = ChatMessageRow(
        id=new_id("message"),
        conversation_id=conversation_id,
        number=(last or 0) + 1,
        role=role,
        text=text,
        sources=[source.model_dump(mode="json") for source in sources],
        problem=problem,
        created_at=moment,
    )
    session.add(row)
    conversation = session.get(ConversationRow, conversation_id)
    if conversation is not None:
        conversation.updated_at = moment
    session.flush()
    return _message(row)


def delete(session: Session, conversation_id: str) -> Conversation:
    """Delete a conversation with its messages."""
    conversation = get(session, conversation_id)
    session.delete(session.get(ConversationRow, conversation_id))
    session.flush()
    return conversation
