"""Runs of a graph and the events they leave behind."""

from typing import Any, Literal

from pydantic import Field

from workbench.domain.context import StructuredContext
from workbench.domain.model import Value

RunStatus = Literal["running", "done", "failed", "cancelled", "interrupted"]
EventKind = Literal["status", "token", "result", "error"]


class RunEvent(Value):
    """One event of a run: status (node, message, progress 0..1), token (node, text), result (data), error (message)."""

    event: EventKind
    node: str = ""
    message: str = ""
    progress: float | None = Field(None, ge=0, le=1)
    text: str = ""
    data: dict[str, Any] | None = None

    def public(self) -> dict[str, Any]:
        """The event as a client gets it: only the fields of its kind."""
        if self.event == "status":
            return {"event": "status", "node": self.node, "message": self.message, "progress": self.progress or 0.0}
        if self.event == "token":
            return {"event": "token", "node": self.node, "text": self.text}
        if self.event == "result":
            return {"event": "result", "data": self.data or {}}
        return {"event": "error", "message": self.message}


class Run(Value):
    """One execution of a graph."""

    id: str
    graph: str
    story_id: str
    status: RunStatus
    instruction: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    error: str = ""
    passage_id: str | None = None
    created_at: str = ""
    finished_at: str | None = None


class ChapterOptions(Value):
    """The `options` of `/generate_chapter`. Fields left out take the settings' values."""

    max_rounds: int | None = Field(None, ge=1, le=6)
    accept_score: float | None = Field(None, ge=1, le=9)
    max_tokens: int | None = Field(None, ge=16, le=8192)
    temperature: float | None = Field(None, ge=0, le=2)
    seed: int | None = Field(None, ge=0, le=2**31 - 1)
    characters: tuple[str, ...] = Field(
        (), max_length=8, description="ids of character entries that react to the draft"
    )
    structured_context: StructuredContext | None = None
    auto_accept: bool = False
