"""Animals from the side, looking right: four-footed ones from one plan, and birds, owls and fish; feet at y 0."""

from workbench.images.sketch_birds import finery
from workbench.images.sketch_brush import Brush, horns, scarf, wings
from workbench.images.sketch_muzzles import PLANS, ears, face, membrane, tails
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, limb, oval, poly, smooth


def leg(b: Brush, points: list[Point], width: float, colour: str, hoof: bool, toe: float) -> None:
    """A leg down to its paw or hoof."""
    widths = [width * 1.5, width, width * 0.78, width * 0.66][: len(points)]
    b.limb(points, widths, colour, 0.6)
    x, y = points[-1]
    paw = [
        (x - width * 0.42, y - width * 0.5),
        (x + width * 0.3, y - width * 0.55),
        (x + width * toe, y - width * 0.2),
        (x + width * toe, y),
        (x - width * 0.42, y),
    ]
    b.form(smooth(paw), "#3a3034" if hoof else colour, width)


def quadruped(b: Brush) -> None:
    """Cat, dog, fox, wolf, horse, bear, mouse, hare or dragon."""
    shape, pose, wears = b.figure.shape, b.figure.pose, b.wears
    plan = PLANS[shape]
    coat = b.hue(plan.coat, "fur", "coat", "body", "scales", "hide", "skin", shape)
    L, H, T, W = plan.long * b.rng.uniform(0.94, 1.06), plan.legs, plan.chest, plan.rump
    hoof, t, sits = shape == "horse", plan.thick, pose == "sitting"
    far = shade(coat, 0.7)
    if sits:
        back, front = (-L * 0.26, -H * 0.2 - W * 0.42), (L * 0.16, -H - T * 0.62)
    else:
        back, front = (-L * 0.34, -H - W * 0.5), (L * 0.34, -H - T * 0.5)
    hx, hy = front[0] + plan.neck[0] * (0.6 if sits else 1), front[1] + plan.neck[1] - T * 0.2
    rump = (back[0] - W * 0.42, back[1] - W * 0.12)
    tails(b, plan.tail, rump[0], rump[1], plan.long * (1.2 if "tail" in wears else 0.9), coat, sits)
    if "tail" in wears and plan.tail in ("stub", "puff", "none"):
        tails(b, "bushy", rump[0], rump[1], plan.long * 1.1, coat, sits)
    span = plan.long * (1.0 if shape == "dragon" and "wings" in wears else 0.78)
    if shape == "dragon" or "wings" in wears:
        (membrane if shape == "dragon" else wings)(b, front[0] - L * 0.12, front[1] - T * 0.1, span * 0.92, False)
    step = L * 0.13 if pose == "walking" else L * 0.02
    for dx, near in ((L * 0.07 + step, False), (-step, True)):
        colour = coat if near else far
        if not near:
            leg(
                b,
                [
                    (front[0] + dx * 0.5, front[1] + T * 0.2),
                    (front[0] + dx + 6, -H * 0.5),
                    (front[0] + dx * 1.2, -t * 0.3),
                ],
                t,
                colour,
                hoof,
                0.75,
            )
            if not sits:
                leg(
                    b,
                    [
                        (back[0] + 20, back[1] + W * 0.2),
                        (back[0] - dx * 0.6 + H * 0.1, -H * 0.66),
                        (back[0] - dx - H * 0.14, -H * 0.36),
                        (back[0] - dx, -t * 0.3),
                    ],
                    t,
                    colour,
                    hoof,
                    0.75,
                )
    if sits:
        body = [
            (back[0] - W * 0.5, back[1] + W * 0.2),
            (back[0] - W * 0.3, back[1] - W * 0.42),
            (front[0] - T * 0.5, front[1] - T * 0.1),
            (front[0], front[1] - T * 0.42),
            (front[0] + T * 0.46, front[1]),
            (front[0] + T * 0.34, front[1] + T * 0.7),
            (back[0] + W * 0.62, back[1] + W * 0.5),
            (back[0], back[1] + W * 0.62),
        ]
    else:
        body = [
            (back[0] - W * 0.44, back[1]),
            (back[0] - W * 0.2, back[1] - W * 0.46),
            (0, -H - W * 0.9),
            (front[0] - 10, front[1] - T * 0.52),
            (front[0] + T * 0.42, front[1] - T * 0.16),
            (front[0] + T * 0.34, front[1] + T * 0.42),
            (0, -H - T * 0.02),
            (back[0] + W * 0.3, back[1] + W * 0.38),
            (back[0] - W * 0.28, back[1] + W * 0.36),
        ]
    outline = smooth(body)
    b.form(outline, coat, T * 0.9)
    with b.sheet.group(clip=outline):
        if sits:
            b.flat(oval(front[0] + T * 0.34, front[1] + T * 0.34, T * 0.26, T * 0.52), mix(coat, plan.belly, 0.6), 0.9)
        else:
            b.flat(
                smooth([(-L * 0.3, -H + 4), (0, -H - T * 0.16), (L * 0.46, -H - T * 0.2), (L * 0.4, -H + 30)]),
                mix(coat, plan.belly, 0.55),
                0.85,
            )
        _marks(b, shape, coat, front, back, T)
    if shape == "dragon":
        curve = [
            (front[0] - 10, front[1]),
            (front[0] + T * 0.5, front[1] - T * 0.5),
            (hx - T * 0.5, hy + T * 0.3),
            (hx, hy),
        ]
        b.limb(curve, (T * 0.9, T * 0.6, T * 0.46, plan.head * 1.3), coat)
        for k in range(6):
            u = k / 5
            px, py = (
                curve[0][0] - T * 0.36 + (curve[-1][0] - curve[0][0]) * u * 0.8,
                curve[0][1] - T * 0.3 + (curve[-1][1] - curve[0][1]) * u * 0.94,
            )
            b.form(poly([(px - 16, py + 14), (px - 34, py - 44), (px + 20, py - 4)]), shade(coat, 0.62), 30)
    else:
        b.limb(
            [(front[0] - T * 0.08, front[1] - T * 0.02), ((front[0] + hx) / 2, (front[1] + hy) / 2 + 8), (hx, hy)],
            (T * 0.98, T * 0.72 if shape != "horse" else T * 0.62, plan.head * 1.55),
            coat,
            0.5,
        )
    if shape == "horse":
        mane = b.hue(shade(coat, 0.5), "mane")
        for k in range(8):
            u = k / 7
            mx, my = front[0] - T * 0.3 + (hx - front[0]) * u, front[1] - T * 0.38 + (hy - front[1]) * u
            b.limb(
                [(mx + 18, my - 26), (mx - 20, my + 8), (mx - 26, my + 74)],
                (30, 34, 8),
                shade(mane, 1.0 if k % 2 else 0.84),
            )
    if sits:
        b.form(oval(back[0] + W * 0.1, -W * 0.36, W * 0.5, W * 0.38), coat, W * 0.7)
        b.form(
            smooth(
                [
                    (back[0] - W * 0.1, -t * 0.7),
                    (back[0] + W * 0.5, -t * 0.75),
                    (back[0] + W * 0.72, -t * 0.3),
                    (back[0] + W * 0.7, 0),
                    (back[0] - W * 0.2, 0),
                ]
            ),
            coat,
            t,
        )
    else:
        b.form(oval(back[0] - W * 0.02, back[1] + W * 0.16, W * 0.36, W * 0.44), coat, W * 0.6, 0.3)
        leg(
            b,
            [
                (back[0], back[1] + W * 0.3),
                (back[0] + step * 0.8 + H * 0.1, -H * 0.66),
                (back[0] + step - H * 0.14, -H * 0.36),
                (back[0] + step, -t * 0.3),
            ],
            t * 1.05,
            coat,
            hoof,
            0.78,
        )
    leg(
        b,
        [
            (front[0] - step * 0.3, front[1] + T * 0.22),
            (front[0] - step * 0.8 + 8, -H * 0.5),
            (front[0] - step * 1.1, -t * 0.3),
        ],
        t * 1.05,
        coat,
        hoof,
        0.78,
    )
    if "cloak" in wears or "bag" in wears:
        cloth = b.hue("#7a3f4a", "cloak", "bag")
        b.form(
            smooth(
                [
                    (-L * 0.2, -H - W * 0.96),
                    (L * 0.2, -H - T * 0.98),
                    (L * 0.22, -H - T * 0.3),
                    (-L * 0.22, -H - T * 0.26),
                ]
            ),
            cloth,
            L * 0.3,
        )
    if shape == "dragon" or "wings" in wears:
        (membrane if shape == "dragon" else wings)(b, front[0] - L * 0.16, front[1] - T * 0.2, span, True)
    if "scarf" in wears:
        scarf(b, (front[0] + hx) / 2 + 10, (front[1] + hy) / 2 + plan.head * 0.3, plan.head * 1.7, plan.head * 2.4)
    ears(b, plan.ear, hx, hy, plan.head, coat, far=True)
    face(b, plan, hx, hy, coat)
    ears(b, plan.ear, hx, hy, plan.head, coat, far=False)
    if shape == "dragon":
        horns(b, hx - 6, hy + plan.head * 0.2, plan.head * (1.15 if "horns" in wears else 0.85))
    finery(b, hx, hy, plan.head, (hx + plan.head + plan.snout, hy + plan.head * 0.6))


