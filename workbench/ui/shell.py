"""The whole page: a header, a line about the model, and one tab for each thing that people do."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from workbench.ui import render
from workbench.ui.desk import PRIVATE, Desk, Services
from workbench.ui.pulse import Pulse
from workbench.ui.queue_cards import alert_line
from workbench.ui.scripts import DAY_OR_NIGHT
from workbench.ui.tab_adventure import AdventureTab
from workbench.ui.tab_archive import ArchiveTab
from workbench.ui.tab_branches import BranchesTab
from workbench.ui.tab_chat import ChatTab
from workbench.ui.tab_context import ContextTab
from workbench.ui.tab_gallery import GalleryTab
from workbench.ui.tab_lore import LoreTab
from workbench.ui.tab_monitor import MonitorTab
from workbench.ui.tab_plan import PlanTab
from workbench.ui.tab_queue import QueueTab
from workbench.ui.tab_team import TeamTab
from workbench.ui.tab_timeline import TimelineTab
from workbench.ui.tab_write import WriteTab

BRAND = '<div class="ll-brand"><b>Loreloom</b><i>a workbench for stories, on your own machine</i></div>'
# While the model loads or a server is away people wait for it; at other times its state hardly ever changes.
LOADING_SECONDS, READY_SECONDS = 1.5, 20.0


def build_ui(workbench: Services, register_api: Callable[[], None]) -> gr.Blocks:
    """The page over `workbench`. `register_api` is called inside the Blocks, to add the contract's endpoints.

    Launch it with `workbench.ui.theme.launch_options()`.
    """
    with gr.Blocks(title="Loreloom", analytics_enabled=False, fill_width=True) as page:
        desk = Desk(workbench)
        with gr.Row(elem_classes="ll-head"):
            gr.HTML(BRAND, apply_default_css=False)
            light = gr.Button("Day or night", size="sm", elem_id="ll-light")
        banner = gr.HTML(_banner(workbench), apply_default_css=False, elem_id="ll-banner")
        alert = gr.HTML("", apply_default_css=False, elem_id="ll-alert")
        clock = gr.Timer(LOADING_SECONDS)
        pulse = Pulse()

        with gr.Tabs() as tabs:
            with gr.Tab("Write", id="write") as write_tab:
                write = WriteTab(desk)
            with gr.Tab("Plan", id="plan") as plan_tab:
                plan = PlanTab(desk)
            with gr.Tab("Branches", id="branches") as branches_tab:
                branches = BranchesTab(desk)
            with gr.Tab("Timeline", id="timeline") as timeline_tab:
                timeline = TimelineTab(desk)
            with gr.Tab("Lore", id="lore") as lore_tab:
                lore = LoreTab(desk)
            with gr.Tab("Context", id="context") as context_tab:
                context = ContextTab(desk)
            with gr.Tab("Team", id="team") as team_tab:
                team = TeamTab(desk)
            with gr.Tab("Chat", id="chat") as chat_tab:
                chat = ChatTab(desk)
            with gr.Tab("Gallery", id="gallery") as gallery_tab:
                gallery = GalleryTab(desk)
            with gr.Tab("Adventure", id="adventure") as adventure_tab:
                adventure = AdventureTab(desk)
            with gr.Tab("Archive", id="archive") as archive_tab:
                archive = ArchiveTab(desk)
            with gr.Tab("Queue", id="queue") as queue_tab:
                queue = QueueTab(desk)
            with gr.Tab("Monitor", id="monitor") as monitor_tab:
                monitor = MonitorTab(desk)

        write.wire(page, write_tab)
        plan.wire(plan_tab, tabs, write.instruction)
        timeline.wire(timeline_tab)
        branches.wire(branches_tab, tabs, write)
        lore.wire(lore_tab)
        context.wire(context_tab)
        chat.wire(chat_tab)
        team.wire(team_tab)
        adventure.wire(adventure_tab, tabs, page)
        gallery.wire(gallery_tab, tabs, write.illustrate)
        archive.wire(archive_tab)
        queue.wire(queue_tab)
        monitor.wire(monitor_tab)
        pulse.wire(page, clock)
        light.click(js=DAY_OR_NIGHT, **PRIVATE)
        clock.tick(lambda: _model_line(workbench), None, [banner, clock], **PRIVATE)
        page.load(lambda: _banner(workbench), None, banner, **PRIVATE)
        gr.on([page.load, clock.tick], lambda: alert_line(workbench.memory.alerts()), None, alert, **PRIVATE)
        own_timers = {
            timeline_tab: timeline.timer,
            lore_tab: lore.timer,
            queue_tab: queue.timer,
            monitor_tab: monitor.timer,
        }
        timers = list(own_timers.values())
        still = (
            write_tab,
            plan_tab,
            branches_tab,
            context_tab,
            chat_tab,
            team_tab,
            gallery_tab,
            adventure_tab,
            archive_tab,
        )
        for tab in (*still, *own_timers):
            own = own_timers.get(tab)
            # A list that nobody looks at isn't refreshed.
            tab.select(lambda own=own: [gr.Timer(active=timer is own) for timer in timers], None, timers, **PRIVATE)
        register_api()
    return page


def _banner(workbench: Services) -> str:
    simple = workbench.simple_model
    failed = simple.status() if simple is not None and simple.status().state == "failed" else None
    return render.model_banner(workbench.model.status(), (failed.error or failed.message) if failed else "")


def _model_line(workbench: Services) -> tuple[Any, Any]:
    status = workbench.model.status()
    passing = status.state == "loading" or status.waits
    return _banner(workbench), gr.Timer(LOADING_SECONDS if passing else READY_SECONDS)
