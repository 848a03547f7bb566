"""The local text model: one thread owns the weights, everyone else sends it requests and reads from a mailbox."""

import itertools
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from workbench.domain.model import ModelActivity, ModelStatus, Priority, TokenCount
from workbench.domain.preview import SpelledPrompt
from workbench.engine.activity import ActivityLog
from workbench.engine.fast_file import Loaded
from workbench.engine.mailbox import Mailbox
from workbench.engine.scheduler import Scheduler
from workbench.engine.stories import SavedStories
from workbench.engine.template import ChatMessage, ChatTemplate, encode
from workbench.engine.text import ESTIMATE_ERROR, estimated_tokens
from workbench.engine.values import Event, Request, Sampling
from workbench.engine.weights import ChatWeights
from workbench.errors import Cancelled, ModelFailed, ModelUnavailable, WorkbenchError
from workbench.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.5  # without work before what was read is saved and the memory tidied
POLL = 0.05  # seconds between looks at `cancelled`
REPLIES_KNOWN = 64
CLOSE_SECONDS = 60.0  # a step ends long before; a download is not waited for at all


Report = Callable[[ModelStatus], None]
Successor = Callable[[], Loaded]  # loads better weights, in the owner thread


class LocalTextModel:
    """Fulfils `workbench.ports.TextModel` with weights in this process.

    `load` runs in the owner thread; it may report on its way (a download) and returns the weights with the status that
    then holds. A `WorkbenchError` from it becomes the status's error. Better weights that it promises are made in a
    thread of their own and take the place of the first in an idle moment.
    """

    def __init__(self, settings: Settings, status: ModelStatus, load: Callable[[Report], Loaded]) -> None:
        self.settings = settings
        self._load, self._status = load, status
        self._commands: queue.SimpleQueue[Request | Successor | None] = queue.SimpleQueue()
        self._successor: Successor | None = None
        self._saved = SavedStories(None)
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
        return self.log.snapshot(memory_tokens=total, memory_used=scheduler.sequences.held_cells)

    def count_tokens(self, text: str) -> TokenCount:
        """Exact once the tokenizer is loaded, before that an estimate by length."""
        with self._vocabulary:
            if self._weights is not None:
                count = len(self._weights.tokenize(text))
                return TokenCount(tokens=count, strategy="exact", model=self._status.name)
        return TokenCount(
            tokens=estimated_tokens(text), strategy="estimate", model=self._status.name, error=ESTIMATE_ERROR
        )

    def spelled(self, turns: Sequence[tuple[str, str]]) -> SpelledPrompt:
        """The prompt that turns become by the model's own template; by ChatML while it loads. Never blocks for that."""
        messages = [ChatMessage(role, content) for role, content in turns]
        with self._vocabulary:
            weights, parts = self._weights, (self._template or ChatTemplate(None, {})).parts(messages)
            tokens = len(encode(parts, weights.tokenize, {})) if weights else None
        spelled = tuple((part.text, part.literal) for part in parts)
        length = estimated_tokens("".join(text for text, _ in spelled)) if tokens is None else tokens
        return SpelledPrompt(parts=spelled, tokens=length)

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
        lookup: bool = False,
        story: str = "",
    ) -> Iterator[Event]:
        """Events of one reply as they come; the last has `finished`. Closing the iterator cancels the request.

        An error that ends a reply in its midst is raised after the text that came before it.

        Raises `Cancelled`, `ModelUnavailable` (not loaded, closed), `PromptTooLong`, `ModelFailed`, `InvalidInput`.
        """
        self._await_loaded(cancelled)
        tokens, begun = self._encode(messages)
        mailbox = Mailbox()
        request = Request(
            tokens=tokens,
            deliver=mailbox.deliver,
            sampling=sampling,
            max_tokens=max_tokens,
            stop=tuple(stop),
            priority=priority,
            top_logprobs=top_logprobs,
            history=begun,
            lookup=lookup and self.settings.lookup,
            story=story,
        )
        self._commands.put(request)
        text = ""
        try:
            while True:
                event = mailbox.get(timeout=POLL)
                if event is None:
                    self._check(cancelled)
                    if self._status.state == "failed" and mailbox.empty:
                        raise self._unavailable()
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
            for part in parts:
                if part.role == "assistant":
                    self._recognise(part.text, self._weights)
            tokens = encode(parts, self._weights.tokenize, self._known)
            begun = len(encode(parts[:-1], self._weights.tokenize, self._known))
            if self._weights.begin_token is not None and tokens[:1] != [self._weights.begin_token]:
                tokens.insert(0, self._weights.begin_token)
                begun += 1
            return tokens, tokens[begun:] if parts and parts[-1].role == "assistant" else []

    def _recognise(self, text: str, weights: ChatWeights) -> None:
        """Find the tokens of a text that is the beginning of a reply: drafts are cut where their last sentence ends."""
        whole = next((reply for reply in reversed(self._known) if reply.startswith(text)), None)
        if whole is None or whole == text:
            return
        left = len(text.encode())
        for count, token in enumerate(self._known[whole]):
            size = len(weights.piece(token))
            if size > left:  # the text ends within this token
                rest = text.encode()[len(text.encode()) - left :].decode("utf-8", "replace")
                self._know(text, self._known[whole][:count] + (weights.tokenize(rest) if rest else []))
                return
            left -= size

    def _know(self, text: str, tokens: list[int]) -> None:
        self._known[text] = tokens
        while len(self._known) > REPLIES_KNOWN:
            self._known.popitem(last=False)

    def _remember(self, messages: Sequence[ChatMessage], text: str, tokens: list[int]) -> None:
        """Keep the very tokens of a reply, for when it comes back as part of a prompt."""
        begun = messages[-1].content if messages and messages[-1].role == "assistant" else ""
        with self._vocabulary:
            if self._weights is None:
                return
            whole = b"".join(self._weights.piece(token) for token in tokens)
            if whole == (begun + text).encode():  # a stop sequence cuts text off that its tokens still have
                self._know(begun + text, tokens)

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
            loaded = self._load(self._report)
            scheduler = self._adopt(loaded)
        except WorkbenchError as error:
            self._fail(str(error))
        except Exception as error:
            logger.exception("loading the text model failed")
            self._fail(f"The text model couldn't be loaded: {error}. Choose another model.")
        else:
            self._settled.set()
            if loaded.improve and not self._closing:
                self._status = loaded.improving()
                name = "text-model-copy"
                threading.Thread(target=self._make_successor, args=(loaded,), name=name, daemon=True).start()
            try:
                scheduler = self._serve(scheduler)
                self._saved.close(scheduler)
            finally:
                self._fail(self._status.error or "The text model was closed. Start the app again.")
                if self.scheduler:
                    self.scheduler.fail_all(self._unavailable())
                with self._vocabulary:
                    weights, self._weights = self._weights, None
                    if weights:
                        weights.close()

    def _adopt(self, loaded: Loaded) -> Scheduler:
        """Work with these weights from now on; those before them, which nobody uses now, are freed."""
        template = ChatTemplate(loaded.weights.chat_template, loaded.weights.special_texts())
        self._saved.abandon()
        self._saved = SavedStories(loaded.beginnings)
        self.scheduler = scheduler = Scheduler(loaded.weights, self.settings.slots, self._saved.find)
        with self._vocabulary:
            before, self._weights, self._template = self._weights, loaded.weights, template
            if before:
                before.close()
        if not self._closing:
            self._status = loaded.status
        return scheduler

    def _make_successor(self, loaded: Loaded) -> None:
        assert loaded.improve is not None
        try:
            self._commands.put(loaded.improve())
        except Exception as error:
            logger.warning("no copy of the model that reads faster: %s", error)
            self._stay_with(loaded)

    def _stay_with(self, loaded: Loaded | None) -> None:
        if self._status.loaded and not self._closing:
            self._status = loaded.status if loaded else self._status.model_copy(update={"message": ""})

    def _exchange(self, scheduler: Scheduler, successor: Successor) -> Scheduler:
        """Put better weights in the place of these, which are idle. What these have read is of no use to the others."""
        try:
            loaded = successor()
        except Exception as error:
            logger.warning("the copy of the model that reads faster isn't used: %s", error)
            self._stay_with(None)
            return scheduler
        return self._adopt(loaded)

    def _next(self, scheduler: Scheduler) -> Request | Successor | None:
        """The next command; idle moments before it are made use of."""
        while True:
            something_to_do = bool(scheduler.stories) or scheduler.sequences.stale
            try:
                return self._commands.get(timeout=IDLE_SECONDS if something_to_do else None)
            except queue.Empty:
                if not self._saved.keep_one(scheduler):
                    scheduler.sequences.tidy()

    def _serve(self, scheduler: Scheduler) -> Scheduler:
        """Work until the model is closed or can't go on; returns the scheduler that was in use last."""
        failures = 0
        while True:
            while not scheduler.busy or not self._commands.empty():
                self.log.queue(scheduler.running, scheduler.waiting)
                if self._successor and not scheduler.busy:
                    scheduler, self._successor = self._exchange(scheduler, self._successor), None
                command = self._next(scheduler)
                if command is None:
                    return scheduler
                if not isinstance(command, Request):
                    self._successor = command
                    continue
                try:
                    scheduler.submit(command)
                except WorkbenchError as error:
                    command.deliver(Event(error=error))
            try:
                self._step(scheduler)
                failures = 0
            except Exception as error:
                logger.exception("a step of the text model failed; its context is made anew")
                failures += 1
                if failures > 1:  # a step that fails for no request in particular must not fail for ever
                    scheduler.fail_all(ModelFailed(f"The text model failed: {error} Try again."))
                scheduler.restart()
                try:
                    scheduler.model.reset()
                except WorkbenchError as error:
                    self._fail(str(error))
                    return scheduler

    def _step(self, scheduler: Scheduler) -> None:
        before = scheduler.counts
        try:
            scheduler.step()
        finally:
            self.log.queue(scheduler.running, scheduler.waiting)
            self.log.add(**{name: count - before[name] for name, count in scheduler.counts.items()})


def failed_model(settings: Settings, status: ModelStatus, sentence: str) -> LocalTextModel:
    """A model that says from the start why it can't be used."""

    def load(report: Report) -> Loaded:
        raise ModelFailed(sentence)

    model = LocalTextModel(settings, status, load)
    model._fail(sentence)
    return model
