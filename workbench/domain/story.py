"""Worlds, stories, and the tree of passages."""

from typing import Literal

from pydantic import Field

from workbench.domain.model import Value

StoryKind = Literal["novel", "adventure", "chat"]
STORY_KINDS: tuple[StoryKind, ...] = ("novel", "adventure", "chat")
PassageState = Literal["draft", "accepted", "discarded"]


class World(Value):
    """Premise, genre and tone that hold for every story in it."""

    id: str
    title: str
    premise: str = ""
    genre: str = ""
    tone: str = ""
    created_at: str = ""


class Story(Value):
    """One telling in a world. `branch_id` is the branch that is being written on."""

    id: str
    world_id: str
    title: str
    kind: StoryKind = "novel"
    branch_id: str
    created_at: str = ""


class Branch(Value):
    """A named head in the tree of passages; `head_id` is None while nothing is accepted on it.

    `from_id` is the passage that it parted at. A discarded branch keeps its passages and can be put back.
    """

    id: str
    story_id: str
    name: str
    head_id: str | None = None
    from_id: str | None = None
    discarded_at: str | None = None
    created_at: str = ""


class Passage(Value):
    """A node of the tree. Immutable once accepted: a rewrite is a sibling with the same parent."""

    id: str
    story_id: str
    parent_id: str | None
    number: int = Field(ge=1, description="chapter number on its line")
    title: str = ""
    text: str
    state: PassageState = "draft"
    instruction: str = ""
    origin: Literal["agents", "writer"] = "agents"
    run_id: str | None = None
    created_at: str = ""
    decided_at: str | None = None


class StoryView(Value):
    """A story as it is opened: branches, the active line in order, and the drafts that wait for a decision."""

    story: Story
    world: World
    branches: tuple[Branch, ...]
    passages: tuple[Passage, ...]
    drafts: tuple[Passage, ...] = ()

    @property
    def latest(self) -> Passage | None:
        """What was written last: a draft that follows on the last passage, else that passage.

        Drafts beside an accepted passage are what the writer didn't take.
        """
        tip = self.passages[-1] if self.passages else None
        following = [draft for draft in self.drafts if draft.parent_id == (tip.id if tip else None)]
        return following[-1] if following else tip

    @property
    def undecided(self) -> tuple[Passage, ...]:
        """Drafts to decide about: what follows on the last passage, or was written beside it since that was accepted.

        The others that stand beside it were there to choose from, and weren't taken.
        """
        tip = self.passages[-1] if self.passages else None
        since = (tip.decided_at or "") if tip else ""
        following = tip.id if tip else None
        return tuple(one for one in self.drafts if one.parent_id == following or one.created_at > since)

    @property
    def next_number(self) -> int:
        """The number of the chapter that follows on the line."""
        return self.passages[-1].number + 1 if self.passages else 1
