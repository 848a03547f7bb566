"""Four-footed animals from the side, looking right: one seamless outline each, and what is drawn on it; feet at y 0."""

from itertools import pairwise
from typing import Final

from workbench.images.sketch_beasts import BEASTS, Beast, Leg, Stance
from workbench.images.sketch_birds import finery
from workbench.images.sketch_brush import Brush, horns, scarf, wings
from workbench.images.sketch_muzzles import HEADS, ears, face, membrane, placed
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_stage import flies
from workbench.images.sketch_svg import Point, band, joined, limb, oval, poly, smooth

# Shapes whose feet are dark: hooves, and the fox's stockings.
STOCKINGS: Final = {"fox": 0.55, "horse": 0.0}


def strides(leg: Leg, dx: float, lift: float) -> list[Point]:
    """The joints and ankle of a leg whose foot is moved by dx and lifted."""
    (ax, ay), (bx, by), (cx, cy) = leg.joints
    end = (cx + dx + (-6 if lift else 0), -leg.widths[3] * 0.45 - lift)
    return [(ax, ay), (bx + dx * 0.3 + lift * 0.3, by - lift * 0.2), (cx + dx * 0.7, cy - lift * 0.4), end]


def foot(leg: Leg, ankle: Point, hoof: bool) -> list[Point]:
    """The outline of a paw or hoof under an ankle."""
    x, y = ankle
    w, f, low = leg.widths[3], leg.foot, y + leg.widths[3] * 0.45
    if hoof:
        return [(x - w * 0.5, y - w * 0.2), (x + w * 0.5, y - w * 0.2), (x + w * 0.95, low), (x - w * 0.55, low)]
    return [
        (x - w * 0.5, y - w * 0.3),
        (x + w * 0.4, y - w * 0.35),
        (x + f * 0.62, low - w * 0.42),
        (x + f * 0.7, low - 2),
        (x + f * 0.4, low),
        (x - w * 0.4, low),
        (x - w * 0.56, low - w * 0.2),
    ]


def _held(leg: Leg) -> tuple[list[Point], list[Point]]:
    """A foreleg held before the chest, and its paw."""
    x, y = leg.joints[2]
    w = leg.widths[3]
    return [*leg.joints, (x + 8, y + 8)], [
        (x - w * 0.5, y - 2),
        (x + w, y - 4),
        (x + w, y + w),
        (x - w * 0.3, y + w * 1.1),
    ]


def _drawn_in(leg: Leg, dx: float) -> list[Point]:
    """The joints of a leg folded under the trunk in flight."""
    (x, y), w = leg.joints[0], leg.widths[1]
    return [
        (x + dx, y),
        (x + dx + w * 0.5, y + w * 1.3),
        (x + dx - w * 0.3, y + w * 2.0),
        (x + dx - w * 0.9, y + w * 2.1),
    ]


def limbs(beast: Beast, pose: Stance, walks: bool, near: bool, airborne: bool) -> list[tuple[Leg, list[Point]]]:
    """Fore and hind leg of one side, each with its joints; the two sides swing against one another."""
    step = beast.stride if walks else 0.0
    apart = 0.0 if near else beast.apart * 0.62
    fore = strides(
        pose.fore, (-step if near else step) + apart * (0.5 if walks else 1), 0.0 if near or not walks else step * 0.3
    )
    if airborne:
        return [(leg, _drawn_in(leg, 0 if near else beast.apart * 0.5)) for leg in (pose.fore, pose.hind)]
    hind = strides(pose.hind, (step * 0.7 if near else -step * 0.8) + apart * (0.3 if walks else 0.8), 0.0)
    return [(pose.fore, fore), (pose.hind, hind)]


def quadruped(b: Brush) -> None:
    """Cat, dog, fox, wolf, horse, bear, mouse, hare or dragon."""
    shape, wears = b.figure.shape, b.wears
    beast = BEASTS[shape]
    sits, walks = b.figure.pose == "sitting", b.figure.pose == "walking"
    pose = beast.sits if sits else beast.stands
    coat = b.hue(beast.coat, "fur", "coat", "body", "scales", "hide", "skin", shape)
    long = b.rng.uniform(0.95, 1.05)
    with b.sheet.group(transform=f"scale({long:.3f} 1)"):
        _painted(b, beast, pose, coat, sits, walks)
    hx, hy = pose.head[0] * long, pose.head[1]
    if "scarf" in wears:
        x, y, w = pose.neck
        scarf(b, x * long, y, w * 0.62, w * 1.5)
    nx, ny, _ = HEADS[shape].nose
    if shape == "horse":
        hx, hy = hx + 0.06 * beast.r, hy - 0.1 * beast.r
    if shape == "dragon":
        horns(b, hx - 6, hy + beast.r * 0.2, beast.r * (1.15 if "horns" in wears else 0.85))
    finery(b, hx, hy, beast.r, (hx + nx * beast.r, hy + (ny + 0.3) * beast.r))


