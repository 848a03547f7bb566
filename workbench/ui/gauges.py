"""What the text model does, as HTML with pictures: pure functions of its activity and of telemetry's events."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.model import ActivitySecond, ModelActivity, ModelStatus
from workbench.ui.plots import Layer, plot, ring, short, slots, strip
from workbench.ui.render import empty, plural, safe, time_tag
from workbench.ui.verdict import number

WINDOW = 180  # seconds that the plots show
LATELY = 3  # full seconds that the large figures are the mean of
BAR_SECONDS = 6
WORDS_PER_PIECE = 2 / 3
AGENTS = {
    "writer": "Writer",
    "editor": "Editor",
    "character": "A character",
    "rater": "Rater",
    "analyst": "Memory: reading",
    "rewriter": "Memory: notes",
    "creator": "Memory: new entries",
    "distiller": "Memory: summing up",
    "assistant": "Assistant",
    "outliner": "Outliner",
    "designer": "Character designer",
    "biographer": "Biographer",
    "expander": "Expander",
    "narrator": "Narrator",
    "chooser": "Adventure: choices",
    "portraitist": "Adventure: looks",
}
COLUMNS = ("Who", "When", "Prompt", "Remembered", "Read", "Written", "First word", "In all")
NUMBERS = ' class="ll-number-cell"'


# --- now ---


def speed(activity: ModelActivity, name: str = "written") -> float:
    """Word-pieces a second, `written` or `read`: the mean of the last full seconds; the present one isn't over."""
    full = activity.seconds[:-1][-LATELY:]
    return sum(getattr(second, name) for second in full) / len(full) if full else 0.0


def doing(activity: ModelActivity, status: ModelStatus) -> str:
    """What the model is at, in a few words: "Writing for 2, 1 waiting", "Idle"."""
    if not activity.running and not activity.waiting:
        return {"loading": "Getting ready", "failed": "No model"}.get(status.state, "Idle")
    waits = f"{activity.waiting:,} waiting"
    if not activity.running:
        return waits
    latest = activity.seconds[-LATELY:]
    if any(second.written for second in latest):
        verb = "Writing"
    elif any(second.read for second in latest):
        verb = "Reading"
    else:
        verb = "At work"
    there = f" for {activity.running:,}" if activity.running > 1 else ""
    return f"{verb}{there}{f', {waits}' if activity.waiting else ''}"


def now(activity: ModelActivity, status: ModelStatus) -> str:
    """The present moment in large figures: the state, the speed, the places at work, who waits."""
    rate = speed(activity)
    so_far = f"{plural(activity.calls, 'call')} and {plural(activity.written, 'word-piece')} since the start"
    words = f"about {short(round(rate * 60 * WORDS_PER_PIECE, -1))} words a minute" if rate else "nothing just now"
    busy = " ll-at-work" if activity.running else ""
    taken = min(activity.running, activity.slots)
    return (
        '<div class="ll-now">'
        f'<section class="ll-card ll-doing{busy}"><h3>Now</h3><p class="ll-big"><span class="ll-lamp"></span>'
        f'{doing(activity, status)}</p><p class="ll-facts">{so_far}</p></section>'
        f'<section class="ll-card"><h3>Written a second</h3><p class="ll-big" id="ll-rate">{_rate(rate)}</p>'
        f'<p class="ll-facts">word-pieces, {words}</p></section>'
        f'<section class="ll-card"><h3>Places</h3><div class="ll-big">{slots(activity.running, activity.slots)}</div>'
        f'<p class="ll-facts">{taken:,} of {activity.slots:,} at work</p></section>'
        f'<section class="ll-card"><h3>Waiting</h3><p class="ll-big" id="ll-depth">{activity.waiting:,}</p>'
        f'<p class="ll-facts">{"in line for a place" if activity.waiting else "nobody has to wait"}</p></section>'
        "</div>"
    )


def _rate(value: float) -> str:
    return short(value) if value >= 100 or not value else f"{value:.1f}"


# --- the last minutes ---


