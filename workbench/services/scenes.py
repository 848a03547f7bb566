"""What an agent is shown of a story: gathered from storage, searched for, and fitted into the model's window."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.context.assemble import assemble
from workbench.context.layers import HOUSE_RULES, lore_items, passage_items, search_item, structured_items, world_item
from workbench.context.recall import SEARCHED, recall_query, search_by_words
from workbench.domain.context import AssembledContext, StructuredContext
from workbench.domain.lore import LoreEntry, NoteRevision, SearchHit
from workbench.domain.story import Passage, StoryView
from workbench.errors import InvalidInput, ModelUnavailable
from workbench.ports import TextModel
from workbench.settings import Settings
from workbench.storage import lore, stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

Recall = Callable[[str, str, int], list[SearchHit]]
# How long a chapter's first word waits for a search of the lore. Where nothing holds it up it takes a tenth of that.
RECALL_SECONDS = 0.4
# With less room than this nothing of a story can be told.
LEAST_ROOM = 100


@dataclass(frozen=True)
class Scene:
    """What was gathered for one request: the context, and what it was made from."""

    view: StoryView
    entries: list[LoreEntry]
    notes: dict[str, NoteRevision]
    context: AssembledContext


class Scenes:
    """Gathers what agents are shown."""

    def __init__(self, settings: Settings, database: Database, model: TextModel, recall: Recall) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._recall = BriefSearch(recall, RECALL_SECONDS)

    def view(self, story_id: str, before: str = "") -> StoryView:
        """A story as it is opened; with the id of a passage, as it stood when that passage was begun."""
        with self._database.reading() as session:
            view = stories.view(session, story_id)
            if not before:
                return view
            passage = stories.get_passage(session, before)
            return view.model_copy(update={"passages": tuple(stories.line(session, passage.parent_id))})

    @property
    def window(self) -> int:
        """The model's window in tokens."""
        return self._model.status().context_tokens or self._settings.context_tokens

    def gather(
        self, view: StoryView, instruction: str, supplied: StructuredContext | None = None, taken: int = 0
    ) -> Scene:
        """What is shown for an instruction. `taken`: tokens of the window that replies and drafts will take.

        Raises `InvalidInput` where that leaves no room for the story, and `PromptTooLong`.
        """
        story_id = view.story.id
        with self._database.reading() as session:
            entries = lore.story_entries(session, story_id)
            notes = lore.active_notes(session, story_id)
        hits, problem = self._search(story_id, instruction, view.passages, entries, notes)
        items = [
            world_item(view.world),
            *lore_items(entries, notes, view.passages, instruction, story_id=story_id, hits=hits),
            *([search_item(problem)] if problem else []),
            *passage_items(view.passages),
            *structured_items(supplied or StructuredContext()),
        ]
        budget = self.window - self._settings.context_buffer - taken
        if budget < LEAST_ROOM:
            raise InvalidInput(
                f"The instruction takes {self.count(instruction)} tokens, which leaves no room for the story in the "
                f"model's window of {self.window}. Shorten the instruction, ask for a shorter chapter, or choose a "
                "larger window."
            )
        return Scene(view, entries, notes, assemble(HOUSE_RULES, items, budget, self.count))

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return self._model.count_tokens(text).tokens

    def _search(
        self,
        story_id: str,
        instruction: str,
        passages: Sequence[Passage],
        entries: list[LoreEntry],
        notes: dict[str, NoteRevision],
    ) -> tuple[list[SearchHit], str]:
        """What a search of the lore finds for this scene, and why it was by words alone, if it was."""
        query = recall_query(instruction, passages)
        try:
            return self._recall(story_id, query, SEARCHED), ""
        except Exception as error:
            # A chapter is written without the index too.
            logger.info("Lore for the scene is looked for by words alone: %s", error)
            problem = f"by words alone: {error}"
        return search_by_words(entries, notes, query, SEARCHED), problem


class BriefSearch:
    """A search of the lore for which nobody waits longer than `seconds`."""

    def __init__(self, recall: Recall, seconds: float) -> None:
        self._search = recall
        self._seconds = seconds
        self._busy = threading.Lock()

    def __call__(self, story_id: str, query: str, limit: int) -> list[SearchHit]:
        """The hits. Raises `TimeoutError` when they aren't there in time, and whatever the search raises."""
        late = f"the search took longer than {self._seconds:g} seconds"
        # One that hangs must not be followed by others that hang.
        if not self._busy.acquire(timeout=self._seconds):
            raise TimeoutError(late)
        answer: queue.SimpleQueue[list[SearchHit] | Exception] = queue.SimpleQueue()

        def look() -> None:
            try:
                answer.put(self._search(story_id, query, limit))
            except Exception as error:
                # Perhaps nobody waits for it any more. That the embedder isn't loaded yet is no failure.
                if not isinstance(error, ModelUnavailable):
                    logger.warning("The search of the lore failed: %s", error)
                answer.put(error)
            finally:
                self._busy.release()

        threading.Thread(target=look, name="recall", daemon=True).start()
        try:
            found = answer.get(timeout=self._seconds)
        except queue.Empty:
            raise TimeoutError(late) from None
        if isinstance(found, Exception):
            raise found
        return found
