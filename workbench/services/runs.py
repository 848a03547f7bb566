"""Runs of graphs in the background: followed by any number of readers, cancelled, stored, resumed after a crash."""

import contextvars
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from workbench.domain.runs import Run, RunEvent
from workbench.errors import Cancelled, Conflict, WorkbenchError
from workbench.storage import runs
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# Tokens that arrive within this time become one event; readers notice no difference, the database does.
TOKEN_SECONDS = 0.08
# How long events wait in memory before they are stored; a crash loses at most so much of an unfinished draft.
STORE_SECONDS = 0.5

Work = Callable[["LiveRun"], dict[str, Any]]


class LiveEvents:
    """What some work tells while it goes on: it emits events here, readers wait for them."""

    def __init__(self, told: list[RunEvent], over: "LiveEvents | None" = None) -> None:
        self.events: list[RunEvent] = told
        # The work that this is a part of: who stops that stops this too.
        self._over = over
        self.finished = False
        self.changed = threading.Condition()
        self._cancel = threading.Event()
        # Told of each event as it comes.
        self.heard: Callable[[RunEvent], None] | None = None
        self._node, self._text, self._text_since = "", "", 0.0

    def cancel(self) -> None:
        """Ask the work to stop; it does so at its next word."""
        self._cancel.set()

    def cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._cancel.is_set() or (self._over is not None and self._over.cancelled())

    def status(self, node: str, message: str, progress: float) -> None:
        """Emit a status event; `progress` is 0..1 of the whole work."""
        self._emit(RunEvent(event="status", node=node, message=message, progress=progress))

    def token(self, node: str, text: str) -> None:
        """Emit text of a node as it is written."""
        if not text:
            return
        if self._text and self._node != node:
            self._release_text()
        if not self._text:
            self._text_since = time.monotonic()
        self._node = node
        self._text += text
        if time.monotonic() - self._text_since >= TOKEN_SECONDS:
            self._release_text()

    def said(self, node: str, text: str) -> None:
        """Emit text that is there at once, without waiting for more of it."""
        self.token(node, text)
        if self._text:
            self._release_text()

    def end(self, event: RunEvent) -> None:
        """Emit the last event."""
        self._emit(event)

    def close(self) -> None:
        """Tell readers that nothing more comes."""
        with self.changed:
            self.finished = True
            self.changed.notify_all()

    def follow(self, start: int = 0) -> Iterator[RunEvent]:
        """Events from number `start` on, until nothing more comes."""
        position = start
        while True:
            with self.changed:
                while len(self.events) <= position and not self.finished:
                    self.changed.wait(timeout=10)
                fresh = self.events[position:]
                finished = self.finished
            yield from fresh
            position += len(fresh)
            if finished and position >= len(self.events):
                return

    def _release_text(self) -> None:
        text, self._text = self._text, ""
        self._append(RunEvent(event="token", node=self._node, text=text))

    def _emit(self, event: RunEvent) -> None:
        if self._text:
            self._release_text()
        self._append(event)

    def _append(self, event: RunEvent) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()
        if self.heard is not None:
            self.heard(event)


class LiveRun(LiveEvents):
    """A run in progress, whose events are stored as they come."""

    def __init__(self, database: Database, run: Run, stored: list[RunEvent], over: LiveEvents | None = None) -> None:
        super().__init__(stored, over)
        self.id = run.id
        self._database = database
        self._stored = len(stored)
        self._stored_at = time.monotonic()

    def end(self, event: RunEvent) -> None:
        """Emit the last event and store all of them."""
        super().end(event)
        self._store()

    def _append(self, event: RunEvent) -> None:
        super()._append(event)
        if time.monotonic() - self._stored_at >= STORE_SECONDS:
            self._store()

    def _store(self) -> None:
        fresh = self.events[self._stored :]
        with self._database.writing() as session:
            runs.append_events(session, self.id, self._stored, fresh)
        self._stored += len(fresh)
        self._stored_at = time.monotonic()


