"""What was read of a story is there again after a restart, bounded, and never in the way when something is wrong."""

import os
import shutil
import subprocess
import sys
import threading

import pytest

from workbench.engine import beginnings as module
from workbench.engine.beginnings import Beginnings, fingerprint_of

MODEL, OTHER = "a" * 32, "b" * 32
STATE = bytes(range(256)) * 4
TOKENS = list(range(1000, 1040))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "beginnings"


@pytest.fixture
def open_store(folder):
    """A store as a fresh start sees it."""

    def open_store(limit=1_000_000, fingerprint=MODEL):
        return Beginnings(folder, limit, fingerprint)

    return open_store


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def held(store, tokens=TOKENS):
    """What the store gives for a prompt, or None."""
    found = store.find(tokens, 0)
    return found and store.load(found)


def test_state_is_there_after_a_restart(open_store):
    assert open_store().store("story", TOKENS, STATE)
    store = open_store()
    found = store.find([*TOKENS[:30], 7, 8], longer_than=10)
    assert (found.key, found.tokens, found.common) == ("story", TOKENS, 30)
    assert store.load(found) == STATE


@pytest.mark.parametrize("wrap", [memoryview, bytearray, lambda data: memoryview(data).cast("i")])
def test_any_buffer_is_stored_as_its_bytes_in_pieces(open_store, wrap, monkeypatch):
    monkeypatch.setattr(module, "PIECE_BYTES", 100)
    assert open_store().store("story", TOKENS, wrap(STATE))
    assert held(open_store()) == STATE


def test_empty_folder_and_unknown_prompts(open_store):
    store = open_store()
    assert store.find(TOKENS, 0) is None
    assert store.total_bytes == 0
    store.forget("story")
    store.store("story", TOKENS, STATE)
    assert store.find([5, 6, 7], 0) is None
    assert store.find([], 0) is None
    assert not store.store("empty", TOKENS, b"")


def test_longest_common_beginning_wins(open_store):
    store = open_store()
    store.store("short", TOKENS[:10], b"short")
    store.store("long", TOKENS[:20], b"long")
    store.store("aside", [*TOKENS[:15], 1, 2, 3, 4, 5, 6, 7], b"aside")
    assert store.find(TOKENS, 0).key == "long"
    assert store.find(TOKENS, 19).key == "long"
    assert store.find(TOKENS, 20) is None
    assert store.find(TOKENS[:10], 9).key == "short"  # as long as the others, and the least to load
    assert store.find(TOKENS[:5], 5) is None


def test_newest_state_of_a_story_replaces_its_older_one(open_store, folder):
    store = open_store()
    store.store("story", TOKENS[:10], b"old")
    store.store("story", TOKENS, b"new")
    assert held(store) == b"new"
    assert len(files(folder)) == 1
    assert held(open_store()) == b"new"


def size_of(store, folder):
    """Bytes of one file with STATE, at most (a checksum may have more digits); the folder is empty again afterwards."""
    store.store("0", TOKENS, STATE)
    size = store.total_bytes + 8
    store.forget("0")
    assert files(folder) == []
    return size


def test_least_recently_used_goes_first(open_store, folder):
    size = size_of(open_store(), folder)
    store = open_store(limit=3 * size)
    for story in range(3):
        store.store(str(story), [story, *TOKENS[1:]], STATE)
    assert held(store, [0, *TOKENS[1:]]) == STATE  # used again, so 1 is now the longest unused
    store.store("3", [3, *TOKENS[1:]], STATE)
    assert [held(store, [story, *TOKENS[1:]]) is not None for story in range(4)] == [True, False, True, True]
    assert 2 * size < store.total_bytes <= 3 * size
    assert len(files(folder)) == 3


