"""What can be found in a passage by rule: who is meant in which sentence, who is new, and where something changed."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from workbench.domain import text as prose
from workbench.domain.lore import LoreEntry

# What changes for good where it stands as a verb of a sentence; two points for what can't be undone.
_FOR_GOOD = frozenset(
    """
    abandoned adopted arrested banished betrayed born broke broken buried burned burnt collapsed crowned cursed
    destroyed died drowned engaged executed exiled fell fled freed inherited killed lost maimed married murdered
    poisoned resigned ruined sank shattered shot slain sold stole stolen stabbed sunk surrendered torn vanished
    widowed wounded
    """.split()
)
_CHANGES = frozenset(
    """
    admitted agreed arrived ate bandaged became began blind bought brought built burns carried caught changed claimed
    closed confessed cut discovered divorced escaped failed finished forgave forgot found founded gained gave given
    grew healed hid hidden hired hurt injured joined kept kissed learned learnt leads left limps locked married met
    moved named opened owes owned owns paid planned pregnant promised proved quit quarrelled received refused repaired
    rescued returned revealed ruled saved scar sealed sent sick signed started stopped swore sworn taken took taught
    told traded trained turned understood unlocked visited vowed won wore wrote
    """.split()
)
# What is only said, asked, feared or wished has not happened.
_NOT_TOLD = re.compile(
    r"\b(?:if|would|could|might|may|perhaps|maybe|almost|nearly|dream(?:ed|t)?|imagin\w+|wish\w*|hope\w*|never|not|"
    r"\w+n['’]t)\b",
    re.IGNORECASE,
)
_SIMPLE = re.compile(r"[a-z]+")
_PARTS = re.compile(r"[\s-]+")
_TITLES = frozenset("the old young captain doctor sister brother king queen prince princess uncle aunt father".split())
_CONDITION = re.compile(r"(?:If|Unless|Had)\b")
_LASTING = re.compile(
    r"\b(?:now|from then on|for ?ever|for good|for the first time|at last|any ?more|(?:was|were|been) \w{3,}ed)\b",
    re.IGNORECASE,
)
_LEFT_SIDE = re.compile(r"\bleft (?:hand|arm|leg|foot|eye|ear|side|shoulder|knee|wrist|cheek)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:—–]|\b(?:and|but)\b")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")
_HE_OR_SHE = re.compile(r"\b(?:he|she)\b")


def change_points(sentence: str) -> int:
    """How much a sentence tells that something has changed: 0 nothing, 1 likely, 2 and more for good."""
    told = _LEFT_SIDE.sub(" ", _QUOTED.sub(" ", sentence))
    if "?" in told or _CONDITION.match(told.strip()):
        return 0
    return sum(_points(clause) for clause in _CLAUSE.split(told))


def turning_words(text: str) -> set[str]:
    """The words of a text that tell what can't be undone, where they stand in a sentence that tells it at all."""
    return set(_FOR_GOOD.intersection(_SIMPLE.findall(text.lower())))


def _points(clause: str) -> int:
    if _NOT_TOLD.search(clause):
        return 0
    words = set(prose.words(clause))
    return 2 * len(words & _FOR_GOOD) + len(words & _CHANGES) + bool(_LASTING.search(clause))


def short_names(entries: Iterable[LoreEntry]) -> dict[str, tuple[str, ...]]:
    """The parts of people's names that are theirs alone: "Mara" for Mara Voss, unless another entry is called so."""
    known = list(entries)
    parts = Counter(part for entry in known for part in {part for name in entry.names for part in _PARTS.split(name)})
    return {
        entry.id: tuple(
            dict.fromkeys(
                part
                for name in entry.names
                for part in name.split()
                if len(name.split()) > 1 and _is_name(part) and parts[part] == 1
            )
        )
        for entry in known
        if entry.kind == "character"
    }


def _is_name(part: str) -> bool:
    known = part in prose.NOT_NAMES or part.lower() in prose.STOPWORDS or part.lower() in _TITLES
    return len(part) >= 3 and part[0].isupper() and part.isalpha() and not known


def mentioned(lines: Sequence[str], entries: Sequence[LoreEntry]) -> dict[str, list[int]]:
    """`{entry id: indices of the sentences that mention it}`; entries that none mentions are left out.

    A sentence that begins with “He” or “She” speaks of the person who was mentioned last, if that is clear.
    """
    short = short_names(entries)
    lower = "\n".join(lines).casefold()
    found: dict[str, list[int]] = {}
    behind: dict[tuple[str, int], str] = {}  # what a sentence goes on to say after a name
    for entry in entries:
        key, parts = entry.id, short.get(entry.id, ())
        # Most entries of a world aren't in a passage: a plain search is much quicker than a pattern.
        if not any(name.casefold()[:4] in lower for name in (*entry.names, *parts)):
            continue
        pattern = prose.name_pattern(entry.names, parts)
        if pattern is None:
            continue
        matches = [(i, match) for i, line in enumerate(lines) if (match := pattern.search(line))]
        if matches:
            found[key] = [i for i, _ in matches]
            behind |= {(key, i): lines[i][match.end() :] for i, match in matches}
    _add_pronouns(
        lines, found, [entry.id for entry in entries if entry.kind == "character" and entry.id in found], behind
    )
    return {key: sorted(where) for key, where in found.items()}


