"""Gifts of an adventure: a hand, an eye or an ear, and what it can do; they stand on y 0."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from workbench.images import sketch_marks as marks
from workbench.images.sketch_brush import GOLD, Brush
from workbench.images.sketch_hands import hand, hands, rosy, skin_of, sleeve_of
from workbench.images.sketch_palette import luminance, mix, shade
from workbench.images.sketch_svg import Point, joined, limb, oval, smooth

Spot = tuple[float, float, float]
# From dark to fair.
HAIR: Final = ("#2f2420", "#4a2c20", "#6e3a2a", "#8a4a26", "#b8752f", "#c9973f")
GROUNDS: Final = ("#cfe6ee", "#d8e6cf", "#e4dcf0", "#f6ead2")


def _hair_of(b: Brush, skin: str) -> str:
    """A colour of hair that goes with the skin: the darker ones with dark skin."""
    return b.hue(b.rng.choice(HAIR if luminance(skin) > 0.55 else HAIR[:3]), "hair")


def _medallion(b: Brush, x: float, y: float, r: float, ground: str) -> None:
    """A round ground with a golden rim."""
    rim = b.hue(GOLD, "rim", "medallion")
    b.form(oval(x, y, r), rim, r * 0.8)
    b.flat(oval(x, y, r * 0.9), shade(rim, 0.66))
    b.flat(oval(x, y, r * 0.87), ground)


def _eye(b: Brush) -> None:
    """A child's eye with lashes and a brow on a medallion, which is half stormy and half sunny for weather."""
    x, y, r = 0.0, -300.0, 300.0
    skin = skin_of(b)
    ground = b.rng.choice(GROUNDS)
    _medallion(b, x, y, r, ground)
    if b.figure.mark == "weather":
        with b.sheet.group(clip=oval(x, y, r * 0.87)):
            b.flat("M-300 -600H20Q-50 -450 10 -300T-10 0H-300Z", "#66739c")
            b.flat("M20 -600Q-50 -450 10 -300T-10 0H300V-600Z", "#ffd873")
    hair = _hair_of(b, skin)
    iris = b.hue(b.rng.choice(("#3f86b8", "#4f9150", "#80532c", "#5d6fae")), "eye", "iris")
    lid: list[Point] = [(-222, -268), (-170, -360), (-80, -424), (20, -436), (120, -404), (196, -330), (222, -262),
                        (150, -190), (40, -156), (-70, -162), (-160, -206)]  # fmt: skip
    b.form(smooth(lid), skin, 120, 0.7)
    b.flat(oval(-150, -190, 40, 24), rosy(skin, 0.4), 0.5)
    b.flat(oval(154, -196, 40, 24), rosy(skin, 0.4), 0.5)
    white = smooth(
        [(-186, -268), (-120, -344), (-10, -380), (100, -352), (184, -268), (100, -206), (0, -188), (-110, -208)]
    )
    b.flat(white, "#fbf6ea")
    with b.sheet.group(clip=white):
        b.flat(smooth([(-220, -268), (-120, -330), (0, -352), (110, -330), (220, -260), (220, -420), (-220, -420)]),
               "#c9cfdc")  # fmt: skip
        b.flat(oval(6, -276, 104), shade(iris, 0.55))
        b.flat(oval(6, -276, 94), iris)
        for k in range(16):
            a = k * math.pi / 8
            b.line(
                f"M{6 + 50 * math.cos(a):.1f} {-276 + 50 * math.sin(a):.1f}"
                f"L{6 + 84 * math.cos(a):.1f} {-276 + 84 * math.sin(a):.1f}",
                shade(iris, 1.35),
                7,
                0.8,
            )
        b.flat(oval(6, -276, 50), "#1a1620")
    b.sheet.path(oval(38, -312, 27), "#ffffff")
    b.sheet.path(oval(-26, -240, 13), "#ffffff", 0.9)
    dark = mix(hair, "#1a1018", 0.5)
    b.flat(limb([(-192, -262), (-122, -346), (-10, -384), (102, -356), (192, -262)], (8, 24, 28, 24, 8)), dark)
    for k, (lx, ly) in enumerate(((-150, -318), (-86, -366), (-10, -384), (68, -372), (138, -326))):
        u = (k - 2) / 2
        b.flat(limb([(lx, ly), (lx + u * 26, ly - 34), (lx + u * 62, ly - 58)], (22, 14, 3)), dark)
    brow = [(-172, -452), (-90, -498), (20, -512), (120, -488), (180, -444)]
    b.flat(limb(brow, (12, 32, 38, 30, 10)), hair)
    b.line(smooth([(-110, -198), (0, -172), (104, -196)], closed=False), shade(skin, 0.66), 9, 0.8)


