"""What the agents said of a draft, as HTML: suggestions, a picture of the ratings, what was read and written.

All of it is made from the data of a run's result event, whose keys may be missing when a run ended early.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.review import DIMENSIONS
from workbench.ui.render import plural, prose, safe

SEVERITIES = {"major": "matters a lot", "moderate": "worth a look", "minor": "a detail"}
# Where a note comes from that isn't the editor's own word.
SOURCES = {"measured": "counted", "continuity": "doesn’t fit"}
LAYERS = {
    "system": "House rules",
    "story": "The story so far",
    "characters": "People and scene",
    "plot": "Plot and world",
}
TOP = 9.0


def number(value: Any, default: float = 0.0) -> float:
    """`value` as a float; `default` for what isn't a number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def suggestion(item: Mapping[str, Any]) -> str:
    """One thing the editor would change, with the words that it is about."""
    severity = str(item.get("severity", "moderate"))
    severity = severity if severity in SEVERITIES else "moderate"
    source = SOURCES.get(str(item.get("source")), "")
    by = f'<span class="ll-tag">{source}</span>' if source else ""
    quote = f"<blockquote>{safe(item['quote'])}</blockquote>" if item.get("quote") else ""
    advice = f'<p class="ll-advice">{safe(item["suggestion"])}</p>' if item.get("suggestion") else ""
    return (
        f'<li class="ll-suggestion ll-{severity}"><span class="ll-severity">{SEVERITIES[severity]}</span>{by}'
        f"{quote}<p>{safe(item.get('issue', ''))}</p>{advice}</li>"
    )


def suggestions(review: Mapping[str, Any]) -> str:
    """The editor's notes, gravest first."""
    items = [item for item in review.get("suggestions", ()) if isinstance(item, Mapping)]
    order = list(SEVERITIES)
    items.sort(key=lambda item: order.index(item["severity"]) if item.get("severity") in order else 1)
    summary = f'<p class="ll-summary">{safe(review["summary"])}</p>' if review.get("summary") else ""
    dropped = int(number(review.get("dropped")))
    left = (
        f'<p class="ll-facts">{plural(dropped, "note")} left out: the words quoted do not stand in the draft.</p>'
        if dropped
        else ""
    )
    if not items:
        body = '<p class="ll-facts">No notes: the editor would leave it as it is.</p>'
    else:
        body = '<ul class="ll-suggestions">' + "".join(map(suggestion, items)) + "</ul>"
    return f"{summary}{body}{left}"


def rating_picture(rating: Mapping[str, Any]) -> str:
    """The scores as bars with numbers: inline SVG whose colours come from the style sheet, day and night."""
    scores = rating.get("scores") or {}
    rows = []
    width, left, bar = 300, 92, 166
    for index, name in enumerate(DIMENSIONS):
        score = min(TOP, max(0.0, number(scores.get(name))))
        top = 8 + index * 26
        filled = round(bar * score / TOP, 1)
        rows.append(
            f"<g><title>{safe(name)}: {safe(DIMENSIONS[name])}</title>"
            f'<text class="ll-svg-name" x="{left - 10}" y="{top + 12}" text-anchor="end">{safe(name)}</text>'
            f'<rect class="ll-svg-rail" x="{left}" y="{top + 3}" width="{bar}" height="11" rx="5.5"/>'
            f'<rect class="ll-svg-bar" x="{left}" y="{top + 3}" width="{filled}" height="11" rx="5.5"/>'
            f'<text class="ll-svg-score" x="{width - 2}" y="{top + 12.5}" text-anchor="end">{score:.1f}</text></g>'
        )
    height = 8 + len(DIMENSIONS) * 26
    spoken = ", ".join(f"{name} {number(scores.get(name)):.1f}" for name in DIMENSIONS)
    return (
        f'<svg class="ll-rating" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Ratings out of 9: {safe(spoken)}">' + "".join(rows) + "</svg>"
    )


def rating(data: Mapping[str, Any], history: Sequence[Mapping[str, Any]] = ()) -> str:
    """Overall score, picture and reason; and how the rounds went when there was more than one."""
    overall = number(data.get("overall"))
    rounds = ""
    if len(history) > 1:
        steps = " → ".join(
            f"{_overall(step):.1f} ({plural(int(number(step.get('words'))), 'word')})" for step in history
        )
        rounds = f'<p class="ll-facts">Draft by draft: {safe(steps)}</p>'
    return (
        f'<div class="ll-overall"><b>{overall:.1f}</b><span>of 9 overall</span></div>{rating_picture(data)}'
        f'<p class="ll-rationale">{safe(data.get("rationale", ""))}</p>{rounds}'
    )


