"""The gifts of the sketch maker: what they are done with, and the mark that says what they do."""

import io
from typing import Final, get_args

import numpy as np
import pytest
from PIL import Image

from workbench.domain.pictures import Figure, Mark, PictureOrder, Scene, Thing
from workbench.images.sketch import SketchMaker
from workbench.images.sketch_gifts import GIFTS
from workbench.images.sketch_marks import MARKS

MAKER = SketchMaker()
BASES: Final = [thing for thing in get_args(Thing) if thing in GIFTS]
# The gifts of the adventures.
PAIRS: Final[tuple[tuple[Thing, Mark], ...]] = (
    ("ear", "gear"), ("hands", "gear"), ("eye", "gear"), ("hourglass", "drops"), ("feather", "glow"), ("ear", "wind"),
    ("hands", "cloud"), ("eye", "weather"), ("ear", "rings"), ("hand", "wind"), ("foot", "rings"), ("lips", "rings"),
    ("lips", "bubbles"), ("lips", "wave"), ("hand", "wave"), ("hand", "letters"), ("hand", "rings"), ("eye", "glow"),
    ("hands", "glow"), ("hands", "letters"), ("hand", "flame"), ("ear", "leaf"), ("foot", "shadow"), ("heart", "glow"),
    ("hands", "paper bird"), ("ear", "letters"), ("foot", "letters"), ("hand", "paper bird"), ("hand", "leaf"),
    ("ear", "flower"), ("feather", "wind"), ("hand", "star"),
)  # fmt: skip


def png(figure: Figure, seed: int = 1) -> bytes:
    order = PictureOrder(kind="character", scene=Scene(figure=figure), seed=seed, width=256, height=256)
    return MAKER.draw(order, lambda: False).png


def gift(figure: Figure, seed: int = 1) -> np.ndarray:
    with Image.open(io.BytesIO(png(figure, seed))) as picture:
        return np.asarray(picture, dtype=np.float32)


def test_all_gifts_are_things_and_all_marks_are_drawn() -> None:
    assert set(BASES) == set(GIFTS)
    assert set(BASES) == {"hand", "hands", "eye", "ear", "lips", "foot", "feather", "hourglass", "heart"}
    assert set(MARKS) == set(get_args(Mark))


@pytest.mark.parametrize("base", BASES)
def test_every_mark_fills_its_picture_with_every_base(base: Thing) -> None:
    plain = gift(Figure(shape=base))
    for seed, mark in enumerate((None, *get_args(Mark)), 1):
        picture = gift(Figure(shape=base, mark=mark), seed)
        alpha = picture[:, :, 3]
        rows, columns = np.nonzero(alpha)
        assert 0.87 < max(rows.max() - rows.min(), columns.max() - columns.min()) / 256 < 0.95, mark
        assert rows.max() > 0.94 * 256, mark
        assert (alpha == 255).mean() > 0.08, mark
        if mark:
            changed = np.abs(gift(Figure(shape=base, mark=mark)) - plain).max(axis=2) > 40
            assert changed.mean() > 0.05, mark


def test_the_gifts_of_the_adventures_are_told_apart() -> None:
    seen = {pair: gift(Figure(shape=pair[0], mark=pair[1])) for pair in PAIRS}
    for one, picture in seen.items():
        for other in PAIRS[: PAIRS.index(one)]:
            different = np.abs(picture - seen[other]).max(axis=2) > 40
            assert different.mean() > 0.05, (one, other)


@pytest.mark.parametrize("base", BASES)
def test_the_same_seed_gives_the_same_gift_and_another_seed_another(base: Thing) -> None:
    for mark in (None, "letters", "glow", "shadow"):
        figure = Figure(shape=base, mark=mark)
        assert png(figure, 4) == png(figure, 4), mark
        assert png(figure, 4) != png(figure, 5), mark


@pytest.mark.parametrize(
    ("base", "part"),
    [("hand", "sleeve"), ("hands", "skin"), ("eye", "eye"), ("ear", "hair"), ("lips", "skin"), ("foot", "sleeve"),
     ("feather", "feather"), ("hourglass", "frame"), ("heart", "heart")],
)  # fmt: skip
def test_colours_show(base: Thing, part: str) -> None:
    blue, red = (gift(Figure(shape=base, mark="wind", colours={part: colour})) for colour in ("blue", "red"))
    assert (np.abs(blue - red).max(axis=2) > 40).mean() > 0.01


@pytest.mark.parametrize("mark", get_args(Mark))
def test_a_mark_takes_the_colour_of_the_thing(mark: Mark) -> None:
    teal, pink = (gift(Figure(shape="hand", mark=mark, colours={"thing": colour})) for colour in ("teal", "pink"))
    assert (np.abs(teal - pink).max(axis=2) > 40).mean() > 0.01
