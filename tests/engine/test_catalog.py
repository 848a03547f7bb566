"""What a user sees when a setting is wrong: a status with a sentence, and an app that stays up."""

import os
import shutil
import subprocess
import sys
import threading

import pytest

from tests.engine.conftest import make_settings
from tests.engine.fake_weights import FakeWeights
from tests.engine.test_fast_file import gguf
from workbench.domain.model import ModelStatus
from workbench.engine import catalog
from workbench.engine.catalog import bundled_file, load_weights, open_text_model
from workbench.engine.fast_file import COPY_TYPES, Loaded, copy_bytes, fast_path
from workbench.engine.gguf import read_header
from workbench.engine.service import LocalTextModel
from workbench.errors import Cancelled, ModelFailed, ModelUnavailable


def test_imports_stay_off_the_start_up_path():
    code = (
        "import sys, workbench.engine.catalog as c; from workbench.settings import Settings; "
        "m = c.open_text_model(Settings(_env_file=None)); m.status(); "
        "slow = {'llama_cpp', 'langchain_openai', 'openai', 'huggingface_hub', 'torch'} & set(sys.modules); "
        "assert not slow, slow"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_header_of_the_bundled_file():
    header = read_header(bundled_file())
    assert (header.architecture, header.trained_context) == ("llama", 8192)
    assert header.cell_bytes == 30 * 3 * 128 * 2


@pytest.mark.parametrize("kind", ["missing", "folder", "not gguf", "empty", "truncated", "header only", "garbage"])
def test_wrong_paths(kind, tmp_path, settle):
    path = tmp_path / "model.gguf"
    data = bundled_file().open("rb").read(4_000_000)
    sentence = {"missing": "no file", "folder": "is a folder", "not gguf": "isn't a GGUF", "empty": "isn't a GGUF"}
    if kind == "folder":
        path.mkdir()
    elif kind == "not gguf":
        path.write_bytes(b"PK\x03\x04 something else")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "truncated":
        path.write_bytes(data)
    elif kind == "header only":
        path.write_bytes(data[:10_000])
    elif kind == "garbage":
        path.write_bytes(b"GGUF" + b"\x03\0\0\0" + b"\xff" * 400)
    model = settle(make_settings(model_path=path))
    status = model.status()
    assert (status.state, status.source) == ("failed", "file")
    assert sentence.get(kind, "incomplete or damaged") in status.error
    with pytest.raises(ModelUnavailable, match=r"model\.gguf|model"):
        model.chat_model().invoke("Hello")


def test_file_that_llama_refuses(tmp_path, settle):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + (3).to_bytes(4, "little") + bytes(16))
    status = settle(make_settings(model_path=path)).status()
    assert status.state == "failed"
    assert "can't read model.gguf" in status.error


def test_good_file_by_path(tmp_path, settle):
    path = tmp_path / "writer.gguf"
    shutil.copyfile(bundled_file(), path)
    model = settle(make_settings(model_path=path, context_tokens=100_000, slots=1))
    status = model.status()
    assert (status.state, status.name, status.context_tokens) == ("ready", "writer", 8192)
    assert "8192" in status.message
    assert "100000" in status.message
    assert not status.tryout


def test_too_little_memory(monkeypatch, settle):
    monkeypatch.setattr(catalog, "available_memory", lambda: 150 * 2**20)
    status = settle(make_settings()).status()
    assert status.state == "failed"
    assert "GiB of memory" in status.error


def test_less_memory_means_fewer_cells(monkeypatch):
    header = read_header(bundled_file())
    monkeypatch.setattr(catalog, "available_memory", lambda: header.size + 4096 * header.cell_bytes + 201 * 2**20)
    assert catalog._affordable_cells(header, 4096, "x") == 4096
    monkeypatch.setattr(catalog, "available_memory", lambda: 2**40)
    assert catalog._affordable_cells(header, 4096, "x") == 8192


STATUS = ModelStatus(name="SmolLM2", source="bundled", state="loading", message="Loading.")


