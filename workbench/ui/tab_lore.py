"""The Lore tab: what is true in the world, beside what the story has made of it."""

from typing import Any

import gradio as gr

from workbench.domain.lore import LORE_KINDS, LoreEntry, NoteRevision
from workbench.errors import InvalidInput, NotFound
from workbench.ui import cards, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.lore_form import LoreForm
from workbench.ui.scripts import CLICKS, REVEAL_ENTRY
from workbench.ui.tab_queue import passage_names

Updates = dict[Any, Any]
ALL_KINDS = "everything"
REFRESH = 4.0


class LoreTab:
    """Builds the tab: the list at the left, the chosen entry at the right with what can be done to it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._library = desk.workbench.library
        self.entry = gr.State("")
        self.query = gr.State("")
        self.timer = gr.Timer(REFRESH, active=False)
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-list ll-gap", scale=2, min_width=300):
                self.add = gr.Button("Add an entry", variant="primary", elem_id="ll-add-entry")
                self.kind = gr.Dropdown(
                    [ALL_KINDS, *LORE_KINDS], value=ALL_KINDS, label="Kind", filterable=False, elem_id="ll-kind"
                )
                self.search = gr.Textbox(
                    "", label="Search", placeholder="who owes whom, the old lighthouse …", max_lines=1,
                    info="By words and by meaning; press Enter.", elem_id="ll-search",
                )  # fmt: skip
                self.list = gr.HTML("", apply_default_css=False, js_on_load=CLICKS, elem_id="ll-lore")
            with gr.Column(elem_classes="ll-entry-side ll-gap", elem_id="ll-entry-side", scale=5, min_width=320):
                with gr.Column(elem_classes="ll-gap") as self.reading:
                    self.shown = gr.HTML("", apply_default_css=False, elem_id="ll-entry")
                    self._build_actions()
                self.form = LoreForm()

    def _build_actions(self) -> None:
        with gr.Row(elem_classes="ll-actions", visible=False) as self.actions:
            self.change = gr.Button("Edit the entry")
            self.write_note = gr.Button("Edit the note")
            self.look_back = gr.Button("Note history")
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
        self.history = gr.HTML("", apply_default_css=False, js_on_load=CLICKS, visible=False, elem_id="ll-history")

    def wire(self, tab: gr.Tab) -> None:
        """Connect the components. List and entry are shown anew; forms stay as they are until they are saved."""
        story, entry = self.desk.story, self.entry
        asked = [story, entry, self.kind, self.query]
        shown = [self.list, self.shown, self.actions, entry]
        panels = [self.reading, self.form.place, self.confirming, self.noting, self.history]
        gr.on([tab.select, self.timer.tick, self.kind.input], render.telling(self.show), asked, shown, **PRIVATE)
        story.change(
            lambda: self._closed() | {entry: "", self.query: "", self.search: ""},
            None, [*panels, entry, self.query, self.search], **PRIVATE,
        )  # fmt: skip
        self.search.submit(
            render.telling(self.find), [story, entry, self.kind, self.search], [*shown, self.query], **PRIVATE
        )
        # An emptied box shows everything again without Enter; a half-typed one asks nothing.
        self.search.input(
            lambda story_id, entry_id, kind, text, query: (
                {entry: gr.skip()} if text.strip() or not query else self.find(story_id, entry_id, kind, "")
            ),
            [story, entry, self.kind, self.search, self.query], [*shown, self.query], **PRIVATE,
        )  # fmt: skip
        self.list.click(
            render.telling(self.open), [story, self.kind, self.query], [*shown, *panels], **PRIVATE
        ).success(js=REVEAL_ENTRY, **PRIVATE)
        self._wire_form(story, entry, asked, shown, panels)
        self._wire_note(story, entry, asked, shown, panels)

    def _wire_form(self, story: Any, entry: Any, asked: list[Any], shown: list[Any], panels: list[Any]) -> None:
        form = self.form
        fields = [*form.fields, form.editing]
        self.add.click(render.telling(self.new), story, [*panels, *fields, form.heading], **PRIVATE).success(
            js=REVEAL_ENTRY, **PRIVATE
        )
        self.change.click(render.telling(self.edit), [story, entry], [*panels, *fields, form.heading], **PRIVATE)
        form.leave.click(self._closed, None, panels, **PRIVATE)
        form.save.click(
            render.telling(self.saved), [story, self.kind, self.query, *fields], [*shown, *panels], **PRIVATE
        )
        self.remove.click(render.telling(self.ask), [story, entry], [*panels, self.question], **PRIVATE)
        self.keep.click(self._closed, None, panels, **PRIVATE)
        self.confirm.click(render.telling(self.deleted), asked, [*shown, *panels], **PRIVATE)

    def _wire_note(self, story: Any, entry: Any, asked: list[Any], shown: list[Any], panels: list[Any]) -> None:
        self.write_note.click(render.telling(self.open_note), [story, entry], [*panels, self.note], **PRIVATE)
        self.leave_note.click(self._closed, None, panels, **PRIVATE)
        self.save_note.click(render.telling(self.noted), [*asked, self.note], [*shown, *panels], **PRIVATE)
        self.look_back.click(render.telling(self.open_history), [story, entry], panels, **PRIVATE)
        self.history.click(render.telling(self.restored), asked, [*shown, *panels], **PRIVATE)

    # --- showing ---

    def show(self, story_id: str, entry_id: str, kind: str, query: str) -> Updates:
        """List and chosen entry as they stand now."""
        if not story_id:
            advice = "Open a story in Write first; its lore is shown here."
            return {
                self.list: render.empty("No story is open.", advice), self.shown: "",
                self.actions: gr.Row(visible=False), self.entry: "",
            }  # fmt: skip
        lore = self._library.story_lore(story_id)
        found = self._found(story_id, lore, kind, query)
        known = {entry.id: (entry, note) for entry, note in lore}
        if entry_id not in known:
            entry_id = found[0][0].id if found else ""
        causes = passage_names(self._library.story_view(story_id))
        if query:
            advice = "Nothing in this story answers to that. Try other words, or empty the box."
        elif lore:
            advice = "No entry of this kind. Choose another kind, or add one."
        else:
            advice = "Add who and what matters in this world; the agents read it before they write."
        return {
            self.list: cards.lore_list(found, entry_id, advice),
            self.shown: cards.lore_entry(*known[entry_id], causes) if entry_id else "",
            self.actions: gr.Row(visible=bool(entry_id)),
            self.entry: entry_id,
        }

    def _found(
        self, story_id: str, lore: list[tuple[LoreEntry, NoteRevision | None]], kind: str, query: str
    ) -> list[tuple[LoreEntry, NoteRevision | None, str]]:
        wanted = [(entry, note, "") for entry, note in lore if kind in (ALL_KINDS, entry.kind)]
        if query.strip():
            by_id = {entry.id: (entry, note) for entry, note, _ in wanted}
            hits = self._library.search_lore(story_id, query, limit=20)
            return [(*by_id[hit.entry_id], hit.why) for hit in hits if hit.entry_id in by_id]
        # What changed last comes first; the rest by name.
        wanted.sort(key=lambda item: item[0].title.casefold())
        wanted.sort(key=lambda item: item[1].created_at if item[1] else "", reverse=True)
        return wanted

    def find(self, story_id: str, entry_id: str, kind: str, text: str) -> Updates:
        """The search box was sent; an empty one shows everything. The best hit is opened."""
        return self.show(story_id, "" if text.strip() else entry_id, kind, text) | {self.query: text.strip()}

    def open(self, story_id: str, kind: str, query: str, event: gr.EventData) -> Updates:
        """An entry of the list was pressed."""
        data = event._data if isinstance(event._data, dict) else {}
        return self.show(story_id, str(data.get("id", "")), kind, query) | self._closed()

    def _closed(self, panel: Any = None) -> Updates:
        """All forms shut but `panel`. The entry itself gives way only to the form that edits it."""
        form = self.form.place
        return {
            self.reading: gr.Column(visible=panel is not form),
            form: gr.Column(visible=panel is form),
            self.confirming: gr.Column(visible=panel is self.confirming),
            self.noting: gr.Column(visible=panel is self.noting),
            self.history: gr.HTML(visible=panel is self.history),
        }

    def _chosen(self, story_id: str, entry_id: str) -> tuple[LoreEntry, NoteRevision | None]:
        for entry, note in self._library.story_lore(story_id) if story_id else []:
            if entry.id == entry_id:
                return entry, note
        raise NotFound("No entry is open. Choose one in the list at the left.")

    # --- entries ---

    def new(self, story_id: str) -> Updates:
        """An empty form."""
        if not story_id:
            raise InvalidInput("Open a story in Write first; the entry then belongs to its world.")
        return self._closed(self.form.place) | self.form.filled(None)

    def edit(self, story_id: str, entry_id: str) -> Updates:
        """The form with the chosen entry in it."""
        return self._closed(self.form.place) | self.form.filled(self._chosen(story_id, entry_id)[0])

    def saved(self, story_id: str, kind: str, query: str, *values: Any) -> Updates:
        """The form was saved. What was typed stays in it when the library refuses."""
        world = self._library.story_view(story_id).world
        stored = self._library.upsert_lore(world.id, self.form.entry(*values))
        render.said(f"“{stored.title}” is kept.", "Saved", 3)
        return self.show(story_id, stored.id, kind, query) | self._closed()

    def ask(self, story_id: str, entry_id: str) -> Updates:
        """Delete was pressed once."""
        entry, note = self._chosen(story_id, entry_id)
        also = " with its note and its history in every story" if note else ""
        question = f"Delete “{render.safe(entry.title)}”{also}? It can not be undone."
        return self._closed(self.confirming) | {self.question: f'<div class="ll-notice" role="alert">{question}</div>'}

    def deleted(self, story_id: str, entry_id: str, kind: str, query: str) -> Updates:
        """Delete was confirmed."""
        self._library.delete_lore(self._chosen(story_id, entry_id)[0].id)
        return self.show(story_id, "", kind, query) | self._closed()

    # --- notes ---

    def open_note(self, story_id: str, entry_id: str) -> Updates:
        """The note in a box of the writer's own."""
        _, note = self._chosen(story_id, entry_id)
        return self._closed(self.noting) | {self.note: note.note if note else ""}

    def noted(self, story_id: str, entry_id: str, kind: str, query: str, text: str) -> Updates:
        """The writer's own note is saved."""
        self._library.write_note(story_id, entry_id, text)
        return self.show(story_id, entry_id, kind, query) | self._closed()

    def open_history(self, story_id: str, entry_id: str) -> Updates:
        """All versions of the note."""
        return self._closed(self.history) | {self.history: self._history(story_id, entry_id)}

    def _history(self, story_id: str, entry_id: str) -> Any:
        self._chosen(story_id, entry_id)
        causes = passage_names(self._library.story_view(story_id))
        revisions = self._library.note_history(story_id, entry_id)
        return gr.HTML(cards.note_history(revisions, causes), visible=True)

    def restored(self, story_id: str, entry_id: str, kind: str, query: str, event: gr.EventData) -> Updates:
        """An earlier version becomes the present note again."""
        data = event._data if isinstance(event._data, dict) else {}
        if data.get("act") != "restore" or not str(data.get("id", "")).isdigit():
            raise NotFound("This button belongs to an older page. Load the page again.")
        self._library.rollback_note(story_id, entry_id, int(data["id"]))
        render.said("The earlier version is the note again.", "Restored", 3)
        return (
            self.show(story_id, entry_id, kind, query)
            | self._closed(self.history)
            | {self.history: self._history(story_id, entry_id)}
        )
