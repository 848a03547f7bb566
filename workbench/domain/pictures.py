"""What a picture shows, said in values: whoever draws it, a diffusion model or the sketch maker, is told the same."""

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import Field

from workbench.domain.model import Value

PictureKind = Literal["character", "background", "combined"]
PICTURE_KINDS: tuple[PictureKind, ...] = ("character", "background", "combined")

PlaceKind = Literal[
    "forest", "mountains", "hills", "field", "garden", "river", "lake", "sea", "harbour", "underwater", "swamp",
    "desert", "snowland", "cave", "village", "town", "castle", "ruin", "road", "sky", "stars", "room", "hall",
    "library", "workshop", "tavern", "ship",
]  # fmt: skip
# Kinds of place with a roof: their light comes through windows and from lamps.
INSIDE: frozenset[PlaceKind] = frozenset(("cave", "room", "hall", "library", "workshop", "tavern"))
Daytime = Literal["dawn", "day", "dusk", "night"]
Weather = Literal["clear", "cloudy", "rain", "storm", "snow", "fog"]
Mood = Literal["calm", "joyful", "tense", "sad", "eerie", "grand"]
Detail = Literal[
    "moon", "stars", "sun", "birds", "ship", "bridge", "tower", "lighthouse", "house", "gate", "well", "fire", "lamps",
    "flowers", "rocks", "tree", "bells", "clock", "market", "graves", "fence", "boat", "train", "windmill",
]  # fmt: skip
Shape = Literal[
    "woman", "man", "girl", "boy", "old woman", "old man", "robot", "ghost", "cat", "dog", "fox", "wolf", "horse",
    "bear", "bird", "owl", "dragon", "fish", "mouse", "hare", "crab", "frog", "tortoise", "hedgehog", "bat", "moth",
    "snake", "octopus", "seal", "goat", "camel",
]  # fmt: skip
PEOPLE: frozenset[Shape] = frozenset(("woman", "man", "girl", "boy", "old woman", "old man", "robot", "ghost"))
# What an adventure's first choice may be about instead of somebody: an item to take along, or what a gift is done with.
Thing = Literal[
    "key", "toolbox", "watch", "shoes", "ticket", "bottle", "boots", "whistle", "bell", "tent", "flask", "clapper",
    "diving bell", "boat", "mirror", "lamp", "string", "chalk", "glass lantern", "scarf", "jar", "scissors", "pencil",
    "bookmark", "paper hat", "glass dome", "watering can", "silver line", "drawer",
    "hand", "hands", "eye", "ear", "lips", "foot", "feather", "hourglass", "heart",
]  # fmt: skip
# What a gift does, shown beside the thing.
Mark = Literal[
    "gear", "wind", "cloud", "weather", "rings", "wave", "letters", "glow", "flame", "leaf", "flower", "star",
    "bubbles", "shadow", "paper bird", "drops",
]  # fmt: skip
THINGS: frozenset[str] = frozenset(get_args(Thing))
Attribute = Literal[
    "cloak", "hood", "hat", "crown", "helmet", "dress", "coat", "armour", "apron", "scarf", "long hair", "braid",
    "beard", "glasses", "sword", "staff", "bow", "lantern", "book", "bag", "basket", "key", "umbrella", "wings", "tail",
    "horns",
]  # fmt: skip
Pose = Literal["standing", "walking", "sitting"]
Side = Literal["left", "right"]

# Sizes of a picture's sides, in pixels.
SMALLEST, LARGEST = 256, 1024
WIDTH, HEIGHT = 768, 512
SEEDS = 2**31


class Figure(Value):
    """Somebody in a picture, or a thing. Colours are words by what has them: {"coat": "red", "hair": "black"}."""

    name: str = ""
    shape: Shape | Thing = "woman"
    mark: Mark | None = None
    attributes: tuple[Attribute, ...] = ()
    colours: Mapping[str, str] = Field(default_factory=dict)
    pose: Pose = "standing"
    look: str = Field("", description="how they look, in words")


class Scene(Value):
    """A picture in values. `words` is what happens there, in a sentence; `figure` None is nobody."""

    place: PlaceKind = "hills"
    daytime: Daytime = "day"
    weather: Weather = "clear"
    mood: Mood = "calm"
    details: tuple[Detail, ...] = ()
    figure: Figure | None = None
    words: str = ""


class Composition(Value):
    """Where the figure stands, as shares of the picture's width and height: by the rule of thirds.

    `feet` is where it touches the ground, `size` its height; `light` is the side that the light comes from.
    """

    across: float = Field(ge=0, le=1)
    feet: float = Field(ge=0, le=1)
    size: float = Field(gt=0, le=1)
    light: Side


class PictureOrder(Value):
    """What a maker is asked for. `reference` is a picture (PNG) of the same figure, which it should look like."""

    kind: PictureKind
    scene: Scene
    prompt: str = ""
    negative_prompt: str = ""
    seed: int = Field(0, ge=0, lt=SEEDS)
    width: int = Field(WIDTH, ge=SMALLEST, le=LARGEST, multiple_of=8)
    height: int = Field(HEIGHT, ge=SMALLEST, le=LARGEST, multiple_of=8)
    reference: bytes | None = None


class Drawn(Value):
    """A picture as PNG. `cut_out`: its alpha channel is the figure's exact mask."""

    png: bytes
    width: int
    height: int
    cut_out: bool = False
