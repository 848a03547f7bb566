"""A figure of any shape on a sheet."""

from random import Random

from workbench.domain.pictures import PEOPLE, Figure
from workbench.images.sketch_animals import quadruped
from workbench.images.sketch_belongings import BELONGINGS
from workbench.images.sketch_birds import OTHERS
from workbench.images.sketch_brush import Brush
from workbench.images.sketch_creatures import CREATURES
from workbench.images.sketch_gifts import GIFTS
from workbench.images.sketch_palette import Light
from workbench.images.sketch_people import person
from workbench.images.sketch_svg import Sheet


def draw_figure(sheet: Sheet, light: Light, figure: Figure, seed: int) -> None:
    """Add the figure, looking right and lit from the right, its feet at y 0 about x 0, in units of its own."""
    brush = Brush(sheet, light, figure, Random(f"figure {seed} {figure.name} {figure.shape}"))
    if figure.shape in PEOPLE:
        person(brush)
    else:
        shapes = {**CREATURES, **OTHERS, **BELONGINGS, **GIFTS}
        shapes.get(figure.shape, quadruped)(brush)
