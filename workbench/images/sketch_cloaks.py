"""What is worn over clothes: armour, plates, apron, cloak, straps and collars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.images.sketch_brush import GOLD, STEEL, Brush
from workbench.images.sketch_palette import shade
from workbench.images.sketch_svg import box, limb, oval, smooth

if TYPE_CHECKING:
    from workbench.images.sketch_clothes import Outfit
    from workbench.images.sketch_people import Body


def put_armour(b: Brush, body: Body) -> None:
    """A breastplate, its skirt of plates and shoulder pieces."""
    h, w, top = body.build.hips, body.build.shoulders, body.shoulder
    steel = b.hue(STEEL, "armour")
    waist = top + body.build.torso * 0.66
    d = smooth(
        [
            (-w * 0.5, top),
            (-w * 1.0, top + 40),
            (-w * 0.98, top + 110),
            (-h * 0.92, waist),
            (0, waist + 16),
            (h * 0.92, waist),
            (w * 0.98, top + 110),
            (w * 0.92, top + 40),
            (w * 0.5, top),
        ]
    )
    b.form(d, steel, w * 1.2, 1.3)
    b.line(
        f"M{w * 0.3:.1f} {top + 20:.1f}Q{w * 0.5:.1f} {top + 110:.1f} {w * 0.22:.1f} {waist + 8:.1f}",
        shade(steel, 1.5),
        8,
    )
    b.line(f"M{-w * 0.8:.1f} {top + 130:.1f}Q0 {top + 172:.1f} {w * 0.84:.1f} {top + 126:.1f}", shade(steel, 0.5), 6)
    for k in range(3):
        y = waist + 4 + k * 34
        b.form(
            smooth(
                [
                    (-h * (0.94 + 0.06 * k), y),
                    (0, y + 12),
                    (h * (0.94 + 0.06 * k), y),
                    (h * (1.0 + 0.06 * k), y + 40),
                    (0, y + 54),
                    (-h * (1.0 + 0.06 * k), y + 40),
                ]
            ),
            shade(steel, 0.92 + 0.05 * k),
            h,
            1.2,
        )
    for side in (-1, 1):
        b.form(oval(side * w * 0.94, top + 42, w * 0.36, w * 0.32), steel, w * 0.5, 1.3)
        b.line(
            f"M{side * w * 0.94 - w * 0.3:.1f} {top + 56:.1f}q{w * 0.3:.1f} {w * 0.2:.1f} {w * 0.6:.1f} 0",
            shade(steel, 0.5),
            5,
        )


def put_plates(b: Brush, body: Body, metal: str) -> None:
    """A robot's own body with its lamps."""
    h, w, top = body.build.hips, body.build.shoulders, body.shoulder
    d = (
        f"M{-w:.1f} {top + 40:.1f}Q{-w:.1f} {top:.1f} {-w * 0.6:.1f} {top:.1f}H{w * 0.6:.1f}"
        f"Q{w:.1f} {top:.1f} {w:.1f} {top + 40:.1f}L{h:.1f} {body.hip:.1f}"
        f"Q0 {body.hip + 34:.1f} {-h:.1f} {body.hip:.1f}Z"
    )
    b.form(d, metal, w * 1.5, 1.2)
    b.flat(box(-w * 0.3, top + 60, w * 0.95, body.build.torso * 0.34), shade(metal, 0.5))
    for k, colour in ((0.0, "#e8573a"), (0.24, "#f2c14a"), (0.48, "#6fd08a")):
        b.sheet.path(oval(-w * 0.14 + k * w, top + 90, 13), b.light.tempered(colour))
    b.line(f"M{-w * 0.2:.1f} {top + 128:.1f}h{w * 0.7:.1f}", shade(metal, 1.3), 8)
    for x, y in ((-w * 0.82, top + 34), (w * 0.8, top + 34), (-h * 0.84, body.hip - 14), (h * 0.82, body.hip - 14)):
        b.flat(oval(x, y, 8), shade(metal, 0.45))


