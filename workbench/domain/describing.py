"""A scene read out of a passage and the lore that is true there, by rule: what is said is shown, and nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from workbench.domain import scene_words as words
from workbench.domain import text as prose
from workbench.domain.pictures import PEOPLE, Attribute, Figure, Pose, Scene, Shape

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
_PRONOUNS = frozenset("she her he his him hers hes shes hers hiss".split())
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
    place, daytime = _best(scores), _best(_scores(words.DAYTIMES, counts))
    weather, mood = _best(_scores(words.WEATHERS, counts)), _best(_scores(words.MOODS, counts))
    found = _scores(words.DETAILS, counts)
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
    counts, now = _counts(told), _counts(here)
    attributes = _attributes(told)
    attributes += [one for one in _attributes(here) if one not in attributes]
    pose: Pose = "sitting" if _count(words.SITTING, now) else "walking" if _count(words.WALKING, now) else "standing"
    return Figure(
        name=name,
        shape=_shape(told, counts, True) if about.strip() else _shape(here, now, False),
        attributes=tuple(attributes[:MOST_ATTRIBUTES]),
        colours={**_colours(here), **_colours(told)},
        pose=pose,
        look=about.strip(),
    )


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


def _shape(text: str, counts: Mapping[str, float], told_of: bool) -> Shape:
    """What somebody is. The lore says it first of all (`told_of`); in a passage people go before animals."""
    nouns = [
        (match.start(), shape)
        for shape, listed in words.SHAPES.items()
        for match in [re.search(rf"\b(?:{_BEFORE})\s+(?:[\w’-]+\s+){{0,3}}?(?:{_listed(listed)})\b", text)]
        if match
    ]
    if not told_of:
        nouns = [one for one in nouns if one[1] in PEOPLE] or nouns
    if nouns:
        return _aged(min(nouns)[1], counts)
    return _aged("man" if _count("he his him", counts) > _count("she her hers", counts) else "woman", counts)


@lru_cache(maxsize=64)
def _listed(listed: str) -> str:
    return "|".join(sorted(_forms(listed) - _PRONOUNS, key=len, reverse=True))


def _aged(shape: Shape, counts: Mapping[str, float]) -> Shape:
    aged: Mapping[str, Shape] = {"woman": "old woman", "man": "old man"}
    return aged[shape] if shape in aged and any(word in counts for word in words.OLD) else shape


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
