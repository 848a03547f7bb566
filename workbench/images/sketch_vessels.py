"""What holds something: bottle, flask, jar, the two glass bells and the watering can."""

import math

from workbench.images.sketch_brush import STEEL, Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_still import (
    BRASS,
    GLASS,
    cord,
    drop,
    flame,
    glint,
    lean,
    own_colour,
    ring,
    rivets,
    rounded,
    spiral,
    star,
)
from workbench.images.sketch_svg import Point, box, limb, oval, poly, smooth


def bottle(b: Brush) -> None:
    """A corked and wired bottle in which a little gale spins."""
    glass = own_colour(b, "#4f9a68")
    pale = mix(glass, "#eef6ee", 0.68)
    d = (
        "M-70 -850V-690C-70 -610 -240 -590 -250 -440V-70Q-250 0 -180 0H180Q250 0 250 -70V-440"
        "C240 -590 70 -610 70 -690V-850Z"
    )
    with lean(b, 0, 2.5):
        b.form(d, pale, 440, 1.3)
        b.sheet.path(d, "none", 1, b.tone(glass), 26)
        with b.sheet.group(clip=d):
            b.flat("M-270 -60Q0 -10 270 -60V20H-270Z", glass, 0.6)
            # The gale: turns that grow from its foot up, with leaves in them.
            turn = b.rng.uniform(-16, 16)
            ways = [k / 84 for k in range(85)]
            reach = [22 + 176 * u**1.15 for u in ways]
            swirl: list[Point] = []
            for u, w in zip(ways, reach, strict=True):
                angle = u * 13.4 * math.pi
                swirl.append((turn * math.sin(5 * u) + math.cos(angle) * w, -50 - 430 * u + math.sin(angle) * w * 0.24))
            funnel = [
                (x, -50 - 430 * u) for u, x in ((0.0, -26), (0.4, -90), (1.0, -196), (1.0, 196), (0.4, 90), (0.0, 26))
            ]
            b.flat(smooth(funnel), mix(glass, "#a9cbe6", 0.75), 0.8)
            b.line(smooth(swirl, closed=False), "#4f86b4", 27)
            b.line(smooth([(x + 2, y - 5) for x, y in swirl], closed=False), "#ffffff", 14)
            for x, y, angle, colour in (
                (-150, -330, 30, "#d98a34"),
                (150, -250, -40, "#c8523a"),
                (-120, -180, 70, "#e2b23c"),
            ):
                with b.sheet.group(transform=f"translate({x} {y}) rotate({angle + turn:.0f})"):
                    b.flat("M-34 0Q0 -30 38 0Q0 30 -34 0Z", colour)
                    b.line("M-44 0H28", shade(colour, 0.6), 5)
        glint(b, "M206 -420V-120M196 -470Q180 -530 120 -570", 20)
        b.form(rounded(-92, -884, 184, 66, 24), glass, 180)
        b.form("M-58 -880L-70 -984Q0 -1010 70 -984L58 -880Z", "#c08f58", 130)
        for x, y in ((-30, -930), (14, -950), (36, -910), (-6, -900)):
            b.flat(oval(x, y, 8, 5), "#8a6036")
        b.line(
            "M-76 -850Q-96 -980 -10 -1000M76 -850Q96 -980 10 -1000M-80 -800Q0 -770 80 -800M-80 -774Q0 -744 80 -774",
            "#7f8791",
            10,
        )
        b.form(ring(0, -1002, 26, 13), STEEL, 40)
        b.line("M66 -786l40 24m-40 -24l24 44", "#7f8791", 10)


