"""The line at the foot of the Lore tab: what of the lore can be searched, and the button that makes the index anew."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.render import plural, said, telling

Updates = dict[Any, Any]
# Comparing the whole index with the lore is more work than the rest of the tab, so not every refresh does it.
EACH = 5
ANEW = "Build the search index anew"


class IndexLine:
    """Components and listeners; the tab's timer keeps the line fresh."""

    def __init__(self, desk: Desk) -> None:
        self._library = desk.workbench.library
        self._beat = gr.State(0)
        with gr.Row(elem_classes="ll-foot"):
            self.line = gr.HTML("", apply_default_css=False, elem_id="ll-index")
            self.rebuild = gr.Button(ANEW, size="sm", elem_id="ll-rebuild")

    def wire(self, tab: gr.Tab, timer: gr.Timer) -> None:
        """Ask when the tab is opened, and then now and then."""
        tab.select(telling(self.show), None, self.line, **PRIVATE)
        timer.tick(telling(self.beaten), self._beat, [self.line, self._beat], **PRIVATE)
        self.rebuild.click(telling(self.rebuilt), None, [self.line, self.rebuild], trigger_mode="once", **PRIVATE)

    def show(self) -> str:
        """How many texts there are, and how many of them can be found."""
        state = self._library.index_state()
        return index_words(state["wanted"], state["indexed"])

    def beaten(self, beat: int) -> Updates:
        """The timer ticked."""
        due = (beat + 1) % EACH == 0
        return {self._beat: (beat + 1) % EACH} | ({self.line: self.show()} if due else {})

    def rebuilt(self) -> Iterator[Updates]:
        """The index is made anew from the lore; nothing else changes."""
        yield {self.rebuild: gr.Button("Building …", interactive=False)}
        try:
            count = self._library.rebuild_index()["documents"]
        except Exception:
            # Whatever went wrong is told; the button must not stay as it is.
            yield {self.rebuild: gr.Button(ANEW, interactive=True)}
            raise
        said(f"{plural(count, 'text')} can be searched again.", "The search index is new", 4)
        yield {self.rebuild: gr.Button(ANEW, interactive=True), self.line: self.show()}


def index_words(wanted: int, indexed: int) -> str:
    """The line in words."""
    if indexed < wanted:
        left = plural(wanted - indexed, "text is", "texts are")
        words = f"{left} still to be indexed; search finds the others."
    elif wanted > 1:
        words = f"All {wanted:,} texts can be searched."
    else:
        words = "The one text can be searched." if wanted else "There is nothing to search yet."
    return f'<p class="ll-facts">{words}</p>'