def _ear(b: Brush) -> None:
    """A child's ear on a medallion, with the strand of hair behind which it is."""
    skin = skin_of(b)
    hair = _hair_of(b, skin)
    sway, r = b.rng.uniform(-14, 14), 300.0
    _medallion(b, 0, -300, r, b.rng.choice(GROUNDS))
    back = [(300, -470), (180, -462), (70, -500), (-30, -420), (-40, -250), (-10, -110), (30 + sway, 40), (-300, 40),
            (-340, -300), (-260, -620), (300, -640)]  # fmt: skip
    disc = oval(0, -300, r * 0.87)
    with b.sheet.group(clip=disc):
        d = smooth(back)
        b.form(d, hair, 160)
        with b.sheet.group(clip=d):
            for k in range(6):
                o = k * 40
                line = [(300, -490 - o), (80, -530 - o * 0.8), (-90 - o * 0.6, -440 - o * 0.5), (-120 - o, -250)]
                line.append((-90 - o * 0.8 + sway, -20))
                b.line(smooth(line, closed=False), shade(hair, 0.7 if k % 2 else 1.2), 12, 0.75)
    shell = [(80, -230), (84, -166), (48, -110), (-6, -92), (-44, -126), (-66, -204), (-114, -296), (-122, -396),
             (-74, -470), (4, -494), (84, -466), (116, -400), (100, -330), (76, -284)]  # fmt: skip
    b.flat(smooth([(px - 22, py + 12) for px, py in shell]), shade(hair, 0.55), 0.7)
    b.form(smooth(shell), skin, 120)
    deep = mix(shade(skin, 0.82), "#a8452f", 0.28)
    hollow = [(60, -320), (26, -380), (-32, -376), (-58, -318), (-38, -250), (-4, -196), (36, -198), (30, -250)]
    b.flat(smooth([*hollow, (52, -280)]), deep)
    fold = [(86, -414), (36, -454), (-40, -446), (-82, -390), (-74, -304), (-44, -232)]
    b.line(smooth(fold, closed=False), deep, 16)
    b.form(smooth([(84, -314), (102, -270), (80, -232), (38, -240), (42, -280)]), skin, 50)
    b.flat(oval(10, -138, 34, 26), rosy(skin), 0.55)
    lock = [(236, -476), (90, -536), (-70, -520), (-160, -410), (-176, -240), (-150, -90 + sway), (-180, 0)]
    with b.sheet.group(clip=disc):
        b.limb(lock, (14, 50, 62, 62, 58, 50, 40), shade(hair, 1.08))
        shine = [(80, -540), (-66, -526), (-152, -410), (-168, -240)]
        b.line(smooth(shine, closed=False), shade(hair, 1.35), 9, 0.7)


def _lips(b: Brush) -> None:
    """A round singing face: closed happy eyes, warm cheeks and open lips."""
    skin = skin_of(b)
    hair = _hair_of(b, skin)
    lips, x = b.hue(mix(skin, "#d8485e", 0.62), "lip", "mouth"), -60.0
    short = b.rng.random() < 0.5
    low = ((-250, -250), (0, -180), (250, -250)) if short else ((-296, -60), (-240, -16), (240, -16), (296, -60))
    cap = [*low[::-1], (-290, -340), (-232, -540), (0, -628), (232, -540), (290, -340)]
    b.form(smooth([(x + px, py) for px, py in cap]), hair, 220)
    for side in (-1, 1) if short else ():
        b.form(oval(x + side * 262, -254, 44, 58), skin, 60)
    b.form(oval(x, -284, 270, 284), skin, 300, 0.7)
    fringe = [(-276, -300), (-250, -470), (-120, -580), (40, -590), (190, -530), (268, -400), (274, -300), (222, -400),
              (120, -474), (20, -480), (-60, -450), (-150, -430), (-230, -380)]  # fmt: skip
    b.form(smooth([(x + px, py) for px, py in fringe]), hair, 160)
    dark = mix(skin, "#3a1a14", 0.78)
    for side in (-1, 1):
        ex = x + side * 124
        b.line(f"M{ex - 52:.0f} -322Q{ex:.0f} -392 {ex + 52:.0f} -322", dark, 15)
        b.line(f"M{ex + side * 50:.0f} -324l{side * 24} -14M{ex + side * 36:.0f} -346l{side * 22} -22", dark, 10)
        b.flat(oval(x + side * 184, -236, 52, 38), rosy(skin, 0.55), 0.6)
    b.line(f"M{x - 18:.0f} -268Q{x:.0f} -250 {x + 18:.0f} -268", shade(rosy(skin), 0.74), 10)
    wide = 92 + b.rng.uniform(-8, 8)
    mouth = ((-1, -0.24), (-0.62, -0.7), (-0.24, -0.94), (0, -0.8), (0.24, -0.94), (0.62, -0.7), (1, -0.24), (0.8, 0.4),
             (0.4, 0.86), (0, 0.98), (-0.4, 0.86), (-0.8, 0.4))  # fmt: skip
    b.form(smooth([(x + px * wide, -138 + py * 84) for px, py in mouth]), lips, 120)
    inside = smooth([(x + px * wide * 0.7, -136 + py * 58) for px, py in mouth])
    b.flat(inside, "#5d1d2c")
    with b.sheet.group(clip=inside):
        b.flat(oval(x, -76, 52, 32), "#e8808a")
        b.flat(oval(x, -192, 52, 22), "#fbf6ea")
    b.line(f"M{x + 22:.0f} -70q24 -8 36 -28", mix(lips, "#ffffff", 0.6), 11)


