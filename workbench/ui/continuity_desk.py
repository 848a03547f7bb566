"""What doesn't fit, where a writer decides: beside a draft before it is accepted, and for a whole story."""

from typing import Any

import gradio as gr

from workbench.domain.story import StoryView
from workbench.errors import InvalidInput, NotFound
from workbench.ui import continuity_cards, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS, ONE_PRESS, SHOW_PASSAGE
from workbench.ui.timeline_scripts import STANDING

OLD_PAGE = "This button belongs to an older page. Load the page again."
SCRIPT = ONE_PRESS + STANDING + SHOW_PASSAGE + CLICKS


class DraftFit:
    """What in the draft on top contradicts what is told before, above the buttons that decide about it."""

    def __init__(self, desk: Desk) -> None:
        self._story, self._bench = desk.story, desk.workbench
        # The id of the draft that is looked at, "" for none.
        self.draft = gr.State("")
        self.place = gr.HTML("", apply_default_css=False, js_on_load=SCRIPT, elem_id="ll-draft-fit")

    def wire(self) -> None:
        """A draft is shown first and looked through then, since that reads the whole story."""
        self.draft.change(
            render.telling(self.shown), [self._story, self.draft], self.place, trigger_mode="multiple", **PRIVATE
        )
        self.place.click(
            render.telling(self.decided), [self._story, self.draft], self.place, trigger_mode="multiple", **PRIVATE
        )

    def shown(self, story_id: str, draft_id: str) -> str:
        """What doesn't fit in a draft that waits; nothing about any other."""
        if not (story_id and draft_id):
            return ""
        view = self._bench.library.story_view(story_id)
        if draft_id not in [draft.id for draft in view.drafts]:
            return ""
        found = self._bench.timeline.check(story_id, passage_id=draft_id)
        return continuity_cards.beside_draft(found, pages_of(view), draft_id)

    def decided(self, story_id: str, draft_id: str, event: gr.EventData) -> str:
        """A contradiction of the draft is let stand, or that is taken back."""
        decide(self._bench.timeline, story_id, pressed(event))
        return self.shown(story_id, draft_id)


def decide(timeline: Any, story_id: str, data: dict[str, str]) -> None:
    """Let a contradiction stand for the reason given with the press, or take that back."""
    key, reason = data.get("id", ""), data.get("reason", "")
    if data.get("act") == "dismiss":
        if not reason.strip():
            raise InvalidInput("Say why it may stand; a few words are enough.")
        timeline.dismiss(story_id, key, reason)
        render.said("You won’t be told of it again, unless the sentences change.", "It may stand", 4)
    elif data.get("act") == "restore":
        timeline.restore(story_id, key)
        render.said("It counts as a contradiction again.", "Taken back", 3)
    else:
        raise NotFound(OLD_PAGE)


def pressed(event: gr.EventData) -> dict[str, str]:
    """What was pressed, and the words that come with it."""
    data = event._data if isinstance(event._data, dict) else {}
    if data.get("act") == "lost":
        raise NotFound("The chapter is not on the sheet in Write as this page shows it. Load the page again.")
    return {str(name): str(value) for name, value in data.items()}


def pages_of(view: StoryView) -> dict[str, int]:
    """The chapters of the open branch by id: what the sheet in Write shows."""
    return {passage.id: passage.number for passage in view.passages}
