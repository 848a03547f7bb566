"""Where an answer comes from: lore that a question names or means, passages that tell of it, texts of the archive."""

import logging
from typing import Any

from workbench.context.recall import LEAST_SCORE, search_by_words
from workbench.domain.chat import ChatSource
from workbench.domain.lookup import Lookup, excerpt
from workbench.domain.lore import LoreEntry, NoteRevision, SearchHit
from workbench.domain.text import content_words
from workbench.errors import WorkbenchError
from workbench.services.archive import Archive
from workbench.services.scenes import Recall, Scene
from workbench.storage import archive as archive_rows
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

NAMED, SEARCHED, PASSAGES, ARCHIVED = 4, 6, 3, 2
# Lore that nobody named, at most.
MEANT = 2


class Sources:
    """Looks up what a question is about. `recall` searches the lore; it may refuse, then words alone must do."""

    def __init__(self, database: Database, recall: Recall, archive: Archive) -> None:
        self._database = database
        self._recall = recall
        self._archive = archive

    def find(self, scene: Scene, lookup: Lookup) -> list[ChatSource]:
        """What a story tells of it, the most telling first: named entries and passages, then what a search found."""
        lore = self._lore(scene, lookup)
        passages = self._passages(scene, lookup)
        named = [source for source in lore if source.id in lookup.entries]
        meant = [source for source in lore if source.id not in lookup.entries]
        # A question about a chapter is answered by the chapter, one about somebody by who that is.
        first, second = (passages, named) if lookup.chapters else (named, passages)
        return [*first, *second, *meant[:MEANT], *self._archived(scene.view.story.id, lookup)]

    def _lore(self, scene: Scene, lookup: Lookup) -> list[ChatSource]:
        entries = {entry.id: entry for entry in scene.entries}
        found = [_entry_source(entries[key], scene.notes.get(key), "you name it") for key in lookup.entries[:NAMED]]
        asked = content_words(lookup.query)
        for hit in self._hits(scene, lookup):
            entry = entries.get(hit.entry_id)
            if entry is None or entry.id in lookup.entries:
                continue
            shared = asked & content_words(f"{entry.title} {hit.document}")
            if shared or hit.score >= LEAST_SCORE:
                found.append(_entry_source(entry, scene.notes.get(entry.id), "like your question"))
        return found

    def _hits(self, scene: Scene, lookup: Lookup) -> list[SearchHit]:
        try:
            return self._recall(scene.view.story.id, lookup.query, SEARCHED)
        except Exception as error:
            # An answer is given without the index too.
            logger.info("Lore for the question is looked for by words alone: %s", error)
            return search_by_words(scene.entries, scene.notes, lookup.query, SEARCHED)

    @staticmethod
    def _passages(scene: Scene, lookup: Lookup) -> list[ChatSource]:
        told = []
        for passage in scene.view.passages:
            text, points = excerpt(passage, lookup, scene.entries)
            if text and (points >= 2 or passage.number in lookup.chapters or lookup.entries):
                told.append((passage.number in lookup.chapters, points, passage, text))
        if lookup.chapters:
            told = [one for one in told if one[0]] or told
        # Of passages that tell as much of it, the latest is what holds now.
        told.sort(key=lambda one: (not one[0], -one[1], -one[2].number))
        chosen = sorted(told[: max(PASSAGES, len(lookup.chapters[:6]))], key=lambda one: one[2].number)
        return [
            ChatSource(
                kind="passage",
                id=passage.id,
                title=f"Chapter {passage.number}",
                text=text,
                why="you name it" if named else "tells of it",
            )
            for named, _, passage, text in chosen
        ]

    def _archived(self, story_id: str, lookup: Lookup) -> list[ChatSource]:
        """Texts of the archive that are marked as this story's, by their thread."""
        where: dict[str, Any] = {"thread": story_id}
        with self._database.reading() as session:
            if not archive_rows.matching(session, where):
                return []
        try:
            hits = self._archive.search(lookup.query, ARCHIVED, where)
        except WorkbenchError as error:
            logger.info("The archive is left out of an answer: %s", error)
            return []
        asked = content_words(lookup.query)
        return [
            ChatSource(
                kind="archive",
                id=hit["content_id"],
                title=str(hit["metadata"].get("title") or hit["content_id"])[:80],
                text=hit["text"],
                why="kept in the archive",
            )
            for hit in hits
            if asked & content_words(hit["text"])
        ]


def _entry_source(entry: LoreEntry, note: NoteRevision | None, why: str) -> ChatSource:
    text = f"{entry.content} {note.note}" if note and note.note else entry.content
    return ChatSource(kind="lore", id=entry.id, title=entry.title, text=text.strip() or entry.title, why=why)
