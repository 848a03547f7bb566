"""Creatures of the shore: crab and octopus, which face us, and the seal, which looks right; feet at y 0."""

from itertools import pairwise

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_looks import DARK, Fit, adorn, blush, coat_of, eye, smile, winged
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, joined, limb, oval, smooth


def _claw(x: float, y: float, s: float, side: int) -> list[Point]:
    """A round pincer that opens upwards."""
    ring = [(-0.1, 0.55), (0.42, 0.36), (0.62, -0.16), (0.46, -0.66), (0.2, -0.86), (0.24, -0.42), (0.06, -0.06),
            (-0.14, -0.3), (-0.3, -0.62), (-0.52, -0.24), (-0.46, 0.26)]  # fmt: skip
    return [(x + side * px * s, y + py * s) for px, py in ring]


def crab(b: Brush) -> None:
    """A crab that faces us, its claws raised."""
    shell = coat_of(b, "#d9573a")
    sits, walks = b.figure.pose == "sitting", b.figure.pose == "walking"
    low = 46.0 if sits else 0.0
    fit = Fit(
        (6, -232 + low, 96),
        (6, -104 + low, 190),
        (-120, -170 + low, 96),
        (250, -250 + low),
        ((-0.5, 0.5), (0.62, 0.5)),
        -1.04,
        top=(10, -346 + low, 74),
    )
    winged(b, fit)
    for side in (-1, 1):
        for k in range(3):
            lift = 26.0 if walks and (k + (side > 0)) % 2 else 0.0
            reach = 330 - 74 * k
            line = [(side * (170 - 30 * k), -150 + low), (side * (reach - 50), -196 + 34 * k + low - lift),
                    (side * (reach + 6), -96 + 18 * k + low * 0.6 - lift), (side * (reach - 8), -5 - lift)]  # fmt: skip
            b.limb(line, (50, 48, 34, 9), shade(shell, 0.76 if side < 0 else 0.84))
    for side, s in ((-1, 150.0), (1, 176.0 + b.rng.uniform(-8, 12))):
        b.limb(
            [(side * 150, -190 + low), (side * 250, -230 + low), (side * 268, -300 + low)],
            (60, 56, 50),
            shade(shell, 0.88),
        )
        b.form(smooth(_claw(side * 276, -366 + low, s, side)), shell, s * 0.8)
    for x in (-46.0, 66.0):
        b.limb([(x * 0.8, -240 + low), (x, -320 + low)], (34, 30), shade(shell, 0.86))
    body = smooth([(-226, -190), (-176, -268), (0, -296), (176, -268), (226, -190), (150, -84), (0, -58), (-150, -84)])
    with b.sheet.group(transform=f"translate(0 {low})"):
        b.form(body, shell, 230)
        with b.sheet.group(clip=body):
            b.flat(smooth([(-200, -118), (0, -92), (210, -118), (170, -30), (-170, -30)]), mix(shell, "#fbe6c8", 0.62))
            for x, y, r in ((-120, -236, 20), (-62, -262, 13), (118, -244, 18), (168, -210, 11), (-168, -204, 12)):
                b.flat(oval(x, y, r, r * 0.8), mix(shell, "#ffe9c4", 0.5), 0.85)
        for x in (-92, 128):
            blush(b, x, -160, 30, shell)
        smile(b, (-38, -172), (72, -172), 24, shade(shell, 0.4), 10)
    for x in (-46.0, 66.0):
        eye(b, x, -332 + low, 42)
    adorn(b, fit)


def octopus(b: Brush) -> None:
    """An octopus on its curling arms."""
    skin = coat_of(b, "#b8587c")
    pale = mix(skin, "#fbe2d4", 0.65)
    sway = {"walking": 26.0, "sitting": -14.0}.get(b.figure.pose, 0.0) + b.rng.uniform(-6, 6)
    drop = 50.0 if b.figure.pose == "sitting" else 0.0
    fit = Fit(
        (10, -420 + drop, 168),
        (20, -218 + drop, 260),
        (-150, -260 + drop, 100),
        (210, -230 + drop),
        ((-0.16, 0.34), (0.56, 0.32)),
        0.44,
    )
    winged(b, fit)

    def arm(x: float, end: float, curl: int, near: bool) -> None:
        side = 1 if end > x else -1
        line = [(x, -270 + drop), (x + (end - x) * 0.3, -150 + drop * 0.6), (x + (end - x) * 0.66, -44), (end, -34)]
        line += [(end + side * 52, -86 - curl), (end + side * 22, -124 - curl), (end - side * 8, -96 - curl)]
        d = limb(line, (92, 78, 62, 50, 36, 24, 10))
        b.form(d, skin if near else shade(skin, 0.7), 60)
        if near:
            for (ax, ay), (cx, cy) in pairwise(line[1:5]):
                for t in (0.2, 0.7):
                    b.flat(oval(ax + (cx - ax) * t + side * 4, ay + (cy - ay) * t + 12, 9, 8), pale, 0.9)

    for x, end, curl in ((-90, -300, 60), (120, 330, 50), (-30, -110, 20), (60, 150, 10)):
        arm(x, end + sway, curl, False)
    for x, end, curl in ((-110, -380, -6), (130, 390, 4), (-70, -200, 0), (96, 226, -6), (10, 40, -10)):
        arm(x, end - sway, curl, True)
    with b.sheet.group(transform=f"translate(0 {drop})"):
        mantle = smooth(
            [
                (-130, -240),
                (-176, -330),
                (-196, -460),
                (-130, -590),
                (10, -640),
                (150, -590),
                (206, -460),
                (180, -320),
                (150, -240),
                (10, -206),
            ]
        )
        b.form(mantle, skin, 240)
        with b.sheet.group(clip=mantle):
            for x, y, r in (
                (-96, -520, 30),
                (-30, -584, 20),
                (-140, -440, 20),
                (70, -570, 24),
                (-60, -456, 14),
                (150, -500, 16),
            ):
                b.flat(oval(x, y, r, r * 0.86), mix(skin, "#ffe0c8", 0.4), 0.75)
        eye(b, -16, -346, 52)
        eye(b, 106, -346, 48)
        smile(b, (8, -272), (92, -272), 20, shade(skin, 0.4), 10)
        for x in (-92, 162):
            blush(b, x, -288, 26, skin)
    adorn(b, fit)


