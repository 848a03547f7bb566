"""What a lore entry's keys find in texts: names with their inflected forms, words of any script, and patterns.

Many keys are looked for in many texts, so that most of them are told apart by one look into the set of a text's words.
"""

import logging
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

logger = logging.getLogger(__name__)

# A pattern is written as in JavaScript; with a slash inside that isn't escaped it is an ordinary key.
_PATTERN = re.compile(r"/((?:\\.|[^/\\])+)/([dgimsuvy]*)", re.DOTALL)
LONGEST_PATTERN = 200
# Texts of more characters than this are not kept in memory with their words.
KEPT_CHARS = 20_000
# Of a longer text patterns see the end.
PATTERN_CHARS = 20_000
# Seconds of computing that one pattern may take in all texts together, and all patterns. An ordinary one takes a
# twentieth of that in the longest stories; other work on the machine doesn't count.
PATTERN_SECONDS = 0.1
ALL_PATTERNS_SECONDS = 1.0
TRIAL_SECONDS = 0.1

_WORD = re.compile(r"\w+")
# What may follow a name that is still that name: genitive and plural, as `domain.text.mentions` has it.
_ENDING = re.compile(r"(?:'s?|e?s'?)?(?!\w)", re.IGNORECASE)
_IES = re.compile(r"ies(?!\w)", re.IGNORECASE)
# Scripts that set no spaces between words (Thai to Khmer, Kana, Han), and Hangul, whose particles stick to the noun:
# there a key is found anywhere, since nothing says where a word ends.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff]"
)


def is_pattern(key: str) -> bool:
    """Whether a key is written as a pattern, /…/ with flags."""
    return _PATTERN.fullmatch(key) is not None


def key_problem(key: str) -> str:
    """Why a key can't be used, as the end of a sentence; "" for one that can."""
    if not is_pattern(key):
        return ""
    if len(key) > LONGEST_PATTERN:
        return f"is a pattern of {len(key)} characters; at most {LONGEST_PATTERN} are accepted"
    pattern, fault = _compiled(key)
    if pattern is None:
        return f"isn't a pattern that can be used ({fault})"
    if pattern.search("") is not None:
        return "is a pattern that fits every text"
    # What goes wrong with a pattern goes wrong with long runs of what it is made of, just before it fails.
    signs = dict.fromkeys(sign for sign in key if sign.isalnum())
    trials = [f"{sign * 400}\x00" for sign in [*list(signs)[:12], " ", "-"]] + ["word " * 80 + "\x00"]
    for trial in trials:
        try:
            pattern.search(trial, timeout=TRIAL_SECONDS)
        except TimeoutError:
            return "is a pattern that takes too long to look for; repeat nothing inside of what is repeated"
    return ""


@lru_cache(maxsize=1024)
def _compiled(key: str) -> tuple[Any, str]:
    """The pattern of a key with "", or None with what is wrong with it."""
    # Not the standard library's: this one can be told to stop.
    import regex  # type: ignore[import-untyped]

    match = _PATTERN.fullmatch(key)
    assert match is not None
    source, flags = match.groups()
    source = re.sub(r"\\k<(\w+)>", r"(?P=\1)", source)
    chosen = sum(value for name, value in (("i", regex.I), ("m", regex.M), ("s", regex.S)) if name in flags)
    try:
        return regex.compile(source, flags=chosen), ""
    except (regex.error, OverflowError, RecursionError) as error:
        return None, str(error)


def _plain(key: str, case_sensitive: bool) -> str:
    simple = " ".join(key.replace("’", "'").split())
    return simple if case_sensitive else simple.lower()


