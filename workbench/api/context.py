"""What agents are shown of a story, and what the writer decides about it."""

from workbench.api.area import Area
from workbench.api.values import plain


class ContextEndpoints(Area):
    """What agents are shown of a story, and what the writer decides about it."""

    def preview_context(
        self,
        story_id: str,
        agent: str = "writer",
        phase: str = "drafting",
        instruction: str = "",
        structured_context: dict | None = None,
        changes: dict | None = None,
    ) -> dict:
        """The prompt that an agent would get now, and what became of each item: in or out, its size, and why.

        `changes` tries choices by item key (pinned, high, medium, low, left_out) without keeping them.
        """
        return plain(self._bench.context.preview(story_id, agent, phase, instruction, structured_context, changes))

    def set_context_choice(self, story_id: str, key: str, choice: str) -> dict:
        """Decide about an item of a story's context by its key: pinned, high, medium, low, left_out, or "" for none."""
        chosen = self._bench.context.choose(story_id, key, choice)
        return {"story_id": story_id, "key": key, "choice": chosen}

    def context_choices(self, story_id: str) -> dict:
        """What the writer has decided about items of a story's context, by key."""
        return plain(self._bench.context.choices(story_id))
