"""What nobody else saw or was told stays with those who were there, until they tell it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workbench.timeline.cast import Known
from workbench.timeline.story import Finding, Story, Told
from workbench.timeline.verbs import choice, lemmas
from workbench.timeline.words import root, roots

_SECRET = re.compile(
    r"\b(?:not to (?:tell|breathe|say|mention)[^.;]{0,20}(?:a soul|anyone|anybody|a word)|"
    r"(?:told|tell|tells|telling) (?:nobody|no one|no-one|none|not a soul|no soul|no (?:living|other) soul|no other)|"
    r"(?:said|says|say|breathed|spoke|wrote) (?:nothing|not (?:a|one) word|no word)[^.;]{0,30}(?:to "
    r"(?:anyone|anybody|them|any|a soul|no one|nobody)|of it|about it)|(?:never|did not|didn['’]t|had "
    r"not|hadn['’]t|not) (?:told|tell|breathed?|spoke|speak|mention(?:ed)?)[^.;]{0,30}(?:to (?:anyone|"
    r"anybody|a soul|any living)|anyone|anybody|a soul|a word|of it)|"
    r"(?:nobody|no one|no-one|not a soul|none) (?:else )?(?:(?:had |has |but \w+ |aboard |there |"
    r"alive |in \w+ |save \w+ |except \w+ )*)(?:saw|seen|sees|heard|hears|knew|knows|known|watched|"
    r"was (?:there|near|told|by|about|watching|awake)|could (?:read|see|hear|know)|can read|ever "
    r"(?:knew|heard|saw|learn\w*)|would (?:ever )?know|must (?:ever )?know)|"
    r"to no (?:one|other|body|living|soul)|to nobody|alone\b|all alone|by (?:himself|herself|myself|"
    r"itself)|(?:kept|keep|keeps) (?:it|this|that|the (?:secret|thing|matter|news)) (?:to|from|"
    r"between)|(?:swore|sworn|swear|swears|promised?|vowed) [^.;]{0,60}(?:secre\w+|silen\w+|no one|"
    r"nobody|never to (?:tell|speak)|go no further|not a word|never (?:tell|speak)|told no)|no "
    r"further than|go no further|between (?:the two of )?(?:us|them)(?: (?:two|alone|only))?|only "
    r"(?:the two of (?:them|us)|the three of (?:them|us)|he|she|I|[A-Z]\w+) (?:and \w+ )?(?:knew|"
    r"knows|had seen|saw|heard|was there|could)|the only (?:one|person|two|man|woman|living \w+) "
    r"(?:who|to) (?:knew|knows|know|saw|see|heard)|"
    r"with (?:no one|nobody|no-one|not a soul) (?:by|near|there|about|around|watching|looking|to see|in sight)|"
    r"(?:when|while|since|as) (?:no one|nobody|no-one) (?:else )?(?:was|were) (?:looking|watching|there|around|about|"
    r"home)|"
    r"(?:no one|nobody|no-one) (?:else )?(?:was|were) (?:in the (?:room|house|cellar)|around|looking)|"
    r"made (?:him|her|them|\w+) (?:swear|promise)|"
    r"in secret|secretly|not even \w+ (?:knew|saw|heard|was told)|unseen|unobserved|unwitnessed|"
    r"without (?:a|any) witness\w*|no witness\w*|"
    r"with (?:the|both) doors? (?:shut|locked|bolted|closed)|behind (?:a |the )?(?:locked|closed|"
    r"bolted)|the door was (?:shut|locked|bolted)|locked (?:his|her|the) (?:cabin|door|room|study)|"
    r"(?:his|her) locked (?:cabin|room|study|office)|while (?:the|everyone|everybody|"
    r"all)[^.;]{0,30}(?:slept|asleep|were at church|was away)|before anyone (?:was|else)|under (?:an "
    r")?oath|(?:burned|burnt|burns) the (?:letter|note|slip|page|paper|message|telegram)|kept (?:his|"
    r"her|their) (?:counsel|word|oath|promise|mouth)|for (?:his|her|my|your) (?:ears|eyes) (?:only|"
    r"alone))",
    re.IGNORECASE,
)
_SPREADS = re.compile(
    rf"(?<![\w’'])(?:{choice('tell', 'past')}|{choice('tell', 'third')}|tell|telling|overheard|"
    rf"overhears|eavesdropp\w+|listening|listened|listens|spied|spies|spread|spreads|gossip\w*|"
    rf"rumou?rs?|sold|leaked|read|reads|guess\w*|deduced?|worked (?:it )?out|found|finds|discovered|"
    rf"discovers|learn\w*|heard|hears|watched|watches|saw|sees|through the (?:keyhole|wall|door|floor|"
    rf"grating|window|hatch|curtain)|at the (?:keyhole|door)|behind the (?:door|curtain|wall|hedge|"
    rf"screen|arras)|letter (?:came|arrived)|told everything|confess\w*|knew (?:already|because|from)|"
    rf"let slip|talks? in (?:his|her) sleep)(?![\w’'-])",
    re.IGNORECASE,
)
_WEAK_SPREAD = frozenset(
    """
    said says wrote writes sent sends showed shows let lets broke breaks passed passes saw sees watched watches found
    finds heard hears read reads listened listens listening shared shares murmured mutters murmurs muttered described
    """.split()
)
# "He was asked how he had found Paris"
_OPINION = re.compile(r"\b(?:asked|told|said|wondered)\b[^.;]{0,20}\bhow (?:he|she|they|\w+) (?:had )?$", re.IGNORECASE)
_LEARNS = frozenset("saw sees watched watches found finds heard hears read reads listened listens listening".split())
# What a secret leaves behind for sharp eyes.
_LOOKS = re.compile(r"\b(?:noticed|spotted|examined|inspected|smelt|smelled|sniffed)\b", re.IGNORECASE)
_TRACES = re.compile(
    rf"\b(?:(?:foot|finger|boot|hand)?prints?|traces?|stains?|tracks|trail|smudges?|clues?)\b|{_LOOKS.pattern}",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:nobody|no one|no-one|not|never|nothing|none|n['’]t|not a soul|without|no soul|no other)\b|n['’]t\b",
    re.IGNORECASE,
)
_KNOWS = re.compile(
    r"\b(?:knew|knows|had known|has known|was (?:sure|certain)) (?:that|where|what|how|why|who|of|"
    r"about|exactly|all about|precisely)\b",
    re.IGNORECASE,
)
_SEES = re.compile(r"\b(?:I (?:saw|see|watched|heard|guessed|wonder|suppose you|dreamt|dreamed))", re.IGNORECASE)
# In how many sentences of a story a word may stand and still point to one thing.
_RARE = 4


@dataclass(frozen=True, slots=True)
class Secret:
    """A scene that only some people know of: its sentences, who they are, and what it is about by its meaning words."""

    chapter: int
    told: tuple[Told, ...]
    insiders: frozenset[str]
    last: int


def _secrets(story: Story) -> Iterator[Secret]:
    for chapter in story.chapters():
        marked = [told for told in chapter if not told.line.unreal and _is_secret(told)]
        if not marked:
            continue
        insiders = {person.id for told in chapter for person in told.line.people}
        insiders |= {told.line.speaker.id for told in chapter if told.line.speaker}
        insiders |= {m.known.id for told in chapter for m in told.line.mentions if m.known.kind == "character"}
        insiders -= _elsewhere(chapter)
        near = {t.order for mark in marked for t in chapter if abs(t.order - mark.order) <= 3}
        yield Secret(
            chapter[0].chapter, tuple(t for t in chapter if t.order in near), frozenset(insiders), chapter[-1].order
        )


# "Max was fast asleep upstairs": who is named in a scene and takes no part in it.
_ELSEWHERE = re.compile(
    r"\s(?:was|were|is|lay|had been)\s(?:\w+ly\s|still\s|already\s|fast\s|sound\s|long\s|at (?:that|"
    r"the) (?:time|moment)\s)*"
    r"(?:asleep|sleeping|abroad|away|out of (?:town|the country|the house)|in another (?:town|city|room)|"
    r"at (?:work|school|"
    r"sea|church|home)|miles away|overseas|in bed|unconscious|gone|snoring)\b",
    re.IGNORECASE,
)
# Somebody who may have been there all the time.
_EAVES = re.compile(
    r"\b(?:keyhole|eavesdropp\w+|overhear\w*|an eye (?:in|at|to)|listening (?:at|behind|outside)|"
    r"behind the (?:door|curtain|"
    r"hedge|screen|arras)|(?:foot|bare )?(?:steps|feet) (?:\w+ )?(?:up|down|along|outside|behind|away)|"
    r"somebody (?:else )?(?:was|"
    r"had been)|someone (?:else )?(?:was|had been)|(?:door|window) (?:stood|was|"
    r"had been left) (?:\w+ )?(?:open|ajar))\b",
    re.IGNORECASE,
)


def _elsewhere(chapter: list[Told]) -> set[str]:
    """Who is only named in a scene as being away or asleep, by their ids."""
    away: set[str] = set()
    there: set[str] = set()
    for told in chapter:
        narration = told.line.sentence.narration
        for mention in told.line.mentions:
            if mention.known.kind == "character":
                (away if _ELSEWHERE.match(narration, mention.end) else there).add(mention.known.id)
        there |= {mention.known.id for mention in told.line.spoken} & {
            told.line.speaker.id if told.line.speaker is not None else ""
        }
    return away - there


def _is_secret(told: Told) -> bool:
    match = _SECRET.search(told.line.sentence.narration)
    if not match:
        return False
    # "Let alone", "leave me alone", "he alone of them all" say nothing of witnesses.
    return not (
        match.group().lower() == "alone"
        and re.search(r"\b(?:let|leave|leaves|left|stand|felt|live\w*)\s(?:\w+\s)?alone", told.text, re.IGNORECASE)
    )


def _common(story: Story) -> tuple[frozenset[str], dict[str, list[int]]]:
    """Words that everybody may know (names and lore), and the sentences of the story that each word stands in."""
    names = {root(word) for known in story.cast.known for word in known.title.split()}
    places: dict[str, list[int]] = defaultdict(list)
    for told in story.told:
        for word in roots(told.text):
            places[word].append(told.order)
    return frozenset(names - {""}), places


@lru_cache(maxsize=4096)
def _strange_names(text: str, known: frozenset[str]) -> frozenset[str]:
    """Capitalised words inside a sentence that name nobody of the lore."""
    found = set()
    for match in re.finditer(r"(?<=[a-z,;—] )[“\"'‘]?(?P<name>[A-Z][a-z]{3,})\b", text):
        name = root(match["name"])
        if name and name not in known:
            found.add(name)
    return frozenset(found)


def knowledge(story: Story) -> Iterator[Finding]:
    """Somebody speaks of a secret scene who wasn't there and whom nobody told."""
    secrets = list(_secrets(story))
    if not secrets:
        return
    names, places = _common(story)
    settled: set[str] = set()
    for secret in secrets:
        for order in _candidates(secret, places):
            told = story.told[order]
            who = _outsider(told, secret)
            if who is None or who.id in settled:
                continue
            source = _matching(secret, told, names, places)
            if source is None or _finds_out(told, who) or _spread(story, secret, told, who):
                continue
            settled.add(who.id)
            yield Finding(
                f"{who.title} knows of this without having been there, and nobody is told to have said it.",
                (source, told),
                (who.title,),
            )


