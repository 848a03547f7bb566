"""People, robots and ghosts: proportions, poses, arms and legs; clothes and things are in their own modules."""

from dataclasses import dataclass
from typing import Final

from workbench.images import sketch_cloaks as cloaks
from workbench.images import sketch_clothes as clothes
from workbench.images import sketch_faces as faces
from workbench.images import sketch_things as things
from workbench.images.sketch_brush import Brush, scarf, wings
from workbench.images.sketch_palette import shade
from workbench.images.sketch_svg import Point, limb, oval, smooth


@dataclass(frozen=True)
class Build:
    """Lengths of a body in units: legs, torso, the head's radius, half the width of shoulders and of hips, stoop."""

    legs: float
    torso: float
    head: float
    shoulders: float
    hips: float
    stoop: float = 0.0


BUILDS: Final = {
    "woman": Build(440, 270, 82, 84, 80), "man": Build(450, 290, 84, 106, 76), "girl": Build(270, 200, 92, 64, 60),
    "boy": Build(270, 205, 92, 68, 58), "old woman": Build(370, 255, 84, 84, 88, 34),
    "old man": Build(400, 275, 84, 96, 78, 26),
    "robot": Build(390, 290, 96, 112, 84), "ghost": Build(400, 270, 92, 92, 84),
}  # fmt: skip


@dataclass
class Body:
    """A posed body: the points that clothes and things hang on."""

    build: Build
    pose: str
    hip: float
    shoulder: float
    head: Point
    near: Point
    far: Point
    near_elbow: Point
    far_elbow: Point
    feet: tuple[Point, Point]
    knees: tuple[Point, Point]


def posed(b: Brush, build: Build, far: str, near: str) -> Body:
    """Place joints for the figure's pose and for what its hands hold."""
    pose = b.figure.pose
    hip = -build.legs if pose != "sitting" else -build.legs * 0.52
    top = hip - build.torso
    w, legs = build.shoulders, build.legs
    if pose == "sitting":
        feet, knees = ((legs * 0.42, 0.0), (legs * 0.56, 0.0)), ((legs * 0.46, hip - 6), (legs * 0.54, hip + 4))
    elif pose == "walking":
        feet, knees = ((-legs * 0.34, -14.0), (legs * 0.3, 0.0)), ((-legs * 0.04, hip * 0.5), (legs * 0.2, hip * 0.52))
    else:
        feet, knees = (
            ((-build.hips * 0.5, 0.0), (build.hips * 0.56, 0.0)),
            ((-build.hips * 0.52, hip * 0.5), (build.hips * 0.54, hip * 0.5)),
        )
    swing = build.torso * (0.3 if pose == "walking" else 0.0)
    fars = {
        "": ((w + 16 + swing, hip + 6 - swing * 0.3), (w + 22, top + build.torso * 0.55)),
        "staff": ((w + 92, top + build.torso * 0.42), (w + 38, top + build.torso * 0.62)),
        "umbrella": ((w + 40, top + build.torso * 0.3), (w + 46, top + build.torso * 0.66)),
        "lantern": ((w + 120, top + build.torso * 0.2), (w + 62, top + build.torso * 0.52)),
        "sword": ((w + 86, hip - build.torso * 0.24), (w + 34, top + build.torso * 0.6)),
        "key": ((w + 96, top + build.torso * 0.5), (w + 36, top + build.torso * 0.66)),
    }
    nears = {
        "": ((-w - 10 - swing, hip + 10), (-w - 26 - swing * 0.3, top + build.torso * 0.52)),
        "book": ((w * 0.34, top + build.torso * 0.62), (-w - 16, top + build.torso * 0.66)),
        "basket": ((-w * 0.3, top + build.torso * 0.74), (-w - 34, top + build.torso * 0.62)),
        "key": ((-w - 44, hip - 10), (-w - 36, top + build.torso * 0.52)),
        "lantern": ((-w - 50, hip - 20), (-w - 38, top + build.torso * 0.52)),
    }
    return Body(
        build, pose, hip, top, (build.stoop + 10, top - build.head * 1.08 + build.stoop * 0.4),
        nears[near][0], fars[far][0], nears[near][1], fars[far][1], feet, knees,
    )  # fmt: skip


