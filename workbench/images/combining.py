"""A figure cut out of its picture and put into another one, so that it seems to stand there."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from workbench.domain.model import Value
from workbench.domain.pictures import LARGEST, Composition
from workbench.errors import ImageFailed
from workbench.images.files import encoded, rgba, transparent

# Bytes and shares (0 to 1), by row, column and, where there are colours, channel. OpenCV's results name no type.
Pixels = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Box = tuple[int, int, int, int]

# The longest side, in pixels, of the picture in which figure and ground are told apart; the edge is found at full size.
COARSE, ROUNDS, GROWTH = 240, 3, 6
# Shares of the picture: what is less is nothing, what is more is everything.
NOTHING, EVERYTHING = 0.03, 0.92
# An alpha channel with less than this share of the picture transparent is none.
SEEN_THROUGH = 0.01
# Colours are in CIELAB. A ground without any texture is still taken to vary by this.
SMOOTH = 1.2
# What changes by less from one pixel to the next is light and not an edge.
SOFT = 1.0
# How far light and colour go towards those of the background, and how far they may.
STRENGTH = 0.4
MOST_DARKER, MOST_LIGHTER, MOST_COLOUR, DARKEST = 17.0, 10.0, 8.0, 22.0
# A figure that is cut off by its picture's lower edge over this share of its width has no feet to stand on.
CUT_OFF = 0.45


class Cutting(Value):
    """A figure without its ground, as RGBA PNG. `sure` is False where the middle of the picture had to do."""

    png: bytes
    sure: bool


class Combined(Value):
    """A figure in a background, as RGB PNG.

    `box` is the figure's place in pixels (left, top, right, bottom), `mask` its alpha in the picture as grey PNG.
    `sure` is False where the figure couldn't be told from its ground, see `Cutting`.
    """

    png: bytes
    width: int
    height: int
    box: Box
    sure: bool
    mask: bytes


def cut_out(png: bytes) -> Cutting:
    """The figure of an opaque picture without its plainish ground, with a soft edge that has nothing of the ground.

    Pictures that have transparent parts keep those. Where no figure can be made out, an ellipse in the middle that
    fades into nothing is taken. Raises `ImageFailed` for broken pictures.
    """
    picture = rgba(png, "figure's picture")
    if transparent(picture, SEEN_THROUGH):
        return Cutting(png=encoded(picture), sure=True)
    cut, sure = _cut(np.ascontiguousarray(picture[..., :3]))
    return Cutting(png=encoded(cut), sure=sure)


def combine(background: bytes, figure: bytes, composition: Composition, *, exact: bool) -> Combined:
    """The figure in the background, at the place and in the size that `composition` says, in the light that is there.

    With `exact`, the figure's alpha channel is its mask; otherwise, and where it has none, it is cut out first. It
    stays inside of the picture; a figure cut off at the hips by its own stands at the lower edge, as if seen from near.
    Raises `ImageFailed` for broken pictures and for figures with nothing to see.
    """
    scene = np.ascontiguousarray(rgba(background, "background")[..., :3])
    picture = rgba(figure, "figure's picture")
    sure, grounded = True, True
    if not transparent(picture, 0 if exact else SEEN_THROUGH):
        picture, sure = _cut(np.ascontiguousarray(picture[..., :3]))
        grounded = sure and not _cut_off(picture[..., 3])
    colour, alpha, box = _placed(picture, scene.shape[:2], composition, sure and not grounded)
    away = 1 if composition.light == "left" else -1
    below = _shadowed(scene, alpha, box, away) if grounded else scene
    return Combined(
        png=encoded(_blended(below, _lit(colour, alpha, scene, box, away), alpha)),
        width=scene.shape[1],
        height=scene.shape[0],
        box=box,
        sure=sure,
        mask=encoded(_bytes(alpha)),
    )


def _lab(rgb: Any) -> Floats:
    """CIELAB of RGB, bytes or shares."""
    shares = rgb.astype(np.float32) / 255 if rgb.dtype == np.uint8 else rgb
    return cv2.cvtColor(shares, cv2.COLOR_RGB2Lab)


def _bytes(shares: Floats) -> Pixels:
    return np.clip(np.rint(shares * 255), 0, 255).astype(np.uint8)


def _soft(values: Floats, sigma: float) -> Floats:
    return cv2.GaussianBlur(values, (0, 0), max(sigma, 0.3))


def _disc(radius: float) -> Pixels:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, round(radius)) + 1,) * 2)


def _spread(colours: Floats, weight: Floats, radius: int) -> Floats:
    """Colours where `weight` is, carried on over what lies beside them; what is further away counts less and less."""
    total, shares = np.zeros_like(colours), np.zeros_like(weight)
    for reach, near in ((radius, 1.0), (radius * 3, 3e-3), (radius * 9, 9e-6)):
        size = (2 * reach + 1, 2 * reach + 1)
        total += near * cv2.blur(colours * weight[..., None], size)
        shares += near * cv2.blur(weight, size)
    return total / np.maximum(shares, 1e-7)[..., None]


def _cut(rgb: Pixels) -> tuple[Pixels, bool]:
    """An opaque picture's figure as RGBA, and whether there is one."""
    height, width = rgb.shape[:2]
    scale = min(1.0, COARSE / max(height, width))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = _figure(small)
    if not NOTHING <= float(found.mean()) <= EVERYTHING:
        return np.dstack((rgb, _bytes(_vignette(height, width)))), False
    colour, alpha = _edged(rgb, found, 1 / scale)
    return np.dstack((_bytes(colour), _bytes(alpha))), True