def _add_pronouns(
    lines: Sequence[str], found: dict[str, list[int]], persons: Sequence[str], behind: Mapping[tuple[str, int], str]
) -> None:
    named = [[key for key in persons if i in found[key]] for i in range(len(lines))]
    # Whoever is called "he" behind the own name isn't meant by a "she" that follows.
    called: dict[str, Counter[str]] = {key: Counter() for key in persons}
    for i, here in enumerate(named):
        if len(here) == 1:
            called[here[0]].update(_HE_OR_SHE.findall(behind[here[0], i].lower()))
    recent: list[str] = []
    silent = 0
    for i, (line, here) in enumerate(zip(lines, named, strict=True)):
        said = _HE_OR_SHE.findall(line.lower())
        if here:
            recent, silent = ([*here, *recent][:2] if len(here) == 1 else []), 0
        elif recent and (begins := _HE_OR_SHE.match(line.lower())):
            subject = _who(begins.group(), recent, called)
            if subject:
                found[subject].append(i)
                called[subject].update(said[:1])
                silent = 0
        elif recent and said:
            called[recent[0]].update(said[:1])
            silent = 0
        else:
            # A sentence about the weather doesn't end what is told of somebody; two do.
            silent += 1
            recent = recent if silent < 2 else []


def with_name(event: str, entry: LoreEntry) -> str:
    """An event about somebody with the name in place of the “He” or “She” that it begins with."""
    begins = re.match(r"(?:He|She)\b", event)
    if entry.kind != "character" or not begins:
        return event
    return f"{entry.title}{event[begins.end() :]}"


def _who(word: str, recent: Sequence[str], called: Mapping[str, Counter[str]]) -> str | None:
    """Of the people who were mentioned last the first who can be meant by "he" or "she"."""
    other = "she" if word == "he" else "he"
    return next((key for key in recent if called[key][word] >= called[key][other]), None)


def new_people(text: str, entries: Sequence[LoreEntry], put_aside: Sequence[str] = ()) -> dict[str, list[int]]:
    """Capitalised names that no entry has: `{name: sentence indices}`; a short form counts for the whole name.

    `put_aside`: names that the writer doesn't want to have found again.
    """
    known = [name for entry in entries for name in entry.names]
    found = prose.new_names(text, [*known, *put_aside])
    whole: dict[str, list[int]] = {}
    for name in sorted(found, key=lambda one: -len(one.split())):
        longer = next((other for other in whole if set(name.split()) < set(other.split())), None)
        if longer:
            whole[longer] = sorted({*whole[longer], *found[name]})
        else:
            whole[name] = list(found[name])
    return {name: whole[name] for name in found if name in whole}


_PLACE = r"\b(?:in|at|from|to|towards?|near|over|across|into|around|through|beyond|outside|behind|beneath|above|off)"
_SPEAKS = r"(?:said|asked|smiled|laughed|nodded|whispered|cried|looked|turned|shook|answered|wore|thought|knew)"
_KIND_WORDS = {
    "location": "street gate hill inn tower river bridge harbour harbor castle forest island bay road square valley "
    "mountain lake chapel abbey mill wood woods quay market city town village cave mine",
    "faction": "guild order watch brotherhood sisterhood sisters brothers league council company clan house army",
    "event": "night festival war battle feast day wedding siege",
    "character": "captain doctor sister brother lord lady king queen prince princess mister old young uncle "
    "aunt father mother",
}


def likely_kind(name: str, lines: Sequence[str], said: str) -> str:
    """The kind of a new name: what the model `said`, unless the words around the name say otherwise."""
    parts = prose.words(name)
    for kind, words in _KIND_WORDS.items():
        known = words.split()
        if parts[0] in known if kind == "character" else parts[-1] in known or (kind == "event" and parts[0] in known):
            return kind
    if said != "character":
        return said
    told = " ".join(lines)
    called = re.escape(name)
    whole = len(re.findall(rf"\b{called}\b", told))
    placed = len(re.findall(rf"{_PLACE}\s+(?:the\s+)?{called}\b", told))
    speaks = re.search(rf"\b{called}\s+{_SPEAKS}\b|\b{_SPEAKS}\s+{called}\b", told)
    return "location" if whole and placed == whole and not speaks else said


def entry_named(name: str, entries: Iterable[LoreEntry]) -> LoreEntry | None:
    """The entry that a name already belongs to: by title or alias, articles and case aside."""
    wanted = _plain(name)
    return next((entry for entry in entries if wanted and wanted in map(_plain, entry.names)), None)


def _plain(name: str) -> str:
    return re.sub(r"^(?:the|a|an)\s+", "", " ".join(prose.words(name)))
