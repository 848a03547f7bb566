"""Windows: what is seen through them and the light they let in."""

from collections.abc import Callable

from workbench.images import sketch_furniture as things
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_sky import moon, sun
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import blob, box, oval, poly, smooth


def view(st: Stage, x: float, y: float, w: float, h: float, outline: str) -> None:
    """What is seen through an opening about x, standing on y: the hour's sky, hills, and far details of the scene."""
    with st.sheet.group(clip=outline):
        top, middle, low = st.light.sky
        st.sheet.path(
            box(x - w, y - h * 1.2, 2 * w, h * 1.4), st.sheet.linear([(0, top, 1), (0.6, middle, 1), (1, low, 1)])
        )
        if st.light.dark:
            for _ in range(16):
                st.sheet.path(
                    oval(x + st.rng.uniform(-0.5, 0.5) * w, y - h * st.rng.uniform(0.35, 1), 1.8), "#ffffff", 0.8
                )
        sx, sy, r = x + st.side * w * 0.2, y - h * 0.68, min(w, h) * 0.11
        if st.scene.weather in ("clear", "cloudy", "fog") or {"sun", "moon"} & set(st.scene.details):
            (moon if st.light.dark or "moon" in st.scene.details else sun)(st, sx, sy, r)
        if st.scene.weather not in ("clear",):
            for k in range(4):
                st.sheet.path(
                    blob(st.rng, x + (k - 1.5) * w * 0.3, y - h * st.rng.uniform(0.6, 0.95), w * 0.3, h * 0.09, 8, 0.2),
                    mix(st.light.haze, "#8a90a0", 0.35),
                    0.85,
                )
        ground = "#eef2f7" if st.scene.weather == "snow" else "#6f8f58"
        for high, depth in ((0.3, 0.65), (0.16, 0.35)):
            hill = [
                (x - w, y + 20),
                (x - w * 0.6, y - h * high),
                (x, y - h * high * 0.6),
                (x + w * 0.5, y - h * high * 1.1),
                (x + w, y + 20),
            ]
            st.sheet.path(smooth(hill), st.tone(ground, depth))
        seen = [name for name in st.scene.details if name in things.SEEN_OUTSIDE]
        for i, name in enumerate(seen[:3]):
            things.SEEN_OUTSIDE[name](st, x + (i - (len(seen[:3]) - 1) / 2) * w * 0.33, y - h * 0.12, h * 0.5)
        falls_outside(st, x, y, w, h)


def falls_outside(st: Stage, x: float, y: float, w: float, h: float) -> None:
    """Rain or snow outside a window."""
    if st.scene.weather in ("rain", "storm"):
        d = "".join(f"M{x + st.rng.uniform(-0.6, 0.6) * w:.0f} {y - st.rng.random() * h:.0f}l-7 28" for _ in range(60))
        st.sheet.path(d, "none", 0.5, "#d6e2f0", 2)
        if st.scene.weather == "storm":
            bx = x - w * 0.2
            st.sheet.path(
                poly(
                    [
                        (bx, y - h),
                        (bx - 16, y - h * 0.62),
                        (bx + 2, y - h * 0.64),
                        (bx - 20, y - h * 0.2),
                        (bx + 18, y - h * 0.7),
                        (bx + 2, y - h * 0.69),
                        (bx + 16, y - h),
                    ]
                ),
                "#fff8d8",
            )
    elif st.scene.weather == "snow":
        d = "".join(
            oval(x + st.rng.uniform(-0.6, 0.6) * w, y - st.rng.random() * h, st.rng.uniform(2, 4.5)) for _ in range(50)
        )
        st.sheet.path(d, "#ffffff", 0.9)
    elif st.scene.weather == "fog":
        st.sheet.path(box(x - w, y - h * 1.1, 2 * w, h * 1.2), st.light.haze, 0.6)


def pane(
    st: Stage, x: float, y: float, w: float, h: float, shape: Callable[..., str] | None = None, frame: str = "#6b4c33"
) -> None:
    """A window with its view, frame, bars and sill, and the shaft of light it lets in."""
    outline = shape(x, y, w, h) if shape else box(x - w / 2, y - h, w, h)
    view(st, x, y, w, h, outline)
    bars = (
        f"M{x:.0f} {y:.0f}V{y - h:.0f}M{x - w / 2:.0f} {y - h * 0.36:.0f}h{w:.0f}"
        f"M{x - w / 2:.0f} {y - h * 0.68:.0f}h{w:.0f}"
    )
    with st.sheet.group(clip=outline):
        st.sheet.path(bars, "none", 1, st.tone(shade(frame, 0.8)), 7)
    st.sheet.path(outline, "none", 1, st.tone(frame), 15)
    st.sheet.path(box(x - w * 0.6, y, w * 1.2, 18), st.tone(shade(frame, 1.15)))


def shaft(st: Stage, x: float, y: float, w: float, h: float) -> None:
    """Light that falls from a window onto the floor on the figure's side; moonlight is fainter."""
    bright = {"day": 0.32, "dawn": 0.32, "dusk": 0.34, "night": 0.2}[st.scene.daytime] * st.light.air.bright
    if st.scene.weather in ("rain", "storm", "fog", "snow"):
        bright *= 0.5
    run = -st.side * st.wide * 0.34
    colour = st.light.rim
    beam = poly([(x - w / 2, y - h), (x + w / 2, y - h), (x + w * 0.9 + run, HIGH), (x - w * 0.9 + run, HIGH)])
    st.sheet.path(beam, st.sheet.linear([(0, colour, bright), (1, colour, bright * 0.15)]))
    pool = st.feet - 10
    patch = [
        (x - w * 0.55 + run * 0.7, pool - 40),
        (x + w * 0.5 + run * 0.7, pool - 40),
        (x + w * 0.8 + run, pool + 60),
        (x - w * 0.8 + run, pool + 60),
    ]
    st.sheet.path(poly(patch), colour, bright * 0.9)


def lamplight(st: Stage, x: float, y: float, r: float = 420) -> None:
    """A warm glow from a lamp or a fire."""
    st.sheet.glow(x, y, r, "#ffb14e", 0.75 if st.light.dark else 0.42 if st.light.lamps else 0.22)