def _figure(rgb: Pixels) -> Pixels:
    """1 where the figure is, 0 where the ground is, in a small picture."""
    lab = _lab(cv2.GaussianBlur(rgb, (3, 3), 0))
    away = _from_border(lab)
    height, width = away.shape
    # In the middle less is needed to be taken for the figure.
    aside = np.abs(np.linspace(-1, 1, width)) > 0.76
    marks = np.where(away > 2.0 + aside, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[_ring(height, width, 0.02) & (away < 2.5)] = cv2.GC_BGD
    likely = float((marks == cv2.GC_PR_FGD).mean())
    if likely < NOTHING / 3 or likely > 0.98 or not (marks == cv2.GC_BGD).any():
        return np.full((height, width), likely > 0.5, np.uint8)
    # GrabCut draws random numbers, and goes on where the last call left off.
    cv2.setRNGSeed(1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(rgb[..., ::-1]), marks, (0, 0, 0, 0), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = _largest(((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)).astype(np.uint8))
    outside = cv2.dilate(found, _disc(2)) == 0
    if outside.mean() < 0.02:
        return found
    # Now the ground is known all around the figure, with whatever light falls on it there.
    return _whole(found, _unlike(lab, _spread(lab, outside.astype(np.float32), 8), outside))


def _from_border(lab: Floats) -> Floats:
    """How unlike the ground each pixel is, see `_unlike`, the ground being the border's colours, evenly changing.

    A figure that touches the border drops out there, because it doesn't fit the rest.
    """
    height, width = lab.shape[:2]
    y, x = np.mgrid[-1 : 1 : complex(0, height), -1 : 1 : complex(0, width)].astype(np.float32)
    terms = np.stack((np.ones_like(x), x, y, x * y, x * x, y * y), axis=-1)
    ring = _ring(height, width, 0.04)
    known, seen = terms[ring], lab[ring]
    # The first guess: the most usual colour of the border, whatever else is there.
    off = np.abs(seen - np.median(seen, axis=0)).max(axis=1)
    for share in (0.6, 0.75, 0.85):
        fits = off <= np.quantile(off, share)
        ground, *_ = np.linalg.lstsq(known[fits], seen[fits], rcond=None)
        off = np.linalg.norm(seen - known @ ground, axis=1)
    away = grown = _unlike(lab, terms @ ground, ring)
    # A lamp's glow behind the figure grows out of what is known, as far as it changes softly.
    steps = np.gradient(cv2.GaussianBlur(lab, (0, 0), 1.5), axis=(0, 1))
    soft = np.hypot(*(np.linalg.norm(step, axis=2) for step in steps)) < SOFT
    terms = np.concatenate((terms, terms[..., 1:] * (x * x)[..., None], terms[..., 1:] * (y * y)[..., None]), axis=-1)
    before, thin = 0, np.s_[::3, ::3]
    for _ in range(GROWTH):
        _, names = cv2.connectedComponents((soft & (grown < 3)).astype(np.uint8), connectivity=4)
        known = np.isin(names, np.setdiff1d(names[ring], 0))
        if known.sum() < max(1.01 * before, 0.1 * known.size):
            break
        before = known.sum()
        ground, *_ = np.linalg.lstsq(terms[thin][known[thin]], lab[thin][known[thin]], rcond=1e-3)
        grown = np.minimum(grown, _unlike(lab, terms @ ground, known))
    # Where it grew into a pale coat, head and legs are left.
    return grown if _together(grown) > 0.95 * _together(away) else away


def _together(away: Floats) -> float:
    """The share of what is unlike the ground that hangs together."""
    likely = (away > 2).astype(np.uint8)
    facts = cv2.connectedComponentsWithStats(likely)[2]
    return float(facts[1:, cv2.CC_STAT_AREA].max(initial=0)) / max(1.0, float(likely.sum()))


def _unlike(lab: Floats, ground: Floats, where: Pixels) -> Floats:
    """The distance of colours from the ground's; 1 is what its texture, taken from `where`, often does itself."""
    off = np.linalg.norm(lab - ground, axis=2)
    # Half of a normal distribution's length in three dimensions lies below 1.54 deviations.
    return off / (2 * max(float(np.quantile(off[where], 0.45)) / 1.54, SMOOTH))


def _ring(height: int, width: int, share: float) -> Pixels:
    """True along the border of a picture."""
    edge = max(2, round(share * min(height, width)))
    return np.pad(np.zeros((height - 2 * edge, width - 2 * edge), bool), edge, constant_values=True)


def _largest(found: Pixels) -> Pixels:
    """The largest piece, and what is nearly as large or close to it, like a feather or a thing held."""
    count, names, facts, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    if count < 2:
        return found
    areas = facts[1:, cv2.CC_STAT_AREA]
    main = 1 + int(areas.argmax())
    near = cv2.dilate((names == main).astype(np.uint8), _disc(0.03 * max(found.shape)))
    close = np.isin(np.arange(1, count), names[near > 0]) & (areas >= 0.004 * areas.max())
    kept = 1 + np.flatnonzero(close | (areas >= 0.15 * areas.max()))
    return np.isin(names, kept).astype(np.uint8)


def _whole(found: Pixels, away: Floats) -> Pixels:
    """Closes holes that aren't the ground's colour, and opens gaps that are, as between an arm and the body."""
    least = 0.004 * float(found.sum())
    count, names, facts, _ = cv2.connectedComponentsWithStats(1 - found, connectivity=4)
    edge = set(np.concatenate((names[0], names[-1], names[:, 0], names[:, -1])))
    for name in set(range(1, count)) - edge:
        if facts[name, cv2.CC_STAT_AREA] < least or float(np.quantile(away[names == name], 0.25)) > 2:
            found[names == name] = 1
    # The more a figure stands out there, the more may light change the ground.
    like = ((away < np.clip(cv2.dilate(away, _disc(6)) / 8, 1.5, 3.5)) & (found > 0)).astype(np.uint8)
    count, names, facts, _ = cv2.connectedComponentsWithStats(like, connectivity=4)
    for name in range(1, count):
        piece = (names == name).astype(np.uint8)
        near = cv2.dilate(piece, _disc(3))
        contrast = float(np.median(away[cv2.dilate(piece, _disc(4)) > near]))
        # A fold in a dress may have the ground's colour, but comes to it little by little.
        if facts[name, cv2.CC_STAT_AREA] >= least and contrast > 4:
            found[(near > 0) & (away < max(2, contrast / 2))] = 0
    return found


def _edged(rgb: Pixels, found: Pixels, scale: float) -> tuple[Floats, Floats]:
    """Colour and alpha at full size, in shares, from a mask that is `scale` times smaller.

    Along the edge, alpha is how far a pixel's colour lies on the way from the ground beside it to the figure beside it.
    There the figure's own colour is carried on outwards, so no rim of the ground stays.
    """
    height, width = rgb.shape[:2]
    colours = rgb.astype(np.float32) / 255
    rough = cv2.resize(found.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    band = max(2.0, 1.6 * scale)
    solid = (rough > 0.5).astype(np.float32)
    inner, outer = cv2.erode(solid, _disc(band)), 1 - cv2.dilate(solid, _disc(band))
    reach = round(1.5 * band)
    # What is thinner than the band has no inside: its middle counts a little.
    figure = _spread(colours, inner + 0.002 * rough**3, reach)
    ground = _spread(colours, outer + 1e-5 * (1 - rough), reach)
    way = figure - ground
    length = (way * way).sum(axis=2)
    # The ends are cut off, so that the ground's texture doesn't shine through and the figure's doesn't make holes.
    along = np.clip((((colours - ground) * way).sum(axis=2) / np.maximum(length, 1e-4) - 0.15) / 0.7, 0, 1)
    # Where figure and ground look alike, the rough mask knows better.
    trust = np.clip((np.sqrt(length) - 0.06) / 0.12, 0, 1) * (1 - inner) * (1 - outer)
    alpha = trust * along + (1 - trust) * _soft(rough, 0.35 * scale)
    alpha = _soft(alpha, 0.45 + 0.5 * max(height, width) / LARGEST)
    alpha = np.clip((alpha - 0.06) / 0.9, 0, 1)
    edge = _soft(1 - cv2.erode(solid, _disc(0.6 * band)), 0.8)
    own = np.clip((colours - (1 - alpha[..., None]) * ground) / np.maximum(alpha, 0.2)[..., None], 0, 1)
    # Fine lines, like hair, stay where the colour is mostly the figure's own.
    clean = figure + np.clip(4 * alpha - 3, 0, 1)[..., None] * (own - figure)
    return colours + edge[..., None] * (clean - colours), alpha


def _vignette(height: int, width: int) -> Floats:
    """An upright ellipse in the middle that fades out before it comes to the picture's edge."""
    y, x = np.mgrid[-1 : 1 : complex(0, height), -1 : 1 : complex(0, width)].astype(np.float32)
    inside = np.clip((1 - (np.abs(x / 0.94) ** 2.5 + np.abs(y / 0.98) ** 2.5) ** 0.4) / 0.2, 0, 1)
    return inside * inside * (3 - 2 * inside)


def _cut_off(alpha: Pixels) -> bool:
    """Whether the picture's lower edge goes through the figure, above its feet."""
    solid = alpha > 127
    columns = np.flatnonzero(solid.any(axis=0))
    return bool(len(columns)) and float(solid[-2:].any(axis=0).sum()) > CUT_OFF * (columns[-1] - columns[0] + 1)


def _placed(picture: Pixels, size: tuple[int, int], where: Composition, at_edge: bool) -> tuple[Floats, Floats, Box]:
    """Colour and alpha of the figure at its place in a picture of `size` (height, width), in shares, and its box."""
    height, width = size
    solid = picture[..., 3] >= max(8, int(picture[..., 3].max()) // 2)
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if len(rows) < 4 or len(columns) < 2:
        raise ImageFailed("The figure's picture shows nothing: all of it is transparent. Draw the figure again.")
    tall, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    scale = min(where.size * height / tall, width / wide)
    new_tall, new_wide = max(2, round(tall * scale)), max(2, round(wide * scale))
    # The soft edge lies outside of the box. The rest is left behind, since it might become huge.
    beside = 2 + max(tall, wide) // 4
    top, left = max(0, int(rows[0]) - beside), max(0, int(columns[0]) - beside)
    shares = picture[top : rows[-1] + beside, left : columns[-1] + beside].astype(np.float32) / 255
    shares[..., :3] *= shares[..., 3:]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = np.clip(cv2.resize(shares, None, fx=new_wide / wide, fy=new_tall / tall, interpolation=way), 0, 1)
    box_left, box_top = round((columns[0] - left) * new_wide / wide), round((rows[0] - top) * new_tall / tall)
    # A staff or a tail that touches the ground weighs less than what stands on it.
    low = resized[box_top + int(0.9 * new_tall) : box_top + new_tall, box_left : box_left + new_wide, 3].sum(axis=0)
    stand = float(np.average(np.arange(len(low)), weights=low + 1e-6))
    x = min(max(round(where.across * width - stand), 0), width - new_wide)
    y = min(max(round((1 if at_edge else where.feet) * height) - new_tall, 0), height - new_tall)
    moved = np.array([[1, 0, x - box_left], [0, 1, y - box_top]], np.float32)
    canvas = cv2.warpAffine(resized, moved, (width, height), flags=cv2.INTER_NEAREST)
    colour = canvas[..., :3] / np.maximum(canvas[..., 3:], 1e-3)
    return np.clip(colour, 0, 1), canvas[..., 3], (x, y, x + new_wide, y + new_tall)


def _lit(colour: Floats, alpha: Floats, scene: Pixels, box: Box, away: int) -> Floats:
    """Changes the figure's colours to the light where it stands; `away` is 1 where that comes from the left."""
    left, top, right, bottom = box
    margin = max(8, (right - left) // 2, (bottom - top) // 5)
    window = np.s_[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    around = _lab(scene[window]).reshape(-1, 3)
    lab = _lab(colour[window])
    inside = alpha[window]
    weight = inside[..., None] / max(float(inside.sum()), 1e-6)
    mean = (lab * weight).sum(axis=(0, 1))
    deviation = np.sqrt((((lab - mean) ** 2) * weight).sum(axis=(0, 1)))
    there, spread = around.mean(axis=0), around.std(axis=0)
    # A red coat is no red light, so most of a figure's own colour is left out.
    shift = STRENGTH * (there - mean * (1, 0.35, 0.35))
    # Faces stay readable: a figure doesn't sink into a night nor fade into snow.
    lowest = -max(0.0, min(MOST_DARKER, float(mean[0]) - DARKEST))
    shift[0] = min(max(float(shift[0]), lowest), MOST_LIGHTER)
    shift[1:] *= min(1.0, MOST_COLOUR / max(float(np.hypot(*shift[1:])), 1e-6))
    ratio = np.clip(1 + STRENGTH * (spread / np.maximum(deviation, 1) - 1), (0.88, 0.82, 0.82), (1.08, 1.06, 1.06))
    lab = (lab - mean) * ratio + mean + shift * (0, 1, 1)
    if shift[0] < 0:
        lab[..., 0] *= 1 + shift[0] / mean[0]
    else:
        # Along a curve, so that black shoes don't turn grey in a bright place nor faces white.
        own = min(max(float(mean[0]) / 100, 0.05), 0.95)
        bent = np.log(min(own + float(shift[0]) / 100, 0.97)) / np.log(own)
        lab[..., 0] = 100 * np.clip(lab[..., 0] / 100, 0, 1) ** bent
    # Lighter on the side that the light comes from, darker towards the ground.
    x = np.arange(inside.shape[1]) + max(0, left - margin)
    y = np.arange(inside.shape[0])[:, None] + max(0, top - margin)
    across = np.clip((x - left) / (right - left), 0, 1) * 2 - 1
    down = np.clip((y - top) / (bottom - top), 0, 1)
    lab[..., 0] *= (1 - 0.09 * away * across) * (1 - 0.14 * np.clip((down - 0.8) / 0.2, 0, 1))
    # A little of the background's light goes around the edge, more where the lamp or the sun is.
    reach = max(1.0, 0.012 * (bottom - top))
    moved = np.array([[1, 0, away * reach], [0, 1, 0.4 * reach]], np.float32)
    rim = _soft(np.clip(inside - cv2.warpAffine(inside, moved, inside.shape[::-1]), 0, 1), 0.6 * reach) * inside
    wrap = _soft(1 - inside, 1.5 * reach) * inside
    behind = _lab(cv2.GaussianBlur(scene[window], (0, 0), max(2.0, 3 * reach)))
    lab += (0.3 * wrap)[..., None] * (behind - lab)
    lab[..., 0] = np.clip(lab[..., 0] + rim * (3 + 0.08 * there[0]), 0, 100)
    colour[window] = np.clip(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_Lab2RGB), 0, 1)
    return colour


def _shadowed(scene: Pixels, alpha: Floats, box: Box, away: int) -> Pixels:
    """The background with the figure's shadow on the ground: dark at its feet, soft and long away from the light."""
    _, top, _, bottom = box
    tall = bottom - top
    low = alpha[max(top, bottom - max(2, round(0.06 * tall))) : bottom].max(axis=0)
    stands = np.flatnonzero(low > 0.5 * max(float(low.max()), 1e-3))
    half, middle = max((stands[-1] - stands[0] + 1) / 2, 0.06 * tall), (stands[0] + stands[-1]) / 2
    shade: Floats = np.zeros_like(alpha)
    # Half-width, height, how far it goes away from the light, softness, and darkness.
    near = (1.12 * half, 0.022 * tall, 0.12 * half, 0.010 * tall, 0.55)
    far = (half + 0.20 * tall, 0.040 * tall, 0.22 * tall, 0.022 * tall, 0.34)
    for reach, thick, aside, softness, darkness in (near, far):
        # In sixteenths of a pixel, so that a small figure's shadow is round, too.
        middle_at = (round(16 * (middle + away * aside)), round(16 * (bottom - 0.35 * thick)))
        axes = (max(16, round(16 * reach)), max(16, round(16 * thick)))
        one = np.zeros_like(alpha)
        cv2.ellipse(one, middle_at, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA, 4)
        shade = 1 - (1 - shade) * (1 - darkness * _soft(one, softness))
    out, touched = scene.copy(), shade > 1 / 512
    # What lies in the shade still gets the sky's light, which is bluish.
    out[touched] = _bytes(scene[touched] / 255 * (1 - shade[touched][:, None] * (1.0, 0.96, 0.88)))
    return out


def _blended(below: Pixels, colour: Floats, alpha: Floats) -> Pixels:
    """The figure over the background, mixed in linear light; where there is no figure, the background to the bit."""
    out = below.copy()
    there = alpha > 1 / 512
    share = alpha[there][:, None]
    out[there] = _bytes((share * colour[there] ** 2.2 + (1 - share) * (below[there] / 255) ** 2.2) ** (1 / 2.2))
    return out
