"""What the model has read of each story: written to disk in idle moments, and found again by its tokens."""

from concurrent.futures import ThreadPoolExecutor

from workbench.engine.beginnings import Beginnings
from workbench.engine.scheduler import Scheduler

WORTH_KEEPING = 256  # tokens; less is read in a second
WORTH_RENEWING = 128  # tokens that a story must have grown by before its file is written anew


class SavedStories:
    """Stands between a scheduler and the files. States are taken by the engine's thread and written by another."""

    def __init__(self, files: Beginnings | None) -> None:
        self._files = files
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="story-states")

    def find(self, tokens: list[int], longer_than: int) -> tuple[list[int], bytes] | None:
        """A saved state with more than `longer_than` tokens of this prompt's beginning, with the tokens it holds."""
        found = self._files.find(tokens, longer_than) if self._files else None
        state = self._files.load(found) if self._files and found else None
        return (found.tokens, state) if found and state else None

    def keep_one(self, scheduler: Scheduler) -> bool:
        """Begin to write the state of one story that was told since; false when there is none left."""
        if not scheduler.stories:
            return False
        story, tokens = scheduler.stories.popitem()
        if self._files is None or len(tokens) < WORTH_KEEPING:
            return True
        known = self._files.find(tokens, len(tokens) - WORTH_RENEWING)
        saved = scheduler.sequences.saved(tokens) if known is None or known.key != story else None
        if saved and len(saved[0]) >= WORTH_KEEPING:
            self._writer.submit(self._files.store, story, *saved)
        return True

    def abandon(self) -> None:
        """Leave unwritten what isn't written yet: the model it belongs to is gone."""
        self._writer.shutdown(wait=False, cancel_futures=True)

    def close(self, scheduler: Scheduler) -> None:
        """Write what is left, and wait for it."""
        while self.keep_one(scheduler):
            pass
        self._writer.shutdown(wait=True)
