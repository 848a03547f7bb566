"""Which tokens lie in the model's memory, in which sequence, and how many cells that takes. Pure bookkeeping."""

from dataclasses import dataclass, field
from typing import Protocol


class Memory(Protocol):
    """The part of a model that holds sequences."""

    can_share: bool

    def copy_sequence(self, source: int, target: int, length: int) -> None:
        """Let the empty `target` share the first `length` tokens of `source`."""

    def trim_sequence(self, sequence: int, length: int) -> bool:
        """Keep the first `length` tokens; false when the model can't cut there."""


@dataclass(eq=False)
class Sequence:
    """One sequence: its tokens that have been read, the cell of each, and whether a request works on it."""

    number: int
    tokens: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    busy: bool = False
    used: int = 0


def common_length(left: list[int], right: list[int]) -> int:
    """Length of the common beginning of two token lists."""
    limit = min(len(left), len(right))
    if left[:limit] == right[:limit]:
        return limit
    low, high = 0, limit  # left[:low] agrees, left[:high] doesn't; slices compare much faster than a Python loop
    while high - low > 1:
        middle = (low + high) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle
    return low


class Sequences:
    """All sequences of one context. A cell may be shared by several; it is free when none holds it."""

    def __init__(self, memory: Memory, count: int, cells: int) -> None:
        self._memory, self.total = memory, cells
        self.all = [Sequence(number) for number in range(count)]
        self._holders: dict[int, int] = {}
        self._next_cell = 0
        self._clock = 0

    @property
    def free_cells(self) -> int:
        """Cells that hold nothing."""
        return self.total - len(self._holders)

    @property
    def busy(self) -> list[Sequence]:
        """Sequences that a request works on."""
        return [sequence for sequence in self.all if sequence.busy]

    def best(self, tokens: list[int]) -> tuple[Sequence | None, int]:
        """The sequence, busy or idle, with the longest common beginning, and its length in tokens."""
        if not self._memory.can_share:
            return None, 0
        best: Sequence | None = None
        longest = 0
        for sequence in self.all:
            length = common_length(sequence.tokens, tokens)
            if length > longest or (length == longest > 0 and best and best.busy and not sequence.busy):
                best, longest = sequence, length
        return best, longest

    def take(self, tokens: list[int]) -> tuple[Sequence, int] | None:
        """A sequence for a prompt, holding as much of its beginning as is in memory; None when all are busy.

        Returns the sequence and how many tokens it holds already; at most `len(tokens) - 1`, since the last one must
        be read to know what follows.
        """
        idle = [sequence for sequence in self.all if not sequence.busy]
        if not idle:
            return None
        source, length = self.best(tokens)
        length = min(length, len(tokens) - 1)
        if source and not source.busy and length == len(source.tokens) > 0:
            target = source
        else:
            # An idle sequence stays as it is while there are others to take: a later prompt may go on from it.
            target = min(idle, key=lambda one: (bool(one.tokens), one is source, one.used))
            if target is source:
                length = self.trim(target, length)
            else:
                self.trim(target, 0)
                if source and length:
                    self._share(source, target, length)
        target.busy = True
        return target, length

    def _share(self, source: Sequence, target: Sequence, length: int) -> None:
        self._memory.copy_sequence(source.number, target.number, length)
        target.tokens, target.cells = source.tokens[:length], source.cells[:length]
        for cell in target.cells:
            self._holders[cell] += 1
        self._clock += 1
        source.used = self._clock

    def extend(self, sequence: Sequence, tokens: list[int]) -> None:
        """Note that `tokens` have been read into a sequence."""
        sequence.tokens.extend(tokens)
        for _ in tokens:
            self._holders[self._next_cell] = 1
            sequence.cells.append(self._next_cell)
            self._next_cell += 1

    def trim(self, sequence: Sequence, length: int) -> int:
        """Keep the first `length` tokens, or none where the model can't cut there; returns how many are left."""
        if length >= len(sequence.tokens) and length > 0:
            return len(sequence.tokens)
        if not self._memory.trim_sequence(sequence.number, length):
            length = 0
            self._memory.trim_sequence(sequence.number, 0)
        for cell in sequence.cells[length:]:
            self._holders[cell] -= 1
            if not self._holders[cell]:
                del self._holders[cell]
        del sequence.tokens[length:], sequence.cells[length:]
        return length

    def release(self, sequence: Sequence, keep: bool = True) -> None:
        """End a request's work on a sequence; with `keep` its tokens stay, to be gone on from or evicted."""
        sequence.busy = False
        self._clock += 1
        sequence.used = self._clock
        if not keep:
            self.trim(sequence, 0)

    def evict(self, wanted: int) -> bool:
        """Empty idle sequences, the longest unused first, until `wanted` cells are free; false if that isn't enough."""
        idle = sorted((one for one in self.all if not one.busy and one.tokens), key=lambda one: one.used)
        for sequence in idle:
            if self.free_cells >= wanted:
                break
            self.trim(sequence, 0)
        return self.free_cells >= wanted

    def forget(self) -> None:
        """The context was replaced: nothing is in memory any more."""
        self._holders.clear()
        for sequence in self.all:
            sequence.tokens, sequence.cells, sequence.busy = [], [], False
