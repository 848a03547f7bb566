"""Writing chapters: the agents' runs, and what becomes of their drafts."""

import logging
import random
from collections.abc import Callable, Iterator
from typing import Any

from workbench.domain.runs import ChapterOptions, Run, RunEvent
from workbench.domain.story import Passage
from workbench.errors import Conflict, InvalidInput
from workbench.ports import TextModel
from workbench.services import deciding
from workbench.services.chapters import Chapters
from workbench.services.checks import id_field, mapping, model_field, text_field
from workbench.services.runs import LiveRun, RunKeeper
from workbench.services.scenes import check_agents
from workbench.services.streams import check_usable, wait_for_model
from workbench.settings import Settings
from workbench.storage import decisions, lore, runs, stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)


# A run of several chapters, and each of its chapters.
SEVERAL = ("parts", "part_chapter")


class Writing:
    """Chapters from instruction to accepted passage. `planned` tells a story's plan of its next chapter, if any."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        keeper: RunKeeper,
        chapters: Chapters,
        planned: Callable[[str], str],
        tasks_added: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._keeper = keeper
        self._chapters = chapters
        self._planned = planned
        self._tasks_added = tasks_added
        # Runs of other graphs are gone on with by whoever began them.
        self.resumed_elsewhere: dict[str, Callable[[str], Run]] = {}

    # Runs

    def start_chapter(self, story_id: str, instruction: str, options: dict[str, Any] | None = None) -> Run:
        """Let the agents write the next chapter; returns at once, `follow` tells how it goes.

        Without an instruction the plan says what happens, where the story has one for this chapter.
        Raises `InvalidInput`, `NotFound`, `Conflict` while the story is being written, and `ModelUnavailable` when
        the model has failed. While it loads the run waits.
        """
        story_id = id_field(story_id, "The story")
        instruction = text_field(instruction, "The instruction", longest=self._settings.max_text_chars)
        if not instruction and not (instruction := self._planned(story_id)):
            raise InvalidInput("The instruction is empty. Write something there first.")
        chosen = self.checked_options(story_id, options)
        stored = chosen.model_dump(mode="json", exclude_none=True)
        return self._keeper.start("chapter", story_id, instruction, stored, self._chapter(instruction, chosen, False))

    def start_modification(self, passage_id: str, instruction: str, options: dict[str, Any] | None = None) -> Run:
        """Let the agents tell a passage again with a change, as a new draft beside it; returns at once.

        The passage itself stays as it is. Options are those of a chapter; one round unless they name more. What a
        frontend supplied for the passage holds for the change too, unless the options supply something else.
        Raises what `start_chapter` raises.
        """
        passage_id = id_field(passage_id, "The passage")
        instruction = text_field(instruction, "The instruction", longest=self._settings.max_text_chars, required=True)
        passage = self._passage(passage_id)
        chosen = self.checked_options(passage.story_id, options)
        if chosen.structured_context is None:
            supplied = self._chapters.options_of(passage).structured_context
            chosen = chosen.model_copy(update={"structured_context": supplied})
        stored = {**chosen.model_dump(mode="json", exclude_none=True), "passage_id": passage.id}
        work = self._modification(passage.id, instruction, chosen, False)
        return self._keeper.start("modify", passage.story_id, instruction, stored, work)

    def _passage(self, passage_id: str) -> Passage:
        with self._database.reading() as session:
            return stories.get_passage(session, passage_id)

    def checked_options(self, story_id: str, options: dict[str, Any] | None) -> ChapterOptions:
        """The options of a run, checked, with a seed; and that there is a model to run it."""
        long = self._settings.max_text_chars
        chosen = model_field(ChapterOptions, mapping(options, "The options", longest=long), "The options")
        if chosen.structured_context:
            check_agents(chosen.structured_context)
        with self._database.reading() as session:
            stories.get_story(session, story_id)
            if chosen.characters:
                known = {entry.id for entry in lore.story_entries(session, story_id) if entry.kind == "character"}
                if unknown := [key for key in chosen.characters if key not in known]:
                    raise InvalidInput(
                        f"The options name the character {unknown[0]!r}, which is no character of this story. "
                        "/list_lore gives the ids of those that are."
                    )
        if chosen.seed is None:
            # Drawn once and stored with the run, so that a resumed run goes on as it began.
            chosen = chosen.model_copy(update={"seed": random.randrange(2**31)})
        check_usable(self._model)
        return chosen

    def resume_run(self, run_id: str) -> Run:
        """Go on with a run that was interrupted, stopped or failed, from the last step that was finished."""
        run = self.get_run(run_id)
        if run.graph in self.resumed_elsewhere:
            return self.resumed_elsewhere[run.graph](run.id)
        given = dict(run.options)
        passage_id = given.pop("passage_id", "")
        chosen = ChapterOptions.model_validate(given)
        if passage_id:
            return self._keeper.resume(run.id, self._modification(passage_id, run.instruction, chosen, True))
        return self._keeper.resume(run.id, self._chapter(run.instruction, chosen, True))

    def follow(self, run_id: str, start: int = 0) -> Iterator[RunEvent]:
        """Events of a run from number `start` on, live until it ends."""
        return self._keeper.follow(id_field(run_id, "The run"), start)

    def cancel_run(self, run_id: str) -> Run:
        """Stop a run. Nothing of the story changes."""
        return self._keeper.cancel(id_field(run_id, "The run"))

    def get_run(self, run_id: str) -> Run:
        """The run of that id."""
        with self._database.reading() as session:
            return runs.get(session, id_field(run_id, "The run"))

    def list_runs(self, story_id: str) -> list[Run]:
        """Runs of a story, newest first."""
        with self._database.reading() as session:
            stories.get_story(session, id_field(story_id, "The story"))
            return runs.listing(session, story_id)

    def active_run(self, story_id: str) -> Run | None:
        """The run that is writing on a story, if any: of several chapters the one that is being written."""
        with self._database.reading() as session:
            running = runs.listing(session, story_id, ["running"])
        return next((run for run in running if run.graph != SEVERAL[0]), None)

    def interrupted_run(self, story_id: str) -> Run | None:
        """The story's latest run, if it ended without a draft and can be gone on with.

        Not a run of several chapters, nor a chapter of one: those are gone on with where they were begun.
        """
        latest = next(iter(self.list_runs(story_id)), None)
        if latest and latest.graph in SEVERAL:
            return None
        return latest if latest and latest.status in ("interrupted", "failed", "cancelled") else None

    def run_result(self, run_id: str) -> dict[str, Any] | None:
        """What a finished run resulted in; None for others."""
        with self._database.reading() as session:
            stored = runs.events(session, runs.get(session, run_id).id)
        return stored[-1].data if stored and stored[-1].event == "result" else None

    def result_of_passage(self, passage_id: str) -> dict[str, Any] | None:
        """The result of the run that wrote a passage; None for a writer's own text."""
        with self._database.reading() as session:
            run_id = stories.get_passage(session, passage_id).run_id
        return self.run_result(run_id) if run_id else None

    # Drafts

    def accept(self, passage_id: str, item_id: str | None = None) -> Passage:
        """Make a draft part of the story. Passage, branch and the memory's task are written together or not at all.

        With `item_id`, the chapter of the plan that it was written for, it can only follow on the story's end as that
        is now, and takes no other passage's place: else it is a `Conflict`.
        """
        with self._database.writing() as session:
            draft = stories.get_passage(session, id_field(passage_id, "The passage"))
            head_id = stories.active_branch(session, draft.story_id).head_id
            if item_id is not None and draft.state != "accepted" and draft.parent_id != head_id:
                raise Conflict(f"The story has gone on without this draft of chapter {draft.number}, which is kept.")
            said = f"accepted chapter {draft.number}"
            with decisions.deciding(session, draft.story_id, "accept", said, draft.id):
                passage, replaced = stories.accept(session, draft.id)
            deciding.joined(session, passage, replaced, item_id)
        self._tasks_added()
        return passage

    def discard(self, passage_id: str) -> Passage:
        """Put a passage aside; what the memory learnt from it is no longer true, and what waits is retracted.

        The last passage of the open branch that stands on another one too is only left behind, and stays accepted.
        """
        with self._database.writing() as session:
            old = stories.get_passage(session, id_field(passage_id, "The passage"))
            said = f"discarded {'a draft of ' if old.state == 'draft' else ''}chapter {old.number}"
            with decisions.deciding(session, old.story_id, "discard", said, old.id):
                passage = stories.discard(session, old.id)
            if passage.state == "discarded":
                deciding.left(session, passage)
        self._tasks_added()
        return passage

    def edit(self, passage_id: str, text: str) -> Passage:
        """The writer's own text as a new draft beside a passage; the passage itself stays as it is."""
        text = text_field(text, "The text", longest=self._settings.max_text_chars, required=True)
        with self._database.writing() as session:
            old = stories.get_passage(session, id_field(passage_id, "The passage"))
            return stories.add_draft(
                session,
                old.story_id,
                old.parent_id,
                text,
                title=old.title,
                instruction=old.instruction,
                origin="writer",
            )

    # The graph's side

    def _chapter(self, instruction: str, options: ChapterOptions, resumed: bool) -> Callable[[LiveRun], dict[str, Any]]:
        def work(live: LiveRun) -> dict[str, Any]:
            wait_for_model(self._model, live)
            request = self._chapters.request(self.get_run(live.id).story_id, instruction, options)
            return self._written(live, request, options, resumed)

        return work

    def _modification(
        self, passage_id: str, instruction: str, options: ChapterOptions, resumed: bool
    ) -> Callable[[LiveRun], dict[str, Any]]:
        def work(live: LiveRun) -> dict[str, Any]:
            wait_for_model(self._model, live)
            request = self._chapters.change_request(self._passage(passage_id), instruction, options)
            return self._written(live, request, options, resumed)

        return work

    def _written(self, live: LiveRun, request: Any, options: ChapterOptions, resumed: bool) -> dict[str, Any]:
        result = self._chapters.run(
            live, request, options, resumed, lambda asked, text: self._keep(live.id, asked, text)
        )
        if options.auto_accept:
            result["passage"] = self.accept(result["passage"]["id"]).model_dump(mode="json")
        return result

    def _keep(self, run_id: str, request: Any, text: str) -> Passage:
        with self._database.writing() as session:
            old = stories.get_passage(session, request.change.passage_id) if request.change else None
            return stories.add_draft(
                session,
                request.story_id,
                old.parent_id if old else stories.active_branch(session, request.story_id).head_id,
                text,
                title=old.title if old else "",
                instruction=request.instruction,
                run_id=run_id,
            )
