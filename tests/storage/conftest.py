"""An empty database and a story in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.storage import stories
from workbench.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "loreloom.db")
    database.open()
    yield database
    database.close()


@pytest.fixture
def story_id(database: Database) -> str:
    with database.writing() as session:
        world = stories.add_world(session, "Vell", "", "", "")
        return stories.add_story(session, world.id, "The Bell", "novel").id