def _foot(b: Brush) -> None:
    """A bare foot that steps out of a trouser leg, its toes to the right."""
    skin, cloth = skin_of(b), sleeve_of(b)
    lift = b.rng.uniform(-8, 8)
    ring = [(-232, -470), (-226, -300), (-252, -170), (-262, -70), (-214, -10), (-110, -6), (0, -24), (120, -6),
            (230, -10), (262, -60), (226, -120), (110, -180 + lift), (0, -262), (-52, -360), (-56, -470)]  # fmt: skip
    toes = ((244, -62, 54, 50), (202, -46, 40, 40), (148, -38, 35, 34), (100, -32, 31, 29), (58, -28, 27, 25))
    b.form(joined([ring, marks.around(*toes[0])]), skin, 110)
    b.flat(oval(-206, -60, 46, 40), rosy(skin), 0.4)
    b.line(smooth([(-120, -190), (-90, -160), (-96, -122)], closed=False), shade(rosy(skin), 0.76), 9, 0.7)
    for px, py, w, h in toes[1:]:
        b.form(oval(px, py, w, h), skin, w * 1.4, 0.85)
        b.flat(oval(px + w * 0.3, py - h * 0.34, w * 0.4, h * 0.3), mix(skin, "#fff0e4", 0.6))
    b.flat(oval(266, -86, 24, 17), mix(skin, "#fff0e4", 0.6))
    leg = [(-276, -640), (-264, -500), (-276, -430), (-20, -424), (-36, -500), (-26, -640), (-150, -652)]
    b.form(smooth(leg), shade(cloth, 0.88), 150)
    b.form(limb([(-276, -436), (-150, -418), (-18, -436)], (66, 70, 66)), cloth, 170)
    for k in range(6):
        b.line(f"M{-252 + 42 * k} -420l4 -22", shade(cloth, 0.66), 7)


def _feather(b: Brush) -> None:
    """A large feather that stands on its quill."""
    colour = b.hue(b.rng.choice(("#5fa8d8", "#e8935a", "#e07a92", "#b58ad8")), "feather")
    bend = b.rng.uniform(-24, 24)
    shaft = [(-20, 0), (-44, -170), (-96 + bend * 0.3, -420), (-134 + bend, -640), (-120 + bend, -840)]
    left = [(-76, -180), (-180, -240), (-236, -360), (-262, -440), (-176 + bend * 0.5, -436), (-276 + bend, -520)]
    left += [(-278 + bend, -640), (-190 + bend, -660), (-262 + bend, -724), (-220 + bend, -810)]
    right = [(-52 + bend, -800), (4 + bend, -700), (30 + bend, -600), (-46 + bend, -600), (44, -520), (56, -400)]
    d = smooth([*left, shaft[-1], *right, (46, -290), (0, -190)])
    b.form(d, colour, 190)
    with b.sheet.group(clip=d):
        tip = smooth([(-360, -640), (-150 + bend, -560), (120, -660), (120, -900), (-360, -900)])
        b.flat(tip, mix(colour, "#3a3f7a", 0.45), 0.75)
        for k in range(13):
            y, u = -210 - 48 * k, k / 12
            x = -52 - 76 * u + bend * u
            b.line(f"M{x:.0f} {y}q-60 -54 -160 -84", shade(colour, 0.72), 6, 0.75)
            b.line(f"M{x:.0f} {y}q60 -66 140 -104", shade(colour, 0.74), 6, 0.75)
    for px, py, turn in ((-84, -190, -60), (-66, -150, -50), (-20, -190, 46), (-16, -150, 40)):
        b.limb([(-44, py + 20), (px + turn * 0.4, py), (px + turn, py - 16)], (16, 40, 8), "#fbf0da")
    b.limb(shaft, (10, 22, 18, 12, 4), mix(colour, "#fff6e0", 0.78))


