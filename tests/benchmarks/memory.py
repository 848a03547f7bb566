"""The memory's pipeline under a load of 120 mixed operations queued at once: 90 updates of 30 notes, 30 new entries.

`python -m tests.benchmarks.memory [--rounds N] [--only pipeline] [--json]`.
`pipeline` is everything but the models: graphs, SQLite, Huey and the index, with a text model that answers at once and
an embedder that counts words. Operations a minute, from the first task that is queued until the last one is done and in
the index; medians of the rounds.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.report import Figures
from tests.scripted import HashEmbedder, Script, ScriptedTextModel, between
from workbench.compose import Workbench, compose
from workbench.settings import Settings

ENTRIES, UPDATES, CREATIONS = 30, 3, 30
EVENTS = ("{name} lost the lantern number {n}.", "{name} sold map {n} to a sailor.", "{name} hid letter {n} in a well.")
LONGEST_S = 1800.0


def rewritten(messages: Sequence[Any], _options: dict[str, Any]) -> str:
    """The note that was there with the new events behind it."""
    prompt = str(messages[-1].content)
    note = between(prompt, "[Current Session Note]: ", "\n").replace("(none yet)", "")
    return " ".join([note, *re.findall(r"^\[New Event(?: \d+)?\]: (.+)$", prompt, re.MULTILINE)]).strip()


def created(messages: Sequence[Any], _options: dict[str, Any]) -> str:
    """An entry called what the summary says."""
    name = re.findall(r"called (Thing-\d+)", str(messages[-1].content))[0]
    return json.dumps({"title": name, "content": f"There is something called {name} by the water.", "tags": ["new"]})


def quick_model() -> ScriptedTextModel:
    """A text model that answers at once, and well."""
    script = Script()
    script.answer |= {"rewriter": rewritten, "creator": created}
    return ScriptedTextModel(script)


class Load:
    """A story with its entries, and the 120 operations on it."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        world = bench.library.create_world("Vell", "A town by the water.")
        self.entries = [
            bench.library.upsert_lore(world.id, {"title": f"Person{n}", "content": f"Person{n} lives by the water."})
            for n in range(ENTRIES)
        ]
        self.story = bench.library.create_story(world.id, "The Bell")

    def queue(self) -> int:
        """Queue all operations, as they come of several chapters; returns how many."""
        memory, count = self.bench.memory, 0
        for number in range(max(UPDATES * ENTRIES, CREATIONS)):
            entry, event = self.entries[number % ENTRIES], EVENTS[number // ENTRIES % len(EVENTS)]
            memory.enqueue_note_update(self.story.id, entry.id, event.format(name=entry.title, n=number))
            count += 1
            if number % UPDATES == 0:
                told = f"There is something called Thing-{number} by the water."
                memory.enqueue_entity_creation(self.story.id, "item", told)
                count += 1
        return count

    def wait(self) -> None:
        """Until nothing is left to do."""
        deadline = time.monotonic() + LONGEST_S
        while any(q.pending or q.running for q in self.bench.memory.queue_status().values()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Not done after {LONGEST_S:.0f} s: {self.bench.memory.queue_status()}")
            time.sleep(0.1)

    def outcome(self) -> dict[str, int]:
        """How many were done, how many failed, how many notes are there and how many were appended by rule."""
        queues = self.bench.memory.queue_status().values()
        tasks = self.bench.memory.tasks("note_update", self.story.id)
        return {
            "done": sum(queue.done for queue in queues),
            "failed": sum(queue.failed for queue in queues),
            "rewrites": sum(task.folded_into is None for task in tasks),
            "appended": sum(bool(task.error) and task.folded_into is None for task in tasks),
        }


@contextmanager
def running(folder: Path, model: Any, embedder: Any, **settings: Any) -> Any:
    """A composed app on a folder of its own, and its load."""
    bench = compose(Settings(_env_file=None, data_dir=folder, **settings), model=model, embedder=embedder)
    bench.start()
    try:
        load = Load(bench)
        # What a start costs once (the imports of LanceDB and LangGraph, the first table) isn't measured.
        import graphs.registry  # noqa: F401

        bench.memory._learning._documents.reconcile()
        yield load
    finally:
        bench.close()


class Bench(Figures):
    """What was asked for, where there is room for it, and what came of it."""

    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        super().__init__("value")
        self.given, self.folder = given, folder


def pipeline(bench: Bench) -> None:
    """Everything but the models, with updates told together as they are, and one by one."""
    for what, batch in (("told together", 5), ("one by one", 1)):
        rates, outcomes = [], []
        for number in range(bench.given.rounds):
            folder = bench.folder / f"pipeline-{batch}-{number}"
            with running(folder, quick_model(), HashEmbedder(), note_batch=batch) as load:
                load.bench.start_workers()
                began = time.perf_counter()
                count = load.queue()
                load.wait()
                rates.append(60 * count / (time.perf_counter() - began))
                outcomes.append(load.outcome())
            assert outcomes[-1]["done"] == count, outcomes[-1]
        bench.row(
            "P7", f"operations a minute without the model, {what}", statistics.median(rates), ">=", 1500,
            slowest=round(min(rates)), **outcomes[-1],
        )  # fmt: skip


def measured(benchmark: str, about: str | None, measures: Mapping[str, Callable[[Bench], None]]) -> int:
    """Read the command line, measure what it names, print the figures; returns the exit status."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(measures))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given, Path(folder))
        for name in given.only.split(","):
            measures[name](bench)
    return bench.conclude(benchmark, given.json, rounds=given.rounds)


if __name__ == "__main__":
    sys.exit(measured("memory", __doc__, {"pipeline": pipeline}))
