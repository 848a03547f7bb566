"""What was said before in a talk, in short: which exchanges are told whole, and of the others the lines that say most.

Nothing here depends on the time or on a model: the same talk is always told in the same words.
"""

import re
from collections.abc import Callable, Sequence

from workbench.domain import text as prose
from workbench.domain.findings import change_points
from workbench.domain.summaries import picked

# What was asked, and what was answered.
Exchange = tuple[str, str]
# Words of one line: of what was asked, and of the answer.
ASKED_WORDS, SAID_WORDS = 28, 26
# What somebody tells of themselves, or wants kept, is what they expect to be remembered.
_TOLD = re.compile(
    r"\b(?:I|I['’]m|my|mine|we|our|call(?:ed)?|names?|named|remember|from now on|always|never|don['’]t|must|please)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?…\"”“’'\s])\s+[A-Z][\w’']{2,}")


def parted(
    turns: Sequence[Exchange], size: Callable[[Exchange], int], room: int
) -> tuple[list[list[Exchange]], list[Exchange]]:
    """A talk's exchanges in those that are told in short, block by block, and those that are told whole.

    When `room` is full, so many go that it is half empty: what stands in a prompt then stays the same for a while.
    """
    blocks: list[list[Exchange]] = []
    kept: list[Exchange] = []
    used = 0
    for turn in turns:
        kept.append(turn)
        used += size(turn)
        if used <= room:
            continue
        block = []
        while kept and (used > room or (used > room // 2 and len(kept) > 1)):
            block.append(kept.pop(0))
            used -= size(block[-1])
        blocks.append(block)
    return blocks, kept


def line_of(turn: Exchange) -> str:
    """An exchange in one line: what was asked, and what was answered in short."""
    asked, said = (" ".join(one.split()) for one in turn)
    return f"“{_beginning(asked, ASKED_WORDS)}” – {picked(said, SAID_WORDS) or _beginning(said, SAID_WORDS)}"


def picked_lines(lines: Sequence[str], words: int) -> list[str]:
    """The lines that say most, in their order, `words` words at most."""
    chosen: set[int] = set()
    room = words
    for i in sorted(range(len(lines)), key=lambda i: (-_points(lines[i]), -i)):
        size = len(prose.words(lines[i]))
        if size <= room:
            chosen.add(i)
            room -= size
    return [line for i, line in enumerate(lines) if i in chosen]


def _points(line: str) -> float:
    asked, _, said = line.partition("” – ")
    points = 0.0 if asked.endswith("?") else 1 + 2.0 * bool(_TOLD.search(asked))
    points += min(change_points(said), 2) + 0.5 * min(4, len(_NAME.findall(line)))
    return points - 0.02 * len(prose.words(line))


def _beginning(text: str, words: int) -> str:
    parts = text.split()
    return text if len(parts) <= words else f"{' '.join(parts[:words]).rstrip(' ,;:')} …"
