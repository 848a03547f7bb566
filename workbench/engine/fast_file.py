"""Copies of a model in a type that CPUs read faster, made once in the data folder and found again at the next start.

A copy's name holds what it was made of and with what, so that one of a changed file or of another version is never
taken. Here is also how a file gets onto the disk whole or not at all.
"""

import fcntl
import importlib.metadata
import logging
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from workbench.domain.model import ModelStatus
from workbench.engine.gguf import GgufHeader, bits_per_value, contents_id, read_header
from workbench.errors import ModelUnavailable, StorageError

if TYPE_CHECKING:
    from workbench.engine.beginnings import Beginnings
    from workbench.engine.weights import ChatWeights

logger = logging.getLogger(__name__)

# ggml's numbers of the types that a copy may have.
COPY_TYPES = {"Q8_0": 8, "Q4_0": 2}
# Bits that a weight takes in a copy, at most: a Q4_0 file keeps its output matrix, large in small models, in 6 or 8.
_COPY_BITS = {"Q8_0": 8.5, "Q4_0": 5.5}
_COPY_EXTRA = 32 * 2**20  # what isn't requantised: vocabulary, norms
# Q4_1 and Q5_1, the types in use that ggml's CPU backend multiplies row by row. Of the others F32, F16, BF16, Q4_0,
# Q5_0, Q8_0 and IQ4_NL have a kernel in llamafile/sgemm.cpp, Q4_0, Q4_K, Q2_K and IQ4_NL one on repacked weights, and
# the rest of the K and IQ types one in tiled/. Measured with one thread, K types read faster than Q8_0 does.
# (Ternary and 1-bit types have none, but a Q8_0 copy is four times their size and would write slower than they do.)
SLOW_TYPES = frozenset({3, 7})
# Reading is bound by arithmetic, but writing by how fast memory delivers the weights, and a Q8_0 copy is up to 1.7
# times the size. Unasked, a copy is made only of models whose writing doesn't get slower enough for anyone to notice.
AUTO_BYTES = 2**30
MAKING_COPY = "A copy of the model that reads faster is being made."
SPARE_BYTES = 256 * 2**20  # left on the disk for everything else

_PART = re.compile(r"^(?P<target>.+)\.\d+-[0-9a-f]{8}\.part$")
_COPY = re.compile(r"^(?P<stem>.+)\.(?P<contents>[0-9a-f]{16})\.llama-[\w.+-]+\.(?:Q8_0|Q4_0)\.gguf$")
_LONGEST_STEM = 120  # bytes; file systems allow 255 for the whole name


@dataclass(frozen=True)
class Loaded:
    """A model that can be used, the status that then holds, and how to get a faster one where that is possible.

    `beginnings` are the saved states that these very weights can use; None where they can't be told apart.

    `improve` makes a fast copy, which takes seconds; call it in a background thread. It returns a function that loads
    the copy, to be called in the thread that owns the weights; what that returns has no `improve`. Both raise
    `WorkbenchError` with a sentence when it can't be done; the weights that are there then stay good.
    """

    weights: "ChatWeights"
    status: ModelStatus
    improve: "Callable[[], Callable[[], Loaded]] | None" = None
    beginnings: "Beginnings | None" = None

    def improving(self) -> ModelStatus:
        """The status to show while `improve` works; before and after it is `status`."""
        return self.status.model_copy(update={"message": f"{self.status.message} {MAKING_COPY}".strip()})


def library_version() -> str:
    """Version of llama-cpp-python, found without importing it."""
    return importlib.metadata.version("llama-cpp-python")


def fast_kind(header: GgufHeader, setting: str, gpu_layers: int) -> str | None:
    """Which copy of a model is wanted, "Q8_0" or "Q4_0"; None when the file itself is best.

    `setting` is that of LORELOOM_FAST_FILE. "auto" asks for Q8_0 where most weights are of a slow type and the copy
    stays small. A kind asked for by name is made of any file, except where nothing could be gained: of one whose
    main type has a fast kernel and takes no more bits, a copy would lose accuracy and write no faster.
    """
    main = header.main_type
    # A split model's header tells about its first file only, and a GPU has fast kernels for every type.
    if setting == "off" or gpu_layers != 0 or header.parts > 1 or main is None:
        return None
    if setting == "auto":
        slow = sum(header.type_values.get(kind, 0) for kind in SLOW_TYPES)
        return "Q8_0" if slow > header.values / 2 and copy_bytes(header, "Q8_0") <= AUTO_BYTES else None
    own, copied = bits_per_value(main), bits_per_value(COPY_TYPES[setting])
    return setting if main in SLOW_TYPES or (own and copied and own > copied) else None


def copy_bytes(header: GgufHeader, kind: str) -> int:
    """Size that a copy will have, rather too large than too small."""
    return round(header.values * _COPY_BITS[kind] / 8) + _COPY_EXTRA


def fast_path(source: Path, kind: str, folder: Path) -> Path:
    """Where the copy of `source` as `kind` belongs, for the source's present contents and this llama.cpp.

    Raises `OSError` when the source can't be read.
    """
    return folder / f"{_short_stem(source)}.{contents_id(source)[:16]}.llama-{library_version()}.{kind}.gguf"


