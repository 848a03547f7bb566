"""What is worn, folded or unfolded on the way: shoes, boots, scarf, tent, ticket, bookmark, paper hat and boat."""

import math

from workbench.images.sketch_brush import GOLD, STEEL, Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_still import (
    CREAM,
    INK,
    glint,
    lean,
    own_colour,
    rounded,
    spiral,
    star,
)
from workbench.images.sketch_svg import Point, arch, band, box, limb, oval, poly, smooth


def _shoe(b: Brush, x: float, y: float, leather: str, high: float) -> None:
    """A leather shoe that points right, on a coiled spring `high` units tall; its sole's foot is at (x, y)."""
    steel = "#8f9bab"
    for px in (x - 90, x + 110):
        turns = 4
        step = high / turns
        b.line(f"M{px - 62} {y}h124", shade(steel, 0.7), 22)
        for k in range(turns):
            low = y - 12 - k * step
            b.line(f"M{px - 58} {low:.0f}L{px + 58} {low - step * 0.45:.0f}", shade(steel, 0.55), 18)
        for k in range(turns):
            low = y - 12 - k * step
            d = f"M{px - 58} {low - step:.0f}Q{px - 70} {low - step * 0.5:.0f} {px + 58} {low - step * 0.45:.0f}"
            b.line(d, shade(steel, 0.6), 28)
            b.line(d, mix(steel, "#ffffff", 0.45), 16)
    with b.sheet.group(transform=f"translate({x} {y - high - 14})"):
        b.form(
            smooth([(-190, -60), (-100, -40), (60, -34), (230, -46), (262, -24), (240, 0), (-180, 0), (-204, -24)]),
            shade("#6b4630", 0.9),
            300,
            0.7,
        )
        b.flat(smooth([(-130, -300), (-30, -312), (20, -262), (-60, -240), (-140, -260)]), shade(leather, 0.42))
        upper = [(-186, -50), (-198, -180), (-170, -300), (-120, -282), (-50, -254), (26, -276), (66, -206),
                 (150, -160), (236, -130), (254, -60), (226, -22)]  # fmt: skip
        d = smooth([*upper, (0, -16), (-176, -20)])
        b.form(d, leather, 300)
        with b.sheet.group(clip=d):
            b.flat(oval(250, -70, 96, 100), shade(leather, 0.84))
            b.line("M158 -20Q140 -100 186 -170", shade(leather, 0.56), 7)
            b.line("M-104 -20Q-84 -160 -150 -240", shade(leather, 0.56), 7)
            b.flat(smooth([(-220, -60), (-200, -220), (-120, -190), (-110, -40)]), shade(leather, 0.8))
        # The laces.
        for k in range(3):
            px, py = 12 + 32 * k, -252 + 36 * k
            b.line(f"M{px - 34} {py - 4}l52 12", CREAM, 14)
        b.line(
            "M20 -268q-60 -74 -88 -22q-2 40 84 24q70 -86 100 -34q6 38 -90 36M16 -266l-52 60M20 -264l76 40", CREAM, 13
        )
        glint(b, "M196 -126q36 14 40 44", 12, 0.6)


def shoes(b: Brush) -> None:
    """A pair of leather shoes on coiled springs."""
    leather = own_colour(b, "#d9a032")
    high = 150 + b.rng.uniform(-14, 14)
    with b.sheet.group(transform=f"rotate({b.rng.uniform(-6, -2):.1f} -200 0)"):
        _shoe(b, -170, -70, shade(leather, 0.82), high)
    _shoe(b, 130, 0, leather, high)


