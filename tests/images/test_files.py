"""Pictures as files: what a picture tells about itself, hostile uploads, and names that try to leave the folder."""

import io
import os
import struct
import warnings
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from workbench.errors import ImageFailed, InvalidInput, NotFound, StorageError
from workbench.images.files import (
    Parameters,
    content_name,
    decoded_upload,
    path_in,
    read_parameters,
    stored,
    thumbnail,
    with_parameters,
)


def picture(width: int = 48, height: int = 32, mode: str = "RGB") -> Image.Image:
    """Something with edges, so that turning and scaling show."""
    pixels = np.random.default_rng(7).integers(0, 255, (height, width, 4), np.uint8)
    pixels[: height // 2, : width // 2] = (250, 10, 10, 255)
    if mode not in ("LA", "RGBA"):
        pixels = pixels[..., :3]
    return Image.fromarray(pixels).convert(mode)


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["PNG"])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def huge(width: int, height: int, pixels: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


FULL = Parameters(
    prompt="a lighthouse, storm",
    negative_prompt="text, blur",
    seed=42,
    width=48,
    height=32,
    maker="diffusion",
    model="tiny, small",
    steps=4,
    guidance=1.5,
    kind="background",
    scene={"place": "sea", "words": "Waves under the lighthouse."},
    created_at="2025-03-01T12:00:00+00:00",
)


def test_other_programs_find_prompt_seed_and_size() -> None:
    told = read_parameters(with_parameters(saved(picture()), FULL))
    assert told["parameters"] == (
        "a lighthouse, storm\nNegative prompt: text, blur\n"
        'Steps: 4, CFG scale: 1.5, Seed: 42, Size: 48x32, Model: "tiny, small", Version: Loreloom'
    )
    assert told["Software"] == "Loreloom"
    assert told["Title"] == "sea"
    assert told["Description"] == "Waves under the lighthouse."
    assert Parameters.model_validate_json(told["loreloom"]) == FULL


def test_what_is_not_known_is_left_out() -> None:
    told = read_parameters(with_parameters(saved(picture()), Parameters(prompt="x", width=8, height=8)))
    assert told["parameters"] == "x\nSeed: 0, Size: 8x8, Version: Loreloom"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_pixels_stay_and_old_texts_go(mode: str) -> None:
    image = picture(mode=mode)
    once = with_parameters(saved(image), FULL)
    twice = with_parameters(once, FULL.model_copy(update={"prompt": "another"}))
    assert opened(twice).mode == mode
    assert opened(twice).tobytes() == image.tobytes()
    assert twice.count(b"tEXtparameters") == 1
    assert b"lighthouse, storm" not in twice


@settings(max_examples=60, deadline=None)
@given(
    prompt=st.text(max_size=200),
    negative=st.text(max_size=50),
    model=st.text(max_size=20),
    words=st.text(max_size=50),
)
def test_any_words_come_back(prompt: str, negative: str, model: str, words: str) -> None:
    given_ = FULL.model_copy(
        update={"prompt": prompt, "negative_prompt": negative, "model": model, "scene": {"words": words}}
    )
    told = read_parameters(with_parameters(PLAIN, given_))
    assert Parameters.model_validate_json(told["loreloom"]) == given_
    assert told["parameters"].startswith(prompt.replace("\0", ""))
    assert told["Description"] == (words or prompt).replace("\0", "")


PLAIN = saved(picture(8, 8))


def test_words_that_are_not_latin_are_marked_as_unicode() -> None:
    made = with_parameters(PLAIN, FULL.model_copy(update={"prompt": "Лес ночью — 森"}))
    assert b"iTXtparameters" in made
    assert read_parameters(made)["parameters"].startswith("Лес ночью — 森\n")


@pytest.mark.parametrize("broken", [b"", b"no", PLAIN[:20], PLAIN[:-5], PLAIN[:60] + b"\0" + PLAIN[61:]])
def test_broken_pictures_get_no_texts(broken: bytes) -> None:
    with pytest.raises(ImageFailed, match="not a whole PNG"):
        with_parameters(broken, FULL)


def test_texts_of_what_is_no_png() -> None:
    with pytest.raises(InvalidInput, match="not a readable PNG"):
        read_parameters(saved(picture(), "JPEG"))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_of_every_kind_become_png(form: str) -> None:
    clean = opened(decoded_upload(saved(picture(), form)))
    assert (clean.format, clean.mode, clean.size) == ("PNG", "RGB", (48, 32))
    red, green, _ = clean.getpixel((6, 6))  # type: ignore[misc]
    assert red > 200
    assert green < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_becomes_rgb_or_rgba(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.linspace(0, 65535, 48 * 32, dtype=np.uint16).reshape(32, 48))
    else:
        image = picture(mode=mode)
    clean = opened(decoded_upload(saved(image)))
    assert clean.mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")
    if mode == "I;16":
        # Not all of it white, as when 16 bits are cut off.
        assert 120 < np.asarray(clean).mean() < 135


def test_transparent_parts_stay() -> None:
    image = picture(mode="RGBA")
    image.putpixel((40, 30), (1, 2, 3, 0))
    assert opened(decoded_upload(saved(image))).getpixel((40, 30))[3] == 0  # type: ignore[index]


def test_photographs_from_telephones_stand_upright_and_tell_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "my house"
    clean = decoded_upload(saved(picture(), "JPEG", exif=exif, comment=b"secret place", quality=95))
    assert opened(clean).size == (32, 48)
    # What was above on the left is above on the right now.
    assert opened(clean).getpixel((26, 5))[0] > 200  # type: ignore[index]
    assert b"my house" not in clean
    assert b"secret" not in clean
    names = [clean[at : at + 4] for at in (12, 37)]
    assert names == [b"IHDR", b"IDAT"]


def test_large_pictures_are_made_smaller() -> None:
    assert opened(decoded_upload(saved(Image.new("RGB", (3000, 500), "red"), "JPEG"))).size == (1024, 171)
    assert opened(decoded_upload(saved(picture()), longest_side=24)).size == (24, 16)


@pytest.mark.parametrize("cut", [*range(1, 60, 7), 0.1, 0.3, 0.5, 0.7, 0.9, -6, -13])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_half_a_picture_is_refused(form: str, cut: float) -> None:
    whole = saved(picture(), form)
    half = whole[: int(cut * len(whole))] if isinstance(cut, float) else whole[: int(cut)]
    with pytest.raises(InvalidInput, match=r"damaged|not a picture"):
        decoded_upload(half)


@settings(max_examples=40, deadline=None)
@given(data=st.binary(min_size=1, max_size=300), head=st.sampled_from([b"", b"\xff\xd8\xff", PLAIN[:40], b"GIF89a"]))
def test_noise_is_a_picture_or_refused_and_nothing_else_happens(data: bytes, head: bytes) -> None:
    with suppress(InvalidInput):
        assert opened(decoded_upload(head + data)).format == "PNG"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<svg/>", "an SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "an HTML page"),
        (b"%PDF-1.7\n...", "a PDF"),
        (saved(picture(), "TIFF"), "a TIFF"),
        (saved(picture(), "BMP"), "a BMP"),
        (saved(picture(), "ICO"), "not a picture"),
        (saved(picture(), "PPM"), "not a picture"),
        (b"PK\x03\x04" + b"\0" * 40, "a ZIP"),
        (b"Just words, no picture.", "not a picture"),
        (b"\0" * 500, "not a picture"),
    ],
)
def test_what_is_no_picture_is_told_by_its_content(data: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        decoded_upload(data)
    assert "\n" not in str(caught.value)


def test_too_many_bytes() -> None:
    with pytest.raises(InvalidInput, match=r"at most 0\.001 MB"):
        decoded_upload(saved(picture()), most_bytes=1000)


@pytest.mark.parametrize("size", [(30_000, 30_000), (12_000, 9_000), (5_000, 5_000), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_by_their_header(size: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InvalidInput, match="at most 24 million"):
            decoded_upload(huge(*size))


def test_a_gif_whose_frame_is_larger_than_it_says() -> None:
    frame = b"," + struct.pack("<HHHHB", 0, 0, 60_000, 60_000, 0) + b"\x02\x02\x4c\x01\x00"
    with pytest.raises(InvalidInput):
        decoded_upload(b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0, 0, 0) + frame + b";")


def test_a_text_that_unpacks_to_a_gigabyte() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(40_000_000), 9))
    with pytest.raises(InvalidInput, match="damaged"):
        decoded_upload(PLAIN[:33] + bomb + PLAIN[33:])


