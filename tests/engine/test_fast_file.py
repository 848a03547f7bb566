"""A copy that reads faster is made once, is never half there, and is never taken for another file's."""

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from workbench.engine import fast_file
from workbench.engine.catalog import bundled_file
from workbench.engine.fast_file import copy_bytes, fast_kind, fast_path, find_fast_file, make_fast_file, written_beside
from workbench.engine.gguf import bits_per_value, read_header
from workbench.engine.llama import LlamaModel
from workbench.errors import ModelFailed, ModelUnavailable, StorageError

F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q3_K, Q4_K, Q6_K, BF16, TQ1_0 = 0, 1, 2, 3, 6, 7, 8, 11, 12, 14, 30, 34
UNKNOWN = 77
PROSE = Path(__file__).parent.parent / "benchmarks" / "prose.txt"


def gguf(path, tensors, *, parts=1, architecture="llama"):
    """A GGUF file with tensors of these types and numbers of values, and nothing in them; takes no room on the disk."""

    def string(text):
        return struct.pack("<Q", len(text)) + text.encode()

    pairs = [string("general.architecture") + struct.pack("<I", 8) + string(architecture)]
    if parts > 1:
        pairs.append(string("split.count") + struct.pack("<IH", 2, parts))
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(pairs)) + b"".join(pairs)
    for number, (kind, values) in enumerate(tensors):
        head += string(f"tensor.{number}") + struct.pack("<IQIQ", 1, values, kind, 0)
    longest = max((round(values * (bits_per_value(kind) or 8) / 8) for kind, values in tensors), default=0)
    with path.open("wb") as file:
        file.write(head)
        file.truncate((len(head) + 31) // 32 * 32 + longest)
    return path


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Real copies of the bundled model, by kind."""
    folder = tmp_path_factory.mktemp("models")
    return {kind: make_fast_file(bundled_file(), kind, folder / kind, threads=0) for kind in ("Q8_0", "Q4_0")}


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "writer.gguf"
    return gguf(path, [(Q4_1, 32_000), (F32, 100)])


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def quick(monkeypatch):
    """llama.cpp's part done in no time. `calls` has the kinds, `act` may be replaced by what goes wrong."""
    state = SimpleNamespace(calls=[], act=lambda target: None)

    def requantise(source, target, kind, threads):
        state.calls.append(kind)
        values = read_header(source).values
        gguf(target, [(fast_file.COPY_TYPES[kind], values)])
        state.act(target)

    monkeypatch.setattr("workbench.engine.llama.requantise", requantise)
    return state


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# Which copy is wanted


@pytest.mark.parametrize(
    ("tensors", "wanted"),
    [
        ([(Q4_1, 1000), (Q8_0, 300), (F32, 10)], {"auto": "Q8_0", "Q8_0": "Q8_0", "Q4_0": "Q4_0"}),
        ([(Q5_1, 1000)], {"auto": "Q8_0", "Q8_0": "Q8_0", "Q4_0": "Q4_0"}),
        ([(Q4_1, 400), (Q5_1, 400), (Q6_K, 512)], {"auto": "Q8_0"}),
        ([(Q4_1, 400), (Q4_0, 600)], {"auto": None}),
        ([(Q8_0, 1000)], {"auto": None, "Q8_0": None, "Q4_0": "Q4_0"}),
        ([(Q4_0, 1000), (Q6_K, 256)], {"auto": None, "Q8_0": None, "Q4_0": None}),
        ([(F16, 1000)], {"auto": None, "Q8_0": "Q8_0", "Q4_0": "Q4_0"}),
        ([(BF16, 1000)], {"auto": None, "Q8_0": "Q8_0"}),
        ([(Q5_0, 1000)], {"auto": None, "Q8_0": None, "Q4_0": "Q4_0"}),
        ([(Q4_K, 1024), (Q6_K, 512)], {"auto": None, "Q8_0": None, "Q4_0": None}),
        ([(Q3_K, 1024)], {"auto": None, "Q8_0": None, "Q4_0": None}),
        ([(Q6_K, 1024)], {"auto": None, "Q8_0": None, "Q4_0": "Q4_0"}),
        ([(TQ1_0, 1024)], {"auto": None, "Q8_0": None, "Q4_0": None}),
        ([(UNKNOWN, 1000)], {"auto": None, "Q8_0": None, "Q4_0": None}),
        ([], {"auto": None, "Q8_0": None, "Q4_0": None}),
    ],
)
def test_wanted_kind(tensors, wanted, tmp_path):
    header = read_header(gguf(tmp_path / "model.gguf", tensors))
    assert {setting: fast_kind(header, setting, 0) for setting in wanted} == wanted
    assert fast_kind(header, "off", 0) is None
    for setting in wanted:
        assert fast_kind(header, setting, -1) is fast_kind(header, setting, 4) is None


def test_large_models_are_left_alone_unless_asked(tmp_path):
    large = read_header(gguf(tmp_path / "large.gguf", [(Q4_1, 2**30)]))
    assert fast_kind(large, "auto", 0) is None
    assert fast_kind(large, "Q8_0", 0) == "Q8_0"
    assert fast_kind(read_header(gguf(tmp_path / "small.gguf", [(Q4_1, 900 * 2**20)])), "auto", 0) == "Q8_0"


def test_split_models_are_left_alone(tmp_path):
    header = read_header(gguf(tmp_path / "a-00001-of-00002.gguf", [(Q4_1, 1000)], parts=2))
    assert header.parts == 2
    assert fast_kind(header, "auto", 0) is fast_kind(header, "Q8_0", 0) is None


def test_bundled_model_wants_a_copy():
    header = read_header(bundled_file())
    assert header.values == 134_515_008
    assert (header.main_type, fast_kind(header, "auto", 0)) == (Q4_1, "Q8_0")


# The copy itself


def perplexity(path, tokens=256):
    model = LlamaModel(path, cells=512, window=512, sequences=1)
    try:
        text = model.tokenize(PROSE.read_text(encoding="utf-8"))[: tokens + 1]
        model.decode(text[:-1], range(tokens), [0] * tokens, [True] * tokens)
        total = 0.0
        for row in range(tokens):
            logits = model.logits(row).astype(np.float64)
            total += np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[text[row + 1]]
    finally:
        model.close()
    return float(np.exp(total / tokens))


def test_real_copies_write_as_well(real):
    own = perplexity(bundled_file())
    assert perplexity(real["Q8_0"]) < 1.02 * own
    assert perplexity(real["Q4_0"]) < 1.3 * own


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0"])
def test_real_copies_are_as_announced(kind, real):
    source, header = read_header(bundled_file()), read_header(real[kind])
    assert header.main_type == fast_file.COPY_TYPES[kind]
    assert (header.values, header.cell_bytes, header.trained_context) == (source.values, source.cell_bytes, 8192)
    assert 0.7 * copy_bytes(source, kind) < header.size <= copy_bytes(source, kind)
    assert fast_kind(header, "auto", 0) is fast_kind(header, kind, 0) is None
    assert names(real[kind].parent) == [real[kind].name]


def test_made_once_and_found_again(source, folder, quick):
    assert find_fast_file(source, "Q8_0", folder) is None
    copy = make_fast_file(source, "Q8_0", folder, threads=1)
    assert copy.name.startswith("writer.")
    assert copy.name.endswith(".Q8_0.gguf")
    assert find_fast_file(source, "Q8_0", folder) == copy
    assert make_fast_file(source, "Q8_0", folder, threads=1) == copy
    assert quick.calls == ["Q8_0"]
    assert names(folder) == [copy.name]


def test_source_in_a_folder_that_is_read_only(source, folder, quick):
    source.parent.joinpath("models").mkdir()
    source.parent.chmod(0o555)
    try:
        assert make_fast_file(source, "Q8_0", folder, threads=1).exists()
        assert names(source.parent) == ["models", "writer.gguf"]
    finally:
        source.parent.chmod(0o755)


def change_contents(source, monkeypatch):
    gguf(source, [(Q4_1, 64_000), (F32, 100)])


def change_weights(source, monkeypatch):
    with source.open("r+b") as file:
        file.seek(-10_000, os.SEEK_END)
        file.write(b"other weights")


def change_version(source, monkeypatch):
    monkeypatch.setattr(fast_file, "library_version", lambda: "9.9.9")


@pytest.mark.parametrize("change", [change_contents, change_weights, change_version])
def test_changed_source_or_version_gets_its_own_copy(change, source, folder, quick, monkeypatch):
    old = make_fast_file(source, "Q8_0", folder, threads=1)
    change(source, monkeypatch)
    assert find_fast_file(source, "Q8_0", folder) is None
    new = make_fast_file(source, "Q8_0", folder, threads=1)
    assert new != old
    assert names(folder) == [new.name]


def test_same_contents_elsewhere_need_no_new_copy(source, folder, quick, tmp_path):
    """A package that is installed anew has other times and perhaps another place, but the same model."""
    copy = make_fast_file(source, "Q8_0", folder, threads=1)
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / source.name
    shutil.copyfile(source, moved)
    assert find_fast_file(moved, "Q8_0", folder) == copy


def test_only_superseded_copies_go(source, folder, quick, tmp_path):
    other = make_fast_file(gguf(tmp_path / "writer.large.gguf", [(Q4_1, 96_000)]), "Q8_0", folder, threads=1)
    before = make_fast_file(source, "Q4_0", folder, threads=1)
    for name in ("writer.gguf", "writer.Q8_0.gguf", "models--owner--writer", "writer.gguf.part"):
        (folder / name).write_text("somebody's")
    copy = make_fast_file(source, "Q8_0", folder, threads=1)
    assert not before.exists()
    assert names(folder) == sorted(
        ["writer.gguf", "writer.Q8_0.gguf", "models--owner--writer", "writer.gguf.part", copy.name, other.name]
    )


def test_very_long_name(folder, quick, tmp_path):
    source = gguf(tmp_path / f"{'ä' * 124}.gguf", [(Q4_1, 32_000)])
    copy = make_fast_file(source, "Q8_0", folder, threads=1)
    assert find_fast_file(source, "Q8_0", folder) == copy


# What goes wrong


def spoil(copy, how):
    if how == "truncated":
        os.truncate(copy, copy.stat().st_size // 3)
    elif how == "empty":
        os.truncate(copy, 0)
    elif how == "zeros":
        copy.write_bytes(bytes(copy.stat().st_size))
    elif how == "another model":
        gguf(copy, [(Q8_0, 640)])
    elif how == "another architecture":
        gguf(copy, [(Q8_0, 32_100)], architecture="bert")


@pytest.mark.parametrize("how", ["truncated", "empty", "zeros", "another model", "another architecture"])
def test_damaged_copy_is_removed_and_made_anew(how, source, folder, quick):
    copy = make_fast_file(source, "Q8_0", folder, threads=1)
    spoil(copy, how)
    assert find_fast_file(source, "Q8_0", folder) is None
    assert names(folder) == []
    assert make_fast_file(source, "Q8_0", folder, threads=1) == copy
    assert find_fast_file(source, "Q8_0", folder) == copy


@pytest.mark.parametrize("how", ["truncated", "empty", "zeros", "another model"])
def test_disk_that_fills_up_meanwhile(how, source, folder, quick):
    """llama.cpp says that all went well then."""
    quick.act = lambda target: spoil(target, how)
    with pytest.raises(StorageError, match=r"writer\.gguf .* disk may be full.* LORELOOM_FAST_FILE"):
        make_fast_file(source, "Q8_0", folder, threads=1)
    assert names(folder) == []


def test_no_room_is_said_before_anything_is_written(source, folder, quick, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=50 * 2**20))
    with pytest.raises(StorageError, match=r"288 MiB .* 50 MiB are free.* LORELOOM_FAST_FILE"):
        make_fast_file(source, "Q8_0", folder, threads=1)
    assert quick.calls == []
    assert names(folder) == []


def test_write_error(source, folder, quick):
    def full(target):
        raise OSError(28, "No space left on device")

    quick.act = full
    with pytest.raises(StorageError, match=r"No space left on device.* LORELOOM_FAST_FILE"):
        make_fast_file(source, "Q8_0", folder, threads=1)
    assert names(folder) == []


def test_folder_that_cannot_be_made(source, tmp_path, quick):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="data folder"):
        make_fast_file(source, "Q8_0", tmp_path / "file" / "models", threads=1)
    assert find_fast_file(source, "Q8_0", tmp_path / "file" / "models") is None


