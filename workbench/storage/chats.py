"""Conversations and their messages. Functions take the session of the caller's transaction."""

from collections.abc import Collection, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from workbench.domain.chat import ChatMessage, ChatSource, Conversation, Moment
from workbench.errors import NotFound
from workbench.storage.database import new_id, now
from workbench.storage.tables import ChatMessageRow, ConversationRow, PassageRow


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation.model_validate(row.model_dump())


def _message(row: ChatMessageRow) -> ChatMessage:
    return ChatMessage.model_validate(row.model_dump())


def begin(
    session: Session, story_id: str | None, agent: str, entry_id: str | None, title: str, passage_id: str | None = None
) -> Conversation:
    """Store a new conversation; with `passage_id` one that knows the story up to the end of that passage."""
    moment = now()
    row = ConversationRow(
        id=new_id("chat"),
        story_id=story_id,
        agent=agent,
        entry_id=entry_id,
        title=title,
        passage_id=passage_id,
        created_at=moment,
        updated_at=moment,
    )
    session.add(row)
    session.flush()
    return _conversation(row)


def branch(session: Session, conversation_id: str, message_id: str) -> Conversation:
    """Store a copy of a conversation up to one of its messages. Raises `NotFound`."""
    parent = get(session, conversation_id)
    said = messages(session, parent.id)
    last = next((one for one in said if one.id == message_id), None)
    if last is None:
        raise NotFound(
            f"That conversation has no message with the id {message_id!r}. /get_conversation names its messages."
        )
    moment = now()
    fields = parent.model_dump() | {"id": new_id("chat"), "parent_id": parent.id, "parted_at": last.number}
    row = ConversationRow(**(fields | {"created_at": moment, "updated_at": moment}))
    session.add(row)
    session.flush()
    for one in said[: said.index(last) + 1]:
        copied = one.model_dump(mode="json") | {"id": new_id("message"), "conversation_id": row.id}
        session.add(ChatMessageRow(**copied))
    session.flush()
    return _conversation(row)


def rename(session: Session, conversation_id: str, title: str) -> Conversation:
    """Give a conversation another title. It keeps its place in the list: nothing was said."""
    get(session, conversation_id)
    row = session.get(ConversationRow, conversation_id)
    assert row is not None
    row.title = title
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


def moments(session: Session, passage_ids: Collection[str]) -> dict[str, Moment]:
    """Passages as places in their story, by their id, in any order. Their text isn't read."""
    # They are asked for with each press, so only what is shown of them.
    query = select(PassageRow.id, PassageRow.number, PassageRow.title, PassageRow.state)
    return {
        key: Moment(passage_id=key, number=number, title=title, standing=state == "accepted")
        for key, number, title, state in session.exec(query.where(col(PassageRow.id).in_(passage_ids)))
    }


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
