"""The plan of a story: kept, put in order, tied to what is written, planned on, and read out of a text."""

import json
import threading
from typing import Any

import pytest

from tests.scripted import Script
from workbench.compose import Workbench
from workbench.domain.story import Passage, Story
from workbench.errors import Conflict, InvalidInput, ModelFailed, NotFound
from workbench.storage import stories

PLAN = [{"title": "The Bell", "summary": "Aria hears it."}, {"title": "The Quay", "summary": "She goes there."}]


def draft(
    bench: Workbench, story: Story, text: str = "Aria rowed out to the bell.", parent: str | None = ""
) -> Passage:
    """A draft behind the open branch's last chapter, or behind `parent`."""
    with bench.database.writing() as session:
        head = stories.active_branch(session, story.id).head_id if parent == "" else parent
        return stories.add_draft(session, story.id, head, text)


def titles(bench: Workbench, story: Story) -> list[str]:
    return [f"{one.number} {one.title}{' *' if one.passage_id else ''}" for one in bench.outlines.outline(story.id)]


def test_a_plan_is_kept_in_the_writers_order(bench: Workbench, story: Story) -> None:
    bell, quay = bench.outlines.save(story.id, PLAN)
    assert (quay.number, quay.title, quay.summary) == (2, "The Quay", "She goes there.")
    again = [{"title": "Before"}, {"id": quay.id, "title": "The old Quay", "summary": ""}, bell.model_dump()]
    saved = bench.outlines.save(story.id, again)
    assert [one.title for one in saved] == ["Before", "The old Quay", "The Bell"]
    assert [saved[1].id, saved[2].id] == [quay.id, bell.id]
    assert bench.outlines.save(story.id, [bell.model_dump()]) == [bench.outlines.outline(story.id)[0]]
    assert titles(bench, story) == ["1 The Bell"]


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ("The Bell", "must be a list"),
        (["The Bell"], "Item 1 must be an object"),
        ([{"title": "", "summary": " "}], "neither title nor summary"),
        ([{"title": "x" * 201}], "at most 200"),
        ([{"title": "A", "colour": "red"}], "colour"),
        ([{"id": "nowhere", "title": "A"}], "/get_outline"),
        ([{"title": "A"}] * 501, "at most 500"),
    ],
)
def test_a_plan_that_cannot_be_kept_changes_nothing(bench: Workbench, story: Story, items: Any, says: str) -> None:
    bench.outlines.save(story.id, PLAN)
    with pytest.raises(InvalidInput, match=says):
        bench.outlines.save(story.id, items)
    assert titles(bench, story) == ["1 The Bell", "2 The Quay"]


def test_an_accepted_chapter_is_tied_to_its_plan_and_a_discarded_one_is_not(bench: Workbench, story: Story) -> None:
    bench.outlines.save(story.id, PLAN)
    passage = bench.writing.accept(draft(bench, story).id)
    assert titles(bench, story) == ["1 The Bell *", "2 The Quay"]
    bench.writing.discard(passage.id)
    assert titles(bench, story) == ["1 The Bell", "2 The Quay"]


def test_a_chapter_that_is_told_anew_takes_over_the_tie(bench: Workbench, story: Story) -> None:
    bench.outlines.save(story.id, PLAN)
    bench.writing.accept(draft(bench, story).id)
    other = bench.writing.accept(draft(bench, story, "Aria stayed at home.", None).id)
    assert titles(bench, story) == ["1 The Bell *", "2 The Quay"]
    assert bench.outlines.outline(story.id)[0].passage_id == other.id


def test_each_branch_has_its_own_chapter_of_a_plan(bench: Workbench, story: Story) -> None:
    first = bench.writing.accept(draft(bench, story).id)
    bench.outlines.save(story.id, PLAN)
    bench.writing.accept(draft(bench, story, "Aria heard the bell.").id)
    branch = bench.tree.branch_story(story.id, first.id, "other")
    bench.tree.switch_branch(story.id, branch.id)
    assert titles(bench, story) == ["2 The Bell", "3 The Quay"]
    bench.writing.accept(draft(bench, story, "Aria was deaf that night.").id)
    assert titles(bench, story) == ["2 The Bell *", "3 The Quay"]
    bench.tree.switch_branch(story.id, story.branch_id)
    assert titles(bench, story) == ["2 The Bell *", "3 The Quay"]


def test_numbers_of_a_plan_that_is_taken_over_tie_it_to_what_is_written(bench: Workbench, story: Story) -> None:
    bench.writing.accept(draft(bench, story).id)
    bench.outlines.add(story.id, [{"number": 1, "title": "Was"}, {"number": 2, "title": "Comes"}])
    assert titles(bench, story) == ["1 Was *", "2 Comes"]


def test_only_what_is_to_come_can_be_moved(bench: Workbench, story: Story) -> None:
    bench.outlines.save(story.id, [*PLAN, {"title": "Home"}])
    bench.writing.accept(draft(bench, story).id)
    written, quay, home = bench.outlines.outline(story.id)
    assert [one.title for one in bench.outlines.move(home.id, 2)] == ["The Bell", "Home", "The Quay"]
    with pytest.raises(Conflict, match="written already"):
        bench.outlines.move(written.id, 2)
    with pytest.raises(Conflict, match="earliest place"):
        bench.outlines.move(quay.id, 1)
    with pytest.raises(InvalidInput, match="from 1 to 3"):
        bench.outlines.move(quay.id, 4)
    assert bench.outlines.delete(quay.id).title == "The Quay"
    with pytest.raises(NotFound, match="/get_outline"):
        bench.outlines.delete(quay.id)


