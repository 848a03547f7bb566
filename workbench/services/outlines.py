"""The plan of a story: written down, put in order, read out of a text, and planned on by the outliner."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.outline import SUMMARY_CHARS, TITLE_CHARS, OutlineItem, PlannedChapter, request_of, to_come
from workbench.domain.parts import part_at
from workbench.domain.plan_text import PlanPart, plan_parts, title_of
from workbench.domain.story import StoryView
from workbench.domain.summaries import picked
from workbench.errors import Conflict, InvalidInput, ModelFailed, ModelUnavailable
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.checks import id_field, model_field, text_field, whole_number
from workbench.services.runs import LiveEvents
from workbench.services.scenes import Scenes
from workbench.services.streams import OneEach, Streams, check_usable, play
from workbench.settings import Settings
from workbench.storage import outlines, parts, stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

MOST_ITEMS, MOST_PLANNED, MOST_PARTS = 500, 20, 12
# A planned part says in so many words what its chapters are to tell.
PART_WORDS = 40
# What the chapters planned before take in the prompt, and each answer.
ITEM_TOKENS = 110
SHOWN_ITEMS = 12
INSTRUCTION = "What happens in the next chapters?"


class ItemFields(BaseModel):
    """A planned chapter as a caller gives it. `number` ties a new one to the chapter of that number, if it is written.

    `part_id` puts it into a part, "" into none. A new one may name its part by title instead, which is made where there
    is none yet. What else /get_outline shows may come back, and is left alone.
    """

    model_config = ConfigDict(extra="forbid")

    id: str | None = None
    title: str = ""
    summary: str = ""
    number: int | None = Field(None, ge=1)
    story_id: str | None = None
    passage_id: str | None = None
    part_id: str | None = None
    part: str = ""
    part_summary: str = ""
    written: bool | None = None
    created_at: str | None = None
    updated_at: str | None = None
    by: str | None = None


class Outlines:
    """Plans of stories. One story is planned by the outliner once at a time."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        agents: Agents,
        scenes: Scenes,
        streams: Streams,
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._agents = agents
        self._scenes = scenes
        self._streams = streams
        self._plannings = OneEach(streams)

    # The plan as the writer keeps it

    def outline(self, story_id: str) -> list[OutlineItem]:
        """The plan as it stands on the open branch: chapters that are written, then those to come."""
        with self._database.reading() as session:
            return outlines.outline(session, id_field(story_id, "The story"))

    def save(self, story_id: str, items: Any) -> list[OutlineItem]:
        """The whole plan in the writer's order, in place of the one before: [{id?, title, summary}].

        Items with an id keep what they are tied to; those that aren't named any more are deleted. All or nothing.
        """
        if not isinstance(items, (list, tuple)):
            raise InvalidInput('The items must be a list such as [{"title": "The Bell", "summary": "…"}].')
        if len(items) > MOST_ITEMS:
            raise InvalidInput(f"The plan has {len(items):,} chapters; at most {MOST_ITEMS} are accepted.")
        given = [self._fields(item, f"Item {place}") for place, item in enumerate(items, start=1)]
        named = [fields.id for fields in given if fields.id]
        if len(named) != len(set(named)):
            raise InvalidInput("One of the items is named twice. Each chapter can stand in the plan only once.")
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            old = {item.id: item for item in outlines.outline(session, story.id)}
            if unknown := [key for key in named if key not in old]:
                raise InvalidInput(
                    f"The plan of this story has no chapter with the id {unknown[0][:60]!r}. Leave the id out for a "
                    "new one; /get_outline names those that there are."
                )
            for key in old.keys() - set(named):
                outlines.remove(session, key)
            part_of = self._parts_of(session, story.id, given, old)
            written = {passage.number: passage.id for passage in stories.view(session, story.id).passages}
            tied = {item.passage_id for key, item in old.items() if key in named}
            order = []
            for fields in given:
                if fields.id:
                    outlines.change(session, fields.id, fields.title, fields.summary)
                    order.append(fields.id)
                    continue
                passage_id = written.get(fields.number or 0)
                passage_id = None if passage_id in tied else passage_id
                tied.add(passage_id)
                order.append(outlines.add(session, story.id, fields.title, fields.summary, passage_id).id)
            outlines.order(session, story.id, order)
            parts.assign(session, story.id, dict(zip(order, part_of, strict=True)))
            return outlines.outline(session, story.id)

    @staticmethod
    def _parts_of(
        session: Any, story_id: str, given: Sequence[ItemFields], old: Mapping[str, OutlineItem]
    ) -> list[str | None]:
        """The part of each chapter that is given: the one it names, the one it had, or that of the one before it."""
        there = parts.listing(session, story_id)
        known, titles = {part.id for part in there}, {part.title.casefold(): part.id for part in there}
        found: list[str | None] = []
        for place, fields in enumerate(given):
            if fields.part_id and fields.part_id not in known:
                raise InvalidInput(
                    f"Item {place + 1} names the part {fields.part_id[:60]!r}, which this plan doesn't have. "
                    "/get_parts names those that there are."
                )
            if fields.part_id is not None:
                found.append(fields.part_id or None)
            elif fields.id:
                found.append(old[fields.id].part_id)
            elif fields.part:
                key = fields.part.casefold()
                titles[key] = titles.get(key) or parts.add(session, story_id, fields.part, fields.part_summary).id
                found.append(titles[key])
            elif place + 1 == len(given) and there and not any(item.part_id == there[-1].id for item in old.values()):
                # A last part without chapters is about to get its first one.
                found.append(there[-1].id)
            else:
                following = next((old[one.id].part_id for one in given[place + 1 :] if one.id), None)
                found.append(part_at(found[-1] if found else None, following, None))
        return found

    def add(self, story_id: str, items: Any) -> list[OutlineItem]:
        """Put chapters behind the plan: [{title, summary}]; returns the whole plan."""
        story_id = id_field(story_id, "The story")
        if not isinstance(items, (list, tuple)):
            raise InvalidInput('The items must be a list such as [{"title": "The Bell", "summary": "…"}].')
        kept = [item.model_dump(include={"id", "title", "summary"}) for item in self.outline(story_id)]
        return self.save(story_id, [*kept, *items])

    def change(self, item_id: str, title: str, summary: str) -> OutlineItem:
        """Change the words of a planned chapter."""
        fields = self._fields({"title": title, "summary": summary}, "The chapter")
        with self._database.writing() as session:
            return outlines.change(session, id_field(item_id, "The planned chapter"), fields.title, fields.summary)

    def move(self, item_id: str, position: int) -> list[OutlineItem]:
        """Put a chapter at a place of the plan, counted from 1; returns the whole plan.

        Chapters that are written keep their places before the others: moving one, or anything before one, is a
        `Conflict`.
        """
        with self._database.writing() as session:
            item = outlines.get(session, id_field(item_id, "The planned chapter"))
            plan = outlines.outline(session, item.story_id)
            position = whole_number(position, "The position", 1, max(1, len(plan)))
            fixed = sum(one.passage_id is not None for one in plan)
            if item.passage_id is not None:
                raise Conflict(f"Chapter {item.number} is written already and keeps its place. Move one that isn't.")
            if position <= fixed:
                raise Conflict(
                    f"The first {fixed} of the plan are written already. The earliest place for this chapter is "
                    f"{fixed + 1}."
                )
            others = [one for one in plan if one.id != item.id]
            order = [one.id for one in others]
            order.insert(position - 1, item.id)
            outlines.order(session, item.story_id, order)
            before, after = others[position - 2 : position - 1] if position > 1 else [], others[position - 1 : position]
            come_to = part_at(before[0].part_id if before else None, after[0].part_id if after else None, item.part_id)
            parts.assign(session, item.story_id, {item.id: come_to})
            return outlines.outline(session, item.story_id)

    def delete(self, item_id: str) -> OutlineItem:
        """Take a chapter out of the plan. A chapter that was written for it stays."""
        with self._database.writing() as session:
            return outlines.remove(session, id_field(item_id, "The planned chapter"))

    def _fields(self, value: Any, name: str) -> ItemFields:
        if not isinstance(value, dict):
            raise InvalidInput(f'{name} must be an object such as {{"title": "The Bell", "summary": "…"}}.')
        fields = model_field(ItemFields, value, name)
        title = " ".join(text_field(fields.title, f"{name}: The title", longest=TITLE_CHARS).split())
        summary = text_field(fields.summary, f"{name}: The summary", longest=SUMMARY_CHARS)
        if not title and not summary:
            raise InvalidInput(
                f"{name} has neither title nor summary. Say what the chapter is called, or what happens."
            )
        part = " ".join(text_field(fields.part, f"{name}: The part", longest=TITLE_CHARS).split())
        told = text_field(fields.part_summary, f"{name}: The part’s summary", longest=SUMMARY_CHARS)
        return fields.model_copy(
            update={"title": title or title_of(summary), "summary": summary, "part": part, "part_summary": told}
        )

    # Reading a plan out of a text

    def extract(self, text: str, story_id: str = "") -> list[dict[str, Any]]:
        """The chapters that a text plans, not yet stored: [{number, title, summary}], in the text's own words.

        Those below a heading such as “Part One: Salt” have that in `part`, and what it says of the part in
        `part_summary`. The model only proposes titles for chapters that have none; without one that is ready they are
        made by rule.
        """
        text = text_field(text, "The text", longest=self._settings.max_text_chars, required=True)
        story_id = text_field(story_id, "The story", longest=200)
        if story_id:
            with self._database.reading() as session:
                stories.get_story(session, story_id)
        found = plan_parts(text)
        if not found:
            raise InvalidInput("There are no words in this text. Paste a plan: headings, a list, or paragraphs.")
        titled = self._titled(found, story_id)
        return [
            {"number": plan.number, "title": one.title, "summary": one.summary, "by": one.by}
            | ({"part": plan.part, "part_summary": plan.part_summary} if plan.part else {})
            for plan, one in zip(found, titled, strict=True)
        ]

    def _titled(self, found: list[PlanPart], story_id: str, live: LiveEvents | None = None) -> list[PlannedChapter]:
        """What was found with a title for each; `live` is the planning that asks, if one does."""
        from graphs.registry import compiled

        if any(not plan.title for plan in found) and self._model.status().state == "ready":
            graph = compiled("titles")

            def name(live: LiveEvents) -> dict[str, Any]:
                return play(graph, {"parts": found}, self._agents.team(story_id, live.cancelled), live)

            try:
                return list((name(live) if live else self._streams.answer(name))["titled"])
            except ModelUnavailable as error:
                logger.info("A plan is read without the model: %s", error)
        return [
            PlannedChapter(
                title=plan.title or title_of(plan.whole), summary=plan.summary, by="writer" if plan.title else "rule"
            )
            for plan in found
        ]

    # Planning on

    def generate(self, story_id: str, count: int = 5, in_parts: int = 0) -> list[dict[str, Any]]:
        """Plan the next `count` chapters (1 to 20) behind what is written and planned, and store them.

        With `in_parts` (1 to 12) so many parts of `count` chapters each, one after the other.
        """
        live = self.begin(story_id, count, in_parts)
        for event in live.follow():
            if event.event == "error":
                raise ModelFailed(event.message)
            if event.event == "result":
                return list((event.data or {})["items"])
        raise ModelFailed("The planning ended without a result. Try again.")

    def begin(self, story_id: str, count: int = 5, in_parts: int = 0) -> LiveEvents:
        """Begin to plan; each chapter is stored as soon as it is planned, so that a stop keeps those before it.

        Raises `Conflict` while this story is being planned, and `ModelUnavailable` when the model has failed.
        """
        story_id, count = id_field(story_id, "The story"), whole_number(count, "The count", 1, MOST_PLANNED)
        in_parts = whole_number(in_parts, "The number of parts", 0, MOST_PARTS)
        wanted = count * max(1, in_parts)
        with self._database.reading() as session:
            there = len(outlines.outline(session, story_id))
        if there + wanted > MOST_ITEMS:
            raise InvalidInput(f"The plan has {there} chapters already; at most {MOST_ITEMS} are kept.")
        check_usable(self._model)
        with self._plannings.free(
            story_id, "This story is being planned just now. Wait until that is done, or stop it."
        ):

            def work(live: LiveEvents) -> dict[str, Any]:
                if not in_parts:
                    return {"items": self._plan(story_id, count, live, 0, wanted)}
                kept: list[dict[str, Any]] = []
                for _ in range(in_parts):
                    kept += self._plan_part(story_id, count, live, len(kept), wanted)
                return {"items": kept}

            return self._plannings.begin(story_id, work, name=f"plan {story_id}")

    def live(self, story_id: str) -> LiveEvents | None:
        """The planning of a story that goes on just now, if any."""
        return self._plannings.live(story_id)

    def _plan_part(self, story_id: str, count: int, live: LiveEvents, done: int, wanted: int) -> list[dict[str, Any]]:
        """Plan a part that follows on those before: its chapters, and then its name in their own words."""
        with self._database.writing() as session:
            number = len(parts.listing(session, story_id)) + 1
            part = parts.add(session, story_id, f"Part {number}")
        kept = self._plan(story_id, count, live, done, wanted, part.id)
        live.status("outliner", f"Naming part {number}", (done + count) / wanted)
        told = " ".join(one["summary"] for one in kept)
        summary = picked(told, PART_WORDS) if kept else ""
        # In the words of its own chapters; a title that one of them has already would say nothing.
        (named,) = self._titled([PlanPart(number=1, whole=told)], story_id, live)
        taken = {one["title"].casefold() for one in kept}
        title = named.title if named.title.casefold() not in taken else part.title
        with self._database.writing() as session:
            parts.change(session, part.id, title, summary)
        return kept

    def _plan(
        self, story_id: str, count: int, live: LiveEvents, done: int, wanted: int, part_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Plan chapters on, `done` of `wanted` being there; they go into that part, or into the last one."""
        from graphs.planning.state import PlanTeam
        from graphs.registry import compiled

        view = self._scenes.view(story_id)
        plan = self.outline(story_id)
        taken = (min(len(plan), SHOWN_ITEMS) + min(count, SHOWN_ITEMS) + 2) * ITEM_TOKENS
        # A small window has less room for what is planned before.
        taken = min(taken, self._scenes.window // 2)
        scene = self._scenes.gather(view, INSTRUCTION, None, taken)
        kept: list[dict[str, Any]] = []

        def keep(chapter: PlannedChapter) -> None:
            with self._database.writing() as session:
                into = part_id or outlines.last_part(session, story_id)
                item = outlines.add(session, story_id, chapter.title, chapter.summary, part_id=into)
            kept.append({**item.model_dump(mode="json"), "by": chapter.by})
            live.status("outliner", f"Chapter {item.number}: {item.title}", (done + len(kept)) / wanted)

        given = {
            "context": scene.context,
            "plan": plan,
            "entries": scene.entries,
            "first": next_number(view, plan),
            "count": count,
            "told": "\n".join(passage.text for passage in view.passages),
        }
        play(compiled("plan"), given, self._agents.team(story_id, live.cancelled, PlanTeam, keep=keep), live)
        return kept

    # Writing against it

    def next_item(self, story_id: str) -> OutlineItem | None:
        """The plan of the chapter that is to be written next, if there is one."""
        return next(iter(to_come(self.outline(story_id))), None)

    def request_for(self, story_id: str) -> str:
        """What the plan says of the next chapter, as a request to the writer; "" without one."""
        item = self.next_item(story_id)
        return request_of(item) if item else ""


def next_number(view: StoryView, plan: list[OutlineItem]) -> int:
    """The number of the first chapter that is neither written nor planned."""
    return max([view.next_number, *(item.number + 1 for item in plan)])
