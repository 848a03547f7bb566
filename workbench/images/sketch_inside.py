"""Places with a roof: room, hall, library, workshop, tavern and cave, each with the light that falls in."""

import math

from workbench.images import sketch_furniture as things
from workbench.images import sketch_hearth as hearths
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_sky import gradient, stars
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import arch, box, limb, oval, poly, smooth
from workbench.images.sketch_window import lamplight, pane, shaft, view

# The wall at the back, as shares of the width from the figure's side, and its top as a y.
BACK = (0.13, 0.87, 130.0)


def shell(st: Stage, wall: str, floor: str, ceiling: str, boards: bool = True) -> None:
    """Back wall, side walls, ceiling and floor in perspective; the wall the light falls on is brighter."""
    left, right = sorted((st.x(BACK[0]), st.x(BACK[1])))
    top, low, w = BACK[2], st.horizon, st.wide
    st.sheet.path(box(0, 0, w, HIGH), st.tone(shade(wall, 0.7)))
    st.sheet.path(
        poly([(0, -40), (w, -40), (right, top), (left, top)]),
        st.sheet.linear([(0, st.tone(shade(ceiling, 0.6)), 1), (1, st.tone(ceiling), 1)]),
    )
    st.sheet.path(
        box(left, top, right - left, low - top),
        st.sheet.linear([(0, st.tone(shade(wall, 0.84)), 1), (1, st.tone(wall), 1)]),
    )
    dim, lit = st.tone(shade(wall, 0.6)), st.tone(shade(wall, 0.9))
    st.sheet.path(poly([(0, -40), (left, top), (left, low), (0, HIGH + 60)]), lit if st.side > 0 else dim)
    st.sheet.path(poly([(w, -40), (right, top), (right, low), (w, HIGH + 60)]), dim if st.side > 0 else lit)
    base = st.tone(floor)
    st.sheet.path(
        poly([(left, low), (right, low), (w, HIGH + 60), (w, HIGH + 60), (0, HIGH + 60)]),
        st.sheet.linear([(0, shade(base, 0.85), 1), (0.4, base, 1), (1, shade(base, 0.66), 1)]),
    )
    mid = w / 2
    if boards:
        for i in range(-9, 10):
            a = mid + i * (right - left) / 18
            st.sheet.path(
                poly([(a, low), (mid + (a - mid) * w / (right - left) * 1.05, HIGH + 60)], closed=False),
                "none",
                0.55,
                shade(base, 0.62),
                3,
            )
    else:
        for k in range(1, 7):
            y = low + (HIGH - low) * (k / 6) ** 1.7
            st.sheet.path(f"M0 {y:.0f}H{w:.0f}", "none", 0.4, shade(base, 0.6), 2 + k * 0.4)
        for i in range(-6, 7):
            a = mid + i * (right - left) / 12
            st.sheet.path(
                poly([(a, low), (mid + (a - mid) * w / (right - left) * 1.05, HIGH + 60)], closed=False),
                "none",
                0.4,
                shade(base, 0.6),
                3,
            )
    st.sheet.path(box(left, low - 16, right - left, 18), st.tone(shade(wall, 0.5)))
    for x in (left, right):
        st.sheet.path(f"M{x:.0f} {top:.0f}V{low:.0f}", "none", 0.6, st.tone(shade(wall, 0.5)), 4)


def room(st: Stage) -> None:
    """A room to live in: window, bed, table, rug and pictures."""
    shell(st, "#c9a988", "#96704b", "#b09a80")
    x, y = st.x(0.68), st.horizon - 150
    pane(st, x, y, 230, 270)
    for turn in (-1, 1):
        cx = x + turn * 165
        cloth = [
            (cx - 42, y - 300),
            (cx + 42, y - 300),
            (cx + 50 - turn * 30, y - 130),
            (cx + 48, y + 60),
            (cx - 48, y + 60),
            (cx - 50 - turn * 30, y - 130),
        ]
        st.sheet.path(smooth(cloth), st.tone("#9c4238"))
        for k in (-18, 6, 26):
            st.sheet.path(
                limb([(cx + k, y - 296), (cx + k - turn * 10, y - 120), (cx + k, y + 56)], (5, 9, 12)),
                st.tone("#6f2a2a"),
                0.8,
            )
    st.sheet.path(limb([(x - 225, y - 304), (x + 225, y - 304)], (10, 10)), st.tone("#4d3524"))
    things.picture(st, st.x(0.45), st.horizon - 300, 110)
    things.picture(st, st.x(0.22), st.horizon - 260, 80)
    things.bed(st, st.x(0.05), st.horizon + 130, 330)
    st.sheet.path(oval(st.x(0.5), st.feet + 10, 420, 70), st.tone("#7a3a44"))
    st.sheet.path(oval(st.x(0.5), st.feet + 10, 380, 60), "none", 1, st.tone("#d8b070"), 7)
    things.table(st, st.x(0.82), st.feet - 40, 250)
    lamp = (st.x(0.82), st.feet - 230)
    things.lamp(st, lamp[0], lamp[1] + 2, 80)
    shaft(st, x, y, 220, 260)
    lamplight(st, *lamp)