class RunKeeper:
    """Starts runs in threads of their own and keeps them until they end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._live: dict[str, LiveRun] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()
        self._closing = False

    def recover(self) -> list[Run]:
        """Mark runs of a process that died as interrupted; returns them."""
        with self._database.writing() as session:
            return runs.interrupt_running(session)

    def start(self, graph: str, story_id: str, instruction: str, options: dict[str, Any], work: Work) -> Run:
        """Store a run and begin it. One story has one run at a time: another one is a `Conflict`."""
        with self._lock, self._database.writing() as session:
            self._one_at_a_time(runs.listing(session, story_id, ["running"]))
            run = runs.add(session, graph, story_id, instruction, options)
        self._begin(run, [], work)
        return run

    def resume(self, run_id: str, work: Work) -> Run:
        """Go on with a run that was interrupted, cancelled or failed."""
        with self._lock, self._database.writing() as session:
            run = runs.get(session, run_id)
            if run.status in ("running", "done"):
                raise Conflict(f"This run is {run.status}; only one that was stopped or failed can go on.")
            self._one_at_a_time(runs.listing(session, run.story_id, ["running"]))
            run, stored = self._taken_up(session, run_id)
        self._begin(run, stored, work)
        return run

    @staticmethod
    def _taken_up(session: Any, run_id: str) -> tuple[Run, list[RunEvent]]:
        run = runs.set_status(session, run_id, "running")
        stored = runs.events(session, run_id)
        # Readers take an error or a result for the end; the run goes on, so its last one no longer holds. A result is
        # there when the app died after telling it and before noting that the run was done.
        while stored and stored[-1].event in ("error", "result"):
            stored.pop()
        runs.drop_events(session, run_id, len(stored))
        return run, stored

    def inside(self, outer: LiveRun, run: Run, work: Callable[[LiveRun, bool], dict[str, Any]]) -> dict[str, Any]:
        """Do a run that is a part of another, `outer`, here and now; its result, or what went wrong is raised.

        `run` says how it is to be stored, if it isn't yet. One that was begun before goes on, which `work` is told,
        and of one that is done the result is given again.
        """
        with self._lock, self._database.writing() as session:
            known = runs.find(session, run.id)
            if known is not None and known.status == "done" and run.id in (found := runs.results(session, [run.id])):
                return found[run.id]
            if known is None:
                run = runs.add(session, run.graph, run.story_id, run.instruction, run.options, run.id)
                stored: list[RunEvent] = []
            else:
                run, stored = self._taken_up(session, run.id)
            live = LiveRun(self._database, run, stored, outer)
            self._live[run.id] = live
        failed: list[Exception] = []

        def noting(live: LiveRun) -> dict[str, Any]:
            try:
                return work(live, known is not None)
            except Exception as error:
                failed.append(error)
                raise

        # In a context of its own: a graph that is run inside a node of another would take itself for a part of that.
        contextvars.Context().run(self._work, live, noting)
        if failed:
            raise failed[0]
        return live.events[-1].data or {}

    @staticmethod
    def _one_at_a_time(running: list[Run]) -> None:
        if any(run.graph == "parts" for run in running):
            raise Conflict(
                "Several chapters of this story are being written in a row. Wait until they are done, or stop them in "
                "the plan."
            )
        if running:
            raise Conflict("The agents are already at work on this story. Wait until they are done, or stop them.")

    def _begin(self, run: Run, stored: list[RunEvent], work: Work) -> None:
        live = LiveRun(self._database, run, stored)
        thread = threading.Thread(target=self._work, args=(live, work), name=f"run {run.id}", daemon=True)
        with self._lock:
            self._live[run.id] = live
            self._threads[run.id] = thread
        thread.start()

    def _work(self, live: LiveRun, work: Work) -> None:
        try:
            try:
                data = work(live)
                live.end(RunEvent(event="result", data=data))
                outcome: tuple[Any, str] = ("done", "")
                passage_id = (data.get("passage") or {}).get("id")
            except Cancelled:
                live.end(RunEvent(event="error", message="Stopped. What was written so far is kept with this run."))
                outcome, passage_id = ("interrupted" if self._closing else "cancelled", "Stopped."), None
            except WorkbenchError as error:
                live.end(RunEvent(event="error", message=str(error)))
                outcome, passage_id = ("failed", str(error)), None
            except Exception as error:
                logger.exception("Run %s failed", live.id)
                message = (
                    f"Something unforeseen went wrong ({type(error).__name__}). Try again; the log has the details."
                )
                live.end(RunEvent(event="error", message=message))
                outcome, passage_id = ("failed", message), None
            with self._database.writing() as session:
                runs.set_status(session, live.id, outcome[0], error=outcome[1], passage_id=passage_id)
        except Exception:
            # Not even storing worked (a full disk, say). Readers must still be told that it is over.
            logger.exception("The end of run %s could not be stored", live.id)
        finally:
            live.close()
            with self._lock:
                self._live.pop(live.id, None)
                self._threads.pop(live.id, None)

    def follow(self, run_id: str, start: int = 0) -> Iterator[RunEvent]:
        """Events of a run from number `start` on: those stored, then live ones until it ends.

        Ends with a result or an error event. Raises `NotFound` for an unknown id.
        """
        with self._lock:
            live = self._live.get(run_id)
        if live is None:
            yield from self._stored_events(run_id, start)
            return
        yield from live.follow(start)

    def _stored_events(self, run_id: str, start: int) -> list[RunEvent]:
        with self._database.reading() as session:
            run = runs.get(session, run_id)
            stored = runs.events(session, run_id, start)
        if run.status == "interrupted" and not (stored and stored[-1].event in ("result", "error")):
            stored.append(RunEvent(event="error", message=f"{run.error} It can be gone on with."))
        return stored

    def told(self, run_id: str) -> int:
        """How many events a run has had so far."""
        with self._lock:
            live = self._live.get(run_id)
        if live is not None:
            return len(live.events)
        with self._database.reading() as session:
            return len(runs.events(session, runs.get(session, run_id).id))

    def cancel(self, run_id: str) -> Run:
        """Ask a run to stop; one that has ended is left as it is."""
        with self._database.reading() as session:
            run = runs.get(session, run_id)
        with self._lock:
            live = self._live.get(run_id)
        if live is not None:
            live.cancel()
        return run

    def close(self, timeout: float = 5.0) -> None:
        """Stop all runs and wait for them; they can be resumed at the next start."""
        self._closing = True
        with self._lock:
            threads = list(self._threads.values())
            for live in self._live.values():
                live.cancel()
        deadline = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
