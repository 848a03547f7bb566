"""What somebody of a story says of themselves: an answer held to the first person, and a description turned into it."""

import re

from workbench.domain import text as prose

# So short an answer is given as one speaks, though it has no “I”.
FEW_WORDS = 6
# A sentence repeats another one that has so many of its words.
REPEATED = 0.75
_I = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|[Oo]ur|[Uu]s)\b")
_OTHERS = re.compile(r"\b(?:s?he|him|his|hers?|himself|herself|you|your|yours)\b", re.IGNORECASE)
_INTRODUCES = re.compile(r"\b(?:I am|I['’]m|my name is|call me|they call me)\b", re.IGNORECASE)
_MACHINE = re.compile(
    r"\b(?:an? AI|language model|assistant|fictional|this story|the author|"
    r"first[- ]person|your answer|one to three sentences)\b",
    re.IGNORECASE,
)
_SUBJECT_IS = {"is": "am", "isn't": "am not", "isn’t": "am not", "has": "have", "does": "do", "goes": "go"}
_ADVERBS = "also|always|already|even|just|never|now|often|once|only|rarely|seldom|still|then"
_BEHIND_A_VERB = r"(?=\s+(?:the|a|an|my|no|every|each|what|who|to|in|at|for|with|it|them|on|of|all|only)\b)"
_MORE_VERBS = re.compile(rf"\b(and|but|or)\s+([a-z]+s){_BEHIND_A_VERB}")
# “A mapmaker from the north.”
_WHAT = re.compile(r"An?\s(?!.*\b(?:is|was|are|were|has|had)\b)")


def in_own_voice(said: str, name: str, *, description: str = "", strict: bool = True) -> str:
    """The sentences of an answer in which `name` speaks as themselves; "" where nobody speaks in the first person.

    Sentences go that call the speaker by name, as others would, and those of a machine; those that repeat how others
    tell of them, in the `description`, are turned round. What tells of no “I” may stand where it is a few words, like
    “Under the stairs.”, and if not `strict` where it speaks of no “he” or “she”, and to no “you”, either.
    """
    kept: list[str] = []
    for sentence in prose.sentences(said):
        own = _own_words(sentence, name, description)
        spoken_of = prose.mentions(own, [name]) and not _INTRODUCES.search(own)
        if own and not spoken_of and not _MACHINE.search(own) and own not in kept:
            kept.append(own)
    told = " ".join(kept)
    if _I.search(told):
        return told
    few = len(prose.words(told)) <= FEW_WORDS
    return told if (few or not strict) and not _OTHERS.search(told) else ""


def _own_words(sentence: str, name: str, description: str) -> str:
    """A sentence that repeats one of the description as its subject would say it, or "" where that isn't sure."""
    stems = prose.content_words(sentence)
    if not _OTHERS.search(sentence) or not stems:
        return sentence
    for line in prose.sentences(description):
        if len(stems & prose.content_words(line)) >= REPEATED * len(stems):
            return _turned(line, name, _pronoun(description))
    return sentence


def as_first_person(name: str, description: str, most: int = 2) -> str:
    """Who somebody is, in their own words: the first sentences of a description that can be turned round by rule."""
    own = _pronoun(description)
    turned = [f"I am {name}."]
    for place, sentence in enumerate(prose.sentences(description)):
        told = f"I am a{sentence[1:]}" if place == 0 and _WHAT.match(sentence) else _turned(sentence, name, own)
        if told and len(turned) <= most:
            turned.append(told)
    return " ".join(turned)


def _pronoun(description: str) -> str:
    found = re.search(r"\b(he|she)\b", description, re.IGNORECASE)
    return found.group().lower() if found else "she"


def _turned(sentence: str, name: str, own: str) -> str:
    """A sentence about somebody, whom others call `own`, as they would say it; "" where that isn't sure."""
    called = "|".join(re.escape(one) for one in dict.fromkeys([name, name.split()[0]]))
    aside = r"(?:, [^,.]{1,40},)?"
    start = rf"(?:(?:{called}){aside}|{own.title()})\s+((?:(?:{_ADVERBS})\s+)?)([\w’']+)(?=[\s.,;])"
    match = re.match(start, sentence)
    if match is None:
        return ""
    adverb, verb = match.group(1), match.group(2)
    first = _first(verb)
    rest = sentence[match.end() :]
    if first != verb:
        rest = _MORE_VERBS.sub(lambda more: f"{more.group(1)} {_first(more.group(2))}", rest)
    whose, whom = ("her", "her") if own == "she" else ("his", "him")
    rest = re.sub(rf"\b{own}\s+((?:(?:{_ADVERBS})\s+)?)(\w+)", lambda it: f"I {it.group(1)}{_first(it.group(2))}", rest)
    rest = re.sub(rf"\b{whom}self\b", "myself", rest)
    rest = re.sub(rf"\b{whose}\b(?=\s+[a-z])", "my", rest)
    rest = re.sub(rf"\b{whom}\b", "me", rest)
    return "" if prose.mentions(rest, [name]) else f"I {adverb}{first}{rest}"


def _first(verb: str) -> str:
    if verb in _SUBJECT_IS:
        return _SUBJECT_IS[verb]
    if verb.endswith("ies") and len(verb) > 4:
        return f"{verb[:-3]}y"
    if verb.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith(("ss", "was", "us")) else verb
