"""What an agent is shown of a story: gathered from storage, searched for, and fitted into the model's window."""

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graphs.agents import AGENTS
from workbench.context.assemble import Arrangement, arrange, assemble
from workbench.context.filters import decided, filtered, rules_of
from workbench.context.knowledge import Knowledge, known_to
from workbench.context.layers import HOUSE_RULES, lore_items, passage_items, search_item, structured_items, world_item
from workbench.context.recall import SEARCHED, recall_query, search_by_words
from workbench.context.tokens import TokenCounts
from workbench.domain.context import AssembledContext, Choice, ContextItem, StructuredContext
from workbench.domain.lore import LoreEntry, NoteRevision, SearchHit
from workbench.domain.model import TokenCount
from workbench.domain.story import Passage, StoryView
from workbench.errors import InvalidInput, ModelUnavailable
from workbench.ports import Digests, TextModel
from workbench.settings import Settings
from workbench.storage import choices, lore, stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

Recall = Callable[[str, str, int], list[SearchHit]]
# What the story's plan says of the chapter that follows on a view of it.
Planned = Callable[[StoryView], list[ContextItem]]
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
    """Gathers what agents are shown. `planned` tells of the story's plan, `digests` in short what doesn't fit."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        recall: Recall,
        planned: Planned | None = None,
        digests: Digests | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._recall = BriefSearch(recall, RECALL_SECONDS)
        self._planned = planned
        self._digests = digests
        self._model = model
        self._counts = TokenCounts(model.count_tokens)

    def view(self, story_id: str, before: str = "", *, until: str = "") -> StoryView:
        """A story as it is opened; as it stood when the passage `before` was begun, or at the end of `until`."""
        with self._database.reading() as session:
            view = stories.view(session, story_id)
            if not (before or until):
                return view
            head = until or stories.get_passage(session, before).parent_id
            return view.model_copy(update={"passages": tuple(stories.line(session, head))})

    @property
    def window(self) -> int:
        """The model's window in tokens."""
        return self._model.status().context_tokens or self._settings.context_tokens

    def gather(
        self,
        view: StoryView,
        instruction: str,
        supplied: StructuredContext | None = None,
        taken: int = 0,
        *,
        changes: Mapping[str, Choice] | None = None,
        distil: Callable[[], bool] | None = None,
        ahead: bool = True,
    ) -> Scene:
        """What is shown for an instruction. `taken`: tokens of the window that replies and drafts will take.

        `changes` are choices that are tried without being kept. With `distil`, a poll that says whether to stop, what
        doesn't fit is summed up by the model now where no summary is kept of it; that takes some seconds. `ahead`
        false leaves out what is planned to come.

        Raises `InvalidInput` where nothing is left for the story, or `supplied` names an agent that doesn't exist;
        `PromptTooLong`; and with `distil` `Cancelled`.
        """
        story_id = view.story.id
        supplied = supplied or StructuredContext()
        check_agents(supplied)
        with self._database.reading() as session:
            line = [passage.id for passage in view.passages]
            entries = lore.story_entries(session, story_id, line=line)
            notes = lore.active_notes(session, story_id, line=line)
            kept = choices.of_story(session, story_id) | dict(changes or {})
        hits, problem = self._search(story_id, instruction, view.passages, entries, notes)
        items = decided(
            [
                world_item(view.world),
                *lore_items(entries, notes, view.passages, instruction, story_id=story_id, hits=hits),
                *([search_item(problem)] if problem else []),
                *passage_items(view.passages),
                *(self._planned(view) if self._planned and ahead else []),
                *_chosen_elements(supplied),
            ],
            kept,
        )
        found = self._arranged(items, view.passages, self._budget(instruction, taken), kept)
        short = view.passages[: found.left_out]
        if (
            distil is not None
            and self._digests is not None
            and (found.lacking or short)
            and self._digests.make(found.lacking, short, distil)
        ):
            found = self._arranged(items, view.passages, found.context.budget, kept)
        return Scene(view, entries, notes, found.context)

    def known(self, view: StoryView, entries: Sequence[LoreEntry], person: LoreEntry, text: str = "") -> Knowledge:
        """What one of the people knows behind a view, and which scenes of the `text` that follows on it they are in."""
        with self._database.reading() as session:
            revisions = lore.revisions(session, view.story.id)
        return known_to(person, view.world, entries, view.passages, revisions, text)

    def gather_known(
        self, view: StoryView, person_id: str, instruction: str, taken: int = 0
    ) -> tuple[Scene, LoreEntry]:
        """What one of the people in a story knows of it, and their entry: where they were, whom they met.

        Raises `InvalidInput` where they aren't in the story as the view has it, and what `gather` raises.
        """
        with self._database.reading() as session:
            line = [passage.id for passage in view.passages]
            entries = lore.story_entries(session, view.story.id, line=line)
            notes = lore.active_notes(session, view.story.id, line=line)
        person = next((entry for entry in entries if entry.id == person_id), None)
        if person is None:
            raise InvalidInput(
                "The character of this conversation isn't in the story any more, or not yet where it is told up to. "
                "Begin another one."
            )
        known = self.known(view, entries, person)
        told = {item.key for item in known.items if not item.held_back}
        passages = [
            passage.model_copy(update={"text": "\n\n".join(known.seen[passage.id])})
            for passage in view.passages
            if known.seen[passage.id]
        ]
        scene = Scene(
            view=view.model_copy(update={"passages": tuple(passages)}),
            entries=[entry for entry in entries if f"lore:{entry.id}" in told],
            # What became of others they know from the scenes, as far as they were there.
            notes={key: note for key, note in notes.items() if key == person.id},
            context=assemble(HOUSE_RULES, known.items, self._budget(instruction, taken), self.count),
        )
        return scene, person

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return self._counts(text)

    def manner(self) -> TokenCount:
        """How tokens are counted now: exact, or by an estimate that may be off by its `error`."""
        return self._counts.manner()

    def _budget(self, instruction: str, taken: int) -> int:
        """Tokens for the context. Where they can only be estimated, fewer by what the estimate may be off."""
        budget = int((self.window - self._settings.context_buffer - taken) * (1 - self.manner().error))
        if budget < LEAST_ROOM:
            raise InvalidInput(
                f"The instruction takes {self.count(instruction)} tokens, which leaves no room for the story in the "
                f"model's window of {self.window}. Shorten the instruction, ask for a shorter chapter, or choose a "
                "larger window."
            )
        return budget

    def _arranged(
        self, items: Sequence[ContextItem], passages: Sequence[Passage], budget: int, kept: Mapping[str, Choice]
    ) -> Arrangement:
        digests = self._digests
        if digests is None:
            return arrange(HOUSE_RULES, items, budget, self._counts)
        return arrange(
            HOUSE_RULES,
            items,
            budget,
            self._counts,
            shortened=digests.shortened,
            earlier=lambda number: decided(digests.earlier(passages, number), kept),
        )

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


def _chosen_elements(supplied: StructuredContext) -> list[ContextItem]:
    """The supplied elements, held back where the container's own filter refuses them."""
    wanted = supplied.metadata.filter
    return filtered(structured_items(supplied), rules_of(wanted) if wanted else [])


def check_agents(supplied: StructuredContext) -> None:
    """Raises `InvalidInput` where an element is meant for an agent that doesn't exist: nobody would be shown it."""
    elements = (
        *supplied.plot_elements,
        *supplied.character_contexts,
        *supplied.user_requests,
        *supplied.system_instructions,
    )
    unknown = next((name for element in elements for name in element.agents if name not in AGENTS), None)
    if unknown is not None:
        raise InvalidInput(
            f"An element of the context is meant for the agent {unknown[:60]!r}, which doesn't exist. "
            f"There are: {', '.join(AGENTS)}."
        )


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
