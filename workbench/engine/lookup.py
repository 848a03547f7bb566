"""Guessing what a reply says next from its prompt, for work that repeats much of it. Pure: knows no model.

The scheduler reads the guesses in the same batch as the last written token and keeps those that the sampler would have
drawn anyway, so that guesses cost time when they are wrong, but never change a text.
"""

from collections.abc import Sequence

# So many tokens in a row must have come as the prompt has them before a guess is risked. A batch of eight tokens takes
# about four times as long as one token (measured with Q8_0 and 1,000 tokens of context), so that a guess pays when more
# than half of it is right: single words that happen to agree say nothing, a copied sentence does.
RUN_TO_TRUST = 6
MATCH = 3  # tokens that must agree for a place in the prompt to be taken up
FIRST_GUESS, LONGEST_GUESS = 7, 15  # with the written token 8 and 16 rows, which is how kernels take them


class Lookup:
    """Follows one reply through its prompt. Feed it every token written, then ask for a guess."""

    def __init__(self, prompt: Sequence[int]) -> None:
        self._prompt = list(prompt)
        self._places: dict[tuple[int, ...], int] = {}
        for at in range(len(self._prompt) - MATCH):
            # The latest place wins: what was said last is what a revision repeats.
            self._places[tuple(self._prompt[at : at + MATCH])] = at + MATCH
        self._latest: tuple[int, ...] = ()
        self._at: int | None = None
        self._run = 0
        self._length = FIRST_GUESS

    def feed(self, token: int) -> None:
        """Note a token that was written."""
        self._latest = (*self._latest[-MATCH + 1 :], token)
        if self._at is not None and self._at < len(self._prompt) and self._prompt[self._at] == token:
            self._at += 1
            self._run += 1
            return
        self._run = 0
        self._at = self._places.get(self._latest)

    def guess(self, room: int) -> list[int]:
        """The tokens that probably follow, at most `room`; nothing while the reply doesn't repeat its prompt."""
        if self._at is None or self._run < RUN_TO_TRUST or room < FIRST_GUESS:
            return []
        return self._prompt[self._at : self._at + min(self._length, room)]

    def judge(self, guessed: int, right: int) -> None:
        """Learn from a guess: longer after one that was right to its end, short again after one that wasn't."""
        if guessed:
            self._length = LONGEST_GUESS if right == guessed else FIRST_GUESS
