"""What falls or drifts in front of an outside place: rain, lightning, snow, fog."""

from workbench.images.sketch_palette import mix
from workbench.images.sketch_stage import HIGH, Stage
from workbench.images.sketch_svg import Point, box, oval, poly, smooth


def lightning(st: Stage) -> None:
    """A forked bolt from the clouds on the light's side, with its glare; the sky draws it, behind the land."""
    x, y, low = st.x(0.84), -10.0, st.horizon * 0.98
    line: list[Point] = [(x, y)]
    while y < low:
        y += st.rng.uniform(40, 80)
        x += st.rng.uniform(-46, 46)
        line.append((x, min(y, low)))
    st.sheet.glow(line[3][0], line[3][1], 420, "#dfe6ff", 0.6)
    widths = [9 * (1 - i / (len(line) + 2)) for i in range(len(line))]
    right = [(px + w, py) for (px, py), w in zip(line, widths, strict=True)]
    for grow, colour, fade in ((2.4, "#bfcaff", 0.35), (1.0, "#fffdf0", 1.0)):
        st.sheet.path(poly(line, closed=False), "none", fade, colour, 7 * grow)
    st.sheet.path(poly([*line, *right[::-1]]), "#fffdf0")
    k = len(line) // 2
    bx, by = line[k]
    fork = [(bx, by), (bx - st.side * 50, by + 50), (bx - st.side * 40, by + 90), (bx - st.side * 100, by + 150)]
    st.sheet.path(poly(fork, closed=False), "none", 0.9, "#fffdf0", 4)


def rain(st: Stage, count: int, slant: float) -> None:
    """Streaks in three lengths and rings on the ground."""
    for long, share, width in ((34, 0.5, 1.6), (58, 0.32, 2.2), (90, 0.18, 3.0)):
        d = ""
        for _ in range(int(count * share)):
            x, y = st.rng.uniform(-100, st.wide + 100), st.rng.uniform(-60, HIGH)
            d += f"M{x:.0f} {y:.0f}l{-st.side * long * slant:.0f} {long}"
        st.sheet.path(d, "none", 0.42, mix("#dfe9f5", st.light.haze, 0.25), width)
    d = ""
    for _ in range(40):
        x, y = st.rng.random() * st.wide, st.rng.uniform(st.lerp(0.4), HIGH)
        r = 6 + (y - st.horizon) * 0.05
        d += oval(x, y, r, r * 0.3)
    st.sheet.path(d, "none", 0.4, mix("#e6eef8", st.light.haze, 0.3), 1.8)


def snow(st: Stage, count: int = 330) -> None:
    """Flakes of three sizes, the largest soft and few."""
    for r, share, fade in ((2.6, 0.6, 0.85), (4.6, 0.32, 0.9), (8.5, 0.08, 0.75)):
        d = "".join(
            oval(st.rng.random() * st.wide, st.rng.random() * HIGH, r * st.rng.uniform(0.7, 1.2))
            for _ in range(int(count * share))
        )
        st.sheet.path(d, mix("#ffffff", st.light.haze, 0.12 if not st.light.dark else 0.3), fade)


def fog(st: Stage) -> None:
    """Banks of fog that thicken towards the horizon; at night the moon and every lamp make a halo in it."""
    haze = mix(st.light.haze, "#ffffff", 0.12 if not st.light.dark else 0.03)
    y = st.horizon
    # By night depth alone makes things pale, so that near ones stay dark against it.
    thick = 0.42 if st.light.dark else 1.0
    veil = [(0, haze, 0.25), (y / HIGH, haze, 0.55), (0.86, haze, 0.2), (1, haze, 0.1)]
    st.sheet.path(
        box(-5, 0, st.wide + 10, HIGH), st.sheet.linear([(at, colour, fade * thick) for at, colour, fade in veil])
    )
    for k in range(7):
        by = y + (k - 3) * 62 + st.rng.uniform(-15, 15)
        bx, half = st.rng.random() * st.wide, st.rng.uniform(300, 620)
        bank = [
            (bx - half, by),
            (bx - half * 0.4, by - 26),
            (bx + half * 0.3, by - 20),
            (bx + half, by + 4),
            (bx + half * 0.2, by + 24),
            (bx - half * 0.5, by + 20),
        ]
        st.sheet.path(smooth(bank), haze, 0.34 if not st.light.dark else 0.2)
    if st.light.dark:
        mx, my = st.lamp
        pale = mix(st.light.sun, "#ffffff", 0.3)
        for reach, strength in ((620, 0.32), (240, 0.4)):
            st.sheet.glow(mx, my, reach, pale, strength)
        # What is nearest lies in the dark, before the pale distance.
        night = mix(st.light.sky[0], "#05070f", 0.5)
        st.sheet.path(
            box(-5, st.feet - 60, st.wide + 10, HIGH),
            st.sheet.linear([(0, night, 0), (0.16, night, 0.5), (1, night, 0.6)]),
        )
        # Lit mist behind the figure's spot, whose outline shows against it.
        st.sheet.glow(st.free, st.feet - st.person * 0.5, st.person * 1.1, mix(haze, pale, 0.4), 0.62)


def fall(st: Stage) -> None:
    """Whatever the scene's weather puts in front of the place; nothing falls under water, in space or indoors."""
    if st.inside or st.scene.place in ("underwater", "stars"):
        return
    match st.scene.weather:
        case "rain":
            rain(st, 420, 0.22)
        case "storm":
            rain(st, 560, 0.55)
        case "snow":
            snow(st)
        case "fog":
            fog(st)
        case _:
            pass
