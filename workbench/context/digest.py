"""How the beginning of a long story is told in short: chapters, parts of eight chapters, parts of eight parts, ...

Everything here follows from the chapters' texts and their number alone. So prompts over one story begin alike from
call to call, and two branches share what they have in common.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from workbench.domain.summaries import picked, summary_key, turning_points

# Chapters in a part, and parts in a part of the next level.
FOLD = 8
# Words of a summary by level: a chapter, a part of eight chapters, and what is coarser.
WORDS = (35, 60, 80)
CHAPTER, PART = "chapter", "part"

_picked = lru_cache(maxsize=2048)(picked)
_turning_points = lru_cache(maxsize=8192)(turning_points)


def words_of(level: int) -> int:
    """How many words sum up a stretch of that level."""
    return WORDS[min(level, len(WORDS) - 1)]


@dataclass(frozen=True, order=True)
class Stretch:
    """Chapters that are told as one: those from place `first`, counted from 0. `level` 0 is a chapter, 1 a part."""

    first: int
    level: int

    @property
    def count(self) -> int:
        """How many chapters it has."""
        return int(FOLD**self.level)

    @property
    def end(self) -> int:
        """The place behind its last chapter."""
        return self.first + self.count

    @property
    def kind(self) -> str:
        """Whether it is a chapter or a part."""
        return PART if self.level else CHAPTER

    @property
    def words(self) -> int:
        """How many words sum it up."""
        return words_of(self.level)

    @cached_property
    def children(self) -> tuple["Stretch", ...]:
        """What it consists of; a chapter of nothing."""
        if not self.level:
            return ()
        step = FOLD ** (self.level - 1)
        return tuple(Stretch(self.first + i * step, self.level - 1) for i in range(FOLD))

    def all_of_it(self) -> list["Stretch"]:
        """All that it consists of and itself, children before parents."""
        return [*(one for child in self.children for one in child.all_of_it()), self]


def cover(count: int) -> list[Stretch]:
    """The stretches that tell the first `count` chapters: in order, each chapter in one of them, coarse ones first."""
    found: list[Stretch] = []
    level = 0
    while FOLD ** (level + 1) <= count:
        level += 1
    first = 0
    for height in range(level, -1, -1):
        while first + FOLD**height <= count:
            found.append(Stretch(first, height))
            first += FOLD**height
    return found


class Digest:
    """A line of chapters, of which each stretch is known by a key and told by a text.

    `stored`: `{key: summary}` of what has been summed up; what hasn't is told in sentences picked by rule.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.stored: Mapping[str, str] = {}
        self._keys: dict[Stretch, str] = {}

    def key(self, stretch: Stretch) -> str:
        """What its summary is known by: a chapter's by its text, a part's by what it consists of."""
        if stretch not in self._keys:
            children = [self.key(child) for child in stretch.children]
            source = "\n".join(children) if children else self.texts[stretch.first]
            self._keys[stretch] = summary_key(stretch.kind, source, stretch.words)
        return self._keys[stretch]

    def is_stored(self, stretch: Stretch) -> bool:
        """Whether a summary of it is there."""
        return self.key(stretch) in self.stored

    def text(self, stretch: Stretch) -> str:
        """What is told of it: its summary, or sentences picked from its chapters."""
        if self.is_stored(stretch):
            return self.stored[self.key(stretch)]
        return _picked(" ".join(map(self._roughly, stretch.children)) or self.source(stretch), stretch.words)

    def source(self, stretch: Stretch) -> str:
        """What it is to be summed up from: a chapter's text, or what is told of each that a part consists of."""
        return " ".join(map(self.text, stretch.children)) if stretch.level else self.texts[stretch.first]

    def _roughly(self, stretch: Stretch) -> str:
        """A stretch among many: its summary, or the turning points of its chapters."""
        if self.is_stored(stretch):
            return self.stored[self.key(stretch)]
        if stretch.level:
            return " ".join(map(self._roughly, stretch.children))
        return _turning_points(self.texts[stretch.first])