def _painted(b: Brush, beast: Beast, pose: Stance, coat: str, sits: bool, walks: bool) -> None:
    """The animal itself, far parts first."""
    shape, wears = b.figure.shape, b.wears
    hoof = shape == "horse"
    far, dark = shade(coat, 0.66), mix(coat, "#2a2024", 0.8)
    (wx, wy), (hx, hy) = pose.withers, pose.head
    span = beast.r * (3.6 if shape != "dragon" else 5.8 if "wings" in wears else 4.6)
    winged = membrane if shape == "dragon" else wings
    if shape == "dragon" or "wings" in wears:
        winged(b, wx + 20, wy + 40, span * 0.92, False)
    for leg, line in limbs(beast, pose, walks, near=False, airborne=flies(b.figure)):
        # Somebody who sits hides the far thigh, and the mouse its far hand.
        if sits and not hoof and (leg is pose.hind or shape == "mouse"):
            continue
        ring = foot(leg, line[-1], hoof)
        b.form(joined([band(line, leg.widths), ring]), far, leg.widths[2] * 1.4)
        _feet(b, shape, leg, line, ring, shade(dark, 0.8))
    ears(b, shape, hx, hy, beast.r, coat, far=True)
    tail = _tail(b, shape, pose.dock, beast.r * (1.3 if "tail" in wears else 1.0), coat, sits)
    near = limbs(beast, pose, walks, near=True, airborne=flies(b.figure))
    feet = [(leg, line, foot(leg, line[-1], hoof)) for leg, line in near]
    head = placed(HEADS[shape].outline, hx, hy, beast.r)
    if sits and shape == "mouse":
        feet[0] = (feet[0][0], *_held(feet[0][0]))
    rings: list[list[Point]] = [list(pose.trunk), head, *([tail] if tail else [])]
    for leg, line, ring in feet:
        rings += [band(line, leg.widths), ring]
    b.form(joined(rings), coat, beast.r * 1.15, 0.85)
    _marks(b, beast, pose, coat, sits)
    if sits and not hoof:
        _haunch(b, pose, beast.r, coat)
        leg, line, ring = feet[0]
        b.form(joined([band(line, leg.widths), ring]), coat, leg.widths[2] * 1.5, 0.5)
    for leg, line, ring in feet:
        if not sits or hoof or leg is pose.fore:
            _feet(b, shape, leg, line, ring, dark)
        if not sits or hoof:
            _crease(b, leg, line, coat)
    if shape == "horse":
        _mane(b, pose, beast.r, coat)
    if "cloak" in wears or "bag" in wears:
        _cloth(b, pose, beast.r)
    if shape == "dragon" or "wings" in wears:
        winged(b, wx - 10, wy + 34, span, True)
    face(b, shape, hx, hy, beast.r, coat, beast.belly)
    ears(b, shape, hx, hy, beast.r, coat, far=False)
    if shape == "cat":
        ears(b, shape, hx, hy, beast.r, coat, far=True)


def _feet(b: Brush, shape: str, leg: Leg, line: list[Point], ring: list[Point], dark: str) -> None:
    """Hooves, dark stockings, pink toes, or the lines between toes."""
    if shape == "horse":
        b.flat(poly(ring), "#33292c")
    elif shape == "fox":
        (ax, ay), (bx, by) = line[1], line[2]
        low = ((ax + bx * 2) / 3, (ay + by * 2) / 3)
        w = leg.widths
        b.flat(joined([band([low, line[2], line[3]], (w[1] * 0.5, w[2], w[3])), ring]), dark)
    elif shape == "mouse":
        b.flat(smooth(ring), mix("#d99a8c", dark, 0.2))
    else:
        x, y = line[-1]
        sole = y + leg.widths[3] * 0.45
        for k in (0.3, 0.5):
            b.line(f"M{x + leg.foot * k:.1f} {sole - 3:.1f}v{-leg.foot * 0.17:.1f}", dark, leg.foot * 0.045, 0.6)


