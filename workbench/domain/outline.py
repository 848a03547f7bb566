"""The plan of a story: chapters to come, in the writer's order, and what of a proposed one may stand."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from workbench.domain import text as prose
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Value

TITLE_CHARS, SUMMARY_CHARS = 200, 4000
# Two summaries that share more of their words than this plan the same chapter twice.
SAME_SHARE, SAME_WORDS = 0.6, 3
# A summary may bring in somebody new, but a crowd that nobody knows is a small model astray.
NEW_NAMES = 2
# Words that may come often; "story" and "chapter" may not.
_PLAIN = prose.STOPWORDS - {"story", "chapter", "scene"}
_NUMBERED = re.compile(r"^\s*(?:chapter|part|act|scene)\s+[\w.]+\s*[:.\-–—)]*\s*", re.IGNORECASE)


class PlannedChapter(Value):
    """A chapter as it is planned: what it is called, and what happens in it. `by` says who worded it."""

    title: str = Field(max_length=TITLE_CHARS)
    summary: str = Field("", max_length=SUMMARY_CHARS)
    by: Literal["writer", "model", "rule"] = "writer"


class OutlineItem(Value):
    """A planned chapter. `number` counts within the story, and `passage_id` is the chapter that was written for it."""

    id: str = ""
    story_id: str = ""
    number: int = Field(ge=1)
    title: str = Field(max_length=TITLE_CHARS)
    summary: str = Field("", max_length=SUMMARY_CHARS)
    passage_id: str | None = None
    part_id: str | None = None
    created_at: str = ""
    updated_at: str = ""


class OutlinePart(Value):
    """A part of the plan: some of its chapters, and what they are to tell together."""

    id: str = ""
    story_id: str = ""
    number: int = Field(ge=1)
    title: str = Field(max_length=TITLE_CHARS)
    summary: str = Field("", max_length=SUMMARY_CHARS)
    created_at: str = ""
    updated_at: str = ""


def arranged(items: Sequence[OutlineItem], line: dict[str, int]) -> list[OutlineItem]:
    """The plan as it stands on a line of passages, `{passage id: chapter number}`, oldest first.

    What is written there comes first and has its chapter's number; the rest follows in the given order, numbered on
    from the last chapter. What another branch has written is still to come here, unless this line has it too.
    """
    written = sorted((item for item in items if item.passage_id in line), key=lambda one: line[one.passage_id or ""])
    told = {_name(item.title) for item in written}
    waiting = [
        item
        for item in items
        if item.passage_id not in line and not (item.passage_id is not None and _name(item.title) in told)
    ]
    number = max(line.values(), default=0)
    return [item.model_copy(update={"number": line[item.passage_id or ""]}) for item in written] + [
        item.model_copy(update={"number": number + place, "passage_id": None})
        for place, item in enumerate(waiting, start=1)
    ]


def _name(title: str) -> str:
    return " ".join(prose.words(title))


def request_of(item: OutlineItem | PlannedChapter) -> str:
    """A planned chapter as a request to the writer."""
    return f"{_ended(item.title)} {item.summary}".strip()


def _ended(title: str) -> str:
    return title if prose.ends_complete(title) else f"{title}."


def tidy(title: str, summary: str) -> tuple[str, str]:
    """A proposed title without its number and quotes, and a summary without a cut-off end."""
    title = _NUMBERED.sub("", prose.unquoted(" ".join(title.split()).strip(" *#_"))).strip(' .,:;-–—*#_"“”')
    summary = prose.without_repeated_sentences(prose.without_cut_end(" ".join(summary.split())))
    if summary and not prose.ends_complete(summary):
        summary = f"{summary.rstrip(' ,;:-–—')}."
    return title[:TITLE_CHARS], summary[:SUMMARY_CHARS]


def plan_problem(
    title: str,
    summary: str,
    before: Iterable[PlannedChapter | OutlineItem],
    known: str,
    told: str = "",
    names: str = "",
) -> str:
    """Why a proposed chapter can't stand beside those `before` it; "" when it can.

    `known` is all text whose names the story knows, `told` what is written already. That two
    chapters share `names` makes them no more alike.
    """
    if not prose.content_words(title) or len(title) < 3:
        return "the title says nothing"
    if len(prose.words(summary)) < 5 or not prose.says_something(summary):
        return "the summary says too little"
    if _in_circles(summary):
        return "the summary goes round in circles"
    if _name(title) == _name(summary):
        return "the summary only repeats the title"
    if told and all(prose.occurs_in(line, told) for line in prose.sentences(summary)):
        return "that is written already"
    called = prose.content_words(names)
    said = prose.content_words(summary) - called
    for other in before:
        if _name(other.title) == _name(title):
            return f"“{title}” is planned already"
        theirs = prose.content_words(other.summary) - called
        shared = len(said & theirs)
        if shared >= SAME_WORDS and shared / min(len(said), len(theirs)) > SAME_SHARE:
            return f"that is what “{other.title}” tells"
    strange = prose.new_names(summary, [known, title])
    if len(strange) > NEW_NAMES:
        return f"nobody knows {', '.join(list(strange)[:3])}"
    return ""


def _in_circles(summary: str) -> bool:
    """Whether a summary says one thing over and over."""
    stems = Counter(prose.stem(word) for word in prose.words(summary) if len(word) > 3 and word not in _PLAIN)
    most = max(stems.values(), default=0)
    return prose.repeated_share(summary, 3) > 0.3 or (most >= 4 and most / stems.total() > 0.2)


def cast(
    entries: Sequence[LoreEntry], before: Sequence[PlannedChapter | OutlineItem], most: int = 4
) -> list[LoreEntry]:
    """Whom the next chapter could be about: the people of the story that its plan has used least, at most `most`."""
    told = " ".join(f"{item.title} {item.summary}" for item in before)
    people = [entry for entry in entries if entry.kind in _PEOPLE]
    return sorted(people, key=lambda one: len(prose.mentions(told, one.names)))[:most]


_SCENES = (
    ("{a} at {b}", "{a} comes to {b}, and finds something there that changes what is to be done next."),
    ("What {a} keeps from {b}", "{b} learns that {a} has kept something back, and asks for the truth."),
    ("{a} without {b}", "{a} has to do without {b} for the first time, and pays for it."),
    ("The price of {a}", "Somebody wants {a}, and {b} has to decide what it is worth."),
    ("{a} returns", "{a} comes back into the story when {b} least expects it."),
)
_PEOPLE, _THINGS = ("character", "faction"), ("location", "item", "event", "faction", "rule")


def planned_by_rule(
    entries: Sequence[LoreEntry], before: Sequence[PlannedChapter | OutlineItem], number: int
) -> PlannedChapter:
    """A chapter made of the story's own entries, those first that the plan has used least.

    A story without entries gets an open place in its plan: nothing is invented for it.
    """
    taken = {_name(item.title) for item in before}
    told = " ".join(f"{item.title} {item.summary}" for item in before)
    use = {entry.id: len(prose.mentions(told, [entry.title])) for entry in entries}
    people = sorted((e for e in entries if e.kind in _PEOPLE), key=lambda one: use[one.id])
    things = sorted((e for e in entries if e.kind in _THINGS), key=lambda one: use[one.id])
    pairs = [(a, b) for b in [*things, *people] for a in people if a.id != b.id]
    pairs.sort(key=lambda pair: use[pair[0].id] + use[pair[1].id])
    for a, b in pairs:
        for place, (title, summary) in enumerate(_SCENES):
            if not _fits(place, a, b):
                continue
            first, second = (b, a) if place == 3 else (a, b)
            named = title.format(a=first.title, b=second.title)
            if len(named) <= TITLE_CHARS and _name(named) not in taken:
                said = summary.format(a=first.title, b=second.title)
                return PlannedChapter(title=named, summary=said[0].upper() + said[1:], by="rule")
    return PlannedChapter(
        title=f"Open place {number}",
        summary="Nothing is planned here yet: say what should happen.",
        by="rule",
    )


def _fits(place: int, a: LoreEntry, b: LoreEntry) -> bool:
    """Whether the kinds of two entries make sense in a scene: one is at a place, has a secret from a person, ..."""
    if place == 0:
        return b.kind == "location"
    if place == 3:
        return b.kind == "item"
    return b.kind in _PEOPLE and a.kind in _PEOPLE


def to_come(plan: Iterable[OutlineItem]) -> list[OutlineItem]:
    """The chapters of a plan that aren't written yet, in its order."""
    return [item for item in plan if item.passage_id is None]
