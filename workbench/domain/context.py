"""What an agent is shown: structured elements from outside, and layers with a budget and a trace."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.agents import Phase
from workbench.domain.model import Value

Level = Literal["high", "medium", "low"]
LayerName = Literal["system", "story", "characters", "plot"]
# Shares of what the window leaves after the reply and a buffer: system, story, characters and scene, plot and world.
LAYER_SHARES: dict[LayerName, int] = {"system": 2, "story": 13, "characters": 5, "plot": 10}


class ContextElement(BaseModel):
    """Base of the elements a frontend may supply; unknown fields are kept as metadata would be."""

    model_config = ConfigDict(frozen=True, extra="allow")

    priority: Level = "medium"
    tags: tuple[str, ...] = ()
    agents: tuple[str, ...] = Field((), description="who is shown it; empty is everybody")
    phases: tuple[Phase, ...] = Field((), description="in which phases it is shown; empty is all of them")


class PlotElement(ContextElement):
    """A scene, conflict, setting or goal."""

    type: str = "scene"
    content: str


class CharacterContext(ContextElement):
    """A character's present state."""

    character_id: str = ""
    character_name: str
    current_state: str | dict[str, Any] = ""
    goals: tuple[str, ...] = ()
    recent_actions: tuple[str, ...] = ()
    memories: tuple[str, ...] = ()


class UserRequest(ContextElement):
    """What the person asked for, beside the instruction."""

    type: str = "instruction"
    content: str


class SystemInstruction(ContextElement):
    """A rule for the agents."""

    type: str = "behavior"
    content: str
    scope: str = "global"


class ElementFilter(Value):
    """Which of the supplied elements are used. What is left empty leaves nothing out.

    `types` names elements by their `type`, or by the list that they are in: plot, character, request, system.
    """

    include_tags: tuple[str, ...] = Field((), description="elements with at least one of these tags")
    exclude_tags: tuple[str, ...] = Field((), description="elements with none of these tags")
    types: tuple[str, ...] = ()
    at_least: Level | None = Field(None, description="elements of this priority or a higher one")


class ContextMetadata(BaseModel):
    """What a client notes about its container. Nothing of it is shown to agents; only `filter` has a meaning here."""

    model_config = ConfigDict(frozen=True, extra="allow")

    filter: ElementFilter | None = None


class StructuredContext(BaseModel):
    """The container of elements. Its `metadata` is the client's own, but for `metadata.filter`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plot_elements: tuple[PlotElement, ...] = ()
    character_contexts: tuple[CharacterContext, ...] = ()
    user_requests: tuple[UserRequest, ...] = ()
    system_instructions: tuple[SystemInstruction, ...] = ()
    metadata: ContextMetadata = ContextMetadata()


# What kind of text an item is, which says how it is summed up when it must be shortened.
TextKind = Literal["events", "characters", "places", "dialogue"]
# What a writer decided about an item of one story; "" leaves it to the rules. A pinned item is of high priority.
Choice = Literal["", "pinned", "high", "medium", "low", "left_out"]
CHOICES: tuple[Choice, ...] = ("", "pinned", "high", "medium", "low", "left_out")


class ContextItem(Value):
    """A candidate for the context. `key` names it for good: `world`, `lore:<entry id>`, `passage:<id>`, ..."""

    layer: LayerName
    source: str
    text: str
    key: str = ""
    priority: Level = "medium"
    kind: TextKind = "events"
    type: str = Field("", description="what a supplied element calls itself; empty for all others")
    tags: tuple[str, ...] = ()
    agents: tuple[str, ...] = Field((), description="who is shown it; empty is everybody")
    phases: tuple[Phase, ...] = Field((), description="in which phases it is shown; empty is all of them")
    choice: Choice = Field("", description="what the writer decided about it")
    held_back: str = Field("", description="why it stays out whatever the room; empty for what may come in")

    def is_for(self, agent: str, phase: Phase) -> bool:
        """Whether an agent is shown it in a phase."""
        return (not self.agents or agent in self.agents) and (not self.phases or phase in self.phases)


class ItemTrace(Value):
    """What became of one item, and why. `shortened` items stand in the context as a summary or by their beginning.

    `tokens` is what it takes in the context, or would take. Items that are out of the question are measured by their
    length alone; `counted` is false for those.
    """

    source: str
    tokens: int
    included: bool
    why: str
    key: str = ""
    priority: Level = "medium"
    choice: Choice = ""
    shortened: bool = False
    counted: bool = True


class LayerTrace(Value):
    """One layer with its budget and use in tokens."""

    name: LayerName
    budget: int
    used: int
    items: tuple[ItemTrace, ...] = ()


class ContextPiece(Value):
    """A stretch of the context as it stands in the prompt, with the layer and the item that it comes from.

    Headings have no key. Pieces that name agents or phases are shown to those only.
    """

    layer: LayerName
    text: str
    key: str = ""
    agents: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()

    def is_for(self, agent: str, phase: Phase) -> bool:
        """Whether an agent is shown it in a phase."""
        return (not self.agents or agent in self.agents) and (not self.phases or phase in self.phases)


class ContextMark(Value):
    """Where in the shared text a piece begins, and which layer and item it is of; headings have no key."""

    start: int
    layer: LayerName
    key: str = ""


class AssembledContext(Value):
    """The shared beginning of every agent's prompt over one story, and the trace of how it came about.

    `text` is what everybody is shown. `own` are the pieces for some agents or phases only; they stand behind it,
    below `own_heading` where the text doesn't end with such a heading's section.
    """

    system: str
    text: str
    budget: int
    layers: tuple[LayerTrace, ...]
    own: tuple[ContextPiece, ...] = ()
    own_heading: str = ""
    marks: tuple[ContextMark, ...] = ()

    def shown_to(self, agent: str, phase: Phase) -> str:
        """The context as one agent reads it in a phase."""
        return "\n\n".join(part for part in [self.text, *(p.text for p in self._own(agent, phase))] if part)

    def pieces(self, agent: str, phase: Phase) -> list[ContextPiece]:
        """The same, piece by piece; their texts joined by nothing are `shown_to`."""
        ends = [*(mark.start for mark in self.marks[1:]), len(self.text)]
        found = [
            ContextPiece(layer=mark.layer, key=mark.key, text=self.text[mark.start : end])
            for mark, end in zip(self.marks, ends, strict=False)
        ] or [ContextPiece(layer="plot", text=self.text)]
        found = [piece for piece in found if piece.text]
        for piece in self._own(agent, phase):
            found.append(piece.model_copy(update={"text": f"\n\n{piece.text}" if found else piece.text}))
        return found

    def _own(self, agent: str, phase: Phase) -> list[ContextPiece]:
        shown = [piece for piece in self.own if piece.is_for(agent, phase)]
        if shown and self.own_heading:
            return [ContextPiece(layer=shown[0].layer, text=self.own_heading), *shown]
        return shown