def _boot(b: Brush, x: float, y: float, felt: str) -> None:
    """A tall boot that points right, with two buckles; its sole's foot is at (x, y)."""
    with b.sheet.group(transform=f"translate({x} {y})"):
        sole = smooth([(-160, -58), (0, -44), (220, -58), (290, -40), (292, -8), (260, 0), (-150, 0), (-172, -20)])
        b.form(sole, "#6e4a35", 400, 0.7)
        for px in range(-130, 270, 56):
            b.flat(oval(px, -18, 11), "#cdd4dc")
        b.flat(oval(-10, -700, 142, 40), shade(felt, 0.46))
        leg = [(-152, -700), (-146, -420), (-158, -200), (-164, -60), (0, -44), (232, -52), (276, -90), (262, -160),
               (190, -206), (132, -246), (112, -330), (118, -500), (132, -700)]  # fmt: skip
        d = f"{smooth(leg, closed=False)}Q-10 -640 -152 -700Z"
        b.form(d, felt, 300)
        with b.sheet.group(clip=d):
            b.flat(oval(290, -80, 112, 124), shade(felt, 0.8))
            b.line("M180 -20Q168 -120 214 -200M-90 -30Q-70 -170 -170 -220", shade(felt, 0.62), 8)
            b.line("M30 -330Q80 -300 122 -312M40 -290Q90 -270 130 -272", shade(felt, 0.66), 9, 0.8)
            for low in (-400, -560):
                b.form(
                    f"M-170 {low}Q-10 {low + 40} 150 {low}V{low + 58}Q-10 {low + 98} -170 {low + 58}Z", "#7d5236", 280
                )
        cuff = "M-172 -716Q-10 -650 152 -716L146 -616Q-10 -552 -166 -616Z"
        b.form(cuff, mix(felt, "#ffffff", 0.55), 300, 0.8)
        for px in (-110, -50, 10, 70):
            b.line(f"M{px} -656v34", shade(felt, 0.8), 7, 0.6)
        for low in (-372, -532):
            b.form(rounded(14, low - 14, 92, 84, 16), STEEL, 92)
            b.flat(rounded(34, low + 6, 52, 44, 8), "#6a452e")
            b.line(f"M24 {low + 28}h48", "#e7ecf1", 11)
        b.line("M-128 -706v-60q18 -30 36 0v60", shade("#7d5236", 0.9), 16)


def boots(b: Brush) -> None:
    """A pair of tall boots with buckles."""
    felt = own_colour(b, "#a06a42")
    with b.sheet.group(transform=f"rotate({b.rng.uniform(-5, -1):.1f} -180 0)"):
        _boot(b, -160, -46, shade(felt, 0.8))
    _boot(b, 90, 0, felt)


def scarf(b: Brush) -> None:
    """A long soft scarf in a loop, whose two ends dissolve into curling mist."""
    wool = own_colour(b, "#aeb4c8")
    mist = mix(wool, "#ffffff", 0.55)
    ends: list[tuple[list[Point], float]] = [
        ([(60, -640), (150, -520), (120, -360), (210, -210)], 0.84),
        ([(-20, -650), (-90, -500), (-50, -330), (-150, -170)], 1.0),
    ]
    for points, tone in ends:
        colour = shade(wool, tone)
        d = limb(points, (130, 158, 168, 176))
        b.form(d, colour, 150)
        with b.sheet.group(clip=d):
            for k in range(9):
                u = k / 8
                (ax, ay), (cx, cy) = points[0], points[-1]
                px, py = ax + (cx - ax) * u, ay + (cy - ay) * u
                b.line(f"M{px - 160} {py - 14}Q{px} {py + 26} {px + 160} {py - 14}", shade(colour, 0.78), 15, 0.7)
        # The knitting becomes mist, puff by puff.
        x, y = points[-1]
        away = 1 if x > 0 else -1
        for dx, dy, r in ((-44, 6, 66), (44, -6, 70), (0, 46, 78), (70, 70, 62), (150, 96, 48), (-70, 78, 44)):
            b.flat(oval(x + dx * away, y + dy, r, r * 0.86), mix(colour, mist, 0.4 + (dy + 10) / 190))
        for dx, dy, r, start in ((20, 62, 56, 200), (150, 92, 44, 160), (-56, 86, 38, 20)):
            curl = spiral(x + dx * away, y + dy, r * b.rng.uniform(0.9, 1.1), 1.6, 0.9, start)
            b.line(smooth(curl, closed=False), mix(colour, "#6f7896", 0.5), 11, 0.85)
        for dx, dy, r in ((230, 70, 30), (280, 30, 19), (-140, 90, 24), (226, 128, 18)):
            b.flat(oval(x + dx * away, y + dy, r, r * 0.85), mist, 0.92)
    back = limb([(-190, -800), (0, -880), (190, -800)], (110, 130, 110))
    b.form(back, shade(wool, 0.62), 300)
    loop = [(-200, -830), (-224, -740), (-130, -640), (10, -604), (150, -650), (226, -750), (196, -834)]
    d = limb(loop, (96, 150, 176, 190, 176, 150, 96))
    b.form(d, wool, 420)
    fold = [[(-190, -790), (-120, -690), (10, -650), (130, -690), (200, -780)]]
    fold.append([(-170, -730), (-90, -610), (20, -570), (120, -610)])
    b.folds(d, fold, wool, 14)
    knot = smooth([(-80, -690), (20, -712), (100, -670), (96, -580), (30, -536), (-70, -570)])
    b.form(knot, shade(wool, 1.06), 170)
    b.folds(knot, [[(-50, -680), (-20, -620), (-40, -560)], [(50, -690), (50, -620), (20, -550)]], wool, 11)