def _short_stem(source: Path) -> str:
    return source.stem.encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore")


def find_fast_file(source: Path, kind: str, folder: Path) -> Path | None:
    """The copy of `source` as `kind`, if there is a sound one; a damaged one is removed.

    Raises `ModelUnavailable` when the source itself isn't sound.
    """
    header = read_header(source)
    try:
        copy = fast_path(source, kind, folder)
        if not copy.exists():
            return None
    except OSError as error:
        logger.warning("no fast copy of %s could be looked for: %s", source.name, error)
        return None
    if not _is_sound(copy, header):
        remove(copy)
        return None
    return copy


def make_fast_file(source: Path, kind: str, folder: Path, threads: int) -> Path:
    """Make the copy of `source` as `kind` in `folder`, unless a sound one is there, and return its path.

    Takes seconds for each GB; `threads` as in `requantise`. Only `folder` is written to: what an earlier crash left
    there goes, and so do copies of the same model of another kind, version or content. A copy appears under its name
    when it is complete. Raises `StorageError` (no room, not writable), `ModelFailed` (llama.cpp can't) or
    `ModelUnavailable` (the source isn't sound).
    """
    from workbench.engine.llama import requantise

    if found := find_fast_file(source, kind, folder):
        return found
    header = read_header(source)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = fast_path(source, kind, folder)
        _remove_superseded(target)
        needed, free = copy_bytes(header, kind) + SPARE_BYTES, shutil.disk_usage(folder).free
        if free < needed:
            raise StorageError(
                f"There is no room for a copy of {source.name} that reads faster: it needs {needed / 2**20:.0f} MiB on "
                f"the disk of the data folder, and {free / 2**20:.0f} MiB are free. Make room, or set "
                "LORELOOM_FAST_FILE to off."
            )
        with written_beside(target) as (part, _):
            requantise(source, part, kind, threads)
            if not _is_sound(part, header):
                raise StorageError(
                    f"The copy of {source.name} that reads faster came out incomplete; the disk may be full. Make "
                    "room, or set LORELOOM_FAST_FILE to off."
                )
    except OSError as error:
        raise StorageError(
            f"The copy of {source.name} that reads faster couldn't be written: {error.strerror or error}. Correct the "
            "data folder, or set LORELOOM_FAST_FILE to off."
        ) from error
    return target


def _is_sound(copy: Path, source: GgufHeader) -> bool:
    """Whether a copy is complete and has all weights of its source; logs why not.

    A full disk shows here too: llama.cpp doesn't look whether its writes succeed, and it writes the header last.
    """
    try:
        header = read_header(copy)
    except ModelUnavailable as error:
        logger.warning("the copy %s can't be used: %s", copy, error)
        return False
    if (header.architecture, header.values) != (source.architecture, source.values):
        logger.warning("the copy %s can't be used: it isn't one of its model", copy)
        return False
    return True


def _remove_superseded(target: Path) -> None:
    """Remove what crashes left of copies, and copies that `target` takes the place of.

    Those are known by the model's name alone: its file may have been replaced by another of the same name. Where two
    models of one name take turns, each use makes its copy anew, which is better than copies that nobody removes.
    """
    ours = _COPY.match(target.name)
    assert ours is not None
    remove_leftovers(target.parent, lambda name: _COPY.match(name) is not None)
    for other in target.parent.iterdir():
        match = _COPY.match(other.name)
        if match and match["stem"] == ours["stem"] and other != target:
            logger.info("removing %s, which isn't used any more", other.name)
            remove(other)


# Files that are written whole or not at all


@contextmanager
def written_beside(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file beside `target`, by path and open, that takes its place at the end, whole and on the disk.

    Nothing is left of it after an error. While it is open it is locked, so that another process which cleans up can
    tell it from what a crash left. Raises `OSError`.
    """
    part = target.with_name(f"{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    with part.open("xb") as file:
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:  # some network file systems have no locks; cleaning up then leaves parts alone
                logger.debug("%s can't be locked: %s", part.name, error)
            yield part, file
            file.flush()
            os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            remove(part)
            raise
    _sync_folder(target.parent)


def remove_leftovers(folder: Path, ours: Callable[[str], bool]) -> None:
    """Remove files that `written_beside` began and a crash left; `ours` says for which targets, by name.

    Raises `OSError` when the folder can't be read.
    """
    for path in folder.iterdir():
        match = _PART.match(path.name)
        if not match or not ours(match["target"]):
            continue
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while somebody writes it
                path.unlink()
                logger.info("removed %s, left by a crash", path.name)
        except OSError as error:
            logger.debug("%s stays: %s", path.name, error)


def remove(path: Path) -> None:
    """Remove a file that may be gone already; when it can't be removed, that is logged."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s couldn't be removed: %s", path, error)


def _sync_folder(folder: Path) -> None:
    """Put the folder's list of names onto the disk, or a power cut may take the new name back."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:  # not every file system can
        logger.debug("%s can't be synced: %s", folder, error)
