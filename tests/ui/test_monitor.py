"""The Monitor's pictures tell the truth about what the model did, whatever that was."""

import re
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.ui.test_render import EVIL, NOW, Checked, checked
from workbench.domain.adventure_use import AdventureUse, adventure_use
from workbench.domain.agent_use import AgentUse, ChapterUse, agent_uses, chapter_use
from workbench.domain.model import ActivitySecond, ModelActivity, ModelStatus
from workbench.ui import adventure_plots, agent_plots, gauges, plots
from workbench.ui.desk import Desk
from workbench.ui.tab_monitor import MonitorTab

READY = ModelStatus(name="M", source="file", state="ready")
START = 1_700_000_000
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def seconds(*given: dict[str, int]) -> tuple[ActivitySecond, ...]:
    """Consecutive seconds with these counts."""
    return tuple(ActivitySecond(second=START + at, **counts) for at, counts in enumerate(given))


def busy(factor: int = 1) -> ModelActivity:
    """A model in the middle of its work: three minutes of it."""
    one = {"read": 300 * factor, "reused": 1200 * factor, "written": 15 * factor, "running": 2, "waiting": 1}
    return ModelActivity(
        slots=4, running=2, waiting=1, memory_tokens=4096, memory_used=1024, seconds=seconds(*[one] * 180),
        calls=12, read=6_300 * factor, reused=41_900 * factor, written=9_000 * factor, drafted=100, accepted=40,
    )  # fmt: skip


EMPTY = ModelActivity(slots=4)
ONE = ModelActivity(slots=1, running=1, seconds=seconds({"written": 3, "running": 1}), calls=1, written=3)
QUIET = ModelActivity(slots=4, seconds=seconds(*[{}] * 180))
CALL: dict[str, Any] = {
    "kind": "model_call", "created_at": NOW, "agent": "writer", "prompt_tokens": 1000, "reused_tokens": 750,
    "evaluated_tokens": 250, "written_tokens": 412, "first_token_ms": 840.0, "total_ms": 12_400.0,
}  # fmt: skip


