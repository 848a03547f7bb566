"""What an agent is shown: structured elements from outside, and layers with a budget and a trace."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

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


class ContextItem(Value):
    """A candidate for the context."""

    layer: LayerName
    source: str
    text: str
    priority: Level = "medium"
    held_back: str = Field("", description="why it stays out whatever the room; empty for what may come in")


class ItemTrace(Value):
    """What became of one item, and why."""

    source: str
    tokens: int
    included: bool
    why: str


class LayerTrace(Value):
    """One layer with its budget and use in tokens."""

    name: LayerName
    budget: int
    used: int
    items: tuple[ItemTrace, ...] = ()


class AssembledContext(Value):
    """The shared beginning of every agent's prompt over one story, and the trace of how it came about."""

    system: str
    text: str
    budget: int
    layers: tuple[LayerTrace, ...]
