"""The part of the Team tab where one asks: for notes, a rating, a character's mind, or a scene from a few lines."""

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from workbench.domain.story import Passage, StoryView
from workbench.errors import Cancelled, InvalidInput, ModelFailed, WorkbenchError
from workbench.ui import render, team_cards
from workbench.ui.desk import PRIVATE, Desk, remembered

Updates = dict[Any, Any]
EDITOR, RATER, CHARACTER, EXPANDER = "editor", "rater", "character", "expander"
WHOM = [("The editor", EDITOR), ("The rater", RATER), ("A character", CHARACTER), ("Flesh out a few lines", EXPANDER)]
ABOUT = {
    EDITOR: "Quotes what could be better, and says how.",
    RATER: "Gives scores from 1 to 9, and the reason.",
    CHARACTER: "Says what they think of what they know, what they want and what worries them.",
    EXPANDER: "Makes a scene of a few lines. Nothing of your story changes by it.",
}
OWN = "own"
OWN_TEXT = ("A text that I paste", OWN)
# Characters read no pasted text: they speak of what they have lived through.
SO_FAR = ("All that has happened so far", OWN)
# Answers that stay on the page, the latest on top.
MOST_ANSWERS = 12
NO_STORY = render.empty("No story is open.", "Open one in Write; then its team answers here.")
NO_ANSWER = render.empty(
    "Ask whom you like.", "What they say stands here, the latest on top. Nothing of the story changes by asking."
)
TYPED = ("text", "question", "lines", "wish")

# Without a round trip: what is typed here is kept by the browser, under the story it was typed for. Gradio tells of a
# paste as a change only.
KEEP_ASKED = """(text, question, lines, wish, story, kept) => {
  const before = kept && typeof kept === "object" ? kept : {};
  return [{ ...before, asked: { ...(before.asked || {}), [story || ""]: { text, question, lines, wish } } }];
}"""
# A press on Copy puts the scene's words on the clipboard.
COPY = """
element.addEventListener("click", async (event) => {
  const pressed = event.target.closest("[data-copy]");
  const scene = pressed && pressed.closest(".ll-answer").querySelector(".ll-scene");
  if (!scene) return;
  event.preventDefault();
  const text = [...scene.querySelectorAll("p, .ll-break")].map((part) => part.innerText.trim()).join("\\n\\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    // Browsers give the clipboard only to pages from this machine or with https; selecting works everywhere.
    const range = document.createRange();
    range.selectNodeContents(scene);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy");
  }
  pressed.textContent = "Copied";
  setTimeout(() => { pressed.textContent = "Copy"; }, 2000);
});
"""


