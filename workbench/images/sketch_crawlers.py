"""Creatures of the pond and the grass: frog, tortoise and snake; they look right, feet at y 0."""

import math
from itertools import pairwise

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_looks import Fit, adorn, blush, coat_of, eye, smile, toes, winged
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, joined, limb, oval, poly, smooth


def frog(b: Brush) -> None:
    """A frog that sits, or starts to leap."""
    skin = coat_of(b, "#5f9a43")
    pale, dark = mix(skin, "#f6efc6", 0.72), shade(skin, 0.8)
    walks = b.figure.pose == "walking"
    rise = 70.0 if walks else 0.0
    fit = Fit(
        (150, -292 - rise, 112),
        (140, -172 - rise, 158),
        (-6, -190 - rise, 100),
        (262, -232 - rise),
        ((-0.25, 0.44), (0.54, 0.38)),
        -0.74,
        top=(160, -392 - rise, 78),
    )
    winged(b, fit)
    # The far legs.
    b.limb([(160, -150 - rise), (216, -80), (206, -18)], (64, 44, 34), shade(skin, 0.64))
    toes(b, 200, -2, 74, shade(skin, 0.62))
    if walks:
        b.limb([(-110, -110 - rise), (-300, -150), (-190, -60), (-330, -20)], (120, 76, 56, 40), shade(skin, 0.64))
        toes(b, -330, -4, 100, shade(skin, 0.62))
    stands: list[Point] = [(-216, -76), (-170, -178), (-50, -276), (70, -356), (188, -356), (268, -286),
                           (262, -214), (190, -160), (150, -60), (40, -20), (-160, -16)]  # fmt: skip
    body = stands
    if walks:
        body = [*((x, y - rise - (0 if x > 0 else 10)) for x, y in stands[:-2]), (40, -80), (-160, -90)]
    d = smooth(body)
    b.form(oval(204, -372 - rise, 50), dark, 70)
    b.form(d, skin, 220)
    with b.sheet.group(clip=d):
        b.flat(
            smooth(
                [(290, -236 - rise), (180, -214 - rise), (60, -200 - rise), (50, -90), (0, 0), (200, 20), (300, -120)]
            ),
            pale,
        )
        for x, y, r in ((-116, -196, 22), (-40, -252, 17), (-150, -130, 16), (-60, -186, 15), (26, -296, 15)):
            b.flat(oval(x, y - rise, r, r * 0.8), shade(skin, 0.72), 0.8)
    b.form(oval(116, -366 - rise, 62), skin, 80)
    eye(b, 208, -378 - rise, 38)
    eye(b, 122, -372 - rise, 46)
    smile(b, (62, -240 - rise), (262, -246 - rise), 22, shade(skin, 0.42), 10)
    blush(b, 80, -270 - rise, 28, skin)
    b.flat(oval(250, -304 - rise, 6), shade(skin, 0.4))
    if walks:
        b.limb([(-70, -130 - rise), (-250, -170), (-110, -70), (-240, -18)], (150, 96, 62, 40), skin)
        toes(b, -240, 0, 120, skin, 4)
    else:
        b.form(oval(-96, -104, 122, 92), skin, 150, 0.9)
        b.line("M-196 -164Q-96 -246 6 -150Q40 -96 -4 -52", shade(skin, 0.6), 9, 0.6)
        b.limb([(-170, -44), (-60, -34), (0, -22)], (70, 46, 30), dark)
        toes(b, -20, 0, 130, skin, 4)
    b.limb([(110, -160 - rise), (146, -86), (130, -20)], (78, 50, 36), skin)
    toes(b, 126, 0, 88, skin)
    adorn(b, fit)


def tortoise(b: Brush) -> None:
    """A tortoise under its high shell of plates."""
    skin = b.hue("#8b9a56", "skin", "body", "fur", "tortoise")
    shell = b.hue(shade("#8a5f34", b.rng.uniform(0.92, 1.08)), "shell", "coat", "scales")
    low = 52.0 if b.figure.pose == "sitting" else 0.0
    step = 44.0 if b.figure.pose == "walking" else 0.0
    fit = Fit(
        (372, -312 + low, 82),
        (304, -212 + low, 104),
        (-20, -210 + low, 110),
        (452, -270 + low),
        ((0.34, 0.4), (0.9, 0.22)),
        -0.14,
    )
    winged(b, fit)
    for x, dx, far in ((-110, -step, True), (176, step, True), (-170, step, False), (124, -step, False)):
        tone = shade(skin, 0.68) if far else skin
        b.limb([(x, -150), (x + dx * 0.6, -80), (x + dx + 10, -16)], (112, 94, 84), tone)
        b.form(
            smooth([(x + dx - 44, -34), (x + dx + 50, -36), (x + dx + 68, -12), (x + dx + 52, 0), (x + dx - 40, 0)]),
            tone,
            70,
            0.6,
        )
        for k in (22, 44):
            b.line(f"M{x + dx + k} -3v-14", shade(skin, 0.5), 6, 0.7)
    with b.sheet.group(transform=f"translate(0 {low})"):
        b.limb([(-220, -110), (-290, -80), (-330, -64)], (60, 36, 8), shade(skin, 0.85))
        head = [(296, -318), (340, -388), (412, -386), (454, -330), (448, -276), (396, -244), (330, -252)]
        neck = [(170, -200), (210, -226), (290, -230), (320, -290), (400, -270), (366, -190), (290, -130), (190, -96)]
        b.form(joined([neck, head]), skin, 110)
        for k in range(3):
            b.line(f"M{292 + 22 * k} {-150 - 20 * k}q26 -22 30 -56", shade(skin, 0.66), 6, 0.6)
        eye(b, 400, -324, 31)
        smile(b, (388, -270), (446, -292), 12, shade(skin, 0.4), 8)
        blush(b, 366, -282, 22, skin)
        b.flat(oval(446, -326, 5), shade(skin, 0.4))
        dome = smooth(
            [(-268, -120), (-238, -254), (-130, -362), (10, -392), (140, -346), (222, -240), (250, -122), (0, -100)]
        )
        b.form(dome, shell, 250)
        with b.sheet.group(clip=dome):
            plate, line = mix(shell, "#f0c878", 0.42), shade(shell, 0.56)
            for x, y, s in ((-128, -238, 84), (6, -270, 96), (134, -226, 78)):
                ring = [(x + math.cos(a * math.pi / 3) * s, y + math.sin(a * math.pi / 3) * s * 0.84) for a in range(6)]
                b.flat(poly([(x + (px - x) * 0.72, y + (py - y) * 0.72) for px, py in ring]), plate, 0.7)
                b.line(poly(ring), line, 9, 0.75)
            for x, tx in ((-60, -74), (72, 84), (-190, -250), (196, 250)):
                b.line(f"M{x} -170L{x * 1.04:.0f} -90M{x} -330L{tx} -420", line, 9, 0.75)
        b.form(
            limb([(-276, -124), (-150, -98), (0, -90), (150, -98), (262, -126)], (34, 46, 50, 46, 34)),
            mix(shell, "#f0d08c", 0.3),
            46,
        )
    adorn(b, fit)


