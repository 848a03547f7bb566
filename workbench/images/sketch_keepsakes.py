"""What shows, sounds or shines: watch, whistle, bell, clapper, mirror, lamp and the lantern of coloured glass."""

import math
from typing import Final

from workbench.images.sketch_brush import GOLD, Brush
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_still import (
    BRASS,
    CREAM,
    cord,
    flame,
    glint,
    lean,
    own_colour,
    ring,
    rivets,
    rounded,
    star,
)
from workbench.images.sketch_svg import box, oval, poly, smooth

PANES: Final = ("#d8402f", "#ee8a2c", "#f3c53a", "#57a84e", "#35a3b0", "#3d6fc4", "#8a52b4")


def watch(b: Brush) -> None:
    """A pocket watch with a blue dial and a large button."""
    case = own_colour(b, "#bcc4ce")
    dial = "#3f78b8"
    x, y, r = 0.0, -330.0, 330.0
    chain = [
        (-30, -800),
        (-150, -850),
        (-280, -790),
        (-370, -680),
        (-410, -540),
        (-400, -400),
        (-430, -260),
        (-400, -120),
    ]
    for k, (px, py) in enumerate(chain):
        (ax, ay), (cx, cy) = chain[max(0, k - 1)], chain[min(len(chain) - 1, k + 1)]
        with b.sheet.group(transform=f"rotate({math.degrees(math.atan2(cy - ay, cx - ax)):.1f} {px} {py})"):
            # Links show their faces and their edges by turns.
            link = rounded(px - 80, py - 34, 160, 68, 34) if k % 2 else rounded(px - 74, py - 9, 148, 18, 9)
            b.line(link, shade(case, 0.55), 27)
            b.line(link, shade(case, 1.1), 15)
    with b.sheet.group(transform=f"rotate({44 + b.rng.uniform(-3, 3):.1f} 0 {y})"):
        b.form(box(-34, -724, 68, 80), case, 68)
        b.form(rounded(-82, -800, 164, 100, 44), "#d8402f", 160)
        b.sheet.path(oval(30, -776, 30, 12), "#ffffff", 0.7)
    b.line(oval(0, -766, 64), shade(case, 0.5), 42)
    b.line(oval(0, -766, 64), shade(case, 1.05), 26)
    b.form(box(-40, -710, 80, 70), case, 80)
    b.form(rounded(-66, -700, 132, 44, 16), case, 130)
    b.form(oval(x, y, r), case, 2 * r)
    b.flat(oval(x, y, r * 0.88), shade(case, 0.6))
    b.flat(oval(x, y, r * 0.84), shade(dial, 0.8))
    b.flat(oval(x + 8, y - 4, r * 0.79), dial)
    b.line(oval(x, y, r * 0.52), mix(dial, "#ffffff", 0.3), 6, 0.7)
    for k in range(12):
        a = k * math.pi / 6
        tick_x, tick_y = x + math.sin(a) * r * 0.68, y - math.cos(a) * r * 0.68
        if k % 3:
            b.flat(oval(tick_x, tick_y, 13), CREAM)
        else:
            b.flat(star(tick_x, tick_y, 36, 0.5, 4, 30 * k), "#ffe39a")
    hour = b.rng.uniform(0, 12)
    for turn, long, wide in ((hour * 30, 0.42, 34), (hour * 360, 0.62, 24)):
        with b.sheet.group(transform=f"rotate({turn % 360:.1f} {x} {y})"):
            tip = y - r * long
            b.flat(
                f"M{x} {tip:.0f}Q{x + wide} {tip + 70:.0f} {x + 9} {tip + 100:.0f}L{x + 8} {y + 40}H{x - 8}"
                f"L{x - 9} {tip + 100:.0f}Q{x - wide} {tip + 70:.0f} {x} {tip:.0f}Z",
                "#fdf3d6",
            )
    b.line(f"M{x} {y + 60}L{x + math.sin(hour) * 190:.0f} {y - math.cos(hour) * 190:.0f}", "#e2543f", 8)
    rivets(b, [(x, y)], 24, GOLD)
    b.flat("M0 -330m-60 150a62 62 0 0 0 120 0Z", "#1f3f6c", 0.6)
    b.sheet.path(star(0, -152, 24), "#ffe39a")
    glint(b, f"M130 {y - 210}Q226 {y - 150} 246 {y - 30}", 22, 0.5)


