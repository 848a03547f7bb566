"""One GGUF file from the Hugging Face hub, downloaded once and then used offline."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import ModelUnavailable

logger = logging.getLogger(__name__)

REPORT_SECONDS = 0.5


@dataclass(frozen=True)
class HubFile:
    """A file in a repository of the hub."""

    repository: str
    name: str


def fetch(file: HubFile, folder: Path, say: Callable[[str], None]) -> Path:
    """Path of the file in `folder`, downloaded if it isn't there; `say` gets sentences about the progress.

    Raises `ModelUnavailable` when the hub can't be reached, doesn't have the file, wants a key, or the disk is full.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    where: dict[str, Any] = {"repo_id": file.repository, "filename": file.name, "cache_dir": folder}
    try:
        return Path(hf_hub_download(**where, local_files_only=True))
    except LocalEntryNotFoundError:
        say(f"Downloading {file.name} from {file.repository}.")
    except HFValidationError as error:
        raise ModelUnavailable(
            f'"{file.repository}" is not a name that the hub allows. Correct LORELOOM_MODEL_HUB.'
        ) from error
    try:
        return Path(hf_hub_download(**where, tqdm_class=_progress_class(file.name, say)))
    except GatedRepoError as error:
        raise ModelUnavailable(
            f"{file.repository} wants its terms accepted. Accept them on the hub and set HF_TOKEN."
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelUnavailable(
            f"The hub has no repository {file.repository}, or it is private. Correct LORELOOM_MODEL_HUB, "
            "or set HF_TOKEN."
        ) from error
    except LocalEntryNotFoundError as error:  # the hub's library says so when it couldn't connect; an entry error too
        raise _unreachable(file) from error
    except EntryNotFoundError as error:
        raise ModelUnavailable(
            f"{file.repository} has no file {file.name}. Look up its name on the hub and correct LORELOOM_MODEL_HUB."
        ) from error
    except HfHubHTTPError as error:
        raise _unreachable(file) from error
    except OSError as error:
        if error.errno is not None and error.strerror:
            raise ModelUnavailable(
                f"{file.name} couldn't be stored in {folder}: {error.strerror}. Make room or choose another folder."
            ) from error
        raise _unreachable(file) from error
    except Exception as error:
        logger.exception("download failed")
        raise _unreachable(file) from error


def _unreachable(file: HubFile) -> ModelUnavailable:
    return ModelUnavailable(
        f"The Hugging Face hub can't be reached, so {file.name} couldn't be downloaded. Check the network and start "
        "again, or set LORELOOM_MODEL_PATH to a file on this machine."
    )


def _progress_class(name: str, say: Callable[[str], None]) -> type:
    """A progress bar that speaks instead of drawing."""
    from huggingface_hub.utils import tqdm

    class Progress(tqdm):
        _last = 0.0

        def display(self, *args: Any, **kwargs: Any) -> None:
            """Nothing is drawn."""

        def update(self, n: float | None = 1) -> bool | None:
            moved = super().update(n)
            now = time.monotonic()
            if self.total and now - self._last >= REPORT_SECONDS:
                self._last = now
                size = self.total / 2**20
                say(f"Downloading {name}: {100 * self.n / self.total:.0f} % of {size:.0f} MiB.")
            return moved

    return Progress
