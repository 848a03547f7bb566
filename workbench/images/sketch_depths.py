"""Under water, the swamp, and a ship on the high sea."""

import math

from workbench.images import sketch_plants as plants
from workbench.images.sketch_land import mist
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_sky import rays, sky
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import below, box, limb, oval, poly, rolling, smooth
from workbench.images.sketch_water import barrel, shore, water, waves


def underwater(st: Stage) -> None:
    """The sea bed: light from above, coral, weed, fish and bubbles."""
    bright = {"day": 1.0, "dawn": 0.8, "dusk": 0.62, "night": 0.34}[st.scene.daytime] * (
        0.6 + 0.4 * st.light.air.bright
    )
    top, low = (
        st.light.tempered(shade("#56c3cf", 0.35 + 0.65 * bright)),
        st.light.tempered(shade("#0e3a5c", 0.45 + 0.5 * bright)),
    )
    deep = mix(top, low, 0.55)
    st.light.haze = deep
    st.sheet.path(box(0, 0, st.wide, HIGH), st.sheet.linear([(0, top, 1), (0.7, low, 1), (1, low, 1)]))
    rays(st, st.x(0.74), -120, 0.3 * bright + 0.1, 1300, 9)
    for row, depth in enumerate((0.7, 0.45, 0.2)):
        line = rolling(st.rng, st.wide, st.lerp(-0.1 + 0.3 * row), 50 - 12 * row, 1.6)
        st.sheet.path(below(line, HIGH + 10, soft=True), mix(st.tone("#6f7f76"), deep, depth))
        for _ in range(6):
            x = st.rng.random() * st.wide
            if not st.near(x, 150):
                plants.rock(st, x, st.lerp(0.02 + 0.3 * row), 60 + 40 * row, depth, "#5f6f78")
    line = rolling(st.rng, st.wide, st.lerp(0.72), 14, 1.4)
    st.sheet.path(
        below(line, HIGH + 10, soft=True),
        st.sheet.linear([(0, mix(st.tone("#d9c79a"), deep, 0.25), 1), (1, mix(st.tone("#8f8a76"), deep, 0.4), 1)]),
    )
    for u in (0.04, 0.12, 0.55, 0.64, 0.9, 0.97, 0.8):
        x, colour = st.x(u), st.rng.choice(("#3f8a55", "#5f9a4a", "#2f7a68"))
        for k in range(5):
            high, bx = st.rng.uniform(150, 420), x + (k - 2) * 19
            points = [(bx + math.sin(t * 2.6 + k) * 24 * t / 3, st.feet + 20 - high * t / 5) for t in range(6)]
            st.sheet.path(
                limb(points, (12, 20, 18, 15, 10, 2)), mix(st.tone(shade(colour, (0.7, 1.0, 1.2)[k % 3])), deep, 0.12)
            )
    for u, colour in ((0.72, "#e2604f"), (0.84, "#e79a3f"), (0.2, "#c65a9a"), (0.6, "#efb0a0")):
        x, y = st.x(u), st.feet + st.rng.uniform(-30, 50)
        if st.near(x, 130):
            continue
        for k in range(7):
            a = math.pi * (1.12 + 0.76 * k / 6)
            reach = st.rng.uniform(80, 130)
            tip = (x + math.cos(a) * reach, y + math.sin(a) * reach)
            st.sheet.path(
                limb([(x, y), ((x + tip[0]) / 2 + 7, (y + tip[1]) / 2), tip], (26, 18, 15)),
                mix(st.tone(shade(colour, (0.75, 1.0, 1.12)[k % 3])), deep, 0.1),
            )
    for _ in range(16):
        x, y, s = st.x(st.rng.uniform(0.42, 0.98)), st.rng.uniform(140, 560), st.rng.uniform(14, 34)
        paint = mix(st.tone(st.rng.choice(("#f2b13c", "#e56f4a", "#dfe8f0", "#6fb7e8"))), deep, 0.3)
        st.sheet.path(
            smooth([(x - s, y), (x, y - s * 0.45), (x + s * 0.9, y), (x, y + s * 0.45)])
            + poly([(x - s * 0.8, y), (x - s * 1.5, y - s * 0.45), (x - s * 1.5, y + s * 0.45)]),
            paint,
        )
        st.sheet.path(oval(x + s * 0.5, y - s * 0.08, s * 0.09), "#1a2030")
    for _ in range(34):
        x, y, r = st.rng.random() * st.wide, st.rng.uniform(80, 880), st.rng.uniform(2, 9)
        st.sheet.path(oval(x, y, r), "none", 0.5, "#dff6ff", 1.6)


