"""The paper under a picture: its grain and vignette, and the light on a cut-out figure. Pixels as numpy arrays."""

import io

import numpy as np
from PIL import Image, ImageFilter

Pixels = np.ndarray


def read(png: bytes) -> Pixels:
    """A PNG as floats from 0 to 255: height, width, four channels (red, green, blue, alpha)."""
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGBA"), dtype=np.float32)


def write(pixels: Pixels) -> bytes:
    """Pixels as PNG; three channels stay opaque, four keep their alpha."""
    held = io.BytesIO()
    Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8)).save(held, "PNG", compress_level=3)
    return held.getvalue()


def grain(height: int, width: int, seed: int) -> Pixels:
    """Paper as factors about 1: fine tooth and larger blotches of pigment."""
    rng = np.random.default_rng(seed)
    fine = rng.standard_normal((height, width), dtype=np.float32)
    fine = (fine + np.roll(fine, 1, 0) + np.roll(fine, 1, 1)) * 0.0075
    small = rng.random((max(2, height // 14), max(2, width // 14)), dtype=np.float32)
    blots = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    return 1 + fine + (np.asarray(blots, dtype=np.float32) - 0.5) * 0.028


def finish_background(png: bytes, seed: int, strength: float = 0.24) -> bytes:
    """Put a drawing onto paper with a slight vignette of `strength` in its corners; opaque."""
    pixels = read(png)[:, :, :3]
    height, width = pixels.shape[:2]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    edge = np.clip((x * x + y * y) / 2 - 0.25, 0, 1)
    return write(pixels * (grain(height, width, seed) * (1 - strength * edge))[:, :, None])


def _moved(alpha: Pixels, dx: int, dy: int) -> Pixels:
    """Alpha moved by whole pixels, empty where it came from."""
    height, width = alpha.shape
    moved = np.zeros_like(alpha)
    xs, xd = slice(max(0, -dx), width - max(0, dx)), slice(max(0, dx), width - max(0, -dx))
    ys, yd = slice(max(0, -dy), height - max(0, dy)), slice(max(0, dy), height - max(0, -dy))
    moved[yd, xd] = alpha[ys, xs]
    return moved


def _under(pixels: Pixels, colour: Pixels, alpha: Pixels) -> None:
    """Put a colour of some alpha (0 to 1) behind what is there."""
    above = pixels[:, :, 3] / 255
    whole = above + alpha * (1 - above)
    share = np.where(whole > 0, above / np.maximum(whole, 1e-6), 0)[:, :, None]
    pixels[:, :, :3] = pixels[:, :, :3] * share + colour * (1 - share)
    pixels[:, :, 3] = whole * 255


def shadow_below(png: bytes, x: float, y: float, reach: float) -> bytes:
    """Lay the small soft shadow of somebody who hangs in the air on the ground at (x, y), `reach` pixels wide.

    Its middle is dense enough to be seen as what touches the ground, so that whoever puts the figure somewhere puts
    this on the ground and leaves the air between free.
    """
    pixels = read(png).copy()
    height, width = pixels.shape[:2]
    thick = max(1.5, reach * 0.13)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    off = ((across - x) / reach) ** 2 + ((down - y) / thick) ** 2
    _under(pixels, np.array([22, 24, 40], dtype=np.float32), 0.66 * np.clip(1.25 * (1 - off), 0, 1))
    return write(pixels)


def ripples_below(png: bytes, x: float, y: float, reach: float, water: tuple[float, float, float]) -> bytes:
    """Lay the rings and foam of somebody who leaps out of the water about (x, y), `reach` pixels wide."""
    pixels = read(png).copy()
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    off = np.sqrt(((across - x) / reach) ** 2 + ((down - y) / (reach * 0.2)) ** 2)
    rings = np.clip(np.cos(off * 9.5) * 2.2 - 0.9, 0, 1) * np.clip(3.2 * (1 - off), 0, 1) * 0.85
    _under(pixels, np.array(water, dtype=np.float32) * 255, rings)
    return write(pixels)


def finish_figure(png: bytes, seed: int, side: int, rim: tuple[float, float, float], dark: float) -> bytes:
    """Light a cut-out figure from `side` (1 right, -1 left): a rim of light there, a soft shadow on the other.

    `rim` is three shares from 0 to 1, `dark` the shadow's strength. Alpha stays as it was drawn.
    """
    pixels = read(png).copy()
    alpha = pixels[:, :, 3] / 255
    height, width = alpha.shape
    step = max(1, round(height * 0.006))
    edge = np.clip(alpha - _moved(alpha, -side * step, step // 2), 0, 1)[:, :, None]
    body = Image.fromarray((alpha * 255).astype(np.uint8)).filter(ImageFilter.BoxBlur(max(1, height * 0.022)))
    soft = np.asarray(body, dtype=np.float32) / 255
    reach = max(2, round(height * 0.03))
    away = np.clip(1 - _moved(soft, side * reach, reach // 2), 0, 1)[:, :, None] * dark
    fall = np.linspace(1.03, 0.9, height, dtype=np.float32)[:, None]
    colour = pixels[:, :, :3] * (1 - away * np.array([0.9, 0.82, 0.6], dtype=np.float32))
    colour *= (fall * grain(height, width, seed))[:, :, None]
    light = np.array(rim, dtype=np.float32) * 255
    pixels[:, :, :3] = colour + (light - colour) * edge * 0.62
    return write(pixels)
