"""Whether the app still knows a page: after a restart, or a night's sleep, a page is loaded again by itself.

What a page has open is kept by the server, which forgets it when it is started anew, an hour after the connection was
lost, and when too many others have come since. A press on such a page would be taken as if nothing were open there.
"""

import secrets

import gradio as gr

from workbench.ui.desk import PRIVATE

# Of this process: a page that was loaded from another one is loaded again.
HERE = secrets.token_hex(8)
LOST = "lost"
# What was typed is kept by the browser; see unsaved.py.
LOAD_AGAIN = f"""
watch("value", () => {{
  if (props.value === "{LOST}") window.location.reload();
}});
"""


class Pulse:
    """An unseen place on the page, and the clock by which it is looked at."""

    def __init__(self) -> None:
        self.known = gr.State("")
        self.page = gr.HTML("", apply_default_css=False, js_on_load=LOAD_AGAIN, elem_id="ll-pulse")

    def wire(self, page: gr.Blocks, clock: gr.Timer) -> None:
        """Have the page known once it is loaded, and asked for at each tick of the `clock`."""
        page.load(lambda: (HERE, HERE), None, [self.known, self.page], **PRIVATE)
        clock.tick(beat, [self.known, self.page], self.page, **PRIVATE)


def beat(known: str, page: str) -> str:
    """What the page is told: "lost" once it isn't known any more.

    `known` is what the server remembers of the page, `page` what the page itself has; that is "" until it is loaded,
    which may take longer than the first tick.
    """
    return LOST if page and (page != HERE or known != HERE) else page
