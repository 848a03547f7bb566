"""Huey's part in summing up: enqueued once where there may be something to do, and worked off in one go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.memory_bench import MemoryBench, memory_bench
from workbench.jobs.queues import Queues
from workbench.jobs.tasks import Jobs


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MemoryBench]:
    with memory_bench(tmp_path) as made:
        made.model.context_tokens = 1024
        yield made


def jobs_of(desk: MemoryBench, folder: Path) -> tuple[Jobs, Queues]:
    queues = Queues(folder / "other.db")
    jobs = Jobs(queues, desk.memory, desk.memory._learning._documents, [], desk.bench.distilling)
    return jobs, queues


def chapters(desk: MemoryBench, count: int) -> None:
    for number in range(count):
        told = f"On day {number} Mara sold boat number {number} to a stranger. The rain went on. "
        desk.chapter(told + "Nobody on the quay said a word, and the lamps were lit one by one. " * 5)
    desk.sql("DELETE FROM memory_task")


def test_it_is_enqueued_once_and_makes_all_that_is_missing(desk: MemoryBench, tmp_path: Path) -> None:
    chapters(desk, 10)
    jobs, queues = jobs_of(desk, tmp_path)
    jobs.sum_up()
    jobs.sum_up()
    assert queues.summaries.pending_count() == 1
    task = queues.summaries.dequeue()
    assert task is not None
    queues.summaries.execute(task)
    assert desk.bench.distilling.progress(desk.story.id)["summed_up"] >= 6
    jobs.sum_up()
    assert queues.summaries.pending_count() == 0, "nothing is left to do"


def test_nothing_is_enqueued_while_the_model_loads(desk: MemoryBench, tmp_path: Path) -> None:
    chapters(desk, 10)
    desk.model.state = "loading"
    jobs, queues = jobs_of(desk, tmp_path)
    jobs.sum_up()
    assert queues.summaries.pending_count() == 0
