"""Pictures of an adventure: drawn behind its reader, in nobody's way, and of the same people each time."""

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.letters import Letters
from tests.outer.running import wait_for
from tests.services.test_adventures import chosen, here
from workbench.compose import Workbench
from workbench.domain.adventures import Adventure
from workbench.domain.categories import AgencyKind
from workbench.domain.model import ModelStatus
from workbench.domain.pictures import Drawn
from workbench.errors import NotFound
from workbench.services.adventure_pictures import AdventurePictures
from workbench.storage import pictures


@pytest.fixture
def images(letters: Letters) -> Letters:
    """The app draws with it."""
    return letters


@pytest.fixture
def drawing(bench: Workbench) -> AdventurePictures:
    assert bench.adventures.pictures is not None
    return bench.adventures.pictures


def files(bench: Workbench) -> list[Path]:
    return sorted(bench.settings.pictures_path.rglob("*.png"))


def told_ahead(bench: Workbench, adventure: Adventure) -> None:
    """The chapters behind all choices are told."""
    live = bench.adventures.prepared(adventure.id)
    assert live is not None
    assert list(live.follow())[-1].event == "result"


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


@pytest.mark.parametrize("kind", ["item", "gift"])
def test_what_is_offered_is_drawn_and_not_one_child_three_times(
    bench: Workbench, letters: Letters, kind: AgencyKind
) -> None:
    category = bench.adventures.lessons.categories["drowned-city"]
    offered = {one.label: one.thing for one in category.agencies_of(kind)}
    options: dict[str, Any] = {"chapters": 5, "words": 60}
    for seed in range(100):
        started = bench.adventures.start("drowned-city", "animals", {**options, "seed": seed})
        adventure = here(bench, started.id)
        if adventure.chapters[0].choices[0].label in offered:
            break
    letters.orders.clear()
    labels = [one.label for one in pictured(bench, adventure).chapters[0].choices]
    figures = [order.scene.figure for order in letters.orders if order.scene.figure is not None]
    assert [one.shape for one in figures] == [offered[label] for label in labels]
    assert len({(one.shape, one.mark) for one in figures}) == 3


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


def test_nobody_need_look_at_an_adventure_for_its_pictures_to_be_drawn(bench: Workbench) -> None:
    bench.start_workers()
    adventure = chosen(bench, begun(bench))

    def images() -> list[str]:
        first, second = bench.adventures.get(adventure.id).chapters[:2]
        return [second.image, *(one.image for one in first.choices)]

    wait_for(lambda: all(images()), "pictures")


def test_what_a_crash_left_undrawn_is_drawn_by_the_next_that_looks(
    bench: Workbench, drawing: AdventurePictures
) -> None:
    adventure = begun(bench)
    assert drawing.due() == [adventure.id]
    bench.start_workers()
    wait_for(lambda: all(one.image for one in bench.adventures.get(adventure.id).chapters[0].choices), "pictures")
    assert drawing.due() == []


def test_what_cannot_be_drawn_is_tried_again_only_for_who_asks(
    bench: Workbench, letters: Letters, drawing: AdventurePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.illustration.PAUSES", ())
    letters.fails = 3
    adventure = begun(bench)
    drawing.work_off(adventure.id)
    assert drawing.due() == []
    assert Path(bench.pictures.file(drawing.file_of(adventure.id, "1b"))).is_file()


def test_the_picture_of_the_next_chapter_is_drawn_while_the_reader_reads(
    bench: Workbench, letters: Letters, drawing: AdventurePictures
) -> None:
    adventure = begun(bench)
    told_ahead(bench, adventure)
    drawing.work_off(adventure.id)
    asked = len(letters.orders)
    kept = {one.name for one in files(bench)}
    adventure = chosen(bench, adventure)
    file = drawing.file_of(adventure.id, "2")
    assert file.partition("/")[2] in kept, "it is one that was there before the choice"
    assert len(letters.orders) == asked, "nothing had to be drawn any more"
    # What was drawn for the ways not taken, and for putting pictures together, goes when the reader is further.
    drawing.work_off(adventure.id)
    adventure = pictured(bench, chosen(bench, adventure))
    shown = {one.image for one in adventure.chapters[:2]} | {one.image for one in adventure.chapters[0].choices} - {""}
    with bench.database.reading() as session:
        there = [one for one in pictures.of_adventure(session, adventure.id) if one.chapter in (1, 2)]
    assert {one.file for one in there} == shown - {""}


def test_who_draws_slowly_draws_nothing_that_may_never_be_seen(
    bench: Workbench, letters: Letters, drawing: AdventurePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.adventure_pictures.QUICK_S", 0.0)
    adventure = begun(bench)
    told_ahead(bench, adventure)
    drawing.work_off(adventure.id)
    assert {order.kind for order in letters.orders} == {"character"}, "the first choices alone"


def test_a_deleted_adventure_takes_its_pictures_along(bench: Workbench, drawing: AdventurePictures) -> None:
    adventure = pictured(bench, begun(bench))
    told_ahead(bench, adventure)
    drawing.work_off(adventure.id)
    assert len(files(bench)) > 3
    bench.adventures.delete(adventure.id)
    assert files(bench) == []
    # Who was told to draw it has nothing to do.
    drawing.work_off(adventure.id)


def test_who_deletes_an_adventure_while_it_is_drawn_leaves_nothing(
    bench: Workbench, letters: Letters, drawing: AdventurePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    adventure = begun(bench)
    draw = letters.draw

    def slow(*given: Any, **more: Any) -> Drawn:
        threading.Event().wait(0.2)
        return draw(*given, **more)

    monkeypatch.setattr(letters, "draw", slow)
    assert drawing.draw(adventure) is not None
    bench.adventures.delete(adventure.id)
    assert files(bench) == []


def test_pictures_are_drawn_though_the_text_model_cannot_be_used(
    bench: Workbench, drawing: AdventurePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    adventure = begun(bench)
    failed = ModelStatus(state="failed", name="none", source="file", error="It is gone.")
    monkeypatch.setattr(bench.model, "status", lambda: failed)
    monkeypatch.setattr(bench.model, "wait_ready", lambda timeout: False)
    assert all(one.image for one in pictured(bench, adventure).chapters[0].choices)


def test_a_chapter_is_drawn_where_the_adventure_says_that_it_is(
    bench: Workbench, letters: Letters, drawing: AdventurePictures
) -> None:
    adventure = begun(bench)
    while adventure.status != "done":
        adventure = chosen(bench, adventure)
    letters.orders.clear()
    drawing.work_off(adventure.id)
    category = bench.adventures.lessons.category(adventure.category)
    scenes = {one.name: one.scene for one in category.places}
    wanted = {scenes[one.title] for one in adventure.chapters[1:] if one.title in scenes}
    assert wanted
    assert wanted <= {order.scene.place for order in letters.orders if order.kind == "background"}
