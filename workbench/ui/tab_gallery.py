"""The Gallery tab: pictures of the open story, drawn here, looked at large, kept or thrown away."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import gradio as gr

from workbench.domain.gallery import Picture
from workbench.errors import InvalidInput, NotFound
from workbench.ui import gallery_cards as cards
from workbench.ui import render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS, ONE_PRESS

Updates = dict[Any, Any]
EVERYTHING = "Everything"
LAST = ""
# A slider over two pictures: what lies left of it is the one, what lies right of it the other.
SLIDER = """
element.addEventListener("input", (event) => {
  const both = event.target.closest(".ll-before-after");
  if (both) both.style.setProperty("--ll-part", event.target.value + "%");
});
"""


class GalleryTab:
    """Builds the tab and follows what is being drawn."""

    def __init__(self, desk: Desk) -> None:
        self._story = desk.story
        self._bench = desk.workbench
        self.open = gr.State("")
        self.drawing = gr.State("")
        self.following = gr.State(0)
        with gr.Row(elem_classes="ll-maker-row"):
            self.chapter = gr.Dropdown(
                [], label="Chapter", filterable=False, min_width=200, scale=2, elem_id="ll-picture-chapter"
            )
            self.person = gr.Dropdown(
                [], label="Who is in it", filterable=False, min_width=160, scale=2, elem_id="ll-picture-person"
            )
            self.style = gr.Textbox(
                "",
                label="Style of the story’s pictures",
                max_length=200,
                min_width=200,
                scale=3,
                elem_id="ll-picture-style",
                visible=False,
            )
        with gr.Row(elem_classes="ll-actions"):
            self.draw = gr.Button("Illustrate", variant="primary", elem_id="ll-illustrate")
            self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="ll-stop-drawing")
        self.doing = gr.HTML("", apply_default_css=False, elem_id="ll-drawing")
        self.large = gr.HTML(
            "", apply_default_css=False, js_on_load=ONE_PRESS + SLIDER + CLICKS, elem_id="ll-large-picture"
        )
        self.shown = gr.Dropdown(
            [EVERYTHING], value=EVERYTHING, label="Show", filterable=False, visible=False, elem_id="ll-pictures-shown"
        )
        self.wall = gr.HTML(cards.NO_STORY, apply_default_css=False, js_on_load=CLICKS, elem_id="ll-wall")

    def wire(self, tab: gr.Tab, tabs: gr.Tabs, entrance: gr.Button) -> None:
        """Whatever draws goes through `follow`. `entrance` leads here from where one writes."""
        self._tabs = tabs
        here = [self._story, self.open, self.shown]
        page = [
            self.chapter, self.person, self.style, self.draw, self.stop, self.doing, self.large, self.shown, self.wall,
            self.open, self.drawing, self.following,
        ]  # fmt: skip
        # After a reload the tab may be open before its story is known.
        gr.on(
            [tab.select, self._story.change], render.telling(self.show),
            [*here, self.drawing, self.following], page, **PRIVATE,
        )  # fmt: skip
        self.draw.click(
            render.telling(self.begun), [self._story, self.chapter, self.person, self.style, self.following], page,
            trigger_mode="once", **PRIVATE,
        )  # fmt: skip
        self.following.change(
            render.telling(self.follow), [*here, self.drawing],
            [self.draw, self.stop, self.doing, self.large, self.shown, self.wall, self.open, self.drawing],
            trigger_mode="multiple", **PRIVATE,
        )  # fmt: skip
        entrance.click(render.telling(self.entered), [self._story, self.following], [tabs, *page], **PRIVATE)
        self.stop.click(render.telling(self.stopped), self.drawing, self.stop, **PRIVATE)
        self.wall.click(render.telling(self.pressed), [*here, self.following], page, **PRIVATE)
        self.large.click(render.telling(self.pressed), [*here, self.following], page, **PRIVATE)
        self.shown.input(lambda story, opened, shown: self._wall(story, opened, shown), here, self.wall, **PRIVATE)

    def show(self, story_id: str, open_id: str, shown: str, drawing: str, following: int) -> Updates:
        """The tab was turned to."""
        if not story_id:
            return {
                self.wall: cards.NO_STORY, self.large: "", self.doing: "",
                self.draw: gr.Button(interactive=False), self.shown: gr.Dropdown(visible=False),
            }  # fmt: skip
        chapters, people, latest = self._choices(story_id)
        live = self._bench.illustration.live(drawing) if drawing else None
        updates: Updates = {
            self.chapter: gr.Dropdown(chapters, value=latest),
            self.person: gr.Dropdown(people, value=LAST),
            # The sketch maker has a style of its own.
            self.style: gr.Textbox(
                self._bench.pictures.style(story_id), visible=self._bench.illustration.status()["maker"] != "sketch"
            ),
            self.draw: gr.Button(interactive=live is None),
            self.stop: gr.Button(visible=live is not None),
            **self._pictures(story_id, open_id, shown),
        }
        if live is not None:
            updates[self.following] = following + 1
        return updates

    def _choices(self, story_id: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]], str]:
        view = self._bench.library.story_view(story_id)
        chapters = [(render.chapter_title(one), one.id) for one in view.passages]
        chapters += [(f"{render.chapter_title(one)} (draft)", one.id) for one in view.drafts]
        people = [
            (one["title"], one["id"])
            for one in self._bench.library.list_lore(view.world.id, story_id)
            if one["kind"] == "character"
        ]
        latest = view.latest.id if view.latest is not None else LAST
        return chapters or [("The world before the first chapter", LAST)], [("Whom it names", LAST), *people], latest

    def _pictures(self, story_id: str, open_id: str, shown: str, deleting: bool = False) -> Updates:
        kept = self._bench.pictures.gallery(story_id)
        chosen = next((one for one in kept if one.id == open_id), None)
        names = self._names(story_id)
        groups = [EVERYTHING, *dict.fromkeys(self._groups(kept, names))]
        shown = shown if shown in groups else EVERYTHING
        return {
            self.large: self._large(chosen, kept, names, deleting) if chosen is not None else "",
            self.open: chosen.id if chosen is not None else "",
            self.shown: gr.Dropdown(groups, value=shown, visible=len(groups) > 2),
            self.wall: cards.grid(self._group(kept, names, shown), names, open_id),
        }

    def _wall(self, story_id: str, open_id: str, shown: str) -> str:
        names = self._names(story_id)
        return cards.grid(self._group(self._bench.pictures.gallery(story_id), names, shown), names, open_id)

    def _names(self, story_id: str) -> dict[str, str]:
        view = self._bench.library.story_view(story_id)
        return {one.id: f"Chapter {one.number}" for one in (*view.passages, *view.drafts)}

    @staticmethod
    def _groups(kept: list[Picture], names: dict[str, str]) -> list[str]:
        chapters = sorted({names[one.passage_id] for one in kept if one.passage_id in names})
        people = sorted({one.scene.figure.name for one in kept if one.scene.figure and one.scene.figure.name})
        return [*chapters, *people]

    @staticmethod
    def _group(kept: list[Picture], names: dict[str, str], shown: str) -> list[Picture]:
        return [
            one
            for one in kept
            if shown in (EVERYTHING, names.get(one.passage_id or ""))
            or (one.scene.figure is not None and one.scene.figure.name == shown and one.kind != "background")
        ]

    def _large(self, picture: Picture, kept: list[Picture], names: dict[str, str], deleting: bool) -> str:
        halves = {one.kind: one for one in kept if one.asking == picture.asking}
        before = halves.get("background") if picture.kind == "combined" else None
        figure = picture if picture.kind == "character" else halves.get("character")
        portrait = None
        if picture.entry_id:
            # The character may have been deleted since; the picture still shows them.
            with suppress(NotFound, InvalidInput):
                portrait = self._bench.pictures.portrait(picture.entry_id)
        style = self._bench.pictures.style(picture.story_id) if picture.story_id else ""
        draws, seed = self._bench.illustration.status(), figure.seed if figure is not None else None
        changed = cards.changed_since(picture, draws, style, portrait, seed)
        face = portrait is not None and portrait.picture_id == picture.id
        return cards.large(picture, before, names.get(picture.passage_id or "", ""), changed, face, deleting)

    # --- drawing ---

    def begun(self, story_id: str, chapter: str, person: str, style: str, following: int) -> Updates:
        """Pictures are asked for."""
        options = {"character_id": person or "", "style": (style or "").strip()}
        self._bench.illustration.begin(story_id, chapter or "", None, options)
        return self._watched(chapter or self._key(story_id), following)

    def entered(self, story_id: str, following: int) -> Updates:
        """Pictures of what was written last are asked for from another tab, and watched here."""
        if not story_id:
            raise NotFound("No story is open. Begin one first; then there is something to draw.")
        key = self._key(story_id)
        if self._bench.illustration.live(key) is None:
            self._bench.illustration.begin(story_id)
        return {self._tabs: gr.Tabs(selected="gallery"), **self._watched(key, following)}

    def _key(self, story_id: str) -> str:
        latest = self._bench.library.story_view(story_id).latest
        return latest.id if latest is not None else story_id

    def _watched(self, key: str, following: int) -> Updates:
        return {
            self.draw: gr.Button(interactive=False),
            self.stop: gr.Button(visible=True, interactive=True, value="Stop"),
            self.doing: cards.doing("Beginning", 0.0),
            self.drawing: key,
            self.following: following + 1,
        }

    def follow(self, story_id: str, open_id: str, shown: str, key: str) -> Iterator[Updates]:
        """Show how it goes, then what came of it."""
        live = self._bench.illustration.live(key) if key else None
        told, problem, made = "", "", ""
        for event in live.follow() if live is not None else ():
            if event.event == "status":
                yield {self.doing: cards.doing(event.message, event.progress or 0.0)}
            elif event.event == "error":
                problem = event.message
            elif event.event == "result":
                data = event.data or {}
                told = cards.notes(data["notes"])
                made = data["pictures"][-1]["id"] if data["pictures"] else ""
        if problem:
            told = cards.notes([problem])
        yield {
            self.draw: gr.Button(interactive=True),
            self.stop: gr.Button(visible=False),
            self.doing: told,
            self.drawing: "",
            **self._pictures(story_id, made or open_id, shown),
        }

    def stopped(self, key: str) -> Any:
        """Drawing is stopped; what is there stays."""
        self._bench.illustration.cancel(key)
        return gr.Button(interactive=False, value="Stopping …")

    def pressed(self, story_id: str, open_id: str, shown: str, following: int, event: gr.EventData) -> Updates:
        """A picture was opened, or something is to be done with the one that is open."""
        data = event._data if isinstance(event._data, dict) else {}
        act, wanted = str(data.get("act", "")), str(data.get("id", ""))
        if act == "open":
            return self._pictures(story_id, wanted, shown)
        if act in ("vary", "anew"):
            self._bench.illustration.again(wanted, same_seed=act == "anew")
            return self._watched(wanted, following)
        if act == "cover":
            self._bench.pictures.set_cover(wanted)
            render.said("It is the story’s cover now.", "Chosen", 3)
        elif act == "uncover":
            self._bench.pictures.set_cover(wanted, False)
            render.said("The story has no cover any more.", "Taken back", 3)
        elif act == "reference":
            picture = self._bench.pictures.get(wanted)
            self._bench.pictures.set_portrait(picture.entry_id, {"picture_id": picture.id, "seed": picture.seed})
            render.said("Pictures to come keep this face.", "Kept", 3)
        elif act == "delete":
            return self._pictures(story_id, wanted, shown, deleting=True)
        elif act == "remove":
            self._bench.pictures.delete(wanted)
            render.said("The picture is gone.", "Deleted", 3)
        elif act != "close":
            raise NotFound("This button belongs to an older page. Load the page again.")
        return self._pictures(story_id, "" if act in ("remove", "close") else wanted, shown)
