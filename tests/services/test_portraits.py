"""How a character looks: drawn from their sheet, the same face each time, another one only when the writer keeps it."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.letters import Letters
from workbench.compose import Workbench
from workbench.domain.pictures import PictureOrder
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, NotFound

TEXT = "Mara walked along the quay at night. The ships lay still, and fog came in from the sea."


@pytest.fixture
def images(letters: Letters) -> Letters:
    """The app draws with it."""
    return letters


@pytest.fixture
def story(bench: Workbench) -> Story:
    world = bench.library.create_world("Vell", "A harbour that owes its light to a debt.")
    bench.library.upsert_lore(
        world.id, {"title": "Mara", "kind": "character", "content": "Mara is an old woman with a key."}
    )
    bench.library.upsert_lore(world.id, {"title": "Vell", "kind": "location", "content": "A harbour."})
    return bench.library.create_story(world.id, "The Bell")


@pytest.fixture
def mara(bench: Workbench, story: Story) -> str:
    return entry(bench, story, "Mara")


def entry(bench: Workbench, story: Story, title: str) -> str:
    return next(one["id"] for one in bench.library.list_lore(story.world_id) if one["title"] == title)


def drawn(bench: Workbench, story: Story, entry_id: str, another: bool = False) -> dict[str, Any]:
    """The picture that was drawn."""
    last = list(bench.illustration.portray(story.id, entry_id, another).follow())[-1]
    assert last.event == "result", last.message
    assert (last.data or {})["status"] == "completed"
    return (last.data or {})["pictures"][0]


def keep(bench: Workbench, picture: dict[str, Any]) -> None:
    """As the page does it when a face is to be kept."""
    bench.pictures.set_portrait(picture["entry_id"], {"picture_id": picture["id"], "seed": picture["seed"]})


def jpeg(colour: int = 9) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (colour, 9, 9)).save(out, "JPEG")
    return out.getvalue()


def figures(letters: Letters) -> list[PictureOrder]:
    return [order for order in letters.orders if order.kind == "character"]


def test_the_sheet_has_a_face_after_the_first_picture(bench: Workbench, story: Story, mara: str) -> None:
    assert bench.pictures.portrait(mara).picture_id is None
    picture = drawn(bench, story, mara)
    assert (picture["kind"], picture["entry_id"], picture["story_id"]) == ("character", mara, story.id)
    assert picture["passage_id"] is None
    assert picture["height"] > picture["width"]
    assert picture["scene"]["figure"]["shape"] == "old woman"
    portrait = bench.pictures.portrait(mara)
    assert (portrait.picture_id, portrait.seed) == (picture["id"], picture["seed"])
    assert [one.id for one in bench.pictures.gallery(story.id)] == [picture["id"]]


def test_it_is_the_same_face_again_as_the_sheet_stands_now(
    bench: Workbench, story: Story, mara: str, letters: Letters
) -> None:
    first = drawn(bench, story, mara)
    bench.library.write_note(story.id, mara, "She wears a green hood since the fire.")
    again = drawn(bench, story, mara)
    assert again["seed"] == first["seed"]
    assert {"key", "hood"} <= set(again["scene"]["figure"]["attributes"])
    assert letters.orders[0].reference is None
    assert letters.orders[1].reference == bench.pictures.read(bench.pictures.get(first["id"]))
    assert bench.pictures.portrait(mara).picture_id == first["id"], "the writer decides whether it takes its place"


def test_another_face_is_only_shown_until_it_is_kept(
    bench: Workbench, story: Story, mara: str, letters: Letters
) -> None:
    first = drawn(bench, story, mara)
    other = drawn(bench, story, mara, another=True)
    assert other["seed"] != first["seed"]
    assert letters.orders[-1].reference is None, "the old face would come back"
    assert bench.pictures.portrait(mara).picture_id == first["id"]
    assert drawn(bench, story, mara)["seed"] == first["seed"]
    keep(bench, other)
    assert drawn(bench, story, mara)["seed"] == other["seed"]
    assert bench.pictures.portrait(mara).picture_id == other["id"]


def test_pictures_of_a_chapter_show_the_face_that_was_kept(
    bench: Workbench, story: Story, mara: str, letters: Letters
) -> None:
    run = bench.writing.start_chapter(story.id, "Begin.", {"max_rounds": 1, "auto_accept": True})
    last = list(bench.writing.follow(run.id))[-1]
    bench.writing.accept(bench.writing.edit(last.data["passage"]["id"], TEXT).id)  # type: ignore[index]
    drawn(bench, story, mara)
    other = drawn(bench, story, mara, another=True)
    keep(bench, other)
    list(bench.illustration.begin(story.id, "", ["character"], {"width": 256, "height": 256}).follow())
    order = figures(letters)[-1]
    assert order.scene.figure is not None
    assert order.scene.figure.name == "Mara"
    assert order.seed == other["seed"]
    assert order.reference == bench.pictures.read(bench.pictures.get(other["id"]))


def test_a_locked_look_holds_whatever_the_sheet_says(
    bench: Workbench, story: Story, mara: str, letters: Letters
) -> None:
    bench.pictures.set_portrait(mara, {"locked": True, "look": "A tall girl in green armour."})
    bench.library.write_note(story.id, mara, "She wears a red hood.")
    # Without a face yet there is nothing to protect: the writer may look for one to their own words.
    keep(bench, drawn(bench, story, mara, another=True))
    figure = letters.orders[-1].scene.figure
    assert figure is not None
    assert (figure.shape, figure.look) == ("girl", "A tall girl in green armour.")
    assert "hood" not in figure.attributes


def test_a_locked_face_is_not_taken_away(bench: Workbench, story: Story, mara: str) -> None:
    first, other = drawn(bench, story, mara), drawn(bench, story, mara, another=True)
    bench.pictures.set_portrait(mara, {"locked": True})
    refusals = (
        lambda: bench.illustration.portray(story.id, mara, True),
        lambda: keep(bench, other),
        lambda: bench.pictures.set_portrait(mara, {"seed": 5}),
        lambda: bench.pictures.upload_portrait(story.id, mara, jpeg()),
    )
    for refused in refusals:
        with pytest.raises(Conflict, match=r"“Mara” keeps this look: .*“Keep this look”"):
            refused()
    assert bench.pictures.portrait(mara).picture_id == first["id"]
    # The same face may be drawn anew and take the old picture's place; other words don't make another face.
    bench.pictures.set_portrait(mara, {"look": "An old woman in a black dress."})
    again = drawn(bench, story, mara)
    keep(bench, again)
    assert bench.pictures.portrait(mara).picture_id == again["id"]
    # Each of the two ways out that the sentence names.
    bench.pictures.set_portrait(mara, {"picture_id": ""})
    keep(bench, other)
    bench.pictures.set_portrait(mara, {"locked": False})
    keep(bench, first)
    assert bench.pictures.portrait(mara).seed == first["seed"]


def test_a_picture_of_ones_own_is_what_is_drawn_after(
    bench: Workbench, story: Story, mara: str, letters: Letters
) -> None:
    portrait = bench.pictures.upload_portrait(story.id, mara, jpeg())
    own = bench.pictures.get(portrait.picture_id or "")
    drawn(bench, story, mara)
    assert letters.orders[-1].reference == bench.pictures.read(own)
    assert bench.pictures.portrait(mara).picture_id == own.id
    # Locked, it isn't given up for a drawn one of the same seed.
    bench.pictures.set_portrait(mara, {"locked": True})
    with pytest.raises(Conflict):
        keep(bench, drawn(bench, story, mara))
    for bad in (b"", b"no picture", b"<svg/>", jpeg()[:60]):
        bench.pictures.set_portrait(mara, {"locked": False})
        with pytest.raises(InvalidInput, match=r"[A-Z].+\."):
            bench.pictures.upload_portrait(story.id, mara, bad)
    assert bench.pictures.portrait(mara).picture_id == own.id


def test_only_a_character_of_this_story_is_portrayed(bench: Workbench, story: Story, mara: str) -> None:
    elsewhere = bench.library.create_story(bench.library.create_world("Far away").id, "Other")
    for story_id, entry_id, error in (
        (story.id, "nobody", NotFound),
        (story.id, entry(bench, story, "Vell"), InvalidInput),
        (elsewhere.id, mara, InvalidInput),
        ("nowhere", mara, NotFound),
    ):
        with pytest.raises(error):
            bench.illustration.portray(story_id, entry_id)
    assert bench.pictures.gallery(story.id) == []


def test_one_at_a_time_and_it_can_be_stopped(
    bench: Workbench, story: Story, mara: str, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.illustration.PAUSES", (30.0,))
    letters.fails = 1
    live = bench.illustration.portray(story.id, mara)
    with pytest.raises(Conflict, match="being drawn already"):
        bench.illustration.portray(story.id, mara, True)
    assert bench.illustration.cancel(mara)
    assert list(live.follow())[-1].event == "error"
    assert bench.pictures.portrait(mara).picture_id is None
    assert bench.illustration.live(mara) is None


def test_what_fails_leaves_the_sheet_as_it_was(
    bench: Workbench, story: Story, mara: str, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.illustration.PAUSES", ())
    letters.fails = 1
    last = list(bench.illustration.portray(story.id, mara).follow())[-1]
    assert last.event == "result"
    assert (last.data or {})["status"] == "partial"
    assert "The brush broke" in (last.data or {})["notes"][0]
    assert bench.pictures.portrait(mara).picture_id is None
