"""The picture of story time as HTML and SVG: lanes, events as beads, and the way of each person between places.

What lies along time is placed by percentages, so that zooming is a matter of the width alone and letters stay as
large as they are meant to be.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from workbench.domain.timeline import PlacedEvent
from workbench.ui.render import plural, safe
from workbench.ui.timeline_layout import By, Layout, Spot, day_words, key_of, laid_out, short

# Colours repeat after eight people, together with the form of the line only after thirty-two.
COLOURS, FORMS = 8, 4
APART = 3.0
AXIS = 34
ZOOM = (("out", "−", "Zoom out"), ("fit", "Fit", "Show all of it"), ("in", "+", "Zoom in"))


def look_of(number: int) -> str:
    """Colour and form of the line of the person with that number, as classes of the style sheet."""
    return f"ll-w{number % COLOURS} ll-d{(number + number // COLOURS) % FORMS}"


def time_picture(events: Sequence[PlacedEvent], by: By, troubled: Collection[str] = ()) -> str:
    """The picture of `events`, which are in the order of story time; at least one.

    `troubled` are the ids of events that something told elsewhere contradicts.
    """
    layout = laid_out(events, by)
    people = {key_of(one): one.title for placed in events for one in placed.event.who}
    numbers = {key: index for index, key in enumerate(people)}
    lines = _ways(layout, by, numbers)
    arrivals = _arrivals(layout) if by == "character" else {}
    marks = "".join(
        _mark(spot, numbers, arrivals, number, spot.placed.event.id in troubled)
        for number, spot in enumerate(layout.spots)
    )
    height = round(layout.height)
    lanes = "".join(
        f'<div class="ll-lane" style="height:{lane.height:g}px"><b>{safe(short(lane.title, 34))}</b></div>'
        for lane in layout.lanes
    )
    days = "".join(
        f'<line class="ll-day" x1="{_share(x)}" x2="{_share(x)}" y1="0" y2="{height}"/>' for x, _ in layout.days
    )
    buttons = "".join(
        f'<button type="button" class="ll-press" data-zoom="{way}" aria-label="{told}">{sign}</button>'
        for way, sign, told in ZOOM
    )
    return (
        f'<figure class="ll-time ll-time-by-{by}"><div class="ll-time-head"><span class="ll-facts">{_extent(events)}'
        f'</span><span class="ll-zoom" role="group" aria-label="Zoom">{buttons}</span></div>'
        f'<div class="ll-time-box"><div class="ll-time-wide" data-width="{layout.width:.0f}" '
        f'style="width:max(100%, {layout.width:.0f}px)">{_axis(layout)}'
        f'<div class="ll-lanes" style="height:{height}px">{lanes}'
        f'<svg class="ll-time-svg" height="{height}" role="group" '
        f'aria-label="Events in story time. Arrow keys go from one to the next, Enter opens it.">'
        f"{days}{lines}{marks}</svg></div></div></div>"
        f"<figcaption>{_key(layout, by, people, any(one.event.id in troubled for one in events))}</figcaption></figure>"
    )


def _share(x: float) -> str:
    return f"{100 * x:.3f}%"


def _extent(events: Sequence[PlacedEvent]) -> str:
    """How many events there are, and from when to when."""
    days = [words for placed in events if placed.at is not None and (words := day_words(placed))]
    told = f", {days[0]} to {days[-1]}" if days and days[0] != days[-1] else f", {days[0]}" if days else ""
    return safe(plural(len(events), "event") + told)


def _axis(layout: Layout) -> str:
    """The line above the lanes: solid where hours are known, dotted where only the order is."""
    parts = []
    for one in layout.stretches:
        form = "ll-known" if one.known else "ll-only-order"
        parts.append(f'<line class="{form}" x1="{_share(one.start)}" x2="{_share(one.end)}" y1="28" y2="28"/>')
        if one.skipped:
            middle = _share((one.start + one.end) / 2)
            parts.append(
                f'<svg x="{middle}" y="28"><path class="ll-cut" d="M-6 5-2-5M2 5 6-5"/></svg>'
                f'<text class="ll-skipped" data-row="axis" x="{middle}" y="18" text-anchor="middle">'
                f"{safe(one.skipped)} pass</text>"
            )
    words = "".join(
        f'<text class="ll-day-name" data-row="axis" x="{_share(x)}" y="18" dx="-6">{safe(short(told, 30))}</text>'
        for x, told in layout.days
    )
    return f'<svg class="ll-time-axis" height="{AXIS}" aria-hidden="true">{"".join(parts)}{words}</svg>'


def _ways(layout: Layout, by: By, numbers: Mapping[str, int]) -> str:
    """The lines: by place a person's way from place to place, by character each one's own lane."""
    spots: dict[str, list[tuple[float, float]]] = {}
    titles: dict[str, str] = {}
    for spot in layout.spots:
        for one in spot.placed.event.who:
            key = key_of(one)
            titles[key] = one.title
            # People who travel together are drawn side by side.
            beside = (numbers[key] % 5 - 2) * APART if by == "place" else 0.0
            own = [bead for bead in spot.beads if by == "place" or layout.lanes[bead.lane].key == key]
            spots.setdefault(key, []).extend((spot.x, bead.y + beside) for bead in own[:1])
    ways = []
    for key, points in spots.items():
        pieces = "".join(
            f'<line x1="{_share(x1)}" y1="{y1:g}" x2="{_share(x2)}" y2="{y2:g}"/>'
            for (x1, y1), (x2, y2) in pairwise(points)
        )
        if pieces:
            ways.append(
                f'<g class="ll-way {look_of(numbers[key])}" data-who="{numbers[key]}">'
                f"<title>{safe(titles[key])}</title>{pieces}</g>"
            )
    return "".join(ways)


def _arrivals(layout: Layout) -> dict[tuple[int, int], str]:
    """Where each lane's person comes to another place: `{(number of the spot, lane): place}`."""
    found: dict[tuple[int, int], str] = {}
    before: dict[int, str] = {}
    for number, spot in enumerate(layout.spots):
        where = spot.placed.event.where
        for bead in spot.beads if where else ():
            if where and before.get(bead.lane) != key_of(where):
                found[number, bead.lane] = where.title
                before[bead.lane] = key_of(where)
    return found


