"""Furniture and things inside, standing on (x, y) and `size` units large; what may be seen through a window."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from workbench.images import sketch_boats as boats
from workbench.images import sketch_built as built
from workbench.images import sketch_plants as plants
from workbench.images.sketch_hearth import block
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import arch, blob, box, limb, oval, poly, smooth

BOOKS: Final = (
    "#8a3a30",
    "#3a5a7a",
    "#5a6b3a",
    "#b08a3e",
    "#5d3f66",
    "#3d6b66",
    "#a8624a",
    "#d0b98a",
    "#44506a",
    "#7a2f40",
)
WOOD: Final = "#7d5535"


def table(st: Stage, x: float, y: float, size: float) -> None:
    """A table, `size` wide, its top 0.55 of that high."""
    top = y - size * 0.55
    for k in (-0.42, 0.42):
        st.sheet.path(
            limb([(x + k * size * 0.8, top), (x + k * size * 0.8, y - size * 0.06)], (size * 0.06, size * 0.05)),
            st.tone(shade(WOOD, 0.55)),
        )
        st.sheet.path(
            limb([(x + k * size, top), (x + k * size, y)], (size * 0.08, size * 0.06)), st.tone(shade(WOOD, 0.85))
        )
    st.sheet.path(
        poly(
            [
                (x - size * 0.54, top),
                (x + size * 0.54, top),
                (x + size * 0.46, top - size * 0.1),
                (x - size * 0.46, top - size * 0.1),
            ]
        ),
        st.tone(shade(WOOD, 1.28)),
    )
    st.sheet.path(box(x - size * 0.54, top, size * 1.08, size * 0.06), st.tone(WOOD))


def bench(st: Stage, x: float, y: float, size: float) -> None:
    """A workbench with drawers, a vice, a plane and a half-made box."""
    top = y - size * 0.42
    for k in (-0.4, 0.4):
        st.sheet.path(box(x + k * size - size * 0.04, top, size * 0.08, size * 0.42), st.tone("#6b4a2e"))
    st.sheet.path(box(x - size * 0.12, top, size * 0.46, size * 0.2), st.tone("#85613d"))
    for k in (0.0, 0.22):
        st.sheet.path(box(x - size * 0.1 + k * size, top + size * 0.04, size * 0.19, size * 0.13), st.tone("#76532f"))
        st.sheet.path(oval(x + k * size, top + size * 0.1, size * 0.015), st.tone("#d0b060"))
    st.sheet.path(
        poly(
            [
                (x - size * 0.52, top),
                (x + size * 0.52, top),
                (x + size * 0.46, top - size * 0.08),
                (x - size * 0.46, top - size * 0.08),
            ]
        ),
        st.tone("#c89c64"),
    )
    st.sheet.path(box(x - size * 0.52, top, size * 1.04, size * 0.05), st.tone("#9c7444"))
    block(st, x - size * 0.44, top + size * 0.03, size * 0.1, size * 0.12, "#5a5c66")
    st.sheet.path(limb([(x - size * 0.56, top), (x - size * 0.38, top)], (7, 7)), st.tone("#2f3038"))
    block(st, x + size * 0.22, top - size * 0.04, size * 0.2, size * 0.13, "#b9834c")
    plane = smooth(
        [
            (x - size * 0.16, top - 8),
            (x - size * 0.15, top - size * 0.07),
            (x - size * 0.05, top - size * 0.06),
            (x + size * 0.03, top - 10),
        ]
    )
    st.sheet.path(plane, st.tone("#7a4a2a"))
    st.sheet.path(
        limb([(x + size * 0.02, top - size * 0.03), (x + size * 0.1, top - size * 0.05)], (12, 6)), st.tone("#a8abb4")
    )


def tools(st: Stage, x: float, y: float, size: float) -> None:
    """A board of tools on the wall: saw, hammer, square, pliers, chisels."""
    st.sheet.path(box(x - size / 2, y, size, size * 0.62), st.tone("#7d6248"))
    st.sheet.path(box(x - size / 2, y, size, size * 0.03), st.tone("#a98a62"))
    steel, grip = st.tone("#b5bac4"), st.tone("#5d3a22")
    sx, sy = x - size * 0.4, y + size * 0.2
    st.sheet.path(
        poly(
            [
                (sx, sy),
                (sx + size * 0.34, sy - size * 0.02),
                (sx + size * 0.34, sy + size * 0.02),
                (sx + size * 0.02, sy + size * 0.12),
            ]
        ),
        steel,
    )
    st.sheet.path(oval(sx, sy + size * 0.05, size * 0.05, size * 0.07), grip)
    for k in range(4):
        hx = x - size * 0.4 + k * size * 0.1
        st.sheet.path(limb([(hx, y + size * 0.36), (hx, y + size * 0.46)], (size * 0.035, size * 0.03)), grip)
        st.sheet.path(box(hx - size * 0.012, y + size * 0.46, size * 0.024, size * 0.1), steel)
    for hx, long in ((x + size * 0.08, 0.36), (x + size * 0.2, 0.42)):
        st.sheet.path(limb([(hx, y + size * 0.12), (hx, y + size * long)], (size * 0.03, size * 0.035)), grip)
        st.sheet.path(box(hx - size * 0.06, y + size * 0.08, size * 0.12, size * 0.06), steel)
    st.sheet.path(
        f"M{x + size * 0.32:.0f} {y + size * 0.1:.0f}v{size * 0.36:.0f}h{size * 0.14:.0f}",
        "none",
        1,
        steel,
        size * 0.03,
    )


def wheel(st: Stage, x: float, y: float, r: float) -> None:
    """A cart wheel that leans on the wall."""
    st.sheet.path(oval(x, y - r, r * 0.85, r), "none", 1, st.tone("#6a4529"), r * 0.14)
    for k in range(8):
        a = k * math.pi / 4
        st.sheet.path(
            limb([(x, y - r), (x + math.cos(a) * r * 0.8, y - r + math.sin(a) * r * 0.94)], (r * 0.09, r * 0.07)),
            st.tone("#8a5f3a"),
        )
    st.sheet.path(oval(x, y - r, r * 0.17), st.tone("#4d321e"))


def bed(st: Stage, x: float, y: float, size: float) -> None:
    """A bed with its head on the figure's side of the room."""
    d = st.side
    st.sheet.path(box(min(x, x + d * size), y - size * 0.3, size, size * 0.3), st.tone("#5f3f28"))
    st.sheet.path(
        smooth(
            [
                (x - d * 10, y - size * 0.28),
                (x, y - size * 0.44),
                (x + d * size * 0.5, y - size * 0.43),
                (x + d * size, y - size * 0.36),
                (x + d * size, y - size * 0.08),
                (x, y - size * 0.1),
            ]
        ),
        st.tone("#5b7a94"),
    )
    st.sheet.path(
        smooth(
            [
                (x + d * size * 0.1, y - size * 0.4),
                (x + d * size * 0.22, y - size * 0.52),
                (x + d * size * 0.36, y - size * 0.42),
                (x + d * size * 0.24, y - size * 0.38),
            ]
        ),
        st.tone("#f0e8d8"),
    )
    st.sheet.path(box(x + d * size - 14, y - size * 0.55, 28, size * 0.55), st.tone("#6f4a2e"))
    st.sheet.path(oval(x + d * size, y - size * 0.57, 20), st.tone("#8a6038"))


