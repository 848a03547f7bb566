"""Rules for summaries: what one is known by, what of a proposed one may stand, and what is told without a model.

The model proposes; sentences that the source doesn't bear are taken out, and what can't be undone is told in the
source's own words where the model passed it over. Where nothing of an answer stands, sentences are picked by rule. So
there is a summary of every text, with or without a model.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from workbench.domain import text as prose
from workbench.domain.context import TextKind
from workbench.domain.findings import change_points, turning_words
from workbench.domain.model import Value
from workbench.domain.notes import numbers

# Of a sentence's words so many must be the source's, and of a clause's so many must stand within a few of its
# sentences: else it mixes what has nothing to do with each other, or invents.
GROUNDED_SHARE = 0.75
CLOSE_SHARE, CLOSE_LINES = 0.66, 3
# For models that put one's fate on another: nearly every word, within two sentences.
CLOSER_SHARE, CLOSER_LINES = 0.9, 2
# With so many of its words in a summary a sentence counts as told; with fewer where the change that it tells is there.
TOLD_SHARE, CHANGE_SHARE = 0.6, 0.4
# Fewer words than this say too little of a chapter.
LEAST_WORDS, SHORTEST_LINE = 6, 3
# Of one text so many sentences are looked at where only a quick look is taken.
QUICK_LINES, LONGEST_LINE = 2, 600
_LASTING = 2
_ENDS = tuple(f"{mark}{quote} " for mark in ".!?…" for quote in ("", "”", '"'))
_MACHINE = re.compile(
    r"\b(?:summar\w+|passage|this (?:scene|chapter|text|story|sentence)|here (?:is|are)|sentences?|in short|once upon|"
    r"the (?:text|author|narrator|reader|story|chapter|scene) (?:is|was|tells|describes|begins|ends|shows)|"
    r"language model|as an AI)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")
_SPEAKER = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")
_DENIAL = re.compile(r"\b(?:not|never|no longer|nobody|nothing|refus\w+|fail\w*|\w+n['’]t)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?…\"”“’'\s])\s+([A-Z][a-z’']{2,})")
_FIRST = re.compile(r"[“\"'‘(]*([A-Z][\w’']*)")
_PRONOUN = re.compile(r"[“\"'‘(]*(?:He|She|It|They|His|Her|Their|This|That|These|Those|But|And|So|Then)\b")
_SOMEBODY = re.compile(r"\b(?:he|she|him|her|his|they|them|their)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:—–]|\b(?:and|but|while)\b")
_PLACED = re.compile(
    r"\b(?:stands?|stood|lies|lay|built|north|south|east|west|walls?|street|tower|town|city|village|river|sea|gate|"
    r"road|house|room|hall|above|below|beneath|beside|between)\b",
    re.IGNORECASE,
)
# Words that join a summary's sentences and stand in no source.
_JOINING = frozenset(
    "afterwards although before eventually finally first however inside instead last later meanwhile soon suddenly "
    "today together tonight when where while".split()
)


class Summary(Value):
    """A summary as it is kept. `kind` is chapter, part, or the kind of text of an item of the context.

    `model` names who worded it; it is empty where the model was asked and only sentences picked by rule could stand.
    """

    key: str
    kind: str
    text: str
    model: str = ""
    created_at: str = ""
    used_at: str = ""


def summary_key(kind: str, source: str, words: int) -> str:
    """What a summary of `words` words is known by: the same text has the same one, wherever it stands."""
    return hashlib.sha256(f"{kind}\n{words}\n{source}".encode()).hexdigest()[:32]


def picked(text: str, words: int, kind: TextKind = "events") -> str:
    """A summary by rule: the most telling sentences of `text` in the order of reading, `words` words at most.

    Where no sentence is so short, the beginning of the shortest, with an ellipsis. Empty for a text without words.
    """
    lines = [line for line in dict.fromkeys(prose.sentences(text)) if prose.words(line)]
    lines = [line for line in lines if _is_whole(line)] or lines
    return " ".join(_picked(lines, words, kind)) or _beginning(lines, words)


def _is_whole(line: str) -> bool:
    """Whether a line is a sentence that can stand alone: no heading, no “she asked.” behind a speech."""
    begins = line.lstrip("“\"'‘(…")[:1]
    return prose.ends_complete(line) and not begins.islower() and len(prose.words(line)) >= SHORTEST_LINE


def _picked(lines: Sequence[str], words: int, kind: TextKind) -> list[str]:
    names = Counter(name for line in lines for name in _NAME.findall(line))
    points = [_points(line, place, kind, names) for place, line in enumerate(lines)]
    chosen: set[int] = set()
    room = words
    for i in sorted(range(len(lines)), key=lambda i: (-points[i], i)):
        size = len(prose.words(lines[i]))
        if size <= room:
            chosen.add(i)
            room -= size
    return [line if prose.ends_complete(line) else f"{line}." for i, line in enumerate(lines) if i in chosen]


def _points(line: str, place: int, kind: TextKind, names: Counter[str]) -> float:
    """How much a sentence tells of what matters in a text of its kind."""
    spoken = bool(_QUOTED.search(line))
    points = 2.0 * min(change_points(line), 4)
    # Whoever is named often is whom the text is about.
    here = {name for name in (*_NAME.findall(line), *_FIRST.findall(line)) if name in names}
    points += min(2.0, sum(1.0 if names[name] > 1 else 0.5 for name in here))
    if kind == "dialogue":
        points += 4 * spoken
    else:
        points -= 2 * spoken
    if kind in ("characters", "places"):
        # A description says first what somebody or something is.
        points += max(0, 4 - 2 * place)
    if kind == "places":
        points += bool(_PLACED.search(line))
    # Nobody knows who "she" is when the sentence before is missing.
    points -= 1.5 * bool(_PRONOUN.match(line)) + bool(not here and _SOMEBODY.search(line))
    return points - 0.03 * len(prose.words(line))


def _beginning(lines: Sequence[str], words: int) -> str:
    """The first words of the shortest line."""
    if not lines:
        return ""
    kept: list[str] = []
    for part in min(lines, key=len).split():
        if len(prose.words(" ".join((*kept, part)))) > words:
            break
        kept.append(part)
    return f"{' '.join(kept).rstrip(' ,;:')}…" if kept else ""


def turning_points(text: str) -> str:
    """Up to two sentences in which something happens that can't be undone, found by a quick look; else the first one.

    Takes a tenth of a millisecond for a chapter, so that hundreds can be looked through while somebody waits.
    """
    found: dict[int, str] = {}
    lower = text.lower()
    for word in sorted(turning_words(text)):
        start = _sentence_start(text, lower.find(word))
        sentence = _sentence_at(text, start)
        if start not in found and change_points(sentence) >= _LASTING:
            found[start] = sentence
        if len(found) == QUICK_LINES:
            break
    return " ".join(found[start] for start in sorted(found)) or _sentence_at(text, 0)


def _sentence_start(text: str, at: int) -> int:
    """Where the sentence begins in which a place of a text is."""
    return max(
        0, text.rfind("\n", 0, at) + 1, *(end + len(mark) for mark in _ENDS if (end := text.rfind(mark, 0, at)) >= 0)
    )


def _sentence_at(text: str, start: int) -> str:
    """The sentence that begins there, if it isn't endless."""
    return next((line for line in prose.sentences(text[start : start + LONGEST_LINE]) if prose.words(line)), "")


