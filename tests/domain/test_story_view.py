"""Which drafts a writer still has to decide about."""

from workbench.domain.story import Passage, Story, StoryView, World


def passage(name: str, parent: str | None = None, at: str = "", decided: str | None = None) -> Passage:
    return Passage(id=name, story_id="s", parent_id=parent, number=1, text="A bell.", created_at=at, decided_at=decided)


def view(passages: tuple[Passage, ...], drafts: tuple[Passage, ...]) -> StoryView:
    world = World(id="w", title="W", created_at="")
    story = Story(id="s", world_id="w", title="S", branch_id="b", created_at="")
    return StoryView(story=story, world=world, branches=(), passages=passages, drafts=drafts)


def undecided(passages: tuple[Passage, ...], *drafts: Passage) -> list[str]:
    return [one.id for one in view(passages, drafts).undecided]


def test_the_first_chapters_drafts_all_wait() -> None:
    assert undecided((), passage("a", at="1"), passage("b", at="2")) == ["a", "b"]


def test_what_was_there_when_another_was_taken_is_decided() -> None:
    taken = passage("taken", at="2", decided="5")
    before, after = passage("before", at="1"), passage("after", at="6")
    follows = passage("follows", "taken", at="3")
    assert undecided((taken,), before, after, follows) == ["after", "follows"]


def test_a_chapter_that_nobody_decided_about_hides_nothing() -> None:
    assert undecided((passage("came so", at="2"),), passage("beside", at="1")) == ["beside"]
