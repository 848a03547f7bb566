"""What is worked with: key, toolbox, scissors, pencil, chalk, string, the silver line and a drawer of seeds."""

import math

from workbench.images.sketch_brush import STEEL, Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_still import (
    BRASS,
    CREAM,
    GLOW,
    cord,
    drop,
    glint,
    lean,
    own_colour,
    ring,
    rivets,
    rounded,
    star,
)
from workbench.images.sketch_svg import box, oval, poly, smooth


def key(b: Brush) -> None:
    """An old key with a heart-shaped opening in its bow, on a twisted cord."""
    metal = own_colour(b, "#9aa6b4")
    with b.sheet.group(transform=f"translate(232 -14) rotate({-30 + b.rng.uniform(-4, 4):.1f})"):
        loop = [(-60, -800), (-150, -900), (-60, -1000), (70, -970), (90, -880), (30, -790)]
        cord(b, [(x, y + 40) for x, y in loop], "#b8402f", 30)
        b.form(rounded(-42, -520, 84, 520, 30), metal, 84)
        for y in (-500, -430, -70):
            b.form(rounded(-66, y, 132, 42, 20), mix(metal, "#ffe2a0", 0.12), 120)
        teeth = [(30, -330), (190, -330), (190, -262), (140, -262), (140, -226), (206, -226), (206, -158), (120, -158)]
        if b.rng.random() < 0.5:
            teeth = [
                (30, -330),
                (206, -330),
                (206, -270),
                (120, -270),
                (120, -232),
                (190, -232),
                (190, -158),
                (120, -158),
            ]
        b.form(poly([*teeth, (120, -110), (30, -110)]), metal, 150)
        bow = ring(0, -640, 182, 96)
        b.form(bow, metal, 330)
        b.form(oval(0, -836, 46), metal, 80)
        for side in (-1, 1):
            b.form(oval(side * 176, -640, 44), metal, 70)
        b.line(oval(0, -640, 140), shade(metal, 0.62), 9, 0.8)
        heart = "M0 -590C-70 -640 -62 -700 -24 -700C-8 -700 0 -686 0 -676C0 -686 8 -700 24 -700C62 -700 70 -640 0 -590Z"
        b.form(heart, "#c9483c", 90)
        b.line("M0 -590V-540", shade(metal, 0.8), 16)
        glint(b, "M112 -742A158 158 0 0 1 156 -620M18 -380V-130", 13)


def toolbox(b: Brush) -> None:
    """A battered open toolbox with tools in it, and a lower tray that glows."""
    paint = own_colour(b, "#3f78b5")
    inside = shade(paint, 0.5)
    with lean(b, 0, 1.2):
        b.form(poly([(-300, -350), (-322, -570), (322, -570), (300, -350)]), shade(paint, 0.82), 600, 0.6)
        b.form(poly([(-262, -380), (-280, -540), (280, -540), (262, -380)]), inside, 500, 0.5)
        b.flat(poly([(-350, -270), (-300, -390), (300, -390), (350, -270)]), shade(paint, 0.4))
        # Screwdriver, hammer, spanner and a brush.
        with b.sheet.group(transform=f"rotate({-12 + b.rng.uniform(-3, 3):.1f} -190 -280)"):
            b.form(box(-204, -480, 24, 200), STEEL, 24)
            b.form(rounded(-230, -690, 76, 230, 32), "#d9a32f", 76)
            b.line("M-206 -660V-500M-180 -660V-500", shade("#d9a32f", 0.66), 8)
        with b.sheet.group(transform=f"rotate({6 + b.rng.uniform(-3, 3):.1f} -20 -280)"):
            b.form(rounded(-46, -680, 48, 430, 16), "#a9733f", 48)
            b.form(
                smooth(
                    [
                        (-190, -610),
                        (-150, -690),
                        (-60, -730),
                        (60, -726),
                        (76, -680),
                        (60, -636),
                        (-40, -640),
                        (-110, -640),
                    ]
                ),
                "#7d8794",
                240,
            )
            b.form(rounded(64, -752, 46, 144, 16), "#98a2ae", 46)
        with b.sheet.group(transform=f"rotate({15 + b.rng.uniform(-3, 3):.1f} 170 -280)"):
            b.form(rounded(146, -600, 52, 340, 18), STEEL, 52)
            jaw = [
                (110, -690),
                (146, -716),
                (154, -650),
                (190, -650),
                (198, -716),
                (234, -690),
                (232, -610),
                (172, -560),
            ]
            b.form(poly([*jaw, (112, -610)]), STEEL, 110)
        b.sheet.path(poly([(-320, -268), (-250, -318), (250, -318), (320, -268)]), "#ffb84a", 0.75)
        body = poly([(-352, -286), (352, -286), (340, 0), (-340, 0)])
        b.form(body, paint, 660, 0.9)
        b.flat(poly([(-352, -286), (352, -286), (350, -256), (-350, -256)]), shade(paint, 1.3))
        # The lower tray stands open a little, and light comes out of it.
        b.flat(box(-300, -158, 600, 40), "#ffb63f")
        b.sheet.path(box(-288, -146, 576, 28), "#fff0b8")
        for k in range(-3, 4):
            b.sheet.path(star(88 * k, -190 - 14 * (k % 2), 15, 0.34, 4), GLOW)
        b.form(rounded(-312, -126, 640, 104, 14), shade(paint, 1.06), 620, 0.9)
        b.form(rounded(-70, -92, 150, 34, 17), BRASS, 120)
        for x in (-236, 206):
            b.form(rounded(x, -302, 44, 74, 10), BRASS, 44)
            b.line(f"M{x + 22} -276v26", shade(BRASS, 0.5), 8)
        b.line("M-282 -232l46 -10M-260 -212l22 -4M262 -196l30 14M286 -60l-30 -16", shade(paint, 1.5), 8, 0.8)
        b.flat(oval(120, -226, 26, 8), shade(paint, 0.66), 0.8)
        rivets(b, [(-286, -100), (302, -100), (-286, -48), (302, -48)], 10)


