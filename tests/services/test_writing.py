"""Runs and drafts by the services, with a scripted model."""

import threading
import time
from pathlib import Path

import pytest

from tests.scripted import Script, ScriptedTextModel
from workbench.compose import Workbench
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, ModelFailed, ModelUnavailable


def passage(bench: Workbench, story: Story, instruction: str = "Aria finds a lantern, 200 words", **options) -> dict:
    run = bench.writing.start_chapter(story.id, instruction, options)
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "result", last.message
    assert last.data
    return last.data["passage"]


def at_rest(bench: Workbench) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not any(queue.pending or queue.running for queue in bench.memory.queue_status().values()):
            return True
        time.sleep(0.05)
    return False


def test_followers_that_come_late_see_the_same(bench: Workbench, story: Story, script: Script) -> None:
    script.delay = 0.001
    run = bench.writing.start_chapter(story.id, "Aria finds a lantern, 200 words")
    seen: list[list[str]] = [[], []]

    def follow(number: int) -> None:
        time.sleep(0.15 * number)
        seen[number] = [event.model_dump_json() for event in bench.writing.follow(run.id)]

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(seen[0]) > 10
    assert seen[0] == seen[1] == [event.model_dump_json() for event in bench.writing.follow(run.id)]
    assert bench.writing.get_run(run.id).status == "done"


def test_one_story_is_written_by_one_run_at_a_time(bench: Workbench, story: Story, script: Script) -> None:
    script.delay = 0.01
    run = bench.writing.start_chapter(story.id, "One, 200 words")
    with pytest.raises(Conflict, match="already at work"):
        bench.writing.start_chapter(story.id, "Two")
    bench.writing.cancel_run(run.id)
    assert list(bench.writing.follow(run.id))[-1].event == "error"
    assert bench.writing.get_run(run.id).status == "cancelled"
    assert bench.library.story_view(story.id).drafts == ()


def test_a_failed_run_goes_on_from_its_last_step(bench: Workbench, story: Story, script: Script) -> None:
    script.failures["rater"] = [ModelFailed("The model is out of breath. Try again.")]
    run = bench.writing.start_chapter(story.id, "Aria finds a lantern, 200 words", {"max_rounds": 1})
    last = list(bench.writing.follow(run.id))[-1]
    assert (last.event, last.message) == ("error", "The model is out of breath. Try again.")
    waiting = bench.writing.interrupted_run(story.id)
    assert waiting
    assert waiting.id == run.id
    before = [agent for agent, _ in script.calls].count("writer")
    bench.writing.resume_run(run.id)
    assert list(bench.writing.follow(run.id))[-1].event == "result"
    assert [agent for agent, _ in script.calls].count("writer") == before
    assert len(bench.library.story_view(story.id).drafts) == 1
    assert bench.writing.interrupted_run(story.id) is None
    with pytest.raises(Conflict, match="done"):
        bench.writing.resume_run(run.id)


def test_the_next_chapter_is_shown_what_has_become_true(bench: Workbench, story: Story, script: Script) -> None:
    bench.writing.accept(passage(bench, story)["id"])
    entry = bench.library.story_lore(story.id)[0][0]
    bench.library.write_note(story.id, entry.id, "Aria has lost her left hand.")
    script.calls.clear()
    passage(bench, story, "Aria climbs the tower, 200 words")
    prompt = str(script.calls[0][1][1].content)
    # What changes with every chapter stands behind the story, so that all before it needn't be read again.
    assert prompt.index("A mapmaker.") < prompt.index("Chapter 1\n") < prompt.index("Aria has lost her left hand.")
    assert prompt.index("Aria has lost her left hand.") < prompt.index("What happens in it")


