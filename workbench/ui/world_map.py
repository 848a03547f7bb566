"""The picture of a world: its map to press on, and before it is stored, who lives in it and what has happened."""

import re
from typing import Any

import gradio as gr

from workbench.domain.world_map import DrawnMap, MapPlace, MapRoad
from workbench.ui import render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.render import plural, safe
from workbench.ui.scripts import CLICKS

# How people say what there is of each kind.
COUNTED = {
    "character": ("person", "people"),
    "location": ("place", "places"),
    "faction": ("faction", "factions"),
    "item": ("thing", "things"),
    "event": ("event", "events"),
    "rule": ("rule", "rules"),
}


class WorldMapView:
    """The map above the entries of the Lore tab; nothing where the story's world has none."""

    def __init__(self, desk: Desk) -> None:
        self._library = desk.workbench.library
        self._story = desk.story
        self.picture = gr.HTML("", apply_default_css=False, js_on_load=CLICKS, visible=False, elem_id="ll-world-map")
        # What is shown: a map that hasn't changed isn't sent again, it would open what was folded away.
        self._seen = gr.State("")

    def wire(self, tab: gr.Tab) -> None:
        """Show the map whenever the tab is turned to or another story is opened."""
        gr.on(
            [tab.select, self._story.change],
            render.telling(self.refresh), [self._story, self._seen], [self.picture, self._seen], **PRIVATE,
        )  # fmt: skip

    def refresh(self, story_id: str, seen: str) -> dict[Any, Any]:
        """The map of the story's world under the names that its entries have now."""
        drawn = self._library.drawn_map(self._library.story_view(story_id).world.id) if story_id else None
        page = atlas(drawn) if drawn else ""
        if page == seen:
            return {self._seen: gr.skip()}
        return {self.picture: gr.HTML(page, visible=bool(page)), self._seen: page}


def atlas(drawn: DrawnMap) -> str:
    """The map to fold away, with the distances in words for whoever can't see it."""
    return (
        f'<details class="ll-atlas" open><summary>{safe(drawn.map.title)}</summary>'
        f"<div>{figure(drawn)}{distances(drawn)}</div></details>"
    )


def figure(drawn: DrawnMap) -> str:
    """The drawing for wide pages and the one for narrow pages; the page shows the one that fits."""
    return (
        f'<figure class="ll-drawn"><div class="ll-drawn-wide">{drawn.wide}</div>'
        f'<div class="ll-drawn-narrow">{drawn.narrow}</div></figure>'
    )


def distances(drawn: DrawnMap) -> str:
    """All places and how far they are apart."""
    by_title = {place.title: place for place in drawn.map.places}
    rows = "".join(f"<li>{_way(road, by_title, drawn.map.riding)}</li>" for road in drawn.map.roads)
    inner = "".join(f"<li>{_name(place)}, in {safe(place.within)}</li>" for place in drawn.map.places if place.within)
    return f'<section class="ll-ways"><h3>Places and distances</h3><ul>{rows}{inner}</ul></section>'


def _way(road: MapRoad, places: dict[str, MapPlace], riding: str) -> str:
    ends = [_name(places[end]) if end in places else safe(end) for end in (road.one, road.other)]
    return (
        f"{ends[0]} to {ends[1]}: {road.km} km, {hours(road.hours_on_foot)} on foot, "
        f"{hours(road.hours_riding)} {safe(riding)}"
    )


def _name(place: MapPlace) -> str:
    if not place.entry_id:
        return safe(place.title)
    return (
        f'<button type="button" class="ll-name" data-act="open" data-id="{safe(place.entry_id)}">'
        f"{safe(place.title)}</button>"
    )


def hours(count: float) -> str:
    """Half hours as people write them: "half an hour", "1 hour", "4½ hours"."""
    whole, half = int(count), count != int(count)
    if not whole:
        return "half an hour"
    return f"{whole}{'½' if half else ''} {'hour' if whole == 1 and not half else 'hours'}"


def world_page(made: Any, drawn: DrawnMap) -> str:
    """A world that isn't stored yet: what it is about, its map, its people and its history."""
    kinds = [entry.kind for entry in made.entries]
    counted = ", ".join(
        f"{kinds.count(kind)} {one if kinds.count(kind) == 1 else many}" for kind, (one, many) in COUNTED.items()
    )
    people = "".join(_folded(entry, entry.tags[1:]) for entry in made.entries if entry.kind == "character")
    events = "".join(_folded(entry, _year(entry)) for entry in made.entries if entry.kind == "event")
    tags = "".join(f'<span class="ll-tag">{safe(tag)}</span>' for tag in (made.genre, made.tone))
    return (
        f'<article class="ll-card ll-new-world"><h2>{safe(made.title)}</h2>{tags}'
        f'<p class="ll-premise">{safe(made.premise)}</p>{figure(drawn)}'
        f'<p class="ll-facts">{safe(plural(len(kinds), "entry", "entries"))}: {safe(counted)}.</p>'
        f'<div class="ll-cast"><section><h3>Who lives there</h3>{people}</section>'
        f"<section><h3>What has happened</h3>{events}</section></div></article>"
    )


def _year(entry: Any) -> tuple[str, ...]:
    found = re.search(r"in the year (\d+)", entry.content, re.IGNORECASE)
    return (f"year {found[1]}",) if found else ()


def _folded(entry: Any, words: tuple[str, ...]) -> str:
    also = f" <i>{safe(', '.join(words))}</i>" if words else ""
    return f"<details><summary><b>{safe(entry.title)}</b>{also}</summary><p>{safe(entry.content)}</p></details>"
