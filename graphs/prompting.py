"""Prompts from checked templates, and asking a model so that every call streams, can be stopped and is counted."""

import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from jinja2 import UndefinedError
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, ValidationError

from graphs import templates
from workbench.domain.agents import AgentSpec
from workbench.domain.model import ModelCall, Usage
from workbench.errors import AnswerRefused, Cancelled, ModelFailed

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

# LangGraph leaves calls with this tag out of the token stream.
SILENT = "nostream"
# What a call may choose beside its agent's own values; the model is made with these.
CHOSEN = ("temperature", "max_tokens", "seed", "lookup")
T = TypeVar("T", bound=BaseModel)


class Team(Protocol):
    """What asking needs: a model for each agent, a way to be stopped, and somewhere to count."""

    def chat(self, agent: AgentSpec, **sampling: Any) -> "BaseChatModel":
        """A chat model set up for this agent."""

    def cancelled(self) -> bool:
        """Whether the work should stop."""

    def record(self, call: ModelCall) -> None:
        """Count one model call."""


@dataclass(frozen=True)
class Reply:
    """A model's whole answer with its count and what the server said about it."""

    text: str
    usage: Usage
    finish_reason: str
    metadata: dict[str, Any]


@lru_cache(maxsize=256)
def _say_stopped(agent: str, prompt: str, text: str, why: str) -> None:
    # Once for each text, since a chapter asks a dozen times.
    logger.warning("The changed prompt %r of the %s isn't used, but its original: %s", prompt, agent, why)


def render(prompt: str, agent: AgentSpec | None = None, **variables: Any) -> str:
    """The prompt of that name with its variables filled in: the file's text, or the one that `agent` has of its own.

    Values are inserted as they are: template syntax inside them stays text. A text of the agent's own that can't be
    used gives way to the original, and the log says why.
    Raises `ModelFailed` naming a variable that the prompt wants and doesn't get.
    """
    changed = agent.texts.get(prompt) if agent else None
    if agent and changed is not None:
        try:
            found = templates.check(prompt, changed)
            if found.usable:
                return templates.filled(changed, variables)
            why = " ".join(found.problems)
        except Exception as error:
            # Whatever a writer's text does with values that the check didn't know: the work goes on without it.
            why = str(error) or type(error).__name__
        _say_stopped(agent.name, prompt, changed, why)
    try:
        return templates.original_template(prompt).render(**variables).strip()
    except UndefinedError as error:
        raise ModelFailed(f"The prompt {prompt!r} can't be filled in: {error.message}.") from error


def shown_how(
    agent: AgentSpec, prompt: str, examples: Sequence[tuple[dict[str, Any], str]], given: dict[str, Any], **more: Any
) -> list[str]:
    """Turns that show the examples, each with its answer, and last the task itself: small models learn by them."""
    turns = [turn for case, answer in examples for turn in (render(prompt, agent, **case, **more), answer)]
    return [*turns, render(prompt, agent, **given, **more)]


def conversation(system: str, *turns: str) -> list[BaseMessage]:
    """A system message, then turns that alternate between person and model, person first."""
    messages: list[BaseMessage] = [SystemMessage(system)]
    for index, turn in enumerate(turns):
        messages.append(AIMessage(turn) if index % 2 else HumanMessage(turn))
    return messages


