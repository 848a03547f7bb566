"""Reads the header of a GGUF file, to say in a sentence what is wrong before llama.cpp is handed the file.

The format: magic, version, counts, typed key-value pairs, one record for each tensor, then the aligned tensor data.
"""

import hashlib
import mmap
import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import ModelUnavailable

MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_KEEP_ARRAYS = 256  # longer arrays are vocabularies, which nobody here wants
# Values in a block and bytes of a block, by tensor type. A type that isn't here only weakens the check for the last
# tensor of a file; llama.cpp then checks by itself.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip


# Pieces of a file that tell whether it is still the same one. The ends alone wouldn't do: two fine-tunes of one model
# may have the same header, which is larger than the first piece.
_END_BYTES = 2**20
_SAMPLE_BYTES, _SAMPLES = 2**16, 16


@dataclass(frozen=True)
class GgufHeader:
    """What is worth knowing before loading. `cell_bytes` is the memory of one token of context, keys and values.

    `parts`: files that the model is split into; the tensors of the others aren't counted here.
    `type_values`: how many weights there are of each of ggml's tensor types.
    """

    size: int
    architecture: str
    name: str
    trained_context: int
    cell_bytes: int
    parts: int = 1
    type_values: Mapping[int, int] = field(default_factory=dict)

    @property
    def values(self) -> int:
        """All weights of the file."""
        return sum(self.type_values.values())

    @property
    def main_type(self) -> int | None:
        """The tensor type that most weights have; None for a file without tensors."""
        return max(self.type_values, key=lambda kind: self.type_values[kind], default=None)


def bits_per_value(kind: int) -> float | None:
    """Size of one weight of a tensor type, scales included; None for a type that isn't known here."""
    per_block, block_bytes = _BLOCKS.get(kind, (1, 0))
    return 8 * block_bytes / per_block or None


def contents_id(path: Path) -> str:
    """32 hex digits that change when the file does: of its size, its ends and samples between; reads 3 MiB.

    Raises `OSError` when the file can't be read.
    """
    size = path.stat().st_size
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    samples = [(size * number // (_SAMPLES + 1), _SAMPLE_BYTES) for number in range(1, _SAMPLES + 1)]
    with path.open("rb") as file:
        for start, length in [(0, _END_BYTES), *samples, (max(0, size - _END_BYTES), _END_BYTES)]:
            file.seek(start)
            digest.update(file.read(length))
    return digest.hexdigest()


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.at = data, 0

    def scalars(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def string(self) -> str:
        (length,) = self.scalars("Q")
        if self.at + length > len(self.data):
            raise struct.error("a string runs past the end")
        text = self.data[self.at : self.at + length].decode("utf-8", "replace")
        self.at += length
        return text

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind != _ARRAY:
            return self.scalars(_SCALARS[kind])[0]
        inner, count = self.scalars("IQ")
        if inner in _SCALARS and count > _KEEP_ARRAYS:
            self.at += count * struct.calcsize(_SCALARS[inner])
            return None
        if count > len(self.data):
            raise struct.error("an array is longer than the file")
        if inner == _STRING and count > _KEEP_ARRAYS:
            for _ in range(count):
                (length,) = struct.unpack_from("<Q", self.data, self.at)
                self.at += 8 + length
            return None
        return [self.value(inner) for _ in range(count)]


def read_header(path: Path) -> GgufHeader:
    """Check a file and read its header.

    Raises `ModelUnavailable` with the sentence for the user when the path doesn't exist, isn't a file, isn't GGUF,
    can't be read, or ends before its tensors do.
    """
    if not path.exists():
        raise ModelUnavailable(
            f"There is no file {path}. Correct LORELOOM_MODEL_PATH, or unset it for the bundled model."
        )
    if not path.is_file():
        raise ModelUnavailable(f"{path} is a folder. Set LORELOOM_MODEL_PATH to a .gguf file in it.")
    try:
        with path.open("rb") as file:
            if file.read(4) != MAGIC:
                raise ModelUnavailable(
                    f"{path.name} isn't a GGUF file. Choose a file that ends in .gguf, in the GGUF format."
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _parse(_Reader(data), path)
    except OSError as error:
        raise ModelUnavailable(f"{path.name} can't be read: {error.strerror}. Check its permissions.") from error
    except (struct.error, KeyError, IndexError, OverflowError) as error:
        raise _truncated(path) from error


def _truncated(path: Path) -> ModelUnavailable:
    return ModelUnavailable(
        f"{path.name} is incomplete or damaged: the file ends before its contents do. Download it again."
    )


def _parse(reader: _Reader, path: Path) -> GgufHeader:
    size = len(reader.data)
    reader.at = 4
    version, tensors, pairs = reader.scalars("IQQ")
    if version not in (2, 3):
        raise ModelUnavailable(f"{path.name} is GGUF version {version}; versions 2 and 3 are read. Convert it anew.")
    meta = {}
    for _ in range(pairs):
        key = reader.string()
        (kind,) = reader.scalars("I")
        meta[key] = reader.value(kind)
    end = 0
    type_values: Counter[int] = Counter()
    for _ in range(tensors):
        reader.string()
        (dimensions,) = reader.scalars("I")
        shape = reader.scalars("Q" * dimensions)
        kind, offset = reader.scalars("IQ")
        values = 1
        for length in shape:
            values *= length
        type_values[kind] += values
        per_block, block_bytes = _BLOCKS.get(kind, (1, 0))
        end = max(end, offset + values // per_block * block_bytes)
    alignment = meta.get("general.alignment", 32)
    start = (reader.at + alignment - 1) // alignment * alignment
    if tensors and start + end > size:
        raise _truncated(path)
    architecture = str(meta.get("general.architecture", ""))

    def number(key: str, default: int) -> int:
        value = meta.get(f"{architecture}.{key}", default)
        return int(max(value) if isinstance(value, list) and value else value or default)

    heads = max(1, number("attention.head_count", 1))
    width = number("embedding_length", 0) // heads
    key_width, value_width = number("attention.key_length", width), number("attention.value_length", width)
    cell = number("block_count", 0) * number("attention.head_count_kv", heads) * (key_width + value_width) * 2
    return GgufHeader(
        size=size,
        architecture=architecture,
        name=str(meta.get("general.name") or path.stem),
        trained_context=number("context_length", 0),
        cell_bytes=cell,
        parts=int(meta.get("split.count") or 1),
        type_values=dict(type_values),
    )
