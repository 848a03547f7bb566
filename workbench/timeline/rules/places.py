"""Nobody is in two places at one time, or travels faster than the world's distances allow."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from workbench.domain.lore import LoreEntry
from workbench.domain.timeline import Quote
from workbench.timeline.cast import Known, cast_of
from workbench.timeline.clock import Moment
from workbench.timeline.distances import MODE, SPEEDS, Way, kilometres, mode_of, way_in
from workbench.timeline.prose import sentences
from workbench.timeline.story import Finding, Story, Told
from workbench.timeline.time_words import MONTHS, WEEKDAYS

_MAGIC = re.compile(
    r"\b(?:magic(?:al)?|spell|portal|gateway|teleport\w*|conjur\w+|enchant\w+|vanished and|wormhole|jump drive|"
    r"hyperspace|transporter|in a blink|blinked out|apparated|door between|folded space|flew|flight|"
    r"airplane|aeroplane|plane|helicopter|jet|dragon)\b",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"\b(?:in|inside|within|of|at|on|near|behind|above|below|beneath|under|beside|by|over|opposite|"
    r"next to|outside|around|overlooks|overlooking)\s(?:the\s|a\s)?(?:[\w’'-]+\s){0,3}$",
    re.IGNORECASE,
)
# A traveller in a hurry is faster than the lore's measure of the way.
_HURRY = 0.6


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody in a place, as one sentence tells it."""

    told: Told
    who: Known
    place: Known
    how: str

    @property
    def moment(self) -> Moment:
        """When."""
        return self.told.moment


def sightings(story: Story) -> dict[str, list[Seen]]:
    """Where people are, by their ids, as far as sentences say so outright."""
    found: dict[str, list[Seen]] = defaultdict(list)
    for told in story.told:
        if told.line.unreal:
            continue
        for stay in told.line.stays:
            action = stay.action
            if action.real and not action.perfect and (action.named or action.sure or _alone(told, stay.who)):
                found[stay.who.id].append(Seen(told, stay.who, stay.place, stay.how))
        if told.moment.exact and not told.line.stays:
            for who, place in _unlisted(told):
                found[who.id].append(Seen(told, who, place, "at"))
    return found


# A town or a quarter that the lore has no entry of.
_TOWN = re.compile(
    r"\bin\s(?P<town>[A-Z][a-z]{2,}(?:\s[A-Z][a-z]+)?)\b(?!['’])(?=\s*(?:[,.;]|$|and\b|with\b|when\b|while\b|for\b|[a-z]+ing\b))"
)
_NO_TOWN = frozenset(
    f"{' '.join(MONTHS)} {' '.join(WEEKDAYS)} english french german latin greek spanish italian russian chinese god "
    "heaven hell lent advent easter christmas".split()
)


def _unlisted(told: Told) -> Iterator[tuple[Known, Known]]:
    """Who is in a town that only the story names, with the town: “she sat on the edge of the bath in Brixton”."""
    narration = told.line.sentence.narration
    for match in _TOWN.finditer(narration):
        town = match["town"]
        listed = any(m.start < match.end("town") and m.end > match.start("town") for m in told.line.mentions)
        if listed or town.split()[0].lower() in _NO_TOWN:
            continue
        doing = [a for a in told.line.actions if a.end <= match.start() <= a.stop]
        if doing and doing[-1].real and not doing[-1].perfect and doing[-1].named and doing[-1].verb not in _OF_TOWNS:
            yield doing[-1].who, Known(f"town:{town.lower()}", town, "location")


# "She was born in Leeds", "he lived in Rome": more than where somebody is at an hour.
_OF_TOWNS = frozenset("born lived lives live owned owns had has bought inherited worked works studied trained".split())


def _alone(told: Told, who: Known) -> bool:
    """Whether a pronoun's sentence has nobody else whom it could mean."""
    return all(
        m.known is who or m.known.kind != "character" or m.known.gender not in ("", who.gender)
        for m in told.line.mentions
    )


@lru_cache(maxsize=32)
def _near(entries: tuple[LoreEntry, ...]) -> frozenset[frozenset[str]]:
    """Pairs of places that lie within one another, or side by side, as the lore says."""
    cast = cast_of(entries)
    pairs = set()
    for entry in entries:
        if entry.kind != "location":
            continue
        for sentence in sentences(entry.content):
            if way_in(sentence.text):
                continue
            for mention in cast.mentions(sentence.text):
                if (
                    mention.known.kind == "location"
                    and mention.known.id != entry.id
                    and _INSIDE.search(sentence.text[: mention.start])
                ):
                    pairs.add(frozenset((entry.id, mention.known.id)))
    return frozenset(pairs)