def problem_of(summary: str, source: str, words: int, closely: bool = False) -> str | None:
    """Why a summary can't stand, or None. It must say something in `words` words that `source` says too.

    `closely`: for models that mix up who did what. What a sentence tells must then stand together in the source.
    """
    said = len(prose.words(summary))
    if said < min(LEAST_WORDS, words, len(prose.words(source))) or not prose.says_something(summary):
        return "too little of it rests on the text"
    if said > words:
        return f"it is longer than {words} words"
    if prose.most_repeats(summary) >= 2 or prose.repeated_share(summary) > 0.25:
        return "it repeats itself"
    lines = prose.sentences(source)
    for sentence in prose.sentences(summary):
        if why := _unfounded(sentence, lines, closely):
            return f"{why} (“{' '.join(sentence.split()[:8])} …”)"
    return None


def grounded(summary: str, source: str, words: int, closely: bool = False) -> str:
    """The sentences of a proposed summary that rest on `source`, each once, up to `words` words."""
    lines, kept, room = prose.sentences(source), dict[str, None](), words
    for sentence in prose.sentences(prose.without_cut_end(summary)):
        size = len(prose.words(sentence))
        fits = sentence not in kept and size <= room and prose.ends_complete(sentence)
        if fits and not _unfounded(sentence, lines, closely):
            kept[sentence] = None
            room -= size
    return " ".join(kept)


def completed(summary: str, source: str, words: int) -> str:
    """A grounded summary with the turning points that it passed over, where they fit, in the order of the source."""
    lines = prose.sentences(source)
    known, room = prose.content_words(summary), words - len(prose.words(summary))
    told = {(_nearest(line, lines)[0], place): line for place, line in enumerate(prose.sentences(summary))}
    # What was chosen last of the source doesn't go before what the summary begins with, if both stand in one place.
    for i in sorted(range(len(lines)), key=lambda i: (-change_points(lines[i]), i)):
        line = lines[i]
        if change_points(line) < _LASTING or not prose.ends_complete(line) or _QUOTED.search(line):
            continue
        if len(prose.words(line)) <= room and not _is_told(line, known):
            told[i, -1] = line
            known |= prose.content_words(line)
            room -= len(prose.words(line))
    return " ".join(told[place] for place in sorted(told))


