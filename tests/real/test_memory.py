"""The memory with the bundled model: sixty cases, and what a careful reader expects of each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.memory_cases import ENTITIES, NOTES
from tests.real.memory_quality import run_cases
from workbench.engine.catalog import open_text_model
from workbench.ports import TextModel
from workbench.settings import Settings


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextModel]:
    folder: Path = tmp_path_factory.mktemp("memory")
    model = open_text_model(Settings(_env_file=None, data_dir=folder, fast_file="off"))
    model.start()
    assert model.wait_ready(60)
    yield model
    model.close()


def test_notes_tell_what_happened_and_keep_what_was_true(model: TextModel) -> None:
    outcomes = run_cases(model, NOTES)
    good = [outcome for outcome in outcomes if not outcome.faults]
    assert len(good) >= 0.95 * len(NOTES), [(o.text, o.faults) for o in outcomes if o.faults]
    # The guard's own words are right, too, but a memory that consists of them alone would need no model.
    assert sum(outcome.origin == "model" for outcome in good) >= 0.3 * len(NOTES)


def test_new_entries_are_named_and_told_as_the_story_does(model: TextModel) -> None:
    outcomes = run_cases(model, ENTITIES)
    good = [outcome for outcome in outcomes if not outcome.faults]
    assert len(good) >= 0.9 * len(ENTITIES), [(o.text, o.faults) for o in outcomes if o.faults]
