"""The embedder with the real bundled weights, once, and with folders that can't work."""

import math
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workbench.errors import ModelUnavailable
from workbench.lore.embedder import BUNDLED_NAME, SentenceEmbedder, bundled_folder
from workbench.lore.index import LanceLoreIndex

from .conftest import document


@pytest.fixture(scope="module")
def real() -> SentenceEmbedder:
    return SentenceEmbedder()


def cosine(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def test_importing_costs_nothing() -> None:
    code = (
        "import sys; import workbench.lore.embedder as e, workbench.lore.index as i; "
        "embedder = e.SentenceEmbedder(); assert embedder.dimensions == 384 and embedder.status() == 'not loaded'; "
        "assert not {'torch', 'sentence_transformers', 'transformers', 'lancedb', 'pyarrow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_meaning_is_close_and_the_network_is_not_asked(real: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    vectors = real.embed(["The ship sank in the storm.", "A boat went down in bad weather.", "She bakes rye bread."])
    assert real.status() == "ready"
    assert [len(vector) for vector in vectors] == [real.dimensions] * 3 == [384] * 3
    assert all(math.isclose(cosine(vector, vector), 1.0, abs_tol=1e-5) for vector in vectors)
    assert cosine(vectors[0], vectors[1]) > 0.5 > 0.3 > cosine(vectors[0], vectors[2])
    assert real.name == BUNDLED_NAME


def test_order_and_batches_do_not_change_a_vector(real: SentenceEmbedder) -> None:
    texts = [
        f"Entry {number} about {'lanterns' if number % 2 else 'a long, long harbour wall'}" for number in range(11)
    ]
    together = real.embed(texts)
    for text, vector in zip(texts[::5], together[::5], strict=True):
        assert cosine(real.embed([text])[0], vector) > 0.9999


def test_the_end_of_a_long_text_counts(real: SentenceEmbedder) -> None:
    base = "The archive keeps tide tables, harbour ledgers and letters from keepers. " * 40
    query = real.embed(["a dragon burned the village"])[0]
    plain, ending = real.embed([base, base + "Last night a dragon burned the village to the ground. " * 8])
    assert cosine(query, ending) > cosine(query, plain) + 0.05


def test_odd_texts_have_vectors_too(real: SentenceEmbedder) -> None:
    assert real.embed([]) == []
    for text in ("", " ", "\ud800", "🦊" * 400, "\x00", "x" * 10_000):
        assert math.isclose(math.sqrt(cosine(*real.embed([text]) * 2)), 1.0, abs_tol=1e-5)


def test_a_query_is_computed_once_and_its_vector_is_the_callers(real: SentenceEmbedder) -> None:
    first = real.embed(["a lantern"])[0]
    expected = list(first)
    first[0] = 99.0
    assert real.embed(["a lantern"])[0] == expected


def test_threads_get_their_own_answers(real: SentenceEmbedder) -> None:
    import torch

    before = torch.get_num_threads()
    texts = [f"text number {number}" for number in range(6)]
    expected = real.embed(texts)
    answers: dict[str, list[float]] = {}

    def ask(text: str) -> None:
        answers[text] = real.embed([text])[0]

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(cosine(answers[text], vector) > 0.9999 for text, vector in zip(texts, expected, strict=True))
    assert torch.get_num_threads() == before


def test_a_copy_of_the_weights_works_under_its_own_name(real: SentenceEmbedder, tmp_path: Path) -> None:
    (tmp_path / "mine").symlink_to(bundled_folder())
    mine = SentenceEmbedder(tmp_path / "mine")
    assert mine.name.startswith("mine-")
    assert mine.dimensions == 384
    assert cosine(mine.embed(["a lantern"])[0], real.embed(["a lantern"])[0]) > 0.9999


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    embedder = SentenceEmbedder(tmp_path / "nowhere")
    with pytest.raises(ModelUnavailable, match=r"doesn't exist.*LORELOOM_EMBEDDER_PATH"):
        embedder.embed(["a"])
    assert "nowhere" in embedder.status()


def test_a_broken_folder_is_told_and_can_be_mended(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "modules.json").write_text("{broken")
    embedder = SentenceEmbedder(tmp_path / "model")
    with pytest.raises(ModelUnavailable, match="can't be loaded"):
        embedder.embed(["a"])
    with pytest.raises(ModelUnavailable):
        _ = embedder.dimensions
    assert "can't be loaded" in embedder.status()
    (tmp_path / "model" / "modules.json").unlink()
    (tmp_path / "model").rmdir()
    (tmp_path / "model").symlink_to(bundled_folder())
    assert len(embedder.embed(["a"])[0]) == embedder.dimensions == 384
    assert embedder.status() == "ready"


def test_real_weights_find_lore_by_what_it_means(real: SentenceEmbedder, tmp_path: Path) -> None:
    index = LanceLoreIndex(tmp_path / "index", real)
    index.put(
        [
            document("e1", "Mara Venn", "She keeps the lamp of the north pier and counts every ship that comes home."),
            document("e2", "The Salt Market", "Traders shout under patched awnings and weigh dried fish."),
            document("e3", "The Drowned Bell", "It tolls under the water before somebody dies."),
        ]
    )
    assert index.search("w", [""], "an omen of death", 3)[0].entry_id == "e3"
    assert index.search("w", [""], "buying food from merchants", 3)[0].entry_id == "e2"
    assert index.search("w", [""], "quarterly tax software", 3) == []