def _crease(b: Brush, leg: Leg, line: list[Point], coat: str) -> None:
    """The soft line behind a shoulder or haunch, so that the leg stands out from the trunk."""
    (ax, ay), (bx, by) = line[0], line[1]
    w, v = leg.widths[0], leg.widths[1]
    curve = [(ax - w * 0.5, ay - w * 0.1), (ax - w * 0.44, ay + (by - ay) * 0.45), (bx - v * 0.5, by)]
    if bx > ax:
        curve = [(ax + w * 0.5, ay - w * 0.25), (ax + w * 0.56, ay + (by - ay) * 0.5), (bx + v * 0.46, by)]
    b.line(smooth(curve, closed=False), shade(coat, 0.6), max(4.0, w * 0.045), 0.36)


def _haunch(b: Brush, pose: Stance, r: float, coat: str) -> None:
    """The thigh of somebody who sits, round before the belly, and the foot before it."""
    x, y = pose.hind.joints[0]
    w = pose.hind.widths[0]
    left = min(px for px, _ in pose.trunk)
    half = min(w * 0.86, x - left - 6)
    high = min(w * 0.95, -y * 1.02)
    with b.sheet.group(clip=joined([pose.trunk])):
        b.form(oval(x + w * 0.06, y + high * 0.1, half, high), coat, r * 0.9, 0.5)
    leg = pose.hind
    f, e = leg.foot, leg.joints[2][0]
    toes = [(x - f * 0.3, -2), (x - f * 0.2, -f * 0.34), (e, -f * 0.44), (e + f * 0.56, -f * 0.36), (e + f * 0.68, -2)]
    b.form(smooth([*toes, (x, 0)]), coat, f * 0.5, 0.6)


def _tail(b: Brush, shape: str, dock: Point, r: float, coat: str, sits: bool) -> list[Point]:
    """The tail's outline where it is one with the body; tails of another kind are drawn right away."""
    x, y = dock
    ground = -14.0

    def along(*points: Point) -> list[Point]:
        return [(x + px * r, min(ground, y + py * r)) for px, py in points]

    match shape:
        case "cat":
            line = (
                along((0.2, 0.0), (-0.9, 0.4), (-1.5, 0.3), (-1.4, -0.3))
                if sits
                else along((0.2, 0.1), (-0.5, -0.3), (-0.86, -1.1), (-0.7, -1.9), (-1.0, -2.4))
            )
            return band(line, [0.34 * r] * (len(line) - 1) + [0.2 * r])
        case "dog":
            line = (
                along((0.2, 0.1), (-0.7, 0.2), (-1.3, -0.1))
                if sits
                else along((0.3, 0.2), (-0.4, -0.2), (-0.74, -0.9), (-0.6, -1.5))
            )
            return band(line, (0.44 * r, 0.36 * r, 0.26 * r, 0.1 * r)[-len(line) :])
        case "fox" | "wolf":
            fox = shape == "fox"
            if sits:
                line = along((0.2, 0.1), (-0.9, 0.3), (-2.0, 0.2), (-2.7, 0.0))
            elif fox:
                line = along((0.3, 0.1), (-0.7, 0.1), (-1.9, 0.7), (-3.0, 1.1))
            else:
                line = along((0.2, 0.1), (-0.5, 0.5), (-0.8, 1.4), (-0.9, 2.4))
            full = 1.2 if fox else 0.66
            widths = (0.34 * r, full * 0.8 * r, full * r, 0.1 * r)
            b.limb(line, widths, shade(coat, 0.94), 0.9)
            tip = mix(coat, "#fbf5ea", 0.9) if fox else mix(coat, "#221e22", 0.65)
            (ax, ay), (bx, by) = line[2], line[3]
            share = 0.4
            cut = (ax + (bx - ax) * share, ay + (by - ay) * share)
            with b.sheet.group(clip=limb(line, widths)):
                b.flat(limb([cut, (bx + (bx - ax) * 0.3, by + (by - ay) * 0.3)], (full * 1.5 * r, r)), tip)
            return []
        case "horse":
            mane = b.hue(shade(coat, 0.42), "mane", "tail")
            line = (
                along((0.2, 0.1), (-0.7, 0.4), (-0.9, 2.0), (-0.6, 4.2))
                if not sits
                else along((0.2, 0.0), (-0.9, 0.7), (-1.6, 2.0), (-2.8, 2.4))
            )
            d = limb(line, (0.36 * r, 0.7 * r, 0.86 * r, 0.12 * r))
            b.form(d, mane, r * 0.7)
            b.folds(d, [line], mane, 6)
            return []
        case "bear":
            return band(along((0.3, 0.0), (-0.3, 0.1)), (0.5 * r, 0.36 * r))
        case "mouse":
            line = along((0.3, 0.3), (-0.8, 0.7), (-1.6, 0.0), (-2.4, 0.3))
            b.limb(line, (0.24 * r, 0.16 * r, 0.12 * r, 0.05 * r), mix(coat, "#d99a8c", 0.7))
            return []
        case "hare":
            b.form(oval(x - 0.1 * r, y + 0.1 * r, 0.5 * r, 0.46 * r), mix(coat, "#ffffff", 0.8), r * 0.6)
            if "tail" in b.wears:
                b.limb(along((0, 0), (-1.4, -0.2), (-2.2, -1.0)), (0.4 * r, 0.5 * r, 0.1 * r), coat)
            return []
        case _:
            line = along((1.0, -0.2), (-0.5, 0.5), (-1.7, 1.4), (-3.0, 1.6), (-3.9, 0.8), (-4.0, 0.0))
            if sits:
                line = along((0.5, -0.4), (-0.7, 0.3), (-2.0, 0.5), (-3.1, 0.2), (-3.7, -0.5))
            tx, ty = line[-1]
            spade = [
                (tx - 0.5 * r, ty + 0.3 * r),
                (tx - 0.1 * r, ty - 0.9 * r),
                (tx + 0.5 * r, ty + 0.1 * r),
                (tx, ty + 0.2 * r),
            ]
            b.form(poly(spade), shade(coat, 0.62), 50)
            return band(line, [w * r for w in (1.7, 1.2, 0.74, 0.44, 0.26, 0.14)][-len(line) :])


