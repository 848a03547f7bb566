"""The sky: its gradient, sun, moon, stars, clouds, rays, and the birds in it."""

import math

from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import box, oval, poly, smooth
from workbench.images.sketch_weather import lightning


def gradient(st: Stage) -> None:
    """Fill the whole picture with the sky, lighter towards the horizon."""
    top, middle, low = st.light.sky
    paint = st.sheet.linear([(0, top, 1), (0.55, middle, 1), (1, low, 1)])
    st.sheet.path(box(0, 0, st.wide, max(st.horizon, 300) + 30), paint)
    st.sheet.path(box(0, max(st.horizon, 300) + 28, st.wide, HIGH), low)


def stars(st: Stage, count: int = 90, low: float | None = None) -> None:
    """Stars of several sizes, the larger ones with a glow."""
    low = st.horizon if low is None else low
    for _ in range(count):
        x, y = st.rng.random() * st.wide, low * st.rng.random() ** 1.2
        r = st.rng.choice((1.1, 1.4, 1.8, 2.6))
        colour = st.rng.choice(("#ffffff", "#fff0cf", "#cfe0ff"))
        if r > 2.5:
            st.sheet.glow(x, y, 12, colour, 0.4)
            st.sheet.path(poly([(x, y - 8), (x + 1.3, y), (x, y + 8), (x - 1.3, y)]), colour)
        st.sheet.path(oval(x, y, r), colour, st.rng.uniform(0.5, 1.0))


def sun(st: Stage, x: float, y: float, r: float) -> None:
    """The sun's disc in wide rings of light."""
    st.sheet.glow(x, y, r * 7, st.light.sun, 0.75)
    for k, fade in ((2.3, 0.16), (1.55, 0.26)):
        st.sheet.path(oval(x, y, r * k), st.light.sun, fade)
    st.sheet.path(oval(x, y, r), mix(st.light.sun, "#ffffff", 0.45))


def moon(st: Stage, x: float, y: float, r: float) -> None:
    """The moon with its seas, in a halo."""
    st.sheet.glow(x, y, r * 5.5, mix(st.light.sun, "#bcd0ff", 0.4), 0.55)
    colour = mix(st.light.sun, "#ffffff", 0.2) if st.light.dark else mix("#ffffff", st.light.sky[1], 0.18)
    st.sheet.path(oval(x, y, r), colour)
    with st.sheet.group(clip=oval(x, y, r)):
        dim = mix(colour, "#8f96b8", 0.32)
        for dx, dy, k in ((-0.35, -0.3, 0.34), (0.25, 0.1, 0.26), (-0.15, 0.45, 0.22), (0.5, -0.45, 0.16)):
            st.sheet.path(oval(x + dx * r, y + dy * r, k * r, k * r * 0.85), dim, 0.7)
        st.sheet.path(
            f"{oval(x, y, r * 1.3)}{oval(x + st.side * r * 0.28, y - r * 0.1, r * 1.02)}",
            dim,
            0.6,
            extra='fill-rule="evenodd"',
        )


def cloud(st: Stage, x: float, y: float, size: float, colour: str, fade: float = 1.0) -> None:
    """A heaped cloud on a flat base, lit from the light's side."""
    rng = st.rng
    heaps = []
    for i in range(7):
        u = i / 6 * 2 - 1
        r = size * (0.34 - 0.17 * abs(u)) * rng.uniform(0.8, 1.2)
        heaps.append((x + u * size * 0.8, y - r * rng.uniform(0.5, 0.9), r))
    shape = "".join(oval(*heap) for heap in heaps) + oval(x, y, size * 0.98, size * 0.12)
    dark = mix(colour, st.light.sky[0], 0.35)
    with st.sheet.group(opacity=fade):
        st.sheet.path(shape, dark)
        with st.sheet.group(clip=shape):
            lit = "".join(oval(hx + st.side * r * 0.2, hy - r * 0.24, r) for hx, hy, r in heaps)
            st.sheet.path(lit, colour)
            lit = "".join(oval(hx + st.side * r * 0.42, hy - r * 0.5, r * 0.8) for hx, hy, r in heaps)
            st.sheet.path(lit, mix(colour, "#ffffff", 0.35), 0.8)