def seal(b: Brush) -> None:
    """A seal on the shore, its chest raised."""
    fur = coat_of(b, "#7f8c99")
    pale = mix(fur, "#f6f0e2", 0.7)
    up = {"walking": 16.0, "sitting": 30.0}.get(b.figure.pose, 0.0)
    fit = Fit(
        (208, -412 - up, 112),
        (150, -292 - up * 0.6, 190),
        (-20, -200, 100),
        (320, -366 - up),
        ((0.07, 0.34), (0.68, 0.27)),
        -0.36,
        top=(206, -446 - up, 92),
    )
    winged(b, fit)
    b.form(smooth([(190, -120), (250, -80), (330, -20), (300, 0), (190, -14), (150, -70)]), shade(fur, 0.6), 80)
    for ring in (
        [(-330, -70), (-420, -150), (-500, -166), (-470, -100), (-380, -30)],
        [(-320, -80), (-430, -60), (-510, -20), (-430, 0), (-310, -16)],
    ):
        b.form(smooth(ring), shade(fur, 0.76), 70)
    body: list[Point] = [
        (-370, -66),
        (-250, -136),
        (-90, -220),
        (30, -310 - up * 0.4),
        (96, -410 - up),
        (130, -500 - up),
        (210, -530 - up),
        (290, -494 - up),
        (316, -420 - up),
        (296, -340 - up),
        (268, -240 - up * 0.5),
        (232, -110),
        (150, -20),
        (-60, -2),
        (-270, -6),
    ]
    d = smooth(body)
    b.form(d, fur, 230)
    with b.sheet.group(clip=d):
        b.flat(
            smooth(
                [
                    (300, -340 - up),
                    (220, -310 - up),
                    (160, -200),
                    (60, -90),
                    (-160, -40),
                    (-300, -20),
                    (0, 40),
                    (280, 20),
                ]
            ),
            pale,
            0.85,
        )
        for _ in range(9):
            t = b.rng.random()
            x, y = -250 + 300 * t + b.rng.uniform(-20, 20), -110 - 150 * t + b.rng.uniform(-16, 40)
            b.flat(oval(x, y, 13, 9), shade(fur, 0.68), 0.7)
    hy = -up
    b.form(
        joined(
            [
                [
                    (240, -424 + hy),
                    (300, -440 + hy),
                    (352, -410 + hy),
                    (344, -366 + hy),
                    (290, -346 + hy),
                    (238, -370 + hy),
                ]
            ]
        ),
        mix(fur, "#f6f0e2", 0.5),
        80,
        0.7,
    )
    b.flat(smooth([(304, -436 + hy), (340, -438 + hy), (356, -414 + hy), (332, -402 + hy), (308, -414 + hy)]), DARK)
    smile(b, (270, -372 + hy), (334, -382 + hy), 11, shade(fur, 0.4), 8)
    for k in range(3):
        b.line(
            f"M{286 - 6 * k} {-392 + hy + 9 * k:.0f}q-44 {4 + 12 * k} -84 {-4 + 18 * k}", mix(fur, "#fffaf0", 0.8), 4
        )
    eye(b, 216, -444 + hy, 30, white=0)
    eye(b, 284, -462 + hy, 23, white=0)
    b.form(
        smooth([(60, -160), (120, -130), (140, -60), (90, -4), (-20, 0), (-60, -14), (10, -60)]), shade(fur, 0.82), 90
    )
    for k in range(3):
        b.line(f"M{-30 + 28 * k} -8q30 -20 44 -52", shade(fur, 0.5), 6, 0.6)
    adorn(b, fit)
