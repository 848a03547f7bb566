"""Open country: forest, mountains, hills, field, garden and desert."""

import math

from workbench.images import sketch_plants as plants
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_sky import rays, sky, sun_spot
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import Point, below, blob, height_at, limb, oval, poly, ridge, rolling, smooth


def hill(st: Stage, base: float, height: float, colour: str, depth: float, waves: float = 1.5) -> list[Point]:
    """One rolling layer that is lighter along its top; answers its skyline."""
    line = rolling(st.rng, st.wide, base, height, waves)
    near, top = st.ground(colour, depth), st.ground(shade(colour, 1.16), depth)
    st.sheet.path(
        below(line, HIGH + 10, soft=True),
        st.sheet.linear([(0, top, 1), (0.35, near, 1), (1, st.ground(shade(colour, 0.8), depth), 1)]),
    )
    return line


def range_of(
    st: Stage, base: float, height: float, colour: str, depth: float, snow: float = 0.0, rough: float = 0.52
) -> None:
    """A mountain range: a jagged outline, dark flanks away from the light, snow down to a share of its height."""
    line = ridge(st.rng, st.wide, base, height, rough)
    area = below(line, HIGH + 10)
    lit, dark = st.ground(shade(colour, 1.12), depth), st.ground(shade(colour, 0.72), depth + 0.05)
    st.sheet.path(area, lit)
    peaks = [p for i, p in enumerate(line) if all(p[1] <= q[1] for q in line[max(0, i - 14) : i + 15])]
    flanks = []
    for px, py in peaks:
        flank, y = [(px, py - 5)], py
        while y < base + 60:
            y += height * 0.1
            flank.append((px - st.side * (y - py) * 0.16 + st.rng.uniform(-1, 1) * height * 0.06, y))
        flanks.append(poly([*flank, (px - st.side * height * 1.1, y)]))
    with st.sheet.group(clip=area):
        st.sheet.path("".join(flanks), dark)
    if snow:
        low = min(y for _, y in line) + height * snow
        edge = [(-20.0, -20.0), (st.wide + 20, -20.0)]
        x, k = st.wide + 20, 0
        while x > -60:
            edge.append((x, low + (height * 0.09 if k % 2 else -height * 0.06) * st.rng.uniform(0.4, 1.5)))
            x, k = x - height * st.rng.uniform(0.08, 0.2), k + 1
        with st.sheet.group(clip=area):
            st.sheet.path(poly(edge), st.tone("#f7f9fc", depth * 0.8))
            with st.sheet.group(clip=poly(edge)):
                st.sheet.path("".join(flanks), st.tone("#a9bdd8", depth * 0.8))


def mist(st: Stage, y: float, height: float, strength: float = 0.5) -> None:
    """A band of haze with soft edges."""
    paint = st.sheet.linear([(0, st.light.haze, 0), (0.5, st.light.haze, strength), (1, st.light.haze, 0)])
    st.sheet.path(f"M0 {y - height / 2:.0f}h{st.wide:.0f}v{height:.0f}h{-st.wide:.0f}Z", paint)


def path_to(st: Stage, x: float, far: float, colour: str, width: float = 190, bends: float = 0.5) -> None:
    """A path that winds from the foreground to (x, far)."""
    mid = (far + HIGH) / 2
    line = [
        (st.free, HIGH + 40),
        (st.free + (x - st.free) * 0.1, HIGH - 50),
        (x + (st.free - x) * 0.6 - 60 * bends, mid),
        (x + 70 * bends, far + (HIGH - far) * 0.16),
        (x, far),
    ]
    widths = (width * 1.5, width * 1.1, width * 0.42, width * 0.13, width * 0.03)
    st.sheet.path(limb(line, widths), st.ground(shade(colour, 0.85), 0.05))
    st.sheet.path(
        limb([(px + 6, py) for px, py in line], [w * 0.8 for w in widths]), st.ground(shade(colour, 1.08), 0.05)
    )


