"""The Lore tab: what is true in the world, beside what the story has made of it, and what the story found by itself."""

from typing import Any

import gradio as gr

from workbench.domain.lore import LORE_KINDS, LoreEntry, NoteRevision
from workbench.domain.story import StoryView
from workbench.errors import InvalidInput, NotFound
from workbench.ui import cards, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.lore_filters import (
    ALL_KINDS,
    ENTRIES,
    EVERYTHING,
    REVIEW,
    TIES,
    WHICH,
    Asked,
    Lore,
    advice,
    let_through,
    modes,
)
from workbench.ui.lore_form import LoreForm
from workbench.ui.lore_graph import ties_of, ties_picture
from workbench.ui.lore_help import LoreHelp
from workbench.ui.lore_history import NoteHistory
from workbench.ui.lore_index import IndexLine
from workbench.ui.lore_review import LoreReview
from workbench.ui.portrait_panel import PortraitPanel
from workbench.ui.scripts import CLICKS, REVEAL_ENTRY, REVEAL_MERGE, SHOW_PASSAGE
from workbench.ui.tab_queue import passage_names
from workbench.ui.world_map import WorldMapView

Updates = dict[Any, Any]
REFRESH = 4.0


class LoreTab:
    """Builds the tab: list, review or ties at the left, the chosen entry at the right with what can be done to it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._library = desk.workbench.library
        self.entry, self.query = gr.State(""), gr.State("")
        # How many entries wait for a review, as the page tells it.
        self.waiting = gr.State(0)
        self.timer = gr.Timer(REFRESH, active=False)
        self.atlas = WorldMapView(desk)
        self.mode = gr.Radio(modes(0), value=ENTRIES, label="Show", container=False, elem_id="ll-lore-mode")
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-list ll-gap", scale=2, min_width=300) as self.entries_side:
                self._build_list()
            with gr.Column(elem_classes="ll-gap", scale=4, min_width=300, visible=False) as self.review_side:
                self.review = LoreReview(desk)
            with gr.Column(elem_classes="ll-gap", scale=5, min_width=300, visible=False) as self.ties_side:
                self.alone = gr.Checkbox(False, label="Only the chosen entry and its ties", elem_id="ll-alone")
                self.ties = gr.HTML("", apply_default_css=False, js_on_load=CLICKS, elem_id="ll-ties")
            with gr.Column(elem_classes="ll-entry-side ll-gap", elem_id="ll-entry-side", scale=5, min_width=320):
                with gr.Column(elem_classes="ll-gap") as self.reading:
                    self.shown = gr.HTML(
                        "", apply_default_css=False, js_on_load=SHOW_PASSAGE + CLICKS, elem_id="ll-entry"
                    )
                    self._build_actions()
                    self.help_place = gr.Column(elem_classes="ll-gap")
                self.form = LoreForm()
                with self.help_place:
                    self.help = LoreHelp(desk, self.form)
                    self.portrait = PortraitPanel(desk)
        self.index = IndexLine(desk)

    def _build_list(self) -> None:
        self.add = gr.Button("Add an entry", variant="primary", elem_id="ll-add-entry")
        with gr.Row(elem_classes="ll-narrowing"):
            self.kind = gr.Dropdown(
                [ALL_KINDS, *LORE_KINDS], value=ALL_KINDS, label="Kind", filterable=False, elem_id="ll-kind",
                min_width=130,
            )  # fmt: skip
            self.which = gr.Dropdown(
                list(WHICH), value=EVERYTHING, label="Only what is", filterable=False, elem_id="ll-which", min_width=130
            )
        self.search = gr.Textbox(
            "", label="Search", placeholder="who owes whom, the old lighthouse …", max_lines=1,
            info="By words and by meaning; press Enter.", elem_id="ll-search",
        )  # fmt: skip
        self.list = gr.HTML("", apply_default_css=False, js_on_load=CLICKS, elem_id="ll-lore")

    def _build_actions(self) -> None:
        with gr.Row(elem_classes="ll-actions", visible=False) as self.actions:
            self.change = gr.Button("Edit the entry", elem_id="ll-edit-entry")
            self.write_note = gr.Button("Edit the note", elem_id="ll-edit-note")
            self.look_back = gr.Button("Note history")
            self.anew = gr.Button("Tell it anew …")
            self.looks = gr.Button("How they look", visible=False, elem_id="ll-how-they-look")
            self.remove = gr.Button("Delete", variant="stop")
        with gr.Column(visible=False, elem_classes="ll-gap") as self.confirming:
            self.question = gr.HTML("", apply_default_css=False)
            with gr.Row(elem_classes="ll-actions"):
                self.confirm = gr.Button("Yes, delete it", variant="stop")
                self.keep = gr.Button("Keep it")
        with gr.Column(visible=False, elem_classes="ll-gap") as self.noting:
            self.note = gr.Textbox(
                "", label="What has become true in this story", lines=5, max_lines=16, elem_classes="ll-prose-box",
                info="It outranks the base text whenever the agents write. Earlier versions stay in the history.",
                elem_id="ll-own-note",
            )  # fmt: skip
            with gr.Row(elem_classes="ll-actions"):
                self.save_note = gr.Button("Save the note", variant="primary")
                self.leave_note = gr.Button("Leave it")
        self.history = NoteHistory(self.desk)

    # --- what happens when ---

    def wire(self, tab: gr.Tab) -> None:
        """Connect the components. List and entry are shown anew; forms stay as they are until they are saved."""
        asked = [
            self.desk.story, self.entry, self.kind, self.which, self.query, self.mode, self.alone, self.waiting,
            self.history.seen,
        ]  # fmt: skip
        shown = [
            self.list, self.shown, self.actions, self.entry, self.mode, self.waiting, self.review.list, self.ties,
            self.looks,
        ]  # fmt: skip
        panels = [
            self.reading, self.form.place, self.confirming, self.noting, self.history.place, self.history.seen,
            self.help.place, self.portrait.place,
        ]  # fmt: skip
        sides = [self.entries_side, self.review_side, self.ties_side]
        # Panels and history both name what the history has shown last.
        lasting = [*shown, *dict.fromkeys([*panels, *self.history.shown])]
        gr.on(
            [tab.select, self.timer.tick, self.kind.input, self.which.input, self.alone.input],
            render.telling(self.refresh), asked, [*shown, *self.history.shown], **PRIVATE,
        )  # fmt: skip
        self.mode.input(render.telling(self.turn), asked, [*shown, *sides], **PRIVATE)
        self.desk.story.change(
            lambda: self._closed() | self.review.closed() | {self.entry: "", self.query: "", self.search: ""},
            None, [*panels, *self._merging, self.entry, self.query, self.search], **PRIVATE,
        )  # fmt: skip
        self._wire_search(asked, shown)
        self.atlas.wire(tab)
        for place in (self.list, self.ties, self.shown, self.atlas.picture):
            place.click(render.telling(self.open), asked, [*shown, *panels], **PRIVATE).success(
                js=REVEAL_ENTRY, **PRIVATE
            )
        self._wire_review(asked, shown, panels)
        self._wire_form(asked, shown, panels)
        self._wire_note(asked, shown, panels, lasting)
        self.index.wire(tab, self.timer)

    @property
    def _merging(self) -> list[Any]:
        return [self.review.merging, self.review.merge_form]

    def _wire_search(self, asked: list[Any], shown: list[Any]) -> None:
        self.search.submit(render.telling(self.find), [*asked, self.search], [*shown, self.query], **PRIVATE)
        # An emptied box shows everything again without Enter; a half-typed one asks nothing.
        self.search.input(
            lambda *values: (
                {self.entry: gr.skip()}
                if values[-1].strip() or not Asked(*values[:-1]).query
                else self.find(*values[:-1], "")
            ),
            [*asked, self.search], [*shown, self.query], **PRIVATE,
        )  # fmt: skip

    def _wire_review(self, asked: list[Any], shown: list[Any], panels: list[Any]) -> None:
        review = self.review
        form = [review.heading, review.into]
        review.list.click(
            render.telling(self.decide), asked, [*shown, *panels, *self._merging, *form], **PRIVATE
        ).success(js=REVEAL_MERGE, **PRIVATE)
        review.leave.click(review.closed, None, self._merging, **PRIVATE)
        review.merge.click(
            render.telling(self.merged), [*asked, review.merging, review.into], [*shown, *panels, *self._merging],
            trigger_mode="once", **PRIVATE,
        )  # fmt: skip

    def _wire_form(self, asked: list[Any], shown: list[Any], panels: list[Any]) -> None:
        form, story, entry = self.form, self.desk.story, self.entry
        fields, filled = [*form.fields, form.editing], [*panels, *form.filling]
        self.add.click(render.telling(self.new), story, filled, **PRIVATE).success(js=REVEAL_ENTRY, **PRIVATE)
        self.change.click(render.telling(self.edit), [story, entry], filled, **PRIVATE)
        self.help.wire(self.anew, entry, panels, filled, self._closed, self.edit)
        self.portrait.wire(self.looks, entry, panels, self._closed)
        form.leave.click(self._closed, None, panels, **PRIVATE)
        form.save.click(render.telling(self.saved), [*asked, *fields], [*shown, *panels], **PRIVATE)
        self.remove.click(render.telling(self.ask), [story, entry], [*panels, self.question], **PRIVATE)
        self.keep.click(self._closed, None, panels, **PRIVATE)
        self.confirm.click(render.telling(self.deleted), asked, [*shown, *panels], **PRIVATE)

    def _wire_note(self, asked: list[Any], shown: list[Any], panels: list[Any], lasting: list[Any]) -> None:
        story, entry, history = self.desk.story, self.entry, self.history
        self.write_note.click(render.telling(self.open_note), [story, entry], [*panels, self.note], **PRIVATE)
        self.leave_note.click(self._closed, None, panels, **PRIVATE)
        self.save_note.click(render.telling(self.noted), [*asked, self.note], [*shown, *panels], **PRIVATE)
        self.look_back.click(render.telling(self.open_history), asked, lasting, **PRIVATE)
        history.list.click(render.telling(self.looked_back), asked, lasting, **PRIVATE)
        compared = [history.this, history.other, history.changes]
        history.this.input(render.telling(history.chosen), [story, entry, history.this], compared, **PRIVATE)
        history.other.input(
            render.telling(history.compared), [story, entry, history.this, history.other], history.changes, **PRIVATE
        )

    # --- showing ---

    def refresh(self, *values: Any) -> Updates:
        """List and chosen entry as they stand now, and the history if it is open and has got longer."""
        asked = Asked(*values)
        updates = self.show(*values)
        if updates[self.entry] != asked.entry:
            return updates
        # Another entry may have been opened since this was asked for; its choice must not be taken back.
        del updates[self.entry]
        if asked.history and asked.entry:
            view = self._library.story_view(asked.story)
            causes, pages = passage_names(view), pages_of(view)
            updates |= self.history.refreshed(asked.story, asked.entry, asked.history, causes, pages)
        return updates

    def show(self, *values: Any) -> Updates:
        """List and chosen entry as they stand now, and the review or the ties where they are looked at."""
        asked = Asked(*values)
        if not asked.story:
            closed = render.empty("No story is open.", "Open a story in Write first; its lore is shown here.")
            return {
                self.list: closed, self.review.list: closed, self.ties: closed, self.shown: "",
                self.actions: gr.Row(visible=False), self.entry: "",
            }  # fmt: skip
        lore = self._library.story_lore(asked.story)
        found = self._found(asked, lore)
        known = {entry.id: (entry, note) for entry, note in lore}
        chosen = asked.entry if asked.entry in known else found[0][0].id if found else ""
        view = self._library.story_view(asked.story)
        count, to_review = self.review.shown(asked.story)
        updates: Updates = {
            self.list: cards.lore_list(found, chosen, advice(asked, bool(lore))),
            self.shown: cards.lore_entry(*known[chosen], passage_names(view), pages_of(view)) if chosen else "",
            self.actions: gr.Row(visible=bool(chosen)),
            self.looks: gr.Button(visible=bool(chosen) and known[chosen][0].kind == "character"),
            self.entry: chosen,
            self.review.list: to_review,
        }
        if count != asked.waiting:
            updates |= {self.mode: gr.Radio(choices=modes(count)), self.waiting: count}
        if asked.mode == TIES:
            updates[self.ties] = self._ties(view, lore, chosen, asked.alone)
        return updates

    @staticmethod
    def _ties(view: StoryView, lore: Lore, chosen: str, alone: bool) -> str:
        entries = [entry for entry, _ in lore]
        notes = {entry.id: note.note for entry, note in lore if note}
        found = ties_of(entries, notes, [passage.text for passage in view.passages])
        return ties_picture(entries, found, chosen, alone)

    def _found(self, asked: Asked, lore: Lore) -> list[tuple[LoreEntry, NoteRevision | None, str]]:
        wanted = let_through(asked, lore)
        if asked.query.strip():
            by_id = {entry.id: (entry, note) for entry, note in wanted}
            hits = self._library.search_lore(asked.story, asked.query, limit=20)
            return [(*by_id[hit.entry_id], hit.why) for hit in hits if hit.entry_id in by_id]
        return [(entry, note, "") for entry, note in wanted]

    def turn(self, *values: Any) -> Updates:
        """Entries, review or ties were chosen."""
        mode = Asked(*values).mode
        return self.show(*values) | {
            self.entries_side: gr.Column(visible=mode == ENTRIES),
            self.review_side: gr.Column(visible=mode == REVIEW),
            self.ties_side: gr.Column(visible=mode == TIES),
        }

    def find(self, *values: Any) -> Updates:
        """The search box was sent; an empty one shows everything. The best hit is opened."""
        *rest, text = values
        asked = Asked(*rest)._replace(query=text.strip())
        return self.show(*(asked._replace(entry="") if asked.query else asked)) | {self.query: asked.query}

    def open(self, event: gr.EventData, *values: Any) -> Updates:
        """An entry was pressed in the list, among the ties or in the review."""
        _, entry_id = pressed(event)
        return self.show(*Asked(*values)._replace(entry=entry_id)) | self._closed()

    def _closed(self, panel: Any = None) -> Updates:
        """All forms shut but `panel`. The entry itself gives way only to the form that edits it."""
        form, history = self.form.place, self.history.place
        return {
            self.reading: gr.Column(visible=panel is not form),
            form: gr.Column(visible=panel is form),
            self.confirming: gr.Column(visible=panel is self.confirming),
            self.noting: gr.Column(visible=panel is self.noting),
            history: gr.Column(visible=panel is history),
            self.help.place: gr.Column(visible=panel is self.help.place),
            self.portrait.place: gr.Column(visible=panel is self.portrait.place),
            self.history.seen: gr.skip() if panel is history else "",
        }

    def _chosen(self, story_id: str, entry_id: str) -> tuple[LoreEntry, NoteRevision | None]:
        for entry, note in self._library.story_lore(story_id) if story_id else []:
            if entry.id == entry_id:
                return entry, note
        raise NotFound("No entry is open. Choose one in the list at the left.")

    # --- review ---

    def decide(self, event: gr.EventData, *values: Any) -> Updates:
        """A button of a found entry was pressed."""
        act, entry_id = pressed(event)
        if act == "open":
            return self.show(*Asked(*values)._replace(entry=entry_id)) | self._closed()
        updates = self.review.decide(Asked(*values).story, act, entry_id)
        return self.show(*values) | updates

    def merged(self, *values: Any) -> Updates:
        """A found entry becomes part of another one, which is opened."""
        *rest, entry_id, into_id = values
        target = self.review.merged(entry_id, into_id)
        return self.show(*Asked(*rest)._replace(entry=target)) | self._closed() | self.review.closed()

    # --- entries ---

    def new(self, story_id: str) -> Updates:
        """An empty form."""
        if not story_id:
            raise InvalidInput("Open a story in Write first; the entry then belongs to its world.")
        return self._closed(self.form.place) | self.form.filled(None)

    def edit(self, story_id: str, entry_id: str) -> Updates:
        """The form with the chosen entry in it."""
        return self._closed(self.form.place) | self.form.filled(self._chosen(story_id, entry_id)[0])

    def saved(self, *values: Any) -> Updates:
        """The form was saved. What was typed stays in it when the library refuses."""
        asked, fields = Asked(*values[: len(Asked._fields)]), values[len(Asked._fields) :]
        world = self._library.story_view(asked.story).world
        stored = self._library.upsert_lore(world.id, self.form.entry(*fields))
        render.said(f"“{stored.title}” is kept.", "Saved", 3)
        return self.show(*asked._replace(entry=stored.id)) | self._closed()

    def ask(self, story_id: str, entry_id: str) -> Updates:
        """Delete was pressed once."""
        entry, note = self._chosen(story_id, entry_id)
        also = " with its note and its history in every story" if note else ""
        question = f"Delete “{render.safe(entry.title)}”{also}? It can not be undone."
        if entry.review == "proposed":
            question += " The story may bring it in again; discard it under “To review” to keep it out."
        return self._closed(self.confirming) | {self.question: f'<div class="ll-notice" role="alert">{question}</div>'}

    def deleted(self, *values: Any) -> Updates:
        """Delete was confirmed."""
        asked = Asked(*values)
        self._library.delete_lore(self._chosen(asked.story, asked.entry)[0].id)
        return self.show(*asked._replace(entry="")) | self._closed()

    # --- notes ---

    def open_note(self, story_id: str, entry_id: str) -> Updates:
        """The note in a box of the writer's own."""
        _, note = self._chosen(story_id, entry_id)
        return self._closed(self.noting) | {self.note: note.note if note else ""}

    def noted(self, *values: Any) -> Updates:
        """The writer's own note is saved."""
        *rest, text = values
        asked = Asked(*rest)
        self._library.write_note(asked.story, asked.entry, text)
        return self.show(*asked) | self._closed()

    def open_history(self, *values: Any) -> Updates:
        """All versions of the note, and what changed last."""
        return self._opened_history(Asked(*values))

    def _opened_history(self, asked: Asked, this: int = 0) -> Updates:
        self._chosen(asked.story, asked.entry)
        view = self._library.story_view(asked.story)
        opened = self.history.opened(asked.story, asked.entry, passage_names(view), pages_of(view), this)
        return self._closed(self.history.place) | opened

    def looked_back(self, event: gr.EventData, *values: Any) -> Updates:
        """What changed with a version was asked for, or it becomes the present note again."""
        asked, (act, number) = Asked(*values), pressed(event)
        if act not in ("restore", "compare") or not number.isdigit():
            raise NotFound("This button belongs to an older page. Load the page again.")
        if act == "compare":
            return self._opened_history(asked, int(number))
        self._library.rollback_note(asked.story, asked.entry, int(number))
        render.said("The earlier version is the note again.", "Restored", 3)
        return self.show(*asked) | self._opened_history(asked)


def pressed(event: gr.EventData) -> tuple[str, str]:
    """What was pressed in a list, and the id that it was pressed for."""
    data = event._data if isinstance(event._data, dict) else {}
    if data.get("act") == "lost":
        raise NotFound("The chapter is not on the sheet in Write as this page shows it. Load the page again.")
    return str(data.get("act", "")), str(data.get("id", ""))


def pages_of(view: StoryView) -> dict[str, int]:
    """The chapters of the open branch by id: what the sheet in Write shows."""
    return {passage.id: passage.number for passage in view.passages}
