"""How much of the story is told word by word, and where it begins when it doesn't fit as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.text import sentences

Count = Callable[[str], int]
# A shorter end of a passage than this, in tokens, says too little to be shown. Nor does a shorter beginning.
SHORTEST_END = 60
# Joining items costs a few tokens for headings and blank lines; counted with each item.
ITEM_OVERHEAD = 3
# Where a story is cut is measured in characters, since older passages needn't be tokenized for that.
CHARS_PER_TOKEN = 4


@dataclass(frozen=True)
class Told:
    """What of a story is told: all texts from number `first` on, and the end of the one before it, if any of it is."""

    first: int
    tail: str = ""
    tail_size: int = 0

    @property
    def left_out(self) -> int:
        """How many texts at the beginning are left out entirely."""
        return self.first - bool(self.tail)


def told(texts: Sequence[str], size: Callable[[int], int], room: int, count: Count) -> Told:
    """What of `texts` is told in `room` tokens; `size` gives the tokens of each text with its overhead.

    The beginning moves in steps of a quarter of the room or more, so that prompts begin alike for several chapters,
    until what a step has freed is used up. Steps are powers of two: where the room changes a little, as with the
    length of the request, a step is the same, or twice another. The latest text is never cut for the sake of a step.
    Only texts that may be told are measured exactly.
    """
    first, left = len(texts), room
    while first and size(first - 1) <= left:
        first -= 1
        left -= size(first)
    if not first:
        return Told(0)
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text))
    needed = starts[first] - sum(map(len, _end(texts[first - 1], left - ITEM_OVERHEAD, count)))
    step = CHARS_PER_TOKEN << max(room // 4 - 1, 0).bit_length()
    cut = min(-(-needed // step) * step, max(needed, starts[-2]))
    first = next(i for i in range(len(texts) + 1) if starts[i] >= cut)
    tail = _end(texts[first - 1], starts[first] - cut, len)
    text = " ".join(tail)
    length = count(text) + ITEM_OVERHEAD if text else 0
    return Told(first, text, length) if length > SHORTEST_END else Told(first)


def _end(text: str, room: int, measure: Callable[[str], int]) -> list[str]:
    """The last sentences of a text that fit into `room`, each with the space before it."""
    kept: list[str] = []
    for sentence in reversed(sentences(text)):
        room -= measure(sentence) + (measure is not len)
        if room < 0:
            break
        kept.append(sentence)
    return kept[::-1]


def beginning(text: str, count: Count) -> str:
    """The first sentences of a text, as many as make `SHORTEST_END` tokens; "" where that isn't much shorter than all.

    It doesn't depend on the room, so that it stays the same from prompt to prompt.
    """
    lines = sentences(text)
    for number in range(1, len(lines)):
        begun = text[: _end_of(text, lines[:number])]
        size = count(begun)
        if size >= SHORTEST_END:
            return begun if 2 * size <= count(text) else ""
    return ""


def _end_of(text: str, lines: Sequence[str]) -> int:
    at = 0
    for line in lines:
        at = text.index(line, at) + len(line)
    return at
