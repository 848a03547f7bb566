"""What people have built out of doors, each standing on (x, y): houses, towers, bridges, boats and the like."""

import math

from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_stage import Stage
from workbench.images.sketch_svg import arch, box, limb, oval, poly, smooth

LAMP = "#ffcf6b"
WALLS = ("#e5d8bd", "#d8b890", "#c98f70", "#d9d2c4", "#b9c0b4", "#e0c48a", "#c9b4a6")
ROOFS = ("#a1492f", "#7f4a3a", "#8a5a34", "#5d5f6b", "#96623a", "#6d3f3a")


def window(st: Stage, x: float, y: float, w: float, h: float, depth: float = 0.0) -> None:
    """A window standing on y: lit at night, else dark glass with a gleam of sky."""
    if st.light.lamps and st.rng.random() < 0.8:
        glow = mix(st.light.tempered(LAMP), st.light.haze, depth * 0.3)
        st.sheet.glow(x, y - h / 2, min(70.0, max(w, h) * 1.6), glow, 0.42)
        st.sheet.path(box(x - w / 2, y - h, w, h), glow)
    else:
        st.sheet.path(box(x - w / 2, y - h, w, h), mix(st.tone("#3a4656", depth), st.light.sky[1], 0.25))
    st.sheet.path(
        f"M{x:.1f} {y:.1f}v{-h:.1f}M{x - w / 2:.1f} {y - h / 2:.1f}h{w:.1f}",
        "none",
        1,
        st.tone("#5a4434", depth),
        max(1, w * 0.09),
    )


def house(
    st: Stage, x: float, y: float, size: float, depth: float = 0.0, tall: float = 1.0, wall: str = "", roof: str = ""
) -> None:
    """A house, its gable towards the light and its roof along the other side; `size` about its width."""
    rng, d = st.rng, st.side
    wall, roof = wall or rng.choice(WALLS), roof or rng.choice(ROOFS)
    w, h, g = size * 0.36, size * 0.5 * tall, size * 0.34
    long = size * 0.62
    front, back = x + d * size * 0.5, x + d * (size * 0.5 - w)
    far = back - d * long
    st.sheet.path(poly([(back, y), (far, y), (far, y - h), (back, y - h)]), st.tone(shade(wall, 0.74), depth))
    st.sheet.path(
        poly([(front, y), (back, y), (back, y - h), ((front + back) / 2, y - h - g), (front, y - h)]),
        st.tone(shade(wall, 1.08), depth),
    )
    cx, cy = far + d * long * 0.3, y - h - g * 0.7
    st.sheet.path(box(cx - size * 0.04, cy - g * 0.6, size * 0.09, g * 0.9), st.tone("#8a5f4c", depth))
    if st.light.lamps or st.scene.weather == "snow":
        puff = [(cx, cy - g * 0.6), (cx - d * size * 0.06, cy - g * 1.1), (cx - d * size * 0.02, cy - g * 1.7)]
        st.sheet.path(limb(puff, (size * 0.05, size * 0.1, size * 0.16)), mix(st.light.haze, "#ffffff", 0.25), 0.35)
    top = (front + back) / 2
    tiles = [
        (top, y - h - g),
        (far - d * size * 0.05 + d * w * 0.32, y - h - g),
        (far - d * size * 0.06, y - h + size * 0.03),
        (back - d * size * 0.02, y - h + size * 0.03),
    ]
    paint = st.ground(roof, depth)
    st.sheet.path(poly(tiles), paint)
    if size > 90:
        for k in range(1, 5):
            t = k / 5
            a = (tiles[0][0] + (tiles[3][0] - tiles[0][0]) * t, tiles[0][1] + (tiles[3][1] - tiles[0][1]) * t)
            b = (tiles[1][0] + (tiles[2][0] - tiles[1][0]) * t, a[1])
            st.sheet.path(poly([a, b], closed=False), "none", 0.6, shade(paint, 0.78), max(1.0, size * 0.009))
    eave = [(top, y - h - g - size * 0.03), (front + d * size * 0.05, y - h + size * 0.03)]
    st.sheet.path(limb(eave, (size * 0.04, size * 0.04)), st.ground(shade(roof, 0.8), depth))
    st.sheet.path(
        limb([eave[0], (back - d * size * 0.03, y - h + size * 0.03)], (size * 0.04, size * 0.04)),
        st.ground(shade(roof, 0.7), depth),
    )
    rows = max(1, round(tall))
    for row in range(rows):
        wy = y - size * 0.5 * (row + 0.32)
        for part in (0.25, 0.72):
            window(st, back - d * long * part, wy, size * 0.11, size * 0.15, depth)
        if row:
            window(st, top, wy, size * 0.11, size * 0.15, depth)
    st.sheet.path(arch(top, y, size * 0.14, size * 0.28), st.tone("#5a3a26", depth))
    if size > 60:
        window(st, top, y - h - g * 0.2, size * 0.08, size * 0.1, depth)


