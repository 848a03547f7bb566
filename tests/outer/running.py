"""A running app and how to talk to it: with a Gradio client as strangers do, or by plain HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from gradio_client import Client

ROOT = Path(__file__).resolve().parents[2]
# Machines are slow and shared; nothing here is a measurement.
START_SECONDS = 120.0
WAIT_SECONDS = 60.0
# Quick retries and sweeps: what takes seconds by design would only make the tests long.
QUICK = {
    "LORELOOM_SWEEP_SECONDS": "0.3",
    "LORELOOM_TASK_RETRY_DELAY": "0.2",
    "LORELOOM_ADVENTURE_PICTURES": "false",
}

T = TypeVar("T")


class Refused(Exception):
    """The app answered with an error; the message is what a person would read."""


def wait_for(found: Callable[[], T], what: str, seconds: float = WAIT_SECONDS, pause: float = 0.05) -> T:
    """The first true value of `found`. Fails after `seconds`, naming `what` was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        value = found()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds:.0f} seconds there was still not: {what}. Last seen: {value!r}")
        time.sleep(pause)


def free_port() -> int:
    """A port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**changes: str) -> dict[str, str]:
    """This process's environment without settings of the app, with the quick ones and `changes`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LORELOOM_")}
    return {**kept, **QUICK, **changes}


class Nursery:
    """Forks apps from a process that has done all imports already."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.outer.scripted_run", "--nursery"],
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def fork(self, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """Start an app; returns its process id."""
        assert self._process.stdin is not None
        order = {"arguments": arguments, "environment": environment, "log": str(log)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def close(self) -> None:
        """End the process that forks; apps that it forked are their tests' to end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class App:
    """One data folder, and the app that runs on it, started as often as one likes."""

    def __init__(self, folder: Path, nursery: Nursery | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.log = folder / "app.log"
        self.prompts = folder / "prompts.jsonl"
        self.port = free_port()
        self.http = httpx.Client(base_url=self.url, timeout=WAIT_SECONDS)
        self._nursery = nursery
        self._process: subprocess.Popen[bytes] | None = None
        self.pid = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def begin(self, *flags: str, **environment: str) -> None:
        """Start the program without waiting for it."""
        arguments = ["--port", str(self.port), "--data-dir", str(self.data), "--prompts", str(self.prompts), *flags]
        if self._nursery is not None:
            # The nursery leaves its children to the kernel: no zombie stays behind.
            self.pid = self._nursery.fork(arguments, {**QUICK, **environment}, self.log)
            return
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.outer.scripted_run", *arguments],
                cwd=ROOT,
                env=clean_environment(**environment),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.pid = self._process.pid

    def start(self, *flags: str, **environment: str) -> "App":
        """Start the program and wait until it answers."""
        self.http.close()
        self.http = httpx.Client(base_url=self.url, timeout=WAIT_SECONDS)
        self.begin(*flags, **environment)
        wait_for(lambda: self._healthy() or self._died(), f"an answer of {self.url}", START_SECONDS, 0.1)
        return self

    def _healthy(self) -> bool:
        try:
            return bool(self.http.get("/health").json()["status"] == "ready")
        except (httpx.HTTPError, ValueError):
            return False

    def _died(self) -> bool:
        if self.running():
            return False
        raise AssertionError(f"The app ended while it was started. Its log:\n{self.text()}")

    def running(self) -> bool:
        """Whether the process is there, be it only with one last thread that still holds its files."""
        return self._process.poll() is None if self._process is not None else psutil.pid_exists(self.pid)

    def kill(self) -> None:
        """kill -9, and wait until the process is gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the app to end, as Ctrl-C would."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.pid and self.running():
            os.kill(self.pid, number)
            wait_for(lambda: not self.running(), f"the end of process {self.pid} after {number.name}")
        # Its number may be another process's soon.
        self.pid, self._process = 0, None
        self.http.close()

    def text(self) -> str:
        """The log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def asked(self) -> list[str]:
        """All prompts that the model was asked, each as one text."""
        if not self.prompts.exists():
            return []
        return ["\n".join(json.loads(line)) for line in self.prompts.read_text(encoding="utf-8").splitlines()]

    # Talking

    def client(self) -> Client:
        """A Gradio client of its own session."""
        return Client(self.url, verbose=False)

    def begin_call(self, endpoint: str, **arguments: Any) -> str:
        """Ask by plain HTTP, arguments by name; returns the event's id."""
        body = json.dumps(arguments)
        answer = self.http.post(
            f"/gradio_api/call/v2/{endpoint}", content=body, headers={"content-type": "application/json"}
        )
        answer.raise_for_status()
        return str(answer.json()["event_id"])

    def events(self, endpoint: str, event_id: str) -> Iterator[Any]:
        """Values that an asked endpoint yields, as they come. Raises `Refused` with the app's message."""
        with self.http.stream("GET", f"/gradio_api/call/{endpoint}/{event_id}") as stream:
            yield from values_of(stream.iter_lines())

    def stream(self, endpoint: str, **arguments: Any) -> Iterator[Any]:
        """Ask, and yield what comes."""
        yield from self.events(endpoint, self.begin_call(endpoint, **arguments))

    def call(self, endpoint: str, **arguments: Any) -> Any:
        """The one answer of an endpoint."""
        return list(self.stream(endpoint, **arguments))[-1]

    def chapter(self, story_id: str, instruction: str, **options: Any) -> dict[str, Any]:
        """Have a chapter written; its result."""
        events = list(self.stream("generate_chapter", story_id=story_id, instruction=instruction, options=options))
        assert events[-1]["event"] == "result", events[-1]
        return events[-1]["data"]  # type: ignore[no-any-return]

    def quiet(self, seconds: float = WAIT_SECONDS) -> dict[str, Any]:
        """Wait until the memory has nothing to do; the queues' numbers then."""

        def idle() -> dict[str, Any] | None:
            queues: dict[str, Any] = self.call("queue_status")
            return None if any(q["pending"] or q["running"] for q in queues.values()) else queues

        found = wait_for(idle, "empty queues", seconds, 0.1)
        assert found is not None
        return found


class RealApp(App):
    """The app as people start it, with the bundled model."""

    def begin(self, *flags: str, **environment: str) -> None:
        """Start `app.py` without waiting for it."""
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "app.py", "--port", str(self.port), "--data-dir", str(self.data), *flags],
                cwd=ROOT,
                env=clean_environment(**environment),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.pid = self._process.pid


def values_of(lines: Iterator[str]) -> Iterator[Any]:
    """Values in a stream of server-sent events. The last value of a generator comes twice and is yielded once."""
    kind, streamed = "", False
    for line in lines:
        if line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:"):
            data = json.loads(line[5:])
            if kind == "error":
                raise Refused((data or {}).get("error") if isinstance(data, dict) else data)
            if kind == "generating":
                streamed = True
                yield data[0]
            elif kind == "complete" and not streamed:
                yield data[0]


def new_story(app: App, title: str = "First telling", **world: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A world and a story in it."""
    made = app.call("create_world", **{"title": "Tidewater", **world})
    return made, app.call("create_story", world_id=made["id"], title=title)


def add_character(app: App, world_id: str, title: str, content: str = "", **fields: Any) -> dict[str, Any]:
    """A character of a world."""
    entry = {"title": title, "kind": "character", "content": content or f"{title} lives by the water.", **fields}
    return app.call("upsert_lore", world_id=world_id, entry=entry)  # type: ignore[no-any-return]
