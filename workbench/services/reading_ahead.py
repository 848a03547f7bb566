"""Reads the story that was worked on last before anybody asks: the first chapter after a start needn't wait for it."""

import logging
import threading

from workbench.errors import WorkbenchError
from workbench.ports import TextModel
from workbench.services.scenes import Scenes
from workbench.storage import stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# How long to wait for the model, whose tokenizer counts what is read, and how often to look whether the app closes.
_WAIT_SECONDS, _LOOK_SECONDS = 600.0, 0.5


class ReadingAhead:
    """One reading in the background. What it finds is thrown away; what stays is what was worked out on the way: the
    words of the passages and of the lore, the counts of tokens, the database's statements."""

    def __init__(self, database: Database, model: TextModel, scenes: Scenes) -> None:
        self._database = database
        self._model = model
        self._scenes = scenes
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reading-ahead", daemon=True)

    def start(self) -> None:
        """Begin, without waiting."""
        self._thread.start()

    def wait(self, timeout: float) -> bool:
        """Wait until it is done, at most `timeout` seconds; whether it is."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def close(self) -> None:
        """Stop waiting for the model; a reading that has begun ends first, it takes a moment."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        waited = 0.0
        while not self._model.wait_ready(_LOOK_SECONDS):
            waited += _LOOK_SECONDS
            if self._closing.wait(0.01) or waited >= _WAIT_SECONDS:
                return
        try:
            with self._database.reading() as session:
                story_id = stories.worked_on_last(session)
            if story_id is not None and not self._closing.is_set():
                self._scenes.gather(self._scenes.view(story_id), "")
        except WorkbenchError as error:
            logger.info("The story wasn't read ahead, its first chapter reads it: %s", error)