def tower(
    st: Stage, x: float, y: float, size: float, depth: float = 0.0, roof: str = "#5d4a6b", flag: bool = True
) -> None:
    """A round tower of stone with battlements and a pointed roof."""
    w, d = size * 0.13, st.side
    stone = "#a39a8c"
    body = poly([(x - w * 1.1, y), (x - w, y - size * 0.66), (x + w, y - size * 0.66), (x + w * 1.1, y)])
    st.sheet.path(body, st.tone(stone, depth))
    with st.sheet.group(clip=body):
        st.sheet.path(
            box(x - w * 1.2 if d > 0 else x + w * 0.1, y - size, w * 1.1, size),
            st.tone(shade(stone, 0.66), depth),
            0.85,
        )
        st.sheet.path(box(x + d * w * 0.62 - w * 0.2, y - size, w * 0.4, size), st.tone(shade(stone, 1.2), depth), 0.8)
        for _ in range(12):
            bx, by = x + st.rng.uniform(-w, w), y - st.rng.random() * size * 0.66
            st.sheet.path(box(bx, by, w * 0.3, size * 0.012), st.tone(shade(stone, 0.6), depth), 0.7)
    crown = y - size * 0.66
    st.sheet.path(box(x - w * 1.25, crown - size * 0.05, w * 2.5, size * 0.055), st.tone(shade(stone, 0.85), depth))
    for k in range(5):
        st.sheet.path(
            box(x - w * 1.25 + k * w * 0.53, crown - size * 0.085, w * 0.34, size * 0.04), st.ground(stone, depth)
        )
    peak = crown - size * 0.28
    st.sheet.path(
        poly([(x - w * 1.05, crown - size * 0.05), (x, peak), (x + w * 1.05, crown - size * 0.05)]),
        st.ground(shade(roof, 0.75), depth),
    )
    st.sheet.path(
        poly([(x + d * w * 0.05, crown - size * 0.05), (x, peak), (x + d * w * 1.05, crown - size * 0.05)]),
        st.ground(shade(roof, 1.1), depth),
    )
    for part in (0.2, 0.44, 0.58):
        window(st, x + (part - 0.4) * w, y - size * part, w * 0.34, size * 0.06, depth)
    if flag:
        st.sheet.path(limb([(x, peak + 4), (x, peak - size * 0.1)], (3, 2)), st.tone("#3a3030", depth))
        st.sheet.path(
            smooth(
                [
                    (x, peak - size * 0.1),
                    (x - d * w, peak - size * 0.085),
                    (x - d * w * 1.7, peak - size * 0.06),
                    (x - d * w, peak - size * 0.05),
                    (x, peak - size * 0.045),
                ]
            ),
            st.tone("#c0392f", depth),
        )


