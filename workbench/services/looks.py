"""What people in an adventure look like, noted in the background after each chapter, for the illustrations."""

import logging
from typing import Any

from workbench.domain.adventures import Adventure, Chapter
from workbench.domain.looks import merged
from workbench.errors import WorkbenchError
from workbench.services.agents import Agents
from workbench.services.runs import LiveEvents
from workbench.services.streams import OneEach, Streams
from workbench.storage import adventures
from workbench.storage.database import Database

logger = logging.getLogger(__name__)


class Looks:
    """Reads chapters whose looks aren't noted yet; what a crash cuts off is read after the next chapter."""

    def __init__(self, database: Database, agents: Agents, streams: Streams) -> None:
        self._database = database
        self._agents = agents
        self._at_work = OneEach(streams)

    def note(self, adventure: Adventure) -> LiveEvents | None:
        """Read what is unread, without waiting; what goes on can be followed. None where nothing is unread."""
        if adventure.looks_read >= len(adventure.chapters):
            return None
        if (live := self._at_work.live(adventure.id)) is not None:
            return live
        return self._at_work.begin(
            adventure.id, lambda live: self._noted(adventure, live), name=f"looks of {adventure.id}"
        )

    def _noted(self, adventure: Adventure, live: LiveEvents) -> dict[str, Any]:
        for chapter in adventure.chapters[adventure.looks_read :]:
            try:
                self._read(adventure, chapter, live)
            except WorkbenchError as error:
                logger.info("The looks of chapter %s aren't noted yet: %s", chapter.number, error)
                break
        return {}

    def _read(self, adventure: Adventure, chapter: Chapter, live: LiveEvents) -> None:
        from graphs.adventure.looks import looks_told

        names = [name for name in adventure.looks if name in chapter.text]
        found: dict[str, str] = {}
        if names:
            found = looks_told(chapter.text, names, self._agents.team("", live.cancelled))
        with self._database.writing() as session:
            # The reader may have gone on meanwhile.
            present = adventures.get(session, adventure.id)
            looks = merged(present.looks, found, chapter.text)
            adventures.note_looks(session, adventure.id, looks, chapter.number)
