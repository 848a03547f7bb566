"""Things that a scene names, each standing on (x, y) and `size` units high."""

import math

from workbench.images import sketch_built as built
from workbench.images import sketch_plants as plants
from workbench.images.sketch_hearth import block
from workbench.images.sketch_palette import mix
from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import arch, box, limb, oval, poly, smooth


def well(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A round well under a little roof."""
    w = size * 0.4
    for turn in (-1, 1):
        st.sheet.path(
            limb(
                [(x + turn * w * 0.85, y - size * 0.3), (x + turn * w * 0.85, y - size * 0.95)],
                (size * 0.06, size * 0.06),
            ),
            st.tone("#5d4128", depth),
        )
    st.sheet.path(
        limb([(x - w, y - size * 0.75), (x + w, y - size * 0.75)], (size * 0.05, size * 0.05)),
        st.tone("#7d5a3a", depth),
    )
    st.sheet.path(
        f"M{x:.0f} {y - size * 0.75:.0f}v{size * 0.26:.0f}", "none", 1, st.tone("#c2a878", depth), size * 0.02
    )
    body = box(x - w, y - size * 0.4, w * 2, size * 0.4) + oval(x, y, w, size * 0.07)
    st.sheet.path(oval(x, y - size * 0.4, w, size * 0.09), st.tone("#2a2a33", depth))
    block(st, x, y - size * 0.42, size * 0.14, size * 0.13, "#8a5f3a")
    st.sheet.path(body, st.tone("#9a9186", depth))
    with st.sheet.group(clip=body):
        st.sheet.path(
            box(x - w if st.side > 0 else x + w * 0.3, y - size * 0.5, w * 0.7, size * 0.7),
            st.tone("#5f5850", depth),
            0.85,
        )
        for k in range(14):
            st.sheet.path(
                box(x - w + (k % 5) * w * 0.42, y - size * 0.3 + (k // 5) * size * 0.12, w * 0.34, size * 0.075),
                st.tone("#b3a99b", depth),
                0.6,
            )
    st.sheet.path(
        poly([(x - w * 1.4, y - size * 0.9), (x, y - size * 1.3), (x + w * 1.4, y - size * 0.9)]),
        st.ground("#8a4a34", depth),
    )
    st.sheet.path(
        poly([(x - st.side * w * 1.4, y - size * 0.9), (x, y - size * 1.3), (x - st.side * w * 0.2, y - size * 0.9)]),
        st.tone("#5a3028", depth),
    )


def street_lamp(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A lamp on an iron post."""
    st.sheet.path(
        limb([(x, y), (x, y - size * 0.5), (x, y - size * 0.95)], (size * 0.07, size * 0.035, size * 0.03)),
        st.tone("#2f3038", depth),
    )
    st.sheet.path(box(x - size * 0.07, y - size * 0.06, size * 0.14, size * 0.06), st.tone("#2f3038", depth))
    top = y - size * 0.95
    if st.light.lamps or st.scene.weather in ("fog", "rain"):
        st.sheet.glow(x, top - size * 0.1, size * 0.75, "#ffc860", 0.75)
    lit = "#ffe9ae" if st.light.lamps else st.tone("#dfe3da", depth)
    st.sheet.path(
        poly(
            [
                (x - size * 0.05, top),
                (x - size * 0.085, top - size * 0.18),
                (x + size * 0.085, top - size * 0.18),
                (x + size * 0.05, top),
            ]
        ),
        lit,
    )
    st.sheet.path(
        poly([(x - size * 0.11, top - size * 0.17), (x, top - size * 0.27), (x + size * 0.11, top - size * 0.17)]),
        st.tone("#2f3038", depth),
    )


def lamps(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A row of three lamps that recedes."""
    for k in (2, 1, 0):
        street_lamp(
            st, x + st.side * size * 0.42 * k, y - size * 0.09 * k, size * (1 - 0.17 * k), min(0.8, depth + 0.08 * k)
        )


def flower_bed(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """Flowers in a wide patch."""
    plants.flowers(st, x, y, size * 1.2, size * 0.13, 84, depth)


def rocks(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """Three boulders together."""
    for dx, k in ((-0.45, 0.6), (0.5, 0.5), (0.0, 0.95)):
        plants.rock(st, x + dx * size, y + (1 - k) * 20, size * k, depth)


def big_tree(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """The one tree that matters, of the kind that grows there."""
    kind = {"desert": "palm", "snowland": "pine", "mountains": "pine", "swamp": "bare"}.get(st.scene.place, "broadleaf")
    plants.tree(st, kind, x, y, size, depth)


def bells(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """Three bells under a beam on two posts."""
    high, w = y - size, size * 0.62
    for turn in (-1, 1):
        st.sheet.path(
            limb([(x + turn * w, y), (x + turn * w * 0.94, high)], (size * 0.09, size * 0.07)),
            st.tone("#5d4128", depth),
        )
    st.sheet.path(poly([(x - w * 1.3, high), (x, high - size * 0.3), (x + w * 1.3, high)]), st.ground("#74493a", depth))
    st.sheet.path(box(x - w * 1.15, high - 4, w * 2.3, size * 0.09), st.tone("#6f4d30", depth))
    for k, s in ((-0.6, 0.26), (0.0, 0.36), (0.6, 0.26)):
        bell(st, x + k * w, high + size * 0.08, size * s, depth)


def bell(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A bell that hangs from (x, y)."""
    body = smooth(
        [
            (x - size * 0.12, y),
            (x + size * 0.12, y),
            (x + size * 0.3, y + size * 0.45),
            (x + size * 0.5, y + size),
            (x, y + size * 1.05),
            (x - size * 0.5, y + size),
            (x - size * 0.3, y + size * 0.45),
        ]
    )
    st.sheet.path(oval(x, y + size * 1.08, size * 0.1), st.tone("#5a4420", depth))
    st.sheet.path(body, st.tone("#a87c34", depth))
    with st.sheet.group(clip=body):
        st.sheet.path(
            limb([(x + st.side * size * 0.14, y), (x + st.side * size * 0.26, y + size)], (size * 0.12, size * 0.2)),
            st.tone("#f0cf78", depth),
        )


def clock(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A clock tower, or a long-case clock inside."""
    w = size * (0.13 if st.inside else 0.17)
    st.sheet.path(box(x - w, y - size, w * 2, size), st.tone("#6a4429" if st.inside else "#b3a48e", depth))
    st.sheet.path(
        box(x - w if st.side > 0 else x + w * 0.4, y - size, w * 0.6, size),
        st.tone("#3f2818" if st.inside else "#786c5e", depth),
    )
    st.sheet.path(
        poly([(x - w * 1.25, y - size), (x, y - size * (1.16 if st.inside else 1.4)), (x + w * 1.25, y - size)]),
        st.ground("#54392a" if st.inside else "#56606e", depth),
    )
    cy, r = y - size * 0.83, w * 0.78
    if st.light.lamps and not st.inside:
        st.sheet.glow(x, cy, r * 3, "#ffdf90", 0.5)
    st.sheet.path(oval(x, cy, r * 1.12), st.tone("#c79c45", depth))
    st.sheet.path(oval(x, cy, r), "#fff0c4" if st.light.lamps else st.tone("#f5eeda", depth))
    for k in range(12):
        a = k * math.pi / 6
        st.sheet.path(oval(x + math.cos(a) * r * 0.8, cy + math.sin(a) * r * 0.8, r * 0.05), "#2a2a30")
    st.sheet.path(
        (
            f"M{x:.1f} {cy:.1f}L{x + r * 0.34:.1f} {cy - r * 0.3:.1f}M{x:.1f} {cy:.1f}"
            f"L{x - r * 0.1:.1f} {cy - r * 0.68:.1f}"
        ),
        "none",
        1,
        "#2a2a30",
        max(1.5, r * 0.09),
    )
    if st.inside:
        st.sheet.path(box(x - w * 0.6, y - size * 0.62, w * 1.2, size * 0.46), st.tone("#20150e"))
        st.sheet.path(f"M{x:.0f} {y - size * 0.62:.0f}l8 {size * 0.3:.0f}", "none", 1, st.tone("#c79c45"), 4)
        st.sheet.path(oval(x + 8, y - size * 0.31, w * 0.3), st.tone("#e0b554"))
    else:
        for part in (0.25, 0.5):
            built.window(st, x, y - size * part, w * 0.4, size * 0.1, depth)


def market(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """Two stalls under striped awnings with fruit in crates."""
    for k, colour in ((0.95, "#3f7a6a"), (0.0, "#c2452f")):
        cx, s = x + st.side * k * size, size * (1 - 0.12 * k)
        for turn in (-1, 1):
            st.sheet.path(
                limb([(cx + turn * s * 0.42, y), (cx + turn * s * 0.42, y - s * 0.85)], (s * 0.04, s * 0.04)),
                st.tone("#6d4c30", depth),
            )
        st.sheet.path(box(cx - s * 0.42, y - s * 0.36, s * 0.84, s * 0.36), st.tone("#7d5838", depth))
        for i in range(4):
            bx = cx + (i - 1.5) * s * 0.2
            fruit = "".join(
                oval(bx + st.rng.uniform(-0.07, 0.07) * s, y - s * st.rng.uniform(0.37, 0.45), s * 0.045)
                for _ in range(8)
            )
            st.sheet.path(fruit, st.tone(("#d8452f", "#e8a83c", "#7fa83e", "#8a4a8a")[i], depth))
            st.sheet.path(box(bx - s * 0.09, y - s * 0.38, s * 0.18, s * 0.08), st.tone("#b98f5c", depth))
        for i in range(8):
            a, b = cx - s * 0.46 + i * s * 0.115, cx - s * 0.56 + i * s * 0.14
            stripe = [
                (a, y - s * 1.1),
                (a + s * 0.115, y - s * 1.1),
                (b + s * 0.14, y - s * 0.84),
                (b + s * 0.07, y - s * 0.78),
                (b, y - s * 0.84),
            ]
            st.sheet.path(poly(stripe), st.ground(colour if i % 2 else "#efe4cc", depth))


def graves(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """Leaning gravestones and a cross."""
    for k, (dx, dy, s) in enumerate(((-0.75, -0.1, 0.5), (0.85, -0.12, 0.52), (-0.25, 0.0, 0.72), (0.4, 0.06, 0.66))):
        gx, gy, lean = x + dx * size, y + dy * size, st.rng.uniform(-7, 7)
        with st.sheet.group(transform=f"rotate({lean:.1f} {gx:.1f} {gy:.1f})"):
            if k == 1:
                cross = box(gx - s * size * 0.07, gy - s * size, s * size * 0.14, s * size) + box(
                    gx - s * size * 0.26, gy - s * size * 0.76, s * size * 0.52, s * size * 0.14
                )
                st.sheet.path(cross, st.tone("#84848a", depth))
                continue
            stone = arch(gx, gy, s * size * 0.56, s * size * 0.85)
            st.sheet.path(stone, st.tone("#8c8c92", depth))
            with st.sheet.group(clip=stone):
                st.sheet.path(
                    box(gx - size if st.side > 0 else gx + s * size * 0.1, gy - size, size - s * size * 0.1, size),
                    st.tone("#58585f", depth),
                    0.8,
                )
            st.sheet.path(
                (
                    f"M{gx - s * size * 0.14:.0f} {gy - s * size * 0.5:.0f}h{s * size * 0.28:.0f}"
                    f"m{-s * size * 0.24:.0f} {s * size * 0.12:.0f}h{s * size * 0.2:.0f}"
                ),
                "none",
                0.8,
                st.tone("#4a4a52", depth),
                max(2, size * 0.02),
            )
        st.sheet.path(oval(gx, gy, s * size * 0.4, s * size * 0.06), st.leaf("#52683a", depth))


def fence(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A fence of pickets away from the figure."""
    run = size * 3.2
    for k in range(15):
        fx = x - run * 0.35 + k * run / 14
        if st.near(fx, st.person * 0.28):
            continue
        h = size * 0.62 * st.rng.uniform(0.93, 1.07)
        st.sheet.path(
            poly(
                [
                    (fx - size * 0.05, y),
                    (fx - size * 0.05, y - h),
                    (fx, y - h - size * 0.07),
                    (fx + size * 0.05, y - h),
                    (fx + size * 0.05, y),
                ]
            ),
            st.ground("#c9ad85", depth),
        )
        st.sheet.path(
            box(fx - size * 0.05 if st.side > 0 else fx + size * 0.015, y - h, size * 0.035, h),
            st.tone("#80653f", depth),
        )
    x0, x1, gap = x - run * 0.38, x + run * 0.68, st.person * 0.28
    for left, right in ((x0, min(x1, st.free - gap)), (max(x0, st.free + gap), x1)):
        for part in (0.45, 0.18):
            if right > left:
                st.sheet.path(box(left, y - size * part, right - left, size * 0.07), st.ground("#b3946a", depth))


def train(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A steam engine with two carriages on its rails, steam drifting back."""
    d, s = st.side, size
    st.sheet.path(box(-5, y, st.wide + 10, s * 0.06), st.tone("#5d564e", depth))
    st.sheet.path(box(-5, y - s * 0.02, st.wide + 10, s * 0.025), st.tone("#a5a8b0", depth))
    for k in (1, 2):
        cx = x + d * k * s * 1.12
        st.sheet.path(box(cx - s * 0.52, y - s * 0.62, s * 1.04, s * 0.48), st.tone("#7f2f2c", depth))
        st.sheet.path(box(cx - s * 0.55, y - s * 0.68, s * 1.1, s * 0.08), st.ground("#4d4440", depth))
        for i in range(4):
            built.window(st, cx + (i - 1.5) * s * 0.24, y - s * 0.32, s * 0.16, s * 0.2, depth)
    st.sheet.path(
        limb([(x + d * s * 0.3, y - s * 0.36), (x - d * s * 0.42, y - s * 0.36)], (s * 0.36, s * 0.34)),
        st.tone("#2f3d3a", depth),
    )
    st.sheet.path(
        limb([(x + d * s * 0.26, y - s * 0.46), (x - d * s * 0.38, y - s * 0.46)], (s * 0.04, s * 0.04)),
        st.tone("#7f9a90", depth),
    )
    st.sheet.path(box(x + d * s * 0.32 - s * 0.17, y - s * 0.76, s * 0.34, s * 0.64), st.tone("#3a4a46", depth))
    built.window(st, x + d * s * 0.32, y - s * 0.46, s * 0.16, s * 0.18, depth)
    fx = x - d * s * 0.38
    st.sheet.path(
        poly(
            [
                (fx - s * 0.05, y - s * 0.5),
                (fx - s * 0.08, y - s * 0.82),
                (fx + s * 0.08, y - s * 0.82),
                (fx + s * 0.05, y - s * 0.5),
            ]
        ),
        st.tone("#25282c", depth),
    )
    for wx, r in (
        (-0.4, 0.09),
        (-0.15, 0.13),
        (0.15, 0.13),
        (0.42, 0.11),
        (0.8, 0.09),
        (1.4, 0.09),
        (1.9, 0.09),
        (2.55, 0.09),
    ):
        st.sheet.path(oval(x + d * wx * s, y - r * s, r * s), st.tone("#1f2024", depth))
        st.sheet.path(oval(x + d * wx * s, y - r * s, r * s * 0.55), st.tone("#a33a30", depth))
    # The steam is one cloud that thins out, not rings that show through each other.
    puffs = [(fx + d * k * s * 0.17, y - s * (0.93 + 0.085 * k), s * (0.08 + 0.034 * k)) for k in range(7)]
    white = mix(st.light.haze, "#ffffff", 0.5 if not st.light.dark else 0.2)
    with st.sheet.group(opacity=0.72):
        st.sheet.path("".join(oval(*puff) for puff in puffs), white)
        lit = "".join(oval(px + d * r * 0.2, py - r * 0.24, r * 0.72) for px, py, r in puffs)
        st.sheet.path(lit, mix(white, "#ffffff", 0.3))
    st.sheet.glow(x - d * s * 0.6, y - s * 0.4, s * 0.5, "#ffe2a0", 0.8 if st.light.lamps else 0.2)
