"""States of the memory's graphs."""

from typing import Any, NotRequired, TypedDict

from workbench.domain.lore import LoreEntry
from workbench.domain.occasions import Opening
from workbench.domain.tasks import MemoryFindings, NewEntity
from workbench.domain.timeline import StoryEvent


class AnalysisInput(TypedDict):
    """A passage and the entries that are true where it stands; `put_aside` are names not to be found again."""

    text: str
    entries: list[LoreEntry]
    put_aside: NotRequired[list[str]]


class AnalysisState(AnalysisInput, total=False):
    """`mentioned` maps entry ids, `names` new names, to sentence indices."""

    sentences: list[str]
    mentioned: dict[str, list[int]]
    names: dict[str, list[int]]
    answer: dict[str, Any]
    findings: MemoryFindings


class AnalysisOutput(TypedDict):
    """What the passage makes true."""

    findings: MemoryFindings


class EventsInput(TypedDict):
    """What rules have read of story time in one passage, and the entries that are true there."""

    events: list[StoryEvent]
    entries: list[LoreEntry]


class EventsState(EventsInput, total=False):
    """`open` is what the rules leave open of the events."""

    open: list[Opening]


class EventsOutput(TypedDict):
    """The events, with what the model could fill in."""

    events: list[StoryEvent]


class NoteInput(TypedDict):
    """An entry, its present note and what happened: one event and one sentence of evidence on each line."""

    entry: LoreEntry
    note: str
    event: str
    evidence: str


class NoteState(NoteInput, total=False):
    """`problem` says why the last rewrite was refused."""

    tries: int
    problem: str
    rewritten: str
    origin: str


class NoteOutput(TypedDict):
    """The new note; origin "model", or "appended" when the rewrites were refused."""

    rewritten: str
    origin: str
    problem: str


class CreationInput(TypedDict):
    """What the analysis found of somebody or something new."""

    kind: str
    name: str
    summary: str
    evidence: str


class CreationState(CreationInput, total=False):
    """Working state."""

    entity: NewEntity
    problem: str


class CreationOutput(TypedDict):
    """The entry's words; `problem` says why they are only the story's own, if they are."""

    entity: NewEntity
    problem: str
