"""What people carry: in the far hand, in the near hand, at the belt or on the back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from workbench.images import sketch_cloaks as cloaks
from workbench.images.sketch_brush import GOLD, Brush, lantern
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, box, oval, poly, smooth

if TYPE_CHECKING:
    from workbench.images.sketch_people import Body


def staff(b: Brush, hand: Point, high: float) -> None:
    """A knotted staff, `high` units, through the hand and down to the ground."""
    x, y = hand
    wood = b.hue("#7d5a38", "staff")
    b.limb([(x - 8, 0 if y < 0 else y), (x, y), (x + 6, -high + 60), (x - 14, -high)], (20, 24, 26, 20), wood)
    b.limb([(x - 14, -high), (x + 30, -high - 44), (x + 58, -high + 4), (x + 30, -high + 34)], (22, 22, 18, 6), wood)
    b.shine(x + 24, -high - 4, 19, b.hue("#7fd8e0", "gem", "crystal"))


def sword(b: Brush, hand: Point, body: Body) -> None:
    """A raised blade."""
    x, y = hand
    steel = b.hue("#cdd4dc", "sword", "blade")
    long = body.build.torso * 1.55
    with b.sheet.group(transform=f"rotate(24 {x:.1f} {y:.1f})"):
        b.form(
            poly(
                [(x - 15, y - 30), (x - 12, y - long * 0.9), (x, y - long), (x + 12, y - long * 0.9), (x + 15, y - 30)]
            ),
            steel,
            26,
            1.3,
        )
        b.line(f"M{x:.1f} {y - 40:.1f}V{y - long * 0.86:.1f}", shade(steel, 0.6), 4)
        b.limb([(x - 54, y - 30), (x, y - 24), (x + 54, y - 30)], (15, 20, 15), GOLD)
        b.limb([(x, y - 20), (x, y + 44)], (18, 18), "#5d3422")
        b.form(oval(x, y + 50, 15), GOLD, 22)


def umbrella(b: Brush, hand: Point, body: Body) -> None:
    """An open umbrella over the head."""
    x, y = hand
    colour = b.hue("#b8403a", "umbrella")
    top = body.head[1] - body.build.head * 2.3
    half = body.build.shoulders * 2.7
    cx = x - 46
    b.limb([(x + 6, y + 60), (x - 6, y - 60), (cx, top)], (13, 13, 10), "#4d3424")
    edge = top + half * 0.62
    rim = [(cx + half * (1 - k / 3), edge + (20 if k % 2 else -14)) for k in range(7)]
    d = smooth(
        [
            (cx - half, edge),
            (cx - half * 0.78, top + half * 0.22),
            (cx, top),
            (cx + half * 0.78, top + half * 0.22),
            *rim,
        ]
    )
    b.flat(
        smooth([(cx - half * 0.94, edge + 4), (cx, edge - 44), (cx + half * 0.94, edge + 4), (cx, edge + 30)]),
        shade(colour, 0.5),
    )
    b.form(d, colour, half)
    for k in (-0.66, -0.3, 0.1, 0.5):
        b.line(
            (
                f"M{cx:.1f} {top:.1f}"
                f"Q{cx + k * half * 0.9:.1f} {top + half * 0.18:.1f} {cx + k * half * 1.1:.1f} {edge:.1f}"
            ),
            shade(colour, 0.66),
            5,
            0.8,
        )
    b.limb([(cx, top + 6), (cx, top - 34)], (12, 7), "#4d3424")


def held_lantern(b: Brush, hand: Point, body: Body) -> None:
    """A lantern that hangs from the hand."""
    lantern(b, hand[0] + 4, hand[1] + 14, body.build.shoulders * 1.35)


def key(b: Brush, hand: Point, body: Body) -> None:
    """A great key held by its shaft."""
    x, y = hand
    gold = b.hue(GOLD, "key")
    s = body.build.shoulders * 0.9
    b.line(oval(x, y - s * 0.72, s * 0.3), shade(gold, 0.8), s * 0.17)
    b.line(oval(x + 3, y - s * 0.73, s * 0.3), shade(gold, 1.2), s * 0.08)
    b.limb([(x, y - s * 0.42), (x, y + s * 0.8)], (s * 0.16, s * 0.14), gold)
    b.form(box(x, y + s * 0.5, s * 0.32, s * 0.12) + box(x, y + s * 0.72, s * 0.26, s * 0.12), gold, s * 0.3)


def book(b: Brush, hand: Point, body: Body) -> None:
    """An open book before the chest."""
    x, y = hand
    s, cover = body.build.shoulders * 1.05, b.hue("#7a2f38", "book")
    x += s * 0.2
    b.form(
        poly(
            [
                (x - s * 0.78, y - s * 0.5),
                (x, y - s * 0.36),
                (x + s * 0.78, y - s * 0.56),
                (x + s * 0.74, y + s * 0.22),
                (x, y + s * 0.44),
                (x - s * 0.74, y + s * 0.28),
            ]
        ),
        cover,
        s,
    )
    b.flat(
        poly(
            [
                (x - s * 0.7, y - s * 0.54),
                (x, y - s * 0.36),
                (x + s * 0.7, y - s * 0.6),
                (x + s * 0.68, y - s * 0.44),
                (x, y - s * 0.2),
                (x - s * 0.68, y - s * 0.4),
            ]
        ),
        "#f3ead2",
    )
    b.flat(
        box(x - s * 0.5, y - s * 0.1, s * 0.3, s * 0.07) + box(x - s * 0.5, y + s * 0.06, s * 0.3, s * 0.05),
        shade(cover, 1.5),
        0.9,
    )
    b.line(f"M{x:.1f} {y - s * 0.34:.1f}V{y + s * 0.42:.1f}", shade(cover, 0.55), s * 0.05)


def basket(b: Brush, hand: Point, body: Body) -> None:
    """A basket on the forearm, full of fruit and flowers."""
    x, y = (hand[0] + body.near_elbow[0]) / 2 - 20, hand[1] + 20
    s = body.build.shoulders * 1.4
    b.line(
        f"M{x - s * 0.42:.1f} {y + s * 0.36:.1f}Q{x:.1f} {y - s * 0.66:.1f} {x + s * 0.42:.1f} {y + s * 0.36:.1f}",
        "#7a5630",
        s * 0.07,
    )
    for k, colour in ((-0.28, "#c9352c"), (-0.05, "#e2a83a"), (0.2, "#86a83c"), (0.34, "#c9352c")):
        b.form(oval(x + k * s, y + s * 0.3, s * 0.16), colour, s * 0.2)
    d = smooth(
        [
            (x - s * 0.52, y + s * 0.36),
            (x + s * 0.52, y + s * 0.36),
            (x + s * 0.4, y + s * 0.84),
            (x, y + s * 0.9),
            (x - s * 0.4, y + s * 0.84),
        ]
    )
    wicker = b.hue("#b58a4c", "basket")
    b.form(d, wicker, s * 0.7)
    with b.sheet.group(clip=d):
        for row in range(4):
            for k in range(8):
                b.flat(
                    oval(
                        x - s * 0.5 + (k + (row % 2) * 0.5) * s * 0.14, y + s * (0.45 + 0.13 * row), s * 0.055, s * 0.03
                    ),
                    shade(wicker, 0.66),
                )
    b.limb([(x - s * 0.54, y + s * 0.37), (x + s * 0.54, y + s * 0.37)], (s * 0.09, s * 0.09), shade(wicker, 0.88))


def bow(b: Brush, body: Body) -> None:
    """A bow and a quiver of arrows on the back."""
    w, top = body.build.shoulders, body.shoulder
    wood = b.hue("#7d5230", "bow")
    x = -w * 1.1
    b.line(f"M{x - 30:.1f} {top - 190:.1f}L{x + 40:.1f} {body.hip + 170:.1f}", "#e4dccb", 4)
    b.limb(
        [
            (x - 30, top - 190),
            (x - 120, top - 40),
            (x - 92, top + 110),
            (x - 110, body.hip - 10),
            (x + 40, body.hip + 170),
        ],
        (8, 22, 26, 22, 8),
        wood,
    )
    for k in range(4):
        ax, ay = w * 0.1 + k * 20 - 90, top - 110 + 8 * (k % 2)
        b.line(f"M{ax:.1f} {ay:.1f}L{ax + 60:.1f} {top + 110:.1f}", "#c9a878", 6)
        b.flat(
            poly([(ax - 12, ay - 34), (ax + 12, ay - 34), (ax + 16, ay + 24), (ax, ay + 8)]),
            ("#d8d2c4", "#b8402f")[k % 2],
        )


def worn(b: Brush, body: Body, held: set[str]) -> None:
    """What hangs at the belt because no hand is free, and the bag."""
    w, h, hip = body.build.shoulders, body.build.hips, body.hip
    if "bag" in b.wears:
        leather = b.hue("#8a5f38", "bag")
        cloaks.strap(b, body, leather)
        x, y = -w * 0.95, hip - 16
        b.form(smooth([(x - 58, y), (x + 58, y), (x + 66, y + 96), (x, y + 112), (x - 66, y + 96)]), leather, 100)
        b.form(
            smooth([(x - 60, y - 4), (x + 60, y - 4), (x + 56, y + 46), (x, y + 64), (x - 56, y + 46)]),
            shade(leather, 1.1),
            90,
        )
        b.flat(box(x - 9, y + 48, 18, 26), GOLD)
    if "sword" in b.wears and "sword" not in held:
        b.limb([(-h * 0.7, hip - 50), (-h * 1.7, hip + 130), (-h * 2.3, hip + 240)], (30, 26, 10), "#3d2c28")
        b.limb([(-h * 0.62, hip - 64), (-h * 0.3, hip - 124)], (14, 16), "#5d3422")
        b.limb([(-h * 0.9, hip - 76), (-h * 0.4, hip - 50)], (14, 14), GOLD)
    if "key" in b.wears and "key" not in held:
        key(b, (h * 0.62, hip + 10), body)
    if "lantern" in b.wears and "lantern" not in held:
        lantern(b, h * 0.8, hip - 50, w)
    if "basket" in b.wears and "basket" not in held:
        basket(b, (-w * 0.6, hip - 30), body)
    if "book" in b.wears and "book" not in held:
        b.form(box(h * 0.5, hip - 50, 60, 76), b.hue("#7a2f38", "book"), 60)
    if "umbrella" in b.wears and "umbrella" not in held:
        b.limb([(h * 0.9, hip - 80), (h * 1.3, hip + 200)], (34, 8), b.hue(mix("#b8403a", "#000000", 0.1), "umbrella"))


HELD: Final[Mapping[str, Callable[[Brush, Point, Body], None]]] = {
    "staff": lambda b, hand, body: staff(b, hand, -body.head[1] + body.build.head * 1.3),
    "umbrella": umbrella, "lantern": held_lantern, "sword": sword, "key": key, "book": book, "basket": basket,
}  # fmt: skip
# What the fingers close around: painted before the hand.
BEHIND_HAND: Final = frozenset(("staff", "umbrella", "sword", "lantern", "basket"))