def flask(b: Brush) -> None:
    """A round leather flask whose silver cap hangs open, a single drop shining at its lip."""
    leather = own_colour(b, "#9a5d34")
    with lean(b, 6, 2.5):
        strap = [(-250, -300), (-330, -560), (-220, -780), (60, -840), (300, -700), (330, -480), (256, -300)]
        b.line(smooth(strap, closed=False), shade(leather, 0.5), 50)
        b.line(smooth(strap, closed=False), shade(leather, 0.8), 36)
        b.sheet.path(
            smooth(strap, closed=False), "none", 0.8, b.tone(shade(leather, 1.5)), 5, 'stroke-dasharray="16 14"'
        )
        body = smooth(
            [
                (-110, -540),
                (-250, -430),
                (-310, -240),
                (-230, -50),
                (0, 0),
                (230, -50),
                (310, -240),
                (250, -430),
                (110, -540),
            ]
        )
        b.form(body, leather, 560)
        inner = smooth(
            [
                (-80, -480),
                (-200, -390),
                (-248, -240),
                (-180, -92),
                (0, -54),
                (180, -92),
                (248, -240),
                (200, -390),
                (80, -480),
            ]
        )
        b.sheet.path(inner, "none", 0.95, b.tone(mix(leather, "#ffe9bd", 0.6)), 9, 'stroke-dasharray="24 18"')
        # A pressed sun over dunes.
        b.flat(oval(0, -262, 66), shade(leather, 0.62))
        for k in range(9):
            c, v = math.cos(math.pi * (1 + k / 8)), math.sin(math.pi * (1 + k / 8))
            b.line(
                f"M{c * 88:.0f} {-262 + v * 88:.0f}L{c * 124:.0f} {-262 + v * 124:.0f}",
                shade(leather, 0.62),
                15,
            )
        b.flat(
            smooth(
                [(-210, -160), (-100, -230), (0, -190), (110, -240), (210, -170), (140, -100), (0, -76), (-140, -100)]
            ),
            shade(leather, 0.7),
        )
        b.line("M-190 -160Q-90 -220 0 -180T200 -164", shade(leather, 1.25), 8, 0.8)
        for x in (-1, 1):
            b.form(ring(x * 262, -330, 36, 18), STEEL, 60)
        b.form("M-84 -520L-70 -640H70L84 -520Q0 -490 -84 -520Z", STEEL, 140)
        b.line("M-78 -560Q0 -534 78 -560", shade(STEEL, 0.6), 8)
        b.form(rounded(-88, -676, 176, 52, 24), mix(STEEL, "#ffffff", 0.35), 170)
        b.flat(oval(0, -664, 66, 14), "#3c3140")
        b.line("M-80 -600Q-170 -620 -190 -520Q-200 -470 -180 -440", shade(STEEL, 0.7), 12)
        with b.sheet.group(transform=f"rotate({-20 + b.rng.uniform(-8, 8):.1f} -180 -410)"):
            b.form("M-236 -420Q-236 -492 -180 -492Q-124 -492 -124 -420Z", mix(STEEL, "#ffffff", 0.2), 110)
            b.form(rounded(-248, -430, 136, 42, 18), STEEL, 130)
        for k in range(8):
            c, v = math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)
            ray = f"M{96 + c * 78:.0f} {-700 + v * 84:.0f}L{96 + c * 118:.0f} {-700 + v * 122:.0f}"
            b.sheet.path(ray, "none", 1, "#ffe27a", 20)
        b.sheet.path(drop(96, -684, 52), "#2f86c9")
        b.sheet.path(drop(100, -684, 40), "#6cc4f0")
        b.sheet.path(oval(114, -690, 13, 18), "#ffffff")


