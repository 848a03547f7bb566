"""Birds, owls and fish, looking right; feet or belly at y 0, those on the wing higher."""

from collections.abc import Callable, Mapping
from typing import Final

from workbench.images.sketch_brush import Brush, crown, glasses, hat, horns, lantern, scarf, wings
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_stage import flies, leaps
from workbench.images.sketch_svg import Point, oval, poly, smooth


def finery(b: Brush, x: float, y: float, r: float, mouth: Point) -> None:
    """What an animal wears on its head or carries in its mouth."""
    if "horns" in b.wears and b.figure.shape != "dragon":
        horns(b, x, y, r)
    if "glasses" in b.wears:
        looking_here = {"owl": ((-0.45, 0.4), (0.55, 0.4)), "cat": ((-0.28, 0.34), (0.62, 0.34))}
        eyes = looking_here.get(b.figure.shape, ((0.46, 0.28), (0.92, 0.18)))
        glasses(b, x, y - r * 0.1, r, eyes)
    if "hat" in b.wears:
        hat(b, x, y, r)
    if "helmet" in b.wears or "hood" in b.wears:
        b.form(
            smooth(
                [
                    (x - r * 1.0, y),
                    (x - r * 0.8, y - r * 0.9),
                    (x, y - r * 1.2),
                    (x + r * 0.7, y - r * 0.8),
                    (x + r * 0.7, y - r * 0.36),
                    (x, y - r * 0.3),
                ]
            ),
            b.hue("#8f98a4", "helmet", "hood"),
            r,
        )
    if "crown" in b.wears:
        crown(b, x, y - (r * 0.8 if "hat" in b.wears else r * 0.1), r * 0.9)
    if "lantern" in b.wears:
        lantern(b, mouth[0] - r * 0.2, mouth[1], r * 1.2)


def bird(b: Brush) -> None:
    """A songbird or crow on two legs."""
    coat = b.hue(b.rng.choice(("#3f6f9c", "#3a3a44", "#a8552f")), "feather", "plumage", "body", "coat", "bird")
    belly = b.hue(mix(coat, "#f3e2c0", 0.7), "belly", "breast")
    if flies(b.figure):
        _on_the_wing(b, coat, belly)
        return
    lift = 90.0 if b.figure.pose != "sitting" else 34.0
    for dx in (24, -16):
        b.line(f"M{dx} {-lift - 20:.0f}L{dx + 6} -8M{dx + 6} -8l40 4M{dx + 6} -8l-26 4M{dx + 6} -8l26 8", "#c98a3a", 9)
    tail = 1.5 if "tail" in b.wears else 1.0
    b.form(
        poly([(-110, -lift - 70), (-300 * tail, -lift - 40), (-310 * tail, -lift + 4), (-90, -lift - 10)]),
        shade(coat, 0.72),
        60,
    )
    body = smooth(
        [
            (-170, -lift - 90),
            (-60, -lift - 210),
            (60, -lift - 290),
            (150, -lift - 250),
            (160, -lift - 130),
            (70, -lift - 16),
            (-60, -lift - 8),
        ]
    )
    b.form(body, coat, 180)
    with b.sheet.group(clip=body):
        b.flat(
            smooth(
                [
                    (170, -lift - 220),
                    (110, -lift - 160),
                    (40, -lift - 60),
                    (-80, -lift),
                    (60, -lift + 30),
                    (190, -lift - 60),
                ]
            ),
            belly,
        )
    hx, hy, r = 120.0, -lift - 300.0, 88.0
    b.form(oval(hx, hy, r), coat, r * 1.3)
    b.form(
        poly([(hx + r * 0.72, hy - r * 0.2), (hx + r * 1.6, hy + r * 0.12), (hx + r * 0.7, hy + r * 0.34)]),
        "#e0a03c",
        40,
    )
    b.flat(oval(hx + r * 0.36, hy - r * 0.12, r * 0.17), "#f6efe0")
    b.flat(oval(hx + r * 0.4, hy - r * 0.12, r * 0.11), "#17131a")
    b.sheet.path(oval(hx + r * 0.44, hy - r * 0.17, r * 0.04), "#ffffff")
    if "wings" in b.wears:
        wings(b, 20, -lift - 190, 330)
    else:
        wing = smooth([(60, -lift - 220), (90, -lift - 150), (0, -lift - 80), (-230, -lift - 56), (-110, -lift - 150)])
        b.form(wing, shade(coat, 0.8), 90)
        b.folds(
            wing,
            [[(40, -lift - 170 + 22 * k), (-50, -lift - 130 + 22 * k), (-190, -lift - 80 + 12 * k)] for k in range(4)],
            coat,
            6,
        )
    if "scarf" in b.wears:
        scarf(b, hx - 10, hy + r * 0.86, r * 1.7, 220)
    finery(b, hx, hy, r, (hx + r * 1.4, hy + r * 0.2))


