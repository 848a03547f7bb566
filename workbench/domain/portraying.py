"""Who and what a passage's picture is about: the entries that it names, and a seed that stays a person's own."""

import hashlib
import re
from collections.abc import Iterable, Sequence

from workbench.domain.lore import LoreEntry
from workbench.domain.pictures import SEEDS

# Parts of names that many share.
_COMMON = frozenset("the of old young lady lord king queen captain doctor saint sir aunt uncle mister".split())


def named_in(text: str, entries: Iterable[LoreEntry], kind: str = "") -> list[LoreEntry]:
    """The entries of a kind that a text names, the one named most often first; of equals the one named first."""
    counted = []
    for entry in entries:
        if kind and entry.kind != kind:
            continue
        found = [match.start() for match in re.finditer(_pattern(entry), text)]
        if found:
            counted.append((-len(found), found[0], entry))
    return [entry for _, _, entry in sorted(counted, key=lambda one: one[:2])]


def _pattern(entry: LoreEntry) -> str:
    names: Sequence[str] = [entry.title, *entry.aliases]
    if entry.kind == "character":
        parts = [part for name in names for part in name.split() if len(part) > 2 and part[:1].isupper()]
        names = [*names, *(part for part in parts if part.lower() not in _COMMON)]
    return r"\b(?:" + "|".join(re.escape(name) for name in sorted(set(names), key=len, reverse=True) if name) + r")\b"


def own_seed(key: str) -> int:
    """A seed that belongs to somebody, the same on every machine."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:7], 16) % SEEDS
