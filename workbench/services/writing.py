"""Writing chapters: the agents' runs, and what becomes of their drafts."""

import logging
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from workbench.domain.runs import ChapterOptions, Run, RunEvent
from workbench.domain.story import Passage
from workbench.domain.text import without_cut_end, words_asked
from workbench.errors import InvalidInput, ModelUnavailable
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.checks import id_field, mapping, model_field, text_field
from workbench.services.runs import LiveRun, RunKeeper
from workbench.services.scenes import Scenes
from workbench.services.streams import play, wait_for_model
from workbench.settings import Settings
from workbench.storage import lore, runs, stories, tasks
from workbench.storage.database import Database, set_damaged_aside

logger = logging.getLogger(__name__)

# What a word takes in the window, with some room: English prose has about 1.3 tokens a word.
TOKENS_PER_WORD = 1.6
# The latest finished runs whose checkpoints are dropped when the next run begins.
FORGOTTEN_AT_ONCE = 5


class Writing:
    """Chapters from instruction to accepted passage."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        keeper: RunKeeper,
        agents: Agents,
        scenes: Scenes,
        tasks_added: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._keeper = keeper
        self._agents = agents
        self._scenes = scenes
        self._tasks_added = tasks_added
        self._graph: Any = None
        self._graph_lock = threading.Lock()

    # Runs

    def start_chapter(self, story_id: str, instruction: str, options: dict[str, Any] | None = None) -> Run:
        """Let the agents write the next chapter; returns at once, `follow` tells how it goes.

        Raises `InvalidInput`, `NotFound`, `Conflict` while the story is being written, and `ModelUnavailable` when
        the model has failed. While it loads the run waits.
        """
        story_id = id_field(story_id, "The story")
        instruction = text_field(instruction, "The instruction", longest=self._settings.max_text_chars, required=True)
        long = self._settings.max_text_chars
        chosen = model_field(ChapterOptions, mapping(options, "The options", longest=long), "The options")
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
        if (status := self._model.status()).state == "failed":
            raise ModelUnavailable(status.error or "The text model can't be used. Choose another one in the settings.")
        stored = chosen.model_dump(mode="json", exclude_none=True)
        return self._keeper.start("chapter", story_id, instruction, stored, self._chapter(instruction, chosen, False))

    def resume_run(self, run_id: str) -> Run:
        """Go on with a run that was interrupted, stopped or failed, from the last step that was finished."""
        run = self.get_run(run_id)
        chosen = ChapterOptions.model_validate(run.options)
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
        """The run that is writing on a story, if any."""
        with self._database.reading() as session:
            return next(iter(runs.listing(session, story_id, ["running"])), None)

    def interrupted_run(self, story_id: str) -> Run | None:
        """The story's latest run, if it ended without a draft and can be gone on with."""
        latest = next(iter(self.list_runs(story_id)), None)
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

    def accept(self, passage_id: str) -> Passage:
        """Make a draft part of the story. Passage, branch and the memory's task are written together or not at all."""
        with self._database.writing() as session:
            passage, replaced = stories.accept(session, id_field(passage_id, "The passage"))
            if replaced:
                tasks.retract_passage(session, replaced)
            tasks.restore_passage(session, passage.id)
            tasks.add(
                session,
                "analysis",
                passage.story_id,
                dedupe_key=f"analysis:{passage.id}",
                passage_id=passage.id,
                summary=f"Read {passage.title}",
            )
        self._tasks_added()
        return passage

    def discard(self, passage_id: str) -> Passage:
        """Put a passage aside; what the memory learnt from it is no longer true, and what waits is retracted."""
        with self._database.writing() as session:
            passage = stories.discard(session, id_field(passage_id, "The passage"))
            tasks.retract_passage(session, passage.id)
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
            from graphs.chapter.state import ChapterRequest

            wait_for_model(self._model, live)
            with self._database.reading() as session:
                story_id = runs.get(session, live.id).story_id
            settings = self._settings
            asked = words_asked(instruction) or settings.chapter_words
            window = self._model.status().context_tokens or settings.context_tokens
            writer = self._agents.specs(story_id)["writer"]
            # Draft and revision stand in the window together, beside what reviewers say.
            longest = max(64, (window - settings.context_buffer) // 4)
            length = min(options.max_tokens or writer.max_tokens, longest)
            request = ChapterRequest(
                story_id=story_id,
                instruction=instruction,
                words=max(10, min(asked, int(length / TOKENS_PER_WORD))),
                max_rounds=options.max_rounds or settings.max_rounds,
                accept_score=options.accept_score or settings.accept_score,
                temperature=writer.temperature if options.temperature is None else options.temperature,
                max_tokens=length,
                seed=options.seed or 0,
                characters=options.characters,
            )
            return self._run_graph(live, request, options, resumed)

        return work

    def _run_graph(self, live: LiveRun, request: Any, options: ChapterOptions, resumed: bool) -> dict[str, Any]:
        from graphs.chapter.state import ChapterTeam

        team = self._agents.team(
            request.story_id,
            live.cancelled,
            ChapterTeam,
            gather=lambda asked: self._gather(asked, options),
            keep=lambda asked, scene, text: self._keep(live.id, asked, text),
        )
        graph = self._compiled()
        self._forget_finished(graph, request.story_id)
        config = {"configurable": {"thread_id": live.id}, "max_concurrency": 4}
        # A run that died before its first checkpoint has nothing to go on from, and begins.
        going_on = resumed and graph.get_state(config).values
        output = play(graph, None if going_on else {"request": request}, team, live, config)
        result = _result(output)
        if options.auto_accept:
            result["passage"] = self.accept(result["passage"]["id"]).model_dump(mode="json")
        return result

    def _forget_finished(self, graph: Any, story_id: str) -> None:
        """Drop the checkpoints of runs that are done: they have nothing left to go on from, and would pile up."""
        with self._database.reading() as session:
            finished = runs.listing(session, story_id, ["done"])
        for run in finished[:FORGOTTEN_AT_ONCE]:
            graph.checkpointer.delete_thread(run.id)

    def _compiled(self) -> Any:
        with self._graph_lock:
            if self._graph is None:
                self._graph = compiled_chapter_graph(self._settings.checkpoint_path)
            return self._graph

    def _gather(self, request: Any, options: ChapterOptions) -> Any:
        from graphs.chapter.state import ChapterScene

        view = self._scenes.view(request.story_id)
        # Draft and revision stand in the window beside it, and the request in both prompts.
        taken = 2 * request.max_tokens + 2 * self._scenes.count(request.instruction)
        scene = self._scenes.gather(view, request.instruction, options.structured_context, taken)
        return ChapterScene(
            context=scene.context,
            number=len(view.passages) + 1,
            previous=tuple(passage.text for passage in view.passages[-3:]),
            characters={
                entry.title: without_cut_end(entry.content[:600])
                for entry in scene.entries
                if entry.id in request.characters
            },
        )

    def _keep(self, run_id: str, request: Any, text: str) -> dict[str, Any]:
        with self._database.writing() as session:
            head = stories.active_branch(session, request.story_id).head_id
            passage = stories.add_draft(
                session, request.story_id, head, text, instruction=request.instruction, run_id=run_id
            )
        return passage.model_dump(mode="json")


def compiled_chapter_graph(checkpoints: Path) -> Any:
    """The chapter graph with its SQLite checkpointer at `checkpoints`."""
    import sqlite3

    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    from graphs.chapter.state import STORED_VALUES
    from graphs.registry import GRAPHS

    # Without its checkpoints an interrupted run begins anew, which is better than not at all.
    set_damaged_aside(checkpoints)
    connection = sqlite3.connect(checkpoints, check_same_thread=False, timeout=30)
    saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=STORED_VALUES))
    saver.setup()
    return GRAPHS["chapter"]().compile(checkpointer=saver)


def _result(output: dict[str, Any]) -> dict[str, Any]:
    chosen, scene = output["chosen"], output["scene"]
    return {
        "passage": output["passage"],
        "review": chosen.review.model_dump(mode="json"),
        "rating": chosen.rating.model_dump(mode="json"),
        "rounds": len(output["attempts"]),
        "usage": {**output["usage"].model_dump(mode="json"), "evaluated_tokens": output["usage"].evaluated_tokens},
        "context": {
            "budget": scene.context.budget,
            "layers": [layer.model_dump(mode="json") for layer in scene.context.layers],
        },
        "reactions": [reaction.model_dump(mode="json") for reaction in output.get("reactions") or []],
        "history": [
            {"round": a.round, "rating": a.rating.overall, "words": a.rating.measures.words, "draft": a.draft}
            for a in output["attempts"]
        ],
    }