def lighthouse(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A striped tower on a rock; its beam shows by night and in thick weather."""
    w = size * 0.12
    st.sheet.path(
        smooth(
            [
                (x - w * 3, y + 6),
                (x - w * 2, y - size * 0.06),
                (x, y - size * 0.09),
                (x + w * 2.2, y - size * 0.05),
                (x + w * 3, y + 6),
            ]
        ),
        st.tone("#6d665f", depth),
    )
    top = y - size * 0.78
    body = poly([(x - w, y - size * 0.05), (x - w * 0.62, top), (x + w * 0.62, top), (x + w, y - size * 0.05)])
    st.sheet.path(body, st.tone("#efe9dc", depth))
    with st.sheet.group(clip=body):
        for k in range(3):
            st.sheet.path(box(x - w * 2, y - size * (0.24 + 0.24 * k), w * 4, size * 0.12), st.tone("#c43d33", depth))
        st.sheet.path(box(x - w * 2 if st.side > 0 else x, y - size, w * 2, size), st.tone("#3a3450", depth), 0.35)
    st.sheet.path(box(x - w * 0.9, top - 4, w * 1.8, size * 0.03), st.tone("#3d3d46", depth))
    lit = st.light.dark or st.scene.weather in ("storm", "fog", "rain") or st.scene.daytime == "dusk"
    lamp = y - size * 0.83
    if lit:
        for turn in (-1, 1):
            beam = poly(
                [(x, lamp), (x + turn * size * 2.3, lamp - size * 0.3), (x + turn * size * 2.3, lamp + size * 0.1)]
            )
            paint = st.sheet.linear(
                [(0, LAMP, 0.65), (1, LAMP, 0)], x2=1 if turn > 0 else 0, y2=0, x1=0 if turn > 0 else 1
            )
            st.sheet.path(beam, paint)
        st.sheet.glow(x, lamp, size * 0.4, LAMP, 0.8)
    st.sheet.path(
        box(x - w * 0.45, lamp - size * 0.04, w * 0.9, size * 0.08), "#fff0b4" if lit else st.tone("#a9c4cf", depth)
    )
    st.sheet.path(
        poly([(x - w * 0.7, lamp - size * 0.04), (x, lamp - size * 0.13), (x + w * 0.7, lamp - size * 0.04)]),
        st.tone("#a3342c", depth),
    )


def windmill(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A mill with four sails."""
    w = size * 0.17
    body = poly([(x - w, y), (x - w * 0.62, y - size * 0.6), (x + w * 0.62, y - size * 0.6), (x + w, y)])
    st.sheet.path(body, st.tone("#e3dac6", depth))
    with st.sheet.group(clip=body):
        st.sheet.path(box(x - w * 2 if st.side > 0 else x, y - size, w * 2, size), st.tone("#857c78", depth), 0.6)
    st.sheet.path(
        smooth([(x - w * 0.75, y - size * 0.58), (x, y - size * 0.78), (x + w * 0.75, y - size * 0.58)]),
        st.ground("#7d4a34", depth),
    )
    hub, turn = (x, y - size * 0.62), st.rng.uniform(0.2, 0.6)
    for k in range(4):
        a = turn + k * math.pi / 2
        ca, sa = math.cos(a), math.sin(a)
        tip = (hub[0] + ca * size * 0.5, hub[1] + sa * size * 0.5)
        st.sheet.path(limb([hub, tip], (size * 0.02, size * 0.012)), st.tone("#4d3a2c", depth))
        n = (-sa * size * 0.09, ca * size * 0.09)
        near = (hub[0] + ca * size * 0.12, hub[1] + sa * size * 0.12)
        st.sheet.path(
            poly([near, tip, (tip[0] + n[0], tip[1] + n[1]), (near[0] + n[0], near[1] + n[1])]),
            st.tone("#d9cbb0", depth),
            0.92,
        )
    window(st, x, y - size * 0.34, w * 0.3, size * 0.07, depth)
    st.sheet.path(arch(x, y, w * 0.5, size * 0.16), st.tone("#4d3424", depth))


def bridge(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A stone bridge of three arches over a stream, `size` units long."""
    h = size * 0.2
    st.sheet.path(
        smooth(
            [
                (x - size * 0.62, y + h * 0.3),
                (x - size * 0.2, y - h * 0.18),
                (x + size * 0.5, y - h * 0.1),
                (x + size * 0.75, y + h * 0.4),
                (x, y + h * 0.75),
            ]
        ),
        mix(st.tone("#4a8aa5", depth), st.light.sky[2], 0.35),
    )
    deck = [
        (x - size * 0.6, y - h * 0.35),
        (x - size * 0.3, y - h * 0.85),
        (x, y - h * 1.08),
        (x + size * 0.3, y - h * 0.85),
        (x + size * 0.6, y - h * 0.35),
        (x + size * 0.6, y + h * 0.15),
        (x - size * 0.6, y + h * 0.15),
    ]
    arches = "".join(
        arch(x + k * size * 0.3, y + h * 0.3, size * 0.2, h * (0.95 if not k else 0.7)) for k in (-1, 0, 1)
    )
    line = "L".join(f"{px:.1f} {py:.1f}" for px, py in deck)
    st.sheet.path(f"M{line}Z{arches}", st.ground("#9f9585", depth), extra='fill-rule="evenodd"')
    st.sheet.path(smooth(deck[:5], closed=False), "none", 1, st.ground("#c5bba8", depth), h * 0.1)
    for k in (-1, 0, 1):
        ring = arch(x + k * size * 0.3, y + h * 0.3, size * 0.2, h * (0.95 if not k else 0.7))
        st.sheet.path(ring, "none", 0.8, st.tone("#6b6258", depth), h * 0.06)


def gate(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A gateway between two stone posts with iron leaves, one of them open."""
    w = size * 0.42
    for turn in (-1, 1):
        px = x + turn * w
        st.sheet.path(box(px - size * 0.1, y - size * 0.85, size * 0.2, size * 0.85), st.tone("#8f867a", depth))
        st.sheet.path(
            box(px - size * 0.1 if st.side > 0 else px + size * 0.02, y - size * 0.85, size * 0.08, size * 0.85),
            st.tone("#5f5850", depth),
        )
        st.sheet.path(box(px - size * 0.13, y - size * 0.9, size * 0.26, size * 0.06), st.ground("#a89f90", depth))
        st.sheet.path(oval(px, y - size * 0.97, size * 0.075), st.ground("#9a9184", depth))
    st.sheet.path(
        smooth([(x - w, y - size * 0.85), (x, y - size * 1.15), (x + w, y - size * 0.85)], closed=False),
        "none",
        1,
        st.tone("#2e2e36", depth),
        size * 0.035,
    )
    for k in range(9):
        bx = x - w + size * 0.12 + k * (2 * w - size * 0.24) / 8
        st.sheet.path(
            limb([(bx, y), (bx, y - size * (0.62 + 0.16 * math.sin(k / 8 * math.pi)))], (size * 0.022, size * 0.014)),
            st.tone("#2e2e36", depth),
        )
    for part in (0.12, 0.55):
        st.sheet.path(box(x - w, y - size * part, 2 * w, size * 0.022), st.tone("#2e2e36", depth))


def castle(st: Stage, x: float, y: float, size: float, depth: float = 0.0) -> None:
    """A castle of walls and many towers on its rock, `size` units wide."""
    from_rock = [
        (x - size * 0.62, y + 60),
        (x - size * 0.5, y - size * 0.02),
        (x - size * 0.2, y - size * 0.08),
        (x + size * 0.3, y - size * 0.08),
        (x + size * 0.55, y),
        (x + size * 0.7, y + 60),
    ]
    st.sheet.path(smooth(from_rock), st.tone("#77705f", depth))
    for k, h in ((-0.2, 0.92), (0.24, 0.8), (0.02, 1.15)):
        tower(st, x + k * size, y - size * 0.12, size * h * 0.85, depth + 0.06, "#4d5a80")
    for low, half, high in ((0.1, 0.36, 0.36), (0.0, 0.5, 0.24)):
        wall = y - size * low
        st.sheet.path(
            box(x - size * half, wall - size * high, size * half * 2, size * high + 20),
            st.sheet.linear([(0, st.tone("#a89d8c", depth), 1), (1, st.tone("#7d7468", depth), 1)]),
        )
        d = "".join(
            box(x - size * half + i * size * half / 8, wall - size * (high + 0.03), size * half / 14, size * 0.035)
            for i in range(16)
        )
        st.sheet.path(d, st.ground("#a89d8c", depth))
        for i in range(5):
            window(st, x + (i - 2) * size * half * 0.36, wall - size * high * 0.55, size * 0.022, size * 0.05, depth)
    for k in (-0.5, 0.5):
        tower(st, x + k * size, y + 10, size * 0.62, depth, "#7d3f3a")
    st.sheet.path(arch(x, y + 16, size * 0.13, size * 0.19, pointed=True), st.tone("#2c2522", depth))


def columns(st: Stage, x: float, y: float, size: float, depth: float = 0.0, broken: bool = False) -> None:
    """A fluted column, whole or broken off."""
    w, h = size * 0.09, size * (st.rng.uniform(0.4, 0.75) if broken else 1.0)
    top = (
        [
            (x - w, y - h),
            (x - w * 0.3, y - h - size * 0.05),
            (x + w * 0.2, y - h + size * 0.03),
            (x + w, y - h - size * 0.02),
        ]
        if broken
        else [(x - w, y - h), (x + w, y - h)]
    )
    shaft = poly([(x - w * 1.1, y), *top, (x + w * 1.1, y)])
    st.sheet.path(shaft, st.tone("#c5b9a2", depth))
    with st.sheet.group(clip=shaft):
        st.sheet.path(
            box(x - w * 1.2 if st.side > 0 else x + w * 0.25, y - h * 1.2, w, h * 1.3), st.tone("#7f7568", depth), 0.85
        )
        for k in (-0.5, 0.0, 0.5):
            st.sheet.path(
                f"M{x + k * w:.1f} {y:.1f}v{-h * 1.2:.1f}", "none", 0.6, st.tone("#8d8272", depth), max(1.5, w * 0.12)
            )
    st.sheet.path(box(x - w * 1.5, y - size * 0.05, w * 3, size * 0.06), st.ground("#b3a78f", depth))
    if not broken:
        st.sheet.path(box(x - w * 1.5, y - h - size * 0.02, w * 3, size * 0.06), st.ground("#d2c6ad", depth))