def scissors(b: Brush) -> None:
    """Open scissors standing on their rings, and a small shadow bird that flutters out of them."""
    metal = own_colour(b, "#454a5c")
    bright = mix(metal, "#dfe6ee", 0.55)
    turn = 20 + b.rng.uniform(-2, 3)
    for side in (-1, 1):
        with b.sheet.group(transform=f"translate(-70 -364) rotate({side * turn:.1f}) scale({side} 1)"):
            b.form("M-34 0L-40 -60Q-34 -380 6 -500Q44 -300 40 60Z", bright if side < 0 else shade(bright, 0.9), 80)
            b.line("M-10 -40Q-8 -340 6 -470", shade(metal, 0.9), 8, 0.7)
            b.limb([(0, -20), (4, 80), (-12, 170)], (78, 62, 50), metal)
            b.form(ring(-46, 262, 132, 82), metal, 240)
            glint(b, "M30 208A104 104 0 0 1 50 290", 10, 0.5)
    rivets(b, [(-70, -364)], 26)
    bx, by = 250 + b.rng.uniform(-20, 20), -750 + b.rng.uniform(-30, 30)
    with b.sheet.group(transform=f"translate({bx:.1f} {by:.1f}) rotate(-14)"):
        dark = "#3d3658"
        b.flat(smooth([(-20, 0), (-120, -40), (-170, -150), (-60, -110), (10, -50)]), shade(dark, 0.8))
        b.flat(smooth([(0, 0), (-20, -90), (40, -190), (90, -80), (60, 0)]), dark)
        body = [
            (-150, 80),
            (-160, 30),
            (-60, 0),
            (20, -40),
            (80, -62),
            (126, -40),
            (170, -26),
            (124, -8),
            (90, 40),
            (0, 66),
        ]
        b.flat(smooth(body), dark)
        b.sheet.path(oval(106, -34, 9), "#ffffff")
        b.line("M10 -30Q20 -100 44 -150M36 -24Q56 -80 60 -110", mix(dark, "#ffffff", 0.3), 7, 0.8)
    for x, y, r in ((96, -600, 16), (146, -650, 12), (78, -664, 9)):
        b.flat(oval(x, y, r), "#4c4468", 0.85)


