"""What the engine needs of a model. `LlamaModel` is one; tests have a tiny one whose replies can be foretold."""

from collections.abc import Sequence as Listing
from typing import Protocol

import numpy as np
import numpy.typing as npt

from workbench.engine.sequences import Memory
from workbench.engine.values import Sampling


class Sampler(Protocol):
    """Draws the tokens of one reply."""

    def sample(self, row: int) -> int:
        """The token after row `row` of the last batch."""

    def close(self) -> None:
        """Free it."""


class Weights(Memory, Protocol):
    """What the scheduler needs: a context that reads batches, and samplers."""

    cells: int
    window: int
    sequences: int

    def decode(
        self, tokens: Listing[int], positions: Listing[int], sequences: Listing[int], wanted: Listing[bool]
    ) -> None:
        """Read a batch."""

    def sampler(self, sampling: Sampling, history: Listing[int] = ()) -> Sampler:
        """A sampler for one reply."""

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        """Logits after a row of the last batch, shape (vocabulary,)."""

    def piece(self, token: int) -> bytes:
        """Bytes of a token."""

    def token_text(self, token: int) -> str:
        """A token for people to read."""

    def is_end(self, token: int) -> bool:
        """Whether a token ends the reply."""

    def reset(self) -> None:
        """A fresh context."""


class ChatWeights(Weights, Protocol):
    """Weights with a tokenizer and a chat template, as the service needs them."""

    @property
    def chat_template(self) -> str | None:
        """Jinja source of the chat template."""

    @property
    def begin_token(self) -> int | None:
        """Token before every prompt, where the model wants one."""

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Tokens of a text."""

    def special_texts(self) -> dict[str, str]:
        """bos_token and eos_token."""

    def close(self) -> None:
        """Free everything."""