def picture(st: Stage, x: float, y: float, size: float) -> None:
    """A small framed landscape on the wall."""
    st.sheet.path(box(x - size / 2, y, size, size * 0.78), st.tone("#a9803f"))
    inner = box(x - size * 0.42, y + size * 0.08, size * 0.84, size * 0.62)
    st.sheet.path(inner, st.tone("#cfd8cc"))
    with st.sheet.group(clip=inner):
        st.sheet.path(blob(st.rng, x, y + size * 0.75, size * 0.5, size * 0.26, 8, 0.2), st.tone("#6f8a5c"))
        st.sheet.path(oval(x + size * 0.2, y + size * 0.25, size * 0.09), st.tone("#e8b55a"))


def lamp(st: Stage, x: float, y: float, size: float) -> None:
    """A lantern that stands or hangs with its foot at y, alight."""
    st.sheet.path(box(x - size * 0.22, y - size * 0.08, size * 0.44, size * 0.08), st.tone("#3c332c"))
    st.sheet.glow(x, y - size * 0.35, size * 1.3, "#ffc45e", 0.7)
    st.sheet.path(box(x - size * 0.17, y - size * 0.6, size * 0.34, size * 0.52), "#ffe1a0")
    st.sheet.path(
        smooth(
            [
                (x, y - size * 0.52),
                (x + size * 0.08, y - size * 0.26),
                (x, y - size * 0.14),
                (x - size * 0.08, y - size * 0.26),
            ]
        ),
        "#fff8dc",
    )
    st.sheet.path(
        f"M{x - size * 0.17:.0f} {y:.0f}v{-size * 0.6:.0f}M{x + size * 0.17:.0f} {y:.0f}v{-size * 0.6:.0f}",
        "none",
        1,
        st.tone("#3c332c"),
        size * 0.05,
    )
    st.sheet.path(
        poly([(x - size * 0.25, y - size * 0.58), (x, y - size * 0.82), (x + size * 0.25, y - size * 0.58)]),
        st.tone("#4d4238"),
    )
    st.sheet.path(oval(x, y - size * 0.88, size * 0.08), "none", 1, st.tone("#3c332c"), size * 0.04)