def test_order_of_use_survives_a_restart(open_store, folder):
    size = size_of(open_store(), folder)
    store = open_store(limit=3 * size)
    for story in range(3):
        store.store(str(story), [story, *TOKENS[1:]], STATE)
    held(store, [0, *TOKENS[1:]])
    store = open_store(limit=3 * size)
    store.store("3", [3, *TOKENS[1:]], STATE)
    assert [held(store, [story, *TOKENS[1:]]) is not None for story in range(4)] == [True, False, True, True]


def test_replacing_a_story_needs_no_room_for_both(open_store, folder):
    size = size_of(open_store(), folder)
    store = open_store(limit=2 * size)
    store.store("1", [1, *TOKENS[1:]], STATE)
    store.store("2", [2, *TOKENS[1:]], STATE)
    store.store("2", [2, *TOKENS[1:]], STATE[::-1])
    assert held(store, [1, *TOKENS[1:]]) == STATE
    assert held(store, [2, *TOKENS[1:]]) == STATE[::-1]


def test_too_large_a_state_pushes_nothing_out(open_store):
    store = open_store(limit=5000)
    assert store.store("story", TOKENS, STATE)
    assert not store.store("story", TOKENS, bytes(5000))
    assert not store.store("other", TOKENS, bytes(5000))
    assert held(store) == STATE


def test_lower_limit_holds_from_the_next_start(open_store, folder):
    size = size_of(open_store(), folder)
    store = open_store(limit=5 * size)
    for story in range(5):
        store.store(str(story), [story, *TOKENS[1:]], STATE)
    store = open_store(limit=2 * size)
    assert store.find([0, *TOKENS[1:]], 0) is None
    assert held(store, [4, *TOKENS[1:]]) == STATE
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 2 * size
    assert open_store(limit=0).total_bytes == 0
    assert files(folder) == []


def test_other_models_are_ignored_and_go_first(open_store, folder):
    size = size_of(open_store(), folder)
    store = open_store(limit=3 * size)
    store.store("1", TOKENS, STATE)
    store.store("2", [2, *TOKENS[1:]], STATE)
    theirs = open_store(limit=3 * size, fingerprint=OTHER)
    assert theirs.find(TOKENS, 0) is None
    theirs.store("1", TOKENS, b"x" * len(STATE))
    assert held(theirs) == b"x" * len(STATE)
    assert held(store) == STATE
    assert held(theirs) == b"x" * len(STATE)
    assert 2 * size < store.total_bytes <= 3 * size
    store.store("3", [3, *TOKENS[1:]], STATE)  # theirs was used last, but is of no use here
    assert [held(store, [story, *TOKENS[1:]]) for story in (1000, 2, 3)] == [STATE] * 3
    assert held(open_store(fingerprint=OTHER)) is None


def test_other_versions_are_ignored_and_go_first(open_store, folder, monkeypatch):
    size = size_of(open_store(), folder)
    open_store().store("1", [1, *TOKENS[1:]], STATE)
    monkeypatch.setattr(module, "VERSION", 99)
    open_store().store("later", [9, *TOKENS[1:]], STATE)
    monkeypatch.undo()
    store = open_store(limit=2 * size)
    assert store.find([9, *TOKENS[1:]], 0) is None
    assert store.total_bytes > size
    store.store("2", [2, *TOKENS[1:]], STATE)
    assert held(store, [1, *TOKENS[1:]]) == held(store, [2, *TOKENS[1:]]) == STATE
    assert len(files(folder)) == 2


DAMAGES = {
    "state": lambda data: data[:-100] + bytes([data[-100] ^ 1]) + data[-99:],
    "tokens": lambda data: data[: -len(STATE) - 20] + b"\0" + data[-len(STATE) - 19 :],
    "header": lambda data: data[:20] + b"\xff" + data[21:],
    "number": lambda data: data.replace(b'"count": 40', b'"count": ""'),
    "longer": lambda data: data + b"more",
    "empty": lambda data: b"",
    "first bytes": lambda data: data[:10],
    "shorter": lambda data: data[:-10],
    "another's": lambda data: data.replace(b'"story"', b'"other"'),
}


