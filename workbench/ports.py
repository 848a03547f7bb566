"""What the use cases need from the outside, as protocols. Adapters fulfil them; `compose.py` puts them together."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workbench.domain.archive import ArchiveItem, ArchivePiece
from workbench.domain.context import ContextItem
from workbench.domain.lore import IndexedDocument, SearchHit
from workbench.domain.model import ModelActivity, ModelStatus, Priority, TokenCount
from workbench.domain.pictures import Composition, Drawn, PictureOrder, Scene
from workbench.domain.preview import SpelledPrompt
from workbench.domain.story import Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class TextModel(Protocol):
    """A text model that graphs can talk to, wherever it runs."""

    def start(self) -> None:
        """Begin loading in the background; returns at once. Calling it twice does nothing."""

    def status(self) -> ModelStatus:
        """Present state; never blocks."""

    def wait_ready(self, timeout: float) -> bool:
        """Block until the model is ready or has failed, at most `timeout` seconds; true when ready."""

    def chat_model(
        self,
        *,
        priority: Priority = "interactive",
        cancelled: Callable[[], bool] | None = None,
        **sampling: Any,
    ) -> "BaseChatModel":
        """A LangChain chat model with these defaults.

        `sampling`: temperature, max_tokens, seed, stop, top_p, min_p, as LangChain names them; `lookup` says that the
        reply will repeat much of its prompt, `story` names the story whose beginning is worth keeping on disk.
        `cancelled` is polled while waiting; when it says true the call raises `Cancelled`.
        The model answers `bind(logprobs=True, top_logprobs=n)` with `response_metadata["logprobs"]` in
        OpenAI's form, and `bind(response_format={"type": "json_schema", ...})` with JSON held to that schema.
        """

    def activity(self) -> ModelActivity:
        """What it does now and did in the last minutes; never blocks."""

    def count_tokens(self, text: str) -> TokenCount:
        """Tokens of `text`: exact with the model's own tokenizer, else an estimate. Never blocks for loading."""

    def spelled(self, turns: Sequence[tuple[str, str]]) -> SpelledPrompt:
        """The prompt that turns (system, user or assistant, and what they say) become, with what stands around them.

        Of a server the marks aren't known; headings in plain words stand in their place. Never blocks for loading.
        """

    def close(self) -> None:
        """Free the model; calls in flight end with `ModelUnavailable`."""


class Embedder(Protocol):
    """Texts to unit vectors."""

    @property
    def name(self) -> str:
        """Names the weights; vectors of different names must not be compared."""

    @property
    def dimensions(self) -> int:
        """Length of each vector."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of `dimensions` floats, length 1, for each text. Loads the weights on first use."""

    def status(self) -> str:
        """One of "not loaded", "ready", or a sentence that says what failed."""


class LoreIndex(Protocol):
    """The searchable copy of the composite documents; it can be rebuilt from the database at any time."""

    def put(self, documents: Sequence[IndexedDocument]) -> int:
        """Insert or replace by key; texts that are already indexed, under whichever key, aren't embedded again.

        Returns how many were written: those whose text is new under their key.
        """

    def remove(self, keys: Sequence[str]) -> None:
        """Remove rows by key; unknown keys are fine."""

    def text_hashes(self, keys: Sequence[str]) -> dict[str, str]:
        """`{key: hash of the text that is indexed}` for those of `keys` that exist."""

    def keys(self) -> set[str]:
        """Keys of all rows."""

    def search(self, world_id: str, lines: Sequence[str], query: str, limit: int) -> list[SearchHit]:
        """Best documents of a world on the given lines ("" is the world's own base line), best first.

        Each entry comes at most once: the row of the line that stands later in `lines` wins.
        """

    def count(self) -> int:
        """Number of rows."""

    def optimize(self) -> None:
        """Compact files and make the indices that a table of this size needs; harmless at any time."""

    def clear(self) -> None:
        """Forget everything; the next `put` begins anew."""


