"""What the engine's files hand each other: how to sample, what was asked, what came out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from workbench.domain.model import Priority

FinishReason = Literal["stop", "length"]
# Of calls that name none; servers' own defaults differ.
TEMPERATURE = 0.8


@dataclass(frozen=True)
class Sampling:
    """How one reply is drawn. Temperature 0 takes the likeliest token; `grammar` is GBNF with the rule `root`."""

    temperature: float = TEMPERATURE
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    repeat_window: int = 256
    dry_multiplier: float = 0.0
    seed: int = 0
    grammar: str = ""


@dataclass(frozen=True)
class TokenLogprob:
    """One token with the natural logarithm of its probability, before any penalty or filter."""

    text: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Finished:
    """How a reply ended. Counts are in tokens; `reused` of `prompt` were still in memory and not read again."""

    reason: FinishReason
    prompt: int
    reused: int
    written: int


@dataclass(frozen=True)
class Event:
    """What a request's mailbox receives: some text, an end, or an error (the last two at most once, and last).

    `tokens`: all that was written, in the event that has `finished`.
    """

    text: str = ""
    logprobs: tuple[TokenLogprob, ...] = ()
    finished: Finished | None = None
    error: Exception | None = None
    tokens: tuple[int, ...] = ()


@dataclass(eq=False)
class Request:
    """One reply that is wanted. `deliver` is called by the engine's thread and must not block.

    `tokens`: the whole prompt. `history`: tokens that the penalties count as already written (a reply to continue).
    `max_tokens`: None writes until the model ends its turn or the window is full. `top_logprobs`: None for no
    logprobs, else how many alternatives of each token to report.
    `lookup`: the reply is likely to repeat much of the prompt. `story`: whose beginning this prompt is.
    `cancelled` may be set by any thread; the request is dropped before the next step.
    """

    tokens: list[int]
    deliver: Callable[[Event], None]
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    priority: Priority = "interactive"
    top_logprobs: int | None = None
    history: list[int] = field(default_factory=list)
    lookup: bool = False
    story: str = ""
    cancelled: bool = False