def ask(
    team: Team,
    agent: AgentSpec,
    messages: Sequence[BaseMessage],
    *,
    silent: bool = False,
    heard: Callable[[str], None] | None = None,
    **options: Any,
) -> Reply:
    """Ask and gather the streamed answer. `heard` gets each piece as it comes; a `silent` one isn't streamed.

    `options`: temperature, max_tokens, seed, lookup (the answer will repeat much of the prompt), and what `bind` of
    the model takes (response_format, logprobs, ...).
    Raises `Cancelled`, and whatever the model raises.
    """
    sampling = {"temperature": agent.temperature, "max_tokens": agent.max_tokens}
    sampling.update({name: options.pop(name) for name in CHOSEN if name in options})
    model: Any = team.chat(agent, **sampling)
    if options:
        model = model.bind(**options)
    began = time.monotonic()
    first: float | None = None
    whole: Any = None
    for chunk in model.stream(list(messages), config={"tags": [SILENT]} if silent else None):
        if team.cancelled():
            raise Cancelled("Stopped. Nothing was changed.")
        if first is None and chunk.content:
            first = time.monotonic()
        if heard is not None and chunk.content:
            heard(chunk.content if isinstance(chunk.content, str) else "".join(str(part) for part in chunk.content))
        whole = chunk if whole is None else whole + chunk
    if team.cancelled():
        raise Cancelled("Stopped. Nothing was changed.")
    if whole is None:
        raise ModelFailed("The model gave no answer at all. Try again, or choose another model.")
    ended = time.monotonic()
    counted = whole.usage_metadata or {}
    usage = Usage(
        prompt_tokens=counted.get("input_tokens", 0),
        reused_tokens=(counted.get("input_token_details") or {}).get("cache_read", 0) or 0,
        written_tokens=counted.get("output_tokens", 0),
        seconds=round(ended - began, 3),
    )
    team.record(
        ModelCall(
            agent=agent.name,
            usage=usage,
            first_token_ms=None if first is None else round((first - began) * 1000, 1),
            total_ms=round((ended - began) * 1000, 1),
        )
    )
    metadata = dict(whole.response_metadata or {})
    text = whole.content if isinstance(whole.content, str) else "".join(str(part) for part in whole.content)
    return Reply(text=text, usage=usage, finish_reason=str(metadata.get("finish_reason", "")), metadata=metadata)


def ask_json(
    team: Team,
    agent: AgentSpec,
    messages: Sequence[BaseMessage],
    schema: type[T],
    *,
    attempts: int = 2,
    silent: bool = False,
    check: Callable[[T], str | None] | None = None,
    **options: Any,
) -> tuple[T, Usage]:
    """Ask for JSON held to `schema` and validate it; an answer that doesn't fit is asked for again.

    `check` may refuse a valid value by returning what is wrong. Raises `AnswerRefused` after `attempts`.
    """
    response_format = {
        "type": "json_schema",
        "json_schema": {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": False},
    }
    usage, problem = Usage(), ""
    seed = options.pop("seed", None)
    for attempt in range(attempts):
        if seed is not None:
            options["seed"] = seed + attempt
        reply = ask(team, agent, messages, silent=silent, response_format=response_format, **options)
        usage += reply.usage
        try:
            value = schema.model_validate(_json_object(reply.text))
        except (ValidationError, ValueError) as error:
            logger.info("An answer of the %s can't be used: %s", agent.name, str(error)[:500])
            problem = "its answer doesn't have the form that was asked for"
            continue
        problem = (check(value) if check else None) or ""
        if not problem:
            return value, usage
    raise AnswerRefused(
        f"The {agent.name} was asked {attempts} times, and {problem}. Try again, or choose a larger model."
    )


def _json_object(text: str) -> Any:
    match = re.search(r"\{.*\}", text, re.DOTALL)
    if match is None:
        raise ValueError("no JSON object in the answer")
    return json.loads(match.group(), strict=False)


def ask_digit(team: Team, agent: AgentSpec, messages: Sequence[BaseMessage], **options: Any) -> tuple[float, Usage]:
    """The expected digit, 1 to 9: the mean over the digits the model could have answered, weighted by probability.

    One sampled digit of a small model is close to chance; its distribution is not. Falls back to a digit in the
    answer's text where a server gives no probabilities or refuses to; raises `ModelFailed` when there is none either.
    """
    try:
        reply = ask(team, agent, messages, silent=True, max_tokens=1, logprobs=True, top_logprobs=20, **options)
    except ModelFailed as error:
        logger.info("The digit is asked for without probabilities: %s", error)
        reply = ask(team, agent, messages, silent=True, max_tokens=8, **options)
    content = (reply.metadata.get("logprobs") or {}).get("content") or []
    weights: dict[int, float] = {}
    for choice in content[0].get("top_logprobs", []) if content else []:
        token = str(choice["token"]).strip()
        if token in tuple("123456789"):
            weights[int(token)] = weights.get(int(token), 0.0) + 2.718281828459045 ** float(choice["logprob"])
    total = sum(weights.values())
    if total > 0:
        return sum(digit * weight for digit, weight in weights.items()) / total, reply.usage
    said = re.search(r"[1-9]", reply.text)
    if said is None:
        raise ModelFailed("The rater gave no digit. Try again, or choose another model.")
    return float(said.group()), reply.usage