class ArchiveIndex(Protocol):
    """The searchable copy of the archive's items, in pieces; it can be rebuilt from the database at any time."""

    def put(self, items: Sequence[ArchiveItem]) -> int:
        """Insert or replace by id, and bring up to date what stands beside them; returns how many texts were embedded.

        An item without an embedder that works is indexed by its words, and by its meaning later.
        """

    def remove(self, content_ids: Sequence[str]) -> None:
        """Remove items; unknown ids are fine."""

    def stamps(self) -> dict[str, str]:
        """`{id: updated_at of the item that is indexed}` of all items."""

    def search(self, query: str, limit: int, among: Collection[str] | None = None) -> list[ArchivePiece]:
        """Best pieces, best first, each item at most once; with `among` only of items with these ids."""

    def count(self) -> int:
        """Number of pieces."""

    def lost(self) -> bool:
        """Whether the table had to be dropped since this was asked last: it is to be filled from the database."""

    def optimize(self) -> None:
        """Compact files and make the indices that a table of this size needs; harmless at any time."""

    def clear(self) -> None:
        """Forget everything; the next `put` begins anew."""


class Digests(Protocol):
    """What stands in a context for what doesn't fit into it."""

    def earlier(self, passages: Sequence[Passage], count: int) -> Sequence[ContextItem]:
        """The first `count` of `passages` in short, in the order of reading; asks no model and is quick."""

    def shortened(self, item: ContextItem) -> str | None:
        """A shorter text for an item, always the same for the same item; None where it is short already."""

    def make(self, items: Sequence[ContextItem], passages: Sequence[Passage], cancelled: Callable[[], bool]) -> bool:
        """Have a model sum up now what is missing of these, a few of them; true when something was made."""


class PictureShelf(Protocol):
    """Files of pictures, named by what they contain, in one folder and nowhere else."""

    def keep(self, png: bytes, parameters: Mapping[str, Any]) -> str:
        """Write a picture with what it was made from in its text chunks; its name, the same for the same bytes."""

    def path(self, name: str) -> Path:
        """Where a kept picture lies. Raises `NotFound` for anything that is no such name."""

    def read(self, name: str) -> bytes:
        """A kept picture as PNG. Raises `NotFound`."""

    def preview(self, name: str, *, for_page: bool = False) -> bytes:
        """A kept picture made small: a WebP for a wall of pictures, or a larger JPEG for a page to keep.

        Raises `NotFound`, and `ImageFailed` where its file is damaged.
        """

    def forget(self, name: str) -> None:
        """Remove a picture; one that isn't there is fine."""

    def uploaded(self, data: bytes) -> tuple[bytes, int, int]:
        """A picture that somebody brings, decoded and encoded anew, its width and height. Raises `InvalidInput`."""


class Combiner(Protocol):
    """Puts a figure into a background."""

    def composition(self, scene: Scene, seed: int) -> Composition:
        """Where the figure stands in a scene."""

    def combine(self, background: bytes, figure: bytes, composition: Composition, *, exact: bool) -> bytes:
        """One picture (PNG) of two. `exact`: the figure's alpha channel is its mask. Raises `ImageFailed`."""


class ImageMaker(Protocol):
    """Draws pictures: a diffusion model, or the sketch maker."""

    @property
    def maker(self) -> str:
        """What draws: "sketch" or "diffusion"."""

    @property
    def model(self) -> str:
        """The name of the model, or the version of what draws without one."""

    def status(self) -> str:
        """One of "ready", "not loaded", "loading", or a sentence that says what failed; never blocks."""

    def draw(
        self, order: PictureOrder, cancelled: Callable[[], bool], progress: Callable[[float], None] | None = None
    ) -> Drawn:
        """Draw a character alone or a background; blocks. The same order gives the same picture on one machine.

        `progress` gets shares from 0 to 1. Raises `Cancelled`, and `ImageFailed` with the reason and the remedy.
        """

    def close(self) -> None:
        """Free the model."""
