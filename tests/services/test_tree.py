"""The tree of branches: naming, discarding, comparing, and taking decisions back."""

import pytest

from tests.scripted import Script
from workbench.compose import Workbench
from workbench.domain.story import Passage, Story
from workbench.errors import Conflict, InvalidInput, NotFound
from workbench.storage import lore, stories


def draft(bench: Workbench, story: Story, text: str) -> Passage:
    """A draft that follows on the open line."""
    with bench.database.writing() as session:
        head = stories.active_branch(session, story.id).head_id
        return stories.add_draft(session, story.id, head, text)


def chapter(bench: Workbench, story: Story, text: str) -> Passage:
    """An accepted chapter on the open line."""
    return bench.writing.accept(draft(bench, story, text).id)


def texts(bench: Workbench, story: Story) -> list[str]:
    """The open line, as it reads."""
    return [passage.text for passage in bench.library.story_view(story.id).passages]


def said(bench: Workbench, story: Story) -> list[str]:
    """What can be undone, the last decision first."""
    return [one.said for one in bench.tree.decisions(story.id) if one.undone_at is None]


def noted(bench: Workbench, story: Story, passage: Passage | None, note: str) -> None:
    """Let a passage have changed what is true of Aria."""
    entry = bench.library.list_lore(story.world_id)[0]["id"]
    with bench.database.writing() as session:
        lore.add_revision(
            session, story.id, entry, note, event=note, evidence=note, origin="model",
            passage_id=passage.id if passage else None,
        )  # fmt: skip


def test_the_tree_tells_every_passage_and_branch(bench: Workbench, story: Story) -> None:
    first, second = chapter(bench, story, "One. " * 200), chapter(bench, story, "Two.")
    waiting = draft(bench, story, "Three.")
    other = bench.tree.branch_story(story.id, first.id, "Other")
    gone = bench.tree.branch_story(story.id, second.id, "Gone")
    bench.tree.discard_branch(story.id, gone.id)
    tree = bench.tree.tree(story.id)
    assert [(one.number, one.state) for one in tree.passages] == [(1, "accepted"), (2, "accepted"), (3, "draft")]
    assert len(tree.passages[0].opening) < len(first.text)
    assert [one.name for one in tree.branches] == ["main", "Other", "Gone"]
    assert [one.name for one in tree.standing] == ["main", "Other"]
    assert [one.name for one in tree.on(first.id)] == ["main", "Other", "Gone"]
    assert tree.on(waiting.id) == []
    assert next(one for one in tree.branches if one.id == other.id).from_id == first.id


def test_a_discarded_branch_leaves_the_story_and_comes_back(bench: Workbench, story: Story) -> None:
    first = chapter(bench, story, "One.")
    other = bench.tree.branch_story(story.id, first.id, "Other")
    bench.tree.switch_branch(story.id, other.id)
    chapter(bench, story, "Two, otherwise.")
    bench.tree.switch_branch(story.id, story.branch_id)
    bench.tree.discard_branch(story.id, other.id)
    assert [one.name for one in bench.library.story_view(story.id).branches] == ["main"]
    with pytest.raises(Conflict, match="discarded"):
        bench.tree.switch_branch(story.id, other.id)
    bench.tree.restore_branch(story.id, other.id)
    bench.tree.switch_branch(story.id, other.id)
    assert texts(bench, story) == ["One.", "Two, otherwise."]