def test_of_moving_pictures_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")] * 20
    for form in ("GIF", "WEBP", "PNG"):
        clean = opened(decoded_upload(saved(frames[0], form, save_all=True, append_images=frames[1:])))
        assert getattr(clean, "n_frames", 1) == 1
        red, green, _ = clean.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert red > 240
        assert green < 15


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
def test_what_is_hidden_behind_a_picture_does_not_come_along(form: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.txt", "evil")
    for hidden in (archive.getvalue(), b"<html><script>alert(1)</script></html>"):
        clean = decoded_upload(saved(picture(), form) + hidden)
        assert hidden not in clean
        assert not zipfile.is_zipfile(io.BytesIO(clean))
        assert b"script" not in clean
        assert clean.endswith(chunk(b"IEND", b""))


def test_a_picture_lies_under_its_content(tmp_path: Path) -> None:
    name = stored(tmp_path, PLAIN)
    assert name == content_name(PLAIN)
    assert path_in(tmp_path, name).read_bytes() == PLAIN
    before = path_in(tmp_path, name).stat().st_ino
    assert stored(tmp_path, PLAIN) == name
    assert path_in(tmp_path, name).stat().st_ino == before
    assert [path.name for path in tmp_path.rglob("*.*")] == [name[3:]]


def test_half_a_file_is_written_again(tmp_path: Path) -> None:
    name = stored(tmp_path, PLAIN)
    (tmp_path / name).write_bytes(PLAIN[:10])
    stored(tmp_path, PLAIN)
    assert (tmp_path / name).read_bytes() == PLAIN


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        stored(tmp_path, PLAIN)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


GOOD = content_name(PLAIN)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../secret.png",
        f"../{GOOD}",
        f"/{GOOD}",
        f"//{GOOD}",
        f"./{GOOD}",
        f"{GOOD[:2]}/../{GOOD}",
        "/etc/passwd",
        GOOD.replace("/", "\\"),
        f"..\\{GOOD}",
        GOOD.upper(),
        GOOD[:-4].upper() + ".png",
        f"{GOOD}\0",
        f"{GOOD}\n",
        f"{GOOD}\0.png",
        GOOD[3:],
        GOOD[:-4],
        f"{GOOD}.png",
        f"{'0' if GOOD[0] != '0' else '1'}{GOOD[1:]}",
        "%2e%2e/" + GOOD,
        GOOD.replace("a", "а"),
        f"ff/{'f' * 64}.png",
    ],
)
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    stored(tmp_path, PLAIN)
    (tmp_path.parent / "secret.png").write_bytes(b"secret")
    if name == GOOD:
        pytest.skip("the letter isn't in it")
    with pytest.raises(NotFound):
        path_in(tmp_path, name)


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    folder = tmp_path / "pictures"
    (folder / GOOD[:2]).mkdir(parents=True)
    (folder / GOOD).symlink_to(secret)
    with pytest.raises(NotFound):
        path_in(folder, GOOD)
    # Storing puts a file in the place of the link, and leaves alone what the link led to.
    assert path_in(folder, stored(folder, PLAIN)).read_bytes() == PLAIN
    assert secret.read_bytes() == b"secret"
    other = tmp_path / "other"
    other.mkdir()
    (other / GOOD[:2]).symlink_to(folder / GOOD[:2])
    with pytest.raises(NotFound):
        path_in(other, GOOD)
    with pytest.raises(StorageError, match="is a link"):
        stored(other, PLAIN)


def test_previews_are_small_and_keep_their_shape() -> None:
    small = thumbnail(saved(picture(768, 512)), 96)
    with Image.open(io.BytesIO(small)) as image:
        assert (image.format, image.size) == ("WEBP", (96, 64))
    assert len(small) < 12_000
    with pytest.raises(ImageFailed, match="damaged"):
        thumbnail(PLAIN[:50], 96)
