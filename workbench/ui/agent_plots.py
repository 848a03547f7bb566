"""What each agent read, remembered and wrote, and what chapters were told with, as pictures: pure functions."""

from collections.abc import Sequence

from workbench.domain.agent_use import AgentUse, ChapterUse
from workbench.domain.context import LAYER_SHARES
from workbench.ui.gauges import AGENTS
from workbench.ui.plots import Layer, finite, plot, short
from workbench.ui.render import empty, plural, safe
from workbench.ui.verdict import LAYERS

COLUMNS = ("Who", "Answers", "An answer takes, on average", "Remembered", "Read", "Written", "Until the first word")
NUMBERS = ' class="ll-number-cell"'


def by_agent(uses: Sequence[AgentUse], calls: int) -> str:
    """Each agent's reading and writing over the latest `calls`, on one scale, and how long its first word takes."""
    if not uses:
        return ""
    longest = max((_mean(use, use.remembered + use.read + use.written) for use in uses), default=1.0)
    slowest = max((finite(use.first_high or 0) for use in uses), default=0.0)
    rows = "".join(_agent(use, longest, slowest) for use in uses)
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    return (
        '<section class="ll-card ll-calls ll-by-agent"><h3>Agent by agent</h3>'
        f'<p class="ll-facts">Over the latest {plural(min(calls, sum(use.calls for use in uses)), "answer")}. '
        f"{_key('kept', 'was still remembered')} {_key('read', 'had to be read')} {_key('written', 'was written')} "
        "All in word-pieces.</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _key(look: str, words: str) -> str:
    return f'<span class="ll-key"><i class="ll-swatch ll-is-{look}"></i>{words}</span>'


def _mean(use: AgentUse, total: float) -> float:
    return finite(total) / max(1, use.calls)


def _agent(use: AgentUse, longest: float, slowest: float) -> str:
    cells = (
        f"<b>{safe(called(use.agent))}</b>",
        f"{use.calls:,}",
        bar([(look, _mean(use, getattr(use, name))) for look, name in _PARTS], longest),
        f"{use.remembered:,}",
        f"{use.read:,}",
        f"{use.written:,}",
        waiting(use, slowest),
    )
    return (
        "<tr>"
        + "".join(
            f'<td data-label="{name}"{NUMBERS if at in (1, 3, 4, 5) else ""}>{cell}</td>'
            for at, (name, cell) in enumerate(zip(COLUMNS, cells, strict=True))
        )
        + "</tr>"
    )


_PARTS = (("kept", "remembered"), ("read", "read"), ("written", "written"))


def called(agent: str) -> str:
    """An agent as people call it."""
    return AGENTS.get(agent, agent.replace("_", " ").capitalize())


def bar(shares: Sequence[tuple[str, float]], longest: float) -> str:
    """Stretches one behind the other as one bar, as long as its share of the `longest`."""
    whole = max(finite(longest), sum(value for _, value in shares), 1.0)
    told = ", ".join(f"{round(value):,} {dict(_PARTS)[look]}" for look, value in shares)
    drawn, left = "", 0.0
    for look, value in shares:
        width = 100 * value / whole
        drawn += f'<rect class="ll-is-{look}" x="{left:.1f}" y="0" width="{width:.1f}" height="8"/>'
        left += width
    return (
        '<svg class="ll-strip" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        f'aria-label="{safe(f"On average {told} word-pieces")}">{drawn}</svg>'
    )


def waiting(use: AgentUse, slowest: float) -> str:
    """How long one waits for the first word: usually, and between what in half of all cases; a dot on a line."""
    if use.first_median is None or use.first_low is None or use.first_high is None:
        return '<span class="ll-facts">not known</span>'
    whole = max(finite(slowest), 0.001)
    low, middle, high = (100 * finite(value) / whole for value in (use.first_low, use.first_median, use.first_high))
    words = f"usually {seconds(use.first_median)}"
    if seconds(use.first_low) != seconds(use.first_high):
        words += f", mostly {seconds(use.first_low)} to {seconds(use.first_high)}"
    return (
        f'<svg class="ll-wait" role="img" aria-label="{safe(words)}">'
        '<line class="ll-grid" x1="2%" x2="98%" y1="50%" y2="50%"/>'
        f'<line class="ll-spread" x1="{2 + 0.96 * low:.1f}%" x2="{2 + 0.96 * high:.1f}%" y1="50%" y2="50%"/>'
        f'<circle class="ll-dot-mark" cx="{2 + 0.96 * middle:.1f}%" cy="50%" r="4.5"/></svg>'
        f'<span class="ll-facts">{safe(words)}</span>'
    )


def seconds(value: float) -> str:
    """A time as people say it: `0.4 s`, `12 s`, `3 min`."""
    value = finite(value)
    if value < 0.05:
        return "under 0.1 s"
    if value >= 100:
        return f"{value / 60:,.1f} min"
    return f"{value:.0f} s" if value >= 9.95 else f"{value:.1f} s"


def by_chapter(uses: Sequence[ChapterUse]) -> str:
    """How full the context was in each chapter, layer by layer, and how much of the prompts was remembered."""
    if not uses:
        return (
            '<section class="ll-card">'
            + empty("No chapter by the agents yet.", "How much of the story they were shown for each is drawn here.")
            + "</section>"
        )
    budget = max(use.budget for use in uses)
    layers = [Layer(name, [use.layers.get(name, 0) for use in uses], "bars") for name in LAYER_SHARES]
    latest = uses[-1]
    filled = sum(latest.layers.values())
    told = (
        f"Word-pieces shown to the agents in {plural(len(uses), 'chapter')}, from chapter {uses[0].number} to "
        f"{latest.number}; {filled:,} of {latest.budget:,} in the last one"
    )
    legend = " ".join(_key(name, LAYERS[name]) for name in LAYER_SHARES)
    shares = [100 * use.remembered / use.prompts if use.prompts else 0.0 for use in uses]
    mean = sum(shares) / len(shares)
    return (
        '<section class="ll-card"><h3>Chapter by chapter</h3><div class="ll-by-chapter">'
        f'<figure class="ll-figure"><figcaption><span>{legend}</span>'
        f'<span><i class="ll-dashes"></i>room for {short(budget)}</span></figcaption>'
        f"{plot(layers, told, least=100, mark=budget or None, times=_numbers(uses))}</figure>"
        f'<figure class="ll-figure"><figcaption><span>{_key("kept", "remembered, in percent of all prompts")}</span>'
        f"<span><b>{shares[-1]:.0f} %</b> last · {mean:.0f} % on average</span></figcaption>"
        + plot(
            [Layer("kept", shares, "bars")],
            f"Share of the prompts that was still remembered: {mean:.0f} percent on average",
            least=100,
            times=_numbers(uses),
        )
        + "</figure></div></section>"
    )


def _numbers(uses: Sequence[ChapterUse]) -> list[tuple[str, str, str]]:
    """The chapters' numbers under their bars: the first, one in the middle, the last."""
    count = len(uses)
    places = sorted({0, count // 2, count - 1})
    return [
        (f"{100 * (at + 0.5) / count:.1f}%", "middle", f"{'chapter ' if not at else ''}{uses[at].number}")
        for at in places
    ]
