"""What of story time is shown: the choices of the Timeline tab, and what they let through."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from workbench.domain.timeline import PlacedEvent, Violation
from workbench.ui import timeline_cards
from workbench.ui.timeline_layout import key_of
from workbench.ui.timeline_picture import time_picture

EVENTS, MISFITS = "events", "misfits"
EVERYBODY, EVERYWHERE = "everybody", "everywhere"


class Asked(NamedTuple):
    """What of the page decides what is shown. `seen` tells what it shows already."""

    story: str
    event: str
    lanes: str
    who: str
    where: str
    seen: str
    troubled: Sequence[str]


def modes(count: int) -> list[tuple[str, str]]:
    """What the tab can show, with the number of contradictions."""
    return [("Timeline", EVENTS), (f"What doesn’t fit ({count})" if count else "What doesn’t fit", MISFITS)]


def names_of(events: Sequence[PlacedEvent]) -> tuple[dict[str, str], dict[str, str]]:
    """People and places of `events`, as `{key: name}`."""
    people = {key_of(one): one.title for placed in events for one in placed.event.who}
    places = {key_of(one.event.where): one.event.where.title for one in events if one.event.where}
    return people, places


def by_name(titles: dict[str, str]) -> list[tuple[str, str]]:
    """`(name, key)` for a dropdown, by name."""
    return sorted(((name, key) for key, name in titles.items()), key=lambda one: one[0].casefold())


def fits(placed: PlacedEvent, asked: Asked) -> bool:
    """Whether the filters let an event through."""
    event = placed.event
    here = asked.where == EVERYWHERE or (event.where is not None and key_of(event.where) == asked.where)
    return here and (asked.who == EVERYBODY or asked.who in [key_of(one) for one in event.who])


def picture(events: Sequence[PlacedEvent], found: Sequence[PlacedEvent], asked: Asked) -> str:
    """The picture of those that were `found` among the story's events, or why there is none."""
    if not events:
        return timeline_cards.NOTHING
    if not found:
        return timeline_cards.NOTHING_FITS
    return time_picture(found, "character" if asked.lanes == "character" else "place", asked.troubled)


def told_by(story_id: str, events: Sequence[PlacedEvent]) -> str:
    """What changes when the story or its events do; it begins with the story's id and a colon."""
    told = "\n".join(one.model_dump_json() for one in events)
    return f"{story_id}:{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def signature(asked: Asked, events: Sequence[PlacedEvent]) -> str:
    """What changes when what the tab shows does."""
    return "|".join((told_by(asked.story, events), asked.lanes, asked.who, asked.where))


def troubled(events: Sequence[PlacedEvent], found: Sequence[Violation]) -> list[str]:
    """The ids of events whose sentence is part of a contradiction that isn't let stand."""
    quoted = [(quote.passage_id, quote.quote) for one in found if not one.dismissed for quote in one.evidence]
    return [
        one.event.id
        for one in events
        if one.event.evidence
        and any(
            passage == one.event.passage_id and _one_sentence(quote, one.event.evidence) for passage, quote in quoted
        )
    ]


def _one_sentence(quote: str, evidence: str) -> bool:
    return bool(quote) and (quote in evidence or evidence in quote)
