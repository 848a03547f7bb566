"""What goes into a diffusion pipeline and comes out of it: sizes, words that fit, pictures as files."""

import io
import math
from typing import TYPE_CHECKING, Any

from workbench.domain.pictures import Drawn
from workbench.errors import ImageFailed
from workbench.images import diffusion_failures as failures

if TYPE_CHECKING:
    from PIL import Image

MOST_TOKENS = 100_000  # tokenizers without a limit claim one of astronomic size


def multiple(pipe: Any) -> int:
    """What the sides of this pipeline's pictures are multiples of, in pixels."""
    scale = int(getattr(pipe, "vae_scale_factor", 8))
    patch = getattr(getattr(getattr(pipe, "transformer", None), "config", None), "patch_size", 1)
    processor = getattr(getattr(getattr(pipe, "image_processor", None), "config", None), "vae_scale_factor", 1)
    return math.lcm(8, scale * (patch if isinstance(patch, int) else 1), int(processor or 1))


def whole(side: int, multiple: int) -> int:
    """The side, in pixels, as the next smaller multiple."""
    return max(multiple, side // multiple * multiple)


def fitting(text: str, pipe: Any) -> str:
    """The text as far as the model can read it, cut at a comma, or else between words."""
    tokenizers = [
        each for name in ("tokenizer", "tokenizer_2", "tokenizer_3") if (each := getattr(pipe, name, None)) is not None
    ]
    limits = [getattr(each, "model_max_length", MOST_TOKENS) for each in tokenizers]
    if not limits or max(limits) >= MOST_TOKENS:
        return text
    tokenizer = tokenizers[limits.index(max(limits))]  # where one reads more than another, nothing is kept from it
    room = max(limits) - tokenizer.num_special_tokens_to_add()

    def fits(part: str) -> bool:
        return len(tokenizer(part, add_special_tokens=False, verbose=False)["input_ids"]) <= room

    if fits(text):
        return text
    for separator in (",", " "):
        pieces = text.split(separator)
        for count in range(len(pieces) - 1, 0, -1):
            if fits(part := separator.join(pieces[:count]).rstrip(" ,")):
                return part
    return text


def reference_picture(png: bytes, size: tuple[int, int]) -> "Image.Image":
    """The picture to begin with, at that size in pixels: a figure without ground before white, others cut to the shape.

    Raises `ImageFailed` when the bytes are no picture.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(png)) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageFailed(failures.BAD_REFERENCE) from error
    if picture.getchannel("A").getextrema()[0] == 255:
        return ImageOps.fit(picture.convert("RGB"), size)
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ImageOps.pad(ground.convert("RGB"), size, color="white")


def drawn(pixels: Any) -> Drawn:
    """A picture of shares of light, as PNG. Raises `ImageFailed` when they aren't numbers."""
    import numpy
    from PIL import Image

    if not numpy.isfinite(pixels).all():
        raise ImageFailed(failures.NOT_NUMBERS)
    picture = Image.fromarray((pixels * 255).round().astype("uint8")).convert("RGB")
    png = io.BytesIO()
    picture.save(png, "PNG")
    return Drawn(png=png.getvalue(), width=picture.width, height=picture.height)