def damage(path, how):
    before = path.read_bytes()
    path.write_bytes(DAMAGES[how](before))
    assert path.read_bytes() != before


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_file_is_removed_after_a_restart(how, open_store, folder):
    open_store().store("story", TOKENS, STATE)
    damage(next(folder.iterdir()), how)
    store = open_store()
    assert held(store) is None
    assert files(folder) == []
    assert store.find(TOKENS, 0) is None
    assert store.store("story", TOKENS, STATE)
    assert held(store) == STATE


@pytest.mark.parametrize("how", ["state", "header", "shorter", "another's"])
def test_damage_while_it_runs(how, open_store, folder):
    store = open_store()
    store.store("story", TOKENS, STATE)
    found = store.find(TOKENS, 0)
    damage(next(folder.iterdir()), how)
    assert store.load(found) is None
    assert files(folder) == []
    assert store.find(TOKENS, 0) is None


def test_vanished_file(open_store, folder):
    store = open_store()
    store.store("story", TOKENS, STATE)
    found = store.find(TOKENS, 0)
    shutil.rmtree(folder)
    assert store.load(found) is None
    assert store.find(TOKENS, 0) is None
    assert store.store("story", TOKENS, STATE)


def test_forgotten_story_leaves_nothing_of_any_model(open_store, folder):
    open_store(fingerprint=OTHER).store("story", TOKENS, STATE)
    store = open_store()
    store.store("story", TOKENS, STATE)
    store.store("another", [1, *TOKENS[1:]], STATE)
    store.forget("story")
    assert store.find(TOKENS, 0) is None
    assert len(files(folder)) == 1
    assert held(open_store(), [1, *TOKENS[1:]]) == STATE


def test_full_disk_fails_no_reply_and_leaves_nothing(open_store, folder, monkeypatch, caplog):
    store = open_store()
    store.store("story", TOKENS[:20], b"older")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert store.store("story", TOKENS, STATE) is False
    assert "No space left" in caplog.text
    assert len(files(folder)) == 1
    assert held(store) == b"older"


def test_folder_that_cannot_be_made(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    store = Beginnings(tmp_path / "file" / "beginnings", 1_000_000, MODEL)
    assert store.store("story", TOKENS, STATE) is False
    assert store.find(TOKENS, 0) is None
    assert "couldn't be saved" in caplog.text


KILLED = """
import os, sys
from pathlib import Path
from workbench.engine import beginnings
beginnings.PIECE_BYTES = 1000
store = beginnings.Beginnings(Path(sys.argv[1]), 10**9, "a" * 32)
state = bytes(100_000)
os.fsync = lambda handle: os._exit(9)
store.store("story", list(range(1000, 1040)), state)
"""


def test_process_killed_in_the_middle(open_store, folder):
    open_store().store("story", TOKENS, STATE)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(folder)])
    assert ended.returncode == 9
    assert len(files(folder)) == 2
    store = open_store()
    assert held(store) == STATE  # the older one is whole
    assert len(files(folder)) == 1


def test_file_being_written_by_another_is_left_alone(open_store, folder, monkeypatch):
    """A start in the middle of another's write must not take its file away."""
    first = open_store()
    syncing, go = threading.Event(), threading.Event()
    sync = os.fsync

    def slow(handle):
        syncing.set()
        go.wait(10)
        sync(handle)

    monkeypatch.setattr(os, "fsync", slow)
    kept = []
    writer = threading.Thread(target=lambda: kept.append(first.store("story", TOKENS, STATE)))
    writer.start()
    assert syncing.wait(10)
    second = open_store()
    assert second.find(TOKENS, 0) is None
    assert first.find(TOKENS, 0) is None  # nobody who looks something up waits for the disk
    assert writer.is_alive()
    go.set()
    writer.join(10)
    assert kept == [True]
    assert held(open_store()) == STATE


