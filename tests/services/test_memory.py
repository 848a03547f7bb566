"""What workers do with the memory's tasks: folded, interrupted, failing, retracted, paused."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.memory_bench import MemoryBench, memory_bench, rewritten
from workbench.errors import InvalidInput, ModelFailed
from workbench.storage import tasks

TOLD = ("Aria lost her lantern.", "Aria sold 3 maps.", "Aria bought a boat.", "Aria hid the letter.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MemoryBench]:
    with memory_bench(tmp_path) as made:
        yield made


def died(learnt: Any) -> list[Any]:
    """In the place of the last step, which a killed process never came to."""
    return [None for _ in learnt]


def creates(messages: Any, _options: Any) -> str:
    """An entry called what the summary says after “called”."""
    name = str(messages[-1].content).split("called ")[1].split(".")[0]
    return json.dumps({"title": name, "content": "It was seen by the water one day.", "tags": ["new"], "aliases": []})


# Told together


def test_updates_of_one_note_are_told_in_one_rewrite(desk: MemoryBench) -> None:
    ids = desk.updates(*TOLD)
    desk.memory.process(ids[0])
    (revision,) = desk.revisions()
    assert revision.event.splitlines() == list(TOLD)
    assert revision.evidence.splitlines() == list(TOLD)
    assert revision.note == " ".join(TOLD)
    assert (revision.task_id, revision.origin, revision.model) == (ids[0], "model", "Scripted")
    assert desk.asked("rewriter") == 1
    leader, *others = [desk.task(one) for one in ids]
    assert leader.folded_into is None
    assert {one.folded_into for one in others} == {leader.id}
    assert [one.summary for one in (leader, *others)] == list(TOLD)
    assert leader.log[2].what == "Told together with 3 more of the same note"
    assert {one.log[2].what for one in others} == {f"Told in one rewrite with “{TOLD[0]}”"}
    assert {(one.status, one.entry_id, one.processed_at) for one in (leader, *others)} == {
        ("done", desk.aria.id, leader.processed_at)
    }
    assert desk.agrees()


def test_no_more_are_told_together_than_the_setting_allows(tmp_path: Path) -> None:
    with memory_bench(tmp_path, note_batch=3) as desk:
        ids = desk.updates(*TOLD)
        desk.memory.process(ids[0])
        assert desk.states(ids) == ["done", "done", "done", "pending"]
        desk.memory.process(ids[3])
        assert [one.event.count("\n") + 1 for one in desk.revisions()] == [3, 1]
        assert desk.revisions()[-1].note == " ".join(TOLD)


def test_passages_and_notes_are_not_mixed_up(desk: MemoryBench) -> None:
    orla = desk.entry("Orla")
    first, other = desk.updates(TOLD[0]) + desk.updates("Orla left.", entry=orla)
    desk.chapter("Aria walked on.")
    second = desk.updates(TOLD[1])[0]
    desk.memory.process(second)
    assert desk.states([second]) == ["pending"], "an earlier one of the same note goes first"
    desk.memory.process(first)
    assert desk.states([first, other, second]) == ["done", "pending", "pending"]
    desk.memory.process(second)
    assert [one.event for one in desk.revisions()] == [TOLD[0], TOLD[1]]


def test_what_lies_between_keeps_the_order(desk: MemoryBench) -> None:
    ids = desk.updates(*TOLD)
    desk.sql("UPDATE memory_task SET not_before = '9999' WHERE id = ?", ids[1])
    desk.memory.process(ids[0])
    assert desk.states(ids) == ["done", "pending", "pending", "pending"]
    desk.memory.process(ids[2])
    assert desk.states(ids) == ["done", "pending", "pending", "pending"]


def test_the_same_event_is_told_once(desk: MemoryBench) -> None:
    ids = desk.updates(TOLD[0], TOLD[0])
    desk.memory.process(ids[0])
    assert [one.event for one in desk.revisions()] == [TOLD[0]]
    assert desk.states(ids) == ["done", "done"]


def test_a_note_that_had_to_be_appended_says_so_at_each_task(desk: MemoryBench) -> None:
    desk.script.answer["rewriter"] = lambda *_: "nothing"
    ids = desk.updates(*TOLD[:2])
    desk.memory.process(ids[0])
    assert all("appended as it stands" in desk.task(one).error for one in ids)
    assert (desk.revisions()[0].origin, desk.revisions()[0].model) == ("appended", "")


def test_an_update_rests_on_the_note_of_its_own_branch(desk: MemoryBench) -> None:
    first = desk.chapter("One.")
    desk.chapter("Two.")
    waiting = desk.updates("Aria counted 9 bells.")[0]
    branch = desk.bench.tree.branch_story(desk.story.id, first, "Other")
    desk.bench.tree.switch_branch(desk.story.id, branch.id)
    desk.chapter("Another two.", after=first)
    here = desk.updates("Aria drowned.")[0]
    desk.sql("UPDATE memory_task SET created_at = '2020-01-01T00:00:00.000000+00:00' WHERE id = ?", here)
    desk.memory.process(here)
    desk.memory.process(waiting)
    prompts = [str(messages[-1].content) for agent, messages in desk.script.calls if agent == "rewriter"]
    assert "9 bells" in prompts[-1]
    assert "drowned" not in prompts[-1]


# Dying


@pytest.mark.parametrize("follower", [False, True], ids=["leader first", "follower first"])
def test_a_death_behind_the_stored_rewrite_leaves_only_the_index_to_do(
    desk: MemoryBench, monkeypatch: pytest.MonkeyPatch, follower: bool
) -> None:
    ids = desk.updates(*TOLD[:3])
    with monkeypatch.context() as dying:
        dying.setattr(desk.memory._finishing, "finish", died)
        desk.memory.process(ids[0])
    assert desk.states(ids) == ["running"] * 3
    assert desk.memory.recover("app") == 3
    late = desk.updates(TOLD[3])[0]
    if follower:
        desk.memory.process(ids[1])
        assert desk.states(ids) == ["pending"] * 3, "its leader goes first"
    desk.memory.process(ids[0])
    assert desk.states([*ids, late]) == ["done", "done", "done", "pending"]
    assert desk.asked("rewriter") == 1
    desk.memory.process(late)
    assert [one.event.splitlines() for one in desk.revisions()] == [list(TOLD[:3]), [TOLD[3]]]
    assert desk.agrees()


def test_a_death_before_the_rewrite_is_stored_begins_anew(desk: MemoryBench, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = desk.updates(*TOLD[:2])
    with monkeypatch.context() as dying:
        dying.setattr(desk.memory._learning, "learn", lambda task: None)
        desk.memory.process(ids[0])
    assert desk.memory.recover("app") == 2
    assert [desk.task(one).folded_into for one in ids] == [None, None]
    ids += desk.updates(TOLD[2])
    desk.memory.process(ids[0])
    assert desk.states(ids) == ["done"] * 3
    assert [one.event.splitlines() for one in desk.revisions()] == [list(TOLD[:3])]


def test_what_was_taken_back_and_put_back_meanwhile_is_not_finished_by_the_old_worker(desk: MemoryBench) -> None:
    passage = desk.chapter("One.")
    ids = desk.updates(*TOLD[:2])
    late: list[str] = []

    def hesitates(messages: Any, options: Any) -> str:
        desk.script.answer.pop("rewriter")
        with desk.bench.database.writing() as session:
            tasks.retract_passage(session, passage)
            tasks.restore_passage(session, passage)
        late.extend(desk.updates(TOLD[2]))
        return " ".join(TOLD[:2])

    desk.script.answer["rewriter"] = hesitates
    desk.memory.process(ids[0])
    assert desk.revisions() == []
    assert desk.states(ids) == ["pending", "pending"]
    desk.script.answer["rewriter"] = rewritten
    desk.memory.process(ids[0])
    assert desk.states([*ids, *late]) == ["done"] * 3
    assert [one.event.splitlines() for one in desk.revisions()] == [list(TOLD[:3])]


# Failing


def test_a_failure_counts_for_all_and_each_can_be_tried_again(tmp_path: Path) -> None:
    with memory_bench(tmp_path, task_retries=1) as desk:
        ids = desk.updates(*TOLD[:3])
        desk.script.failures["rewriter"] = [ModelFailed("The model is out of breath.") for _ in range(2)]
        desk.memory.process(ids[0])
        assert [(one.status, one.retry_count, one.folded_into) for one in map(desk.task, ids)] == [
            ("pending", 1, None)
        ] * 3
        desk.memory.process(ids[0])
        assert desk.states(ids) == ["failed"] * 3
        assert {desk.task(one).error for one in ids} == {"The model is out of breath."}
        desk.memory.retry("note_update", ids[1])
        desk.memory.process(ids[1])
        assert desk.states(ids) == ["failed", "done", "failed"]
        desk.memory.retry("note_update", ids[0])
        desk.memory.process(ids[0])
        assert [one.event for one in desk.revisions()] == [TOLD[1], TOLD[0]]
        assert desk.states(ids) == ["done", "done", "failed"]


@pytest.mark.parametrize("place", [0, 1])
def test_after_a_broken_index_a_retry_by_hand_tells_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    def broken(*_: Any) -> int:
        raise OSError("disk full")

    with memory_bench(tmp_path, task_retries=0) as desk:
        ids = desk.updates(*TOLD[:2])
        with monkeypatch.context() as breaking:
            breaking.setattr(desk.memory._finishing._documents, "sync_entries", broken)
            desk.memory.process(ids[0])
        assert desk.states(ids) == ["failed", "failed"]
        assert "disk full" in desk.task(ids[1]).error
        desk.memory.retry("note_update", ids[place])
        desk.memory.process(ids[place])
        assert desk.states(ids) == (["done", "done"] if place == 0 else ["failed", "done"])
        assert len(desk.revisions()) == desk.asked("rewriter") == 1
        assert desk.agrees()


def test_what_happened_to_a_task_can_be_read(tmp_path: Path) -> None:
    with memory_bench(tmp_path, task_retries=1) as desk:
        ids = desk.updates(*TOLD[:2])
        desk.script.failures["rewriter"] = [ModelFailed("The model is out of breath.") for _ in range(2)]
        for _ in range(2):
            desk.memory.process(ids[0])
        desk.memory.retry("note_update", ids[0])
        desk.memory.process(ids[0])
        told = [line.what for line in desk.task(ids[0]).log]
        assert told[0] == "Queued"
        assert "Try 1 failed: The model is out of breath. The next one is in 0 seconds" in told
        assert told.index("Failed for good: The model is out of breath.") < told.index("Tried again by hand")
        assert told[-1] == "Done."
        moments = [line.at for line in desk.task(ids[0]).log]
        assert moments == sorted(moments)
        done = desk.task(ids[0])
        assert done.started_at
        assert done.processed_at
        assert done.created_at < done.started_at < done.processed_at


# New entries


def test_new_entries_are_taken_a_few_at_a_time_and_indexed_together(
    desk: MemoryBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries = [f"There is a boat called Tern-{number}." for number in range(5)]
    ids = [desk.memory.enqueue_entity_creation(desk.story.id, "item", one).id for one in summaries]
    desk.script.answer["creator"] = creates
    writes: list[int] = []
    sync = desk.memory._finishing._documents.sync_entries

    def counted(story_id: str, entry_ids: list[str]) -> int:
        writes.append(len(entry_ids))
        return int(sync(story_id, entry_ids))

    monkeypatch.setattr(desk.memory._finishing._documents, "sync_entries", counted)
    desk.memory.process(ids[0])
    assert desk.states(ids) == ["done"] * 3 + ["pending"] * 2
    assert writes == [3]
    made = [entry for entry, *_ in desk.bench.library.story_lore(desk.story.id) if entry.is_dynamically_generated]
    assert {one.title for one in made} == {"Tern-0", "Tern-1", "Tern-2"}
    assert {one.review for one in made} == {"proposed"}
    assert desk.agrees()


def test_one_entry_that_fails_does_not_keep_the_others(desk: MemoryBench) -> None:
    ids = [
        desk.memory.enqueue_entity_creation(desk.story.id, "item", f"There is a thing called T{n}.").id
        for n in range(3)
    ]
    desk.script.answer["creator"] = creates
    desk.script.failures["creator"] = [ModelFailed("No.")]
    desk.memory.process(ids[0])
    assert [(one.status, one.retry_count) for one in map(desk.task, ids)] == [("pending", 1), ("done", 0), ("done", 0)]


def test_what_is_handed_over_meanwhile_is_indexed_together(desk: MemoryBench, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [desk.entry(f"Person{number}") for number in range(5)]
    ids = [desk.updates(f"{person.title} left.", entry=person)[0] for person in people]
    documents, may_write, writes = desk.memory._finishing._documents, threading.Event(), list[int]()
    sync = documents.sync_entries

    def slow(story_id: str, entry_ids: list[str]) -> int:
        writes.append(len(entry_ids))
        assert may_write.wait(20)
        if len(writes) == 1:
            raise OSError("disk full")
        return int(sync(story_id, entry_ids))

    monkeypatch.setattr(documents, "sync_entries", slow)
    for task_id in ids:
        desk.memory.process(task_id, wait=False)
    assert len(desk.revisions(people[4])) == 1, "nobody waits for the index"
    assert desk.states(ids) == ["running"] * 5
    may_write.set()
    desk.memory.end(20)
    assert sum(writes) == 5
    assert len(writes) == 2
    failed, done = desk.states(ids)[: writes[0]], desk.states(ids)[writes[0] :]
    assert set(failed) == {"pending"}
    assert set(done) == {"done"}


# Pausing


def test_a_paused_queue_begins_nothing_and_stays_so_over_a_restart(desk: MemoryBench) -> None:
    ids = desk.updates(*TOLD[:1])
    assert desk.memory.pause_queue("note_updates").paused
    desk.memory.process(ids[0])
    assert desk.memory.due() == []
    desk.restart()
    desk.memory.process(ids[0])
    assert desk.states(ids) == ["pending"]
    assert [queue.paused for queue in desk.memory.queue_status().values()] == [True, False, False]
    assert not desk.memory.resume_queue("Note_Updates").paused
    desk.memory.process(ids[0])
    assert desk.states(ids) == ["done"]


def test_what_is_in_hand_ends_and_the_rest_of_the_batch_waits(desk: MemoryBench) -> None:
    ids = [
        desk.memory.enqueue_entity_creation(desk.story.id, "item", f"There is a thing called T{n}.").id
        for n in range(3)
    ]

    def pauses(messages: Any, options: Any) -> str:
        desk.memory.pause_queue("entity_creations")
        return creates(messages, options)

    desk.script.answer["creator"] = pauses
    desk.memory.process(ids[0])
    assert desk.states(ids) == ["done", "pending", "pending"]
    assert [one.retry_count for one in map(desk.task, ids)] == [0, 0, 0]


def test_an_unknown_queue_is_told_which_there_are(desk: MemoryBench) -> None:
    with pytest.raises(InvalidInput, match="note_updates, entity_creations, analyses"):
        desk.memory.pause_queue("notes")


# The writer goes first


def test_the_index_waits_for_the_writer(desk: MemoryBench) -> None:
    writing = [False]
    desk.memory._writer_at_work = lambda: writing[0]

    def begins_a_chapter(*_: Any) -> str:
        writing[0] = True
        # Longer than the worker trusts what it saw last.
        time.sleep(0.3)
        return TOLD[0]

    desk.script.answer["rewriter"] = begins_a_chapter
    ids = desk.updates(TOLD[0])
    worker = threading.Thread(target=desk.memory.process, args=(ids[0],))
    worker.start()
    deadline = time.monotonic() + 20
    while not desk.revisions() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.6)
    assert desk.states(ids) == ["running"]
    assert not desk.bench.library.composite_document(desk.story.id, desk.aria.id).indexed
    writing[0] = False
    worker.join(20)
    assert desk.states(ids) == ["done"]
    assert desk.bench.library.composite_document(desk.story.id, desk.aria.id).indexed


# With workers


def test_workers_come_to_the_end_of_a_mixed_load(desk: MemoryBench) -> None:
    people = [desk.entry(f"Person{number}") for number in range(6)]
    for number in range(4):
        for person in people:
            desk.updates(f"{person.title} counted {number * 7 + 1} herons.", entry=person)
    for number in range(6):
        desk.memory.enqueue_entity_creation(desk.story.id, "item", f"There is a thing called T{number}.")
    desk.script.answer["creator"] = creates
    desk.bench.start_workers()
    deadline = time.monotonic() + 60
    while any(q.pending or q.running for q in desk.memory.queue_status().values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    status = desk.memory.queue_status()
    assert [(queue.pending, queue.running, queue.failed) for queue in status.values()] == [(0, 0, 0)] * 3
    for person in people:
        told = "\n".join(one.event for one in desk.revisions(person)).splitlines()
        assert told == [f"{person.title} counted {number * 7 + 1} herons." for number in range(4)]
    minutes = desk.memory.queue_history()["note_updates"]
    assert len(minutes) == 30
    assert sum(one.done for one in minutes) == 24
    assert desk.agrees()


# The writer's word


def test_a_note_that_the_writer_changes_meanwhile_stands(desk: MemoryBench) -> None:
    own = "Aria is a ghost, and nobody knows it."

    def rewriter(messages: Any, options: Any) -> str:
        if desk.asked("rewriter") == 1:
            desk.bench.library.write_note(desk.story.id, desk.aria.id, own)
        return rewritten(messages, options)

    desk.script.answer["rewriter"] = rewriter
    (task,) = desk.updates(TOLD[0])
    desk.memory.process(task)
    assert [(one.origin, one.note) for one in desk.revisions()] == [("writer", own), ("model", f"{own} {TOLD[0]}")]
    assert desk.states([task]) == ["done"]


def test_a_note_that_never_rests_gets_its_event_all_the_same(desk: MemoryBench) -> None:
    def rewriter(messages: Any, options: Any) -> str:
        note = f"Aria counted {10 + desk.asked('rewriter')} bells."
        desk.bench.library.write_note(desk.story.id, desk.aria.id, note)
        return rewritten(messages, options)

    desk.script.answer["rewriter"] = rewriter
    (task,) = desk.updates(TOLD[0])
    desk.memory.process(task)
    last = desk.revisions()[-1]
    assert (last.origin, last.note) == ("appended", f"Aria counted 12 bells. {TOLD[0]}")


def test_what_is_told_late_doesnt_reach_back_beyond_its_note(desk: MemoryBench) -> None:
    first = desk.chapter("One.")
    (late,) = desk.updates(TOLD[0])
    desk.sql("UPDATE memory_task SET status = 'failed' WHERE id = ?", late)
    desk.chapter("Two.")
    (second,) = desk.updates(TOLD[1])
    desk.memory.process(second)
    desk.memory.retry("note_update", late)
    desk.memory.process(late)
    assert desk.revisions()[-1].note == f"{TOLD[1]} {TOLD[0]}"
    # On a branch that parts before the second chapter nothing of the second may be known.
    branch = desk.bench.tree.branch_story(desk.story.id, first, "Elsewhere")
    desk.bench.tree.switch_branch(desk.story.id, branch.id)
    assert all(TOLD[1] not in one.note for one in desk.revisions())


def test_updates_follow_an_entry_that_was_merged(desk: MemoryBench) -> None:
    orla = desk.entry("Orla")
    (task,) = desk.updates("Orla left the town.", entry=orla)
    desk.sql("UPDATE lore_entry SET review = 'merged', merged_into = ? WHERE id = ?", desk.aria.id, orla.id)
    desk.memory.process(task)
    assert desk.revisions()[-1].note == "Orla left the town."
    assert desk.states([task]) == ["done"]


def test_nothing_is_noted_of_an_entry_that_was_discarded(desk: MemoryBench) -> None:
    orla = desk.entry("Orla")
    (task,) = desk.updates("Orla left the town.", entry=orla)
    desk.sql("UPDATE lore_entry SET review = 'discarded' WHERE id = ?", orla.id)
    desk.memory.process(task)
    assert desk.states([task]) == ["done"]
    assert "discarded" in desk.task(task).error
    assert desk.asked("rewriter") == 0