def whistle(b: Brush) -> None:
    """A slim whistle with three holes, on a cord with a tassel."""
    metal = own_colour(b, BRASS)
    loop = [
        (-350, -90),
        (-430, -220),
        (-370, -400),
        (-150, -460),
        (60, -400),
        (90, -300),
        (-20, -270),
        (-60, -370),
        (80, -490),
        (290, -500),
    ]
    cord(b, loop, "#c4362f", 34)
    with b.sheet.group(transform="translate(-50 200) rotate(-40 330 -700)"):
        b.form("M320 -720Q348 -730 376 -720L400 -560Q348 -540 296 -560Z", "#c4362f", 90)
        b.form(oval(348, -720, 34), GOLD, 60)
        b.line("M330 -680L320 -556M348 -680V-550M366 -680L376 -556", shade("#c4362f", 0.6), 7)
    with b.sheet.group(transform=f"translate(20 -190) rotate({-16 + b.rng.uniform(-4, 4):.1f})"):
        tube = "M-330 -72H260Q330 -66 400 -34Q420 0 400 30Q330 66 260 74H-330Q-372 0 -330 -72Z"
        b.flat(tube, shade(metal, 0.62))
        with b.sheet.group(clip=tube):
            b.flat(box(-400, -80, 860, 104), metal)
            b.flat(box(-400, -62, 860, 44), shade(metal, 1.35))
            b.sheet.path("M-320 -46H230", "none", 0.8, "#ffffff", 12)
        b.flat(oval(-332, 0, 30, 72), shade(metal, 0.5))
        b.flat(oval(-336, 0, 18, 52), "#3c2b20")
        for x in (-262, 214):
            b.form(rounded(x, -86, 44, 174, 14), shade(metal, 0.95), 44)
        for x in (-160, -60, 40):
            b.flat(oval(x, -26, 36, 25), shade(metal, 1.5))
            b.flat(oval(x, -22, 30, 20), "#33241c")
        b.flat(poly([(130, -72), (196, -72), (188, -14), (148, -14)]), "#33241c")
        b.flat(poly([(130, -72), (148, -14), (130, -4), (110, -70)]), shade(metal, 1.5))
        b.form(ring(-392, 0, 46, 26), metal, 80)


def bell(b: Brush) -> None:
    """A small bell with a ribbon, rings of light around it."""
    metal = own_colour(b, "#c2cad4")
    silk = "#3f7fc4" if b.rng.random() < 0.6 else "#a958b0"
    for k, colour in enumerate(("#ffdc5c", "#ffe27c", "#ffeaa4")):
        r = 370 + 92 * k
        for side in (-1, 1):
            a0, a1 = math.radians(-34 + 5 * k), math.radians(30 - 4 * k)
            x0, y0, x1, y1 = (f(a) * r for a in (a0, a1) for f in (math.cos, math.sin))
            b.sheet.path(
                f"M{side * x0:.0f} {y0 - 330:.0f}A{r} {r} 0 0 {1 if side > 0 else 0} {side * x1:.0f} {y1 - 330:.0f}",
                "none", 1, colour, 54 - 8 * k,
            )  # fmt: skip
    with lean(b, 0, 6, -700):
        b.form(oval(10, -62, 66), shade(metal, 0.7), 120)
        b.flat(oval(0, -116, 250, 44), shade(metal, 0.34))
        d = (
            "M-286 -108C-200 -200 -214 -330 -190 -470C-160 -640 -80 -690 0 -690"
            "S160 -640 190 -470C214 -330 200 -200 286 -108Q0 -30 -286 -108Z"
        )
        b.form(d, metal, 480)
        with b.sheet.group(clip=d):
            b.line("M-300 -190Q0 -116 300 -190M-300 -222Q0 -148 300 -222", shade(metal, 0.6), 13)
            b.line("M-300 -200Q0 -126 300 -200", shade(metal, 1.5), 7)
            for k in range(-2, 3):
                b.flat(star(k * 84, -282 + 36 - abs(k) * 9, 27, 0.46), shade(metal, 0.62))
        glint(b, "M96 -610Q148 -540 150 -380", 20, 0.75)
        b.form(ring(0, -736, 60, 32), metal, 100)
        for side in (-1, 1):
            b.form(
                smooth(
                    [
                        (side * 10, -690),
                        (side * 70, -560),
                        (side * 150, -480),
                        (side * 208, -520),
                        (side * 120, -600),
                        (side * 40, -700),
                    ]
                ),
                shade(silk, 0.86),
                110,
            )
            bow = smooth(
                [
                    (0, -700),
                    (side * 120, -800),
                    (side * 230, -810),
                    (side * 250, -720),
                    (side * 200, -640),
                    (side * 90, -660),
                ]
            )
            b.form(bow, silk, 200)
            b.flat(
                smooth([(side * 60, -710), (side * 160, -756), (side * 190, -712), (side * 140, -682)]),
                shade(silk, 0.62),
            )
        b.form(rounded(-48, -748, 96, 92, 34), shade(silk, 1.1), 90)