def pencil(b: Brush) -> None:
    """A short thick pencil with a glowing tip, which has just drawn a curl, and a rubber that glows as well."""
    paint = own_colour(b, "#e8b92e")
    b.line(
        smooth([(-400, -24), (-330, -96), (-250, -60), (-290, 0), (-150, -30), (-40, -10), (60, -26)], closed=False),
        "#ffc64f",
        20,
    )
    with b.sheet.group(transform=f"translate(-360 -80) rotate({45 + b.rng.uniform(-4, 4):.1f})"):
        b.form("M0 0L-92 -210H92Z", "#efcf9e", 150)
        b.form("M0 0L-36 -82Q0 -98 36 -82Z", "#4f4650", 60)
        b.sheet.path(star(0, -8, 128, 0.26, 4), "#ffcf4a")
        b.sheet.path(star(0, -8, 84, 0.42, 4, 45), "#ffdf7e")
        b.shine(0, -8, 38, "#fff0a8")
        wood = "M-92 -210Q-62 -250 -32 -210Q0 -250 32 -210Q62 -250 92 -210V-780H-92Z"
        b.form(wood, paint, 60, 0.5)
        b.flat("M-92 -210Q-62 -250 -32 -210V-780H-92Z", shade(paint, 0.7))
        b.flat("M32 -210Q62 -250 92 -210V-780H32Z", shade(paint, 1.28))
        b.form(rounded(-100, -880, 200, 116, 16), "#b9c1ca", 190)
        b.line("M-96 -846H96M-96 -798H96", "#7b8694", 10)
        b.form("M-92 -876V-960Q-92 -1030 0 -1030Q92 -1030 92 -960V-876Z", "#ef7f9d", 170)
        b.sheet.path("M-40 -890V-950Q-30 -990 20 -990Q64 -985 64 -950V-890Z", "#ffc2cf", 0.8)
        for x, y, r in ((152, -1010, 26), (-144, -990, 20), (30, -1096, 24)):
            b.sheet.path(star(x, y, r, 0.34, 4, 45), "#ffb3c4")
        b.flat(star(0, -420, 34), mix(paint, "#ffffff", 0.7))
        b.flat(star(0, -520, 24), mix(paint, "#ffffff", 0.7))


def chalk(b: Brush) -> None:
    """A thick stick of chalk before a broken wall with a small door drawn on it."""
    stick = own_colour(b, "#6cc3ae")
    stone = "#565b72"
    for row in range(6):
        y, left = -128.0 * (row + 1), -400.0 + 62 * (row % 2) + b.rng.uniform(-10, 10)
        # The wall is broken at its upper right corner.
        right = (400.0, 352.0, 404.0, 330.0, 214.0, 96.0)[row] + b.rng.uniform(-10, 10)
        d = rounded(left, y, right - left, 132, 20)
        b.form(d, shade(stone, b.rng.uniform(0.92, 1.04)), 700, 0.5)
        b.line(f"M{left + 24:.0f} {y + 5:.0f}H{right - 24:.0f}", shade(stone, 1.16), 5, 0.7)
        for k in range(1, 3):
            b.line(f"M{left + (right - left) * (k / 3 + 0.06 * (row % 2)):.0f} {y + 14:.0f}v100", shade(stone, 0.78), 8)
    pale = mix(stick, "#ffffff", 0.35)
    dashes = 'stroke-dasharray="46 7 80 5 30 6"'
    w = b.rng.uniform(-8, 8)
    door = f"M{-210 + w:.0f} -130V-470A130 140 0 0 1 {50 + w:.0f} -470V-130Z"
    b.flat(door, mix(stick, "#4a4f68", 0.74))
    b.sheet.path(door, "none", 1, b.tone(pale), 20, dashes)
    b.sheet.path(
        f"M{-124 + w:.0f} -590V-140M{-36 + w:.0f} -590V-140M{-210 + w:.0f} -500h150M{-210 + w:.0f} -220h150",
        "none",
        0.8,
        b.tone(pale),
        10,
        dashes,
    )
    b.line(oval(4 + w, -330, 15), pale, 10)
    b.line("M-300 -128Q-80 -112 130 -130", pale, 16, 0.9)
    b.line("M110 -530l26 -40M140 -490l40 -20M100 -580l4 -40", pale, 11, 0.9)
    with b.sheet.group(transform=f"translate(110 -40) rotate({26 + b.rng.uniform(-4, 4):.1f})"):
        b.form("M-70 0Q-66 -30 -74 -50V-470Q0 -510 74 -470V-40Q30 10 -70 0Z", stick, 130)
        b.flat(oval(0, -474, 74, 26), mix(stick, "#ffffff", 0.45))
        b.form(rounded(-80, -330, 160, 190, 12), mix(stick, "#fff4d8", 0.8), 150, 0.7)
        b.flat(star(0, -236, 42), stick)
    for x, y, r in ((60, -14, 14), (30, -4, 9), (230, -8, 10), (-20, -12, 7)):
        b.flat(oval(x, y, r, r * 0.7), stick)


