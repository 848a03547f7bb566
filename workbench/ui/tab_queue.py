"""The Queue tab: what the memory is doing, what it did, and what it could not do."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from workbench.domain.story import StoryView
from workbench.domain.tasks import MemoryTask, TaskKind
from workbench.errors import NotFound
from workbench.ui import queue_cards, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS

FILTERS = {"Everything": "", "Waiting": "pending", "At work": "running", "Done": "done", "Failed": "failed"}
KINDS: tuple[TaskKind, ...] = ("note_update", "entity_creation", "analysis")
SHOWN = 60
REFRESH = 2.0
GATHERING = render.empty("One moment …", "The tasks of the memory are being gathered.")
OLD_PAGE = "This button belongs to an older page. Load the page again."

# What somebody has unfolded stays so when the list is drawn anew, before the eye sees it.
KEEP_UNFOLDED = """
const unfolded = new Set();
element.addEventListener("toggle", (event) => {
  const id = event.target.dataset.id;
  if (id && event.target.isConnected) event.target.open ? unfolded.add(id) : unfolded.delete(id);
}, true);
new MutationObserver(() => {
  element.querySelectorAll("details[data-id]").forEach((one) => {
    if (unfolded.has(one.dataset.id)) one.open = true;
  });
}).observe(element, { childList: true, subtree: true });
"""


class QueueTab:
    """Builds the tab and keeps it fresh while it is looked at."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._memory, self._library = desk.workbench.memory, desk.workbench.library
        self.counts = gr.HTML(queue_cards.QUIET, apply_default_css=False, js_on_load=CLICKS, elem_id="ll-counts")
        with gr.Row(elem_classes="ll-filters", equal_height=True):
            self.filter = gr.Radio(list(FILTERS), value="Everything", label="Show", elem_id="ll-task-filter", scale=3)
            self.here = gr.Checkbox(
                False, label="Only the story that is open", elem_id="ll-task-here", scale=1, min_width=200
            )
        self.list = gr.HTML(GATHERING, apply_default_css=False, js_on_load=CLICKS + KEEP_UNFOLDED, elem_id="ll-tasks")
        self.seen = gr.State({})
        self.timer = gr.Timer(REFRESH, active=False)

    def wire(self, tab: gr.Tab) -> None:
        """The timer runs only while the tab is open; the page changes only where something changed."""
        inputs = [self.desk.story, self.filter, self.here, self.seen]
        outputs = [self.counts, self.list, self.seen]
        tab.select(
            render.telling(lambda story_id, shown, here: self.show(story_id, shown, here, {})),
            inputs[:-1], outputs, **PRIVATE,
        )  # fmt: skip
        gr.on(
            [self.timer.tick, self.filter.input, self.here.input],
            render.telling(self.show), inputs, outputs, **PRIVATE,
        )  # fmt: skip
        self.counts.click(render.telling(self.pause), inputs, outputs, **PRIVATE)
        self.list.click(render.telling(self.again), inputs, outputs, **PRIVATE)

    def show(self, story_id: str, shown: str, here: bool, seen: dict[str, str]) -> Any:
        """Counts of all stories, and the tasks that the filter lets through, newest first: what differs from `seen`."""
        status = FILTERS.get(shown, "")
        wanted = story_id if here and story_id else None
        tasks = [task for kind in KINDS for task in self._memory.tasks(kind, wanted, status)]
        tasks.sort(key=lambda task: task.created_at, reverse=True)
        groups = queue_cards.told_together(tasks)
        left_off = sum(1 + len(others) for _, others in groups[SHOWN:])
        causes, titles = self._names([task for task, _ in groups[:SHOWN]])
        rows = [
            queue_cards.task_row(
                task, causes, "" if wanted or len(titles) < 2 else titles.get(task.story_id, ""), others
            )
            for task, others in groups[:SHOWN]
        ]
        if status:
            advice = "No task is in this state now."
        else:
            advice = "Accept a chapter in Write; the memory then reads it, and its work shows here."
        parts = {
            "counts": queue_cards.queue_counts(self._memory.queue_status(), self._memory.queue_history()),
            "list": queue_cards.task_list(rows, left_off, advice),
        }
        changed = {getattr(self, name): html for name, html in parts.items() if seen.get(name) != html}
        return {**changed, self.seen: parts} if changed else gr.skip()

    def again(self, story_id: str, shown: str, here: bool, seen: dict[str, str], event: gr.EventData) -> Any:
        """A failed task is tried once more."""
        act, task_id = _pressed(event)
        if act not in KINDS:
            raise NotFound(OLD_PAGE)
        self._memory.retry(act, task_id)
        render.said("It is tried again.", "Queue", 3)
        return self.show(story_id, shown, here, seen)

    def pause(self, story_id: str, shown: str, here: bool, seen: dict[str, str], event: gr.EventData) -> Any:
        """A queue begins nothing new until it is told to go on."""
        act, name = _pressed(event)
        if act == "pause":
            self._memory.pause_queue(name)
            render.said("What is at work comes to its end; nothing new is begun.", "Paused", 3)
        elif act == "resume":
            self._memory.resume_queue(name)
        else:
            raise NotFound(OLD_PAGE)
        return self.show(story_id, shown, here, seen)

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


def _pressed(event: gr.EventData) -> tuple[str, str]:
    """What a press in a list asks for, and of what."""
    data = event._data if isinstance(event._data, dict) else {}
    return str(data.get("act", "")), str(data.get("id", ""))
