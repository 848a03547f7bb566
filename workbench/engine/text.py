"""Bytes of tokens to text that can be shown: whole characters only, and never a stop sequence."""

import codecs
from collections.abc import Sequence

CHARS_PER_TOKEN = 4.0  # of English prose, with most tokenizers
ESTIMATE_ERROR = 0.2  # how far that may be off, as a share


def estimated_tokens(text: str) -> int:
    """Tokens of a text by its length, where no tokenizer is at hand."""
    return round(len(text) / CHARS_PER_TOKEN)


class ReplyText:
    """Turns the pieces of a reply into text as they come. Pure: knows no model.

    Text that may turn out to be the beginning of a stop sequence is held back until that is decided.
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._stop = tuple(text for text in stop if text)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped = False

    def feed(self, piece: bytes) -> str:
        """Text that became certain by this piece; sets `stopped` when a stop sequence is complete."""
        if self.stopped:
            return ""
        self._held += self._decoder.decode(piece)
        found = [at for text in self._stop if (at := self._held.find(text)) >= 0]
        if found:
            self.stopped = True
            certain, self._held = self._held[: min(found)], ""
            return certain
        keep = self._open_length()
        certain, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return certain

    def finish(self) -> str:
        """What was held back, once nothing more will come. A character cut in half is dropped."""
        rest, self._held = self._held, ""
        return "" if self.stopped else rest

    def _open_length(self) -> int:
        """Length of the longest end of the held text that begins a stop sequence."""
        longest = 0
        for text in self._stop:
            for length in range(min(len(text) - 1, len(self._held)), longest, -1):
                if self._held.endswith(text[:length]):
                    longest = length
                    break
        return longest
