"""Snowland, road, the sea of clouds and the stars."""

from workbench.images import sketch_plants as plants
from workbench.images.sketch_land import hill, range_of
from workbench.images.sketch_palette import mix
from workbench.images.sketch_sky import cloud, gradient, sky, stars
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import below, blob, height_at, oval, poly, rolling, smooth


def snowland(st: Stage) -> None:
    """White slopes with blue shadows, laden firs; northern lights at night."""
    sky(st)
    if st.light.dark and st.scene.weather in ("clear", "cloudy", "fog"):
        for k in range(3):
            line = rolling(st.rng, st.wide, 210 + 70 * k, 60, 1.2)
            area = [*line, *[(x, y - 150) for x, y in line[::-1]]]
            colour = ("#5ff0b0", "#54d0d8", "#9a7cf0")[k]
            st.sheet.path(smooth(area), st.sheet.linear([(0, colour, 0), (0.75, colour, 0.4), (1, colour, 0.05)]))
    range_of(st, st.horizon * 0.95, 260, "#9fb2cc", 0.5, 0.8)
    plants.treeline(st, st.lerp(0.1), 80, 0.45, "pine", "#5a7a7c")
    for share, depth, size in ((0.16, 0.25, 150), (0.42, 0.08, 230), (0.74, 0.0, 0)):
        line = hill(st, st.lerp(share), 26, "#e8eef6", depth, 1.2)
        with st.sheet.group(clip=below(line, HIGH, soft=True)):
            for _ in range(3):
                x = st.rng.random() * st.wide
                st.sheet.path(
                    blob(st.rng, x, height_at(line, x) + 70, 240, 34, 8, 0.2), st.tone("#a9c0e0", depth), 0.45
                )
        for _ in range(6 if size else 0):
            x = st.rng.random() * st.wide
            if not st.near(x, 190):
                plants.tree(st, "pine", x, height_at(line, x) + 14, size * st.rng.uniform(0.7, 1.2), depth)
    plants.rock(st, st.x(0.72), st.feet + 10, 110)
    d = "".join(oval(st.free - st.side * (60 + 34 * k), st.feet + 14 + 6 * k + 14 * (k % 2), 10, 5) for k in range(9))
    st.sheet.path(d, st.tone("#94acd0"), 0.8)


def road(st: Stage) -> None:
    """A country road straight to the horizon between poplars, with a milestone."""
    sky(st)
    range_of(st, st.horizon, 70, "#7f95a0", 0.75)
    hill(st, st.lerp(0.0), 12, "#83a057", 0.4)
    vx = st.x(0.56)
    hill(st, st.lerp(0.1), 6, "#6f9344", 0.1)
    left, right = vx - st.wide * 0.42 + (st.free - vx) * 0.55, vx + st.wide * 0.42 + (st.free - vx) * 0.55
    far = st.horizon + 18
    edge = [(vx - 7, far), (left - 60, HIGH + 10), (right + 60, HIGH + 10), (vx + 7, far)]
    st.sheet.path(poly(edge), st.ground("#9c8a64", 0.05))
    st.sheet.path(
        poly([(vx - 5, far), (left, HIGH + 10), (right, HIGH + 10), (vx + 5, far)]), st.ground("#c9b187", 0.08)
    )
    for k in (-0.22, 0.24):
        bottom = (left + right) / 2 + k * (right - left)
        st.sheet.path(
            poly([(vx + k * 8, far), (bottom - 26, HIGH + 10), (bottom + 26, HIGH + 10)]), st.ground("#a48c63", 0.05)
        )
    for i in range(8, 0, -1):
        y = far + (HIGH - far) / (i * 0.95 + 0.3) * 0.72
        for turn, end in ((-1, left), (1, right)):
            x = vx + (end - vx) * (y - far) / (HIGH - far) + turn * (22 + (y - far) * 0.34)
            if -80 < x < st.wide + 80 and not st.near(x, 90):
                plants.tree(st, "poplar", x, y, 60 + (y - far) * 1.75, min(0.6, 0.08 * i), "#55803f")
    x = st.x(0.87)
    stone = [
        (x - 34, st.feet + 10),
        (x - 32, st.feet - 60),
        (x, st.feet - 86),
        (x + 32, st.feet - 60),
        (x + 36, st.feet + 10),
    ]
    st.sheet.path(smooth(stone), st.tone("#9a948a"))
    with st.sheet.group(clip=smooth(stone)):
        st.sheet.path(oval(x - st.side * 40, st.feet - 30, 45, 90), st.tone("#6a6560"))
    plants.grass(st, st.feet + 60, 44, 80)


