"""The tree of a story: its passages and branches at a glance, two branches compared, and decisions to take back."""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from pydantic import Field

from workbench.domain.difference import Piece
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.model import Value
from workbench.domain.story import Branch, PassageState
from workbench.domain.timeline import StoryEvent

DecisionKind = Literal["accept", "discard", "branch", "rename", "switch", "discard_branch", "restore_branch"]


class TreePassage(Value):
    """A passage at a glance; `opening` is the beginning of its text."""

    id: str
    parent_id: str | None
    number: int
    title: str = ""
    opening: str = ""
    state: PassageState = "draft"
    origin: Literal["agents", "writer"] = "agents"
    created_at: str = ""


class StoryTree(Value):
    """All passages of a story and all its branches, discarded ones too, oldest first. `open_id` is the open branch."""

    story_id: str
    open_id: str
    branches: tuple[Branch, ...]
    passages: tuple[TreePassage, ...]

    @cached_property
    def by_id(self) -> Mapping[str, TreePassage]:
        """`{passage id: passage}`."""
        return {passage.id: passage for passage in self.passages}

    @property
    def open(self) -> Branch:
        """The branch that is being written on."""
        return next(branch for branch in self.branches if branch.id == self.open_id)

    @property
    def standing(self) -> tuple[Branch, ...]:
        """The branches that aren't discarded."""
        return tuple(branch for branch in self.branches if branch.discarded_at is None)

    def line(self, head_id: str | None) -> list[TreePassage]:
        """A passage and all its ancestors in the order of reading."""
        found = []
        while head_id is not None:
            found.append(self.by_id[head_id])
            head_id = found[-1].parent_id
        return found[::-1]

    def on(self, passage_id: str) -> list[Branch]:
        """The branches that a passage stands on."""
        return [branch for branch in self.branches if any(one.id == passage_id for one in self.line(branch.head_id))]


class ChapterPair(Value):
    """What two branches have as their chapter of one number; None where a branch doesn't go so far.

    `difference` leads from the left text to the right one, word by word. Where one of them is missing it is all gone
    or all new.
    """

    number: int
    left: TreePassage | None
    right: TreePassage | None
    difference: tuple[Piece, ...]


class NotePair(Value):
    """A lore entry that two branches tell otherwise: the present note on each side ("" for none), and how it came."""

    entry_id: str
    title: str
    left: str
    right: str
    left_revisions: tuple[NoteRevision, ...] = ()
    right_revisions: tuple[NoteRevision, ...] = ()


class Comparison(Value):
    """Two branches side by side. `parted` is the last passage that both have, None where they share none.

    `chapters` are those from the number `first` on, `next` is the number to go on with, 0 behind the last one.
    Entries and events are those that only one side knows.
    """

    left: Branch
    right: Branch
    parted: TreePassage | None
    left_count: int
    right_count: int
    chapters: tuple[ChapterPair, ...]
    first: int
    next: int
    notes: tuple[NotePair, ...] = ()
    left_entries: tuple[LoreEntry, ...] = ()
    right_entries: tuple[LoreEntry, ...] = ()
    left_events: tuple[StoryEvent, ...] = ()
    right_events: tuple[StoryEvent, ...] = ()


class Decision(Value):
    """What was decided about a story's passages and branches; `said` as people say it: “accepted chapter 4”."""

    id: str
    story_id: str
    kind: DecisionKind
    said: str
    created_at: str = ""
    undone_at: str | None = None


class Change(Value):
    """What a decision changed, each as (before, after), so that it can be taken back, and seen whether it still can."""

    opened: tuple[str, str] | None = None
    made: str = ""
    heads: dict[str, tuple[str | None, str | None]] = Field(default_factory=dict)
    names: dict[str, tuple[str, str]] = Field(default_factory=dict)
    discarded: dict[str, tuple[str | None, str | None]] = Field(default_factory=dict)
    states: dict[str, tuple[PassageState, PassageState]] = Field(default_factory=dict)