def throne(st: Stage, x: float, y: float, size: float) -> None:
    """A high-backed seat on two steps."""
    for k in (1.0, 0.8):
        block(st, x, y + (1 - k) * -size * 0.25 + size * 0.05, size * k, size * 0.1, "#8a8074", 0.05)
    low = y - size * 0.08
    st.sheet.path(arch(x, low, size * 0.46, size * 1.05, pointed=True), st.tone("#b98a35"))
    st.sheet.path(arch(x, low - 8, size * 0.34, size * 0.92, pointed=True), st.tone("#7d2430"))
    block(st, x, low, size * 0.46, size * 0.3, "#9c7330", 0.1)
    for k in (-0.25, 0.25):
        block(st, x + k * size, low, size * 0.09, size * 0.46, "#c2953c", 0.3)
    st.sheet.path(oval(x, low - size * 1.07, size * 0.06), st.tone("#f0cf6a"))


def shelves(st: Stage, x0: float, x1: float, top: float, low: float, rows: int) -> None:
    """Shelves full of books between two x, the odd gap and a leaning book among them."""
    if x1 - x0 < 40:
        return
    st.sheet.path(box(x0, top, x1 - x0, low - top), st.tone("#3a2618"))
    step = (low - top) / rows
    tones = [st.tone(c) for c in BOOKS]
    groups = [""] * len(tones)
    for row in range(rows):
        y, x = top + step * (row + 1) - 9, x0 + 10
        while x < x1 - 18:
            w, h = st.rng.uniform(9, 22), step * st.rng.uniform(0.55, 0.84)
            k = st.rng.randrange(len(tones))
            roll = st.rng.random()
            if roll < 0.08:
                x += w * 1.5
                continue
            groups[k] += (
                poly([(x, y), (x + 12, y - h), (x + 12 + w, y - h + 4), (x + w, y)])
                if roll < 0.14
                else box(x, y - h, w - 1.5, h)
            )
            x += w + (12 if roll < 0.14 else 0)
    for paint, d in zip(tones, groups, strict=True):
        if d:
            st.sheet.path(d, paint)
    for row in range(rows + 1):
        st.sheet.path(box(x0 - 4, top + step * row - 9, x1 - x0 + 8, 11), st.tone("#7a5233"))
    for x in (x0 - 4, x1 - 8):
        st.sheet.path(box(x, top - 9, 12, low - top + 12), st.tone("#65432a"))


def pile(st: Stage, x: float, y: float, size: float) -> None:
    """A pile of books and an open one."""
    low = y
    for k in range(4):
        w = size * st.rng.uniform(0.8, 1.05)
        block(st, x + st.rng.uniform(-6, 6), low, w, size * 0.2, BOOKS[(k * 3 + 1) % len(BOOKS)], 0.12)
        low -= size * 0.2
    ox = x - st.side * size * 1.25
    for turn in (-1, 1):
        st.sheet.path(
            smooth(
                [
                    (ox, y - size * 0.08),
                    (ox + turn * size * 0.3, y - size * 0.24),
                    (ox + turn * size * 0.62, y - size * 0.1),
                    (ox + turn * size * 0.55, y),
                    (ox, y),
                ]
            ),
            st.tone("#f2e6c8" if turn == st.side else "#d6c7a5"),
        )


