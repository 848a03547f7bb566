"""Any OpenAI-compatible server in the local model's place: Ollama, llama-server, vLLM, LM Studio, and the real thing.

langchain_openai is imported when the first chat model is made, since the import is slow.
"""

import json
import logging
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from workbench.domain.model import ModelActivity, ModelStatus, Priority, TokenCount
from workbench.engine.activity import ActivityLog
from workbench.errors import Cancelled, ModelUnavailable
from workbench.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

POLL = 0.05  # seconds between looks at `cancelled`
PROBE_TIMEOUT = 5.0
FIRST_RETRY, LAST_RETRY = 0.5, 30.0
CHARS_PER_TOKEN = 4.0


class ServerTextModel:
    """Fulfils `workbench.ports.TextModel` with a server at `settings.model_url`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = settings.model_url.rstrip("/")
        self._status = ModelStatus(
            name=settings.model_name, source="server", state="loading", message=f"Asking {self.url} for its models."
        )
        self._settled = threading.Event()
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._gate = _Gate(settings.slots)
        self.log = ActivityLog(settings.slots)

    def start(self) -> None:
        """Begin asking the server in the background; returns at once. Calling it twice does nothing."""
        with self._starting:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._watch, name="model-server", daemon=True)
                self._thread.start()

    def status(self) -> ModelStatus:
        """Present state; never blocks."""
        return self._status

    def wait_ready(self, timeout: float) -> bool:
        """Block until the server has answered or not, at most `timeout` seconds; true when ready."""
        self._settled.wait(timeout)
        return self._status.loaded

    def chat_model(
        self, *, priority: Priority = "interactive", cancelled: Callable[[], bool] | None = None, **sampling: Any
    ) -> "BaseChatModel":
        """A LangChain chat model with these defaults. What a server doesn't know of `sampling` it may ignore."""
        from workbench.engine.server_chat import ServerChatModel

        return ServerChatModel(service=self, priority=priority, cancelled=cancelled, **sampling)

    def activity(self) -> ModelActivity:
        """Calls and tokens as the server counts them; never blocks."""
        return self.log.snapshot()

    def count_tokens(self, text: str) -> TokenCount:
        """An estimate, a quarter of the characters: within about 20 % for English prose with most tokenizers.

        Other languages have fewer characters to a token, so that long non-English texts are counted too low.
        """
        count = round(len(text) / CHARS_PER_TOKEN)
        return TokenCount(tokens=count, strategy="estimate", model=self._status.name)

    def close(self) -> None:
        """Stop watching the server; calls in flight end with `ModelUnavailable`."""
        self._closed.set()
        self._set(state="failed", error="The text model was closed. Start the app again.")
        if self._thread:
            self._thread.join(timeout=PROBE_TIMEOUT + 1)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    @contextmanager
    def turn(self, priority: Priority, cancelled: Callable[[], bool] | None) -> Iterator[None]:
        """Wait for the server to be known and for a free slot; raises `Cancelled` and `ModelUnavailable`."""
        self.start()
        while not self._settled.wait(POLL):
            self.check(cancelled)
        self.check(cancelled)
        if not self._status.loaded:
            raise ModelUnavailable(self._status.error or "The model server is not available.")
        self._gate.enter(priority, lambda: self.check(cancelled))
        try:
            yield
        finally:
            self._gate.leave()

    def check(self, cancelled: Callable[[], bool] | None) -> None:
        """Raise if the call was cancelled or the model closed."""
        if cancelled and cancelled():
            raise Cancelled("The text model was stopped as asked. Nothing was kept of its reply.")
        if self.closed:
            raise ModelUnavailable("The text model was closed. Start the app again.")

    def lost(self, problem: str) -> None:
        """A call found the server gone: say so, and look for it again."""
        with self._starting:
            if self.closed or self._status.state == "failed":
                return
            self._set(state="failed", error=self._sentence(problem))
            self._thread = threading.Thread(target=self._watch, name="model-server", daemon=True)
            self._thread.start()

    def _set(self, **changes: Any) -> None:
        self._status = self._status.model_copy(update={"message": "", "error": None, **changes})
        self._settled.set()

    def _sentence(self, problem: str) -> str:
        return (
            f"The model server at {self.url} can't be used: {problem}. Start it or correct LORELOOM_MODEL_URL; "
            "it is looked for again by itself."
        )

    def _watch(self) -> None:
        delay = FIRST_RETRY
        while not self._closed.is_set():
            try:
                name = self._probe()
            except ModelUnavailable as error:
                self._set(state="failed", error=str(error))
            else:
                if not self._closed.is_set():
                    window = self.settings.context_tokens
                    self._set(state="ready", name=name, context_tokens=window, message=f"Served by {self.url}.")
                return
            self._closed.wait(delay)
            delay = min(2 * delay, LAST_RETRY)

    def _probe(self) -> str:
        """Name of the model to use. Raises `ModelUnavailable` with the sentence for the status."""
        request = urllib.request.Request(f"{self.url}/models")
        if key := self.settings.model_api_key.get_secret_value():
            request.add_header("Authorization", f"Bearer {key}")
        try:
            with urllib.request.urlopen(request, timeout=PROBE_TIMEOUT) as answer:
                listed = [str(one["id"]) for one in json.load(answer)["data"]]
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                raise ModelUnavailable(
                    self._sentence(f"it refuses the key (HTTP {error.code}); set LORELOOM_MODEL_API_KEY")
                ) from error
            raise ModelUnavailable(self._sentence(f"it answers HTTP {error.code} to /models")) from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise ModelUnavailable(self._sentence(f"it can't be reached ({reason})")) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnavailable(self._sentence("its list of models isn't what OpenAI's protocol says")) from error
        if self.settings.model_name:
            return self.settings.model_name
        if not listed:
            raise ModelUnavailable(self._sentence("it lists no models; load one there"))
        return listed[0]


class _Gate:
    """At most `places` calls at once; who is interactive goes before who is in the background."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting = {"interactive": 0, "background": 0}
        self._changed = threading.Condition()

    def enter(self, priority: Priority, check: Callable[[], None]) -> None:
        """Wait for a place; `check` is called about every `POLL` seconds and may raise."""
        with self._changed:
            self._waiting[priority] += 1
            try:
                while not self._free or (priority == "background" and self._waiting["interactive"]):
                    self._changed.wait(POLL)
                    check()
                self._free -= 1
            finally:
                self._waiting[priority] -= 1

    def leave(self) -> None:
        """Give the place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()


class Pump:
    """Runs a blocking iterator in a thread of its own, so that the reader can look up between its items."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._mailbox: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._stop = threading.Event()
        threading.Thread(target=self._run, name="model-server-call", daemon=True).start()

    def _run(self) -> None:
        try:
            for item in self._items:
                if self._stop.is_set():
                    break
                self._mailbox.put(("item", item))
            self._mailbox.put(("end", None))
        except Exception as error:
            self._mailbox.put(("error", error))
        finally:
            close = getattr(self._items, "close", None)
            if close:
                close()

    def read(self, check: Callable[[], None]) -> Iterator[Any]:
        """The items; `check` is called about every `POLL` seconds and may raise. Closing stops the thread soon."""
        try:
            while True:
                check()
                try:
                    kind, value = self._mailbox.get(timeout=POLL)
                except queue.Empty:
                    continue
                if kind == "end":
                    return
                if kind == "error":
                    raise value
                yield value
        finally:
            self._stop.set()
