"""The Monitor tab: what the text model does now and did in the last three minutes, in pictures."""

from typing import Any

import gradio as gr

from workbench.ui import gauges, render
from workbench.ui.desk import PRIVATE, Desk

SHOWN = 10
REFRESH = 1.5


class MonitorTab:
    """Builds the tab and keeps it fresh while it is looked at."""

    def __init__(self, desk: Desk) -> None:
        self._model, self._system = desk.workbench.model, desk.workbench.system
        self.now = gr.HTML("", apply_default_css=False, elem_id="ll-now")
        self.pictures = gr.HTML("", apply_default_css=False, elem_id="ll-pictures")
        self.calls = gr.HTML("", apply_default_css=False, elem_id="ll-calls")
        self.seen = gr.State({})
        self.timer = gr.Timer(REFRESH, active=False)

    def wire(self, tab: gr.Tab) -> None:
        """The timer runs only while the tab is open; the page changes only where something changed."""
        outputs = [self.now, self.pictures, self.calls, self.seen]
        tab.select(render.telling(lambda: self.show({})), None, outputs, **PRIVATE)
        self.timer.tick(render.telling(self.show), self.seen, outputs, **PRIVATE)

    def show(self, seen: dict[str, str]) -> Any:
        """The parts that differ from those `seen` on this page."""
        activity, status = self._system.activity(), self._model.status()
        parts = {
            "now": gauges.now(activity, status),
            "pictures": gauges.pictures(activity, status),
            "calls": gauges.calls(self._system.telemetry("model_call", SHOWN), bool(activity.running)),
        }
        changed = {getattr(self, name): html for name, html in parts.items() if seen.get(name) != html}
        return {**changed, self.seen: parts} if changed else gr.skip()
