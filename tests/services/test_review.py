"""What a writer may decide about entries that the story found by itself, and what follows from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.api import Endpoints
from workbench.compose import Workbench, compose
from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage, Story
from workbench.errors import Conflict, InvalidInput, NotFound
from workbench.settings import Settings
from workbench.storage import lore, stories, tasks


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = compose(
        Settings(_env_file=None, data_dir=tmp_path), model=ScriptedTextModel(Script()), embedder=HashEmbedder()
    )
    # No workers and no model: what waits in the queue stays there.
    bench.database.open()
    yield bench
    bench.database.close()


@pytest.fixture
def story(bench: Workbench) -> Story:
    return bench.library.create_story(bench.library.create_world("Vell").id, "The Bell")


def chapter(bench: Workbench, story: Story, text: str = "It rained.") -> Passage:
    """An accepted chapter at the end of the open branch."""
    with bench.database.writing() as session:
        head = stories.active_branch(session, story.id).head_id
        return stories.accept(session, stories.add_draft(session, story.id, head, text).id)[0]


def found(bench: Workbench, story: Story, title: str, passage: Passage | None, **fields: object) -> LoreEntry:
    """An entry as the memory leaves it for a review."""
    values = {
        "title": title, "kind": "character", "content": f"{title} mends nets.", "is_dynamically_generated": True,
        "review": "proposed", "story_id": story.id, "passage_id": passage.id if passage else None,
        "evidence": f"{title} sat by the nets.",
    }  # fmt: skip
    with bench.database.writing() as session:
        return lore.add_entry(session, story.world_id, values | fields)


def noted(bench: Workbench, story: Story, entry: LoreEntry, passage: Passage, note: str) -> None:
    with bench.database.writing() as session:
        lore.add_revision(
            session, story.id, entry.id, note, event=note, evidence=note, passage_id=passage.id, origin="model"
        )


def update(bench: Workbench, story: Story, entry: LoreEntry, passage: Passage, state: str = "pending") -> str:
    """A note update that waits for `entry`, or is at work, or failed."""
    with bench.database.writing() as session:
        task = tasks.add(session, "note_update", story.id, entry_id=entry.id, passage_id=passage.id, summary="News.")
        if state != "pending":
            claimed = tasks.claim(session, task.id, "app")
            assert claimed
            if state == "failed":
                tasks.fail(session, claimed, "It did not work.", 0, 0.0)
        return task.id


def task_of(bench: Workbench, task_id: str) -> tuple[str, str | None]:
    with bench.database.reading() as session:
        task = tasks.get(session, task_id)
        return task.status, task.entry_id


def titles(bench: Workbench, story: Story) -> list[str]:
    return [entry.title for entry, _ in bench.library.story_lore(story.id)]


def note_of(bench: Workbench, story: Story, entry: LoreEntry) -> str:
    return bench.library.composite_document(story.id, entry.id).note


def test_what_waits_is_what_this_branch_has_found(bench: Workbench, story: Story) -> None:
    first = chapter(bench, story)
    sal = found(bench, story, "Sal", first)
    later = chapter(bench, story)
    found(bench, story, "Una", later)
    found(bench, story, "Kept", first, review="kept")
    bench.library.upsert_lore(story.world_id, {"title": "Own"})
    assert [(entry.title, passage and passage.number) for entry, passage in bench.review.waiting(story.id)] == [
        ("Sal", 1),
        ("Una", 2),
    ]
    branch = bench.tree.branch_story(story.id, first.id, "other")
    bench.tree.switch_branch(story.id, branch.id)
    assert [entry.id for entry, _ in bench.review.waiting(story.id)] == [sal.id]
    with pytest.raises(NotFound, match="no story"):
        bench.review.waiting("story_x")


def test_a_kept_entry_waits_no_more(bench: Workbench, story: Story) -> None:
    sal = found(bench, story, "Sal", chapter(bench, story))
    assert bench.review.keep(sal.id).review == "kept"
    assert bench.review.keep(sal.id).review == "kept"
    assert bench.review.waiting(story.id) == []
    assert titles(bench, story) == ["Sal"]


@pytest.mark.parametrize("state", ["pending", "running", "failed"])
def test_a_discarded_entry_is_gone_with_what_waits_for_it_until_it_is_put_back(
    bench: Workbench, story: Story, state: str
) -> None:
    one = chapter(bench, story)
    sal = found(bench, story, "Sal", one)
    task_id = update(bench, story, sal, one, state)
    bench.review.discard(sal.id)
    bench.review.discard(sal.id)
    assert titles(bench, story) == []
    assert bench.review.waiting(story.id) == []
    assert [entry.title for entry, _ in bench.review.discarded(story.id)] == ["Sal"]
    assert task_of(bench, task_id)[0] == "retracted"
    with bench.database.reading() as session:
        assert [entry.title for entry in lore.put_aside(session, story.id)] == ["Sal"]
    with pytest.raises(Conflict, match="Put it back first"):
        bench.review.keep(sal.id)

    bench.review.restore(sal.id)
    assert titles(bench, story) == ["Sal"]
    assert [entry.title for entry, _ in bench.review.waiting(story.id)] == ["Sal"]
    assert task_of(bench, task_id)[0] == "pending"


def test_an_entry_is_not_put_back_beside_another_of_its_name(bench: Workbench, story: Story) -> None:
    sal = found(bench, story, "Sal", chapter(bench, story))
    bench.review.discard(sal.id)
    bench.library.upsert_lore(story.world_id, {"title": "Old Sal", "aliases": ["sal"]})
    with pytest.raises(Conflict, match="another entry called “Old Sal”"):
        bench.review.restore(sal.id)


def test_a_merged_entry_lives_on_in_the_other(bench: Workbench, story: Story) -> None:
    one = chapter(bench, story)
    old = bench.library.upsert_lore(
        story.world_id, {"title": "Old Sal", "aliases": ["the mender"], "tags": ["harbour"]}
    )
    bench.library.write_note(story.id, old.id, "Sal is rich.")
    sal = found(bench, story, "Sal", one, aliases=["The Mender", "Salvatore"], tags=["Harbour", "nets"])
    noted(bench, story, sal, one, "Sal limps.")
    waiting, running = (update(bench, story, sal, one, state) for state in ("pending", "pending"))
    with bench.database.writing() as session:
        assert tasks.claim(session, waiting, "app")

    merged = bench.review.merge(sal.id, old.id)
    assert merged.aliases == ("the mender", "Sal", "Salvatore")
    assert merged.tags == ("harbour", "nets")
    assert titles(bench, story) == ["Old Sal"]
    assert note_of(bench, story, old) == "Sal is rich.\nSal mends nets.\nSal limps."
    newest = bench.library.note_history(story.id, old.id)[0]
    assert (newest.event, newest.origin, newest.passage_id) == ("Merged with “Sal”", "writer", one.id)
    assert newest.evidence == "Sal sat by the nets.\nSal limps."
    # What was being rewritten for the merged entry begins anew for the other.
    assert task_of(bench, waiting) == task_of(bench, running) == ("pending", old.id)
    with bench.database.reading() as session:
        row = lore.get_entry(session, sal.id)
    assert (row.review, row.merged_into) == ("merged", old.id)


def test_a_merge_tells_no_branch_what_it_can_not_know(bench: Workbench, story: Story) -> None:
    sal = bench.library.upsert_lore(story.world_id, {"title": "Old Sal"})
    stranger = bench.library.upsert_lore(story.world_id, {"title": "The stranger"})
    one, two, three = (chapter(bench, story) for _ in range(3))
    noted(bench, story, sal, one, "Sal is well.")
    noted(bench, story, sal, three, "Sal is dead.")
    late = found(bench, story, "Sally", two, content="Sally sings.")
    bench.review.merge(late.id, sal.id)
    assert note_of(bench, story, sal) == "Sal is dead.\nSally sings."
    for passage, told in ((two, "Sal is well.\nSally sings."), (one, "Sal is well.")):
        branch = bench.tree.branch_story(story.id, passage.id, f"from {passage.number}")
        bench.tree.switch_branch(story.id, branch.id)
        assert note_of(bench, story, sal) == told
    assert note_of(bench, story, stranger) == ""


def test_merging_needs_another_entry_that_stands_where_the_found_one_does(bench: Workbench, story: Story) -> None:
    one, two = chapter(bench, story), chapter(bench, story)
    sal, late = found(bench, story, "Sal", one), found(bench, story, "Sally", two)
    own = bench.library.upsert_lore(story.world_id, {"title": "Own"})
    elsewhere = bench.library.upsert_lore(bench.library.create_world("Other").id, {"title": "Far"})
    gone = found(bench, story, "Gone", one)
    bench.review.discard(gone.id)
    for from_id, into_id, reason in (
        (sal.id, sal.id, "into itself"),
        (sal.id, elsewhere.id, "another story or world"),
        (sal.id, gone.id, "was discarded itself"),
        (sal.id, late.id, "found later"),
        (own.id, sal.id, "entry of your own"),
        (gone.id, own.id, "Put it back first"),
    ):
        with pytest.raises(Conflict, match=reason):
            bench.review.merge(from_id, into_id)
    with pytest.raises(NotFound, match="no lore entry"):
        bench.review.merge(sal.id, "lore_x")
    assert sorted(titles(bench, story)) == ["Own", "Sal", "Sally"]
    bench.review.merge(late.id, sal.id)
    with pytest.raises(Conflict, match="merged into another entry"):
        bench.review.restore(late.id)
    with pytest.raises(Conflict, match="part of another entry already"):
        bench.review.merge(late.id, own.id)


def test_the_likeliest_targets_come_first(bench: Workbench, story: Story) -> None:
    one, two = chapter(bench, story), chapter(bench, story)
    for title in ("Aria", "Salvatore Brandt", "Zed"):
        bench.library.upsert_lore(story.world_id, {"title": title})
    bench.library.upsert_lore(story.world_id, {"title": "The mender", "aliases": ["Brandt"]})
    found(bench, story, "Too late", two)
    entry = found(bench, story, "Brandt", one)
    assert [target.title for target in bench.review.targets(entry.id)][:2] == ["The mender", "Salvatore Brandt"]
    assert sorted(target.title for target in bench.review.targets(entry.id))[-1] == "Zed"
    assert "Too late" not in [target.title for target in bench.review.targets(entry.id)]


@pytest.mark.parametrize("wrong", [None, 7, "", ["x"], "nobody", "' OR 1=1 --"])
def test_what_names_nothing_is_told(bench: Workbench, story: Story, wrong: Any) -> None:
    sal = found(bench, story, "Sal", chapter(bench, story))
    review = bench.review
    for ask in (review.waiting, review.discarded, review.targets, review.keep, review.discard, review.restore):
        with pytest.raises((InvalidInput, NotFound)):
            ask(wrong)
    for pair in ((sal.id, wrong), (wrong, sal.id)):
        with pytest.raises((InvalidInput, NotFound)):
            review.merge(*pair)


def test_clients_get_the_sentence_and_its_chapter(bench: Workbench, story: Story) -> None:
    endpoints = Endpoints(bench)
    sal = found(bench, story, "Sal", chapter(bench, story))
    (told,) = endpoints.list_review(story.id)
    assert (told["id"], told["evidence"], told["passage"]["number"]) == (sal.id, "Sal sat by the nets.", 1)
    assert set(told["passage"]) == {"id", "number", "title"}
    assert endpoints.discard_entry(sal.id)["review"] == "discarded"
    assert endpoints.restore_entry(sal.id)["review"] == "proposed"
    assert endpoints.keep_entry(sal.id)["review"] == "kept"
    own = bench.library.upsert_lore(story.world_id, {"title": "Old Sal"})
    assert endpoints.merge_entry(sal.id, own.id)["aliases"] == ["Sal"]
    assert endpoints.list_review(story.id) == []


def test_the_index_follows_every_decision(bench: Workbench, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(bench.review, "_documents_changed", lambda: told.append("changed"))
    one = chapter(bench, story)
    sal, old = found(bench, story, "Sal", one), bench.library.upsert_lore(story.world_id, {"title": "Old Sal"})
    bench.review.discard(sal.id)
    bench.review.restore(sal.id)
    bench.review.merge(sal.id, old.id)
    assert len(told) == 3