def test_checkpoints_of_finished_runs_do_not_pile_up(bench: Workbench, story: Story, tmp_path: Path) -> None:
    import sqlite3

    for number in range(4):
        bench.writing.accept(passage(bench, story, f"Aria walks to gate {number}, 200 words")["id"])
    with sqlite3.connect(tmp_path / "checkpoints.db") as connection:
        threads = connection.execute("SELECT count(DISTINCT thread_id) FROM checkpoints").fetchone()[0]
    assert threads == 1


def test_discarding_takes_the_facts_back_and_accepting_again_brings_them(bench: Workbench, story: Story) -> None:
    draft = passage(bench, story)
    bench.writing.accept(draft["id"])
    bench.start_workers()
    assert at_rest(bench)
    entry = bench.library.story_lore(story.id)[0][0]
    learnt = bench.library.composite_document(story.id, entry.id)
    assert learnt.note
    assert learnt.indexed
    bench.writing.discard(draft["id"])
    assert bench.library.composite_document(story.id, entry.id).note == ""
    bench.writing.accept(draft["id"])
    assert bench.library.composite_document(story.id, entry.id).note == learnt.note
    assert at_rest(bench)
    assert len(bench.library.note_history(story.id, entry.id)) == 1


def test_a_task_that_is_discarded_while_it_waits_is_retracted(bench: Workbench, story: Story) -> None:
    draft = passage(bench, story)
    bench.writing.accept(draft["id"])
    bench.writing.discard(draft["id"])
    assert [task.status for task in bench.memory.tasks("analysis", story.id)] == ["retracted"]
    bench.writing.accept(draft["id"])
    assert [task.status for task in bench.memory.tasks("analysis", story.id)] == ["pending"]


def test_failed_memory_work_is_tried_again_and_then_told(bench: Workbench, story: Story, script: Script) -> None:
    entry = bench.library.story_lore(story.id)[0][0]
    script.failures["rewriter"] = [ModelFailed("The model is asleep. Wake it.")] * 20
    task = bench.memory.enqueue_note_update(story.id, entry.id, "Aria lost the key.")
    bench.start_workers()
    end = time.monotonic() + 60
    while bench.memory.tasks("note_update", story.id)[0].status != "failed" and time.monotonic() < end:
        time.sleep(0.05)
    failed = bench.memory.tasks("note_update", story.id)[0]
    assert (failed.status, failed.retry_count, failed.error) == ("failed", 3, "The model is asleep. Wake it.")
    assert bench.library.note_history(story.id, entry.id) == []
    script.failures.clear()
    bench.memory.retry("note_update", task.id)
    assert at_rest(bench)
    assert bench.library.composite_document(story.id, entry.id).note


def test_a_model_that_failed_is_told_with_what_to_do(bench: Workbench, story: Story) -> None:
    model = bench.model
    assert isinstance(model, ScriptedTextModel)
    model.state, model.error = "failed", "The file x.gguf is cut off. Download it again."
    with pytest.raises(ModelUnavailable, match="Download it again"):
        bench.writing.start_chapter(story.id, "Aria wakes")
    assert bench.system.health()["status"] == "degraded"
    assert bench.library.list_worlds()


def test_a_run_waits_for_a_model_that_loads(bench: Workbench, story: Story) -> None:
    model = bench.model
    assert isinstance(model, ScriptedTextModel)
    model.state = "loading"
    run = bench.writing.start_chapter(story.id, "Aria finds a lantern, 200 words")
    events = bench.writing.follow(run.id)
    assert next(events).message == "Waiting for the model to load"
    model.state = "ready"
    assert list(events)[-1].event == "result"


def test_characters_must_be_people_of_the_story(bench: Workbench, story: Story) -> None:
    with pytest.raises(InvalidInput, match="no character of this story"):
        bench.writing.start_chapter(story.id, "Aria wakes", {"characters": ["nobody"]})


def test_an_instruction_that_leaves_no_room_is_told(bench: Workbench, story: Story) -> None:
    run = bench.writing.start_chapter(story.id, "and then " * 3000)
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "error"
    assert "no room" in last.message