@dataclass
class KeyIndex:
    """Looks for all keys at once. Keys have numbers in the order in which they were added."""

    _keys: list[str] = field(default_factory=list)
    _known: dict[tuple[str, bool, bool], int] = field(default_factory=dict)
    # Keys of words, by whether upper and lower case differ; keys that may stand inside of words; patterns.
    _whole: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    _anywhere: list[tuple[int, bool]] = field(default_factory=list)
    _patterns: list[int] = field(default_factory=list)
    slow: set[int] = field(default_factory=set)

    def add(
        self, key: str, *, case_sensitive: bool = False, whole_words: bool = True, name: bool = False
    ) -> int | None:
        """The number of a key; None for an empty one and for a broken pattern. A `name` is never a pattern."""
        pattern = not name and is_pattern(key)
        if pattern and (len(key) > LONGEST_PATTERN or _compiled(key)[0] is None):
            return None
        plain = key if pattern else _plain(key, case_sensitive)
        if not plain:
            return None
        # A pattern has flags of its own.
        identity = (plain, True, pattern) if pattern else (plain, case_sensitive, whole_words)
        number = self._known.setdefault(identity, len(self._keys))
        if number == len(self._keys):
            self._keys.append(plain)
            if pattern:
                self._patterns.append(number)
            elif not whole_words or not _WORD.search(plain) or _UNSPACED.search(plain):
                self._anywhere.append((number, case_sensitive))
            else:
                self._whole[case_sensitive].append(number)
        return number

    def _by_word(self, numbers: Sequence[int]) -> dict[str, list[tuple[int, bool]]]:
        """Keys by a word that a text must have for them to be in it; with each whether that word says it all.

        Of a key's words the one is taken that fewest keys have: many begin with “the”.
        """
        words = {number: _WORD.findall(self._keys[number]) for number in numbers}
        spread = Counter(word for parts in words.values() for word in set(parts))
        filed: dict[str, list[tuple[int, bool]]] = {}
        for number, parts in words.items():
            rarest = min(range(len(parts)), key=lambda i: (spread[parts[i]], -len(parts[i])))
            # Only the last word is inflected.
            for form in _forms(parts[-1]) if rarest == len(parts) - 1 else [parts[rarest]]:
                filed.setdefault(form, []).append((number, parts == [self._keys[number]]))
        return filed

    def places(self, texts: Sequence[str]) -> list[int]:
        """For each key a number whose bit n is set where text n has the key.

        A pattern that takes too long is given up; where it was found before stands, and `slow` has its number.
        """
        found = [0] * len(self._keys)
        whole = [self._by_word(numbers) for numbers in self._whole]
        for number, text in enumerate(texts):
            (lower, lower_words), (exact, exact_words) = _read(text) if len(text) <= KEPT_CHARS else _looked_at(text)
            for told, words, by_word in ((lower, lower_words, whole[0]), (exact, exact_words, whole[1])):
                for word in by_word.keys() & words:
                    for key, sure in by_word[word]:
                        if sure or _stands_in(told, self._keys[key]):
                            found[key] |= 1 << number
            for key, exactly in self._anywhere:
                if self._keys[key] in (exact if exactly else lower):
                    found[key] |= 1 << number
        end = time.thread_time() + ALL_PATTERNS_SECONDS
        for key in self._patterns:
            found[key] |= self._fits(key, texts, min(end, time.thread_time() + PATTERN_SECONDS))
        return found

    def _fits(self, key: int, texts: Sequence[str], end: float) -> int:
        pattern, _ = _compiled(self._keys[key])
        found = 0
        # The latest texts matter most, should the time not suffice for all.
        for number in range(len(texts) - 1, -1, -1):
            try:
                left = end - time.thread_time()
                if left <= 0:
                    raise TimeoutError
                if pattern.search(texts[number][-PATTERN_CHARS:], timeout=left):
                    found |= 1 << number
            except TimeoutError:
                logger.warning("The key %s takes too long to look for", self._keys[key])
                self.slow.add(key)
                break
        return found


def _looked_at(text: str) -> tuple[tuple[str, frozenset[str]], tuple[str, frozenset[str]]]:
    """A text as keys are looked for in it, in lower case and as it is, each with its words."""
    exact = " ".join(text.replace("’", "'").split())
    words = frozenset(_WORD.findall(exact))
    return (exact.lower(), frozenset(word.lower() for word in words)), (exact, words)


# A story's chapters are looked through for every prompt over it.
_read = lru_cache(maxsize=1024)(_looked_at)


def _forms(word: str) -> list[str]:
    plural = [f"{word[:-1]}ies"] if word[-1] in "yY" else []
    return [word, f"{word}s", f"{word}es", *plural]


def _stands_in(text: str, key: str) -> bool:
    """Whether `key` is in `text` as whole words, also in the genitive or plural."""
    for stem, ending in ((key, _ENDING), (key[:-1] if key[-1] in "yY" else "", _IES)):
        at = text.find(stem) if stem else -1
        while at >= 0:
            before = text[at - 1] if at else " "
            if not (before.isalnum() or before == "_") and ending.match(text, at + len(stem)):
                return True
            at = text.find(stem, at + 1)
    return False