def test_two_over_one_folder(open_store, folder):
    size = size_of(open_store(), folder)
    one, two = open_store(limit=2 * size), open_store(limit=2 * size)
    one.store("1", [1, *TOKENS[1:]], STATE)
    assert held(two, [1, *TOKENS[1:]]) == STATE
    two.store("2", [2, *TOKENS[1:]], STATE)
    two.store("3", [3, *TOKENS[1:]], STATE)  # 1 goes, unknown to the first
    assert held(one, [1, *TOKENS[1:]]) is None
    one.store("4", [4, *TOKENS[1:]], STATE)  # and the first sees what the second did
    assert one.total_bytes == two.total_bytes <= 2 * size
    assert len(files(folder)) == 2
    assert held(one, [3, *TOKENS[1:]]) == STATE
    assert held(one, [2, *TOKENS[1:]]) is None


def test_use_by_another_process_counts(open_store, folder):
    size = size_of(open_store(), folder)
    one, two = open_store(limit=2 * size), open_store(limit=2 * size)
    one.store("1", [1, *TOKENS[1:]], STATE)
    one.store("2", [2, *TOKENS[1:]], STATE)
    assert held(two, [1, *TOKENS[1:]]) == STATE
    one.store("3", [3, *TOKENS[1:]], STATE)
    assert [held(one, [story, *TOKENS[1:]]) is not None for story in (1, 2, 3)] == [True, False, True]


def test_newer_state_of_another_process_is_found_after_the_next_store(open_store):
    one, two = open_store(), open_store()
    one.store("story", TOKENS[:20], STATE)
    two.store("story", TOKENS, STATE[::-1])
    one.store("another", [1, *TOKENS[1:]], STATE)
    assert one.find(TOKENS, 0).common == len(TOKENS)
    assert held(one) == STATE[::-1]


def test_state_replaced_by_another_process_is_not_given_for_the_old_tokens(open_store):
    one, two = open_store(), open_store()
    one.store("story", TOKENS, STATE)
    found = one.find(TOKENS, 0)
    two.store("story", [*TOKENS[:5], 1, 2, 3], b"theirs")
    assert one.load(found) is None
    found = one.find(TOKENS, 0)
    assert found.common == 5
    assert one.load(found) == b"theirs"


def test_other_files_in_the_folder_are_nobodys_business(open_store, folder):
    folder.mkdir()
    (folder / "notes.txt").write_bytes(bytes(5000))
    (folder / "notes.txt.1-00000000.part").write_bytes(b"x")
    store = open_store(limit=3000)
    assert store.store("story", TOKENS, STATE)
    assert store.total_bytes < 3000
    assert len(files(folder)) == 3


def test_fingerprint_changes_with_everything_that_matters(tmp_path):
    model = tmp_path / "model.gguf"
    data = bytearray(os.urandom(5_000_000))
    model.write_bytes(data)
    given = {"exact": True, "library": "1.0", "machine": "x86_64"}
    own = fingerprint_of(model, **given)
    shutil.copyfile(model, tmp_path / "copy.gguf")
    assert fingerprint_of(tmp_path / "copy.gguf", **given) == own
    different = {
        fingerprint_of(model, **{**given, "exact": False}),
        fingerprint_of(model, **{**given, "library": "1.1"}),
        fingerprint_of(model, **{**given, "machine": "aarch64"}),
    }
    for at in (0, 2**20 - 1, len(data) - 1):
        data[at] ^= 1
        model.write_bytes(data)
        different.add(fingerprint_of(model, **given))
    # The header and both ends of two fine-tunes may be the same; their weights differ everywhere.
    model.write_bytes(data[: 2**20] + os.urandom(len(data) - 2**21) + data[-(2**20) :])
    different.add(fingerprint_of(model, **given))
    model.write_bytes(data + b"\0")
    different.add(fingerprint_of(model, **given))
    assert len(different - {own}) == 8