def pinion(b: Brush, root: Point, tip: Point, trailing: Point, colour: str, feathers: int = 7) -> None:
    """A spread wing from its root to its tip, its feathers along the trailing edge back to `trailing`."""
    (rx, ry), (tx, ty), (ex, ey) = root, tip, trailing
    # The wrist bends away from the trailing edge.
    bx, by = rx + (tx - rx) * 0.5 + (rx - ex) * 0.3, ry + (ty - ry) * 0.5 + (ry - ey) * 0.3
    outline: list[Point] = [(rx, ry), (bx, by), (tx, ty)]
    quills = []
    for i in range(1, feathers + 1):
        u = i / feathers
        # The feathers' ends run along a curve from the tip, outside of the straight way.
        bow = 0.22 * u * (1 - u) * 4
        px, py = tx + (ex - tx) * u + (ex - rx) * bow, ty + (ey - ty) * u + (ey - ry) * bow
        outline += [(px + (rx - px) * 0.06, py + (ry - py) * 0.06), (px, py)]
        quills.append((px, py))
    d = f"{smooth(outline)}"
    size = abs(tx - rx) + abs(ty - ry)
    b.form(d, colour, size * 0.3, 0.8)
    with b.sheet.group(clip=d):
        for px, py in quills:
            ax, ay = bx + (rx - bx) * 0.4, by + (ry - by) * 0.4
            b.line(
                f"M{ax:.1f} {ay:.1f}Q{(ax + px) / 2 + (bx - rx) * 0.14:.1f} {(ay + py) / 2:.1f} {px:.1f} {py:.1f}",
                shade(colour, 0.62),
                size * 0.014,
                0.7,
            )


def _on_the_wing(b: Brush, coat: str, belly: str) -> None:
    """A bird that flies: stretched out, its wings raised, its feet drawn in."""
    tail = 1.4 if "tail" in b.wears else 1.0
    feathers = b.hue(shade(coat, 0.84), "wing")
    pinion(b, (66, -196), (196, -470), (-50, -250), shade(feathers, 0.72))
    b.form(
        smooth(
            [
                (-100, -160),
                (-240 * tail, -206),
                (-330 * tail, -196),
                (-310 * tail, -160),
                (-340 * tail, -120),
                (-230 * tail, -112),
                (-90, -108),
            ]
        ),
        shade(coat, 0.72),
        60,
    )
    for dy in (0, 16):
        b.line(f"M-30 {-74 + dy}L-116 {-70 + dy}l-26 -10m26 10l-30 6", "#c98a3a", 8)
    body = smooth([(-150, -140), (-60, -194), (50, -226), (130, -216), (178, -160), (120, -90), (10, -62), (-90, -92)])
    b.form(body, coat, 150)
    with b.sheet.group(clip=body):
        b.flat(smooth([(190, -170), (110, -130), (-20, -104), (-120, -116), (-60, -40), (160, -50)]), belly)
    hx, hy, r = 172.0, -218.0, 66.0
    b.form(oval(hx, hy, r), coat, r * 1.3)
    b.form(
        poly([(hx + r * 0.7, hy - r * 0.2), (hx + r * 1.6, hy + r * 0.12), (hx + r * 0.7, hy + r * 0.36)]),
        "#e0a03c",
        30,
    )
    b.flat(oval(hx + r * 0.36, hy - r * 0.12, r * 0.18), "#f6efe0")
    b.flat(oval(hx + r * 0.4, hy - r * 0.12, r * 0.12), "#17131a")
    b.sheet.path(oval(hx + r * 0.45, hy - r * 0.17, r * 0.045), "#ffffff")
    pinion(b, (76, -176), (-96, -500), (-120, -168), feathers)
    if "scarf" in b.wears:
        scarf(b, hx - 50, hy + r * 0.7, r * 1.3, 190)
    finery(b, hx, hy, r, (hx + r * 1.4, hy + r * 0.2))