def sound(html: str) -> Checked:
    """`html` with only what is known in it, whose pictures are spoken and have real numbers for coordinates."""
    parser = checked(html)
    outer = [attributes for tag, attributes in parser.seen if tag == "svg" and attributes.get("class") != "ll-data"]
    assert outer
    for attributes in outer:
        assert attributes.get("role") == "img"
        assert attributes.get("aria-label")
    for tag, attributes in parser.seen:
        for name in ("d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "stroke-dasharray", "viewbox"):
            if value := attributes.get(name):
                assert not re.search("nan|inf|None", value), f"{tag} {name}={value}"
                assert NUMBER.search(value)
    return parser


def drawn(html: str) -> list[tuple[str, list[tuple[float, float]]]]:
    """Classes of the paths of a plot, with the points that are named in full."""
    return [
        (
            attributes["class"] or "",
            [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", attributes["d"] or "")],
        )
        for tag, attributes in checked(html).seen
        if tag == "path"
    ]


@pytest.mark.parametrize("activity", [EMPTY, ONE, QUIET, busy(), busy(10**9)], ids="empty one quiet busy huge".split())
@pytest.mark.parametrize("state", ["ready", "loading", "failed"])
def test_whatever_the_model_does_can_be_drawn(activity: ModelActivity, state: Any) -> None:
    status = READY.model_copy(update={"state": state, "error": EVIL, "name": EVIL})
    sound(gauges.now(activity, status))
    html = gauges.pictures(activity, status)
    sound(html)
    for _, points in drawn(html):
        assert all(0 <= x <= 180 and 0 <= y <= 100 for x, y in points)


@pytest.mark.parametrize(
    ("activity", "state", "told"),
    [
        (EMPTY, "ready", "Idle"),
        (EMPTY, "loading", "Getting ready"),
        (EMPTY, "failed", "No model"),
        (busy(), "ready", "Writing for 2, 1 waiting"),
        (ONE, "ready", "Writing"),
        (EMPTY.model_copy(update={"waiting": 3}), "ready", "3 waiting"),
        (EMPTY.model_copy(update={"running": 1}), "ready", "At work"),
        (EMPTY.model_copy(update={"running": 3, "seconds": seconds({"read": 9})}), "ready", "Reading for 3"),
    ],
)
def test_the_state_is_told_in_a_writers_words(activity: ModelActivity, state: Any, told: str) -> None:
    status = READY.model_copy(update={"state": state})
    assert gauges.doing(activity, status) == told
    assert told in checked(gauges.now(activity, status)).text


def test_the_speed_is_the_mean_of_the_last_full_seconds() -> None:
    written = [100, 3, 6, 12, 1000]  # the last second isn't over, the first one is too long ago
    activity = ModelActivity(slots=2, seconds=seconds(*({"written": count} for count in written)))
    assert gauges.speed(activity) == 7.0
    text = checked(gauges.now(activity, READY)).text
    assert "7.0" in text
    assert "about 280 words a minute" in text
    assert gauges.speed(ONE) == 0.0


def test_the_places_at_work_are_filled() -> None:
    html = gauges.now(busy(), READY)
    boxes = [attributes["class"] for tag, attributes in sound(html).seen if tag == "rect"]
    assert boxes == ["ll-slot ll-taken"] * 2 + ["ll-slot"] * 2
    assert 'aria-label="2 of 4 places at work"' in html


def test_many_places_stand_in_rows() -> None:
    width = [a["width"] for tag, a in checked(plots.slots(100, 1000)).seen if tag == "svg"]
    assert width
    assert float(width[0] or 0) < 360
    assert "1,000 places" in plots.slots(100, 1000)


@pytest.mark.parametrize(
    ("highest", "least", "top", "step"),
    [(0, 3, 3, 1), (4, 3, 4, 2), (7, 3, 9, 3), (0, 10, 10, 5), (100, 10, 100, 50), (101, 10, 150, 50), (1, 1, 1, 1)],
)
def test_axes_end_at_round_numbers(highest: float, least: float, top: float, step: float) -> None:
    assert plots.scale(highest, least) == (top, step)


@pytest.mark.parametrize("highest", [0.0, 1e-9, 2.4, 999.0, 12_345.0, 1e15, 1e300, float("nan"), float("inf"), -4.0])
def test_an_axis_always_has_a_few_lines_and_room(highest: float) -> None:
    top, step = plots.scale(highest, 3)
    assert top >= plots.finite(highest)
    assert 1 <= round(top / step) <= 4
    sound(plots.plot([plots.Layer("read", [highest, 1.0])], "told"))


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (0.46, "0.5"), (14, "14"), (1200, "1,200"), (48_000, "48k"), (100_000, "100k"), (999_400, "999k"),
     (999_999, "1M"), (1.25e6, "1.25M"), (3e9, "3G"), (float("nan"), "0"), (float("inf"), "0"), (-1, "0"),
     (1e300, "1.0e+300")],
)  # fmt: skip
def test_numbers_are_told_with_few_letters(value: float, told: str) -> None:
    assert plots.short(value) == told


def test_a_line_is_as_high_as_its_values() -> None:
    html = plots.plot([plots.Layer("written", [0, 5, 10])], "told", least=10)
    edges = [points for look, points in drawn(html) if "ll-edge" in look]
    assert edges == [[(0.5, 100.0), (1.5, 50.0), (2.5, 0.0)]]
    assert [text for text in ("0", "5", "10") if f">{text}</text>" in html] == ["0", "5", "10"]


def test_who_waits_stands_upon_who_is_at_work() -> None:
    layers = [plots.Layer("work", [2, 2], "steps"), plots.Layer("wait", [0, 1], "steps")]
    edges = {look: points for look, points in drawn(plots.plot(layers, "told", mark=4)) if "ll-edge" in look}
    assert edges["ll-edge ll-is-work"] == [(0.0, 50.0), (1.0, 50.0)]
    assert edges["ll-edge ll-is-wait"] == [(0.0, 50.0), (1.0, 25.0)]


def test_bars_stand_upon_each_other_and_nothing_is_drawn_where_nothing_was() -> None:
    html = plots.plot([plots.Layer("kept", [0, 60], "bars"), plots.Layer("read", [0, 40], "bars")], "told", least=100)
    paths = {a["class"]: a["d"] for tag, a in checked(html).seen if tag == "path"}
    assert paths == {
        "ll-bars ll-is-kept": "M1.1 100V40h.8V100z",
        "ll-bars ll-is-read": "M1.1 40V0h.8V40z",
    }
    assert not drawn(plots.plot([plots.Layer("kept", [0, 0], "bars")], "told"))


