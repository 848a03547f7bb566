"""How long the ways of a world are, read from sentences of its lore entries."""

import heapq
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from workbench.domain.lore import LoreEntry
from workbench.timeline.cast import Cast, cast_of
from workbench.timeline.numerals import COUNT, number
from workbench.timeline.prose import sentences

KM = {
    "km": 1.0,
    "kilometre": 1.0,
    "kilometer": 1.0,
    "mile": 1.609,
    "league": 4.828,
    "nautical mile": 1.852,
    "verst": 1.067,
    "metre": 0.001,
    "meter": 0.001,
    "yard": 0.0009,
    "furlong": 0.201,
    "light-year": 9.46e12,
}
# Kilometres in an hour, by how one goes; the fastest that people are likely to manage over a whole way.
SPEEDS = {
    "walk": 5.0,
    "ride": 12.0,
    "coach": 12.0,
    "sail": 12.0,
    "train": 70.0,
    "drive": 80.0,
    "fly": 600.0,
}
# Hours that one goes in a day's journey; night is for sleep, but a hurry may go on through it.
_DAY_OF_WAY = 10.0
_MODES = {
    "walk": r"walk\w*|foot|march\w*|trudg\w*|tramp\w*|hik\w*|climb\w*|pack|mule",
    "ride": r"rid(?:e|es|ing|den)|rode|horse\w*|hors?eback|saddle|gallop\w*|mounted",
    "coach": r"coach\w*|carriages?|carts?|wagons?|diligence|stage",
    "sail": r"sail\w*|ships?|boats?|row(?:s|ed|ing)?|ferr(?:y|ies)|barges?|voyages?|sea|river|packet|crossing|steamer",
    "train": r"trains?|rail\w*|express|steam|locomotive",
    "drive": r"driv(?:e|es|ing|en)|drove|cars?|motor\w*|bus|lorry|truck",
    "fly": r"fl(?:y|ies|ying|ight|ew)|planes?|airship|helicopter|shuttle|dragon\w*|wing\w*",
}
MODE = {mode: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for mode, words in _MODES.items()}
_MEASURE = re.compile(
    rf"\b(?P<count>{COUNT})[ -](?P<more>and a half )?(?:long |good |full |hard |whole |old |clear )?"
    rf"(?P<unit>km|kilomet(?:re|er)s?|(?:nautical |sea )?miles?|leagues?|versts?|met(?:re|er)s?|yards?|"
    rf"furlongs?|light-years?)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b(?P<count>{COUNT})[ -](?P<more>and a half )?(?:long |good |full |hard |whole |clear "
    rf")*(?P<unit>minute|hour|day|night|week|fortnight|month)s?(?:['’]s?|s['’])?(?!\w)",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"\b(?:from|between|away|separates?|apart|distance|lies|beyond|reach\w*|journey|ride|walk|sail|"
    r"voyage|march|travel\w*|road|crossing|to|takes?|drive|trek|north|south|east|west|passage|trip|"
    r"downriver|upriver|inland|miles?|leagues?|km)\b",
    re.IGNORECASE,
)
_NOT_A_WAY = re.compile(
    r"\b(?:high|tall|wide|deep|broad|across|ago|old|thick|long ago|every|founded|since|above|below|"
    r"underground|in length|around)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Way:
    """One stated distance between two places, with the sentence that states it. Hours at the fastest that it allows.

    `km` is 0 where only a time is told; `mode` is how one goes in that time, "" for any way.
    """

    hours: float
    km: float
    mode: str
    quote: str
    entry_id: str


def kilometres(way: Way) -> float:
    """How long a way is; guessed from its hours where only a time is told."""
    if way.km:
        return way.km
    if way.hours < _DAY_OF_WAY:
        return way.hours * SPEEDS[way.mode or "walk"]
    days = max(1.0, (way.hours + 14.0) / 24)
    return days * _DAY_OF_WAY * 0.6 * SPEEDS[way.mode or "walk"]


def mode_of(text: str) -> str:
    """How a text says that somebody travels; "" where it says nothing."""
    for mode in ("fly", "train", "drive", "coach", "ride", "sail", "walk"):
        if MODE[mode].search(text):
            return mode
    return ""


def _value(match: re.Match[str]) -> float:
    return (number(match["count"]) or 0.0) + (0.5 if match["more"] else 0.0)


def way_in(sentence: str) -> tuple[float, float, str] | None:
    """Hours, kilometres and the way of going that a sentence about a distance states, or None."""
    if not _SIGN.search(sentence):
        return None
    times = []
    for match in _TIME.finditer(sentence):
        after = sentence[match.end() : match.end() + 22]
        if re.match(r"\s(?:ago|later|old|after|earlier|before)\b", after) or _value(match) <= 0:
            continue
        unit = match["unit"].lower()
        hours = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "night": 24.0, "week": 168.0, "fortnight": 336.0}.get(
            unit, 730.0
        )
        value = _value(match)
        # The last of a journey's days may be short: "two days" is one day, one night and some of the next.
        spent = value * hours if hours < 24 else max(_DAY_OF_WAY * 0.8, value * hours - 14.0)
        if hours == 24 and value <= 1:
            spent = _DAY_OF_WAY * 0.8 * value
        near = sentence[max(0, match.start() - 40) : match.end() + 40]
        times.append((spent, mode_of(after) or mode_of(near)))
    km = 0.0
    for match in _MEASURE.finditer(sentence):
        if _NOT_A_WAY.match(sentence[match.end() :].lstrip()[:12]):
            continue
        unit = match["unit"].lower().removesuffix("s").replace("sea mile", "nautical mile")
        km = _value(match) * KM.get(unit, 1.0)
        break
    if times:
        hours, mode = min(times)
        return hours, km, mode
    if km:
        mode = mode_of(sentence)
        return km / SPEEDS[mode or "ride"], km, mode
    return None


