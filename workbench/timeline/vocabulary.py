"""The words that worlds are made of: `assets/worlds`, checked when they are first read."""

import string
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, Field, ValidationError

from workbench.domain.model import Value
from workbench.domain.world_map import Terrain
from workbench.errors import StorageError

WORLDS = Path(__file__).resolve().parents[2] / "assets" / "worlds"
PALETTES = ("canal", "orbit", "sand", "snow", "tide")

WorldSize = Literal["small", "medium", "large"]


class Counts(NamedTuple):
    """How many of each kind a size has. `places` are single houses, bridges, wells; `dead` are among `characters`."""

    characters: int
    dead: int
    settlements: int
    places: int
    areas: int
    factions: int
    items: int
    events: int
    rules: int


COUNTS: dict[WorldSize, Counts] = {
    "small": Counts(4, 1, 4, 3, 2, 2, 2, 4, 1),
    "medium": Counts(6, 1, 6, 5, 3, 2, 3, 5, 2),
    "large": Counts(9, 2, 8, 7, 4, 3, 4, 7, 3),
}
MOST = COUNTS["large"]

# What a sentence may name. Whoever fills it knows all of these.
FIELDS = frozenset(
    """
    region land habitat town family name given they They them their Their themself trade at_home at_seat birthplace born
    died dead other other_given kin item item_noun faction Faction faction2 event year cause Cause text hero hero_they
    hero_them
    """.split()
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
    outside: bool = Field(False, description="it lies by itself, and not in a settlement")
    plural: bool = False
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
    events: tuple[Event, ...] = Field(min_length=2)
    rules: tuple[Rule, ...] = Field(min_length=MOST.rules)


class Area(Value):
    """A part of a land, with what grows there."""

    title: str
    terrain: Terrain
    look: Sentence


class Land(Value):
    """What the map of a genre shows. `present` bounds the year in which its stories begin."""

    lands: Sentences
    shape: Literal["sea", "lake"]
    waters: Sentences
    tree: Literal["round", "fir", "palm"]
    across_km: int = Field(gt=0)
    riding: str
    present: tuple[int, int]
    reckonings: Sentences
    areas: tuple[Area, ...] = Field(min_length=MOST.areas)
    chiefs: Sentences
    towns: tuple[Sentence, ...] = Field(min_length=MOST.settlements - 1)


TieKind = Literal["debt", "rival", "friend", "pupil", "engaged", "sibling", "child"]


class TieWords(Value):
    """A tie as each of its two ends tells it. A child, a pupil and a debtor are the `one` of theirs.

    `alike`: only for people of nearly the same age.
    """

    kind: TieKind
    one: Sentence
    other: Sentence
    alike: bool = False


EventKind = Literal["founding", "parting", "omen", "rising", "feud", "peace", "last"]


class HistoryWords(Value):
    """What happens in a land's history; where the title is empty, an event of the genre is told."""

    kind: EventKind
    title: str
    text: Sentence


class Common(Value):
    """Sentences that all genres share."""

    openings: Sentences
    old_openings: Sentences
    births: Sentences
    secrets: Sentences
    keeper_secrets: Sentences
    wants: Sentences
    ties: tuple[TieWords, ...] = Field(min_length=1)
    kin: tuple[TieWords, ...] = Field(min_length=1)
    lost: tuple[TieWords, ...] = Field(min_length=1)
    dead_openings: Sentences
    dead_middles: Sentences
    residents: Sentences
    place_links: Sentences
    within: Sentences
    town_links: Sentences
    natives: Sentences
    faction_links: Sentences
    faction_seats: Sentences
    faction_rivals: Sentences
    keepers: Sentences
    former_keepers: Sentences
    item_links: Sentences
    event_links: Sentences
    rule_links: Sentences
    history: tuple[HistoryWords, ...] = Field(min_length=1)
    reckonings: Sentences


class Culture(Value):
    """Parts of names that sound as if they came from one language. `region_*` name a land that is one building."""

    starts: tuple[str, ...] = Field(min_length=MOST.characters)
    she: tuple[str, ...] = Field(min_length=1)
    he: tuple[str, ...] = Field(min_length=1)
    family_starts: tuple[str, ...] = Field(min_length=MOST.characters + 2)
    family_ends: tuple[str, ...] = Field(min_length=MOST.characters - 1)
    town_starts: tuple[str, ...] = Field(min_length=MOST.settlements)
    town_ends: tuple[str, ...] = Field(min_length=1)
    region_starts: tuple[str, ...] = ()
    region_ends: tuple[str, ...] = ()


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


class Lands(Value):
    canal: Land
    orbit: Land
    sand: Land
    snow: Land
    tide: Land


@lru_cache(maxsize=1)
def lands() -> dict[str, Land]:
    """What each genre's map shows."""
    found = read("lands", Lands)
    return {name: getattr(found, name) for name in Lands.model_fields}
