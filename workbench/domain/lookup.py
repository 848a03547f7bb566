"""What a question asks for: whom it names, which chapters, what kind of answer, and what to search for."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from workbench.domain import findings
from workbench.domain import text as prose
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Value
from workbench.domain.plan_text import NUMBERS, ORDINALS
from workbench.domain.story import Passage

QuestionKind = Literal["who", "where", "when", "why", "how", "what happened", "opinion", "other"]
PHRASES = 3
PHRASE_CHARS = 60
# So much of a passage is shown for one question; a chapter that it names has some more.
EXCERPT_SENTENCES, CHAPTER_SENTENCES = 3, 6
# What a name counts beside another word, where one sentence is to be told from the others.
NAME_WORTH = 0.25
_KINDS: tuple[tuple[QuestionKind, str], ...] = (
    (
        "opinion",
        r"\b(?:do|would|what do|what would|how do) you (?:think|feel|like|suggest|say|prefer)\b|"
        r"\bshould [^\W\d]+|\bany (?:ideas?|suggestions?)\b|"
        r"\byour (?:opinion|view)\b|\bis it (?:good|better|too)\b",
    ),
    ("what happened", r"\bwhat (?:has |had |did |does |will )?(?:\w+ ){0,4}?(?:happen\w*|occur\w*|do|done|did)\b"),
    ("what happened", r"\b(?:sum up|summar\w+|recap|tell me what)\b|\bwhat (?:is|was) (?:the story|chapter)\b"),
    ("who", r"\b(?:who|whom|whose|which (?:person|character|people))\b"),
    ("where", r"\b(?:where|which (?:place|town|city|room)|what place)\b"),
    ("when", r"\b(?:when|how long ago|what (?:time|day|year|hour)|which (?:day|year|chapter))\b"),
    ("why", r"\b(?:why|what for|for what reason|how come)\b"),
    ("how", r"\bhow\b"),
)
_NUMBER = rf"(\d{{1,4}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_CHAPTERS = re.compile(rf"\bchapters?\s+{_NUMBER}(?:\s*(?:to|-|–|until|through)\s*{_NUMBER})?", re.IGNORECASE)
_AND = re.compile(rf"\bchapters?\s+{_NUMBER}(?:\s*,\s*{_NUMBER})*\s*(?:,|and|or|&)\s*{_NUMBER}", re.IGNORECASE)
_ORDINAL = re.compile(rf"\b({'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))\s+chapter\b", re.IGNORECASE)
_LAST = re.compile(
    r"\b(?:(?:last|latest|newest|final|previous) chapter|at the end(?! of)|just now|"
    r"how (?:does|did) (?:it|the story) end)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\b(?:at the (?:beginning|start)(?! of)|(?:begin|start)s? with|"
    r"how (?:does|did) (?:it|the story) (?:begin|start))\b",
    re.IGNORECASE,
)
_RUN = re.compile(r"[^\W\d_][\w’'-]*")
# Words of a question that say nothing about what it is about.
_ASKING = frozenset(
    "know known tell told think thought happen happened happens mean means remember explain describe question answer "
    "story chapter chapters end beginning start third second first last does want wants say says said".split()
)


# A question that names nobody and says one of these goes on about whom the one before it was about.
_CARRIED = re.compile(r"\b(?:he|she|him|her|hers|his|they|them|their|theirs|it|its|there|this|that)\b", re.IGNORECASE)


class Lookup(Value):
    """What to look up for a question. `entries` are ids, `chapters` numbers, `phrases` for a search.

    `carried`: the question names none of the entries, it goes on about those of the question before it.
    """

    question: str
    kind: QuestionKind = "other"
    entries: tuple[str, ...] = ()
    chapters: tuple[int, ...] = ()
    phrases: tuple[str, ...] = ()
    carried: bool = False

    @property
    def query(self) -> str:
        """What a search gets."""
        return " ".join(dict.fromkeys([self.question, *self.phrases]))


def analysed(question: str, entries: Sequence[LoreEntry], numbers: Iterable[int], before: str = "") -> Lookup:
    """A question taken apart by rule. `numbers` are those of the chapters that there are, `before` is the question
    that was asked before it."""
    named = findings.mentioned([question], entries)
    carried = not named and bool(before) and bool(_CARRIED.search(question))
    if carried:
        named = findings.mentioned([before], entries)
    return Lookup(
        question=question,
        kind=kind_of(question),
        entries=tuple(entry.id for entry in entries if entry.id in named),
        chapters=chapters_of(question, sorted(numbers)),
        phrases=phrases_of(question),
        carried=carried and bool(named),
    )


def kind_of(question: str) -> QuestionKind:
    """What kind of answer a question wants."""
    lower = question.lower()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, lower)), "other")


def chapters_of(question: str, numbers: Sequence[int]) -> tuple[int, ...]:
    """The chapters that a question names, of those that there are (`numbers`, in order)."""
    found: set[int] = set()
    for match in _CHAPTERS.finditer(question):
        first = _number(match.group(1))
        last = _number(match.group(2)) if match.group(2) else first
        found |= set(range(min(first, last), max(first, last) + 1)) if abs(last - first) < 1000 else {first, last}
    for match in _AND.finditer(question):
        found |= {_number(word) for word in re.findall(_NUMBER, match.group(), re.IGNORECASE)}
    for match in _ORDINAL.finditer(question):
        word = match.group(1).lower()
        found.add(ORDINALS.get(word) or int(word[:-2]))
    if numbers and _LAST.search(question):
        found.add(numbers[-1])
    if numbers and _FIRST.search(question):
        found.add(numbers[0])
    return tuple(number for number in numbers if number in found)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


def phrases_of(question: str) -> tuple[str, ...]:
    """Runs of words that carry meaning, the longest first."""
    runs: list[list[str]] = [[]]
    for word in _RUN.findall(question):
        plain = word.lower().replace("’", "'")
        if len(word) > 2 and plain not in prose.STOPWORDS and plain not in _ASKING and not plain.endswith("n't"):
            runs[-1].append(re.sub(r"['’]s$", "", word))
        elif runs[-1]:
            runs.append([])
    found = sorted((run for run in runs if run), key=len, reverse=True)
    return tuple(dict.fromkeys(" ".join(run)[:PHRASE_CHARS] for run in found))[:PHRASES]


def with_phrases(lookup: Lookup, proposed: Sequence[str], entries: Sequence[LoreEntry]) -> Lookup:
    """`lookup` with up to three proposed phrases that share a word with the question or with the name of an entry."""
    names = {word for entry in entries for name in entry.names for word in prose.content_words(name)}
    allowed = prose.content_words(lookup.question) | names
    kept = list(lookup.phrases)
    for phrase in proposed:
        plain = " ".join(phrase.split()).strip(" .,:;?!\"'“”")[:PHRASE_CHARS]
        known = {" ".join(prose.words(one)) for one in kept}
        if plain and prose.content_words(plain) & allowed and " ".join(prose.words(plain)) not in known:
            kept.append(plain)
        if len(kept) == len(lookup.phrases) + PHRASES:
            break
    return lookup.model_copy(update={"phrases": tuple(kept)})


@lru_cache(maxsize=4096)
def _lines(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The sentences of a text, each with the stems of its words. A story is asked about again and again."""
    return tuple((line, frozenset(prose.content_words(line))) for line in prose.sentences(text))


