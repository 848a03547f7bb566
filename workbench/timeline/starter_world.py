"""Worlds to begin in: made from a seed, the same on every machine, or the hand-written sample.

The words are data in `assets/worlds`: one palette for each genre, the sentences that all genres share, and the parts
of names. They are checked when they are first read, so that a mistyped placeholder is found by any world's test and
not by the one writer whose seed draws it.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar, get_args

from pydantic import Field

from workbench.domain.lore import LoreKind
from workbench.domain.model import Value
from workbench.errors import InvalidInput
from workbench.timeline.vocabulary import (
    COUNTS,
    PALETTES,
    Common,
    Counts,
    Culture,
    Palette,
    PlaceKind,
    Trade,
    WorldSize,
    common_words,
    cultures,
    palette_of,
    read,
)

T = TypeVar("T")


class LoreDraft(Value):
    """A lore entry that belongs to no world yet: what `LoreEntry` needs besides its ids."""

    title: str = Field(min_length=1)
    kind: LoreKind
    content: str = Field(min_length=1)
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    priority: int = Field(50, ge=0, le=100)
    constant: bool = False


class StarterWorld(Value):
    """A world and its lore, not yet stored anywhere. Titles of entries are distinct."""

    title: str = Field(min_length=1)
    premise: str = Field(min_length=1)
    genre: str = Field(min_length=1)
    tone: str = Field(min_length=1)
    entries: tuple[LoreDraft, ...] = Field(min_length=1)


class SampleWorld(StarterWorld):
    """A starter world with a story to begin in it. `first_instructions` are suggestions for the first chapter."""

    story_title: str = Field(min_length=1)
    first_instructions: tuple[str, ...] = Field(min_length=1)


_SHE = {"they": "she", "them": "her", "their": "her"}
_HE = {"they": "he", "them": "him", "their": "his"}


class _Dice:
    """Choices from a seed. Only `Random.random` is used, whose sequence Python promises to keep."""

    def __init__(self, seed: str) -> None:
        digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def below(self, count: int) -> int:
        """A number from 0 to `count` - 1."""
        return int(self._random.random() * count)

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return options[self.below(len(options))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """`options` in a random order."""
        rest = list(options)
        return [rest.pop(self.below(len(rest))) for _ in range(len(rest))]

    def endless(self, options: Sequence[T]) -> Iterator[T]:
        """`options` in a random order, again and again: nothing comes twice before everything came once."""
        while True:
            yield from self.shuffled(options)


class _Person(NamedTuple):
    given: str
    family: str
    pronouns: dict[str, str]
    trade: Trade
    home: "_Place"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


class _Place(NamedTuple):
    title: str
    look: str
    kind: PlaceKind

    @property
    def at(self) -> str:
        """Where something happens there: "at the Salt Market"."""
        return f"{self.kind.at} {_inside(self.title)}"


def generate_world(seed: str, size: WorldSize = "small") -> StarterWorld:
    """The world of `seed`: people live in its places, are tied to each other and conceal something about its item.

    The same seed and size give the same world on every machine. Raises `InvalidInput` for an empty seed or an
    unknown size, `StorageError` when the world data is missing or damaged.
    """
    if size not in COUNTS:
        raise InvalidInput(f"There is no world size {size!r}. Choose one of {', '.join(get_args(WorldSize))}.")
    if not seed.strip():
        raise InvalidInput("A world needs a seed. Type any word or number; the same seed gives the same world again.")
    dice = _Dice(f"{size}:{seed.strip()}")
    palette = palette_of(dice.pick(PALETTES))
    return _Builder(dice, palette, cultures()[palette.culture], COUNTS[size]).world()


@lru_cache(maxsize=1)
def sample_world() -> SampleWorld:
    """The hand-written world to try on the first start. Raises `StorageError` when its file is missing or damaged."""
    return read("sample", SampleWorld)


class _Builder:
    """Draws the names first, so that every sentence can refer to all of them, and then writes the entries."""

    def __init__(self, dice: _Dice, palette: Palette, culture: Culture, counts: Counts) -> None:
        self._dice = dice
        self._palette = palette
        self._culture = culture
        self._counts = counts
        common = common_words()
        self._lines = {name: dice.endless(getattr(common, name)) for name in Common.model_fields}
        self._starts = dice.shuffled(culture.starts)
        self._families = self._family_names()
        self._region = dice.pick(culture.region_starts) + dice.pick(culture.region_ends)
        self._places = self._draw_places()
        self._people = self._draw_people()
        self._items = [
            (*self._named(item.titles, item.looks), item.noun) for item in dice.shuffled(palette.items)[: counts.items]
        ]
        self._factions = [
            self._named(faction.titles, faction.creeds)
            for faction in dice.shuffled(palette.factions)[: counts.factions]
        ]
        self._events = [
            self._named(event.titles, event.texts) for event in dice.shuffled(palette.events)[: counts.events]
        ]

    def world(self) -> StarterWorld:
        """The whole world."""
        hero = self._people[0]
        fields = self._fields(hero, 0)
        return StarterWorld(
            title=self._fill(self._dice.pick(self._palette.titles), fields),
            premise=self._fill(self._dice.pick(self._palette.premises), fields),
            genre=self._palette.genre,
            tone=self._dice.pick(self._palette.tones),
            entries=(
                *self._character_entries(),
                *self._place_entries(),
                *self._faction_entries(),
                *self._item_entries(),
                *self._event_entries(),
                *self._rule_entries(),
            ),
        )

    # Names

    def _family_names(self) -> Iterator[str]:
        """Family names that share neither beginning nor end with the one before."""
        ends = self._dice.endless(self._culture.family_ends)
        for start in self._dice.endless(self._culture.family_starts):
            yield start + next(end for end in ends if not _stutters(start, end))

    def _named(self, titles: Sequence[str], texts: Sequence[str]) -> tuple[str, str]:
        """One of `titles`, with a family name where it asks for one, and the text that was written for it."""
        chosen = self._dice.below(len(titles))
        title = titles[chosen]
        filled = title.format(family=next(self._families)) if "{family}" in title else title
        return filled, texts[chosen % len(texts)]

    def _draw_places(self) -> list[_Place]:
        """Places, at least two of which one can live in."""
        order = self._dice.shuffled(self._palette.places)
        homes = [kind for kind in order if kind.home]
        chosen = [*homes[:2], *[kind for kind in order if kind not in homes[:2]]][: self._counts.places]
        return [_Place(*self._named(kind.titles, kind.looks), kind) for kind in self._dice.shuffled(chosen)]

    def _draw_people(self) -> list[_Person]:
        """People with distinct first letters as far as the alphabet of their culture goes."""
        homes = self._dice.endless([place for place in self._places if place.kind.home])
        trades = self._dice.shuffled(self._palette.trades)
        people: list[_Person] = []
        initials: set[str] = set()
        starts = list(self._starts)
        while len(people) < self._counts.characters:
            start = next((each for each in starts if each[0] not in initials), starts[0])
            starts.remove(start)
            initials.add(start[0])
            she = self._dice.below(2) == 0
            ends = [end for end in (self._culture.she if she else self._culture.he) if not _stutters(start, end)]
            pronouns = _SHE if she else _HE
            given = start + self._dice.pick(ends)
            people.append(_Person(given, next(self._families), pronouns, trades[len(people)], next(homes)))
        return people

    # Sentences

    def _fields(self, person: _Person, number: int) -> dict[str, str]:
        """Everything a sentence about `person` may name; `number` chooses among several items, factions, events."""
        other = self._people[(self._people.index(person) + 1) % len(self._people)]
        hero = self._people[0]
        item, _, item_noun = self._items[number % len(self._items)]
        faction = self._factions[number % len(self._factions)][0]
        event = self._events[number % len(self._events)][0]
        they = person.pronouns
        return {
            "region": self._region,
            "name": person.name,
            "given": person.given,
            **they,
            "They": they["they"].capitalize(),
            "Their": they["their"].capitalize(),
            "trade": person.trade.is_,
            "at_home": person.home.at,
            "at_place": self._places[number % len(self._places)].at,
            "other": other.name,
            "other_given": other.given,
            "item": _inside(item),
            "item_noun": item_noun,
            "faction": _inside(faction),
            "Faction": faction,
            "event": _inside(event),
            "hero": hero.name,
            "hero_they": hero.pronouns["they"],
            "hero_them": hero.pronouns["them"],
        }

    def _fill(self, sentence: str, fields: dict[str, str]) -> str:
        """`sentence` with its names; a sentence that began with a lower-case place begins with a capital."""
        text = sentence.format(**fields)
        return text[0].upper() + text[1:]

    def _line(self, group: str, fields: dict[str, str]) -> str:
        """The next unused sentence of a group, filled."""
        return self._fill(next(self._lines[group]), fields)

    def _someone(self, number: int) -> _Person:
        """A person for the entry with this number: neighbours in the list name different people."""
        return self._people[number % len(self._people)]

    # Entries

    def _character_entries(self) -> Iterator[LoreDraft]:
        for number, person in enumerate(self._people):
            fields = self._fields(person, number)
            middle = [
                self._fill(self._dice.pick(person.trade.marks), fields),
                self._line("secrets" if number % 2 == 0 else "wants", fields),
            ]
            bare = person.trade.is_.split(" ", 1)[1]
            yield LoreDraft(
                title=person.name,
                kind="character",
                content=" ".join(
                    [self._line("openings", fields), *self._dice.shuffled(middle), self._line("ties", fields)]
                ),
                tags=(self._palette.genre, bare),
                aliases=(person.given,) if " " in bare else (person.given, f"the {bare}"),
                keys=(person.given, person.family),
                priority=80 if number == 0 else 65,
            )

    def _place_entries(self) -> Iterator[LoreDraft]:
        weather = self._dice.below(len(self._places))
        for number, place in enumerate(self._places):
            residents = [person for person in self._people if person.home == place]
            person = residents[0] if residents else self._someone(number)
            fields = self._fields(person, number)
            sentences = [
                self._fill(place.look, fields),
                self._line("residents" if residents else "place_links", fields),
            ]
            if number == weather:
                sentences.insert(1, self._fill(self._dice.pick(self._palette.weathers), fields))
            yield self._entry(place.title, "location", sentences, place.kind.kind, 50)

    def _faction_entries(self) -> Iterator[LoreDraft]:
        for number, (title, creed) in enumerate(self._factions):
            fields = self._fields(self._someone(number + 1), number)
            sentences = [self._fill(creed, fields), self._line("faction_links", fields)]
            yield self._entry(title, "faction", sentences, "faction", 60)

    def _item_entries(self) -> Iterator[LoreDraft]:
        for number, (title, look, noun) in enumerate(self._items):
            fields = self._fields(self._someone(number + 2), number)
            sentences = [self._fill(look, fields), self._line("item_links", fields)]
            yield self._entry(title, "item", sentences, noun, 70)

    def _event_entries(self) -> Iterator[LoreDraft]:
        for number, (title, text) in enumerate(self._events):
            fields = self._fields(self._someone(number), number)
            sentences = [self._fill(text, fields), self._line("event_links", fields)]
            yield self._entry(title, "event", sentences, "history", 55)

    def _rule_entries(self) -> Iterator[LoreDraft]:
        for number, rule in enumerate(self._dice.shuffled(self._palette.rules)[: self._counts.rules]):
            fields = self._fields(self._someone(number + 1), number)
            sentences = [self._fill(self._dice.pick(rule.texts), fields), self._line("rule_links", fields)]
            entry = self._entry(rule.title, "rule", sentences, "law", 75)
            yield entry.model_copy(update={"constant": number == 0})

    def _entry(self, title: str, kind: LoreKind, sentences: list[str], tag: str, priority: int) -> LoreDraft:
        """An entry about a thing; its title without the article is what calls it up."""
        bare = title.removeprefix("The ")
        return LoreDraft(
            title=title,
            kind=kind,
            content=" ".join(sentences),
            tags=(self._palette.genre, tag),
            aliases=() if bare == title else (bare,),
            keys=(bare,),
            priority=priority,
        )


def _inside(title: str) -> str:
    """A title as it stands inside a sentence: "the Salt Market"."""
    return f"the {title[4:]}" if title.startswith("The ") else title


def _stutters(start: str, end: str) -> bool:
    """Whether joining the two repeats itself, as in "Ulfulf"."""
    return start.lower().endswith(end) or end.startswith(start.lower()) or start[-1].lower() == end[0]