def forest(st: Stage) -> None:
    """Trunks behind trunks under a roof of leaves, light falling in."""
    sky(st)
    top = mix(st.tone("#9fbf6a", 0.5), st.light.sky[2], 0.5)
    st.sheet.path(
        f"M0 0h{st.wide}v{HIGH}h{-st.wide}Z",
        st.sheet.linear([(0, st.leaf("#3f6b3a", 0.35), 0.9), (0.5, top, 0.6), (1, top, 0.9)]),
    )
    x, _ = sun_spot(st)
    st.sheet.glow(x, 330, 420, st.light.sun, 0.6)
    dark = st.scene.mood in ("eerie", "tense", "sad")
    for row, (depth, count, width) in enumerate(((0.72, 17, 24), (0.5, 12, 38), (0.28, 8, 60))):
        y = st.horizon + (st.feet - st.horizon) * (0.06 + 0.26 * row)
        hill(st, y, 14, "#6d8a48", depth, 2)
        d = ""
        for i in range(count):
            tx = (i + st.rng.uniform(0.1, 0.9)) / count * st.wide
            if row > 0 and st.near(tx, 120):
                continue
            lean = st.rng.uniform(-30, 30)
            d += limb([(tx, y + 20), (tx + lean * 0.3, y - 300), (tx + lean, -20)], (width * 1.5, width, width * 0.7))
            for _ in range(2):
                by, turn = st.rng.uniform(60, y - 260), st.rng.choice((-1, 1))
                d += limb(
                    [(tx + lean * 0.5, by + 40), (tx + turn * width * 1.8, by), (tx + turn * width * 3.2, by - 50)],
                    (width * 0.4, width * 0.25, 3),
                )
        st.sheet.path(d, st.tone("#54463a" if not dark else "#423c40", depth))
        leaves = "".join(
            blob(st.rng, st.rng.random() * st.wide, st.rng.uniform(-30, 190 - 40 * row), 90, 55, 9, 0.25)
            for _ in range(14)
        )
        st.sheet.path(leaves, st.leaf(("#8fae57", "#6f9648", "#4f7d3d")[row], depth))
    if st.scene.weather in ("clear", "fog") and not st.light.dark:
        rays(st, x, -60, 0.2)
    hill(st, st.lerp(0.66), 12, "#55743a", 0.1)
    for share in (-0.02, 0.97, 0.12):
        tx = st.x(share)
        if st.near(tx, 190):
            continue
        w = st.rng.uniform(85, 120)
        trunk = limb([(tx, st.feet + 30), (tx + 8, 500), (tx - 14, -30)], (w * 1.7, w, w * 0.85))
        st.sheet.path(trunk, st.tone("#3f342c"))
        with st.sheet.group(clip=trunk):
            for k in range(9):
                bx = tx + (k - 4) * w * 0.15
                lit = k * st.side > 4 * st.side
                st.sheet.path(
                    limb([(bx, 990), (bx + st.rng.uniform(-9, 9), 500), (bx - 8, 0)], (7, 4, 6)),
                    st.tone("#6d5540" if lit else "#2a2320"),
                )
    crown = "".join(
        blob(st.rng, st.x(u), st.rng.uniform(-40, 30), 130, 75, 10, 0.28)
        for u in (0.0, 0.12, 0.25, 0.62, 0.8, 0.92, 1.0)
    )
    st.sheet.path(crown, st.leaf("#2f5530"))
    plants.grass(st, st.feet + 20, 46, 90, "#587f38")
    for u in (0.08, 0.58, 0.93):
        fern(st, st.x(u), st.feet + 50, 120)


def fern(st: Stage, x: float, y: float, size: float) -> None:
    """A fan of feathered leaves."""
    for i in range(9):
        angle = math.pi * (1.1 + 0.8 * i / 8)
        tip = (x + math.cos(angle) * size, y + math.sin(angle) * size * 0.8 + size * 0.15)
        bend = ((x + tip[0]) / 2, (y + tip[1]) / 2 - size * 0.16)
        st.sheet.path(
            limb([(x, y), bend, tip], (6, size * 0.15, 2)), st.leaf(shade("#4d7d3c", (0.75, 1.0, 1.2)[i % 3]))
        )


def mountains(st: Stage) -> None:
    """Three ranges, the highest with snow, firs on the foothills and a stony meadow."""
    sky(st)
    range_of(st, st.horizon * 0.78, 250, "#7d8aa5", 0.72, 0.35)
    range_of(st, st.horizon * 0.9, 400, "#6f7890", 0.42, 0.36)
    mist(st, st.horizon * 0.92, 130, 0.6)
    range_of(st, st.horizon, 170, "#5d6f68", 0.34)
    plants.treeline(st, st.lerp(0.12), 84, 0.26, "pine", "#3d6350")
    hill(st, st.lerp(0.2), 26, "#728a52", 0.22)
    for _ in range(9):
        x = st.rng.random() * st.wide
        if not st.near(x, 200):
            plants.tree(st, "pine", x, st.lerp(0.4), st.rng.uniform(140, 230), 0.1)
    hill(st, st.lerp(0.55), 24, "#64803f", 0.03)
    path_to(st, st.x(0.62), st.lerp(0.5), "#b39c76", 120)
    for u in (0.05, 0.6, 0.78, 0.94, 0.85):
        plants.rock(st, st.x(u), st.feet + st.rng.uniform(-40, 60), st.rng.uniform(60, 150))
    plants.grass(st, st.feet + 30, 34, 60)