def test_file_that_llama_refuses(source, folder):
    with pytest.raises(ModelFailed, match=r"writer\.gguf into Q8_0.* LORELOOM_FAST_FILE"):
        make_fast_file(source, "Q8_0", folder, threads=1)
    assert names(folder) == []


def test_source_that_is_gone(source, folder, quick):
    source.unlink()
    with pytest.raises(ModelUnavailable, match="no file"):
        make_fast_file(source, "Q8_0", folder, threads=1)


KILLED = """
import os, sys
from pathlib import Path
from workbench.engine import fast_file, llama

def requantise(source, target, kind, threads):
    target.write_bytes(b"GGUF and half of a model")
    os._exit(9)

llama.requantise = requantise
fast_file.make_fast_file(Path(sys.argv[1]), "Q8_0", Path(sys.argv[2]), 1)
"""


def test_process_killed_in_the_middle(source, folder, quick):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(source), str(folder)])
    assert ended.returncode == 9
    assert len(names(folder)) == 1
    assert find_fast_file(source, "Q8_0", folder) is None
    copy = make_fast_file(source, "Q8_0", folder, threads=1)
    assert names(folder) == [copy.name]


def test_two_at_once(source, folder, quick):
    """Another process that makes the same copy isn't disturbed, and both end with a sound one."""
    folder.mkdir()
    target = fast_path(source, "Q8_0", folder)
    with written_beside(target) as (part, _):
        copy = make_fast_file(source, "Q8_0", folder, threads=1)
        assert part.exists()
        gguf(part, [(Q8_0, 32_100)])
    assert find_fast_file(source, "Q8_0", folder) == copy == target
    assert names(folder) == [copy.name]
