"""The memory with the bundled model: throughput (P7), quality over sixty cases, and what it costs a writer who waits.

`python -m tests.benchmarks.learning [--rounds N] [--only quality,model,chapter] [--json]`.
`quality` runs the cases of `tests/real/memory_cases.py`; `model` works off 120 mixed operations that are queued at
once; `chapter` compares a chapter's first word with and without them.
"""

import statistics
import sys
import time
from collections import Counter

from tests.benchmarks.memory import Bench, Load, measured, running
from tests.real.memory_cases import ENTITIES, NOTES
from tests.real.memory_quality import run_cases
from workbench.engine.catalog import open_text_model
from workbench.settings import Settings

INSTRUCTION = "Person3 finds a letter in the well and asks Person4 what it means, about 60 words"


def quality(bench: Bench) -> None:
    """Notes and entries as a careful reader expects them; what the guard had to word itself is counted apart."""
    model = open_text_model(Settings(_env_file=None, data_dir=bench.folder / "quality", fast_file="off"))
    model.start()
    assert model.wait_ready(120), model.status().error
    for what, cases, limit in (("rewrites", NOTES, 0.95), ("creations", ENTITIES, 0.9)):
        outcomes = run_cases(model, cases)
        good = [outcome for outcome in outcomes if not outcome.faults]
        share = len(good) / len(cases)
        origins = Counter(outcome.origin for outcome in good)
        bench.row("P7", f"{what} as expected, of {len(cases)}", share, ">=", limit, **origins)
    model.close()


def model(bench: Bench) -> None:
    """120 operations queued at once."""
    rates, outcomes = [], []
    for number in range(bench.given.rounds):
        with running(bench.folder / f"model-{number}", None, None) as load:
            assert load.bench.model.wait_ready(120), load.bench.model.status().error
            load.bench.start_workers()
            began = time.perf_counter()
            count = load.queue()
            load.wait()
            rates.append(60 * count / (time.perf_counter() - began))
            outcomes.append(load.outcome())
        assert outcomes[-1]["done"] == count, outcomes[-1]
        assert outcomes[-1]["failed"] == 0, outcomes[-1]
    bench.row("P7", "operations a minute with the bundled model", statistics.median(rates), ">=", 50, **outcomes[-1])


def chapter(bench: Bench) -> None:
    """A chapter's first word, with the memory at rest and with 120 operations queued."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for number in range(bench.given.rounds):
        for busy in (False, True):
            with running(bench.folder / f"chapter-{number}-{busy}", None, None) as load:
                assert load.bench.model.wait_ready(120), load.bench.model.status().error
                load.bench.start_workers()
                if busy:
                    load.queue()
                    wait_for_work(load)
                times[busy].append(first_word(load))
    quiet, loaded = (statistics.median(times[busy]) for busy in (False, True))
    bench.row(
        "P7", "first word of a chapter beside 120 operations", loaded / quiet, "<=", 1.5,
        quiet_s=round(quiet, 2), loaded_s=round(loaded, 2),
    )  # fmt: skip


def wait_for_work(load: Load) -> None:
    """Until the memory is in the middle of it."""
    while not any(queue.done for queue in load.bench.memory.queue_status().values()):
        time.sleep(0.05)


def first_word(load: Load) -> float:
    """Seconds from the request to the writer's first word."""
    began = time.perf_counter()
    run = load.bench.writing.start_chapter(load.story.id, INSTRUCTION)
    for event in load.bench.writing.follow(run.id):
        if event.event == "token":
            seconds = time.perf_counter() - began
            load.bench.writing.cancel_run(run.id)
            return seconds
    raise AssertionError("the chapter ended without a word")


if __name__ == "__main__":
    sys.exit(measured("learning", __doc__, {"quality": quality, "model": model, "chapter": chapter}))
