"""Pictures of a story: kept with what they were drawn from, of people who stay themselves, deleted with their files."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.letters import Letters
from workbench.compose import Workbench
from workbench.domain.pictures import PictureOrder
from workbench.domain.story import Passage, Story
from workbench.errors import InvalidInput, NotFound
from workbench.images.files import read_parameters

TEXT = "Mara walked along the quay at night in her red cloak. The ships lay still, and fog came in from the sea."


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
    bench.library.upsert_lore(world.id, {"title": "Tobin", "kind": "character", "content": "Tobin is a boy."})
    return bench.library.create_story(world.id, "The Bell")


@pytest.fixture
def passage(bench: Workbench, story: Story) -> Passage:
    run = bench.writing.start_chapter(story.id, "Begin.", {"max_rounds": 1, "auto_accept": True})
    last = list(bench.writing.follow(run.id))[-1]
    draft = bench.writing.edit(last.data["passage"]["id"], TEXT)  # type: ignore[index]
    return bench.writing.accept(draft.id)


def entry(bench: Workbench, story: Story, title: str) -> str:
    return next(one["id"] for one in bench.library.list_lore(story.world_id) if one["title"] == title)


def drawn(bench: Workbench, story: Story, passage_id: str = "", **options: Any) -> dict[str, Any]:
    kinds = options.pop("kinds", None)
    last = list(
        bench.illustration.begin(story.id, passage_id, kinds, {"width": 256, "height": 256, **options}).follow()
    )[-1]
    assert last.event == "result", last.message
    return last.data or {}


def test_a_passage_is_drawn_and_each_picture_knows_from_what(
    bench: Workbench, story: Story, passage: Passage, letters: Letters
) -> None:
    made = drawn(bench, story)
    assert made["status"] == "completed"
    assert [one["kind"] for one in made["pictures"]] == ["character", "background", "combined"]
    scene = letters.orders[0].scene
    assert (scene.place, scene.daytime, scene.weather) == ("harbour", "night", "fog")
    assert scene.figure is not None
    assert (scene.figure.name, scene.figure.shape) == ("Mara", "old woman")
    assert {"cloak", "key"} <= set(scene.figure.attributes)
    for one in bench.pictures.gallery(story.id):
        assert one.passage_id == passage.id
        assert one.entry_id == entry(bench, story, "Mara")
        png = Path(bench.pictures.file(one.file)).read_bytes()
        told = read_parameters(png)
        assert f"Seed: {one.seed}" in told["parameters"]
        assert one.prompt in told["parameters"]
        with Image.open(io.BytesIO(png)) as image:
            assert image.size == (one.width, one.height)
    assert len(bench.system.telemetry("image_made")) == 2


def test_somebody_keeps_their_seed_and_their_locked_look(
    bench: Workbench, story: Story, passage: Passage, letters: Letters
) -> None:
    first = drawn(bench, story, seed=1)["pictures"][0]
    again = drawn(bench, story, seed=2)["pictures"][0]
    assert first["seed"] == again["seed"]
    mara = entry(bench, story, "Mara")
    bench.pictures.set_portrait(
        mara, {"look": "A tall woman in green armour.", "locked": True, "picture_id": first["id"]}
    )
    drawn(bench, story)
    order = next(order for order in reversed(letters.orders) if order.kind == "character")
    assert order.scene.figure is not None
    assert "armour" in order.scene.figure.attributes
    assert "green armour" in order.prompt
    assert order.reference == bench.pictures.read(bench.pictures.get(first["id"]))
    tobin = drawn(bench, story, character_id=entry(bench, story, "Tobin"))["pictures"][0]
    assert tobin["seed"] != first["seed"]
    assert tobin["scene"]["figure"]["shape"] == "boy"


def test_a_draft_that_was_not_taken_is_not_what_was_written_last(
    bench: Workbench, story: Story, letters: Letters
) -> None:
    run = bench.writing.start_chapter(story.id, "Begin.", {"max_rounds": 1})
    proposed = list(bench.writing.follow(run.id))[-1].data["passage"]["id"]  # type: ignore[index]
    assert drawn(bench, story, kinds=["background"])["pictures"][0]["passage_id"] == proposed
    own = bench.writing.accept(bench.writing.edit(proposed, TEXT).id)
    assert [one.id for one in bench.library.story_view(story.id).drafts] == [proposed]
    assert drawn(bench, story, kinds=["background"])["pictures"][0]["passage_id"] == own.id


def test_before_the_first_chapter_the_world_is_drawn(bench: Workbench, story: Story, letters: Letters) -> None:
    made = drawn(bench, story, kinds=["background"])
    assert (made["status"], len(made["pictures"])) == ("completed", 1)
    assert letters.orders[0].scene.place == "harbour"


def test_what_fails_leaves_the_rest_and_can_be_asked_for_again(
    bench: Workbench, story: Story, passage: Passage, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.illustration.PAUSES", (0.0,))
    letters.fails = 4
    made = drawn(bench, story)
    assert made["status"] == "partial"
    assert any("The brush broke" in note for note in made["notes"])
    assert drawn(bench, story)["status"] == "completed"
    assert bench.library.story_view(story.id).passages[-1].text == TEXT


def test_a_picture_is_drawn_again_beside_the_old_one(bench: Workbench, story: Story, passage: Passage) -> None:
    made = drawn(bench, story)["pictures"]
    place = made[1]
    last = list(bench.illustration.again(place["id"]).follow())[-1]
    other = (last.data or {})["pictures"][0]
    assert (other["kind"], other["scene"], other["passage_id"]) == ("background", place["scene"], place["passage_id"])
    assert other["seed"] != place["seed"]
    assert len(bench.pictures.gallery(story.id)) == 4
    # Somebody in a picture stays who they are, whatever is around them.
    last = list(bench.illustration.again(made[2]["id"]).follow())[-1]
    assert last.event == "result"
    newest = [one for one in bench.pictures.gallery(story.id) if one.kind == "character"]
    assert {one.seed for one in newest} == {made[0]["seed"]}


def redrawn(bench: Workbench, letters: Letters, picture_id: str, same_seed: bool = False) -> dict[str, PictureOrder]:
    """What the maker was asked when a picture was drawn again, by kind."""
    letters.orders.clear()
    last = list(bench.illustration.again(picture_id, same_seed).follow())[-1]
    assert last.event == "result", last.message
    return {order.kind: order for order in letters.orders}


def test_who_is_drawn_again_looks_as_they_do_now(
    bench: Workbench, story: Story, passage: Passage, letters: Letters
) -> None:
    figure, _, whole = drawn(bench, story, seed=7)["pictures"]
    mara = entry(bench, story, "Mara")
    bench.library.upsert_lore(story.world_id, {"id": mara, "content": "Mara is a young woman with a sword."})
    orders = redrawn(bench, letters, whole["id"], same_seed=True)
    assert orders["character"].scene.figure is not None
    assert orders["character"].scene.figure.shape != "old woman"
    assert "sword" in orders["character"].scene.figure.attributes
    assert "cloak" in orders["character"].scene.figure.attributes, "as the passage tells"
    assert (orders["character"].seed, orders["background"].seed) == (figure["seed"], 7)
    # Another face that the writer has kept since is hers in each picture that is drawn again.
    other = redrawn(bench, letters, figure["id"])["character"]
    assert other.seed != figure["seed"]
    bench.pictures.set_portrait(mara, {"seed": other.seed, "picture_id": figure["id"]})
    again = redrawn(bench, letters, whole["id"])
    assert again["character"].seed == other.seed
    assert again["character"].reference == bench.pictures.read(bench.pictures.get(figure["id"]))
    assert again["background"].seed != 7
    assert redrawn(bench, letters, figure["id"], same_seed=True)["character"].seed == other.seed
    # A new face is asked for: the old one mustn't be shown to who draws it.
    assert redrawn(bench, letters, figure["id"])["character"].reference is None


def test_who_is_nobody_any_more_is_drawn_again_as_they_were(
    bench: Workbench, story: Story, passage: Passage, letters: Letters
) -> None:
    figure, _, whole = drawn(bench, story, seed=7)["pictures"]
    bench.library.delete_lore(entry(bench, story, "Mara"))
    order = redrawn(bench, letters, whole["id"], same_seed=True)["character"]
    assert order.scene.figure is not None
    assert (order.scene.figure.shape, order.seed) == ("old woman", figure["seed"])
    # Nobody whom the lore knows, and the same figure all the same.
    bench.library.delete_lore(entry(bench, story, "Tobin"))
    figure, _, whole = drawn(bench, story, seed=9)["pictures"]
    assert redrawn(bench, letters, whole["id"], same_seed=True)["character"].seed == figure["seed"] == 9


def test_a_deleted_picture_takes_its_file_along(bench: Workbench, story: Story, passage: Passage) -> None:
    first, second = drawn(bench, story)["pictures"][:2]
    bench.pictures.set_cover(first["id"])
    assert [one.id for one in bench.pictures.gallery(story.id) if one.cover] == [first["id"]]
    bench.pictures.set_cover(second["id"])
    assert [one.id for one in bench.pictures.gallery(story.id) if one.cover] == [second["id"]]
    cover = bench.pictures.cover(story.id)
    assert cover is not None
    assert cover.id == second["id"]
    bench.pictures.set_cover(second["id"], False)
    assert bench.pictures.cover(story.id) is None
    path = Path(bench.pictures.file(first["file"]))
    bench.pictures.delete(first["id"])
    assert not path.exists()
    with pytest.raises(NotFound):
        bench.pictures.file(first["file"])
    with pytest.raises(NotFound):
        bench.pictures.get(first["id"])


def test_a_reference_of_ones_own_is_made_clean_and_kept(bench: Workbench, story: Story, tmp_path: Path) -> None:
    mara = entry(bench, story, "Mara")
    image = io.BytesIO()
    Image.new("RGB", (300, 200), (9, 9, 9)).save(image, "JPEG", comment=b"secret words")
    portrait = bench.pictures.upload_portrait(story.id, mara, image.getvalue() + b"<evil>alert(1)</evil>")
    picture = bench.pictures.get(portrait.picture_id or "")
    kept = bench.pictures.read(picture)
    assert kept.startswith(b"\x89PNG")
    assert b"secret" not in kept
    assert b"evil" not in kept
    assert (picture.width, picture.height, picture.maker) == (300, 200, "upload")
    for bad in (b"", b"<svg/>", image.getvalue()[:60]):
        with pytest.raises(InvalidInput):
            bench.pictures.upload_portrait(story.id, mara, bad)
    assert bench.pictures.portrait(mara).picture_id == picture.id
    bench.pictures.delete(picture.id)
    assert bench.pictures.portrait(mara).picture_id is None


def test_the_style_is_the_storys(bench: Workbench, story: Story, passage: Passage, letters: Letters) -> None:
    drawn(bench, story, style="woodcut, two colours", kinds=["background"])
    drawn(bench, story, kinds=["background"])
    assert all(order.prompt.startswith("woodcut, two colours") for order in letters.orders)
    other = bench.library.create_story(story.world_id, "Another")
    drawn(bench, other, kinds=["background"])
    assert not letters.orders[-1].prompt.startswith("woodcut")