def swamp(st: Stage) -> None:
    """Dead trees hung with moss over dark, still water."""
    sky(st)
    plants.treeline(st, st.horizon + 8, 120, 0.68, "leaf", "#5d6f56")
    mist(st, st.horizon - 10, 170, 0.7)
    water(st, st.horizon + 6, HIGH, "#465c45", 0.5)
    for v, count, size, depth in ((0.1, 7, 300, 0.5), (0.4, 5, 470, 0.22)):
        for i in range(count):
            x, y = (i + st.rng.uniform(0.1, 0.9)) / count * st.wide, st.lerp(v)
            if st.near(x, 150):
                continue
            plants.tree(st, "bare", x, y + 6, size * st.rng.uniform(0.8, 1.1), depth, "#4a4a3c")
            st.sheet.path(oval(x, y + 8, size * 0.14, size * 0.018), st.tone("#3c4a38", depth), 0.8)
            for _ in range(7):
                mx, my = x + st.rng.uniform(-0.24, 0.24) * size, y - size * st.rng.uniform(0.5, 0.8)
                st.sheet.path(
                    limb(
                        [(mx, my), (mx + 4, my + size * 0.1), (mx - 2, my + size * st.rng.uniform(0.14, 0.28))],
                        (12, 9, 2),
                    ),
                    st.leaf("#6c7d55", depth),
                    0.85,
                )
        mist(st, st.lerp(v + 0.08), 90, 0.5)
    shore(st, st.lerp(0.82), "#4d5a36", 22)
    for _ in range(12):
        x, y = st.x(st.rng.uniform(0.45, 1.0)), st.lerp(st.rng.uniform(0.3, 0.72))
        w = 14 + (y - st.horizon) * 0.16
        st.sheet.path(oval(x, y, w, w * 0.32), st.leaf("#6f8f4a", 0.1))
        if st.rng.random() < 0.4:
            st.sheet.path(oval(x, y - 6, w * 0.3, w * 0.22), st.tone("#e8d7e0"))
    for u, s in ((0.04, 230), (0.14, 170), (0.62, 200), (0.9, 260), (0.98, 220)):
        plants.reeds(st, st.x(u), st.feet + 50, s, 13)
    plants.grass(st, st.feet + 40, 44, 70, "#5c6f3a")


def ship(st: Stage) -> None:
    """On deck: planks, railing, a mast with shrouds and a full sail, and the sea beyond."""
    sky(st)
    water(st, st.horizon, st.lerp(0.5), "#2c6f90")
    waves(st, st.lerp(0.04), st.lerp(0.46), 4)
    deck, mid = st.lerp(0.5), st.x(0.56)
    plank = st.ground("#a9825a")
    st.sheet.path(
        box(-5, deck, st.wide + 10, HIGH),
        st.sheet.linear([(0, shade(plank, 0.82), 1), (0.3, plank, 1), (1, shade(plank, 0.72), 1)]),
    )
    for i in range(-14, 15):
        bottom = mid + i * 120
        st.sheet.path(
            poly([(mid + i * 68, deck), (bottom + i * 22, HIGH + 10)], closed=False),
            "none",
            0.75,
            st.ground("#62452c"),
            3,
        )
    rail = deck - 92
    st.sheet.path(box(-5, deck - 16, st.wide + 10, 24), st.tone("#5c3d26"))
    for i in range(26):
        x = i / 25 * st.wide
        st.sheet.path(limb([(x, deck), (x, deck - 30), (x, deck - 58), (x, rail)], (12, 19, 9, 12)), st.tone("#7a5434"))
    st.sheet.path(box(-5, rail - 8, st.wide + 10, 20), st.tone("#6d472b"))
    st.sheet.path(box(-5, rail - 8, st.wide + 10, 6), st.ground("#b08656"))
    x = st.x(0.74)
    sail = [
        (x - 300, 90),
        (x + 300, 76),
        (x + 262 + st.side * 40, 250),
        (x + 286, 430),
        (x, 470),
        (x - 286, 440),
        (x - 262 + st.side * 40, 260),
    ]
    st.sheet.path(limb([(x, st.lerp(0.72)), (x, -20)], (52, 36)), st.tone("#6a4a30"))
    st.sheet.path(limb([(x + st.side * 14, st.lerp(0.72)), (x + st.side * 9, -20)], (12, 9)), st.tone("#a0784c"))
    st.sheet.path(smooth(sail), st.tone("#e9dfc6", 0.04))
    with st.sheet.group(clip=smooth(sail)):
        st.sheet.path(smooth([(px - st.side * 210, py + 60) for px, py in sail]), st.tone("#b7a88e"), 0.6)
        for k in (-150, 0, 150):
            st.sheet.path(
                smooth([(x + k, 60), (x + k * 0.94 + st.side * 26, 250), (x + k, 480)], closed=False),
                "none",
                0.55,
                st.tone("#a79a84"),
                4,
            )
    for y, half in ((82, 340), (452, 320)):
        st.sheet.path(limb([(x - half, y), (x, y - 4), (x + half, y)], (12, 22, 12)), st.tone("#5c3f28"))
    for k in range(-3, 4):
        st.sheet.path(
            poly([(x + k * 9, -10), (x + k * 105 - st.side * 60, rail)], closed=False),
            "none",
            0.7,
            st.tone("#3b2c20"),
            3,
        )
    for u, s in ((0.9, 120), (0.97, 130)):
        barrel(st, st.x(u), st.lerp(0.92), s)
    cx, cy = st.x(0.56), st.lerp(0.9)
    for k in range(4):
        st.sheet.path(oval(cx, cy - 9 * k, 56 - 5 * k, 17 - k), "none", 1, st.tone(("#c8a56a", "#a5834d")[k % 2]), 10)
