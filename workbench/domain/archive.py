"""Texts that are kept to be found again: items, the pieces long ones are cut into, their order, and filters."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from workbench.domain.model import Value
from workbench.domain.text import sentences

PIECE_CHARS = 900  # about what the bundled embedder reads at once
OVERLAP_CHARS = 150  # what a piece repeats of the one before it, so that no thought is cut in two

THREAD, POSITION = "thread", "position"
_BREAK = re.compile(r"\n\s*\n")
_DIGITS = re.compile(r"(\d+)")

Filter = Mapping[str, Any]


class ArchiveItem(Value):
    """A stored text. `metadata` is plain JSON; its `thread` and `position` say what stands beside what."""

    content_id: str
    text: str
    metadata: dict[str, Any] = Field(default_factory=dict)
    created_at: str = ""
    updated_at: str = ""

    @property
    def thread(self) -> str:
        """Names the sequence that the item stands in; one without a thread is a sequence of its own."""
        thread = self.metadata.get(THREAD)
        return f"item {self.content_id}" if thread in (None, "") else f"thread {as_json(thread)}"


class ArchivePiece(Value):
    """The part of an item that a search found. `score` is between 0 and 1, larger is better."""

    content_id: str
    number: int = Field(ge=0, description="which of the item's `pieces`, from 0")
    score: float


def as_json(value: Any) -> str:
    """`value` written so that equal values are equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def order_key(position: Any) -> tuple[Any, ...]:
    """Sorts positions of any kind: numbers by size, then texts with the numbers in them by size, then the rest.

    What has no position comes last; what stores it sorts those by the time of storing.
    """
    if isinstance(position, bool) or position is None:
        return (2, ())
    if isinstance(position, (int, float)):
        return (0, position)
    parts = _DIGITS.split(str(position) if isinstance(position, str) else as_json(position))
    # Texts and numbers alternate in a split, so that like is compared with like.
    return (1, tuple(int(part) if part.isdecimal() and number % 2 else part for number, part in enumerate(parts)))


def pieces(text: str) -> list[str]:
    """`text` cut at the ends of paragraphs and sentences into pieces of at most `PIECE_CHARS` characters.

    A piece begins with the last sentences of the one before, as far as they fit into `OVERLAP_CHARS`. A text that fits
    into one piece stays as it is, and an empty one has none.
    """
    if len(text) <= PIECE_CHARS:
        return [text] if text.strip() else []
    spans = _spans(text)
    found: list[str] = []
    first = 0
    while first < len(spans):
        start, last = spans[first][0], first
        while last + 1 < len(spans) and spans[last + 1][1] - start <= PIECE_CHARS:
            last += 1
        last = _paragraph_end(text, spans, first, last)
        found.append(text[start : spans[last][1]])
        if last + 1 == len(spans):
            break
        following = last + 1
        while following - 1 > first and spans[last][1] - spans[following - 1][0] <= OVERLAP_CHARS:
            following -= 1
        first = following
    return found


def _paragraph_end(text: str, spans: Sequence[tuple[int, int]], first: int, last: int) -> int:
    """The last sentence of a piece: where a paragraph ends in its second half, there; else as far as it reaches."""
    if last + 1 == len(spans):
        return last
    for end in range(last, first, -1):
        if spans[end][1] - spans[first][0] < PIECE_CHARS / 2:
            break
        if _BREAK.match(text, spans[end][1]):
            return end
    return last


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` stand; overlong ones are cut at spaces, or anywhere when there are none."""
    spans: list[tuple[int, int]] = []
    at = 0
    for sentence in sentences(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        while at - start > PIECE_CHARS:
            cut = text.rfind(" ", start + PIECE_CHARS // 2, start + PIECE_CHARS)
            cut = cut if cut > 0 else start + PIECE_CHARS
            spans.append((start, cut))
            start = cut + (text[cut] == " ")
        spans.append((start, at))
    return spans
