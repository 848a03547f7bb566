"""A figure put into a background: what of it is there, where it stands, and whether it looks pasted."""

import io
import time
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFilter

from workbench.domain.pictures import Composition
from workbench.errors import ImageFailed
from workbench.images.combining import Combined, combine, cut_out

Array = npt.NDArray[np.float64]
STANDING = Composition(across=1 / 3, feet=0.9, size=0.6, light="left")


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def pixels(data: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(data)), np.float64)


def noisy(image: Image.Image, deviation: float, seed: int = 0) -> Image.Image:
    values = np.asarray(image, np.float64)
    values = values + np.random.default_rng(seed).normal(0, deviation, values.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def grey_wall(width: int, height: int) -> Image.Image:
    """Lighter above than below, as behind a figure in a studio."""
    shade = np.linspace(215, 165, height)[:, None, None] * np.ones((1, width, 3))
    return Image.fromarray(shade.astype(np.uint8))


def cloth(width: int, height: int) -> Image.Image:
    """A ground with some texture."""
    rough = noisy(Image.new("RGB", (width // 4, height // 4), (120, 140, 150)), 10, 3)
    return rough.resize((width, height), Image.Resampling.BICUBIC)


def lit_wall(width: int, height: int) -> Image.Image:
    """A wall with a lamp's light in its middle, which its border knows nothing of."""
    y, x = np.mgrid[-1 : 1 : complex(0, height), -1 : 1 : complex(0, width)]
    glow = np.exp(-1.2 * (x**2 + y**2))[..., None]
    return Image.fromarray(((1 - glow) * (120, 110, 100) + glow * (225, 215, 195)).astype(np.uint8))


def person(ground: Image.Image, coat: str = "#962828") -> tuple[bytes, npt.NDArray[np.bool_]]:
    """Somebody in a coat with the hands at the hips, and where exactly they are."""
    width, height = ground.size
    large = ground.resize((2 * width, 2 * height))
    mask = Image.new("L", large.size)
    middle, unit = width, height / 768

    def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
        return [(middle + x * unit, y * unit) for x, y in pairs]

    for image, colours in ((large, ("#3c2314", coat, "#28242e", "#e6b99b")), (mask, (255, 255, 255, 255))):
        draw = ImageDraw.Draw(image)
        hair, cloak, dark, skin = colours
        draw.ellipse(points((-95, 90), (95, 330)), fill=hair)
        draw.polygon(points((-85, 290), (85, 290), (150, 1180), (-150, 1180)), fill=cloak)
        for side in (-1, 1):
            arm = points((side * 70, 330), (side * 230, 560), (side * 95, 760))
            draw.line(arm, fill=cloak, width=int(52 * unit), joint="curve")
            low, high = sorted((side * 30, side * 100))
            draw.rectangle(points((low, 1170), (high, 1420)), fill=dark)
        draw.ellipse(points((-62, 130), (62, 290)), fill=skin)
    soft = large.filter(ImageFilter.GaussianBlur(1)).resize((width, height), Image.Resampling.LANCZOS)
    return png(noisy(soft, 2.5)), np.asarray(mask.resize((width, height), Image.Resampling.LANCZOS)) > 127


@cache
def meadow(width: int = 768, height: int = 512) -> bytes:
    top = np.linspace((90, 150, 220), (215, 230, 240), height // 2)
    low = np.linspace((110, 150, 90), (70, 120, 50), height - height // 2)
    rows = np.concatenate((top, low))[:, None, :] * np.ones((1, width, 1))
    return png(noisy(Image.fromarray(rows.astype(np.uint8)), 2, 9))


def overlap(cutting: bytes, truth: npt.NDArray[np.bool_]) -> float:
    found = pixels(cutting)[..., 3] > 127
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.parametrize(
    ("ground", "size"),
    [
        (grey_wall, (384, 576)),
        (cloth, (384, 576)),
        (lit_wall, (400, 400)),
        (grey_wall, (160, 256)),
        (cloth, (200, 160)),
    ],
)
def test_the_figure_is_what_is_cut_out(ground, size) -> None:
    picture, truth = person(ground(*size))
    cutting = cut_out(picture)
    assert cutting.sure
    assert overlap(cutting.png, truth) > 0.95


def test_its_edge_is_soft_and_has_nothing_of_the_ground() -> None:
    green = Image.new("RGB", (384, 576), (40, 200, 60))
    cutting = pixels(cut_out(person(green)[0]).png)
    alpha = cutting[..., 3]
    assert len(np.unique(alpha)) > 40
    # Soft over a pixel or three, not more: few pixels are half there.
    assert 0.003 < ((alpha > 10) & (alpha < 245)).mean() < 0.05
    seen = cutting[(alpha > 25)]
    greener = seen[:, 1] - np.maximum(seen[:, 0], seen[:, 2])
    assert np.quantile(greener, 0.998) < 30


def test_what_shows_between_arm_and_body_is_the_ground() -> None:
    picture, truth = person(grey_wall(384, 576))
    alpha = pixels(cut_out(picture).png)[..., 3]
    row = 210
    columns = np.flatnonzero(truth[row])
    gaps = [i for i in range(columns[0], columns[-1]) if not truth[row, i]]
    assert gaps
    assert alpha[row, gaps].mean() < 60


def test_a_picture_that_is_cut_out_already_is_left_alone() -> None:
    picture, truth = person(grey_wall(192, 288))
    image = Image.open(io.BytesIO(picture))
    image.putalpha(Image.fromarray((truth * 255).astype(np.uint8)))
    cutting = cut_out(png(image))
    assert cutting.sure
    assert (pixels(cutting.png) == np.asarray(image)).all()


@pytest.mark.parametrize("nobody", [Image.new("RGB", (192, 288), "#8899aa"), noisy(cloth(192, 288), 60)])
def test_without_a_figure_it_says_so_and_shows_no_corner(nobody: Image.Image) -> None:
    cutting = cut_out(png(nobody))
    assert not cutting.sure
    alpha = pixels(cutting.png)[..., 3]
    assert alpha[144, 96] == 255
    assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) < 3
    combined = combine(meadow(), png(nobody), STANDING, exact=False)
    assert not combined.sure


def shares(combined: Combined) -> Array:
    return pixels(combined.mask) / 255


@pytest.mark.parametrize(
    ("where", "size"),
    [
        (STANDING, (768, 512)),
        (Composition(across=2 / 3, feet=0.8, size=0.3, light="right"), (240, 400)),
        (Composition(across=0.5, feet=1, size=0.95, light="left"), (480, 320)),
        (Composition(across=0.4, feet=0.7, size=0.12, light="left"), (480, 320)),
    ],
)
def test_it_stands_where_the_composition_says(where: Composition, size: tuple[int, int]) -> None:
    combined = combine(meadow(*size), person(grey_wall(192, 288))[0], where, exact=False)
    width, height = size
    assert (combined.width, combined.height) == size == Image.open(io.BytesIO(combined.png)).size
    assert Image.open(io.BytesIO(combined.png)).mode == "RGB"
    left, top, right, bottom = combined.box
    assert abs(bottom - where.feet * height) <= 2
    assert abs((bottom - top) - where.size * height) <= 2
    assert abs((left + right) / 2 - where.across * width) <= 2
    solid = shares(combined) > 0.5
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    assert abs(rows[0] - top) <= 2
    assert abs(rows[-1] + 1 - bottom) <= 2
    assert abs(columns[0] - left) <= 2
    assert abs(columns[-1] + 1 - right) <= 2


@pytest.mark.parametrize(("across", "feet", "size"), [(0, 0.1, 0.6), (1, 1, 1)])
def test_it_stays_inside(across: float, feet: float, size: float) -> None:
    where = Composition(across=across, feet=feet, size=size, light="left")
    combined = combine(meadow(384, 256), person(grey_wall(192, 288))[0], where, exact=False)
    left, top, right, bottom = combined.box
    assert 0 <= left < right <= 384
    assert 0 <= top < bottom <= 256
    assert left == 0 or right == 384


def test_a_wide_figure_fits_in() -> None:
    dragon = Image.new("RGBA", (400, 100))
    ImageDraw.Draw(dragon).ellipse((5, 5, 395, 95), fill="#225533")
    combined = combine(
        meadow(300, 512), png(dragon), Composition(across=0.5, feet=0.9, size=0.9, light="left"), exact=True
    )
    assert combined.box[0] >= 0
    assert combined.box[2] <= 300


def test_there_is_no_rectangle() -> None:
    background = meadow()
    combined = combine(background, person(cloth(384, 576))[0], STANDING, exact=False)
    left, top, right, bottom = combined.box
    before, after = pixels(background), pixels(combined.png)
    changed = np.abs(after - before).max(axis=2) > 0
    # Above the ground only the figure itself changes anything.
    high = np.s_[: bottom - 40]
    assert not (changed[high] & (shares(combined)[high] == 0)).any()
    assert not changed[top : bottom - 40, left - 6].any()
    assert not changed[top : bottom - 40, right + 6].any()
    assert not changed[top - 6].any()
    # The corners of its box are the background's.
    assert not changed[top : top + 15, left : left + 15].any()
    # On the ground, the shadow only darkens, and ends softly.
    ground = after[bottom - 40 :] - before[bottom - 40 :]
    only_shadow = shares(combined)[bottom - 40 :] == 0
    assert (ground[only_shadow] <= 1).all()
    jumps = np.abs(np.diff(ground.mean(axis=2), axis=1))[only_shadow[:, 1:] & only_shadow[:, :-1]]
    assert jumps.max() < 20


@pytest.mark.parametrize(("light", "away"), [("left", 1), ("right", -1)])
def test_the_shadow_falls_away_from_the_light(light, away: int) -> None:
    where = Composition(across=0.5, feet=0.85, size=0.5, light=light)
    background = meadow()
    combined = combine(background, person(grey_wall(192, 288))[0], where, exact=False)
    left, _, right, bottom = combined.box
    darker = (pixels(background) - pixels(combined.png)).mean(axis=2)
    middle, beside = (left + right) // 2, (right - left) // 2 + 12
    row = bottom - 4

    def around(x: int) -> float:
        return float(darker[row - 2 : row + 3, x - 4 : x + 5].mean())

    assert around(middle + away * beside) > 15
    assert around(middle + away * beside) > around(middle - away * beside) + 10
    # At the feet it is darkest.
    assert float(darker[bottom : bottom + 3, middle - 10 : middle + 10].mean()) > 15
    assert abs(darker[: bottom - 40, middle + away * beside * 2 :: away]).max() == 0


@pytest.mark.parametrize("exact", [True, False])
def test_its_colours_go_towards_the_place(exact: bool) -> None:
    picture, truth = person(grey_wall(192, 288), coat="#b4a078")
    if exact:
        image = Image.open(io.BytesIO(picture))
        image.putalpha(Image.fromarray((truth * 255).astype(np.uint8)))
        picture = png(image)

    def mean_in(colour: str) -> Array:
        combined = combine(png(Image.new("RGB", (320, 320), colour)), picture, STANDING, exact=exact)
        return pixels(combined.png)[shares(combined) > 0.95].mean(axis=0)

    own = pixels(picture)[..., :3][truth].mean(axis=0)
    night, day, dusk = mean_in("#0a1030"), mean_in("#c8d2dc"), mean_in("#c86432")
    assert night.mean() < own.mean() - 15
    # It can still be seen in the night.
    assert night.mean() > 40
    assert night[2] - night[0] > own[2] - own[0] + 8
    assert dusk[0] - dusk[2] > day[0] - day[2] + 8
    assert day.mean() > night.mean() + 25


def test_the_lit_side_is_lighter() -> None:
    picture = person(grey_wall(192, 288))[0]

    def difference(light: str) -> float:
        where = Composition.model_validate({**STANDING.model_dump(), "light": light})
        combined = combine(meadow(), picture, where, exact=False)
        left, _, right, _ = combined.box
        inside, values, middle = shares(combined) > 0.9, pixels(combined.png).mean(axis=2), (left + right) // 2
        return float(values[:, :middle][inside[:, :middle]].mean() - values[:, middle:][inside[:, middle:]].mean())

    assert difference("left") > difference("right") + 4


def test_twice_the_same_is_the_same() -> None:
    picture, background = person(cloth(192, 288))[0], meadow()
    first = combine(background, picture, STANDING, exact=False)
    cut_out(person(lit_wall(160, 256))[0])
    assert combine(background, picture, STANDING, exact=False) == first


def test_a_half_length_portrait_stands_at_the_lower_edge() -> None:
    picture, _ = person(grey_wall(192, 288))
    half = Image.open(io.BytesIO(picture)).crop((0, 0, 192, 150))
    combined = combine(meadow(), png(half), STANDING, exact=False)
    assert combined.sure
    assert combined.box[3] == 512
    # So that there is no ground for a shadow to fall on.
    untouched = shares(combined) == 0
    assert (pixels(combined.png)[untouched] == pixels(meadow())[untouched]).all()


def test_a_figure_that_touches_the_border() -> None:
    picture, truth = person(grey_wall(192, 288))
    columns, rows = np.flatnonzero(truth.any(axis=0)), np.flatnonzero(truth.any(axis=1))
    box = (int(columns[0]) + 3, int(rows[0]) + 2, 192, int(rows[-1]))
    tight = Image.open(io.BytesIO(picture)).crop(box)
    assert overlap(cut_out(png(tight)).png, truth[box[1] : box[3], box[0] :]) > 0.9
    assert combine(meadow(), png(tight), STANDING, exact=False).sure


def test_a_figure_said_to_be_cut_out_that_is_not() -> None:
    picture, _ = person(grey_wall(192, 288))
    combined = combine(meadow(), picture, STANDING, exact=True)
    assert (shares(combined) > 0.5).mean() < 0.12


def test_a_speck_is_made_large_without_ado() -> None:
    speck = Image.new("RGBA", (1024, 1024))
    ImageDraw.Draw(speck).rectangle((500, 500, 505, 507), fill="red")
    combined = combine(meadow(), png(speck), STANDING, exact=True)
    assert abs(combined.box[3] - combined.box[1] - 307) <= 2


@pytest.mark.parametrize("broken", [b"", b"no picture", png(Image.new("RGB", (64, 64)))[:70]])
def test_broken_pictures(broken: bytes) -> None:
    good = person(grey_wall(160, 256))[0]
    with pytest.raises(ImageFailed, match=r"figure's picture is damaged"):
        combine(meadow(), broken, STANDING, exact=False)
    with pytest.raises(ImageFailed, match=r"background is damaged"):
        combine(broken, good, STANDING, exact=False)
    with pytest.raises(ImageFailed, match=r"again\.$"):
        cut_out(broken)


def test_pictures_with_nothing_to_see() -> None:
    with pytest.raises(ImageFailed, match="all of it is transparent"):
        combine(meadow(), png(Image.new("RGBA", (64, 64))), STANDING, exact=True)
    with pytest.raises(ImageFailed, match="16 to 2048"):
        combine(meadow(), png(Image.new("RGB", (4, 4))), STANDING, exact=False)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA"])
def test_backgrounds_of_other_modes(mode: str) -> None:
    background = Image.open(io.BytesIO(meadow(256, 256))).convert(mode)
    combined = combine(png(background), person(grey_wall(160, 256))[0], STANDING, exact=False)
    assert Image.open(io.BytesIO(combined.png)).mode == "RGB"


def test_it_is_quick() -> None:
    background, picture = meadow(), person(cloth(512, 768))[0]
    # Time of this process, so that others on the machine don't count. The lesser of two: the rest is noise.
    times = []
    for _ in range(2):
        start = time.thread_time()
        combine(background, picture, STANDING, exact=False)
        times.append(time.thread_time() - start)
    assert min(times) < 1
