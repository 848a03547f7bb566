"""What the model has read of each story, kept on disk, so that a story opened again needn't be read anew.

One file for each story holds its tokens and the model's state after them, as opaque bytes. It is a cache: whatever
goes wrong is logged and costs no more than the reading that it would have saved. Several processes may share a folder.
"""

import hashlib
import json
import logging
import os
import platform
import re
import struct
import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from workbench.engine.fast_file import library_version, remove, remove_leftovers, written_beside
from workbench.engine.gguf import contents_id
from workbench.engine.sequences import common_length

logger = logging.getLogger(__name__)

MAGIC = b"LoreRead"
VERSION = 1  # of the format; also raise it when states of an older engine wouldn't fit a newer one
PIECE_BYTES = 16 * 2**20  # written at once: a state may have gigabytes

_NAME = re.compile(r"^[0-9a-f]{32}\.beginning$")
_FRONT = struct.Struct("<8sII")  # magic, version, length of the JSON header
_LONGEST_HEADER = 2**20


class _Damaged(Exception):
    """A file that says of itself that it is ours, but isn't sound."""


@dataclass(frozen=True)
class Found:
    """A saved beginning: its story's key, all its tokens, and how many of them agree with what was looked for."""

    name: str
    key: str
    tokens: list[int] = field(repr=False)
    common: int


@dataclass(frozen=True)
class _Header:
    """What stands in a file before its tokens. `state` is a length in bytes; the checksum is of tokens and state."""

    fingerprint: str
    key: str
    count: int
    state: int
    checksum: int


@dataclass
class _File:
    """A file in the folder. `tokens` is None for one that this model can't use: it only takes up room."""

    size: int
    inode: int
    used: int
    key: str
    tokens: list[int] | None


def fingerprint_of(model_file: Path, *, exact: bool, library: str | None = None, machine: str | None = None) -> str:
    """32 hex digits that say for which model a state is good: its file's contents and what computes with it.

    `exact`: whether keys are kept in 8 bits. `library` (version of llama-cpp-python) and `machine` (architecture) are
    those in use when None. Reads 3 MiB of the file; raises `OSError` when it can't be read.
    """
    library = library or library_version()
    parts = [contents_id(model_file), library, "q8_0" if exact else "f16", machine or platform.machine()]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