def _mark(
    spot: Spot, numbers: Mapping[str, int], arrivals: Mapping[tuple[int, int], str], number: int, trouble: bool
) -> str:
    """One event. It is one link, however many lanes it stands in; only the first can be reached by the Tab key."""
    event, x = spot.placed.event, _share(spot.x)
    bead = '<circle class="ll-halo" r="12"/><circle class="ll-bead" r="6.5"/>'
    if trouble:
        bead += '<text class="ll-odd" y="4.5" text-anchor="middle">!</text>'
    beads = []
    for one in spot.beads:
        place = arrivals.get((number, one.lane), "")
        arrival = (
            f'<text class="ll-arrival" data-row="{one.lane}-{one.row}-place" x="-6" y="-12">{safe(short(place))}</text>'
            if place
            else ""
        )
        beads.append(
            f'<svg x="{x}" y="{one.y:g}">{bead}{arrival}<text class="ll-words" data-row="{one.lane}-{one.row}" x="4" '
            f'y="23">{safe(short(event.what, one.letters))}</text></svg>'
        )
    ys = [one.y for one in spot.beads]
    tie = f'<line class="ll-tie" x1="{x}" x2="{x}" y1="{min(ys):g}" y2="{max(ys):g}"/>' if len(ys) > 1 else ""
    people = " ".join(str(numbers[key_of(one)]) for one in event.who)
    return (
        f'<a class="ll-happening{" ll-troubled" if trouble else ""}" href="#ll-event" data-act="event" '
        f'data-id="{safe(event.id)}" data-people="{people}" tabindex="{-1 if number else 0}" '
        f'aria-label="{safe(told_aloud(spot.placed, trouble))}">{tie}{"".join(beads)}</a>'
    )


def told_aloud(placed: PlacedEvent, trouble: bool = False) -> str:
    """An event in one sentence, for who can't see the picture."""
    event = placed.event
    where = f", at {event.where.title}" if event.where else ""
    who = f", with {', '.join(one.title for one in event.who)}" if event.who else ""
    odd = ". Something told elsewhere contradicts it" if trouble else ""
    when = f"{placed.label}: " if placed.label else ""
    return f"{when}{event.what.rstrip('.')}{where}{who}{odd}."


def _key(layout: Layout, by: By, people: dict[str, str], troubled: bool) -> str:
    """What lines and signs mean."""
    parts = []
    if by == "place" and people:
        samples = "".join(
            f'<button type="button" class="ll-key ll-person" data-who="{number}" aria-pressed="false">'
            f'<svg class="ll-way {look_of(number)}" width="26" height="8" aria-hidden="true">'
            f'<line x1="1" x2="25" y1="4" y2="4"/></svg>{safe(short(title))}</button>'
            for number, title in enumerate(people.values())
        )
        parts.append(f'<span class="ll-people" role="group" aria-label="Follow one person">{samples}</span>')
    elif by == "character":
        parts.append("<span>A line from lane to lane ties those who are in one event.</span>")
    if any(one.known for one in layout.stretches) and any(not one.known for one in layout.stretches):
        parts.append("<span>Above: a solid line keeps to the hours, a dotted one only to the order.</span>")
    if troubled:
        parts.append('<span><b class="ll-odd-key">!</b> Something told elsewhere contradicts it.</span>')
    return "".join(parts)