def hills(st: Stage) -> None:
    """Five rolling layers with lone trees, fields between hedges and a winding path."""
    sky(st)
    greens = ("#86a06b", "#7d9c58", "#7fa04c", "#6b9340", "#5c8538")
    for i, colour in enumerate(greens):
        depth = (0.75, 0.52, 0.33, 0.16, 0.0)[i]
        line = hill(
            st, st.lerp((-0.12, 0.04, 0.22, 0.48, 0.78)[i]), (60, 52, 44, 36, 22)[i], colour, depth, 1.1 + 0.3 * i
        )
        if i in (1, 2, 3):
            for _ in range(7 - i):
                x = st.rng.random() * st.wide
                if not st.near(x, 170):
                    kind = st.rng.choice(("broadleaf", "poplar", "broadleaf"))
                    plants.tree(
                        st, kind, x, height_at(line, x) + 8, (60, 95, 170)[i - 1] * st.rng.uniform(0.8, 1.2), depth
                    )
        if i == 2:
            d = ""
            for k in range(9):
                x = st.x(0.5) + k * 22
                d += poly(
                    [
                        (x, height_at(line, x) + 12),
                        (x + 8, height_at(line, x) + 12),
                        (x + 70, height_at(line, x) + 130),
                        (x + 52, height_at(line, x) + 130),
                    ]
                )
            st.sheet.path(d, st.ground("#b9b45c", depth), 0.55)
    path_to(st, st.x(0.6), st.lerp(0.5), "#cdb488", 150)
    plants.grass(st, st.feet + 40, 40, 110)
    plants.flowers(st, st.x(0.8), st.feet + 50, 260, 22, 20)


def field(st: Stage) -> None:
    """Ripe corn in rows that run together far away, sheaves and a low horizon."""
    sky(st)
    plants.treeline(st, st.horizon, 55, 0.62, "leaf", "#5f7d4a")
    hill(st, st.horizon, 5, "#d6b354", 0.3, 1)
    vanish = (st.x(0.58), st.horizon - 6)
    for i in range(-22, 23):
        bottom = vanish[0] + i * 150
        d = poly([vanish, (bottom - 45, HIGH + 10), (bottom + 35, HIGH + 10)])
        st.sheet.path(d, st.ground(("#c79a3e", "#e0bd62", "#b98c35")[i % 3], 0.08), 0.75)
    st.sheet.path(poly([vanish, (st.free - 190, HIGH + 10), (st.free + 210, HIGH + 10)]), st.ground("#c9ad7c", 0.05))
    mist(st, st.horizon + 20, 90, 0.5)
    for u, v, s in ((0.62, 0.2, 60), (0.82, 0.3, 82), (0.94, 0.16, 50), (0.06, 0.22, 60), (0.73, 0.55, 130)):
        x, y = st.x(u), st.lerp(v)
        for k in range(9):
            lean = (k - 4) * s * 0.09
            stalk = limb(
                [(x + lean, y), (x + lean * 0.3, y - s * 0.6), (x + lean * 1.2, y - s)], (s * 0.14, s * 0.07, s * 0.16)
            )
            st.sheet.path(stalk, st.ground(("#c08f35", "#d9ad4b", "#e8c877")[(k * st.side) % 3], st.depth(y) * 0.6))
        st.sheet.path(
            limb([(x - s * 0.16, y - s * 0.55), (x + s * 0.16, y - s * 0.55)], (s * 0.08, s * 0.08)),
            st.tone("#8a5a24", st.depth(y)),
        )
    for _ in range(120):
        x = st.rng.uniform(-10, st.wide + 10)
        if st.near(x, 150):
            continue
        y, long = HIGH + st.rng.uniform(0, 40), st.rng.uniform(90, 190)
        lean = st.rng.uniform(-18, 18) - (st.side * 45 if st.windy else 0)
        paint = st.ground(st.rng.choice(("#b98a32", "#d5a745", "#e9cb7c")))
        st.sheet.path(limb([(x, y), (x + lean * 0.4, y - long * 0.5), (x + lean, y - long)], (4, 3, 2)), paint)
        st.sheet.path(oval(x + lean, y - long - 10, 5, 22), paint)


