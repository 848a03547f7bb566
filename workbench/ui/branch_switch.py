"""In Write: which branch is open, and a way back from the last decision."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from workbench.domain.story import StoryView
from workbench.ui import render
from workbench.ui.branch_cards import undo_words
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import TO_LAST_PAGE

Updates = dict[Any, Any]


class BranchSwitch:
    """Components beside the story's card. What the tab then shows is the tab's business."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._tree = desk, desk.workbench.tree
        self.branch = gr.Dropdown([], label="Branch", filterable=False, visible=False, elem_id="ll-branch")
        self.undo = gr.Button("Undo", size="sm", visible=False, elem_id="ll-undo")

    @property
    def shown(self) -> list[Any]:
        """The components that `updates` may change."""
        return [self.branch, self.undo]

    def updates(self, view: StoryView | None) -> Updates:
        """The branches of a story, and its last decision; without a story nothing."""
        if view is None:
            return {self.branch: gr.Dropdown(visible=False), self.undo: gr.Button(visible=False)}
        last = self._tree.last_decision(view.story.id)
        return {
            self.branch: gr.Dropdown(
                choices=[(branch.name, branch.id) for branch in view.branches],
                value=view.story.branch_id,
                visible=len(view.branches) > 1,
            ),
            self.undo: gr.Button(undo_words(last), visible=last is not None),
        }

    def wire(self, outputs: list[Any], choose: Callable[[str, Any], Updates]) -> None:
        """After a switch or an undo `choose(story_id, kept)` says what `outputs` show."""

        def switched(story_id: str, branch_id: str, kept: Any) -> Updates:
            self._tree.switch_branch(story_id, branch_id)
            return choose(story_id, kept)

        def undone(story_id: str, kept: Any) -> Updates:
            decision = self._tree.undo(story_id)[0]
            render.said(f"Taken back: {decision.said}.", "Undone", 4)
            return choose(story_id, kept)

        story, kept = self._desk.story, self._desk.kept
        for trigger, handler, inputs in (
            (self.branch.input, switched, [story, self.branch, kept]),
            (self.undo.click, undone, [story, kept]),
        ):
            trigger(render.telling(handler), inputs, outputs, trigger_mode="once", **PRIVATE).success(
                js=TO_LAST_PAGE, **PRIVATE
            )
