"""What a story has left open, found by rule: promises, questions, and what was planned and has not been told."""

import re
from collections.abc import Sequence

from workbench.domain import text as prose

# A promise or question is settled when a later sentence has so many of its words, and so many at least.
SETTLED_SHARE, SETTLED_WORDS = 0.5, 2
# A planned sentence is told when a chapter has so many of the words that carry its meaning.
TOLD_SHARE = 0.4
# Longer sentences are hardly ever a promise alone, shorter ones say too little by themselves.
LONGEST, SHORTEST_WORDS = 200, 4
_PROMISE = re.compile(
    r"\b(?:promis(?:e|ed|es)|swore|sworn|vow(?:ed|s)?|pledged?|oath|owe[sd]?|in (?:his|her|their) debt|"
    r"(?:will|would|shall|['’]ll) (?:come back|return|pay|repay|bring|find|tell|wait|meet)|"
    r"(?:before|by) (?:dawn|dusk|nightfall|morning|midnight|noon|winter|spring|summer|autumn|the \w+ moon))\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\?[\"'”’)]*$")


def promises(text: str) -> list[str]:
    """Sentences in which somebody binds themselves, or a time is set, in the order of reading."""
    return [line for line in _lines(text) if _PROMISE.search(line) and not _ASKED.search(line)]


def questions(text: str) -> list[str]:
    """Sentences that ask something, in the order of reading."""
    return [line for line in _lines(text) if _ASKED.search(line)]


def _lines(text: str) -> list[str]:
    return [
        line
        for line in prose.sentences(text)
        if len(line) <= LONGEST and len(prose.words(line)) >= SHORTEST_WORDS and len(prose.content_words(line)) > 1
    ]


def left_open(texts: Sequence[str]) -> list[str]:
    """Promises and questions of `texts`, oldest text first, that nothing behind them takes up; the latest come first.

    What was asked or promised twice is told once.
    """
    told = [line for text in texts for line in prose.sentences(text)]
    found: dict[str, None] = {}
    for text in texts:
        for line in (*promises(text), *questions(text)):
            after = told[max(i for i, one in enumerate(told) if one == line) + 1 :]
            if not any(_settles(later, line) for later in after):
                found.setdefault(line)
    return list(found)[::-1]


def _settles(later: str, line: str) -> bool:
    if _ASKED.search(later):
        return False
    said = prose.content_words(line)
    shared = len(said & prose.content_words(later))
    return shared >= SETTLED_WORDS and shared >= SETTLED_SHARE * len(said)


def not_told(planned: str, text: str) -> list[str]:
    """The sentences of a plan that a chapter, or what follows on it, has passed over."""
    return [line for line in prose.sentences(planned) if prose.coverage(line, text)[0] < TOLD_SHARE]


def at_the_end(text: str) -> str:
    """The last scene of a chapter, or its last third where nothing parts its scenes."""
    scenes = [scene for scene in re.split(r"\n\s*(?:[*#~_⁂-]\s*){1,}\n", text) if scene.strip()]
    if len(scenes) > 1:
        return scenes[-1].strip()
    lines = prose.sentences(text)
    return " ".join(lines[-max(3, len(lines) // 3) :])
