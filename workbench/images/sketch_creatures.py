"""Hedgehog, bat and moth; feet at y 0, those on the wing higher. `CREATURES` has all the small and strange ones."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_crawlers import frog, snake, tortoise
from workbench.images.sketch_hoofed import camel, goat
from workbench.images.sketch_looks import DARK, Fit, adorn, blush, coat_of, eye, smile, toes, winged
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_shore import crab, octopus, seal
from workbench.images.sketch_svg import Point, oval, poly, smooth


def hedgehog(b: Brush) -> None:
    """A hedgehog with a pointed nose under its spines."""
    spines = coat_of(b, "#7a5a40")
    face = b.hue("#e6c9a0", "face", "belly")
    step = 26.0 if b.figure.pose == "walking" else 0.0
    # One that sits leans back.
    lean = 18.0 if b.figure.pose == "sitting" else 0.0
    fit = Fit(
        (150, -214 - lean, 108),
        (120, -90, 150),
        (-90, -170, 100),
        (296, -110 - lean),
        ((0.24, 0.32), (0.86, 0.26)),
        0.22,
    )
    winged(b, fit)
    for x, far in ((-96, True), (132, True), (-140, False), (92, False)):
        dx = step if (x < 0) == far else -step
        tone = shade(face, 0.56 if far else 0.8)
        b.limb([(x + dx * 0.4, -70), (x + dx, -14)], (64, 52), tone)
        toes(b, x + dx, 0, 78, tone)
    up = -lean
    body: list[Point] = [(60, -300 + up), (160, -290 + up), (222, -216 + up), (290, -156 + up), (318, -128 + up),
                         (296, -98 + up), (200, -52), (120, -22), (-160, -18), (-230, -80), (-120, -260)]  # fmt: skip
    b.form(smooth(body), face, 150)
    turn = b.rng.uniform(0, 6)

    def around(share: float, reach: float) -> Point:
        a = math.radians(-44 - 164 * share)
        return -36 + math.cos(a) * 262 * reach, -140 + math.sin(a) * 232 * reach - lean * 0.6

    ring: list[Point] = []
    for i in range(31):
        wobble = 0.03 * math.sin(i * 2.4 + turn)
        ring += [around(i / 30, 1 + wobble), around((i + 0.62) / 30, 0.87 + wobble)]
    # The hem before the belly and the face.
    ring += [
        (-196, -40),
        (-160, -66),
        (-124, -44),
        (-88, -72),
        (-50, -52),
        (-20, -88),
        (14, -78),
        (22, -122),
        (54, -128),
    ]
    ring += [(40, -166), (76, -190), (60, -222), (104, -252)]
    d = poly(ring)
    b.form(d, spines, 230)
    with b.sheet.group(clip=d):
        for row in range(6):
            for k in range(13):
                share = (k + 0.5 * (row % 2)) / 12
                ax, ay = around(share * 1.08, 0.1 + 0.155 * row)
                fx, fy = around(share * 1.08 + 0.03, 0.27 + 0.155 * row)
                tone = mix(spines, "#f6e6c4", 0.62) if (row + k) % 2 else shade(spines, 0.62)
                b.line(f"M{ax:.1f} {ay:.1f}L{fx:.1f} {fy:.1f}", tone, 7, 0.85)
    b.form(oval(92, -236 - lean, 38, 42), shade(face, 0.88), 50)
    b.flat(oval(98, -232 - lean, 20, 24), mix(face, "#d98a80", 0.55))
    b.flat(oval(316, -134 - lean, 25, 22), DARK)
    b.sheet.path(oval(322, -142 - lean, 7), "#ffffff", 0.8)
    eye(b, 178, -190 - lean, 26, white=0)
    eye(b, 244, -188 - lean, 20, white=0)
    blush(b, 178, -134 - lean * 0.8, 28, face)
    smile(b, (216, -110 - lean), (286, -104 - lean), 14, shade(face, 0.45), 8)
    adorn(b, fit)


def _membrane(b: Brush, side: int, colour: str) -> None:
    """A bat's spread wing: three bays of skin between the fingers."""

    def at(x: float, y: float) -> str:
        return f"{side * x:.1f} {y:.1f}"

    d = (
        f"M{at(50, -330)}Q{at(120, -430)} {at(250, -520)}Q{at(420, -520)} {at(540, -372)}"
        f"Q{at(440, -372)} {at(400, -236)}Q{at(316, -290)} {at(254, -176)}Q{at(180, -240)} {at(70, -170)}Z"
    )
    b.form(d, colour, 200, 0.8)
    for x, y in ((540, -372), (400, -236), (254, -176)):
        b.line(
            f"M{at(250, -518)}Q{at(250 + (x - 250) * 0.62, (y - 518) / 2 - 30)} {at(x, y + 2)}",
            shade(colour, 0.62),
            10,
            0.8,
        )
    b.line(f"M{at(60, -320)}Q{at(130, -430)} {at(250, -518)}", shade(colour, 0.62), 16)


