"""A world's map as a drawing by hand: SVG, whole numbers, the same on every machine.

Colours are style properties with a paper by day to fall back on, so that the drawing stands alone, and a page that
sets the `--ll-map-…` properties can turn it to night. No braces: the page's templates would take them for their own.
"""

import html
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workbench.domain.world_map import DrawnMap, MapPlace, Point, WorldMap
from workbench.timeline.shapes import inside

# What stands for what: the property's name, and its colour on paper.
PAPER, SEA, INK, FAINT, WATER, WOOD, ROAD, MARK = (
    "var(--ll-map-paper,#f6ecd6)",
    "var(--ll-map-sea,#dbe5e1)",
    "var(--ll-map-ink,#43382a)",
    "var(--ll-map-faint,#9a8767)",
    "var(--ll-map-water,#6f93a0)",
    "var(--ll-map-wood,#6f7f56)",
    "var(--ll-map-road,#a0623f)",
    "var(--ll-map-mark,#8a3a35)",
)
SERIF = "'Iowan Old Style','Palatino Linotype',Palatino,'P052',Georgia,'Liberation Serif',serif"
_SAFE = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;", "\\": "&#92;"})
# One sign of each kind around 0,0, as relative path data.
SIGNS = {
    "hills": ("m-9 4q4-10 9-10t9 10m-6-5q2 2 2 5",),
    "peaks": ("m-10 7 10-17 10 17m-10-17q-1 7 2 11t-1 6m4-10 3 8",),
    "round": ("m-4 1a4.5 4.5 0 1 1 8 0q-4 2-8 0m4 0v5",),
    "fir": ("m0-9-4 8h2l-3 5h10l-3-5h2zm0 13v3",),
    "palm": ("m0 6q-1-6 1-11m0 0q-4-3-7 1m7-1q4-3 7 1m-7-1q-1-4-5-4m5 4q2-4 6-3",),
    "marsh": ("m-7 3h14m-9-1-2-5m4 5v-7m3 7 2-5",),
    "plain": ("m-4 2 1-4m2 4 1-5m2 5 2-4",),
    "dunes": ("m-11 3q7-8 13-4t9 3m-14-1q4-2 6 2",),
}


