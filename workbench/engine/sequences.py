"""Which tokens lie in the model's memory, in which sequence, and how many cells that takes. Pure bookkeeping.

Cells are given out from the first to the last and none is used twice, until the memory is full; then what is still
wanted is written anew from the first cell on (`relay`), a matter of milliseconds. So the cells of each sequence always
lie in the order of its tokens, however many others come and go. That matters: attention adds up cell by cell in half
precision, and another order of the same cells gives another text.
"""

from dataclasses import dataclass, field
from typing import Protocol

KEPT_SHARE = 0.5  # of the cells may be taken by idle sequences after a relay, so that the next one is some time away
STALE_SHARE = 0.25  # of the cells holding nothing wanted is worth a relay in an idle moment: attention passes over them


class Memory(Protocol):
    """The part of a model that holds sequences."""

    can_share: bool

    def copy_sequence(self, source: int, target: int, length: int) -> None:
        """Let the empty `target` share the first `length` tokens of `source`."""

    def trim_sequence(self, sequence: int, length: int) -> bool:
        """Keep the first `length` tokens; false when the model can't cut there."""

    def save_tail(self, sequence: int, start: int) -> bytes:
        """What is held of a sequence from token `start` on; empty when the model can't tell."""

    def load_tail(self, sequence: int, state: bytes) -> bool:
        """Append a saved tail to a sequence that holds what came before it; false when it doesn't fit."""

    def clear(self) -> None:
        """Forget all sequences."""


