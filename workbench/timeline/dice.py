"""Choices from a seed that are the same on every machine."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Choices from a seed. Only `Random.random` is used, whose sequence Python promises to keep, and only as the
    whole number of 53 bits that it is made from: nothing is ever rounded."""

    def __init__(self, seed: str) -> None:
        digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def below(self, count: int) -> int:
        """A number from 0 to `count` - 1."""
        return int(self._random.random() * 2**53) * count >> 53

    def between(self, least: int, most: int) -> int:
        """A number from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return options[self.below(len(options))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """`options` in a random order."""
        rest = list(options)
        return [rest.pop(self.below(len(rest))) for _ in range(len(rest))]

    def endless(self, options: Sequence[T]) -> Iterator[T]:
        """`options` in a random order, again and again: nothing comes twice before everything came once."""
        while True:
            yield from self.shuffled(options)
