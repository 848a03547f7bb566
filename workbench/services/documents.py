"""Keeps the index like the database: composite documents are put, and what is gone is removed."""

import logging
from collections.abc import Sequence

from workbench.domain.lore import IndexedDocument
from workbench.ports import LoreIndex
from workbench.services.library import document_of
from workbench.storage import lore, stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# Several workers write to the index, each what it read a moment ago, so that a slow one could put old words over new
# ones. Whoever has written therefore reads again, until there is nothing left to write; whoever is last is right.
ROUNDS = 20


class Documents:
    """The one way from the truth to the index. Everything here may be repeated; the index skips what it has."""

    def __init__(self, database: Database, index: LoreIndex) -> None:
        self._database = database
        self._index = index

    def sync_entries(self, story_id: str, entry_ids: Sequence[str]) -> int:
        """Index the composite documents of some entries as they are in a story now; returns how many were embedded."""
        embedded, before = 0, set[str]()
        for _ in range(ROUNDS):
            documents = self._entries(story_id, set(entry_ids))
            keys = {document.key for document in documents}
            if gone := before - keys:
                self._index.remove(sorted(gone))
            fresh = self._index.put(documents)
            embedded, before = embedded + fresh, keys
            if not fresh and not gone:
                break
        return embedded

    def reconcile(self) -> tuple[int, int]:
        """Compare the whole index with the database; returns how many documents were embedded and removed."""
        embedded = removed = 0
        for _ in range(ROUNDS):
            wanted = {document.key: document for document in self._all()}
            stale = self._index.keys() - wanted.keys()
            if stale:
                self._index.remove(sorted(stale))
            fresh = self._index.put(list(wanted.values()))
            embedded, removed = embedded + fresh, removed + len(stale)
            if not fresh and not stale:
                break
        if embedded or removed:
            logger.info("Index brought up to date: %d embedded, %d removed", embedded, removed)
        return embedded, removed

    def _entries(self, story_id: str, wanted: set[str]) -> list[IndexedDocument]:
        with self._database.reading() as session:
            story = stories.get_story(session, story_id)
            entries = [entry for entry in lore.story_entries(session, story_id) if entry.id in wanted]
            notes = lore.active_notes(session, story_id, list(wanted))
        return [document_of(entry, notes.get(entry.id), story.branch_id) for entry in entries]

    def _all(self) -> list[IndexedDocument]:
        documents: list[IndexedDocument] = []
        with self._database.reading() as session:
            for world in stories.list_worlds(session):
                documents += [
                    document_of(entry, None, "")
                    for entry in lore.world_entries(session, world.id)
                    if entry.story_id is None
                ]
            for story in stories.list_stories(session):
                notes = lore.active_notes(session, story.id)
                documents += [
                    document_of(entry, notes.get(entry.id), story.branch_id)
                    for entry in lore.story_entries(session, story.id)
                    if entry.id in notes or entry.story_id is not None
                ]
        return documents