class Box(NamedTuple):
    """A rectangle that something takes up."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: "Box") -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Label(NamedTuple):
    """A name, where its baseline begins, and the room that it takes."""

    place: MapPlace
    x: int
    y: int
    size: int
    box: Box


def map_svg(drawn: WorldMap, *, narrow: bool = False, linked: bool = False) -> str:
    """The drawing. `narrow`: with large letters, for a page of a phone's width. `linked`: places can be pressed.

    A pressed place gives the act "open" and the id of its entry, as lists of the page do.
    """
    places = [place for place in drawn.places if not place.within]
    labels, _ = labelled(drawn, places, narrow)
    free = [label.box for label in labels] + [_spot(place, narrow) for place in places]
    inked = "".join(
        _place(place, next((one for one in labels if one.place is place), None), linked, narrow) for place in places
    )
    words = _words(drawn, narrow, free)
    frame = _frame(drawn, narrow, free)
    told = f"Map of {drawn.title}"
    return (
        f'<svg class="ll-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.width} {drawn.height}" '
        f'role="{"group" if linked else "img"}" aria-label="{_safe(told)}" '
        f'style="font-family:{SERIF};display:block;width:100%;height:auto">'
        f"{_ground(drawn)}{_signs(drawn, free)}{_roads(drawn)}{words}{inked}{frame}</svg>"
    )


def drawn_map(drawn: WorldMap) -> DrawnMap:
    """A map with all its drawings."""
    return DrawnMap(
        map=drawn,
        svg=map_svg(drawn),
        wide=map_svg(drawn, linked=True),
        narrow=map_svg(drawn, narrow=True, linked=True),
    )


# Ground


def _ground(drawn: WorldMap) -> str:
    """Water with the lines that old maps draw along a coast, the land upon it, and the rivers."""
    width, height = drawn.width, drawn.height
    coast = _curve(drawn.shore, closed=not drawn.side)
    islands = "".join(_curve(island, closed=True) for island in drawn.islands)
    if drawn.side:
        land = coast + _corners(drawn)
        rule = ""
    else:
        land = f"M0 0H{width}V{height}H0Z{coast}"
        rule = ' fill-rule="evenodd"'
    waves = "".join(
        f'<path d="{coast}{islands}" style="fill:none;stroke:{WATER};stroke-width:{wide};stroke-opacity:{deep}"/>'
        for wide, deep in ((38, ".12"), (26, ".14"), (14, ".2"))
    )
    rivers = "".join(
        f'<path d="{_curve(river)}" style="fill:none;stroke:{WATER};stroke-width:{2 + (not number)};'
        f'stroke-linecap:round;stroke-linejoin:round"/>'
        for number, river in enumerate(drawn.rivers)
    )
    return (
        f'<rect width="{width}" height="{height}" style="fill:{SEA}"/>{waves}'
        f'<path d="{land}{islands}"{rule} style="fill:{PAPER}"/>{rivers}'
        f'<path d="{coast}{islands}" style="fill:none;stroke:{INK};stroke-width:1.6;stroke-linejoin:round"/>'
    )


def _corners(drawn: WorldMap) -> str:
    """The way back around the land from the end of the coast to its beginning."""
    width, height = drawn.width, drawn.height
    return {
        "west": f"L{width} {height}L{width} 0Z",
        "east": f"L0 {height}L0 0Z",
        "north": f"L{width} {height}L0 {height}Z",
        "south": f"L{width} 0L0 0Z",
    }[drawn.side]


def _curve(points: Sequence[Point], closed: bool = False) -> str:
    """A smooth line through the middles between points."""
    if closed:
        first = _between(points[-1], points[0])
        parts = [
            f"Q{x} {y} {mx} {my}"
            for (x, y), (mx, my) in (
                (one, _between(one, points[(n + 1) % len(points)])) for n, one in enumerate(points)
            )
        ]
        return f"M{first[0]} {first[1]}{''.join(parts)}Z"
    parts = [f"M{points[0][0]} {points[0][1]}"]
    for number in range(1, len(points) - 1):
        x, y = points[number]
        mx, my = _between(points[number], points[number + 1])
        parts.append(f"Q{x} {y} {mx} {my}")
    return f"{''.join(parts)}L{points[-1][0]} {points[-1][1]}"


def _between(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) // 2, (one[1] + other[1]) // 2


def _signs(drawn: WorldMap, free: Sequence[Box]) -> str:
    """Hills, trees, reeds: all of a kind in one path, none of them under a name."""
    paths: dict[str, list[str]] = {}
    for kind, x, y in drawn.marks:
        if any(box.left - 6 < x < box.right + 6 and box.top - 5 < y < box.bottom + 7 for box in free):
            continue
        name = drawn.tree if kind == "wood" else kind
        paths.setdefault(name, []).extend(f"M{x} {y}{sign}" for sign in SIGNS[name])
    colours = {"round": WOOD, "fir": WOOD, "palm": WOOD, "marsh": WATER, "plain": FAINT}
    return "".join(
        f'<path d="{"".join(found)}" style="fill:{PAPER if kind in ("hills", "peaks", "round", "fir") else "none"};'
        f"fill-opacity:.75;stroke:{colours.get(kind, FAINT)};stroke-width:1.2;stroke-linecap:round;"
        f'stroke-linejoin:round"/>'
        for kind, found in sorted(paths.items())
    )


def _roads(drawn: WorldMap) -> str:
    return "".join(
        f'<path d="{_curve(road.points)}" style="fill:none;stroke:{ROAD};stroke-width:{"1.3" if road.track else "2"};'
        f'stroke-dasharray:{"2 4" if road.track else "7 3"};stroke-linecap:round;stroke-linejoin:round"/>'
        for road in drawn.roads
    )


# Names


def labelled(drawn: WorldMap, places: Sequence[MapPlace], narrow: bool = False) -> tuple[list[Label], list[MapPlace]]:
    """Names that overlap nothing, and the places whose names found no room (they keep their mark)."""
    taken = [_spot(place, narrow) for place in places]
    order = sorted(range(len(places)), key=lambda n: (("city", "town", "village", "landmark").index(places[n].kind), n))
    found, left = [], []
    for number in order:
        place = places[number]
        size = _letters(place, narrow)
        wide = text_width(place.title, size)
        gap = size * 3 // 4 + 2
        lift = size * 4 // 5
        spots = [
            (place.x + gap, place.y + size // 3),
            (place.x - gap - wide, place.y + size // 3),
            (place.x - wide // 2, place.y - gap + 1),
            (place.x - wide // 2, place.y + gap + lift),
            (place.x + gap - 3, place.y - size // 2),
            (place.x - gap + 3 - wide, place.y - size // 2),
            (place.x + gap - 3, place.y + size),
            (place.x - gap + 3 - wide, place.y + size),
            (place.x - wide // 4, place.y - gap + 1),
            (place.x - wide * 3 // 4, place.y - gap + 1),
            (place.x - wide // 4, place.y + gap + lift),
            (place.x - wide * 3 // 4, place.y + gap + lift),
        ]
        # At the edge of the page a name is pushed inwards, and further off.
        pushed = max(12, min(drawn.width - 12 - wide, place.x - wide // 2))
        spots += [(pushed, place.y + off) for off in (-gap - 6, gap + lift + 6, -gap - 14, gap + lift + 14)]
        for x, y in spots:
            box = Box(x - 2, y - lift - 1, x + wide + 2, y + size // 4 + 1)
            on_page = box.left >= 9 and box.right <= drawn.width - 9 and box.top >= 9 and box.bottom <= drawn.height - 9
            others = [spot for n, spot in enumerate(taken) if n != number]
            if on_page and not any(box.meets(one) for one in others):
                found.append(Label(place, x, y, size, box))
                taken.append(box)
                break
        else:
            left.append(place)
    return found, left


def text_width(text: str, size: int) -> int:
    """About how wide a line of the map's letters is, rather too much than too little."""
    return sum(4 if letter in "iljtf.,' -I" else 9 if letter in "mwMWQOGDH" else 7 for letter in text) * size // 12 + 2