def _apart(story: Story, one: Seen, other: Seen) -> bool:
    """Whether the two places can't be the same spot."""
    if one.place.id == other.place.id:
        return False
    pair = frozenset((one.place.id, other.place.id))
    if pair in _near(story.entries) or _town_of_both(story, one.place, other.place):
        return False
    # "In the tower of Vell": a sentence that names both places says that they are together.
    return not any(
        {one.place.id, other.place.id} <= {mention.known.id for mention in seen.told.line.mentions}
        and seen.how == "at"
        and "from" not in seen.told.text
        for seen in (one, other)
    )


def _town_of_both(story: Story, one: Known, other: Known) -> bool:
    """Whether one may lie in the other, when the lore doesn't know one of them: a sentence names both, or the lore of
    the one names the other."""
    if not any(place.id.startswith("town:") for place in (one, other)):
        return False
    names = [place.title.removeprefix("The ").lower() for place in (one, other)]
    texts = (
        *(told.text for told in story.told),
        *(f"{entry.title}: {sentence.text}" for entry in story.entries for sentence in sentences(entry.content)),
    )
    return any(all(name in text.lower() for name in names) for text in texts)


def _same_time(one: Moment, other: Moment) -> bool:
    """Whether both are surely at one time: one hour of one day, or an hour within a stretch that is told whole."""
    if one.line != other.line or not (one.stated and other.stated and one.dated and other.dated):
        return False
    if one.exact and other.exact:
        return one.same_hour(other)
    for whole, point in ((one, other), (other, one)):
        if whole.whole and (point.exact or point.whole) and whole.low <= (point.low + point.high) / 2 <= whole.high:
            return True
        if whole.whole and point.high - point.low <= 12 and whole.low - 1 <= point.low and point.high <= whole.high + 1:
            return True
    return False


def two_places(story: Story) -> Iterator[Finding]:
    """One person in two places at one time."""
    for seen in sightings(story).values():
        stays = [one for one in seen if one.how != "leave" and one.moment.stated]
        for place, one in enumerate(stays):
            for other in stays[place + 1 :]:
                if one.told is not other.told and _apart(story, one, other) and _at_once(story, one, other):
                    who = one.who.title
                    yield Finding(
                        f"{who} is in {_in(one.place)} and in {_in(other.place)} at the same time.",
                        (one.told, other.told),
                        (who, one.place.title, other.place.title),
                    )


def _at_once(story: Story, one: Seen, other: Seen) -> bool:
    if _same_time(one.moment, other.moment):
        return True
    # The same stretch of one day is at one time when the way is longer than the stretch.
    way = _way(story, one.place.id, other.place.id)
    if way is None or not (one.moment.dated and other.moment.dated) or one.moment.line != other.moment.line:
        return False
    same = one.moment.low == other.moment.low and one.moment.high == other.moment.high
    return same and one.moment.high - one.moment.low < way.hours * _HURRY and {one.how, other.how} == {"at"}


def _in(place: Known) -> str:
    return f"the {place.title[4:]}" if place.title.startswith("The ") else place.title


def _told_ways(story: Story) -> dict[frozenset[str], tuple[Way, Told]]:
    """Distances that the story itself states, in narration or by somebody who knows the place."""
    found: dict[frozenset[str], tuple[Way, Told]] = {}
    for told in story.told:
        line = told.line
        if line.unreal or "?" in told.text:
            continue
        places = {m.known.id for m in (*line.mentions, *line.spoken) if m.known.kind == "location"}
        if not places or (line.cue is not None and line.cue.shift is None):
            continue
        way = way_in(told.text)
        if way is None or not re.search(r"\b(?:is|was|are|were|lies|lay|it['’]s|took|takes|from|away)\b", told.text):
            continue
        if any(stay.action.real for stay in line.stays if stay.how in ("arrive", "leave")):
            continue
        if len(places) == 1:
            places |= _here(story, told)
        if len(places) == 2:
            found.setdefault(frozenset(places), (Way(*way, told.text, ""), told))
    return found


def _here(story: Story, told: Told) -> set[str]:
    """The place that a sentence without one is told in: the nearest one of its passage."""
    near = [t for t in story.told if t.chapter == told.chapter and abs(t.order - told.order) <= 3]
    named = {m.known.id for m in told.line.mentions + told.line.spoken if m.known.kind == "location"}
    for other in sorted(near, key=lambda t: abs(t.order - told.order)):
        ids = {stay.place.id for stay in other.line.stays} - named
        if len(ids) == 1:
            return ids
    return set()


def travel(story: Story) -> Iterator[Finding]:
    """A way that takes longer than the time that passes between its ends."""
    stated = _told_ways(story)
    for seen in sightings(story).values():
        for place, one in enumerate(seen):
            for other in seen[place + 1 :]:
                if other.how == "leave" and one.how == "leave":
                    continue
                finding = _too_fast(story, one, other, stated)
                if finding:
                    yield finding
                if other.place.id != one.place.id:
                    break


