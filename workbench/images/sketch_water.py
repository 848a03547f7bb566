"""Places at and under water: river, lake, sea, harbour, underwater, swamp, and a ship's deck."""

import math

from workbench.images import sketch_plants as plants
from workbench.images.sketch_boats import boat, sailer
from workbench.images.sketch_built import house
from workbench.images.sketch_land import hill, mist, range_of
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_sky import sky, sun_spot
from workbench.images.sketch_stage import HIGH, Stage, leaps
from workbench.images.sketch_svg import below, blob, box, limb, oval, poly, rolling, smooth


def water(st: Stage, top: float, bottom: float, colour: str = "#3f7f9c", rough: float = 1.0) -> None:
    """A level of water from y `top` to `bottom` that mirrors the sky, with ripples and the sun's or moon's track."""
    far = mix(st.light.sky[2], st.tone(colour), 0.3)
    near = mix(st.tone(colour), st.light.sky[0], 0.35)
    st.sheet.path(
        box(-5, top, st.wide + 10, bottom - top + 5),
        st.sheet.linear([(0, far, 1), (0.25, mix(far, near, 0.5), 1), (1, near, 1)]),
    )
    light, dark = mix(far, "#ffffff", 0.3 if not st.light.dark else 0.1), shade(near, 0.78)
    d_light, d_dark = "", ""
    for i in range(120):
        k = (i / 120) ** 1.3
        y = top + 4 + (bottom - top) * k
        long = (14 + 90 * k) * st.rng.uniform(0.5, 1.4)
        x = st.rng.random() * st.wide
        line = poly([(x - long, y), (x, y - 1.2 - 3 * k * rough), (x + long, y), (x, y + 1 + 2.5 * k * rough)])
        if i % 2:
            d_light += line
        else:
            d_dark += line
    st.sheet.path(d_light, light, 0.65)
    st.sheet.path(d_dark, dark, 0.45)
    if st.scene.weather in ("clear", "cloudy", "fog"):
        x, _ = sun_spot(st)
        d = ""
        for i in range(26):
            y = top + 4 + (bottom - top) * (i / 26) ** 1.2
            long = st.rng.uniform(10, 40) * (0.6 + i / 13)
            cx = x + st.rng.uniform(-14, 14) * (1 + i / 9)
            d += poly([(cx - long, y), (cx, y - 2 - i * 0.12), (cx + long, y), (cx, y + 2 + i * 0.12)])
        st.sheet.path(d, mix(st.light.sun, "#ffffff", 0.25), 0.8)


def shore(st: Stage, y: float, colour: str, height: float = 16) -> None:
    """The near bank with a pale rim of foam or wet sand along it."""
    line = rolling(st.rng, st.wide, y, height, 1.1)
    st.sheet.path(
        below([(x, py - 9) for x, py in line], HIGH + 10, soft=True), mix(st.tone("#f3efe2"), st.light.sky[2], 0.3), 0.8
    )
    st.sheet.path(
        below(line, HIGH + 10, soft=True),
        st.sheet.linear([(0, st.ground(shade(colour, 1.1)), 1), (1, st.ground(shade(colour, 0.72)), 1)]),
    )