def weights(passages: Sequence[Passage], lookup: Lookup, entries: Sequence[LoreEntry]) -> dict[str, float]:
    """What each word asked for counts, up to 1: less, the more passages have it. Named entries count apart."""
    asked = _asked(lookup, [entry for entry in entries if entry.id in lookup.entries])
    spread = Counter(
        word for passage in passages for word in asked & {one for _, stems in _lines(passage.text) for one in stems}
    )
    whole = math.log(1 + len(passages))
    return {word: math.log(1 + len(passages) / count) / whole for word, count in spread.items()}


def _asked(lookup: Lookup, named: Sequence[LoreEntry]) -> set[str]:
    asked = prose.content_words(lookup.query) - prose.content_words(" ".join(_ASKING))
    return asked - {word for entry in named for name in entry.names for word in prose.content_words(name)}


def excerpt(
    passage: Passage, lookup: Lookup, entries: Sequence[LoreEntry], weighed: Mapping[str, float]
) -> tuple[str, float]:
    """The sentences of a passage that answer best, in its order, and how well: 0 for a passage that says nothing of it.

    A chapter that the question names is told by how it begins, what changes in it, and how it ends. `weighed` says
    what each word counts.
    """
    told = _lines(passage.text)
    lines = [line for line, _ in told]
    wanted = [entry for entry in entries if entry.id in lookup.entries]
    where = findings.mentioned(lines, wanted) if wanted else {}
    named = {i for places in where.values() for i in places}
    points = [2 * sum(weighed.get(word, 0.0) for word in stems) + (i in named) for i, (_, stems) in enumerate(told)]
    if passage.number in lookup.chapters:
        for i, line in enumerate(lines):
            points[i] += 0.5 * min(3, findings.change_points(line))
        if lines:
            points[0] += 1
            points[-1] += 1.5
    most = CHAPTER_SENTENCES if passage.number in lookup.chapters else EXCERPT_SENTENCES
    best = sorted((i for i in range(len(lines)) if points[i] > 0), key=lambda i: (-points[i], i))[:most]
    return " ".join(lines[i] for i in sorted(best)), max(points, default=0.0) if best else 0.0


def used_in(text: str, lookup: Lookup, reply: str, entries: Sequence[LoreEntry] = ()) -> tuple[str, ...]:
    """The sentence of a source that an answer takes up; else the one that the question asks for; else none.

    Names of the `entries` count little: what is told of somebody names them again and again.
    """
    told = _lines(text)
    said, asked = prose.content_words(reply), prose.content_words(lookup.question)
    names = prose.content_words(" ".join(name for entry in entries for name in entry.names))

    def worth(stems: frozenset[str] | set[str]) -> float:
        return len(stems - names) + NAME_WORTH * len(stems & names)

    points = [2 * worth(stems & said - asked) + worth(stems & said & asked) + worth(stems & asked) for _, stems in told]
    if not max(points, default=0):
        return (told[0][0],) if len(told) == 1 else ()
    return (told[points.index(max(points))][0],)