class Beginnings:
    """The saved beginnings in `folder`, together at most `limit_bytes`; those of `fingerprint` can be used.

    Tokens of all files are in memory, states are not. The folder is first looked at when something is asked of it.
    Every method may be called from any thread.
    """

    def __init__(self, folder: Path, limit_bytes: int, fingerprint: str) -> None:
        self.folder, self.limit_bytes, self.fingerprint = folder, limit_bytes, fingerprint
        self._files: dict[str, _File] = {}
        self._opened = False
        self._clock = 0
        self._lock = threading.RLock()

    def store(self, key: str, tokens: Sequence[int], state: bytes | bytearray | memoryview) -> bool:
        """Keep the state after `tokens` as the newest of the story `key`; the longest unused files make room.

        False when it is empty, larger than the limit, or can't be written; nothing is left of it then, and an older
        state of the story stays. The state isn't copied.
        """
        if not memoryview(state).nbytes:
            return False
        view = memoryview(state).cast("B")
        data = np.asarray(tokens, "<i4").tobytes()
        checksum = zlib.crc32(view, zlib.crc32(data))
        header = json.dumps(asdict(_Header(self.fingerprint, key, len(tokens), len(view), checksum))).encode()
        size = _FRONT.size + len(header) + len(data) + len(view)
        if size > self.limit_bytes or len(header) > _LONGEST_HEADER:
            logger.info("a beginning of %d bytes isn't kept; the limit is %d", size, self.limit_bytes)
            return False
        name = self._name(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._lock:
                self._look()
                self._make_room(size, name)
            with written_beside(self.folder / name) as (_, file):
                file.write(_FRONT.pack(MAGIC, VERSION, len(header)) + header + data)
                for start in range(0, len(view), PIECE_BYTES):
                    file.write(view[start : start + PIECE_BYTES])
                inode = os.fstat(file.fileno()).st_ino
            with self._lock:
                self._files[name] = _File(size, inode, 0, key, list(tokens))
                self._mark_used(name)
        except OSError as error:
            logger.warning("what was read of a story couldn't be saved in %s: %s", self.folder, error)
            return False
        return True

    def find(self, tokens: list[int], longer_than: int) -> Found | None:
        """The file with the longest common beginning with `tokens`, if that has more than `longer_than` tokens.

        Of equally long ones the file with the fewest tokens, whose state is smallest. Looks into memory only.
        """
        best: Found | None = None
        with self._lock:
            self._open()
            for name, file in self._files.items():
                if not file.tokens or min(len(file.tokens), len(tokens)) <= longer_than:
                    continue
                common = common_length(file.tokens, tokens)
                if common > longer_than and (
                    best is None or (common, -len(file.tokens)) > (best.common, -len(best.tokens))
                ):
                    best = Found(name, file.key, file.tokens, common)
        return best

    def load(self, found: Found) -> bytes | None:
        """The state of a file, which then counts as used; None when it is gone, damaged or has other tokens by now."""
        path = self.folder / found.name
        try:
            with path.open("rb") as file:
                header = self._read_header(file, found.name)
                if header is None:
                    logger.info("the saved beginning %s is of another version now", found.name)
                    self._drop(found.name)
                    return None
                tokens = file.read(4 * header.count)
                held = np.frombuffer(tokens, "<i4").tolist()
                if held != found.tokens:  # another process has stored a newer state of this story
                    self._note_replaced(found.name, file, header, held)
                    return None
                state = file.read(header.state)
                if zlib.crc32(state, zlib.crc32(tokens)) != header.checksum:
                    raise _Damaged("its checksum is wrong")
        except FileNotFoundError:
            logger.info("the saved beginning %s is gone", found.name)
            self._drop(found.name)
            return None
        except _Damaged as error:
            logger.warning("the saved beginning %s is damaged and removed: %s", found.name, error)
            remove(path)
            self._drop(found.name)
            return None
        except (OSError, MemoryError) as error:
            logger.warning("the saved beginning %s can't be read: %s", found.name, error or "out of memory")
            self._drop(found.name)
            return None
        with self._lock:
            self._mark_used(found.name)
        return state

    def forget(self, key: str) -> None:
        """Remove everything that was read of a story, by other models too."""
        with self._lock:
            self._refresh()
            for name in [name for name, file in self._files.items() if file.key == key]:
                remove(self.folder / name)
                del self._files[name]

    @property
    def total_bytes(self) -> int:
        """Size of all saved beginnings, those of other models and versions included."""
        with self._lock:
            self._refresh()
            return sum(file.size for file in self._files.values())

    # The folder

    def _name(self, key: str, fingerprint: str | None = None) -> str:
        digest = hashlib.blake2b(f"{fingerprint or self.fingerprint}\0{key}".encode(), digest_size=16)
        return f"{digest.hexdigest()}.beginning"

    def _open(self) -> None:
        """Look at the folder once; after that, memory is kept in step."""
        if not self._opened:
            self._refresh()

    def _refresh(self) -> None:
        try:
            self._look()
        except FileNotFoundError:  # nothing was ever stored
            self._files.clear()
        except OSError as error:
            logger.warning("the saved beginnings in %s can't be listed: %s", self.folder, error)

    def _look(self) -> None:
        """Bring the index into step with the folder, which other processes may have changed. Raises `OSError`."""
        first, self._opened = not self._opened, True
        if first:
            remove_leftovers(self.folder, lambda name: _NAME.match(name) is not None)
        present: dict[str, _File] = {}
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if _NAME.match(entry.name) and (file := self._look_at(entry)):
                    present[entry.name] = file
        self._files = present
        if first:
            self._make_room(0, "")  # the limit may be lower than it was

    def _look_at(self, entry: os.DirEntry[str]) -> _File | None:
        try:
            stat = entry.stat(follow_symlinks=False)
            known = self._files.get(entry.name)
            if known and (known.size, known.inode) == (stat.st_size, stat.st_ino):
                known.used = max(known.used, stat.st_mtime_ns)
                return known
            with open(entry.path, "rb") as file:
                header = self._read_header(file, entry.name)
                key, tokens = header.key if header else "", None
                if header and header.fingerprint == self.fingerprint:
                    tokens = np.frombuffer(file.read(4 * header.count), "<i4").tolist()
            return _File(stat.st_size, stat.st_ino, stat.st_mtime_ns, key, tokens)
        except _Damaged as error:
            logger.warning("the saved beginning %s is damaged and removed: %s", entry.name, error)
            remove(Path(entry.path))
        except OSError as error:
            logger.info("the saved beginning %s can't be read: %s", entry.name, error)
        return None

    def _read_header(self, file: BinaryIO, name: str) -> _Header | None:
        """Header of an open file, which then stands before the tokens; None for another version of the format.

        Raises `_Damaged` when it can't be what it says it is.
        """
        front = file.read(_FRONT.size)
        if len(front) < _FRONT.size:
            raise _Damaged("it ends in its first bytes")
        magic, version, length = _FRONT.unpack(front)
        if magic != MAGIC or version != VERSION:
            return None
        if length > _LONGEST_HEADER:
            raise _Damaged("its header is too long")
        try:
            header = _Header(**json.loads(file.read(length)))
        except (ValueError, TypeError) as error:
            raise _Damaged(f"its header can't be read ({error})") from error
        numbers = (header.count, header.state, header.checksum)
        if not all(isinstance(number, int) and number >= 0 for number in numbers):
            raise _Damaged("its header has wrong numbers")
        if os.fstat(file.fileno()).st_size != _FRONT.size + length + 4 * header.count + header.state:
            raise _Damaged("it hasn't the length that its header says")
        if name != self._name(header.key, header.fingerprint):
            raise _Damaged("its header is another file's")
        return header

    def _make_room(self, wanted: int, name: str) -> None:
        """Remove files until `wanted` more bytes fit beside all but `name`: unusable ones, then the longest unused."""
        others = {other: file for other, file in self._files.items() if other != name}
        total = sum(file.size for file in others.values())
        for other, file in sorted(others.items(), key=lambda item: (item[1].tokens is not None, item[1].used)):
            if total + wanted <= self.limit_bytes:
                return
            remove(self.folder / other)
            self._drop(other)
            total -= file.size

    def _mark_used(self, name: str) -> None:
        """Make a file the last used, in memory and by its time of change, which other processes and starts see."""
        self._clock = max(time.time_ns(), self._clock + 1)
        if file := self._files.get(name):
            file.used = self._clock
        try:
            os.utime(self.folder / name, ns=(self._clock, self._clock))
        except OSError as error:
            logger.info("the saved beginning %s can't be marked as used: %s", name, error)

    def _note_replaced(self, name: str, file: BinaryIO, header: _Header, tokens: list[int]) -> None:
        stat = os.fstat(file.fileno())
        logger.info("the saved beginning %s was replaced by another process", name)
        with self._lock:
            self._files[name] = _File(stat.st_size, stat.st_ino, stat.st_mtime_ns, header.key, tokens)

    def _drop(self, name: str) -> None:
        with self._lock:
            self._files.pop(name, None)
