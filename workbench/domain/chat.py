"""Conversations about a story, or with somebody in it."""

from typing import Literal

from pydantic import Field

from workbench.domain.model import Value


class Conversation(Value):
    """A thread of messages. `agent` answers; with `entry_id` it is that character who speaks.

    With `passage_id` whoever answers knows the story up to the end of that passage. `parent_id` is the conversation
    that this one was branched from, behind its message `parted_at`.
    """

    id: str
    story_id: str | None = None
    agent: str = "assistant"
    entry_id: str | None = None
    title: str = ""
    passage_id: str | None = None
    parent_id: str | None = None
    parted_at: int | None = None
    created_at: str = ""
    updated_at: str = ""


class ChatSource(Value):
    """What an answer rests on: a lore entry, a passage, a text of the archive, or what the talk itself said before
    ("talk", in short), with why it is shown. `used` are the sentences of the text that the answer takes up.
    """

    kind: Literal["lore", "passage", "archive", "talk"]
    id: str
    title: str
    text: str
    why: str = ""
    used: tuple[str, ...] = ()


class ChatMessage(Value):
    """One message. `problem` is "" when it is whole, else why an answer isn't."""

    id: str
    conversation_id: str
    number: int = Field(ge=1)
    role: Literal["person", "agent"]
    text: str
    sources: tuple[ChatSource, ...] = ()
    problem: str = ""
    created_at: str = ""


class Moment(Value):
    """A place in a story up to which somebody may know it: the end of a passage, with its time as people say it.

    `standing` is false for one whose passage was discarded since.
    """

    passage_id: str
    number: int
    title: str = ""
    label: str = ""
    standing: bool = True