def owl(b: Brush) -> None:
    """An owl that looks at us."""
    coat = b.hue("#8a6a48", "feather", "plumage", "body", "coat", "owl")
    pale = mix(coat, "#f3e6cc", 0.7)
    spread = flies(b.figure)
    for dx in (-44, 40):
        b.form(smooth([(dx - 38, 0), (dx - 26, -34), (dx + 26, -34), (dx + 42, 0)]), "#c9933e", 40)
    if spread:
        feathers = b.hue(shade(coat, 0.84), "wing")
        for side in (-1, 1):
            tone = feathers if side > 0 else shade(feathers, 0.86)
            pinion(b, (side * 90, -366), (side * 520, -470), (side * 110, -150), tone, 8)
    b.form(
        smooth([(-60, -70), (60, -70), (44, 14 if "tail" in b.wears else -6), (-44, 14 if "tail" in b.wears else -6)]),
        shade(coat, 0.7),
        60,
    )
    body = smooth([(-160, -240), (-130, -60), (0, -16), (130, -60), (160, -240), (130, -390), (0, -430), (-130, -390)])
    b.form(body, coat, 220)
    with b.sheet.group(clip=body):
        b.flat(oval(14, -190, 104, 160), pale)
        for row in range(6):
            for k in range(5):
                x, y = -76 + k * 42 + 20 * (row % 2), -290 + row * 44
                b.line(f"M{x - 12} {y}q12 20 24 0", shade(coat, 0.74), 6)
    for side in () if spread else (-1, 1):
        b.form(
            smooth([(side * 120, -320), (side * 178, -220), (side * 150, -60), (side * 96, -110), (side * 110, -240)]),
            shade(coat, 0.78),
            70,
        )
    r, hy = 138.0, -440.0
    for side in (-1, 1):
        b.form(
            poly([(side * 50, hy - r * 0.7), (side * 118, hy - r * 1.24), (side * 128, hy - r * 0.36)]),
            shade(coat, 0.85),
            50,
        )
    b.form(
        smooth(
            [
                (-r * 1.08, hy),
                (-r * 0.8, hy - r * 0.78),
                (0, hy - r * 0.74),
                (r * 0.8, hy - r * 0.78),
                (r * 1.08, hy),
                (r * 0.7, hy + r * 0.72),
                (0, hy + r * 0.88),
                (-r * 0.7, hy + r * 0.72),
            ]
        ),
        coat,
        r,
    )
    for apart in (-0.42, 0.5):
        b.flat(oval(apart * r, hy + 6, r * 0.46), pale)
        b.flat(oval(apart * r, hy + 6, r * 0.32), b.hue("#e8a834", "eye"))
        b.flat(oval(apart * r + 6, hy + 6, r * 0.2), "#17121a")
        b.sheet.path(oval(apart * r + 16, hy - 8, r * 0.07), "#ffffff")
    b.form(poly([(-12, hy + 20), (24, hy + 20), (8, hy + 72)]), "#d89a38", 30)
    if "scarf" in b.wears:
        scarf(b, 0, hy + r * 0.86, r * 1.5, 230)
    finery(b, 4, hy + 10, r * 0.92, (30, hy + 80))


def fish(b: Brush) -> None:
    """A fish, swimming level or leaping out of the water."""
    if leaps(b.light.scene):
        with b.sheet.group(transform="rotate(-38 -190 -160)"):
            _fish(b)
    else:
        _fish(b)


def _fish(b: Brush) -> None:
    """A fish with fins, scales and a wondering eye."""
    coat = b.hue(b.rng.choice(("#d8742c", "#3f86a8", "#c2483a")), "scales", "body", "coat", "fish", "skin")
    fin = b.hue(shade(coat, 0.8), "fin")
    long = 1.35 if "tail" in b.wears else 1.0
    b.form(smooth([(-190, -170), (-330 * long, -290), (-300 * long, -170), (-340 * long, -50)]), fin, 100)
    b.form(smooth([(-110, -260), (-60, -350), (60, -330), (110, -270)]), fin, 80)
    b.form(smooth([(-20, -90), (-60, -10), (30, -40), (70, -90)]), fin, 60)
    body = smooth(
        [(-220, -170), (-110, -255), (60, -285), (200, -220), (250, -165), (190, -100), (40, -66), (-110, -100)]
    )
    b.form(body, coat, 170)
    with b.sheet.group(clip=body):
        b.flat(smooth([(-200, -130), (0, -112), (240, -140), (200, -40), (-100, -50)]), mix(coat, "#fbeed2", 0.75), 0.9)
        for row in range(5):
            for k in range(8):
                x, y = -170 + k * 36 + 18 * (row % 2), -240 + row * 30
                b.line(f"M{x} {y - 14}q18 14 0 28", shade(coat, 0.7), 4, 0.7)
    b.form(smooth([(20, -170), (-70, -130), (-60, -90), (40, -140)]), fin, 50)
    b.line("M120 -262Q84 -170 118 -92", shade(coat, 0.58), 8)
    b.flat(oval(176, -196, 30), "#f8f2e4")
    b.flat(oval(182, -196, 18), b.hue("#1a1620", "eye"))
    b.sheet.path(oval(188, -202, 6), "#ffffff")
    b.line("M246 -152Q220 -138 200 -146", shade(coat, 0.45), 7)
    if "wings" in b.wears:
        wings(b, 0, -210, 300)
    if "scarf" in b.wears:
        scarf(b, 90, -110, 90, 200)
    finery(b, 150, -210, 84, (250, -150))


OTHERS: Final[Mapping[str, Callable[[Brush], None]]] = {"bird": bird, "owl": owl, "fish": fish}
