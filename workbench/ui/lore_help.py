"""What the team does for an entry: invent somebody for the form, and tell an entry's text anew."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from workbench.errors import InvalidInput, NotFound
from workbench.ui import cards, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.lore_form import LoreForm
from workbench.ui.scripts import REVEAL_ENTRY

Updates = dict[Any, Any]
INVENT, TELL = "Invent the rest", "Tell it anew"


class LoreHelp:
    """Components beside the form and under the entry. Nothing of it is stored until the form is saved."""

    def __init__(self, desk: Desk, form: LoreForm) -> None:
        self._story, self._library, self._team = desk.story, desk.workbench.library, desk.workbench.team
        self._form = form
        self.invented, self.told = gr.State({}), gr.State({})
        with gr.Column(visible=False, elem_classes="ll-gap", elem_id="ll-telling") as self.place:
            self.wish = gr.Textbox(
                "", label="How should it be told?", lines=1, max_lines=4, placeholder="Shorter, and with more salt.",
                info="May be empty: then it is told with all that has become true in this story.", elem_id="ll-anew",
            )  # fmt: skip
            with gr.Row(elem_classes="ll-actions"):
                self.tell = gr.Button(TELL, variant="primary", elem_id="ll-tell")
                self.leave = gr.Button("Leave it as it is")
            self.changes = gr.HTML("", apply_default_css=False, elem_id="ll-told")
            with gr.Row(visible=False, elem_classes="ll-actions") as self.taking:
                self.take = gr.Button("Take it over", variant="primary")

    def wire(
        self,
        opens: gr.Button,
        entry: gr.State,
        panels: list[Any],
        filled: list[Any],
        closed: Callable[..., Updates],
        edit: Callable[[str, str], Updates],
    ) -> None:
        """Connect everything; whatever is slow says so, and overwrites nothing typed.

        `opens` shows the panel. `closed` says which of the `panels` are shown, `edit` fills the form as `filled`.
        """
        story = self._story
        told = [self.changes, self.taking, self.told]

        def opened(story_id: str, entry_id: str) -> Updates:
            self._content(story_id, entry_id)
            return closed(self.place) | {self.changes: "", self.taking: gr.Row(visible=False), self.told: {}}

        def taken(story_id: str, entry_id: str, told: dict[str, str]) -> Updates:
            if told.get("entry") != entry_id:
                raise NotFound("Another entry is open by now. Tell this one anew first.")
            return edit(story_id, entry_id) | {self._form.content: told["content"]}

        opens.click(render.telling(opened), [story, entry], [*panels, *told], **PRIVATE)
        self.leave.click(closed, None, panels, **PRIVATE)
        self.take.click(render.telling(taken), [story, entry, self.told], filled, **PRIVATE).success(
            js=REVEAL_ENTRY, **PRIVATE
        )
        form = self._form
        asked = form.invent.click(lambda: _busy("Inventing …"), None, form.invent, trigger_mode="once", **PRIVATE)
        worked = asked.then(
            render.telling(self.invent), [story, form.title, form.hint, form.editing], self.invented, **PRIVATE
        )
        # What was typed meanwhile is asked for only now.
        given = [self.invented, *form.fields, form.editing]
        worked.success(render.telling(self.fill), given, form.fields, **PRIVATE)
        # After an error Gradio calls only those who wait for one.
        for ended in (worked.then, worked.failure):
            ended(lambda: _ready(INVENT), None, form.invent, **PRIVATE)

        asked = gr.on(
            [self.tell.click, self.wish.submit], lambda: _busy("Telling …"), None, self.tell,
            trigger_mode="once", **PRIVATE,
        )  # fmt: skip
        worked = asked.then(render.telling(self.retell), [story, entry, self.wish], self.told, **PRIVATE)
        worked.success(self.compare, [self.told, entry], [self.changes, self.taking], **PRIVATE)
        for ended in (worked.then, worked.failure):
            ended(lambda: _ready(TELL), None, self.tell, **PRIVATE)

    # --- inventing ---

    def invent(self, story_id: str, title: str, hint: str, editing: str) -> dict[str, Any]:
        """Invent was pressed: an entry that isn't stored, and the name that it was asked for."""
        if not story_id:
            raise InvalidInput("Open a story in Write first; the entry then belongs to its world.")
        if editing:
            raise InvalidInput("This entry is there already. Under “Tell it anew” its text can be told in other words.")
        if not title.strip():
            raise InvalidInput("Say what the person is called in the box “Name”; the rest is invented.")
        world = self._library.story_view(story_id).world
        return {"asked": title.strip(), **self._team.generate_character_details(world.id, title.strip(), hint.strip())}

    def fill(self, invented: dict[str, Any], *values: Any) -> Updates:
        """What was invented comes into the form behind what stands there already."""
        form = self._form
        typed = form.entry(*values)
        if typed.get("id") or typed["title"].strip() != invented.get("asked"):
            raise NotFound("The form holds something else by now. Press the button again for this name.")
        texts = [text for text in (typed["content"].strip(), str(invented.get("content", "")).strip()) if text]
        updates: Updates = {form.content: "\n\n".join(texts), form.kind: "character"}
        for name, box in (("aliases", form.aliases), ("tags", form.tags), ("keys", form.keys)):
            updates[box] = ", ".join(dict.fromkeys([*typed[name], *map(str, invented.get(name) or ())]))
        return updates

    # --- telling anew ---

    def retell(self, story_id: str, entry_id: str, wish: str) -> dict[str, str]:
        """An entry's text told anew, not stored, and what it was."""
        before = self._content(story_id, entry_id)
        answer = self._team.regenerate_bio(entry_id, wish.strip(), story_id)
        problem = str(answer.get("problem") or "")
        return {"entry": entry_id, "before": before, "content": str(answer["content"]), "problem": problem}

    def _content(self, story_id: str, entry_id: str) -> str:
        for entry, _ in self._library.story_lore(story_id) if story_id else []:
            if entry.id == entry_id:
                return str(entry.content)
        raise NotFound("No entry is open. Choose one in the list at the left.")

    def compare(self, told: dict[str, str], entry_id: str) -> Updates:
        """The new text beside the old one, if the entry is still the one that is open."""
        if told.get("entry") != entry_id:
            return {self.changes: "", self.taking: gr.Row(visible=False)}
        notice = f'<div class="ll-notice" role="status">{render.safe(told["problem"])}</div>' if told["problem"] else ""
        changed = told["content"] != told["before"]
        shown = cards.note_changes(told["before"], told["content"]) if changed else ""
        return {self.changes: notice + shown, self.taking: gr.Row(visible=changed)}


def _busy(words: str) -> gr.Button:
    return gr.Button(words, interactive=False)


def _ready(words: str) -> gr.Button:
    return gr.Button(words, interactive=True)
