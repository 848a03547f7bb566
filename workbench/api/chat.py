"""Conversations about a story, and with somebody in it."""

from collections.abc import Iterator

from workbench.api.area import Area
from workbench.api.values import plain, streamed
from workbench.domain.chat import Conversation


class ChatEndpoints(Area):
    """Conversations about a story, and with somebody in it."""

    def llm_chat(
        self,
        message: str,
        story_id: str = "",
        agent: str = "assistant",
        conversation_id: str = "",
        passage_id: str = "",
    ) -> Iterator[dict]:
        """Ask something about a story, or without one. Agent is assistant, writer, editor, or a character of the story.

        Streams status, token and result events. With a conversation's id it goes on with that one; with an accepted
        passage's id whoever answers knows the story up to the end of that passage.
        """
        yield from streamed(self._bench.chats.chat(message, story_id, agent, conversation_id, passage_id))

    def list_conversations(self, story_id: str = "") -> list:
        """List the conversations about a story, or all of them, the latest first."""
        return [conversation_values(one) for one in self._bench.chats.conversations(story_id)]

    def get_conversation(self, conversation_id: str) -> dict:
        """A conversation with its messages; `answering` says whether an answer is in the making."""
        conversation, messages = self._bench.chats.conversation(conversation_id)
        answering = self._bench.chats.live(conversation.id) is not None
        return {**conversation_values(conversation), "messages": plain(messages), "answering": answering}

    def rename_conversation(self, conversation_id: str, title: str) -> dict:
        """Give a conversation another title."""
        return conversation_values(self._bench.chats.rename(conversation_id, title))

    def branch_conversation(self, conversation_id: str, message_id: str) -> dict:
        """Begin another conversation with all that was said in this one, up to and with one of its messages."""
        return conversation_values(self._bench.chats.branch(conversation_id, message_id))

    def delete_conversation(self, conversation_id: str) -> dict:
        """Delete a conversation with its messages."""
        return {"deleted": self._bench.chats.delete(conversation_id).id}

    def analyse_query(self, story_id: str, question: str) -> dict:
        """What a question asks for: its kind, the entries and chapters that it names, and phrases to search for."""
        return plain(self._bench.chats.analyse_query(story_id, question))


def conversation_values(conversation: Conversation) -> dict:
    """A conversation as clients get it; "" for what it doesn't have: a story, a passage, one it was branched from."""
    return {
        **plain(conversation),
        "story_id": conversation.story_id or "",
        "passage_id": conversation.passage_id or "",
        "parent_id": conversation.parent_id or "",
    }