def hall(st: Stage) -> None:
    """A hall of columns with tall windows, banners, and a carpet up to a throne."""
    shell(st, "#a79b8b", "#8a8176", "#7d746a", boards=False)
    for u in (0.32, 0.5, 0.68):
        pane(st, st.x(u), st.horizon - 90, 100, 350, lambda x, y, w, h: arch(x, y, w, h, pointed=True), "#6d655b")
    cx = st.x(0.5)
    carpet = [(cx - 60, st.horizon + 6), (cx + 60, st.horizon + 6), (cx + 280, HIGH + 30), (cx - 280, HIGH + 30)]
    st.sheet.path(poly(carpet), st.tone("#8f2a2c"))
    for turn in (-1, 1):
        st.sheet.path(
            poly([(cx + turn * 54, st.horizon + 6), (cx + turn * 250, HIGH + 30)], closed=False),
            "none",
            1,
            st.tone("#d3a648"),
            6,
        )
    things.throne(st, st.x(0.5), st.horizon + 40, 250)
    for u, s, y in ((0.2, 0.62, 0.1), (0.8, 0.62, 0.1), (0.07, 1.0, 0.62), (0.93, 1.0, 0.62)):
        x, w, low = st.x(u), 70 * s * 1.1, st.horizon + (st.feet - st.horizon) * y
        column = box(x - w / 2, -20, w, low + 20)
        st.sheet.path(column, st.tone("#b9ad9a"))
        with st.sheet.group(clip=column):
            st.sheet.path(box(x - w / 2 if st.side > 0 else x, -20, w / 2, low + 20), st.tone("#6f675c"), 0.7)
            st.sheet.path(box(x + st.side * w * 0.3 - w * 0.1, -20, w * 0.2, low + 20), st.tone("#e0d5bf"), 0.8)
        st.sheet.path(box(x - w * 0.75, low - 36 * s, w * 1.5, 40 * s), st.tone("#938877"))
        st.sheet.path(box(x - w * 0.7, 90, w * 1.4, 26 * s), st.tone("#a5998a"))
        banner = [
            (x - w * 0.4, 170),
            (x + w * 0.4, 170),
            (x + w * 0.4, 170 + 260 * s),
            (x, 170 + 320 * s),
            (x - w * 0.4, 170 + 260 * s),
        ]
        st.sheet.path(poly(banner), st.tone("#33477f" if u < 0.5 else "#7f2f3a"))
        st.sheet.path(oval(x, 170 + 120 * s, w * 0.2), st.tone("#dcb04c"))
    for u in (0.41, 0.59):
        shaft(st, st.x(u), st.horizon - 90, 90, 350)
    for u in (0.2, 0.8):
        hearths.torch(st, st.x(u) + st.side * 50 * (1 if u < 0.5 else -1), st.horizon - 150, 70)


def library(st: Stage) -> None:
    """Shelves of books to the ceiling, a ladder, a desk with a lamp."""
    shell(st, "#8d6a4a", "#7d5738", "#6d5440")
    x, y = st.x(0.62), st.horizon - 110
    left, right = sorted((st.x(BACK[0]), st.x(BACK[1])))
    for a, b in ((left + 6, x - 130), (x + 130, right - 6)):
        things.shelves(st, a, b, BACK[2] + 16, st.horizon - 6, 7)
    pane(st, x, y, 210, 380, arch, "#5c3f28")
    for turn, edge, wall in ((1, 0.0, left), (-1, st.wide, right)):
        for row in range(7):
            t = (row + 0.5) / 7
            ya, yb = BACK[2] + (st.horizon - BACK[2]) * t, -40 + (HIGH + 100) * t
            st.sheet.path(
                poly([(wall, ya + 22), (edge, yb + 60), (edge, yb + 74), (wall, ya + 28)]), st.tone("#4a3120")
            )
            for k in range(12):
                u0, u1 = k / 12, (k + 0.82) / 12
                xs = (wall + (edge - wall) * u0, wall + (edge - wall) * u1)
                lows = (ya + 22 + (yb - ya + 38) * u0, ya + 22 + (yb - ya + 38) * u1)
                h = (42 + 62 * u0) * st.rng.uniform(0.72, 1.0)
                st.sheet.path(
                    poly([(xs[0], lows[0]), (xs[0], lows[0] - h), (xs[1], lows[1] - h), (xs[1], lows[1])]),
                    st.tone(shade(st.rng.choice(things.BOOKS), 0.8 if turn * st.side > 0 else 0.6)),
                )
    lx = st.x(0.3)
    for k in (-26, 26):
        st.sheet.path(limb([(lx + k + 34, st.horizon + 60), (lx + k - 10, BACK[2] + 90)], (12, 10)), st.tone("#b58a54"))
    for k in range(8):
        t = (k + 0.6) / 8
        rx, ry = lx + 34 - 44 * t, st.horizon + 60 - (st.horizon - BACK[2] - 30) * t
        st.sheet.path(limb([(rx - 26, ry), (rx + 26, ry)], (8, 8)), st.tone("#a37a48"))
    shaft(st, x, y, 190, 370)
    things.table(st, st.x(0.8), st.feet - 30, 330)
    things.pile(st, st.x(0.87), st.feet - 218, 90)
    things.globe(st, st.x(0.58), st.feet - 30, 190)
    things.lamp(st, st.x(0.76), st.feet - 216, 90)
    lamplight(st, st.x(0.76), st.feet - 260)


