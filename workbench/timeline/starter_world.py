"""Worlds to begin in: made from a seed, the same on every machine, or the hand-written sample.

The words are data in `assets/worlds`: one palette and one land for each genre, the sentences that all genres share,
and the parts of names. They are checked when they are first read, so that a mistyped placeholder is found by any
world's test and not by the one writer whose seed draws it.
"""

from functools import lru_cache
from typing import get_args

from pydantic import Field

from workbench.domain.lore import LoreKind
from workbench.domain.model import Value
from workbench.domain.world_map import WorldMap
from workbench.errors import InvalidInput
from workbench.timeline.dice import Dice
from workbench.timeline.vocabulary import (
    COUNTS,
    PALETTES,
    WorldSize,
    common_words,
    cultures,
    lands,
    palette_of,
    read,
)
from workbench.timeline.world_entries import Entries
from workbench.timeline.world_plan import WorldPlan


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
    """A world and its lore, not yet stored anywhere. Titles of entries are distinct; the sample has no map."""

    title: str = Field(min_length=1)
    premise: str = Field(min_length=1)
    genre: str = Field(min_length=1)
    tone: str = Field(min_length=1)
    entries: tuple[LoreDraft, ...] = Field(min_length=1)
    map: WorldMap | None = None


class SampleWorld(StarterWorld):
    """A starter world with a story to begin in it. `first_instructions` are suggestions for the first chapter."""

    story_title: str = Field(min_length=1)
    first_instructions: tuple[str, ...] = Field(min_length=1)


def generate_world(seed: str, size: WorldSize = "small") -> StarterWorld:
    """The world of `seed`: a mapped land with its history, whose people are tied to each other and conceal something.

    The same seed and size give the same world on every machine. Raises `InvalidInput` for an empty seed or an
    unknown size, `StorageError` when the world data is missing or damaged.
    """
    if size not in COUNTS:
        raise InvalidInput(f"There is no world size {size!r}. Choose one of {', '.join(get_args(WorldSize))}.")
    if not seed.strip():
        raise InvalidInput("A world needs a seed. Type any word or number; the same seed gives the same world again.")
    dice = Dice(f"{size}:{seed.strip()}")
    name = dice.pick(PALETTES)
    palette = palette_of(name)
    plan = WorldPlan(dice, palette, lands()[name], cultures()[palette.culture], common_words(), COUNTS[size])
    entries = Entries(dice, plan)
    title, premise, tone = entries.opening()
    return StarterWorld(
        title=title,
        premise=premise,
        genre=palette.genre,
        tone=tone,
        entries=tuple(LoreDraft.model_validate(draft) for draft in entries.all()),
        map=plan.map(),
    )


@lru_cache(maxsize=1)
def sample_world() -> SampleWorld:
    """The hand-written world to try on the first start. Raises `StorageError` when its file is missing or damaged."""
    return read("sample", SampleWorld)