def arm(b: Brush, start: Point, elbow: Point, hand: Point, width: float, sleeve: str, skin: str) -> None:
    """An arm in its sleeve with a cuff, and a hand with a thumb."""
    hx, hy = hand
    dx, dy = hx - elbow[0], hy - elbow[1]
    wrist = (elbow[0] + dx * 0.86, elbow[1] + dy * 0.86)
    b.form(oval(hx, hy, width * 0.36, width * 0.4), skin, width * 0.5)
    b.flat(
        limb(
            [(hx + width * 0.1, hy - width * 0.1), (hx + width * 0.34, hy + width * 0.08)], (width * 0.2, width * 0.14)
        ),
        shade(skin, 1.06),
    )
    d = limb([start, elbow, wrist], (width, width * 0.82, width * 0.66))
    b.form(d, sleeve, width)
    b.folds(
        d,
        [[(elbow[0] - width * 0.5, elbow[1] - 8), elbow, (elbow[0] + width * 0.3, elbow[1] + 10)]],
        sleeve,
        width * 0.08,
    )
    b.flat(
        limb(
            [(wrist[0] - dy * 0.1, wrist[1] + dx * 0.1), (wrist[0] + dy * 0.1, wrist[1] - dx * 0.1)],
            (width * 0.16, width * 0.16),
        ),
        shade(sleeve, 0.7),
        0.8,
    )


def legs(b: Brush, body: Body, colour: str, boots: str, bare: str = "") -> None:
    """Two legs, the far one darker, in boots; `bare` is the skin below short trousers."""
    w = body.build.hips
    for i, dim in ((1, 0.82), (0, 1.0)) if body.pose == "walking" else ((1, 0.86), (0, 1.0)):
        start = (w * (-0.42 if i == 0 else 0.42), body.hip + 10)
        knee, foot = body.knees[i], body.feet[i]
        cloth = shade(colour, dim)
        ankle = (foot[0], foot[1] - 30)
        b.limb([knee, ankle], (w * 0.66, w * 0.44), shade(bare, dim) if bare else cloth)
        b.limb(
            [start, knee, (knee[0] + (ankle[0] - knee[0]) * 0.25, knee[1] + (ankle[1] - knee[1]) * 0.25)],
            (w * 0.92, w * 0.74, w * 0.68),
            cloth,
        )
        shaft = (foot[0] + (knee[0] - foot[0]) * 0.36, foot[1] + (knee[1] - foot[1]) * 0.36)
        b.limb([shaft, ankle], (w * 0.68, w * 0.56), shade(boots, dim))
        b.form(
            smooth(
                [
                    (foot[0] - w * 0.3, foot[1] - w * 0.5),
                    (foot[0] + w * 0.28, foot[1] - w * 0.5),
                    (foot[0] + w * 0.74, foot[1] - w * 0.22),
                    (foot[0] + w * 0.78, foot[1]),
                    (foot[0] - w * 0.32, foot[1]),
                ]
            ),
            shade(boots, dim),
            w * 0.6,
        )


def seat(b: Brush, body: Body) -> None:
    """What a sitting figure sits on: a sawn log."""
    w, y = body.build.hips * 1.35, body.hip + 30
    b.form(f"M{-w:.1f} {y:.1f}L{-w * 1.08:.1f} 0H{w * 0.9:.1f}L{w * 0.84:.1f} {y:.1f}Z", "#7a5a3e", w)
    b.flat(oval(-w * 0.08, y, w * 0.92, w * 0.2), "#c9a878")
    for k in (-0.6, -0.2, 0.3):
        b.line(f"M{k * w:.1f} {y + 26:.1f}l-4 {-y * 0.7:.1f}", "#4d3626", 4)


def tail(b: Brush, body: Body) -> None:
    """A long tail behind."""
    h = body.hip
    b.limb(
        [(-30, h), (-150, h + 60), (-210, h - 60), (-170, h - 190), (-220, h - 250)],
        (44, 42, 36, 30, 12),
        b.hue("#9a5a30", "tail", "hair"),
    )


