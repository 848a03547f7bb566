"""One function for each node. Each tells what it does, asks its agent, and checks what came back."""

import re
from typing import Any, Literal

from langchain_core.messages import BaseMessage
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from pydantic import BaseModel, Field, create_model

from graphs.chapter.state import Attempt, ChapterState, ChapterTeam, Reaction
from graphs.prompting import ask, ask_digit, ask_json, conversation, render
from workbench.domain import text as prose
from workbench.domain.agents import Phase
from workbench.domain.model import Usage
from workbench.domain.review import (
    DIMENSIONS,
    Review,
    Severity,
    Suggestion,
    checked_suggestions,
    joined_rating,
    measure,
    measured_suggestions,
)
from workbench.errors import ModelFailed

# Continuations of one draft at most, and the share of the words asked for that makes them unnecessary.
CONTINUATIONS = 4
ENOUGH = 0.8
SUGGESTIONS = 3
# In the loop everybody is brief, since the writer waits: the prompts ask for a sentence or two.
RATIONALE_TOKENS, REACTION_TOKENS = 60, 200
# English prose takes about 1.3 tokens a word; models that don't stop by themselves are stopped a sentence later.
TOKENS_PER_WORD = 1.35
_LABEL = re.compile(
    r"^\s*(?:\[[^\]\n]{0,60}\]\s*|(?:#+\s*.*|\*\*.{0,80}\*\*|chapter\s+\w+\s*[:.\-–—]?[^\n.!?]{0,80})\s*\n+)",
    re.IGNORECASE,
)


def tell(node: str, message: str, progress: float) -> None:
    """Say what is going on, as a status event."""
    get_stream_writer()({"node": node, "message": message, "progress": round(min(max(progress, 0.0), 1.0), 3)})


def _progress(state: ChapterState, within: float) -> float:
    """Progress of the whole run when the present round is `within` (0..1) done."""
    done = state.get("round", 1) - 1 + within
    return 0.05 + 0.9 * done / state["request"].max_rounds


