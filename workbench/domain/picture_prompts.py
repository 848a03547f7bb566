"""What a diffusion model is told of a scene: by rule from what is shown, in the order that such models read best."""

from workbench.domain.pictures import INSIDE, PEOPLE, THINGS, Figure, PictureKind, Scene
from workbench.domain.scene_words import COLOURS

# What no picture should have, and what a background shouldn't.
NEGATIVE = "blurry, deformed, extra limbs, cropped, text, watermark, signature, frame"
NOBODY = "people, person, figure, animal"
# A figure that is to be cut out needs a ground that is easy to tell from it.
GROUND = "alone, plain light grey background, even light"
CUT_OUT, STILL = f"full body, head to feet, {GROUND}", f"whole, one thing, {GROUND}"
LIGHT = {
    "dawn": "at dawn, low rose light",
    "day": "in daylight",
    "dusk": "at dusk, warm orange light",
    "night": "at night, moonlight",
}
WEATHER = {
    "clear": "clear sky",
    "cloudy": "cloudy sky",
    "rain": "rain",
    "storm": "thunderstorm, lightning",
    "snow": "falling snow",
    "fog": "fog",
}
INDOORS = {
    "room": "a room", "hall": "a great hall", "library": "a library with high shelves", "workshop": "a workshop",
    "tavern": "a tavern with a hearth", "cave": "a cave",
}  # fmt: skip
# A look is told in so many words at most, as the models forget what comes late.
LOOK_WORDS = 40


def prompts_for(kind: PictureKind, scene: Scene, style: str) -> tuple[str, str]:
    """The prompt and the negative prompt of a picture of that kind, the style of the story first."""
    figure = figure_words(scene.figure) if scene.figure is not None else ""
    if kind == "character":
        thing = scene.figure is not None and scene.figure.shape in THINGS
        return _joined(style, figure or "a traveller", STILL if thing else CUT_OUT), NEGATIVE
    where = place_words(scene)
    if kind == "background":
        return _joined(style, where, "wide view, no people"), f"{NOBODY}, {NEGATIVE}"
    return _joined(style, figure, where), NEGATIVE


def place_words(scene: Scene) -> str:
    """The place with its hour, weather, mood and things."""
    inside = scene.place in INSIDE
    weather = "" if inside and scene.weather == "clear" else WEATHER[scene.weather]
    if inside and weather:
        weather = f"{weather} behind the window"
    place = INDOORS.get(scene.place, _a(scene.place) if scene.place != "stars" else "open space among stars")
    return _joined(place, LIGHT[scene.daytime], weather, f"{scene.mood} mood", *scene.details)


def figure_words(figure: Figure) -> str:
    """A figure in words: what it is, what it wears in which colour, and its look as it is kept."""
    if figure.shape in THINGS and figure.look:
        # Said whole: "an odd steel key with a question mark in its handle".
        return figure.look.rstrip(".,;")
    worn = []
    for attribute in figure.attributes:
        colour = figure.colours.get(attribute, "")
        worn.append(f"{colour} {attribute}".strip() if colour in COLOURS else attribute)
    worn += [f"{colour} {part}" for part, colour in figure.colours.items() if part not in figure.attributes]
    look = " ".join(figure.look.split()[:LOOK_WORDS]).rstrip(".,;")
    pose = figure.pose if figure.shape in PEOPLE else ""
    return _joined(_a(figure.shape), pose, *(f"with {one}" if at == 0 else one for at, one in enumerate(worn)), look)


def _a(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"


def _joined(*parts: str) -> str:
    return ", ".join(part for part in (part.strip() for part in parts) if part)
