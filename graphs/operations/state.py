"""What each operation is given, and what comes out."""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from pydantic import Field

from graphs.chapter.state import ChapterRequest, ChapterScene
from workbench.domain.context import AssembledContext
from workbench.domain.model import Usage, Value
from workbench.domain.timeline import Violation

Operation = Literal["editor_review", "rater_feedback", "character_feedback", "flesh_out", "invent_person", "retell"]


class ReviewTask(Value):
    """A text for editor or rater.

    A passage comes with the request that it was written for and the scene as it was then; a pasted text with the
    context alone. `contradictions` is what of it can't be true in the story.
    """

    operation: Literal["editor_review", "rater_feedback"]
    text: str
    context: AssembledContext
    request: ChapterRequest | None = None
    scene: ChapterScene | None = None
    contradictions: tuple[Violation, ...] = ()
    seed: int = 0


class CharacterTask(Value):
    """One of the people, what they know, and the scenes of the text under review that they are in."""

    operation: Literal["character_feedback"] = "character_feedback"
    name: str
    context: AssembledContext
    scenes: str = ""
    question: str = ""
    seed: int = 0


class FleshOutTask(Value):
    """A few lines that become a scene of about `words` words, in at most `max_tokens` tokens.

    `previous` are the latest passages, whose sentences aren't told again; `people` has for each whom the lines name
    what they are called.
    """

    operation: Literal["flesh_out"] = "flesh_out"
    context: AssembledContext
    lines: str
    instruction: str = ""
    words: int
    max_tokens: int
    previous: tuple[str, ...] = ()
    people: tuple[tuple[str, ...], ...] = ()
    seed: int = 0


class PersonTask(Value):
    """A person to invent. `world` is what is known of it, `others` who is there already, by title and alias."""

    operation: Literal["invent_person"] = "invent_person"
    name: str
    hint: str = ""
    world: str
    world_title: str
    others: tuple[str, ...] = ()
    taken: tuple[str, ...] = Field((), description="names that belong to others")
    seed: int = 0


class RetellTask(Value):
    """An entry's text to be told anew, with its note in a story."""

    operation: Literal["retell"] = "retell"
    title: str
    names: tuple[str, ...]
    kind: str
    content: str
    note: str = ""
    instruction: str = ""
    seed: int = 0


Task = ReviewTask | CharacterTask | FleshOutTask | PersonTask | RetellTask


class OperationInput(TypedDict):
    """Input of the graph."""

    task: Task


class OperationState(TypedDict, total=False):
    """The task, and what its node made of it."""

    task: Any
    result: Mapping[str, Any]
    usage: Usage


class OperationOutput(TypedDict):
    """Output of the graph: the result by its names in the contract, and what it took."""

    result: dict[str, Any]
    usage: Usage
