"""The Adventure tab: a shelf to begin or go on, and one chapter at a time like a book."""

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from workbench.domain.adventures import FEWEST, MOST, USUAL, Adventure, Told
from workbench.domain.lessons import OLDEST, YOUNGEST
from workbench.errors import NotFound, WorkbenchError
from workbench.ui import adventure_cards as cards
from workbench.ui import render
from workbench.ui.adventure_scripts import CHOICE_KEYS, READ_ALOUD, SHOW_LINK, STOP_READING, TO_THE_TOP
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS, ONE_PRESS

Updates = dict[Any, Any]
FRAME = 0.12


class AdventureTab:
    """Builds the tab and follows the chapter that is being told."""

    def __init__(self, desk: Desk) -> None:
        self._adventures = desk.workbench.adventures
        lessons = self._adventures.lessons
        settings = list(lessons.categories.values())
        topics = [(one.title, one.id) for one in lessons.topics.values()]
        self.open = gr.State("")
        self.following = gr.State(0)
        self.setting = gr.State(settings[0].id)
        with gr.Column(elem_classes="ll-gap", elem_id="ll-cover") as self.cover:
            self.settings = gr.HTML(
                cards.settings_shelf(settings, settings[0].id), apply_default_css=False, js_on_load=CLICKS,
                elem_id="ll-settings",
            )  # fmt: skip
            with gr.Row(elem_classes="ll-maker-row"):
                self.topic = gr.Dropdown(
                    topics, value=topics[0][1], label="What is learned on the way", filterable=False, min_width=200,
                    elem_id="ll-topic",
                )  # fmt: skip
                self.age = gr.Slider(YOUNGEST, OLDEST, 9, step=1, label="Age of the reader", min_width=180)
                self.count = gr.Slider(FEWEST, MOST, USUAL, step=1, label="Chapters", min_width=180)
            self.begin = gr.Button("Begin the adventure", variant="primary", elem_id="ll-begin")
            self.shelf = gr.HTML("", apply_default_css=False, js_on_load=ONE_PRESS + CLICKS, elem_id="ll-shelf")
        with gr.Column(elem_classes="ll-gap ll-book", visible=False, elem_id="ll-book") as self.book:
            self.path = gr.HTML("", apply_default_css=False, elem_id="ll-path")
            self.told = gr.HTML("", apply_default_css=False, elem_id="ll-told")
            self.page = gr.HTML(cards.NOBODY, apply_default_css=False, elem_id="ll-page")
            self.choices = gr.HTML(
                "", apply_default_css=False, js_on_load=ONE_PRESS + CHOICE_KEYS + CLICKS, elem_id="ll-choices"
            )
            with gr.Row(elem_classes="ll-actions"):
                self.aloud = gr.Button("Read aloud", size="sm", elem_id="ll-aloud")
                self.learned = gr.Button("The lessons so far", size="sm", elem_id="ll-learned")
                self.leave = gr.Button("Other adventures", size="sm", elem_id="ll-leave")
            self.lessons = gr.HTML("", apply_default_css=False, visible=False, elem_id="ll-lessons")

    @property
    def _shown(self) -> list[Any]:
        return [
            self.cover, self.book, self.path, self.told, self.page, self.choices, self.lessons, self.shelf, self.open,
            self.following,
        ]  # fmt: skip

    def wire(self, tab: gr.Tab, tabs: gr.Tabs, page: gr.Blocks) -> None:
        """Whatever opens an adventure goes through `_opened`, every chapter that is told through `follow`."""
        self.tabs = tabs
        here = [self.open, self.following]
        following = self.following.change(
            render.telling(self.follow), [self.open], [self.path, self.told, self.page, self.choices, self.shelf],
            trigger_mode="multiple", **PRIVATE,
        )  # fmt: skip
        self.path.change(js=SHOW_LINK, **PRIVATE)
        page.load(render.telling(self.linked), here, [tabs, *self._shown], **PRIVATE)
        tab.select(render.telling(self.show), here, self._shown, **PRIVATE)
        self.settings.click(render.telling(self.picked), None, [self.settings, self.setting], **PRIVATE)
        self.begin.click(
            render.telling(self.begun), [self.setting, self.topic, self.age, self.count, self.following], self._shown,
            trigger_mode="once", **PRIVATE,
        ).success(js=TO_THE_TOP, **PRIVATE)  # fmt: skip
        self.shelf.click(render.telling(self.pressed), here, self._shown, cancels=[following], **PRIVATE)
        self.choices.click(
            render.telling(self.chosen), here, self._shown, trigger_mode="once", js=STOP_READING, **PRIVATE
        ).success(js=TO_THE_TOP, **PRIVATE)
        self.leave.click(render.telling(self.left), here, self._shown, cancels=[following], js=STOP_READING, **PRIVATE)
        self.aloud.click(js=READ_ALOUD, **PRIVATE)
        self.learned.click(render.telling(self.lessons_shown), self.open, self.lessons, **PRIVATE)

    # --- opening ---

    def linked(self, adventure_id: str, following: int, request: gr.Request) -> Updates:
        """The page was loaded; its address may name an adventure, which is opened then."""
        wanted = str(dict(request.query_params).get("adventure", "")) if request else ""
        if not wanted:
            return {self.shelf: self._shelf()}
        try:
            self._adventures.get(wanted, go_on=False)
        except WorkbenchError as error:
            gr.Warning(render.safe(str(error)), duration=10, title="The link leads nowhere")
            return {self.shelf: self._shelf()}
        return {**self._opened(wanted, following), self.tabs: gr.Tabs(selected="adventure")}

    def show(self, adventure_id: str, following: int) -> Updates:
        """The tab was turned to."""
        return self._opened(adventure_id, following) if adventure_id else {self.shelf: self._shelf()}

    def _shelf(self) -> str:
        lessons = self._adventures.lessons
        return cards.shelf(self._adventures.listing(), lessons.categories, lessons.topics)

    def _opened(self, adventure_id: str, following: int) -> Updates:
        adventure = self._adventures.get(adventure_id)
        telling = adventure.status == "writing"
        updates: Updates = {
            self.cover: gr.Column(visible=False),
            self.book: gr.Column(visible=True),
            self.open: adventure.id,
            self.lessons: gr.HTML("", visible=False),
            **self._drawn(adventure),
        }
        if telling:
            updates |= {self.following: following + 1}
        elif adventure.last is not None:
            self._adventures.viewed(adventure.id, adventure.last.number)
        return updates

    def _drawn(self, adventure: Adventure) -> Updates:
        last = adventure.last
        telling = adventure.status == "writing"
        pictured = adventure.id if self._adventures.pictures is not None else ""
        if telling or last is None:
            page = cards.live_page(adventure.next_number, "", "The chapter is on its way")
        else:
            page = cards.book_page(last, pictured)
        return {
            self.path: cards.journey(adventure, telling=telling),
            self.told: cards.outcome(_last_told(adventure)),
            self.page: page,
            self.choices: cards.choices_page(adventure, pictured),
        }

    def picked(self, event: gr.EventData) -> Updates:
        """Another setting was chosen."""
        data = event._data if isinstance(event._data, dict) else {}
        setting = self._adventures.lessons.category(str(data.get("id", "")))
        settings = list(self._adventures.lessons.categories.values())
        return {self.settings: cards.settings_shelf(settings, setting.id), self.setting: setting.id}

    def begun(self, setting: str, topic: str, age: float, count: float, following: int) -> Updates:
        """An adventure begins."""
        adventure = self._adventures.start(setting, topic, {"age": int(age), "chapters": int(count)})
        return self._opened(adventure.id, following)

    def pressed(self, adventure_id: str, following: int, event: gr.EventData) -> Updates:
        """An adventure of the shelf is opened or deleted."""
        data = event._data if isinstance(event._data, dict) else {}
        act, wanted = str(data.get("act", "")), str(data.get("id", ""))
        if act == "delete":
            self._adventures.delete(wanted)
            render.said("The adventure is gone.", "Deleted", 3)
            return {self.shelf: self._shelf()}
        if act != "open":
            raise NotFound("This button belongs to an older page. Load the page again.")
        return self._opened(wanted, following)

    def left(self, adventure_id: str, following: int) -> Updates:
        """Back to the shelf; the adventure stays where it is."""
        return {
            self.cover: gr.Column(visible=True),
            self.book: gr.Column(visible=False),
            self.path: "",
            self.shelf: self._shelf(),
            self.open: "",
        }

    def lessons_shown(self, adventure_id: str) -> Any:
        """What was asked and answered so far."""
        adventure = self._adventures.get(adventure_id, go_on=False)
        return gr.HTML(f'<div class="ll-card">{cards.lessons_page(adventure)}</div>', visible=True)

    # --- playing ---

    def chosen(self, adventure_id: str, following: int, event: gr.EventData) -> Updates:
        """The reader chose, or wants a failed chapter to be tried again. Who was late sees where the adventure is."""
        data = event._data if isinstance(event._data, dict) else {}
        try:
            if data.get("act") == "again":
                self._adventures.again(adventure_id)
            else:
                self._adventures.choose(adventure_id, str(data.get("id", "")))
        except WorkbenchError as error:
            gr.Warning(render.safe(str(error)), duration=10, title="That did not work")
        return self._opened(adventure_id, following)

    def follow(self, adventure_id: str) -> Iterator[Updates]:
        """Show a chapter while it is told, from its first word: after a reload the same picture comes again."""
        if not adventure_id:
            return
        live = self._adventures.live(adventure_id)
        if live is not None:
            number = self._adventures.get(adventure_id, go_on=False).next_number
            text, doing, shown_at = "", "The chapter is on its way", 0.0
            for event in live.follow():
                if event.event == "token" and event.node == "tell":
                    text += event.text
                elif event.event == "status":
                    # What is told once more stands in the place of what was told.
                    text = "" if event.node == "again" else text
                    doing = event.message
                else:
                    continue
                if event.event == "token" and time.monotonic() - shown_at < FRAME:
                    continue
                shown_at = time.monotonic()
                yield {self.page: cards.live_page(number, text, doing)}
        adventure = self._adventures.get(adventure_id, go_on=False)
        if adventure.last is not None:
            self._adventures.viewed(adventure.id, adventure.last.number)
        yield self._drawn(adventure) | {self.shelf: self._shelf()}


def _last_told(adventure: Adventure) -> Told | None:
    """What became of the answer before the chapter that is open."""
    chapters = adventure.chapters
    place = len(chapters) - (1 if adventure.status == "writing" else 2)
    return chapters[place].told if 0 <= place < len(chapters) else None