def workshop(st: Stage) -> None:
    """A bench with a vice, tools on the wall, planks, wheels and shavings."""
    shell(st, "#9f8b74", "#8a6d4c", "#6d5a48")
    for i in range(5):
        st.sheet.path(box(st.x(0.13 + 0.17 * i) - 12, -20, 24, BACK[2] + 30), st.tone("#54402f"))
    x, y = st.x(0.7), st.horizon - 130
    pane(st, x, y, 270, 220)
    things.tools(st, st.x(0.42), st.horizon - 350, 330)
    things.wheel(st, st.x(0.12), st.horizon + 60, 130)
    for k in range(5):
        px = st.x(0.93) + k * 17 * st.side
        st.sheet.path(
            limb([(px, st.horizon + 150), (px - st.side * 40, 150 + 25 * k)], (20, 20)),
            st.tone(shade("#b58d5c", (0.8, 1.0, 1.12)[k % 3])),
        )
    things.bench(st, st.x(0.74), st.feet - 30, 480)
    shaft(st, x, y, 250, 210)
    d = "".join(
        smooth([(sx, sy), (sx + 12, sy - 12), (sx + 22, sy), (sx + 14, sy + 7), (sx + 8, sy + 1)], closed=False)
        for sx, sy in ((st.x(st.rng.uniform(0.4, 0.95)), st.feet + st.rng.uniform(-10, 70)) for _ in range(26))
    )
    st.sheet.path(d, "none", 0.9, st.tone("#e0bf88"), 5)
    lamp = st.x(0.54), 240.0
    st.sheet.path(f"M{lamp[0]:.0f} -10V{lamp[1] - 30:.0f}", "none", 1, st.tone("#2c2622"), 5)
    things.lamp(st, lamp[0], lamp[1] + 30, 80)
    lamplight(st, *lamp)


def tavern(st: Stage) -> None:
    """A hearth with a fire, beams, a bar with barrels, tables and mugs."""
    shell(st, "#b59670", "#6f5036", "#5a4230")
    left, right = sorted((st.x(BACK[0]), st.x(BACK[1])))
    for k in range(6):
        bx = left + (right - left) * k / 5
        st.sheet.path(
            poly(
                [
                    (bx - 13, BACK[2]),
                    (bx + 13, BACK[2]),
                    (st.wide / 2 + (bx - st.wide / 2) * 1.5 + 26, -40),
                    (st.wide / 2 + (bx - st.wide / 2) * 1.5 - 26, -40),
                ]
            ),
            st.tone("#3c2a1d"),
        )
        st.sheet.path(box(bx - 12, BACK[2], 24, st.horizon - BACK[2]), st.tone("#4d3625"))
    st.sheet.path(box(left, BACK[2] + 110, right - left, 20), st.tone("#4d3625"))
    hearths.hearth(st, st.x(0.66), st.horizon + 20, 330)
    pane(st, st.x(0.4), st.horizon - 170, 120, 150)
    for k in range(3):
        hearths.keg(st, st.x(0.2) + (k - 1) * 96, st.horizon - 6, 88)
    for k in range(2):
        hearths.keg(st, st.x(0.2) + (k - 0.5) * 96, st.horizon - 92, 84)
    for u, y, s in ((0.52, 0.35, 230), (0.88, 0.9, 360)):
        ty = st.horizon + (st.feet - st.horizon) * y
        things.table(st, st.x(u), ty, s)
        for place in (-0.25, 0.1, 0.3):
            hearths.mug(st, st.x(u) + place * s, ty - s * 0.55, s * 0.15)
    for u in (0.3, 0.8):
        st.sheet.path(f"M{st.x(u):.0f} -10V150", "none", 1, st.tone("#2c2622"), 5)
        things.lamp(st, st.x(u), 220, 76)
        lamplight(st, st.x(u), 190, 300)
    lamplight(st, st.x(0.66), st.horizon - 70, 560)


