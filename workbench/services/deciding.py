"""What follows from a decision about a passage: its place in the plan, and the memory's work on it."""

from typing import Any

from workbench.domain.story import Passage
from workbench.storage import outlines, tasks


def joined(session: Any, passage: Passage, replaced: str | None = None, item_id: str | None = None) -> None:
    """A passage is part of the story now: its planned chapter is written, and the memory reads it.

    `replaced` is the passage whose place it took, `item_id` the chapter of the plan that it was written for, where that
    is known.
    """
    outlines.written(session, passage, replaced, item_id)
    if replaced:
        tasks.retract_passage(session, replaced)
    tasks.restore_passage(session, passage.id)
    tasks.add(
        session,
        "analysis",
        passage.story_id,
        dedupe_key=f"analysis:{passage.id}",
        passage_id=passage.id,
        summary=f"Read {passage.title}",
    )


def left(session: Any, passage: Passage) -> None:
    """A passage isn't part of the story any more: its place in the plan is open, and what waits is retracted."""
    outlines.unwritten(session, passage)
    tasks.retract_passage(session, passage.id)