def globe(st: Stage, x: float, y: float, size: float) -> None:
    """A globe on a turned foot."""
    r = size * 0.34
    st.sheet.path(limb([(x, y - size * 0.35), (x, y)], (size * 0.06, size * 0.1)), st.tone("#6a4529"))
    st.sheet.path(oval(x, y, size * 0.22, size * 0.05), st.tone("#55371f"))
    cy = y - size * 0.66
    st.sheet.path(oval(x, cy, r), st.tone("#4f86a0"))
    with st.sheet.group(clip=oval(x, cy, r)):
        for dx, dy in ((-0.3, -0.3), (0.35, 0.1), (-0.2, 0.5)):
            st.sheet.path(blob(st.rng, x + dx * r, cy + dy * r, r * 0.4, r * 0.3, 8, 0.3), st.tone("#a8a45c"))
        st.sheet.path(
            f"{oval(x, cy, r * 1.6)}{oval(x + st.side * r * 0.35, cy - r * 0.3, r * 1.02)}",
            st.tone("#1c2440"),
            0.5,
            extra='fill-rule="evenodd"',
        )
    st.sheet.path(
        f"M{x - r * 0.6:.0f} {cy - r:.0f}A{r * 1.15:.0f} {r * 1.15:.0f} 0 0 0 {x + r * 0.6:.0f} {cy + r:.0f}",
        "none",
        1,
        st.tone("#b98f48"),
        size * 0.03,
    )


def _bird(st: Stage, x: float, y: float, size: float) -> None:
    d = "".join(f"M{x + k * 16 - 8:.0f} {y - size + k * 9:.0f}q4 -6 8 0q4 -6 8 0" for k in (-1, 0, 1))
    st.sheet.path(d, "none", 1, st.tone("#30323c", 0.2), 2.5)


def _train(st: Stage, x: float, y: float, size: float) -> None:
    for k in range(3):
        st.sheet.path(
            box(x - size * 0.5 + k * size * 0.36, y - size * 0.16, size * 0.33, size * 0.16),
            st.tone(("#34363f", "#8a3a30", "#8a3a30")[k], 0.3),
        )
    st.sheet.path(
        blob(st.rng, x - size * 0.45, y - size * 0.34, size * 0.16, size * 0.1), mix(st.light.haze, "#ffffff", 0.4)
    )


def _graves(st: Stage, x: float, y: float, size: float) -> None:
    st.sheet.path(
        "".join(arch(x + k * size * 0.22, y, size * 0.14, size * 0.24) for k in (-1, 0, 1)), st.tone("#77767a", 0.3)
    )


def _fence(st: Stage, x: float, y: float, size: float) -> None:
    pickets = "".join(box(x + k * size * 0.13, y - size * 0.2, size * 0.04, size * 0.2) for k in range(-4, 5))
    st.sheet.path(pickets + box(x - size * 0.6, y - size * 0.15, size * 1.2, size * 0.03), st.tone("#8a6a48", 0.25))


SEEN_OUTSIDE: Final[Mapping[str, Callable[[Stage, float, float, float], None]]] = {
    "birds": _bird,
    "ship": lambda st, x, y, s: boats.sailer(st, x, y, s * 0.7, 0.35),
    "bridge": lambda st, x, y, s: built.bridge(st, x, y, s * 0.6, 0.4),
    "tower": lambda st, x, y, s: built.tower(st, x, y, s * 1.2, 0.35),
    "lighthouse": lambda st, x, y, s: built.lighthouse(st, x, y, s * 1.1, 0.3),
    "house": lambda st, x, y, s: built.house(st, x, y, s * 0.6, 0.35),
    "tree": lambda st, x, y, s: plants.tree(st, "broadleaf", x, y, s * 0.9, 0.35),
    "windmill": lambda st, x, y, s: built.windmill(st, x, y, s, 0.35),
    "train": _train, "graves": _graves,
    "fence": _fence,
    "boat": lambda st, x, y, s: boats.boat(st, x, y, s * 0.6, 0.3),
}  # fmt: skip