def _mane(b: Brush, pose: Stance, r: float, coat: str) -> None:
    """Locks that fall from the crest, and a forelock."""
    mane = b.hue(shade(coat, 0.42), "mane")
    hx, hy = pose.head
    crest = pose.trunk[4:8]
    spots = [(a[0] + (c[0] - a[0]) * t, a[1] + (c[1] - a[1]) * t) for a, c in pairwise(crest) for t in (0, 0.5)]
    for k, (x, y) in enumerate([*spots, crest[-1]]):
        b.limb(
            [(x + 14, y + 2), (x - 10, y + 26), (x - 6, y + 84), (x - 22, y + 118)],
            (20, 44, 36, 6),
            shade(mane, 1.0 if k % 2 else 0.86),
            0.6,
        )
    b.limb(
        [(hx - r * 0.1, hy - r * 0.8), (hx + r * 0.36, hy - r * 0.44), (hx + r * 0.5, hy + r * 0.06)],
        (r * 0.3, r * 0.3, 4),
        mane,
    )


def _cloth(b: Brush, pose: Stance, r: float) -> None:
    """A blanket over the back, or a pack."""
    (wx, wy), (dx, dy) = pose.withers, pose.dock
    ux, uy = (dx - wx) / 4, (dy - wy) / 4
    length = (ux * ux + uy * uy) ** 0.5 or 1.0
    # Across the back, towards the belly.
    nx, ny = uy / length * -1, ux / length * -1
    a, c = (
        (wx + ux * 0.4 - nx * r * 0.2, wy + uy * 0.4 - ny * r * 0.2),
        (wx + ux * 2.8 - nx * r * 0.2, wy + uy * 2.8 - ny * r * 0.2),
    )
    if ny < 0:
        nx, ny = -nx, -ny
    deep = r * 1.7
    ring = [
        a,
        ((a[0] + c[0]) / 2 - nx * 6, (a[1] + c[1]) / 2 - ny * 6),
        c,
        (c[0] + nx * deep, c[1] + ny * deep),
        (a[0] + nx * deep, a[1] + ny * deep),
    ]
    cloth = b.hue("#7a3f4a", "cloak", "bag")
    b.form(poly(ring), cloth, r * 1.6)
    edge = [(c[0] + nx * deep * 0.86, c[1] + ny * deep * 0.86), (a[0] + nx * deep * 0.86, a[1] + ny * deep * 0.86)]
    b.line(poly(edge, closed=False), shade(cloth, 1.4), r * 0.1)


