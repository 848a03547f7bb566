"""How the queues stand over time: whose turn it is in the database, and when an alert comes and goes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.services.memory_bench import MemoryBench, memory_bench
from workbench.errors import ModelFailed
from workbench.storage import tasks


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MemoryBench]:
    with memory_bench(tmp_path, task_retries=0) as made:
        yield made


def earlier(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat(timespec="microseconds")


def alert_of(desk: MemoryBench, name: str = "note_updates") -> str:
    return str(desk.memory.queue_status()[name].alert)


def begun_long_ago(desk: MemoryBench) -> None:
    desk.memory.queue_status()
    desk.memory._watch._began -= timedelta(hours=1)


def test_the_scene_at_hand_goes_first_and_each_note_is_named_once(desk: MemoryBench) -> None:
    orla = desk.entry("Orla")
    before = desk.updates("Aria went home.")[0]
    passage = desk.chapter("Orla met Teo, and Orla laughed. Orla left.")
    first, _ = desk.updates("Orla met Teo.", "Orla left.", entry=orla)
    teo = desk.updates("Teo stayed.", entry=desk.entry("Teo"))[0]
    with desk.bench.database.writing() as session:
        reading = tasks.add(session, "analysis", desk.story.id, passage_id=passage)
    assert [task.id for task in desk.memory.due()] == [reading.id, first, teo, before]
    assert desk.task(first).weight > desk.task(teo).weight
    with desk.bench.database.writing() as session:
        assert tasks.claim(session, first, "app")
    assert [task.id for task in desk.memory.due()] == [reading.id, teo, before], "one at a time"


def test_a_queue_that_stands_still_is_told_until_it_moves(desk: MemoryBench) -> None:
    task_id = desk.updates("Aria left.")[0]
    desk.sql("UPDATE memory_task SET created_at = ?", earlier(minutes=10))
    assert alert_of(desk) == "", "the app has only just begun"
    begun_long_ago(desk)
    assert "stands still" in alert_of(desk)
    assert "stands still" in desk.bench.system.health()["queue"]["alert"]
    assert alert_of(desk, "analyses") == ""
    desk.memory.pause_queue("note_updates")
    assert alert_of(desk) == ""
    desk.memory.resume_queue("note_updates")
    assert alert_of(desk) == "", "it has a few minutes to begin again"
    desk.sql("UPDATE queue_state SET changed_at = ?", earlier(minutes=10))
    assert "for 10 minutes" in alert_of(desk)
    desk.memory.process(task_id)
    assert alert_of(desk) == ""


def test_what_waits_for_the_model_or_the_writer_does_not_stand_still(desk: MemoryBench) -> None:
    desk.updates("Aria left.")
    desk.sql("UPDATE memory_task SET created_at = ?", earlier(minutes=10))
    begun_long_ago(desk)
    assert alert_of(desk)
    desk.model.state = "loading"
    assert alert_of(desk) == ""
    desk.model.state = "ready"
    assert alert_of(desk) == "", "it was not ready until now"
    begun_long_ago(desk)
    assert alert_of(desk)
    desk.memory._watch._writer_at_work = lambda: True
    assert alert_of(desk) == ""


def test_a_queue_that_keeps_failing_is_told_until_something_is_done(desk: MemoryBench) -> None:
    people = [desk.entry(f"Person{number}") for number in range(4)]
    ids = [desk.updates(f"{person.title} left the town.", entry=person)[0] for person in people]
    desk.script.failures["rewriter"] = [ModelFailed("No breath.") for _ in range(3)]
    for number, task_id in enumerate(ids[:3]):
        assert alert_of(desk) == "", number
        desk.memory.process(task_id)
    assert "the last 3 could not be done" in alert_of(desk)
    assert desk.memory.alerts() == [alert_of(desk)]
    desk.memory.process(ids[3])
    assert alert_of(desk) == ""


def test_the_last_half_hour_is_told_by_the_minute(desk: MemoryBench) -> None:
    ids = desk.updates("Aria left.", "Aria came.")
    desk.memory.process(ids[0])
    assert sum(minute.done for minute in desk.memory.queue_history()["note_updates"]) == 2
    desk.sql("UPDATE memory_task SET processed_at = ? WHERE id = ?", earlier(minutes=5), ids[0])
    desk.sql("UPDATE memory_task SET processed_at = ?, status = 'failed' WHERE id = ?", earlier(minutes=31), ids[1])
    minutes = desk.memory.queue_history()["note_updates"]
    assert len(minutes) == 30
    assert [29 - place for place, minute in enumerate(minutes) if minute.done] in ([5], [6])
    assert not any(minute.failed for minute in minutes)
