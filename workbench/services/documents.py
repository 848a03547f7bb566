"""Keeps the index like the database: composite documents are put, and what is gone is removed."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from workbench.domain.lore import IndexedDocument, document_key, document_of
from workbench.domain.story import Story
from workbench.ports import LoreIndex
from workbench.storage import lore, stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# Several workers write to the index, each what it read a moment ago, so that a slow one could put old words over new
# ones. Whoever has written therefore reads again, until there is nothing left to write; whoever is last is right.
ROUNDS = 20
MANY = 100  # documents after which the index tidies itself up at once, so that searches stay fast
AT_ONCE = 1000  # keys that the index is asked for at a time


class Documents:
    """The one way from the truth to the index. Everything here may be repeated; the index skips what it has.

    A world's own text of an entry stands on the line "". Each branch of each story has a line of its own, with the
    entries that are told otherwise there: those with a note, and those that its passages made.
    """

    def __init__(self, database: Database, index: LoreIndex) -> None:
        self._database = database
        self._index = index

    def sync_entries(self, story_id: str, entry_ids: Sequence[str]) -> int:
        """Index the composite documents of some entries as they are on a story's branches now.

        What no longer holds on one of them is removed. Returns how many documents were written.
        """
        written = 0
        for _ in range(ROUNDS):
            documents, possible = self._entries(story_id, set(entry_ids))
            gone = self._index.text_hashes(sorted(possible - {document.key for document in documents}))
            if gone:
                self._index.remove(sorted(gone))
            fresh = self._index.put(documents)
            written += fresh
            if not fresh and not gone:
                break
        return written

    def reconcile(self) -> tuple[int, int]:
        """Compare the whole index with the database; returns how many documents were written and removed."""
        written = removed = 0
        for _ in range(ROUNDS):
            wanted = {document.key: document for document in self._all()}
            surplus = self._index.keys() - wanted.keys()
            if surplus:
                self._index.remove(sorted(surplus))
            fresh = self._index.put(list(wanted.values()))
            written, removed = written + fresh, removed + len(surplus)
            if not fresh and not surplus:
                break
        if written >= MANY:
            self._index.optimize()
        if written or removed:
            logger.info("Index brought up to date: %d written, %d removed", written, removed)
        return written, removed

    def check(self) -> dict[str, int]:
        """Compare index and database without changing either.

        How many `documents` there should be, and how many of the index's are `missing`, `stale` (another text) or
        `surplus`.
        """
        wanted = {document.key: document.text_hash for document in self._all()}
        there = self._index.keys()
        hashes = self._hashes(wanted.keys() & there)
        return {
            "documents": len(wanted),
            "missing": len(wanted.keys() - there),
            "stale": sum(hashes.get(key) != wanted[key] for key in wanted.keys() & there),
            "surplus": len(there - wanted.keys()),
        }

    def rebuild(self) -> int:
        """Drop the index and fill it from the database; returns how many documents it has then.

        Searches find less until that is done; nothing else changes.
        """
        self._index.clear()
        self.reconcile()
        return self._index.count()

    def compact(self) -> None:
        """Tidy up the index's files and make the indices that it has become large enough for; harmless at any time."""
        self._index.optimize()

    def _hashes(self, keys: Iterable[str]) -> dict[str, str]:
        every = sorted(keys)
        found: dict[str, str] = {}
        for start in range(0, len(every), AT_ONCE):
            found |= self._index.text_hashes(every[start : start + AT_ONCE])
        return found

    def _entries(self, story_id: str, wanted: set[str]) -> tuple[list[IndexedDocument], set[str]]:
        """The documents of some entries on all lines of a story, and the keys that they could have there."""
        with self._database.reading() as session:
            story = stories.get_story(session, story_id)
            documents = [
                document_of(entry, None, "")
                for entry in lore.world_entries(session, story.world_id)
                if entry.id in wanted and entry.story_id is None and entry.stands
            ]
            documents += self._told_otherwise(session, story, wanted)
            lines = ["", *(branch.id for branch in stories.branches(session, story_id))]
        return documents, {document_key(line, entry_id) for line in lines for entry_id in wanted}

    def _all(self) -> list[IndexedDocument]:
        documents: list[IndexedDocument] = []
        with self._database.reading() as session:
            for world in stories.list_worlds(session):
                documents += [
                    document_of(entry, None, "")
                    for entry in lore.world_entries(session, world.id)
                    if entry.story_id is None and entry.stands
                ]
            for story in stories.list_stories(session):
                documents += self._told_otherwise(session, story, None)
        return documents

    @staticmethod
    def _told_otherwise(session: Any, story: Story, wanted: set[str] | None) -> list[IndexedDocument]:
        """What the branches of a story tell otherwise than its world does, of some entries or of all."""
        documents = []
        for branch in stories.branches(session, story.id):
            notes = lore.active_notes(session, story.id, None if wanted is None else sorted(wanted), branch.id)
            documents += [
                document_of(entry, notes.get(entry.id), branch.id)
                for entry in lore.story_entries(session, story.id, branch.id)
                if (wanted is None or entry.id in wanted) and (entry.id in notes or entry.story_id is not None)
            ]
        return documents
