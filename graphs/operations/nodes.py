"""One function for each operation. Each asks its agent, checks what came back, and gives a whole answer."""

from collections.abc import Sequence
from typing import Annotated, Any

from langchain_core.messages import BaseMessage
from langgraph.runtime import Runtime
from pydantic import BaseModel, Field

from graphs.chapter.continuation import written_out
from graphs.chapter.nodes import reading_of, tell
from graphs.chapter.reviewers import Reading, rated, reviewed
from graphs.operations.examples import FEEDBACK, PEOPLE, RETELLINGS
from graphs.operations.state import (
    CharacterTask,
    FleshOutTask,
    OperationState,
    PersonTask,
    RetellTask,
    ReviewTask,
)
from graphs.prompting import ask, ask_json, conversation, render, shown_how
from graphs.team import AgentTeam
from workbench.domain import bios, voices
from workbench.domain import text as prose
from workbench.domain.model import Usage
from workbench.errors import AnswerRefused

TRIES, FEEDBACK_TRIES = 2, 3
RETOLD_WORDS = 120
PERSONA = "You speak for the people of a story, as themselves. Each knows only what they have seen and heard."
LORE_KEEPER = "You write entries for the lore of a story: short, concrete, in the third person."


def _reading(task: ReviewTask, team: AgentTeam) -> Reading:
    """A passage goes on from the writer's own prompt; a pasted text stands behind the context in the same way."""
    if task.request and task.scene:
        return reading_of(task.request, task.scene, task.text, team, task.seed, task.contradictions)

    def about(agent: str, asked: str) -> list[BaseMessage]:
        return conversation(task.context.system, task.context.shown_to(agent, "reviewing"), task.text, asked)

    return Reading(
        about=about, text=task.text, instruction="", words=0, seed=task.seed, contradictions=task.contradictions
    )