def bat(b: Brush) -> None:
    """A bat on the wing; one that sits is wrapped in its wings."""
    fur = coat_of(b, "#7d6076")
    skin = b.hue(shade(fur, 0.74), "wing")
    sits = b.figure.pose == "sitting"
    fit = Fit(
        (8, -440, 118),
        (8, -330, 190),
        (-90, -240, 90),
        (70, -160 if not sits else -330),
        ((-0.28, 0.34), (0.5, 0.34)),
        0.0,
    )
    if not sits:
        _membrane(b, -1, shade(skin, 0.86))
        _membrane(b, 1, skin)
    for x in (-46, 46):
        low = 0 if sits else -130
        for k in (-1, 0, 1):
            b.line(f"M{x} {low - 40}L{x + 16 * k} {low - 6}", shade(fur, 0.5), 12)
    for side, lean in ((-1, -14), (1, 14)):
        ear = [
            (side * 34, -500),
            (side * 60 + lean, -620),
            (side * 104 + lean, -650),
            (side * 124, -560),
            (side * 108, -450),
        ]
        b.form(smooth(ear), shade(fur, 0.88), 70)
        mid = side * 88 + lean * 0.6
        b.flat(
            smooth([(mid - 22, -510), (mid - 6, -590), (mid + 10, -600), (mid + 22, -540), (mid + 8, -480)]),
            mix(fur, "#e8a0a0", 0.6),
        )
    b.form(
        smooth(
            [
                (-110, -300),
                (-96, -380),
                (0, -400),
                (96, -380),
                (114, -290),
                (84, -150),
                (0, -100 if not sits else -34),
                (-84, -150),
            ]
        ),
        fur,
        150,
    )
    if not sits:
        b.flat(oval(14, -250, 64, 96), mix(fur, "#f3e2cc", 0.5))
        for k in range(3):
            b.line(f"M{-20 + 10 * k} {-300 + 34 * k}q18 20 36 0", shade(mix(fur, "#f3e2cc", 0.5), 0.78), 6)
    head = [(-118, -440), (-96, -520), (0, -552), (104, -520), (128, -440), (96, -362), (6, -336), (-86, -362)]
    if sits:
        for side in (-1, 1):
            fold = [
                (side * 60, -350),
                (side * 130, -330),
                (side * 146, -200),
                (side * 96, -70),
                (side * 40, -20),
                (side * 4, -50),
                (side * -14, -240),
            ]
            b.form(smooth(fold), shade(skin, 0.9 if side < 0 else 1.0), 110)
            b.line(f"M{side * 112} -310Q{side * 110} -160 {side * 44} -44", shade(skin, 0.62), 9, 0.8)
            b.line(f"M{side * 70} -330Q{side * 60} -180 {side * 26} -70", shade(skin, 0.62), 9, 0.8)
    b.form(smooth(head), fur, 150)
    eye(b, -26, -444, 42)
    eye(b, 66, -444, 40)
    b.form(oval(24, -396, 26, 18), mix(fur, "#3a2430", 0.6), 30)
    smile(b, (-22, -378), (72, -378), 16, shade(fur, 0.4), 8)
    b.flat(poly([(40, -366), (56, -368), (49, -350)]), "#fbf6ea")
    for x in (-74, 106):
        blush(b, x, -396, 24, fur)
    adorn(b, fit)


def _pattern(b: Brush, d: str, colour: str, spot: tuple[float, float, float], rim: Sequence[Point]) -> None:
    """A moth's wing: a pale rim, a dark band and an eye spot."""
    b.form(d, colour, 200, 0.8)
    x, y, r = spot
    with b.sheet.group(clip=d):
        b.line(smooth(rim, closed=False), mix(colour, "#fff4dc", 0.6), 46, 0.8)
        b.line(smooth(rim, closed=False), shade(colour, 0.6), 10, 0.7)
        b.flat(oval(x, y, r), shade(colour, 0.56))
        b.flat(oval(x, y, r * 0.7), b.hue("#e8b04a", "spot", "mark"))
        b.flat(oval(x, y, r * 0.4), shade(colour, 0.4))
        b.sheet.path(oval(x + r * 0.14, y - r * 0.14, r * 0.14), "#ffffff", 0.8)


