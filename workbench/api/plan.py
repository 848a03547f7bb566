"""The plan of a story, its parts, and chapters written against it in a row."""

from collections.abc import Iterator

from workbench.api.area import Area
from workbench.api.values import plain, streamed
from workbench.domain.outline import OutlineItem
from workbench.domain.parts import PartInPlan, RunOfChapters
from workbench.services.checks import whole_number
from workbench.services.outlines import MOST_PARTS


class PlanEndpoints(Area):
    """The plan of a story, its parts, and chapters written against it in a row."""

    def generate_chapter_outlines(self, story_id: str, count: int = 5) -> list:
        """Plan the next chapters behind what is written and planned, and store them at the end of the story's plan."""
        return [{**one, "written": False} for one in self._bench.outlines.generate(story_id, count)]

    def generate_parts(self, story_id: str, parts: int = 3, chapters: int = 3) -> list:
        """Plan so many parts of so many chapters each behind what is there, one after the other; the answer is that of
        /get_parts."""
        self._bench.outlines.generate(story_id, chapters, whole_number(parts, "The parts", 1, MOST_PARTS))
        return _parts(self._bench.parts.plan(story_id))

    def get_outline(self, story_id: str) -> list:
        """The plan of a story on its open branch: chapters that are written first, then those to come.

        `part_id` and `part` name the part of each.
        """
        return self._items(story_id, self._bench.outlines.outline(story_id))

    def save_outline(self, story_id: str, items: list) -> list:
        """Store the whole plan in the given order, each {id?, title, summary, part_id?}; who isn't named any more is
        deleted."""
        return self._items(story_id, self._bench.outlines.save(story_id, items))

    def move_outline_item(self, item_id: str, position: int) -> list:
        """Put a planned chapter at a place of the plan, counted from 1; the answer is the whole plan."""
        items = self._bench.outlines.move(item_id, position)
        return self._items(items[0].story_id, items)

    def delete_outline_item(self, item_id: str) -> dict:
        """Take a chapter out of the plan; a chapter that was written for it stays."""
        return {"deleted": self._bench.outlines.delete(item_id).id}

    def extract_outline(self, text: str, story_id: str = "") -> list:
        """Read a plan out of a text, in the text's own words; /save_outline stores it, parts and all."""
        return self._bench.outlines.extract(text, story_id)

    def get_parts(self, story_id: str) -> list:
        """The parts of a plan in order, each with its chapters; `told` sums up what is told in one that is written."""
        return _parts(self._bench.parts.plan(story_id))

    def save_parts(self, story_id: str, parts: list) -> list:
        """Store all parts of a plan in the given order, each {id?, title, summary, items?}; `items` are ids of planned
        chapters. Chapters of a part that isn't named any more stay in the plan."""
        return _parts(self._bench.parts.save(story_id, parts))

    def delete_part(self, part_id: str) -> dict:
        """Take a part out of the plan; its chapters stay in it."""
        return {"deleted": self._bench.parts.delete(part_id).id}

    def write_chapters(self, story_id: str, count: int = 0, options: dict | None = None) -> Iterator[dict]:
        """Let the agents write the next planned chapters in a row, each accepted by itself; 0 is all that are planned.

        `options` are those of /generate_chapter, and words (for each chapter), part_id (only that part). Streams status
        events, each chapter as one token event, and a result {chapters, parts, stopped, message}. It goes on when
        nobody listens, and after a restart; /resume_run goes on with one that was stopped.
        """
        run = self._bench.chapter_runs.start(story_id, count, options)
        yield from streamed(self._bench.chapter_runs.follow(run.id))

    def stop_chapters(self, story_id: str, at_once: bool = False) -> dict:
        """Stop writing chapters in a row: after the chapter in hand, or at once."""
        return plain(self._bench.chapter_runs.stop(story_id, at_once))

    def chapters_state(self, story_id: str) -> dict:
        """How the latest run of chapters stands: state is none, working, stopping, stopped, failed or done.

        {run_id, state, written, wanted, message, progress, chapters}, all of them also where there is no run yet.
        """
        return plain(self._bench.chapter_runs.state(story_id) or RunOfChapters())

    def _items(self, story_id: str, items: list[OutlineItem]) -> list:
        titles = {part.id: part.title for part in self._bench.parts.listing(story_id)}
        return [
            {**plain(item), "written": item.passage_id is not None, "part": titles.get(item.part_id or "", "")}
            for item in items
        ]


def _parts(found: list[PartInPlan]) -> list:
    return [
        {
            **plain(one.part),
            "items": [item.id for item in one.items],
            "chapters": [item.number for item in one.items],
            "written": one.written,
            "done": one.done,
            "told": one.told,
        }
        for one in found
    ]