@pytest.fixture
def load():
    """Load the bundled model with these settings, as the owner thread does; closed at the end."""
    opened = []

    def load(**values):
        loaded = load_weights(make_settings(**{"context_tokens": 512, "slots": 1, **values}), bundled_file(), STATUS)
        opened.append(loaded.weights)
        return loaded

    yield load
    for weights in opened:
        weights.close()


def greedy(weights, prompt, count=3):
    tokens = weights.tokenize(prompt)
    weights.decode(tokens, range(len(tokens)), [0] * len(tokens), [False] * (len(tokens) - 1) + [True])
    written, row = [], len(tokens) - 1
    for at in range(len(tokens), len(tokens) + count):
        written.append(int(weights.logits(row).argmax()))
        weights.decode(written[-1:], [at], [0], [True])
        row = 0
    return b"".join(weights.piece(token) for token in written).decode()


def test_fast_copy_is_made_and_used(tmp_path, load):
    first = load(data_dir=tmp_path)
    assert first.weights.path == bundled_file()
    assert (first.status.state, first.status.name, first.status.message) == ("ready", "SmolLM2", "")
    assert "reads faster is being made" in first.improving().message
    faster = first.improve()()
    try:
        assert faster.weights.path == fast_path(bundled_file(), "Q8_0", tmp_path / "models")
        assert faster.weights.cells == first.weights.cells
        assert faster.improve is None
        assert faster.status == first.status
        assert greedy(faster.weights, "The capital of France is").startswith(" Paris")
    finally:
        faster.weights.close()
    again = load(data_dir=tmp_path)
    assert again.weights.path == faster.weights.path
    assert again.improve is None


@pytest.mark.parametrize("values", [{"fast_file": "off"}, {"gpu_layers": 1}])
def test_no_copy_is_asked_for(values, tmp_path, load):
    loaded = load(data_dir=tmp_path, **values)
    assert (loaded.weights.path, loaded.improve) == (bundled_file(), None)


def test_message_about_the_window_stays_beside_that_about_the_copy(tmp_path, load):
    loaded = load(data_dir=tmp_path, context_tokens=9000)
    assert "8192" in loaded.status.message
    assert loaded.improving().message.startswith(loaded.status.message)
    assert "being made" in loaded.improving().message


def test_copy_that_llama_refuses_is_replaced(tmp_path, load):
    """All its lengths are right, so that only loading it shows."""
    (tmp_path / "models").mkdir()
    copy = fast_path(bundled_file(), "Q8_0", tmp_path / "models")
    gguf(copy, [(COPY_TYPES["Q8_0"], read_header(bundled_file()).values)])
    loaded = load(data_dir=tmp_path)
    assert loaded.weights.path == bundled_file()
    assert not copy.exists()
    assert loaded.improve is not None


def needed(size, cells):
    return size + cells * read_header(bundled_file()).cell_bytes + catalog.OVERHEAD_BYTES


@pytest.mark.parametrize("short", ["for the copy", "for as many cells"])
def test_no_copy_where_memory_is_short(short, tmp_path, load, monkeypatch):
    header = read_header(bundled_file())
    copied = needed(copy_bytes(header, "Q8_0"), 512)
    available = {"for the copy": copied - 2**20, "for as many cells": copied + 2**20}[short]
    assert available > needed(header.size, 1024)
    monkeypatch.setattr(catalog, "available_memory", lambda: available)
    loaded = load(data_dir=tmp_path)
    assert (loaded.weights.path, loaded.weights.cells, loaded.improve) == (bundled_file(), 1024, None)


@pytest.mark.parametrize("cells", [0, 512])
def test_copy_waits_for_the_next_start_where_memory_is_short_beside_the_model(cells, tmp_path, load, monkeypatch):
    loaded = load(data_dir=tmp_path)
    swap = loaded.improve()
    (copy,) = (tmp_path / "models").iterdir()
    monkeypatch.setattr(catalog, "available_memory", lambda: needed(copy.stat().st_size, cells) + 2**20)
    with pytest.raises(ModelUnavailable, match="memory"):
        swap()
    monkeypatch.undo()
    assert load(data_dir=tmp_path).weights.path == copy


@pytest.mark.parametrize("exact", [True, False])
def test_exact_setting_reaches_the_model(exact, tmp_path, load):
    assert load(data_dir=tmp_path, fast_file="off", exact=exact).weights.exact is exact