def _finds_out(told: Told, who: Known) -> bool:
    """Whether the sentence itself tells how they come to know: "Jonas found the letters under the floor"."""
    if told.line.sentence.speech:
        return False
    return any(action.who is who and action.real and action.verb in _LEARNS for action in told.line.actions)


def _candidates(secret: Secret, places: dict[str, list[int]]) -> list[int]:
    """The sentences after a secret that share a rare word with it, in order."""
    found: set[int] = set()
    for source in secret.told:
        for word in roots(source.text):
            if len(places[word]) <= _RARE:
                found.update(order for order in places[word] if order > secret.last)
    return sorted(found)


def _outsider(told: Told, secret: Secret) -> Known | None:
    """Who speaks or acts here, when they know nothing of the secret."""
    line = told.line
    if line.unreal or line.past:
        return None
    who = line.speaker
    if who is None:
        knowing = _KNOWS.search(line.sentence.narration)
        going = [a for a in line.actions if a.named and a.real]
        who = going[0].who if going and (knowing or len(going) >= 1) else None
    if who is None or who.id in secret.insiders:
        return None
    return None if _SEES.search(line.sentence.speech) or line.sentence.speech.count("?") > 1 else who


def _matching(secret: Secret, told: Told, names: frozenset[str], places: dict[str, list[int]]) -> Told | None:
    """The sentence of the secret that this one repeats too much of."""
    said = told.line.sentence.speech or (told.text if _acts_on(told) else "")
    if not said:
        return None
    spoken = roots(said)
    best: tuple[float, Told] | None = None
    for source in secret.told:
        shared = (spoken & roots(source.text)) - names
        strange = _strange_names(source.text, names) & _spoken_names(said)
        rare = {word for word in shared if len(places[word]) <= _RARE}
        weight = len(rare) + 2 * len(strange - rare) + len(strange & rare) + _phrases(said, source.text)
        weight += _deed(said, source.text, rare) or _password(source, told, rare)
        # Who asks may only guess.
        needed = 2 if told.line.sentence.speech and "?" not in told.line.sentence.speech else 3
        if weight >= needed and (best is None or weight > best[0]):
            best = weight, source
    return best[1] if best else None


