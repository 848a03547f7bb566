"""The lore entries of a generated world: the plan in sentences.

Distances, births, deaths and the present year stand in the plain forms that the rules of continuity read.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from workbench.domain.lore import LoreKind
from workbench.domain.world_map import MapRoad
from workbench.timeline.chronicle import OLD, Person, Tie
from workbench.timeline.dice import Dice
from workbench.timeline.vocabulary import Common
from workbench.timeline.world_plan import Place, WorldPlan, inside

NUMBERS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
EMPTY_AREAS = (
    "Nobody lives there who says so.",
    "No village has been put there twice.",
    "One crosses it; one doesn't stay.",
)


class Entries:
    """Writes a plan down. Each group of sentences is used up before one of them comes again."""

    def __init__(self, dice: Dice, plan: WorldPlan) -> None:
        self._dice = dice
        self._plan = plan
        common = plan.common
        self._lines: dict[str, Iterator[str]] = {
            name: dice.endless(getattr(common, name))
            for name in Common.model_fields
            if name not in ("ties", "kin", "lost", "history")
        }
        self._happened = self._titles()

    def opening(self) -> tuple[str, str, str]:
        """Title, premise and tone of the world."""
        fields = self._fields(self._plan.hero, 0)
        palette = self._plan.palette
        return (
            _fill(self._dice.pick(palette.titles), fields),
            _fill(self._dice.pick(palette.premises), fields),
            self._dice.pick(palette.tones),
        )

    def all(self) -> Iterator[dict[str, Any]]:
        """The fields of all entries: people first, then places, factions, items, history and rules."""
        yield from self._characters()
        yield from self._settlements()
        yield from self._landmarks()
        yield from self._areas()
        yield from self._factions()
        yield from self._items()
        yield from self._events()
        yield from self._rules()

    # Sentences

    def _titles(self) -> list[str]:
        """Titles of the history's events; those of the genre come in where the history has none of its own."""
        own = iter(self._plan.events)
        made = []
        for number, happening in enumerate(self._plan.chronicle.history):
            title = happening.words.title or next(own)[0]
            made.append(title.format(region=self._plan.settlements[0].title, town=self._town_of(number).title))
        return made

    def _town_of(self, number: int) -> Place:
        """The settlement that an event of the history is about, by the event's number."""
        kind = self._plan.chronicle.history[number].words.kind
        return self._plan.settlements[{"parting": 1, "rising": 0, "peace": 2}.get(kind, 0)]

    def _fields(self, person: Person, number: int, **more: str) -> dict[str, str]:
        """What a sentence about `person` may name; `number` chooses among several items, factions and towns."""
        plan = self._plan
        hero, they = plan.hero, person.pronouns
        faction = plan.factions[number % len(plan.factions)].title
        rival = plan.factions[(number + 1) % len(plan.factions)].title
        item = self._strange_item(person, number)
        return {
            "region": plan.region,
            "land": inside(plan.land_title),
            "name": person.name,
            "given": person.given,
            **they,
            "They": they["they"].capitalize(),
            "Their": they["their"].capitalize(),
            "trade": person.trade.is_,
            "at_home": plan.places[person.home].at,
            "birthplace": plan.places[person.birthplace].title,
            "born": str(person.born),
            "died": str(person.died or ""),
            "town": plan.settlements[1 + number % (len(plan.settlements) - 1)].title,
            "item": inside(plan.items[item].title),
            "item_noun": plan.items[item].noun,
            "faction": inside(faction),
            "Faction": faction,
            "faction2": inside(rival),
            "event": inside(self._happened[-1]),
            "hero": hero.name,
            "hero_they": hero.pronouns["they"],
            "hero_them": hero.pronouns["them"],
            **more,
        }

    def _strange_item(self, person: Person, number: int) -> int:
        """An item that somebody else keeps."""
        count = len(self._plan.items)
        near = [(number + step) % count for step in range(count)]
        return next((one for one in near if self._plan.keepers[one] is not person), near[0])

    def _line(self, group: str, fields: dict[str, str]) -> str:
        """The next unused sentence of a group, filled."""
        return _fill(next(self._lines[group]), fields)

    def _someone(self, number: int) -> Person:
        """One of the living for the entry with this number: neighbours in the list name different people."""
        living = self._plan.chronicle.living
        return living[number % len(living)]

    def _tied(self, person: Person, tie: Tie) -> str:
        """A tie as one of its ends tells it."""
        other, words = (tie.other, tie.words.one) if person is tie.one else (tie.one, tie.words.other)
        dead = other if other.died is not None else person
        more = {"other": other.name, "other_given": other.given, "kin": tie.kin(person), "died": str(dead.died or "")}
        return _fill(words, self._fields(person, 0, **more))

    # People

    def _characters(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        for number, person in enumerate(plan.chronicle.living):
            fields = self._fields(person, number)
            old = plan.year - person.born >= OLD and self._dice.below(2) == 0
            kept = [item.title for item, keeper in zip(plan.items, plan.keepers, strict=True) if keeper is person]
            secret = self._line("secrets", fields)
            if kept:
                secret = self._line("keeper_secrets", fields | {"item": inside(kept[0])})
            middle = [_fill(self._dice.pick(person.trade.marks), fields), secret]
            if number % 2:
                middle.append(self._line("wants", fields))
            ties = [self._tied(person, tie) for tie in plan.chronicle.ties_of(person)]
            opening = self._line("old_openings" if old else "openings", fields)
            sentences = [opening, self._line("births", fields), *middle, *ties]
            yield self._person(person, sentences, 80 if number == 0 else 65)
        for person in plan.chronicle.dead:
            fields = self._fields(person, 0)
            ties = [self._tied(person, tie) for tie in plan.chronicle.ties_of(person)]
            told = [self._line("dead_openings", fields), self._line("dead_middles", fields), *ties]
            yield self._person(person, told, 45)

    def _person(self, person: Person, sentences: list[str], priority: int) -> dict[str, Any]:
        bare = person.trade.is_.split(" ", 1)[1]
        alone = sum(other.family == person.family for other in self._plan.chronicle.people) == 1
        also = [f"the {bare}"] if " " not in bare and person.died is None else []
        return {
            "title": person.name,
            "kind": "character",
            "content": " ".join(sentences),
            "tags": (self._plan.palette.genre, bare, *(["dead"] if person.died is not None else [])),
            "aliases": (person.given, *also),
            "keys": (person.given, person.family) if alone else (person.given,),
            "priority": priority,
        }

    # Places

    def _settlements(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        for number, place in enumerate(plan.settlements):
            natives = [person for person in plan.chronicle.living if person.birthplace == number]
            native = bool(natives) and self._dice.below(5) < 2
            guests = [person for person in plan.chronicle.living if person.home != number]
            person = natives[0] if native else guests[number % len(guests)] if guests else self._someone(number)
            fields = self._fields(person, number)
            ways = [_way(road) for road in plan.roads if road.other == place.title and not road.track]
            if not number:
                ends = [road.other for road in plan.roads if road.one == place.title and not road.track]
                ways = [f"Roads leave it for {_listed(ends)}."] if len(ends) > 1 else []
            if number:
                told = self._line("natives" if native else "town_links", fields)
            else:
                told = _fill(self._dice.pick(plan.palette.weathers), fields)
            sentences = [_fill(place.look, fields), *ways, told]
            yield self._entry(place.title, "location", sentences, place.size, 60 if not number else 50)

    def _landmarks(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        for number, place in enumerate(plan.places[len(plan.settlements) :]):
            home = plan.places.index(place)
            residents = [person for person in plan.chronicle.living if person.home == home]
            fields = self._fields(residents[0] if residents else self._someone(number), number)
            kind = place.kind
            sentences = [_fill(place.look, fields), self._line("residents" if residents else "place_links", fields)]
            if place.lies_apart and kind:
                road = next(road for road in plan.roads if road.other == place.title)
                sentences.insert(1, _way(road, kind.plural))
            else:
                sentences.insert(1, self._line("within", fields | {"town": plan.places[place.town].title}))
            yield self._entry(place.title, "location", sentences, kind.kind if kind else "", 50)

    def _areas(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        empty = self._dice.endless(EMPTY_AREAS)
        for number, area in enumerate(plan.areas):
            names = [place.title for place in plan.settlements_in(number)]
            lie = "lies" if len(names) == 1 else "lie"
            told = f"{_listed(names)} {lie} in it." if names else next(empty)
            fields = self._fields(self._someone(number), number)
            yield self._entry(area.title, "location", [_fill(area.look, fields), told], area.terrain, 40)

    # Things

    def _factions(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        houses = [place for place in plan.places if place.kind and place.kind.home]
        for number, faction in enumerate(plan.factions):
            seat = houses[number % len(houses)] if number % 2 == 0 else plan.settlements[1 + number % 2]
            fields = self._fields(self._someone(number + 1), number, at_seat=seat.at)
            sentences = [
                _fill(faction.text, fields),
                self._line("faction_seats", fields),
                self._line("faction_links", fields),
                self._line("faction_rivals", fields),
            ]
            yield self._entry(faction.title, "faction", sentences, "faction", 60)

    def _items(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        for number, (item, keeper) in enumerate(zip(plan.items, plan.keepers, strict=True)):
            fields = self._fields(keeper, number)
            sentences = [_fill(item.text, fields)]
            if number < len(plan.chronicle.dead):
                gone = plan.chronicle.dead[number]
                more = {"dead": gone.name, "died": str(gone.died)}
                sentences.append(self._line("former_keepers", fields | more))
            else:
                sentences.append(self._line("item_links", fields))
            yield self._entry(item.title, "item", [*sentences, self._line("keepers", fields)], item.noun, 70)

    # Years

    def _events(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        texts = iter([text for _, text in plan.events])
        history = plan.chronicle.history
        for number, happening in enumerate(history):
            before = self._happened[number - 1] if number else ""
            fields = self._fields(self._someone(number + 1), 0, region=plan.settlements[0].title)
            fields |= {
                "year": str(happening.year),
                "town": self._town_of(number).title,
                "cause": inside(before),
                "Cause": before,
            }
            if not happening.words.title:
                fields["text"] = _fill(next(texts), self._fields(plan.hero, 0))
            sentences = [_fill(happening.words.text, fields)]
            if number == len(history) - 1:
                sentences.append(self._line("event_links", self._fields(self._someone(number), number)))
            yield self._entry(self._happened[number], "event", sentences, "history", 55)

    def _rules(self) -> Iterator[dict[str, Any]]:
        plan = self._plan
        yield {
            **self._entry(next(self._lines["reckonings"]), "rule", [], "calendar", 75),
            "content": f"It is the year {plan.year}. {self._dice.pick(plan.land.reckonings)}",
            "constant": True,
        }
        for number, rule in enumerate(self._dice.shuffled(plan.palette.rules)[: plan.counts.rules]):
            fields = self._fields(self._someone(number + 1), number)
            sentences = [_fill(self._dice.pick(rule.texts), fields), self._line("rule_links", fields)]
            yield {**self._entry(rule.title, "rule", sentences, "law", 75), "constant": number == 0}

    def _entry(self, title: str, kind: LoreKind, sentences: list[str], tag: str, priority: int) -> dict[str, Any]:
        """An entry about a thing; its title without the article is what calls it up."""
        bare = title.removeprefix("The ")
        return {
            "title": title,
            "kind": kind,
            "content": " ".join(sentences),
            "tags": (self._plan.palette.genre, tag),
            "aliases": () if bare == title else (bare,),
            "keys": (bare,),
            "priority": priority,
        }


def _fill(sentence: str, fields: dict[str, str]) -> str:
    """`sentence` with its names; one that began with a lower-case place begins with a capital."""
    text = sentence.format(**fields)
    return text[0].upper() + text[1:]


def _listed(names: Sequence[str]) -> str:
    """Names in a row: "Oskmouth, Lowness and Tiddhaven"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _way(road: MapRoad, plural: bool = False) -> str:
    """A distance in the form that the rules of continuity read."""
    lie = "lie" if plural else "lies"
    return f"{road.other} {lie} {road.km} km from {inside(road.one)}, {_walk(road.km)} on foot."


def _walk(km: int) -> str:
    """The time that an even number of kilometres takes on foot, in words: "about four and a half hours"."""
    hours, half = divmod(km // 2, 2)
    if not hours:
        return "about half an hour"
    if hours == 1:
        return "about one and a half hours" if half else "about one hour"
    if hours <= 20:
        return f"about {NUMBERS[hours]}{' and a half' if half else ''} hours"
    return f"about {hours}.5 hours" if half else f"about {hours} hours"
