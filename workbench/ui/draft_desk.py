"""The drafts that wait for the writer: choose one, accept or discard it, or write one's own version of it."""

import threading
from collections.abc import Callable
from typing import Any

import gradio as gr

from workbench.domain.story import Passage, StoryView
from workbench.errors import InvalidInput, NotFound
from workbench.ui import render
from workbench.ui.continuity_desk import DraftFit
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import TO_LAST_PAGE

Updates = dict[Any, Any]
WAITING, NOT_TAKEN = "Drafts that wait for you", "Drafts of the last chapter that you didn't take"
# A decision is about the draft that one sees: until the page shows what came of it, no other can be pressed.
DECIDING = """(...given) => {
  const buttons = document.querySelector("#ll-decisions");
  if (buttons) buttons.inert = true;
  return given;
}"""
DECIDED = """() => {
  const buttons = document.querySelector("#ll-decisions");
  if (buttons) buttons.inert = false;
}"""


class DraftDesk:
    """Components under the sheet and what their buttons do. What the tab then shows is the tab's business."""

    def __init__(self, desk: Desk) -> None:
        self._story = desk.story
        self._library, self._writing = desk.workbench.library, desk.workbench.writing
        # Two pages may decide about one draft at once; the first one's decision holds.
        self._deciding = threading.Lock()
        self.fit = DraftFit(desk)
        self.choice = gr.Radio([], label=WAITING, visible=False, elem_id="ll-drafts")
        with gr.Row(elem_classes="ll-actions", visible=False, elem_id="ll-decisions") as self.decisions:
            self.accept = gr.Button("Accept", variant="primary", elem_id="ll-accept")
            self.edit = gr.Button("Edit as new draft", elem_id="ll-edit-draft")
            self.discard = gr.Button("Discard", variant="stop")
        with gr.Column(visible=False, elem_classes="ll-gap") as self.editing:
            self.own_text = gr.Textbox(
                "",
                label="Your version",
                info="Saved as a new draft; the other one stays.",
                lines=14,
                max_lines=24,
                elem_classes="ll-prose-box",
                elem_id="ll-own-text",
            )
            with gr.Row(elem_classes="ll-actions"):
                self.save = gr.Button("Save as new draft", variant="primary")
                self.leave = gr.Button("Leave it")

    @property
    def shown(self) -> list[Any]:
        """The components that `updates` may change."""
        return [self.choice, self.decisions, self.editing, self.fit.draft]

    def updates(self, view: StoryView, draft: Passage | None, running: bool = False) -> Updates:
        """The desk with `draft` on top; without one, what wasn't taken of the last chapter can still be turned to.

        There is nothing to choose while a run writes (`running`).
        """
        labels = [(render.draft_label(each, i), each.id) for i, each in enumerate(view.drafts, start=1)]
        return {
            self.choice: gr.Radio(
                choices=labels,
                value=draft.id if draft else None,
                label=WAITING if draft else NOT_TAKEN,
                visible=not running and len(labels) > (1 if draft else 0),
            ),
            self.decisions: gr.Row(visible=bool(draft)),
            self.editing: gr.Column(visible=False),
            self.fit.draft: draft.id if draft else "",
        }

    @staticmethod
    def on_top(view: StoryView, draft_id: str = "") -> Passage | None:
        """The draft of that id, else the latest of those that aren't decided."""
        latest = view.undecided[-1] if view.undecided else None
        return next((each for each in view.drafts if each.id == draft_id), latest)

    def wire(self, outputs: list[Any], view: Callable[..., Updates]) -> None:
        """Connect the buttons. After a decision `view(story_id, draft_id=...)` says what `outputs` show."""

        def accepted(story_id: str, draft_id: str) -> Updates:
            with self._deciding:
                passage = self._writing.accept(self._waiting(story_id, draft_id).id)
            text = f"Chapter {passage.number} is part of the story now. The memory is reading it."
            render.said(text, "Accepted")
            return view(story_id)

        def discarded(story_id: str, draft_id: str) -> Updates:
            with self._deciding:
                self._writing.discard(self._waiting(story_id, draft_id).id)
            return view(story_id)

        def saved(story_id: str, draft_id: str, text: str) -> Updates:
            own = self._writing.edit(self._waiting(story_id, draft_id).id, text)
            return view(story_id, draft_id=own.id)

        def turned_to(story_id: str, draft_id: str) -> Updates:
            return view(story_id, draft_id=draft_id)

        self.fit.wire()
        asked = [self._story, self.choice]
        self.choice.input(render.telling(turned_to), asked, outputs, **PRIVATE)
        for button, decide, inputs in (
            (self.accept, accepted, asked),
            (self.discard, discarded, asked),
            (self.save, saved, [*asked, self.own_text]),
        ):
            pressed = button.click(render.telling(decide), inputs, outputs, js=DECIDING, trigger_mode="once", **PRIVATE)
            pressed.success(js=TO_LAST_PAGE, **PRIVATE)
            # After an error Gradio calls only those who wait for one.
            for ended in (pressed.then, pressed.failure):
                ended(js=DECIDED, **PRIVATE)
        self.edit.click(render.telling(self.opened), asked, [self.editing, self.own_text], **PRIVATE)
        self.leave.click(lambda: gr.Column(visible=False), None, self.editing, **PRIVATE)

    def opened(self, story_id: str, draft_id: str) -> Updates:
        """The draft's text in a box of the writer's own."""
        return {self.editing: gr.Column(visible=True), self.own_text: self._waiting(story_id, draft_id).text}

    def _waiting(self, story_id: str, draft_id: str | None) -> Passage:
        """The draft of that id, if it still waits for a decision."""
        wanted = chosen(draft_id)
        draft = next((each for each in self._library.story_view(story_id).drafts if each.id == wanted), None)
        if draft is None:
            raise NotFound("This draft is decided already. Load the page again to see how the story stands.")
        return draft


def chosen(draft_id: str | None) -> str:
    """The id of the draft on top, or `InvalidInput` when there is none."""
    if not draft_id:
        raise InvalidInput("No draft is open. Press Write for one, or choose one that waits.")
    return draft_id
