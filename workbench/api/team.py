"""The team on request: reviews, a character's word, and prose that is worked out."""

from collections.abc import Iterator

from workbench.api.area import Area
from workbench.api.values import streamed


class TeamEndpoints(Area):
    """The team on request: reviews, a character's word, and prose that is worked out."""

    def character_feedback(self, story_id: str, character_id: str, passage_id: str = "", question: str = "") -> dict:
        """Ask a character about a passage, or about what was written last; they know only what they have witnessed."""
        return self._bench.team.character_feedback(story_id, character_id, passage_id, question)

    def editor_review(self, story_id: str, passage_id: str = "", text: str = "") -> dict:
        """Let the editor review a passage, a text, or what was written last; every quote really stands there."""
        return self._bench.team.editor_review(story_id, passage_id, text)

    def rater_feedback(self, story_id: str, passage_id: str = "", text: str = "") -> dict:
        """Let the rater score a passage, a text, or what was written last, from 1 to 9."""
        return self._bench.team.rater_feedback(story_id, passage_id, text)

    def flesh_out(self, story_id: str, text: str, instruction: str = "") -> Iterator[dict]:
        """Flesh out a few lines into a scene. Streams status, token and result events; nothing is stored."""
        yield from streamed(self._bench.team.flesh_out(story_id, text, instruction))

    def generate_character_details(self, world_id: str, name: str, hint: str = "") -> dict:
        """Invent a person for a world: an entry as /upsert_lore takes it, not yet stored."""
        return self._bench.team.generate_character_details(world_id, name, hint)

    def regenerate_bio(self, entry_id: str, instruction: str = "", story_id: str = "") -> dict:
        """Tell an entry's text anew, with what has become true of it in a story; not yet stored."""
        return self._bench.team.regenerate_bio(entry_id, instruction, story_id)
