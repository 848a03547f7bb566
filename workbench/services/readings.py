"""What passages tell of story time: read by rule, and kept with what the reading rested on.

A passage is read again when somebody or some place that it names has come into the lore or goes by another name.
"""

import hashlib
from collections.abc import Iterable, Sequence

from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage
from workbench.domain.timeline import StoryEvent
from workbench.timeline import reading

# Another number has every passage read again: raise it when the rules find what they didn't find before.
RULES = 2
# Parts of names shorter than this are found in any text.
SHORTEST_PART = 3


def told_events(passage: Passage, entries: Sequence[LoreEntry]) -> list[StoryEvent]:
    """The events that rules find in a passage, in the order of telling."""
    found = reading.events_of(passage, entries)
    return [event.model_copy(update={"position": place, "origin": "rule"}) for place, event in enumerate(found)]


class Names:
    """What the entries of a story are called, to tell what the reading of a passage rests on."""

    def __init__(self, entries: Iterable[LoreEntry]) -> None:
        self._known = [(_parts(entry), _value(entry)) for entry in entries]
        self.value = _hashed(value for _, value in self._known)

    def rests_on(self, text: str) -> str:
        """Changes when the passage would be read differently: with those whom it may name, and with the rules."""
        told = text.casefold()
        return _hashed([str(RULES), *(value for parts, value in self._known if any(part in told for part in parts))])


def _parts(entry: LoreEntry) -> tuple[str, ...]:
    parts = (part for name in entry.names for part in name.casefold().split())
    return tuple({part for part in parts if len(part) >= SHORTEST_PART} or {entry.title.casefold()})


def _value(entry: LoreEntry) -> str:
    return "\n".join((entry.id, entry.kind, *entry.names))


def _hashed(values: Iterable[str]) -> str:
    return hashlib.sha256("\n\n".join(values).encode()).hexdigest()[:16]