def shroud(b: Brush, body: Body, colour: str) -> None:
    """A ghost's flowing sheet with a torn hem."""
    w, hem, r = body.build.shoulders, -20.0, body.build.head
    hx, hy = body.head
    line: list[Point] = [
        (hx, hy - r * 1.25),
        (hx - r * 0.9, hy - r * 0.8),
        (hx - r * 1.15, hy + r * 0.2),
        (-w * 1.1, body.shoulder + 90),
        (-w * 1.2, body.hip),
        (-w * 1.75, hem * 0.5 - 30),
    ]
    for k in range(7):
        line += [(-w * 1.7 + k * w * 0.5, hem * 0.2 - (0 if k % 2 else 62) * b.rng.uniform(0.6, 1.2))]
    line += [
        (w * 1.3, hem - 60),
        (w * 1.12, body.hip),
        (w * 1.05, body.shoulder + 80),
        (hx + r * 1.05, hy + r * 0.3),
        (hx + r * 0.85, hy - r * 0.75),
    ]
    d = smooth(line)
    b.form(d, colour, w * 1.6)
    b.folds(
        d,
        [
            [(k * w, body.shoulder + 60), (k * w * 1.2 - 12, body.hip), (k * w * 1.6 - 40, 0)]
            for k in (-0.7, -0.25, 0.2, 0.65)
        ],
        colour,
        13,
    )


def person(b: Brush) -> None:
    """Paint the whole figure."""
    shape, wears = b.figure.shape, b.wears
    scale = b.rng.uniform(0.93, 1.1)
    base = BUILDS[shape]
    build = Build(base.legs, base.torso, base.head, base.shoulders * scale, base.hips * scale, base.stoop)
    skin = {
        "robot": b.hue("#9aa5b1", "metal", "body", "robot", "skin"),
        "ghost": b.hue("#dfe8f2", "ghost", "body", "skin"),
    }.get(shape, b.hue(b.rng.choice(faces.SKINS), "skin", "face"))
    held = [w for w in ("umbrella", "staff", "lantern", "sword", "key") if w in wears]
    far = held[0] if held else ""
    rest = [w for w in ("book", "basket", "lantern", "key") if w in wears and w != far]
    near = rest[0] if rest else ""
    body = posed(b, build, far, near)
    outfit = clothes.outfit(b, skin)
    hx, hy = body.head
    r, w, top = build.head, build.shoulders, body.shoulder
    hair = b.hue("#d9d6d0" if shape.startswith("old") else "#5d3b26", "hair")
    if "wings" in wears:
        wings(b, -w * 0.2, top + 70, build.torso * 1.7)
    if "tail" in wears:
        tail(b, body)
    if "bow" in wears:
        things.bow(b, body)
    if "staff" in wears and far != "staff":
        things.staff(b, (-w * 0.9, top + 60), -top * 1.25)
    if "cloak" in wears:
        cloaks.cloak_back(b, body)
    if "long hair" in wears and not wears & {"hood"}:
        faces.hair_back(b, hx, hy, r, hair, build.torso * 0.9 + r)
    width = build.shoulders * 0.52
    shoulder_far, shoulder_near = (w * 0.78, top + 44), (-w * 0.82, top + 46)
    if far in things.BEHIND_HAND:
        things.HELD[far](b, body.far, body)
    arm(b, shoulder_far, body.far_elbow, body.far, width * 0.92, shade(outfit.sleeve, 0.88), skin)
    if far and far not in things.BEHIND_HAND:
        things.HELD[far](b, body.far, body)
    if body.pose == "sitting":
        seat(b, body)
    if shape == "ghost":
        shroud(b, body, skin)
    else:
        legs(b, body, outfit.legs, outfit.boots, outfit.bare)
    clothes.dress_body(b, body, outfit, skin)
    things.worn(b, body, {far, near})
    neck = limb([(body.build.stoop * 0.4, top + 26), (hx - 6, hy + r * 0.7)], (r * 0.78, r * 0.66))
    if shape != "ghost":
        b.form(neck, shade(skin, 0.86), r * 0.6)
    cloaks.collar(b, body, outfit)
    if "scarf" in wears:
        scarf(b, hx - 8, top + 6, r * 1.3, build.torso * 0.85)
    faces.head(b, hx, hy, r, skin)
    if "cloak" in wears:
        cloaks.cloak_front(b, body)
    if near in things.BEHIND_HAND:
        things.HELD[near](b, body.near, body)
    arm(b, shoulder_near, body.near_elbow, body.near, width, outfit.sleeve, skin)
    if near and near not in things.BEHIND_HAND:
        things.HELD[near](b, body.near, body)
    if shape == "robot":
        for px, py in (body.near_elbow, shoulder_near):
            b.form(oval(px, py, width * 0.52), shade(skin, 0.9), width * 0.6)