def snake(b: Brush) -> None:
    """A snake, coiled with its head raised, or winding along."""
    skin = coat_of(b, "#6f9f4a")
    mark, pale = shade(skin, 0.62), mix(skin, "#f6ecc0", 0.7)
    goes = b.figure.pose == "walking"
    hx, hy = (330.0, -292.0) if goes else (150.0, -440.0)
    if b.figure.pose == "sitting":
        hy += 90
    fit = Fit(
        (hx, hy, 78),
        (hx - 44, hy + 108, 84),
        (-60, -200 if not goes else -150, 90),
        (hx + 92, hy + 26),
        ((0.1, 0.46), (0.84, 0.3)),
        -0.28,
    )
    winged(b, fit)
    neck: list[Point] = [(-40, -120), (60, -170), (104, -250), (70, hy + 120), (96, hy + 40), (hx, hy)]
    if goes:
        back: list[Point] = [(-470, -12), (-390, -66), (-290, -92), (-200, -44), (-110, -42), (-20, -112), (80, -132)]
        line = [*back, (180, -60), (256, -84), (276, -170), (286, -250), (hx, hy)]
        d = limb(line, (8, 40, 66, 82, 92, 96, 98, 98, 94, 88, 82, 84))
        b.form(d, skin, 60)
        with b.sheet.group(clip=d):
            for (ax, ay), (cx, cy) in pairwise(line[1:]):
                b.flat(oval((ax + cx) / 2, (ay + cy) / 2 - 14, 28, 20), mark, 0.85)
            b.flat(limb([(300, -60), (316, -170), (330, -250)], (40, 44, 40)), pale)
    else:
        b.limb([(-120, -40), (-260, -60), (-340, -100), (-380, -160)], (84, 70, 44, 8), shade(skin, 0.82))
        for x, y, w, h in ((0, -66, 270, 66), (-8, -142, 214, 58), (4, -206, 150, 50)):
            d = oval(x, y, w, h)
            b.form(d, skin, 200)
            with b.sheet.group(clip=d):
                for k in range(-4, 5):
                    b.flat(oval(x + k * w / 3.7, y - h * 0.42 + abs(k) * 4, w * 0.085, h * 0.36), mark, 0.85)
                b.flat(oval(x + 20, y + h * 1.02, w, h * 0.44), pale, 0.7)
        neck = [(-30, -214), (70, -214), (124, -270), (86, hy + 110), (100, hy + 44), (hx, hy)]
        d = limb(neck, (70, 92, 88, 84, 82, 84))
        b.form(d, skin, 80)
        with b.sheet.group(clip=d):
            b.flat(limb([(180, -240), (140, hy + 108), (150, hy + 30)], (60, 52, 50)), pale)
            for k in range(5):
                b.line(f"M{112 + k * 3} {hy + 80 + 26 * k:.0f}q30 10 60 0", shade(pale, 0.8), 5, 0.7)
    b.line(f"M{hx + 88:.0f} {hy + 22:.0f}q34 4 48 22m0 0l24 -4m-24 4l10 22", "#c23a4c", 8)
    head = smooth(
        [
            (hx - 84, hy - 10),
            (hx - 50, hy - 74),
            (hx + 30, hy - 76),
            (hx + 98, hy - 20),
            (hx + 96, hy + 26),
            (hx + 30, hy + 52),
            (hx - 50, hy + 52),
        ]
    )
    b.form(head, skin, 110)
    with b.sheet.group(clip=head):
        b.flat(
            smooth(
                [(hx - 40, hy + 34), (hx + 40, hy + 28), (hx + 120, hy + 10), (hx + 90, hy + 80), (hx - 40, hy + 80)]
            ),
            pale,
        )
    eye(b, hx + 62, hy - 26, 22)
    eye(b, hx + 8, hy - 20, 32)
    smile(b, (hx - 16, hy + 24), (hx + 94, hy + 14), 14, shade(skin, 0.4), 8)
    blush(b, hx - 30, hy + 14, 20, skin)
    adorn(b, fit)
