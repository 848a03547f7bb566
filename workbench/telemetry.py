"""Telemetry that stays on this machine: what was called, read, written and how long it took."""

from typing import Any, Literal

from workbench.domain.model import ModelCall
from workbench.storage import runs
from workbench.storage.database import Database

EVENT_KINDS = ("chapter_told", "chapter_viewed", "choice_made", "model_call", "image_made")
EventKind = Literal["chapter_told", "chapter_viewed", "choice_made", "model_call", "image_made"]


class Telemetry:
    """Keeps the latest events in the database."""

    def __init__(self, database: Database, keep: int) -> None:
        self._database = database
        self._keep = keep

    def model_call(self, call: ModelCall) -> None:
        """Keep one model call: tokens of its prompt, reused or evaluated, and those written; times in milliseconds."""
        self.record(
            "model_call",
            {
                "agent": call.agent,
                "prompt_tokens": call.usage.prompt_tokens,
                "reused_tokens": call.usage.reused_tokens,
                "evaluated_tokens": call.usage.evaluated_tokens,
                "written_tokens": call.usage.written_tokens,
                "first_token_ms": call.first_token_ms,
                "total_ms": call.total_ms,
            },
        )

    def record(self, kind: EventKind, data: dict[str, Any]) -> None:
        """Keep one event."""
        with self._database.writing() as session:
            runs.record(session, kind, data, self._keep)

    def events(self, kind: str, limit: int) -> list[dict[str, Any]]:
        """The latest events, newest first; an empty `kind` is all kinds."""
        with self._database.reading() as session:
            return runs.telemetry(session, kind, limit)
