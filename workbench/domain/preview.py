"""A prompt as a model would read it, with where each part of it comes from."""

from typing import Literal

from pydantic import Field

from workbench.domain.agents import Phase
from workbench.domain.context import LayerName, LayerTrace
from workbench.domain.model import Value

# A layer of the context, the agent's own task, or the marks that the model's template puts around all of it.
SegmentOrigin = Literal[LayerName, "task", "form"]


class PromptSegment(Value):
    """A stretch of a prompt. `key` names the context item that it tells; "" where it is none."""

    origin: SegmentOrigin
    text: str
    key: str = ""


class ContextPreview(Value):
    """What an agent would be shown now. All sizes in tokens.

    `window` is divided into `reply` (drafts and answers), `buffer`, the `task`, and `budget` for the context.
    """

    agent: str
    phase: Phase
    prompt: str = Field(description="the whole prompt; the texts of `segments` joined")
    segments: tuple[PromptSegment, ...]
    tokens: int
    window: int
    reply: int
    buffer: int
    task: int
    budget: int
    strategy: Literal["exact", "estimate"]
    error: float = Field(0.0, description="how far an estimate may be off, as a share")
    layers: tuple[LayerTrace, ...]
