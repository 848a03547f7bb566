"""Story time: what happens when, where and to whom, and what contradicts it."""

from typing import Literal

from pydantic import Field

from workbench.domain.model import Value

TimeKind = Literal["exact", "relative", "ordered"]
EventOrigin = Literal["rule", "model", "writer"]


class StoryTime(Value):
    """When something happens, as far as the story says so.

    exact: a date, as far as it is told (a year alone is enough). relative: `shift_hours` after what was told before it,
    negative for before it. ordered: only after what was told before it. `hour` is the time of day where one is told.
    """

    kind: TimeKind = "ordered"
    told: str = Field("", description="the story's own words: “three days later”")
    year: int | None = None
    month: int | None = Field(None, ge=1, le=12)
    day: int | None = Field(None, ge=1, le=31)
    shift_hours: float | None = None
    hour: float | None = Field(None, ge=0, lt=24)


class Named(Value):
    """Somebody or some place in an event: the name, and the lore entry it stands for ("" where there is none)."""

    title: str
    entry_id: str = ""


class StoryEvent(Value):
    """Something that happens at one time in one place. `position` is its place within its passage, from 0.

    An event without a passage is the writer's own and holds on every branch. `evidence` is a sentence of the passage.
    """

    id: str = ""
    story_id: str = ""
    passage_id: str | None = None
    position: int = 0
    when: StoryTime = StoryTime()
    where: Named | None = None
    who: tuple[Named, ...] = ()
    what: str
    evidence: str = ""
    origin: EventOrigin = "rule"
    created_at: str = ""
    updated_at: str = ""


class PlacedEvent(Value):
    """An event with its place in story time: `at` in hours since the first hour of the story's clock.

    `at` is None where only the order is known; `label` says the time as people do: “Day 4, noon”, “3 May 1847”.
    `day` counts from 1, the first day that the story tells of.
    """

    event: StoryEvent
    number: int = Field(0, description="the chapter it is told in, 0 for none")
    order: int = Field(description="its place among the story's events, from 0, in story time")
    at: float | None = None
    day: int | None = None
    label: str = ""


class Quote(Value):
    """A sentence that a violation rests on: from a passage, or with `entry_id` from a lore entry.

    `passage_id` is "" for a text that isn't stored, and for a lore entry's.
    """

    passage_id: str = ""
    quote: str
    entry_id: str = ""
    source: str = Field("", description="as people say it: “Chapter 3”, “the draft”, “Lore: Aria”")


class Violation(Value):
    """Two things that can't both be true, by the rule's name. `key` stays the same while what it quotes does."""

    key: str
    rule: str
    title: str = Field(description="the rule as people say it: “In two places at once”")
    message: str
    evidence: tuple[Quote, ...] = Field(min_length=2)
    dismissed: str = Field("", description="why the writer lets it stand, if they do")