def river(st: Stage) -> None:
    """A river that comes in bends from far hills to the foreground."""
    sky(st)
    range_of(st, st.lerp(-0.05), 130, "#7f93a8", 0.68)
    hill(st, st.lerp(0.02), 20, "#7d9a5c", 0.45)
    plants.treeline(st, st.lerp(0.08), 60, 0.4, "leaf", "#557f48")
    hill(st, st.lerp(0.1), 6, "#739650", 0.22)
    # Whoever leaps out of it has the river on their own side.
    c, n, f = (st.x(u) for u in ((0.46, 0.3, 0.56) if leaps(st.scene) else (0.62, 0.86, 0.5)))
    bank = [
        (f, st.lerp(0.1)),
        (c + st.side * 130, st.lerp(0.24)),
        (c, st.lerp(0.42)),
        (n, st.lerp(0.72)),
        (n - st.side * 30, HIGH + 60),
    ]
    for grow, paint in ((1.14, st.ground("#a68f66", 0.1)), (1.0, "")):
        course = limb(bank, [w * grow * st.wide / 1500 for w in (14, 60, 150, 380, 720)])
        if paint:
            st.sheet.path(course, paint)
        else:
            with st.sheet.group(clip=course):
                water(st, st.lerp(0.06), HIGH, "#3d7e8f")
    for u, v, s, kind in (
        (0.1, 0.22, 170, "broadleaf"),
        (0.22, 0.14, 110, "poplar"),
        (0.9, 0.2, 170, "willow"),
        (0.98, 0.36, 270, "willow"),
        (0.42, 0.12, 100, "broadleaf"),
    ):
        plants.tree(st, kind, st.x(u), st.lerp(v) + 6, s, st.depth(st.lerp(v)) * 0.55)
    for u, v, s in ((0.52, 0.76, 130), (0.56, 0.99, 190), (0.62, 1.06, 210), (0.7, 0.4, 80)):
        plants.reeds(st, st.x(u), st.lerp(v), s, 14)
    for u, v, s in ((0.6, 0.58, 60), (0.5, 0.9, 90), (0.8, 0.62, 50)):
        plants.rock(st, st.x(u), st.lerp(v), s)
    plants.grass(st, st.feet + 30, 42, 60)


def lake(st: Stage) -> None:
    """A still lake that mirrors the mountains, with a jetty."""
    sky(st)
    range_of(st, st.horizon - 20, 300, "#76879f", 0.5, 0.3)
    plants.treeline(st, st.horizon - 2, 70, 0.42, "pine", "#3f6650")
    state = st.rng.getstate()
    water(st, st.horizon, HIGH, "#3a7894", 0.6)
    with st.sheet.group(clip=box(0, st.horizon, st.wide, 330), transform=""):
        with st.sheet.group(transform=f"translate(0 {2 * st.horizon:.0f}) scale(1 -1)", opacity=0.3):
            st.rng.setstate(state)
            range_of(st, st.horizon - 10, 240, "#5f7390", 0.4, 0.3)
            plants.treeline(st, st.horizon, 64, 0.25, "pine", "#36584a")
    mist(st, st.horizon + 4, 46, 0.55)
    x, y = st.x(0.6), st.lerp(0.86)
    plank = [
        (st.x(0.78), st.lerp(0.3)),
        (st.x(0.8), st.lerp(0.3)),
        (x + st.side * 110, y + 70),
        (x - st.side * 20, y + 70),
    ]
    for k in (0.1, 0.4, 0.75):
        px, py = st.x(0.785) + (x - st.x(0.785)) * k, st.lerp(0.3) + (y + 60 - st.lerp(0.3)) * k
        for d in (-1, 1):
            st.sheet.path(
                limb(
                    [(px + d * (12 + 52 * k), py + 50 * (k + 0.3)), (px + d * (12 + 52 * k), py - 24 * (k + 0.2))],
                    (6 + 8 * k, 6 + 8 * k),
                ),
                st.tone("#4d3b2c"),
            )
    st.sheet.path(poly(plank), st.ground("#8d7050"))
    for k in range(1, 9):
        t = (k / 9) ** 1.5
        a = [plank[0][0] + (plank[3][0] - plank[0][0]) * t, plank[0][1] + (plank[3][1] - plank[0][1]) * t]
        b = [plank[1][0] + (plank[2][0] - plank[1][0]) * t, plank[1][1] + (plank[2][1] - plank[1][1]) * t]
        st.sheet.path(poly([(a[0], a[1]), (b[0], b[1])], closed=False), "none", 0.8, st.tone("#5b4733"), 2 + 2 * t)
    shore(st, st.lerp(0.88), "#7c8f55", 14)
    for u, s in ((0.05, 190), (0.9, 210), (0.97, 170), (0.2, 120)):
        if not st.near(st.x(u), 120):
            plants.reeds(st, st.x(u), st.feet + 40, s, 13)
    plants.rock(st, st.x(0.8), st.feet + 40, 100)
    plants.grass(st, st.feet + 50, 40, 60)


