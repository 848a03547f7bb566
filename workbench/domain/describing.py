"""A scene read out of a passage and the lore that is true there, by rule: what is said is shown, and nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from workbench.domain import scene_words as words
from workbench.domain import text as prose
from workbench.domain.pictures import INSIDE, PEOPLE, Attribute, Figure, Mark, Pose, Scene, Shape, Thing

T = TypeVar("T")
# Details of one picture at most; more of them hide the scene.
MOST_DETAILS = 4
# Attributes of one figure at most.
MOST_ATTRIBUTES = 6
# What a passage's end shows counts more than its beginning: a picture shows one moment.
LATEST = 1.5
# How much more a place counts that people are at than one that they see from there.
AT_HAND = 1.4
# Nouns stand behind one of these: "a bear", but not "they bear it".
_BEFORE = "an?|the|his|her|their|its|my|your|our|this|that|one|old|young|little"
# What may stand between: "a short, bow-legged man", but not "a letter for the man".
_DESCRIBED = r"(?:(?!(?:with|of|in|on|for|from|and|to|who|that|is|was)\b)[\w’,-]+\s+){0,5}?"
# What is said of somebody stands at the beginning, or behind a verb that says what they are.
_SAID_OF = re.compile(r"(?:^|\b(?:is|was|are|were|be|called|named|like)|[,:;])$")
# Old is who is called so, and not whoever carries old spoons.
_OLD = re.compile(
    r"\b(?:old|elderly|aged|ancient)\s+(?:[\w’-]+,?\s+){0,2}?(?:man|woman|lady|gentleman|wizard|witch|king|queen|captain"
    r"|priest|priestess|lord|widow|widower|aunt|uncle|monk|nun|sailor|father|mother)\b"
    r"|\b(?:is|was|very|quite|grown|and|looks)\s+old\b(?!\s+\w+s\b)"
    r"|\b(?:elderly|grandmother|grandfather|granny|grandma|grandpa|white-haired|grey-haired|greybeard|wrinkled)\b"
    r"|\b(?:grey|gray|white)\s+(?:hair|beard|moustache|plait|braid)\b"
)
_HUMAN: frozenset[Shape] = PEOPLE - {"robot", "ghost"}
_PRONOUNS = frozenset("she her he his him hers hes shes hers hiss".split())
# Behind one of these a thing's parts are told, which may have other colours.
_PARTS = re.compile(r",|\b(?:with|of|in|on|whose|showing|and)\b")
_WORD = re.compile(r"[a-z][a-z’'-]*")


class Shown(Scene):
    """A scene with what was found: `said` names the fields that the text tells, the others are only likely."""

    said: frozenset[str] = frozenset()


def scene_of(passage: str, places: Sequence[str] = (), figure: Figure | None = None) -> Shown:
    """What a passage shows. `places`: lore of the places that it names, the most telling first.

    The same texts always give the same scene.
    """
    told = _spoken_out(passage)
    counts = _counts(told)
    about = [_counts(text.lower()) for text in places]
    scores: dict[Any, float] = _scores(words.PLACES, counts)
    for weight, one in zip((3.0, 1.5, 1.0), about, strict=False):
        for kind, score in _scores(words.PLACES, one).items():
            scores[kind] = scores.get(kind, 0.0) + weight * min(score, 2.0)
    scores = {kind: score * (AT_HAND if kind in words.AT_HAND else 1.0) for kind, score in scores.items()}
    hours, named = _scores(words.DAYTIMES, counts), _scores(words.HOURS, counts)
    place, daytime = _best(scores), _best({hour: score + 2 * named.get(hour, 0.0) for hour, score in hours.items()})
    weather, mood = _best(_scores(words.WEATHERS, counts)), _best(_scores(words.MOODS, counts))
    found = _scores(words.DETAILS, counts)
    if figure is not None and "lantern" in figure.attributes and not _count("lamp streetlamp lamplight", counts):
        # The light is the one in their hand.
        found.pop("lamps", None)
    if place in INSIDE - {"cave"}:
        # Stones that are spoken of in a house are its walls.
        found.pop("rocks", None)
    details = sorted(found, key=lambda detail: -found[detail])[:MOST_DETAILS]
    given = {"place": place, "daytime": daytime, "weather": weather, "mood": mood}
    said = {name: value for name, value in given.items() if value is not None}
    if place == "snowland" and weather is None:
        said["weather"] = "snow"
    likely = {"place": "hills", "daytime": "day", "weather": "clear", "mood": "calm"}
    return Shown.model_validate(
        {**likely, **said, "details": details, "figure": figure, "words": moment(passage), "said": frozenset(said)}
    )


def moment(passage: str) -> str:
    """The sentence of a passage that shows most, with its quotations left out; "" where it shows nothing."""
    best, most = "", 0.0
    lines = prose.sentences(passage)
    for at, line in enumerate(lines):
        counts = _counts(_spoken_out(line))
        tables: tuple[Mapping[Any, str], ...] = (words.PLACES, words.DETAILS, words.WEATHERS, words.DAYTIMES)
        shows = sum(min(1.0, score) for table in tables for score in _scores(table, counts).values())
        weight = shows * (1.0 + (LATEST - 1.0) * at / max(1, len(lines)))
        if weight > most:
            best, most = line, weight
    return best


def figure_of(name: str, about: str, passage: str = "") -> Figure:
    """Somebody as the lore tells of them, with what the passage's own words about them add to it.

    Without a `name` it is somebody of whom the passage tells.
    """
    # Nobody's name: whoever the passage tells of.
    first = next(iter(name.split()), "")
    lines = [line for line in prose.sentences(passage) if first in line]
    here = _spoken_out(" ".join(lines))
    told = f"{about.lower()} "
    now = _counts(here)
    attributes = _attributes(told)
    attributes += [one for one in _attributes(here) if one not in attributes]
    pose: Pose = "sitting" if _count(words.SITTING, now) else "walking" if _count(words.WALKING, now) else "standing"
    shape = (told_shape(name, about) if about.strip() else _shape(here, now)) or "woman"
    return Figure(
        name=name,
        shape=shape,
        attributes=tuple(attributes[:MOST_ATTRIBUTES]),
        colours={**_coat(told if about.strip() else here, shape), **_colours(here), **_colours(told)},
        pose=pose,
        look=about.strip(),
    )


def thing_of(name: str, thing: Thing, look: str, mark: Mark | None = None) -> Figure:
    """A thing in the colour that its look gives it: "an old blue box with a red lid" is blue."""
    said = _WORD.findall(_PARTS.split(look.lower())[0])
    colour = next((word for word in reversed(said) if word in words.COLOURS or word in words.METALS), "")
    return Figure(name=name, shape=thing, mark=mark, colours={"thing": colour} if colour else {}, look=look.strip())


def _spoken_out(text: str) -> str:
    """The narration alone: what somebody speaks of isn't there to be seen."""
    return prose.narration(text).lower()


