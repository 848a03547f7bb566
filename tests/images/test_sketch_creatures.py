"""The small and strange creatures of the sketch maker: each is itself at a glance, in every pose."""

import io
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from workbench.domain.pictures import Attribute, Figure, PictureOrder, Pose, Scene, Shape
from workbench.images.sketch import SketchMaker
from workbench.images.sketch_creatures import CREATURES

MAKER = SketchMaker()
SHAPES = [shape for shape in get_args(Shape) if shape in CREATURES]


def png(figure: Figure, seed: int = 1) -> bytes:
    order = PictureOrder(kind="character", scene=Scene(figure=figure), seed=seed, width=256, height=256)
    return MAKER.draw(order, lambda: False).png


def character(figure: Figure, seed: int = 1) -> np.ndarray:
    with Image.open(io.BytesIO(png(figure, seed))) as picture:
        return np.asarray(picture, dtype=np.float32)


def outline(figure: Figure) -> np.ndarray:
    """The mask, cut out and stretched to a square: its shape without its size."""
    alpha = character(figure)[:, :, 3] > 200
    rows, columns = np.nonzero(alpha)
    cut = Image.fromarray(alpha[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    return np.asarray(cut.resize((64, 64)))


def test_all_creatures_are_shapes() -> None:
    assert len(SHAPES) == len(CREATURES) == 11


@pytest.mark.parametrize("pose", get_args(Pose))
def test_creatures_are_told_apart_by_their_outlines(pose: Pose) -> None:
    # Others too: nothing is drawn as the woman whom it used to be.
    outlines = {shape: outline(Figure(shape=shape, pose=pose)) for shape in (*SHAPES, "woman", "horse", "cat", "bird")}
    for shape, one in outlines.items():
        for other in outlines:
            if other < shape and shape in CREATURES:
                same = (one & outlines[other]).sum() / (one | outlines[other]).sum()
                assert same < 0.86, (shape, other)


@pytest.mark.parametrize("pose", get_args(Pose))
@pytest.mark.parametrize("shape", SHAPES)
def test_they_fill_their_picture_in_every_pose(shape: Shape, pose: Pose) -> None:
    alpha = character(Figure(shape=shape, pose=pose))[:, :, 3]
    rows, columns = np.nonzero(alpha)
    assert 0.87 < max(rows.max() - rows.min(), columns.max() - columns.min()) / 256 < 0.95
    assert rows.max() > 0.94 * 256
    # A body, and not a few lines.
    assert (alpha == 255).mean() > 0.07


@pytest.mark.parametrize("shape", SHAPES)
def test_they_look_at_us_with_shining_eyes(shape: Shape) -> None:
    picture = character(Figure(shape=shape))
    whole = picture[:, :, 3] == 255
    assert ((picture[:, :, :3].max(axis=2) < 60) & whole).sum() > 12
    assert ((picture[:, :, :3].min(axis=2) > 200) & whole).sum() > 3


def test_the_same_seed_gives_the_same_creature_and_another_seed_another() -> None:
    for shape in SHAPES:
        assert png(Figure(shape=shape), 4) == png(Figure(shape=shape), 4), shape
        assert png(Figure(shape=shape), 4) != png(Figure(shape=shape), 5), shape


@pytest.mark.parametrize("shape", SHAPES)
def test_they_wear_and_carry_things(shape: Shape) -> None:
    plain = character(Figure(shape=shape))
    worn: tuple[Attribute, ...] = ("hat", "scarf", "glasses", "bag", "lantern", "crown")
    # Bats and moths have wings anyway.
    wings: tuple[Attribute, ...] = () if shape in ("bat", "moth") else ("wings",)
    for attribute in (*worn, *wings):
        shown = character(Figure(shape=shape, attributes=(attribute,)))
        # Glasses on a flying bat are small.
        changed = (np.abs(shown - plain).max(axis=2) > 40).sum()
        assert changed > 30, (attribute, changed)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_attribute_fails_and_colours_show(shape: Shape) -> None:
    figure = Figure(shape=shape, attributes=get_args(Attribute))
    assert (character(figure)[:, :, 3] == 255).any()
    blue, red = (
        character(Figure(shape=shape, colours={"body": "blue", "shell": c, "fur": c})) for c in ("blue", "red")
    )
    assert np.abs(blue - red).max(axis=2).mean() > 2
