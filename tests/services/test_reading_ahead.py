"""The story that was worked on last is read before anybody asks."""

import pytest

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from tests.services.test_outlines import draft
from workbench.compose import Workbench, compose
from workbench.domain.story import Story
from workbench.services import scenes


def again(bench: Workbench, script: Script, state: str = "ready") -> Workbench:
    """The same app, started once more on the same folder."""
    bench.close()
    model = ScriptedTextModel(script)
    model.state = state
    return compose(bench.settings, model=model, embedder=HashEmbedder())


def test_the_story_with_the_newest_chapter_is_read_once_the_model_is_there(
    bench: Workbench, story: Story, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.writing.accept(draft(bench, story, "Aria hid the crown in the well.").id)
    bench.library.create_story(story.world_id, "A newer one without chapters")
    read: list[str] = []
    gather = scenes.Scenes.gather

    def watched(self: scenes.Scenes, view, *args, **more):  # type: ignore[no-untyped-def]
        read.append(view.story.id)
        return gather(self, view, *args, **more)

    monkeypatch.setattr(scenes.Scenes, "gather", watched)
    started = again(bench, script)
    started.start()
    try:
        started.start_workers()
        assert started.reading_ahead.wait(20)
        assert read == [story.id]
    finally:
        started.close()


def test_closing_doesnt_wait_for_a_model_that_never_comes(bench: Workbench, story: Story, script: Script) -> None:
    bench.writing.accept(draft(bench, story, "Aria hid the crown in the well.").id)
    started = again(bench, script, state="loading")
    started.start()
    started.start_workers()
    assert not started.reading_ahead.wait(0.2)
    started.close()
    assert started.reading_ahead.wait(0)
