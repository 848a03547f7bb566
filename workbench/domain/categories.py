"""Settings of adventures, as `assets/adventures` keeps them: tone, people, places, what one sees and hears there."""

from typing import Annotated, Literal

from pydantic import Field

from workbench.domain.lessons import Id
from workbench.domain.model import Value
from workbench.domain.pictures import Mark, PlaceKind, Thing

AgencyKind = Literal["companion", "item", "role", "gift"]
AGENCY_KINDS: tuple[AgencyKind, ...] = ("companion", "item", "role", "gift")

Line = Annotated[str, Field(min_length=8, max_length=240)]
Short = Annotated[str, Field(min_length=2, max_length=70)]


class CastSeed(Value):
    """Somebody who may come into the story."""

    name: Short
    pronoun: Literal["she", "he", "they"]
    who: Line = Field(description="Who it is, as a clause: 'the keeper of the tide clock, who never hurries'.")
    look: Line = Field(description="What one sees of them, for the illustrations.")


class PlaceSeed(Value):
    """Somewhere that the story may go. `scene` is the kind of place that its pictures show; without it words decide."""

    name: Short
    about: Line
    scene: PlaceKind | None = None


class Agency(Value):
    """A choice of the first chapter that shapes all that follows."""

    kind: AgencyKind
    label: Short = Field(description="As a choice: 'Take the copper owl along'.")
    name: Short = Field(description="What it is called later: 'the copper owl'.")
    helps: Line = Field(description="What it lets the reader do, as a sentence about 'you'.")
    look: Line
    thing: Thing | None = Field(None, description="What is drawn for an item or a gift: 'key'.")
    mark: Mark | None = Field(None, description="What a gift does, drawn beside its thing: 'flame'.")


class Beat(Value):
    """Something that may happen, with three ways to meet it that lead to different places."""

    happens: Line = Field(description="A sentence about 'you': what happens.")
    choices: tuple[Short, Short, Short] = Field(
        description="Three distinct things that 'you' could do, each in a few words."
    )


class Senses(Value):
    """What one perceives there, a few words each."""

    sight: tuple[Short, ...] = Field(min_length=4)
    sound: tuple[Short, ...] = Field(min_length=4)
    smell: tuple[Short, ...] = Field(min_length=4)
    touch: tuple[Short, ...] = Field(min_length=4)


class Category(Value):
    """One kind of adventure."""

    id: Id
    title: Short
    about: Line
    tone: Line
    goal: tuple[Line, ...] = Field(min_length=3, description="What the journey is for, as a sentence about 'you'.")
    openings: tuple[Line, ...] = Field(min_length=3, description="First sentences of a first chapter, about 'you'.")
    endings: tuple[Line, ...] = Field(min_length=3, description="How it may end well, as a sentence about 'you'.")
    cast: tuple[CastSeed, ...] = Field(min_length=6)
    places: tuple[PlaceSeed, ...] = Field(min_length=6)
    senses: Senses
    agencies: tuple[Agency, ...] = Field(min_length=12, description="At least three of each kind.")
    beats: tuple[Beat, ...] = Field(min_length=10)

    def agencies_of(self, kind: AgencyKind) -> list[Agency]:
        """The first choices of one kind."""
        return [one for one in self.agencies if one.kind == kind]