def test_the_next_chapters_are_planned_behind_what_is_there(bench: Workbench, story: Story, script: Script) -> None:
    bench.writing.accept(draft(bench, story).id)
    bench.outlines.save(story.id, PLAN)
    planned = bench.outlines.generate(story.id, 3)
    assert [one["number"] for one in planned] == [4, 5, 6]
    assert all(one["title"] and one["summary"] and one["by"] == "model" for one in planned)
    assert [one["id"] for one in planned] == [one.id for one in bench.outlines.outline(story.id)][2:]
    last = [messages for name, messages in script.calls if name == "outliner"][-1]
    shown = "\n".join(str(message.content) for message in last)
    for earlier in ("She goes there.", planned[0]["summary"], planned[1]["summary"]):
        assert earlier in shown
    # Each call goes on from the one before, so that only what is new must be read.
    before = [messages for name, messages in script.calls if name == "outliner"][-2]
    assert [m.content for m in last[: len(before)]] == [m.content for m in before]


@pytest.mark.parametrize(
    "answer",
    [
        "{broken",
        json.dumps({"who": "Aria", "title": "The Bell", "summary": "Aria hears the bell and rows out to it alone."}),
        json.dumps({"who": "Aria", "title": "The Thing", "summary": "It is a thing, and the thing is one more thing."}),
    ],
)
def test_as_many_chapters_come_as_were_asked_for_whatever_the_model_says(
    bench: Workbench, story: Story, script: Script, answer: str
) -> None:
    script.answer["outliner"] = lambda messages, options: answer
    planned = bench.outlines.generate(story.id, 20)
    assert len(planned) == len({one["title"] for one in planned}) == 20
    assert all(one["summary"] for one in planned)
    assert planned[-1]["by"] == "rule"


def test_a_story_without_lore_is_planned_too(bench: Workbench, script: Script) -> None:
    world = bench.library.create_world("Empty")
    story = bench.library.create_story(world.id, "Nothing yet")
    script.failures["outliner"] = [ModelFailed("gone")] * 2
    first, second = bench.outlines.generate(story.id, 2)
    assert "Nothing is planned here yet" in first["summary"]
    assert second["by"] == "model"


@pytest.mark.parametrize("count", [0, 21, 1.5, "five", None])
def test_a_count_that_makes_no_sense(bench: Workbench, story: Story, count: Any) -> None:
    with pytest.raises(InvalidInput, match="The count must be"):
        bench.outlines.generate(story.id, count)


def test_a_stop_keeps_what_is_planned_and_meanwhile_nobody_else_plans(
    bench: Workbench, story: Story, script: Script
) -> None:
    at_second, go_on = threading.Event(), threading.Event()
    calls = []

    def answer(messages: Any, options: Any) -> str:
        calls.append(1)
        if len(calls) == 2:
            at_second.set()
            assert go_on.wait(20)
        who = options["response_format"]["json_schema"]["schema"]["properties"]["who"]
        name = who.get("const") or who["enum"][0]
        return json.dumps({"who": name, "title": "Debts", "summary": f"{name} sells the boat and keeps the oars."})

    script.answer["outliner"] = answer
    live = bench.outlines.begin(story.id, 3)
    assert at_second.wait(20)
    assert titles(bench, story) == ["1 Debts"]
    with pytest.raises(Conflict, match="being planned"):
        bench.outlines.begin(story.id, 1)
    live.cancel()
    go_on.set()
    assert [event.message for event in live.follow()][-1] == "Stopped."
    assert titles(bench, story) == ["1 Debts"]
    assert bench.outlines.live(story.id) is None


def test_a_plan_is_read_out_of_a_text_and_not_stored(bench: Workbench, story: Story, script: Script) -> None:
    script.answer["outline_text"] = lambda messages, options: json.dumps({"title": "The Empty Boat"})
    found = bench.outlines.extract("Chapter 1: The Bell\nAria hears it.\n", story.id)
    assert found == [{"number": 1, "title": "The Bell", "summary": "Aria hears it.", "by": "writer"}]
    assert script.calls == []
    found = bench.outlines.extract("Tobin finds the boat empty.\n\nAria runs from the council.")
    assert [one["title"] for one in found] == ["The Empty Boat", "Aria runs from the council"]
    assert [one["by"] for one in found] == ["model", "rule"]
    assert titles(bench, story) == []


def test_a_plan_is_read_without_a_model_too(bench: Workbench) -> None:
    bench.model.state = "loading"  # type: ignore[attr-defined]
    assert bench.outlines.extract("Tobin finds the boat empty.")[0]["title"] == "Tobin finds the boat empty"


@pytest.mark.parametrize("text", ["", "  \n ", "…\n\n—"])
def test_there_must_be_words_in_a_plan(bench: Workbench, text: str) -> None:
    with pytest.raises(InvalidInput):
        bench.outlines.extract(text)


def test_chapters_are_written_against_the_plan(bench: Workbench, story: Story, script: Script) -> None:
    bench.outlines.save(story.id, PLAN)
    run = bench.writing.start_chapter(story.id, "", {"max_rounds": 1})
    result = list(bench.writing.follow(run.id))[-1].data
    assert result is not None
    assert result["passage"]["instruction"] == "The Bell. Aria hears it."
    prompt = next(str(messages[-1].content) for name, messages in script.calls if name == "writer")
    assert "Planned for chapter 1: The Bell. Aria hears it." in prompt
    assert "Planned for chapter 2, not to be told before: The Quay" in prompt
    assert "She goes there." not in prompt
    bench.writing.accept(result["passage"]["id"])
    assert titles(bench, story)[0] == "1 The Bell *"


def test_without_a_plan_an_instruction_is_needed(bench: Workbench, story: Story) -> None:
    with pytest.raises(InvalidInput, match="The instruction is empty"):
        bench.writing.start_chapter(story.id, " ")