def context(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Gather what the agents are shown."""
    tell("context", "Gathering what is known", 0.0)
    scene = runtime.context.gather(state["request"])
    shown = sum(item.included for layer in scene.context.layers for item in layer.items)
    used = sum(layer.used for layer in scene.context.layers)
    tell("context", f"{shown} things to keep in mind, {used} tokens", 0.05)
    return {"scene": scene, "round": 0, "usage": Usage()}


def opening(
    state: ChapterState, team: ChapterTeam, agent: str = "writer", phase: Phase = "drafting"
) -> tuple[str, str]:
    """The system text and the writer's task: the beginning that all prompts of a run share.

    Only what a supplied context means for some agents or phases alone differs, at the end of what is known.
    """
    request, scene = state["request"], state["scene"]
    task = render(
        "writer",
        team.agent("writer"),
        context=scene.context.shown_to(agent, phase),
        number=scene.number,
        words=request.words,
        instruction=request.instruction,
    )
    return scene.context.system, task


def about_draft(state: ChapterState, team: ChapterTeam, agent: str, task: str) -> list[BaseMessage]:
    """A reviewer's prompt: it goes on from the writer's own, the draft standing as its reply."""
    system, begun = opening(state, team, agent, "reviewing")
    return conversation(system, begun, state["draft"], task)


def writer(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Write the first draft, or revise the last one; go on where a draft is far too short; take out loops."""
    request, team = state["request"], runtime.context
    number = state["round"] + 1
    here: ChapterState = {**state, "round": number}
    if number == 1:
        tell("writer", "Writing", _progress(here, 0.0))
        system, begun = opening(state, team)
        messages = conversation(system, begun)
    else:
        tell("writer", f"Revising, draft {number} of at most {request.max_rounds}", _progress(here, 0.0))
        system, begun = opening(state, team, "writer", "revising")
        revise = render(
            "revise",
            team.agent("writer"),
            notes=state["review"].suggestions,
            reactions=state.get("reactions", []),
            number=state["scene"].number,
            words=request.words,
            instruction=request.instruction,
        )
        messages = conversation(system, begun, state["draft"], revise)
    draft, usage = "", Usage()
    left = request.max_tokens
    for attempt in range(CONTINUATIONS + 1):
        missing = request.words - len(prose.words(draft))
        room = min(left, int(missing * TOKENS_PER_WORD) + 30)
        if attempt and (missing <= request.words * (1 - ENOUGH) or room < 16):
            break
        if attempt and draft:
            tell("writer", "Going on, the draft is too short", _progress(here, 0.4))
            messages = conversation(system, begun, draft, render("continue", team.agent("writer"), words=missing))
        reply = ask(
            team,
            runtime.context.agent("writer"),
            messages,
            temperature=request.temperature,
            max_tokens=max(16, room),
            seed=request.seed + 101 * number + attempt,
            lookup=number > 1,
        )
        usage += reply.usage
        left -= reply.usage.written_tokens
        added = cleaned(reply.text, (draft, *state["scene"].previous))
        draft = f"{draft}\n\n{added}".strip() if draft else added
    if not draft:
        raise ModelFailed("The writer gave no text. Try again with other words, or choose a larger model.")
    # A line of speech that stood before goes with the second pass, and may leave "she said," behind at the end.
    draft = prose.without_cut_end(prose.without_repeated_sentences(draft))
    return {"round": number, "draft": draft, "usage": usage}


def cleaned(text: str, known: tuple[str, ...]) -> str:
    """A model's prose without headings, sentences that stood before, and a cut-off end."""
    text = _LABEL.sub("", text.replace("\r\n", "\n").strip())
    text = prose.without_repeated_sentences(text, known)
    return prose.without_cut_end(text)


def editor_answer(draft: str) -> type[BaseModel]:
    """The form of an editor's answer on `draft`: quotes are held to its sentences, so that none is invented."""
    quotes = tuple(dict.fromkeys(line for line in prose.sentences(draft) if len(line) <= 300))[:60]
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


def editor(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Review the draft: the model's suggestions with checked quotes, and what can be said by measuring."""
    request, draft = state["request"], state["draft"]
    tell("editor", "Reading the draft for what to improve", _progress(state, 0.5))
    task = render("editor", runtime.context.agent("editor"), limit=SUGGESTIONS)
    facts = measure(draft, request.instruction, request.words)
    measured = measured_suggestions(draft, facts)
    try:
        answer, usage = ask_json(
            runtime.context,
            runtime.context.agent("editor"),
            about_draft(state, runtime.context, "editor", task),
            editor_answer(draft),
            seed=request.seed + 13 * state["round"],
        )
    except ModelFailed as error:
        # A review that can't be had must not cost the draft: what was measured stands, and the summary says why.
        return {"review": Review(suggestions=tuple(measured), summary=str(error))}
    said = answer.model_dump()
    proposed = [Suggestion(**item, source="editor") for item in said["suggestions"]]
    kept, dropped = checked_suggestions(proposed, draft)
    summary = said["summary"].strip()
    if not prose.says_something(summary) or any(prose.occurs_in(line, draft) for line in prose.sentences(summary)):
        summary = f"{len(kept) + len(measured)} things to improve." if kept or measured else "Nothing stands out."
    review = Review(suggestions=(*measured, *kept), summary=summary, dropped=dropped)
    tell("editor", f"{len(review.suggestions)} suggestions", _progress(state, 0.7))
    return {"review": review, "usage": usage}


def rater(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Rate the draft by dimension as expected values, and join them with the measured facts."""
    request, draft, team = state["request"], state["draft"], runtime.context
    tell("rater", "Rating the draft", _progress(state, 0.5))
    agent, usage, scores = runtime.context.agent("rater"), Usage(), {}
    for dimension, meaning in DIMENSIONS.items():
        task = render("score", agent, dimension=dimension, meaning=meaning)
        scores[dimension], used = ask_digit(team, agent, about_draft(state, team, "rater", task), seed=request.seed)
        usage += used
    said = about_draft(state, team, "rater", render("rater", agent))
    brief = min(agent.max_tokens, RATIONALE_TOKENS)
    reply = ask(team, agent, said, seed=request.seed + state["round"], max_tokens=brief)
    rationale = prose.without_cut_end(" ".join(reply.text.split()))
    rating = joined_rating(scores, measure(draft, request.instruction, request.words), rationale)
    tell("rater", f"{rating.overall:.1f} of 9", _progress(state, 0.9))
    return {"rating": rating, "usage": usage + reply.usage}


def character(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Let the chosen characters react to the draft in their own voices."""
    people = state["scene"].characters
    if not people:
        return {"reactions": []}
    reactions, usage = [], Usage()
    for name, lore in people.items():
        tell("character", f"{name} reads the draft", _progress(state, 0.6))
        agent = runtime.context.agent("character")
        reply = ask(
            runtime.context,
            agent,
            about_draft(state, runtime.context, "character", render("character", agent, name=name, lore=lore)),
            seed=state["request"].seed + state["round"],
            max_tokens=min(agent.max_tokens, REACTION_TOKENS),
        )
        usage += reply.usage
        feedback = prose.without_cut_end(" ".join(reply.text.split()))
        if feedback:
            reactions.append(Reaction(character=name, feedback=feedback))
    return {"reactions": reactions, "usage": usage}


def judge(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Note the round; the router behind this node decides what follows."""
    attempt = Attempt(round=state["round"], draft=state["draft"], review=state["review"], rating=state["rating"])
    return {"attempts": [attempt]}


def finalise(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Keep the best draft of all rounds: a revision isn't always better."""
    best = max(state["attempts"], key=lambda attempt: (attempt.rating.overall, attempt.round))
    tell("finalise", f"Keeping draft {best.round}, rated {best.rating.overall:.1f}", 0.98)
    passage = runtime.context.keep(state["request"], state["scene"], best.draft)
    return {"passage": passage, "chosen": best}
