"""What all layers of one background share: the sheet, the light, where things stand and what must stay free."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from workbench.domain.pictures import INSIDE, Composition, Figure, PlaceKind, Scene
from workbench.images.sketch_palette import Light, mix
from workbench.images.sketch_svg import Sheet

HIGH: Final = 1000.0
# Where the figure's feet are, where the horizon is and how high a grown person stands: shares of the height.
GROUNDS: Final[Mapping[PlaceKind, tuple[float, float, float]]] = {
    "forest": (0.9, 0.62, 0.5), "mountains": (0.9, 0.66, 0.4), "hills": (0.88, 0.58, 0.43), "field": (0.9, 0.55, 0.47),
    "garden": (0.9, 0.54, 0.5), "river": (0.92, 0.5, 0.43), "lake": (0.91, 0.55, 0.43), "sea": (0.92, 0.52, 0.45),
    "harbour": (0.91, 0.54, 0.47), "underwater": (0.9, 0.66, 0.45), "swamp": (0.9, 0.58, 0.47),
    "desert": (0.89, 0.58, 0.42), "snowland": (0.9, 0.6, 0.44), "cave": (0.91, 0.64, 0.5),
    "village": (0.91, 0.58, 0.45),
    "town": (0.92, 0.56, 0.48), "castle": (0.91, 0.64, 0.4), "ruin": (0.9, 0.6, 0.45), "road": (0.9, 0.5, 0.46),
    "sky": (0.86, 0.75, 0.42), "stars": (0.89, 0.78, 0.42), "room": (0.92, 0.68, 0.6), "hall": (0.92, 0.66, 0.52),
    "library": (0.92, 0.68, 0.57), "workshop": (0.92, 0.68, 0.59), "tavern": (0.92, 0.68, 0.58),
    "ship": (0.92, 0.5, 0.52),
}  # fmt: skip
# How high a shape stands beside a grown person.
STATURES: Final[Mapping[str, float]] = {
    "woman": 1.0, "man": 1.05, "girl": 0.76, "boy": 0.76, "old woman": 0.92, "old man": 0.96, "robot": 1.05,
    "ghost": 1.0,
    "cat": 0.42, "dog": 0.55, "fox": 0.48, "wolf": 0.62, "horse": 1.0, "bear": 0.8, "bird": 0.36, "owl": 0.46,
    "dragon": 1.1, "fish": 0.34, "mouse": 0.3, "hare": 0.42,
    "crab": 0.3, "frog": 0.28, "tortoise": 0.36, "hedgehog": 0.28, "bat": 0.34, "moth": 0.32, "snake": 0.4,
    "octopus": 0.6, "seal": 0.5, "goat": 0.74, "camel": 1.15,
}  # fmt: skip
THING: Final = 0.34


# Where there is open water, how far from the horizon to the figure's feet fish leap out of it.
LEAPS: Final[Mapping[PlaceKind, float]] = {"river": 0.7, "lake": 0.68, "sea": 0.6, "harbour": 0.56, "swamp": 0.6}


def flies(figure: Figure) -> bool:
    """Whether a figure is on the wing: birds and owls that walk or are said to have wings, dragons that do both."""
    if figure.shape in ("bat", "moth"):
        return figure.pose != "sitting"
    goes, winged = figure.pose == "walking", "wings" in figure.attributes
    return (figure.shape in ("bird", "owl") and (goes or winged)) or (figure.shape == "dragon" and goes and winged)


def leaps(scene: Scene) -> bool:
    """Whether a scene's figure comes leaping out of the water."""
    return scene.figure is not None and scene.figure.shape == "fish" and scene.place in LEAPS


def hover(scene: Scene) -> float:
    """How much of a figure's whole height is air or water between it and the ground: 0 for those who stand or leap."""
    figure = scene.figure
    if figure is None:
        return 0.0
    if figure.shape == "fish":
        return {"underwater": 0.55}.get(scene.place, 0.0 if leaps(scene) else 0.42)
    if figure.shape in ("octopus", "seal") and scene.place == "underwater" and figure.pose != "sitting":
        return 0.4
    if flies(figure):
        return 0.3 if figure.shape == "dragon" else 0.45
    return 0.1 if figure.shape == "ghost" and figure.pose != "sitting" else 0.0


