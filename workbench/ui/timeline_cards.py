"""Events of story time in words: the one that is open, and the list of all."""

from collections.abc import Mapping, Sequence

from workbench.domain.timeline import PlacedEvent
from workbench.ui.cards import Pages, quotes
from workbench.ui.render import empty, plural, safe

NO_STORY = empty("No story is open.", "Open one in Write, or try the sample world there; its time shows here.")
NOTHING = empty(
    "Nothing has happened yet.",
    "When you accept a chapter, who does what in it, where and when, is read out of its sentences and shown here as "
    "a picture of story time. You can also add an event by hand.",
)
NOTHING_FITS = empty("No event fits these filters.", "Choose everybody and everywhere to see the whole story again.")
CHOOSE = (
    '<div class="ll-card ll-quiet"><h3>An event</h3><p>Press one in the picture or in the list; what happens, who is '
    "there, and the sentence that says so then stand here.</p></div>"
)
ORIGINS = {"rule": "read from the text", "model": "read from the text by the model", "writer": "entered by you"}
MOST_LINKED = 12


def told_when(placed: PlacedEvent) -> str:
    """When an event happens, as people read it; never empty."""
    told = placed.event.when.told
    if placed.label and told and told.casefold() not in placed.label.casefold():
        return f"{placed.label} (“{told}”)"
    return placed.label or (f"“{told}”" if told else "After what was told before it")


def _where(placed: PlacedEvent) -> str:
    return placed.event.where.title if placed.event.where else ""


def _who(placed: PlacedEvent) -> str:
    return ", ".join(one.title for one in placed.event.who)


def event_card(placed: PlacedEvent, linked: Mapping[str, Sequence[PlacedEvent]], pages: Pages) -> str:
    """One event with its sentence, and the ways on: to its chapter, to other times here, to elsewhere at this time.

    `pages` are the chapters on the open branch by passage id.
    """
    event = placed.event
    number = pages.get(event.passage_id or "")
    facts = [("When", told_when(placed)), ("Where", _where(placed) or "not told"), ("Who", _who(placed) or "not told")]
    rows = "".join(f"<dt>{name}</dt><dd>{safe(words)}</dd>" for name, words in facts)
    if event.evidence:
        where = f"Chapter {number}" if number else "The story"
        source = (
            f'<p class="ll-because">{where} says: {quotes(event.evidence, event.passage_id, pages)} '
            f"<i>{ORIGINS[event.origin]}</i></p>"
        )
    else:
        source = f'<p class="ll-because"><i>{ORIGINS[event.origin]}</i></p>'
    turn = (
        f'<button type="button" class="ll-press" data-act="passage" data-id="{number}" '
        f'data-quote="{safe(event.evidence.splitlines()[0] if event.evidence else "")}">Open chapter {number}</button>'
        if number
        else ""
    )
    places = _links("Here at other times", linked.get("same_place", ()), "label")
    times = _links("Elsewhere at this time", linked.get("same_time", ()), "where")
    beside = f'<div class="ll-sides">{places}{times}</div>' if places or times else ""
    return (
        f'<article class="ll-card ll-happened" data-event="{safe(event.id)}" aria-label="The open event">'
        f"<h3>{safe(event.what)}</h3><dl>{rows}</dl>{source}"
        f'<div class="ll-plan-acts">{turn}{_buttons(placed)}</div>{beside}</article>'
    )


def _buttons(placed: PlacedEvent) -> str:
    called, event_id = safe(placed.event.what), safe(placed.event.id)
    return (
        f'<button type="button" class="ll-press ll-plain" data-act="edit" data-id="{event_id}" '
        f'aria-label="Edit: {called}">Edit</button>'
        f'<button type="button" class="ll-press ll-plain" data-act="delete" data-id="{event_id}" '
        f'aria-label="Delete: {called}">Delete</button>'
    )


def _links(title: str, others: Sequence[PlacedEvent], before: str) -> str:
    """Events to turn to; `before` says what stands in front of each: its time ("label") or its place ("where")."""
    if not others:
        return ""
    rows = []
    for placed in others[:MOST_LINKED]:
        mark = (_where(placed) or "somewhere") if before == "where" else (placed.label or "then")
        chapter = f' <span class="ll-facts">chapter {placed.number}</span>' if placed.number else ""
        rows.append(
            f'<li><span class="ll-facts">{safe(mark)}</span> <button type="button" class="ll-name" data-act="event" '
            f'data-id="{safe(placed.event.id)}">{safe(placed.event.what)}</button>{chapter}</li>'
        )
    left = len(others) - MOST_LINKED
    more = f'<li class="ll-facts">and {plural(left, "other")}</li>' if left > 0 else ""
    return f"<section><h4>{title}</h4><ul>{''.join(rows)}{more}</ul></section>"


def event_list(events: Sequence[PlacedEvent], chosen: str = "") -> str:
    """All events in words, in story time."""
    rows = []
    for placed in events:
        event = placed.event
        here = ' aria-current="true"' if event.id == chosen else ""
        place = _where(placed)
        where = f'<span class="ll-at">{safe(place)}</span>' if place else '<span class="ll-at ll-facts">no place</span>'
        who, when = _who(placed), placed.label or event.when.told or "then"
        chapter = f"chapter {placed.number}" if placed.number else "yours"
        rows.append(
            f'<li data-id="{safe(event.id)}"{here}><span class="ll-when">{safe(when)}</span>{where}'
            f'<span class="ll-what"><button type="button" class="ll-name" data-act="event" data-id="{safe(event.id)}">'
            f'{safe(event.what)}</button><span class="ll-facts">{safe(" · ".join(filter(None, (who, chapter))))}'
            f'</span></span><span class="ll-doings">{_buttons(placed)}</span></li>'
        )
    return f'<ol class="ll-event-list" aria-label="Events in story time">{"".join(rows)}</ol>' if rows else ""
