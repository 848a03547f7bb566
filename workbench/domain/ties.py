"""Who is tied to whom: read from the story and the lore by rules, without a model."""

import heapq
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from pydantic import Field

from workbench.domain.findings import short_names
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Value
from workbench.domain.text import sentences

# What a meeting is worth: in one sentence, in one passage, and where the text or note of one names the other.
IN_SENTENCE, IN_PASSAGE, IN_LORE = 3, 1, 3
MOST_SHOWN = 60
# Of each entry so many of its strongest ties are drawn; more of them would only be a tangle.
MOST_EACH = 4
# A crowd that meets in one chapter has ties by the ten thousand; the weakest of so many say nothing.
MOST_TIES = 3000
_ARTICLE = re.compile(r"^(?:the|an?)\s+(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GENITIVE = re.compile(r"['’][sS]$")


class Tie(Value):
    """Two entries that have to do with each other. `first` and `second` are entry ids, in the order of the entries."""

    first: str
    second: str
    sentences: int = Field(0, description="in how many sentences both are named")
    passages: int = Field(0, description="in how many passages both are named")
    lore: int = Field(0, description="how often the text or note of one names the other, 0 to 2")

    @property
    def weight(self) -> int:
        """How much it counts; larger is stronger."""
        return IN_SENTENCE * self.sentences + IN_PASSAGE * self.passages + IN_LORE * self.lore

    def other(self, entry_id: str) -> str:
        """The entry at the other end."""
        return self.second if entry_id == self.first else self.first


class _Names:
    """Finds entries by what they are called, word by word: thousands of names cost no more than a few."""

    def __init__(self, entries: Sequence[LoreEntry]) -> None:
        # By their first word, the longest first, so that “Mara Voss” isn't taken for another Mara.
        self._names: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        short = short_names(entries)
        for entry in entries:
            for name in (*entry.names, *short.get(entry.id, ())):
                spelled = [_bare(word) for word in _WORD.findall(_ARTICLE.sub("", name.strip()))]
                if sum(map(len, spelled)) > 1:
                    folded = tuple(word.casefold() for word in spelled)
                    self._names.setdefault(folded[0], []).append((folded, spelled[0], entry.id))
        for known in self._names.values():
            known.sort(key=lambda name: -len(name[0]))

    def named(self, text: str) -> set[str]:
        """Ids of the entries that a text names. A single word that is a name must be written like one."""
        said = [_bare(word) for word in _WORD.findall(text)]
        folded = [word.casefold() for word in said]
        found: set[str] = set()
        at = 0
        while at < len(said):
            taken = 1
            for name, spelled, entry_id in self._names.get(folded[at], ()):
                if len(name) < taken or tuple(folded[at : at + len(name)]) != name:
                    continue
                if len(name) > 1 or not spelled[0].isupper() or said[at][0].isupper():
                    found.add(entry_id)
                    taken = len(name)
            at += taken
        return found


def _bare(word: str) -> str:
    """A word without its genitive."""
    return _GENITIVE.sub("", word)


def ties(entries: Sequence[LoreEntry], notes: Mapping[str, str], passages: Sequence[str]) -> list[Tie]:
    """The ties between entries, strongest first, at most `MOST_TIES`.

    `notes` holds the present note of entries by id, `passages` the texts of the accepted line.
    """
    names = _Names(entries)
    place = {entry.id: number for number, entry in enumerate(entries)}
    in_sentence: Counter[tuple[str, str]] = Counter()
    in_passage: Counter[tuple[str, str]] = Counter()
    in_lore: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        here: set[str] = set()
        for sentence in sentences(passage):
            together = names.named(sentence)
            here |= together
            in_sentence.update(combinations(sorted(together, key=place.__getitem__), 2))
        in_passage.update(combinations(sorted(here, key=place.__getitem__), 2))
    for entry in entries:
        for other in names.named(f"{entry.content}\n{notes.get(entry.id, '')}") - {entry.id}:
            first, second = sorted((entry.id, other), key=place.__getitem__)
            in_lore[first, second] += 1
    weights = {
        pair: IN_SENTENCE * in_sentence[pair] + IN_PASSAGE * in_passage[pair] + IN_LORE * in_lore[pair]
        for pair in in_passage.keys() | in_lore.keys()
    }
    strongest = heapq.nsmallest(MOST_TIES, weights, key=lambda pair: (-weights[pair], place[pair[0]], place[pair[1]]))
    return [
        Tie(
            first=pair[0],
            second=pair[1],
            sentences=in_sentence[pair],
            passages=in_passage[pair],
            lore=in_lore[pair],
        )
        for pair in strongest
    ]


def most_tied(found: Sequence[Tie], most: int = MOST_SHOWN) -> list[str]:
    """Ids of the entries with the strongest ties, at most `most`, the strongest first."""
    strength: Counter[str] = Counter()
    for tie in found:
        strength[tie.first] += tie.weight
        strength[tie.second] += tie.weight
    return [entry_id for entry_id, _ in strength.most_common(most)]


def around(found: Sequence[Tie], entry_id: str) -> list[Tie]:
    """The ties of an entry, and those between the entries that it is tied to."""
    near = {entry_id} | {tie.other(entry_id) for tie in found if entry_id in (tie.first, tie.second)}
    return [tie for tie in found if tie.first in near and tie.second in near]


def drawn(found: Sequence[Tie], shown: Sequence[str]) -> list[Tie]:
    """The ties worth drawing between the entries in `shown`: those among the strongest of either of their ends."""
    known = set(shown)
    count: Counter[str] = Counter()
    kept = []
    for tie in sorted(found, key=lambda tie: -tie.weight):
        if tie.first in known and tie.second in known:
            if min(count[tie.first], count[tie.second]) < MOST_EACH:
                kept.append(tie)
            count[tie.first] += 1
            count[tie.second] += 1
    return kept
