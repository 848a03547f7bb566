"""The folder of pictures: thumbnails that are made once, gone with their picture, and harmless when damaged."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workbench.errors import ImageFailed, NotFound
from workbench.images import files
from workbench.images.shelf import PAGE, WALL, FolderShelf


def png(width: int = 768, height: int = 512, mode: str = "RGB", seed: int = 1) -> bytes:
    """Soft colours with a little noise, as pictures have; of RGBA the left half can be seen through."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    noise = np.random.default_rng(seed).normal(0, 4, (height, width))
    planes = [across + noise, down + noise, 255 - across + noise, np.where(across < 128, 0, 255)]
    pixels = np.clip(np.stack(planes[: len(mode)], axis=2), 0, 255).astype(np.uint8)
    return files.encoded(pixels)


def shelf_with(folder: Path, picture: bytes) -> tuple[FolderShelf, str]:
    shelf = FolderShelf(folder)
    return shelf, shelf.keep(picture, {"width": 768, "height": 512})


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".png")


def test_a_thumbnail_is_small_and_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, name = shelf_with(tmp_path, png())
    small = shelf.preview(name)
    assert (opened(small).format, max(opened(small).size)) == ("WEBP", WALL)
    assert len(small) * 5 < len(shelf.read(name))
    assert [path.name for path in kept(tmp_path)] == [f"{Path(name).stem}.webp"]
    monkeypatch.setattr(files, "thumbnail", None)
    assert shelf.preview(name) == small
    assert FolderShelf(tmp_path).preview(name) == small


def test_a_figures_thumbnail_can_still_be_seen_through(tmp_path: Path) -> None:
    shelf, name = shelf_with(tmp_path, png(256, 384, "RGBA"))
    assert opened(shelf.preview(name)).mode == "RGBA"


def test_a_thumbnail_goes_with_its_picture(tmp_path: Path) -> None:
    shelf, name = shelf_with(tmp_path, png())
    shelf.preview(name)
    shelf.forget(name)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with pytest.raises(NotFound):
        shelf.preview(name)
    # Once more is fine, and so is a picture whose file somebody took away.
    shelf.forget(name)
    shelf, name = shelf_with(tmp_path, png(seed=2))
    shelf.preview(name)
    shelf.path(name).unlink()
    with pytest.raises(NotFound):
        shelf.preview(name)
    shelf.forget(name)
    assert kept(tmp_path) == []


def test_of_a_picture_that_is_deleted_meanwhile_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, name = shelf_with(tmp_path, png())
    made = files.thumbnail

    def slowly(data: bytes, side: int) -> bytes:
        shelf.forget(name)
        return made(data, side)

    monkeypatch.setattr(files, "thumbnail", slowly)
    assert shelf.preview(name)
    assert kept(tmp_path) == []


@pytest.mark.parametrize("damage", [b"", b"no picture", 12, 0.5, 0.95, -1])
def test_a_damaged_thumbnail_is_made_anew(tmp_path: Path, damage: bytes | float) -> None:
    shelf, name = shelf_with(tmp_path, png())
    small = shelf.preview(name)
    (path,) = kept(tmp_path)
    if isinstance(damage, float):
        damage = int(damage * len(small))
    path.write_bytes(damage if isinstance(damage, bytes) else small[:damage])
    assert shelf.preview(name) == small
    assert path.read_bytes() == small


def test_a_folder_in_a_thumbnails_place_does_no_harm(tmp_path: Path) -> None:
    shelf, name = shelf_with(tmp_path, png())
    small = shelf.preview(name)
    (path,) = kept(tmp_path)
    path.unlink()
    path.mkdir()
    assert shelf.preview(name) == small
    shelf.forget(name)
    with pytest.raises(NotFound):
        shelf.preview(name)


def test_where_nothing_can_be_written_it_is_still_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, name = shelf_with(tmp_path, png())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert opened(shelf.preview(name)).format == "WEBP"
    assert kept(tmp_path) == []


def test_links_lead_nowhere(tmp_path: Path) -> None:
    folder, outside = tmp_path / "pictures", tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    shelf, name = shelf_with(folder, png())
    small = shelf.preview(name)
    (path,) = kept(folder)
    path.unlink()
    path.symlink_to(outside / "secret")
    assert shelf.preview(name) == small
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(outside)
    assert shelf.preview(name) == small
    shelf.forget(name)
    assert [(one.name, one.read_bytes()) for one in outside.iterdir()] == [("secret", b"secret")]


@pytest.mark.parametrize("name", ["", "..", "../x.png", "/etc/passwd", "00/../x.png", "%2e%2e/x.png", "a\0.png"])
@pytest.mark.parametrize("for_page", [False, True])
def test_names_that_are_none_have_no_preview(tmp_path: Path, name: str, for_page: bool) -> None:
    shelf, real = shelf_with(tmp_path / "pictures", png(32, 32))
    (tmp_path / "x.png").write_bytes(png(16, 16))
    for wanted in (name, f"../{real}", real.upper(), f"{real}.png", real.replace(".png", ".webp")):
        with pytest.raises(NotFound):
            shelf.preview(wanted, for_page=for_page)
        shelf.forget(wanted)
    assert (tmp_path / "x.png").exists()
    assert shelf.path(real).exists()


@pytest.mark.parametrize("for_page", [False, True])
def test_a_damaged_picture_has_none_and_says_so(tmp_path: Path, for_page: bool) -> None:
    shelf, name = shelf_with(tmp_path, png())
    shelf.path(name).write_bytes(b"\x89PNG\r\n\x1a\n no more")
    with pytest.raises(ImageFailed, match=r"damaged.+Draw the picture again"):
        shelf.preview(name, for_page=for_page)
    assert kept(tmp_path) == []


def test_a_picture_for_a_page_is_a_jpeg_of_moderate_size(tmp_path: Path) -> None:
    shelf, name = shelf_with(tmp_path, png(1024, 640))
    page = opened(shelf.preview(name, for_page=True))
    assert (page.format, page.size) == ("JPEG", (PAGE, 500))
    # Fifteen of these make less than two megabytes of base64, also where there is much to be seen in each.
    rough = Image.fromarray(np.random.default_rng(1).integers(0, 255, (170, 256, 3), np.uint8)).resize((768, 512))
    full = io.BytesIO()
    rough.save(full, "JPEG", quality=files.PAGE_QUALITIES[0])
    assert full.tell() > files.PAGE_BYTES
    shelf, name = shelf_with(tmp_path, files.encoded(np.asarray(rough)))
    assert len(shelf.preview(name, for_page=True)) <= files.PAGE_BYTES


def test_on_a_page_a_figure_stands_on_paper(tmp_path: Path) -> None:
    shelf, name = shelf_with(tmp_path, png(256, 384, "RGBA"))
    page = opened(shelf.preview(name, for_page=True))
    assert (page.mode, page.size) == ("RGB", (256, 384))
    assert np.abs(np.asarray(page)[100:200, 20:60].astype(int) - files.PAPER).max() < 8
