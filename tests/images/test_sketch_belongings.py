"""What an adventurer takes along, drawn by the sketch maker: each thing is itself at a glance."""

import io
from functools import cache
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from workbench.domain.pictures import Figure, PictureOrder, Scene, Thing
from workbench.images.sketch import SketchMaker
from workbench.images.sketch_belongings import BELONGINGS

MAKER = SketchMaker()
THINGS = [thing for thing in get_args(Thing) if thing in BELONGINGS]


@cache
def png(thing: Thing, seed: int = 1, colour: str = "") -> bytes:
    figure = Figure(shape=thing, colours={"thing": colour} if colour else {})
    order = PictureOrder(kind="character", scene=Scene(figure=figure), seed=seed, width=256, height=256)
    return MAKER.draw(order, lambda: False).png


def picture_of(thing: Thing, seed: int = 1, colour: str = "") -> np.ndarray:
    with Image.open(io.BytesIO(png(thing, seed, colour))) as picture:
        return np.asarray(picture, dtype=np.float32)


def outline(thing: Thing) -> np.ndarray:
    """The mask, cut out and stretched to a square: its shape without its size."""
    alpha = picture_of(thing)[:, :, 3] > 200
    rows, columns = np.nonzero(alpha)
    cut = Image.fromarray(alpha[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    return np.asarray(cut.resize((64, 64)))


def test_all_belongings_are_things() -> None:
    assert len(THINGS) == len(BELONGINGS) == 29


def test_belongings_are_told_apart_by_their_outlines() -> None:
    outlines = {thing: outline(thing) for thing in THINGS}
    for thing, one in outlines.items():
        for other in outlines:
            if other < thing:
                same = (one & outlines[other]).sum() / (one | outlines[other]).sum()
                assert same < 0.86, (thing, other, same)


@pytest.mark.parametrize("thing", THINGS)
def test_they_fill_their_picture_and_have_a_body(thing: Thing) -> None:
    alpha = picture_of(thing)[:, :, 3]
    rows, columns = np.nonzero(alpha)
    assert 0.87 < max(rows.max() - rows.min(), columns.max() - columns.min()) / 256 < 0.95
    assert rows.max() > 0.94 * 256
    # A body, and not a few lines.
    assert (alpha == 255).mean() > 0.08


@pytest.mark.parametrize("thing", THINGS)
def test_another_seed_gives_another_picture_and_a_colour_shows(thing: Thing) -> None:
    plain = png(thing, 4)
    png.cache_clear()
    assert png(thing, 4) == plain
    assert png(thing, 5) != plain
    # Where only a part has the thing's colour, it must still be seen.
    blue, red = (picture_of(thing, 4, colour)[:, :, :3] for colour in ("blue", "red"))
    assert np.abs(blue - red).max(axis=2).mean() > 2
    assert png(thing, 4, "red") != png(thing, 5, "red")
