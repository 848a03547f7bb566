"""What clients get: domain values as JSON, and errors as sentences."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import gradio as gr
from pydantic import BaseModel

from workbench.domain.lore import LoreEntry
from workbench.domain.runs import RunEvent
from workbench.domain.story import Passage, StoryView
from workbench.domain.tasks import MemoryTask
from workbench.errors import WorkbenchError

logger = logging.getLogger(__name__)


def told(error: Exception, doing: str) -> gr.Error:
    """The one place where errors become what a client is told: a sentence, never a traceback."""
    if isinstance(error, WorkbenchError):
        return gr.Error(str(error), print_exception=False)
    logger.exception("%s failed", doing, exc_info=error)
    return gr.Error(
        f"Something unforeseen went wrong in {doing} ({type(error).__name__}). Nothing was lost; try again, "
        "and look into the log if it stays.",
        print_exception=False,
    )


def streamed(
    events: Iterable[RunEvent], result: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> Iterator[dict]:
    """Events as clients get them, the last with what `result` makes of its data; an error among them is raised."""
    for event in events:
        if event.event == "error":
            raise gr.Error(event.message, print_exception=False)
        if event.event == "result" and result is not None:
            event = RunEvent(event="result", data=result(event.data or {}))
        yield event.public()


def plain(value: Any) -> Any:
    """Domain values as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def with_evidence(values: dict[str, Any]) -> dict[str, Any]:
    """Where several sentences tell something, `evidence` is the first, and `evidences` are all of them."""
    sentences = [line for line in values["evidence"].splitlines() if line.strip()]
    return {**values, "evidence": sentences[0] if sentences else "", "evidences": sentences}


def task_values(task: MemoryTask) -> dict[str, Any]:
    """A task as clients get it: an update names its `entry`, a creation the `created_entry` once there is one."""
    values = with_evidence(task.model_dump(mode="json"))
    entry = {"id": task.entry_id, "title": task.entity_name}
    if task.kind == "entity_creation":
        values["created_entry"] = entry if task.entry_id else None
        values["created_entry_id"] = task.entry_id
    else:
        values["entry"] = entry if task.entry_id else None
    return values


def found_values(entry: LoreEntry, passage: Passage | None) -> dict[str, Any]:
    """A found entry as clients get it: its fields, and of its `passage` id, number and title."""
    named = passage.model_dump(mode="json", include={"id", "number", "title"}) if passage else None
    return {**entry.model_dump(mode="json"), "passage": named}


def story_values(view: StoryView) -> dict[str, Any]:
    return plain({name: getattr(view, name) for name in ("story", "world", "branches", "passages", "drafts")})