def tent(b: Brush) -> None:
    """A tiny striped tent with a pennant; a long lit corridor shows through its flap."""
    stripe = own_colour(b, "#c8442f")
    pale = "#f6ead0"
    b.form(oval(0, -24, 460, 44), "#d9b877", 900, 0.6)
    b.line("M0 -760V-860", "#7b5635", 16)
    b.form(
        smooth([(6, -862), (80, -850), (150, -870), (120, -820), (150, -780), (70, -790), (6, -776)]), "#e2b23c", 140
    )
    roof: list[Point] = [(0, -770), (-110, -600), (-250, -450), (-400, -350)]
    right = [(-x, y) for x, y in roof[::-1]]
    wall = "M-340 -380L-366 -30Q0 10 366 -30L340 -380Z"
    b.form(wall, pale, 700, 0.8)
    with b.sheet.group(clip=wall):
        for k in range(-3, 4):
            b.flat(poly([(k * 112 - 28, -400), (k * 112 + 28, -400), (k * 120 + 30, 20), (k * 120 - 30, 20)]), stripe)
        b.flat(poly([(-400, -400), (-400, 0), (-250, 0), (-240, -400)]), "#171230", 0.24)
        b.flat(box(-400, -400, 800, 50), "#171230", 0.22)
    # The corridor: arches in arches, the farther the brighter.
    for k, colour in enumerate(("#8a4a26", "#c06f2a", "#e79a38", "#fbc256", "#ffe08c", "#fff6d2")):
        s = 0.8**k if k < 5 else 0.26
        b.sheet.path(arch(0, -8 - 13 * k, 262 * s, 360 * s, True), colour)
        if k < 4:
            for side in (-1, 1):
                b.sheet.path(oval(side * 106 * s, -8 - 13 * k - 190 * s, 13 * s), "#fff3b0")
    b.sheet.path(poly([(-112, -8), (112, -8), (26, -78), (-26, -78)]), "#b8452f", 0.85)
    for side in (-1, 1):
        flap = [
            (side * 6, -380),
            (side * 96, -300),
            (side * 152, -150),
            (side * 214, -6),
            (side * 118, -8),
            (side * 120, -170),
        ]
        b.form(smooth(flap), shade(pale, 0.92) if side > 0 else shade(stripe, 0.95), 120)
        b.line(f"M{side * 152} -150l{side * -30} -4", GOLD, 18)
    top = smooth([*roof, *right[1:]][:4], closed=False)
    d = f"{top}Q-330 -300 -266 -370Q-200 -290 -134 -364Q-66 -284 0 -360"
    d += "Q66 -284 134 -364Q200 -290 266 -370Q330 -300 400 -350"
    d += "".join(f"L{x} {y}" for x, y in ((250, -450), (110, -600), (0, -770))) + "Z"
    b.form(d, stripe, 700, 0.9)
    with b.sheet.group(clip=d):
        for k in (-3, -1, 1, 3):
            low = k * 67
            points = [(0, -790), (low * 0.72, -560), (low * 1.0, -470), (low * 1.3, -280)]
            b.flat(smooth(band(points, (4, 58, 74, 96)), closed=True), pale)
        b.flat(poly([(0, -780), (-120, -590), (-420, -340), (-300, -280), (-100, -480)]), "#171230", 0.2)
    b.shine(0, -772, 22, "#e8b53f")
    for side in (-1, 1):
        b.line(f"M{side * 372} -354L{side * 452} -20", "#b98d55", 8)
        b.line(f"M{side * 444} -52L{side * 462} 4", "#7b5635", 20)
    turn = b.rng.uniform(-10, 10)
    b.sheet.path(star(-330 + turn, -700, 26, 0.3, 4), "#ffd873")
    b.sheet.path(star(320 - turn, -640, 19, 0.3, 4), "#ffd873")