def string(b: Brush) -> None:
    """A ball of string whose end trails away."""
    wool = own_colour(b, "#c63a34")
    x, y, r = -90.0, -300.0, 300.0
    end = [(60, -40), (180, -14), (290, -30), (330, -110), (400, -120), (430, -50), (390, 0), (300, -10), (470, -4)]
    cord(b, end, wool, 34)
    b.form(oval(x, y, r), shade(wool, 0.8), 2 * r)
    with b.sheet.group(clip=oval(x, y, r)):
        turn = b.rng.uniform(-14, 14)
        for angle, flat, count in ((turn, 0.95, 11), (turn + 62, 0.6, 7), (turn - 38, 0.36, 6)):
            with b.sheet.group(transform=f"rotate({angle:.1f} {x} {y})"):
                for k in range(count):
                    u = (k - (count - 1) / 2) * r * flat * 1.9 / count
                    bow = u * 0.5 + 60
                    d = f"M{x - r:.1f} {y + u:.1f}Q{x:.1f} {y + u + bow:.1f} {x + r:.1f} {y + u:.1f}"
                    b.line(d, shade(wool, 0.55), 36)
                    b.line(d, shade(wool, 0.96 + 0.02 * k), 27)
                    b.line(d, shade(wool, 1.28), 6, 0.7)
        b.sheet.path(oval(x - r * 0.2, y + r * 0.16, r * 1.34), "none", 0.42, b.tone(shade(wool, 0.4)), r * 0.3)


def silver_line(b: Brush) -> None:
    """A shining rope on a reel with a crank, and the clip at its end."""
    rope = own_colour(b, "#c9d5e2")
    frame = "#b0763c"
    tail = [(130, -210), (280, -130), (250, -20), (120, -30), (150, -110), (330, -60), (420, -150), (430, -270)]
    for side in (-1, 1):
        b.form(
            poly([(side * 70 - 100, -300), (side * 70 - 70, -300), (side * 190 - 60, 0), (side * 190 - 130, 0)]),
            shade(frame, 0.74),
            60,
        )
    b.form(oval(-250, -380, 66, 250), shade(frame, 0.8), 120)
    drum = "M-250 -560Q-85 -545 80 -560V-200Q-85 -185 -250 -200Z"
    b.form(drum, shade(rope, 0.9), 180, 0.6)
    with b.sheet.group(clip=drum):
        for k in range(11):
            px = -250 + 33 * k
            b.line(f"M{px} -580Q{px + 34} -380 {px + 6} -180", shade(rope, 0.56), 34)
            b.line(f"M{px} -580Q{px + 34} -380 {px + 6} -180", shade(rope, 0.95 + 0.02 * k), 25)
            b.line(f"M{px + 6} -570Q{px + 38} -400 {px + 24} -300", "#ffffff", 6, 0.8)
    b.form(oval(80, -380, 78, 250), frame, 140)
    b.line(oval(80, -380, 56, 205), shade(frame, 0.66), 12, 0.8)
    b.line("M80 -380L80 -550M80 -380L128 -290M80 -380L36 -290", shade(frame, 0.7), 16, 0.7)
    b.limb([(84, -380), (190, -420), (230, -520)], (36, 32, 30), STEEL)
    b.form(rounded(196, -640, 76, 130, 34), "#d8563f", 76)
    rivets(b, [(84, -380)], 30)
    cord(b, tail, rope, 30)
    b.form(ring(430, -300, 36, 18), BRASS, 60)
    with b.sheet.group(transform=f"rotate({b.rng.uniform(-5, 9):.1f} 430 -320)"):
        b.line(
            "M400 -370Q370 -430 380 -520Q400 -590 450 -580Q500 -570 492 -480L470 -370Q440 -330 400 -370Z", "#7c8796", 44
        )
        b.line(
            "M400 -370Q370 -430 380 -520Q400 -590 450 -580Q500 -570 492 -480L470 -370Q440 -330 400 -370Z", "#b9c3ce", 30
        )
        glint(b, "M470 -556Q492 -530 482 -450", 9)
        b.line("M404 -500L388 -410", "#d8563f", 30)
    for x, y, r in ((-90, -668, 34), (250, -250, 28), (-20, -120, 22)):
        b.sheet.path(star(x, y, r, 0.3, 4), "#ffffff" if y > -600 else "#eef6ff")