def moth(b: Brush) -> None:
    """A furry moth with feathered feelers; one that sits lets its wings hang."""
    dust = coat_of(b, "#c9a878")
    fur = b.hue(mix(dust, "#fff3dc", 0.66), "collar", "belly", "face")
    sits = b.figure.pose == "sitting"
    fit = Fit((8, -430, 96), (8, -340, 170), (-60, -220, 80), (60, -200), ((-0.34, 0.42), (0.54, 0.42)), 0.0)
    for side in (-1, 1):
        tone = shade(dust, 0.9) if side < 0 else dust

        def ring(*points: Point, s: int = side) -> list[Point]:
            return [(s * x, y) for x, y in points]

        if sits:
            hung = ring((20, -330), (150, -360), (260, -200), (320, -40), (180, 0), (40, -60))
            _pattern(b, smooth(hung), tone, (side * 200, -140, 46), ring((300, -120), (240, -40), (60, -30)))
            continue
        low_wing = ring((30, -270), (180, -300), (330, -250), (340, -130), (240, -30), (130, -60), (50, -190))
        rim = ring((350, -180), (300, -70), (180, -40), (90, -120))
        _pattern(b, smooth(low_wing), shade(tone, 0.86), (side * 236, -150, 44), rim)
        high = ring((30, -350), (140, -480), (300, -580), (470, -610), (500, -520), (440, -390), (320, -280))
        rim = ring((500, -600), (470, -440), (360, -310), (160, -260))
        _pattern(b, smooth([*high, *ring((150, -250), (40, -270))]), tone, (side * 330, -440, 56), rim)
    for side in (-1, 1):
        stem = [(side * 40, -500), (side * 90, -600), (side * 190, -650)]
        b.line(smooth(stem, closed=False), shade(dust, 0.55), 12)
        for k in range(7):
            t = 0.2 + k * 0.13
            x, y = side * (40 + 50 * t + 100 * t * t), -500 - 190 * t + 40 * t * t
            b.line(f"M{x:.0f} {y:.0f}l{side * 26} 14M{x:.0f} {y:.0f}l{side * -2} -30", shade(dust, 0.55), 8)
    for x in (-40, -14, 20, 46) if sits else ():
        b.line(f"M{x} -230Q{x * 2.6:.0f} -150 {x * 1.6:.0f} -4", shade(dust, 0.5), 10)
    d = smooth([(-62, -300), (-50, -180), (-30, -90), (4, -50), (38, -90), (58, -180), (72, -300)])
    b.form(d, shade(dust, 0.88), 100)
    with b.sheet.group(clip=d):
        for k in range(5):
            b.line(f"M-90 {-230 + 38 * k}q94 34 190 0", mix(dust, "#fff3dc", 0.55), 15)
    tufts: list[Point] = []
    for k in range(22):
        a = k * math.tau / 22
        r = 1.0 if k % 2 else 0.86
        tufts.append((6 + math.cos(a) * 128 * r, -318 + math.sin(a) * 88 * r))
    b.form(smooth(tufts), fur, 120)
    # A round brown face in the pale collar: a white one would look like a skull.
    head = mix(dust, "#8a5f3c", 0.35)
    ring_about: list[Point] = []
    for k in range(26):
        r = 1.0 if k % 2 else 0.93
        ring_about.append((8 + math.cos(k * math.tau / 26) * 112 * r, -436 + math.sin(k * math.tau / 26) * 98 * r))
    b.form(smooth(ring_about), head, 130)
    b.flat(smooth([(-50, -386), (-20, -404), (8, -392), (60, -404), (78, -386), (44, -350), (-24, -350)]), fur, 0.8)
    eye(b, -26, -432, 44)
    eye(b, 62, -432, 42)
    smile(b, (-10, -384), (48, -384), 14, shade(dust, 0.35), 8)
    for x in (-66, 100):
        blush(b, x, -392, 20, head)
    adorn(b, fit)


CREATURES: Final[Mapping[str, Callable[[Brush], None]]] = {
    "crab": crab, "frog": frog, "tortoise": tortoise, "hedgehog": hedgehog, "bat": bat, "moth": moth, "snake": snake,
    "octopus": octopus, "seal": seal, "goat": goat, "camel": camel,
}  # fmt: skip