def garden(st: Stage) -> None:
    """Clipped hedges, an arch of roses, beds along a path and a fountain."""
    sky(st)
    plants.treeline(st, st.lerp(0.05), 130, 0.5, "leaf", "#4f7f45")
    for u in (0.05, 0.5, 0.66, 0.84, 0.97, 0.2):
        plants.tree(st, "poplar", st.x(u), st.lerp(0.14), st.rng.uniform(230, 290), 0.32, "#3f6b40")
    hill(st, st.lerp(0.12), 3, "#86a854", 0.22)
    for y, h, depth in ((0.3, 70, 0.2), (0.45, 85, 0.1)):
        low = st.lerp(y)
        for a, b in ((-0.05, 0.52), (0.68, 1.05)):
            x0, x1 = sorted((st.x(a), st.x(b)))
            st.sheet.path(
                f"M{x0:.0f} {low - h:.0f}H{x1:.0f}V{low:.0f}H{x0:.0f}Z",
                st.sheet.linear(
                    [
                        (0, st.leaf("#6f9a4c", depth), 1),
                        (0.25, st.leaf("#456f38", depth), 1),
                        (1, st.leaf("#2f5530", depth), 1),
                    ]
                ),
            )
    ax, ay = st.x(0.6), st.lerp(0.46)
    path_to(st, ax, st.lerp(0.2), "#d8c49a", 150, 0.3)
    for turn in (-1, 1):
        st.sheet.path(
            limb([(ax + turn * 85, ay), (ax + turn * 85, ay - 190), (ax, ay - 260)], (14, 12, 12)),
            st.tone("#e8e0cf", 0.1),
        )
    for _ in range(42):
        a = math.pi * st.rng.uniform(1, 2)
        bx, by = ax + math.cos(a) * 88, ay - 160 + math.sin(a) * 100 + st.rng.uniform(0, 1) ** 3 * 150
        st.sheet.path(blob(st.rng, bx, by, 24, 18, 7, 0.2), st.leaf(st.rng.choice(("#4d7a3a", "#3e6a38", "#6a9448"))))
        st.sheet.path(oval(bx + 6, by, 7), st.tone(st.rng.choice(("#e57a92", "#d94f6c", "#f4c3cc"))))
    hill(st, st.lerp(0.82), 8, "#6f9a44", 0.0)
    path_to(st, st.free + 30, st.lerp(0.8), "#d8c49a", 170, 0)
    for u in (0.06, 0.55, 0.72, 0.9, 0.2):
        if not st.near(st.x(u), 160):
            st.sheet.path(blob(st.rng, st.x(u), st.feet - 18, 120, 46, 10, 0.15), st.leaf("#41703a"))
            plants.flowers(st, st.x(u), st.feet - 22, 190, 34, 26)
    plants.flowers(st, st.x(0.85), st.feet + 70, 420, 46, 22)


def desert(st: Stage) -> None:
    """Table mountains far away and dunes with sharp crests between light and shadow."""
    sky(st)
    for u, w, h in ((0.72, 230, 190), (0.95, 170, 130), (0.1, 150, 90)):
        x = st.x(u)
        mesa = [
            (x - w, st.horizon + 20),
            (x - w * 0.72, st.horizon - h * 0.5),
            (x - w * 0.6, st.horizon - h),
            (x + w * 0.55, st.horizon - h * 0.96),
            (x + w * 0.7, st.horizon - h * 0.45),
            (x + w, st.horizon + 20),
        ]
        st.sheet.path(poly(mesa), st.ground("#c07f55", 0.5))
        with st.sheet.group(clip=poly(mesa)):
            dark = [
                (x - st.side * w, 0),
                (x - st.side * w * 0.15, 0),
                (x - st.side * w * 0.3, HIGH),
                (x - st.side * w, HIGH),
            ]
            st.sheet.path(poly(dark), st.ground("#8a5648", 0.5))
    for i, (share, height, depth) in enumerate(((0.02, 34, 0.45), (0.24, 46, 0.28), (0.5, 50, 0.12), (0.8, 30, 0.0))):
        line = hill(st, st.lerp(share), height, ("#e3bd84", "#dfb273", "#dba864", "#d69f58")[i], depth, 1.3)
        crests = [p for k, p in enumerate(line[1:-1], 1) if p[1] < line[k - 1][1] and p[1] <= line[k + 1][1]]
        for cx, cy in crests:
            d = st.side
            shadow = [
                (cx, cy),
                (cx - d * 60, cy + 40),
                (cx - d * 20, cy + 110),
                (cx - d * 160, cy + 190),
                (cx - d * 420, cy + 210),
                (cx - d * 330, cy + 95),
                (cx - d * 160, cy + 45),
            ]
            with st.sheet.group(clip=below(line, HIGH + 10, soft=True)):
                st.sheet.path(smooth(shadow), st.ground("#b0764e", depth), 0.75)
    for u, v, s, kind in (
        (0.64, 0.3, 120, "cactus"),
        (0.9, 0.62, 240, "palm"),
        (0.83, 0.6, 200, "palm"),
        (0.06, 0.5, 170, "cactus"),
    ):
        plants.tree(st, kind, st.x(u), st.lerp(v) + 10, s, st.depth(st.lerp(v)) * 0.4)
    for k in range(6):
        y = st.feet + 12 + k * 18
        wave = rolling(st.rng, st.wide, y, 8, 5)
        st.sheet.path(smooth(wave, closed=False), "none", 0.5, st.ground("#b98650"), 2.5)
    plants.rock(st, st.x(0.7), st.feet + 40, 80, 0, "#b98a66")
