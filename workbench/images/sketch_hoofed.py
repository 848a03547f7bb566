"""Goat and camel from the side, looking right: long-legged, and lying down where others sit; feet at y 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workbench.images.sketch_brush import Brush
from workbench.images.sketch_looks import Fit, adorn, blush, coat_of, eye, hoof, smile, winged
from workbench.images.sketch_palette import mix, shade
from workbench.images.sketch_svg import Point, band, joined, limb, oval, smooth


@dataclass(frozen=True)
class Hoofed:
    """A long-legged animal that stands: the outline of its trunk and head, its neck, and its legs' joints."""

    trunk: Sequence[Point]
    neck: tuple[Sequence[Point], Sequence[float]]
    head: Sequence[Point]
    fore: tuple[Sequence[Point], Sequence[float]]
    hind: tuple[Sequence[Point], Sequence[float]]
    stride: float
    # How far its trunk is lower when it lies, and how far apart the two legs of a pair stand.
    lies: float
    apart: float


GOAT: Final = Hoofed(
    ((-238, -346), (-130, -388), (30, -372), (140, -400), (196, -350), (180, -250), (70, -196), (-90, -204),
     (-200, -236), (-256, -290)),
    (((120, -310), (196, -420), (258, -510)), (200, 140, 110)),
    ((212, -548), (262, -592), (322, -566), (384, -496), (402, -448), (376, -414), (330, -420), (274, -452),
     (218, -486)),
    (((122, -280), (134, -150), (126, -34)), (116, 56, 42)),
    (((-172, -286), (-158, -196), (-206, -124), (-192, -34)), (150, 96, 50, 42)),
    44, 196, 58,
)  # fmt: skip
CAMEL: Final = Hoofed(
    ((-306, -500), (-246, -566), (-200, -680), (-142, -716), (-88, -660), (-44, -584), (16, -584), (62, -680),
     (118, -716), (174, -656), (208, -570), (256, -510), (240, -420), (120, -356), (-80, -350), (-230, -380),
     (-316, -440)),
    (((170, -470), (290, -420), (380, -490), (410, -610), (424, -690)), (190, 150, 120, 100, 96)),
    ((374, -716), (412, -768), (466, -764), (540, -730), (588, -694), (584, -644), (520, -626), (440, -636),
     (382, -664)),
    (((166, -430), (184, -240), (174, -34)), (130, 68, 50)),
    (((-216, -450), (-190, -320), (-244, -190), (-226, -34)), (180, 120, 60, 50)),
    60, 330, 70,
)  # fmt: skip


def _legs(b: Brush, kind: Hoofed, coat: str, near: bool, pads: bool) -> None:
    """The two legs of one side; folded before the belly for those who lie."""
    for front, (joints, widths) in ((True, kind.fore), (False, kind.hind)):
        x, w = joints[0][0], widths[-1]
        tone = coat if near else shade(coat, 0.66)
        if b.figure.pose == "sitting":
            far = 0.0 if near else kind.apart * 0.6
            knee = x + (120 if front else 150) + far
            b.limb([(x + far * 0.6, -96), (knee, -w * 0.95), (knee - 110, -w * 0.5)], (w * 2.6, w * 1.4, w), tone)
            continue
        way = 1 if near != front else -1
        dx = (way * kind.stride if b.figure.pose == "walking" else 0) + (0 if near else kind.apart)
        line = [
            (px + dx * (0.2 if k == 0 else 0.6 if k < len(joints) - 1 else 1.0), py)
            for k, (px, py) in enumerate(joints)
        ]
        b.form(joined([band(line, widths)]), tone, widths[1] * 1.2, 0.8)
        fx, fy = line[-1]
        if pads:
            b.form(
                smooth(
                    [
                        (fx - w * 0.6, fy + 4),
                        (fx + w * 0.6, fy),
                        (fx + w * 1.1, -12),
                        (fx + w * 0.9, 0),
                        (fx - w * 0.7, 0),
                        (fx - w * 0.8, -14),
                    ]
                ),
                tone,
                w,
            )
        else:
            b.flat(hoof(fx, fy, 34), "#3a3032" if near else "#2a2226")


def _built(b: Brush, kind: Hoofed, coat: str, pads: bool, low: float) -> None:
    """Trunk, neck, head and legs."""
    _legs(b, kind, coat, False, pads)
    with b.sheet.group(transform=f"translate(0 {low})"):
        b.form(joined([kind.trunk, band(*kind.neck), kind.head]), coat, 230, 0.9)
    _legs(b, kind, coat, True, pads)