def _letters(place: MapPlace, narrow: bool) -> int:
    size = {"city": 17, "town": 14, "village": 13, "landmark": 12}[place.kind]
    return size * 17 // 10 if narrow else size


def _spot(place: MapPlace, narrow: bool) -> Box:
    reach = 11 if place.kind in ("city", "town") else 8
    reach = reach * 14 // 10 if narrow else reach
    return Box(place.x - reach, place.y - reach, place.x + reach, place.y + reach)


def _place(place: MapPlace, label: Label | None, linked: bool, narrow: bool) -> str:
    """The mark of a place with its name, to press where it has an entry."""
    scale = " scale(1.5)" if narrow else ""
    house = "h5v-6l-2.5-3-2.5 3z"
    shapes = {
        "city": f"M-11 6{house}M6 6{house}M-4 6h8v-13l-4-5-4 5zM-14 6h28",
        "town": f"M-7 5{house}M2 5{house}M-2 5h4v-9h-4z",
        "village": f"M-3 4{house}",
        "landmark": "M0-5 5 0 0 5-5 0Z",
    }
    style = f"fill:{MARK if place.kind == 'landmark' else PAPER};stroke:{INK};stroke-width:1.3;stroke-linejoin:round"
    name = ""
    if label:
        weight = "font-weight:600;" if place.kind in ("city", "town") else ""
        slant = "font-style:italic;" if place.kind == "landmark" else ""
        name = (
            f'<text x="{label.x}" y="{label.y}" style="{weight}{slant}font-size:{label.size}px;fill:{INK};'
            f'stroke:{PAPER};stroke-width:{4 if narrow else 3};stroke-linejoin:round;paint-order:stroke">'
            f"{_safe(place.title)}</text>"
        )
    mark = (
        f'<g transform="translate({place.x} {place.y}){scale}"><title>{_safe(place.title)}</title>'
        f'<circle class="ll-map-halo" r="14" style="fill:transparent"/>'
        f'<path d="{shapes[place.kind]}" style="{style}"/></g>'
    )
    if not (linked and place.entry_id):
        return f"<g>{mark}{name}</g>"
    return (
        f'<a class="ll-map-place" href="#ll-entry" data-act="open" data-id="{_safe(place.entry_id)}" '
        f'aria-label="{_safe(place.title)}">{mark}{name}</a>'
    )


