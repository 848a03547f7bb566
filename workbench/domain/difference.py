"""What changed from one text to another, word by word; and how close two names are."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from workbench.domain.model import Value
from workbench.domain.text import sentences, words

Kind = Literal["same", "added", "removed"]
# Comparing takes time with the product of both lengths; texts with more words are compared by sentences.
MOST_WORDS = 2500
# A word or two that stay between two changes make the eye jump; then the whole stretch counts as changed.
ISLAND_WORDS = 2
_PIECES = re.compile(r"\s+|[^\W_]+(?:['’-][^\W_]+)*|.", re.DOTALL)


class Piece(Value):
    """A stretch of text that stayed, came or went."""

    kind: Kind
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """The way from `old` to `new`, in order of reading.

    The pieces that stayed and those that went, joined, are `old`; those that stayed and those that came are `new`.
    """
    before, after = _tokens(old), _tokens(new)
    if len(before) + len(after) > 4 * MOST_WORDS:
        before, after = _by_sentences(old), _by_sentences(new)
    found: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        gone, come = "".join(before[from_old:to_old]), "".join(after[from_new:to_new])
        if kind == "equal" and not (found and _is_island(gone)):
            found.append((gone, gone))
        elif found and found[-1][0] != found[-1][1]:
            # Beside another change: one stretch that went, one that came.
            found[-1] = (found[-1][0] + gone, found[-1][1] + come)
        else:
            found.append((gone, come))
    return [piece for gone, come in found for piece in _pieces(gone, come)]


def _tokens(text: str) -> list[str]:
    return _PIECES.findall(text)


def _by_sentences(text: str) -> list[str]:
    """`text` cut behind each sentence; nothing is lost by it."""
    parts, start = [], 0
    for sentence in sentences(text):
        end = text.index(sentence, start) + len(sentence)
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]] if text[start:] else parts


def _is_island(text: str) -> bool:
    return len(words(text)) <= ISLAND_WORDS and not re.search(r"[.!?…\n]", text)


def _pieces(gone: str, come: str) -> list[Piece]:
    """A change as pieces; what both sides begin and end with stays."""
    if gone == come:
        return [Piece(kind="same", text=gone)] if gone else []
    before, after = _tokens(gone), _tokens(come)
    shortest = min(len(before), len(after))
    start = next((n for n in range(shortest) if before[n] != after[n]), shortest)
    end = next((n for n in range(shortest - start) if before[-1 - n] != after[-1 - n]), shortest - start)
    whole = [
        ("same", "".join(before[:start])),
        ("removed", "".join(before[start : len(before) - end])),
        ("added", "".join(after[start : len(after) - end])),
        ("same", "".join(before[len(before) - end :])),
    ]
    return [Piece.model_validate({"kind": kind, "text": text}) for kind, text in whole if text]


def closeness(names: Sequence[str], others: Sequence[str]) -> float:
    """How alike two things are called, 0 to 1: the best pair of their names, by shared words and by spelling."""
    return max((_alike(one, other) for one in names for other in others), default=0.0)


def _alike(one: str, other: str) -> float:
    first, second = set(words(one)), set(words(other))
    if not first or not second:
        return 0.0
    shared = len(first & second) / min(len(first), len(second))
    spelled = SequenceMatcher(None, " ".join(sorted(first)), " ".join(sorted(second)), autojunk=False).ratio()
    return max(0.9 * shared, spelled)
