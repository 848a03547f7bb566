"""The small form for a new world and a story in it."""

from typing import Any

import gradio as gr

from workbench.domain.story import Story
from workbench.errors import InvalidInput
from workbench.ui.desk import PRIVATE, Services

NEW_WORLD = ""


class NewStory:
    """Components of the form and what its buttons do; the Write tab decides what comes after."""

    def __init__(self, workbench: Services) -> None:
        self._library = workbench.library
        # Begins open behind the curtain, since Gradio builds what is in a closed accordion only when it is opened, and
        # what is typed at that moment is lost. The page closes it when it is laid out.
        with gr.Accordion("New story", open=True, visible="hidden", elem_id="ll-new-story") as self.place:
            self.title = gr.Textbox(
                "",
                label="Title of the story",
                placeholder="The Lamplighter’s Debt",
                max_lines=1,
                elem_id="ll-new-title",
            )
            self.world = gr.Dropdown(
                [("A new world", NEW_WORLD)], value=NEW_WORLD, label="World", elem_id="ll-world", filterable=False
            )
            with gr.Column(elem_classes="ll-gap") as self.details:
                self.world_title = gr.Textbox(
                    "", label="Name of the world", placeholder="Brackwater", max_lines=1, elem_id="ll-new-world"
                )
                self.premise = gr.Textbox(
                    "",
                    label="Premise",
                    lines=3,
                    placeholder="A harbour town that pays its debts in light.",
                    elem_id="ll-new-premise",
                )
                self.genre = gr.Textbox(
                    "", label="Genre", placeholder="quiet fantasy", max_lines=1, elem_id="ll-new-genre"
                )
                self.tone = gr.Textbox("", label="Tone", placeholder="wry, tender", max_lines=1, elem_id="ll-new-tone")
            self.create = gr.Button("Create the story", variant="primary", size="md")
            self.invent = gr.Button("Make me a world", size="md")
            self.sample = gr.Button("Open the sample world", size="md")
        self.world.input(
            lambda chosen: gr.Column(visible=chosen == NEW_WORLD),
            self.world,
            self.details,
            **PRIVATE,
        )

    @property
    def fields(self) -> list[Any]:
        """Inputs of `created`, in its order."""
        return [self.title, self.world, self.world_title, self.premise, self.genre, self.tone]

    @property
    def emptying(self) -> list[Any]:
        """What `emptied` changes besides the list of worlds."""
        return [self.place, self.details, self.title, self.world_title, self.premise, self.genre, self.tone]

    def emptied(self) -> dict[Any, Any]:
        """Updates after a story was made: empty fields, known worlds, form closed."""
        return {
            self.place: gr.Accordion(open=False),
            self.world: gr.Dropdown(choices=self.worlds(), value=NEW_WORLD),
            self.details: gr.Column(visible=True),
            **dict.fromkeys((self.title, self.world_title, self.premise, self.genre, self.tone), ""),
        }

    def worlds(self) -> list[tuple[str, str]]:
        """Worlds to choose from, a new one first."""
        return [("A new world", NEW_WORLD)] + [(world.title, world.id) for world in self._library.list_worlds()]

    def created(self, title: str, world_id: str, name: str, premise: str, genre: str, tone: str) -> Story:
        """Make the story, and its world where a new one is asked for. Nothing is made when a title is missing."""
        if not title.strip():
            raise InvalidInput("The story has no title yet. Any working title will do.")
        if world_id == NEW_WORLD:
            if not name.strip():
                raise InvalidInput("The world has no name yet. Give it one, or choose a world that exists.")
            world_id = self._library.create_world(name, premise=premise, genre=genre, tone=tone).id
        return self._library.create_story(world_id, title, kind="novel")
