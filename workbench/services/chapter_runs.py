"""Several chapters in a row, overnight if need be: written against the plan, accepted, summed up part by part.

It is one stored run with a checkpoint behind each step, and each of its chapters is a run of its own inside it. What it
has written stands in the database, so whatever cuts it off, it goes on where it was, and nothing is written twice.
"""

import logging
import threading
from collections.abc import Iterator
from typing import Any

from pydantic import Field

from workbench.domain.outline import to_come
from workbench.domain.parts import ChapterTold, RunOfChapters
from workbench.domain.runs import ChapterOptions, Run, RunEvent
from workbench.errors import Conflict, InvalidInput, NotFound, WorkbenchError
from workbench.ports import TextModel
from workbench.services.chapters import Chapters, compiled_graph
from workbench.services.checks import id_field, mapping, model_field, whole_number
from workbench.services.evening import CHAPTER_GRAPH, Evening, waiting_of
from workbench.services.outlines import MOST_ITEMS
from workbench.services.parts import Parts
from workbench.services.runs import LiveRun, RunKeeper
from workbench.services.streams import play, wait_for_model
from workbench.services.writing import Writing
from workbench.settings import Settings
from workbench.storage import outlines, parts, runs, stories
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

GRAPH = "parts"
MOST_STEPS = 100_000
# So many of the latest events say how a run stands.
LATEST = 4
GONE_ON = ("interrupted", "cancelled", "failed")


class RunOptions(ChapterOptions):
    """The `options` of `/write_chapters`: those of a chapter, the length of each, and the part to be written."""

    words: int | None = Field(None, ge=10, le=5000)
    part_id: str | None = None


