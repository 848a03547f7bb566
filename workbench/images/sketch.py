"""The sketch maker: draws scenes and figures as layered shapes, without any model."""

from collections.abc import Callable
from random import Random
from typing import Final

import resvg_py

from workbench.domain.pictures import INSIDE, Drawn, PictureOrder, Scene
from workbench.errors import Cancelled, ImageFailed
from workbench.images import sketch_details, sketch_paper, sketch_weather
from workbench.images.sketch_figure import draw_figure
from workbench.images.sketch_palette import Light, rgb
from workbench.images.sketch_places import PAINTERS
from workbench.images.sketch_stage import HIGH, Stage, composition_of
from workbench.images.sketch_svg import Sheet

__all__ = ["SketchMaker", "composition_of"]

# How much of a character picture's height or width the figure fills.
FILLED: Final = 0.92
# The side of the small picture that a figure's extent is measured on, in pixels.
MEASURE: Final = 220


def render(svg: str) -> bytes:
    """An SVG document as PNG of its own size; raises `ImageFailed`."""
    try:
        return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    except ValueError as error:
        raise ImageFailed(f"The sketch couldn't be rendered ({error}); try another seed.") from error


def background_svg(scene: Scene, seed: int, width: int, height: int) -> str:
    """The document of a scene's place without its figure, composed for it."""
    sheet = Sheet()
    wide = HIGH * width / height
    rng = Random(f"background {seed} {scene.place} {scene.daytime} {scene.weather} {scene.mood}")
    stage = Stage(sheet, scene, Light(scene), rng, composition_of(scene, seed), wide)
    PAINTERS[scene.place](stage)
    (sketch_details.inside if stage.inside else sketch_details.outside)(stage)
    sketch_weather.fall(stage)
    return sheet.svg((0, 0, wide, HIGH), width, height)


class SketchMaker:
    """Draws by rule and chance: a seed and a scene give one picture, in under a second."""

    @property
    def maker(self) -> str:
        """See `ImageMaker`."""
        return "sketch"

    @property
    def model(self) -> str:
        """The version of the drawing rules."""
        return "sketch 1"

    def status(self) -> str:
        """Always ready: nothing is loaded."""
        return "ready"

    def close(self) -> None:
        """Nothing to free."""

    def draw(
        self, order: PictureOrder, cancelled: Callable[[], bool], progress: Callable[[float], None] | None = None
    ) -> Drawn:
        """Draw a background, or a figure on transparency whose alpha is its exact mask.

        Raises `Cancelled`, and `ImageFailed` for a combined picture or a character picture without a figure.
        """

        def step(share: float) -> None:
            if cancelled():
                raise Cancelled("The picture was stopped; nothing was kept.")
            if progress:
                progress(share)

        step(0.0)
        if order.kind == "background":
            svg = background_svg(order.scene, order.seed, order.width, order.height)
            step(0.4)
            png = render(svg)
            step(0.8)
            png = sketch_paper.finish_background(png, order.seed, 0.4 if order.scene.place in INSIDE else 0.26)
        elif order.kind == "character":
            png = self._character(order, step)
        else:
            raise ImageFailed("The sketch maker draws a character or a background; combined pictures are put together.")
        step(1.0)
        return Drawn(png=png, width=order.width, height=order.height, cut_out=order.kind == "character")

    def _character(self, order: PictureOrder, step: Callable[[float], None]) -> bytes:
        scene, width, height = order.scene, order.width, order.height
        if scene.figure is None:
            raise ImageFailed("This scene has nobody in it; give it a figure to draw its character.")
        light = Light(scene)
        side = 1 if composition_of(scene, order.seed).light == "right" else -1
        sheet = Sheet()
        # Figures are drawn looking right and lit from there; the light is always where they look.
        with sheet.group(transform=f"scale({side} 1)"):
            draw_figure(sheet, light, scene.figure, order.seed)
        reach = 1500.0
        small = sketch_paper.read(render(sheet.svg((-reach, -reach, 2 * reach, 2 * reach), MEASURE, MEASURE)))
        ys, xs = (small[:, :, 3] > 8).nonzero()
        unit = 2 * reach / MEASURE
        x0, x1 = xs.min() * unit - reach, (xs.max() + 1) * unit - reach
        y0, y1 = ys.min() * unit - reach, (ys.max() + 1) * unit - reach
        step(0.3)
        scale = max((y1 - y0) / (FILLED * height), (x1 - x0) / (FILLED * width))
        wide, high = width * scale, height * scale
        view = ((x0 + x1 - wide) / 2, y1 + high * (1 - FILLED) / 3 - high, wide, high)
        png = render(sheet.svg(view, width, height))
        step(0.7)
        dark = 0.28 if scene.daytime == "night" or scene.weather in ("fog", "cloudy", "snow") else 0.42
        return sketch_paper.finish_figure(png, order.seed, side, rgb(light.rim), dark)
