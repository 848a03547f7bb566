"""A composed app with a scripted model, and a story in it; its workers are at rest until a test starts them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.letters import Letters
from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.domain.story import Story
from workbench.ports import ImageMaker
from workbench.settings import Settings


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def images() -> ImageMaker | None:
    """Who draws. Where a test doesn't say, adventures have no pictures, which would only take time."""
    return None


@pytest.fixture
def bench(tmp_path: Path, script: Script, images: ImageMaker | None) -> Iterator[Workbench]:
    bench = compose(
        Settings(
            _env_file=None,
            data_dir=tmp_path,
            sweep_seconds=0.2,
            task_retry_delay=0.1,
            adventure_pictures=images is not None,
        ),
        model=ScriptedTextModel(script),
        embedder=HashEmbedder(),
        images=images,
    )
    bench.start()
    yield bench
    bench.close()


@pytest.fixture
def story(bench: Workbench) -> Story:
    world = bench.library.create_world("Vell", "A town.")
    bench.library.upsert_lore(world.id, {"title": "Aria", "content": "A mapmaker."})
    return bench.library.create_story(world.id, "The Bell")
