"""A text model and an embedder that cost nothing: the graphs, services and pages around them are the real ones."""

import hashlib
import itertools
import json
import math
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

from workbench.domain.model import ModelActivity, ModelStatus, Priority, TokenCount
from workbench.domain.preview import SpelledPrompt
from workbench.domain.text import sentences, words
from workbench.engine.activity import ActivityLog
from workbench.engine.template import spelled_plainly
from workbench.errors import Cancelled

SLOTS = 4
PROSE = (
    "{who} came down the wet stairs with a lantern in one hand and a letter in the other.",
    "The harbour smelled of tar and oranges, and nobody in it was asleep.",
    "“You are late,” said a voice behind the nets, “and you have brought the wrong key.”",
    "{who} did not answer, because the answer would have cost more than the night was worth.",
    "Somewhere above them a shutter closed, softly, the way a book is closed on a finger.",
    "The letter was three lines long and each of them was a lie that had once been true.",
    "They walked along the quay until the stones gave way to planks and the planks to mud.",
    "A boy with a basket of eels watched them pass and counted something on his fingers.",
    "{who} knelt and laid a palm on the water as one might on the flank of a horse.",
    "It was warm, which it had no right to be in the month of the first ice.",
    "Far out, where the charts show nothing, a bell began to ring without any wind.",
    "“That is for me,” said {who}, and for the first time there was no doubt in the words.",
    "The old woman at the tiller spat, made room, and asked for no coin at all.",
    "Behind them the town put out its lamps, one street after another, like a held breath.",
    "When the bell stopped, every oar in the boat had stopped with it.",
    "What rose out of the tide was neither a tower nor a ship, but it had been both.",
    "{who} read the name over its door and understood who had written the letter.",
    "Nothing else moved until morning, and then everything did.",
)