def _marks(b: Brush, beast: Beast, pose: Stance, coat: str, sits: bool) -> None:
    """What the coat has on it: a pale underside, a saddle, stripes, patches, scales."""
    shape, r = b.figure.shape, beast.r
    trunk = smooth(pose.trunk)
    (wx, wy), (dx, dy), (nx, ny, nw) = pose.withers, pose.dock, pose.neck
    low = max(y for _, y in pose.trunk)
    right = max(x for x, _ in pose.trunk)
    pale = mix(coat, beast.belly, 0.75)
    with b.sheet.group(clip=trunk):
        if shape != "bear" and shape != "horse":
            if sits:
                b.flat(oval(nx + nw * 0.44, ny + nw * 1.3, nw * 0.42, nw * 1.5), pale, 0.95)
            else:
                b.flat(
                    smooth(
                        [
                            (dx + r, low - r * 0.1),
                            (0, low - r * 0.34),
                            (right - r * 0.5, low - r * 0.5),
                            (right, low + r),
                            (dx, low + r),
                        ]
                    ),
                    pale,
                    0.9,
                )
                b.flat(oval(right - r * 0.1, ny + nw * 0.9, r * 0.42, r * 0.9), pale, 0.95)
        match shape:
            case "wolf":
                saddle = mix(coat, "#2c2a30", 0.5)
                points = [
                    (dx - 60, dy - 60),
                    (wx, wy - 60),
                    (nx, ny - nw),
                    (nx - nw * 0.3, ny),
                    (wx - 10, wy + r * 0.9),
                    (dx + 60, dy + r * 0.5),
                    (dx - 60, dy + r * 0.4),
                ]
                b.flat(smooth(points), saddle, 0.75)
            case "cat" if b.rng.random() < 0.7:
                for k in range(7):
                    t = k / 6
                    x, y = dx + (wx - dx) * t + 14, dy + (wy - dy) * t
                    b.flat(
                        limb([(x, y - r * 0.8), (x + 6, y), (x + 16, y + r * 0.72)], (r * 0.2, r * 0.2, 2)),
                        shade(coat, 0.62),
                        0.85,
                    )
            case "dog" if b.rng.random() < 0.6:
                x, y = (dx + wx) / 2, (dy + wy) / 2
                tone = shade(coat, 0.55) if b.rng.random() < 0.5 else mix(coat, "#f6efe0", 0.85)
                b.flat(
                    smooth(
                        [
                            (x - r * 1.2, y - r),
                            (x + r * 1.3, y - r),
                            (x + r * 1.0, y + r * 0.9),
                            (x - r * 0.2, y + r * 0.6),
                            (x - r * 1.1, y + r * 1.1),
                        ]
                    ),
                    tone,
                )
            case "horse" if b.rng.random() < 0.3:
                for _ in range(4):
                    b.flat(
                        oval(b.rng.uniform(dx, wx), dy + b.rng.uniform(0, 1.6) * r, r * 0.9, r * 0.6), "#efe6d6", 0.9
                    )
            case "bear":
                b.flat(oval(wx + r * 0.4, wy + r * 0.1, r * 1.4, r * 0.4), shade(coat, 1.16), 0.6)
            case "dragon":
                for row in range(6):
                    for k in range(16):
                        x, y = dx - 60 + (k + 0.5 * (row % 2)) * 44, wy + 20 + row * 40
                        b.line(f"M{x - 16:.1f} {y:.1f}q16 24 32 0", shade(coat, 0.66), 4, 0.6)
            case _:
                pass
    if shape == "dragon":
        back = pose.trunk[1:9]
        for (ax, ay), (cx, cy) in pairwise(back):
            for t in (0.2, 0.7):
                x, y = ax + (cx - ax) * t, ay + (cy - ay) * t
                length = ((cx - ax) ** 2 + (cy - ay) ** 2) ** 0.5 or 1.0
                ux, uy = (cx - ax) / length, (cy - ay) / length
                spike = [
                    (x - ux * 20, y - uy * 20),
                    (x + uy * 46 - ux * 16, y - ux * 46 - uy * 16),
                    (x + ux * 20, y + uy * 20),
                ]
                b.form(poly(spike), shade(coat, 0.6), 24)
