"""A child's open hands out of their sleeves, for gifts."""

import math
from itertools import pairwise
from typing import Final

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_faces import SKINS
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, joined, oval, smooth

SLEEVES: Final = ("#3f74b8", "#c2452f", "#4b8f5a", "#8a5aa8", "#d08a2e", "#2e8185")
# Where each finger starts, its lean in degrees, its length and width; the thumb side is on the left.
FINGERS: Final = (
    (-98, -262, -17, 190, 80),
    (-32, -282, -5, 222, 82),
    (38, -276, 7, 200, 79),
    (102, -244, 21, 156, 70),
)


def skin_of(b: Brush) -> str:
    """A human skin tone, somewhere between the lightest and the darkest."""
    k = b.rng.randrange(len(SKINS) - 1)
    return b.hue(mix(SKINS[k], SKINS[k + 1], b.rng.random()), "skin")


def sleeve_of(b: Brush) -> str:
    """A glad colour for a sleeve."""
    return b.hue(b.rng.choice(SLEEVES), "sleeve")


def rosy(skin: str, share: float = 0.3) -> str:
    """The skin where it's warm."""
    return mix(skin, "#e0503f", share)


def open_hand(b: Brush, wrist: Point, turn: float, side: int, scale: float, skin: str, sleeve: str) -> None:
    """An open palm from its wrist upwards, leaning `turn` degrees; its thumb is on the left, or right with side -1."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def at(x: float, y: float) -> Point:
        x, y = x * side * scale, y * scale
        return wrist[0] + x * cos - y * sin, wrist[1] + x * sin + y * cos

    def curve(*points: Point) -> str:
        return smooth([at(*p) for p in points], closed=False)

    def finger(x: float, y: float, lean: float, long: float, wide: float) -> list[Point]:
        dx, dy = math.sin(math.radians(lean)), -math.cos(math.radians(lean))
        r = wide / 2
        ring = [(x - dy * -r, y + dx * -r), (x + dx * long * 0.5 + dy * r, y + dy * long * 0.5 - dx * r)]
        for k in range(7):
            a = math.radians(-90 + 30 * k)
            u, v = long - r + math.cos(a) * r, math.sin(a) * r * 0.95
            ring.append((x + dx * u - dy * v, y + dy * u + dx * v))
        ring += [(x + dx * long * 0.5 - dy * r, y + dy * long * 0.5 + dx * r), (x - dy * r, y + dx * r)]
        return [at(*p) for p in ring]

    fingers = [
        (x, y, lean + b.rng.uniform(-2, 2), long * b.rng.uniform(0.97, 1.04), w) for x, y, lean, long, w in FINGERS
    ]
    palm = [at(*p) for p in ((-76, 60), (-82, -20), (-126, -110), (-140, -220), (-128, -290), (-60, -316), (0, -322),
                             (64, -314), (124, -276), (136, -210), (124, -110), (84, -20), (76, 60))]  # fmt: skip
    thumb = [at(*p) for p in ((-70, -30), (-140, -90), (-196, -166), (-236, -240), (-240, -282), (-212, -302),
                              (-176, -284), (-150, -236), (-112, -180), (-60, -150), (-20, -80))]  # fmt: skip
    d = joined([palm, thumb, *(finger(*one) for one in fingers)])
    b.form(d, skin, 66 * scale)
    line, warm = shade(mix(skin, "#8a2f1c", 0.22), 0.72), rosy(skin)
    with b.sheet.group(clip=d):
        for x, y, lean, long, wide in fingers:
            reach = long - wide * 0.42
            tip = at(x + math.sin(math.radians(lean)) * reach, y - math.cos(math.radians(lean)) * reach)
            b.flat(oval(*tip, wide * 0.3 * scale), warm, 0.4)
        b.flat(oval(*at(-212, -266), 26 * scale), warm, 0.4)
        b.flat(oval(*at(-74, -104), 54 * scale), warm, 0.22)
        b.flat(oval(*at(84, -120), 42 * scale), warm, 0.22)
    for (ax, ay, *_), (cx, cy, *_) in pairwise(fingers):
        mx, my = (ax + cx) / 2, (ay + cy) / 2
        b.line(curve((mx * 1.12, my - 74), (mx * 1.06, my - 42), (mx, my - 14)), line, 7 * scale, 0.8)
    b.line(curve((-128, -196), (-60, -180), (-18, -110), (-30, -36)), line, 8 * scale, 0.75)
    b.line(curve((118, -200), (50, -196), (-10, -216), (-40, -246)), line, 7 * scale, 0.65)
    cuff = [at(*p) for p in ((-104, 22), (0, 4), (104, 22), (116, 60), (112, 98), (0, 88), (-112, 98), (-116, 60))]
    arm = [at(*p) for p in ((-98, 70), (98, 70), (110, 150), (0, 160), (-110, 150))]
    b.form(smooth(arm), shade(sleeve, 0.86), 130 * scale)
    b.form(smooth(cuff), sleeve, 150 * scale)
    for k in range(-3, 4):
        b.line(curve((k * 30, 26), (k * 31, 84)), shade(sleeve, 0.72), 6 * scale, 0.7)


def hand(b: Brush) -> None:
    """A raised open hand."""
    skin, sleeve = skin_of(b), sleeve_of(b)
    open_hand(b, (0, -142), b.rng.uniform(-6, 6), b.rng.choice((-1, 1)), 0.92, skin, sleeve)


def hands(b: Brush) -> None:
    """Two open hands side by side that hold something up."""
    skin, sleeve = skin_of(b), sleeve_of(b)
    turn = b.rng.uniform(19, 24)
    for side in (-1, 1):
        open_hand(b, (side * 132, -158), side * turn, -side, 0.86, skin, sleeve)