class AskPanel:
    """Whom to ask and about what at the left, their answers at the right."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # What is offered to read, and the answers so far as HTML.
        self.offered, self.said = gr.State([]), gr.State([])
        # For which story one types. Not a State, which the page itself could not read.
        self.key = gr.Textbox("", label="Which story this is", visible=False)
        # Those who want to stop, by the visitor's session.
        self._stops: dict[str, threading.Event] = {}
        self.nothing = gr.HTML(NO_STORY, apply_default_css=False)
        with gr.Row(elem_classes="ll-desk", visible=False) as self.place:
            with gr.Column(elem_classes="ll-gap", scale=3, min_width=300):
                self._build_question()
            with gr.Column(elem_classes="ll-gap", scale=4, min_width=320, elem_id="ll-answer-side"):
                # Apart from the answers that are there, so that those stand still meanwhile.
                self.now = gr.HTML("", apply_default_css=False, elem_id="ll-answer-now")
                self.answers = gr.HTML(NO_ANSWER, apply_default_css=False, js_on_load=COPY, elem_id="ll-answers")

    def _build_question(self) -> None:
        self.whom = gr.Radio(WHOM, value=EDITOR, label="Whom to ask", elem_id="ll-whom", info=ABOUT[EDITOR])
        with gr.Column(elem_classes="ll-gap") as self.reading:
            self.about = gr.Dropdown(
                [OWN_TEXT], value=OWN, label="What it is about", filterable=False, elem_id="ll-ask-about"
            )
            self.text = gr.Textbox(
                "", label="The text", lines=8, max_lines=18, elem_classes="ll-prose-box", elem_id="ll-ask-text",
                placeholder="Paste or write it here.",
            )  # fmt: skip
        with gr.Column(visible=False, elem_classes="ll-gap") as self.asking:
            self.person = gr.Dropdown([], label="Which character", filterable=False, elem_id="ll-ask-person")
            self.question = gr.Textbox(
                "", label="Your question, if you have one", lines=2, max_lines=6, elem_id="ll-ask-question",
                placeholder="What would you never forgive?",
            )  # fmt: skip
        with gr.Column(visible=False, elem_classes="ll-gap") as self.fleshing:
            self.lines = gr.Textbox(
                "", label="A few lines", lines=4, max_lines=14, elem_classes="ll-prose-box", elem_id="ll-ask-lines",
                placeholder="Mara comes home. The door stands open. On the table lies the key.",
            )  # fmt: skip
            self.wish = gr.Textbox(
                "", label="What it should be like, if you care", max_lines=3, placeholder="slow and quiet, with rain",
                elem_id="ll-ask-wish",
            )  # fmt: skip
        with gr.Row(elem_classes="ll-actions"):
            self.ask = gr.Button("Ask", variant="primary", elem_id="ll-ask")
            self.stop = gr.Button("Stop", visible=False, elem_id="ll-ask-stop")

    @property
    def _typed(self) -> list[Any]:
        return [self.text, self.question, self.lines, self.wish]

    def wire(self, tab: gr.Tab) -> None:
        """Connect the components. Boxes keep what is typed until another story is opened."""
        story, kept = self.desk.story, self.desk.kept
        offered = [self.offered, self.about, self.text, self.person]
        tab.select(
            render.telling(self.refresh), [story, self.offered, self.whom, self.about], [*offered, self.asking],
            **PRIVATE,
        )  # fmt: skip
        story.change(
            render.telling(self.opened), [story, self.whom, kept],
            [self.key, self.nothing, self.place, self.said, self.now, self.answers, self.asking, *offered,
             self.question, self.lines, self.wish],
            **PRIVATE,
        )  # fmt: skip
        self.whom.input(
            self.turned, [self.whom, self.about, self.offered],
            [self.whom, self.about, self.text, self.reading, self.asking, self.fleshing, self.ask], **PRIVATE,
        )  # fmt: skip
        self.about.input(
            lambda about, whom: gr.Textbox(visible=_is_pasted(about, whom)), [self.about, self.whom], self.text,
            **PRIVATE,
        )  # fmt: skip
        gr.on(
            [box.change for box in self._typed],
            js=KEEP_ASKED, inputs=[*self._typed, self.key, kept], outputs=kept, **PRIVATE,
        )  # fmt: skip
        asked = [story, self.whom, self.about, self.person, *self._typed, self.said]
        gr.on(
            [self.ask.click, self.question.submit, self.wish.submit],
            render.telling(self.asked), asked, [self.now, self.answers, self.said, self.ask, self.stop],
            trigger_mode="once", **PRIVATE,
        )  # fmt: skip
        self.ask.click(js="() => window.loreloom.reveal('#ll-answer-side')", **PRIVATE)
        self.stop.click(self.stopped, None, self.stop, **PRIVATE)

    # --- what is offered ---

    def opened(self, story_id: str, whom: str, kept: Any) -> Updates:
        """Another story is open: its chapters and people, and what was typed for it."""
        typed = typed_questions(kept, story_id)
        shown: Updates = {
            self.key: story_id,
            self.nothing: gr.HTML(visible=not story_id),
            self.place: gr.Row(visible=bool(story_id)),
            self.said: [],
            self.now: "",
            self.answers: NO_ANSWER,
        }
        if not story_id:
            return shown
        offer = self._offer(story_id)
        choices = _abouts(offer, whom)
        about = choices[0][1]
        return shown | {
            self.offered: offer,
            self.about: gr.Dropdown(choices=choices, value=about),
            self.text: gr.Textbox(value=typed["text"], visible=_is_pasted(about, whom)),
            self.person: gr.Dropdown(choices=offer[1], value=offer[1][0][1] if offer[1] else None),
            self.asking: gr.Column(visible=whom == CHARACTER),
            self.question: typed["question"],
            self.lines: typed["lines"],
            self.wish: typed["wish"],
        }

    def refresh(self, story_id: str, offered: Any, whom: str, about: str) -> Updates:
        """The tab was turned to: what has come or gone since; what is chosen stays, if it still exists."""
        offer = self._offer(story_id) if story_id else offered
        if not story_id or offer == _as_pairs(offered):
            return {self.offered: gr.skip()}
        choices = _abouts(offer, whom)
        known = [value for _, value in choices]
        chosen = about if about in known and about != OWN else known[0]
        return {
            self.offered: offer,
            self.about: gr.Dropdown(choices=choices, value=chosen),
            self.text: gr.Textbox(visible=_is_pasted(chosen, whom)),
            self.person: gr.Dropdown(choices=offer[1]),
            self.asking: gr.Column(visible=whom == CHARACTER),
        }

    def turned(self, whom: str, about: str, offered: Any) -> Updates:
        """Somebody else is asked: what they need to know is asked for."""
        return {
            self.whom: gr.Radio(info=ABOUT.get(whom, "")),
            self.about: gr.Dropdown(choices=_abouts(_as_pairs(offered) or ([], []), whom), value=about),
            self.text: gr.Textbox(visible=_is_pasted(about, whom)),
            self.reading: gr.Column(visible=whom != EXPANDER),
            self.asking: gr.Column(visible=whom == CHARACTER),
            self.fleshing: gr.Column(visible=whom == EXPANDER),
            self.ask: gr.Button("Flesh out" if whom == EXPANDER else "Ask"),
        }

    def _offer(self, story_id: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        library = self.desk.workbench.library
        people = [(entry.title, entry.id) for entry, _ in library.story_lore(story_id) if entry.kind == "character"]
        return readable(library.story_view(story_id)), people

    # --- asking ---

    def asked(
        self,
        story_id: str,
        whom: str,
        about: str,
        person: str,
        text: str,
        question: str,
        lines: str,
        wish: str,
        said: list[str],
        request: gr.Request,
    ) -> Iterator[Updates]:
        """Ask, show who is at work, and put the answer on top of the others. An error leaves all as it was."""
        before: Updates = {self.now: "", self.ask: gr.Button(interactive=True), self.stop: gr.Button(visible=False)}
        who = next((label for label, value in WHOM if value == whom), "")
        if not story_id:
            raise InvalidInput("There is no story whose team could be asked. Open one in Write.")
        try:
            if whom == EXPANDER:
                steps = self._flesh_out(story_id, lines, wish, str(request.session_hash or ""))
            else:
                steps = self._answer(story_id, who, whom, about, person, text, question)
            shown = ""
            for shown, streams in steps:
                yield {
                    self.now: shown,
                    self.ask: gr.Button(interactive=False),
                    self.stop: gr.Button(visible=streams),
                }
        except WorkbenchError:
            yield before
            raise
        said = [shown, *(said or [])][:MOST_ANSWERS]
        yield {**before, self.answers: "".join(said), self.said: said}

    def _answer(
        self, story_id: str, who: str, whom: str, about: str, person: str, text: str, question: str
    ) -> Iterator[tuple[str, bool]]:
        """Who is at work, and then their answer."""
        team, own = self.desk.workbench.team, about == OWN
        if own and whom != CHARACTER and not text.strip():
            raise InvalidInput("The text is empty. Paste one, or choose a draft or a chapter.")
        passage = None if own else self._passage(story_id, about)
        told = passage_label(passage) if passage else "the story so far" if whom == CHARACTER else "your text"
        given = {"passage_id": passage.id if passage else "", "text": text if own else ""}
        if whom == CHARACTER:
            if not person:
                raise InvalidInput("Choose a character first. New ones are made in Lore.")
            yield team_cards.waiting(who, "thinks about it …"), False
            result = team.character_feedback(story_id, person, given["passage_id"], question.strip())
            body = team_cards.character_answer(result, question.strip())
            yield team_cards.answer(str(result.get("character", who)), told, body), False
        elif whom == RATER:
            yield team_cards.waiting(who, "reads and rates; this takes a moment …"), False
            result = team.rater_feedback(story_id, **given)
            yield team_cards.answer(who, told, team_cards.rater_answer(result)), False
        else:
            yield team_cards.waiting(who, "reads with a pencil in hand …"), False
            result = team.editor_review(story_id, **given)
            read = passage.text if passage else text
            yield team_cards.answer(who, told, team_cards.editor_answer(result, read)), False

    def _flesh_out(self, story_id: str, lines: str, wish: str, session: str) -> Iterator[tuple[str, bool]]:
        """The scene as it grows; what was written when somebody stopped it stays on the page."""
        if not lines.strip():
            raise InvalidInput("Write a few lines first, of what should happen in the scene.")
        stop = self._stops[session] = threading.Event()
        text, note = "", "The scene is being set …"
        try:
            yield team_cards.scene(text, note), True
            with closing(self.desk.workbench.team.flesh_out(story_id, lines, wish.strip())) as events:
                for event in events:
                    if stop.is_set():
                        break
                    if event.event == "error":
                        raise ModelFailed(event.message)
                    if event.event == "token":
                        text += event.text
                    elif event.event == "status":
                        note = event.message
                    else:
                        text, note = str((event.data or {}).get("text") or text), ""
                    yield team_cards.scene(text, note), True
            if stop.is_set() and not text:
                raise Cancelled("Stopped before the first word. Your lines are still in the box.")
            words = render.plural(render.word_count(text), "word")
            ended = f"{words}, stopped by you" if stop.is_set() else words
            yield team_cards.scene(text, ended, done=True), False
        finally:
            if self._stops.get(session) is stop:
                del self._stops[session]

    def stopped(self, request: gr.Request) -> Any:
        """Stop was pressed; the scene ends at its next word."""
        if stop := self._stops.get(str(request.session_hash or "")):
            stop.set()
        return gr.Button(visible=False)

    def _passage(self, story_id: str, passage_id: str) -> Passage:
        view = self.desk.workbench.library.story_view(story_id)
        found = next((one for one in (*view.drafts, *view.passages) if one.id == passage_id), None)
        if found is None:
            raise InvalidInput("That text isn't there any more. Choose another one under “What it is about”.")
        return found


def readable(view: StoryView) -> list[tuple[str, str]]:
    """What of a story can be read, by label and id: drafts first, then chapters, the latest first."""
    drafts = [
        (f"Draft {place} of chapter {draft.number} · {render.plural(render.word_count(draft.text), 'word')}", draft.id)
        for place, draft in enumerate(view.drafts, start=1)
    ]
    chapters = [(render.chapter_title(passage), passage.id) for passage in view.passages]
    return [*reversed(drafts), *reversed(chapters)]


def _abouts(offer: Any, whom: str) -> list[tuple[str, str]]:
    """What somebody can be asked about."""
    return [*offer[0], SO_FAR if whom == CHARACTER else OWN_TEXT]


def _is_pasted(about: str, whom: str) -> bool:
    return about == OWN and whom != CHARACTER


def passage_label(passage: Passage) -> str:
    """A chapter or draft as people speak of it."""
    return f"a draft of chapter {passage.number}" if passage.state == "draft" else render.chapter_title(passage)


def _as_pairs(offered: Any) -> Any:
    """What was offered as it was made; on its way over the page, pairs become lists."""
    return tuple([tuple(one) for one in part] for part in offered) if offered else offered


def typed_questions(kept: Any, story_id: str) -> dict[str, str]:
    """What was typed for a story and is still in the boxes."""
    asked = remembered(kept).get("asked")
    typed = asked.get(story_id) if isinstance(asked, dict) else None
    found = typed if isinstance(typed, dict) else {}
    return {name: text if isinstance(text := found.get(name), str) else "" for name in TYPED}
