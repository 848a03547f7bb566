"""The Queue tab: what the memory is doing, what it did, and what it could not do."""

from collections.abc import Sequence
from typing import Any, cast

import gradio as gr

from workbench.domain.story import StoryView
from workbench.domain.tasks import MemoryTask, TaskKind
from workbench.errors import NotFound
from workbench.ui import cards, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS

FILTERS = {"Everything": "", "Waiting": "pending", "At work": "running", "Done": "done", "Failed": "failed"}
KINDS: tuple[TaskKind, ...] = ("note_update", "entity_creation", "analysis")
SHOWN = 60
REFRESH = 2.0


class QueueTab:
    """Builds the tab and keeps it fresh while it is looked at."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._memory, self._library = desk.workbench.memory, desk.workbench.library
        self.counts = gr.HTML("", apply_default_css=False, elem_id="ll-counts")
        with gr.Row(elem_classes="ll-filters", equal_height=True):
            self.filter = gr.Radio(list(FILTERS), value="Everything", label="Show", elem_id="ll-task-filter", scale=3)
            self.here = gr.Checkbox(
                False, label="Only the story that is open", elem_id="ll-task-here", scale=1, min_width=200
            )
        self.list = gr.HTML("", apply_default_css=False, js_on_load=CLICKS, elem_id="ll-tasks")
        self.timer = gr.Timer(REFRESH, active=False)

    def wire(self, tab: gr.Tab) -> None:
        """The timer runs only while the tab is open; the page changes only where something changed."""
        inputs = [self.desk.story, self.filter, self.here]
        outputs = [self.counts, self.list]
        gr.on(
            [tab.select, self.timer.tick, self.filter.input, self.here.input],
            render.telling(self.show), inputs, outputs, **PRIVATE,
        )  # fmt: skip
        self.list.click(render.telling(self.again), inputs, outputs, **PRIVATE)

    def show(self, story_id: str, shown: str, here: bool) -> dict[Any, Any]:
        """Counts of all stories, and the tasks that the filter lets through, newest first."""
        status = FILTERS.get(shown, "")
        wanted = story_id if here and story_id else None
        tasks = [task for kind in KINDS for task in self._memory.tasks(kind, wanted, status)]
        tasks.sort(key=lambda task: task.created_at, reverse=True)
        causes, titles = self._names(tasks[:SHOWN])
        rows = [
            cards.task_row(task, causes, "" if wanted or len(titles) < 2 else titles.get(task.story_id, ""))
            for task in tasks[:SHOWN]
        ]
        if status:
            advice = "No task is in this state now."
        else:
            advice = "Accept a chapter in Write; the memory then reads it, and its work shows here."
        return {
            self.counts: cards.queue_counts(self._memory.queue_status()),
            self.list: cards.task_list(rows, max(0, len(tasks) - SHOWN), advice),
        }

    def again(self, story_id: str, shown: str, here: bool, event: gr.EventData) -> dict[Any, Any]:
        """A failed task is tried once more."""
        data = event._data if isinstance(event._data, dict) else {}
        if data.get("act") not in KINDS:
            raise NotFound("This button belongs to an older page. Load the page again.")
        self._memory.retry(cast(TaskKind, data["act"]), str(data.get("id", "")))
        render.said("It is tried again.", "Queue", 3)
        return self.show(story_id, shown, here)

    def _names(self, tasks: Sequence[MemoryTask]) -> tuple[dict[str, str], dict[str, str]]:
        """Words for the passages and stories that the tasks speak of."""
        causes: dict[str, str] = {}
        titles: dict[str, str] = {}
        for story_id in {task.story_id for task in tasks}:
            view = self._library.story_view(story_id)
            titles[story_id] = view.story.title
            causes |= passage_names(view)
        return causes, titles


def passage_names(view: StoryView) -> dict[str, str]:
    """The passages of a story by id, as people call them."""
    return {passage.id: f"chapter {passage.number}" for passage in (*view.passages, *view.drafts)}
