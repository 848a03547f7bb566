"""The Team tab: ask any of the agents by themselves, and see or change how they are."""

import gradio as gr

from workbench.ui.ask_panel import AskPanel
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.team_agents import TeamAgents

ASK, AGENTS = "Ask the team", "The agents"


class TeamTab:
    """Builds the tab and its two parts."""

    def __init__(self, desk: Desk) -> None:
        self.mode = gr.Radio([ASK, AGENTS], value=ASK, label="Show", container=False, elem_id="ll-team-mode")
        with gr.Column(elem_classes="ll-gap") as self.asking:
            self.ask = AskPanel(desk)
        with gr.Column(elem_classes="ll-gap", visible=False) as self.changing:
            self.agents = TeamAgents(desk)

    def wire(self, tab: gr.Tab) -> None:
        """Connect both parts; turning from one to the other changes nothing in them."""
        self.mode.input(
            lambda mode: [gr.Column(visible=mode == ASK), gr.Column(visible=mode == AGENTS)],
            self.mode, [self.asking, self.changing], **PRIVATE,
        )  # fmt: skip
        self.ask.wire(tab)
        self.agents.wire(tab)
