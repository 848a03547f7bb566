"""Texts that are kept and found again."""

from workbench.api.area import Area


class ArchiveEndpoints(Area):
    """Texts that are kept and found again."""

    def archive_store(self, content_id: str, text: str, metadata: dict | None = None) -> dict:
        """Store a text under an id; metadata.thread and metadata.position say which texts stand beside it.

        A text whose thread is a story's id is looked up when somebody asks about that story in the chat.
        """
        return self._bench.archive.store(content_id, text, metadata)

    def archive_store_many(self, items: list) -> dict:
        """Store many texts at once, all or none: a list of {content_id, text, metadata}."""
        return self._bench.archive.store_many(items)

    def archive_search(self, query: str, limit: int = 5, where: dict | None = None) -> list:
        """Search the archive by words and by meaning; where narrows it down by metadata."""
        return self._bench.archive.search(query, limit, where)

    def archive_delete(self, content_id: str) -> dict:
        """Delete a text from the archive."""
        return self._bench.archive.delete(content_id)

    def archive_stats(self) -> dict:
        """How much the archive holds: items, chunks, characters, threads, and what waits to be indexed."""
        return self._bench.archive.stats()