def _words(drawn: WorldMap, narrow: bool, free: list[Box]) -> str:
    """The names of the water and of the parts of the land, where nothing else stands; `free` learns of them."""
    found: list[str] = []
    coast = [*drawn.shore, *(_between(one, other) for one, other in zip(drawn.shore, drawn.shore[1:], strict=False))]
    coast += [point for island in drawn.islands for point in island]
    sea = "font-style:italic;letter-spacing:1px;"
    names = [(drawn.water, drawn.water_at, letters, WATER, sea) for letters in (17, 14, 11)]
    if not narrow:
        names += [(one.title.upper(), (one.x, one.y), 12, FAINT, "letter-spacing:3px;") for one in drawn.regions]
    for text, at, letters, colour, style in names:
        if found and text == drawn.water:
            continue
        size = letters * 15 // 10 if narrow else letters
        spread = 3 if "3px" in style else 1
        wide = text_width(text, size) + spread * len(text)
        for x, y in _near(at, wide):
            box = Box(x - wide // 2, y - size, x + wide // 2, y + size // 3)
            fits = (
                box.left >= 12 and box.right <= drawn.width - 12 and box.top >= 34 and box.bottom <= drawn.height - 14
            )
            cut = any(box.left - 4 < px < box.right + 4 and box.top - 4 < py < box.bottom + 4 for px, py in coast)
            afloat = _in_water(drawn, (x, y - size // 3))
            if fits and not cut and afloat is (colour is WATER) and not any(box.meets(one) for one in free):
                free.append(box)
                found.append(
                    f'<text x="{x}" y="{y}" text-anchor="middle" style="{style}font-size:{size}px;fill:{colour};'
                    f"stroke:{SEA if colour is WATER else PAPER};stroke-width:3;stroke-linejoin:round;"
                    f'paint-order:stroke">{_safe(text)}</text>'
                )
                break
    return "".join(found)


def _in_water(drawn: WorldMap, point: Point) -> bool:
    """Whether a point is on the wet side of the coast; islands count as wet."""
    x, y = point
    if not drawn.side:
        return inside(point, drawn.shore)
    if drawn.side in ("west", "east"):
        coast = min(drawn.shore, key=lambda one: abs(one[1] - y))[0]
        return x < coast if drawn.side == "west" else x > coast
    coast = min(drawn.shore, key=lambda one: abs(one[0] - x))[1]
    return y < coast if drawn.side == "north" else y > coast


def _near(at: Point, wide: int) -> Iterable[Point]:
    """A point and those around it, nearest first."""
    x, y = at
    for away in (0, 12, 24, 36, 54, 72, 90):
        for dx, dy in ((0, 0),) if not away else ((0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, 1), (1, -1), (-1, 1)):
            yield x + dx * away * 2, y + dy * away


def _frame(drawn: WorldMap, narrow: bool, free: list[Box]) -> str:
    """The border, the title, a scale and a rose, each where nothing else stands; `free` learns of them."""
    width, height = drawn.width, drawn.height
    size = 26 if narrow else 18
    wide = text_width(drawn.title, size) + 24
    km = next((step for step in (5, 10, 20, 50, 100) if step * width >= drawn.across_km * 70), 100)
    length = km * width // drawn.across_km
    tall = size * 2
    furniture = [
        (wide, tall, lambda x, y: _title(drawn.title, x, y, wide, tall, size)),
        (length + 20, 30 if not narrow else 40, lambda x, y: _scale(km, length, x, y, narrow)),
        (44, 50, _rose),
    ]
    drawn_parts = []
    for w, h, draw in furniture:
        corners = [
            (14, 14), (width - 14 - w, 14), (14, height - 14 - h), (width - 14 - w, height - 14 - h),
            ((width - w) // 2, 14), ((width - w) // 2, height - 14 - h),
        ]  # fmt: skip
        for x, y in corners:
            box = Box(x, y, x + w, y + h)
            if not any(box.meets(one) for one in free):
                free.append(box)
                drawn_parts.append(draw(x, y))
                break
    border = (
        f'<path d="M4 4H{width - 4}V{height - 4}H4ZM8 8H{width - 8}V{height - 8}H8Z" '
        f'style="fill:none;stroke:{INK};stroke-width:1.2"/>'
    )
    return border + "".join(drawn_parts)


def _title(text: str, x: int, y: int, wide: int, tall: int, size: int) -> str:
    return (
        f'<path d="M{x} {y + 4}q{wide // 4}-6 {wide // 2} 0t{wide - wide // 2} 0v{tall - 6}'
        f'q-{wide // 4} 6-{wide // 2} 0t-{wide - wide // 2} 0z" style="fill:{PAPER};stroke:{INK};stroke-width:1.2"/>'
        f'<text x="{x + wide // 2}" y="{y + tall // 2 + size // 3 + 1}" text-anchor="middle" '
        f'style="font-size:{size}px;fill:{INK};font-variant:small-caps;letter-spacing:.5px">{_safe(text)}</text>'
    )


def _scale(km: int, length: int, x: int, y: int, narrow: bool) -> str:
    size = 18 if narrow else 11
    bottom = y + (34 if narrow else 24)
    return (
        f'<path d="M{x + 10} {bottom - 5}v5h{length}v-5M{x + 10 + length // 2} {bottom - 3}v3" '
        f'style="fill:none;stroke:{INK};stroke-width:1.2"/>'
        f'<text x="{x + 10 + length // 2}" y="{bottom - 8}" text-anchor="middle" '
        f'style="font-size:{size}px;fill:{INK};stroke:{PAPER};stroke-width:3;paint-order:stroke">{km} km</text>'
    )


def _rose(x: int, y: int) -> str:
    return (
        f'<g transform="translate({x + 22} {y + 29})" style="fill:{PAPER};stroke:{INK};stroke-width:1">'
        f'<path d="M0-17 4-4 17 0 4 4 0 17-4 4-17 0-4-4Z"/><path d="M0-17V17L4 4 0 0 4-4Z" style="fill:{INK}"/>'
        f'<text y="-19" text-anchor="middle" style="font-size:10px;fill:{INK};stroke:none">N</text></g>'
    )


def _safe(text: str) -> str:
    return html.escape(text).translate(_SAFE)
