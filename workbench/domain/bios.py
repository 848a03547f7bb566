"""Rules for texts about a person or a thing that are told anew, or invented: what of them may stand."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from workbench.domain import text as prose
from workbench.domain.notes import numbers
from workbench.domain.voices import phrases

# Of the words of a sentence that is told anew so many may be new; a wish ("make it gloomier") asks for new ones.
NEW_SHARE, WISHED_SHARE = 0.15, 0.4
# An old sentence counts as told when so many of its words are there.
COVERED_SHARE = 0.7
# Two sentences that share so many of their words say the same.
SAME_SENTENCE = 0.7
# Of a hint so much must be told of the person it is given for.
HINT_SHARE = 0.6
# Texts so alike are the same text.
SAME = 0.97
MOST_SENTENCES = 4
_LABEL = re.compile(r"^\s*(?:what (?:is known|has become true)|wish|who or what)\b[^:.]{0,60}:\s*", re.IGNORECASE)
_YOU = re.compile(r"\b(?:[Yy]ou|[Yy]our|I|[Mm]y|me)\b|\bI['’]")
_THEY = re.compile(r"\b(?:he|she|they|his|her|their|him|them|hers)\b", re.IGNORECASE)
# What a person is not, where a small model loses the thread.
_NO_PERSON = re.compile(
    r"\b(?:is|was) (?:an?|the) (?:\w+ ){0,2}(?:village|town|city|place|house|river|country|kingdom|story|world|book)\b"
)
_FORM_WORDS = re.compile(r"\b(?:json|aliases|character sheet|third person|content|hint)\b|…|\{|\}", re.IGNORECASE)


def retold(
    proposed: str, content: str, note: str, wish: str, names: Sequence[str], shown: Sequence[str] = ()
) -> tuple[str, bool]:
    """The proposed text as it may stand, and whether it is all the proposal's own.

    A sentence that brings in a name, a number or a matter that neither the old text nor the note nor the wish has is
    left out, and so is one taken from the examples that the model was `shown`. An old sentence whose names, numbers
    or words are then missing stands as it was; so does the first that names whom it is about where no other does.
    """
    told = f"{content} {note} {wish} {' '.join(names)}"
    known, share = prose.content_words(told), WISHED_SHARE if wish else NEW_SHARE
    kept: list[str] = []
    proposal = prose.sentences(
        " ".join(prose.without_cut_end(prose.unquoted(_LABEL.sub("", proposed.strip()))).split())
    )
    for sentence in proposal:
        said = prose.content_words(sentence)
        figures = {word for word in prose.words(sentence) if re.search(r"\d", word)} - set(prose.words(told))
        copied = any(phrases(sentence, 3) & phrases(text, 3) - phrases(told, 3) for text in shown)
        if not said or figures or copied or prose.new_names(sentence, [told]) or numbers(sentence) - numbers(told):
            continue
        fresh = len(said - known) <= share * len(said) and not _LABEL.search(sentence)
        if fresh and prose.ends_complete(sentence) and not _says_again(sentence, kept):
            kept.append(sentence)
    old = prose.sentences(content) + prose.sentences(note)
    lost = [line for line in dict.fromkeys(old) if not _told(line, " ".join(kept))]
    naming = [line for line in old if prose.mentions(line, names)]
    if naming and not prose.mentions(" ".join(kept + lost), names):
        # Who it is about has been forgotten: the line that says so stands, in place of what would only say it again.
        lost = [line for line in dict.fromkeys(old) if line == naming[0] or line in lost]
        kept = [sentence for sentence in kept if not _says_again(sentence, naming[:1])]
    # What somebody is comes first.
    first = [line for line in lost if line == old[0]]
    lines = [*first, *kept, *(line for line in lost if line not in first)]
    text = " ".join(line if prose.ends_complete(line) else f"{line}." for line in lines)
    return text, len(kept) == len(proposal) and not lost and bool(kept)


def _told(line: str, text: str) -> bool:
    words, here = prose.content_words(line), prose.content_words(text)
    if numbers(line) - numbers(text):
        return False
    named = {word for name in prose.new_names(line, []) for word in prose.words(name)}
    if named - set(prose.words(text)):
        return False
    return len(words & here) >= COVERED_SHARE * len(words)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same, or all but."""
    first, second = prose.words(one), prose.words(other)
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= SAME


