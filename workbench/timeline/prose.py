"""Sentences of a passage with narration and speech told apart."""

import re
from dataclasses import dataclass
from functools import lru_cache

_ABBREVIATIONS = frozenset("mr mrs ms dr st prof capt lt col sgt no vs etc rev hon gen maj cpl mt jr sr".split())
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_DOUBLE = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)")
# Single quotes are apostrophes too: speech begins after a space and ends after a punctuation mark.
_SINGLE = re.compile(r"(?:(?<=^)|(?<=[\s(—–]))[‘'](?=[A-Z…—I])(?:[^‘\n]*?)[.,!?…—–][’'](?=[\s.,;:!?)—–]|$)")
_HALF_DAY = re.compile(r"\d\s?[ap]\.m\.$", re.IGNORECASE)
_SAYS = re.compile(
    r"\s+(?:[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?|I|the \w+)\s(?:said|asked|cried|shouted|called|"
    r"whispered|answered|replied|"
    r"snapped|murmured|muttered|says|asks|exclaimed|demanded|hissed|added)\b"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence as it stands. In `narration` what is said aloud is blanked out, letter by letter."""

    text: str
    narration: str
    speech: str
    index: int
    paragraph: int


def _spoken(paragraph: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _DOUBLE.finditer(paragraph)]
    if not spans:
        spans = [match.span() for match in _SINGLE.finditer(paragraph)]
    return spans


def _ends(paragraph: str) -> list[int]:
    ends = []
    start = 0
    for match in _END.finditer(paragraph):
        mark = match.group()
        if mark == ".":
            before = paragraph[start : match.start()].rsplit(None, 1)[-1:] or [""]
            word = before[0].strip("“\"‘'(").lower()
            if word in _ABBREVIATIONS:
                continue
            # An initial belongs to a name: "J. R. Marsh". A letter that ends a sentence stands behind a small word.
            small = re.search(r"(?:^|\s)(?:an?|the|in|of|to|with|from|by|for)\s\w$", paragraph[start : match.start()])
            if len(word) == 1 and word.isalpha() and word != "i" and not small:
                continue
        rest = paragraph[match.end() :]
        following = rest.lstrip()[:1]
        # "At 7 p.m. on Friday", "At 3 p.m. Mara opened the door"
        if _HALF_DAY.search(paragraph[start : match.end()]) and (
            following.islower() or len(paragraph[start : match.end()].split()) <= 3
        ):
            continue
        # “Come in!” she said: the sentence goes on behind the speech.
        if following.islower() and (mark[-1] in "\"'”’" or "…" in mark or "..." in mark):
            continue
        if mark[-1] in "\"'”’" and mark[0] in "!?" and _SAYS.match(rest):
            continue
        ends.append(match.end())
        start = match.end()
    if paragraph[start:].strip():
        ends.append(len(paragraph))
    return ends


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of `text` in order."""
    found: list[Sentence] = []
    for number, paragraph in enumerate(re.split(r"\n+", text)):
        if not paragraph.strip():
            continue
        spans = _spoken(paragraph)
        blanked = paragraph
        for begin, end in spans:
            blanked = blanked[:begin] + " " * (end - begin) + blanked[end:]
        start = 0
        for end in _ends(paragraph):
            raw = paragraph[start:end]
            left = start + len(raw) - len(raw.lstrip())
            right = left + len(raw.strip())
            speech = " ".join(paragraph[max(b, left) : min(e, right)] for b, e in spans if b < right and e > left)
            found.append(Sentence(paragraph[left:right], blanked[left:right], speech, len(found), number))
            start = end
    return tuple(found)