def put_apron(b: Brush, body: Body) -> None:
    """An apron with a bib and a pocket."""
    h, w, top = body.build.hips, body.build.shoulders, body.shoulder
    colour = b.hue("#e2d6bd", "apron")
    low = body.hip * 0.36 if body.pose != "sitting" else body.hip + 60
    bib = top + body.build.torso * 0.26
    d = smooth(
        [
            (-w * 0.4, bib),
            (w * 0.62, bib),
            (h * 0.84, body.hip - 50),
            (h * 1.05, low),
            (h * 0.1, low + 16),
            (-h * 0.9, low),
            (-h * 0.7, body.hip - 50),
        ]
    )
    b.line(
        (
            f"M{-w * 0.36:.1f} {bib + 6:.1f}L{-w * 0.3:.1f} {top:.1f}M{w * 0.56:.1f} {bib + 6:.1f}"
            f"L{w * 0.42:.1f} {top:.1f}"
        ),
        shade(colour, 0.85),
        14,
    )
    b.form(d, colour, h * 1.5)
    b.folds(
        d,
        [[(k * h, body.hip - 60), (k * h * 1.1, body.hip + 60), (k * h * 1.3, low)] for k in (-0.4, 0.1, 0.6)],
        colour,
        9,
    )
    b.line(
        f"M{-h * 0.96:.1f} {body.hip - 66:.1f}Q0 {body.hip - 46:.1f} {h * 0.96:.1f} {body.hip - 66:.1f}",
        shade(colour, 0.78),
        13,
    )
    b.line(
        f"M{-h * 0.2:.1f} {body.hip + 10:.1f}h{h * 0.7:.1f}v50q{-h * 0.35:.1f} 26 {-h * 0.7:.1f} 0Z",
        shade(colour, 0.7),
        5,
    )


def collar(b: Brush, body: Body, outfit: Outfit) -> None:
    """A collar of the garment's own cloth."""
    if b.figure.shape in ("ghost", "robot"):
        return
    w, top, lean = body.build.shoulders, body.shoulder, body.build.stoop * 0.5
    b.form(
        smooth(
            [
                (-w * 0.46 + lean, top - 6),
                (lean + 8, top + 26),
                (w * 0.5 + lean, top - 8),
                (w * 0.44 + lean, top + 26),
                (lean + 10, top + 52),
                (-w * 0.44 + lean, top + 24),
            ]
        ),
        shade(outfit.upper, 1.12),
        w * 0.6,
    )


def cloak_back(b: Brush, body: Body) -> None:
    """The cloak behind the body, down to the calves, blown back a little."""
    w, top = body.build.shoulders, body.shoulder
    colour = b.hue("#4d5a6b", "cloak")
    hem = -50.0 if body.pose != "sitting" else -12.0
    d = smooth(
        [
            (-w * 0.6, top - 10),
            (-w * 1.25, top + 60),
            (-w * 1.7, body.hip),
            (-w * 2.3, hem - 20),
            (-w * 1.4, hem + 24),
            (-w * 0.4, hem),
            (w * 0.6, hem + 20),
            (w * 1.55, hem - 10),
            (w * 1.35, body.hip),
            (w * 1.1, top + 60),
            (w * 0.6, top - 10),
        ]
    )
    b.form(d, shade(colour, 0.84), w * 1.8)
    b.folds(
        d,
        [[(k * w, top + 60), (k * w * 1.4, body.hip), (k * w * 1.75, hem)] for k in (-1.05, -0.75, 0.8, 1.0)],
        colour,
        15,
    )


def cloak_front(b: Brush, body: Body) -> None:
    """The cloak's mantle over the shoulders, with its clasp."""
    w, top = body.build.shoulders, body.shoulder
    colour = b.hue("#4d5a6b", "cloak")
    d = smooth(
        [
            (-w * 0.55, top - 16),
            (-w * 1.22, top + 40),
            (-w * 1.45, top + body.build.torso * 0.7),
            (-w * 0.75, top + body.build.torso * 0.66),
            (-w * 0.5, top + 100),
            (w * 0.16, top + 40),
            (w * 0.66, top + 110),
            (w * 1.2, top + body.build.torso * 0.5),
            (w * 1.14, top + 40),
            (w * 0.5, top - 16),
            (0, top + 14),
        ]
    )
    b.form(d, colour, w * 1.4)
    b.folds(
        d,
        [
            [(-w * 0.7, top), (-w * 1.05, top + 80), (-w * 1.2, top + 230)],
            [(w * 0.7, top), (w * 0.95, top + 60), (w * 1.05, top + 150)],
        ],
        colour,
        12,
    )
    b.flat(oval(w * 0.14, top + 26, 17), GOLD)
    b.flat(oval(w * 0.16, top + 24, 8), "#8a2a30")


def strap(b: Brush, body: Body, colour: str) -> None:
    """A strap across the chest."""
    w, top = body.build.shoulders, body.shoulder
    b.flat(
        limb([(w * 0.6, top + 14), (0, top + body.build.torso * 0.45), (-w * 0.9, body.hip - 10)], (17, 17, 17)),
        shade(colour, 0.8),
    )