def test_a_bar_of_the_prompts_keeps_its_height_while_time_goes_on() -> None:
    counts = [{"reused": 100} if at in (20, 21, 22) else {} for at in range(181)]
    every = seconds(*counts)
    seen = set()
    for shift in (0, 1):
        html = gauges.pictures(ModelActivity(slots=1, seconds=every[shift : shift + 180]), READY)
        seen |= set(re.findall(r'll-bars ll-is-kept" d="M[\d.]+ (\S+?)z', html))
    assert len(seen) == 1


def test_memory_of_prompts_is_told_in_a_sentence() -> None:
    text = checked(gauges.pictures(busy(), READY)).text
    assert (
        "Of 48,200 word-pieces in prompts, 41,900 were still in the model’s memory and needn’t be read again: "
        "about 2 minutes saved." in text
    )
    assert "87%" in text
    slow = busy().model_copy(update={"seconds": seconds({"read": 600}, {})})
    assert "about 70 seconds saved" in gauges.remembered(slow)
    unknown = busy().model_copy(update={"seconds": ()})
    assert gauges.remembered(unknown).endswith("needn’t be read again.")
    assert "had to be read" in gauges.remembered(busy().model_copy(update={"reused": 0}))


def test_the_memorys_fill_is_shown_where_it_is_known() -> None:
    html = gauges.pictures(busy(), READY)
    assert 'aria-valuenow="25"' in html
    assert "25% full: 1,024 of 4,096 word-pieces" in checked(html).text
    server = READY.model_copy(update={"source": "server"})
    assert "server keeps to itself" in gauges.pictures(busy().model_copy(update={"memory_tokens": 0}), server)


def test_guesses_are_told_only_when_there_were_some() -> None:
    assert "Of 100 word-pieces guessed from the prompt 40 were right (40%)" in gauges.pictures(busy(), READY)
    assert "guessed" not in gauges.pictures(busy().model_copy(update={"drafted": 0, "accepted": 0}), READY)


def test_a_call_is_told_with_its_prompt_as_a_bar() -> None:
    parser = sound(gauges.calls([CALL, {**CALL, "agent": "rewriter", "prompt_tokens": 500, "reused_tokens": 0}]))
    assert "Writer" in parser.text
    assert "Memory: notes" in parser.text
    for told in ("750", "250", "412", "0.8 s", "12.4 s"):
        assert told in parser.text
    widths = [attributes["width"] for tag, attributes in parser.seen if tag == "rect"]
    assert widths == ["75.0", "25.0", "0.0", "25.0"]


def test_calls_of_earlier_versions_and_odd_ones_are_told_too() -> None:
    old = {name: value for name, value in CALL.items() if name != "evaluated_tokens"}
    assert ">250<" in gauges.calls([old])
    odd = {"agent": EVIL, "created_at": EVIL, "prompt_tokens": EVIL, "first_token_ms": None, "total_ms": 1e9}
    text = sound(gauges.calls([odd])).text
    assert "<script>alert(1)</script>" in text.lower(), "as text, which is shown and not run"
    sound(gauges.calls([{"kind": "model_call"}]))


def test_before_the_first_call_there_is_a_hint() -> None:
    text = checked(gauges.calls([])).text
    assert "Nothing has been asked of the model yet." in text
    assert "Write a chapter and watch it here." in text
    assert "The first answer is on its way." in checked(gauges.calls([], at_work=True)).text


def test_only_what_changed_is_sent() -> None:
    state: dict[str, Any] = {"activity": QUIET, "events": [CALL]}
    system = SimpleNamespace(
        activity=lambda: state["activity"],
        telemetry=lambda kind, limit: state["events"],
        agent_use=lambda calls: agent_uses(state["events"]),
    )
    workbench: Any = SimpleNamespace(model=SimpleNamespace(status=lambda: READY), system=system)
    with gr.Blocks():
        tab = MonitorTab(Desk(workbench))
    first = tab.show({})
    assert set(first) == {tab.now, tab.pictures, tab.agents, tab.calls, tab.seen}
    assert tab.show(first[tab.seen]) == gr.skip()
    state["activity"] = busy()
    second = tab.show(first[tab.seen])
    assert set(second) == {tab.now, tab.pictures, tab.seen}
    assert tab.show(second[tab.seen]) == gr.skip()
    state["events"] = [CALL | {"agent": "rater"}, CALL]
    third = tab.show(second[tab.seen])
    assert set(third) == {tab.agents, tab.calls, tab.seen}
    assert "Rater" in third[tab.agents]