def goat(b: Brush) -> None:
    """A goat with a beard and swept horns; one that sits lies."""
    coat = coat_of(b, "#d9d0bf")
    low = GOAT.lies if b.figure.pose == "sitting" else 0.0
    size = 1.3 if "horns" in b.wears else b.rng.uniform(0.94, 1.08)
    fit = Fit(
        (268, -518 + low, 80),
        (206, -418 + low, 150),
        (-30, -330 + low, 120),
        (392, -424 + low),
        ((0.475, 0.38), (1.04, 0.18)),
        -0.05,
    )
    winged(b, fit)
    horn = b.hue("#8a7660", "horn")
    with b.sheet.group(transform=f"translate(0 {low})"):
        b.limb([(-230, -330), (-290, -370), (-312, -430)], (56, 50, 12), shade(coat, 0.9))
        b.limb(
            [(290, -566), (280, -566 - 90 * size), (216, -566 - 140 * size), (150, -566 - 120 * size)],
            (40, 34, 24, 6),
            shade(horn, 0.72),
        )
        b.limb([(310, -546), (350, -556), (392, -540)], (30, 34, 8), shade(coat, 0.72))
    _built(b, GOAT, coat, False, low)
    with b.sheet.group(transform=f"translate(0 {low})"):
        b.limb([(340, -424), (344, -380), (326, -330)], (54, 40, 4), b.hue(shade(coat, 0.86), "beard"))
        b.flat(
            smooth([(366, -478), (400, -462), (404, -436), (376, -414), (340, -424), (346, -458)]),
            mix(coat, "#fff6e8", 0.6),
        )
        b.flat(smooth([(384, -468), (404, -460), (402, -442), (388, -446)]), mix(coat, "#4a3238", 0.8))
        smile(b, (346, -432), (388, -428), 8, shade(coat, 0.42), 7)
        eye(b, 306, -522, 26)
        blush(b, 300, -470, 22, coat)
        near = limb(
            [(256, -566), (232, -566 - 96 * size), (160, -566 - 138 * size), (92, -566 - 104 * size)], (46, 38, 28, 6)
        )
        b.form(near, horn, 46)
        with b.sheet.group(clip=near):
            for k in range(6):
                b.line(f"M{206 - 20 * k} {-592 - 20 * k * size:.0f}l64 -12", shade(horn, 0.62), 7, 0.7)
        b.limb([(236, -536), (186, -520), (140, -486)], (36, 46, 10), shade(coat, 0.82))
        for x, y in ((-170, -300), (-80, -270), (40, -262), (120, -300)):
            b.line(f"M{x} {y}q14 20 4 36M{x + 30} {y + 6}q12 18 2 32", shade(coat, 0.74), 7, 0.6)
    adorn(b, fit, horned=True)


def camel(b: Brush) -> None:
    """A camel with two humps; one that sits lies."""
    coat = coat_of(b, "#c79a5e")
    low = CAMEL.lies if b.figure.pose == "sitting" else 0.0
    wool = shade(coat, 0.72)
    fit = Fit(
        (436, -696 + low, 84),
        (398, -570 + low, 130),
        (-20, -520 + low, 150),
        (572, -640 + low),
        ((0.42, 0.3), (0.86, 0.2)),
        -0.3,
    )
    winged(b, fit)
    with b.sheet.group(transform=f"translate(0 {low})"):
        b.limb([(-296, -470), (-350, -400), (-346, -320)], (34, 22, 16), shade(coat, 0.8))
        b.form(oval(-346, -300, 20, 36), wool, 30)
        b.limb([(410, -750), (396, -796)], (30, 12), shade(coat, 0.7))
    _built(b, CAMEL, coat, True, low)
    with b.sheet.group(transform=f"translate(0 {low})"):
        with b.sheet.group(clip=smooth(CAMEL.trunk)):
            for x in (-146, 116):
                b.flat(
                    smooth(
                        [
                            (x - 90, -640),
                            (x - 50, -630),
                            (x - 20, -600),
                            (x + 20, -636),
                            (x + 60, -640),
                            (x + 60, -800),
                            (x - 90, -800),
                        ]
                    ),
                    wool,
                    0.9,
                )
        for k in range(5):
            x, y = 262 + 30 * k, -366 + abs(k - 1) * 4 - 16 * k
            b.line(f"M{x} {y}q6 20 -4 36", wool, 12, 0.9)
        b.flat(smooth([(540, -716), (584, -694), (584, -646), (528, -630), (510, -670)]), mix(coat, "#fff0d4", 0.5))
        b.flat(oval(572, -694, 9, 6), shade(coat, 0.36))
        smile(b, (506, -652), (580, -664), 10, shade(coat, 0.4), 8)
        eye(b, 474, -722, 26)
        # Heavy lids and long lashes make its look.
        b.line("M446 -732q28 -26 56 0", shade(coat, 0.5), 11)
        b.line("M500 -732l20 -10M494 -740l16 -14", shade(coat, 0.4), 6)
        blush(b, 462, -672, 24, coat)
        b.form(smooth([(392, -744), (376, -786), (396, -810), (424, -780), (426, -748)]), shade(coat, 0.84), 40)
        b.form(smooth([(400, -756), (420, -788), (456, -784), (464, -758), (430, -744)]), wool, 50)
    adorn(b, fit)