def jar(b: Brush) -> None:
    """A round glass jar under a cloth lid, blue waves of sound swirling inside."""
    cloth = own_colour(b, "#d0534a")
    d = smooth(
        [
            (-170, -640),
            (-250, -590),
            (-350, -400),
            (-340, -160),
            (-220, -10),
            (0, 6),
            (220, -10),
            (340, -160),
            (350, -400),
            (250, -590),
            (170, -640),
        ]
    )
    with lean(b, 0, 2):
        b.form(d, GLASS, 620, 0.9)
        b.sheet.path(d, "none", 0.9, b.tone("#a6c6cc"), 18)
        turn = b.rng.uniform(0, 360)
        with b.sheet.group(clip=d):
            b.flat(oval(0, 0, 320, 60), "#b4d4da")
            for x, y, r, start, colour in (
                (-60, -310, 210, turn, "#2f7fc4"),
                (150, -170, 100, turn + 90, "#4f9fdd"),
                (140, -450, 88, turn + 200, "#5eb2e6"),
                (-190, -120, 70, turn + 140, "#66a8e0"),
            ):
                waved = spiral(x, y, r, 2.7 if r > 150 else 1.9, 0.92, start, 0.05)
                b.line(smooth(waved, closed=False), mix(colour, "#ffffff", 0.6), r * 0.05 + 22, 0.8)
                b.line(smooth(waved, closed=False), colour, r * 0.04 + 11)
            for x, y, r in ((40, -90, 13), (-250, -400, 15), (250, -330, 12), (-130, -540, 11), (60, -520, 10)):
                b.sheet.path(oval(x, y, r), "#7cc0ea")
                b.sheet.path(oval(x + 3, y - 3, r * 0.5), "#ffffff")
        glint(b, "M286 -420Q320 -300 280 -170M258 -500l12 26", 26, 0.85)
        glint(b, "M-296 -380Q-318 -260 -270 -140", 14, 0.5)
    skirt: list[Point] = [
        (-210, -660),
        (-270, -560),
        (-200, -590),
        (-130, -540),
        (-60, -584),
        (10, -534),
        (80, -584),
        (140, -540),
        (206, -588),
        (272, -556),
        (210, -660),
    ]
    b.form(smooth(skirt), shade(cloth, 0.9), 480)
    b.form(
        smooth([(-220, -650), (-214, -730), (-110, -780), (0, -790), (110, -780), (214, -730), (220, -650), (0, -610)]),
        cloth,
        420,
    )
    with b.sheet.group(
        clip=smooth([(-220, -650), (-214, -730), (-110, -780), (110, -780), (214, -730), (220, -650), (0, -610)])
    ):
        for k in range(-3, 4):
            for y in (-760, -706, -652):
                b.flat(oval(k * 72 + (36 if y == -706 else 0), y, 14, 11), mix(cloth, "#ffffff", 0.75))
    b.line("M-212 -646Q0 -596 212 -646", "#8a6238", 26)
    b.line("M-212 -648Q0 -600 212 -648", "#d9b272", 15)
    b.line("M60 -612q-90 -50 -76 20q20 20 76 -20q90 -60 84 10q-26 26 -84 -10l-30 90m30 -90l44 84", "#d9b272", 13)


def diving_bell(b: Brush) -> None:
    """A bell of clear glass with a brass rim and crown, a candle burning inside, bubbles round it."""
    brass = own_colour(b, BRASS)
    d = "M-250 -110C-240 -420 -230 -690 -90 -770Q0 -810 90 -770C230 -690 240 -420 250 -110Q0 -60 -250 -110Z"
    b.form(d, "#c9e6ea", 480, 0.7)
    with b.sheet.group(clip=d):
        b.sheet.path(oval(0, -330, 190, 250), "#fff0bd", 0.75)
        b.sheet.path(oval(0, -360, 110, 150), "#ffe08c", 0.8)
        b.flat("M-280 -150Q0 -200 280 -150V0H-280Z", "#8d5f3c")
        b.flat("M-280 -130Q0 -176 280 -130V0H-280Z", "#a9774a")
    b.form("M-110 -164Q0 -196 110 -164L80 -128Q0 -112 -80 -128Z", brass, 190)
    tall = b.rng.uniform(-20, 24)
    b.form(f"M-48 -160V{-330 - tall:.0f}Q0 -352 48 {-330 - tall:.0f}V-160Q0 -140 -48 -160Z", "#f6ecd6", 90, 0.8)
    for k in range(3):
        b.line(f"M{-44 + 4 * k} {-200 - 44 * k}h{70 - 8 * k}", "#c96b4a", 7, 0.9)
    b.form(smooth([(24, -334 - tall), (54, -320 - tall), (50, -250 - tall), (32, -262 - tall)]), "#fffaf0", 40, 0.5)
    b.line(f"M0 {-340 - tall:.0f}v-26", "#4a3a36", 9)
    flame(b, 0, -346 - tall, 44)
    b.sheet.path(d, "none", 0.9, b.tone("#8fb9c2"), 14)
    glint(b, "M150 -700Q206 -620 212 -420M216 -370L218 -300", 22, 0.9)
    glint(b, "M-190 -560Q-214 -440 -216 -240", 13, 0.6)
    b.form("M-300 -118Q0 -60 300 -118L312 -44Q0 36 -312 -44Z", brass, 600)
    b.line("M-300 -112Q0 -54 300 -112", shade(brass, 1.5), 9)
    rivets(b, [(x, -34 - x * x / 2200 + 10) for x in (-250, -150, -50, 50, 150, 250)], 16, shade(brass, 1.1))
    b.form("M-118 -752Q-100 -830 0 -836Q100 -830 118 -752Q0 -716 -118 -752Z", brass, 220)
    b.form(rounded(-44, -880, 88, 60, 16), brass, 84)
    cord(b, [(0, -920), (12, -970), (-10, -1020)], "#c9a063", 30)
    b.form(ring(0, -916, 52, 28), brass, 90)
    for x, y, r in (
        (-290, -400, 34),
        (-310, -530, 22),
        (-264, -640, 26),
        (300, -560, 34),
        (276, -690, 22),
        (306, -280, 20),
    ):
        b.flat(oval(x, y, r), "#a9d6e6")
        b.flat(oval(x, y, r * 0.74), "#def2f6")
        b.sheet.path(oval(x + r * 0.3, y - r * 0.3, r * 0.24), "#ffffff")