def composition_of(scene: Scene, seed: int) -> Composition:
    """Where the figure stands by the rule of thirds; the main detail and the light take the other side.

    Pure: the same scene and seed give the same answer, and the background keeps that spot free. Of those who hang in
    the air, `feet` is the ground below them and `size` reaches from there to their top.
    """
    rng = Random(f"composition {seed} {scene.place}")
    left = rng.random() < 0.5
    across = (1 / 3 if left else 2 / 3) + rng.uniform(-0.025, 0.025)
    feet, horizon, person = GROUNDS[scene.place]
    figure = scene.figure
    # A thing to take along is as large as a small animal.
    size = person * (STATURES.get(figure.shape, THING) if figure else 1.0) / (1 - hover(scene))
    if leaps(scene):
        feet, size = horizon + (feet - horizon) * LEAPS[scene.place], size * 1.25
    if figure and figure.pose == "sitting" and figure.shape != "fish" and not hover(scene):
        # A horse doesn't sit: it lies.
        size *= 0.62 if figure.shape in ("horse", "goat", "camel") else 0.78
    if figure and "umbrella" in figure.attributes:
        size *= 1.1
    return Composition(
        across=round(across, 4),
        feet=round(feet + rng.uniform(-0.01, 0.01), 4),
        # A mouse on a mountain must still be seen.
        size=round(min(0.8, max(0.11, size)), 4),
        light="right" if left else "left",
    )


@dataclass
class Stage:
    """One background in the making: 1000 units high, `wide` units wide, y downwards."""

    sheet: Sheet
    scene: Scene
    light: Light
    rng: Random
    composition: Composition
    wide: float

    def __post_init__(self) -> None:
        feet, horizon, person = GROUNDS[self.scene.place]
        self.feet, self.horizon = feet * HIGH, horizon * HIGH
        # Narrow pictures get smaller things, or one tree would fill them.
        self.person = person * HIGH * min(1.0, max(0.5, self.wide / 1150))
        self.side = 1 if self.composition.light == "right" else -1
        self.inside = self.scene.place in INSIDE
        self.snowy = not self.inside and (self.scene.weather == "snow" or self.scene.place == "snowland")
        self.windy = self.scene.weather == "storm"
        self.free = self.composition.across * self.wide

    def x(self, share: float) -> float:
        """An x by its share of the width, counted from the figure's side to the light's side."""
        return self.wide * (share if self.side > 0 else 1 - share)

    @property
    def lamp(self) -> tuple[float, float]:
        """Where the sun or moon stands: on the light's side, low at dawn and dusk."""
        height = {"dawn": 0.74, "day": 0.24, "dusk": 0.8, "night": 0.3}[self.scene.daytime]
        return self.x(0.77), self.horizon * height

    def tone(self, colour: str, depth: float = 0.0) -> str:
        """See `Light.tone`."""
        return self.light.tone(colour, depth)

    def ground(self, colour: str, depth: float = 0.0) -> str:
        """The colour of open ground: white under snow."""
        return self.light.tone(mix(colour, "#f4f7fb", 0.86) if self.snowy else colour, depth)

    def leaf(self, colour: str, depth: float = 0.0) -> str:
        """The colour of leaves: frosted under snow."""
        return self.light.tone(mix(colour, "#eef3f8", 0.3) if self.snowy else colour, depth)

    def near(self, x: float, reach: float) -> bool:
        """Whether x is nearer than `reach` units to the figure's spot."""
        return abs(x - self.free) < reach

    def scale(self, y: float) -> float:
        """How high a grown person would be in units who stands on the ground at y."""
        share = (y - self.horizon) / (self.feet - self.horizon)
        return self.person * max(0.1, share)

    def depth(self, y: float) -> float:
        """How far away ground at y is, from 0 at the figure's feet to 0.8 at the horizon."""
        return min(0.8, max(0.0, 0.8 * (self.feet - y) / (self.feet - self.horizon)))

    def lerp(self, share: float) -> float:
        """A y between the horizon (0) and the figure's feet (1)."""
        return self.horizon + (self.feet - self.horizon) * share
