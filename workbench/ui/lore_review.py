"""The review of what the story found by itself: each entry with its sentence, to keep, to merge or to discard."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from workbench.domain.difference import closeness
from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage
from workbench.errors import InvalidInput, NotFound
from workbench.ui.cards import quotes
from workbench.ui.desk import Desk
from workbench.ui.render import empty, plural, safe, said
from workbench.ui.scripts import CLICKS, ONE_PRESS, SHOW_PASSAGE

Found = tuple[LoreEntry, Passage | None]
Updates = dict[Any, Any]
# From here on a name is so close that it is proposed; further off the writer has to choose.
CLOSE = 0.6


class LoreReview:
    """Components of the review; `LoreTab` wires them, since an entry that is decided about changes the list too."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.merging = gr.State("")
        with gr.Column(visible=False, elem_classes="ll-gap ll-form", elem_id="ll-merge") as self.merge_form:
            self.heading = gr.HTML("", apply_default_css=False)
            self.into = gr.Dropdown(
                [], label="The entry that it becomes part of", elem_id="ll-merge-into", allow_custom_value=False,
                info="It takes over the names and tags; what was found out is added to its note.",
            )  # fmt: skip
            with gr.Row(elem_classes="ll-actions"):
                self.merge = gr.Button("Merge them", variant="primary")
                self.leave = gr.Button("Leave them apart")
        self.list = gr.HTML(
            "", apply_default_css=False, js_on_load=ONE_PRESS + SHOW_PASSAGE + CLICKS, elem_id="ll-review"
        )

    @property
    def _review(self) -> Any:
        return self._desk.workbench.review

    def shown(self, story_id: str) -> tuple[int, str]:
        """How many entries wait for a decision, and the list of them."""
        waiting = self._review.waiting(story_id)
        return len(waiting), review_list(waiting, self._review.discarded(story_id))

    def decide(self, story_id: str, act: str, entry_id: str) -> Updates:
        """Keep, discard, put back, or open the form that merges."""
        if act == "merge":
            return self._opened(story_id, entry_id)
        if act == "keep":
            said(f"“{self._review.keep(entry_id).title}” is part of the story’s lore.", "Kept", 3)
        elif act == "discard":
            said(f"“{self._review.discard(entry_id).title}” is discarded. It can be put back below.", "Discarded", 4)
        elif act == "restore":
            said(f"“{self._review.restore(entry_id).title}” waits for your decision again.", "Put back", 3)
        else:
            raise NotFound("This button belongs to an older page. Load the page again.")
        return self.closed()

    def _opened(self, story_id: str, entry_id: str) -> Updates:
        entry = next((entry for entry, _ in self._review.waiting(story_id) if entry.id == entry_id), None)
        if entry is None:
            raise NotFound("This entry doesn’t wait for a decision any more. Choose another one.")
        targets = self._review.targets(entry_id)
        if not targets:
            raise InvalidInput("There is no other entry to merge it into yet. Keep it, or discard it.")
        likely = targets[0].id if closeness(entry.names, targets[0].names) >= CLOSE else None
        choices = [(f"{target.title} · {target.kind}", target.id) for target in targets]
        return {
            self.merging: entry.id,
            self.merge_form: gr.Column(visible=True),
            self.heading: f'<p class="ll-line">Merge <b>{safe(entry.title)}</b> into another entry.</p>',
            self.into: gr.Dropdown(choices=choices, value=likely),
        }

    def merged(self, entry_id: str, into_id: Any) -> str:
        """Merge was pressed; returns the id of the entry that has it all now."""
        if not into_id:
            raise InvalidInput("Choose the entry that it becomes part of first.")
        target = self._review.merge(entry_id, str(into_id))
        said(f"It is part of “{target.title}” now.", "Merged", 3)
        return str(target.id)

    def closed(self) -> Updates:
        """The form that merges is shut."""
        return {self.merge_form: gr.Column(visible=False), self.merging: ""}


def review_list(waiting: Sequence[Found], discarded: Sequence[Found]) -> str:
    """The entries to decide about, and below them those that were discarded."""
    if waiting:
        cards = "".join(_card(*found) for found in waiting)
        shown = f'<p class="ll-facts">The story brought these in by itself.</p><ul class="ll-review">{cards}</ul>'
    else:
        shown = empty(
            "Nothing to review.", "When a chapter that you accept brings in somebody or something new, it waits here."
        )
    if not discarded:
        return shown
    rows = "".join(
        f"<li><span>{safe(entry.title)} <i>{safe(entry.kind)}</i></span>{_button('restore', entry, 'Put back')}</li>"
        for entry, _ in discarded
    )
    about = f"{plural(len(discarded), 'discarded entry', 'discarded entries')}. The story doesn’t bring them in again."
    return f'{shown}<section class="ll-aside"><p class="ll-facts">{about}</p><ul>{rows}</ul></section>'


def _card(entry: LoreEntry, passage: Passage | None) -> str:
    pages = {passage.id: passage.number} if passage else {}
    where = f"Chapter {passage.number}" if passage else "The story"
    source = ""
    if entry.evidence:
        source = f'<div class="ll-because">{where}: {quotes(entry.evidence, entry.passage_id, pages)}</div>'
    decide = (
        _button("keep", entry, "Keep") + _button("merge", entry, "Merge into …") + _button("discard", entry, "Discard")
    )
    return (
        f'<li class="ll-card"><h3><button type="button" class="ll-name" data-act="open" data-id="{safe(entry.id)}">'
        f'{safe(entry.title)}</button> <span class="ll-tag">{safe(entry.kind)}</span></h3>'
        f'<div class="ll-text">{safe(entry.content)}</div>{source}<div class="ll-decide">{decide}</div></li>'
    )


def _button(act: str, entry: LoreEntry, words: str) -> str:
    return (
        f'<button type="button" class="ll-press" data-act="{act}" data-id="{safe(entry.id)}" '
        f'aria-label="{words} {safe(entry.title)}">{words}</button>'
    )