def clapper(b: Brush) -> None:
    """The heavy pear-shaped clapper of a bell, on a cord."""
    metal = own_colour(b, "#9b6f3c")
    red = "#c23a30"
    cord(b, [(-10, -730), (-150, -800), (-200, -930), (-60, -1000), (110, -960), (150, -840), (16, -736)], red, 40)
    cord(b, [(0, -760), (170, -740), (260, -620), (300, -480), (270, -360)], red, 34)
    b.form("M240 -370Q268 -384 300 -370L322 -230Q268 -210 216 -230Z", red, 90)
    b.form(oval(269, -372, 32), GOLD, 56)
    b.line("M256 -340L244 -228M270 -340V-220M286 -340L298 -228", shade(red, 0.6), 7)
    with lean(b, 0, 3, -740):
        d = (
            "M-44 -660C-56 -500 -90 -440 -170 -330C-270 -190 -190 -60 -84 -50"
            "H84C190 -60 270 -190 170 -330C90 -440 56 -500 44 -660Z"
        )
        b.form("M-70 -70L-50 -12Q0 12 50 -12L70 -70Z", shade(metal, 0.9), 130)
        b.form(d, metal, 400)
        b.form(ring(0, -730, 84, 42), metal, 150)
        b.form(rounded(-66, -672, 132, 48, 22), shade(metal, 1.08), 130)
        with b.sheet.group(clip=d):
            for y in (-540, -496):
                b.line(f"M-140 {y}Q0 {y + 34} 140 {y}", shade(metal, 0.6), 14)
                b.line(f"M-140 {y - 8}Q0 {y + 26} 140 {y - 8}", shade(metal, 1.5), 6, 0.8)
            b.line("M-260 -150Q0 -90 260 -150", shade(metal, 0.6), 15)
            b.line("M-260 -160Q0 -100 260 -160", shade(metal, 1.5), 6, 0.8)
            b.flat(star(0, -270, 74, 0.5, 8), shade(metal, 0.66))
            b.flat(oval(0, -270, 26), shade(metal, 1.2))
        glint(b, "M130 -300Q190 -220 166 -140M60 -470Q70 -430 100 -390", 18, 0.6)
        b.flat(oval(-108, -180, 26, 15), shade(metal, 0.62), 0.8)


