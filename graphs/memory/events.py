"""What happens when and where: rules have read a passage, the model fills in what they leave open."""

import logging
from typing import Any, Literal

from langgraph.runtime import Runtime
from pydantic import BaseModel, Field, create_model

from graphs.memory.examples import PLACINGS
from graphs.memory.state import EventsState
from graphs.prompting import ask_json, conversation, shown_how
from graphs.team import AgentTeam
from workbench.domain.occasions import LONGEST_LINE, Opening, filled, openings
from workbench.errors import ModelFailed, PromptTooLong

logger = logging.getLogger(__name__)

READER = "You note what happens in a story, where, and who does it. You state only what the story says."
NONE = "none"
# What one answer takes: a few words for each of a few sentences.
ANSWER_TOKENS = 160


def open_points(state: EventsState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """By rule: of which events something is open that the story has words for."""
    return {"open": openings(state["events"], state["entries"])}


def has_open_points(state: EventsState) -> Literal["fill_in", "__end__"]:
    """Where nothing is open there is nothing to ask."""
    return "fill_in" if state["open"] else "__end__"


def placing_answer(open_events: list[Opening]) -> type[BaseModel]:
    """The form of the answer: places and people are held to those that may be meant, and only what is open is asked."""
    asked: dict[str, Any] = {}
    for number, one in enumerate(open_events, start=1):
        fields: dict[str, Any] = {}
        for name, choices in (("where", one.places), ("who", one.people)):
            if choices:
                titles: Any = Literal[(*(named.title for named in choices), NONE)]
                fields[name] = (titles, ...)
        if one.long:
            fields["what"] = (str, Field(min_length=8, max_length=LONGEST_LINE))
        asked[f"sentence_{number}"] = (create_model(f"Sentence{number}", **fields), ...)
    return create_model("Placing", **asked)


def fill_in(state: EventsState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Ask once; what can't be had or doesn't stand leaves the events as the rules read them."""
    agent, asked = runtime.context.agent("analyst"), state["open"]
    given = {
        "sentences": [one.sentence for one in asked],
        "places": _titles([named.title for one in asked for named in one.places]),
        "people": _titles([named.title for one in asked for named in one.people]),
    }
    messages = conversation(READER, *shown_how(agent, "placing", PLACINGS, given))
    try:
        answer, _ = ask_json(
            runtime.context,
            agent,
            messages,
            placing_answer(asked),
            attempts=1,
            seed=17,
            silent=True,
            max_tokens=min(agent.max_tokens, ANSWER_TOKENS),
        )
    except (ModelFailed, PromptTooLong) as error:
        logger.info("What happens when stands as the rules read it: %s", error)
        return {}
    events = list(state["events"])
    for number, one in enumerate(asked, start=1):
        said = answer.model_dump()[f"sentence_{number}"]
        events[one.index] = filled(events[one.index], one, **said)
    return {"events": events}


def _titles(titles: list[str]) -> list[str]:
    return list(dict.fromkeys(titles))
