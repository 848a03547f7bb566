"""Writing the next chapters of the plan in a row: begun, watched, stopped and gone on with from the Plan tab."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from workbench.domain.parts import RunOfChapters
from workbench.errors import InvalidInput, NotFound
from workbench.ui import plan_cards, render
from workbench.ui.desk import PRIVATE, Desk

Updates = dict[Any, Any]
# What the plan shows changes only with these steps of a run.
STEPS = ("plan_next", "keep", "sum_up")
AT_WORK = ("working", "stopping")


class PlanWriter:
    """Its components, and what is done with them. `list_of` gives the plan of a story as it is shown."""

    def __init__(self, desk: Desk, list_of: Callable[[str], str]) -> None:
        self._runs = desk.workbench.chapter_runs
        self._settings = desk.workbench.settings
        self._story = desk.story
        self._list_of = list_of
        self.following = gr.State(0)
        gr.Markdown("### Write on by the plan")
        self.count = gr.Number(
            3, minimum=1, maximum=500, precision=0, label="Chapters to write", elem_id="ll-run-count",
            info="One after the other, each accepted by itself, overnight if need be.",
        )  # fmt: skip
        self.write = gr.Button("Write the next chapters", variant="primary", elem_id="ll-run-write")
        with gr.Row(elem_classes="ll-actions", visible=False) as self.stops:
            self.after = gr.Button("Stop after this chapter", elem_id="ll-run-after", min_width=150)
            self.now = gr.Button("Stop now", variant="stop", elem_id="ll-run-now", min_width=90)
        with gr.Row(elem_classes="ll-actions", visible=False) as self.again:
            self.go_on = gr.Button("Go on", variant="primary", elem_id="ll-run-go-on", min_width=110)
            self.leave = gr.Button("Leave it", elem_id="ll-run-leave", min_width=90)
        self.progress = gr.HTML("", apply_default_css=False, elem_id="ll-run-progress")
        with gr.Accordion("How they are written", open=False):
            self.words = gr.Slider(
                60, 1500, value=min(1500, max(60, self._settings.chapter_words)), step=10, label="Words for each"
            )
            self.rounds = gr.Slider(
                1, 6, value=self._settings.max_rounds, step=1, label="Drafts at most",
                info="The best one is accepted, also where it stays under your mark.",
            )  # fmt: skip

    @property
    def shown(self) -> list[Any]:
        """What `updates` speaks of."""
        return [self.count, self.write, self.stops, self.after, self.now, self.again, self.progress]

    def wire(self, plan: gr.HTML) -> None:
        """`plan` is the list that grows with what is written."""
        self._plan = plan
        outputs = [*self.shown, self.following]
        self.write.click(
            render.telling(self.begin), [self._story, self.count, self.words, self.rounds, self.following], outputs,
            trigger_mode="once", **PRIVATE,
        )  # fmt: skip
        self.go_on.click(
            render.telling(self.resume), [self._story, self.following], outputs, trigger_mode="once", **PRIVATE
        )
        self.following.change(
            render.telling(self.follow), self._story, [*self.shown, plan], trigger_mode="multiple", **PRIVATE
        )
        self.after.click(render.telling(self.stop_after), self._story, self.shown, **PRIVATE)
        self.now.click(render.telling(self.stop_now), self._story, self.shown, **PRIVATE)
        self.leave.click(render.telling(self.left), self._story, self.shown, **PRIVATE)

    def updates(self, story_id: str, following: int) -> Updates:
        """How the story's run of chapters stands; one that goes on is followed by a fresh number."""
        run = self._runs.state(story_id)
        found = self._standing(run)
        if run is not None and run.state in AT_WORK:
            found[self.following] = following + 1
        return found

    def _standing(self, run: RunOfChapters | None, message: str = "", share: float | None = None) -> Updates:
        state = run.state if run else "none"
        working = state in AT_WORK
        goes_on = self._settings.resume_chapters
        return {
            self.count: gr.Number(interactive=not working),
            self.write: gr.Button("Writing …" if working else "Write the next chapters", interactive=not working),
            self.stops: gr.Row(visible=working),
            self.after: gr.Button(
                "Stops after this one" if state == "stopping" else "Stop after this chapter",
                interactive=state == "working",
            ),
            self.now: gr.Button("Stop now", interactive=working),
            self.again: gr.Row(visible=state in ("stopped", "failed")),
            self.progress: plan_cards.run_progress(run, message, share, goes_on) if run else "",
        }

    def begin(
        self, story_id: str, count: float | None, words: float, rounds: float, following: int, part_id: str = ""
    ) -> Updates:
        """Write on was pressed, or “Write this part” at a part."""
        if not story_id:
            raise InvalidInput("No story is open. Open one in Write first.")
        if count is None:
            raise InvalidInput("Say how many chapters are to be written.")
        options: dict[str, Any] = {"max_rounds": int(rounds)}
        if int(words) != self._settings.chapter_words:
            options["words"] = int(words)
        if part_id:
            options["part_id"] = part_id
        self._runs.start(story_id, 0 if part_id else int(count), options)
        return self.updates(story_id, following)

    def resume(self, story_id: str, following: int) -> Updates:
        """Go on was pressed."""
        run = self._runs.state(story_id) if story_id else None
        if run is None:
            raise NotFound("There is nothing to go on with any more. Write the next chapters instead.")
        self._runs.resume(run.run_id)
        return self.updates(story_id, following)

    def follow(self, story_id: str) -> Iterator[Updates]:
        """Show the run while it goes on. Pages that come later see it as it stands then."""
        run_id = self._runs.running(story_id) if story_id else ""
        if not run_id:
            yield self._ended(story_id)
            return
        shown, end = "", ""
        for event in self._runs.follow_on(run_id):
            if event.event == "result":
                end = str((event.data or {}).get("message", ""))
            if event.event != "status":
                continue
            updates = {
                name: value
                for name, value in self._standing(self._runs.state(story_id), event.message, event.progress).items()
                if name in (self.progress, self.after)
            }
            if event.node in STEPS and (now := self._list_of(story_id)) != shown:
                updates[self._plan] = shown = now
            yield updates
        yield self._ended(story_id, end)

    def _ended(self, story_id: str, message: str = "") -> Updates:
        run = self._runs.state(story_id) if story_id else None
        if not story_id:
            return self._standing(None)
        said = f"{message} " if message else ""
        if run is not None and run.state == "done":
            said += f"{render.plural(run.written, 'chapter')} written in this run."
        return self._standing(run, said.strip()) | {self._plan: self._list_of(story_id)}

    def stop_after(self, story_id: str) -> Updates:
        """The chapter in hand is the last one."""
        return self._stopped(story_id, False)

    def stop_now(self, story_id: str) -> Updates:
        """The run ends at its next word."""
        return self._stopped(story_id, True)

    def _stopped(self, story_id: str, at_once: bool) -> Updates:
        run = self._runs.stop(story_id, at_once)
        updates = self._standing(run)
        updates.pop(self.progress)
        if at_once:
            updates[self.now] = gr.Button("Stopping …", interactive=False)
        return updates

    def left(self, story_id: str) -> Updates:
        """What was cut off is left as it is."""
        self._runs.leave(story_id)
        return self._standing(None)
