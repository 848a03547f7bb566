"""Tiny weights for scheduler tests: the next token is a function of all tokens read before it, cell by cell.

It keeps its own record of what each sequence holds and checks what llama.cpp would check, so that a scheduler that
reads at a wrong place or shares a wrong beginning writes visibly different tokens.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workbench.engine.values import Sampling

VOCABULARY = 97
END = 0


class FakeWeights:
    """Fulfils `scheduler.Weights`. `log` has one list of (sequence, position) for each batch."""

    can_share = True
    chat_template = None
    begin_token = None

    def __init__(self, cells: int = 64, window: int = 32, sequences: int = 8, ends: bool = False) -> None:
        self.cells, self.window, self.sequences = cells, window, sequences
        self.ends = ends
        self.held: dict[int, list[tuple[int, int]]] = {number: [] for number in range(sequences)}
        self._cell = 0
        self._rows: dict[int, int] = {}
        self.log: list[list[tuple[int, int]]] = []
        self.open_samplers = 0
        self.break_next = 0

    @property
    def used(self) -> int:
        return len({cell for pairs in self.held.values() for cell, _ in pairs})

    def decode(
        self, tokens: Sequence[int], positions: Sequence[int], sequences: Sequence[int], wanted: Sequence[bool]
    ) -> None:
        if self.break_next:
            self.break_next -= 1
            raise RuntimeError("broken on purpose")
        if self.used + len(tokens) > self.cells:
            raise MemoryError("full")
        self._rows = {}
        for row, (token, position, number, want) in enumerate(zip(tokens, positions, sequences, wanted, strict=True)):
            assert position == len(self.held[number]), "a token was read at the wrong position"
            self.held[number].append((self._cell, token))
            self._cell += 1
            if want:
                self._rows[row] = next_token([token for _, token in self.held[number]], self.ends)
        self.log.append(list(zip(sequences, positions, strict=True)))

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        values = np.zeros(VOCABULARY, np.float32)
        values[self._rows[row]] = 5.0
        return values

    def copy_sequence(self, source: int, target: int, length: int) -> None:
        assert not self.held[target], "the target of a copy must be empty"
        self.held[target] = self.held[source][:length]

    def trim_sequence(self, sequence: int, length: int) -> bool:
        self.held[sequence] = self.held[sequence][:length]
        return True

    def save_tail(self, sequence: int, start: int) -> bytes:
        return bytes(token for _, token in self.held[sequence][start:])

    def load_tail(self, sequence: int, state: bytes) -> bool:
        if self.used + len(state) > self.cells:
            return False
        self.held[sequence] += [(self._cell + at, token) for at, token in enumerate(state)]
        self._cell += len(state)
        return True

    def clear(self) -> None:
        self.held = {number: [] for number in range(self.sequences)}

    def sampler(self, sampling: Sampling, history: Sequence[int] = ()) -> "FakeSampler":
        self.open_samplers += 1
        return FakeSampler(self)

    def piece(self, token: int) -> bytes:
        return f"<{token}>".encode()

    def token_text(self, token: int) -> str:
        return f"<{token}>"

    def is_end(self, token: int) -> bool:
        return token == END

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        return [1 + byte % (VOCABULARY - 1) for byte in text.encode()]

    def special_texts(self) -> dict[str, str]:
        return {"bos_token": "", "eos_token": ""}

    def reset(self) -> None:
        self.held = {number: [] for number in range(self.sequences)}

    def close(self) -> None:
        """Nothing to free."""


class FakeSampler:
    """Takes what the weights say."""

    def __init__(self, weights: FakeWeights) -> None:
        self._weights = weights

    def sample(self, row: int) -> int:
        return self._weights._rows[row]

    def close(self) -> None:
        self._weights.open_samplers -= 1


def next_token(tokens: Sequence[int], ends: bool = False) -> int:
    """What the fake writes after these tokens: depends on every one of them and on their order."""
    value = 17
    for token in tokens:
        value = (value * 31 + token + 7) % 1_000_003
    return value % VOCABULARY if ends else 1 + value % (VOCABULARY - 1)


def reply_to(prompt: Sequence[int], count: int) -> list[int]:
    """The reply of `count` tokens that a prompt must get, alone or in any crowd."""
    tokens = list(prompt)
    for _ in range(count):
        tokens.append(next_token(tokens))
    return tokens[len(prompt) :]
