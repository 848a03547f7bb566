"""One HTTP call to a model server: reading it in a thread of its own, hanging up, and what its errors mean."""

import contextlib
import email.utils
import logging
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import openai

from workbench.engine.server_gate import POLL, Trouble
from workbench.errors import ModelFailed, ModelUnavailable, WorkbenchError

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10.0  # seconds; a host that is off doesn't refuse, it stays silent
_BUSY = {
    429: "The model server asks us to wait (too many requests)",
    502: "The gateway before the model server gets no answer from it (HTTP 502)",
    503: "The model server is overloaded (HTTP 503)",
    504: "The gateway before the model server gets no answer from it in time (HTTP 504)",
    529: "The model server is overloaded (HTTP 529)",
}
_BUSY_ADVICE = "Try again later, or set LORELOOM_SLOTS lower, so that fewer calls run at once."
_NO_CREDIT = "insufficient_quota"  # OpenAI's code; it comes as HTTP 429 too, and waiting doesn't help
_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|exceed_context|prompt is too long|too many tokens|maximum .{0,20}tokens",
    re.IGNORECASE,
)


class Wire:
    """The HTTP client that all calls share. Each call has a connection of its own, which can be cut.

    `timeout`: seconds without a byte from the server.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = openai.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout))
        self.client = openai.DefaultHttpxClient(timeout=self.timeout, event_hooks={"request": [self._follow]})
        self._here = threading.local()

    @contextlib.contextmanager
    def carrying(self, pump: "Pump") -> Iterator[None]:
        """Requests of this thread belong to `pump`."""
        self._here.pump = pump
        try:
            yield
        finally:
            self._here.pump = None

    def close(self) -> None:
        """Close all connections."""
        self.client.close()

    def _follow(self, request: Any) -> None:
        # A connection that is kept for later calls couldn't be cut without hitting one of those.
        request.headers["Connection"] = "close"
        if pump := getattr(self._here, "pump", None):
            request.extensions["trace"] = pump.connected


class Pump:
    """Runs a blocking iterator in a thread of its own, so that the reader can look up between its items."""

    def __init__(self, items: Iterator[Any], wire: Wire) -> None:
        self._items, self._wire = items, wire
        self._mailbox: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._stopped = False
        threading.Thread(target=self._run, name="model-server-call", daemon=True).start()

    def read(self, check: Callable[[], None]) -> Generator[Any, None, None]:
        """The items; `check` is called about every `POLL` seconds and may raise. Closing hangs up at once."""
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
            self._hang_up()

    def connected(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's trace: note the socket once there is one."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
                stopped = self._stopped
            if stopped:
                self._hang_up()

    def _hang_up(self) -> None:
        """End the connection, so that the server doesn't go on working for nobody."""
        with self._lock:
            self._stopped = True
            held, self._socket = self._socket, None
        if held is not None:
            # Closing wouldn't wake the thread that reads from it. The socket's own method, since TLS has another one
            # that would pull its state away under that thread.
            with contextlib.suppress(OSError):  # it was closed already
                socket.socket.shutdown(held, socket.SHUT_RDWR)

    def _run(self) -> None:
        with self._wire.carrying(self):
            try:
                for item in self._items:
                    if self._stopped:
                        break
                    self._mailbox.put(("item", item))
                self._mailbox.put(("end", None))
            except Exception as error:
                # Handed to the reader, who raises it; after hanging up nobody reads, and the error is ours.
                self._mailbox.put(("error", error))
            finally:
                close = getattr(self._items, "close", None)
                if close:
                    close()


def is_connection_error(error: Exception) -> bool:
    """Whether the server couldn't be reached or the connection broke, rather than that it was slow to answer."""
    if isinstance(error, openai.APITimeoutError):
        return any(type(cause).__name__ == "ConnectTimeout" for cause in _causes(error))
    return isinstance(error, openai.APIConnectionError)


