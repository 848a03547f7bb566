"""The chapter graph's side of writing: what it is asked, what it is shown, and its run from beginning to result."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.domain.changes import people_of
from workbench.domain.context import Choice
from workbench.domain.difference import difference
from workbench.domain.runs import ChapterOptions
from workbench.domain.story import Passage
from workbench.domain.text import without_cut_end, words, words_asked
from workbench.domain.timeline import Violation
from workbench.errors import PromptTooLong
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.runs import LiveRun
from workbench.services.scenes import LEAST_ROOM, Scenes
from workbench.services.streams import play
from workbench.settings import Settings
from workbench.storage import lore, runs, stories
from workbench.storage.database import Database, set_damaged_aside

logger = logging.getLogger(__name__)

# What a word takes in the window, with some room: English prose has about 1.3 tokens a word.
TOKENS_PER_WORD = 1.6
# What the tasks of writer and reviewers take beside drafts and instructions.
TASK_TOKENS = 200
# A changed chapter may become so much longer by itself.
CHANGED_ROOM = 1.25
# The latest finished runs whose checkpoints are dropped when the next run begins.
FORGOTTEN_AT_ONCE = 5

Keep = Callable[[Any, str], Passage]
# From a story, a text, and the passage in whose place it stands ("" for what comes next) to what can't be true.
Contradictions = Callable[[str, str, str], list[Violation]]


class Chapters:
    """Requests, scenes and runs of the chapter graph. `check` finds what of a text can't be true in its story."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        agents: Agents,
        scenes: Scenes,
        check: Contradictions,
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._agents = agents
        self._scenes = scenes
        self._check = check
        self._graph: Any = None
        self._graph_lock = threading.Lock()

    def request(self, story_id: str, instruction: str, options: ChapterOptions) -> Any:
        """What the loop is to do, a `ChapterRequest`: `options` over the settings, within the model's window."""
        from graphs.chapter.state import ChapterRequest

        settings = self._settings
        asked = words_asked(instruction) or settings.chapter_words
        writer = self._agents.specs(story_id)["writer"]
        # Draft and revision stand in the window together, beside what reviewers say.
        longest = max(64, (self._scenes.window - settings.context_buffer) // 4)
        length = min(options.max_tokens or writer.max_tokens, longest)
        return ChapterRequest(
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

    def change_request(self, passage: Passage, instruction: str, options: ChapterOptions) -> Any:
        """What the loop is to do to tell `passage` again with a change; one round unless `options` name more.

        Raises `PromptTooLong` where the window doesn't hold the chapter twice.
        """
        from graphs.chapter.state import Change

        written = self.request(passage.story_id, passage.instruction, self.options_of(passage))
        asked = words_asked(instruction) or 0
        size = self._scenes.count(passage.text)
        most = self._most_tokens(instruction) // 2
        if size > most:
            raise PromptTooLong(
                f"The chapter has {size} word-pieces, and the model’s window has room for {most} of a chapter that is "
                "told again. Cut it into shorter chapters, or choose a model with a larger window."
            )
        wanted = max(int(size * CHANGED_ROOM) + 50, int(asked * TOKENS_PER_WORD))
        with self._database.reading() as session:
            names = [e.title for e in lore.story_entries(session, passage.story_id) if e.kind == "character"]
        change = Change(
            passage_id=passage.id,
            text=passage.text,
            instruction=instruction,
            words=min(asked or len(words(passage.text)), int(most / TOKENS_PER_WORD)),
            words_asked=asked,
            people=tuple(people_of(passage.text, names)[:6]),
        )
        temperature = written.temperature if options.temperature is None else options.temperature
        return written.model_copy(
            update={
                "change": change,
                # As much as its first telling took, so that the same of the story fits beside it.
                "max_tokens": min(options.max_tokens or max(written.max_tokens, wanted), most),
                "max_rounds": options.max_rounds or 1,
                "accept_score": options.accept_score or self._settings.accept_score,
                "temperature": temperature,
                "seed": options.seed or 0,
                "characters": options.characters,
            }
        )

    def options_of(self, passage: Passage) -> ChapterOptions:
        """The options that a passage was written with; those of the settings for a writer's own text.

        A chapter that was told again goes on from the beginning that the first telling had.
        """
        seen: set[str] = set()
        with self._database.reading() as session:
            run_id = passage.run_id
            while run_id and run_id not in seen:
                seen.add(run_id)
                run = runs.get(session, run_id)
                if "passage_id" not in run.options:
                    return ChapterOptions.model_validate(run.options)
                run_id = stories.get_passage(session, run.options["passage_id"]).run_id
        return ChapterOptions()

    def scene(
        self,
        request: Any,
        options: ChapterOptions,
        before: str = "",
        reading: str = "",
        *,
        changes: Mapping[str, Choice] | None = None,
        distil: Callable[[], bool] | None = None,
    ) -> Any:
        """What the agents are shown for a request, a `ChapterScene`: of the story as it is, or before a passage.

        `reading` is a text that stands in their prompts and may be longer than the request's drafts. `changes` and
        `distil` are those of `Scenes.gather`.
        Raises `InvalidInput` and `PromptTooLong` where that leaves no room for the story.
        """
        from graphs.chapter.state import ChapterScene

        view = self._scenes.view(request.story_id, before=before)
        instruction = self._scenes.count(request.instruction)
        change = self._scenes.count(request.change.instruction) if request.change else 0
        # Draft and revision stand in the window beside it, and the request in both prompts.
        taken = 2 * request.max_tokens + 2 * (instruction + change)
        if request.change:
            size = self._scenes.count(request.change.text)
            taken = max(taken, size + request.max_tokens + instruction + change + TASK_TOKENS)
        if reading:
            reply = max(self._agents.specs(request.story_id)[name].max_tokens for name in ("editor", "rater"))
            size = self._scenes.count(reading)
            if size > (most := self._most_tokens(request.instruction) - reply):
                raise PromptTooLong(
                    f"The text has {size} word-pieces, and the model’s window has room for {max(0, most)} beside an "
                    "answer. Give a shorter part of it, or choose a model with a larger window."
                )
            taken = max(taken, size + reply + instruction + TASK_TOKENS)
        # A text of its own names whom it is about, as an instruction does.
        about = reading if reading and not before else request.instruction
        scene = self._scenes.gather(view, about, options.structured_context, taken, changes=changes, distil=distil)
        return ChapterScene(
            context=scene.context,
            number=view.next_number,
            previous=tuple(passage.text for passage in view.passages[-3:]),
            characters={
                entry.title: without_cut_end(entry.content[:600])
                for entry in scene.entries
                if entry.id in request.characters
            },
        )

    def _most_tokens(self, instruction: str) -> int:
        """What texts and answers may take of the window, so that something of the story can still be told."""
        window = self._scenes.window - self._settings.context_buffer
        return window - 2 * self._scenes.count(instruction) - TASK_TOKENS - LEAST_ROOM

    def contradictions(self, story_id: str, text: str, passage_id: str = "") -> list[Violation]:
        """What of a text can't be true in its story, as if it came next or in the place of a passage."""
        try:
            return self._check(story_id, text, passage_id)
        except Exception:
            # What was written is worth more than what the rules would say of it.
            logger.exception("A draft of %s could not be looked at for contradictions", story_id)
            return []

    def run(self, live: LiveRun, request: Any, options: ChapterOptions, resumed: bool, keep: Keep) -> dict[str, Any]:
        """Run the graph to its result, or go on from where it was interrupted; `keep` stores the draft."""
        from graphs.chapter.state import ChapterTeam

        before = request.change.passage_id if request.change else ""
        team = self._agents.team(
            request.story_id,
            live.cancelled,
            ChapterTeam,
            gather=lambda asked: self.scene(asked, options, before, distil=live.cancelled),
            keep=lambda asked, scene, text: keep(asked, text).model_dump(mode="json"),
            contradictions=lambda asked, text: self.contradictions(asked.story_id, text, before),
        )
        graph = self._compiled()
        self._forget_finished(graph, request.story_id)
        config = {"configurable": {"thread_id": live.id}, "max_concurrency": 4}
        # A run that died before its first checkpoint has nothing to go on from, and begins.
        going_on = resumed and graph.get_state(config).values
        output = play(graph, None if going_on else {"request": request}, team, live, config)
        result = _result(output)
        if request.change:
            told = difference(request.change.text, result["passage"]["text"])
            result["modified"] = request.change.passage_id
            result["difference"] = [piece.model_dump(mode="json") for piece in told]
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


def compiled_chapter_graph(checkpoints: Path) -> Any:
    """The chapter graph with its SQLite checkpointer at `checkpoints`."""
    from graphs.chapter.state import STORED_VALUES

    return compiled_graph("chapter", checkpoints, STORED_VALUES)


def compiled_graph(name: str, checkpoints: Path, stored_values: Sequence[tuple[str, str]]) -> Any:
    """A graph with its SQLite checkpointer at `checkpoints`, which may hold those values and no others."""
    import sqlite3

    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    from graphs.registry import GRAPHS

    # Without its checkpoints an interrupted run begins anew, which is better than not at all.
    set_damaged_aside(checkpoints)
    connection = sqlite3.connect(checkpoints, check_same_thread=False, timeout=30)
    saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=stored_values))
    saver.setup()
    return GRAPHS[name]().compile(checkpointer=saver)


def _result(output: dict[str, Any]) -> dict[str, Any]:
    chosen, scene = output["chosen"], output["scene"]
    return {
        "passage": output["passage"],
        "review": chosen.review.model_dump(mode="json"),
        "rating": chosen.rating.model_dump(mode="json"),
        "continuity": [violation.model_dump(mode="json") for violation in chosen.contradictions],
        "rounds": len(output["attempts"]),
        "usage": output["usage"].told(),
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
