"""The sketch maker: draws scenes and figures as layered shapes, without any model."""

from collections.abc import Callable
from random import Random
from typing import Final

from workbench.domain.pictures import INSIDE, Drawn, PictureOrder, Scene
from workbench.errors import Cancelled, ImageFailed
from workbench.images import sketch_details, sketch_paper, sketch_weather
from workbench.images.sketch_figure import draw_figure
from workbench.images.sketch_palette import Light, mix, rgb
from workbench.images.sketch_places import PAINTERS
from workbench.images.sketch_renderer import Renderer
from workbench.images.sketch_stage import HIGH, Stage, composition_of, hover, leaps
from workbench.images.sketch_svg import Sheet

__all__ = ["SketchMaker", "composition_of"]

# How much of a character picture's height or width the figure fills.
FILLED: Final = 0.92
# The side of the small picture that a figure's extent is measured on, in pixels.
MEASURE: Final = 220


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

    def __init__(self) -> None:
        self._renderer = Renderer()

    @property
    def maker(self) -> str:
        """See `ImageMaker`."""
        return "sketch"

    @property
    def model(self) -> str:
        """The version of the drawing rules."""
        return "sketch 2"

    def status(self) -> str:
        """Always ready: nothing is loaded."""
        return "ready"

    def close(self) -> None:
        """End the process that renders."""
        self._renderer.close()

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
            png = self._renderer.render(svg)
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
        small = sketch_paper.read(
            self._renderer.render(sheet.svg((-reach, -reach, 2 * reach, 2 * reach), MEASURE, MEASURE))
        )
        ys, xs = (small[:, :, 3] > 8).nonzero()
        unit = 2 * reach / MEASURE
        x0, x1 = xs.min() * unit - reach, (xs.max() + 1) * unit - reach
        y0, y1 = ys.min() * unit - reach, (ys.max() + 1) * unit - reach
        step(0.3)
        # Those who hang in the air have their shadow on the ground below, which is the picture's foot; those who leap
        # have their tail still in the water.
        air, wet, middle = hover(scene), leaps(scene), (x0 + x1) / 2
        reach = (x1 - x0) * (0.42 if wet else 0.2)
        low = y1 - reach * 0.14 if wet else y1 + (y1 - y0) * air / (1 - air)
        y1 = max(y1, low + reach * 0.2) if wet or air else y1
        scale = max((y1 - y0) / (FILLED * height), (x1 - x0) / (FILLED * width))
        wide, high = width * scale, height * scale
        view = ((x0 + x1 - wide) / 2, y1 + high * (1 - FILLED) / 3 - high, wide, high)
        png = self._renderer.render(sheet.svg(view, width, height))
        step(0.7)
        dark = 0.28 if scene.daytime == "night" or scene.weather in ("fog", "cloudy", "snow") else 0.42
        png = sketch_paper.finish_figure(png, order.seed, side, rgb(light.rim), dark)
        if not (air or wet):
            return png
        spot = (middle - view[0]) / scale, (low - view[1]) / scale, reach / scale
        if wet:
            return sketch_paper.ripples_below(png, *spot, rgb(mix(light.sky[2], "#ffffff", 0.55)))
        return sketch_paper.shadow_below(png, *spot)
