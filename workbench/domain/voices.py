"""Rules for what a person of the story says for themselves: what of a proposed answer may stand."""

import re
from collections.abc import Sequence

from workbench.domain import text as prose

MOST_SENTENCES, LEAST_WORDS = 3, 4
# Of the four-word phrases of a sentence so many may be those that the person was shown; more is a copy and no answer.
COPIED = 0.5
# So much of its words shared with a sentence before it, and it says the same.
SAME = 0.75
# A sentence that turns in circles says nothing; the share of its two-word phrases that may come again.
CIRCLES = 0.2
_I = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Ww]e|[Oo]ur|[Uu]s)\b|\bI['’]")


def own_word(proposed: str, name: str, told: str, shown: Sequence[str], said: Sequence[str]) -> str:
    """The sentences of `proposed` that may stand, at most three; "" where nothing does.

    They speak in the first person, bring in nobody whom `told` doesn't name, copy nothing that the person was
    `shown`, don't call the person by `name` as somebody else would, and don't repeat what was `said`.
    """
    before = [sentence for one in said for sentence in prose.sentences(one)]
    read = set().union(*(phrases(text, 4) for text in shown)) if shown else set()
    kept: list[str] = []
    for sentence in prose.sentences(prose.without_cut_end(prose.unquoted(" ".join(proposed.split())))):
        if len(kept) < MOST_SENTENCES and _stands(sentence, name, told, read, [*before, *kept]):
            kept.append(sentence if prose.ends_complete(sentence) else f"{sentence.rstrip(' ,;:—–-')}.")
    words = " ".join(kept)
    return words if _I.search(words) and len(prose.words(words)) >= LEAST_WORDS else ""


def _stands(sentence: str, name: str, told: str, read: set[tuple[str, ...]], before: Sequence[str]) -> bool:
    if not prose.says_something(sentence) or prose.repeated_share(sentence, 2) > CIRCLES:
        return False
    calls_itself = prose.mentions(sentence, [name]) and not re.search(r"\b(?:I am|I['’]m|my name is)\b", sentence)
    if calls_itself or prose.new_names(f"They said: {sentence}", [told, "I"]):
        return False
    spoken = phrases(sentence, 4)
    if spoken and len(spoken & read) >= COPIED * len(spoken):
        return False
    words = set(prose.words(sentence))
    return not any(len(words & set(prose.words(one))) >= SAME * len(words) for one in before)


def phrases(text: str, size: int) -> set[tuple[str, ...]]:
    """The phrases of `size` words in a text."""
    words = prose.words(text)
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
