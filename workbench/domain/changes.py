"""What holds of a text that was told again with a change: that it changed, kept its people, and wasn't cut."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from workbench.domain import text as prose

# A change may make a text so much shorter or longer, unless a length was asked for.
SHORTEST, LONGEST = 0.6, 1.6
# Two sentences so alike are the same one, told a little differently.
ALIKE = 0.75
# Words that say that something should be different, not what.
_CHANGING = prose.content_words(
    "add bring change chapter different end ending ends begin beginning start keep let make more less next put remove "
    "rewrite should show tell text time use want whole would always every everything instead sentence paragraph have "
    "scene story writer reader time late later early last first"
)
# A change of manner shows in no single word.
_MANNER = re.compile(
    r"\b(?:more|less|most|too|tone|style|mood|pace|voice|tense|dialogue|adjectives?|adverbs?|shorten|lengthen|"
    r"longer|shorter|funnier|sadder|darker|gloomier|happier|scarier|simpler|clearer)\b",
    re.IGNORECASE,
)
_AT_END = re.compile(r"\b(?:ends?|ending|finally|last|at the close)\b", re.IGNORECASE)
_AT_BEGINNING = re.compile(r"\b(?:begins?|beginning|starts?|opens?|opening|first)\b", re.IGNORECASE)
# Nobody is missed who was named once in passing.
NAMED_OFTEN = 2


def people_of(text: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that a text names more than once, or all that it names where none is; in the given order."""
    counts = {name: len(prose.mentions(text, [name])) for name in names}
    often = [name for name in names if counts[name] >= NAMED_OFTEN]
    return often or [name for name in names if counts[name]]


def unchanged(old: str, new: str) -> bool:
    """Whether two texts are the same but for spacing, marks and capitals."""
    return prose.words(old) == prose.words(new)


def change_problem(old: str, new: str, people: Sequence[str], words_asked: int = 0) -> str:
    """What is wrong with `new` as a changed `old`, as a sentence; "" if nothing is.

    `people` are those that must still be there, `words_asked` the length that the change asks for, 0 for none.
    """
    if unchanged(old, new):
        return "The chapter came back unchanged."
    if missing := [name for name in people if not prose.mentions(new, [name])]:
        return f"{', '.join(missing)} went missing."
    wanted = words_asked or len(prose.words(old))
    if len(prose.words(new)) < SHORTEST * wanted:
        return "The chapter became much shorter."
    if len(prose.words(new)) > LONGEST * wanted:
        return "The chapter became much longer."
    return ""


def with_rest(old: str, new: str) -> str:
    """`new` with what follows in `old` behind the last sentence that both have; `new` itself where there is none."""
    before, after = prose.sentences(old), prose.sentences(new)
    for told in reversed(after):
        place = next((i for i in reversed(range(len(before))) if _alike(before[i], told)), None)
        if place is None:
            continue
        # From the end of that sentence on, so that paragraphs stay as they were.
        start = old.rindex(before[place]) + len(before[place])
        rest = old[start:]
        return new + rest if rest.strip() else new
    return new


def _alike(one: str, other: str) -> bool:
    first, second = prose.words(one), prose.words(other)
    if len(first) < 4 or len(second) < 4:
        return first == second and len(first) > 2
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def taken_up(instruction: str, old: str, new: str) -> bool:
    """Whether a changed text has any word of what the change names; one of manner names nothing that could be found."""
    if _MANNER.search(instruction):
        return True
    wanted = prose.content_words(instruction) - _CHANGING - prose.content_words(old)
    return not wanted or bool(wanted & prose.content_words(new))


def parted(text: str, instruction: str) -> tuple[str, str]:
    """`text` in two at the place for something new: where the instruction says, else behind its first third.

    It is parted between sentences, outside of speech, and between paragraphs where one ends nearby.
    """
    if _AT_END.search(instruction):
        return text.rstrip(), ""
    wanted = 0.0 if _AT_BEGINNING.search(instruction) else len(text) / 3
    places: list[tuple[float, int]] = []
    start = 0
    for sentence in prose.sentences(text):
        start = text.index(sentence, start) + len(sentence)
        before, after = text[:start], text[start:]
        if before.count("“") > before.count("”") or before.count('"') % 2:
            continue
        # A paragraph's end is as good as a sentence's that lies a tenth of the text nearer.
        nearness = abs(start - wanted) - (0.1 * len(text) if after.startswith("\n") else 0)
        places.append((nearness, start))
    if not places:
        return text.rstrip(), ""
    _, place = min(places)
    return text[:place], text[place:]


def inserted(before: str, new: str, after: str) -> str:
    """Something new between the two parts of a text, as a paragraph of its own where one ends there."""
    if not after.strip():
        return f"{before}\n\n{new}"
    if after.startswith("\n"):
        return f"{before}\n\n{new}{after}"
    return f"{before} {new}{after}"
