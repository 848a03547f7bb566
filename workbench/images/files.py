"""Pictures as files: what is written into them, what comes in from outside, and where they lie."""

import hashlib
import io
import json
import logging
import os
import re
import struct
import tempfile
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo, putchunk
from pydantic import Field

from workbench.domain.model import Value
from workbench.domain.pictures import LARGEST, PictureKind
from workbench.errors import ImageFailed, InvalidInput, NotFound, StorageError

logger = logging.getLogger(__name__)

MAKER = "Loreloom"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The signature and the header chunk, which every PNG begins with.
HEAD = len(SIGNATURE) + 25
TEXTS = frozenset((b"tEXt", b"iTXt", b"zTXt"))
ACCEPTED = ("PNG", "JPEG", "WEBP", "GIF")
ACCEPTED_WORDS = "a PNG, JPEG, WebP or GIF"
# Telephones write JPEG files with a second picture behind the first: Pillow gives those a name of their own.
KNOWN = frozenset((*ACCEPTED, "MPO"))
OTHERS = (
    (re.compile(rb"%PDF"), "a PDF"),
    (re.compile(rb"(II\*\0|MM\0\*)"), "a TIFF"),
    (re.compile(rb"BM.{8}", re.DOTALL), "a BMP"),
    (re.compile(rb".{4}ftyp(avif|avis|heic|heix|mif1)", re.DOTALL), "an AVIF or HEIC picture"),
    (re.compile(rb"8BPS"), "a Photoshop document"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml.*?|<!--.*?-->\s*|<!DOCTYPE svg.*?)?<svg", re.DOTALL | re.I), "an SVG"),
    (re.compile(rb"\s*<(!doctype html|html)", re.I), "an HTML page"),
)
NAME = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62}\.png)")
# A picture on a page to keep has so many bytes at most: a page of fifteen chapters stays under two megabytes, also in
# base64, which takes four letters for three bytes. The qualities are tried in turn.
PAGE_BYTES = 96_000
PAGE_QUALITIES = (82, 70, 58, 40)
# What can be seen through stands on this where a format knows nothing of that.
PAPER = (239, 233, 220)
# Changing what is done with warnings changes it for the whole process, so one thread at a time may.
_quiet = threading.Lock()


class Parameters(Value):
    """How a picture was made, as its file says it. Sizes in pixels; `created_at` in ISO 8601.

    `steps` and `guidance` are None where the maker has none. `scene` is the scene in values.
    """

    prompt: str = ""
    negative_prompt: str = ""
    seed: int = 0
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    maker: str = ""
    model: str = ""
    steps: int | None = None
    guidance: float | None = None
    kind: PictureKind = "background"
    scene: dict[str, Any] = Field(default_factory=dict)
    created_at: str = ""


def with_parameters(png: bytes, parameters: Parameters) -> bytes:
    """The picture with `parameters` in its text chunks, in the place of those it had. The pixels stay as they are.

    "parameters" has the form that programs for diffusion pictures write and read, "loreloom" is all of it as JSON.
    Raises `ImageFailed` where `png` isn't a whole PNG.
    """
    told = PngInfo()
    for key, text in _texts(parameters).items():
        # A NUL ends a text in this format.
        text = text.replace("\0", "")
        if text.isascii():
            told.add_text(key, text)
        else:
            told.add_itxt(key, text)
    kept = [chunk for name, chunk in _chunks(png) if name not in TEXTS]
    out = io.BytesIO()
    out.write(SIGNATURE + kept[0])
    for name, data, *_ in told.chunks:
        putchunk(out, name, data)
    out.write(b"".join(kept[1:]))
    return out.getvalue()


def read_parameters(png: bytes) -> dict[str, str]:
    """The texts in a PNG by their keys. Raises `InvalidInput` where it can't be read."""
    try:
        with _silence(), Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            # Texts may also come after the pixels, so everything is read.
            image.load()
            return {str(key): str(value) for key, value in image.info.items() if isinstance(value, str)}
    except Exception as error:
        logger.info("No texts could be read from a picture of %d bytes: %r", len(png), error)
        raise InvalidInput("The picture is not a readable PNG. Choose a PNG file that opens elsewhere.") from error


