"""Pictures of an adventure: drawn behind its reader, in nobody's way, and of the same people each time."""

from pathlib import Path

import pytest

from tests.letters import Letters
from tests.services.test_adventures import chosen, here
from workbench.compose import Workbench
from workbench.domain.adventures import Adventure
from workbench.errors import NotFound


@pytest.fixture
def images(letters: Letters) -> Letters:
    """The app draws with it."""
    return letters


def begun(bench: Workbench) -> Adventure:
    return here(bench, bench.adventures.start("drowned-city", "animals", {"chapters": 5, "seed": 5, "words": 80}).id)


def pictured(bench: Workbench, adventure: Adventure) -> Adventure:
    """The adventure once its pictures are drawn."""
    assert bench.adventures.pictures is not None
    if (live := bench.adventures.pictures.draw(adventure)) is not None:
        assert list(live.follow())[-1].event == "result"
    return bench.adventures.get(adventure.id, go_on=False)


def test_the_first_choices_and_later_chapters_have_pictures(bench: Workbench) -> None:
    adventure = pictured(bench, begun(bench))
    first = adventure.chapters[0]
    files = [one.image for one in first.choices]
    assert len(set(files)) == 3
    assert all(Path(bench.pictures.file(file)).is_file() for file in files)
    assert first.image == ""
    version = adventure.version
    adventure = pictured(bench, chosen(bench, adventure))
    # For its reader nothing has changed but what they see; and what was drawn before is still there.
    assert adventure.version == version + 2
    assert [one.image for one in adventure.chapters[0].choices] == files
    assert Path(bench.pictures.file(adventure.chapters[1].image)).is_file()


def test_a_page_can_name_a_picture_before_there_is_one(bench: Workbench) -> None:
    adventure = begun(bench)
    assert bench.adventures.pictures is not None
    files = [bench.adventures.pictures.file_of(adventure.id, part) for part in ("1a", "1b", "1c")]
    assert files == [one.image for one in bench.adventures.get(adventure.id).chapters[0].choices]
    adventure = chosen(bench, adventure)
    assert Path(bench.pictures.file(bench.adventures.pictures.file_of(adventure.id, "2"))).is_file()
    for part in ("1", "7", "9c", "../x"):
        with pytest.raises(NotFound):
            bench.adventures.pictures.file_of(adventure.id, part)


def test_a_reader_who_is_quicker_than_the_brush_loses_nothing(bench: Workbench) -> None:
    adventure = begun(bench)
    while adventure.status != "done":
        adventure = chosen(bench, adventure)
    adventure = pictured(bench, adventure)
    assert [one.number for one in adventure.chapters] == [1, 2, 3, 4, 5]
    assert all(one.chosen for one in adventure.chapters[:-1])


def test_without_a_maker_that_works_the_story_goes_on(
    bench: Workbench, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.illustration.PAUSES", ())
    letters.fails = 1000
    adventure = pictured(bench, begun(bench))
    assert [one.image for one in adventure.chapters[0].choices] == ["", "", ""]
    assert pictured(bench, chosen(bench, adventure)).status == "reading"
