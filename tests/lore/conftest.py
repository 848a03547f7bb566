"""A small embedder whose vectors a test can predict, and documents to search in."""

import hashlib
import math
import re
from collections.abc import Sequence

import pytest

from workbench.domain.lore import IndexedDocument, composite_text
from workbench.errors import ModelUnavailable

# Words that the small embedder takes to mean the same.
MEANINGS = {"boat": "ship", "vessel": "ship", "sailing": "ship", "blade": "sword", "knife": "sword"}


class SmallEmbedder:
    """Bags of words, hashed into a few numbers. Counts the texts it was asked for; can be told to fail."""

    def __init__(self, name: str = "small", dimensions: int = 1024) -> None:
        self.name = name
        self.dimensions = dimensions
        self.texts: list[str] = []
        self.broken = False

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self.broken:
            raise ModelUnavailable("The small embedder is broken. Mend it.")
        self.texts.extend(texts)
        return [self._vector(text) for text in texts]

    def status(self) -> str:
        return "ready"

    def _vector(self, text: str) -> list[float]:
        vector = [0.0] * self.dimensions
        for word in re.findall(r"\w+", text.lower()):
            digest = hashlib.sha256(f"{self.name}:{MEANINGS.get(word, word)}".encode()).digest()
            vector[int.from_bytes(digest[:4], "big") % self.dimensions] += 1.0 if digest[4] % 2 else -1.0
        length = math.sqrt(sum(number * number for number in vector)) or 1.0
        return [number / length for number in vector]


def document(
    entry_id: str, title: str, content: str, line: str = "", note: str = "", world: str = "w"
) -> IndexedDocument:
    return IndexedDocument(
        entry_id=entry_id, world_id=world, line=line, title=title, text=composite_text(content, note)
    )


@pytest.fixture
def embedder() -> SmallEmbedder:
    return SmallEmbedder()