def waves(st: Stage, top: float, bottom: float, count: int = 6, colour: str = "#2f7590") -> None:
    """Rows of crested waves that grow towards the front; higher in a storm."""
    high = 2.3 if st.windy else 1.0
    for i in range(count):
        k = (i + 0.6) / count
        y = top + (bottom - top) * k**1.35
        swing = (4 + 17 * k) * high
        line, x, crests = [(-30.0, y)], -30.0, ""
        while x < st.wide + 40:
            step = (50 + 150 * k) * st.rng.uniform(0.7, 1.3)
            tip = (x + step * 0.62, y - swing * st.rng.uniform(0.7, 1.3))
            line += [(x + step * 0.3, y - swing * 0.2), tip, (x + step * 0.8, y + swing * 0.15)]
            crests += smooth(
                [
                    (tip[0] - step * 0.3, tip[1] + swing * 0.62),
                    tip,
                    (tip[0] + step * 0.14, tip[1] + swing * 0.35),
                    (tip[0] - step * 0.05, tip[1] + swing * 0.22),
                ]
            )
            x += step
        body = st.tone(shade(colour, 1.25 - 0.5 * k), 0.5 * (1 - k))
        st.sheet.path(
            below(line, bottom + 40, soft=True),
            st.sheet.linear([(0, mix(body, st.light.sky[2], 0.28), 1), (0.4, body, 1), (1, shade(body, 0.8), 1)]),
        )
        st.sheet.path(crests, mix(st.tone("#ffffff"), st.light.sun, 0.2), 0.55 + 0.35 * k)


def sea(st: Stage) -> None:
    """Open sea with a cliff on one side and a beach in front."""
    sky(st)
    water(st, st.horizon, st.feet, "#2f7898")
    waves(st, st.lerp(0.08), st.lerp(0.72))
    x = st.x(1.02)
    cliff = [
        (x + st.side * 60, st.lerp(0.34)),
        (x - st.side * 190, st.lerp(0.34)),
        (x - st.side * 165, st.lerp(0.12)),
        (x - st.side * 180, st.lerp(-0.2)),
        (x - st.side * 110, st.lerp(-0.38)),
        (x + st.side * 60, st.lerp(-0.45)),
    ]
    st.sheet.path(poly(cliff), st.tone("#9c8c78", 0.32))
    with st.sheet.group(clip=poly(cliff)):
        for k in range(7):
            yy = st.lerp(-0.4 + 0.12 * k)
            st.sheet.path(
                blob(st.rng, x - st.side * 40, yy, 170, 14, 8, 0.4), st.tone(("#7b6c60", "#b5a58c")[k % 2], 0.32), 0.7
            )
        st.sheet.path(blob(st.rng, x - st.side * 20, st.lerp(-0.45), 190, 26, 9, 0.2), st.leaf("#6f9150", 0.25))
    shore(st, st.lerp(0.7), "#dcc393", 18)
    d = "".join(
        oval(st.rng.random() * st.wide, st.rng.uniform(st.feet - 50, HIGH), st.rng.uniform(3, 9), st.rng.uniform(2, 4))
        for _ in range(60)
    )
    st.sheet.path(d, st.ground("#a88f66"), 0.6)
    for u, v, s in ((0.68, 0.72, 110), (0.77, 0.8, 60), (0.05, 0.9, 120)):
        plants.rock(st, st.x(u), st.lerp(v), s, 0, "#6f6a66")
    star = st.x(0.6), st.feet + 50
    st.sheet.path(
        poly(
            [
                (
                    star[0] + math.cos(a * math.pi / 5) * (20 if a % 2 else 8),
                    star[1] + math.sin(a * math.pi / 5) * (12 if a % 2 else 5),
                )
                for a in range(10)
            ]
        ),
        st.tone("#d0603f"),
    )


