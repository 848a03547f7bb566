"""How a character looks in pictures: drawn, drawn with another face, kept, in the writer's own words if they like."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from workbench.domain.gallery import Picture, Portrait
from workbench.domain.lore import LoreEntry
from workbench.errors import InvalidInput, NotFound
from workbench.ui import portrait_cards as cards
from workbench.ui import render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS, ONE_PRESS

Updates = dict[Any, Any]
DRAW, AGAIN = "Draw", "Draw again"
READ = "Read from the entry and its note for each picture. Tick “Keep this look” to say it in your own words."
OWN = "Your words hold, whatever the entry and its note come to say. They are kept when you leave the box."
HOLDS = "Face and words stay as they are, whatever happens in the story, until you take the tick away."


class PortraitPanel:
    """Components under a character's entry. What is drawn goes on when the panel is shut, and is found here again."""

    def __init__(self, desk: Desk) -> None:
        self._story, self._bench = desk.story, desk.workbench
        # Whom the panel is open for, and whether what is being drawn is another face.
        self.whose, self.another_one = gr.State(""), gr.State(False)
        self.following = gr.State(0)
        # What was drawn last, by character: a page that comes late still hears how it ended.
        self._drawing: dict[str, Any] = {}
        with gr.Column(visible=False, elem_classes="ll-gap", elem_id="ll-portrait") as self.place:
            with gr.Row(elem_classes="ll-portrait-sheet"):
                with gr.Column(elem_classes="ll-gap ll-portrait-pictures", min_width=200):
                    with gr.Row(elem_classes="ll-portrait-frames"):
                        self.face = gr.HTML(
                            "", apply_default_css=False, js_on_load=ONE_PRESS + CLICKS, elem_id="ll-face"
                        )
                        self.other = gr.HTML(
                            "", apply_default_css=False, js_on_load=ONE_PRESS + CLICKS, elem_id="ll-other-face"
                        )
                    with gr.Row(elem_classes="ll-actions"):
                        self.draw = gr.Button(DRAW, variant="primary", elem_id="ll-draw-face")
                        self.another = gr.Button("Draw another face", elem_id="ll-draw-another")
                    self.upload = gr.UploadButton(
                        "Use a picture of your own", type="binary", file_types=["image"], elem_id="ll-own-face"
                    )
                    self.hint = gr.HTML("", apply_default_css=False)
                with gr.Column(elem_classes="ll-gap ll-portrait-words", min_width=260):
                    self.locked = gr.Checkbox(False, label="Keep this look", info=HOLDS, elem_id="ll-keep-look")
                    self.look = gr.Textbox(
                        "", label="How they look, in words", lines=7, max_lines=14, info=READ, interactive=False,
                        elem_id="ll-look",
                    )  # fmt: skip
                    self.leave = gr.Button("Close")

    def wire(self, opens: gr.Button, entry: gr.State, panels: list[Any], closed: Callable[..., Updates]) -> None:
        """Connect everything. `opens` shows the panel, `closed` says which of the `panels` are shown."""
        story, whose = self._story, self.whose
        buttons = [self.draw, self.another, self.upload]
        frames = [self.face, self.other, self.hint, *buttons, self.another_one, self.following]
        words = [self.locked, self.look]
        following = self.following.change(
            render.telling(self.follow), [whose, self.another_one],
            [self.face, self.other, self.hint, *buttons], trigger_mode="multiple", **PRIVATE,
        )  # fmt: skip

        def opened(story_id: str, entry_id: str, count: int) -> Updates:
            return closed(self.place) | self.opened(story_id, entry_id, count)

        # What is drawn of somebody else is no longer shown here.
        opens.click(
            render.telling(opened), [story, entry, self.following], [*panels, whose, *words, *frames],
            cancels=[following], **PRIVATE,
        )  # fmt: skip
        self.leave.click(closed, None, panels, **PRIVATE)
        given = [story, whose, *words, self.following]
        for button, another in ((self.draw, False), (self.another, True)):
            button.click(render.telling(self._begins(another)), given, frames, trigger_mode="once", **PRIVATE)
        for frame in (self.face, self.other):
            frame.click(render.telling(self.pressed), [whose, self.another_one], frames, **PRIVATE)
        self.upload.upload(render.telling(self.uploaded), [story, whose, self.upload], frames, **PRIVATE)
        self.locked.input(render.telling(self.lock), [story, whose, *words], [*words, *buttons], **PRIVATE)
        self.look.blur(render.telling(self.reworded), [whose, *words], None, **PRIVATE)

    # --- showing ---

    def opened(self, story_id: str, entry_id: str, count: int) -> Updates:
        """All that is known of how somebody looks; what is being drawn of them is followed again."""
        portrait = self._bench.pictures.portrait(entry_id)
        words = self._words(story_id, portrait)
        # Nobody else's face stays in the frame that what is being drawn doesn't come to.
        frames = {self.other: cards.candidate(None), **self._frames(portrait)}
        updates = {self.whose: entry_id, self.another_one: False, **words, **frames}
        if (live := self._bench.illustration.live(entry_id)) is not None:
            self._drawing[entry_id] = live
            updates |= {**self._busy(portrait, False, "Drawing", 0.0), self.following: count + 1}
        return updates

    def _words(self, story_id: str, portrait: Portrait) -> Updates:
        look = portrait.look
        if not portrait.locked:
            entry, note = self._entry(story_id, portrait.entry_id)
            look = f"{entry.content}\n\n{note.note}" if note is not None else entry.content
        return {
            self.locked: portrait.locked,
            self.look: gr.Textbox(look, interactive=portrait.locked, info=OWN if portrait.locked else READ),
        }

    def _entry(self, story_id: str, entry_id: str) -> tuple[LoreEntry, Any]:
        for entry, note in self._bench.library.story_lore(story_id) if story_id else []:
            if entry.id == entry_id:
                return entry, note
        raise NotFound("This character is not in the lore of the story that is open. Choose one in the list.")

    def _frames(self, portrait: Portrait, made: Picture | None = None) -> Updates:
        """Both frames and the buttons as they stand; what is on its way stays where it is."""
        kept = self._bench.pictures.get(portrait.picture_id) if portrait.picture_id else None
        updates = {
            self.face: cards.face(kept),
            self.hint: cards.hint(self._bench.illustration.status()["maker"], kept),
            **self._buttons(portrait),
        }
        if self._bench.illustration.live(portrait.entry_id) is None:
            same = made is not None and made.seed == portrait.seed
            updates[self.other] = cards.candidate(made, same)
        return updates

    def _buttons(self, portrait: Portrait) -> Updates:
        drawing = self._bench.illustration.live(portrait.entry_id) is not None
        free = not drawing and not (portrait.locked and portrait.picture_id)
        return {
            self.draw: gr.Button(AGAIN if portrait.picture_id else DRAW, interactive=not drawing),
            self.another: gr.Button(interactive=free),
            self.upload: gr.UploadButton(interactive=free),
        }

    def _busy(self, portrait: Portrait, another: bool, message: str, progress: float) -> Updates:
        """What is on its way stands where it will be: a first picture is their face at once."""
        place = self.other if another or portrait.picture_id else self.face
        return {place: cards.doing(message, progress)}

    # --- drawing ---

    def _begins(self, another: bool) -> Callable[..., Updates]:
        def begun(story_id: str, whose: str, locked: bool, look: str, count: int) -> Updates:
            self.reworded(whose, locked, look)
            before = self._bench.pictures.portrait(whose)
            self._drawing[whose] = self._bench.illustration.portray(story_id, whose, another)
            return {
                **self._busy(before, another, "Beginning", 0.0),
                **{button: gr.Button(interactive=False) for button in (self.draw, self.another)},
                self.upload: gr.UploadButton(interactive=False),
                self.another_one: another,
                self.following: count + 1,
            }

        return begun

    def follow(self, whose: str, another: bool) -> Iterator[Updates]:
        """Show how it goes, then what came of it."""
        live = self._drawing[whose]
        before = self._bench.pictures.portrait(whose)
        told: list[str] = []
        made: Picture | None = None
        for event in live.follow():
            if event.event == "status":
                yield self._busy(before, another, event.message, event.progress or 0.0)
            elif event.event == "error":
                told = [event.message]
            elif event.event == "result":
                data = event.data or {}
                told = data["notes"]
                made = self._bench.pictures.get(data["pictures"][-1]["id"]) if data["pictures"] else None
        portrait = self._bench.pictures.portrait(whose)
        # A first picture is their face already.
        updates = self._frames(portrait, None if made is None or made.id == portrait.picture_id else made)
        if told:
            updates[self.other if another or portrait.picture_id else self.face] = cards.failed(told)
        yield updates

    def pressed(self, whose: str, another: bool, event: gr.EventData) -> Updates:
        """A face is kept, the reference is forgotten, or drawing is stopped."""
        data = event._data if isinstance(event._data, dict) else {}
        act, wanted = str(data.get("act", "")), str(data.get("id", ""))
        if act == "stop":
            self._bench.illustration.cancel(whose)
            return self._busy(self._bench.pictures.portrait(whose), another, "Stopping", 0.0)
        pictures = self._bench.pictures
        picture = pictures.get(wanted)
        if act not in ("keep", "forget") or (act == "keep" and picture.entry_id != whose):
            raise NotFound("This button belongs to an older page. Load the page again.")
        if act == "keep":
            portrait = pictures.set_portrait(whose, {"picture_id": picture.id, "seed": picture.seed})
            render.said("Pictures to come keep this face.", "Kept", 3)
        else:
            portrait = pictures.set_portrait(whose, {"picture_id": ""})
            render.said("Pictures to come don’t follow it any more. It is still in the Gallery.", "Forgotten", 4)
        return self._frames(portrait)

    def uploaded(self, story_id: str, whose: str, data: bytes | None) -> Updates:
        """The writer brought a picture: it is the face from now on."""
        portrait = self._bench.pictures.upload_portrait(story_id, whose, data or b"")
        render.said("It is their face now.", "Taken", 3)
        return self._frames(portrait)

    # --- words ---

    def lock(self, story_id: str, whose: str, locked: bool, look: str) -> Updates:
        """The look is kept as it stands in the box, or read from the lore again."""
        portrait = self._bench.pictures.set_portrait(whose, {"locked": locked, **({"look": look} if locked else {})})
        return {**self._words(story_id, portrait), **self._buttons(portrait)}

    def reworded(self, whose: str, locked: bool, look: str) -> None:
        """The writer's own words are kept, if it is them that hold."""
        portrait = self._bench.pictures.portrait(whose) if locked and whose else None
        if portrait is None or not portrait.locked or portrait.look == look:
            return
        if not look.strip():
            raise InvalidInput(
                "There are no words for how they look. Write some, or take the tick from “Keep this look”: then they "
                "are read from the entry."
            )
        self._bench.pictures.set_portrait(whose, {"look": look})
