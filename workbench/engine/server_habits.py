"""What a model server takes and what it refuses, as its answers have shown, so that a refusal costs one call once."""

import json
import logging
import re
import threading
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage

logger = logging.getLogger(__name__)

# Sampling that OpenAI's protocol doesn't name; llama-server, vLLM and Ollama read some of it, others ignore it.
EXTRAS = ("top_k", "min_p", "repeat_penalty", "dry_multiplier")
SCHEMA_CHARS = 4000  # of a schema in a prompt, about 1000 tokens; longer ones have their choices shortened
CHOICES_SHOWN = 3

# Feature -> how a refusal names it.
_NAMES = {
    "extras": "|".join(EXTRAS),
    "response_format": r"response_format|json[_ ]schema|json[_ ]object|grammar|structured[_ ]outputs?",
    "logprobs": "logprobs|top_logprobs",
    "usage": "stream_options|include_usage",
    "max_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
}
# What a refusal that names nothing may mean, likeliest first. The rest is in the protocol from its beginning.
_SUSPECTS = ("extras", "response_format", "usage", "logprobs")
_REFUSALS = (400, 422)
_REFUSALS_OF_FORMAT = (404, 415, 500, 501)


def features(call: dict[str, Any]) -> frozenset[str]:
    """What a call asks of a server that it may not know."""
    found = {name for name in _NAMES if name in call}
    return frozenset(found | {"usage"} | ({"extras"} if any(name in call for name in EXTRAS) else set()))


class Habits:
    """One server's, learned from its replies. A feature it has taken once isn't suspected any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[str] = set()
        self._refused: set[str] = set()
        self._refused_schemas: set[int] = set()
        self.ignores_schema = False

    def unwanted(self, wanted: frozenset[str], schema: dict[str, Any] | None) -> frozenset[str]:
        """What of `wanted` it is known to refuse."""
        with self._lock:
            refused = set(self._refused)
            if schema is not None and _mark(schema) in self._refused_schemas:
                refused.add("response_format")
            return wanted & refused

    def learn(self, wanted: frozenset[str], without: frozenset[str], schema: dict[str, Any] | None) -> None:
        """A call that wanted these features was answered `without` some of them."""
        with self._lock:
            if new := without - self._refused - self._taken:
                logger.info("The model server refuses %s; calls do without from now on.", ", ".join(sorted(new)))
                self._refused |= new
            if "response_format" in without - self._refused and schema is not None:
                # It takes others, so it is this schema that it can't work with.
                self._refused_schemas.add(_mark(schema))
            self._taken |= wanted - without

    def learn_ignores(self, feature: str) -> None:
        """It takes the feature without complaint and does nothing with it."""
        with self._lock:
            if feature == "response_format":
                self.ignores_schema = True
            else:
                self._taken.discard(feature)
                self._refused.add(feature)
        logger.info("The model server takes %s and ignores it.", feature)

    def doubtful(self, wanted: frozenset[str]) -> frozenset[str]:
        """What of `wanted` it has neither taken nor refused yet."""
        with self._lock:
            return wanted - self._taken - self._refused


class Search:
    """Looks for what a server refuses in one call, by leaving things out."""

    def __init__(self, habits: Habits, wanted: frozenset[str], schema: dict[str, Any] | None) -> None:
        self._habits, self._wanted = habits, wanted
        self.without = habits.unwanted(wanted, schema)
        self._base = self.without
        self._tried: list[frozenset[str]] = []

    @property
    def fresh(self) -> bool:
        """Whether nothing was refused yet."""
        return not self._tried

    def next(self, status: int, said: str) -> bool:
        """After HTTP `status` with these words: set `without` for another try; false when nothing is left to try."""
        self._tried.append(self.without)
        doubtful = self._habits.doubtful(self._wanted)
        # One schema may be too much for a server that takes others.
        named = {name for name in doubtful | (self._wanted & {"response_format"}) if _is_named(name, said)}
        choices: list[frozenset[str]] = []
        if named - self.without and status in (*_REFUSALS, *_REFUSALS_OF_FORMAT):
            self._base |= named
            choices = [self._base]
        elif status in _REFUSALS:
            suspects = [name for name in _SUSPECTS if name in doubtful]
            choices = [self._base | {name} for name in suspects] + [self._base.union(suspects)]
        elif status in _REFUSALS_OF_FORMAT and "response_format" in doubtful:
            choices = [self._base | {"response_format"}]
        untried = [choice for choice in choices if choice not in self._tried]
        if untried:
            self.without = untried[0]
        return bool(untried)


def _mark(schema: dict[str, Any]) -> int:
    return hash(json.dumps(schema, sort_keys=True))


def _is_named(feature: str, said: str) -> bool:
    return bool(re.search(rf"\b({_NAMES[feature]})\b", said, re.IGNORECASE))


def with_schema(messages: list[BaseMessage], schema: dict[str, Any]) -> list[BaseMessage]:
    """`messages` with the wish for JSON of this schema in their last human one.

    A message of its own would break chat templates that want person and model to alternate.
    """
    text = f"Answer only with JSON that follows this JSON schema:\n{_compact(schema)}"
    for at in range(len(messages) - 1, -1, -1):
        if isinstance(messages[at], HumanMessage):
            asked = HumanMessage(f"{messages[at].text}\n\n{text}")
            return [*messages[:at], asked, *messages[at + 1 :]]
    return [*messages, HumanMessage(text)]


def _compact(schema: dict[str, Any]) -> str:
    whole = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    if len(whole) <= SCHEMA_CHARS:
        return whole
    return json.dumps(_with_few_choices(schema), ensure_ascii=False, separators=(",", ":"))


def _with_few_choices(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_few_choices(item) for item in node]
    if not isinstance(node, dict):
        return node
    choices = node.get("enum")
    if isinstance(choices, list) and len(choices) > CHOICES_SHOWN:
        note = f"one of {len(choices)} texts from above, copied exactly, such as the examples"
        return {"type": "string", "description": note, "examples": choices[:CHOICES_SHOWN]}
    return {key: _with_few_choices(value) for key, value in node.items()}


def looks_held_to(text: str, schema: dict[str, Any]) -> bool:
    """Whether a whole reply may have been held to the schema: JSON and nothing else, with the keys that it wants."""
    try:
        value = json.loads(text)
    except ValueError:
        return False
    if schema.get("type") == "object" or "properties" in schema:
        return isinstance(value, dict) and all(key in value for key in schema.get("required", ()))
    return True
