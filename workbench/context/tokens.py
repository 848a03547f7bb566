"""Counting tokens once: sizes of texts are kept, so that gathering the same context again costs no tokenizing."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from workbench.domain.model import TokenCount

# Texts whose sizes are kept: more than a story of hundreds of chapters and entries has.
KEPT = 8192


class TokenCounts:
    """Sizes of texts in tokens, as the text model counts them.

    `count` may begin to count otherwise at any time, when a model has loaded or another took its place; sizes by the
    former manner are then forgotten.
    """

    def __init__(self, count: Callable[[str], TokenCount], kept: int = KEPT) -> None:
        self._count = count
        self._kept = kept
        self._sizes: OrderedDict[bytes, int] = OrderedDict()
        self._manner: tuple[str, str] | None = None
        self._lock = threading.Lock()

    def manner(self) -> TokenCount:
        """How texts are counted now: exact or by an estimate, by which model, and how far it may be off."""
        found = self._count("")
        with self._lock:
            self._agree(found)
        return found

    def __call__(self, text: str) -> int:
        """Tokens of a text."""
        # Keys are short whatever the text, so that long chapters aren't held in memory a second time.
        key = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        with self._lock:
            size = self._sizes.get(key)
            if size is not None:
                self._sizes.move_to_end(key)
                return size
        found = self._count(text)
        with self._lock:
            self._agree(found)
            self._sizes[key] = found.tokens
            while len(self._sizes) > self._kept:
                self._sizes.popitem(last=False)
        return found.tokens

    def _agree(self, found: TokenCount) -> None:
        manner = (found.strategy, found.model)
        if manner != self._manner:
            self._sizes.clear()
            self._manner = manner