def _overall(step: Mapping[str, Any]) -> float:
    value = step.get("rating")
    return number(value.get("overall") if isinstance(value, Mapping) else value)


def usage(data: Mapping[str, Any], rounds: int = 0) -> str:
    """What it cost, in a writer's words. Models count in word-pieces, about three for two words.

    How large the prompts were, what of them the model still remembered, and what it really had to read.
    """
    prompt, kept = int(number(data.get("prompt_tokens"))), int(number(data.get("reused_tokens")))
    read = int(number(data.get("evaluated_tokens"), prompt - kept))
    written, seconds = int(number(data.get("written_tokens"))), number(data.get("seconds"))
    if not (prompt or written):
        return ""
    parts = f": {kept:,} were still remembered, {read:,} had to be read" if kept else ", and all of it had to be read"
    shown = f"The agents were shown {plural(prompt, 'word-piece')}{parts}. They wrote {written:,}"
    if rounds:
        shown += f" in {plural(rounds, 'draft')}"
    duration = f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"
    return f'<p class="ll-usage">{safe(shown)} · {duration}</p>'


def shown_context(data: Mapping[str, Any]) -> str:
    """What the agents were shown of the story, layer by layer, and what had to stay out."""
    rows = []
    for layer in data.get("layers", ()):
        if not isinstance(layer, Mapping):
            continue
        budget, used = number(layer.get("budget")), number(layer.get("used"))
        share = min(100, round(100 * used / budget)) if budget else 0
        items = [item for item in layer.get("items", ()) if isinstance(item, Mapping)]
        inside = sum(1 for item in items if item.get("included"))
        lines = "".join(map(_piece, items))
        rows.append(
            f"<li><span>{safe(LAYERS.get(str(layer.get('name')), layer.get('name', '')))}</span>"
            f'<span class="ll-meter"><i style="width:{share}%"></i></span>'
            f'<span class="ll-facts">{share}% full, {inside} of {plural(len(items), "piece")}</span>'
            f"{f'<ul>{lines}</ul>' if lines else ''}</li>"
        )
    if not rows:
        return ""
    return (
        '<details class="ll-context"><summary>What the agents were shown</summary>'
        f'<ul class="ll-layers">{"".join(rows)}</ul></details>'
    )


def _piece(item: Mapping[str, Any]) -> str:
    """One thing that was shown or left out, and why."""
    name = str(item.get("source", "")).removeprefix("lore: ")
    if name.startswith("note: "):
        name = f"What has become true of {name.removeprefix('note: ')}"
    state = "" if item.get("included") else "ll-out"
    return f'<li class="{state}"><b>{safe(name)}</b> {safe(item.get("why", ""))}</li>'


def reactions(items: Sequence[Any]) -> str:
    """What characters who were asked say of the draft, each in their own voice."""
    said = [item for item in items if isinstance(item, Mapping) and item.get("feedback")]
    return "".join(
        f'<div class="ll-voice"><b>{safe(item.get("character", ""))}</b><p>{safe(item["feedback"])}</p></div>'
        for item in said
    )


def earlier_drafts(history: Sequence[Any], kept: str) -> str:
    """Drafts of the same run that were not kept, to be read again: nothing that was written is lost."""
    parts = []
    for step in history:
        if isinstance(step, Mapping) and step.get("draft") and step["draft"] != kept:
            title = f"Draft {int(number(step.get('round')))}, rated {_overall(step):.1f}"
            parts.append(
                f'<details class="ll-context"><summary>{safe(title)}</summary>'
                f'<div class="ll-earlier">{prose(str(step["draft"]))}</div></details>'
            )
    return "".join(parts)


def verdict(result: Mapping[str, Any] | None) -> str:
    """Everything the agents said of one draft."""
    if not result:
        return (
            '<div class="ll-card ll-quiet"><h3>Editor and rater</h3>'
            "<p>Their notes and scores appear here when a draft is written.</p></div>"
        )
    review, scores = result.get("review") or {}, result.get("rating") or {}
    parts = []
    if scores:
        parts.append(f'<section class="ll-card"><h3>Rating</h3>{rating(scores, result.get("history") or ())}</section>')
    if review:
        parts.append(f'<section class="ll-card"><h3>Editor’s notes</h3>{suggestions(review)}</section>')
    voices = reactions(result.get("reactions") or ())
    if voices:
        parts.append(f'<section class="ll-card"><h3>The characters say</h3>{voices}</section>')
    tail = usage(result.get("usage") or {}, int(number(result.get("rounds"))))
    tail += earlier_drafts(result.get("history") or (), str((result.get("passage") or {}).get("text", "")))
    tail += shown_context(result.get("context") or {})
    if tail:
        parts.append(f'<section class="ll-card ll-small">{tail}</section>')
    return "".join(parts)
