"""The whole way of a picture with a real diffusers pipeline, tiny and with random weights."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.images.tiny_pipeline import save_tiny_pipeline
from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.images.files import read_parameters
from workbench.settings import Settings


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    import torch

    threads = torch.get_num_threads()
    # Of so small a model threads only wait for each other.
    torch.set_num_threads(1)
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path / "data",
        image_model=str(save_tiny_pipeline(tmp_path / "tiny")),
        image_steps=2,
    )
    made = compose(settings, model=ScriptedTextModel(Script()), embedder=HashEmbedder())
    made.start()
    yield made
    made.close()
    torch.set_num_threads(threads)


def test_three_pictures_through_diffusers_and_the_reference_is_used(bench: Workbench) -> None:
    world = bench.library.create_world("Vell", "A harbour at night, where Mara keeps the light.")
    bench.library.upsert_lore(world.id, {"title": "Mara", "kind": "character", "content": "Mara is a tall woman."})
    story = bench.library.create_story(world.id, "The Bell")
    assert bench.system.health()["image_maker"] == {"maker": "diffusion", "model": "tiny", "status": "not loaded"}
    size = {"width": 256, "height": 256, "seed": 4}
    last = list(bench.illustration.begin(story.id, "", None, size).follow())[-1]
    assert last.event == "result", last.message
    made = last.data or {}
    assert (made["status"], [one["kind"] for one in made["pictures"]]) == (
        "completed",
        ["character", "background", "combined"],
    )
    kept = {one.kind: one for one in bench.pictures.gallery(story.id)}
    assert {one.maker for one in kept.values()} == {"diffusion"}
    pixels = {}
    for kind, one in kept.items():
        png = bench.pictures.read(one)
        assert "Model: tiny" in read_parameters(png)["parameters"]
        with Image.open(io.BytesIO(png)) as image:
            pixels[kind] = np.asarray(image.convert("RGB")).astype(int)
    # The figure was cut out and put in: the rest of the place is as it was.
    same = np.abs(pixels["combined"] - pixels["background"]).sum(axis=2) < 6
    assert 0.2 < same.mean() < 0.999
    # With a reference the same order gives another picture.
    bench.pictures.set_portrait(kept["character"].entry_id or "", {"picture_id": kept["background"].id})
    again = list(bench.illustration.begin(story.id, "", ["character"], size).follow())[-1].data or {}
    assert again["status"] == "completed"
    assert again["pictures"][0]["seed"] == kept["character"].seed
    with Image.open(io.BytesIO(bench.pictures.read(bench.pictures.get(again["pictures"][0]["id"])))) as image:
        assert np.abs(np.asarray(image.convert("RGB")).astype(int) - pixels["character"]).mean() > 1
    assert bench.system.health()["image_maker"]["status"] == "ready"