def ticket(b: Brush) -> None:
    """A thick card with a row of punched stars and a small train among clouds."""
    card = own_colour(b, "#c9d2dc")
    w, h = 430.0, 250.0
    notch = 58.0

    def outline(dx: float, dy: float) -> str:
        x0, x1, y0, y1 = -w + dx, w + dx, -h + dy, h + dy
        return (
            f"M{x0} {y0}H{x1}V{dy - notch}A{notch} {notch} 0 0 0 {x1} {dy + notch}V{y1}H{x0}"
            f"V{dy + notch}A{notch} {notch} 0 0 0 {x0} {dy - notch}Z"
        )

    with b.sheet.group(transform=f"translate(0 -330) rotate({-9 + b.rng.uniform(-3, 3):.1f})"):
        b.sheet.path(outline(0, 0), "none", 1, "#ffdf8c", 26, 'stroke-linejoin="round"')
        b.flat(outline(-10, 22), shade(card, 0.5))
        b.form(outline(0, 0), card, 820, 0.7)
        b.line(rounded(-366, -206, 500, 300, 26), shade(card, 0.6), 9)
        with b.sheet.group(clip=rounded(-360, -200, 488, 288, 22)):
            b.flat(box(-380, -220, 540, 330), "#8cc3e4")
            b.sheet.path(oval(60, -150, 52), "#ffe59a")
            for x, y, r in ((-340, 70, 90), (-220, 90, 80), (-90, 84, 90), (40, 96, 86), (130, 60, 70)):
                b.flat(oval(x, y, r, r * 0.62), "#ffffff")
            b.line("M-380 22Q-120 -6 150 26", "#7a5a44", 10)
            for x in (-320, -190):
                b.form(rounded(x, -70, 112, 76, 14), "#d0583e" if x < -200 else "#e0a23a", 110)
                for k in (18, 64):
                    b.flat(rounded(x + k, -52, 32, 32, 6), "#fff2c0")
            b.form(rounded(-60, -60, 124, 66, 24), "#3f6e9c", 120)
            b.form(box(-64, -110, 60, 60), "#33598a", 60)
            b.form(poly([(24, -60), (30, -104), (56, -104), (60, -60)]), "#33598a", 40)
            for x, y, r in ((36, -132, 20), (8, -160, 26), (-34, -184, 30)):
                b.flat(oval(x, y, r), "#ffffff", 0.95)
            for x in (-292, -236, -162, -106, -32, 34):
                b.flat(oval(x, 8, 19), INK)
        b.sheet.path(f"M190 {-h + 12}V{h - 12}", "none", 1, b.tone(shade(card, 0.55)), 10, 'stroke-dasharray="4 26"')
        for k in range(5):
            b.flat(star(-330 + 108 * k, 172, 44, 0.48, 5, b.rng.uniform(-9, 9)), shade(card, 0.34))
            b.flat(star(-326 + 108 * k, 178, 36, 0.48), "#ffe6a0")
        b.flat(star(300, -120, 62), GOLD)
        b.flat(star(300, -120, 30), "#fff1bd")
        for y in (-16, 26, 68):
            b.line(f"M236 {y}q16 -20 32 0t32 0t32 0t{20 if y < 60 else 4} 0", shade(card, 0.5), 9)
        for k in range(9):
            b.line(f"M{234 + 17 * k} 130v80", shade(card, 0.4), 5 + 5 * (k * 7 % 3 % 2))


