"""The picture of who is tied to whom, and the same in words."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from workbench.domain.lore import LORE_KINDS, LoreEntry
from workbench.domain.ties import MOST_SHOWN, Tie, around, drawn, most_tied, ties
from workbench.ui.lore_layout import ABOVE, BELOW, LETTER, PADDING, layout
from workbench.ui.render import empty, plural, safe

# Two pictures, for a wide and for a narrow page: letters must stay as large as they are meant to be.
WIDE, NARROW = 600.0, 350.0
MOST_NARROW, NEIGHBOURS = 30, 8
LEAST_HEIGHT = 370.0
# So many times the room that the names alone would take.
SPARE = 2.9
LONGEST_NAME = 20
THINNEST, THICKEST = 0.9, 6.0
TOLD = 12

# One shape for each kind, around the point 0,0.
SHAPES = {
    "character": '<circle class="ll-shape" r="9"/>',
    "location": '<rect class="ll-shape" x="-8.5" y="-8.5" width="17" height="17" rx="2"/>',
    "item": '<path class="ll-shape" d="M0-11 11 0 0 11-11 0Z"/>',
    "faction": '<path class="ll-shape" d="M-10 0-5-9H5L10 0 5 9H-5Z"/>',
    "event": '<path class="ll-shape" d="M0-11 10 8H-10Z"/>',
    "rule": '<rect class="ll-shape" x="-12" y="-6" width="24" height="12" rx="6"/>',
}

_found = lru_cache(maxsize=8)(lambda entries, notes, passages: tuple(ties(entries, dict(notes), passages)))


def ties_of(entries: Sequence[LoreEntry], notes: Mapping[str, str], passages: Sequence[str]) -> tuple[Tie, ...]:
    """As `domain.ties.ties`; remembered, since a page that is looked at asks every few seconds."""
    return _found(tuple(entries), tuple(sorted(notes.items())), tuple(passages))


def ties_picture(entries: Sequence[LoreEntry], found: Sequence[Tie], chosen: str = "", alone: bool = False) -> str:
    """The picture with its key and, for the `chosen` entry, its ties in words; `alone` draws only what is around it."""
    by_id = {entry.id: entry for entry in entries}
    if not found:
        return empty(
            "No ties to draw yet.",
            "A tie is drawn between entries that are named in one sentence or chapter of the story, or where one’s "
            "text or note names the other.",
        )
    told = _in_words(by_id, found, chosen)
    if alone and chosen:
        found = around(found, chosen)
        if not found:
            return told
    pictures = "".join(
        _picture(by_id, found, chosen, width, most, name)
        for width, most, name in ((WIDE, MOST_SHOWN, "ll-ties-wide"), (NARROW, MOST_NARROW, "ll-ties-narrow"))
    )
    ends = {end for tie in found for end in (tie.first, tie.second)}
    kinds = [kind for kind in LORE_KINDS if any(by_id[entry_id].kind == kind for entry_id in ends)]
    return f'<figure class="ll-ties">{pictures}<figcaption>{_key(kinds)}</figcaption></figure>{told}'


def _shown(found: Sequence[Tie], chosen: str, most: int) -> tuple[list[str], str]:
    """The entries to draw, and words about those that there is no room for."""
    everybody = most_tied(found, len(found) + 1)
    shown = everybody[:most]
    if chosen in everybody and chosen not in shown:
        # It comes with those that it is tied to, or it would stand alone.
        own = [tie.other(chosen) for tie in found if chosen in (tie.first, tie.second)][:NEIGHBOURS]
        others = [entry_id for entry_id in shown if entry_id not in own]
        shown = [chosen, *own, *others][:most]
    left = len(everybody) - len(shown)
    return shown, f"The {len(shown)} with the strongest ties are drawn, {left} more are not." if left else ""


def _picture(
    entries: Mapping[str, LoreEntry], found: Sequence[Tie], chosen: str, width: float, most: int, name: str
) -> str:
    chosen_ids, left_out = _shown(found, chosen, most)
    shown, lines = [entries[entry_id] for entry_id in chosen_ids], drawn(found, chosen_ids)
    names = tuple((entry.id, _short(entry.title)) for entry in shown)
    # Every name needs its own room; a narrow page gives it downwards.
    needed = sum((len(label) * LETTER + PADDING) * (ABOVE + BELOW) for _, label in names)
    height = max(LEAST_HEIGHT, needed * SPARE / width)
    places = layout(names, tuple(lines), width, round(height))
    near = {chosen} | {tie.other(chosen) for tie in lines if chosen in (tie.first, tie.second)}
    focus = len(near) > 1
    strongest = max(tie.weight for tie in lines)
    # The ties of the chosen one are drawn last, over the others.
    ordered = sorted(lines, key=lambda tie: chosen in (tie.first, tie.second))
    title_of = {entry.id: entry.title for entry in shown}
    edges = "".join(_edge(tie, places, title_of, chosen, focus, strongest) for tie in ordered)
    marks = "".join(
        _mark(entry, label, places[entry.id], entry.id == chosen, focus and entry.id not in near)
        for entry, (_, label) in zip(shown, names, strict=True)
    )
    return (
        f'<div class="{name}"><svg viewBox="0 0 {width:g} {round(height)}" role="group" '
        f'aria-label="Who is tied to whom">{edges}{marks}</svg><p class="ll-facts">{left_out}</p></div>'
    )


def _edge(
    tie: Tie, places: Mapping[str, tuple[float, float]], titles: Mapping[str, str], chosen: str, focus: bool,
    strongest: int,
) -> str:  # fmt: skip
    (x1, y1), (x2, y2) = places[tie.first], places[tie.second]
    thick = THINNEST + (THICKEST - THINNEST) * tie.weight / max(strongest, 4)
    near = chosen in (tie.first, tie.second)
    state = " ll-near" if near else " ll-far" if focus else ""
    return (
        f'<line class="ll-tie{state}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke-width="{thick:.1f}">'
        f"<title>{safe(titles[tie.first])} and {safe(titles[tie.second])}: {_reason(tie)}</title></line>"
    )


def _mark(entry: LoreEntry, label: str, place: tuple[float, float], chosen: bool, far: bool) -> str:
    state = " ll-chosen" if chosen else " ll-far" if far else ""
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<a class="ll-node ll-k-{entry.kind}{state}" href="#ll-entry" data-act="open" data-id="{safe(entry.id)}" '
        f'aria-label="{safe(entry.title)}, {safe(entry.kind)}"{current}>'
        f'<g transform="translate({place[0]:g} {place[1]:g})"><title>{safe(entry.title)}</title>'
        f'<circle class="ll-halo" r="15"/>{SHAPES[entry.kind]}'
        f'<text y="23" text-anchor="middle">{safe(label)}</text></g></a>'
    )


def _key(kinds: Sequence[str]) -> str:
    """What shape and colour mean."""
    marks = "".join(
        f'<span class="ll-key ll-k-{kind}"><svg viewBox="-13 -13 26 26" width="16" height="16" aria-hidden="true">'
        f"{SHAPES[kind]}</svg> {kind}</span>"
        for kind in kinds
    )
    return f"<span>{marks}</span><span>The thicker a line, the more two have to do with each other.</span>"


def _in_words(entries: Mapping[str, LoreEntry], found: Sequence[Tie], chosen: str) -> str:
    """The chosen entry's ties as a list to press, strongest first."""
    if chosen not in entries:
        return ""
    title = safe(entries[chosen].title)
    own = [tie for tie in found if chosen in (tie.first, tie.second)]
    if not own:
        return f'<p class="ll-facts ll-tied"><b>{title}</b> is not tied to anybody yet.</p>'
    rows = "".join(
        f'<li><button type="button" class="ll-name" data-act="open" data-id="{safe(tie.other(chosen))}">'
        f"{safe(entries[tie.other(chosen)].title)}</button> <span>{_reason(tie)}</span></li>"
        for tie in own[:TOLD]
    )
    more = f"<li><span>and {plural(len(own) - TOLD, 'other')}</span></li>" if len(own) > TOLD else ""
    return f'<section class="ll-tied"><h3>{title} is tied to</h3><ul>{rows}{more}</ul></section>'


def _reason(tie: Tie) -> str:
    """Why two are tied, in words."""
    parts = []
    if tie.sentences:
        parts.append(f"together in {plural(tie.sentences, 'sentence')}")
    elif tie.passages:
        parts.append(f"together in {plural(tie.passages, 'chapter')}")
    if tie.lore:
        parts.append("each names the other in its text" if tie.lore > 1 else "named in the other’s text")
    return ", ".join(parts)


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_NAME else f"{title[: LONGEST_NAME - 1].rstrip()}…"
