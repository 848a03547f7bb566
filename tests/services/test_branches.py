"""Two branches that contradict each other: what is true on one is nowhere on the other."""

import json
import time
from typing import Any

import pytest

from tests.scripted import Script
from workbench.compose import Workbench
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, NotFound

DEAD = "Aria died on the bridge. At dusk the smuggler Tobin Marsh closed her eyes."
ALIVE = "Aria bought a white horse. At dusk the weaver Greta Hale taught her to ride."


@pytest.fixture
def bench(bench: Workbench) -> Workbench:
    bench.start_workers()
    return bench


def written(bench: Workbench, story: Story, text: str) -> str:
    """Id of an accepted chapter with this text, once the memory has learnt all of it."""
    run = bench.writing.start_chapter(story.id, "Go on, 200 words")
    last = list(bench.writing.follow(run.id))[-1]
    assert last.data, last.message
    draft = bench.writing.edit(last.data["passage"]["id"], text)
    passage = bench.writing.accept(draft.id)
    until_learnt(bench, story)
    return passage.id


def until_learnt(bench: Workbench, story: Story) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        idle = not any(queue.pending or queue.running for queue in bench.memory.queue_status().values())
        if idle and all(
            bench.library.composite_document(story.id, entry.id).indexed
            for entry, _ in bench.library.story_lore(story.id)
        ):
            return
        time.sleep(0.1)
    raise AssertionError("the memory didn't come to rest")


def all_that_is_told(bench: Workbench, script: Script, story: Story) -> str:
    """Everything of a story that a reader or an agent could get to see on its open branch."""
    entries = bench.library.list_lore(story.world_id, story.id)
    told: list[Any] = [entries]
    for entry in entries:
        told.append(bench.library.composite_document(story.id, entry["id"]).model_dump())
        told.append([revision.model_dump() for revision in bench.library.note_history(story.id, entry["id"])])
    for query in ("Aria", "bridge died", "white horse", "Tobin Marsh smuggler", "Greta Hale weaver"):
        told.append([hit.model_dump() for hit in bench.library.search_lore(story.id, query, 20)])
    before = len(script.calls)
    run = bench.writing.start_chapter(story.id, "Aria, Tobin Marsh and Greta Hale meet again, 200 words")
    list(bench.writing.follow(run.id))
    # What was asked for speaks of all; what the agents were told must not.
    prompts = [
        str(message.content).replace("Aria, Tobin Marsh and Greta Hale meet again", "")
        for _, messages in script.calls[before:]
        for message in messages
        if message.type != "ai"
    ]
    assert prompts
    return json.dumps([told, prompts], ensure_ascii=False)


def test_no_branch_knows_what_happened_on_the_other(bench: Workbench, script: Script, story: Story) -> None:
    first = written(bench, story, "Aria walked along the river.")
    written(bench, story, DEAD)
    told = all_that_is_told(bench, script, story)
    assert "died on the bridge" in told
    assert "Tobin Marsh" in told

    branch = bench.tree.branch_story(story.id, first, "Aria lives")
    view = bench.tree.switch_branch(story.id, branch.id)
    assert [passage.text for passage in view.passages] == ["Aria walked along the river."]
    written(bench, story, ALIVE)
    told = all_that_is_told(bench, script, story)
    assert "white horse" in told
    assert "Greta Hale" in told
    assert "died" not in told
    assert "Tobin" not in told

    bench.tree.switch_branch(story.id, story.branch_id)
    told = all_that_is_told(bench, script, story)
    assert "died on the bridge" in told
    assert "Tobin Marsh" in told
    assert "horse" not in told
    assert "Greta" not in told


def test_what_is_learnt_late_belongs_to_the_branch_of_its_passage(
    bench: Workbench, script: Script, story: Story
) -> None:
    first = written(bench, story, "Aria walked along the river.")
    branch = bench.tree.branch_story(story.id, first, "Aria lives")
    run = bench.writing.start_chapter(story.id, "Go on, 200 words")
    last = list(bench.writing.follow(run.id))[-1]
    assert last.data
    bench.writing.accept(bench.writing.edit(last.data["passage"]["id"], DEAD).id)
    # Before the memory has read the chapter, the writer is on the other branch already.
    bench.tree.switch_branch(story.id, branch.id)
    until_learnt(bench, story)
    assert "died" not in all_that_is_told(bench, script, story)
    bench.tree.switch_branch(story.id, story.branch_id)
    until_learnt(bench, story)
    told = all_that_is_told(bench, script, story)
    assert "died on the bridge" in told
    assert "Tobin Marsh" in told


def test_discarding_takes_back_what_rested_on_the_passage(bench: Workbench, script: Script, story: Story) -> None:
    written(bench, story, "Aria walked along the river.")
    dead = written(bench, story, DEAD)
    bench.writing.discard(dead)
    until_learnt(bench, story)
    assert [entry["title"] for entry in bench.library.list_lore(story.world_id, story.id)] == ["Aria"]
    hits = bench.library.search_lore(story.id, "who died on the bridge", 5)
    assert "died" not in json.dumps([hit.model_dump() for hit in hits])
    bench.writing.accept(dead)
    until_learnt(bench, story)
    assert "died on the bridge" in json.dumps(bench.library.list_lore(story.world_id, story.id))


def test_a_chapter_stays_on_other_branches_when_one_turns_away(bench: Workbench, script: Script, story: Story) -> None:
    written(bench, story, "Aria walked along the river.")
    dead = written(bench, story, DEAD)
    bench.tree.branch_story(story.id, dead, "Where she is dead")
    bench.writing.accept(bench.writing.edit(dead, ALIVE).id)
    until_learnt(bench, story)
    view = bench.library.story_view(story.id)
    assert view.passages[-1].text == ALIVE
    other = next(branch for branch in view.branches if branch.name == "Where she is dead")
    assert bench.tree.switch_branch(story.id, other.id).passages[-1].text == DEAD


def test_what_cannot_be_branched_is_told(bench: Workbench, script: Script, story: Story) -> None:
    first = written(bench, story, "Aria walked along the river.")
    draft = bench.writing.edit(first, "Another walk.")
    with pytest.raises(Conflict, match="accepted"):
        bench.tree.branch_story(story.id, draft.id, "No")
    with pytest.raises(InvalidInput, match="name"):
        bench.tree.branch_story(story.id, first, " ")
    bench.tree.branch_story(story.id, first, "Twice")
    with pytest.raises(Conflict, match="already"):
        bench.tree.branch_story(story.id, first, "twice")
    with pytest.raises(NotFound, match="branch"):
        bench.tree.switch_branch(story.id, "branch_nowhere")
    other = bench.library.create_story(story.world_id, "Another")
    with pytest.raises(NotFound, match="another story"):
        bench.tree.branch_story(other.id, first, "Theirs")
    script.delay = 0.01
    run = bench.writing.start_chapter(story.id, "Go on, 200 words")
    with pytest.raises(Conflict, match="being written"):
        bench.tree.switch_branch(story.id, story.branch_id)
    bench.writing.cancel_run(run.id)
    list(bench.writing.follow(run.id))
