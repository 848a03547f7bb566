"""One function for each node. Each tells what it does, asks its agent, and checks what came back."""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from graphs.chapter.continuation import ENOUGH, TOKENS_PER_WORD, cleaned, written_out
from graphs.chapter.examples import INSERTIONS
from graphs.chapter.reviewers import Reading, rated, reaction, reviewed
from graphs.chapter.state import Attempt, Change, ChapterRequest, ChapterScene, ChapterState, ChapterTeam, Reaction
from graphs.prompting import ask, conversation, render
from graphs.team import AgentTeam
from workbench.domain import text as prose
from workbench.domain.agents import Phase
from workbench.domain.changes import change_problem, inserted, parted, taken_up, with_rest
from workbench.domain.model import Usage
from workbench.domain.timeline import Violation
from workbench.errors import ModelFailed

# What is asked for where a chapter told again has not become what it should: a few new sentences.
INSERTED_SENTENCES, INSERTED_TOKENS, INSERTED_TRIES = 3, 110, 3
# They are asked for with less freedom: they must tell what was asked.
INSERTED_FREEDOM = 0.7
# A chapter may become so much longer by a change.
CHANGED_ROOM = 1.4
# What a contradiction takes from a draft's rating where drafts are compared.
CONTRADICTION_COST = 1.0


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
    request: ChapterRequest, scene: ChapterScene, team: AgentTeam, agent: str = "writer", phase: Phase = "drafting"
) -> tuple[str, str]:
    """The system text and the writer's task: the beginning that all prompts on a chapter share.

    Only what a supplied context means for some agents or phases alone differs, at the end of what is known.
    """
    task = render(
        "writer",
        team.agent("writer"),
        context=scene.context.shown_to(agent, phase),
        number=scene.number,
        words=request.words,
        instruction=request.instruction,
    )
    return scene.context.system, task


def about_chapter(
    request: ChapterRequest, scene: ChapterScene, draft: str, team: AgentTeam, agent: str, task: str
) -> list[BaseMessage]:
    """A reviewer's prompt: it goes on from the writer's own, the draft standing as its reply."""
    system, begun = opening(request, scene, team, agent, "reviewing")
    return conversation(system, begun, draft, task)


def reading_of(
    request: ChapterRequest,
    scene: ChapterScene,
    draft: str,
    team: AgentTeam,
    seed: int,
    contradictions: Sequence[Violation] = (),
) -> Reading:
    """A chapter's draft as reviewers read it."""
    return Reading(
        about=lambda agent, task: about_chapter(request, scene, draft, team, agent, task),
        text=draft,
        instruction=request.asked,
        words=request.words_wanted,
        seed=seed,
        contradictions=tuple(contradictions),
    )


