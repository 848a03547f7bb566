"""Fires, torches and what stands about a hearth."""

from workbench.images.sketch_palette import shade
from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import arch, blob, box, limb, oval, poly, smooth


def block(st: Stage, x: float, y: float, w: float, h: float, colour: str, seen: float = 0.18) -> None:
    """A box whose side away from the light is dark and whose top is bright."""
    d, deep = st.side, w * seen
    st.sheet.path(box(x - w / 2, y - h, w, h), st.tone(colour))
    a = x - d * w / 2
    st.sheet.path(poly([(a, y), (a, y - h), (a + d * deep, y - h), (a + d * deep, y)]), st.tone(shade(colour, 0.66)))
    st.sheet.path(
        poly(
            [
                (x - w / 2, y - h),
                (x + w / 2, y - h),
                (x + w * 0.44, y - h - deep * 0.5),
                (x - w * 0.44, y - h - deep * 0.5),
            ]
        ),
        st.tone(shade(colour, 1.25)),
    )


def torch(st: Stage, x: float, y: float, size: float) -> None:
    """A torch on the wall."""
    st.sheet.glow(x, y - size, size * 3.2, "#ff9f3d", 0.6)
    st.sheet.path(limb([(x, y), (x, y - size * 0.8)], (size * 0.1, size * 0.2)), st.tone("#4a3422"))
    flame(st, x, y - size * 0.75, size * 0.9)


def flame(st: Stage, x: float, y: float, size: float) -> None:
    """A flame in three tones."""
    for k, colour in ((1.0, "#e8572a"), (0.7, "#ffa136"), (0.4, "#ffe9a0")):
        s = size * k
        tip = x + st.rng.uniform(-0.12, 0.12) * s
        st.sheet.path(
            smooth(
                [
                    (x, y),
                    (x - s * 0.34, y - s * 0.25),
                    (x - s * 0.2, y - s * 0.6),
                    (tip, y - s),
                    (x + s * 0.16, y - s * 0.62),
                    (x + s * 0.34, y - s * 0.28),
                ]
            ),
            colour,
        )


def fire(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A fire of logs between stones, and its light."""
    st.sheet.glow(x, y - size * 0.4, size * 3.4, "#ff9a3c", 0.7 if st.light.lamps or st.inside else 0.35)
    for turn in (-1, 1):
        st.sheet.path(
            limb([(x - turn * size * 0.5, y), (x + turn * size * 0.3, y - size * 0.22)], (size * 0.14, size * 0.11)),
            st.tone("#4d3220"),
        )
    for k in (-0.26, 0.24, 0.0):
        flame(st, x + k * size, y - size * 0.06, size * (0.95 - abs(k)))
    for k in range(6):
        st.sheet.path(
            blob(st.rng, x + (k - 2.5) * size * 0.24, y + size * 0.05, size * 0.13, size * 0.1, 7), st.tone("#6d6862")
        )
    d = "".join(
        oval(x + st.rng.uniform(-0.5, 0.5) * size, y - size * st.rng.uniform(0.8, 2), st.rng.uniform(1.5, 3.5))
        for _ in range(12)
    )
    st.sheet.path(d, "#ffc66a", 0.9)


def hearth(st: Stage, x: float, y: float, size: float) -> None:
    """A stone fireplace with a mantel and a fire in it."""
    st.sheet.path(
        poly(
            [
                (x - size * 0.4, y - size * 0.8),
                (x - size * 0.3, y - size * 1.6),
                (x + size * 0.3, y - size * 1.6),
                (x + size * 0.4, y - size * 0.8),
            ]
        ),
        st.tone("#877b6d"),
    )
    st.sheet.path(box(x - size * 0.5, y - size * 0.85, size, size * 0.85), st.tone("#7a6f63"))
    for _ in range(34):
        bx, by = x + st.rng.uniform(-0.5, 0.38) * size, y - st.rng.uniform(0.08, 0.82) * size
        st.sheet.path(
            box(bx, by, size * 0.12, size * 0.055), st.tone(shade("#857969", st.rng.choice((0.8, 1.08, 1.16)))), 0.9
        )
    st.sheet.path(arch(x, y, size * 0.64, size * 0.62), "#1d1310")
    fire(st, x, y - 12, size * 0.42)
    st.sheet.path(box(x - size * 0.58, y - size * 0.92, size * 1.16, size * 0.09), st.tone("#5a3b24"))
    for k in (-0.4, 0.36):
        mug(st, x + k * size, y - size * 0.92, size * 0.1)


def mug(st: Stage, x: float, y: float, size: float) -> None:
    """A mug with foam."""
    st.sheet.path(
        oval(x + st.side * size * 0.45, y - size * 0.5, size * 0.28, size * 0.3),
        "none",
        1,
        st.tone("#9a8f80"),
        size * 0.14,
    )
    block(st, x, y, size * 0.8, size, "#a3937d", 0.3)
    st.sheet.path(blob(st.rng, x, y - size * 1.05, size * 0.44, size * 0.18, 7), st.tone("#f3ead6"))


def keg(st: Stage, x: float, y: float, size: float) -> None:
    """A lying barrel seen from its end, with a tap."""
    st.sheet.path(oval(x, y - size / 2, size * 0.52), st.tone("#5d3d24"))
    st.sheet.path(oval(x, y - size / 2, size * 0.42), st.tone("#96683c"))
    for k in (-0.2, 0.0, 0.2):
        st.sheet.path(
            f"M{x + k * size:.0f} {y - size * 0.88:.0f}v{size * 0.76:.0f}", "none", 0.6, st.tone("#5d3d24"), 3
        )
    st.sheet.path(oval(x, y - size / 2, size * 0.46), "none", 1, st.tone("#3a3a42"), size * 0.06)
    st.sheet.path(box(x - 5, y - size * 0.3, 10, size * 0.2), st.tone("#caa24a"))
