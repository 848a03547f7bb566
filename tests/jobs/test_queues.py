"""Huey's part: workers wake at once, few ids wait in it, and the index is tidied up now and then."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.services.memory_bench import MemoryBench, memory_bench
from workbench.jobs import queues as queues_module
from workbench.jobs.consumer import Workers
from workbench.jobs.queues import Queues
from workbench.jobs.tasks import WINDOW, Jobs


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MemoryBench]:
    with memory_bench(tmp_path) as made:
        yield made


class Calls:
    """Documents, or anything else, of which only the calls matter."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def reconcile(self) -> None:
        self.made.append("reconcile")

    def compact(self) -> None:
        self.made.append("compact")


class Drawing:
    """Pictures of adventures, of which only the calls matter."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def work_off(self, adventure_id: str) -> None:
        self.made.append(adventure_id)

    def due(self) -> list[str]:
        return ["a", "left by a crash"]


def waiting(queues: Queues) -> list[str]:
    return [task.args[0] for task in queues.of_kind("note_update").pending()]


def test_a_worker_wakes_when_something_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues_module, "LOOK_S", 60.0)
    queue = Queues(tmp_path / "queue.db").documents
    found: list[Any] = []
    worker = threading.Thread(target=lambda: found.append(queue.dequeue()), daemon=True)
    worker.start()
    time.sleep(0.1)
    assert not found
    queue.task(name="something")(lambda: None)()
    worker.join(20)
    assert [type(task).__name__ for task in found] == ["something"]


def test_closing_wakes_everybody(desk: MemoryBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues_module, "LOOK_S", 60.0)
    workers: Workers = desk.bench.workers
    desk.bench.start_workers()
    time.sleep(0.2)
    began = time.monotonic()
    workers.close(timeout=20)
    assert time.monotonic() - began < 10


def test_few_wait_in_the_queue_and_what_matters_more_goes_next(desk: MemoryBench, tmp_path: Path) -> None:
    queues, documents = Queues(tmp_path / "other.db"), Calls()
    jobs = Jobs(queues, desk.memory, documents)  # type: ignore[arg-type]
    people = [desk.entry(f"Person{number}") for number in range(20)]
    ids = [desk.updates(f"{person.title} left.", entry=person)[0] for person in people]
    assert jobs.enqueue_due() == WINDOW
    assert jobs.enqueue_due() == 0, "there are enough"
    assert waiting(queues) == ids[:WINDOW]
    for _ in range(WINDOW - 1):
        queues.of_kind("note_update").dequeue()
    desk.chapter("Aria came home, and Aria slept. Aria snored.")
    urgent = desk.updates("Aria snored.")[0]
    assert jobs.enqueue_due() == WINDOW - 1
    assert waiting(queues)[:3] == [ids[WINDOW - 1], urgent, ids[0]], "what was taken and not worked on comes again"


def test_the_index_is_tidied_up_now_and_then(desk: MemoryBench, tmp_path: Path) -> None:
    queues, documents, archive = Queues(tmp_path / "other.db"), Calls(), Calls()
    Jobs(queues, desk.memory, documents, [archive.compact])  # type: ignore[arg-type]
    assert queues.documents.read_periodic(datetime(2026, 5, 1, 12, 7)) == []
    (task,) = queues.documents.read_periodic(datetime(2026, 5, 1, 12, 20))
    queues.documents.execute(task)
    assert documents.made == archive.made == ["compact"]


def test_an_adventure_waits_once_for_its_pictures(desk: MemoryBench, tmp_path: Path) -> None:
    queues, drawn = Queues(tmp_path / "other.db"), Drawing()
    jobs = Jobs(queues, desk.memory, Calls(), pictures=drawn)  # type: ignore[arg-type]
    for adventure_id in ("a", "b", "a"):
        jobs.draw(adventure_id)
    jobs.draw_due()
    for _ in range(3):
        queues.pictures.execute(queues.pictures.dequeue())
    assert drawn.made == ["a", "b", "left by a crash"]
    assert queues.pictures.pending_count() == 0