def _counts(text: str) -> dict[str, float]:
    """How often each word stands in a text; later ones count more."""
    found = _WORD.findall(text)
    counts: dict[str, float] = {}
    for at, word in enumerate(found):
        counts[word] = counts.get(word, 0.0) + 1.0 + (LATEST - 1.0) * at / max(1, len(found))
    return counts


@lru_cache(maxsize=512)
def _forms(listed: str) -> frozenset[str]:
    singular = listed.split()
    return frozenset((*singular, *(f"{word}s" for word in singular)))


def _count(listed: str, counts: Mapping[str, float]) -> float:
    return sum(counts.get(form, 0.0) for form in _forms(listed))


def _scores(table: Mapping[T, str], counts: Mapping[str, float]) -> dict[T, float]:
    scored = {kind: _count(listed, counts) for kind, listed in table.items()}
    return {kind: score for kind, score in scored.items() if score}


def _best(scores: Mapping[T, float]) -> T | None:
    # Of equals the first in the table, so that the same text always shows the same.
    return max(scores, key=lambda kind: scores[kind]) if scores else None


def told_shape(name: str, about: str) -> Shape | None:
    """What the lore says that somebody is; None where it says nothing that a figure could show.

    Somebody is an animal, a ghost or a machine only where it is said of them: whoever keeps a dog is none.
    """
    text = f"{about.lower()} "
    first = next(iter(prose.sentences(text)), text)
    found = [
        (at, shape)
        for at, shape, _ in _nouns(text, words.SHAPES) + _nouns(text, words.LIKENESSES)
        if shape in _HUMAN or (at < len(first) and _SAID_OF.search(text[:at].strip()))
    ]
    if found:
        return _aged(min(found)[1], text)
    titles = set(_WORD.findall(name.lower()))
    titled = next((shape for shape, listed in words.TITLES.items() if titles & _forms(listed)), None)
    return _aged(titled, f"{name.lower()} {text}") if titled else _of_pronouns(_counts(text), text)


