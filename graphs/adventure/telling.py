"""A chapter's words, and what the reader could do next: asked of the model, and checked."""

import re
from collections.abc import Callable
from typing import Annotated

from langchain_core.messages import BaseMessage
from pydantic import BaseModel, Field

from graphs.adventure.examples import CHOSEN, TOLD
from graphs.adventure.state import AdventureTeam
from graphs.chapter.continuation import cleaned
from graphs.prompting import ask, ask_json, conversation, shown_how
from workbench.domain import text as prose
from workbench.domain.adventure_plan import ChapterPlan, choices_problem
from workbench.domain.adventure_text import fit, fit_label, fitting
from workbench.domain.adventures import CHOICES, Adventure, Choice, band_of, choices_of
from workbench.domain.model import Usage
from workbench.errors import ModelFailed

SYSTEM = "You tell an adventure to a young reader. You call the reader “you” and tell it in the past tense."
CHOOSING = "You think of what somebody could do next in a story."
# A chapter's own words take at most so many tokens each.
TOKENS_PER_WORD, SPARE_TOKENS = 1.5, 40
# The chapters before are told in so many words each.
LINES_TOLD = 3
TRIES = 3
_SENTENCE_ENDS = re.compile(r"[.!?…”\"\n]")
# A text of less than this share of the words asked for is asked for again, and so is one that says things twice.
ENOUGH, MOST_REPEATS = 0.4, 3


class ChoicesAnswer(BaseModel):
    """The form of three choices."""

    choices: list[Annotated[str, Field(min_length=6, max_length=60)]] = Field(min_length=CHOICES, max_length=CHOICES)


def task_of(adventure: Adventure, plan: ChapterPlan, team: AdventureTeam) -> list[BaseMessage]:
    """The narrator's prompt: what all chapters of an adventure share comes first."""
    agent = team.agent("narrator")
    given = {
        "setting": f"{team.category.about} {team.category.tone}",
        # Told by rule: what a small model wrote of it before would only lead it further astray.
        "before": [chapter.line for chapter in adventure.chapters[-LINES_TOLD:]],
        "helps": adventure.helps,
        "lead": plan.lead,
        "happens": plan.happens,
        "senses": list(plan.senses),
        "words": plan.words,
        "manner": band_of(adventure.age).manner,
    }
    return conversation(SYSTEM, *shown_how(agent, "narrator", TOLD, given))


def told(adventure: Adventure, plan: ChapterPlan, team: AdventureTeam, say: Callable[[str], None]) -> tuple[str, Usage]:
    """What lies between a chapter's beginning and its end, without what isn't fit for its readers.

    `say` gets its sentences as they come; where another try was needed, the chapter is another one than was said.
    Raises `ModelFailed` where the model gives nothing that could be told.
    """
    agent = team.agent("narrator")
    messages = task_of(adventure, plan, team)
    # Small models say what they are told to do: the prompt's last line is no part of a story.
    asked = str(messages[-1].content).splitlines()[-1]
    known = (*(chapter.text for chapter in adventure.chapters), plan.lead, plan.tail, TOLD[0][1], asked)
    voice = Voice(known, say)
    usage, best = Usage(), ""
    for attempt in range(TRIES):
        reply = ask(
            team,
            agent,
            messages,
            silent=True,
            # What another try tells stands in the place of the first, which nobody should see grow.
            heard=voice.hear if attempt == 0 else None,
            max_tokens=min(agent.max_tokens, int(plan.words * TOKENS_PER_WORD) + SPARE_TOKENS),
            seed=adventure.seed % 1_000_003 + 31 * plan.number + 1000 * attempt,
        )
        usage += reply.usage
        text = fit(readable(reply.text, known))
        if prose.count_words(text) >= ENOUGH * plan.words and prose.most_repeats(text) < MOST_REPEATS:
            return text, usage
        best = max(best, text, key=prose.count_words)
    if not best:
        raise ModelFailed("The narrator told nothing that could be read. Try again, or choose a larger model.")
    return best, usage


def readable(reply: str, known: tuple[str, ...]) -> str:
    """A reply's whole sentences, without those that were told before."""
    return prose.without_repeated_sentences(cleaned(reply, known))


class Voice:
    """Says a reply sentence by sentence while it comes, and only what may stand in the chapter.

    A young reader should never see what is struck out a moment later.
    """

    def __init__(self, known: tuple[str, ...], say: Callable[[str], None]) -> None:
        self._known, self._say = known, say
        self._reply = self._said = ""

    def hear(self, piece: str) -> None:
        """The next piece of the reply."""
        self._reply += piece
        if not _SENTENCE_ENDS.search(piece):
            return
        ended = prose.without_cut_end(self._reply)
        if ended not in self._reply:
            # In the middle of a speech, which was closed to end here.
            return
        text = fitting(readable(ended, self._known))
        # What comes may make what was said look different; that is told when the chapter is done.
        if text.startswith(self._said) and text != self._said:
            self._say(text[len(self._said) :])
            self._said = text


def proposed_choices(plan: ChapterPlan, middle: str, team: AdventureTeam) -> tuple[tuple[Choice, ...], Usage]:
    """Three things to do about what happens last: the model's where they are distinct, else the scene's own."""
    agent = team.agent("chooser")
    end = " ".join(prose.sentences(middle)[-2:])
    given = {"end": f"{end} {plan.tail}".strip()}
    messages = conversation(CHOOSING, *shown_how(agent, "choices", CHOSEN, given))
    try:
        answer, usage = ask_json(
            team,
            agent,
            messages,
            ChoicesAnswer,
            attempts=TRIES,
            silent=True,
            check=lambda value: _problem(_tidy(value.choices), f"{middle} {plan.tail}"),
            seed=11 * plan.number,
        )
    except ModelFailed:
        # What happens has choices of its own, which are always three and lead to different places.
        return plan.labels, Usage()
    return choices_of(plan.number, _tidy(answer.choices)), usage


def _problem(labels: list[str], here: str) -> str | None:
    if unfit := next((label for label in labels if not fit_label(label)), None):
        return f"“{unfit}” doesn't read like a choice"
    return choices_problem(labels, here)


def _tidy(labels: list[str]) -> list[str]:
    found = []
    for label in labels:
        plain = " ".join(label.split()).strip(" .!-*\"“”'")
        plain = plain.removeprefix("You ").removeprefix("you ").removeprefix("to ")
        found.append(plain[:1].upper() + plain[1:])
    return found
