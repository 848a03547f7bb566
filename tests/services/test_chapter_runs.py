"""Several chapters in a row: in the plan's order, stopped, gone on with, and never written twice."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.domain.runs import RunEvent
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, ModelFailed, NotFound
from workbench.services import evening
from workbench.settings import Settings
from workbench.storage import stories

TEXT = """Part One: Salt
1. The Bell: Aria hears a bell.
2. The Quay: Aria waits for Tobin.
Part Two: Iron
1. The Forge: Aria asks for a key.
2. The Road: Tobin sells his boat.
"""
SHORT = {"max_rounds": 1}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No workers run here, so nobody is waited for."""
    monkeypatch.setattr(evening, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(evening, "RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(evening, "LOOK_S", 0.01)


@pytest.fixture
def planned(bench: Workbench, story: Story) -> Story:
    bench.outlines.add(story.id, bench.outlines.extract(TEXT, story.id))
    return story


class Held:
    """Holds the writer up at the chapter of a number, until the test lets it go on."""

    def __init__(self, script: Script, number: int) -> None:
        self._script, self._number = script, number
        self.reached, self.go_on = threading.Event(), threading.Event()
        script.answer["writer"] = self.answer

    def answer(self, messages: Sequence[Any], options: dict[str, Any]) -> str:
        if f"Write chapter {self._number} " in str(messages[-1].content) and not self.reached.is_set():
            self.reached.set()
            assert self.go_on.wait(30)
        return self._script.chapter(messages)


def told(bench: Workbench, run_id: str) -> list[RunEvent]:
    return list(bench.chapter_runs.follow(run_id))


def result(bench: Workbench, run_id: str) -> dict[str, Any]:
    last = told(bench, run_id)[-1]
    assert last.event == "result", last.message
    assert last.data is not None
    return last.data


def written(bench: Workbench, story: Story) -> list[str]:
    """The accepted chapters: number, and what each was written for."""
    return [f"{one.number} {one.instruction}" for one in bench.library.story_view(story.id).passages]


WHOLE = [
    "1 The Bell. Aria hears a bell.",
    "2 The Quay. Aria waits for Tobin.",
    "3 The Forge. Aria asks for a key.",
    "4 The Road. Tobin sells his boat.",
]


def test_the_whole_plan_is_written_part_by_part(bench: Workbench, planned: Story) -> None:
    run = bench.chapter_runs.start(planned.id, 0, {**SHORT, "accept_score": 9})
    data = result(bench, run.id)
    assert written(bench, planned) == WHOLE
    assert [one["title"] for one in data["chapters"]] == ["The Bell", "The Quay", "The Forge", "The Road"]
    assert all(one["below"] and 0 < one["rating"] < 9 for one in data["chapters"])
    assert [one["title"] for one in data["parts"]] == ["Salt", "Iron"]
    assert not data["stopped"]
    for part, one in zip(bench.parts.plan(planned.id), data["parts"], strict=True):
        assert part.done
        assert part.told == one["told"] != ""
    assert all(item.passage_id for item in bench.outlines.outline(planned.id))
    tokens = [event.text for event in told(bench, run.id) if event.event == "token"]
    assert [text.splitlines()[0] for text in tokens] == [
        "Chapter 1: The Bell", "Chapter 2: The Quay", "Chapter 3: The Forge", "Chapter 4: The Road",
    ]  # fmt: skip
    assert bench.library.story_view(planned.id).drafts == ()
    state = bench.chapter_runs.state(planned.id)
    assert state is not None
    assert (state.state, state.written) == ("done", 4)


def test_each_chapter_can_be_looked_at_as_any_other(bench: Workbench, planned: Story) -> None:
    result(bench, bench.chapter_runs.start(planned.id, 1, SHORT).id)
    passage = bench.library.story_view(planned.id).passages[0]
    found = bench.writing.result_of_passage(passage.id)
    assert found is not None
    assert found["passage"]["id"] == passage.id
    assert bench.writing.interrupted_run(planned.id) is None


def test_as_many_as_were_asked_for_and_only_of_a_part(bench: Workbench, planned: Story) -> None:
    assert len(result(bench, bench.chapter_runs.start(planned.id, 1, SHORT).id)["chapters"]) == 1
    salt, iron = (one.part.id for one in bench.parts.plan(planned.id))
    with pytest.raises(Conflict, match="The Quay"):
        bench.chapter_runs.start(planned.id, 0, {**SHORT, "part_id": iron})
    result(bench, bench.chapter_runs.start(planned.id, 0, {**SHORT, "part_id": salt}).id)
    assert written(bench, planned) == WHOLE[:2]
    data = result(bench, bench.chapter_runs.start(planned.id, 9, {**SHORT, "words": 60}).id)
    assert "2 of 9" in data["message"]
    assert written(bench, planned)[2] == f"{WHOLE[2]} About 60 words."


@pytest.mark.parametrize(
    ("count", "options", "says"),
    [
        (-1, {}, "The count"),
        (501, {}, "The count"),
        (1, {"words": 5}, "words"),
        (1, {"colour": "red"}, "colour"),
        (1, {"characters": ["nobody"]}, "nobody"),
    ],
)
def test_what_cannot_be_written(bench: Workbench, planned: Story, count: int, options: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        bench.chapter_runs.start(planned.id, count, options)
    assert bench.chapter_runs.state(planned.id) is None


def test_without_a_plan_there_is_nothing_to_write(bench: Workbench, story: Story) -> None:
    with pytest.raises(InvalidInput, match="Nothing is planned"):
        bench.chapter_runs.start(story.id, 3, SHORT)
    with pytest.raises(Conflict, match="nothing to stop"):
        bench.chapter_runs.stop(story.id)
    with pytest.raises(NotFound):
        bench.chapter_runs.start("nowhere", 3, SHORT)


def test_the_plan_may_change_in_between(bench: Workbench, planned: Story, script: Script) -> None:
    held = Held(script, 1)
    run = bench.chapter_runs.start(planned.id, 0, SHORT)
    assert held.reached.wait(30)
    _, quay, forge, _ = bench.outlines.outline(planned.id)
    bench.outlines.delete(forge.id)
    bench.outlines.change(quay.id, "The Pier", "Nobody comes.")
    # What is being written keeps its place, whatever is put before it now.
    bench.outlines.add(planned.id, [{"title": "Before", "summary": "A storm."}])
    bench.outlines.move(bench.outlines.outline(planned.id)[-1].id, 1)
    held.go_on.set()
    result(bench, run.id)
    assert written(bench, planned) == [
        WHOLE[0], "2 Before. A storm.", "3 The Pier. Nobody comes.", "4 The Road. Tobin sells his boat.",
    ]  # fmt: skip
    assert [item.title for item in bench.outlines.outline(planned.id)] == ["The Bell", "Before", "The Pier", "The Road"]


def test_a_stop_after_the_chapter_in_hand(bench: Workbench, planned: Story, script: Script) -> None:
    held = Held(script, 2)
    run = bench.chapter_runs.start(planned.id, 0, SHORT)
    assert held.reached.wait(30)
    assert bench.chapter_runs.stop(planned.id).state == "stopping"
    with pytest.raises(Conflict, match="in a row"):
        bench.writing.start_chapter(planned.id, "Something else")
    held.go_on.set()
    assert result(bench, run.id)["stopped"]
    assert written(bench, planned) == WHOLE[:2]


def test_a_stop_at_once_and_on_again(bench: Workbench, planned: Story, script: Script) -> None:
    held = Held(script, 2)
    run = bench.chapter_runs.start(planned.id, 0, SHORT)
    assert held.reached.wait(30)
    bench.chapter_runs.stop(planned.id, at_once=True)
    held.go_on.set()
    assert told(bench, run.id)[-1].event == "error"
    state = bench.chapter_runs.state(planned.id)
    assert state is not None
    assert (state.state, state.written) == ("stopped", 1)
    assert bench.chapter_runs.go_on() == [], "the writer had stopped it"
    assert bench.writing.resume_run(run.id).id == run.id
    result(bench, run.id)
    assert written(bench, planned) == WHOLE


def test_a_chapter_whose_plan_was_changed_while_it_was_stopped_is_begun_anew(
    bench: Workbench, planned: Story, script: Script
) -> None:
    held = Held(script, 1)
    run = bench.chapter_runs.start(planned.id, 1, SHORT)
    assert held.reached.wait(30)
    bench.chapter_runs.stop(planned.id, at_once=True)
    held.go_on.set()
    told(bench, run.id)
    bench.outlines.change(bench.outlines.outline(planned.id)[0].id, "The Drum", "It beats.")
    bench.chapter_runs.resume(run.id)
    result(bench, run.id)
    assert written(bench, planned) == ["1 The Drum. It beats."]


def test_a_model_that_fails_is_asked_again(bench: Workbench, planned: Story, script: Script) -> None:
    script.failures["writer"] = [ModelFailed("away")] * 2
    assert len(result(bench, bench.chapter_runs.start(planned.id, 1, SHORT).id)["chapters"]) == 1
    script.failures["writer"] = [ModelFailed("The server is away.")] * 9
    run = bench.chapter_runs.start(planned.id, 0, SHORT)
    assert told(bench, run.id)[-1].message == "The server is away."
    state = bench.chapter_runs.state(planned.id)
    assert state is not None
    assert state.state == "failed"
    script.failures["writer"] = []
    bench.chapter_runs.resume(run.id)
    result(bench, run.id)
    assert written(bench, planned) == WHOLE


def test_what_the_writer_accepts_meanwhile_stands(bench: Workbench, planned: Story, script: Script) -> None:
    held = Held(script, 1)
    run = bench.chapter_runs.start(planned.id, 1, SHORT)
    assert held.reached.wait(30)
    with bench.database.writing() as session:
        mine = stories.add_draft(session, planned.id, None, "I wrote this myself.", instruction="Mine", origin="writer")
    bench.writing.accept(mine.id)
    held.go_on.set()
    result(bench, run.id)
    assert written(bench, planned) == ["1 Mine", WHOLE[1]]


def test_another_branch_is_not_written_on(bench: Workbench, planned: Story, script: Script) -> None:
    held = Held(script, 2)
    run = bench.chapter_runs.start(planned.id, 2, SHORT)
    assert held.reached.wait(30)
    bench.chapter_runs.stop(planned.id, at_once=True)
    held.go_on.set()
    told(bench, run.id)
    first = bench.library.story_view(planned.id).passages[0]
    other = bench.tree.branch_story(planned.id, first.id, "other")
    bench.outlines.add(planned.id, [{"title": "More"}])
    bench.tree.switch_branch(planned.id, other.id)
    bench.outlines.move(bench.outlines.outline(planned.id)[-1].id, 2)
    bench.chapter_runs.resume(run.id)
    assert "Another branch" in told(bench, run.id)[-1].message
    assert len(written(bench, planned)) == 1
    bench.tree.switch_branch(planned.id, planned.branch_id)
    bench.chapter_runs.resume(run.id)
    result(bench, run.id)
    assert written(bench, planned) == [WHOLE[0], "2 More."]


def test_it_goes_on_by_itself_after_a_restart(tmp_path: Path) -> None:
    script = Script()
    bench = opened(tmp_path, script)
    world = bench.library.create_world("Vell", "A town.")
    story = bench.library.create_story(world.id, "The Bell")
    bench.outlines.add(story.id, bench.outlines.extract(TEXT, story.id))
    held = Held(script, 3)
    run = bench.chapter_runs.start(story.id, 0, SHORT)
    assert held.reached.wait(30)
    closing = threading.Thread(target=bench.close)
    closing.start()
    held.go_on.set()
    closing.join(60)

    again = opened(tmp_path, Script(), resume_chapters=False)
    assert again.chapter_runs.go_on() == []
    state = again.chapter_runs.state(story.id)
    assert state is not None
    assert (state.state, state.written) == ("stopped", 2)
    again.close()

    once_more = opened(tmp_path, Script())
    assert [one.id for one in once_more.chapter_runs.go_on()] == [run.id]
    result(once_more, run.id)
    assert written(once_more, story) == WHOLE
    assert once_more.chapter_runs.go_on() == []
    once_more.close()


def opened(folder: Path, script: Script, **settings: Any) -> Workbench:
    bench = compose(
        Settings(_env_file=None, data_dir=folder, **settings), model=ScriptedTextModel(script), embedder=HashEmbedder()
    )
    bench.start()
    return bench