def bookmark(b: Brush) -> None:
    """A long embroidered ribbon that rises in the air out of an open book, a tassel at its end."""
    silk = own_colour(b, "#b92f3c")
    cover = "#3f5f86" if b.rng.random() < 0.5 else "#4d6e54"
    b.form(
        "M-400 -50L-372 -190Q-180 -240 0 -170Q180 -240 372 -190L400 -50Q180 -60 0 0Q-180 -60 -400 -50Z", cover, 800, 0.8
    )
    swing = b.rng.uniform(40, 62)
    way = [(swing * 1.6 * math.sin(0.3 + 0.55 * k) * (1 - k / 12), -1000 + 52 * k) for k in range(13)]
    b.form("M-376 -78L-350 -206Q-170 -262 0 -176V-40Q-170 -104 -376 -78Z", CREAM, 380, 0.7)
    b.form("M376 -78L350 -206Q170 -262 0 -176V-40Q170 -104 376 -78Z", mix(CREAM, "#ffffff", 0.3), 380, 0.5)
    for k in range(4):
        y = -196 + 30 * k
        b.line(
            f"M{-320 - 6 * k} {y}Q-180 {y - 34} -70 {y + 16}M{320 + 6 * k} {y}Q180 {y - 34} 70 {y + 16}",
            "#b5a585",
            8,
            0.8,
        )
    d = limb(way, [164 + 8 * math.sin(k * 0.8) for k in range(13)])
    b.form(d, silk, 170)
    with b.sheet.group(clip=d):
        edge = band(way, [130] * len(way))
        for half in (edge[: len(way)], edge[len(way) :]):
            b.line(smooth(half, closed=False), GOLD, 10)
        b.line(smooth([(x + 60, y + 4) for x, y in way], closed=False), shade(silk, 1.4), 10, 0.5)
    for (x, y), r in zip(way[1:11:3], (34, 44, 34, 44), strict=True):
        b.flat(star(x, y, r, 0.46, 5, b.rng.uniform(-15, 15)), "#f7d77c")
    b.form("M-92 -420Q0 -388 86 -424L96 -366Q0 -326 -96 -362Z", GOLD, 180)
    b.line("M0 -356V-310", shade(GOLD, 0.7), 18)
    tip = b.rng.uniform(-10, 10)
    b.form(
        f"M-40 -270Q0 -286 40 -270Q76 -150 {70 + tip:.0f} -84Q0 -60 {-74 + tip:.0f} -84Q-78 -150 -40 -270Z", GOLD, 130
    )
    for k in range(-2, 3):
        b.line(f"M{15 * k} -256Q{24 * k} -170 {28 * k + tip:.0f} -80", shade(GOLD, 0.64), 8, 0.85)
    b.form(oval(0, -296, 44), GOLD, 76)
    b.form(rounded(-44, -272, 88, 32, 12), silk, 80)
    for x, y, r in ((-190, -620, 26), (200, -780, 30), (190, -330, 20)):
        b.sheet.path(star(x, y, r, 0.3, 4), "#f4c95c")


def _newsprint(b: Brush, seen: str, x: float, y: float, w: float, lines: int, gap: float = 34.0) -> None:
    """Squiggles in a column, as print looks from afar."""
    for k in range(lines):
        wide = w * (b.rng.uniform(0.5, 0.7) if k == lines - 1 else b.rng.uniform(0.92, 1.0))
        n = max(2, round(wide / 30))
        b.line(f"M{x:.0f} {y + k * gap:.0f}" + f"q7.5 {-8} 15 0t15 0" * n, seen, 7, 0.75)


