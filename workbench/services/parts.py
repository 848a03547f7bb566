"""Parts of a story's plan: named, put in order, given chapters, and summed up when they are written."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from workbench.domain.outline import SUMMARY_CHARS, TITLE_CHARS, OutlineItem, OutlinePart
from workbench.domain.parts import PartInPlan, with_chapters
from workbench.domain.story import Passage
from workbench.errors import Conflict, InvalidInput
from workbench.services.checks import id_field, model_field, text_field
from workbench.services.distilling import Distilling
from workbench.storage import outlines, parts, stories
from workbench.storage.database import Database

MOST_PARTS = 100


class PartFields(BaseModel):
    """A part as a caller gives it. `items` are ids of planned chapters, in the order that they are to have.

    What else /get_parts shows may come back, and is left alone.
    """

    model_config = ConfigDict(extra="forbid")

    id: str | None = None
    title: str = ""
    summary: str = ""
    items: list[str] | None = None
    story_id: str | None = None
    number: int | None = None
    told: str | None = None
    done: bool | None = None
    chapters: list[int] | None = None
    written: int | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Parts:
    """Keeps parts. The chapters of a part always stand together in the plan, and the parts in their chapters' order."""

    def __init__(self, database: Database, distilling: Distilling) -> None:
        self._database = database
        self._distilling = distilling

    def plan(self, story_id: str) -> list[PartInPlan]:
        """The parts of a plan with their chapters on the open branch; of those that are written, what was told."""
        story_id = id_field(story_id, "The story")
        with self._database.reading() as session:
            view = stories.view(session, story_id)
            found = with_chapters(parts.listing(session, story_id), outlines.outline(session, story_id))
        line = {passage.id: passage for passage in view.passages}
        return [
            one.model_copy(update={"told": self._distilling.of_part(_passages(one, line))}) if one.done else one
            for one in found
        ]

    def listing(self, story_id: str) -> list[OutlinePart]:
        """The parts of a plan in order, without their chapters."""
        with self._database.reading() as session:
            stories.get_story(session, id_field(story_id, "The story"))
            return parts.listing(session, story_id)

    def sum_up(self, part: PartInPlan, cancelled: Callable[[], bool]) -> str:
        """Have a part that is written summed up, and give its summary. Raises `Cancelled`."""
        with self._database.reading() as session:
            line = {passage.id: passage for passage in stories.view(session, part.part.story_id).passages}
        passages = _passages(part, line)
        return self._distilling.sum_up_part(passages, cancelled) if passages else ""

    def save(self, story_id: str, given: Any) -> list[PartInPlan]:
        """All parts of a plan in the writer's order, in place of those before: [{id?, title, summary, items?}].

        A part that isn't named any more is deleted, and its chapters stay in the plan. `items` puts chapters into the
        part, in this order; without it the part keeps its chapters. All or nothing.
        """
        if not isinstance(given, (list, tuple)):
            raise InvalidInput('The parts must be a list such as [{"title": "Salt", "summary": "…"}].')
        if len(given) > MOST_PARTS:
            raise InvalidInput(f"The plan has {len(given):,} parts; at most {MOST_PARTS} are accepted.")
        fields = [_fields(one, f"Part {place}") for place, one in enumerate(given, start=1)]
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            old = {part.id: part for part in parts.listing(session, story.id)}
            plan = outlines.outline(session, story.id)
            _check_named([one.id for one in fields if one.id], old.keys(), "part", "/get_parts")
            _check_named(
                [item for one in fields for item in one.items or ()], {i.id for i in plan}, "chapter", "/get_outline"
            )
            for part_id in old.keys() - {one.id for one in fields}:
                parts.remove(session, part_id)
            ids = []
            for one in fields:
                kept = parts.change if one.id else None
                part = kept(session, one.id, one.title, one.summary) if kept and one.id else None
                ids.append((part or parts.add(session, story.id, one.title, one.summary)).id)
            parts.order(session, story.id, ids)
            order, part_of = _arranged(outlines.outline(session, story.id), ids, fields)
            outlines.order(session, story.id, order)
            parts.assign(session, story.id, part_of)
        return self.plan(story_id)

    def add(self, story_id: str, title: str, summary: str = "", item_id: str = "") -> OutlinePart:
        """Put a part into the plan: one that begins with a chapter, and holds all up to the next part, or an empty one
        behind all others."""
        fields = _fields({"title": title, "summary": summary}, "The part")
        item_id = text_field(item_id, "The chapter", longest=200)
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            if len(parts.listing(session, story.id)) >= MOST_PARTS:
                raise InvalidInput(f"The plan has {MOST_PARTS} parts already, which is as many as are kept.")
            plan = outlines.outline(session, story.id)
            if item_id:
                _check_named([item_id], {item.id for item in plan}, "chapter", "/get_outline")
            part = parts.add(session, story.id, fields.title, fields.summary)
            start = next((i for i, item in enumerate(plan) if item.id == item_id), len(plan))
            taken = {}
            for item in plan[start:]:
                if item.part_id != plan[start].part_id:
                    break
                taken[item.id] = part.id
            parts.assign(session, story.id, taken)
            return parts.get(session, part.id)

    def change(self, part_id: str, title: str, summary: str) -> OutlinePart:
        """Change the words of a part."""
        fields = _fields({"title": title, "summary": summary}, "The part")
        with self._database.writing() as session:
            return parts.change(session, id_field(part_id, "The part"), fields.title, fields.summary)

    def delete(self, part_id: str) -> OutlinePart:
        """Take a part out of the plan. Its chapters stay in it."""
        with self._database.writing() as session:
            return parts.remove(session, id_field(part_id, "The part"))

    def put(self, item_id: str, part_id: str) -> list[OutlineItem]:
        """Put a chapter into the part before or behind it, where it stands; "" takes it out of its part.

        Raises `Conflict` for a part that doesn't stand beside it. Returns the whole plan.
        """
        part_id = text_field(part_id, "The part", longest=200)
        with self._database.writing() as session:
            item = outlines.get(session, id_field(item_id, "The planned chapter"))
            plan = outlines.outline(session, item.story_id)
            place = next(i for i, one in enumerate(plan) if one.id == item.id)
            beside = {one.part_id for one in plan[max(0, place - 1) : place + 2] if one.id != item.id}
            empty = {part.id for part in parts.listing(session, item.story_id)} - {one.part_id for one in plan}
            if part_id and part_id not in beside | empty:
                part = parts.get(session, part_id)
                raise Conflict(f"“{part.title}” doesn’t stand beside this chapter. Move the chapter there first.")
            parts.assign(session, item.story_id, {item.id: part_id or None})
            return outlines.outline(session, item.story_id)


