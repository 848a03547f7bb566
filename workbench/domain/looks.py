"""What people in a story look like: read out of a chapter, and put together by rule. What was said first holds."""

import re
from collections.abc import Collection, Mapping

from workbench.domain import text as prose

# What one sees of somebody, by the part that it tells of: two looks of one part say it twice, or contradict.
PARTS: Mapping[str, frozenset[str]] = {
    "hair": frozenset("hair curls curl braid braids plait plaits ponytail fringe bald".split()),
    "face": frozenset("face beard moustache freckles nose scar skin cheeks wrinkles eyebrows".split()),
    "eyes": frozenset("eye eyes spectacles glasses monocle".split()),
    "head": frozenset("hat cap hood helmet crown bonnet turban headscarf kerchief horns antlers".split()),
    "neck": frozenset("scarf necklace collar shawl".split()),
    "body": frozenset(
        "coat cloak jacket dress robe robes apron shirt tunic uniform gown sweater jersey vest cape armour fur "
        "feathers scales shell".split()
    ),
    "hands": frozenset("gloves mittens ring rings bracelet".split()),
    "legs": frozenset("trousers skirt stockings breeches".split()),
    "feet": frozenset("boots shoes slippers sandals barefoot hooves paws".split()),
    "size": frozenset("tall small tiny short huge thin round stout broad".split()),
    "back": frozenset("wings tail backpack satchel".split()),
}
LONGEST, BEHIND = 240, 2
_SEEN = frozenset(word for words in PARTS.values() for word in words)
# The story itself says that somebody looks different from now on.
_CHANGES = re.compile(
    r"\b(?:put(?:s|ting)? on|took off|takes off|changed into|dressed in|no longer|instead of|had turned|turned "
    r"(?:grey|gray|white|red|green|blue|gold|silver)|dyed|had cut|cut off|grew|had grown|lost (?:his|her|their|its)|"
    r"(?:now|today) (?:wore|had|was wearing)|(?:wore|was wearing) now|gave (?:him|her|them|it) a new)\b",
    re.IGNORECASE,
)
# "Solvei wore a torn blue coat", "Ada had short black hair".
_WEARS = r"(?:wore|was wearing|had on|had|carried)\s+((?:an?|her|his|their|its|the)?\s*[^,.;:!?“”\"]{3,70})"


def parts_of(look: str) -> frozenset[str]:
    """The parts that a look tells of."""
    said = set(prose.words(look))
    return frozenset(part for part, words in PARTS.items() if said & words)


def phrases(look: str) -> list[str]:
    """A look in its phrases: "a torn blue coat, short black hair" are two."""
    return [phrase for raw in re.split(r"[,;]", look) if (phrase := raw.strip(" ."))]


def read_by_rule(chapter: str, names: Collection[str]) -> dict[str, str]:
    """What a chapter says outright of how `names` look; those of whom it says nothing aren't in it."""
    found: dict[str, str] = {}
    for line in prose.sentences(chapter):
        plain = prose.narration(line)
        for name in names:
            match = re.search(rf"\b{re.escape(name)}\s+{_WEARS}", plain)
            if match and set(prose.words(match[1])) & _SEEN:
                found[name] = match[1].strip() if name not in found else f"{found[name]}, {match[1].strip()}"
    return found


def as_told(found: Mapping[str, str], chapter: str) -> dict[str, str]:
    """Of looks that somebody says a chapter tells: the phrases that it does tell, of people whom it names.

    A phrase stands when it tells of a part and all its words are the chapter's own: in a sentence that names that
    person, or one of the `BEHIND` after it, before somebody else is named.
    """
    lines = [prose.narration(line) for line in prose.sentences(chapter)]
    kept: dict[str, str] = {}
    for name, look in found.items():
        near, left = [], 0
        for line in lines:
            named = {one for one in found if re.search(rf"\b{re.escape(one)}\b", line)}
            left = BEHIND + 1 if name in named else 0 if named else left - 1
            if left > 0:
                near.append(prose.content_words(line))
        told = [
            phrase
            for phrase in phrases(look)
            if parts_of(phrase) and any(prose.content_words(phrase) <= words for words in near)
        ]
        if told:
            kept[name] = ", ".join(told)
    return kept


def merged(looks: Mapping[str, str], found: Mapping[str, str], chapter: str) -> dict[str, str]:
    """Looks with what a chapter adds. A part that was told holds, unless the chapter says that it has changed."""
    together = dict(looks)
    for name, look in found.items():
        changed: set[str] = set()
        for line in prose.sentences(chapter):
            if name in line and _CHANGES.search(prose.narration(line)):
                changed |= parts_of(line)
        kept = phrases(together.get(name, ""))
        for phrase in phrases(look):
            parts = parts_of(phrase)
            there = {part for one in kept for part in parts_of(one)}
            if parts & there and not parts & changed:
                continue
            kept = [one for one in kept if not (parts_of(one) & parts & changed)]
            kept.append(phrase)
        told = ", ".join(kept)
        if len(told) <= LONGEST:
            together[name] = told
    return together