def _deed(said: str, text: str, rare: set[str]) -> int:
    """Whether both tell one deed in the same words: "poisoned the well"."""
    same = _triples(said) & _triples(text)
    return int(any(lemmas().get(run[0]) and root(run[0]) in rare and len(run[2]) > 3 for run in same))


def _password(source: Told, told: Told, rare: set[str]) -> int:
    """Whether a word that was only whispered is the very one that is spoken."""
    words = re.findall(r"[A-Za-z]+", source.line.sentence.speech)
    spoken = re.findall(r"[A-Za-z]+", told.line.sentence.speech)
    return int(0 < len(words) <= 2 and len(spoken) <= 3 and {root(word) for word in words} <= rare)


@lru_cache(maxsize=4096)
def _triples(text: str) -> frozenset[tuple[str, str, str]]:
    said = re.findall(r"[a-z]+", text.lower().replace("’", "").replace("'", ""))
    return frozenset((said[at], said[at + 1], said[at + 2]) for at in range(len(said) - 2))


def _phrases(said: str, text: str) -> int:
    """Whether both say the same in the same words: four running words or more."""
    return int(bool(_runs(said) & _runs(text)))


@lru_cache(maxsize=4096)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    said = re.findall(r"[a-z]+", text.lower().replace("’", "").replace("'", ""))
    return frozenset(tuple(said[at : at + 4]) for at in range(len(said) - 3))


