"""The Context tab: what an agent is shown of the story and why, with the writer's own decisions about each piece."""

from typing import Any

import gradio as gr

from workbench.domain.context import CHOICES
from workbench.errors import InvalidInput, NotFound, WorkbenchError
from workbench.ui import context_bars, context_cards, render
from workbench.ui.context_scripts import FIND_ITEM, INSPECT
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS

Updates = dict[Any, Any]
# Whom one may look over the shoulder, and at what.
AGENTS = {
    "writer": "Writer",
    "editor": "Editor",
    "rater": "Rater",
    "character": "A character",
    "outliner": "Outliner",
    "assistant": "Assistant",
}
PHASES = {
    "drafting": "writes a draft",
    "revising": "revises it",
    "reviewing": "reads a draft",
    "planning": "plans chapters",
    "chatting": "answers in the chat",
}
AT_WORK = {
    "writer": ("drafting", "revising"),
    "editor": ("reviewing",),
    "rater": ("reviewing",),
    "character": ("reviewing",),
    "outliner": ("planning",),
    "assistant": ("chatting",),
}


class ContextTab:
    """Builds the tab: the window as a bar, the items by layer at the left, the prompt at the right."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._context, self._distilling = desk.workbench.context, desk.workbench.distilling
        with gr.Row(elem_classes="ll-filters"):
            self.agent = gr.Dropdown(
                [(words, name) for name, words in AGENTS.items()], value="writer", label="Who", filterable=False,
                elem_id="ll-who", scale=2, min_width=140,
            )  # fmt: skip
            self.phase = gr.Dropdown(
                phases("writer"), value="drafting", label="While it", filterable=False, elem_id="ll-while", scale=2,
                min_width=140, allow_custom_value=True,
            )  # fmt: skip
            self.request = gr.Textbox(
                "", label="If you asked for this", max_lines=1, scale=5, min_width=240, elem_id="ll-if",
                placeholder="Aria meets the ferryman at the pier",
                info="Names in it bring in their entries; press Enter.",
            )  # fmt: skip
        self.bars = gr.HTML("", apply_default_css=False, elem_id="ll-bars")
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-gap", scale=5, min_width=320):
                self.find = gr.Textbox(
                    "",
                    label="Find a piece",
                    max_lines=1,
                    placeholder="a name, a chapter, a reason …",
                    elem_id="ll-find",
                )
                self.items = gr.HTML("", apply_default_css=False, js_on_load=CLICKS + INSPECT, elem_id="ll-inspect")
                self.summed = gr.HTML("", apply_default_css=False, elem_id="ll-summed")
            with gr.Column(elem_classes="ll-prompt-side", scale=5, min_width=320):
                self.prompt = gr.HTML("", apply_default_css=False, js_on_load=FIND_ITEM, elem_id="ll-prompt")

    def wire(self, tab: gr.Tab) -> None:
        """Everything is shown anew when the tab is turned to, and when something is asked or decided."""
        asked = [self.desk.story, self.agent, self.phase, self.request]
        shown = [self.bars, self.items, self.prompt, self.summed]
        gr.on(
            [tab.select, self.phase.input, self.request.submit, self.request.blur],
            # What is asked last is shown last, however long each takes.
            render.telling(self.show), asked, shown, trigger_mode="always_last", **PRIVATE,
        )  # fmt: skip
        self.agent.input(render.telling(self.turn), asked, [*shown, self.phase], **PRIVATE)
        self.items.click(render.telling(self.decide), asked, shown, **PRIVATE)

    def show(self, story_id: str, agent: str, phase: str, request: str) -> Updates:
        """The context as it stands now. What can't be assembled is said in place of the items."""
        if not story_id:
            return {self.bars: "", self.items: context_cards.NO_STORY, self.prompt: "", self.summed: ""}
        # Another agent may have been chosen since the page was asked what this one does.
        phase = phase if phase in AT_WORK[agent] else AT_WORK[agent][0]
        try:
            preview = self._context.preview(story_id, agent=agent, phase=phase, instruction=request.strip())
        except WorkbenchError as error:
            decisions = len(self._context.choices(story_id))
            refused = context_cards.refused(str(error), decisions)
            return {self.bars: "", self.items: refused, self.prompt: "", self.summed: ""}
        return {
            self.bars: context_bars.window_bar(preview),
            self.items: context_cards.items(preview),
            self.prompt: context_cards.prompt(preview),
            self.summed: context_bars.summed_up(self._distilling.progress(story_id)),
        }

    def turn(self, story_id: str, agent: str, phase: str, request: str) -> Updates:
        """Another agent was chosen: it does what it does first."""
        chosen = phase if phase in AT_WORK[agent] else AT_WORK[agent][0]
        return self.show(story_id, agent, phase, request) | {
            self.phase: gr.Dropdown(choices=phases(agent), value=chosen, interactive=len(AT_WORK[agent]) > 1)
        }

    def decide(self, event: gr.EventData, story_id: str, agent: str, phase: str, request: str) -> Updates:
        """A button of an item was pressed: it holds for every run from now on, and shows at once."""
        data = event._data if isinstance(event._data, dict) else {}
        act, key = str(data.get("act", "")), str(data.get("id", ""))
        if not story_id:
            raise InvalidInput("Open a story in Write first.")
        if act == "reset":
            for each in list(self._context.choices(story_id)):
                self._context.choose(story_id, each, "")
            return self.show(story_id, agent, phase, request)
        choice = act.removeprefix("choose-")
        if not act.startswith("choose-") or choice not in CHOICES or not key:
            raise NotFound("This button belongs to an older page. Load the page again.")
        if choice in ("pinned", "high"):
            # What would leave no room for anything else is refused before it is kept.
            self._context.preview(
                story_id, agent=agent, phase=phase, instruction=request.strip(), changes={key: choice}
            )
        self._context.choose(story_id, key, choice)
        return self.show(story_id, agent, phase, request)


def phases(agent: str) -> list[tuple[str, str]]:
    """What an agent can be looked at doing, as a list offers it."""
    return [(PHASES[phase], phase) for phase in AT_WORK[agent]]
