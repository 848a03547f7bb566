"""The Monitor tab: what the text model does now and did in the last minutes, and what agents and chapters took."""

from typing import Any

import gradio as gr

from workbench.ui import adventure_plots, agent_plots, gauges, render
from workbench.ui.desk import PRIVATE, Desk

SHOWN = 10
# So many of the latest calls are summed up by agent.
SUMMED_UP = 500
REFRESH = 1.5


class MonitorTab:
    """Builds the tab and keeps it fresh while it is looked at."""

    def __init__(self, desk: Desk) -> None:
        self._model, self._system = desk.workbench.model, desk.workbench.system
        self._story = desk.story
        self.now = gr.HTML("", apply_default_css=False, elem_id="ll-now")
        self.pictures = gr.HTML("", apply_default_css=False, elem_id="ll-pictures")
        self.agents = gr.HTML("", apply_default_css=False, elem_id="ll-agents-use")
        self.chapters = gr.HTML("", apply_default_css=False, elem_id="ll-chapters-use")
        self.adventures = gr.HTML("", apply_default_css=False, elem_id="ll-adventures-use")
        self.calls = gr.HTML("", apply_default_css=False, elem_id="ll-calls")
        self.seen = gr.State({})
        self.timer = gr.Timer(REFRESH, active=False)

    def wire(self, tab: gr.Tab) -> None:
        """The timer runs only while the tab is open; the page changes only where something changed."""
        outputs = [self.now, self.pictures, self.agents, self.calls, self.seen]
        tab.select(render.telling(lambda: self.show({})), None, outputs, **PRIVATE)
        tab.select(render.telling(self.told), self._story, [self.chapters, self.adventures], **PRIVATE)
        self.timer.tick(render.telling(self.show), self.seen, outputs, **PRIVATE)

    def show(self, seen: dict[str, str]) -> Any:
        """The parts that differ from those `seen` on this page."""
        activity, status = self._system.activity(), self._model.status()
        latest = self._system.telemetry("model_call", SHOWN)
        # Summing up again is only worth it where there is another call.
        known = str(latest[0]) if latest else ""
        agents = seen.get("agents", "")
        if seen.get("latest") != known:
            agents = agent_plots.by_agent(self._system.agent_use(SUMMED_UP), SUMMED_UP)
        parts = {
            "now": gauges.now(activity, status),
            "pictures": gauges.pictures(activity, status),
            "agents": agents,
            "calls": gauges.calls(latest, bool(activity.running)),
        }
        changed = {getattr(self, name): html for name, html in parts.items() if seen.get(name) != html}
        return {**changed, self.seen: {**parts, "latest": known}} if changed else gr.skip()

    def told(self, story_id: str) -> tuple[str, str]:
        """What the chapters of the open story were told with, and how adventures went."""
        chapters = agent_plots.by_chapter(self._system.chapter_use(story_id)) if story_id else ""
        return chapters, adventure_plots.by_turn(self._system.adventure_use())