class ChapterRuns:
    """Begins such runs, tells how they go, stops them, and goes on with them."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        keeper: RunKeeper,
        chapters: Chapters,
        writing: Writing,
        kept_parts: Parts,
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._keeper = keeper
        self._chapters = chapters
        self._writing = writing
        self._parts = kept_parts
        self._graph: Any = None
        self._graph_lock = threading.Lock()
        writing.resumed_elsewhere |= {GRAPH: self.resume, CHAPTER_GRAPH: self._resume_outer}

    # What people ask

    def start(self, story_id: str, count: int = 0, options: dict[str, Any] | None = None) -> Run:
        """Begin to write the next `count` chapters of the plan; 0 is all of it, or of the part that `options` name.

        Returns at once. Where fewer are planned it ends with the plan. Raises `InvalidInput` where nothing is planned,
        and what `Writing.start_chapter` raises.
        """
        story_id = id_field(story_id, "The story")
        count = whole_number(count, "The count", 0, MOST_ITEMS)
        given = mapping(options, "The options", longest=self._settings.max_text_chars)
        own = model_field(RunOptions, given, "The options")
        rest = {name: value for name, value in given.items() if name not in ("words", "part_id")}
        chosen = self._writing.checked_options(story_id, rest).model_copy(update={"auto_accept": False})
        with self._database.reading() as session:
            branch = stories.active_branch(session, story_id)
            if own.part_id and parts.get(session, own.part_id).story_id != story_id:
                raise NotFound("That part belongs to another story. /get_parts names those of this one.")
            waiting = to_come(outlines.outline(session, story_id))
        if not waiting:
            raise InvalidInput(
                "Nothing is planned that isn’t written yet. Plan some chapters first, by hand or with the outliner."
            )
        if own.part_id and waiting[0].part_id != own.part_id:
            raise Conflict(
                f"“{waiting[0].title}” comes before what is left of that part. Write that first, or move the part."
                if any(item.part_id == own.part_id for item in waiting)
                else "That part has no chapters that aren’t written yet. Plan some for it first."
            )
        stored = {
            **chosen.model_dump(mode="json", exclude_none=True),
            "count": count,
            "words": own.words,
            "part_id": own.part_id,
            "branch_id": branch.id,
            "chapters": [],
            "parts": [],
        }
        said = f"The next {count} planned chapters" if count else "All planned chapters"
        return self._keeper.start(GRAPH, story_id, said, stored, self._work)

    def resume(self, run_id: str) -> Run:
        """Go on with a run of chapters that was cut off, stopped or failed, from the last step that was finished."""
        with self._database.writing() as session:
            run = runs.get(session, id_field(run_id, "The run"))
            if run.status in GONE_ON:
                runs.set_options(session, run.id, stop_after=False, stopped=False)
        return self._keeper.resume(run.id, self._work)

    def stop(self, story_id: str, at_once: bool = False) -> RunOfChapters:
        """Stop after the chapter in hand, or at once: then what is written of that one is begun again later.

        Raises `Conflict` when no run of chapters goes on. It doesn't go on by itself after a restart then.
        """
        if not isinstance(at_once, bool):
            raise InvalidInput("Whether to stop at once must be true or false.")
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            run = runs.latest(session, GRAPH, story.id).get(story.id)
            if run is None or run.status != "running":
                raise Conflict("No chapters are being written in a row just now, so there is nothing to stop.")
            run = runs.set_options(session, run.id, stop_after=True, stopped=at_once)
        if at_once:
            self._keeper.cancel(run.id)
        return self._told(run)

    def leave(self, story_id: str) -> None:
        """Don't go on with a run that was cut off: nobody is asked about it any more. Nothing of the story changes."""
        run = self._latest(story_id)
        if run is not None and run.status in GONE_ON:
            with self._database.writing() as session:
                runs.set_options(session, run.id, left=True)

    def state(self, story_id: str) -> RunOfChapters | None:
        """How the story's latest run of chapters stands; None where there is none."""
        run = self._latest(story_id)
        return self._told(run) if run else None

    def running(self, story_id: str) -> str:
        """The id of the run of chapters that goes on just now, "" for none."""
        run = self._latest(story_id)
        return run.id if run and run.status == "running" else ""

    def follow(self, run_id: str) -> Iterator[RunEvent]:
        """Events of a run of chapters from its beginning, live until it ends."""
        return self._keeper.follow(id_field(run_id, "The run"))

    def follow_on(self, run_id: str) -> Iterator[RunEvent]:
        """The same from the latest few on, for somebody who only wants to know how it stands."""
        return self._keeper.follow(run_id, max(0, self._keeper.told(run_id) - LATEST))

    def go_on(self) -> list[Run]:
        """Go on with what a crash or the app's end has cut off, unless the writer had stopped it. Returns the runs."""
        if not self._settings.resume_chapters:
            return []
        with self._database.reading() as session:
            latest = runs.latest(session, GRAPH).values()
        found = []
        for run in latest:
            if run.status != "interrupted" or run.options.get("stopped") or run.options.get("left"):
                continue
            try:
                found.append(self._keeper.resume(run.id, self._work))
                logger.info("The run of chapters %s goes on", run.id)
            except WorkbenchError as error:
                logger.warning("The run of chapters %s can't go on: %s", run.id, error)
        return found

    def _latest(self, story_id: str) -> Run | None:
        with self._database.reading() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            return runs.latest(session, GRAPH, story.id).get(story.id)

    def _resume_outer(self, run_id: str) -> Run:
        """A chapter of a run of chapters goes on with that run."""
        outer = self._latest(self._writing.get_run(run_id).story_id)
        if outer is None or outer.status not in GONE_ON:
            raise Conflict("This chapter was part of a run of several, which goes on or is over. Look into the plan.")
        return self.resume(outer.id)

    def _told(self, run: Run) -> RunOfChapters:
        written = tuple(ChapterTold.model_validate(one) for one in run.options.get("chapters", []))
        state = {"running": "working", "cancelled": "stopped", "interrupted": "stopped"}.get(run.status, run.status)
        if state == "working" and run.options.get("stop_after"):
            state = "stopping"
        if run.options.get("left"):
            state = "done"
        with self._database.reading() as session:
            waiting = waiting_of(session, run)
        wanted = int(run.options.get("count") or 0) or len(written) + len(waiting)
        return RunOfChapters(
            run_id=run.id,
            state=state,
            written=len(written),
            wanted=wanted,
            message=run.error,
            progress=min(1.0, len(written) / max(1, wanted)),
            chapters=written,
        )

    # The run

    def _work(self, live: LiveRun) -> dict[str, Any]:
        from graphs.parts.state import PartsTeam, Stop

        wait_for_model(self._model, live)
        evening = Evening(
            live, self._settings, self._database, self._model, self._keeper, self._chapters, self._writing, self._parts
        )
        team = PartsTeam(
            next_turn=evening.next_turn,
            write=evening.write,
            keep=evening.keep,
            rest=evening.rest,
            sum_up=evening.sum_up,
        )
        graph = self._compiled()
        config = {"configurable": {"thread_id": live.id}, "recursion_limit": MOST_STEPS}
        going_on = bool(graph.get_state(config).next)
        output = play(graph, None if going_on else {"missed": 0}, team, live, config)
        graph.checkpointer.delete_thread(live.id)
        stop = output.get("stop") or Stop()
        run = self._writing.get_run(live.id)
        live.status("plan_next", stop.message or "All chapters are written.", 1.0)
        return {
            "chapters": run.options["chapters"],
            "parts": run.options["parts"],
            "stopped": stop.asked,
            "message": stop.message,
        }

    def _compiled(self) -> Any:
        from graphs.parts.state import STORED_VALUES

        with self._graph_lock:
            if self._graph is None:
                self._graph = compiled_graph(GRAPH, self._settings.checkpoint_path, STORED_VALUES)
            return self._graph