def _says_again(sentence: str, said: Sequence[str]) -> bool:
    """Whether a sentence says what an earlier one has said."""
    words = prose.content_words(sentence)
    return any(len(words & prose.content_words(one)) >= SAME_SENTENCE * max(1, len(words)) for one in said)


def invented_person(name: str, hint: str, proposed: str, known: str) -> str:
    """Two to four whole sentences about a person from a proposal; "" where it has no two that may stand.

    `known` is what the proposal was made from: a sentence that only repeats it says nothing about the person. Where
    the proposal takes up too little of the `hint`, the hint itself comes first.
    """
    kept: list[str] = []
    for sentence in prose.sentences(" ".join(prose.without_cut_end(proposed).split())):
        sound = prose.ends_complete(sentence) and not _FORM_WORDS.search(sentence) and prose.says_something(sentence)
        called = [name, *(part for part in name.split() if len(part) > 2)]
        of_them = bool(_THEY.search(sentence) or prose.mentions(sentence, called))
        speaks_of_them = of_them and not _YOU.search(sentence) and not _NO_PERSON.search(sentence)
        if sound and speaks_of_them and not _says_again(sentence, kept) and not prose.occurs_in(sentence, known):
            kept.append(sentence)
    wanted = prose.content_words(hint)
    if wanted and len(wanted & prose.content_words(" ".join(kept))) < HINT_SHARE * len(wanted):
        line = hinted(name, hint)
        kept = [line, *(sentence for sentence in kept if not _says_again(sentence, [line]))]
    text = " ".join(kept[:MOST_SENTENCES])
    named = any(prose.mentions(text, [part]) for part in (name, *name.split()) if len(part) > 2)
    return text if len(kept) >= 2 and named and prose.repeated_share(text) <= 0.25 else ""


def hinted(name: str, hint: str) -> str:
    """The hint as a sentence about the person."""
    hint = " ".join(hint.split())
    if re.match(r"(?:an?|the|one of)\b", hint, re.IGNORECASE):
        line = f"{name} is {hint[0].lower()}{hint[1:]}"
    else:
        line = hint if prose.mentions(hint, [name]) else f"{name}: {hint}"
    return line if prose.ends_complete(line) else f"{line}."


def plain_person(name: str, hint: str, world: str) -> str:
    """What can be said of a person without a model: where they belong, and the hint in its own words."""
    return f"{name} is one of the people of {world}. {hinted(name, hint) if hint else 'Nothing more is known yet.'}"


def other_names(name: str, proposed: Sequence[str], told: str, taken: Sequence[str]) -> list[str]:
    """Of proposed aliases those that are names, are the person's own, and that nobody else has."""
    others = {one.casefold() for one in (*taken, name)}
    own = set(prose.words(name))
    kept: list[str] = []
    for alias in (" ".join(one.split()) for one in proposed):
        words = prose.words(alias)
        if not words or len(words) > 3 or len(alias) < 3 or not alias[0].isupper() or alias.casefold() in others:
            continue
        if set(words) & own or prose.occurs_in(alias, told):
            kept.append(alias)
    return list(dict.fromkeys(kept))[:3]


def keywords(proposed: Sequence[str], told: str, name: str, kind: str) -> list[str]:
    """Of proposed tags those that the text bears out; the kind where none does."""
    words, own = prose.content_words(told), prose.content_words(name)
    kept = [
        tag
        for tag in (re.sub(r"^(?:an?|the) ", "", " ".join(one.lower().split())) for one in proposed)
        if (said := prose.content_words(tag)) and said & words and not said <= own and not _FORM_WORDS.search(tag)
    ]
    return list(dict.fromkeys(kept))[:4] or [kind]
