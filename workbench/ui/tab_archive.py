"""The Archive tab: texts are kept at the left; at the right they are found by words and meaning, read and deleted."""

from typing import Any

import gradio as gr

from workbench.domain.archive import THREAD
from workbench.errors import InvalidInput, NotFound, WorkbenchError
from workbench.ui import archive_cards, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CHAT_LIST

Updates = dict[Any, Any]
SHOWN = 20
# A search gives no more than this.
MOST_FOUND = 100
KEEP, REPLACE = "Keep it", "Replace it"
GONE = "That text isn't in the archive any more. Load the page again to see what is."
GATHERING = render.empty("One moment …", "What is kept is being gathered.")

# Without a round trip: what is typed is kept by the browser until it is stored. What stands in a box already is never
# replaced.
KEEP_TYPED = "(...typed) => { localStorage.setItem('loreloom-archive', JSON.stringify(typed)); }"
TYPED = """(...typed) => {
  const before = JSON.parse(localStorage.getItem("loreloom-archive") || "[]");
  return typed.map((text, place) => text || before[place] || "");
}"""
# A text that is opened far down in the list begins where one looks, or shows there what was found in it.
LIST = f"""{CHAT_LIST}
watch("value", () => setTimeout(() => {{
  const part = element.querySelector(".ll-found-part");
  if (part) return part.scrollIntoView({{ block: part.offsetHeight < innerHeight ? "center" : "start" }});
  const above = element.getBoundingClientRect().top < 0;
  if (above && element.querySelector(".ll-archived")) element.scrollIntoView({{ block: "start" }});
}}, 30));
"""


