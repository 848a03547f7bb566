"""Pictures as a graph: halves side by side, and whatever fails in one of them leaves the other and says why."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from graphs.illustration.state import IllustrationRequest, IllustrationTeam
from graphs.registry import compiled
from workbench.domain.gallery import Picture
from workbench.domain.pictures import PICTURE_KINDS, Composition, Drawn, Figure, PictureKind, PictureOrder, Scene
from workbench.errors import Cancelled, ImageFailed

Draw = Callable[[PictureOrder, Callable[[], bool], Callable[[float], None]], Drawn]


class Studio:
    """A maker that draws letters, and everything else that the nodes may reach."""

    def __init__(self, fails: dict[str, list[Exception]] | None = None) -> None:
        self.fails = fails or {}
        self.orders: list[PictureOrder] = []
        self.kept: list[str] = []
        self.stop = threading.Event()
        self.wait = 0.0

    def draw(self, order: PictureOrder, over: Callable[[], bool], progress: Callable[[float], None]) -> Drawn:
        self.orders.append(order)
        if self.fails.get(order.kind):
            raise self.fails[order.kind].pop(0)
        until = time.monotonic() + self.wait
        while time.monotonic() < until:
            if over():
                raise Cancelled("Stopped.")
            time.sleep(0.01)
        progress(0.5)
        return Drawn(png=order.kind.encode(), width=order.width, height=order.height, cut_out=True)

    def combine(self, place: Drawn, figure: Drawn, composition: Composition) -> bytes:
        if self.fails.get("combined"):
            raise self.fails["combined"].pop(0)
        return place.png + b"+" + figure.png

    def keep(self, kind: PictureKind, drawn: Drawn, order: PictureOrder) -> Picture:
        self.kept.append(kind)
        return Picture(
            id=kind, kind=kind, asking="a", file=drawn.png.decode(), width=drawn.width, height=drawn.height,
            prompt=order.prompt, seed=order.seed, maker="letters", model="", scene=order.scene,
        )  # fmt: skip

    def team(self, seconds: float = 30.0) -> IllustrationTeam:
        return IllustrationTeam(
            draw=self.draw,
            composition=lambda scene, seed: Composition(across=0.3, feet=0.9, size=0.6, light="left"),
            combine=self.combine,
            keep=self.keep,
            cancelled=self.stop.is_set,
            seconds=seconds,
            pauses=(0.0, 0.0),
        )


def asked(kinds: tuple[PictureKind, ...] = PICTURE_KINDS, **more: Any) -> IllustrationRequest:
    given = {"figure": Figure(name="Mara"), "figure_seed": 7, "seed": 9, "width": 768, "height": 512, **more}
    return IllustrationRequest(passage="Mara ran through the forest at night.", style="ink", kinds=kinds, **given)


def made(studio: Studio, request: IllustrationRequest, seconds: float = 30.0) -> dict[str, Any]:
    return compiled("illustration").invoke({"request": request}, context=studio.team(seconds))  # type: ignore[no-any-return]


def test_three_pictures_from_one_scene() -> None:
    studio = Studio()
    output = made(studio, asked())
    assert set(output["pictures"]) == set(PICTURE_KINDS)
    assert output["pictures"]["combined"].file == "background+character"
    assert output["notes"] == []
    by_kind = {order.kind: order for order in studio.orders}
    assert by_kind["background"].scene.place == "forest"
    # A figure stands upright, and has the seed that is its own.
    assert (by_kind["character"].width, by_kind["character"].height, by_kind["character"].seed) == (512, 768, 7)
    assert (by_kind["background"].width, by_kind["background"].height, by_kind["background"].seed) == (768, 512, 9)
    assert by_kind["background"].reference is None


@pytest.mark.parametrize("kind", ["character", "background"])
def test_only_what_is_wanted_is_drawn(kind: PictureKind) -> None:
    studio = Studio()
    output = made(studio, asked((kind,)))
    assert set(output["pictures"]) == {kind}
    assert [order.kind for order in studio.orders] == [kind]


@pytest.mark.parametrize("kind", PICTURE_KINDS)
def test_a_failure_is_tried_again_and_leaves_no_trace(kind: str) -> None:
    output = made(Studio({kind: [ImageFailed("Busy."), ImageFailed("Busy.")]}), asked())
    assert set(output["pictures"]) == set(PICTURE_KINDS)
    assert output["notes"] == []


@pytest.mark.parametrize("kind", PICTURE_KINDS)
def test_what_fails_for_good_is_told_and_the_others_are_kept(kind: str) -> None:
    studio = Studio({kind: [ImageFailed("The card ran out of memory.") for _ in range(3)]})
    output = made(studio, asked())
    kept = {"character": {"background"}, "background": {"character"}, "combined": {"character", "background"}}[kind]
    assert set(output["pictures"]) == kept == set(studio.kept)
    told = " ".join(output["notes"])
    assert "ran out of memory" in told
    assert "Try again" in told
    assert ("one of its two halves is missing" in told) == (kind != "combined")
    # And again, when it works.
    assert set(made(studio, asked())["pictures"]) == set(PICTURE_KINDS)


def test_what_takes_too_long_is_given_up_and_told_with_the_limit() -> None:
    studio = Studio()
    studio.wait = 5.0
    output = made(studio, asked(("background",)), seconds=0.05)
    assert output.get("pictures", {}) == {}
    assert "longer than 0.05 seconds" in output["notes"][0]
    assert "LORELOOM_IMAGE_SECONDS" in output["notes"][0]


def test_stopping_stops_and_keeps_what_is_there() -> None:
    studio = Studio()
    studio.wait = 5.0
    threading.Timer(0.1, studio.stop.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        made(studio, asked(("background",)))
    assert time.monotonic() - began < 3


def test_a_scene_that_is_known_is_drawn_as_it_is() -> None:
    studio = Studio()
    output = made(studio, asked(scene=Scene(place="cave", daytime="dusk")))
    assert studio.orders[0].scene.place == "cave"
    # Nobody is in it: the place is the whole picture.
    assert output["pictures"]["combined"].file == "background"
    assert "no figure in the picture" in output["notes"][0]
