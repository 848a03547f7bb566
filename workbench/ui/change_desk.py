"""What should be different about a chapter: a wish to the agents, and what has changed from one text to another."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from workbench.domain.story import Passage, StoryView
from workbench.errors import InvalidInput, NotFound
from workbench.ui import render
from workbench.ui.desk import Desk

Updates = dict[Any, Any]
WHOLE, CHANGED = "The whole text", "What changed"
PLACEHOLDER = "Let her keep the lantern. Begin in the rain."
# As KEEP_TYPED does for the request: each keystroke is kept by the browser, under the story it was typed for.
KEEP_WISH = """(text, story, kept) => {
  const before = kept && typeof kept === "object" ? kept : {};
  return [{ ...before, wishes: { ...(before.wishes || {}), [story || ""]: text } }];
}"""


class ChangeDesk:
    """Components for changing a draft or the last chapter, and for comparing drafts. The tab runs what is asked."""

    def __init__(self, desk: Desk) -> None:
        self._library, self._writing = desk.workbench.library, desk.workbench.writing

    def build_comparing(self) -> None:
        """What is shown of the draft on top: the text, or what is different from another one."""
        with gr.Row(visible=False, elem_classes="ll-comparing", elem_id="ll-comparing") as self.comparing:
            self.showing = gr.Radio(
                [WHOLE, CHANGED], value=WHOLE, label="Show", container=False, elem_id="ll-showing", min_width=220
            )
            self.other = gr.Dropdown(
                [], label="Compare with", filterable=False, elem_id="ll-other", min_width=200, container=False
            )

    def build_wish(self) -> None:
        """The box for what should be different."""
        with gr.Row(visible=False, elem_classes="ll-actions ll-wishing") as self.wishing:
            self.wish = gr.Textbox(
                "", label="What should be different?", lines=1, max_lines=6, placeholder=PLACEHOLDER, scale=4,
                elem_id="ll-wish", min_width=220,
            )  # fmt: skip
            self.change = gr.Button("Change it", elem_id="ll-change", scale=1, min_width=110)

    @property
    def shown(self) -> list[Any]:
        """The components that `updates` may change."""
        return [self.comparing, self.showing, self.other, self.wishing, self.wish, self.change]

    def updates(
        self, view: StoryView, draft: Passage | None, result: Mapping[str, Any] | None, running: bool
    ) -> Updates:
        """The desk with `draft` on top, or over the last chapter; what stands in the box stays."""
        others = compared_with(view, draft)
        other = before(others, result)
        label = "What should be different?"
        if not running and (draft or view.passages):
            label = f"What should be different in {'this draft' if draft else f'chapter {view.passages[-1].number}'}?"
        return {
            # It stays while the agents are at work, as the box for the request does: what is typed into it is kept.
            self.wishing: gr.Row(visible=bool(view.passages or view.drafts)),
            self.wish: gr.update(label=label),
            self.change: gr.Button(interactive=not running),
            self.comparing: gr.Row(visible=bool(others)),
            self.showing: CHANGED if is_change(others, result) else WHOLE,
            self.other: gr.Dropdown(choices=others, value=other or None),
        }

    def page(
        self, view: StoryView, draft: Passage, result: Mapping[str, Any] | None, showing: str = "", other: str = ""
    ) -> str:
        """The draft as it is looked at: `showing` is WHOLE or CHANGED, by itself CHANGED after a change."""
        others = compared_with(view, draft)
        showing = showing or (CHANGED if is_change(others, result) else WHOLE)
        known = {each.id: each for each in (*view.passages, *view.drafts)}
        base = known.get(other or before(others, result))
        replaced = next((each.number for each in view.passages if each.parent_id == draft.parent_id), 0)
        if showing == CHANGED and base is not None:
            names = {each_id: label for label, each_id in others}
            return render.compared_page(draft, base, names.get(base.id, ""), replaced)
        return render.draft_page(draft, (result or {}).get("rating", {}).get("overall"), replaced)

    def compared(self, story_id: str, draft_id: str, showing: str, other: str) -> str:
        """The page after another way of looking at it was chosen."""
        view = self._library.story_view(story_id) if story_id else None
        draft = next((each for each in view.drafts if each.id == draft_id), None) if view else None
        if view is None or draft is None:
            raise NotFound("This draft is decided already. Load the page again to see how the story stands.")
        return self.page(view, draft, self._writing.result_of_passage(draft.id), showing, other or "")

    def target(self, story_id: str, draft_id: str | None, wish: str) -> Passage:
        """What a wish is about: the draft on top, or the last chapter."""
        if not story_id:
            raise InvalidInput("There is no story to write in yet. Open the sample world, or create one at the left.")
        if not wish.strip():
            raise InvalidInput("Say beside the button what should be different; a sentence is enough.")
        view = self._library.story_view(story_id)
        if draft_id:
            draft = next((each for each in view.drafts if each.id == draft_id), None)
            if draft is None:
                raise NotFound("This draft is decided already. Load the page again to see how the story stands.")
            return draft
        if not view.passages:
            raise NotFound("There is no chapter to change yet. Press Write for the first one.")
        return view.passages[-1]


def compared_with(view: StoryView, draft: Passage | None) -> list[tuple[str, str]]:
    """The other texts of the draft's chapter, as `(label, id)`: drafts that wait, and the accepted one."""
    if draft is None:
        return []
    labels = [
        (f"Beside {render.draft_label(each, number)}", each.id)
        for number, each in enumerate(view.drafts, start=1)
        if each.id != draft.id and each.parent_id == draft.parent_id
    ]
    return [
        *((f"Beside {render.chapter_title(each)}, as accepted", each.id) for each in view.passages
          if each.parent_id == draft.parent_id),
        *labels,
    ]  # fmt: skip


def is_change(others: list[tuple[str, str]], result: Mapping[str, Any] | None) -> bool:
    """Whether a draft came from a wish for a change to a text that is still there."""
    return bool(result) and (result or {}).get("modified") in [each_id for _, each_id in others]


def before(others: list[tuple[str, str]], result: Mapping[str, Any] | None) -> str:
    """What a draft is compared with by itself: what it was changed from, else the first other text."""
    if is_change(others, result):
        return str((result or {})["modified"])
    return others[0][1] if others else ""
