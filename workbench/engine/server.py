"""Any OpenAI-compatible server in the local model's place: Ollama, llama-server, vLLM, LM Studio, and the real thing.

langchain_openai is imported when the first chat model is made, since the import is slow.
"""

import http.client
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from workbench.domain.model import ModelActivity, ModelStatus, Priority, TokenCount
from workbench.domain.preview import SpelledPrompt
from workbench.engine import server_gate
from workbench.engine.activity import ActivityLog
from workbench.engine.server_gate import Gate, Ticket, Trouble, span
from workbench.engine.server_habits import Habits
from workbench.engine.template import spelled_plainly
from workbench.engine.text import ESTIMATE_ERROR, estimated_tokens
from workbench.errors import Cancelled, ModelUnavailable
from workbench.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from workbench.engine.server_wire import Wire

logger = logging.getLogger(__name__)

PROBE_TIMEOUT = 5.0
FIRST_LOOK, LAST_LOOK = 0.5, 30.0  # seconds between looks for a server that doesn't answer; they double


class ServerTextModel:
    """Fulfils `workbench.ports.TextModel` with a server at `settings.model_url`.

    A server that has answered once and then doesn't is "loading" for `OUTAGE_SECONDS`, in which calls wait for it;
    after that, and when it never answered, it has "failed" and calls fail at once. It is looked for all the while.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = settings.model_url.rstrip("/")
        self.log = ActivityLog(settings.slots)
        self.gate = Gate(settings.slots, ready=lambda: self._status.loaded, changed=self.log.queue)
        self.habits = Habits()
        self._status = ModelStatus(
            name=settings.model_name, source="server", state="loading", message=f"Asking {self.url} for its models."
        )
        self._settled = threading.Event()  # the state is ready or failed
        self._closed = threading.Event()
        self._changing = threading.Lock()  # status, thread and wire
        self._thread: threading.Thread | None = None
        self._wire: Wire | None = None
        self._lost_at: float | None = None
        self._next_look = 0.0

    def start(self) -> None:
        """Begin asking the server in the background; returns at once. Calling it twice does nothing."""
        with self._changing:
            if self._thread is None and not self.closed:
                self._look()

    def status(self) -> ModelStatus:
        """Present state; never blocks. While calls wait for the server, the message says why and how long."""
        status = self._status
        if status.state == "ready" and (outlook := self.gate.outlook()):
            trouble, seconds = outlook
            return status.model_copy(
                update={"message": f"{trouble.told}; trying again {_when(seconds)}.", "waits": True}
            )
        if status.state == "loading" and self._lost_at is not None:
            when = _when(self._next_look - time.monotonic())
            sentence = f"The model server at {self.url} doesn't answer; trying again {when}."
            return status.model_copy(update={"message": sentence, "waits": True})
        return status

    def wait_ready(self, timeout: float) -> bool:
        """Block until the server has answered or not, at most `timeout` seconds; true when ready."""
        self._settled.wait(timeout)
        return self._status.loaded

    def chat_model(
        self,
        *,
        priority: Priority = "interactive",
        cancelled: Callable[[], bool] | None = None,
        lookup: bool = False,
        story: str = "",
        **sampling: Any,
    ) -> "BaseChatModel":
        """A LangChain chat model with these defaults. What a server doesn't know of `sampling` it may ignore.

        `lookup` and `story` mean something to the local engine only. Unknown names raise pydantic's error.
        """
        from workbench.engine.server_chat import ServerChatModel

        return ServerChatModel(service=self, priority=priority, cancelled=cancelled, **sampling)

    def activity(self) -> ModelActivity:
        """Calls and tokens as the server counts them; never blocks."""
        return self.log.snapshot()

    def count_tokens(self, text: str) -> TokenCount:
        """An estimate, a quarter of the characters: within about 20 % for English prose with most tokenizers.

        Other languages have fewer characters to a token, so that long non-English texts are counted too low.
        """
        return TokenCount(
            tokens=estimated_tokens(text), strategy="estimate", model=self._status.name, error=ESTIMATE_ERROR
        )

    def spelled(self, turns: Sequence[tuple[str, str]]) -> SpelledPrompt:
        """The turns under headings in plain words: what the server makes of them isn't known here."""
        return spelled_plainly(turns, estimated_tokens)

    def close(self) -> None:
        """Stop watching the server; calls in flight end with `ModelUnavailable`."""
        self._closed.set()
        with self._changing:
            self._set(state="failed", error="The text model was closed. Start the app again.")
            thread, wire = self._thread, self._wire
        if thread:
            thread.join(timeout=PROBE_TIMEOUT + 1)
        if wire:
            wire.close()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    # For the chat model

    @property
    def wire(self) -> "Wire":
        """The HTTP client of all calls, made when the first one needs it."""
        from workbench.engine.server_wire import Wire

        with self._changing:
            if self._wire is None:
                self._wire = Wire(self.settings.model_timeout)
            return self._wire

    @contextmanager
    def turn(self, ticket: Ticket, cancelled: Callable[[], bool] | None) -> Iterator[None]:
        """Wait for the server to answer and for a place; raises `Cancelled` and `ModelUnavailable`."""
        self.start()

        def check() -> None:
            self.check(cancelled)
            if (status := self._status).state == "failed":
                raise ModelUnavailable(status.error or "The model server is not available. Start it.")

        self.gate.enter(ticket, check)
        try:
            yield
        finally:
            self.gate.leave(ticket)

    def check(self, cancelled: Callable[[], bool] | None) -> None:
        """Raise if the call was cancelled or the model closed."""
        if cancelled and cancelled():
            raise Cancelled("The text model was stopped as asked. Nothing was kept of its reply.")
        if self.closed:
            raise ModelUnavailable("The text model was closed. Start the app again.")

    def refused(self, ticket: Ticket, trouble: Trouble) -> None:
        """The server didn't take a call; all calls wait a while, and for the server where it is gone."""
        self.gate.refused(ticket, trouble)
        if trouble.kind == "lost":
            self.lost()

    def lost(self) -> None:
        """A call found the server gone: look for it, while calls wait."""
        with self._changing:
            if self._status.state == "ready" and not self.closed:
                self._settled.clear()
                self._lost_at = self._next_look = time.monotonic()
                self._status = self._status.model_copy(update={"state": "loading"})
                self._look()

    # The watcher

    def _look(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="model-server", daemon=True)
        self._thread.start()

    def _set(self, **changes: Any) -> None:
        self._status = self._status.model_copy(update={"message": "", "error": None, **changes})
        self._lost_at = None
        self._settled.set()

    def _watch(self) -> None:
        delay, gone = FIRST_LOOK, False
        while not self.closed:
            try:
                name = self._probe()
            except ModelUnavailable as error:
                gone, wait = True, self._missed(str(error), delay)
            else:
                self._found(name, gone)
                return
            self._closed.wait(wait)
            delay = min(2 * delay, LAST_LOOK)

    def _found(self, name: str, gone: bool) -> None:
        with self._changing:
            if self.closed:
                return
            if gone:
                self.habits = Habits()  # what has come back may be another server, or a newer one
            window = self.settings.context_tokens
            self._set(state="ready", name=name, context_tokens=window, message=f"Served by {self.url}.")

    def _missed(self, sentence: str, delay: float) -> float:
        """Note that the server didn't answer; seconds until the next look."""
        with self._changing:
            if self.closed:
                return 0.0
            now = time.monotonic()
            if self._lost_at is not None:
                left = self._lost_at + server_gate.OUTAGE_SECONDS - now
                if left > 0:
                    wait = min(delay, left)
                    self._next_look = now + wait
                    return wait
            logger.warning("%s", sentence)
            self._set(state="failed", error=sentence)
            return delay

    def _sentence(self, problem: str) -> str:
        return (
            f"The model server at {self.url} can't be used: {problem}. Start it or correct LORELOOM_MODEL_URL; "
            "it is looked for again by itself."
        )

    def _probe(self) -> str:
        """Name of the model to use. Raises `ModelUnavailable` with the sentence for the status."""
        try:
            request = urllib.request.Request(f"{self.url}/models")
        except ValueError as error:
            raise ModelUnavailable(
                self._sentence("its address is no URL; it begins with http:// or https://")
            ) from error
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
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise ModelUnavailable(self._sentence(f"it can't be reached ({reason})")) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnavailable(self._sentence("its list of models isn't what OpenAI's protocol says")) from error
        if self.settings.model_name:
            return self.settings.model_name
        if not listed:
            raise ModelUnavailable(self._sentence("it lists no models; load one there"))
        return listed[0]


def _when(seconds: float) -> str:
    return f"in {span(seconds)}" if seconds > 0.5 else "now"
