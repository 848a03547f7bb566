"""The sketch maker: everything a scene can say is drawn, the same way each time, and can be seen in the pixels."""

import io
from random import Random
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from workbench.domain.pictures import (
    Attribute,
    Daytime,
    Detail,
    Drawn,
    Figure,
    Mood,
    PictureKind,
    PictureOrder,
    PlaceKind,
    Pose,
    Scene,
    Shape,
    Weather,
)
from workbench.errors import Cancelled, ImageFailed
from workbench.images.combining import combine
from workbench.images.sketch import SketchMaker, composition_of
from workbench.images.sketch_details import spots
from workbench.images.sketch_layout import covered, overlap
from workbench.images.sketch_palette import Light, named
from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import Sheet

MAKER = SketchMaker()
PLACES, SHAPES, ATTRIBUTES = get_args(PlaceKind), get_args(Shape), get_args(Attribute)
DETAILS = get_args(Detail)


def draw(scene: Scene, kind: PictureKind = "background", seed: int = 1, width: int = 384, height: int = 256) -> Drawn:
    order = PictureOrder(kind=kind, scene=scene, seed=seed, width=width, height=height)
    return MAKER.draw(order, lambda: False)


def pixels(drawn: Drawn) -> np.ndarray:
    with Image.open(io.BytesIO(drawn.png)) as picture:
        assert picture.size == (drawn.width, drawn.height)
        return np.asarray(picture, dtype=np.float32)


def character(figure: Figure, seed: int = 1, **scene: str) -> np.ndarray:
    return pixels(draw(Scene.model_validate({"figure": figure, **scene}), "character", seed, 256, 256))


def test_it_is_an_image_maker() -> None:
    assert (MAKER.maker, MAKER.model, MAKER.status()) == ("sketch", "sketch 2", "ready")
    MAKER.close()


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_drawn_opaque_and_full(place: PlaceKind) -> None:
    picture = pixels(draw(Scene(place=place), width=256, height=256))
    assert picture.shape == (256, 256, 3)
    # Not one flat colour anywhere large: each quarter has something in it.
    for quarter in (picture[:128, :128], picture[:128, 128:], picture[128:, :128], picture[128:, 128:]):
        assert quarter.std() > 3


@pytest.mark.parametrize("place", ["sea", "library"])
def test_every_detail_changes_the_picture(place: PlaceKind) -> None:
    plain = pixels(draw(Scene(place=place, daytime="dawn"), width=256, height=256))
    # The sun shines at dawn anyway.
    for detail in DETAILS:
        shown = pixels(draw(Scene(place=place, daytime="dawn", details=(detail,)), width=256, height=256))
        if detail != "sun":
            assert np.abs(shown - plain).max() > 25, detail


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_stands_on_transparency(shape: Shape) -> None:
    drawn = draw(Scene(figure=Figure(shape=shape)), "character", width=256, height=384)
    alpha = pixels(drawn)[:, :, 3]
    assert drawn.cut_out
    assert alpha[0, 0] == alpha[0, -1] == alpha[-1, 0] == alpha[-1, -1] == 0
    assert (alpha == 255).sum() > 0.8 * (alpha > 0).sum()
    assert ((alpha > 0) & (alpha < 255)).sum() > 100
    rows, columns = np.nonzero(alpha)
    # It fills the height, or the width if it is a long animal; its feet are at the bottom.
    filled = max((rows.max() - rows.min()) / 384, (columns.max() - columns.min()) / 256)
    assert 0.87 < filled < 0.95
    assert rows.max() > 0.94 * 384