def drawer(b: Brush) -> None:
    """A small wooden drawer with seven different seeds: one glows, and one floats away on its parachute."""
    wood = own_colour(b, "#a86f3f")
    with lean(b, 0, 1.5):
        b.form(poly([(-440, -250), (-330, -620), (330, -620), (440, -250)]), shade(wood, 0.72), 800, 0.6)
        b.flat(poly([(-396, -250), (-302, -588), (302, -588), (396, -250)]), shade(wood, 0.38))
        b.flat(poly([(-370, -250), (-282, -540), (282, -540), (370, -250)]), mix(wood, "#f7e3bd", 0.55))
        bars = "M-148 -250L-112 -544M148 -250L112 -544M-330 -392H330"
        b.line(bars, shade(wood, 0.55), 16)
        b.line(bars, shade(wood, 1.1), 8)
        sway = b.rng.uniform(-6, 6)
        # An acorn, a stripy one, a winged one, a bean and a walnut.
        b.form(smooth([(-262, -480), (-200, -488), (-196, -430), (-226, -404), (-258, -430)]), "#b5803c", 64)
        b.form(smooth([(-274, -470), (-230, -512), (-184, -476), (-228, -464)]), "#75512e", 80)
        b.form(
            "M-44 -410Q-80 -520 0 -524Q76 -516 44 -410Q0 -390 -44 -410Z",
            "#3b3436",
            80,
        )
        b.line("M-16 -410Q-26 -470 -8 -512M16 -410Q26 -470 8 -512", "#f1e8d6", 9)
        with b.sheet.group(transform=f"rotate({sway:.1f} 210 -460)"):
            b.form("M170 -430Q160 -470 190 -476Q250 -540 290 -490Q260 -440 206 -424Q184 -410 170 -430Z", "#c9a56a", 90)
            b.flat(oval(188, -446, 24, 19), "#7c5a33")
            b.line("M206 -452Q240 -470 276 -492M204 -444Q240 -452 262 -470", "#8f6d3d", 5)
        b.form(
            smooth([(-320, -310), (-270, -362), (-200, -352), (-190, -310), (-236, -322), (-270, -276)]), "#c25a78", 110
        )
        b.line("M-290 -316q20 -30 56 -26", "#f5b9c6", 8)
        b.form(smooth([(186, -270), (196, -344), (240, -372), (290, -340), (296, -276), (240, -258)]), "#8f5f35", 90)
        b.line("M240 -368V-262M210 -340q18 20 4 50M270 -342q-16 22 0 54", "#583a22", 7)
        # The parachute of the one that floats away.
        fx, fy = 130.0 + 6 * sway, -860.0 - 2 * sway
        b.line(f"M{fx - 24:.0f} {fy + 150:.0f}Q{fx - 6:.0f} {fy + 80:.0f} {fx:.0f} {fy:.0f}", "#b98f57", 11)
        b.form(oval(fx - 28, fy + 164, 18, 34), "#8a5a34", 30)
        for k in range(11):
            a = math.radians(-180 + 18 * k)
            tx, ty = fx + math.cos(a) * 106, fy + math.sin(a) * 92
            b.line(f"M{fx:.0f} {fy:.0f}L{tx:.0f} {ty:.0f}", "#fff3d8", 13)
            b.flat(oval(tx, ty, 19), "#fffaf0")
        b.sheet.path(star(26, -322, 84, 0.56, 10, sway * 3), "#ffdf7d")
        b.sheet.path(drop(26, -308, 36), "#f5a82f")
        b.sheet.path(drop(30, -308, 26), "#ffe28a")
        b.sheet.path(oval(36, -312, 11, 14), "#fffdf0")
        b.form(rounded(-460, -262, 920, 262, 22), wood, 860, 0.9)
        b.line("M-452 -244H452", shade(wood, 1.3), 12)
        b.line(rounded(-408, -204, 816, 160, 16), shade(wood, 0.66), 10)
        b.line(
            "M-380 -160q140 -30 250 10M-370 -90q110 -30 220 6M150 -160q120 -30 230 10M140 -90q120 20 232 -6",
            shade(wood, 0.76),
            7,
            0.8,
        )
        b.flat(oval(4, -110, 76, 70), shade(wood, 0.6), 0.8)
        b.form(oval(0, -124, 66), BRASS, 110)
        b.sheet.path(oval(22, -146, 15), "#fff6d6", 0.9)
        rivets(b, [(-430, -232), (430, -232), (-430, -28), (430, -28)], 10, CREAM)
