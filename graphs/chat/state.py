"""State of the chat graph."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import add
from typing import Annotated, NotRequired, TypedDict

from graphs.team import AgentTeam
from workbench.domain.chat import ChatSource
from workbench.domain.context import AssembledContext
from workbench.domain.lookup import Lookup
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Usage, Value

# Who can be talked with beside the story's characters, and what they are called in the prompt.
VOICES: Mapping[str, str] = {
    "assistant": "assistant of somebody who writes fiction",
    "writer": "writer of this story",
    "editor": "editor of this story, who says plainly what could be better",
}


class Voice(Value):
    """Who answers. A character has a name and a persona."""

    agent: str = "assistant"
    name: str = ""
    persona: str = ""


class ChatInput(TypedDict):
    """A question over a story, or over none (`context` None). `turns` are the exchanges before, oldest first.

    `about` says what the story is called, `recap` in short what was said before the first of the `turns`.
    """

    question: str
    voice: Voice
    turns: list[tuple[str, str]]
    entries: list[LoreEntry]
    chapters: list[int]
    context: NotRequired[AssembledContext | None]
    about: NotRequired[str]
    recap: NotRequired[str]


class ChatState(ChatInput, total=False):
    """Working state."""

    lookup: Lookup
    sources: list[ChatSource]
    reply: str
    usage: Annotated[Usage, add]


class ChatOutput(TypedDict):
    """The answer with what it rests on."""

    reply: str
    lookup: Lookup
    sources: list[ChatSource]
    usage: Usage


@dataclass(kw_only=True)
class ChatTeam(AgentTeam):
    """The agents, and what is known of a question."""

    look_up: Callable[[Lookup], list[ChatSource]]