def _marks(b: Brush, shape: str, coat: str, front: Point, back: Point, deep: float) -> None:
    """Stripes for some cats, patches for some dogs and horses, scales for dragons."""
    if shape == "cat" and b.rng.random() < 0.6:
        for k in range(7):
            x = back[0] - 30 + k * (front[0] - back[0]) / 5
            b.flat(
                limb([(x, back[1] - deep), (x + 8, back[1] - deep * 0.2), (x - 6, back[1] + deep * 0.15)], (18, 14, 2)),
                shade(coat, 0.6),
                0.8,
            )
    elif shape in ("dog", "horse") and b.rng.random() < 0.5:
        for _ in range(3):
            b.flat(
                oval(
                    b.rng.uniform(back[0], front[0]), back[1] - b.rng.uniform(-0.2, 0.4) * deep, deep * 0.3, deep * 0.24
                ),
                mix(coat, "#f4ead8", 0.8),
                0.9,
            )
    elif shape == "dragon":
        for row in range(5):
            for k in range(12):
                x, y = back[0] - 60 + (k + 0.5 * (row % 2)) * 48, back[1] - deep * 0.42 + row * 44
                b.line(f"M{x - 18:.1f} {y:.1f}q18 26 36 0", shade(coat, 0.62), 4, 0.7)