def harbour(st: Stage) -> None:
    """Warehouses along a quay, masts at anchor, barrels and a bollard."""
    sky(st)
    range_of(st, st.horizon, 60, "#6f8698", 0.7)
    for i in range(7):
        x = st.x(0.02 + 0.065 * i)
        house(st, x, st.horizon + 12, 150 + st.rng.uniform(-20, 40) - 9 * i, 0.3 + 0.02 * i, tall=1.5)
    st.sheet.path(box(min(st.x(-0.02), st.x(0.46)), st.horizon + 4, st.wide * 0.48, 24), st.tone("#6b6660", 0.25))
    water(st, st.horizon + 18, st.lerp(0.74), "#31708a")
    for u, v, s in ((0.56, 0.16, 200), (0.7, 0.3, 330), (0.92, 0.22, 260)):
        sailer(st, st.x(u), st.lerp(v), s, st.depth(st.lerp(v)) * 0.5, furled=True)
    boat(st, st.x(0.56), st.lerp(0.6), 130)
    quay = st.lerp(0.72)
    st.sheet.path(box(-5, quay, st.wide + 10, 40), st.tone("#5d564f"))
    st.sheet.path(box(-5, quay - 10, st.wide + 10, 16), st.ground("#a79b88"))
    st.sheet.path(
        box(-5, quay + 40, st.wide + 10, HIGH),
        st.sheet.linear([(0, st.ground("#8f8473"), 1), (1, st.ground("#6d6458"), 1)]),
    )
    st.sheet.path(
        box(-5, quay + 6, st.wide + 10, HIGH),
        st.sheet.linear([(0, st.ground("#9c907c"), 1), (1, st.ground("#6f6558"), 1)]),
    )
    for row in range(6):
        y = quay + 14 + row * row * 6 + row * 12
        st.sheet.path(f"M-5 {y:.0f}H{st.wide + 5:.0f}", "none", 0.6, st.ground("#5f574c"), 2)
        for k in range(16):
            x = (k + (row % 2) * 0.5) / 15 * st.wide
            st.sheet.path(
                f"M{x:.0f} {y:.0f}l{(x - st.wide / 2) * 0.05:.0f} {12 + row * 12}", "none", 0.5, st.ground("#5f574c"), 2
            )
    for u, s in ((0.78, 120), (0.87, 135), (0.83, 110)):
        barrel(st, st.x(u), st.feet + (10 if u != 0.83 else 45), s)
    x = st.x(0.58)
    st.sheet.path(limb([(x, st.feet + 30), (x, st.feet - 20)], (44, 36)), st.tone("#35353c"))
    st.sheet.path(oval(x, st.feet - 26, 30, 14), st.tone("#4b4b55"))
    st.sheet.path(
        smooth([(x - 26, st.feet - 8), (x, st.feet + 4), (x + 26, st.feet - 6)], closed=False),
        "none",
        1,
        st.tone("#c8ae7c"),
        7,
    )


def barrel(st: Stage, x: float, y: float, size: float) -> None:
    """A barrel with two hoops, `size` units high."""
    w = size * 0.36
    body = smooth(
        [
            (x - w * 0.8, y),
            (x - w, y - size / 2),
            (x - w * 0.8, y - size),
            (x + w * 0.8, y - size),
            (x + w, y - size / 2),
            (x + w * 0.8, y),
        ]
    )
    st.sheet.path(body, st.tone("#85592f"))
    with st.sheet.group(clip=body):
        st.sheet.path(
            box(x - w if st.side > 0 else x + w * 0.2, y - size * 1.1, w * 0.8, size * 1.2), st.tone("#5b3b22"), 0.8
        )
        for k in (0.2, 0.75):
            st.sheet.path(box(x - w, y - size * k - 8, w * 2, 9), st.tone("#3f3d42"))
        for k in (-0.4, 0.0, 0.4):
            st.sheet.path(f"M{x + k * w:.0f} {y:.0f}v{-size:.0f}", "none", 0.5, st.tone("#4a301b"), 2)
    st.sheet.path(oval(x, y - size, w * 0.82, size * 0.07), st.tone("#a87842"))
