"""Events of a passage, read by rules: who is where, when, and what happens, each with its sentence."""

import re
from collections.abc import Sequence

from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage
from workbench.domain.timeline import Named, StoryEvent, StoryTime
from workbench.timeline.cast import Known, cast_of
from workbench.timeline.lines import Line, lines
from workbench.timeline.times import story_time
from workbench.timeline.verbs import forms

LONGEST_WHAT = 140
MOST_EVENTS = 12


def time_of(words: str) -> StoryTime:
    """A time phrase that somebody typed ("three days later", "On 3 May 1847") as a value.

    What can't be read is only ordered; `told` keeps the words.
    """
    return story_time(words)


def events_of(passage: Passage, entries: Sequence[LoreEntry]) -> list[StoryEvent]:
    """The events of a passage by rules only, in the order of telling: ids are empty, positions count from 0.

    An event is a sentence that says when or where somebody known does something, or that somebody dies, comes, goes, or
    gives something away. What is dreamt or supposed is none.
    """
    found: list[tuple[Line, StoryTime, Known | None, tuple[Known, ...]]] = []
    where: Known | None = None
    paragraph = -1
    people: list[Known] = []
    for line in lines(passage.text, cast_of(entries)):
        if line.sentence.paragraph != paragraph:
            paragraph, where = line.sentence.paragraph, None
        if line.unreal:
            continue
        place = _place(line)
        if place is not None:
            where = place
        people = [one for one in line.people if one.kind == "character"]
        if _is_event(line, place) and (people or place is not None):
            when = line.cue.story_time() if line.cue else StoryTime()
            found.append((line, when, place or where, tuple(people)))
    if not found:
        found = _first_mention(passage, entries)
    return [
        StoryEvent(
            story_id=passage.story_id,
            passage_id=passage.id,
            position=position,
            when=when,
            where=Named(title=place.title, entry_id=place.id) if place else None,
            who=tuple(one.named for one in who),
            what=what_of(line.text),
            evidence=line.text,
        )
        for position, (line, when, place, who) in enumerate(found[:MOST_EVENTS])
    ]


def _place(line: Line) -> Known | None:
    """Where a sentence is set: where somebody is or comes to, before where they leave."""
    stays = [stay for stay in line.stays if stay.action.real]
    for how in ("arrive", "at"):
        for stay in stays:
            if stay.how == how:
                return stay.place
    named = [m.known for m in line.mentions if m.known.kind == "location"]
    opening = re.match(r"(?:[Ii]n|[Aa]t|[Oo]n|[Aa]board|[Ii]nside)\s(?:the\s)?", line.sentence.narration)
    if named and opening and line.mentions[0].start <= opening.end() + 4:
        return named[0]
    return stays[0].place if stays else None


def _is_event(line: Line, place: Known | None) -> bool:
    real = [action for action in line.actions if action.real]
    if line.cue is not None and (real or place is not None):
        return True
    if line.past:
        return False
    if place is not None and real:
        return True
    turning = (
        forms("die").finite | forms("leave").finite | forms("give").finite | {"arrived", "arrives", "married", "killed"}
    )
    return any(action.verb in turning and action.named for action in real)


def _first_mention(
    passage: Passage, entries: Sequence[LoreEntry]
) -> list[tuple[Line, StoryTime, Known | None, tuple[Known, ...]]]:
    """The first sentence in which somebody known does something: a passage that says no time or place has one event."""
    for line in lines(passage.text, cast_of(entries)):
        people = [one for one in line.people if one.kind == "character"]
        if people and not line.unreal and not line.past:
            return [(line, line.cue.story_time() if line.cue else StoryTime(), None, tuple(people))]
    return []


def what_of(sentence: str) -> str:
    """A sentence short enough to be read in a picture: cut behind a clause where it is long."""
    plain = " ".join(sentence.split())
    if len(plain) <= LONGEST_WHAT:
        return plain
    cut = max(plain.rfind(mark, 40, LONGEST_WHAT) for mark in (", ", "; ", ": ", " – ", "— "))
    if cut < 40:
        cut = plain.rfind(" ", 0, LONGEST_WHAT)
    return f"{plain[: cut if cut > 0 else LONGEST_WHAT].rstrip(' ,;:–—')}…"