def above_clouds(st: Stage) -> None:
    """A sea of clouds, islands that float in it, and a bank of cloud to stand on."""
    sky(st)
    white = mix(st.light.sky[2], "#ffffff", 0.5 if not st.light.dark else 0.12)
    for u, y, s in ((0.66, 0.38, 130), (0.9, 0.56, 190), (0.5, 0.2, 60), (0.08, 0.3, 80)):
        x, top = st.x(u), st.horizon * y + 60
        under = [
            (x - s, top),
            (x - s * 0.6, top + s * 0.5),
            (x - s * 0.2, top + s * 0.7),
            (x + s * 0.05, top + s * 1.15),
            (x + s * 0.3, top + s * 0.6),
            (x + s * 0.7, top + s * 0.4),
            (x + s, top),
        ]
        depth = 0.62 - s / 400
        st.sheet.path(poly(under), st.tone("#8a6f58", depth))
        with st.sheet.group(clip=poly(under)):
            st.sheet.path(
                poly(
                    [
                        (x - st.side * s * 1.2, top),
                        (x, top),
                        (x - st.side * s * 0.1, top + s * 1.3),
                        (x - st.side * s, top + s),
                    ]
                ),
                st.tone("#5f4a44", depth),
            )
        st.sheet.path(blob(st.rng, x, top, s * 1.02, s * 0.16, 10, 0.08), st.leaf("#7fa652", depth))
        for k in (-0.4, 0.1, 0.5):
            plants.tree(st, "broadleaf" if k > 0 else "pine", x + k * s, top, s * st.rng.uniform(0.5, 0.8), depth)
    for row in range(5):
        y = st.horizon * (0.82 + 0.075 * row)
        colour = mix(white, st.light.haze, 0.55 - 0.13 * row)
        for i in range(7):
            cloud(st, (i + st.rng.random()) / 7 * st.wide, y + st.rng.uniform(0, 26), st.rng.uniform(150, 240), colour)
        st.sheet.path(
            f"M0 {y + 10:.0f}h{st.wide:.0f}v{HIGH:.0f}h{-st.wide:.0f}Z",
            st.sheet.linear([(0, colour, 0), (0.1, colour, 1), (1, mix(colour, st.light.sky[0], 0.3), 1)]),
        )
    d = "".join(
        oval(st.free + k * 120, st.feet + 55 + abs(k) * 12, 110 - 8 * abs(k), 58) for k in (-3, -2, -1, 0, 1, 2, 3)
    )
    st.sheet.path(d, mix(white, "#ffffff", 0.25))


def space(st: Stage) -> None:
    """Deep space: a nebula, a ringed planet and the cratered ground of a small world."""
    deep, glow = st.light.tempered("#0b0a26"), st.light.tempered("#2c1c55")
    gradient(st)
    st.sheet.path(
        f"M0 0h{st.wide}v{HIGH}h{-st.wide}Z", st.sheet.linear([(0, deep, 0.96), (0.7, glow, 0.92), (1, glow, 0.7)])
    )
    tint = {"dawn": "#ff9a8a", "day": "#6ad0ff", "dusk": "#ff6a5a", "night": "#7a6aff"}[st.scene.daytime]
    for k in range(9):
        st.sheet.glow(
            st.x(0.2 + 0.08 * k),
            520 - 40 * k + st.rng.uniform(-80, 80),
            st.rng.uniform(150, 330),
            st.light.tempered((tint, "#b04cc0", "#3f6ae0")[k % 3]),
            0.3,
        )
    stars(st, 260, HIGH * 0.8)
    x, y, r = st.x(0.74), 300.0, 150.0
    body = st.light.tempered(mix("#d9a066", tint, 0.35))
    ring = (
        f"M{x - r * 2:.0f} {y:.0f}a{r * 2:.0f} {r * 0.42:.0f} 0 1 0 {r * 4:.0f} 0"
        f"a{r * 2:.0f} {r * 0.42:.0f} 0 1 0 {-r * 4:.0f} 0Z"
    )
    with st.sheet.group(transform=f"rotate({-18 * st.side} {x:.0f} {y:.0f})"):
        st.sheet.path(ring, "none", 0.9, mix(body, "#ffffff", 0.4), 16)
        st.sheet.path(oval(x, y, r), body)
        with st.sheet.group(clip=oval(x, y, r)):
            for k in range(6):
                st.sheet.path(
                    oval(x, y - r + k * r * 0.38, r * 1.1, r * 0.09), mix(body, ("#ffffff", "#7a3a2a")[k % 2], 0.3), 0.6
                )
            st.sheet.path(
                f"{oval(x, y, r * 1.7)}{oval(x + st.side * r * 0.35, y - r * 0.25, r * 1.05)}",
                deep,
                0.72,
                extra='fill-rule="evenodd"',
            )
        with st.sheet.group(clip=f"M{x - 3 * r:.0f} {y:.0f}h{6 * r:.0f}v{r:.0f}h{-6 * r:.0f}Z"):
            st.sheet.path(ring, "none", 0.95, mix(body, "#ffffff", 0.5), 16)
    st.sheet.path(oval(st.x(0.1), 170, 34), mix(body, "#88a0ff", 0.6))
    range_of(st, st.lerp(0.1), 90, "#8a86a8", 0.15)
    line = hill(st, st.lerp(0.45), 26, "#a6a2bd", 0.0)
    for _ in range(14):
        cx = st.rng.random() * st.wide
        cy = height_at(line, cx) + st.rng.uniform(30, 200)
        w = 12 + (cy - st.horizon) * 0.3 * st.rng.uniform(0.5, 1.2)
        st.sheet.path(oval(cx, cy, w, w * 0.3), st.tone("#6d6988"))
        st.sheet.path(oval(cx - st.side * w * 0.1, cy + w * 0.06, w * 0.85, w * 0.22), st.tone("#847fa0"))