def pictures(activity: ModelActivity, status: ModelStatus) -> str:
    """Speed, calls, memory and prompts of the last three minutes."""
    seconds = _window(activity.seconds)
    return (
        '<div class="ll-monitor">'
        f'<section class="ll-card"><h3>Speed</h3>{_speed_plot(activity, "written")}{_speed_plot(activity, "read")}'
        '<p class="ll-facts">Models count in word-pieces, which are called tokens: about three for two words.</p>'
        "</section>"
        f'<div class="ll-stack"><section class="ll-card"><h3>Calls</h3>{_calls_plot(activity, seconds)}</section>'
        f'<section class="ll-card"><h3>The model’s memory</h3>{_memory(activity, status)}</section></div>'
        f'<section class="ll-card ll-broad"><h3>Prompts</h3>{_prompts(activity)}</section></div>'
    )


def _window(seconds: Sequence[ActivitySecond]) -> list[ActivitySecond]:
    """Exactly `WINDOW` seconds; before the first that is known nothing happened."""
    kept = list(seconds[-WINDOW:])
    return [ActivitySecond(second=0)] * (WINDOW - len(kept)) + kept


def figure(caption: str, figures: str, picture: str) -> str:
    """A picture with what it shows on its left, and figures on its right; all three are HTML."""
    head = f"<figcaption><span>{caption}</span><span>{figures}</span></figcaption>"
    return f'<figure class="ll-figure">{head}{picture}</figure>'


def key(look: str, word: str) -> str:
    """A colour and what it stands for."""
    return f'<span class="ll-key"><i class="ll-swatch ll-is-{look}"></i>{word}</span>'


def _speed_plot(activity: ModelActivity, name: str) -> str:
    # The present second isn't over, and would let the line fall at its end each time.
    values = [getattr(second, name) for second in _window(activity.seconds[:-1])]
    lately, highest = speed(activity, name), max(values)
    told = (
        f"Word-pieces {name} a second over the last three minutes: {short(lately)} now, {short(highest)} at most, "
        f"{sum(values):,} in all"
    )
    layer = Layer(name, values, "line" if name == "written" else "bars")
    return figure(
        f"{key(name, name)} word-pieces a second",
        f"<b>{short(round(lately, 1))}</b> now · {short(highest)} at most",
        plot([layer], told, least=10),
    )


def _calls_plot(activity: ModelActivity, seconds: Sequence[ActivitySecond]) -> str:
    running, waiting = [second.running for second in seconds], [second.waiting for second in seconds]
    told = (
        f"Calls over the last three minutes: {activity.running} at work and {activity.waiting} waiting now, "
        f"at most {max(running)} and {max(waiting)}; {plural(activity.slots, 'place')}"
    )
    layers = [Layer("work", running, "steps"), Layer("wait", waiting, "steps")]
    return figure(
        f"{key('work', 'at work')} {key('wait', 'waiting')} calls",
        f'<i class="ll-dashes"></i>{plural(activity.slots, "place")}',
        plot(layers, told, mark=activity.slots),
    )


def _memory(activity: ModelActivity, status: ModelStatus) -> str:
    if activity.memory_tokens > 0:
        share = round(100 * min(1.0, max(0.0, activity.memory_used / activity.memory_tokens)))
        full = (
            f'<div class="ll-gauge" role="meter" aria-label="How full the model’s memory is" aria-valuemin="0" '
            f'aria-valuemax="100" aria-valuenow="{share}"><i style="width:{share}%"></i></div>'
            f"<p><b>{share}% full</b>: {activity.memory_used:,} of {activity.memory_tokens:,} word-pieces that were "
            "read or written and are still known.</p>"
        )
    elif status.source == "server":
        full = "<p>A model on a server keeps to itself how full its memory is.</p>"
    else:
        full = "<p>The memory is laid out when the model is ready.</p>"
    if activity.drafted > 0:
        share = round(100 * min(1.0, activity.accepted / activity.drafted))
        full += (
            f'<p class="ll-guessed">Of {plural(activity.drafted, "word-piece")} guessed from the prompt '
            f"{activity.accepted:,} were right ({share}%) and came at once.</p>"
        )
    return full


