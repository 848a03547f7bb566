"""What in a story can't be true together, found by rule: each find quotes both sentences."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from workbench.domain.lore import LoreEntry
from workbench.domain.model import Value
from workbench.domain.story import Passage
from workbench.domain.text import normalised
from workbench.domain.timeline import Quote, StoryEvent, Violation
from workbench.timeline.rules import ages, causes, dates, holding, lives, places, secrets
from workbench.timeline.story import Finding, Story, story_of


class Rule(Value):
    """A rule of continuity, as people read it."""

    name: str
    title: str
    explanation: str


RULES: tuple[Rule, ...] = (
    Rule(
        name="two_places",
        title="In two places at once",
        explanation="Nobody can be in two places at one time. Dreams, memories and talk about somebody don't count.",
    ),
    Rule(
        name="travel",
        title="There too soon",
        explanation="A way takes as long as the distances in the lore, or told in the story, say.",
    ),
    Rule(
        name="after_death",
        title="Acts after death",
        explanation="Who has died does nothing afterwards, unless the story knows of ghosts, twins or a feigned death.",
    ),
    Rule(
        name="before_birth",
        title="Acts before birth",
        explanation="Nobody does anything in a year before the one that they were born in.",
    ),
    Rule(
        name="object",
        title="Held by two at once",
        explanation="One thing can't be in two hands at one time, or in other hands while somebody keeps it.",
    ),
    Rule(
        name="age",
        title="The wrong age",
        explanation="A stated age has to fit the birth year, and other stated ages with the time between them.",
    ),
    Rule(
        name="date",
        title="Two dates for one thing",
        explanation="One thing can't have happened on two dates, and a date falls on one weekday only.",
    ),
    Rule(
        name="cause",
        title="Before its cause",
        explanation="Nothing happens before what brought it about.",
    ),
    Rule(
        name="knowledge",
        title="Knows too much",
        explanation="What nobody else saw or was told stays with those who were there, until they tell it.",
    ),
)
_BY_NAME = {rule.name: rule for rule in RULES}
_CHECKERS: dict[str, Callable[[Story], Iterator[Finding]]] = {
    "two_places": places.two_places,
    "travel": places.travel,
    "after_death": lives.after_death,
    "before_birth": lives.before_birth,
    "object": holding.item_held,
    "age": ages.age,
    "date": dates.date,
    "cause": causes.cause,
    "knowledge": secrets.knowledge,
}


def check(
    passages: Sequence[Passage],
    entries: Sequence[LoreEntry],
    *,
    draft: Passage | None = None,
    events: Sequence[StoryEvent] = (),
) -> list[Violation]:
    """What contradicts itself in the passages of one line, in order, with the lore; with a draft only what it is in.

    Of the `events` those count that a writer has put down. Each violation quotes whole sentences; its key stays the
    same while the sentences do.
    """
    own = tuple(event for event in events if event.origin == "writer")
    return list(_checked(tuple(passages), tuple(entries), draft, own))


@lru_cache(maxsize=16)
def _checked(
    passages: tuple[Passage, ...], entries: tuple[LoreEntry, ...], draft: Passage | None, events: tuple[StoryEvent, ...]
) -> tuple[Violation, ...]:
    story = story_of(passages, entries, draft, events)
    found: dict[str, Violation] = {}
    for name, checker in _CHECKERS.items():
        for finding in checker(story):
            if draft is not None and all(told.passage_id != draft.id for told in finding.told):
                continue
            violation = _violation(name, finding)
            found.setdefault(violation.key, violation)
    return tuple(found.values())


def _violation(name: str, finding: Finding) -> Violation:
    evidence: list[Quote] = [told.quote() for told in finding.told]
    evidence += [quote for quote in finding.more if quote.quote not in {known.quote for known in evidence}]
    said = sorted(normalised(quote.quote) for quote in evidence)
    identity = "\n".join((name, *sorted(finding.subjects), *said))
    return Violation(
        key=hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:24],
        rule=name,
        title=_BY_NAME[name].title,
        message=finding.message,
        evidence=tuple(evidence),
    )
