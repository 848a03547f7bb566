"""A world from a seed, looked at before it is taken: its map, its people, its history."""

import random
from typing import Any

import gradio as gr

from workbench.domain.story import Story
from workbench.ui import render
from workbench.ui.desk import PRIVATE, Services
from workbench.ui.world_map import world_page

SIZES = [("Small", "small"), ("Medium", "medium"), ("Large", "large")]
UNTITLED = "A first telling"


class WorldMaker:
    """The panel that shows a world, asks for another, or takes it. What is shown is what is taken."""

    def __init__(self, workbench: Services) -> None:
        self._library = workbench.library
        # Seed and size of the world that is shown.
        self.shown = gr.State(("", "small"))
        with gr.Column(visible=False, elem_classes="ll-gap", elem_id="ll-maker") as self.place:
            with gr.Row(elem_classes="ll-maker-row"):
                self.seed = gr.Textbox(
                    "", label="Seed", max_lines=1, min_width=150, elem_id="ll-seed",
                    info="Any word or number. The same seed and size give the same world on every computer.",
                )  # fmt: skip
                self.size = gr.Radio(SIZES, value="small", label="Size", elem_id="ll-size", min_width=150)
            with gr.Row(elem_classes="ll-actions"):
                self.take = gr.Button("Take this one", variant="primary")
                self.another = gr.Button("Another")
                self.show = gr.Button("Show it")
                self.leave = gr.Button("Not now")
            self.page = gr.HTML("", apply_default_css=False, elem_id="ll-made-world")

    @property
    def changing(self) -> list[Any]:
        """What looking at a world changes."""
        return [self.place, self.seed, self.page, self.shown]

    def wire(self, openers: list[Any]) -> None:
        """Connect the panel's own buttons, and those that open it."""
        gr.on(
            [opener.click for opener in openers],
            render.telling(self.invent), self.size, self.changing, trigger_mode="once", **PRIVATE,
        ).success(js="() => window.loreloom.reveal('#ll-maker')", **PRIVATE)  # fmt: skip
        self.another.click(render.telling(self.invent), self.size, self.changing, trigger_mode="once", **PRIVATE)
        gr.on(
            [self.seed.submit, self.show.click, self.size.input],
            render.telling(self.look), [self.seed, self.size], self.changing, **PRIVATE,
        )  # fmt: skip
        self.leave.click(self.closed, None, [self.place, self.page], **PRIVATE)

    def invent(self, size: str) -> dict[Any, Any]:
        """A world of a seed that nobody chose."""
        seed = str(random.randrange(10**6))
        return {self.seed: seed} | self.look(seed, size)

    def look(self, seed: str, size: str) -> dict[Any, Any]:
        """The world of a seed, not stored. The seed's box is left alone: one may be typing the next seed by now."""
        made, drawn = self._library.preview_world(seed, size)
        return {
            self.place: gr.Column(visible=True),
            self.page: world_page(made, drawn),
            self.shown: (seed.strip(), size),
        }

    def closed(self) -> dict[Any, Any]:
        """The panel put away."""
        return {self.place: gr.Column(visible=False), self.page: ""}

    def taken(self, title: str, shown: tuple[str, str]) -> Story:
        """The world that is shown is stored, and a story begun in it."""
        world = self._library.generate_world(shown[0], size=shown[1])
        return self._library.create_story(world["id"], (title or "").strip() or UNTITLED, kind="novel")