def mirror(b: Brush) -> None:
    """A round hand mirror in a frame of shells; it shows a small landscape in other weather."""
    shells = own_colour(b, "#e9a98f")
    grip = mix(shells, "#8a6a52", 0.72)
    with lean(b, 9, 3, -300):
        b.form(
            smooth(
                [
                    (-50, -330),
                    (-40, -220),
                    (-58, -110),
                    (-50, -20),
                    (0, 4),
                    (50, -20),
                    (58, -110),
                    (40, -220),
                    (50, -330),
                ]
            ),
            grip,
            110,
        )
        for y in (-230.0, -196.0):
            b.line(f"M-42 {y}Q0 {y + 22} 42 {y}", GOLD, 14)
        b.flat(star(0, -84, 38), mix(shells, "#ffffff", 0.4))
        x, y, r = 0.0, -640.0, 300.0
        b.form(oval(x, y, r), grip, 2 * r)
        glass = oval(x, y, r * 0.78)
        with b.sheet.group(clip=glass):
            sky = [(0.0, "#6fb7e4", 1.0), (0.6, "#cfe9ee", 1.0), (1.0, "#f8edc8", 1.0)]
            b.sheet.path(glass, b.sheet.linear(sky))
            b.sheet.path(oval(96, y - 110, 54), "#ffe07a")
            for k in range(8):
                a = k * math.pi / 4
                ax, ay = math.cos(a), math.sin(a)
                b.sheet.path(
                    f"M{96 + ax * 68:.0f} {y - 110 + ay * 68:.0f}l{ax * 24:.0f} {ay * 24:.0f}", "none", 1, "#ffe07a", 11
                )
            for cx, cy, s in ((-130, y - 96, 1.0), (-20, y - 20, 0.6)):
                for dx, dy, cr in ((-44, 6, 30), (0, -12, 42), (44, 6, 32)):
                    b.flat(oval(cx + dx * s, cy + dy * s, cr * s, cr * s * 0.8), "#ffffff")
            b.flat(
                smooth(
                    [
                        (-260, y + 80),
                        (-120, y + 10),
                        (0, y + 60),
                        (140, y),
                        (260, y + 60),
                        (260, y + 300),
                        (-260, y + 300),
                    ]
                ),
                "#7fae8c",
            )
            b.flat(
                smooth(
                    [(-260, y + 110), (-60, y + 90), (120, y + 130), (260, y + 100), (260, y + 300), (-260, y + 300)]
                ),
                "#5f9a55",
            )
            b.flat(
                smooth([(30, y + 112), (90, y + 124), (20, y + 160), (90, y + 240), (-60, y + 240), (-30, y + 160)]),
                "#6fc0dc",
            )
            b.form(box(-136, y + 30, 60, 84), "#f0e0c2", 60)
            b.form(poly([(-152, y + 36), (-106, y - 40), (-60, y + 36)]), "#c24f3c", 80)
            b.flat(box(-116, y + 70, 24, 44), "#7a5238")
            b.flat(box(152, y + 60, 14, 60), "#6d4a34")
            b.flat(oval(159, y + 36, 42, 50), "#3f7f4a")
        b.line(glass, GOLD, 16)
        glint(b, f"M-176 {y - 60}Q-160 {y - 140} -90 {y - 180}M-190 {y - 10}v8", 18, 0.85)
        count = 16
        for k in range(count):
            a = 360 * k / count + b.rng.uniform(-3, 3)
            tone = (shells, mix(shells, "#fff3e0", 0.55), mix(shells, "#c9a4d0", 0.5))[k % 3]
            with b.sheet.group(transform=f"rotate({a:.1f} {x} {y}) translate(0 {y - r * 0.9:.0f})"):
                fan = (
                    "M-16 36L-56 -12Q-62 -36 -40 -36Q-34 -56 -14 -50Q0 -66 14 -50"
                    "Q34 -56 40 -36Q62 -36 56 -12L16 36Q0 46 -16 36Z"
                )
                b.form(fan, tone, 96, 0.8)
                b.line("M0 34V-44M-8 32L-34 -30M8 32L34 -30", shade(tone, 0.68), 6, 0.8)
        for k in range(count):
            a = math.radians(360 * (k + 0.5) / count)
            b.shine(x + math.sin(a) * r * 0.8, y - math.cos(a) * r * 0.8, 15, "#e9e4ee")


def lamp(b: Brush) -> None:
    """A dented oil lamp with a spout, a steady pear-shaped flame at its lip."""
    metal = own_colour(b, "#b9683a")
    grip = "M-240 -330C-420 -430 -470 -190 -330 -150C-290 -140 -250 -150 -220 -180"
    b.line(grip, shade(metal, 0.55), 58)
    b.line(grip, shade(metal, 0.98), 40)
    b.form("M-150 -50L-176 -10Q0 24 176 -10L150 -50Z", shade(metal, 0.9), 320)
    b.form("M-60 -110L-110 -40H110L60 -110Z", shade(metal, 0.8), 160)
    body = [(-270, -270), (-230, -180), (-100, -96), (60, -92), (190, -150), (290, -260), (410, -350), (470, -380),
            (452, -430), (380, -430), (270, -400), (190, -370), (60, -388), (-140, -382), (-250, -350)]  # fmt: skip
    d = smooth(body)
    b.form(d, metal, 560)
    with b.sheet.group(clip=d):
        b.line("M-290 -310Q0 -250 260 -340", shade(metal, 0.62), 13)
        b.line("M-290 -322Q0 -262 260 -352", shade(metal, 1.45), 6)
        dent = b.rng.uniform(-30, 30)
        for x, y, w in ((-130 + dent, -190, 52), (70 + dent, -170, 34), (190, -240, 28)):
            b.flat(oval(x, y, w, w * 0.6), shade(metal, 0.66), 0.85)
            b.flat(oval(x + w * 0.2, y + w * 0.2, w * 0.7, w * 0.36), shade(metal, 1.25), 0.8)
        for k in range(-1, 3):
            b.flat(star(k * 92 - 70, -262 + (k - 1) * (k - 1) * -4, 22, 0.45, 4), shade(metal, 1.5))
    b.form("M-170 -376Q-150 -480 -20 -500Q110 -480 130 -380Q-20 -340 -170 -376Z", shade(metal, 1.04), 280)
    b.line("M-168 -384Q-20 -348 130 -388", shade(metal, 0.6), 10)
    b.form(oval(-20, -530, 40), metal, 70)
    glint(b, "M60 -462Q100 -440 108 -412M180 -180Q250 -240 300 -310", 16, 0.6)
    b.flat(oval(424, -416, 50, 22), shade(metal, 0.36))
    b.line("M424 -410v-36", "#f1e4c8", 22)
    for k in range(9):
        a = math.radians(-190 + 25 * k)
        px, py = 424 + math.cos(a) * 184, -560 + math.sin(a) * 214
        b.sheet.path(f"M{px:.0f} {py:.0f}l{math.cos(a) * 46:.0f} {math.sin(a) * 46:.0f}", "none", 1, "#fff2b4", 30)
    flame(b, 424, -430, 104)