@dataclass(eq=False)
class Sequence:
    """One sequence: its tokens that have been read, the cell of each, and whether a request works on it.

    A `spent` one holds cells with nothing wanted in them, and can be used again after the next relay.
    """

    number: int
    tokens: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    busy: bool = False
    spent: bool = False
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
    """All sequences of one context of `cells` cells. A cell may be shared by several."""

    def __init__(self, memory: Memory, count: int, cells: int) -> None:
        self._memory, self.total = memory, cells
        self.all = [Sequence(number) for number in range(count)]
        self._next = 0  # the first cell that was not given out since the last relay
        self._clock = 0
        self.relays = 0

    @property
    def free_cells(self) -> int:
        """Cells that can be given out without a relay."""
        return self.total - self._next

    @property
    def held_cells(self) -> int:
        """Cells that hold something that a prompt may still share."""
        return len({cell for sequence in self.all for cell in sequence.cells})

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
        source, length = self.best(tokens)
        if source and not source.busy and len(source.tokens) == length < len(tokens):
            target = source
        else:
            relays, empty = self.relays, self._empty()
            if empty is None:
                return None
            target = empty
            if self.relays != relays:  # to empty a sequence, what was best may have gone
                source, length = self.best(tokens)
            length = min(length, len(tokens) - 1)
            if source and length:
                self._memory.copy_sequence(source.number, target.number, length)
                target.tokens, target.cells = source.tokens[:length], source.cells[:length]
                self._touch(source)
        target.busy = True
        return target, len(target.tokens)

    def _empty(self) -> Sequence | None:
        def free() -> Sequence | None:
            return next((one for one in self.all if not (one.busy or one.spent or one.tokens)), None)

        found = free()
        if found is None and any(not one.busy for one in self.all):
            self.relay(0)
            found = free()
        return found

    def restore(self, tokens: list[int], state: bytes) -> bool:
        """Fill an idle sequence with a saved state of `tokens`; false when there is no room or it doesn't fit."""
        target = self._empty() if self.evict(len(tokens)) else None
        if target is None or not self._memory.load_tail(target.number, state):
            return False
        self.extend(target, tokens)
        self._touch(target)
        return True

    def saved(self, tokens: list[int]) -> tuple[list[int], bytes] | None:
        """State of the sequence that holds the most of `tokens`, with the tokens it holds; None when none does."""
        source, length = self.best(tokens)
        if source is None or not length:
            return None
        state = self._memory.save_tail(source.number, 0)
        return (list(source.tokens), state) if state else None

    def extend(self, sequence: Sequence, tokens: list[int]) -> None:
        """Note that `tokens` have been read into a sequence."""
        sequence.tokens.extend(tokens)
        sequence.cells.extend(range(self._next, self._next + len(tokens)))
        self._next += len(tokens)

    def cut(self, sequence: Sequence, length: int) -> None:
        """Take back what was read last: the cells behind the first `length` tokens must be the last given out."""
        if length < len(sequence.tokens):
            assert sequence.cells[-1] == self._next - 1
            self._memory.trim_sequence(sequence.number, length)
            self._next = sequence.cells[length]
            del sequence.tokens[length:], sequence.cells[length:]

    def release(self, sequence: Sequence, keep: bool = True) -> None:
        """End a request's work on a sequence; with `keep` its tokens stay, to be gone on from or evicted."""
        sequence.busy = False
        self._touch(sequence)
        if not keep or not self._memory.can_share:
            self._drop(sequence)

    def evict(self, wanted: int) -> bool:
        """See to it that `wanted` cells are free, at the cost of idle sequences; false when busy ones hold too many."""
        if self.free_cells < wanted:
            self.relay(wanted)
        return self.free_cells >= wanted

    @property
    def stale(self) -> bool:
        """Whether many cells hold nothing that is wanted, so that a relay is worth an idle moment."""
        return self._memory.can_share and self._next - self.held_cells > STALE_SHARE * self.total

    def tidy(self) -> None:
        """Relay if that is worth it; for idle moments."""
        if self.stale:
            self.relay(0)

    def relay(self, wanted: int) -> None:
        """Write anew what is worth keeping: all that requests work on, and of the rest what was used last."""
        if not self._memory.can_share:
            self._forget_idle()
            return
        self.relays += 1
        kept = self._worth_keeping(wanted)
        states: list[tuple[Sequence, int, bytes]] = []
        before: Sequence | None = None
        for sequence in kept:
            # In the order of their tokens, each sequence has its longest common beginning with the one before it.
            shared = common_length(before.tokens, sequence.tokens) if before else 0
            rest = self._memory.save_tail(sequence.number, shared) if shared < len(sequence.tokens) else b""
            states.append((sequence, shared, rest))
            before = sequence
        self._memory.clear()
        self._next = 0
        before = None
        for sequence in self.all:
            sequence.spent, sequence.cells = False, []
            if sequence not in kept:
                sequence.tokens = []
        for sequence, shared, state in states:
            tokens, sequence.tokens = sequence.tokens, []
            if before and shared <= len(before.tokens):
                self._memory.copy_sequence(before.number, sequence.number, shared)
                sequence.tokens, sequence.cells = tokens[:shared], before.cells[:shared]
            if state and len(sequence.tokens) == shared and self._memory.load_tail(sequence.number, state):
                self.extend(sequence, tokens[shared:])
            before = sequence

    def _worth_keeping(self, wanted: int) -> list[Sequence]:
        """Sequences to keep, in the order of their tokens."""
        kept = [sequence for sequence in self.all if sequence.busy]
        idle = sorted((one for one in self.all if not one.busy and one.tokens), key=lambda one: -one.used)
        size = len({cell for sequence in kept for cell in sequence.cells})
        room = min(KEPT_SHARE * self.total, self.total - wanted)
        for sequence in idle:
            if len(kept) >= max(1, len(self.all) // 2):
                break
            shared = max((common_length(one.tokens, sequence.tokens) for one in kept), default=0)
            if size + len(sequence.tokens) - shared <= room:
                kept.append(sequence)
                size += len(sequence.tokens) - shared
        return sorted(kept, key=lambda sequence: sequence.tokens)

    def _forget_idle(self) -> None:
        """Without sharing a model's memory holds nothing but what requests work on."""
        for sequence in self.all:
            if not sequence.busy and (sequence.tokens or sequence.spent):
                self._memory.trim_sequence(sequence.number, 0)
                sequence.tokens, sequence.cells, sequence.spent = [], [], False
        self._next = sum(len(sequence.tokens) for sequence in self.all)

    def _drop(self, sequence: Sequence) -> None:
        sequence.tokens, sequence.cells, sequence.spent = [], [], True

    def _touch(self, sequence: Sequence) -> None:
        self._clock += 1
        sequence.used = self._clock

    def forget(self) -> None:
        """The context was replaced: nothing is in memory any more."""
        self._next = 0
        for sequence in self.all:
            sequence.tokens, sequence.cells, sequence.busy, sequence.spent = [], [], False, False