def writer(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Write the first draft, tell a given chapter with a change, or revise the last draft."""
    request, scene, team = state["request"], state["scene"], runtime.context
    number = state["round"] + 1
    here: ChapterState = {**state, "round": number}
    seed = request.seed + 101 * number
    if number == 1 and request.change:
        tell("writer", "Telling the chapter with the change", _progress(here, 0.0))
        draft, shortfall, usage = _changed(here, request.change, team, seed)
        return {"round": number, "draft": draft, "shortfall": shortfall, "usage": usage}
    system, begun = opening(request, scene, team, "writer", "drafting" if number == 1 else "revising")
    if number == 1:
        tell("writer", "Writing", _progress(here, 0.0))
        messages = conversation(system, begun)
    else:
        tell("writer", f"Revising, draft {number} of at most {request.max_rounds}", _progress(here, 0.0))
        revise = render(
            "revise",
            team.agent("writer"),
            notes=state["review"].suggestions,
            reactions=state.get("reactions", []),
            number=scene.number,
            words=request.words_wanted,
            instruction=_what_happens(request),
        )
        messages = conversation(system, begun, state["draft"], revise)

    def further(draft: str, missing: int) -> list[BaseMessage]:
        tell("writer", "Going on, the draft is too short", _progress(here, 0.4))
        return conversation(system, begun, draft, render("continue", team.agent("writer"), words=missing))

    draft, usage = written_out(
        team,
        team.agent("writer"),
        messages,
        further,
        words=request.words_wanted,
        max_tokens=request.max_tokens,
        seed=seed,
        previous=scene.previous,
        temperature=request.temperature,
        lookup=number > 1,
    )
    # A line of speech that stood before goes with the second pass, and may leave "she said," behind at the end.
    draft = prose.without_cut_end(prose.without_repeated_sentences(draft))
    shortfall = _shortfall(request.change, draft) if request.change else ""
    return {"round": number, "draft": draft, "shortfall": shortfall, "usage": usage}


def _what_happens(request: ChapterRequest) -> str:
    """What a revision is to tell: the chapter's own instruction, and the change where one is asked for."""
    return "\n".join(part for part in (request.instruction, request.change and request.change.instruction) if part)


def _shortfall(change: Change, draft: str) -> str:
    if problem := change_problem(change.text, draft, change.people, change.words_asked):
        return problem
    there = taken_up(change.instruction, change.text, draft)
    return "" if there else "Nothing of the change was found in the chapter."


def _changed(state: ChapterState, change: Change, team: ChapterTeam, seed: int) -> tuple[str, str, Usage]:
    """The chapter with the change, what is still wrong with it, and what it took.

    A small model gives a chapter back as it was, stops halfway, or passes the change over. What it leaves out at the
    end stands as it was; otherwise it is asked again, for the new sentences alone.
    """
    scene, agent = state["scene"], team.agent("writer")
    given = {"number": scene.number, "words": change.words, "people": change.people}
    system, begun = opening(state["request"], scene, team, "writer", "revising")
    task = render("modify", agent, here="", instruction=change.instruction, **given)
    reply = ask(
        team,
        agent,
        conversation(system, begun, change.text, task),
        temperature=state["request"].temperature,
        max_tokens=min(state["request"].max_tokens, int(change.words * TOKENS_PER_WORD * CHANGED_ROOM) + 60),
        seed=seed,
        lookup=True,
    )
    draft = prose.without_repeated_sentences(cleaned(reply.text, scene.previous))
    if draft and not change.words_asked and len(prose.words(draft)) < ENOUGH * change.words:
        draft = prose.without_repeated_sentences(with_rest(change.text, draft))
    usage, problem = reply.usage, _shortfall(change, draft) if draft else "The writer gave no text."
    for attempt in range(INSERTED_TRIES):
        if not problem:
            return draft, "", usage
        tell("writer", "Once more, since the change isn’t there yet", _progress(state, 0.3))
        other, used = _with_new_sentences(state, change, team, seed + 1 + attempt, given)
        usage += used
        if other and not _shortfall(change, other):
            draft, problem = other, ""
        draft = draft or other
    if not draft:
        raise ModelFailed("The writer gave no text. Try again with other words, or choose a larger model.")
    return draft, problem, usage


def _with_new_sentences(
    state: ChapterState, change: Change, team: ChapterTeam, seed: int, given: dict[str, Any]
) -> tuple[str, Usage]:
    """The old chapter with a few new sentences at the place where the change belongs; "" where none can be had."""
    agent = team.agent("writer")
    before, after = parted(change.text, change.instruction)
    here = " ".join(prose.sentences(before)[-2:])
    asked = [*INSERTIONS, ({"here": here, "instruction": change.instruction}, "")]
    turns = [turn for case, said in asked for turn in (render("modify", agent, **case, **given), said)][:-1]
    reply = ask(
        team,
        agent,
        conversation(state["scene"].context.system, *turns),
        temperature=INSERTED_FREEDOM * state["request"].temperature,
        max_tokens=INSERTED_TOKENS,
        seed=seed,
    )
    more = prose.without_cut_end(cleaned(reply.text, (change.text, *state["scene"].previous)))
    lines = [
        line
        for line in prose.sentences(more)
        if prose.ends_complete(line) and not any(prose.occurs_in(line, said) for _, said in INSERTIONS)
    ]
    new = " ".join(lines[:INSERTED_SENTENCES])
    return (inserted(before, new, after) if prose.says_something(new) else ""), reply.usage


def editor(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Review the draft: the model's suggestions with checked quotes, and what can be said by rule and by measuring."""
    tell("editor", "Reading the draft for what to improve", _progress(state, 0.5))
    contradictions = tuple(runtime.context.contradictions(state["request"], state["draft"]))
    seed = state["request"].seed + 13 * state["round"]
    review, usage = reviewed(runtime.context, _reading(state, runtime, seed, contradictions))
    tell("editor", f"{len(review.suggestions)} suggestions", _progress(state, 0.7))
    return {"review": review, "contradictions": contradictions, "usage": usage}


def _reading(
    state: ChapterState, runtime: Runtime[ChapterTeam], seed: int, contradictions: Sequence[Violation] = ()
) -> Reading:
    return reading_of(state["request"], state["scene"], state["draft"], runtime.context, seed, contradictions)


def rater(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Rate the draft by dimension as expected values, and join them with the measured facts."""
    seed = state["request"].seed
    tell("rater", "Rating the draft", _progress(state, 0.5))
    rating, usage = rated(runtime.context, _reading(state, runtime, seed), words_seed=seed + state["round"])
    tell("rater", f"{rating.overall:.1f} of 9", _progress(state, 0.9))
    return {"rating": rating, "usage": usage}


def character(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Let the chosen characters react to the draft in their own voices."""
    reactions, usage = [], Usage()
    reading = _reading(state, runtime, state["request"].seed + state["round"])
    for name, lore in state["scene"].characters.items():
        tell("character", f"{name} reads the draft", _progress(state, 0.6))
        feedback, used = reaction(runtime.context, reading, name, lore)
        usage += used
        if feedback:
            reactions.append(Reaction(character=name, feedback=feedback))
    return {"reactions": reactions, "usage": usage}


def judge(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Note the round; the router behind this node decides what follows."""
    review = state["review"]
    if shortfall := state.get("shortfall"):
        # What has not become of a change is said first: it is what the writer asked for.
        advice = "Say it in other words, ask for less at once, or choose a larger model."
        review = review.model_copy(update={"summary": f"{shortfall} {advice} {review.summary}".strip()})
    attempt = Attempt(
        round=state["round"],
        draft=state["draft"],
        review=review,
        rating=state["rating"],
        as_asked=not state.get("shortfall"),
        contradictions=state.get("contradictions", ()),
    )
    return {"attempts": [attempt]}


def finalise(state: ChapterState, runtime: Runtime[ChapterTeam]) -> dict[str, Any]:
    """Keep the best draft of all rounds: a revision isn't always better."""
    best = max(state["attempts"], key=_worth)
    tell("finalise", f"Keeping draft {best.round}, rated {best.rating.overall:.1f}", 0.98)
    passage = runtime.context.keep(state["request"], state["scene"], best.draft)
    return {"passage": passage, "chosen": best}


def _worth(attempt: Attempt) -> tuple[bool, float, int]:
    """What drafts are compared by: a point of the rating goes with each contradiction."""
    return attempt.as_asked, attempt.rating.overall - CONTRADICTION_COST * attempt.unsettled, attempt.round
