"""Nodes of summing up: the model proposes, what its source bears is kept, and a rule picks sentences where none is."""

import logging
from typing import Any, Literal

from langgraph.runtime import Runtime

from graphs.agents import AGENTS
from graphs.distil.examples import EXAMPLES
from graphs.distil.state import DistilKind, DistilState
from graphs.prompting import ask, conversation, render
from graphs.team import AgentTeam
from workbench.domain import text as prose
from workbench.domain.agents import AgentSpec
from workbench.domain.context import TextKind
from workbench.domain.summaries import completed, grounded, picked, problem_of, worth
from workbench.errors import AnswerRefused, PromptTooLong

logger = logging.getLogger(__name__)

SYSTEM = "You sum up what a story says, in plain sentences."
# How far from the source the wording may stray: what happened is told as it was, speech may be told freely.
TEMPERATURES: dict[DistilKind, float] = {
    "events": 0.3,
    "characters": 0.4,
    "places": 0.4,
    "dialogue": 0.5,
    "fold": 0.3,
}
TRIES = 2
# A model's summary that tells less of what matters than this share of what a rule would pick gives way to the rule.
ENOUGH = 0.9
# Words of a text that are read at once, where nothing else is said, and how many portions of it at most: of what is
# longer, the most telling sentences are read.
PORTION, MOST_PORTIONS = 600, 12
# English prose takes about 1.35 tokens a word; a summary may need a few more until its last sentence ends.
TOKENS_PER_WORD, END_TOKENS = 1.35, 16


def read(state: DistilState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Split what is to be summed up into portions, at the ends of sentences."""
    text, portion = state["text"], max(state.get("portion", PORTION), 2 * state["words"])
    if len(prose.words(text)) > MOST_PORTIONS * portion:
        text = picked(text, MOST_PORTIONS * portion, _text_kind(state["kind"]))
    portions = portions_of(text, portion)
    return {"portions": portions, "told": [], "origins": [], "tries": 0, "problem": ""}


def portions_of(text: str, words: int) -> list[str]:
    """`text` in pieces of about equal length, at the ends of sentences, of `words` words or one sentence at most."""
    lines = [(line, len(prose.words(line))) for line in prose.sentences(text)]
    whole = sum(size for _, size in lines)
    share = whole / max(1, -(-whole // words))
    portions: list[list[str]] = [[]]
    size = 0
    for line, length in lines:
        if portions[-1] and (size + length > words or size >= share):
            portions.append([])
            size = 0
        portions[-1].append(line)
        size += length
    return [" ".join(portion) for portion in portions]


def distil(state: DistilState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Ask for a summary of the next portion, and keep of it what the portion says."""
    source, kind, words, tries = _portion(state), state["kind"], state["words"], state["tries"] + 1
    if len(prose.words(source)) <= words:
        # Nothing to be shortened.
        return {"tries": tries, "proposal": " ".join(source.split()), "problem": ""}
    agent = runtime.context.agent("distiller")
    prompt = f"distil_{kind}"
    turns = [turn for text, answer in EXAMPLES[kind] for turn in (render(prompt, agent, text=text, words=30), answer)]
    turns.append(render(prompt, agent, text=source, words=words))
    try:
        reply = ask(
            runtime.context,
            agent,
            conversation(SYSTEM, *turns),
            silent=True,
            seed=17 * tries,
            lookup=True,
            max_tokens=min(agent.max_tokens, int(words * TOKENS_PER_WORD) + END_TOKENS),
            # Whoever strayed once is asked to keep closer to the text.
            temperature=temperature_for(agent, kind) / (1 if tries == 1 else 3),
        )
    except (AnswerRefused, PromptTooLong) as error:
        return {"tries": TRIES, "proposal": "", "problem": str(error)}
    closely = state.get("closely", False)
    proposal = grounded(" ".join(reply.text.split()), source, words, closely)
    return {"tries": tries, "proposal": proposal, "problem": problem_of(proposal, source, words, closely) or ""}


def temperature_for(agent: AgentSpec, kind: DistilKind) -> float:
    """The temperature by the kind of text, unless the distiller was given another one."""
    return TEMPERATURES[kind] if agent.temperature == AGENTS[agent.name].temperature else agent.temperature


def answer_stands(state: DistilState) -> Literal["distil", "keep"]:
    """A refused summary is asked for once more."""
    # One that mixes things up does so again; its time is better spent on the next text.
    tries = 1 if state.get("closely") else TRIES
    return "distil" if state["problem"] and state["tries"] < tries else "keep"


def keep(state: DistilState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Note what is told of a portion: the answer with what it passed over, or sentences picked by rule."""
    source, words, problem = _portion(state), state["words"], state["problem"]
    by_rule = picked(source, words, _text_kind(state["kind"]))
    told = completed(state["proposal"], source, words)
    if not problem and worth(told, source) < ENOUGH * worth(by_rule, source):
        problem = "it passes over what matters"
    if problem:
        logger.info("Sentences are picked by rule, since %s", problem)
        told = by_rule
    origins = [*state["origins"], "picked" if problem else "model"]
    return {"told": [*state["told"], told], "origins": origins, "problem": problem, "tries": 0}


def more_to_read(state: DistilState) -> Literal["distil", "join", "conclude"]:
    """The next portion; or, of several, their summaries, unless these are short enough together."""
    if len(state["told"]) < len(state["portions"]):
        return "distil"
    return "join" if len(prose.words(" ".join(state["told"]))) > state["words"] else "conclude"


def join(state: DistilState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """What is told of the portions becomes what is to be summed up."""
    return {"text": " ".join(state["told"]), "kind": "fold"}


def conclude(state: DistilState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """The summary, and who worded it: the model, unless nothing of what it said could stand."""
    origin = "model" if "model" in state["origins"] else "picked"
    return {"summary": " ".join(state["told"]), "origin": origin, "problem": state["problem"]}


def _text_kind(kind: DistilKind) -> TextKind:
    return "events" if kind == "fold" else kind


def _portion(state: DistilState) -> str:
    return state["portions"][len(state["told"])]
