"""The plan of a story."""

from workbench.api.area import Area
from workbench.api.values import plain
from workbench.domain.outline import OutlineItem


class PlanEndpoints(Area):
    """The plan of a story."""

    def generate_chapter_outlines(self, story_id: str, count: int = 5) -> list:
        """Plan the next chapters behind what is written and planned, and store them at the end of the story's plan."""
        return [{**one, "written": False} for one in self._bench.outlines.generate(story_id, count)]

    def get_outline(self, story_id: str) -> list:
        """The plan of a story on its open branch: chapters that are written first, then those to come."""
        return _items(self._bench.outlines.outline(story_id))

    def save_outline(self, story_id: str, items: list) -> list:
        """Store the whole plan in the given order, each {id?, title, summary}; who isn't named any more is deleted."""
        return _items(self._bench.outlines.save(story_id, items))

    def move_outline_item(self, item_id: str, position: int) -> list:
        """Put a planned chapter at a place of the plan, counted from 1; the answer is the whole plan."""
        return _items(self._bench.outlines.move(item_id, position))

    def delete_outline_item(self, item_id: str) -> dict:
        """Take a chapter out of the plan; a chapter that was written for it stays."""
        return {"deleted": self._bench.outlines.delete(item_id).id}

    def extract_outline(self, text: str, story_id: str = "") -> list:
        """Read a plan out of a text, in the text's own words; /save_outline stores it."""
        return self._bench.outlines.extract(text, story_id)


def _items(items: list[OutlineItem]) -> list:
    return [{**plain(item), "written": item.passage_id is not None} for item in items]
