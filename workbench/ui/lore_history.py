"""The versions of a note: what each one says, what changed between any two, and the way back."""

from typing import Any

import gradio as gr

from workbench.domain.lore import NoteRevision
from workbench.ui import cards
from workbench.ui.cards import Pages
from workbench.ui.desk import Desk
from workbench.ui.render import ago
from workbench.ui.scripts import CLICKS, SHOW_PASSAGE

Updates = dict[Any, Any]
NO_NOTE = ("No note", 0)


class NoteHistory:
    """Components of the history. Two versions are compared above, and all of them are listed below."""

    def __init__(self, desk: Desk) -> None:
        self._library = desk.workbench.library
        # What is shown, so that a page that is looked at changes only when there is a new version.
        self.seen = gr.State("")
        with gr.Column(visible=False, elem_classes="ll-gap", elem_id="ll-history-side") as self.place:
            with gr.Row(visible=False) as self.choosing:
                self.this = gr.Dropdown([NO_NOTE], value=0, label="Version", filterable=False, elem_id="ll-this")
                self.other = gr.Dropdown(
                    [NO_NOTE], value=0, label="Compared with", filterable=False, elem_id="ll-compared"
                )
            self.changes = gr.HTML("", apply_default_css=False, elem_id="ll-changes")
            self.list = gr.HTML("", apply_default_css=False, js_on_load=SHOW_PASSAGE + CLICKS, elem_id="ll-history")

    @property
    def shown(self) -> list[Any]:
        """What `opened` fills."""
        return [self.seen, self.choosing, self.this, self.other, self.changes, self.list]

    def opened(self, story_id: str, entry_id: str, causes: dict[str, str], pages: Pages, this: int = 0) -> Updates:
        """All versions, and what changed with version `this`, or else with the one that is true now."""
        revisions = self._library.note_history(story_id, entry_id)
        now = next((revision.revision for revision in revisions if revision.active), 0)
        this = this or now or (revisions[0].revision if revisions else 0)
        other = before(revisions, this)
        choices = [*((_called(revision), revision.revision) for revision in revisions), NO_NOTE]
        return {
            self.seen: _key(entry_id, revisions),
            self.choosing: gr.Row(visible=bool(revisions)),
            self.this: gr.Dropdown(choices=choices, value=this),
            self.other: gr.Dropdown(choices=choices, value=other),
            self.changes: _changes(revisions, this, other),
            self.list: cards.note_history(revisions, causes, pages),
        }

    def refreshed(self, story_id: str, entry_id: str, seen: str, causes: dict[str, str], pages: Pages) -> Updates:
        """The list as it stands now, if there is another version than `seen` tells; what was chosen stays chosen."""
        revisions = self._library.note_history(story_id, entry_id) if seen and entry_id else []
        key = _key(entry_id, revisions)
        if not seen or key == seen:
            return {}
        choices = [*((_called(revision), revision.revision) for revision in revisions), NO_NOTE]
        return {
            self.seen: key,
            self.choosing: gr.Row(visible=bool(revisions)),
            self.this: gr.Dropdown(choices=choices),
            self.other: gr.Dropdown(choices=choices),
            self.list: cards.note_history(revisions, causes, pages),
        }

    def chosen(self, story_id: str, entry_id: str, this: int) -> Updates:
        """Another version was chosen: it is compared with the one before it."""
        revisions = self._library.note_history(story_id, entry_id)
        other = before(revisions, this)
        return {self.this: this, self.other: other, self.changes: _changes(revisions, this, other)}

    def compared(self, story_id: str, entry_id: str, this: int, other: int) -> str:
        """What changed from version `other` to `this`."""
        return _changes(self._library.note_history(story_id, entry_id), this, other)


def before(revisions: list[NoteRevision], this: int) -> int:
    """The version that came before `this`; 0 is the time without a note."""
    return max((revision.revision for revision in revisions if revision.revision < this), default=0)


def _called(revision: NoteRevision) -> str:
    now = " · now" if revision.active else ""
    return f"Version {revision.revision} · {ago(revision.created_at)}{now}"


def _key(entry_id: str, revisions: list[NoteRevision]) -> str:
    now = next((revision.revision for revision in revisions if revision.active), 0)
    return f"{entry_id}/{len(revisions)}/{now}"


def _changes(revisions: list[NoteRevision], this: int, other: int) -> str:
    if not revisions:
        return ""
    texts = {revision.revision: revision.note for revision in revisions}
    return cards.note_changes(texts.get(other, ""), texts.get(this, ""))
