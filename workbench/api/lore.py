"""Worlds, lore, its notes, and the review of what a story found by itself."""

from workbench.api.area import Area
from workbench.api.values import found_values, plain, with_evidence


class LoreEndpoints(Area):
    """Worlds, lore, its notes, and the review of what a story found by itself."""

    def create_world(self, title: str, premise: str = "", genre: str = "", tone: str = "") -> dict:
        """Create a world from a title, a premise, a genre and a tone."""
        return plain(self._bench.library.create_world(title, premise, genre, tone))

    def generate_world(self, seed: str, size: str = "small") -> dict:
        """Generate a world with lore, places and a map from a seed; size is small, medium or large."""
        return self._bench.library.generate_world(seed, size)

    def world_map(self, world_id: str) -> dict:
        """The map of a generated world: regions, places, roads with distances, and the drawing as SVG."""
        return self._bench.library.world_map(world_id)

    def list_worlds(self) -> list:
        """List all worlds."""
        return plain(self._bench.library.list_worlds())

    def upsert_lore(self, world_id: str, entry: dict) -> dict:
        """Store a lore entry; with an id its named fields are changed, without one it is new."""
        return plain(self._bench.library.upsert_lore(world_id, entry))

    def list_lore(self, world_id: str, story_id: str | None = None) -> list:
        """List the lore entries of a world; with a story, those that are true in it, each with its note."""
        return self._bench.library.list_lore(world_id, story_id)

    def delete_lore(self, entry_id: str) -> dict:
        """Delete a lore entry with its notes."""
        return {"deleted": self._bench.library.delete_lore(entry_id).id}

    def search_lore(self, story_id: str, query: str, limit: int = 5) -> list:
        """Search what is true in a story by words and by meaning."""
        return plain(self._bench.library.search_lore(story_id, query, limit))

    def composite_document(self, story_id: str, entry_id: str) -> dict:
        """A lore entry and its session note as one text, and whether it is indexed so."""
        return plain(self._bench.library.composite_document(story_id, entry_id))

    def note_history(self, story_id: str, entry_id: str) -> list:
        """All revisions of a session note, newest first, each with the sentences that it rests on."""
        return [with_evidence(value) for value in plain(self._bench.library.note_history(story_id, entry_id))]

    def rollback_note(self, story_id: str, entry_id: str, revision: int) -> dict:
        """Go back to an earlier revision of a session note; 0 is the state without a note."""
        return plain(self._bench.library.rollback_note(story_id, entry_id, revision))

    def list_review(self, story_id: str) -> list:
        """List the found entries of a story that wait for a decision, each with its evidence and its passage."""
        return [found_values(*found) for found in self._bench.review.waiting(story_id)]

    def keep_entry(self, entry_id: str) -> dict:
        """Keep a found entry as part of the story's lore."""
        return plain(self._bench.review.keep(entry_id))

    def discard_entry(self, entry_id: str) -> dict:
        """Put a found entry aside; /restore_entry brings it back."""
        return plain(self._bench.review.discard(entry_id))

    def restore_entry(self, entry_id: str) -> dict:
        """Bring a discarded entry back."""
        return plain(self._bench.review.restore(entry_id))

    def merge_entry(self, entry_id: str, into_id: str) -> dict:
        """Make a found entry part of another one, which takes over its names, its tags and what it told."""
        return plain(self._bench.review.merge(entry_id, into_id))
