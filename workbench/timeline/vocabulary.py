"""The words that worlds are made of: `assets/worlds`, checked when they are first read."""

import string
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, Field, ValidationError

from workbench.domain.model import Value
from workbench.errors import StorageError

WORLDS = Path(__file__).resolve().parents[2] / "assets" / "worlds"
PALETTES = ("canal", "orbit", "sand", "snow", "tide")

WorldSize = Literal["small", "medium", "large"]


class Counts(NamedTuple):
    """How many entries of each kind a size has."""

    characters: int
    places: int
    factions: int
    items: int
    events: int
    rules: int


COUNTS: dict[WorldSize, Counts] = {
    "small": Counts(3, 4, 1, 1, 1, 1),
    "medium": Counts(5, 6, 2, 2, 2, 2),
    "large": Counts(7, 7, 3, 3, 3, 3),
}
MOST = COUNTS["large"]

# What a sentence may name. Whoever fills it knows all of these.
FIELDS = frozenset(
    {"region", "family", "name", "given", "they", "They", "them", "their", "Their", "trade", "at_home", "at_place"}
    | {"other", "other_given", "item", "item_noun", "faction", "Faction", "event", "hero", "hero_they", "hero_them"}
)


def _checked(sentence: str) -> str:
    """`sentence` when all its placeholders are known ones."""
    for _, field, spec, conversion in string.Formatter().parse(sentence):
        if field is not None and (field not in FIELDS or spec or conversion):
            raise ValueError(f"unknown placeholder {{{field}}} in {sentence!r}")
    return sentence


Sentence = Annotated[str, Field(min_length=1), AfterValidator(_checked)]
Sentences = Annotated[tuple[Sentence, ...], Field(min_length=1)]


class PlaceKind(Value):
    at: str
    kind: str
    home: bool = True
    titles: Sentences
    looks: Sentences


class Trade(Value):
    is_: str = Field(alias="is", pattern="^an? ")
    marks: Sentences


class Item(Value):
    noun: str
    titles: Sentences
    looks: Sentences


class Faction(Value):
    titles: Sentences
    creeds: Sentences


class Event(Value):
    titles: Sentences
    texts: Sentences


class Rule(Value):
    title: str
    texts: Sentences


class Palette(Value):
    """Everything that belongs to one genre; long enough for the largest world."""

    genre: str
    culture: str
    tones: Sentences
    titles: Sentences
    premises: Sentences
    weathers: Sentences
    places: tuple[PlaceKind, ...] = Field(min_length=MOST.places)
    trades: tuple[Trade, ...] = Field(min_length=MOST.characters)
    items: tuple[Item, ...] = Field(min_length=MOST.items)
    factions: tuple[Faction, ...] = Field(min_length=MOST.factions)
    events: tuple[Event, ...] = Field(min_length=MOST.events)
    rules: tuple[Rule, ...] = Field(min_length=MOST.rules)


class Common(Value):
    """Sentences that all genres share."""

    openings: Sentences
    ties: Sentences
    secrets: Sentences
    wants: Sentences
    residents: Sentences
    place_links: Sentences
    faction_links: Sentences
    item_links: Sentences
    event_links: Sentences
    rule_links: Sentences


class Culture(Value):
    """Parts of names that sound as if they came from one language."""

    starts: tuple[str, ...] = Field(min_length=2 * MOST.characters)
    she: tuple[str, ...] = Field(min_length=1)
    he: tuple[str, ...] = Field(min_length=1)
    family_starts: tuple[str, ...] = Field(min_length=MOST.characters + 2)
    family_ends: tuple[str, ...] = Field(min_length=MOST.characters)
    region_starts: tuple[str, ...] = Field(min_length=1)
    region_ends: tuple[str, ...] = Field(min_length=1)


V = TypeVar("V", bound=Value)


def read(name: str, kind: type[V]) -> V:
    """`assets/worlds/<name>.json`, validated; raises `StorageError` when it is missing or damaged."""
    path = WORLDS / f"{name}.json"
    try:
        return kind.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError) as error:
        raise StorageError(
            f"The world data {path} is missing or damaged ({error}). Restore assets/worlds from the release."
        ) from error


@lru_cache(maxsize=len(PALETTES))
def palette_of(name: str) -> Palette:
    """One genre."""
    return read(name, Palette)


@lru_cache(maxsize=1)
def common_words() -> Common:
    """The shared sentences."""
    return read("common", Common)


class Cultures(Value):
    coast: Culture
    desert: Culture
    orbit: Culture
    canal: Culture
    mountain: Culture


@lru_cache(maxsize=1)
def cultures() -> dict[str, Culture]:
    """Parts of names by culture."""
    names = read("names", Cultures)
    return {name: getattr(names, name) for name in Cultures.model_fields}