def _hourglass(b: Brush) -> None:
    """An hourglass in a wooden frame; its sand is water where its gift is drops."""
    wood = b.hue("#8a5630", "frame", "wood", "hourglass")
    sand = b.hue("#4aa3dc" if b.figure.mark == "drops" else "#f0c060", "sand", "thing")
    x, run = -30.0, b.rng.uniform(-30, 30)
    half = (
        (-136, -620),
        (-140, -520),
        (-110, -430),
        (-30, -362),
        (-18, -340),
        (-30, -318),
        (-110, -250),
        (-140, -160),
        (-136, -60),
    )
    d = smooth([(x + px, py) for px, py in (*half, *((-px, py) for px, py in half[::-1]))])
    b.form(d, "#d3e8ea", 170, 0.6)
    with b.sheet.group(clip=d):
        b.flat(
            smooth([(x - 200, -500 + run), (x, -484 + run), (x + 200, -500 + run), (x + 30, -346), (x - 30, -346)]),
            sand,
        )
        low = -110 + run * 0.4
        b.flat(smooth([(x - 220, -40), (x - 130, low), (x, low - 70), (x + 130, low), (x + 220, -40)]), sand)
        b.line(f"M{x} -360V-120", sand, 13)
    b.line(f"M{x + 96} -560q14 60 -24 114M{x + 104} -170q6 -50 -26 -76", "#ffffff", 15)
    b.line(d, shade("#9cc4cc", 0.86), 9)
    for px in (-176, 176):
        b.limb([(x + px, -640), (x + px, -340), (x + px, -40)], (30, 40, 30), wood)
        b.form(oval(x + px, -340, 30, 24), shade(wood, 1.15), 40)
    for y in (-640, -40):
        b.limb([(x - 224, y), (x, y - 4), (x + 224, y)], (74, 80, 74), wood)
        b.line(f"M{x - 196} {y - 14}H{x + 190}", shade(wood, 1.3), 8, 0.7)


def _heart(b: Brush) -> None:
    """A plump heart with a light on it."""
    colour, k = b.hue("#e0455c", "heart"), b.rng.uniform(0.96, 1.04)
    ring = [(0, 0), (-130, -96), (-248, -216), (-290, -350), (-240, -468), (-130, -506), (-40, -468), (0, -396)]
    d = smooth([(px * k, py) for px, py in (*ring, *((-px, py) for px, py in ring[:0:-1] if px))])
    b.form(d, colour, 260)
    light = [(126 * k, -450), (200 * k, -424), (236 * k, -360)]
    b.line(smooth(light, closed=False), mix(colour, "#ffffff", 0.72), 34)
    b.flat(oval(232 * k, -290, 19), mix(colour, "#ffffff", 0.72))


# Where a mark is: its middle and its size.
BASES: Final[Mapping[str, tuple[Callable[[Brush], None], Spot]]] = {
    "hand": (hand, (0, -830, 430)),
    "hands": (hands, (0, -730, 440)),
    "eye": (_eye, (290, -650, 430)),
    "ear": (_ear, (290, -650, 430)),
    "lips": (_lips, (420, -450, 420)),
    "foot": (_foot, (210, -470, 400)),
    "feather": (_feather, (270, -400, 420)),
    "hourglass": (_hourglass, (420, -330, 440)),
    "heart": (_heart, (0, -690, 400)),
}
# A light is behind what shines itself.
HALOS: Final[Mapping[str, Spot]] = {
    "eye": (0, -300, 900),
    "heart": (0, -270, 960),
    "feather": (-90, -500, 820),
}


def _on_ground(b: Brush, draw: Callable[[Brush], None], mark: str) -> None:
    """A foot with its mark flat under it: rings as on water, or a pool that it sinks into."""
    # The pool's front is the same pool, so it must vary in the same way.
    state = b.rng.getstate()
    flat = "translate(0 -40) scale(1 0.36)"
    with b.sheet.group(transform=flat):
        marks.MARKS[mark](b, 0, 0, 920)
    draw(b)
    if mark == "shadow":
        b.rng.setstate(state)
        front = "M-480 -34Q-300 -50 -200 -34T0 -34T200 -34T480 -34V100H-480Z"
        with b.sheet.group(clip=front), b.sheet.group(transform=flat):
            marks.shadow(b, 0, 0, 920)


def _gift(base: str) -> Callable[[Brush], None]:
    """How a gift of this base is drawn: with its mark above or beside it, behind it where it shines."""
    draw, spot = BASES[base]

    def gift(b: Brush) -> None:
        mark = b.figure.mark
        if base == "foot" and mark in ("shadow", "rings"):
            _on_ground(b, draw, mark)
        elif base in HALOS and mark == "glow":
            marks.glow(b, *HALOS[base])
            draw(b)
        else:
            draw(b)
            if mark:
                marks.MARKS[mark](b, *spot)

    return gift


GIFTS: Final[Mapping[str, Callable[[Brush], None]]] = {base: _gift(base) for base in BASES}
