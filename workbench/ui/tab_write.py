"""The Write tab: the story at the left, its pages in the middle, the agents at the right."""

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from workbench.domain.runs import Run
from workbench.domain.story import Passage, StoryView
from workbench.errors import InvalidInput, NotFound
from workbench.ui import render, scripts
from workbench.ui.branch_switch import BranchSwitch
from workbench.ui.change_desk import CHANGED, KEEP_WISH, ChangeDesk
from workbench.ui.chapter_options import ChapterOptions
from workbench.ui.desk import PRIVATE, Desk, forgotten_request, remembered, story_choices, typed_request
from workbench.ui.draft_desk import DraftDesk
from workbench.ui.gallery_cards import cover
from workbench.ui.new_story import NewStory
from workbench.ui.stage import Stage, live_page, live_verdict, number_of, stage_cards
from workbench.ui.verdict import verdict
from workbench.ui.world_maker import WorldMaker

Updates = dict[Any, Any]
# Seconds between two pictures of running text: smooth to the eye, and little work for the browser.
FRAME = 0.12
PLACEHOLDER = (
    "Who wants what, and what gets in the way? A sentence or two, and a length if you like: “about 300 words”. "
    "Shift and Enter sends it."
)


class WriteTab:
    """Builds the tab, wires it, and translates between components and services."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._library, self._writing = desk.workbench.library, desk.workbench.writing
        self._pictures = desk.workbench.pictures
        self.run = gr.State("")
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-left ll-gap", scale=2, min_width=230):
                self.choice = gr.Dropdown([], label="Story", elem_id="ll-story", filterable=False, visible=False)
                self.branches = BranchSwitch(desk)
                self.card = gr.HTML("", apply_default_css=False, js_on_load=scripts.TO_CHAPTER)
                self.form = NewStory(desk.workbench)
            with gr.Column(elem_classes="ll-middle ll-gap", scale=5, min_width=320):
                # Until the page has asked for its story there is nothing to type into: it would be overwritten.
                self.opening = gr.HTML(render.OPENING, apply_default_css=False)
                self.maker = WorldMaker(desk.workbench)
                self._build_welcome()
                with gr.Column(elem_classes="ll-gap", visible=False) as self.work:
                    self._build_sheet()
                    self.changes = ChangeDesk(desk)
                    self.changes.build_comparing()
                    self.drafts = DraftDesk(desk)
                    self.changes.build_wish()
                    self._build_request()
                    self.options = ChapterOptions(desk.workbench.settings)
            with gr.Column(elem_classes="ll-right", scale=3, min_width=290):
                self.stage = gr.HTML(stage_cards(None), apply_default_css=False, elem_id="ll-stage")
                self.verdict = gr.HTML(verdict(None), apply_default_css=False, elem_id="ll-verdict")

    # --- what is where ---

    def _build_welcome(self) -> None:
        with gr.Column(elem_classes="ll-gap", visible=False) as self.welcome:
            gr.HTML(render.WELCOME, apply_default_css=False)
            self.try_sample = gr.Button("Try the sample world", variant="primary", size="lg")
            self.try_invented = gr.Button("Make me a world", size="lg")

    def _build_sheet(self) -> None:
        with gr.Column(elem_classes="ll-paper", elem_id="ll-paper"):
            self.manuscript = gr.HTML(
                "", apply_default_css=False, js_on_load=scripts.ONE_PRESS + scripts.CLICKS, elem_id="ll-manuscript"
            )
            with gr.Column(visible=False, elem_classes="ll-hint ll-gap") as self.hints:
                self.hint_buttons = [gr.Button(text, size="md") for text in self._library.sample_instructions()]
            self.page = gr.HTML("", apply_default_css=False, js_on_load=scripts.FOLLOW_THE_TEXT, elem_id="ll-page")

    def _build_request(self) -> None:
        with gr.Column(visible=False, elem_classes="ll-gap") as self.unfinished:
            self.notice = gr.HTML("", apply_default_css=False)
            with gr.Row(elem_classes="ll-actions"):
                self.go_on = gr.Button("Go on", variant="primary")
                self.start_over = gr.Button("Start over")
        self.instruction = gr.Textbox(
            "", label="What happens next?", lines=3, max_lines=10, elem_id="ll-instruction", placeholder=PLACEHOLDER
        )
        with gr.Row(elem_classes="ll-actions"):
            self.write = gr.Button("Write", variant="primary", elem_id="ll-write", scale=3)
            self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="ll-stop", scale=1)
            self.illustrate = gr.Button("Illustrate", elem_id="ll-illustrate-last", scale=1)

    # --- what happens when ---

    def wire(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Connect the components. Every story that opens goes through `view`, every run through `follow`."""
        story, kept = self.desk.story, self.desk.kept
        shown = [
            *(self.choice, self.card, self.form.world, self.welcome, self.work, self.manuscript, self.hints, self.page),
            *(
                *self.drafts.shown,
                *self.changes.shown,
                self.unfinished,
                self.notice,
                self.write,
                self.stop,
                self.options.people,
            ),
            *(self.stage, self.verdict, *self.branches.shown),
        ]
        opened = self.opened = [*shown, story, kept, self.run, self.instruction]

        # One follower for whatever run is on: a write, a "go on", a reload, another story. Choosing cancels it.
        live = [self.page, self.stage, self.verdict]
        following = self.run.change(
            render.telling(self.follow), [story, self.run], live, trigger_mode="multiple", **PRIVATE
        )
        following.then(render.telling(self.finished), [story, self.run], [*shown, self.run], **PRIVATE)
        laid_out = [*opened, self.opening, self.form.place]
        page.load(render.telling(self.reopen), kept, laid_out, **PRIVATE).then(js=scripts.TO_LAST_PAGE, **PRIVATE)
        opening: list[tuple[Any, Any, list[Any], list[Any]]] = [
            (self.choice.input, self.choose, [self.choice, kept], []),
            (self.try_sample.click, self.open_sample, [kept], self.form.emptying),
            (self.form.sample.click, self.open_sample, [kept], self.form.emptying),
            (
                self.maker.take.click,
                self.open_invented,
                [self.form.title, self.maker.shown, kept],
                [*self.form.emptying, self.maker.place, self.maker.page],
            ),
            (self.form.create.click, self.open_created, [*self.form.fields, kept], self.form.emptying),
        ]
        for trigger, handler, inputs, emptied in opening:
            trigger(
                render.telling(handler),
                inputs,
                [*opened, *emptied],
                cancels=[following],
                trigger_mode="once",
                **PRIVATE,
            ).success(js=scripts.TO_LAST_PAGE, **PRIVATE)

        self.instruction.input(
            js=scripts.KEEP_TYPED, inputs=[self.instruction, self.choice, kept], outputs=kept, **PRIVATE
        )
        for button in self.hint_buttons:
            button.click(self.hinted, [button, story, kept], [self.instruction, kept], **PRIVATE).then(
                js=scripts.FOCUS_REQUEST, **PRIVATE
            )
        gr.on(
            [self.write.click, self.instruction.submit],
            render.telling(self.start),
            [story, self.instruction, *self.options.fields, kept],
            opened,
            trigger_mode="once",
            **PRIVATE,
        ).success(js=scripts.REVEAL_SHEET, **PRIVATE)
        self._wire_changes(shown, opened)
        self.stop.click(render.telling(self.stopped), story, self.stop, **PRIVATE)
        self.go_on.click(render.telling(self.resume), story, opened, trigger_mode="once", **PRIVATE)
        again = [self.instruction, self.changes.wish, kept, self.unfinished]
        self.start_over.click(render.telling(self.again), [story, kept], again, **PRIVATE)
        self.drafts.wire(shown, self.view)
        self.maker.wire([self.try_invented, self.form.invent])
        self.branches.wire(opened, self.choose)
        # The Gallery may have given the story another cover.
        tab.select(render.telling(self._card), story, self.card, **PRIVATE)

    def _wire_changes(self, shown: list[Any], opened: list[Any]) -> None:
        story, kept, changes = self.desk.story, self.desk.kept, self.changes
        changes.wish.input(js=KEEP_WISH, inputs=[changes.wish, self.choice, kept], outputs=kept, **PRIVATE)
        gr.on(
            [changes.change.click, changes.wish.submit],
            render.telling(self.change),
            [story, self.drafts.choice, changes.wish, self.options.people, kept],
            opened,
            trigger_mode="once",
            **PRIVATE,
        ).success(js=scripts.REVEAL_SHEET, **PRIVATE)
        asked = [story, self.drafts.choice, changes.showing, changes.other]
        changes.showing.input(render.telling(changes.compared), asked, self.page, **PRIVATE)
        # Whom one chooses to compare with, one wants to see compared.
        changes.other.input(
            render.telling(
                lambda story_id, draft_id, _, other: (changes.compared(story_id, draft_id, CHANGED, other), CHANGED)
            ),
            asked,
            [self.page, changes.showing],
            **PRIVATE,
        )

    # --- opening stories ---

    def reopen(self, kept: Any) -> Updates:
        """The page was loaded: the story of the last visit, else the newest, else the welcome."""
        known = [story_id for _, story_id in self._choices()]
        wanted = remembered(kept).get("story")
        return self._open(str(wanted) if wanted in known else (known[0] if known else ""), kept) | {
            self.opening: gr.HTML(visible=False),
            self.form.place: gr.Accordion(visible=True, open=False),
        }

    def choose(self, story_id: str, kept: Any) -> Updates:
        """Another story was chosen."""
        return self._open(story_id, kept)

    def open_sample(self, kept: Any) -> Updates:
        """The bundled world, with first requests to try."""
        _, story = self._library.add_sample_world()
        return self._open(story.id, remembered(kept, sample=story.id)) | self.form.emptied()

    def open_invented(self, title: str, shown: tuple[str, str], kept: Any) -> Updates:
        """The world that was looked at, and a story in it."""
        return self._open(self.maker.taken(title, shown).id, kept) | self.form.emptied() | self.maker.closed()

    def open_created(self, *values: Any) -> Updates:
        """A world and a story of the writer's own."""
        *fields, kept = values
        return self._open(self.form.created(*fields).id, kept) | self.form.emptied()

    def _open(self, story_id: str, kept: Any) -> Updates:
        kept = remembered(kept, story=story_id)
        active = self._writing.active_run(story_id) if story_id else None
        updates = self.view(story_id, hints=bool(story_id) and kept.get("sample") == story_id)
        wish = updates.get(self.changes.wish) or gr.update()
        return updates | {
            self.changes.wish: {**wish, "value": typed_request(kept, story_id, "wishes")},
            self.desk.story: story_id,
            self.desk.kept: kept,
            self.run: active.id if active else "",
            self.instruction: typed_request(kept, story_id),
        }

    def _choices(self) -> list[tuple[str, str]]:
        return story_choices(self._library.list_stories(), self._library.list_worlds())

    # --- showing a story ---

    def view(self, story_id: str, *, draft_id: str = "", hints: bool | None = None) -> Updates:
        """Everything of the tab that depends on the story. `hints` None leaves the suggested requests as they are."""
        choices = self._choices()
        updates: Updates = {
            self.choice: gr.Dropdown(choices=choices, value=story_id or None, visible=bool(choices)),
            self.form.world: gr.Dropdown(choices=self.form.worlds()),
            self.welcome: gr.Column(visible=not story_id),
            self.work: gr.Column(visible=bool(story_id)),
            self.stage: stage_cards(None),
        }
        if not story_id:
            return updates | self.branches.updates(None) | {self.card: "", self.verdict: verdict(None)}
        view = self._library.story_view(story_id)
        updates |= self.branches.updates(view)
        running = self._writing.active_run(story_id)
        unfinished = None if running else self._writing.interrupted_run(story_id)
        draft = None if running else self.drafts.on_top(view, draft_id)
        lore = self._library.story_lore(story_id)
        people = [(entry.title, entry.id) for entry, _ in lore if entry.kind == "character"]
        result = self._writing.result_of_passage(draft.id) if draft else None
        updates |= self.drafts.updates(view, draft, bool(running))
        updates |= self.changes.updates(view, draft, result, bool(running))
        updates |= self._last_page(view, draft, result, running, unfinished)
        updates |= {
            self.card: self._card(story_id, view),
            self.manuscript: render.manuscript(view, white=not (view.drafts or running or unfinished)),
            self.unfinished: gr.Column(visible=bool(unfinished)),
            self.notice: render.unfinished_notice(unfinished) if unfinished else "",
            self.write: self._write_button(bool(running), bool(draft)),
            self.stop: gr.Button(visible=bool(running), interactive=True, value="Stop"),
            self.options.people: gr.Dropdown(choices=people),
        }
        if view.passages or view.drafts or running:
            updates[self.hints] = gr.Column(visible=False)
        elif hints is not None:
            updates[self.hints] = gr.Column(visible=hints)
        return updates

    def _card(self, story_id: str, view: StoryView | None = None) -> str:
        if not story_id:
            return ""
        return render.story_card(view or self._library.story_view(story_id), cover(self._pictures.cover(story_id)))

    @staticmethod
    def _write_button(running: bool, waiting: bool) -> gr.Button:
        """While a draft waits for its decision, Accept is what comes first, and Write makes another draft of it."""
        words = "The agents are at work …" if running else "Write another draft" if waiting else "Write"
        return gr.Button(words, interactive=not running, variant="secondary" if waiting else "primary")

    def _last_page(
        self,
        view: StoryView,
        draft: Passage | None,
        result: dict[str, Any] | None,
        running: Run | None,
        unfinished: Run | None,
    ) -> Updates:
        """What is being written, or the draft on top, or what was written when a run ended too early."""
        if running:
            page = live_page(Stage(), *number_of(view, running))
            return {self.page: page, self.verdict: live_verdict(Stage())}
        if draft:
            stage = self._played(draft.run_id) if draft.run_id else None
            page = self.changes.page(view, draft, result)
            return {self.page: page, self.verdict: verdict(result), self.stage: stage_cards(stage)}
        if unfinished:
            stage = self._played(unfinished.id)
            page = render.unfinished_page(stage.draft) if stage.draft else ""
            return {self.page: page, self.verdict: live_verdict(stage), self.stage: stage_cards(stage)}
        return {self.page: "", self.verdict: verdict(None)}

    def _played(self, run_id: str) -> Stage:
        """The stage at the end of a run that is over."""
        stage = Stage()
        for event in self._writing.follow(run_id):
            stage.take(event)
        return stage

    # --- writing ---

    def hinted(self, text: str, story_id: str, kept: Any) -> tuple[str, dict[str, Any]]:
        """A suggested request goes into the box, where it can be changed before it is sent."""
        return text, forgotten_request(kept, story_id, text)

    def start(
        self, story_id: str, instruction: str, rounds: float, score: float, words: float, people: Any, kept: Any
    ) -> Updates:
        """Write was pressed: begin a run. The request leaves its box only when the run has begun."""
        if not story_id:
            raise InvalidInput("There is no story to write in yet. Open the sample world, or create one at the left.")
        asked = bool(instruction.strip())
        if not asked and self.desk.workbench.outlines.next_item(story_id) is None:
            raise InvalidInput("Say in the box above what should happen; a sentence is enough.")
        # Without a request the plan says what happens.
        request = self.options.request(instruction, words) if asked else ""
        run = self._writing.start_chapter(story_id, request, self.options.chosen(rounds, score, people))
        self._say_that_it_loads()
        return self.view(story_id) | {
            self.run: run.id,
            self.instruction: "",
            self.desk.kept: forgotten_request(kept, story_id),
        }

    def change(self, story_id: str, draft_id: str | None, wish: str, people: Any, kept: Any) -> Updates:
        """Change it was pressed: the draft on top, or the last chapter, is told again. The wish leaves its box then."""
        target = self.changes.target(story_id, draft_id, wish)
        run = self._writing.start_modification(target.id, wish, {"characters": list(people or ())})
        self._say_that_it_loads()
        updates = self.view(story_id)
        return updates | {
            self.run: run.id,
            self.changes.wish: {**updates[self.changes.wish], "value": ""},
            self.desk.kept: forgotten_request(kept, story_id, box="wishes"),
        }

    def _say_that_it_loads(self) -> None:
        if self.desk.workbench.model.status().state == "loading":
            text = "The agents begin by themselves as soon as it is ready."
            render.said(text, "The model is still loading", 6)

    def resume(self, story_id: str) -> Updates:
        """Go on where a run was interrupted."""
        run = self._writing.interrupted_run(story_id)
        if run is None:
            raise NotFound("There is nothing to go on with any more. Say below what should happen next.")
        return {self.run: self._writing.resume_run(run.id).id} | self.view(story_id)

    def follow(self, story_id: str, run_id: str) -> Iterator[Updates]:
        """Show a run while it goes on, from its first event: after a reload the same picture comes again."""
        if not (story_id and run_id):
            # Without a frame Gradio would empty what is shown.
            yield {self.page: gr.skip()}
            return
        number, changing = number_of(self._library.story_view(story_id), self._writing.get_run(run_id))
        stage, shown_at, said = Stage(), 0.0, ""
        for event in self._writing.follow(run_id):
            at_once = stage.take(event)
            if not at_once and time.monotonic() - shown_at < FRAME:
                continue
            shown_at = time.monotonic()
            updates: Updates = {self.page: live_page(stage, number, changing), self.stage: stage_cards(stage)}
            if (now := live_verdict(stage)) != said:
                said = updates[self.verdict] = now
            yield updates
        yield {self.stage: stage_cards(stage)}

    def finished(self, story_id: str, run_id: str) -> Updates:
        """What a run that was followed to its end has come to, with the buttons to decide about it."""
        # Not `follow`’s last frame: Gradio shows that once more, over what a quick Accept has brought meanwhile.
        if not (story_id and run_id) or self._writing.active_run(story_id):
            return {self.run: gr.skip()}
        stage = self._played(run_id)
        if stage.result is None and not stage.error:
            stage.error = "The agents stopped before the draft was done."
        written = str(((stage.result or {}).get("passage") or {}).get("id", ""))
        return self.view(story_id, draft_id=written) | {self.stage: stage_cards(stage), self.run: ""}

    def stopped(self, story_id: str) -> Any:
        """Stop was pressed; the run ends at its next word."""
        run = self._writing.active_run(story_id)
        if run is not None:
            self._writing.cancel_run(run.id)
        return gr.Button(interactive=False, value="Stopping …")

    def again(self, story_id: str, kept: Any) -> Updates:
        """Start over: the request of the run that did not end comes back into its box."""
        run = self._writing.interrupted_run(story_id)
        changing = run is not None and run.graph == "modify"
        box, name = (self.changes.wish, "wishes") if changing else (self.instruction, "typed")
        text = run.instruction if run else typed_request(kept, story_id)
        return {
            box: text,
            self.desk.kept: forgotten_request(kept, story_id, text, name),
            self.unfinished: gr.Column(visible=False),
        }