@pytest.mark.parametrize("pose", get_args(Pose))
def test_animals_are_told_apart_by_their_outlines(pose: Pose) -> None:
    outlines = {}
    for shape in ("cat", "dog", "fox", "wolf", "horse", "bear", "mouse", "hare", "dragon"):
        alpha = character(Figure(shape=shape, pose=pose))[:, :, 3] > 128
        rows, columns = np.nonzero(alpha)
        cut = Image.fromarray(alpha[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
        outlines[shape] = np.asarray(cut.resize((64, 64)))
    for shape, one in outlines.items():
        for other in outlines:
            if other < shape:
                same = (one & outlines[other]).sum() / (one | outlines[other]).sum()
                assert same < 0.78, (shape, other)


def test_those_who_walk_swing_their_legs_and_a_horse_lies_instead_of_sitting() -> None:
    for shape in ("cat", "dog", "fox", "wolf", "horse", "bear", "mouse", "hare", "dragon"):
        stands, walks = (character(Figure(shape=shape, pose=pose)) for pose in ("standing", "walking"))
        # What moves is in the lower half.
        changed = np.abs(stands - walks).max(axis=2) > 40
        assert changed[128:].sum() > 100, shape
    for shape, upright in (("dog", True), ("horse", False)):
        alpha = character(Figure(shape=shape, pose="sitting"))[:, :, 3] > 128
        rows, columns = np.nonzero(alpha)
        assert (rows.max() - rows.min() > columns.max() - columns.min()) == upright, shape


def put_together(scene: Scene, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The background, and the figure in it as it is shown to the reader."""
    ground, figure = draw(scene, "background", seed), draw(scene, "character", seed)
    where = composition_of(scene, seed)
    whole = combine(ground.png, figure.png, where, exact=True)
    return pixels(ground), pixels(Drawn(png=whole.png, width=whole.width, height=whole.height))


FLYERS = [
    Figure(shape="bird", pose="walking"),
    Figure(shape="bird", attributes=("wings",)),
    Figure(shape="owl", pose="walking"),
    Figure(shape="dragon", pose="walking", attributes=("wings",)),
    Figure(shape="fish"),
    Figure(shape="ghost"),
]


@pytest.mark.parametrize("place", ["hills", "underwater", "room"])
@pytest.mark.parametrize("figure", FLYERS)
def test_those_who_fly_or_swim_leave_the_ground_free_and_have_a_small_shadow_there(
    figure: Figure, place: PlaceKind
) -> None:
    scene = Scene(place=place, figure=figure)
    ground, whole = put_together(scene)
    where = composition_of(scene, 1)
    feet, high = where.feet * 256, where.size * 256
    changed = (np.abs(whole - ground).max(axis=2) > 12).any(axis=1)
    between = changed[round(feet - 0.09 * high if figure.shape == "ghost" else feet - 0.3 * high) : round(feet) - 4]
    # The air (a ghost's is a hand's breadth) has rows where nothing is, and above is the figure.
    assert (~between).sum() >= (1 if figure.shape == "ghost" else 0.12 * high)
    assert changed[round(feet - 0.9 * high)]
    # There is a shadow, dark and smaller than the figure.
    low = slice(round(feet) - 3, round(feet) + 3)
    shade = (ground[low].mean(axis=2) - whole[low].mean(axis=2)).max(axis=0)
    assert shade.max() > 8
    assert (shade > 8).sum() < (np.abs(whole - ground).max(axis=2) > 25).any(axis=0).sum() * 1.3


@pytest.mark.parametrize("figure", [Figure(shape="bird"), Figure(shape="owl"), Figure(shape="dog"), Figure()])
def test_those_who_stand_have_no_air_below_them(figure: Figure) -> None:
    scene = Scene(place="hills", figure=figure)
    ground, whole = put_together(scene)
    where = composition_of(scene, 1)
    changed = (np.abs(whole - ground).max(axis=2) > 12).any(axis=1)
    assert changed[round((where.feet - 0.9 * where.size) * 256) : round(where.feet * 256)].all()


@pytest.mark.parametrize("place", ["river", "lake", "sea", "harbour"])
def test_a_fish_leaps_out_of_the_water_where_others_stand_ashore(place: PlaceKind) -> None:
    def blue(shape: Shape) -> float:
        scene = Scene(place=place, figure=Figure(shape=shape))
        picture, where = pixels(draw(scene)), composition_of(scene, 1)
        x, y = round(where.across * 384), round(where.feet * 256)
        under = picture[y - 4 : y + 4, x - 16 : x + 16].mean(axis=(0, 1))
        return float(under[2] - under[0])

    assert blue("fish") > 30
    assert blue("dog") < 0
    _, whole = put_together(Scene(place=place, figure=Figure(shape="fish")))
    assert whole.shape == (256, 384, 3)


CROWDS: list[tuple[PlaceKind, tuple[Detail, ...]]] = [
    ("hills", ("tower", "windmill", "house", "clock")),
    ("village", ("tree", "well", "house", "rocks")),
    ("field", ("house", "market", "lamps")),
    ("forest", ("house", "well", "graves", "bells", "fire")),
    ("ruin", ("gate", "lamps", "clock")),
    ("lake", ("lighthouse", "gate", "bridge")),
    ("library", ("gate", "well", "market")),
]


@pytest.mark.parametrize(("place", "details"), CROWDS)
def test_many_details_leave_the_figures_place_free(place: PlaceKind, details: tuple[Detail, ...]) -> None:
    for figure in (Figure(), Figure(shape="dog")):
        for seed in (1, 2, 3):
            empty, full = (pixels(draw(Scene(place=place, figure=figure, details=d), seed=seed)) for d in ((), details))
            where = composition_of(Scene(place=place, figure=figure), seed)
            x, half = where.across * 384, where.size * 256 * (0.2 if figure.shape == "woman" else 0.4)
            spot = np.s_[
                round((where.feet - where.size) * 256) : round(where.feet * 256), round(x - half) : round(x + half)
            ]
            changed = np.abs(full - empty).max(axis=2) > 25
            assert changed[spot].mean() < 0.03, (figure.shape, seed)
            assert changed.mean() > 0.02


def test_details_stand_beside_one_another() -> None:
    for place, details in CROWDS[:-1]:
        for seed in range(6):
            scene = Scene(place=place, figure=Figure(), details=details)
            stage = Stage(Sheet(), scene, Light(scene), Random(seed), composition_of(scene, seed), 1500.0)
            boxes = [covered(stage, spot) for spot, _ in spots(stage)]
            assert len(boxes) == len(details)
            for i, one in enumerate(boxes):
                assert max((overlap(one, other) for other in boxes[:i]), default=0) < 0.36, (place, seed)
                # None is cut off by the picture's edge.
                assert min(one[2], 1500) - max(one[0], 0) > 0.85 * (one[2] - one[0]), (place, seed)


@pytest.mark.parametrize("place", ["forest", "hills", "desert", "town", "harbour", "village", "swamp", "castle"])
def test_a_foggy_night_is_dark_but_can_be_read(place: PlaceKind) -> None:
    night, day = (
        pixels(draw(Scene(place=place, daytime=time, weather="fog", mood="eerie"))).mean(axis=2)
        for time in ("night", "day")
    )
    low, high = np.percentile(night, [5, 95])
    assert high - low > 65
    assert night.std() > 22
    assert night.mean() < 0.7 * day.mean()


def test_poses_and_attributes_change_the_figure() -> None:
    plain = character(Figure(shape="woman"))
    for attribute in ATTRIBUTES:
        worn = character(Figure(shape="woman", attributes=(attribute,)))
        # A hundred clearly different pixels of a figure of some nine thousand: a pair of glasses' worth.
        assert (np.abs(worn - plain).max(axis=2) > 40).sum() > 100, attribute
    for pose in ("walking", "sitting"):
        assert np.abs(character(Figure(shape="woman", pose=pose)) - plain).mean() > 1


@pytest.mark.parametrize("attribute", ["wings", "tail", "horns", "scarf", "hat", "crown"])
def test_animals_wear_things_too(attribute: Attribute) -> None:
    for shape in ("owl", "dragon"):
        plain = character(Figure(shape=shape))
        assert np.abs(character(Figure(shape=shape, attributes=(attribute,))) - plain).mean() > 0.1, shape


def test_the_same_order_gives_the_same_bytes_and_another_seed_another_picture() -> None:
    scene = Scene(place="forest", figure=Figure(shape="fox"))
    for kind in ("background", "character"):
        assert draw(scene, kind, 5).png == draw(scene, kind, 5).png
        assert draw(scene, kind, 5).png != draw(scene, kind, 6).png


def test_no_two_scenes_look_alike() -> None:
    places = ("forest", "mountains", "field", "sea", "underwater", "desert", "snowland", "cave", "town", "stars")
    shown = [pixels(draw(Scene(place=place), width=256, height=256)) for place in (*places, "library", "tavern")]
    for i, one in enumerate(shown):
        for other in shown[:i]:
            assert np.abs(one - other).mean() > 12


def test_light_and_weather_can_be_seen() -> None:
    for place in ("hills", "sea", "town"):
        day, night = (pixels(draw(Scene(place=place, daytime=time))) for time in ("day", "night"))
        assert night.mean() < 0.7 * day.mean()
    clear, snow = (pixels(draw(Scene(place="hills", weather=weather))) for weather in ("clear", "snow"))
    assert snow[200:].mean() > clear[200:].mean() + 40
    storm = pixels(draw(Scene(place="hills", weather="storm")))
    assert storm.mean() < 0.8 * clear.mean()
    assert storm[:150].max() > 235, "the lightning"


def test_moods_shift_the_colours() -> None:
    shown = {mood: pixels(draw(Scene(place="field", mood=mood))) for mood in get_args(Mood)}

    def saturation(picture: np.ndarray) -> float:
        return float((picture.max(axis=2) - picture.min(axis=2)).mean())

    assert saturation(shown["sad"]) < saturation(shown["calm"]) < saturation(shown["joyful"])
    assert (shown["eerie"][..., 1] - shown["eerie"][..., 0]).mean() > (
        shown["tense"][..., 1] - shown["tense"][..., 0]
    ).mean()


def test_colours_show_up() -> None:
    def share(figure: Figure, channel: int) -> float:
        picture = character(figure)
        others = [picture[:, :, c] for c in range(3) if c != channel]
        strong = (picture[:, :, channel] > 1.25 * np.maximum(*others)) & (picture[:, :, 3] == 255)
        return float(strong.sum() / (picture[:, :, 3] == 255).sum())

    assert share(Figure(attributes=("coat",), colours={"coat": "red"}), 0) > 0.2
    green, red = (Figure(attributes=("cloak",), colours={"cloak": colour}) for colour in ("green", "red"))
    assert share(green, 1) > share(red, 1) + 0.1
    assert share(Figure(shape="fish", colours={"scales": "bright blue"}), 2) > 0.2
    assert named("a dark red wool") != named("red") != named("blue")
    assert named("woollen") is None


def test_the_light_falls_from_the_side_the_figure_looks_to() -> None:
    scene = Scene(figure=Figure(shape="robot"))
    sides = {composition_of(scene, seed).light for seed in range(12)}
    assert sides == {"left", "right"}
    for seed in range(6):
        where = composition_of(scene, seed)
        assert where.light == ("right" if where.across < 0.5 else "left")


def test_stopping_and_what_it_cannot_draw() -> None:
    order = PictureOrder(kind="background", scene=Scene())
    with pytest.raises(Cancelled):
        MAKER.draw(order, lambda: True)
    with pytest.raises(ImageFailed):
        draw(Scene(figure=Figure()), "combined")
    with pytest.raises(ImageFailed):
        draw(Scene(), "character")
    told: list[float] = []
    MAKER.draw(order.model_copy(update={"width": 256, "height": 256}), lambda: False, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


figures = st.builds(
    Figure,
    shape=st.sampled_from(SHAPES),
    attributes=st.lists(st.sampled_from(ATTRIBUTES), max_size=6, unique=True).map(tuple),
    colours=st.dictionaries(st.sampled_from(["coat", "hair", "fur", "cloak"]), st.text(max_size=12), max_size=2),
    pose=st.sampled_from(get_args(Pose)),
)
scenes = st.builds(
    Scene,
    place=st.sampled_from(PLACES),
    daytime=st.sampled_from(get_args(Daytime)),
    weather=st.sampled_from(get_args(Weather)),
    mood=st.sampled_from(get_args(Mood)),
    details=st.lists(st.sampled_from(DETAILS), max_size=8, unique=True).map(tuple),
    figure=figures,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenes, st.integers(0, 2**31 - 1), st.sampled_from([(256, 256), (384, 256), (256, 512)]))
def test_any_scene_can_be_drawn(scene: Scene, seed: int, size: tuple[int, int]) -> None:
    for kind in ("background", "character"):
        picture = pixels(draw(scene, kind, seed, *size))
        assert picture.shape[:2] == size[::-1]


@given(scenes, st.integers(0, 2**31 - 1))
def test_compositions_follow_the_rule_of_thirds(scene: Scene, seed: int) -> None:
    where = composition_of(scene, seed)
    assert min(abs(where.across - 1 / 3), abs(where.across - 2 / 3)) < 0.03
    assert 0.7 < where.feet < 0.97
    assert 0.1 < where.size <= 0.8
    assert where == composition_of(scene, seed)
