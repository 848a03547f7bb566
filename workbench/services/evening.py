"""One run of chapters from the inside: what each of its steps reaches of the plan, the writing and the memory."""

import contextvars
import time
from collections.abc import Callable
from typing import Any

from workbench.domain.outline import OutlineItem, request_of, to_come
from workbench.domain.parts import ChapterTold, PartTold
from workbench.domain.runs import ChapterOptions, Run, RunEvent
from workbench.domain.story import Passage
from workbench.errors import Cancelled, Conflict, ModelFailed, ModelUnavailable
from workbench.ports import TextModel
from workbench.services.chapters import Chapters
from workbench.services.outlines import MOST_ITEMS
from workbench.services.parts import Parts
from workbench.services.runs import LiveRun, RunKeeper
from workbench.services.streams import wait_for_model
from workbench.services.writing import Writing
from workbench.settings import Settings
from workbench.storage import outlines, runs, stories, tasks
from workbench.storage.database import Database, new_id

CHAPTER_GRAPH = "part_chapter"
# The memory has so long for a chapter before the next begins, and gets no longer where nobody works on it.
REST_SECONDS, IDLE_SECONDS, LOOK_S = 300.0, 10.0, 0.2
# A model that fails is asked again after so many seconds each: over a night a server may be away for a while.
RETRY_SECONDS = (2.0, 15.0, 60.0)
# Each chapter's own luck, drawn from the run's.
SEED_STEP, MOST_SEED = 7919, 2**31
# What the agents do, in the words of the progress line.
DOING = {"context": "gathering what is known", "finalise": "keeping the best draft"}
READING = ("editor", "rater", "character")


