"""Trees, grass, reeds, flowers and rocks, each standing on (x, y) and `size` units high."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from workbench.images.sketch_palette import shade
from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import blob, limb, oval, poly, smooth

BARK: Final = "#5b4433"


def broadleaf(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#5c8a3f") -> None:
    """An oak or the like: a forked trunk under heaps of leaves in three tones."""
    rng, s = st.rng, size
    bark = st.tone(BARK, depth)
    st.sheet.path(
        limb([(x, y), (x + s * 0.02, y - s * 0.3), (x - s * 0.03, y - s * 0.6)], (s * 0.13, s * 0.07, s * 0.04)), bark
    )
    st.sheet.path(limb([(x, y - s * 0.28), (x + s * 0.14, y - s * 0.5)], (s * 0.05, s * 0.02)), bark)
    heaps = [(x, y - s * 0.78, s * 0.24)]
    for i in range(7):
        angle = math.pi * (0.95 + 1.1 * i / 6)
        heaps.append(
            (x + math.cos(angle) * s * 0.3, y - s * 0.58 + math.sin(angle) * s * 0.2, s * rng.uniform(0.14, 0.2))
        )
    tones = (shade(colour, 0.68), colour, shade(colour, 1.2))
    for tone, dx, k in ((tones[0], 0.0, 1.0), (tones[1], 0.16, 0.82), (tones[2], 0.42, 0.45)):
        d = "".join(blob(rng, hx + st.side * r * dx, hy - r * dx, r * k, r * k * 0.92, 8, 0.16) for hx, hy, r in heaps)
        st.sheet.path(d, st.leaf(tone, depth))
    if st.snowy:
        st.sheet.path(
            "".join(oval(hx, hy - r * 0.6, r * 0.7, r * 0.3) for hx, hy, r in heaps), st.ground("#ffffff", depth)
        )


def pine(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#2f5d48") -> None:
    """A fir: jagged tiers, the side away from the light darker, snow on the tiers in winter."""
    rng, s = st.rng, size
    st.sheet.path(
        poly([(x - s * 0.03, y), (x + s * 0.03, y), (x + s * 0.02, y - s * 0.3), (x - s * 0.02, y - s * 0.3)]),
        st.tone(BARK, depth),
    )
    tiers = 5
    dark, lit = st.leaf(shade(colour, 0.75), depth), st.leaf(shade(colour, 1.07), depth)
    for i in range(tiers):
        low = y - s * (0.1 + 0.17 * i)
        high = low - s * (0.34 - 0.02 * i)
        half = s * (0.25 - 0.043 * i) * rng.uniform(0.9, 1.1)
        edge = [
            (x + half * u, low + (s * 0.035 if k % 2 else -s * 0.012))
            for k, u in enumerate((-1, -0.6, -0.25, 0.1, 0.45, 0.75, 1))
        ]
        st.sheet.path(poly([(x, high), *edge[::-1]]), dark)
        part = [p for p in edge if (p[0] - x) * st.side > -half * 0.2]
        st.sheet.path(poly([(x, high), *part[::-1]]), lit)
        if st.snowy:
            cap = [(x, high), (x + half * 0.75, low - s * 0.05), (x + half * 0.3, low - s * 0.06), (x, low - s * 0.02)]
            cap += [(x - half * 0.35, low - s * 0.06), (x - half * 0.75, low - s * 0.05)]
            st.sheet.path(poly(cap), st.ground("#ffffff", depth), 0.92)


def poplar(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#4d7741") -> None:
    """A tall narrow tree."""
    s = size
    st.sheet.path(limb([(x, y), (x, y - s * 0.3)], (s * 0.05, s * 0.03)), st.tone(BARK, depth))
    for k, dx, tone in ((1.0, 0.0, shade(colour, 0.72)), (0.66, 0.045, colour), (0.3, 0.075, shade(colour, 1.2))):
        w = s * 0.14 * k
        cx = x + st.side * s * dx
        body = [(cx, y - s * (0.55 + 0.46 * k)), (cx + w * 0.8, y - s * 0.62), (cx + w, y - s * 0.34)]
        body += [(cx, y - s * (0.5 - 0.4 * k)), (cx - w, y - s * 0.34), (cx - w * 0.8, y - s * 0.62)]
        st.sheet.path(smooth(body), st.leaf(tone, depth))


def birch(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#8faa4a") -> None:
    """A white, flecked trunk under light leaves."""
    rng, s = st.rng, size
    lean = rng.uniform(-0.05, 0.05) * s
    st.sheet.path(
        limb([(x, y), (x + lean, y - s * 0.5), (x + lean * 1.4, y - s * 0.9)], (s * 0.05, s * 0.036, s * 0.012)),
        st.tone("#e6e0d2", depth),
    )
    for _ in range(7):
        k = rng.uniform(0.05, 0.6)
        st.sheet.path(oval(x + lean * k * 1.6, y - s * k, s * 0.014, s * 0.005), st.tone("#3a3330", depth))
    for tone, grow in ((shade(colour, 0.75), 1.0), (colour, 0.75), (shade(colour, 1.25), 0.42)):
        d = ""
        for i in range(6):
            hx, hy = x + lean + (i % 3 - 1) * s * 0.13, y - s * (0.55 + 0.08 * i)
            d += blob(rng, hx + st.side * (1 - grow) * s * 0.05, hy, s * 0.13 * grow, s * 0.1 * grow, 8, 0.25)
        st.sheet.path(d, st.leaf(tone, depth), 0.95)


def bare(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#4a4038") -> None:
    """A leafless tree, crooked, forking four times."""
    paint = st.tone(colour, depth)
    paths: list[str] = []

    def fork(px: float, py: float, angle: float, long: float, thick: float, left: int) -> None:
        bend = angle + st.rng.uniform(-0.25, 0.25)
        mx, my = px + math.cos(angle) * long * 0.5, py + math.sin(angle) * long * 0.5
        ex, ey = mx + math.cos(bend) * long * 0.5, my + math.sin(bend) * long * 0.5
        paths.append(limb([(px, py), (mx, my), (ex, ey)], (thick, thick * 0.75, thick * 0.5)))
        if left:
            for turn in (-1, 1):
                fork(
                    ex,
                    ey,
                    bend + turn * st.rng.uniform(0.3, 0.65),
                    long * st.rng.uniform(0.6, 0.8),
                    thick * 0.55,
                    left - 1,
                )

    fork(x, y, -math.pi / 2, size * 0.36, size * 0.09, 4)
    st.sheet.path("".join(paths), paint)


def willow(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#6f8550") -> None:
    """A thick trunk and hanging curtains of leaves."""
    rng, s = st.rng, size
    st.sheet.path(
        limb([(x, y), (x + s * 0.04, y - s * 0.3), (x, y - s * 0.7)], (s * 0.17, s * 0.1, s * 0.05)),
        st.tone(BARK, depth),
    )
    st.sheet.path(blob(rng, x, y - s * 0.72, s * 0.42, s * 0.24, 10, 0.1), st.leaf(shade(colour, 0.7), depth))
    for i in range(22):
        u = (i / 21) * 2 - 1
        top = y - s * (0.84 - 0.2 * u * u)
        long = s * rng.uniform(0.35, 0.6)
        tone = st.leaf(shade(colour, rng.choice((0.75, 0.9, 1.0, 1.18))), depth)
        hang = [(x + u * s * 0.38, top), (x + u * s * 0.46, top + long * 0.5), (x + u * s * 0.45, top + long)]
        st.sheet.path(limb(hang, (s * 0.07, s * 0.045, s * 0.008)), tone)


def palm(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#5d8448") -> None:
    """A leaning trunk with a crown of drooping leaves."""
    s, lean = size, st.side * size * 0.16
    st.sheet.path(
        limb([(x, y), (x + lean * 0.3, y - s * 0.5), (x + lean, y - s * 0.85)], (s * 0.06, s * 0.04, s * 0.035)),
        st.tone("#80603f", depth),
    )
    for i in range(9):
        angle = math.pi * (1 + (i + 0.2) / 8.4)
        ex, ey = x + lean + math.cos(angle) * s * 0.36, y - s * 0.85 + math.sin(angle) * s * 0.16
        tone = st.leaf(shade(colour, 0.75 if i % 2 else 1.1), depth)
        leaf = [(x + lean, y - s * 0.85), ((x + lean + ex) / 2, ey - s * 0.09), (ex, ey + s * 0.12)]
        st.sheet.path(limb(leaf, (s * 0.02, s * 0.07, s * 0.006)), tone)


def cactus(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#567a48") -> None:
    """A pillar cactus with two arms."""
    s = size
    arms = limb([(x, y), (x, y - s * 0.95)], (s * 0.17, s * 0.15))
    arms += limb(
        [(x, y - s * 0.4), (x + s * 0.24, y - s * 0.44), (x + s * 0.26, y - s * 0.75)], (s * 0.1, s * 0.1, s * 0.09)
    )
    arms += limb(
        [(x, y - s * 0.3), (x - s * 0.2, y - s * 0.34), (x - s * 0.22, y - s * 0.6)], (s * 0.09, s * 0.09, s * 0.08)
    )
    st.sheet.path(arms, st.leaf(shade(colour, 0.75), depth))
    with st.sheet.group(clip=arms), st.sheet.group(transform=f"translate({st.side * s * 0.05:.1f} 0)"):
        st.sheet.path(arms, st.leaf(shade(colour, 1.1), depth))


TREES: Final[Mapping[str, Callable[..., None]]] = {
    "broadleaf": broadleaf, "pine": pine, "poplar": poplar, "birch": birch, "bare": bare, "willow": willow,
    "palm": palm,
    "cactus": cactus,
}  # fmt: skip


def tree(st: Stage, kind: str, x: float, y: float, size: float, depth: float = 0.0, colour: str = "") -> None:
    """A tree of a kind, bent by a storm away from the light."""
    lean = f"translate({x:.1f} {y:.1f}) skewX({st.side * 9}) translate({-x:.1f} {-y:.1f})" if st.windy else ""
    with st.sheet.group(transform=lean):
        TREES[kind](st, x, y, size, depth, **({"colour": colour} if colour else {}))


def grass(
    st: Stage, y: float, size: float, count: int, colour: str = "#5f8a3c", depth: float = 0.0, spread: float = 60
) -> None:
    """Tufts scattered about the line y over the whole width; short where the figure stands."""
    tones = [st.leaf(shade(colour, k), depth) for k in (0.72, 0.9, 1.12, 1.3)]
    groups = ["", "", "", ""]
    for _ in range(count):
        x, base = st.rng.uniform(-10, st.wide + 10), y + st.rng.uniform(-spread, spread)
        s = size * st.rng.uniform(0.5, 1.1) * (0.45 if st.near(x, 130) else 1)
        for blade in range(4):
            lean = (blade - 1.5) * s * 0.22 + (-st.side * s * 0.4 if st.windy else 0)
            tip = (x + lean * 1.5, base - s * st.rng.uniform(0.7, 1.1))
            groups[st.rng.randrange(4)] += poly([(x + blade * 2 - 4, base), tip, (x + blade * 2 - 1, base)])
    for paint, d in zip(tones, groups, strict=True):
        if d:
            st.sheet.path(d, paint)


def reeds(st: Stage, x: float, y: float, size: float, count: int = 12, depth: float = 0.0) -> None:
    """A clump of reeds with brown heads."""
    for i in range(count):
        bx = x + (i - count / 2) * size * 0.07 + st.rng.uniform(-5, 5)
        top = y - size * st.rng.uniform(0.55, 1.0)
        lean = st.rng.uniform(-0.12, 0.16) * size
        green = st.leaf(shade("#6d8447", st.rng.choice((0.7, 0.9, 1.15))), depth)
        st.sheet.path(
            limb([(bx, y), (bx + lean * 0.3, (y + top) / 2), (bx + lean, top)], (size * 0.03, size * 0.022, 1.5)), green
        )
        if i % 3 == 0:
            st.sheet.path(oval(bx + lean, top, size * 0.022, size * 0.085), st.tone("#6b4324", depth))


def flowers(st: Stage, x: float, y: float, spread: float, size: float, count: int = 24, depth: float = 0.0) -> None:
    """Flowers of several colours on stalks about (x, y)."""
    colours = [st.tone(c, depth) for c in ("#e4573d", "#f3c742", "#f5f0e4", "#c65b9a", "#7a63c4", "#ef8a4a")]
    for _ in range(count):
        fx, fy = x + st.rng.gauss(0, 0.5) * spread, y + st.rng.uniform(-0.22, 0.3) * spread * 0.5
        s = size * st.rng.uniform(0.7, 1.2)
        if not st.inside and st.near(fx, st.person * 0.16):
            # Nobody stands on flowers.
            continue
        st.sheet.path(limb([(fx, fy), (fx + s * 0.1, fy - s)], (s * 0.14, s * 0.08)), st.leaf("#4f7a38", depth))
        paint = st.rng.choice(colours)
        petals = "".join(
            oval(fx + s * 0.1 + math.cos(a) * s * 0.24, fy - s + math.sin(a) * s * 0.2, s * 0.19)
            for a in (0, 1.26, 2.5, 3.8, 5.0)
        )
        st.sheet.path(petals, paint)
        st.sheet.path(oval(fx + s * 0.1, fy - s, s * 0.12), st.tone("#f6d860", depth))


def rock(st: Stage, x: float, y: float, size: float, depth: float = 0.0, colour: str = "#8a857c") -> None:
    """A boulder in three facets, the lit one on the light's side."""
    rng, s = st.rng, size
    top = [
        (x - s * 0.6, y),
        (x - s * 0.52, y - s * rng.uniform(0.25, 0.4)),
        (x - s * 0.15, y - s * rng.uniform(0.55, 0.75)),
    ]
    top += [
        (x + s * 0.25, y - s * rng.uniform(0.5, 0.65)),
        (x + s * 0.55, y - s * rng.uniform(0.2, 0.35)),
        (x + s * 0.62, y),
    ]
    st.sheet.path(poly(top), st.tone(colour, depth))
    with st.sheet.group(clip=poly(top)):
        d = st.side
        st.sheet.path(
            poly(
                [
                    (x - d * s, y),
                    (x - d * s, y - s),
                    (x - d * s * 0.2, y - s),
                    (x - d * s * 0.05, y - s * 0.35),
                    (x - d * s * 0.25, y),
                ]
            ),
            st.tone(shade(colour, 0.68), depth),
        )
        st.sheet.path(
            poly(
                [
                    (x + d * s * 0.1, y - s),
                    (x + d * s * 0.8, y - s),
                    (x + d * s * 0.5, y - s * 0.25),
                    (x + d * s * 0.08, y - s * 0.42),
                ]
            ),
            st.tone(shade(colour, 1.28), depth),
        )
        if st.snowy:
            st.sheet.path(
                poly(
                    [
                        (x - s, y - s),
                        (x + s, y - s),
                        (x + s * 0.5, y - s * 0.3),
                        (x, y - s * 0.42),
                        (x - s * 0.6, y - s * 0.25),
                    ]
                ),
                st.ground("#ffffff", depth),
            )


def treeline(st: Stage, y: float, size: float, depth: float, kind: str, colour: str, crowd: float = 0.5) -> None:
    """A far row of trees as one outline along y."""
    points = [(-20.0, y + size)]
    x = -20.0
    while x < st.wide + 20:
        step, high = size * crowd * st.rng.uniform(0.6, 1.3), size * st.rng.uniform(0.55, 1.1)
        if kind == "pine":
            points += [
                (x, y),
                (x + step * 0.28, y - high * 0.55),
                (x + step * 0.2, y - high * 0.55),
                (x + step / 2, y - high),
            ]
            points += [(x + step * 0.8, y - high * 0.55), (x + step * 0.72, y - high * 0.55), (x + step, y)]
        else:
            points += [
                (x, y - high * 0.3),
                (x + step * 0.15, y - high * 0.75),
                (x + step * 0.5, y - high),
                (x + step * 0.85, y - high * 0.75),
            ]
        x += step
    points += [(st.wide + 20, y), (st.wide + 20, y + size)]
    st.sheet.path(poly(points) if kind == "pine" else smooth(points), st.leaf(colour, depth))