def cave(st: Stage) -> None:
    """Rock walls around an opening to the sky, stalactites, a pool and crystals that shine."""
    rock = mix("#5d5766", "#6b5a4c", st.rng.random())
    gradient(st)
    if st.light.dark:
        stars(st, 90, 560)
    ox, oy = st.x(0.68), st.horizon - 10
    view(st, ox, oy, 520, 420, box(0, 0, st.wide, HIGH))
    for i, (depth, grow) in enumerate(((0.3, 1.0), (0.14, 1.45), (0.0, 2.1))):
        rim = []
        for k in range(26):
            a = k / 26 * 2 * math.pi
            r = 1 + st.rng.uniform(-0.14, 0.14)
            rim.append(
                (
                    ox - st.side * (40 * i * i) + math.cos(a) * 230 * grow * r * (1.0 + 0.25 * i),
                    oy - 130 + 30 * i + math.sin(a) * 190 * grow * r,
                )
            )
        st.sheet.path(
            f"{box(-20, -20, st.wide + 40, HIGH + 40)}{poly(rim)}",
            mix(st.tone(shade(rock, 0.85 - 0.2 * i)), st.light.haze, depth),
            extra='fill-rule="evenodd"',
        )
        top = "".join(
            poly([(sx - sw, -20), (sx + sw, -20), (sx + st.rng.uniform(-6, 6), sl)])
            for sx, sw, sl in (
                (
                    st.rng.random() * st.wide,
                    st.rng.uniform(14, 34) * (1 + 0.5 * i),
                    st.rng.uniform(80, 330) * (0.6 + 0.3 * i),
                )
                for _ in range(9)
            )
        )
        st.sheet.path(top, mix(st.tone(shade(rock, 0.78 - 0.2 * i)), st.light.haze, depth * 0.8))
    floor = [
        (-20, st.horizon + 30),
        (st.wide * 0.3, st.horizon + 6),
        (st.wide * 0.7, st.horizon + 14),
        (st.wide + 20, st.horizon + 36),
        (st.wide + 20, HIGH + 20),
        (-20, HIGH + 20),
    ]
    st.sheet.path(
        poly(floor),
        st.sheet.linear(
            [
                (0, st.tone(shade(rock, 1.15)), 1),
                (0.5, st.tone(shade(rock, 0.85)), 1),
                (1, st.tone(shade(rock, 0.5)), 1),
            ]
        ),
    )
    px, py = st.x(0.62), st.horizon + 70
    st.sheet.path(oval(px, py, 230, 38), mix(st.tone("#3f7a8a"), st.light.sky[2], 0.45))
    st.sheet.path(oval(px + st.side * 40, py - 6, 110, 8), mix(st.light.sky[2], "#ffffff", 0.3), 0.6)
    for u, v, s in ((0.05, 0.5, 300), (0.16, 0.2, 170), (0.94, 0.7, 340), (0.86, 0.3, 190), (0.5, 0.12, 110)):
        x, y = st.x(u), st.lerp(v)
        spike = [
            (x - s * 0.2, y),
            (x - s * 0.09, y - s * 0.5),
            (x + 3, y - s),
            (x + s * 0.1, y - s * 0.45),
            (x + s * 0.22, y),
        ]
        st.sheet.path(poly(spike), st.tone(shade(rock, 0.62)))
        st.sheet.path(
            poly(
                [
                    (x + st.side * s * 0.03, y),
                    (x + 3, y - s),
                    (x + st.side * s * 0.1, y - s * 0.45),
                    (x + st.side * s * 0.21, y),
                ]
            ),
            st.tone(shade(rock, 1.15)),
        )
    shaft(st, ox, oy - 30, 300, 300)
    for u, v in ((0.78, 0.86), (0.1, 0.8), (0.93, 0.98)):
        x, y = st.x(u), st.lerp(v)
        colour = st.light.tempered(st.rng.choice(("#6fd8e8", "#b58af0", "#7ae8b0")))
        st.sheet.glow(x, y - 40, 170, colour, 0.55)
        for k in range(5):
            lean, h = (k - 2) * 22, st.rng.uniform(50, 120)
            st.sheet.path(
                poly(
                    [
                        (x + lean * 0.5 - 10, y),
                        (x + lean - 11, y - h * 0.8),
                        (x + lean, y - h),
                        (x + lean + 11, y - h * 0.8),
                        (x + lean * 0.5 + 10, y),
                    ]
                ),
                mix(colour, "#1c2450", 0.35),
            )
            st.sheet.path(
                poly(
                    [
                        (x + lean * 0.5, y),
                        (x + lean, y - h),
                        (x + lean + st.side * 11, y - h * 0.8),
                        (x + lean * 0.5 + st.side * 10, y),
                    ]
                ),
                mix(colour, "#ffffff", 0.3),
            )
