"""What people wear on their bodies: tunic, dress, coat, armour, apron, cloak; hung on a posed body's points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workbench.images.sketch_brush import GOLD, STEEL, Brush
from workbench.images.sketch_palette import shade
from workbench.images.sketch_svg import Point, box, oval, poly, smooth

if TYPE_CHECKING:
    from workbench.images.sketch_people import Body
from workbench.images.sketch_cloaks import put_apron, put_armour, put_plates

CLOTHS: Final = ("#7a3f3a", "#3f5a78", "#4f6b48", "#8a6a3a", "#5d4a70", "#3f6b6b", "#a05a3a", "#6b6f78")


@dataclass(frozen=True)
class Outfit:
    """Colours of what is worn: upper part, skirt ("" for none), sleeves, legs, boots, bare shins ("" for none)."""

    upper: str
    skirt: str
    sleeve: str
    legs: str
    boots: str
    bare: str
    pattern: str


def outfit(b: Brush, skin: str) -> Outfit:
    """Choose the clothes' colours from the figure's own words, else by chance."""
    shape, wears = b.figure.shape, b.wears
    cloth, other = b.rng.sample(CLOTHS, 2)
    pattern = b.rng.choice(("", "", "dots", "stripes", "hem"))
    upper = b.hue(cloth, "shirt", "tunic", "blouse", "jumper", "clothes", "jacket", "vest", "robe")
    skirt = b.hue(other, "skirt", "dress") if shape in ("woman", "old woman") or "dress" in wears else ""
    if "dress" in wears or shape == "girl":
        upper = skirt = b.hue(cloth, "dress", "clothes", "skirt", "robe")
    if "coat" in wears:
        upper = b.hue(cloth, "coat")
    sleeve = upper
    if "armour" in wears:
        sleeve = b.hue(STEEL, "armour")
    legs = b.hue("#4a4550", "trousers", "pants", "legs", "breeches")
    bare = skin if shape in ("girl", "boy") else ""
    if shape == "robot":
        metal = skin
        upper = upper if wears & {"coat", "dress"} else metal
        sleeve = sleeve if wears & {"coat", "dress", "armour"} else shade(metal, 0.92)
        legs, bare = shade(metal, 0.8), ""
    if shape == "ghost" and not wears & {"coat", "dress", "armour"}:
        upper = sleeve = skin
        skirt = ""
    boots = b.hue("#4d3526" if shape != "robot" else shade(skin, 0.6), "boots", "shoes")
    return Outfit(upper, skirt, sleeve, legs, boots, bare, pattern)


def torso_outline(body: Body, hem: float, flare: float) -> list[Point]:
    """A garment from the shoulders down to y `hem`, `flare` times as wide as the hips there."""
    w, h, top = body.build.shoulders, body.build.hips, body.shoulder
    waist = top + body.build.torso * 0.62
    lean = body.build.stoop * 0.5
    return [
        (-w * 0.42 + lean, top - 4), (-w * 0.92 + lean, top + 26), (-w * 1.0, top + 74), (-h * 0.94, waist),
        (-h * 1.04, body.hip), (-h * flare, hem), (0, hem + 12), (h * flare * 0.98, hem - 2), (h * 1.02, body.hip),
        (h * 0.9, waist), (w * 0.96 + lean, top + 80), (w * 0.86 + lean, top + 26), (w * 0.44 + lean, top - 4),
    ]  # fmt: skip


def skirt_outline(body: Body, long: bool, wide: float) -> list[Point]:
    """A skirt from the waist to the ankles or the knees; over the knees of those who sit."""
    h, waist = body.build.hips, body.shoulder + body.build.torso * 0.6
    if body.pose == "sitting":
        kx, ky = body.knees[1]
        low = -36.0 if long else ky * 0.45
        return [
            (-h * 0.86, waist),
            (-h * 1.25, body.hip + 20),
            (-h * 1.1, body.hip * 0.5),
            (h * 0.6, body.hip * 0.5),
            (kx - h * 0.7, low),
            (kx + h * 0.75, low),
            (kx + h * 0.45, ky - 34),
            (h * 0.95, body.hip - 40),
            (h * 0.84, waist),
        ]
    low = -34.0 if long else body.hip * 0.46
    step = body.build.legs * 0.16 if body.pose == "walking" else 0.0
    return [
        (-h * 0.86, waist),
        (-h * 1.15, body.hip + 10),
        (-h * wide - step, low * 1.0),
        (-h * 0.6, low + 14),
        (0, low + 8),
        (h * 0.7, low + 15),
        (h * wide * 0.95 + step, low),
        (h * 1.12, body.hip + 10),
        (h * 0.84, waist),
    ]


def _skirt(b: Brush, body: Body, outfit: Outfit, long: bool) -> None:
    h = body.build.hips
    d = smooth(skirt_outline(body, long, 1.85 if long else 1.7))
    b.form(d, outfit.skirt, h * 1.7)
    low = 0.0 if long else body.hip * 0.4
    if body.pose == "sitting":
        kx, ky = body.knees[1]
        b.folds(
            d,
            [[(-h * 0.3, body.hip - 50), (kx * 0.6, ky - 4), (kx + k, ky * 0.3)] for k in (-30, 20)],
            outfit.skirt,
            12,
        )
    else:
        b.folds(
            d,
            [
                [(k * h * 0.5, body.hip - 60), (k * h * 0.95, body.hip * 0.6), (k * h * 1.45, low)]
                for k in (-0.95, -0.5, -0.05, 0.4, 0.85)
            ],
            outfit.skirt,
            h * 0.13,
        )
    with b.sheet.group(clip=d):
        if outfit.pattern == "hem":
            b.flat(box(-h * 3, low - 74, h * 7, 22), shade(outfit.skirt, 1.45), 0.8)
        elif outfit.pattern == "dots":
            dots = "".join(oval(b.rng.uniform(-1.8, 1.8) * h, b.rng.uniform(body.hip, low), 8) for _ in range(26))
            b.flat(dots, shade(outfit.skirt, 1.5), 0.8)
        elif outfit.pattern == "stripes":
            for k in range(5):
                b.flat(box(-h * 3, body.hip * (0.2 + 0.18 * k), h * 7, 9), shade(outfit.skirt, 1.35), 0.7)


def dress_body(b: Brush, body: Body, outfit: Outfit, skin: str) -> None:
    """Everything between neck and knees, in the order in which it is put on."""
    shape, wears = b.figure.shape, b.wears
    h, w, top, hip = body.build.hips, body.build.shoulders, body.shoulder, body.hip
    waist = top + body.build.torso * 0.62
    if shape == "ghost" and not wears & {"dress", "coat", "armour", "apron"}:
        return
    if shape == "robot" and not wears & {"dress", "coat"}:
        put_plates(b, body, skin)
    elif outfit.skirt:
        _skirt(b, body, outfit, long=shape != "girl")
        d = smooth(torso_outline(body, hip - 20 if not (shape == "girl" or "dress" in wears) else waist + 30, 0.98))
        b.form(d, outfit.upper, w * 1.5)
        b.folds(
            d,
            [
                [(-w * 0.5, top + 60), (-h * 0.5, waist - 20), (-h * 0.3, hip)],
                [(w * 0.5, top + 80), (h * 0.5, waist - 10), (h * 0.4, hip)],
            ],
            outfit.upper,
            8,
        )
    elif "coat" not in wears:
        d = smooth(torso_outline(body, hip + (body.build.legs * 0.12 if body.pose != "sitting" else 18), 1.1))
        b.form(d, outfit.upper, w * 1.5)
        b.folds(
            d,
            [
                [(-w * 0.55, top + 70), (-h * 0.5, waist), (-h * 0.62, hip + 40)],
                [(w * 0.3, top + 90), (h * 0.2, waist), (h * 0.3, hip + 40)],
            ],
            outfit.upper,
            9,
        )
        if outfit.pattern == "stripes":
            with b.sheet.group(clip=d):
                for k in range(6):
                    b.flat(box(-200, top + 50 + k * 44, 400, 12), shade(outfit.upper, 1.35), 0.7)
    if "coat" in wears:
        _coat(b, body, outfit)
    if "armour" in wears:
        put_armour(b, body)
    if "apron" in wears:
        put_apron(b, body)
    elif shape != "ghost" and shape != "robot":
        y = waist + 6
        b.form(
            smooth(
                [
                    (-h * 0.97, y - 14),
                    (0, y - 4),
                    (h * 0.95, y - 14),
                    (h * 0.97, y + 14),
                    (0, y + 24),
                    (-h * 1.0, y + 14),
                ]
            ),
            b.hue("#4d3324", "belt", "sash"),
            h,
        )
        b.flat(box(h * 0.05, y - 9, 30, 32), GOLD)
        b.flat(box(h * 0.05 + 7, y - 2, 16, 18), "#4d3324")
    if shape == "old woman" and not wears & {"coat", "cloak", "armour"}:
        shawl = smooth(
            [
                (-w * 0.5, top - 10),
                (-w * 1.14, top + 50),
                (-w * 1.1, top + 150),
                (0, top + 205),
                (w * 1.06, top + 140),
                (w * 1.06, top + 50),
                (w * 0.5, top - 10),
            ]
        )
        b.form(shawl, b.hue("#7d5a78", "shawl"), w * 1.4)
        b.folds(
            shawl,
            [[(k * w, top + 20), (k * w * 0.7, top + 100), (k * w * 0.3, top + 200)] for k in (-0.8, -0.3, 0.4)],
            b.hue("#7d5a78", "shawl"),
            9,
        )


def _coat(b: Brush, body: Body, outfit: Outfit) -> None:
    h, w, top = body.build.hips, body.build.shoulders, body.shoulder
    hem = body.hip * 0.42 if body.pose != "sitting" else body.hip + 40
    colour = b.hue(outfit.upper, "coat")
    d = smooth(torso_outline(body, hem, 1.55 if body.pose != "sitting" else 1.25))
    b.form(d, colour, w * 1.6)
    b.folds(
        d,
        [
            [(-h * 0.55, body.hip - 60), (-h * 0.75, body.hip + 60), (-h * 1.0, hem)],
            [(-h * 0.05, body.hip - 30), (-h * 0.15, body.hip + 80), (-h * 0.25, hem)],
            [(h * 0.75, body.hip - 50), (h * 0.9, body.hip + 60), (h * 1.1, hem)],
        ],
        colour,
        13,
    )
    b.line(
        f"M{w * 0.3:.1f} {top + 20:.1f}L{h * 0.34:.1f} {body.hip:.1f}L{h * 0.46:.1f} {hem:.1f}", shade(colour, 0.5), 7
    )
    for k in range(5):
        b.flat(oval(h * 0.2, top + 90 + k * body.build.torso * 0.19, 8), b.hue(GOLD, "button"))
    for side in (-1, 1):
        x = w * 0.3
        b.form(
            poly([(x, top + 100), (x + side * 14 - 30, top - 8), (x + side * 56, top + 20), (x + side * 46, top + 70)]),
            shade(colour, 0.86),
            50,
        )
    b.flat(box(-h * 0.8, body.hip + 10, h * 0.62, 12), shade(colour, 0.62))