def trouble_of(error: Exception, url: str) -> Trouble | None:
    """What trying again later may mend; None for all other errors."""
    if is_connection_error(error):
        return Trouble(
            "lost",
            f"The model server at {url} can't be used: the connection failed ({_reason(error)})",
            "Look whether it is well, or correct LORELOOM_MODEL_URL; it is looked for again by itself.",
        )
    status = status_of(error)
    if status in _BUSY and _NO_CREDIT not in words_of(error):
        return Trouble("busy", _BUSY[status], _BUSY_ADVICE, asked_wait(error))
    return None


def status_of(error: Exception) -> int:
    """The HTTP status of an error, or the one that a server put into its stream; 0 without any."""
    status = getattr(error, "status_code", None)
    if status is None and isinstance(body := getattr(error, "body", None), dict):
        status = body.get("code")
    text = str(status)
    return int(text) if text.isdecimal() else 0


def words_of(error: Exception) -> str:
    """All that the server said with an error, for looking for names in it: the client's message may leave much out."""
    return f"{error} {getattr(error, 'body', None) or ''}"


def asked_wait(error: Exception) -> float | None:
    """Seconds that the server asks to wait before the next call; None when it doesn't say."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = str(headers.get("retry-after", "")).strip()
    if not value:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError) as problem:
        logger.info("the model server's Retry-After %r can't be read (%s)", value, problem)
        return None


def in_our_words(error: Exception, url: str, timeout: float) -> WorkbenchError:
    """The client's errors as sentences. `timeout` in seconds."""
    if isinstance(error, openai.APITimeoutError):
        return ModelFailed(
            f"The model server didn't answer within {timeout:.0f} seconds. "
            "Try again, or set LORELOOM_MODEL_TIMEOUT higher."
        )
    status, said = status_of(error), _said(error)
    if status == 429 and _NO_CREDIT in words_of(error):
        return ModelUnavailable(
            f"The model server takes no more calls from this account: {said}. Add credit there, or choose another "
            "model."
        )
    if status in (401, 403):
        return ModelUnavailable(
            f"The model server refuses the key (HTTP {status}: {said}). Set LORELOOM_MODEL_API_KEY to one it takes."
        )
    if status == 404:
        return ModelFailed(
            f"The model server answered HTTP 404: {said}. Set LORELOOM_MODEL_NAME to a model it lists, "
            f"or correct LORELOOM_MODEL_URL ({url})."
        )
    if too_long(error):
        return ModelFailed(
            f"The prompt doesn't fit into the model server's window: {said}. Set LORELOOM_CONTEXT_TOKENS to what the "
            "server really holds, or give it more there."
        )
    if isinstance(error, openai.APIStatusError):
        return ModelFailed(
            f"The model server answered HTTP {status}: {said}. Look at the server's log, then try again."
        )
    logger.error("a call to the model server failed", exc_info=error)
    return ModelFailed(f"The model server's answer can't be used: {said}. Try again.")


def too_long(error: Exception) -> bool:
    """Whether the server refuses a prompt for its length."""
    return status_of(error) in (400, 413, 422) and bool(_TOO_LONG.search(words_of(error)))


def broken_off(url: str, error: Exception | None) -> ModelUnavailable:
    """A reply that broke off in the middle; what came before was streamed already and must not come twice."""
    reason = f" ({_reason(error)})" if error else ""
    return ModelUnavailable(
        f"The connection to the model server at {url} broke in the middle of a reply{reason}. The reply is incomplete "
        "and isn't used; try again."
    )


def _said(error: Exception) -> str:
    """The server's own words, for people."""
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        told = body.get("message") or body.get("error") or body.get("detail") or body
    else:
        told = body or error
    return " ".join(str(told).split())[:300].rstrip(".")


def _reason(error: Exception) -> str:
    """The innermost cause in words: the client's own says no more than that there was a connection error."""
    *_, last = _causes(error)
    return str(last) or type(last).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
