"""What an agent is shown: the bars add up, many items stay readable, and a decision holds at once."""

import re
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.ui.test_render import EVIL, checked
from workbench.domain.context import ItemTrace, LayerTrace
from workbench.domain.preview import ContextPreview, PromptSegment
from workbench.errors import InvalidInput, PromptTooLong
from workbench.ui import context_bars, context_cards
from workbench.ui.desk import Desk
from workbench.ui.tab_context import AGENTS, AT_WORK, PHASES, ContextTab


def item(source: str, included: bool = True, **given: Any) -> ItemTrace:
    """An item of 48 word-pieces."""
    return ItemTrace(**{"source": source, "tokens": 48, "included": included, "why": "named in the request", **given})


def preview(*items: ItemTrace, **given: Any) -> ContextPreview:
    """A preview of a window of 4,096 with these items in the layer of people."""
    segments = (
        PromptSegment(origin="form", text="<|im_start|>system\n"),
        PromptSegment(origin="system", text="You write fiction."),
        PromptSegment(origin="characters", text="Mara keeps the light.", key="lore:m"),
        PromptSegment(origin="task", text="Write chapter 3."),
    )
    layers = (
        LayerTrace(name="system", budget=166, used=60, items=(item("rules of the house", why="always shown"),)),
        LayerTrace(name="story", budget=1083, used=1400),
        LayerTrace(name="characters", budget=416, used=96, items=items),
        LayerTrace(name="plot", budget=835, used=20, items=(item("world", key="world", priority="high"),)),
    )
    values: dict[str, Any] = {
        "agent": "writer", "phase": "drafting", "prompt": "".join(one.text for one in segments), "segments": segments,
        "tokens": 1700, "window": 4096, "reply": 1200, "buffer": 256, "task": 140, "budget": 2500, "strategy": "exact",
        "layers": layers,
    }  # fmt: skip
    return ContextPreview(**{**values, **given})


MARA = item("lore: Mara Voss", key="lore:m")


def test_the_window_is_divided_without_rest() -> None:
    shown = preview(MARA)
    sizes = dict(context_bars.parts(shown))
    assert sum(sizes.values()) == shown.window
    assert sizes["free"] == 2500 - 60 - 1400 - 96 - 20
    html = context_bars.window_bar(shown)
    widths = [float(width) for width in re.findall(r'class="ll-part [^>]*width:([\d.]+)%', html)]
    assert sum(widths) == pytest.approx(100, abs=0.1)
    text = checked(html).text
    assert "4,096 word-pieces at most" in text
    assert "Every size here is exact" in text


def test_an_overlong_context_still_has_a_bar() -> None:
    shown = preview(budget=100)
    assert "free" not in dict(context_bars.parts(shown))
    checked(context_bars.window_bar(shown))


def test_estimates_say_how_far_they_may_be_off() -> None:
    assert "may be off by 20 %" in checked(context_bars.window_bar(preview(strategy="estimate", error=0.2))).text


def test_a_layer_says_what_it_took_from_others() -> None:
    text = checked(context_cards.items(preview(MARA))).text
    assert "1,400 word-pieces, 317 of them from what others left over" in text
    assert "96 of 416 word-pieces" in text


def test_items_are_called_as_a_writer_would() -> None:
    note = item("note: Mara Voss", key="note:m", why="told with its entry")
    html = context_cards.items(preview(MARA, note))
    text = checked(html).text
    assert "Mara Voss" in text
    assert "What has become true of Mara Voss" in text
    assert "lore:" not in text
    # What is decided about a note is decided about its entry, with which it comes and goes.
    assert html.count('data-decide="lore:m"') == 2


def test_hundreds_that_stay_out_are_folded_and_small() -> None:
    out = [
        item(f"lore: Number {number}", False, key=f"lore:{number}", why="nobody has named it") for number in range(480)
    ]
    mine = item("lore: Aria", False, key="lore:aria", why="you left it out", choice="left_out")
    html = context_cards.items(preview(MARA, *out, mine))
    parser = checked(html)
    assert "480 more stay out: nobody has named it" in parser.text
    assert len(html) < 200_000
    fold = html[html.index("<details>") : html.index("</details>")]
    assert "Number 7" in fold
    assert "Aria" not in fold
    # The buttons are in the page once, however many items there are.
    assert html.count('data-act="choose-pinned"') == 1


def test_few_that_stay_out_are_listed() -> None:
    html = context_cards.items(preview(item("lore: Zed", False, key="lore:z", why="nobody has named it")))
    assert "<details>" not in html
    assert "out: nobody has named it" in checked(html).text


def test_what_the_writer_decided_is_marked_and_can_be_undone() -> None:
    html = context_cards.items(preview(item("lore: Mara", key="lore:m", choice="pinned", shortened=True)))
    text = checked(html).text
    assert "pinned by you" in text
    assert "in short" in text
    assert "You have decided about 1 thing." in text
    assert "decided about" not in checked(context_cards.items(preview(MARA))).text