def editor_review(state: OperationState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """The editor's suggestions, with quotes that really stand in the text."""
    tell("editor", "Reading the text for what to improve", 0.2)
    review, usage = reviewed(runtime.context, _reading(state["task"], runtime.context), tries=TRIES)
    return {"result": review.model_dump(mode="json"), "usage": usage}


def rater_feedback(state: OperationState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Scores, joined with what can be measured."""
    task: ReviewTask = state["task"]
    tell("rater", "Rating the text", 0.2)
    rating, usage = rated(runtime.context, _reading(task, runtime.context), words_seed=task.seed)
    return {"result": rating.model_dump(mode="json"), "usage": usage}


class CharacterAnswer(BaseModel):
    """The form of a character's word."""

    feedback: str = Field(min_length=12, max_length=300)
    wants: str = Field(min_length=8, max_length=180)
    concerns: str = Field(min_length=8, max_length=180)


def character_feedback(state: OperationState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """What one of the people says, in the first person, from what they know.

    A part that can't be had, asked twice, says so in its place; `problem` then names it.
    """
    task: CharacterTask = state["task"]
    agent = runtime.context.agent("character")
    tell("character", f"{task.name} thinks about it", 0.2)
    given = {
        "context": task.context.shown_to("character", "reviewing"),
        "name": task.name,
        "scenes": task.scenes,
        "question": task.question,
    }
    messages = conversation(PERSONA, *shown_how(agent, "feedback", FEEDBACK, given))
    told = f"{task.name}\n{task.scenes}\n{task.question}\n{task.context.text}"
    shown = [task.scenes, task.question, task.context.text, *(answer for _, answer in FEEDBACK)]
    said: dict[str, str] = {}
    usage = Usage()
    for attempt in range(FEEDBACK_TRIES):
        try:
            answer, used = ask_json(
                runtime.context, agent, messages, CharacterAnswer, attempts=1, silent=True, seed=task.seed + attempt
            )
        except AnswerRefused:
            continue
        usage += used
        for part, words in answer.model_dump().items():
            if part not in said and (own := voices.own_word(words, task.name, told, shown, list(said.values()))):
                said[part] = own
        if len(said) == len(CharacterAnswer.model_fields):
            break
    silence = f"{task.name} found no words for this. Ask again, or choose a larger model."
    result = {part: said.get(part, silence) for part in CharacterAnswer.model_fields}
    problem = silence if len(said) < len(result) else ""
    return {"result": {"character": task.name, **result, "problem": problem}, "usage": usage}


def flesh_out(state: OperationState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """A scene from a few lines: gone on with where it is far too short, with the lines' own people in it."""
    task: FleshOutTask = state["task"]
    team, agent = runtime.context, runtime.context.agent("expander")
    tell("expander", "Fleshing out the lines", 0.1)
    given = {
        "context": task.context.shown_to("expander", "drafting"),
        "lines": task.lines,
        "instruction": task.instruction,
        "words": task.words,
    }
    begun = render("expander", agent, more=0, **given)
    system = task.context.system

    def further(text: str, missing: int) -> list[BaseMessage]:
        tell("expander", "Going on, the scene is too short", min(0.9, 0.2 + len(prose.words(text)) / task.words))
        return conversation(system, begun, text, render("expander", agent, **(given | {"more": missing})))

    text, usage = written_out(
        team,
        agent,
        conversation(system, begun),
        further,
        words=task.words,
        max_tokens=task.max_tokens,
        seed=task.seed,
        previous=task.previous,
    )
    text = prose.without_cut_end(prose.without_repeated_sentences(text))
    return {"result": {"text": with_lines(task.lines, text, task.people)}, "usage": usage}


def with_lines(lines: str, text: str, people: Sequence[Sequence[str]]) -> str:
    """`text`, ended as a sentence is, with those of the `lines` in front whose people or things it has lost.

    `people`: of each whom the lines name, what they are called.
    """
    text = text if prose.ends_complete(text) else f"{text.rstrip(' ,;:—–-')}."
    lost = [called for called in people if not prose.mentions(text, called)]
    front = [line for line in prose.sentences(lines) if any(prose.mentions(line, called) for called in lost)]
    said = " ".join(line if prose.ends_complete(line) else f"{line}." for line in front)
    return f"{said}\n\n{text}" if said else text


class PersonAnswer(BaseModel):
    """The form of an invented person."""

    content: str = Field(min_length=40, max_length=400)
    tags: list[Annotated[str, Field(max_length=30)]] = Field(min_length=1, max_length=4)
    aliases: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=2)


def invent_person(state: OperationState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """A lore entry for a person, not stored. Asked twice without an answer that stands, the hint speaks for itself."""
    task: PersonTask = state["task"]
    agent = runtime.context.agent("designer")
    tell("designer", f"Inventing {task.name}", 0.2)
    given = {"world": task.world, "others": task.others, "name": task.name, "hint": task.hint}
    messages = conversation(LORE_KEEPER, *shown_how(agent, "designer", PEOPLE, given))
    shown = " ".join([task.world, *(answer for _, answer in PEOPLE)])
    content, usage = "", Usage()
    tags: list[str] = []
    aliases: list[str] = []
    for attempt in range(TRIES):
        try:
            answer, used = ask_json(
                runtime.context, agent, messages, PersonAnswer, attempts=1, silent=True, seed=task.seed + attempt
            )
        except AnswerRefused:
            continue
        usage += used
        content = bios.invented_person(task.name, task.hint, answer.content, shown)
        if content:
            tags, aliases = answer.tags, answer.aliases
            break
    content = content or bios.plain_person(task.name, task.hint, task.world_title)
    told = f"{content} {task.hint}"
    entry = {
        "title": task.name,
        "kind": "character",
        "content": content,
        "tags": bios.keywords(tags or task.hint.split(","), told, task.name, "character"),
        "aliases": bios.other_names(task.name, aliases, told, task.taken),
        "keys": [],
        "secondary_keys": [],
        "constant": False,
        "enabled": True,
        "priority": 50,
    }
    return {"result": entry, "usage": usage}


def retell(state: OperationState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """An entry's text in other words, with what has become true; names and numbers are kept by rule."""
    task: RetellTask = state["task"]
    agent = runtime.context.agent("biographer")
    tell("biographer", f"Telling {task.title} anew", 0.2)
    given = {
        "title": task.title,
        "kind": task.kind,
        "content": task.content,
        "note": task.note,
        "instruction": task.instruction,
    }
    messages = conversation(LORE_KEEPER, *shown_how(agent, "biographer", RETELLINGS, given, words=RETOLD_WORDS))
    shown = [answer for _, answer in RETELLINGS]
    best, origin, usage = "", "", Usage()
    for attempt in range(TRIES):
        reply = ask(
            runtime.context,
            agent,
            messages,
            silent=True,
            seed=task.seed + attempt,
            temperature=min(2.0, agent.temperature + 0.2 * attempt),
        )
        usage += reply.usage
        text, whole = bios.retold(reply.text, task.content, task.note, task.instruction, task.names, shown)
        if bios.same_text(text, task.content):
            continue
        if whole or not best:
            best, origin = text, "model" if whole else "mixed"
        if whole:
            break
    problem = ""
    if not best:
        best, origin = task.content, "unchanged"
        problem = "The biographer found no other words. Say what should be different, or choose a larger model."
    elif origin == "mixed":
        problem = "Some sentences stand as they were, so that nothing true is lost."
    return {"result": {"content": best, "origin": origin, "problem": problem}, "usage": usage}