def _stated(entry: LoreEntry, cast: Cast) -> list[tuple[frozenset[str], Way]]:
    found = []
    for sentence in sentences(entry.content):
        way = way_in(sentence.text)
        if way is None or way[0] <= 0:
            continue
        places = []
        for mention in cast.mentions(sentence.text):
            if mention.known.kind == "location" and mention.known.id not in places:
                places.append(mention.known.id)
        if len(places) == 1 and entry.kind == "location" and entry.id not in places:
            places.insert(0, entry.id)
        if len(places) == 2:
            found.append((frozenset(places), Way(way[0], way[1], way[2], sentence.text, entry.id)))
        elif len(places) > 2:
            found += _listed(entry, cast, sentence.text)
    return found


def _listed(entry: LoreEntry, cast: Cast, text: str) -> list[tuple[frozenset[str], Way]]:
    """ "Vell lies two days from Orm and three from Kest": each part of such a sentence with its own measure."""
    found = []
    marks = [mention for mention in cast.mentions(text) if mention.known.kind == "location"]
    first = marks[0].known.id
    for before, mark in pairwise(marks):
        part = text[before.end : mark.end]
        way = way_in(part) or way_in(f"from {part}")
        if way and mark.known.id != first:
            found.append((frozenset((first, mark.known.id)), Way(*way, text, entry.id)))
    return found


@lru_cache(maxsize=32)
def _ways(entries: tuple[LoreEntry, ...]) -> dict[frozenset[str], Way]:
    cast = cast_of(entries)
    direct: dict[frozenset[str], Way] = {}
    for entry in entries:
        if not entry.stands or not entry.enabled:
            continue
        for pair, way in _stated(entry, cast):
            if pair not in direct or way.hours < direct[pair].hours:
                direct[pair] = way
    near: dict[str, list[tuple[str, Way]]] = {}
    for pair, way in direct.items():
        one, other = sorted(pair)
        near.setdefault(one, []).append((other, way))
        near.setdefault(other, []).append((one, way))
    best: dict[frozenset[str], Way] = {}
    for start in near:
        reached: dict[str, float] = {}
        queue: list[tuple[float, float, str, str, str]] = [(0.0, 0.0, start, "", "")]
        while queue:
            hours, km, place, quote, entry_id = heapq.heappop(queue)
            if place in reached:
                continue
            reached[place] = hours
            if place != start:
                pair = frozenset((start, place))
                if pair not in best or hours < best[pair].hours:
                    mode = direct[pair].mode if pair in direct and direct[pair].hours <= hours else ""
                    best[pair] = Way(hours, km, mode, quote, entry_id)
            for other, way in near[place]:
                if other not in reached:
                    total = km + way.km if way.km and (km or place == start) else 0.0
                    heapq.heappush(queue, (hours + way.hours, total, other, way.quote, way.entry_id))
    return best


def ways(entries: Sequence[LoreEntry]) -> Mapping[frozenset[str], Way]:
    """The shortest stated way between each two places, over other places where none is stated directly."""
    return _ways(tuple(entries))


def travel_hours(entries: Sequence[LoreEntry]) -> Mapping[frozenset[str], float]:
    """Hours between each two location entries (a set of their ids), as the lore states them, else absent."""
    return {pair: way.hours for pair, way in ways(entries).items()}