def test_the_prompt_is_shown_word_for_word_and_points_at_its_items() -> None:
    html = context_cards.prompt(preview(MARA))
    parser = checked(html)
    assert "<|im_start|>system\nYou write fiction.Mara keeps the light.Write chapter 3." in parser.text
    assert ("span", "lore:m") in [(tag, given.get("data-key")) for tag, given in parser.seen]


def test_nothing_from_outside_becomes_part_of_the_page() -> None:
    evil = preview(
        item(f"lore: {EVIL}", key=f"lore:{EVIL}", why=EVIL),
        *(item(EVIL, False, key=EVIL, why=EVIL) for _ in range(9)),
        segments=(PromptSegment(origin="plot", text=EVIL, key=EVIL),),
    )
    for html in (context_cards.items(evil), context_cards.prompt(evil), context_cards.refused(EVIL, 2)):
        checked(html)


def test_a_very_long_prompt_does_not_swamp_the_page() -> None:
    parts = tuple(PromptSegment(origin="story", text="word " * 20_000) for _ in range(40))
    html = context_cards.prompt(preview(segments=parts))
    assert len(html) < 600_000
    assert "too long for this page" in html


class Kept:
    """Stands in for the service: choices are kept, and pinning the giant is refused."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.asked: list[dict[str, Any]] = []

    def preview(self, story_id: str, **asked: Any) -> ContextPreview:
        self.asked.append(asked)
        if {**self.kept, **(asked.get("changes") or {})}.get("lore:giant") == "pinned":
            raise PromptTooLong("What must be shown takes 9000 tokens.")
        return preview(item("lore: Mara", key="lore:m", choice=self.kept.get("lore:m", "")))

    def choose(self, story_id: str, key: str, choice: str) -> None:
        self.kept.pop(key, None)
        if choice:
            self.kept[key] = choice

    def choices(self, story_id: str) -> dict[str, str]:
        return self.kept


def opened(kept: Kept) -> ContextTab:
    """The tab over a service and a story with twelve chapters."""
    progress = {"chapters": 12, "summed_up": 9, "parts": 1}
    workbench: Any = SimpleNamespace(context=kept, distilling=SimpleNamespace(progress=lambda story_id: progress))
    with gr.Blocks():
        return ContextTab(Desk(workbench))


def pressing(act: str, key: str = "") -> Any:
    """The event of a pressed button."""
    return SimpleNamespace(_data={"act": act, "id": key})


def test_a_decision_is_kept_and_shown_at_once() -> None:
    kept = Kept()
    tab = opened(kept)
    updates = tab.decide(pressing("choose-pinned", "lore:m"), "s", "writer", "drafting", " Mara waits. ")
    assert kept.kept == {"lore:m": "pinned"}
    assert kept.asked[-1]["instruction"] == "Mara waits."
    assert "pinned by you" in updates[tab.items]
    assert "9 of 12 chapters summed up, and folded into 1 part" in updates[tab.summed]
    assert "pinned by you" not in tab.decide(pressing("reset"), "s", "writer", "drafting", "")[tab.items]
    assert kept.kept == {}


def test_what_would_leave_no_room_is_refused_before_it_is_kept() -> None:
    kept = Kept()
    tab = opened(kept)
    with pytest.raises(PromptTooLong):
        tab.decide(pressing("choose-pinned", "lore:giant"), "s", "writer", "drafting", "")
    assert kept.kept == {}
    # Where it has come about otherwise there is a way out.
    kept.kept["lore:giant"] = "pinned"
    shown = tab.show("s", "writer", "drafting", "")
    assert "What must be shown takes 9000 tokens." in shown[tab.items]
    assert 'data-act="reset"' in shown[tab.items]
    tab.decide(pressing("choose-left_out", "lore:giant"), "s", "writer", "drafting", "")
    assert kept.kept == {"lore:giant": "left_out"}


def test_without_a_story_there_is_a_hint() -> None:
    tab = opened(Kept())
    assert "Open a story in Write first" in tab.show("", "writer", "drafting", "")[tab.items]
    with pytest.raises(InvalidInput):
        tab.decide(pressing("choose-low", "lore:m"), "", "writer", "drafting", "")


def test_an_agent_is_looked_at_doing_what_it_does() -> None:
    kept = Kept()
    tab = opened(kept)
    updates = tab.turn("s", "rater", "drafting", "")
    assert kept.asked[-1] == {"agent": "rater", "phase": "reviewing", "instruction": ""}
    assert updates[tab.phase].value == "reviewing"
    assert set(AT_WORK) == set(AGENTS)
    assert {phase for each in AT_WORK.values() for phase in each} <= set(PHASES)
