"""States of the two planning graphs."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import add
from typing import Annotated, NotRequired, TypedDict

from graphs.team import AgentTeam
from workbench.domain.context import AssembledContext
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Usage
from workbench.domain.outline import OutlineItem, PlannedChapter
from workbench.domain.plan_text import PlanPart


class PlanInput(TypedDict):
    """A story's plan so far and how many chapters are to be planned behind it.

    `first` is the number of the first of them; `entries` are those that are true in the story, and `told` is the text
    of its chapters.
    """

    context: AssembledContext
    plan: list[OutlineItem]
    entries: list[LoreEntry]
    first: int
    count: int
    told: NotRequired[str]


class PlanState(PlanInput, total=False):
    """What is planned already adds up."""

    planned: Annotated[list[PlannedChapter], add]
    usage: Annotated[Usage, add]


class PlanOutput(TypedDict):
    """Exactly `count` chapters."""

    planned: list[PlannedChapter]
    usage: Usage


@dataclass(kw_only=True)
class PlanTeam(AgentTeam):
    """The agents, and where each chapter goes as soon as it is planned."""

    keep: Callable[[PlannedChapter], None]


class TitlesInput(TypedDict):
    """The parts of a text that plan a chapter each."""

    parts: list[PlanPart]


class TitlesState(TitlesInput, total=False):
    """Working state."""

    titled: list[PlannedChapter]


class TitlesOutput(TypedDict):
    """One chapter for each part."""

    titled: list[PlannedChapter]