def _fields(value: Any, name: str) -> PartFields:
    if not isinstance(value, dict):
        raise InvalidInput(f'{name} must be an object such as {{"title": "Salt", "summary": "…"}}.')
    fields = model_field(PartFields, value, name)
    title = " ".join(text_field(fields.title, f"{name}: The title", longest=TITLE_CHARS, required=True).split())
    return fields.model_copy(
        update={"title": title, "summary": text_field(fields.summary, f"{name}: The summary", longest=SUMMARY_CHARS)}
    )


def _check_named(named: Sequence[str], known: Any, what: str, where: str) -> None:
    if unknown := [key for key in named if key not in known]:
        raise InvalidInput(
            f"The plan of this story has no {what} with the id {unknown[0][:60]!r}. {where} names those that there are."
        )
    if len(named) != len(set(named)):
        raise InvalidInput(f"One {what} is named twice. Each can stand in one place only.")


def _passages(part: PartInPlan, line: dict[str, Passage]) -> list[Passage]:
    """The written chapters of a part in the order of reading."""
    return [line[item.passage_id] for item in part.items if item.passage_id in line]


def _arranged(
    plan: Sequence[OutlineItem], part_ids: Sequence[str], fields: Sequence[PartFields]
) -> tuple[list[str], dict[str, str | None]]:
    """The plan's order and the parts of its chapters, when the parts stand in this order and hold these chapters.

    A chapter of no part stays behind the chapter that it followed, or behind the part which that is in.
    """
    part_of: dict[str, str | None] = {item.id: item.part_id for item in plan}
    named = {part_id: one.items for part_id, one in zip(part_ids, fields, strict=True) if one.items is not None}
    for item in plan:
        if item.part_id in named:
            part_of[item.id] = None
    for part_id, items in named.items():
        part_of |= dict.fromkeys(items, part_id)
    order: list[str] = []
    for part_id in part_ids:
        own = [item.id for item in plan if part_of[item.id] == part_id]
        order += named.get(part_id) or own
    last_of = {part_of[item_id]: item_id for item_id in order}
    before = ""
    for item in plan:
        if part_of[item.id] is None:
            behind = last_of.get(part_of[before], before) if before and part_of[before] is not None else before
            order.insert(order.index(behind) + 1 if behind else 0, item.id)
        before = item.id
    return order, part_of