def _spoken_names(said: str) -> frozenset[str]:
    return frozenset(root(match.group()) for match in re.finditer(r"\b[A-Z][a-z]{3,}\b", said))


def _acts_on(told: Told) -> bool:
    return not told.line.sentence.speech and any(a.named and a.real for a in told.line.actions)


def _spread(story: Story, secret: Secret, told: Told, who: Known) -> bool:
    """Whether anything between the secret and this sentence may have told it."""
    start = min(t.order for t in secret.told)
    if any(_EAVES.search(t.line.sentence.narration) for t in story.told[start : secret.last + 1]):
        return True
    seen = [t for t in story.told[start : told.order] if _TRACES.search(t.line.sentence.narration)]
    if any(not _LOOKS.search(t.line.sentence.narration) or _by(t, who) for t in seen):
        return True
    for between in story.told[start : told.order]:
        line = between.line
        narration = line.sentence.narration
        inside = between.order <= secret.last
        if (
            line.sentence.speech
            and not inside
            and line.speaker
            and line.speaker.id in secret.insiders
            and _about(secret, line.sentence.speech)
        ):
            return True
        for match in _SPREADS.finditer(narration):
            clause = narration[max(0, match.start() - 40) : match.end() + 40]
            if _DENIED.search(clause):
                continue
            if _OPINION.search(narration[: match.start()]):
                continue
            weak = match.group().lower() in _WEAK_SPREAD
            if inside and between in secret.told and not _reaches(between, match.end(), who):
                continue
            learns = match.group().lower() in _LEARNS
            if weak and not (_reaches(between, match.end(), who) or (learns and _by(between, who))):
                continue
            if any(a.who is who for a in line.actions) and match.group().lower() in (
                "told",
                "tells",
                "said",
                "says",
                "asked",
                "announced",
            ):
                continue
            return True
    return _explained(story, told, who)


def _about(secret: Secret, speech: str) -> bool:
    said = roots(speech)
    return any(len(said & roots(told.text)) >= 1 for told in secret.told)


def _reaches(told: Told, end: int, who: Known) -> bool:
    """Whether the one it is about stands behind the verb, by name or pronoun."""
    narration = told.line.sentence.narration
    if any(m.known is who and m.start >= end for m in told.line.mentions):
        return True
    word = {"she": r"\bher\b", "he": r"\bhim\b"}.get(who.gender, r"\b(?:him|her|them)\b")
    return bool(re.match(rf"\s(?:it\s|this\s|all\s|everything\s|the \w+\s)?(?:to\s|with\s)?{word}", narration[end:]))


def _by(told: Told, who: Known) -> bool:
    """Whether they do it themselves: overhear, read, find."""
    return any(a.who is who for a in told.line.actions) or any(
        m.known is who and not m.genitive for m in told.line.mentions
    )


# Where the story itself wonders how somebody can know.
_NOTICED = re.compile(
    r"\b(?:only one (?:person|man|woman)|how (?:could|did|do|can|would) (?:you|he|she|they) (?:\w+ )?know|"
    r"I (?:never|didn['’]t) "
    r"(?:told?|said?|say|mention\w*)|nobody (?:had )?told (?:you|him|her)|who told you)\b",
    re.IGNORECASE,
)


def _explained(story: Story, told: Told, who: Known) -> bool:
    """Whether the sentence itself, or the one after it, says how they know, or somebody asks it."""
    if any(_NOTICED.search(t.text) for t in story.told[told.order : told.order + 8] if t.chapter == told.chapter):
        return True
    following = [t for t in story.told[told.order : told.order + 4] if t.chapter == told.chapter]
    for after in following:
        text = after.text if after is not told else after.line.sentence.narration
        if re.search(
            r"\b(?:had (?:told|heard|read|seen|overheard|guessed|watched|found|listened|let slip|"
            r"learn\w*)|told me|tells me|I (?:heard|read|saw|overheard|watched|guessed|listened)|word "
            r"(?:had|has|gets)|everyone (?:knew|knows)|had it from|the walls|keyhole|gossip|"
            r"guess\w*)\b",
            text,
            re.IGNORECASE,
        ):
            return True
    return False
