"""How the agents work on a chapter: the settings of one run, in a writer's words."""

from typing import Any

import gradio as gr

from workbench.domain.text import words_asked
from workbench.settings import Settings


class ChapterOptions:
    """Components of the accordion under the request, and what they make of it."""

    def __init__(self, settings: Settings) -> None:
        self._usual_words = settings.chapter_words
        with gr.Accordion("How the agents work on it", open=False):
            self.rounds = gr.Slider(
                1,
                6,
                value=settings.max_rounds,
                step=1,
                label="Drafts at most",
                info="Editor and rater read each of them, and the writer revises.",
            )
            self.score = gr.Slider(
                1,
                9,
                value=settings.accept_score,
                step=0.5,
                label="Good enough from",
                info="A draft that is rated so high, of 9, is not revised any more.",
            )
            self.words = gr.Slider(
                60,
                1500,
                value=min(1500, max(60, settings.chapter_words)),
                step=10,
                label="Length in words",
                info="A length that your request names itself goes first.",
            )
            self.people = gr.Dropdown(
                [], multiselect=True, max_choices=8, label="Characters who give their opinion", elem_id="ll-people"
            )

    @property
    def fields(self) -> list[Any]:
        """Inputs of `chosen` and, with the words, of `request`, in their order."""
        return [self.rounds, self.score, self.words, self.people]

    @staticmethod
    def chosen(rounds: float, score: float, people: list[str] | None) -> dict[str, Any]:
        """The options of a run."""
        return {"max_rounds": int(rounds), "accept_score": float(score), "characters": list(people or ())}

    def request(self, instruction: str, length: float) -> str:
        """The request with its length, where the writer moved the slider and named no length."""
        if words_asked(instruction) is None and int(length) != self._usual_words:
            return f"{instruction.strip()} About {int(length)} words."
        return instruction