def glass_dome(b: Brush) -> None:
    """A glass dome with a brass hook, a tiny lit landscape inside."""
    wood = own_colour(b, "#8d5b3a")
    d = "M-350 -150V-330C-350 -560 -190 -690 0 -690S350 -560 350 -330V-150Q0 -80 -350 -150Z"
    b.sheet.path(d, "#3d5c9c")
    with b.sheet.group(clip=d):
        sky = [(0.0, "#2f4a8c", 1.0), (0.45, "#7286c4", 1.0), (0.62, "#e0a8ae", 1.0), (0.75, "#f9d79c", 1.0)]
        b.sheet.path(box(-360, -700, 720, 600), b.sheet.linear(sky))
        for _ in range(9):
            b.sheet.path(
                star(b.rng.uniform(-230, 230), b.rng.uniform(-640, -430), b.rng.uniform(8, 15), 0.4, 4), "#fff6d0"
            )
        b.sheet.path("M150 -580A62 62 0 1 0 206 -484A54 54 0 0 1 150 -580Z", "#fff0b8")
        b.form(poly([(-380, -200), (-230, -380), (-150, -290), (-50, -440), (110, -200)]), "#5a66a0", 300)
        b.flat(poly([(-50, -440), (-86, -384), (-56, -396), (-36, -372), (-12, -392)]), "#ffffff")
        b.flat(
            smooth([(-400, -230), (-200, -290), (0, -230), (200, -300), (400, -230), (400, 0), (-400, 0)]), "#5f9a5b"
        )
        b.flat(smooth([(-400, -170), (-100, -220), (120, -180), (400, -200), (400, 0), (-400, 0)]), "#7fb85e")
        b.line("M110 -262Q20 -220 90 -190T20 -100", "#f2d9a2", 24)
        for x, y, s in ((-230, -220, 1.0), (-290, -190, 0.8), (-160, -190, 0.8), (270, -220, 0.9)):
            b.flat(box(x - 7, y - 10, 14, 36), "#6d4a34")
            for k in range(3):
                w = (52 - 12 * k) * s
                b.flat(
                    poly([(x - w, y - 34 * k * s), (x + w, y - 34 * k * s), (x, y - (34 * k + 60) * s)]),
                    shade("#3f7f56", 1 + 0.1 * k),
                )
        b.form(box(66, -340, 120, 96), "#f3e3c4", 110)
        b.form(poly([(44, -334), (126, -424), (208, -334)]), "#c24f3c", 150)
        b.flat(box(164, -420, 24, 50), "#94604a")
        b.sheet.path(box(84, -316, 34, 34), "#ffd45e")
        b.sheet.path(box(136, -316, 32, 72), "#ffb84a")
        for x, y, r in ((176, -440, 12), (190, -470, 16), (180, -506, 20)):
            b.sheet.path(oval(x, y, r), "#f4f0ee", 0.8)
        b.sheet.path(oval(-250, -360, 160, 300), "#12203f", 0.16)
    b.sheet.path(d, "none", 0.95, "#cfe6ee", 20)
    glint(b, "M200 -610Q300 -530 314 -380M318 -330v40", 24, 0.9)
    glint(b, "M-306 -400Q-290 -500 -220 -570", 14, 0.6)
    b.form("M-400 -170Q0 -90 400 -170L420 -60Q0 40 -420 -60Z", wood, 800)
    b.line("M-392 -160Q0 -80 392 -160", BRASS, 18)
    b.line("M-410 -76Q0 20 410 -76", shade(wood, 0.66), 9, 0.8)
    b.form("M-86 -672Q-70 -734 0 -738Q70 -734 86 -672Q0 -650 -86 -672Z", BRASS, 160)
    hook = "M0 -730V-770C0 -800 84 -800 84 -870C84 -960 -70 -970 -84 -880"
    b.line(hook, shade(BRASS, 0.62), 44)
    b.line(hook, BRASS, 32)
    glint(b, "M66 -900Q50 -926 10 -930", 10)