def test_what_agents_read_and_wrote_is_summed_up() -> None:
    slow = CALL | {"agent": "editor", "first_token_ms": None, "reused_tokens": 0, "evaluated_tokens": 1000}
    writers = [CALL | {"first_token_ms": 1000.0 * second} for second in (1, 2, 3, 4, 90)]
    first, second = agent_uses([slow, *writers])
    assert (first.agent, first.calls, first.remembered, first.read, first.written) == ("writer", 5, 3750, 1250, 2060)
    assert (first.first_low, first.first_median, first.first_high) == (2.0, 3.0, 4.0)
    assert (second.agent, second.read, second.first_median) == ("editor", 1000, None)
    text = sound(agent_plots.by_agent([first, second], 500)).text
    assert "Over the latest 6 answers." in text
    assert "usually 3.0 s, mostly 2.0 s to 4.0 s" in text
    assert "not known" in text
    assert agent_plots.by_agent([], 500) == ""


def test_events_that_say_little_are_summed_up_too() -> None:
    odd = [{"agent": "writer"}, {"agent": EVIL, "prompt_tokens": "many", "first_token_ms": "soon"}, {}, CALL]
    uses = agent_uses(odd)
    assert {use.agent for use in uses} == {"writer", EVIL}
    assert "<script" not in agent_plots.by_agent(uses, 10)
    sound(agent_plots.by_agent(uses, 10))


def test_an_agents_bar_is_as_long_as_its_answers_take() -> None:
    def bars(html: str) -> list[float]:
        return [float(width) for width in re.findall(r'<rect class="ll-is-\w+" [^>]*width="([\d.]+)"', html)]

    long = AgentUse(agent="writer", calls=2, remembered=1000, read=600, written=400, seconds=1.0)
    short = AgentUse(agent="rater", calls=1, remembered=100, read=0, written=0, seconds=1.0)
    assert bars(agent_plots.by_agent([long, short], 10)) == [50.0, 30.0, 20.0, 10.0, 0.0, 0.0]


def test_chapters_are_drawn_layer_by_layer() -> None:
    def result(story: int) -> dict[str, Any]:
        layers = [{"name": "system", "used": 40}, {"name": "story", "used": story}]
        usage = {"prompt_tokens": 4000, "reused_tokens": 3000}
        return {"context": {"budget": 2500, "layers": layers}, "usage": usage}

    assert chapter_use(1, {"passage": {}}) is None
    uses = [use for number in range(1, 5) if (use := chapter_use(number, result(500 * number)))]
    parser = sound(agent_plots.by_chapter(uses))
    assert "75 %" in parser.text
    assert "The story so far" in parser.text
    told = next(a["aria-label"] for t, a in parser.seen if t == "svg" and a.get("aria-label"))
    assert told == "Word-pieces shown to the agents in 4 chapters, from chapter 1 to 4; 2,040 of 2,500 in the last one"
    assert "No chapter by the agents yet" in checked(agent_plots.by_chapter([])).text
    sound(agent_plots.by_chapter([ChapterUse(number=7, layers={}, budget=0, prompts=0, remembered=0)]))


def turns(count: int) -> AdventureUse:
    """Chapters of which every second was told ahead, newest first as telemetry has them, and what readers chose."""
    told = [
        {"chapter": at + 1, "prepared": at % 2 == 1, "seconds": 0.1 if at % 2 else 8.0 + at,
         "first_token_seconds": 0.02 if at % 2 else 3.0}
        for at in range(count)
    ]  # fmt: skip
    made = [{"seconds": 20.0 + at} for at in range(count)]
    viewed = [{"adventure": "a", "chapter": at // 2} for at in range(count)]
    return adventure_use(reversed(told), reversed(made), viewed)


@pytest.mark.parametrize("count", [1, 2, 40])
def test_adventures_are_drawn_chapter_by_chapter(count: int) -> None:
    use = turns(count)
    html = adventure_plots.by_turn(use)
    sound(html)
    assert use.prepared == count // 2
    assert [one.number for one in use.told] == list(range(1, count + 1))
    assert "3.0 s told while somebody waited" in html
    assert ("under 0.1 s told ahead" in html) == (count > 1)
    assert f"{plots.short(20 + (count - 1) / 2)} s</b> usually" in html
    assert use.viewed == (count + 1) // 2


def test_without_adventures_nothing_is_drawn() -> None:
    assert adventure_plots.by_turn(adventure_use([], [], [])) == ""
