"""What can be said about a text model and about one call of it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ModelState = Literal["loading", "ready", "failed"]
Priority = Literal["interactive", "background"]


class Value(BaseModel):
    """Base of all domain values: immutable, and strict about names it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelStatus(Value):
    """State of the text model as `/health` shows it."""

    name: str
    source: str = Field(description="bundled, file, hub or server")
    state: ModelState
    context_tokens: int = Field(0, ge=0, description="window in tokens; 0 while unknown")
    message: str = Field("", description="what is going on, in a sentence")
    error: str | None = Field(None, description="why it can't be used and what to do")
    tryout: bool = Field(False, description="true for the small bundled model")
    waits: bool = Field(False, description="true while calls wait for something that passes, as the message says")

    @property
    def loaded(self) -> bool:
        """Whether calls can be answered now."""
        return self.state == "ready"


class TokenCount(Value):
    """Number of tokens of a text. `estimate` is for servers whose tokenizer isn't at hand."""

    tokens: int = Field(ge=0)
    strategy: Literal["exact", "estimate"]
    model: str
    error: float = Field(0.0, ge=0, lt=1, description="how far an estimate may be off, as a share of it")


class Usage(Value):
    """Tokens and time of one or more model calls."""

    prompt_tokens: int = 0
    reused_tokens: int = Field(
        0, description="part of the prompt that was still in the model's memory and not read again"
    )
    written_tokens: int = 0
    seconds: float = 0.0

    @property
    def evaluated_tokens(self) -> int:
        """Part of the prompt that had to be read."""
        return self.prompt_tokens - self.reused_tokens

    def told(self) -> dict[str, Any]:
        """All of it as a client gets it."""
        return {**self.model_dump(mode="json"), "evaluated_tokens": self.evaluated_tokens}

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            reused_tokens=self.reused_tokens + other.reused_tokens,
            written_tokens=self.written_tokens + other.written_tokens,
            seconds=round(self.seconds + other.seconds, 3),
        )


class ActivitySecond(Value):
    """What the text model did in one second. Counts in tokens; `running` and `waiting` are the most calls at once."""

    second: int = Field(description="Unix time")
    read: int = 0
    reused: int = 0
    written: int = 0
    running: int = 0
    waiting: int = 0


class ModelActivity(Value):
    """The text model's work, now and in the last minutes, as the Monitor tab shows it.

    `seconds` are consecutive, oldest first, the present one last; a second without work is all zeros. Totals count
    from the start of the app. `drafted` tokens were guessed from the prompt, `accepted` of them were right.
    """

    slots: int = Field(description="calls that are worked on at once")
    running: int = 0
    waiting: int = 0
    memory_tokens: int = Field(0, description="tokens the model's memory holds; 0 where a server doesn't say")
    memory_used: int = 0
    seconds: tuple[ActivitySecond, ...] = ()
    calls: int = 0
    read: int = 0
    reused: int = 0
    written: int = 0
    drafted: int = 0
    accepted: int = 0


class ModelCall(Value):
    """One call as telemetry keeps it. Times in milliseconds."""

    agent: str
    usage: Usage
    first_token_ms: float | None
    total_ms: float