def test_saved_beginnings_are_those_of_these_very_weights(tmp_path, load):
    first = load(data_dir=tmp_path, fast_file="off", saved_megabytes=7)
    assert (first.beginnings.folder, first.beginnings.limit_bytes) == (tmp_path / "beginnings", 7 * 2**20)
    tokens = first.weights.tokenize("Once upon a time, in a wood behind the mill, there lived a")
    first.weights.decode(tokens, range(len(tokens)), [0] * len(tokens), [False] * (len(tokens) - 1) + [True])
    expected = first.weights.logits(len(tokens) - 1)
    assert first.beginnings.store("story", tokens[:-1], first.weights.save_tail(0, 0))

    again = load(data_dir=tmp_path, fast_file="off")
    found = again.beginnings.find(tokens, 0)
    assert again.weights.load_tail(0, again.beginnings.load(found))
    assert again.weights.trim_sequence(0, found.common)
    again.weights.decode(tokens[-1:], [len(tokens) - 1], [0], [True])
    assert int(again.weights.logits(0).argmax()) == int(expected.argmax())
    assert abs(again.weights.logits(0) - expected).max() < 0.5

    assert load(data_dir=tmp_path, fast_file="off", exact=False).beginnings.find(tokens, 0) is None
    copied = load(data_dir=tmp_path).improve()()
    copied.weights.close()
    assert copied.beginnings.find(tokens, 0) is None  # other weights


def test_two_models_at_once(tmp_path):
    model = open_text_model(make_settings(model_path=tmp_path / "a.gguf", model_url="http://127.0.0.1:1/v1"))
    assert model.status().state == "failed"
    assert "LORELOOM_MODEL_PATH and LORELOOM_MODEL_URL" in model.status().error
    with pytest.raises(ModelUnavailable):
        model.chat_model().invoke("Hello")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path, settle):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    path.chmod(0)
    assert "can't be read" in settle(make_settings(model_path=path)).status().error


def test_requests_wait_for_loading_and_can_be_cancelled_then():
    go = threading.Event()
    status = ModelStatus(name="slow", source="file", state="loading")

    def load(report):
        go.wait(10)
        return Loaded(FakeWeights(cells=400, window=200), status.model_copy(update={"state": "ready"}))

    model = LocalTextModel(make_settings(), status, load)
    model.start()
    assert not model.wait_ready(0.05)
    assert model.count_tokens("four letters here").strategy == "estimate"
    with pytest.raises(Cancelled):
        model.chat_model(cancelled=lambda: True).invoke("Hello")
    threading.Timer(0.2, go.set).start()
    assert model.chat_model(max_tokens=3).invoke("Hello").text
    model.close()
    assert model.status().state == "failed"


def test_broken_context_is_made_anew():
    weights = FakeWeights(cells=400, window=200)
    status = ModelStatus(name="fake", source="file", state="ready")
    model = LocalTextModel(make_settings(), status, lambda report: Loaded(weights, status))
    chat = model.chat_model(max_tokens=3)
    before = chat.invoke("Hello").text
    weights.break_next = 1
    with pytest.raises(ModelFailed, match="broken on purpose"):
        chat.invoke("Something else")
    assert chat.invoke("Hello").text == before
    model.close()


def test_closing_ends_calls_in_flight():
    weights = FakeWeights(cells=4_000_000, window=2_000_000)
    status = ModelStatus(name="fake", source="file", state="ready")
    model = LocalTextModel(make_settings(), status, lambda report: Loaded(weights, status))
    stream = model.chat_model().stream("Hello")
    next(stream)
    threading.Timer(0.1, model.close).start()
    with pytest.raises(ModelUnavailable, match="closed"):
        for _ in stream:
            pass
    with pytest.raises(ModelUnavailable):
        model.chat_model().invoke("Hello")


def test_load_that_raises_something_unforeseen():
    def load(report):
        raise RuntimeError("cosmic ray")

    model = LocalTextModel(make_settings(), ModelStatus(name="x", source="file", state="loading"), load)
    model.start()
    assert not model.wait_ready(5)
    assert "cosmic ray" in model.status().error