def decoded_upload(
    data: bytes, *, most_bytes: int = 12_000_000, most_pixels: int = 24_000_000, longest_side: int = LARGEST
) -> bytes:
    """Somebody's picture, drawn anew as PNG: RGB or RGBA, upright, its longer side at most `longest_side` pixels.

    Only pixels come over: no metadata, nothing appended, of a moving picture the first frame. What it is, is told by
    its content. Raises `InvalidInput` for whatever isn't a whole PNG, JPEG, WebP or GIF within the limits.
    """
    if not data:
        raise InvalidInput("The picture is empty (0 bytes). Choose another file.")
    if len(data) > most_bytes:
        raise InvalidInput(
            f"The picture has {len(data) / 1e6:.1f} MB; at most {most_bytes / 1e6:g} MB are taken. Save it smaller."
        )
    for pattern, kind in OTHERS:
        if pattern.match(data[:4096]):
            raise InvalidInput(f"This file is {kind}, which can't be used. Save the picture as {ACCEPTED_WORDS}.")
    with _silence():
        try:
            # The first look reads the header and the checksums only. It uses the picture up: the second decodes.
            with Image.open(io.BytesIO(data), formats=ACCEPTED) as image:
                _within(image, most_pixels)
                image.verify()
            with Image.open(io.BytesIO(data), formats=ACCEPTED) as image:
                _within(image, most_pixels)
                image.load()
                clean = _clean(image, longest_side)
        except InvalidInput:
            raise
        except Image.DecompressionBombError as error:
            raise InvalidInput(_too_many("more pixels than can be drawn", most_pixels)) from error
        except UnidentifiedImageError as error:
            raise InvalidInput(
                f"This file is not a picture that can be read. Choose {ACCEPTED_WORDS} picture."
            ) from error
        except Exception as error:
            # Damaged files make decoders fail in all ways there are.
            logger.info("An upload of %d bytes could not be decoded: %r", len(data), error)
            raise InvalidInput(
                "The picture is damaged or not complete. Open it in another program, save it again and choose that."
            ) from error
    return _as_png(clean)


def content_name(png: bytes) -> str:
    """The name that a picture has by its content: "ab/ab12...ef.png", from the SHA-256 of all its bytes."""
    digest = hashlib.sha256(png).hexdigest()
    return f"{digest[:2]}/{digest}.png"


def stored(folder: Path, png: bytes) -> str:
    """Puts a picture into `folder`, unless it lies there already, and returns its name, see `content_name`.

    Nobody ever sees half a file. Raises `StorageError` where the folder can't be written.
    """
    name = content_name(png)
    path = folder / name
    try:
        if path.parent.is_symlink():
            raise StorageError(f"{path.parent} is a link and not a folder. Remove it and try again.")
        if path.is_file() and not path.is_symlink() and path.stat().st_size == len(png):
            return name
        _write(path, png)
    except OSError as error:
        raise StorageError(
            f"The picture can't be written to {folder} ({error.strerror or error}). Make room there and try again."
        ) from error
    return name


def path_in(folder: Path, name: str) -> Path:
    """Where the picture called `name` lies in `folder`.

    Raises `NotFound` for names that `content_name` can't have made, so no name leads out of the folder, for links, and
    where nothing lies there.
    """
    found = NAME.fullmatch(name)
    if found:
        inner = folder / found[1]
        path = inner / found[2]
        if not inner.is_symlink() and not path.is_symlink() and path.is_file():
            return path
    raise NotFound("There is no such picture. The Gallery tab shows those that there are.")


def thumbnail(png: bytes, side: int) -> bytes:
    """A small WebP of a picture, at most `side` pixels wide and high. Raises `ImageFailed` for a broken one."""
    out = io.BytesIO()
    _smaller(png, side).save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def for_page(png: bytes, side: int) -> bytes:
    """A JPEG of a picture for a page to keep, at most `side` pixels wide and high. Raises `ImageFailed`.

    The parts of a figure's picture that can be seen through get the colour of paper.
    """
    small = _smaller(png, side)
    if small.mode == "RGBA":
        paper = Image.new("RGBA", small.size, (*PAPER, 255))
        small = Image.alpha_composite(paper, small).convert("RGB")
    for quality in PAGE_QUALITIES:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= PAGE_BYTES:
            break
    return out.getvalue()


def kept_thumbnail(folder: Path, name: str) -> bytes | None:
    """The thumbnail that `folder` keeps of the picture called `name`; None where there is none, or a damaged one."""
    try:
        data = _thumbnail_path(folder, name).read_bytes()
        with _silence(), Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
            image.load()
    except Exception as error:
        if not isinstance(error, FileNotFoundError):
            logger.info("A kept thumbnail can't be used and is made anew: %r", error)
        return None
    return data


def keep_thumbnail(folder: Path, name: str, webp: bytes) -> None:
    """Puts a thumbnail into `folder`. Where it can't be written, it is made anew each time."""
    try:
        _write(_thumbnail_path(folder, name), webp)
    except OSError as error:
        logger.info("A thumbnail can't be kept: %s", error)


def forget_thumbnail(folder: Path, name: str) -> None:
    """Removes the thumbnail of a picture, if there is one. Raises `OSError` where it can't be removed."""
    _thumbnail_path(folder, name).unlink(missing_ok=True)


def rgba(png: bytes, what: str) -> npt.NDArray[np.uint8]:
    """The pixels of a PNG as RGBA bytes (height, width, 4). Raises `ImageFailed` with `what` it is that is broken."""
    try:
        with _silence(), Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            if min(image.size) >= 16 and image.width * image.height <= 4 * LARGEST * LARGEST:
                return np.array(image.convert("RGBA"))
    except Exception as error:
        logger.info("A picture of %d bytes could not be read: %r", len(png), error)
        raise ImageFailed(f"The {what} is damaged or not a PNG. Draw or upload it again.") from error
    raise ImageFailed(f"The {what} has an unusable size. Each side needs 16 to {2 * LARGEST} pixels.")