def _bars(seconds: Sequence[ActivitySecond], name: str) -> list[int]:
    """Sums of `BAR_SECONDS` each. They begin at fixed times, so that a bar keeps its height as it moves along."""
    sums = [0] * (WINDOW // BAR_SECONDS)
    for second in seconds:
        age = seconds[-1].second // BAR_SECONDS - second.second // BAR_SECONDS
        if 0 <= age < len(sums):
            sums[-1 - age] += getattr(second, name)
    return sums


def _prompts(activity: ModelActivity) -> str:
    whole = activity.read + activity.reused
    share = activity.reused / whole if whole else 0.0
    kept, read = _bars(activity.seconds, "reused"), _bars(activity.seconds, "read")
    told = (
        f"Word-pieces of prompts over the last three minutes, in bars of {BAR_SECONDS} seconds: "
        f"{sum(kept):,} remembered, {sum(read):,} read"
    )
    return (
        f'<div class="ll-prompts">{ring(share, f"{round(100 * share)}% of the prompts was remembered")}'
        f'<p class="ll-sentence">{remembered(activity)}</p>'
        + figure(
            f"{key('kept', 'remembered')} {key('read', 'read')} word-pieces",
            f"one bar is {BAR_SECONDS} seconds",
            plot([Layer("kept", kept, "bars"), Layer("read", read, "bars")], told, least=100),
        )
        + "</div>"
    )


def remembered(activity: ModelActivity) -> str:
    """How much of the prompts was still in memory, in a sentence, and what that saved where it can be told."""
    whole = activity.read + activity.reused
    if not whole:
        return (
            "Each agent gets the story so far in its prompt. What the model still has in its memory "
            "it needn’t read again; how much that is shows here."
        )
    if not activity.reused:
        return f"All {plural(whole, 'word-piece')} in prompts had to be read; nothing of them was in memory."
    # A second is hardly ever spent on reading alone, so the fastest says most about how fast the model reads.
    fastest = max((second.read for second in activity.seconds), default=0)
    saved = f": {_duration(activity.reused / fastest)} saved" if fastest else ""
    return (
        f"Of {plural(whole, 'word-piece')} in prompts, <b>{activity.reused:,}</b> were still in the model’s memory and "
        f"needn’t be read again{saved}."
    )


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    if seconds < 100:
        return f"about {plural(round(seconds), 'second')}"
    return f"about {plural(round(seconds / 60), 'minute')}" if seconds < 5400 else f"about {seconds / 3600:,.1f} hours"


# --- calls ---


def calls(events: Sequence[Mapping[str, Any]], at_work: bool = False) -> str:
    """The latest calls, newest first: who asked, how much of the prompt was remembered and read, what came of it."""
    if not events and at_work:
        return empty("The first answer is on its way.", "It is listed here when it is complete.")
    if not events:
        return empty("Nothing has been asked of the model yet.", "Write a chapter and watch it here.")
    longest = max(number(event.get("prompt_tokens")) for event in events)
    rows = "".join(_call(event, longest) for event in events)
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    return (
        f'<section class="ll-card ll-calls"><h3>Latest calls</h3><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _call(event: Mapping[str, Any], longest: float) -> str:
    agent = str(event.get("agent", ""))
    prompt, kept = number(event.get("prompt_tokens")), number(event.get("reused_tokens"))
    # Events of earlier versions don't name what was read.
    read = number(event.get("evaluated_tokens"), prompt - kept)
    first = event.get("first_token_ms")
    cells = (
        f"<b>{safe(AGENTS.get(agent, agent.capitalize()))}</b>",
        time_tag(str(event.get("created_at", ""))),
        strip(kept, read, longest),
        f"{int(kept):,}",
        f"{int(read):,}",
        f"{int(number(event.get('written_tokens'))):,}",
        "" if first is None else _seconds(first),
        _seconds(event.get("total_ms")),
    )
    return (
        "<tr>"
        + "".join(
            f'<td data-label="{name}"{NUMBERS if at > 2 else ""}>{cell}</td>'
            for at, (name, cell) in enumerate(zip(COLUMNS, cells, strict=True))
        )
        + "</tr>"
    )


def _seconds(milliseconds: Any) -> str:
    seconds = number(milliseconds) / 1000
    if seconds >= 100:
        return f"{seconds / 60:,.1f} min"
    return f"{seconds:.1f} s" if seconds >= 0.095 else f"{seconds:.2f} s"