def adventured(prompt: str, number: int) -> str:
    """A chapter of an adventure, different for each `number`: whom one meets, and things that nobody counts twice."""
    met = re.search(r"You meet ([^,]+),", prompt)
    who = met.group(1) if met else "nobody"
    things = "lanterns doors stairs barrels windows feathers ropes puddles crates shells".split()
    lines = [
        f"You counted {number * 10 + place} {thing} before {who} turned to you and laughed about all of them."
        for place, thing in enumerate(things)
    ]
    return " ".join(lines[: max(2, int(between(prompt, "in about ", " words") or 60) // 14)])


def agent_of(messages: Sequence[BaseMessage]) -> str:
    """Which agent is asking, told by the last message."""
    last = str(messages[-1].content)
    for agent, mark in (
        ("narrator", "Stop before anything is decided."),
        ("choices", "Name three different things"),
        ("looks", "Take only words that it says about their looks"),
        ("assistant", "You are asked: "),
        ("lookup", "Which words should be searched for"),
        ("outliner", "Plan chapter "),
        ("outline_text", "This part of a plan"),
        ("editor", "Now you are the editor"),
        ("score", "Answer with one digit"),
        ("rater", "Now you are a critic"),
        ("character", "Now you are"),
        ("analyst", "What does the chapter make true?"),
        ("placing", "say in which of these places it happens"),
        ("rewriter", "story continuity editor"),
        ("creator", "world-building assistant"),
        ("distiller", "Sum up "),
        ("continue", "The chapter is too short"),
        ("modify", "again with this change"),
        ("modify", "that bring in this change"),
        ("feedback", "and what worries you"),
        ("expander", "Flesh out these lines"),
        ("expander", "The scene is too short"),
        ("designer", "Invent a new person"),
        ("biographer", "Tell anew, in other words"),
        ("revise", "again from its beginning"),
    ):
        if mark in last:
            return agent
    return "writer"


class Script:
    """What the model says, counted. Change `answer` to script a test; `failures` raise instead, once each."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.calls: list[tuple[str, list[BaseMessage]]] = []
        self.answer: dict[str, Callable[[Sequence[BaseMessage], dict[str, Any]], str]] = {}
        self.failures: dict[str, list[Exception]] = {}
        self.digit = {"5": 0.2, "7": 0.5, "9": 0.3}
        self.lock = threading.Lock()

    def says(self, messages: Sequence[BaseMessage], options: dict[str, Any]) -> str:
        """The whole answer to a prompt."""
        agent = agent_of(messages)
        with self.lock:
            self.calls.append((agent, list(messages)))
            if self.failures.get(agent):
                raise self.failures[agent].pop(0)
        if agent in self.answer:
            return self.answer[agent](messages, options)
        if agent == "score":
            return max(self.digit, key=lambda digit: self.digit[digit])
        if agent == "outliner":
            return planned_chapter(str(messages[-1].content), options)
        if agent == "assistant":
            asked = str(messages[-1].content).rpartition("You are asked: ")[2]
            return f"As far as it is told, nobody knows more. You wanted to hear: {asked}"
        if "response_format" in options:
            schema = options["response_format"]["json_schema"]["schema"]
            return json.dumps(filled(schema, schema, itertools.count()))
        if agent == "rewriter":
            prompt = str(messages[-1].content)
            note = between(prompt, "[Current Session Note]: ", "\n").replace("(none yet)", "")
            return " ".join([note, *re.findall(r"^\[New Event.*?\]: (.+)", prompt, re.MULTILINE)]).strip()
        if agent == "distiller":
            return summed_up(str(messages[-1].content))
        if agent == "modify":
            asked = between(str(messages[-1].content), "this change: ", "\n")
            return f"{messages[-2].content}\n\nAnd this was different: {asked.rstrip('.')}."
        if agent == "biographer":
            prompt = str(messages[-1].content)
            told = f"{between(prompt, '): ', chr(10))} {between(prompt, 'true since: ', chr(10))}"
            return f"As people tell it today: {told}" if "true since" in prompt else f"As people tell it: {told}"
        if agent == "narrator":
            return adventured(str(messages[-1].content), len(self.calls))
        if agent == "rater":
            return "The bell on the water works best; the ending comes a little fast."
        if agent == "character":
            return "I would not have gone without my lantern. I want the letter back."
        return self.chapter(messages)

    def chapter(self, messages: Sequence[BaseMessage]) -> str:
        """Prose about the first character that the prompt knows, taking up the instruction's words."""
        prompt = "\n".join(str(message.content) for message in messages)
        people = re.findall(r"^(.+) \(character\):", prompt, re.MULTILINE) or ["Mara"]
        asked = re.findall(r"What happens in it: (.+)", prompt)
        words = int((re.findall(r"about (\d+) (?:more )?words", prompt) or ["200"])[-1])
        revised = "Nobody on the quay would speak of it afterwards." if "again from its beginning" in prompt else ""
        numbered = re.findall(r"Write chapter (\d+)", prompt)
        parts = [f"It began on day {numbered[-1] if numbered else 1}, as it was told: {asked[-1] if asked else '…'}"]
        for index, line in enumerate(PROSE):
            parts.append(line.format(who=people[index % len(people)]))
        parts.append(revised)
        for extra in range(max(0, words - 220) // 9):
            parts.append(
                f"The {extra + 2}nd oar dipped, and {people[extra % len(people)]} listened to step {extra} of it."
            )
        lines = [part for part in parts if part]
        return "\n\n".join(" ".join(lines[start : start + 5]) for start in range(0, len(lines), 5))


def summed_up(prompt: str) -> str:
    """The first sentences of the text that a prompt of the distiller has, as many as it asks for."""
    text, _, task = prompt.rpartition("\n\nSum up ")
    room, kept = int(re.findall(r"\d+", task)[0]), list[str]()
    for line in sentences(text):
        room -= len(words(line))
        if room < 0:
            break
        kept.append(line)
    return " ".join(kept)


PLANNED = (
    ("The Drowned Key", "{who} pulls a key out of the harbour mud, and somebody on the quay turns pale."),
    ("Salt and Sugar", "{who} cooks for a stranger who pays with a map of the north."),
    ("Nobody's Lantern", "{who} keeps a light burning all night, though the ship never comes."),
    ("Eleven Steps", "{who} counts the stairs of the tower again and finds one more than before."),
    ("The Quiet Auction", "{who} bids for an old clock against a buyer without a face."),
)


def planned_chapter(prompt: str, options: dict[str, Any]) -> str:
    """A planned chapter, another one for each number, about the first person that may be chosen."""
    number = int((re.findall(r"Plan chapter (\d+)", prompt) or ["1"])[-1])
    schema = options["response_format"]["json_schema"]["schema"]["properties"]
    who = (schema.get("who") or {}).get("enum") or [(schema.get("who") or {}).get("const", "Mara")]
    title, summary = PLANNED[(number - 1) % len(PLANNED)]
    title = title if number <= len(PLANNED) else f"{title} {number}"
    return json.dumps({"who": who[0], "title": title, "summary": summary.format(who=who[0])})


def between(text: str, start: str, end: str) -> str:
    """What stands between two marks."""
    return text.split(start, 1)[-1].split(end, 1)[0]


def filled(schema: dict[str, Any], root: dict[str, Any], count: Iterator[int]) -> Any:
    """A value that fits a JSON schema; enums are walked through, so that answers differ."""
    if "$ref" in schema:
        return filled(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root, count)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][next(count) % len(schema["enum"])]
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return {name: filled(part, root, count) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        length = max(schema.get("minItems", 1), min(2, schema.get("maxItems", 2)))
        return [filled(schema["items"], root, count) for _ in range(length)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    words = ("the scene holds back", "say it with a thing one can touch", "let the bell ring later", "cut this in half")
    return words[next(count) % len(words)]


class Busy:
    """Tells an `ActivityLog` of calls as they come and go, as the engine does."""

    def __init__(self, log: ActivityLog, slots: int) -> None:
        self.log, self._slots = log, slots
        self._calls, self._lock = 0, threading.Lock()

    def _change(self, by: int) -> None:
        with self._lock:
            self._calls += by
            self.log.queue(min(self._calls, self._slots), max(0, self._calls - self._slots))

    @contextmanager
    def call(self, read: int, reused: int) -> Iterator[None]:
        """One call with its prompt, from its beginning to its end."""
        self._change(1)
        self.log.add(calls=1, read=read, reused=reused)
        try:
            yield
        finally:
            self._change(-1)


class ScriptedChatModel(BaseChatModel):
    """LangChain's side of a `Script`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    script: Any
    cancelled: Any = None
    busy: Any = Field(default_factory=lambda: Busy(ActivityLog(SLOTS), SLOTS))

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = self.script.says(messages, kwargs)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        read = sum(len(str(message.content).split()) for message in messages)
        with self.busy.call(read=read - read // 2, reused=read // 2):
            yield from self._pieces(messages, run_manager, kwargs, read)

    def _pieces(
        self,
        messages: list[BaseMessage],
        run_manager: CallbackManagerForLLMRun | None,
        kwargs: dict[str, Any],
        read: int,
    ) -> Iterator[ChatGenerationChunk]:
        text = self.script.says(messages, kwargs)
        pieces = re.findall(r"\s*\S+", text)
        for piece in pieces:
            if self.cancelled is not None and self.cancelled():
                raise Cancelled("Stopped. Nothing was changed.")
            if self.script.delay:
                time.sleep(self.script.delay)
            self.busy.log.add(written=1)
            chunk = ChatGenerationChunk(message=AIMessageChunk(piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk
        metadata: dict[str, Any] = {"finish_reason": "stop", "model_name": "scripted"}
        if kwargs.get("logprobs"):
            top = [{"token": d, "logprob": math.log(p)} for d, p in self.script.digit.items()]
            metadata["logprobs"] = {"content": [{**top[0], "top_logprobs": top}]}
        usage: Any = {
            "input_tokens": read,
            "output_tokens": len(pieces),
            "total_tokens": read + len(pieces),
            "input_token_details": {"cache_read": read // 2},
        }
        yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=usage, response_metadata=metadata))


class ScriptedTextModel:
    """Fulfils `workbench.ports.TextModel`."""

    def __init__(self, script: Script | None = None, context_tokens: int = 4096) -> None:
        self.script = script or Script()
        self.state: Any = "ready"
        self.error: str | None = None
        self.context_tokens = context_tokens
        self.log = ActivityLog(SLOTS)
        self.busy = Busy(self.log, SLOTS)

    def start(self) -> None:
        """Nothing to load."""

    def status(self) -> ModelStatus:
        """As set by the test."""
        return ModelStatus(
            name="Scripted",
            source="file",
            state=self.state,
            context_tokens=self.context_tokens,
            message="The scripted model is " + self.state + ".",
            error=self.error,
        )

    def wait_ready(self, timeout: float) -> bool:
        """Ready at once, or never."""
        if self.state != "ready":
            time.sleep(min(timeout, 0.05))
        return self.state == "ready"

    def chat_model(
        self, *, priority: Priority = "interactive", cancelled: Callable[[], bool] | None = None, **sampling: Any
    ) -> BaseChatModel:
        """The script as a chat model."""
        return ScriptedChatModel(script=self.script, cancelled=cancelled, busy=self.busy)

    def activity(self) -> ModelActivity:
        """What calls and tests put into `log`."""
        return self.log.snapshot(memory_tokens=self.context_tokens, memory_used=self.context_tokens // 3)

    def count_tokens(self, text: str) -> TokenCount:
        """Words for tokens."""
        return TokenCount(tokens=len(text.split()), strategy="exact", model="scripted")

    def spelled(self, turns: Sequence[tuple[str, str]]) -> SpelledPrompt:
        """Each turn below its role."""
        return spelled_plainly(turns, lambda text: len(text.split()))

    def close(self) -> None:
        """Nothing to free."""


class HashEmbedder:
    """Fulfils `workbench.ports.Embedder`: texts that share words have similar vectors."""

    name = "hash-32"
    dimensions = 32

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Bags of hashed words, length 1."""
        vectors = []
        for text in texts:
            vector = [0.0] * self.dimensions
            for word in re.findall(r"\w+", text.lower()):
                vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimensions] += 1.0
            norm = math.sqrt(sum(x * x for x in vector)) or 1.0
            vectors.append([x / norm for x in vector])
        return vectors

    def status(self) -> str:
        """Always there."""
        return "ready"