def clouds(st: Stage) -> None:
    """As many clouds as the weather has: a few streaks, heaps, or a dark ceiling."""
    rng, weather = st.rng, st.scene.weather
    base = mix(st.light.sky[2], "#ffffff", 0.45 if not st.light.dark else 0.06)
    if weather in ("clear", "fog"):
        for _ in range(5):
            x, y = rng.random() * st.wide, rng.uniform(0.08, 0.8) * st.horizon
            long = rng.uniform(120, 330)
            streak = [(x - long, y), (x, y - rng.uniform(6, 16)), (x + long, y + 3), (x, y + rng.uniform(6, 12))]
            st.sheet.path(smooth(streak), base, 0.45)
        if weather == "clear" and st.scene.daytime == "day":
            for _ in range(3):
                cloud(st, rng.random() * st.wide, rng.uniform(0.2, 0.7) * st.horizon, rng.uniform(90, 190), base, 0.9)
        return
    heavy = {"cloudy": 0.12, "rain": 0.3, "storm": 0.5, "snow": 0.1}[weather]
    for row in range(4):
        y = st.horizon * (0.08 + 0.21 * row)
        colour = mix(base, shade(st.light.sky[0], 0.6), heavy + 0.14 * (3 - row) * (heavy + 0.4))
        for i in range(4):
            x = (i + rng.uniform(0.1, 0.9)) / 4 * st.wide
            cloud(st, x, y + rng.uniform(-25, 25), rng.uniform(170, 330) * (1.1 - 0.17 * row), colour, 0.92)
    if weather == "storm":
        dark = shade(st.light.sky[0], 0.45)
        st.sheet.path(box(0, 0, st.wide, st.horizon * 0.8), st.sheet.linear([(0, dark, 0.9), (1, dark, 0)]))


def rays(st: Stage, x: float, y: float, strength: float = 0.16, reach: float = 1100, count: int = 7) -> None:
    """Shafts of light that fan out downwards from (x, y)."""
    paint = st.sheet.radial([(0, st.light.sun, strength * 1.6), (0.4, st.light.sun, strength), (1, st.light.sun, 0)])
    d = ""
    for i in range(count):
        angle = math.pi * (0.5 + st.side * (0.02 + 0.42 * (i + st.rng.uniform(-0.2, 0.2)) / count))
        half = st.rng.uniform(0.012, 0.035)
        d += poly(
            [(x, y), *((x + math.cos(angle + k) * reach, y + math.sin(angle + k) * reach) for k in (half, -half))]
        )
    # The far point mirrors the fan, so that the paint's middle lies where the light comes from.
    st.sheet.path(d + f"M{x - reach:.0f} {y - reach:.0f}h.1v.1ZM{x + reach:.0f} {y + reach:.0f}h.1v.1Z", paint)


def sun_spot(st: Stage) -> tuple[float, float]:
    """Where the sun or moon stands, see `Stage.lamp`."""
    return st.lamp


def sky(st: Stage) -> None:
    """The whole sky of an outside place, with what its daytime and the scene's details put there."""
    details = st.scene.details
    gradient(st)
    x, y = sun_spot(st)
    covered = st.scene.weather in ("rain", "storm", "snow")
    if st.light.dark and (not covered or "stars" in details):
        stars(st, 150 if "stars" in details else 26 if st.scene.weather == "fog" else 80)
    elif "stars" in details:
        stars(st, 60, st.horizon * 0.6)
    if st.light.dark:
        if "moon" in details or not covered:
            moon(st, x, y, 62 if "moon" in details else 44)
    elif "sun" in details or not covered:
        sun(st, x, y, {"day": 38}.get(st.scene.daytime, 58) * (1.25 if "sun" in details else 1))
    if "moon" in details and not st.light.dark:
        moon(st, st.x(0.9), st.horizon * 0.2, 40)
    if "sun" in details and st.light.dark:
        # No sun at night: its last glow on the horizon.
        st.sheet.glow(st.x(0.9), st.horizon, 420, "#ff9a52", 0.6)
    if st.scene.weather == "fog" and not st.light.dark:
        st.sheet.glow(x, y, 260, st.light.sun, 0.5)
    clouds(st)
    if st.scene.weather == "storm":
        lightning(st)
    if st.scene.mood == "grand":
        rays(st, x, y, 0.2)


def birds(st: Stage, count: int = 7) -> None:
    """A loose flock."""
    cx, cy = st.x(0.6), st.horizon * 0.36
    colour = st.tone("#2f3040", 0.25) if not st.light.dark else mix(st.light.sky[2], "#ffffff", 0.35)
    for i in range(count):
        s = st.rng.uniform(11, 24)
        x, y = cx + (i - count / 2) * 48 + st.rng.uniform(-20, 20), cy + st.rng.uniform(-65, 65)
        lift = st.rng.uniform(0.5, 0.95)
        wing = f"M{x - s * 1.4:.1f} {y - s * lift:.1f}Q{x - s * 0.5:.1f} {y - s * 0.75:.1f} {x:.1f} {y:.1f}"
        wing += f"Q{x + s * 0.5:.1f} {y - s * 0.75:.1f} {x + s * 1.4:.1f} {y - s * lift:.1f}"
        wing += f"Q{x + s * 0.55:.1f} {y - s * 0.4:.1f} {x:.1f} {y + s * 0.3:.1f}"
        wing += f"Q{x - s * 0.55:.1f} {y - s * 0.4:.1f} {x - s * 1.4:.1f} {y - s * lift:.1f}Z"
        st.sheet.path(wing, colour)