def _too_fast(story: Story, one: Seen, other: Seen, stated: dict[frozenset[str], tuple[Way, Told]]) -> Finding | None:
    if one.told is other.told or not _apart(story, one, other) or other.how == "leave":
        return None
    pair = frozenset((one.place.id, other.place.id))
    known = _way(story, *sorted(pair))
    source = None
    if known is None and pair in stated:
        known, source = stated[pair]
    if known is None or not other.moment.dated or one.moment.line != other.moment.line:
        return None
    if not other.moment.stated and other.told.chapter != one.told.chapter:
        return None
    if _same_time(one.moment, other.moment) or _at_once(story, one, other):
        return None
    most = one.moment.most_hours_until(other.moment)
    if most == inf or most < 0 or not (one.moment.dated or one.moment.stated):
        return None
    between = [told for told in story.told if one.told.order <= told.order <= other.told.order]
    if any(_MAGIC.search(told.line.sentence.narration) for told in between):
        return None
    if _carried(story, between):
        return None
    hours = _hours(known, between)
    if most >= hours * _HURRY:
        return None
    who = other.who.title
    quote = (
        source.quote() if source else Quote(quote=known.quote, entry_id=known.entry_id, source=_lore_name(story, known))
    )
    return Finding(
        f"{who} goes from {_in(one.place)} to {_in(other.place)} in {_length(most)}, "
        f"but the way takes {_length(hours)}.",
        (one.told, other.told),
        (who, one.place.title, other.place.title),
        (quote,),
    )


_CARRIES = re.compile(
    r"\b(?:rocket|ship|boat|plane|aircraft|car|lorry|train|portal|broom|carpet|wings|fl(?:y|ies|ight|ew)|crosses|carries|"
    r"faster?|fastest|speed|swift\w*|miles|kilomet\w+|leagues|teleport\w*|travels?|journeys?)\b",
    re.IGNORECASE,
)


def _carried(story: Story, between: list[Told]) -> bool:
    """Whether a thing is named on the way that the lore tells to carry people, however fast."""
    carrying = {
        entry.id
        for entry in story.entries
        if entry.kind not in ("character", "location") and _CARRIES.search(entry.content)
    }
    return any(mention.known.id in carrying for told in between for mention in told.line.mentions)


_ON_FOOT = re.compile(
    r"\b(?:on foot|walking|walked|walks|trudg(?:ed|ing)|hik(?:ed|ing)|march(?:ed|ing)|set out on foot|went on foot)\b",
    re.IGNORECASE,
)


def _hours(way: Way, between: list[Told]) -> float:
    """The hours of a way by the fastest means that the sentences name."""
    hours = way.hours
    length = kilometres(way)
    on_foot = way.km > 0 and not way.mode and bool(_ON_FOOT.search(between[0].line.sentence.narration))
    if on_foot and all(mode_of(told.line.sentence.narration) in ("", "walk") for told in between):
        # A length alone allows for a horse; who is told to walk has none.
        hours = length / SPEEDS["walk"]
    # A time that the lore states for no way of going is the time that it takes, but for flying.
    slow = way.km > 0 or way.mode in ("walk", "ride", "coach", "sail")
    for told in between:
        mode = mode_of(told.line.sentence.narration)
        quick = mode == "fly" or (mode in ("train", "drive") and slow)
        if (quick and mode != way.mode and _rides(told, mode)) or (
            mode in ("ride", "coach", "sail") and way.mode == "walk"
        ):
            hours = min(hours, length / SPEEDS[mode])
    return hours


def _rides(told: Told, mode: str) -> bool:
    return bool(MODE[mode].search(told.line.sentence.narration)) and bool(told.line.people or told.line.actions)


def _lore_name(story: Story, way: Way) -> str:
    return next((f"Lore: {entry.title}" for entry in story.entries if entry.id == way.entry_id), "")


def _way(story: Story, one: str, other: str) -> Way | None:
    """The way between two places; a house in a town is as far away as the town."""
    direct = story.ways.get(frozenset((one, other)))
    if direct is not None:
        return direct
    near = _near(story.entries)
    around = {place: {p for pair in near if place in pair for p in pair} | {place} for place in (one, other)}
    if around[one] & around[other]:
        return None
    found = [story.ways.get(frozenset((a, b))) for a in sorted(around[one]) for b in sorted(around[other])]
    return min((way for way in found if way), key=lambda way: way.hours, default=None)


def _length(hours: float) -> str:
    if hours < 1.5:
        minutes = max(1, round(hours * 60))
        return "an hour" if 55 <= minutes <= 70 else f"{minutes} minutes"
    if hours < 36:
        return f"{round(hours)} hours"
    return f"{round(hours / 24)} days"