def glass_lantern(b: Brush) -> None:
    """A lantern with panes of coloured glass, alight."""
    frame = own_colour(b, BRASS)
    b.line("M-130 -700C-150 -960 150 -960 130 -700", shade(frame, 0.55), 34)
    b.line("M-130 -700C-150 -960 150 -960 130 -700", shade(frame, 1.1), 20)
    b.form(ring(0, -900, 52, 28), frame, 90)
    first = b.rng.randrange(7)
    # The drum bulges: seven panes stand before us, the outer ones seen from the side.
    edges = [math.sin(math.radians(-90 + 180 * k / 7)) for k in range(8)]

    def side_at(u: float, y: float) -> float:
        return u * (250 if y in (-560, -120) else 318)

    for k in range(7):
        u0, u1 = edges[k], edges[k + 1]
        middle = (u0 + u1) / 2
        pane = (
            f"M{side_at(u0, -560):.0f} -560Q{side_at(u0, 0) * 1.08:.0f} -340 {side_at(u0, -120):.0f} -120"
            f"L{side_at(u1, -120):.0f} -120Q{side_at(u1, 0) * 1.08:.0f} -340 {side_at(u1, -560):.0f} -560Z"
        )
        colour = PANES[(first + k) % 7]
        b.sheet.path(pane, mix(colour, "#171230", 0.16 * abs(middle)))
        with b.sheet.group(clip=pane):
            b.sheet.path(oval(0, -330, 230, 200), mix(colour, "#fff3c0", 0.34))
            b.sheet.path(oval(0, -320, 140, 140), mix(colour, "#fff3c0", 0.62))
            b.sheet.path(star(middle * 290, -470, 22, 0.4, 4), mix(colour, "#ffffff", 0.7))
    flame(b, 0, -250, 52)
    for k in range(8):
        u = edges[k]
        d = f"M{side_at(u, -560):.0f} -566Q{side_at(u, 0) * 1.08:.0f} -340 {side_at(u, -120):.0f} -114"
        b.line(d, shade(frame, 0.6), 25 if k in (0, 7) else 17)
        b.line(d, shade(frame, 1.15), 12 if k in (0, 7) else 8)
    glint(b, "M216 -500Q262 -400 258 -290", 15, 0.8)
    b.form("M-290 -566Q-170 -620 -120 -720Q0 -760 120 -720Q170 -620 290 -566Q0 -500 -290 -566Z", frame, 540)
    for k in (-2, -1, 0, 1, 2):
        b.flat(_hole(k * 84, -606 + abs(k) * -4), shade(frame, 0.42))
        b.sheet.path(oval(k * 84, -604 + abs(k) * -4, 8), "#ffd873")
    b.form(oval(0, -748, 60, 40), frame, 110)
    b.form("M-210 -80L-180 -6Q0 30 180 -6L210 -80Z", shade(frame, 0.8), 380)
    b.form("M-284 -140Q0 -100 284 -140L300 -70Q0 8 -300 -70Z", frame, 560)
    b.line("M-280 -134Q0 -96 280 -134", shade(frame, 1.5), 7)
    rivets(b, [(x, -74 - x * x / 2600 + 14) for x in (-210, -105, 0, 105, 210)], 16, shade(frame, 1.15))


def _hole(x: float, y: float) -> str:
    """A small round-headed hole in metal."""
    return f"M{x - 16:.0f} {y + 22:.0f}V{y:.0f}a16 16 0 0 1 32 0V{y + 22:.0f}Z"
