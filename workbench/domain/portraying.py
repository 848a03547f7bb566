"""Who and what a passage's picture is about: the entries that it names, and a seed that stays a person's own."""

import hashlib
from collections.abc import Iterable

from workbench.domain import text as prose
from workbench.domain.findings import short_names
from workbench.domain.lore import LoreEntry
from workbench.domain.pictures import SEEDS


def named_in(text: str, entries: Iterable[LoreEntry], kind: str = "") -> list[LoreEntry]:
    """The entries of a kind that a text names, the one named most often first; of equals the one named first."""
    known = list(entries)
    short = short_names(known)
    counted = []
    for entry in known:
        pattern = prose.name_pattern(entry.names, exactly=short.get(entry.id, ()))
        found = list(pattern.finditer(text)) if pattern and (not kind or entry.kind == kind) else []
        if found:
            counted.append((-len(found), found[0].start(), entry))
    return [entry for _, _, entry in sorted(counted, key=lambda one: one[:2])]


def own_seed(key: str) -> int:
    """A seed that belongs to somebody, the same on every machine."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:7], 16) % SEEDS