def test_what_cannot_be_done_with_a_branch_is_told(bench: Workbench, story: Story) -> None:
    first = chapter(bench, story, "One.")
    with pytest.raises(Conflict, match="only branch"):
        bench.tree.discard_branch(story.id, story.branch_id)
    other = bench.tree.branch_story(story.id, first.id, "Other")
    with pytest.raises(Conflict, match="Switch to another"):
        bench.tree.discard_branch(story.id, story.branch_id)
    with pytest.raises(Conflict, match="already"):
        bench.tree.rename_branch(story.id, other.id, "MAIN")
    with pytest.raises(InvalidInput, match="one"):
        bench.tree.rename_branch(story.id, other.id, "Two\nlines")
    with pytest.raises(NotFound, match="no branch"):
        bench.tree.rename_branch(story.id, "branch_nowhere", "Name")
    bench.tree.discard_branch(story.id, other.id)
    bench.tree.branch_story(story.id, first.id, "other")
    with pytest.raises(Conflict, match="already"):
        bench.tree.restore_branch(story.id, other.id)
    # Its own name in other letters is no other branch's.
    assert bench.tree.rename_branch(story.id, story.branch_id, "Main").name == "Main"


def test_a_chapter_that_another_branch_has_is_only_left_behind(bench: Workbench, story: Story) -> None:
    chapter(bench, story, "One.")
    second = chapter(bench, story, "Two.")
    other = bench.tree.branch_story(story.id, second.id, "Kept")
    assert bench.writing.discard(second.id).state == "accepted"
    assert texts(bench, story) == ["One."]
    bench.tree.switch_branch(story.id, other.id)
    assert texts(bench, story) == ["One.", "Two."]
    bench.tree.undo(story.id, 2)
    assert texts(bench, story) == ["One.", "Two."]


def test_every_decision_can_be_undone_the_last_one_first(bench: Workbench, story: Story) -> None:
    first = chapter(bench, story, "One.")
    lines = [texts(bench, story)]
    second = chapter(bench, story, "Two.")
    lines.append(texts(bench, story))
    bench.writing.accept(bench.writing.edit(second.id, "Two, better.").id)
    lines.append(texts(bench, story))
    other = bench.tree.branch_story(story.id, first.id, "Other")
    lines.append(texts(bench, story))
    bench.tree.rename_branch(story.id, other.id, "Another")
    lines.append(texts(bench, story))
    bench.tree.switch_branch(story.id, other.id)
    lines.append(texts(bench, story))
    third = chapter(bench, story, "Two, elsewhere.")
    lines.append(texts(bench, story))
    bench.writing.discard(third.id)
    lines.append(texts(bench, story))
    bench.tree.discard_branch(story.id, story.branch_id)
    lines.append(texts(bench, story))
    bench.tree.restore_branch(story.id, story.branch_id)
    assert said(bench, story) == [
        "put the branch “main” back",
        "discarded the branch “main”",
        "discarded chapter 2",
        "accepted chapter 2",
        "switched to the branch “Another”",
        "renamed the branch “Other” to “Another”",
        "began the branch “Other” after chapter 1",
        "accepted chapter 2",
        "accepted chapter 2",
        "accepted chapter 1",
    ]
    for line in reversed(lines):
        bench.tree.undo(story.id)
        assert texts(bench, story) == line
    bench.tree.undo(story.id)
    view = bench.library.story_view(story.id)
    assert not view.passages
    assert [one.text for one in view.drafts] == ["One."]
    assert [one.name for one in view.branches] == ["main"]
    with pytest.raises(NotFound, match="nothing to undo"):
        bench.tree.undo(story.id)
    # What was taken back stays in the log, and everything can be decided anew.
    assert all(one.undone_at for one in bench.tree.decisions(story.id))
    bench.writing.accept(first.id)
    assert said(bench, story) == ["accepted chapter 1"]


def test_several_steps_are_undone_together_or_not_at_all(bench: Workbench, story: Story) -> None:
    for text in ("One.", "Two.", "Three."):
        chapter(bench, story, text)
    with pytest.raises(NotFound):
        bench.tree.undo(story.id, 4)
    assert texts(bench, story) == ["One.", "Two.", "Three."]
    undone = bench.tree.undo(story.id, 2)
    assert [one.said for one in undone] == ["accepted chapter 3", "accepted chapter 2"]
    assert texts(bench, story) == ["One."]


