"""Colours: words to hex, and the light of a scene that every colour is seen in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from workbench.domain.pictures import INSIDE, Daytime, Mood, Scene, Weather

RGB = tuple[float, float, float]

WORDS: Final[Mapping[str, str]] = {
    "black": "#2b2930", "white": "#f1ece0", "grey": "#8b8d92", "gray": "#8b8d92", "silver": "#c3cad2", "red": "#c2342d",
    "crimson": "#a01d33", "scarlet": "#d4311f", "maroon": "#6f2230", "blue": "#33619f", "navy": "#24365f",
    "azure": "#4f9bd4",
    "green": "#4b7f45", "emerald": "#27825c", "olive": "#76763a", "yellow": "#e6be3f", "golden": "#dba638",
    "gold": "#dba638",
    "brown": "#76502f", "chestnut": "#7d4429", "auburn": "#8a3f22", "tan": "#c29a6a", "beige": "#d8c49c",
    "cream": "#efe3c4",
    "ivory": "#efe6cf", "purple": "#6c4390", "violet": "#73489c", "lilac": "#b097cf", "pink": "#dd8aa3",
    "rose": "#cf6d83",
    "orange": "#d9752c", "teal": "#2e8185", "turquoise": "#3fa7a3", "copper": "#b0653a", "bronze": "#95713c",
    "blond": "#dcb866", "blonde": "#dcb866", "fair": "#dcb866", "ginger": "#c1602c", "dark": "#3d332f",
    "pale": "#e8dccb",
    "brass": "#b8923f", "rusty": "#a3562e", "amber": "#d4922c", "indigo": "#3f3a80", "sandy": "#cfac74",
    "straw": "#d9bb6c",
}  # fmt: skip


def rgb(colour: str) -> RGB:
    """#rrggbb as three shares from 0 to 1."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def hexed(colour: RGB) -> str:
    """Three shares, cut to 0 to 1, as #rrggbb."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, c))):02x}" for c in colour)


def mix(a: str, b: str, share: float) -> str:
    """`a` with a share of `b` in it."""
    x, y = rgb(a), rgb(b)
    return hexed((x[0] + (y[0] - x[0]) * share, x[1] + (y[1] - x[1]) * share, x[2] + (y[2] - x[2]) * share))


def shade(colour: str, factor: float) -> str:
    """Darker (below 1) or lighter (above 1): towards a cool shadow or towards a warm white."""
    if factor >= 1:
        return mix(colour, "#fff3da", min(1.0, factor - 1))
    return mix(colour, "#171230", min(1.0, 1 - factor))


def named(words: str) -> str | None:
    """The colour that some words name ("dark red", "#aa3311"), or None: the last known word counts."""
    found: str | None = None
    parts = words.lower().replace("-", " ").replace(",", " ").split()
    for part in parts:
        if part.startswith("#") and len(part) == 7 and all(c in "0123456789abcdef" for c in part[1:]):
            return part
        # "dark" and "pale" are colours only when nothing else is.
        if part in WORDS and not (found and part in ("dark", "pale", "fair")):
            found = WORDS[part]
    if found and len(parts) > 1:
        if "dark" in parts or "deep" in parts:
            found = shade(found, 0.7)
        elif "light" in parts or "pale" in parts:
            found = shade(found, 1.4)
    return found


def luminance(colour: str) -> float:
    """How bright a colour looks, from 0 to 1."""
    r, g, b = rgb(colour)
    return 0.3 * r + 0.59 * g + 0.11 * b


@dataclass(frozen=True)
class Hour:
    """The light of a time of day: the sky from top to horizon, what far things fade into, the tint on all things."""

    sky: tuple[str, str, str]
    haze: str
    tint: RGB
    sun: str
    rim: str


HOURS: Final[Mapping[Daytime, Hour]] = {
    "dawn": Hour(("#7f9ccb", "#f1b9ab", "#ffe2b4"), "#f3cdbb", (1.0, 0.88, 0.84), "#ffe3ae", "#ffd7a8"),
    "day": Hour(("#4a8fca", "#93c6e6", "#e6f2ea"), "#cde3ea", (1.0, 1.0, 0.98), "#fff4cf", "#fff1c6"),
    "dusk": Hour(("#38346f", "#b8537c", "#ffab5e"), "#bd6a86", (0.86, 0.63, 0.64), "#ffb055", "#ffb067"),
    "night": Hour(("#080d2a", "#152551", "#355088"), "#263c72", (0.46, 0.53, 0.76), "#f4eed4", "#b9d0ff"),
}


@dataclass(frozen=True)
class Air:
    """What the weather does to the light: share of grey in the sky, brightness, how soon far things fade."""

    grey: float
    bright: float
    haze: float


AIRS: Final[Mapping[Weather, Air]] = {
    "clear": Air(0.0, 1.0, 0.78),
    "cloudy": Air(0.45, 0.94, 0.85),
    "rain": Air(0.72, 0.76, 1.0),
    "storm": Air(0.8, 0.52, 0.9),
    "snow": Air(0.6, 1.0, 0.95),
    "fog": Air(0.6, 0.97, 1.05),
}


@dataclass(frozen=True)
class Temper:
    """What the mood does to every colour: saturation, brightness, and tints on dark and light tones."""

    saturation: float
    bright: float
    contrast: float
    dark: str
    light: str
    share: float


TEMPERS: Final[Mapping[Mood, Temper]] = {
    "calm": Temper(1.0, 1.0, 1.0, "#1c2440", "#fff4dc", 0.0),
    "joyful": Temper(1.3, 1.05, 1.03, "#3a2a5a", "#fff0b0", 0.07),
    "tense": Temper(0.92, 0.9, 1.22, "#3a0a12", "#f2a07a", 0.16),
    "sad": Temper(0.55, 0.92, 0.95, "#24324c", "#c3d0de", 0.18),
    "eerie": Temper(0.78, 0.92, 1.06, "#2c1147", "#a8dc9c", 0.25),
    "grand": Temper(1.15, 1.03, 1.08, "#3a2038", "#ffd880", 0.2),
}


# A cave has no lamps.
ROOFED: Final = INSIDE - {"cave"}


@dataclass
class Light:
    """The light of one scene. Colours of things are given as by day and asked for as they look here."""

    scene: Scene
    _known: dict[tuple[str, float], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hour = HOURS[self.scene.daytime]
        self.air = AIRS[self.scene.weather]
        self.temper = TEMPERS[self.scene.mood]
        self.dark = self.scene.daytime == "night"
        if self.dark and self.scene.weather == "storm":
            # The night has taken its share of the light already.
            self.air = replace(self.air, bright=0.86)
        # Under a roof the lamps are lit in the dark hours, so that things there are warm and not so dim.
        self.tint = self.hour.tint
        if self.scene.place in ROOFED and self.scene.daytime in ("night", "dusk"):
            self.tint = (0.82, 0.66, 0.56) if self.dark else (0.94, 0.76, 0.66)
        # Lamps and windows are lit at night, at dusk and under a storm.
        self.lamps = self.scene.daytime in ("night", "dusk") or self.scene.weather == "storm"
        self.sky = tuple(self._sky(c) for c in self.hour.sky)
        self.haze = self._sky(self.hour.haze)
        if self.dark and self.scene.weather == "fog":
            # The moon lights the fog from within: it is paler than what stands in it, or nothing could be seen.
            glow = self.tempered("#8b9dc4")
            top, middle, low = self.sky
            self.sky = (mix(top, glow, 0.08), mix(middle, glow, 0.3), mix(low, glow, 0.62))
            self.haze = mix(self.haze, glow, 0.62)
        self.sun = self.tempered(self.hour.sun)
        by_lamp = self.dark and self.scene.place in ROOFED
        self.rim = self.tempered("#ffc27a" if by_lamp else mix(self.hour.rim, self.haze, self.air.grey * 0.5))

    def _sky(self, colour: str) -> str:
        level = luminance(colour)
        grey = hexed((level * 0.93, level * 0.97, level * 1.05))
        muted = rgb(mix(colour, grey, self.air.grey))
        b = self.air.bright
        return self.tempered(hexed((muted[0] * b, muted[1] * b, muted[2] * b)))

    def tempered(self, colour: str) -> str:
        """A colour in the scene's mood, untouched by its light: for what shines by itself."""
        t = self.temper
        level = luminance(colour)
        r, g, b = (((level + (c - level) * t.saturation - 0.45) * t.contrast + 0.45) * t.bright for c in rgb(colour))
        target = mix(t.dark, t.light, min(1.0, level * 1.15))
        return mix(hexed((r, g, b)), target, t.share)

    def tone(self, colour: str, depth: float = 0.0) -> str:
        """A thing's colour in this light; `depth` from 0 (near) to 1 (the horizon) fades it into the haze."""
        key = (colour, round(depth, 2))
        if key not in self._known:
            r, g, b = rgb(colour)
            tint, level = self.tint, 0.45 + 0.55 * self.air.bright
            seen = hexed((r * tint[0] * level, g * tint[1] * level, b * tint[2] * level))
            self._known[key] = mix(self.tempered(seen), self.haze, min(0.94, depth * self.air.haze))
        return self._known[key]
