"""Story time: what happens when, where and to whom on the open branch, and what can't be true together."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage
from workbench.domain.timeline import Named, PlacedEvent, StoryEvent, StoryTime, Violation
from workbench.errors import InvalidInput, NotFound
from workbench.services.checks import id_field, mapping, text_field
from workbench.services.readings import Names, told_events
from workbench.settings import Settings
from workbench.storage import events, lore, stories
from workbench.storage.database import Database
from workbench.timeline import clock, continuity, reading

logger = logging.getLogger(__name__)

NAME_CHARS, PHRASE_CHARS, WHAT_CHARS, REASON_CHARS = 200, 120, 500, 1000
MOST_PEOPLE = 30
# Keys of an event that say where it stands and can't be set; whoever sends back what they were given may keep them.
DERIVED = frozenset(
    "id story_id evidence order at day label number kind origin position told created_at updated_at".split()
)
KNOWN = ("when", "where", "who", "what", "passage_id")
# Events whose hours are known are at one time within so many hours of each other.
AT_ONCE_HOURS = 3.0
# So many of the violations that were told last are remembered, so that one of a text that isn't stored can be
# dismissed, too.
REMEMBERED = 2000


@dataclass(frozen=True)
class Line:
    """A line of passages, what is true there, and the events that it tells."""

    passages: tuple[Passage, ...]
    entries: tuple[LoreEntry, ...]
    events: tuple[StoryEvent, ...]

    def placed(self) -> list[PlacedEvent]:
        """The events in story time."""
        return clock.placed(self.events, {passage.id: passage.number for passage in self.passages})


class Timeline:
    """Events and contradictions of stories, on their open branches."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._told: OrderedDict[tuple[str, str], Violation] = OrderedDict()
        self._current: dict[str, tuple[str, frozenset[str]]] = {}
        self._lock = threading.Lock()

    # Events

    def events(self, story_id: str, who: str = "", where: str = "") -> list[PlacedEvent]:
        """The events of the open branch in story time; with `who` or `where` only those of somebody or of some place.

        Both are names, or ids of lore entries. Passages that weren't read yet are read now, by rule.
        """
        who = text_field(who, "Who", longest=NAME_CHARS)
        where = text_field(where, "Where", longest=NAME_CHARS)
        line = self._line(id_field(story_id, "The story"))
        placed = line.placed()
        if who:
            placed = [one for one in placed if any(_is(named, who, line.entries) for named in one.event.who)]
        if where:
            placed = [one for one in placed if one.event.where and _is(one.event.where, where, line.entries)]
        return placed

    def add(self, story_id: str, event: dict[str, Any]) -> StoryEvent:
        """Note an event of the writer's own: {when, where, who, what}; `when` in words as a story has them.

        With a `passage_id` it hangs on that passage, and goes with it; without one it holds on every branch.
        Raises `InvalidInput` and `NotFound`.
        """
        story_id = id_field(story_id, "The story")
        given = self._given(event)
        what = text_field(given.get("what"), "What happens", longest=WHAT_CHARS, required=True)
        passage_id = text_field(given.get("passage_id"), "The passage", longest=NAME_CHARS) or None
        with self._database.writing() as session:
            entries = lore.story_entries(session, story_id)
            if passage_id and stories.get_passage(session, passage_id).story_id != story_id:
                raise NotFound("That passage belongs to another story. /get_story lists the passages of this one.")
            made = StoryEvent(
                story_id=story_id,
                passage_id=passage_id,
                when=_time(given.get("when")),
                where=_place(given.get("where"), entries),
                who=_people(given.get("who"), entries),
                what=what,
                origin="writer",
            )
            return events.add(session, made)

    def change(self, event_id: str, event: dict[str, Any]) -> StoryEvent:
        """Change the fields of an event that are named; another reading of its passage leaves it as it is now.

        Raises `InvalidInput` and `NotFound`.
        """
        event_id = id_field(event_id, "The event")
        given = self._given(event)
        with self._database.reading() as session:
            old = events.get(session, event_id)
            entries = lore.story_entries(session, old.story_id)
        if not given:
            return old
        fields: dict[str, Any] = {"origin": "writer"}
        if "passage_id" in given and (given["passage_id"] or None) != old.passage_id:
            raise InvalidInput("An event stays with the passage that tells it. Delete it, and add it to another one.")
        if "what" in given:
            fields["what"] = text_field(given["what"], "What happens", longest=WHAT_CHARS, required=True)
        if "where" in given:
            fields["where"] = _place(given["where"], entries)
        if "who" in given:
            fields["who"] = _people(given["who"], entries)
        if "when" in given:
            when = _time(given["when"])
            # What it is called on the timeline is no new time.
            fields["when"] = old.when if when.told == self.when_words(self.placed(old)) else when
        with self._database.writing() as session:
            return events.change(session, events.get(session, event_id).model_copy(update=fields))

    def delete(self, event_id: str) -> StoryEvent:
        """Take an event out; another reading of its passage doesn't bring it back."""
        with self._database.writing() as session:
            return events.remove(session, id_field(event_id, "The event"))

    def placed(self, event: StoryEvent) -> PlacedEvent:
        """A stored event with its place in story time; of one that isn't on the open branch only its own time."""
        line = self._line(event.story_id)
        found = next((one for one in line.placed() if one.event.id == event.id), None)
        return found or clock.placed([event], {event.passage_id: 1} if event.passage_id else {})[0]

    def linked(self, story_id: str, event_id: str) -> dict[str, list[PlacedEvent]]:
        """What happens in the same place at other times, and elsewhere at the same time: same_place and same_time."""
        placed = self.events(story_id)
        event_id = id_field(event_id, "The event")
        here = next((one for one in placed if one.event.id == event_id), None)
        if here is None:
            raise NotFound(
                f"This story has no event with the id {event_id!r} on its open branch. /timeline names them."
            )
        others = [one for one in placed if one is not here]
        return {
            "same_place": [one for one in others if _same_place(one, here)],
            "same_time": [one for one in others if not _same_place(one, here) and _same_time(one, here)],
        }

    @staticmethod
    def when_words(placed: PlacedEvent) -> str:
        """When an event happens, as people read it: a date as such, else in the story's or the writer's words."""
        event = placed.event
        dated = event.when.kind == "exact" and event.origin != "writer"
        return (placed.label if dated else "") or event.when.told or placed.label

    # Contradictions

    def check(self, story_id: str, text: str = "", passage_id: str = "") -> list[Violation]:
        """What can't be true together on the open branch; those that the writer lets stand say why.

        With a `text` only what that text contradicts, as if it came next, or in the place of the passage of that id.
        With a `passage_id` alone the stored passage is looked at in that way.
        """
        story_id = id_field(story_id, "The story")
        text = text_field(text, "The text", longest=self._settings.max_text_chars)
        passage_id = text_field(passage_id, "The passage", longest=NAME_CHARS)
        line = self._line(story_id)
        with self._database.reading() as session:
            draft, passages = self._draft(session, story_id, line, text, passage_id)
            let_stand = events.dismissals(session, story_id)
        there = {passage.id for passage in passages}
        told = [event for event in line.events if not event.passage_id or event.passage_id in there]
        found = continuity.check(passages, line.entries, draft=draft, events=told)
        violations = [one.model_copy(update={"dismissed": let_stand.get(one.key, "")}) for one in found]
        with self._lock:
            for one in violations:
                self._told[story_id, one.key] = one
                self._told.move_to_end((story_id, one.key))
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)
        return violations

    def dismiss(self, story_id: str, key: str, reason: str) -> Violation:
        """Let a contradiction stand, for a reason; it comes back by itself when what it quotes has changed.

        Raises `InvalidInput` without a reason, and `NotFound` for a key that no check has told.
        """
        story_id = id_field(story_id, "The story")
        key = text_field(key, "The contradiction", longest=NAME_CHARS, required=True)
        reason = text_field(reason, "The reason", longest=REASON_CHARS, required=True)
        violation = self._violation(story_id, key)
        with self._database.writing() as session:
            events.dismiss(session, story_id, key, violation.rule, reason)
        return violation.model_copy(update={"dismissed": reason})

    def restore(self, story_id: str, key: str) -> None:
        """A contradiction that was let stand counts again."""
        story_id = id_field(story_id, "The story")
        key = text_field(key, "The contradiction", longest=NAME_CHARS, required=True)
        with self._database.writing() as session:
            events.restore(session, story_id, key)

    def _violation(self, story_id: str, key: str) -> Violation:
        with self._lock:
            known = self._told.get((story_id, key))
        if known is not None:
            return known
        with self._database.reading() as session:
            drafts = stories.view(session, story_id).drafts
        found = next((one for one in self.check(story_id) if one.key == key), None)
        for draft in drafts:
            found = found or next((one for one in self.check(story_id, passage_id=draft.id) if one.key == key), None)
        if found is None:
            raise NotFound("No contradiction of this story has that key now. /check_continuity tells those that do.")
        return found

    @staticmethod
    def _draft(
        session: Any, story_id: str, line: Line, text: str, passage_id: str
    ) -> tuple[Passage | None, Sequence[Passage]]:
        """The text that is looked at, as a passage, and the passages before it."""
        if not text and not passage_id:
            return None, line.passages
        if passage_id:
            passage = stories.get_passage(session, passage_id)
            if passage.story_id != story_id:
                raise NotFound("That passage belongs to another story. /get_story lists the passages of this one.")
            before = stories.line(session, passage.parent_id)
            return (passage.model_copy(update={"id": "", "text": text}) if text else passage), before
        last = line.passages[-1] if line.passages else None
        draft = Passage(
            id="",
            story_id=story_id,
            parent_id=last.id if last else None,
            number=last.number + 1 if last else 1,
            text=text,
        )
        return draft, line.passages

    # Reading

    def _line(self, story_id: str) -> Line:
        """The open line of a story with its events; what wasn't read yet, or must be read again, is read now."""
        with self._database.reading() as session:
            line = self._stored(session, story_id)
            stale = self._stale(session, story_id, line)
        if not stale:
            return line
        found = {passage.id: told_events(passage, line.entries) for passage, _ in stale}
        with self._database.writing() as session:
            for passage, rests_on in stale:
                events.keep_reading(session, story_id, passage.id, found[passage.id], rests_on)
        logger.info("Read %d passages of %s for what happens when", len(stale), story_id)
        with self._database.reading() as session:
            return self._stored(session, story_id)

    @staticmethod
    def _stored(session: Any, story_id: str) -> Line:
        passages = stories.line(session, stories.active_branch(session, story_id).head_id)
        ids = [passage.id for passage in passages]
        entries = [entry for entry in lore.story_entries(session, story_id, line=ids) if entry.enabled]
        return Line(tuple(passages), tuple(entries), tuple(events.of_line(session, story_id, ids)))

    def _stale(self, session: Any, story_id: str, line: Line) -> list[tuple[Passage, str]]:
        """Passages that are to be read, with what their reading rests on. That all are well is remembered."""
        names, ids = Names(line.entries), frozenset(passage.id for passage in line.passages)
        with self._lock:
            value, known = self._current.get(story_id, ("", frozenset()))
        if value == names.value and ids <= known:
            return []
        kept = events.readings(session, story_id, ids)
        wanted = [(passage, names.rests_on(passage.text)) for passage in line.passages]
        stale = [(passage, rests_on) for passage, rests_on in wanted if kept.get(passage.id) != rests_on]
        if not stale:
            with self._lock:
                self._current[story_id] = (names.value, ids)
        return stale

    def _given(self, event: Any) -> dict[str, Any]:
        given = mapping(event, "The event", longest=self._settings.max_text_chars)
        if unknown := next((name for name in given if name not in KNOWN and name not in DERIVED), None):
            raise InvalidInput(
                f"The event can't have a field {str(unknown)[:60]!r}. What is known there: {', '.join(KNOWN)}."
            )
        return {name: value for name, value in given.items() if name in KNOWN}


