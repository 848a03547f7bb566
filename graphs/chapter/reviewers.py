"""What editor, rater and characters say of a draft, in the chapter loop and when they are asked by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import BaseMessage
from pydantic import BaseModel, Field, create_model

from graphs.prompting import ask, ask_digit, ask_json, render
from graphs.team import AgentTeam
from workbench.domain import text as prose
from workbench.domain.model import Usage
from workbench.domain.review import (
    DIMENSIONS,
    Rating,
    Review,
    Severity,
    Suggestion,
    checked_suggestions,
    continuity_suggestions,
    joined_rating,
    measure,
    measured_suggestions,
)
from workbench.domain.timeline import Violation
from workbench.errors import ModelFailed

SUGGESTIONS = 3
# Reviewers are brief, since somebody waits: the prompts ask for a sentence or two.
RATIONALE_TOKENS, REACTION_TOKENS = 60, 200

# From an agent's name and its task to the whole prompt: what is known, the text, and the task last.
About = Callable[[str, str], list[BaseMessage]]


@dataclass(frozen=True)
class Reading:
    """A text to be reviewed. `instruction` and `words` say what was asked for; "" and 0 where nobody asked.

    `contradictions` is what of it can't be true in the story.
    """

    about: About
    text: str
    instruction: str
    words: int
    seed: int
    contradictions: tuple[Violation, ...] = ()


def editor_answer(text: str) -> type[BaseModel]:
    """The form of an editor's answer on `text`: quotes are held to its sentences, so that none is invented."""
    quotes = tuple(dict.fromkeys(line for line in prose.sentences(text) if len(line) <= 300))[:60]
    quote: Any = Literal[quotes] if quotes else str
    suggestion = create_model(
        "EditorSuggestion",
        quote=(quote, ...),
        issue=(str, Field(min_length=8, max_length=160)),
        suggestion=(str, Field(min_length=8, max_length=160)),
        severity=(Severity, ...),
    )
    items: Any = list[suggestion]  # type: ignore[valid-type]
    return create_model(
        "EditorAnswer",
        suggestions=(items, Field(min_length=1, max_length=SUGGESTIONS)),
        summary=(str, Field(min_length=8, max_length=200)),
    )


def reviewed(team: AgentTeam, reading: Reading, tries: int = 1) -> tuple[Review, Usage]:
    """The editor's suggestions with checked quotes, what contradicts the story, and what can be said by measuring.

    Where no suggestion of the editor's stands, it is asked again, so many times in all. A review that can't be had
    must not cost what was written: what was found by rule stands, and the summary says why.
    """
    agent, text = team.agent("editor"), reading.text
    found = continuity_suggestions(reading.contradictions, text)
    found += measured_suggestions(text, measure(text, reading.instruction, reading.words))
    prompt = reading.about("editor", render("editor", agent, limit=SUGGESTIONS))
    usage, dropped = Usage(), 0
    summary, kept = "", list[Suggestion]()
    for attempt in range(tries):
        try:
            answer, used = ask_json(team, agent, prompt, editor_answer(text), seed=reading.seed + attempt)
        except ModelFailed as error:
            summary = summary or str(error)
            break
        usage += used
        said = answer.model_dump()
        kept, invented = checked_suggestions([Suggestion(**item) for item in said["suggestions"]], text)
        dropped += invented
        summary = prose.without_cut_end(said["summary"].strip())
        if not prose.says_something(summary) or any(prose.occurs_in(line, text) for line in prose.sentences(summary)):
            summary = _counted(len(kept) + len(found))
        if kept:
            break
    return Review(suggestions=(*found, *kept), summary=summary, dropped=dropped), usage


def _counted(found: int) -> str:
    return f"{found} thing{'s' if found > 1 else ''} to improve." if found else "Nothing stands out."


def rated(team: AgentTeam, reading: Reading, *, words_seed: int) -> tuple[Rating, Usage]:
    """Expected scores by dimension joined with the measured facts, and a sentence on what works.

    `words_seed` is the seed of that sentence. Raises `ModelFailed` where no digit can be had at all.
    """
    agent, usage, scores = team.agent("rater"), Usage(), {}
    for dimension, meaning in DIMENSIONS.items():
        task = render("score", agent, dimension=dimension, meaning=meaning)
        scores[dimension], used = ask_digit(team, agent, reading.about("rater", task), seed=reading.seed)
        usage += used
    brief = min(agent.max_tokens, RATIONALE_TOKENS)
    said = reading.about("rater", render("rater", agent))
    reply = ask(team, agent, said, seed=words_seed, max_tokens=brief)
    rationale = prose.without_cut_end(" ".join(reply.text.split()))
    facts = measure(reading.text, reading.instruction, reading.words)
    return joined_rating(scores, facts, rationale), usage + reply.usage


def reaction(team: AgentTeam, reading: Reading, name: str, lore: str) -> tuple[str, Usage]:
    """What one of the people says of it, in their own voice; "" where they say nothing."""
    agent = team.agent("character")
    reply = ask(
        team,
        agent,
        reading.about("character", render("character", agent, name=name, lore=lore)),
        seed=reading.seed,
        max_tokens=min(agent.max_tokens, REACTION_TOKENS),
    )
    return prose.without_cut_end(" ".join(reply.text.split())), reply.usage
