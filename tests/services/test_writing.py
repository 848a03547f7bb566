"""Runs and drafts by the services, with a scripted model."""

import threading
import time
from pathlib import Path

import pytest

from tests.scripted import Script, ScriptedTextModel
from workbench.compose import Workbench
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, ModelFailed, ModelUnavailable, NotFound


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


# A chapter with a change


def modified(bench: Workbench, passage_id: str, instruction: str, **options) -> dict:
    run = bench.writing.start_modification(passage_id, instruction, options)
    assert run.graph == "modify"
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "result", last.message
    assert last.data
    return last.data


def test_a_change_stands_beside_the_old_passage(bench: Workbench, story: Story) -> None:
    old = passage(bench, story)
    data = modified(bench, old["id"], "Let an elephant appear")
    new = data["passage"]
    assert (new["parent_id"], new["number"], new["state"]) == (old["parent_id"], old["number"], "draft")
    assert new["instruction"] == old["instruction"]
    assert "elephant" in new["text"]
    assert data["modified"] == old["id"]
    assert data["rounds"] == 1
    pieces = data["difference"]
    assert "".join(piece["text"] for piece in pieces if piece["kind"] != "added") == old["text"]
    assert "".join(piece["text"] for piece in pieces if piece["kind"] != "removed") == new["text"]
    drafts = bench.library.story_view(story.id).drafts
    assert [draft.id for draft in drafts] == [old["id"], new["id"]]
    assert drafts[0].text == old["text"]


def test_an_accepted_chapter_is_told_again_as_the_story_stood_before_it(
    bench: Workbench, story: Story, script: Script
) -> None:
    first = passage(bench, story, auto_accept=True)
    beginning = [message.content for message in script.calls[0][1]]
    entry = bench.library.story_lore(story.id)[0][0]
    bench.library.write_note(story.id, entry.id, "Aria has lost her left hand.")
    script.calls.clear()
    new = modified(bench, first["id"], "Let an elephant appear")["passage"]
    asked = next(messages for agent, messages in script.calls if agent == "modify")
    assert [message.content for message in asked[:2]] == beginning
    bench.writing.accept(new["id"])
    view = bench.library.story_view(story.id)
    assert [one.id for one in view.passages] == [new["id"]]


def test_a_changed_chapter_is_changed_again_from_the_same_beginning(
    bench: Workbench, story: Story, script: Script
) -> None:
    context = {"plot_elements": [{"content": "A storm is near."}]}
    old = passage(bench, story, max_tokens=500, structured_context=context)
    beginning = [message.content for message in script.calls[0][1]]
    second = modified(bench, old["id"], "Let an elephant appear")["passage"]
    third = modified(bench, second["id"], "Let a giraffe appear")["passage"]
    asked = [messages for agent, messages in script.calls if agent == "modify"]
    assert [[message.content for message in messages[:2]] for messages in asked] == [beginning, beginning]
    assert "elephant" in third["text"]
    assert "giraffe" in third["text"]


def test_a_change_that_was_interrupted_goes_on(bench: Workbench, story: Story, script: Script) -> None:
    old = passage(bench, story)
    script.failures["rater"] = [ModelFailed("The model is out of breath. Try again.")]
    run = bench.writing.start_modification(old["id"], "Let an elephant appear")
    assert list(bench.writing.follow(run.id))[-1].event == "error"
    asked = [agent for agent, _ in script.calls].count("modify")
    bench.writing.resume_run(run.id)
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "result", last.message
    assert last.data
    assert last.data["modified"] == old["id"]
    assert [agent for agent, _ in script.calls].count("modify") == asked == 1


def test_a_chapter_that_did_not_change_is_said_to_be_the_same(bench: Workbench, story: Story, script: Script) -> None:
    old = passage(bench, story)
    script.answer["modify"] = lambda messages, options: old["text"]
    data = modified(bench, old["id"], "Let an elephant appear")
    assert data["review"]["summary"].startswith("The chapter came back unchanged.")
    assert [piece["kind"] for piece in data["difference"]] == ["same"]


def test_what_cannot_be_changed_is_told(bench: Workbench, story: Story) -> None:
    with pytest.raises(NotFound):
        bench.writing.start_modification("nobody", "Let it rain")
    old = passage(bench, story)
    with pytest.raises(InvalidInput, match="empty"):
        bench.writing.start_modification(old["id"], "  ")
    long = bench.writing.edit(old["id"], "Aria walks on and on. " * 900)
    run = bench.writing.start_modification(long.id, "Let it rain")
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "error"
    assert "word-pieces" in last.message
