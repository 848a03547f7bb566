"""How the app is doing, and counting."""

from collections.abc import Callable
from typing import Any

from workbench.domain.adventure_use import AdventureUse, adventure_use
from workbench.domain.agent_use import AgentUse, ChapterUse, agent_uses, chapter_use
from workbench.domain.model import ModelActivity, TokenCount
from workbench.errors import InvalidInput
from workbench.ports import Embedder, TextModel
from workbench.services.checks import id_field, text_field, whole_number
from workbench.services.memory import Memory
from workbench.settings import Settings
from workbench.storage import runs, stories
from workbench.storage.database import Database
from workbench.telemetry import EVENT_KINDS, Telemetry

# Chapters whose use of the context is told: older ones are one like the other.
LATEST_CHAPTERS = 40
# Turns of adventures that are drawn.
LATEST_TURNS = 40


class System:
    """Health, tokens and telemetry."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        embedder: Embedder,
        memory: Memory,
        telemetry: Telemetry,
        images: Callable[[], dict[str, Any]],
        simple_model: TextModel | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._embedder = embedder
        self._memory = memory
        self._telemetry = telemetry
        self._images = images
        self._simple = simple_model

    def health(self) -> dict[str, Any]:
        """State of all parts. `status` is ready, loading, or degraded when something can't be used."""
        model = self._model.status()
        embedder = self._embedder.status()
        embedder_works = embedder in ("not loaded", "ready")
        overall = {"loading": "loading", "ready": "ready", "failed": "degraded"}[model.state]
        queues = self._memory.queue_status()
        if not embedder_works:
            overall = "degraded"
        simple = self._simple.status() if self._simple is not None else None
        if simple is not None and simple.state == "failed":
            overall = "degraded"
        return {
            "status": overall,
            "model": {
                "name": model.name,
                "source": model.source,
                "context_tokens": model.context_tokens,
                "loaded": model.loaded,
                "error": model.error,
                "message": model.message,
                "tryout": model.tryout,
            },
            # {} where the text model does simple work too.
            "simple_model": {}
            if simple is None
            else {"name": simple.name, "source": simple.source, "loaded": simple.loaded, "error": simple.error},
            "embedder": {"name": self._embedder.name, "status": embedder},
            "image_maker": self._images(),
            "queue": {
                "workers": self._settings.jobs,
                "pending": sum(queue.pending for queue in queues.values()),
                "running": sum(queue.running for queue in queues.values()),
                "failed": sum(queue.failed for queue in queues.values()),
                "paused": [name for name, queue in queues.items() if queue.paused],
                "alert": " ".join(queue.alert for queue in queues.values() if queue.alert),
            },
            # Not "path": Gradio's client takes a value with that name for a file, and would try to download it.
            "database": {"status": "ready", "file": self._settings.database_path.name},
        }

    def activity(self) -> ModelActivity:
        """What the text model does now and did in the last three minutes."""
        return self._model.activity()

    def count_tokens(self, text: str) -> TokenCount:
        """Tokens of a text as the model counts them."""
        return self._model.count_tokens(text_field(text, "The text", longest=self._settings.max_text_chars))

    def telemetry(self, kind: str = "", limit: int = 100) -> list[dict[str, Any]]:
        """The latest telemetry events, newest first."""
        kind = text_field(kind, "The kind", longest=100)
        if kind and kind not in EVENT_KINDS:
            raise InvalidInput(f"There are no events of the kind {kind!r}. Choose one of: {', '.join(EVENT_KINDS)}.")
        return self._telemetry.events(kind, whole_number(limit, "The limit", 1, 10_000))

    def agent_use(self, calls: int) -> list[AgentUse]:
        """What each agent has read and written in the latest `calls` of the model."""
        return agent_uses(self.telemetry("model_call", calls))

    def adventure_use(self) -> AdventureUse:
        """What the latest chapters of adventures took, and how long their readers thought."""
        told, made, viewed = (
            self._telemetry.events(kind, LATEST_TURNS) for kind in ("chapter_told", "choice_made", "chapter_viewed")
        )
        return adventure_use(told, made, viewed)

    def chapter_use(self, story_id: str) -> list[ChapterUse]:
        """What the latest chapters of a story were told with, in order, but for those in the writer's own words."""
        with self._database.reading() as session:
            view = stories.view(session, id_field(story_id, "The story"))
            latest = [passage for passage in view.passages if passage.run_id][-LATEST_CHAPTERS:]
            found = runs.results(session, [passage.run_id for passage in latest if passage.run_id])
        uses = [chapter_use(passage.number, found.get(passage.run_id or "", {})) for passage in latest]
        return [use for use in uses if use is not None]