def test_undoing_takes_the_memory_s_work_back_and_the_plan_s_tie(bench: Workbench, story: Story) -> None:
    bench.outlines.save(story.id, [{"title": "The bell", "summary": "It rings."}])
    first = chapter(bench, story, "The bell rang.")
    noted(bench, story, first, "She has heard the bell.")
    assert bench.outlines.outline(story.id)[0].passage_id == first.id
    assert bench.library.story_lore(story.id)[0][1] is not None
    bench.tree.undo(story.id)
    assert bench.outlines.outline(story.id)[0].passage_id is None
    assert bench.library.story_lore(story.id)[0][1] is None
    assert [task.status for task in bench.memory.tasks("analysis", story.id)] == ["retracted"]
    bench.writing.accept(first.id)
    note = bench.library.story_lore(story.id)[0][1]
    assert note is not None
    assert note.note == "She has heard the bell."


def test_what_can_t_be_undone_any_more_is_told_and_left(bench: Workbench, story: Story) -> None:
    first = chapter(bench, story, "One.")
    # As an older version of the app did it, which kept no log.
    with bench.database.writing() as session:
        stories.accept(session, stories.add_draft(session, story.id, first.id, "Two.").id)
    with pytest.raises(Conflict, match="has gone on"):
        bench.tree.undo(story.id)
    assert texts(bench, story) == ["One.", "Two."]
    assert said(bench, story) == ["accepted chapter 1"]


def test_nothing_is_undone_while_a_chapter_is_written(bench: Workbench, script: Script, story: Story) -> None:
    chapter(bench, story, "One.")
    script.delay = 0.01
    run = bench.writing.start_chapter(story.id, "Go on, 200 words")
    with pytest.raises(Conflict, match="being written"):
        bench.tree.undo(story.id)
    bench.writing.cancel_run(run.id)
    list(bench.writing.follow(run.id))
    assert texts(bench, story) == ["One."]


def test_two_branches_side_by_side(bench: Workbench, story: Story) -> None:
    first = chapter(bench, story, "Aria walked along the river.")
    noted(bench, story, first, "She walks.")
    second = chapter(bench, story, "Aria crossed the old bridge at noon.")
    noted(bench, story, second, "She has crossed the bridge.")
    chapter(bench, story, "She slept.")
    other = bench.tree.branch_story(story.id, first.id, "Other")
    bench.tree.switch_branch(story.id, other.id)
    stays = chapter(bench, story, "Aria crossed the old ford at noon.")
    noted(bench, story, stays, "She has crossed the ford.")
    found = bench.tree.compare(story.id, story.branch_id, other.id)
    assert found.parted is not None
    assert found.parted.id == first.id
    assert (found.left_count, found.right_count, found.first, found.next) == (3, 2, 2, 0)
    assert [pair.number for pair in found.chapters] == [2, 3]
    changed = {(piece.kind, piece.text) for piece in found.chapters[0].difference if piece.kind != "same"}
    assert changed == {("removed", "bridge"), ("added", "ford")}
    assert found.chapters[1].right is None
    assert [piece.kind for piece in found.chapters[1].difference] == ["removed"]
    note = found.notes[0]
    assert (note.title, note.left, note.right) == ("Aria", "She has crossed the bridge.", "She has crossed the ford.")
    assert [one.note for one in note.right_revisions] == ["She has crossed the ford."]
    with pytest.raises(InvalidInput, match="different"):
        bench.tree.compare(story.id, other.id, other.id)


def test_long_branches_are_compared_in_pieces(bench: Workbench, story: Story) -> None:
    first = chapter(bench, story, "One.")
    other = bench.tree.branch_story(story.id, first.id, "Other")
    for number in range(2, 15):
        chapter(bench, story, f"Number {number}.")
    found = bench.tree.compare(story.id, story.branch_id, other.id)
    assert [pair.number for pair in found.chapters] == list(range(2, 12))
    rest = bench.tree.compare(story.id, story.branch_id, other.id, found.next)
    assert [pair.number for pair in rest.chapters] == [12, 13, 14]
    assert rest.next == 0
