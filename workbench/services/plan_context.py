"""What agents are shown of the plan: the chapter that follows, and what its part needs of place, time and open threads.

All of it is made by rule, and each piece is an item of the context like any other: it can be seen, pinned, left out.
"""

import logging
from collections.abc import Callable, Sequence

from workbench.domain import text as prose
from workbench.domain.context import ContextItem, Level
from workbench.domain.lore import LoreEntry
from workbench.domain.outline import OutlineItem, OutlinePart, request_of
from workbench.domain.parts import PartInPlan, with_chapters
from workbench.domain.plan_text import shortened
from workbench.domain.story import Passage, StoryView
from workbench.domain.threads import at_the_end, left_open, not_told
from workbench.domain.timeline import PlacedEvent
from workbench.storage import lore, outlines, parts
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# Up to so many characters a chapter's plan is told whatever the room.
SHORT_PLAN = 800
# Of the part itself, of each part before it and of each open thread so many characters are told.
PART_CHARS, BEFORE_CHARS, THREAD_CHARS = 500, 400, 180
# Parts before this one, threads, and the chapters that threads are looked for in.
MOST_BEFORE, MOST_THREADS, THREAD_CHAPTERS = 3, 4, 6
MOST_PRESENT = 6

Events = Callable[[str], Sequence[PlacedEvent]]
Told = Callable[[Sequence[Passage]], str]


class PlanContext:
    """Makes the items. `events` are a story's on its open branch, `told` sums up passages without asking a model."""

    def __init__(self, database: Database, events: Events, told: Told) -> None:
        self._database = database
        self._events = events
        self._told = told

    def __call__(self, view: StoryView) -> list[ContextItem]:
        """What the plan says of the chapter that follows on a view of a story; empty without a plan for it."""
        number = view.next_number
        with self._database.reading() as session:
            plan = outlines.outline(session, view.story.id)
            listed = parts.listing(session, view.story.id)
        items = {item.number: item for item in plan}
        found = []
        here = items.get(number)
        if here is not None and here.part_id is not None:
            found += self._of_part(view, here, with_chapters(listed, plan))
        if here is not None:
            text = f"Planned for chapter {number}: {request_of(here)}"
            level: Level = "high" if len(text) <= SHORT_PLAN else "medium"
            found.append(_plan_item(here, text, level))
        if (later := items.get(number + 1)) is not None:
            text = f"Planned for chapter {number + 1}, not to be told before: {later.title}"
            found.append(_plan_item(later, text, "low"))
        return found

    def _of_part(self, view: StoryView, here: OutlineItem, all_parts: Sequence[PartInPlan]) -> list[ContextItem]:
        """What the part needs, in the order of how seldom it changes."""
        place = next((i for i, one in enumerate(all_parts) if one.part.id == here.part_id), None)
        if place is None:
            return []
        part = all_parts[place]
        line = {passage.id: passage for passage in view.passages}
        found = [
            _item(f"part:{part.part.id}", "plan: this part", _aim(part.part, len(all_parts))),
            _item("part:before", "plan: the parts before", self._before(all_parts[:place], line)),
        ]
        if view.passages:
            with self._database.reading() as session:
                entries = lore.story_entries(session, view.story.id, line=list(line))
            found.append(_item("part:now", "where the story stands", self._standing(view, entries)))
            threads = _threads(part, line, view.passages[-THREAD_CHAPTERS:])
            found.append(_item("part:open", "open threads", threads))
        return [item for item in found if item.text]

    def _before(self, before: Sequence[PartInPlan], line: dict[str, Passage]) -> str:
        told = []
        for one in before[-MOST_BEFORE:]:
            passages = [line[item.passage_id] for item in one.items if item.passage_id in line]
            if passages:
                summary = shortened(self._told(passages), BEFORE_CHARS)
                told.append(f"What was told in part {one.part.number}, {one.part.title}: {summary}")
        return "\n".join(told)

    def _standing(self, view: StoryView, entries: Sequence[LoreEntry]) -> str:
        """Time, place and people at the end of what is written."""
        last = view.passages[-1]
        end = at_the_end(last.text)
        when, where = self._last_event(view.story.id, last)
        where = where or _latest(entries, "location", last.text)
        present = [entry.title for entry in entries if entry.kind == "character" and prose.mentions(end, entry.names)]
        lines = [
            f"Time at the end of chapter {last.number}: {when}." if when else "",
            f"Place: {where}." if where else "",
            f"Present: {', '.join(present[:MOST_PRESENT])}." if present else "",
        ]
        return " ".join(line for line in lines if line)

    def _last_event(self, story_id: str, last: Passage) -> tuple[str, str]:
        """Time and place of what the last passage tells last, as far as its events say so."""
        try:
            events = [one for one in self._events(story_id) if one.event.passage_id == last.id]
        except Exception:
            # A chapter is written without the timeline too.
            logger.exception("The timeline can't say where the story stands")
            return "", ""
        events.sort(key=lambda one: one.event.position)
        when = next((one.label for one in reversed(events) if one.label and one.event.when.kind != "ordered"), "")
        where = next((one.event.where.title for one in reversed(events) if one.event.where), "")
        return when, where


def _aim(part: OutlinePart, count: int) -> str:
    summary = shortened(part.summary, PART_CHARS)
    return f"This is part {part.number} of {count}, {part.title}{': ' + summary if summary else '.'}"


def _latest(entries: Sequence[LoreEntry], kind: str, text: str) -> str:
    """The entry of a kind that a text names last, "" for none."""
    found = [
        (places[-1], entry.title)
        for entry in entries
        if entry.kind == kind and (places := prose.mentions(text, entry.names))
    ]
    return max(found)[1] if found else ""


def _threads(part: PartInPlan, line: dict[str, Passage], latest: Sequence[Passage]) -> str:
    """What the part has passed over, and what the latest chapters have left open."""
    told = [(item, line[item.passage_id]) for item in part.items if item.passage_id in line]
    found = []
    for place, (item, _) in enumerate(told):
        after = "\n".join(passage.text for _, passage in told[place:])
        found += [
            f"Planned for chapter {item.number} and not told yet: {sentence}"
            for sentence in not_told(item.summary, after)
        ]
    found = [line for line in found if len(line) <= 2 * THREAD_CHARS][-MOST_THREADS // 2 :]
    found += [line for line in left_open([passage.text for passage in latest]) if len(line) <= THREAD_CHARS]
    return "Still open:\n" + "\n".join(f"- {line}" for line in found[:MOST_THREADS]) if found else ""


def _item(key: str, source: str, text: str) -> ContextItem:
    return ContextItem(layer="plot", source=source, key=key, text=text, priority="high")


def _plan_item(item: OutlineItem, text: str, level: Level) -> ContextItem:
    return ContextItem(
        layer="plot", source=f"plan: chapter {item.number}", key=f"outline:{item.id}", text=text, priority=level
    )
