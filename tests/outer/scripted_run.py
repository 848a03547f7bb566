"""`python -m tests.outer.scripted_run`: the scripted app that writes down every prompt its model is asked.

Takes the flags of `tests.scripted_app`, and --prompts (a file that gets one JSON line for each question). With
--workers there is no page, only the database, the memory's workers and the index: what starts in half a second. With
--nursery it serves commands instead: see `nursery`.
"""

import argparse
import functools
import json
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import scripted_app
from tests.scripted import HashEmbedder, Script, ScriptedTextModel, between
from workbench.compose import compose
from workbench.settings import Settings


class RecordingScript(Script):
    """Writes prompts down, and names what it creates after the summary, so that two creations are two entries."""

    def __init__(self, prompts: Path | None, delay: float = 0.0) -> None:
        super().__init__(delay)
        self.prompts = prompts
        self.answer["creator"] = created_entry
        self.answer["rewriter"] = rewritten_note

    def says(self, messages: Sequence[Any], options: dict[str, Any]) -> str:
        """As the script does, after writing the question down."""
        if self.prompts is not None:
            line = json.dumps([str(message.content) for message in messages]) + "\n"
            with self.lock, open(self.prompts, "a", encoding="utf-8") as handle:
                handle.write(line)
        return super().says(messages, options)


def created_entry(messages: Sequence[Any], _options: dict[str, Any]) -> str:
    """An entry called what the summary says after “called”."""
    prompt = str(messages[-1].content)
    called = re.findall(r"called ([\w-]+)", prompt)
    title = called[0] if called else "Somebody at the quay"
    return json.dumps({"title": title, "content": "It was first seen by the water, early one day.", "tags": ["new"]})


def rewritten_note(messages: Sequence[Any], _options: dict[str, Any]) -> str:
    """The note that was there with all new events behind it."""
    prompt = str(messages[-1].content)
    note = between(prompt, "[Current Session Note]: ", "\n").replace("(none yet)", "")
    return " ".join([note, *re.findall(r"^\[New Event(?: \d+)?\]: (.+)$", prompt, re.MULTILINE)]).strip()


def only_workers(arguments: list[str]) -> int:
    """The memory at work on a data folder, until it is killed or asked to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    given, _ = parser.parse_known_args(arguments)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    model = ScriptedTextModel(RecordingScript(None, given.delay))
    bench = compose(Settings(_env_file=None, data_dir=given.data_dir), model=model, embedder=HashEmbedder())
    bench.start()
    bench.start_workers()
    ended.wait()
    bench.close()
    return 0


def main(arguments: list[str]) -> int:
    """Start the app around the recording model."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--prompts", type=Path)
    parser.add_argument("--workers", action="store_true")
    given, rest = parser.parse_known_args(arguments)
    if given.workers:
        return only_workers(rest)
    scripted_app.Script = functools.partial(RecordingScript, given.prompts)  # type: ignore[misc,assignment]
    sys.argv = ["scripted_app", *rest]
    return scripted_app.main()


def nursery() -> None:
    """Fork an app for each line of standard input, so that a restart doesn't pay for Python's imports again.

    A line is JSON with `arguments`, `environment` and `log`; the answer is the process id. A process that was forked
    dies of kill -9 as any other does, and has no thread nor open file of this one's.
    """

    # What a start spends its time on. LanceDB itself starts a thread and is left to each app; these are most of it.
    import lance_namespace  # noqa: F401
    import pyarrow.dataset  # noqa: F401

    import graphs.registry  # noqa: F401
    import workbench.serve  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_app(order)
        print(child, flush=True)


def _become_app(order: dict[str, Any]) -> None:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.update(order["environment"])
        try:
            code = main(order["arguments"])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        print(f"ended with {code}", flush=True)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    if sys.argv[1:] == ["--nursery"]:
        nursery()
    else:
        sys.exit(main(sys.argv[1:]))