def paper_hat(b: Brush) -> None:
    """A hat folded of a newspaper, with squiggled columns and a tiny picture."""
    paper = own_colour(b, "#eee6d2")
    print_ = mix(shade(paper, 0.4), INK, 0.4)
    with lean(b, -4, 3):
        peak = "M0 -640L-420 -190Q0 -130 420 -190Z"
        b.form(peak, paper, 800, 0.9)
        b.flat("M0 -640L-420 -190Q-200 -160 -30 -156Z", shade(paper, 0.86))
        b.line("M0 -636Q-20 -400 -6 -200", shade(paper, 0.66), 8)
        with b.sheet.group(clip=peak):
            with b.sheet.group(transform="rotate(-40 -200 -400)"):
                _newsprint(b, print_, -330, -420, 260, 1)
                _newsprint(b, print_, -330, -370, 240, 4)
            with b.sheet.group(transform="rotate(8 140 -330)"):
                b.line("M40 -452h120M40 -412h150", print_, 20)
                _newsprint(b, print_, 40, -364, 110, 4)
                b.flat(rounded(176, -366, 96, 96, 8), "#9cc4d8")
                b.flat("M176 -288L208 -334L236 -302L252 -320L272 -288V-270H176Z", "#54805a")
                b.sheet.path(oval(250, -346, 11), "#ffe28a")
        brim = "M-470 -212Q0 -120 470 -212L424 -30Q0 56 -424 -30Z"
        b.form(brim, mix(paper, "#ffffff", 0.2), 900, 0.9)
        b.line("M-470 -212Q0 -120 470 -212", shade(paper, 0.7), 8)
        b.line("M-424 -30Q0 56 424 -30", shade(paper, 0.7), 6)
        with b.sheet.group(clip=brim):
            b.flat("M-470 -212L-424 -30Q-390 -24 -370 -18L-400 -198Z", shade(paper, 0.72), 0.8)
            b.line("M-340 -146Q-250 -126 -160 -116", print_, 26)
            with b.sheet.group(transform="rotate(8 -250 -80)"):
                _newsprint(b, print_, -344, -78, 190, 3, 30)
            b.flat("M-110 -112Q0 -104 110 -112L106 -6Q0 2 -106 -6Z", "#cfc0e0")
            b.sheet.path(oval(40, -84, 18), "#fff3b8")
            b.flat(smooth([(-80, -20), (-60, -60), (-40, -90), (-20, -60), (0, -20)]), "#7a5b9c")
            b.flat(smooth([(-30, -14), (10, -60), (50, -40), (90, -14)]), "#5d8a6a")
            with b.sheet.group(transform="rotate(-8 250 -80)"):
                b.line("M150 -116h180", print_, 24)
                _newsprint(b, print_, 150, -74, 200, 3, 30)


def boat(b: Brush) -> None:
    """A folded paper boat with a stripe, on a little water."""
    paper = own_colour(b, "#7fb2d8")
    lit, dark = mix(paper, "#ffffff", 0.28), shade(paper, 0.72)
    b.form(smooth([(-470, -40), (-250, -76), (250, -76), (470, -40), (300, 0), (-300, 0)]), "#bfe0e6", 900, 0.5)
    with b.sheet.group(transform=f"rotate({b.rng.uniform(-4, 4):.1f} 0 -60)"):
        b.flat(poly([(-500, -350), (0, -250), (500, -350), (250, -220), (-250, -220)]), dark)
        b.form(poly([(0, -660), (-270, -230), (270, -230)]), paper, 520, 0.8)
        b.flat(poly([(0, -660), (-270, -230), (0, -230)]), shade(paper, 0.84))
        b.flat(poly([(0, -660), (270, -230), (60, -230)]), lit)
        b.line("M0 -650V-240", shade(paper, 0.62), 7)
        hull = poly([(-510, -360), (0, -220), (510, -360), (300, -40), (-300, -40)])
        b.form(hull, paper, 900, 0.8)
        with b.sheet.group(clip=hull):
            b.flat(poly([(-520, -360), (-60, -232), (-60, -20), (-320, -20)]), shade(paper, 0.9))
            b.flat(poly([(520, -360), (0, -220), (60, -40), (320, -40)]), lit)
            red = "#c8382f" if b.hue("#7fb2d8", "thing") != "#c2342d" else "#f3e8cd"
            b.flat(poly([(-540, -210), (0, -112), (540, -210), (540, -148), (0, -50), (-540, -148)]), red)
            b.line("M0 -220L-120 -30M0 -220L140 -30", shade(paper, 0.6), 6, 0.7)
        b.line("M-510 -360L0 -220L510 -360", mix(paper, "#ffffff", 0.7), 9)
        b.line("M-8 -662q50 -40 96 -20q-30 20 -10 50q-46 -18 -86 6z", shade("#c8382f", 0.9), 6)
        b.flat("M0 -664Q50 -710 100 -680Q70 -650 96 -620Q46 -640 0 -610Z", "#d8452f")
    for x, y, w in ((-330, -34, 70), (-100, -20, 90), (180, -30, 80), (360, -44, 50)):
        b.line(f"M{x - w} {y}q{w / 2} -22 {w} 0t{w} 0", "#ffffff", 10, 0.9)