def _shape(text: str, counts: Mapping[str, float]) -> Shape | None:
    """Whoever a passage tells of: people go before animals."""
    nouns = _nouns(text, words.SHAPES)
    nouns = [one for one in nouns if one[1] in PEOPLE] or nouns
    return _aged(min(nouns)[1], text) if nouns else _of_pronouns(counts, text)


def _nouns(text: str, table: Mapping[Shape, str]) -> list[tuple[int, Shape, str]]:
    """The first of each shape that a text names: where, and in which words."""
    return [
        (match.start(), shape, match[0])
        for shape, listed in table.items()
        for match in [re.search(rf"\b(?:{_BEFORE})\s+{_DESCRIBED}(?:{_listed(listed)})\b(?!-)", text)]
        if match
    ]


def _coat(text: str, shape: Shape) -> dict[str, str]:
    """The colour of an animal: "a slim red fox" is red."""
    if shape in _HUMAN:
        return {}
    found = _nouns(text, words.SHAPES) + _nouns(text, words.LIKENESSES)
    said = " ".join(phrase for _, one, phrase in found if one == shape)
    return next(({shape: part} for part in re.findall(r"[a-z]+", said) if part in words.COLOURS), {})


def _of_pronouns(counts: Mapping[str, float], text: str) -> Shape | None:
    he, she = _count("he his him", counts), _count("she her hers", counts)
    return _aged("man" if he > she else "woman", text) if he or she else None


@lru_cache(maxsize=64)
def _listed(listed: str) -> str:
    return "|".join(sorted(_forms(listed) - _PRONOUNS, key=len, reverse=True))


def _aged(shape: Shape, text: str) -> Shape:
    aged: Mapping[Shape, Shape] = {"woman": "old woman", "man": "old man"}
    return aged[shape] if shape in aged and _OLD.search(text) else shape


def _attributes(text: str) -> list[Attribute]:
    counts = _counts(text)
    return [
        attribute
        for attribute, listed in words.ATTRIBUTES.items()
        if (re.search(listed, text) is not None if "|" in listed else _count(listed, counts))
    ]


def _colours(text: str) -> dict[str, str]:
    """Colours by what has them: "a long red cloak" makes the cloak red."""
    found: dict[str, str] = {}
    tokens = _WORD.findall(text)
    things = {form: attribute for attribute, listed in words.ATTRIBUTES.items() if "|" not in listed
              for form in _forms(listed)}  # fmt: skip
    parts: Iterable[str] = ("hair", "eyes", "skin", "fur", "feathers", "shirt", "trousers", "boots")
    things |= {part: part for part in parts}  # type: ignore[misc]
    for at, token in enumerate(tokens):
        if token in words.COLOURS:
            for thing in tokens[at + 1 : at + 3]:
                if thing in things:
                    found.setdefault(str(things[thing]), token)
                    break
    return found
