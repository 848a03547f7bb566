"""Where an answer comes from: lore that a question names or means, passages that tell of it, texts of the archive."""

import logging
from typing import Any

from workbench.context.recall import LEAST_SCORE, search_by_words
from workbench.domain.chat import ChatSource
from workbench.domain.lookup import Lookup, excerpt, weights
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
# A chapter must tell so much of what the best one tells.
LEAST_SHARE = 0.4


class Sources:
    """Looks up what a question is about. `recall` searches the lore; it may refuse, then words alone must do."""

    def __init__(self, database: Database, recall: Recall, archive: Archive) -> None:
        self._database = database
        self._recall = recall
        self._archive = archive

    def find(self, scene: Scene, lookup: Lookup, archive: bool = True) -> list[ChatSource]:
        """What a story tells of it, the most telling first: named entries and passages, then what a search found.

        `archive` false leaves out the archive: it is the writer's own, and of no point in the story.
        """
        lore = self._lore(scene, lookup)
        passages = self._passages(scene, lookup)
        named = [source for source in lore if source.id in lookup.entries]
        meant = [source for source in lore if source.id not in lookup.entries]
        # A question about a chapter is answered by the chapter, one about somebody by who that is.
        first, second = (passages, named) if lookup.chapters else (named, passages)
        archived = self._archived(scene.view.story.id, lookup) if archive else []
        return [*first, *second, *meant[:MEANT], *archived]

    def _lore(self, scene: Scene, lookup: Lookup) -> list[ChatSource]:
        entries = {entry.id: entry for entry in scene.entries}
        why = "you spoke of it before" if lookup.carried else "you name it"
        found = [_entry_source(entries[key], scene.notes.get(key), why) for key in lookup.entries[:NAMED]]
        asked = content_words(lookup.query)
        for hit in self._hits(scene, lookup):
            entry = entries.get(hit.entry_id)
            if entry is None or entry.id in lookup.entries:
                continue
            source = _entry_source(entry, scene.notes.get(entry.id), "like your question")
            # Not the document that was found: that is of the open branch, and of its end.
            if asked & content_words(f"{entry.title} {source.text}") or hit.score >= LEAST_SCORE:
                found.append(source)
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
        weighed = weights(scene.view.passages, lookup, scene.entries)
        for passage in scene.view.passages:
            text, points = excerpt(passage, lookup, scene.entries, weighed)
            if text:
                told.append((passage.number in lookup.chapters, points, passage, text))
        # Beside a chapter that tells of it, one that has a common word with the question tells nothing.
        least = LEAST_SHARE * max((points for _, points, _, _ in told), default=0.0)
        told = [one for one in told if one[0] or lookup.entries or one[1] >= least]
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
