"""What goes in, what the nodes share, what comes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add
from typing import Annotated, Any, TypedDict

from pydantic import Field

from graphs.team import AgentTeam
from workbench.domain.context import AssembledContext
from workbench.domain.model import Usage, Value
from workbench.domain.review import Rating, Review
from workbench.domain.timeline import Quote, Violation


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
    as_asked: bool = Field(True, description="false for a change that hasn't become what was asked for")
    contradictions: tuple[Violation, ...] = Field((), description="what of it can't be true in the story")

    @property
    def unsettled(self) -> int:
        """How many contradictions it has that the writer doesn't let stand."""
        return sum(not one.dismissed for one in self.contradictions)


class Change(Value):
    """A chapter that is to be told again, and what should be different. `words` is how long it is to be then."""

    passage_id: str
    text: str
    instruction: str
    words: int
    words_asked: int = 0
    people: tuple[str, ...] = ()


class ChapterRequest(Value):
    """What the loop is to do. Lengths in words, `max_tokens` for one draft, scores from 1 to 9.

    With a `change` the first step tells that chapter again; `instruction` and `words` are what it was written for.
    """

    story_id: str
    instruction: str
    words: int
    max_rounds: int
    accept_score: float
    temperature: float
    max_tokens: int
    seed: int
    characters: tuple[str, ...] = ()
    change: Change | None = None

    @property
    def asked(self) -> str:
        """What a draft is measured by: the change where one is asked for, else what happens in the chapter."""
        return self.change.instruction if self.change else self.instruction

    @property
    def words_wanted(self) -> int:
        """How long a draft is to be."""
        return self.change.words if self.change else self.words


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
    """Working state. Reviews of the round in progress are replaced each round; attempts and usage add up.

    `shortfall` says what a change has not become, "" if nothing is amiss.
    """

    request: ChapterRequest
    scene: ChapterScene
    round: int
    draft: str
    shortfall: str
    review: Review
    rating: Rating
    contradictions: tuple[Violation, ...]
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


def no_contradictions(_request: ChapterRequest, _draft: str) -> Sequence[Violation]:
    """Where nobody looks for contradictions there are none."""
    return ()


@dataclass(kw_only=True)
class ChapterTeam(AgentTeam):
    """What the nodes may reach outside: the agents, what they are shown, and where the draft is kept.

    `contradictions` tells what of a draft can't be true in the story.
    """

    gather: Callable[[ChapterRequest], ChapterScene]
    keep: Callable[[ChapterRequest, ChapterScene, str], dict[str, Any]]
    contradictions: Callable[[ChapterRequest, str], Sequence[Violation]] = no_contradictions


# Values that checkpoints may hold, by module and class, so that nothing else is ever unpacked from them.
STORED_VALUES = tuple(
    (value.__module__, value.__name__)
    for value in (
        AssembledContext,
        Attempt,
        Change,
        ChapterRequest,
        ChapterScene,
        Quote,
        Rating,
        Reaction,
        Review,
        Usage,
        Violation,
    )
)
