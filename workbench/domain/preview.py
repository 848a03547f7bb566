"""A prompt as a model would read it, with where each part of it comes from."""

from typing import Literal

from pydantic import Field

from workbench.domain.agents import Phase
from workbench.domain.context import LayerName, LayerTrace
from workbench.domain.model import Value

# A layer of the context, the agent's own task, or the marks that the model's template puts around all of it.
SegmentOrigin = Literal[LayerName, "task", "form"]


class SpelledPrompt(Value):
    """A prompt with the marks of the model's template. `parts` are texts, each with whether somebody said it."""

    parts: tuple[tuple[str, bool], ...]
    tokens: int


class PromptSegment(Value):
    """A stretch of a prompt. `key` names the context item that it tells; "" where it is none."""

    origin: SegmentOrigin
    text: str
    key: str = ""


class ContextPreview(Value):
    """What an agent would be shown now. All sizes in tokens.

    `tokens` is the size of the whole prompt, its marks and the agent's task with it.
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
