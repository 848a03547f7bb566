"""What goes in, what the nodes share, what comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import add
from typing import Annotated, Any, TypedDict

from pydantic import Field

from graphs.team import AgentTeam
from workbench.domain.context import AssembledContext
from workbench.domain.model import Usage, Value
from workbench.domain.review import Rating, Review


class Reaction(Value):
    """A character's word on the draft."""

    character: str
    feedback: str


class Attempt(Value):
    """One round: the draft with what was said of it."""

    round: int
    draft: str
    review: Review
    rating: Rating


class ChapterRequest(Value):
    """What the loop is to do. Lengths in words, `max_tokens` for one draft, scores from 1 to 9."""

    story_id: str
    instruction: str
    words: int
    max_rounds: int
    accept_score: float
    temperature: float
    max_tokens: int
    seed: int
    characters: tuple[str, ...] = ()


class ChapterScene(Value):
    """What was gathered before the first word."""

    context: AssembledContext
    number: int
    previous: tuple[str, ...] = ()
    characters: dict[str, str] = Field(default_factory=dict, description="names with what is known of them")


class ChapterInput(TypedDict):
    """Input of the graph."""

    request: ChapterRequest


class ChapterState(TypedDict, total=False):
    """Working state. Reviews of the round in progress are replaced each round; attempts and usage add up."""

    request: ChapterRequest
    scene: ChapterScene
    round: int
    draft: str
    review: Review
    rating: Rating
    reactions: list[Reaction]
    attempts: Annotated[list[Attempt], add]
    usage: Annotated[Usage, add]
    passage: dict[str, Any]
    chosen: Attempt


class ChapterOutput(TypedDict):
    """Output of the graph: the stored draft, the attempt it is, and how it came about."""

    passage: dict[str, Any]
    chosen: Attempt
    attempts: list[Attempt]
    usage: Usage
    scene: ChapterScene
    reactions: list[Reaction]


@dataclass(kw_only=True)
class ChapterTeam(AgentTeam):
    """What the nodes may reach outside: the agents, what they are shown, and where the draft is kept."""

    gather: Callable[[ChapterRequest], ChapterScene]
    keep: Callable[[ChapterRequest, ChapterScene, str], dict[str, Any]]


# Values that checkpoints may hold, by module and class, so that nothing else is ever unpacked from them.
STORED_VALUES = tuple(
    (value.__module__, value.__name__)
    for value in (AssembledContext, Attempt, ChapterRequest, ChapterScene, Rating, Reaction, Review, Usage)
)