class Evening:
    """What the nodes of one such run reach: the plan, the writing, the memory. Each step can be done again."""

    def __init__(
        self,
        live: LiveRun,
        settings: Settings,
        database: Database,
        model: TextModel,
        keeper: RunKeeper,
        chapters: Chapters,
        writing: Writing,
        parts: Parts,
    ) -> None:
        self._live = live
        self._settings = settings
        self._database = database
        self._model = model
        self._keeper = keeper
        self._chapters = chapters
        self._writing = writing
        self._parts = parts

    def _run(self) -> Run:
        return self._writing.get_run(self._live.id)

    def _stopped(self) -> None:
        if self._live.cancelled():
            raise Cancelled("Stopped. What is accepted stays.")

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._stopped()
            time.sleep(min(LOOK_S, seconds))

    def next_turn(self) -> Any:
        """The chapter whose turn it is by the plan as it is now, or why there is none."""
        from graphs.parts.state import Stop, Turn

        run = self._run()
        done, count = len(run.options["chapters"]), int(run.options["count"])
        if count and done >= count:
            return Stop()
        if run.options.get("stop_after"):
            return Stop(message="Stopped after the chapter in hand, as you asked.", asked=True)
        with self._database.reading() as session:
            branch = stories.active_branch(session, run.story_id)
            if branch.id != run.options["branch_id"]:
                raise Conflict(
                    "Another branch of the story is open now. Open the one that was being written on, and go on."
                )
            waiting = waiting_of(session, run)
        if not waiting:
            return Stop(message="" if not count else f"The plan ends here: {done} of {count} chapters are written.")
        item = waiting[0]
        turn = Turn(
            run_id=new_id("run"),
            item_id=item.id,
            number=item.number,
            title=item.title,
            instruction=self._request(item, run),
            part_id=item.part_id,
            parent_id=branch.head_id,
            place=done + 1,
            wanted=min(count or MOST_ITEMS, done + len(waiting)),
        )
        self._say(turn, "plan_next", f"“{item.title}” begins", 0.0)
        return turn

    @staticmethod
    def _request(item: OutlineItem, run: Run) -> str:
        words = run.options.get("words")
        return f"{request_of(item)} About {words} words." if words else request_of(item)

    def _say(self, turn: Any, node: str, message: str, within: float) -> None:
        """How far the run is when the chapter in hand is `within` (0..1) done."""
        share = (turn.place - 1 + within) / max(1, turn.wanted)
        text = f"Chapter {turn.number} ({turn.place} of {turn.wanted}): {message}"
        self._live.status(node, text, round(min(1.0, share), 4))

    def write(self, turn: Any) -> dict[str, Any] | None:
        """Have the chapter written, or go on with it; None when the plan isn't the same any more."""
        run = self._run()
        if not self._still(turn, run):
            return None
        options = ChapterOptions.model_validate(
            {name: value for name, value in run.options.items() if name in ChapterOptions.model_fields}
        )
        seed = ((options.seed or 0) + SEED_STEP * turn.place) % MOST_SEED
        options = options.model_copy(update={"seed": seed})
        stored = options.model_dump(mode="json", exclude_none=True)
        wanted = Run(
            id=turn.run_id,
            graph=CHAPTER_GRAPH,
            story_id=run.story_id,
            status="running",
            instruction=turn.instruction,
            options=stored,
        )

        def work(live: LiveRun, resumed: bool) -> dict[str, Any]:
            live.heard = self._listener(turn, options)
            wait_for_model(self._model, live)
            request = self._chapters.request(run.story_id, turn.instruction, options)
            return self._chapters.run(live, request, options, resumed, lambda _asked, text: self._draft(turn, text))

        for pause in (*RETRY_SECONDS, None):
            try:
                result = self._keeper.inside(self._live, wanted, work)
            except (ModelFailed, ModelUnavailable) as error:
                if pause is None:
                    raise
                self._say(turn, "write", f"the model failed ({error}) and is asked again soon", 0.0)
                self._wait(pause)
            else:
                return {
                    "passage_id": result["passage"]["id"],
                    "rating": result["rating"]["overall"],
                    "rounds": result["rounds"],
                }
        return None

    def _still(self, turn: Any, run: Run) -> bool:
        """Whether the turn is still this chapter's: its draft is there, or plan and story are as they were."""
        with self._database.reading() as session:
            if stories.passage_of_run(session, turn.run_id) is not None:
                return True
            if stories.active_branch(session, run.story_id).head_id != turn.parent_id:
                return False
            waiting = waiting_of(session, run)
        return bool(waiting) and waiting[0].id == turn.item_id and self._request(waiting[0], run) == turn.instruction

    def _draft(self, turn: Any, text: str) -> Passage:
        with self._database.writing() as session:
            return stories.add_draft(
                session,
                runs.get(session, self._live.id).story_id,
                turn.parent_id,
                text,
                instruction=turn.instruction,
                run_id=turn.run_id,
            )

    def _listener(self, turn: Any, options: ChapterOptions) -> Callable[[RunEvent], None]:
        """Tells in a few words how the chapter goes, for somebody who looks at it in the morning."""
        rounds = options.max_rounds or self._settings.max_rounds
        number, read, told = 0, True, ""

        def hear(event: RunEvent) -> None:
            nonlocal number, read, told
            if event.event != "status":
                return
            if event.node == "writer" and read:
                number, read = number + 1, False
            read = read or event.node in READING
            of = f", round {max(1, number)} of {rounds}" if rounds > 1 else ""
            text = f"being read{of}" if event.node in READING else DOING.get(event.node, f"writing{of}")
            if text != told:
                told = text
                self._say(turn, event.node, text, 0.85 * (event.progress or 0.0))

        return hear

    def keep(self, turn: Any, written: dict[str, Any]) -> bool:
        """Accept the chapter and note it with the run; false when the story has gone on without it."""
        try:
            passage = self._writing.accept(written["passage_id"], turn.item_id)
        except Conflict as error:
            self._say(turn, "keep", f"not accepted. {error}", 0.9)
            return False
        run = self._run()
        score = run.options.get("accept_score") or self._settings.accept_score
        told = ChapterTold(
            number=passage.number,
            title=turn.title,
            passage_id=passage.id,
            run_id=turn.run_id,
            part_id=turn.part_id,
            rating=written["rating"],
            rounds=written["rounds"],
            words=len(passage.text.split()),
            below=written["rating"] < score,
        )
        note = f", below {score:.1f}: the best of its rounds" if told.below else ""
        with self._database.writing() as session:
            kept = runs.get(session, run.id).options["chapters"]
            known = any(one["run_id"] == turn.run_id for one in kept)
            if not known:
                runs.set_options(session, run.id, chapters=[*kept, told.model_dump(mode="json")])
        if not known:
            self._live.token("keep", f"Chapter {passage.number}: {turn.title}\n\n{passage.text}\n\n")
        self._say(turn, "keep", f"accepted at {told.rating:.1f} of 9{note}", 0.9)
        return True

    def rest(self, turn: Any) -> None:
        """Wait until the memory has read what is accepted, but not for ever, nor where nobody works on it."""
        run = self._run()
        began, idle_since, said = time.monotonic(), time.monotonic(), False
        while True:
            self._stopped()
            with self._database.reading() as session:
                there = tasks.any_unfinished(session, run.story_id)
                busy = there and tasks.any_running(session)
                # What is to be tried again later, or whose queue is paused, is not waited for.
                waits = there and bool(tasks.due(session))
            now = time.monotonic()
            if busy:
                idle_since = now
            if not (waits or busy) or now - idle_since > IDLE_SECONDS:
                return
            if now - began > REST_SECONDS:
                self._say(turn, "rest", "the memory needs longer; the next one begins meanwhile", 0.98)
                return
            if not said:
                self._say(turn, "rest", "the memory reads it", 0.93)
                said = True
            time.sleep(LOOK_S)

    def sum_up(self, turn: Any, written: dict[str, Any]) -> None:
        """Sum up the chapter's part if all its chapters are written now, and note it with the run."""
        run = self._run()
        part = next(
            (
                one
                for one in self._parts.plan(run.story_id)
                if one.done and any(item.passage_id == written.get("passage_id") for item in one.items)
            ),
            None,
        )
        if part is None:
            return
        self._say(turn, "sum_up", f"it ends part {part.part.number}, which is being summed up", 0.95)
        told = contextvars.Context().run(self._parts.sum_up, part, self._live.cancelled)
        self._stopped()
        value = PartTold(id=part.part.id, number=part.part.number, title=part.part.title, told=told)
        with self._database.writing() as session:
            kept = [one for one in runs.get(session, run.id).options["parts"] if one["id"] != value.id]
            runs.set_options(session, run.id, parts=[*kept, value.model_dump(mode="json")])
        self._say(turn, "sum_up", f"part {part.part.number}, “{part.part.title}”, is told", 1.0)


def waiting_of(session: Any, run: Run) -> list[OutlineItem]:
    """The planned chapters that the run may still write, in the order of the plan as it is now."""
    waiting = to_come(outlines.outline(session, run.story_id))
    part_id = run.options.get("part_id")
    if not part_id:
        return waiting
    end = next((i for i, item in enumerate(waiting) if item.part_id != part_id), len(waiting))
    return waiting[:end]
