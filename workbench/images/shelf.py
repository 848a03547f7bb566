"""The ports of pictures fulfilled: files in a folder, and figures put into backgrounds."""

import logging
import struct
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.domain.pictures import Composition, Scene
from workbench.errors import NotFound
from workbench.images import files

logger = logging.getLogger(__name__)

# Sides in pixels: a wall's pictures are up to 240 wide, and some screens have two pixels for each; a page to keep is as
# wide as a column of text.
WALL, PAGE = 480, 800


class FolderShelf:
    """Fulfils `workbench.ports.PictureShelf` with one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Named by its size: thumbnails of another one are never taken for these.
        self._small = folder / f"thumbnails-{WALL}"

    def keep(self, png: bytes, parameters: Mapping[str, Any]) -> str:
        """Write a picture with what it was made from in its text chunks; its name."""
        told = files.Parameters.model_validate(dict(parameters))
        return files.stored(self._folder, files.with_parameters(png, told))

    def path(self, name: str) -> Path:
        """Where a kept picture lies. Raises `NotFound` for anything that is no such name."""
        return files.path_in(self._folder, name)

    def read(self, name: str) -> bytes:
        """A kept picture as PNG. Raises `NotFound`."""
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise NotFound(f"The file of this picture can't be read any more ({error.strerror}).") from error

    def preview(self, name: str, *, for_page: bool = False) -> bytes:
        """A kept picture made small: a WebP for a wall of pictures, or a larger JPEG for a page to keep.

        Raises `NotFound`, and `ImageFailed` where its file is damaged. Thumbnails are kept in a folder of their own.
        """
        path = self.path(name)
        if for_page:
            return files.for_page(self.read(name), PAGE)
        small = files.kept_thumbnail(self._small, name)
        if small is None:
            small = files.thumbnail(self.read(name), WALL)
            files.keep_thumbnail(self._small, name, small)
            if not path.is_file():
                # It was deleted meanwhile: nothing of it stays.
                self._forget_small(name)
        return small

    def forget(self, name: str) -> None:
        """Remove a picture with its thumbnail; one that isn't there is fine."""
        # The picture is gone for its owner whatever happens here; what can't be removed only takes room.
        with suppress(NotFound):
            try:
                self.path(name).unlink(missing_ok=True)
            except OSError as error:
                logger.warning("The file of a deleted picture stays: %s", error)
        self._forget_small(name)

    def _forget_small(self, name: str) -> None:
        with suppress(NotFound):
            try:
                files.forget_thumbnail(self._small, name)
            except OSError as error:
                logger.warning("The thumbnail of a deleted picture stays: %s", error)

    def uploaded(self, data: bytes) -> tuple[bytes, int, int]:
        """A picture that somebody brings, decoded and encoded anew, its width and height in pixels."""
        png = files.decoded_upload(data)
        width, height = struct.unpack(">II", png[16:24])
        return png, width, height


class FigureCombiner:
    """Fulfils `workbench.ports.Combiner`. OpenCV is loaded with the first picture."""

    def composition(self, scene: Scene, seed: int) -> Composition:
        """Where the figure stands in a scene, by the rule of thirds."""
        from workbench.images.sketch import composition_of

        return composition_of(scene, seed)

    def combine(self, background: bytes, figure: bytes, composition: Composition, *, exact: bool) -> bytes:
        """One picture (PNG) of two."""
        from workbench.images.combining import combine

        return combine(background, figure, composition, exact=exact).png
