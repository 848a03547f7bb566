"""What rules leave open of events, and which answers to that stand: none that the sentence has no word for.

“The cartographer closed the gate of the mill” names nobody. Where an entry says that Aria is a cartographer, and
another one is called the Old Mill, there is something to ask; what was answered is then taken over as it stands.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from workbench.domain import text as prose
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Value
from workbench.domain.notes import grounded_summary
from workbench.domain.timeline import Named, StoryEvent

# Longer than this what happens is no line of a timeline any more.
LONGEST_LINE = 110
# A line of fewer words tells nothing, and one that doesn't begin with what the sentence begins with tells of another.
LEAST_WORDS, BEGINNING_WORDS = 5, 6
# Of one passage; more would be no short question.
MOST_OPEN = 3
MOST_CHOICES = 4
_ROLE = re.compile(
    r"\b(?:an?|the)\s+((?:[\w’'-]+\s+){0,3}?[\w’'-]+)"
    r"(?=\s*(?:[,.;:—–]|$)|\s+(?:of|who|whose|that|in|at|on|with|from|and)\b)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"[“\"][^”\"]*[”\"]?")


class Opening(Value):
    """What is open of the event at `index`: who of `people` takes part, which of `places` it is, a shorter line."""

    index: int
    sentence: str
    places: tuple[Named, ...] = ()
    people: tuple[Named, ...] = ()
    long: bool = False


def openings(events: Sequence[StoryEvent], entries: Sequence[LoreEntry]) -> list[Opening]:
    """What rules leave open of the events of one passage, at most `MOST_OPEN`, in the order of telling."""
    places = [entry for entry in entries if entry.kind == "location"]
    people = [entry for entry in entries if entry.kind == "character"]
    found = []
    for index, event in enumerate(events):
        told = _SPOKEN.sub(" ", event.evidence)
        one = Opening(
            index=index,
            sentence=event.evidence,
            places=() if event.where else _meant(told, places, _place_words),
            people=() if event.who else _meant(told, people, _role_words),
            # Rules can only cut a long sentence off.
            long=len(event.what) < len(" ".join(event.evidence.split())),
        )
        if one.places or one.people or one.long:
            found.append(one)
    # Who and where say more than a shorter line.
    first = sorted(found, key=lambda one: not (one.places or one.people))[:MOST_OPEN]
    return sorted(first, key=lambda one: one.index)


def filled(event: StoryEvent, opening: Opening, where: str = "", who: str = "", what: str = "") -> StoryEvent:
    """An event with what of the answers stands; unchanged where none does. `where` and `who` are titles."""
    place = next((named for named in opening.places if named.title == where), None)
    person = next((named for named in opening.people if named.title == who), None)
    line = _line(what, event) if opening.long else ""
    if place is None and person is None and not line:
        return event
    return event.model_copy(
        update={
            "where": event.where or place,
            "who": event.who or ((person,) if person else ()),
            "what": line or event.what,
            "origin": "model",
        }
    )


def _line(what: str, event: StoryEvent) -> str:
    """A shorter line for an event, or "" where it doesn't rest on the sentence, or tells of something else in it."""
    line = prose.without_cut_end(" ".join(what.split()))
    named = " ".join(named.title for named in event.who)
    if len(line) > LONGEST_LINE or len(prose.words(line)) < LEAST_WORDS or line == event.evidence:
        return ""
    subject = next((word for word in prose.words(line) if prose.content_words(word)), "")
    begins = " ".join([*prose.words(event.evidence)[:BEGINNING_WORDS], named])
    if not prose.content_words(subject) & prose.content_words(begins):
        return ""
    return line if grounded_summary(line, event.evidence, named) == line else ""


def _meant(sentence: str, entries: Iterable[LoreEntry], words_of: Callable[[LoreEntry], set[str]]) -> tuple[Named, ...]:
    found = []
    for entry in entries:
        words = "|".join(sorted(map(re.escape, words_of(entry))))
        if words and re.search(rf"\b(?:the|this|that)\s+(?:[\w’'-]+\s+)?(?:{words})\b", sentence, re.IGNORECASE):
            found.append(Named(title=entry.title, entry_id=entry.id))
    return tuple(found[:MOST_CHOICES])


def _place_words(entry: LoreEntry) -> set[str]:
    """What a place is: the mill, for the Old Mill."""
    lasts = (prose.words(name)[-1:] for name in entry.names if len(name.split()) > 1)
    return {word for last in lasts for word in last if len(word) > 2 and word not in prose.STOPWORDS}


def _role_words(entry: LoreEntry) -> set[str]:
    """What somebody is by the first sentence of their entry: a cartographer, the old captain."""
    first = next(iter(prose.sentences(entry.content)), "")
    roles = (prose.words(match.group(1))[-1:] for match in _ROLE.finditer(first))
    return {word for role in roles for word in role if len(word) > 3 and word not in prose.STOPWORDS}
