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


class StructuredContext(BaseModel):
    """The container of elements."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plot_elements: tuple[PlotElement, ...] = ()
    character_contexts: tuple[CharacterContext, ...] = ()
    user_requests: tuple[UserRequest, ...] = ()
    system_instructions: tuple[SystemInstruction, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)


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
    tags: tuple[str, ...] = ()
    agents: tuple[str, ...] = Field((), description="who is shown it; empty is everybody")
    phases: tuple[Phase, ...] = Field((), description="in which phases it is shown; empty is all of them")
    held_back: str = Field("", description="why it stays out whatever the room; empty for what may come in")

    def is_for(self, agent: str, phase: Phase) -> bool:
        """Whether an agent is shown it in a phase."""
        return (not self.agents or agent in self.agents) and (not self.phases or phase in self.phases)


class ItemTrace(Value):
    """What became of one item, and why. `shortened` items stand in the context as a summary."""

    source: str
    tokens: int
    included: bool
    why: str
    key: str = ""
    priority: Level = "medium"
    choice: Choice = ""
    shortened: bool = False


class LayerTrace(Value):
    """One layer with its budget and use in tokens."""

    name: LayerName
    budget: int
    used: int
    items: tuple[ItemTrace, ...] = ()


class ContextPiece(Value):
    """A stretch of the context as it stands in the prompt, with the layer and the item that it comes from.

    The text of headings has no key. Pieces that name agents or phases are shown to those only.
    """

    layer: LayerName
    text: str
    key: str = ""
    agents: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()

    def is_for(self, agent: str, phase: Phase) -> bool:
        """Whether an agent is shown it in a phase."""
        return (not self.agents or agent in self.agents) and (not self.phases or phase in self.phases)


class AssembledContext(Value):
    """The shared beginning of every agent's prompt over one story, and the trace of how it came about.

    `text` is what everybody is shown. `own` are the pieces for some agents or phases only; they stand behind it.
    """

    system: str
    text: str
    budget: int
    layers: tuple[LayerTrace, ...]
    own: tuple[ContextPiece, ...] = ()

    def shown_to(self, agent: str, phase: Phase) -> str:
        """The context as one agent reads it in a phase."""
        return "\n\n".join([self.text, *(piece.text for piece in self.own if piece.is_for(agent, phase))])
