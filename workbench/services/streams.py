"""Work that is told while it goes on and needn't outlive the app: an answer, a scene fleshed out."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from workbench.domain.runs import RunEvent
from workbench.errors import Cancelled, Conflict, ModelUnavailable, WorkbenchError
from workbench.ports import TextModel
from workbench.services.runs import LiveEvents

logger = logging.getLogger(__name__)

Work = Callable[[LiveEvents], dict[str, Any]]


class Streams:
    """Begins such work, each in a thread of its own, and stops it when the app closes."""

    def __init__(self, model: TextModel) -> None:
        self._model = model
        self._live: dict[LiveEvents, threading.Thread] = {}
        self._lock = threading.Lock()

    def begin(self, work: Work, *, name: str, with_model: bool = True) -> LiveEvents:
        """Begin `work`; its result, or what went wrong, is the last event. With the model it waits while that loads."""
        live = LiveEvents([])
        thread = threading.Thread(target=self._work, args=(live, work, with_model), name=name, daemon=True)
        with self._lock:
            self._live[live] = thread
        thread.start()
        return live

    def told(self, work: Work, *, name: str) -> Iterator[RunEvent]:
        """Begin `work` and give its events; who stops listening stops it."""
        live = self.begin(work, name=name)
        try:
            yield from live.follow()
        finally:
            live.cancel()

    def answer(self, work: Work) -> dict[str, Any]:
        """Do `work` here and now, and give its result. Raises what it raises."""
        live = LiveEvents([])
        with self._lock:
            self._live[live] = threading.current_thread()
        try:
            wait_for_model(self._model, live)
            return work(live)
        finally:
            with self._lock:
                self._live.pop(live, None)

    def close(self, timeout: float = 5.0) -> None:
        """Stop everything and wait for it."""
        with self._lock:
            threads = list(self._live.values())
            for live in self._live:
                live.cancel()
        deadline = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self, live: LiveEvents, work: Work, with_model: bool) -> None:
        try:
            if with_model:
                wait_for_model(self._model, live)
            live.end(RunEvent(event="result", data=work(live)))
        except Cancelled:
            live.end(RunEvent(event="error", message="Stopped."))
        except WorkbenchError as error:
            live.end(RunEvent(event="error", message=str(error)))
        except Exception as error:
            logger.exception("%s failed", threading.current_thread().name)
            text = f"Something unforeseen went wrong ({type(error).__name__}). Try again; the log has the details."
            live.end(RunEvent(event="error", message=text))
        finally:
            live.close()
            with self._lock:
                self._live.pop(live, None)


class OneEach:
    """Streams of which each key has one at a time: a conversation its answer, a story its planning.

    `with_model`: whether the work needs the text model.
    """

    def __init__(self, streams: Streams, *, with_model: bool = True) -> None:
        self._streams = streams
        self._with_model = with_model
        self._live: dict[str, LiveEvents] = {}
        self._lock = threading.RLock()

    @contextmanager
    def free(self, key: str, busy: str) -> Iterator[None]:
        """Hold `key` free while something is prepared and begun. Raises `Conflict` with `busy` when it isn't free."""
        with self._lock:
            if self.live(key) is not None:
                raise Conflict(busy)
            yield

    def begin(self, key: str, work: Work, *, name: str) -> LiveEvents:
        """Begin `work`. The key is free again before the last event comes, so that who sees it may begin anew."""

        def ending(live: LiveEvents) -> dict[str, Any]:
            try:
                return work(live)
            finally:
                with self._lock:
                    self._live.pop(key, None)

        with self._lock:
            live = self._streams.begin(ending, name=name, with_model=self._with_model)
            # Those that failed before their work began are still here.
            self._live = {other: one for other, one in self._live.items() if not one.finished}
            self._live[key] = live
        return live

    def live(self, key: str) -> LiveEvents | None:
        """What goes on under a key, if anything."""
        with self._lock:
            live = self._live.get(key)
        return live if live is not None and not live.finished else None


def check_usable(model: TextModel) -> None:
    """Raises `ModelUnavailable` when the model has failed; one that loads will be waited for."""
    if (status := model.status()).state == "failed":
        raise ModelUnavailable(status.error or "The text model can't be used. Choose another one in the settings.")


def wait_for_model(model: TextModel, live: LiveEvents) -> None:
    """Wait while the model loads, and say so. Raises `ModelUnavailable` when it can't be used, and `Cancelled`."""
    if model.status().state == "loading":
        live.status("context", "Waiting for the model to load", 0.0)
    while not model.wait_ready(0.2):
        if live.cancelled():
            raise Cancelled("Stopped. Nothing was changed.")
        check_usable(model)


def play(graph: Any, given: Any, team: Any, live: LiveEvents, config: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run a compiled graph, tell its words and its steps as they come, and give its output.

    `given` None goes on from the checkpoint that `config` names.
    """
    output: dict[str, Any] = {}
    durability = {"durability": "sync"} if config else {}
    for mode, part in graph.stream(
        given, config, context=team, stream_mode=["messages", "custom", "values"], **durability
    ):
        if mode == "messages":
            chunk, about = part
            live.token(about.get("langgraph_node", ""), chunk.content if isinstance(chunk.content, str) else "")
        elif mode == "custom":
            live.status(part["node"], part["message"], part["progress"])
        else:
            output = part
    return output