def watering_can(b: Brush) -> None:
    """A copper watering can whose drops fall upwards in a curve."""
    metal = own_colour(b, "#bd6f43")
    grip = [(-150, -420), (-330, -480), (-430, -340), (-360, -150), (-210, -90)]
    b.line(smooth(grip, closed=False), shade(metal, 0.55), 58)
    b.line(smooth(grip, closed=False), shade(metal, 0.95), 40)
    spout = limb([(120, -110), (260, -190), (360, -370), (440, -470)], (130, 90, 66, 60))
    b.form(spout, shade(metal, 0.92), 160)
    b.line("M-170 -470Q-40 -720 170 -460", shade(metal, 0.55), 46)
    b.line("M-170 -470Q-40 -720 170 -460", shade(metal, 1.05), 30)
    b.flat(oval(10, -466, 206, 46), shade(metal, 0.4))
    b.sheet.path(oval(30, -458, 160, 26), "#5fa8cf")
    b.form("M-200 -466Q10 -400 216 -466L258 -40Q10 40 -246 -40Z", metal, 460)
    for y, u in ((-420, 0.0), (-110, 1.0)):
        w = 206 + 36 * u
        b.line(f"M{6 - w} {y}Q10 {y + 66} {6 + w} {y}", shade(metal, 0.62), 16)
        b.line(f"M{6 - w} {y - 8}Q10 {y + 58} {6 + w} {y - 8}", shade(metal, 1.4), 6)
    glint(b, "M176 -380L204 -150", 20, 0.6)
    flower = mix(metal, "#ffe9c4", 0.7)
    for k in range(6):
        a = k * math.pi / 3
        b.flat(oval(-20 + math.cos(a) * 44, -220 + math.sin(a) * 40, 30), flower)
    b.flat(oval(-20, -220, 28), "#e2a936")
    with b.sheet.group(transform="translate(452 -486) rotate(40)"):
        b.form("M-40 30L-104 -60H104L40 30Z", metal, 180)
        b.form(oval(0, -62, 110, 34), mix(metal, "#ffe2b0", 0.35), 200)
        for x, y in ((-70, -62), (-36, -50), (0, -46), (36, -50), (70, -62), (-36, -76), (0, -80), (36, -76)):
            b.flat(oval(x, y, 9, 6), shade(metal, 0.4))
    for row in (-1, 0, 1):
        for k in range(5):
            u = (k + 0.7 + 0.33 * row) / 5
            # Up and back over the can, like a fountain the wrong way.
            wide = 48 + 50 * u
            px = 520 + 170 * u - 420 * u * u + row * wide + b.rng.uniform(-8, 8)
            py = -580 - 470 * u + row * wide * 0.5 + b.rng.uniform(-8, 8)
            r = 29 - 9 * u
            with b.sheet.group(transform=f"rotate({-50 * u + 20:.0f} {px:.0f} {py:.0f})"):
                b.sheet.path(drop(px, py, r), "#3f93cf")
                b.sheet.path(drop(px + 2, py, r * 0.7), "#82cbf0")
                b.sheet.path(oval(px + r * 0.34, py - r * 0.1, r * 0.22), "#ffffff")