def _time(value: Any) -> StoryTime:
    return reading.time_of(text_field(value, "When", longest=PHRASE_CHARS))


def _named(name: str, entries: Sequence[LoreEntry]) -> Named:
    wanted = name.casefold()
    entry = next((one for one in entries if wanted in (known.casefold() for known in one.names)), None)
    return Named(title=entry.title, entry_id=entry.id) if entry else Named(title=name)


def _place(value: Any, entries: Sequence[LoreEntry]) -> Named | None:
    name = " ".join(text_field(value, "Where", longest=NAME_CHARS).split())
    return _named(name, entries) if name else None


def _people(value: Any, entries: Sequence[LoreEntry]) -> tuple[Named, ...]:
    """Who takes part, from a list of names or from names with commas between them."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, (list, tuple, type(None))):
        raise InvalidInput("Who takes part must be a list of names. Write it like [“Aria”, “Tobin”].")
    names = [" ".join(text_field(name, "A name of who takes part", longest=NAME_CHARS).split()) for name in value or []]
    if len(names) > MOST_PEOPLE:
        raise InvalidInput(f"At most {MOST_PEOPLE} people take part in one event, but {len(names)} are named.")
    named = [_named(name, entries) for name in names if name]
    return tuple(dict.fromkeys(named))


def _is(named: Named, wanted: str, entries: Sequence[LoreEntry]) -> bool:
    """Whether somebody or some place in an event is meant by a name or an id."""
    if wanted in (named.entry_id, named.title) or named.title.casefold() == wanted.casefold():
        return True
    entry = next((one for one in entries if one.id == named.entry_id), None)
    return entry is not None and wanted.casefold() in (name.casefold() for name in entry.names)


def _same_place(one: PlacedEvent, other: PlacedEvent) -> bool:
    first, second = one.event.where, other.event.where
    if first is None or second is None:
        return False
    same_entry = first.entry_id != "" and first.entry_id == second.entry_id
    return same_entry or first.title.casefold() == second.title.casefold()


def _same_time(one: PlacedEvent, other: PlacedEvent) -> bool:
    """On one day of the story, or within a few hours; what is only in order is at no one's time."""
    if one.day is not None and one.day == other.day:
        return True
    return one.at is not None and other.at is not None and abs(one.at - other.at) <= AT_ONCE_HOURS