class ArchiveTab:
    """Builds the tab; a press in the list comes as an event."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._archive = desk.workbench.archive
        # What was searched for last, how many texts are shown, which one is open, and which name may be replaced.
        self.asked, self.count = gr.State(""), gr.State(SHOWN)
        self.opened, self.sure = gr.State(""), gr.State("")
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-gap ll-plan-side", scale=3, min_width=290):
                self._build_keeping()
            with gr.Column(elem_classes="ll-middle ll-gap", scale=5, min_width=320):
                self._build_finding()

    def _build_keeping(self) -> None:
        gr.Markdown("### Keep a text")
        self.name = gr.Textbox(
            "", label="Its name", max_lines=1, max_length=200, elem_id="ll-archive-name",
            placeholder="Letter from the lighthouse",
        )  # fmt: skip
        self.text = gr.Textbox(
            "", label="The text", lines=5, max_lines=16, elem_classes="ll-prose-box", elem_id="ll-archive-text",
            placeholder="Paste an old chapter, research, a letter …",
        )  # fmt: skip
        self.mine = gr.Checkbox(
            True, label="It belongs to the open story", visible=False, elem_id="ll-archive-mine",
            info="Chat then looks it up when you ask about the story.",
        )  # fmt: skip
        self.notice = gr.HTML("", apply_default_css=False, elem_id="ll-archive-notice")
        self.keep = gr.Button(KEEP, variant="primary", elem_id="ll-archive-keep")
        self.line = gr.HTML("", apply_default_css=False, elem_id="ll-archive-line")

    def _build_finding(self) -> None:
        with gr.Row(elem_classes="ll-actions ll-archive-search"):
            self.query = gr.Textbox(
                "", label="Search words and meaning", max_lines=1, elem_id="ll-archive-query", scale=4,
                min_width=120, placeholder="who owed the ferryman, storms in winter …",
            )  # fmt: skip
            self.search = gr.Button("Search", elem_id="ll-archive-go", scale=1)
        self.only = gr.Checkbox(
            False, label="Only what belongs to the open story", visible=False, elem_id="ll-archive-only"
        )
        self.list = gr.HTML(GATHERING, apply_default_css=False, js_on_load=LIST, elem_id="ll-archive-list")

    def wire(self, tab: gr.Tab) -> None:
        """Connect the components."""
        story = self.desk.story
        typed, here = [self.name, self.text, self.query], [story, self.asked, self.count, self.only]
        shown = [self.list, self.asked, self.count, self.opened]
        tab.select(js=TYPED, inputs=typed, outputs=typed, **PRIVATE)
        tab.select(
            render.telling(self.show), [*here, self.opened], [*shown, self.line, self.mine, self.only], **PRIVATE
        ).then(self.settle, None, self.line, **PRIVATE)
        gr.on([box.input for box in typed], js=KEEP_TYPED, inputs=typed, **PRIVATE)
        self.name.input(
            self.renamed, [self.name, self.sure], [self.sure, self.notice, self.keep], trigger_mode="always_last",
            **PRIVATE,
        )  # fmt: skip
        stored = self.keep.click(
            render.telling(self.kept), [story, self.name, self.text, self.mine, self.sure, self.only],
            [*shown, self.name, self.text, self.sure, self.notice, self.keep, self.line],
            trigger_mode="once", **PRIVATE,
        )  # fmt: skip
        stored.success(js=KEEP_TYPED, inputs=typed, **PRIVATE)
        stored.success(self.settle, None, self.line, **PRIVATE)
        gr.on(
            [self.search.click, self.query.submit, self.only.input],
            render.telling(self.find),
            [story, self.query, self.only],
            shown,
            **PRIVATE,
        )
        self.list.click(
            render.telling(self.pressed), [*here, self.opened], [*shown, self.query, self.line], **PRIVATE
        ).success(js=KEEP_TYPED, inputs=typed, **PRIVATE)

    # --- what is there ---

    def show(self, story_id: str, asked: str, count: int, only: bool, opened: str) -> Updates:
        """The tab was turned to: the list, the search or the text that was there, as it stands now."""
        item = self._archive.item(opened) if opened else None
        if item is None:
            updates = self._listed(story_id, asked, count, only)
        else:
            updates = {self.list: archive_cards.whole(item, asked, self._titles())}
        return updates | self.ticks(story_id) | {self.line: self._line()}

    def ticks(self, story_id: str) -> Updates:
        """What can be said about the open story, by its title."""
        titles = self._titles()
        # A tab may be turned to before the page has found its story.
        title = titles.get(story_id)
        called = f"“{archive_cards.shortened(title, 40)}”" if title else "the open story"
        return {
            self.mine: gr.Checkbox(label=f"It belongs to {called}", visible=bool(titles)),
            self.only: gr.Checkbox(label=f"Only what belongs to {called}", visible=bool(titles)),
        }

    def settle(self) -> str:
        """Wait until all that is kept can be found, and say so; or why it can't be."""
        try:
            self._archive.catch_up()
        except WorkbenchError as error:
            return self._line(str(error))
        return self._line()

    def _line(self, trouble: str = "") -> str:
        return archive_cards.summary_line(self._archive.stats(), trouble)

    def _titles(self) -> dict[str, str]:
        return {story.id: story.title for story in self.desk.workbench.library.list_stories()}

    def _listed(self, story_id: str, asked: str, count: int, only: bool) -> Updates:
        """The list, or what a search finds."""
        mine = bool(only and story_id)
        where = {THREAD: story_id} if mine else None
        if asked:
            # One more than is shown tells whether there are more.
            hits = self._archive.search(asked, min(count + 1, MOST_FOUND), where)
            more = count + SHOWN if len(hits) > count else 0
            page = archive_cards.found_list(hits[:count], asked, self._titles(), more)
            page = page if hits else archive_cards.nothing_found(asked, mine)
        else:
            items = self._archive.latest(count + 1, where)
            more = count + SHOWN if len(items) > count else 0
            page = archive_cards.kept_list(items[:count], self._titles(), more)
            page = page if items else archive_cards.NONE_HERE if mine else archive_cards.EMPTY
        return {self.list: page, self.asked: asked, self.count: count, self.opened: ""}

    # --- keeping ---

    def kept(self, story_id: str, name: str, text: str, mine: bool, sure: str, only: bool) -> Updates:
        """Keep a text. What has its name already is replaced only by a second press."""
        name = name.strip()
        if not name:
            raise InvalidInput("Give the text a name first; you find it again under it.")
        if not text.strip():
            raise InvalidInput("Paste or write the text first.")
        before = self._archive.item(name)
        if before is not None and sure != name:
            return {self.sure: name, self.notice: archive_cards.already_there(before), self.keep: gr.Button(REPLACE)}
        metadata = dict(before.metadata) if before else {}
        if story_id and mine:
            metadata[THREAD] = story_id
        elif story_id and metadata.get(THREAD) == story_id:
            del metadata[THREAD]
        self._archive.store(name, text, metadata)
        render.said(f"“{archive_cards.shortened(name, 60)}” is in the archive now.", "Kept", 3)
        # The list, not a search: what was just kept stands on top of it.
        return {
            **self._listed(story_id, "", SHOWN, only),
            **self._unsure(),
            self.name: "",
            self.text: "",
            self.line: self._line(),
        }

    def renamed(self, name: str, sure: str) -> Updates:
        """Another name is typed: what was to be replaced no longer is."""
        return self._unsure() if sure and name.strip() != sure else {self.sure: gr.skip()}

    def _unsure(self) -> Updates:
        return {self.sure: "", self.notice: "", self.keep: gr.Button(KEEP)}

    # --- finding ---

    def find(self, story_id: str, query: str, only: bool) -> Updates:
        """Search; without words, all that is kept is shown."""
        return self._listed(story_id, query.strip(), SHOWN, only)

    def pressed(self, story_id: str, asked: str, count: int, only: bool, opened: str, event: gr.EventData) -> Updates:
        """A text of the list is opened or deleted, or the list shows more, or all again."""
        data = event._data if isinstance(event._data, dict) else {}
        act, key = str(data.get("act", "")), str(data.get("id", ""))
        content_id, part = archive_cards.pressed_item(key)
        if act == "open":
            item = self._archive.item(content_id)
            if item is None:
                raise NotFound(GONE)
            return {self.list: archive_cards.whole(item, asked, self._titles(), part), self.opened: content_id}
        if act == "delete":
            self._delete(content_id)
            return self._listed(story_id, asked, count, only) | {self.line: self._line()}
        if act == "back":
            return self._listed(story_id, asked, count, only)
        if act == "all":
            return self._listed(story_id, "", SHOWN, only) | {self.query: ""}
        if act == "more" and key.isascii() and key.isdigit():
            return self._listed(story_id, asked, int(key), only)
        raise NotFound("This button belongs to an older page. Load the page again.")

    def _delete(self, content_id: str) -> None:
        if self._archive.item(content_id) is None:
            raise NotFound(GONE)
        self._archive.delete(content_id)
        render.said("The text is gone from the archive.", "Deleted", 3)