def worth(summary: str, source: str) -> float:
    """How much of what the source tells of changes, and of those whom it is about, a summary tells too."""
    told, lines = prose.content_words(summary), prose.sentences(source)
    points = 0.0
    for line in lines:
        points += min(change_points(line), 4) * _is_told(line, told)
    names = {name for name, times in Counter(_NAME.findall(source)).items() if times >= 2}
    return points + 0.5 * len({prose.stem(name.lower()) for name in names} & told)


def _is_told(line: str, told: set[str]) -> bool:
    """Whether what a sentence tells is told by these words too: the change itself, and enough of whom it is about."""
    said, changes = prose.content_words(line), _stems(turning_words(line))
    share = len(said & told) / max(1, len(said))
    return share >= CHANGE_SHARE and bool(changes & told) if changes else share >= TOLD_SHARE


def _stems(words: Iterable[str]) -> set[str]:
    return {prose.stem(word) for word in words}


def _nearest(sentence: str, lines: Sequence[str], together: int = CLOSE_LINES) -> tuple[int, str, float]:
    """Where in the source it is told: index, some sentences `together`, and the share of its words that they have."""
    said = prose.content_words(sentence)
    best = (0, "", 0.0)
    for i in range(len(lines)):
        around = " ".join(lines[max(0, i - 1) : max(0, i - 1) + together])
        share = len(said & prose.content_words(around)) / len(said) if said else 0.0
        if share > best[2]:
            best = (i, around, share)
    return best


def _unfounded(sentence: str, lines: Sequence[str], closely: bool) -> str:
    """Why a sentence can't be told of the source; empty where it can."""
    source = " ".join(lines)
    if _MACHINE.search(sentence) and not prose.occurs_in(sentence, source):
        return "it speaks of the text instead of what happens in it"
    if unknown := _unknown(sentence, source):
        return f"the text doesn't speak of {', '.join(unknown[:3])}"
    if _SPEAKER.search(_QUOTED.sub(" ", sentence)) and not _SPEAKER.search(_QUOTED.sub(" ", source)):
        return "it speaks of itself"
    said, known = prose.content_words(sentence), prose.content_words(source)
    if len(said & known) < GROUNDED_SHARE * len(said):
        return "it tells what the text doesn't"
    parts = [part for part in _CLAUSE.split(sentence) if len(prose.content_words(part)) > 1]
    found = (_contradicts(part, lines, closely) for part in ([sentence, *parts] if closely else parts))
    return next((why for why in found if why), "")


def _unknown(sentence: str, source: str) -> list[str]:
    """Names and numbers that the source doesn't have."""
    known = {prose.stem(word) for word in prose.words(source)}
    names = [name for name in _NAME.findall(f"“ {sentence}") if prose.stem(prose.words(name)[0]) not in known]
    first = _FIRST.match(sentence)
    if first and (word := prose.words(first.group(1))[0]) not in prose.STOPWORDS | _JOINING:
        names += [first.group(1)] if prose.stem(word) not in known else []
    return [*names, *sorted(numbers(sentence) - numbers(source))]


def _contradicts(part: str, lines: Sequence[str], closely: bool) -> str:
    """Why what a sentence or clause says isn't what the source says in any one place."""
    least, together = (CLOSER_SHARE, CLOSER_LINES) if closely else (CLOSE_SHARE, CLOSE_LINES)
    _, around, share = _nearest(part, lines, together)
    if share < least or not _stems(turning_words(part)) <= _stems(prose.words(around)):
        return "it tells what the text doesn't"
    if _DENIAL.search(part) and not _DENIAL.search(around):
        return "it denies what the text says"
    return "it may tell who did what the wrong way round" if _turned_round(part, around) else ""


def _turned_round(sentence: str, around: str) -> bool:
    """Whether two people stand in another order than where the text tells of them."""
    names = [name.removesuffix("'s") for name in _names_in_order(sentence)]
    places = [around.find(name) for name in names]
    return min(places, default=-1) >= 0 and places != sorted(places)


def _names_in_order(sentence: str) -> list[str]:
    first = _FIRST.match(sentence)
    begins = [first.group(1)] if first and first.group(1).lower() not in prose.STOPWORDS else []
    return list(dict.fromkeys(name.replace("’", "'") for name in (*begins, *_NAME.findall(sentence))))
