"""The local text model: one thread owns the weights, everyone else sends it requests and reads from a mailbox."""

import itertools
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from workbench.domain.model import ModelActivity, ModelStatus, Priority, TokenCount
from workbench.engine.activity import ActivityLog
from workbench.engine.scheduler import Scheduler, Weights
from workbench.engine.template import ChatMessage, ChatTemplate, encode
from workbench.engine.values import Event, Request, Sampling
from workbench.errors import Cancelled, ModelFailed, ModelUnavailable, WorkbenchError
from workbench.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

POLL = 0.05  # seconds between looks at `cancelled`
REPLIES_KNOWN = 64
CLOSE_SECONDS = 60.0  # a step ends long before; a download is not waited for at all
CHARS_PER_TOKEN = 4.0  # of English prose, for counts before the tokenizer is there


class ChatWeights(Weights, Protocol):
    """Weights with a tokenizer, as the service needs them; `LlamaModel` is one."""

    @property
    def chat_template(self) -> str | None:
        """Jinja source of the chat template."""

    @property
    def begin_token(self) -> int | None:
        """Token before every prompt, where the model wants one."""

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Tokens of a text."""

    def special_texts(self) -> dict[str, str]:
        """bos_token and eos_token."""

    def reset(self) -> None:
        """A fresh context."""

    def close(self) -> None:
        """Free everything."""


Report = Callable[[ModelStatus], None]


class LocalTextModel:
    """Fulfils `workbench.ports.TextModel` with weights in this process.

    `load` runs in the owner thread; it may report on its way (a download) and returns the weights with the status that
    then holds. A `WorkbenchError` from it becomes the status's error.
    """

    def __init__(
        self, settings: Settings, status: ModelStatus, load: Callable[[Report], tuple[ChatWeights, ModelStatus]]
    ) -> None:
        self.settings = settings
        self._load, self._status = load, status
        self._commands: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._settled = threading.Event()
        self._closing = False
        self._vocabulary = threading.Lock()  # the tokenizer is used by callers' threads and freed by ours
        self._weights: ChatWeights | None = None
        self._template: ChatTemplate | None = None
        self._known: OrderedDict[str, list[int]] = OrderedDict()
        self._seeds = itertools.count(time.time_ns() & 0xFFFFFF)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.scheduler: Scheduler | None = None
        self.log = ActivityLog(settings.slots)

    # The port

    def start(self) -> None:
        """Begin loading in the background; returns at once. Calling it twice does nothing."""
        with self._starting:
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._run, name="text-model", daemon=True)
                self._thread.start()

    def status(self) -> ModelStatus:
        """Present state; never blocks."""
        return self._status

    def wait_ready(self, timeout: float) -> bool:
        """Block until the model is ready or has failed, at most `timeout` seconds; true when ready."""
        self._settled.wait(timeout)
        return self._status.loaded

    def chat_model(
        self, *, priority: Priority = "interactive", cancelled: Callable[[], bool] | None = None, **sampling: Any
    ) -> "BaseChatModel":
        """A LangChain chat model with these defaults; unknown names in `sampling` raise pydantic's error."""
        from workbench.engine.chat_model import LocalChatModel

        return LocalChatModel(service=self, priority=priority, cancelled=cancelled, **sampling)

    def activity(self) -> ModelActivity:
        """What it does now and did in the last minutes; never blocks."""
        scheduler = self.scheduler
        if scheduler is None:
            return self.log.snapshot()
        total = scheduler.sequences.total
        return self.log.snapshot(memory_tokens=total, memory_used=total - scheduler.sequences.free_cells)

    def count_tokens(self, text: str) -> TokenCount:
        """Exact once the tokenizer is loaded, before that an estimate by length."""
        with self._vocabulary:
            if self._weights is not None:
                count = len(self._weights.tokenize(text))
                return TokenCount(tokens=count, strategy="exact", model=self._status.name)
        return TokenCount(tokens=round(len(text) / CHARS_PER_TOKEN), strategy="estimate", model=self._status.name)

    def close(self) -> None:
        """Free the model; calls in flight end with `ModelUnavailable`."""
        with self._starting:
            self._closing = True
            thread = self._thread
        self._commands.put(None)
        if not self._settled.is_set():
            self._fail("The text model was closed. Start the app again.")
        elif thread:
            thread.join(CLOSE_SECONDS)

    # Requests

    def generate(
        self,
        messages: Sequence[ChatMessage],
        *,
        sampling: Sampling,
        max_tokens: int | None,
        stop: Sequence[str],
        priority: Priority,
        top_logprobs: int | None,
        cancelled: Callable[[], bool] | None,
    ) -> Iterator[Event]:
        """Events of one reply as they come; the last has `finished`. Closing the iterator cancels the request.

        Raises `Cancelled`, `ModelUnavailable` (not loaded, closed), `PromptTooLong`, `ModelFailed`, `InvalidInput`.
        """
        self._await_loaded(cancelled)
        tokens, begun = self._encode(messages)
        mailbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        request = Request(
            tokens=tokens,
            deliver=mailbox.put,
            sampling=sampling,
            max_tokens=max_tokens,
            stop=tuple(stop),
            priority=priority,
            top_logprobs=top_logprobs,
            history=begun,
        )
        self._commands.put(request)
        text = ""
        try:
            while True:
                try:
                    event = mailbox.get(timeout=POLL)
                except queue.Empty:
                    self._check(cancelled)
                    if self._status.state == "failed" and mailbox.empty():
                        raise self._unavailable() from None
                    continue
                if event.error:
                    raise event.error
                self._check(cancelled)
                text += event.text
                if event.finished:
                    self._remember(messages, text, [*begun, *event.tokens])
                    yield event
                    return
                yield event
        finally:
            request.cancelled = True

    @staticmethod
    def _check(cancelled: Callable[[], bool] | None) -> None:
        if cancelled and cancelled():
            raise Cancelled("The text model was stopped as asked. Nothing was kept of its reply.")

    def _unavailable(self) -> ModelUnavailable:
        return ModelUnavailable(self._status.error or "The text model is not available. Start the app again.")

    def _await_loaded(self, cancelled: Callable[[], bool] | None) -> None:
        self.start()
        while not self._settled.wait(POLL):
            self._check(cancelled)
        self._check(cancelled)
        if not self._status.loaded:
            raise self._unavailable()

    def _encode(self, messages: Sequence[ChatMessage]) -> tuple[list[int], list[int]]:
        """The prompt's tokens, and those of them that are the reply begun already."""
        with self._vocabulary:
            if self._weights is None or self._template is None:
                raise self._unavailable()
            parts = self._template.parts(messages)
            tokens = encode(parts, self._weights.tokenize, self._known)
            begun = len(encode(parts[:-1], self._weights.tokenize, self._known))
            if self._weights.begin_token is not None and tokens[:1] != [self._weights.begin_token]:
                tokens.insert(0, self._weights.begin_token)
                begun += 1
            return tokens, tokens[begun:] if parts and parts[-1].role == "assistant" else []

    def _remember(self, messages: Sequence[ChatMessage], text: str, tokens: list[int]) -> None:
        """Keep the very tokens of a reply, for when it comes back as part of a prompt."""
        begun = messages[-1].content if messages and messages[-1].role == "assistant" else ""
        with self._vocabulary:
            if self._weights is None:
                return
            whole = b"".join(self._weights.piece(token) for token in tokens)
            if whole == (begun + text).encode():  # a stop sequence cuts text off that its tokens still have
                self._known[begun + text] = tokens
                while len(self._known) > REPLIES_KNOWN:
                    self._known.popitem(last=False)

    def next_seed(self) -> int:
        """A seed for a call that names none."""
        return next(self._seeds)

    # The owner thread

    def _report(self, status: ModelStatus) -> None:
        self._status = status

    def _fail(self, sentence: str) -> None:
        self._status = self._status.model_copy(update={"state": "failed", "message": "", "error": sentence})
        self._settled.set()

    def _run(self) -> None:
        try:
            weights, status = self._load(self._report)
            template = ChatTemplate(weights.chat_template, weights.special_texts())
        except WorkbenchError as error:
            self._fail(str(error))
        except Exception as error:
            logger.exception("loading the text model failed")
            self._fail(f"The text model couldn't be loaded: {error}. Choose another model.")
        else:
            self.scheduler = Scheduler(weights, self.settings.slots)
            with self._vocabulary:
                self._weights, self._template = weights, template
            if not self._closing:
                self._status = status
            self._settled.set()
            try:
                self._serve(weights, self.scheduler)
            finally:
                self._fail(self._status.error or "The text model was closed. Start the app again.")
                self.scheduler.fail_all(self._unavailable())
                with self._vocabulary:
                    self._weights = None
                    weights.close()

    def _serve(self, weights: ChatWeights, scheduler: Scheduler) -> None:
        failures = 0
        while True:
            while not scheduler.busy or not self._commands.empty():
                request = self._commands.get()
                if request is None:
                    return
                try:
                    scheduler.submit(request)
                except WorkbenchError as error:
                    request.deliver(Event(error=error))
            try:
                scheduler.step()
                failures = 0
            except Exception as error:
                logger.exception("a step of the text model failed; its context is made anew")
                failures += 1
                if failures > 1:  # a step that fails for no request in particular must not fail for ever
                    scheduler.fail_all(ModelFailed(f"The text model failed: {error} Try again."))
                scheduler.restart()
                try:
                    weights.reset()
                except WorkbenchError as error:
                    self._fail(str(error))
                    return


def failed_model(settings: Settings, status: ModelStatus, sentence: str) -> LocalTextModel:
    """A model that says from the start why it can't be used."""

    def load(report: Report) -> tuple[ChatWeights, ModelStatus]:
        raise ModelFailed(sentence)

    model = LocalTextModel(settings, status, load)
    model._fail(sentence)
    return model