def transparent(pixels: npt.NDArray[Any], share: float) -> bool:
    """Whether more than a share of a picture, RGBA in bytes, can be seen through."""
    return float((pixels[..., 3] < 16).mean()) > share


def encoded(pixels: npt.NDArray[Any]) -> bytes:
    """Bytes of colour (grey, RGB or RGBA, by row and column) as PNG, quickly rather than small."""
    return _as_png(Image.fromarray(pixels), effort=2)


def _texts(parameters: Parameters) -> dict[str, str]:
    """The texts that go into a picture's file, by key."""
    fields: list[tuple[str, object]] = [("Steps", parameters.steps)]
    if parameters.guidance is not None:
        fields.append(("CFG scale", f"{parameters.guidance:g}"))
    fields += [
        ("Seed", parameters.seed),
        ("Size", f"{parameters.width}x{parameters.height}"),
        ("Model", _quoted(parameters.model) or None),
        ("Version", MAKER),
    ]
    lines = [parameters.prompt]
    if parameters.negative_prompt:
        lines.append(f"Negative prompt: {parameters.negative_prompt}")
    lines.append(", ".join(f"{key}: {value}" for key, value in fields if value is not None))
    figure = parameters.scene.get("figure")
    name = figure.get("name") if isinstance(figure, dict) else None
    words = parameters.scene.get("words")
    return {
        "parameters": "\n".join(lines),
        "Title": str(name or parameters.scene.get("place") or parameters.kind),
        "Description": str(words or parameters.prompt),
        "Software": MAKER,
        "loreloom": json.dumps(parameters.model_dump(mode="json")),
    }


def _quoted(text: str) -> str:
    """Those who read the line split it at commas and colons, unless they stand in quotes."""
    return json.dumps(text, ensure_ascii=False) if re.search(r"[,:\n]", text) else text


def _write(path: Path, data: bytes) -> None:
    """Puts a file there as a whole or not at all. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _thumbnail_path(folder: Path, name: str) -> Path:
    """Where the thumbnail of a picture lies. Raises `NotFound` for no name, `OSError` where a link would lead away."""
    if not NAME.fullmatch(name):
        raise NotFound("There is no such picture.")
    path = (folder / name).with_suffix(".webp")
    if any(one.is_symlink() for one in (folder, path.parent, path)):
        raise OSError(f"{path} is a link or lies behind one")
    return path


def _smaller(png: bytes, side: int) -> Image.Image:
    try:
        with _silence(), Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            return _clean(image, side)
    except Exception as error:
        logger.info("No preview could be made of a picture of %d bytes: %r", len(png), error)
        raise ImageFailed("The picture's file is damaged, so it has no preview. Draw the picture again.") from error


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG: their names, and all of each, with its length and checksum. Raises `ImageFailed`."""
    broken = ImageFailed("The picture's file is not a whole PNG. Draw the picture again.")
    if png[: len(SIGNATURE)] != SIGNATURE or png[12:16] != b"IHDR":
        raise broken
    at = len(SIGNATURE)
    name = b""
    while name != b"IEND":
        if at + 12 > len(png):
            raise broken
        length, name = struct.unpack(">I4s", png[at : at + 8])
        end = at + 12 + length
        if end > len(png) or zlib.crc32(png[at + 4 : end - 4]) != int.from_bytes(png[end - 4 : end]):
            raise broken
        yield name, png[at:end]
        at = end


@contextmanager
def _silence() -> Iterator[None]:
    """Pillow warns of large and of odd files. What they come to is said in the errors, so nobody needs the warnings."""
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _within(image: Image.Image, most_pixels: int) -> None:
    """Refuses by the header alone, before anything is decoded."""
    if image.format not in KNOWN:
        raise InvalidInput(f"This file is a {image.format}, which can't be used. Choose {ACCEPTED_WORDS} picture.")
    if image.width * image.height > most_pixels:
        raise InvalidInput(_too_many(f"{image.width} x {image.height} pixels", most_pixels))


def _too_many(size: str, most_pixels: int) -> str:
    return f"The picture has {size}; at most {most_pixels / 1e6:g} million are taken. Make it smaller and try again."


def _clean(image: Image.Image, longest_side: int) -> Image.Image:
    """A copy with nothing but pixels, RGB or RGBA, upright, and no longer than `longest_side`."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I") or image.mode == "F":
        # Pillow cuts off what is above 255 where a grey picture has 16 bits.
        image = Image.fromarray((np.clip(np.asarray(image, np.float64), 0, 65535) / 257).astype(np.uint8))
    transparent = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    image = image.convert("RGBA" if transparent else "RGB")
    if transparent and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    # What a picture knows about itself would be written with it.
    image.info.clear()
    return image


def _as_png(image: Image.Image, effort: int = 6) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=effort)
    return out.getvalue()
