"""The Plan tab: the chapters to come in the writer's order, planned by hand, by the outliner, or out of a text."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from workbench.domain.outline import OutlineItem, request_of
from workbench.errors import InvalidInput, NotFound
from workbench.ui import plan_cards, render
from workbench.ui.desk import PRIVATE, Desk, forgotten_request, typed_request
from workbench.ui.plan_writer import PlanWriter
from workbench.ui.scripts import PLAN_CARDS

Updates = dict[Any, Any]
# What the id of a part's heading begins with.
PART = "part:"
OLD_PAGE = "This button belongs to an older page. Load the page again."
READ_ADVICE = (
    "Headings such as “Part One: Salt” or “Chapter 3: The Bell”, a numbered list, bullet points, or one paragraph a "
    "chapter."
)


class PlanTab:
    """Builds the tab; what is done in a card comes as an event with the card's words."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._outlines = desk.workbench.outlines
        self._parts = desk.workbench.parts
        self.found = gr.State([])
        self.planning = gr.State(0)
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-middle ll-gap", scale=5, min_width=320):
                self.list = gr.HTML(
                    plan_cards.NO_STORY, apply_default_css=False, js_on_load=PLAN_CARDS, elem_id="ll-plan"
                )
            with gr.Column(elem_classes="ll-gap ll-plan-side", scale=3, min_width=290, visible=False) as self.side:
                self.writer = PlanWriter(desk, self._list)
                self._build_outliner()
                self._build_reader()

    def _build_outliner(self) -> None:
        gr.Markdown("### Let the outliner plan on")
        self.count = gr.Slider(1, 20, value=3, step=1, label="Chapters to plan", elem_id="ll-plan-count")
        self.in_parts = gr.Slider(
            0, 12, value=0, step=1, label="In so many new parts", elem_id="ll-plan-parts",
            info="0 plans on in the last part. With 3, each of three parts gets as many chapters as are set above.",
        )  # fmt: skip
        with gr.Row(elem_classes="ll-actions"):
            self.generate = gr.Button("Plan the next chapters", variant="primary", elem_id="ll-plan-generate", scale=3)
            self.stop = gr.Button("Stop", variant="stop", visible=False, scale=1, elem_id="ll-plan-stop")
        self.progress = gr.HTML("", apply_default_css=False, elem_id="ll-plan-progress")

    def _build_reader(self) -> None:
        gr.Markdown("### Read a plan out of a text")
        self.text = gr.Textbox(
            "", label="Your text", info=READ_ADVICE, lines=6, max_lines=16, elem_id="ll-plan-text",
            elem_classes="ll-prose-box",
        )  # fmt: skip
        self.read = gr.Button("Read the plan", elem_id="ll-plan-read")
        self.preview = gr.HTML("", apply_default_css=False, elem_id="ll-plan-preview")
        with gr.Row(elem_classes="ll-actions", visible=False) as self.decide:
            self.take = gr.Button("Take it over", variant="primary", elem_id="ll-plan-take")
            self.leave = gr.Button("Leave it")

    def wire(self, tab: gr.Tab, tabs: gr.Tabs, request: gr.Textbox) -> None:
        """`request` is the box in Write that a planned chapter is put into; `tabs` turns there."""
        story, kept = self.desk.story, self.desk.kept
        self._tabs, self._request = tabs, request
        shown = [self.list, self.side, self.generate, self.stop, self.progress, self.planning]
        writer = self.writer
        at_work = [*writer.shown, writer.following]
        writer.wire(self.list)
        # A tab may be turned to before the page has found its story.
        gr.on(
            [tab.select, story.change],
            render.telling(self.show),
            [story, self.planning, writer.following],
            [*shown, *at_work],
            trigger_mode="multiple",
            **PRIVATE,
        )
        self.planning.change(
            render.telling(self.follow), [story, self.planning], shown[:-1], trigger_mode="multiple", **PRIVATE
        )
        self.list.click(
            render.telling(self.pressed), [story, kept, writer.words, writer.rounds, writer.following],
            [self.list, tabs, request, kept, *at_work], trigger_mode="multiple", **PRIVATE,
        )  # fmt: skip
        self.generate.click(
            render.telling(self.begin), [story, self.count, self.in_parts, self.planning],
            [self.planning, self.generate, self.stop], trigger_mode="once", **PRIVATE,
        )  # fmt: skip
        self.stop.click(render.telling(self.stopped), story, self.stop, **PRIVATE)
        reading = [self.found, self.preview, self.decide]
        self.read.click(render.telling(self.extract), [story, self.text], reading, trigger_mode="once", **PRIVATE)
        self.take.click(
            render.telling(self.taken), [story, self.found], [self.list, self.text, *reading], trigger_mode="once",
            **PRIVATE,
        )  # fmt: skip
        self.leave.click(self.left, None, reading, **PRIVATE)

    # --- the plan ---

    def show(self, story_id: str, planning: int, following: int) -> Updates:
        """The tab was opened: the plan as it stands, and the planning that goes on, if any."""
        if not story_id and self.desk.workbench.library.list_stories():
            # The page is about to open one.
            return {self.side: gr.skip()}
        if not story_id:
            return {self.list: plan_cards.NO_STORY, self.side: gr.Column(visible=False)}
        updates: Updates = {self.list: self._list(story_id), self.side: gr.Column(visible=True)}
        updates |= self._at_work(self._outlines.live(story_id) is not None) | self.writer.updates(story_id, following)
        if self._outlines.live(story_id) is not None:
            # A fresh number makes this page follow it.
            updates[self.planning] = planning + 1
        else:
            updates[self.progress] = ""
        return updates

    def _list(self, story_id: str) -> str:
        return plan_cards.plan_list(self._outlines.outline(story_id), story_id, self._parts.plan(story_id))

    def _at_work(self, working: bool) -> Updates:
        return {
            self.generate: gr.Button("Planning …" if working else "Plan the next chapters", interactive=not working),
            self.stop: gr.Button("Stop", visible=working, interactive=True),
        }

    def pressed(
        self, story_id: str, kept: Any, words: float, rounds: float, following: int, event: gr.EventData
    ) -> Updates:
        """Something was done in a card: {act, id, title, summary, to, from}."""
        data = event._data if isinstance(event._data, dict) else {}
        act, item_id = str(data.get("act", "")), str(data.get("id", ""))
        if not story_id:
            raise InvalidInput("No story is open. Open one in Write first.")
        if act == "write":
            return self._to_write(story_id, item_id, kept)
        if item_id.startswith(PART):
            return self._in_part(story_id, act, item_id.removeprefix(PART), data, (words, rounds, following))
        if act == "save" and item_id == "new":
            self._outlines.add(story_id, [_typed(data)])
        elif act == "save":
            self._outlines.change(item_id, **_typed(data))
        elif act == "move":
            self._outlines.move(item_id, _place(data.get("to")))
        elif act == "into":
            part_id = str(data.get("to", ""))
            self._parts.put(item_id, "" if part_id == "none" else part_id)
        elif act == "delete":
            self._outlines.delete(item_id)
            render.said("It is out of the plan.", "Deleted", 3)
        else:
            raise NotFound(OLD_PAGE)
        return {self.list: self._list(story_id)}

    def _in_part(
        self, story_id: str, act: str, part_id: str, data: dict[str, Any], how: tuple[float, float, int]
    ) -> Updates:
        """Something was done at the heading of a part."""
        if act == "part":
            words, rounds, following = how
            return self.writer.begin(story_id, 0, words, rounds, following, part_id)
        if act == "save" and part_id == "new":
            self._parts.add(story_id, item_id=str(data.get("from", "")), **_typed(data))
        elif act == "save":
            self._parts.change(part_id, **_typed(data))
        elif act == "delete":
            self._parts.delete(part_id)
            render.said("The part is gone, its chapters stay in the plan.", "Deleted", 3)
        else:
            raise NotFound(OLD_PAGE)
        return {self.list: self._list(story_id)}

    def _to_write(self, story_id: str, item_id: str, kept: Any) -> Updates:
        """The plan of a chapter becomes the request in Write, behind what is typed there already."""
        item = next((one for one in self._outlines.outline(story_id) if one.id == item_id), None)
        if item is None:
            raise NotFound("That chapter isn't in the plan any more. Load the page again.")
        typed = typed_request(kept, story_id).strip()
        text = planned_request(item, typed)
        return {
            self._tabs: gr.Tabs(selected="write"),
            self._request: text,
            self.desk.kept: forgotten_request(kept, story_id, text),
        }

    # --- the outliner ---

    def begin(self, story_id: str, count: float, in_parts: float, planning: int) -> Updates:
        """Plan on was pressed."""
        if not story_id:
            raise InvalidInput("No story is open. Open one in Write first.")
        self._outlines.begin(story_id, int(count), int(in_parts))
        return {self.planning: planning + 1} | self._at_work(True)

    def follow(self, story_id: str, planning: int) -> Iterator[Updates]:
        """Show the planning while it goes on: each chapter comes into the list as soon as it is there."""
        live = self._outlines.live(story_id) if story_id else None
        if live is None:
            yield self._at_work(False)
            return
        error, shown = "", ""
        for event in live.follow():
            if event.event == "error":
                error = "" if event.message == "Stopped." else event.message
            if event.event != "status":
                continue
            updates: Updates = {self.progress: plan_cards.plan_progress(event.message, event.progress or 0.0)}
            if (now := self._list(story_id)) != shown:
                updates[self.list] = shown = now
            yield updates
        ended = plan_cards.plan_progress("", 1.0, error) if error else ""
        yield {self.progress: ended, self.list: self._list(story_id)} | self._at_work(False)

    def stopped(self, story_id: str) -> Any:
        """Stop was pressed; what is planned already stays."""
        live = self._outlines.live(story_id) if story_id else None
        if live is not None:
            live.cancel()
        return gr.Button("Stopping …", interactive=False)

    # --- reading a text ---

    def extract(self, story_id: str, text: str) -> Updates:
        """Show what plan is in a text; nothing is stored."""
        if not text.strip():
            raise InvalidInput("Paste your plan into the box first.")
        found = self._outlines.extract(text, story_id)
        return {self.found: found, self.preview: plan_cards.plan_preview(found), self.decide: gr.Row(visible=True)}

    def taken(self, story_id: str, found: list[dict[str, Any]]) -> Updates:
        """What was read stands at the end of the plan."""
        if not (story_id and found):
            raise InvalidInput("There is nothing to take over yet. Press “Read the plan” first.")
        fields = ("number", "title", "summary", "part", "part_summary")
        self._outlines.add(story_id, [{name: one[name] for name in fields if name in one} for one in found])
        render.said(f"{render.plural(len(found), 'chapter')} stand in the plan now.", "Taken over", 3)
        return {self.list: self._list(story_id), self.text: "", **self.left()}

    def left(self) -> Updates:
        """The preview is put away; the text stays."""
        return {self.found: [], self.preview: "", self.decide: gr.Row(visible=False)}


def planned_request(item: OutlineItem, typed: str) -> str:
    """The request for a planned chapter; what somebody has typed for it already comes first."""
    wanted = request_of(item)
    if wanted in typed:
        return typed
    return f"{typed}\n{wanted}".strip()


def _typed(data: dict[str, Any]) -> dict[str, str]:
    return {name: str(data.get(name, "")) for name in ("title", "summary")}


def _place(value: Any) -> int:
    text = str(value)
    if not text.isdigit():
        raise NotFound(OLD_PAGE)
    return int(text)
