"""Puts everything together: settings -> database -> engine -> services -> queues. Nothing else knows all of them."""

import logging
import os
from dataclasses import dataclass, field

from workbench.domain.lore import SearchHit
from workbench.engine.catalog import open_text_model
from workbench.errors import ModelUnavailable, StorageError
from workbench.images.shelf import FigureCombiner, FolderShelf
from workbench.jobs.consumer import Workers
from workbench.jobs.queues import Queues
from workbench.jobs.tasks import Jobs
from workbench.lore.archive import LanceArchiveIndex
from workbench.lore.embedder import SentenceEmbedder
from workbench.lore.index import LanceLoreIndex
from workbench.ports import Embedder, ImageMaker, TextModel
from workbench.services.adventures import Adventures
from workbench.services.agents import Agents
from workbench.services.archive import Archive
from workbench.services.chapter_runs import GRAPH, ChapterRuns
from workbench.services.chapters import Chapters
from workbench.services.chats import Chats
from workbench.services.context_desk import ContextDesk
from workbench.services.distilling import Distilling
from workbench.services.documents import Documents
from workbench.services.illustration import Illustration
from workbench.services.lessons import Lessons
from workbench.services.library import Library
from workbench.services.memory import Memory
from workbench.services.outlines import Outlines
from workbench.services.parts import Parts
from workbench.services.pictures import Pictures
from workbench.services.plan_context import PlanContext
from workbench.services.reading_ahead import ReadingAhead
from workbench.services.review import Review
from workbench.services.runs import RunKeeper
from workbench.services.scenes import Recall, Scenes
from workbench.services.sources import Sources
from workbench.services.streams import Streams
from workbench.services.system import System
from workbench.services.team import Team
from workbench.services.timeline import Timeline
from workbench.services.tree import Tree
from workbench.services.writing import Writing
from workbench.settings import Settings
from workbench.storage import runs
from workbench.storage.database import Database, FolderLock
from workbench.telemetry import Telemetry

logger = logging.getLogger(__name__)

APP, JOBS = "app", "jobs"


@dataclass
class Workbench:
    """The composed application. `start()` before use, `close()` at the end."""

    settings: Settings
    role: str
    database: Database
    model: TextModel
    simple_model: TextModel | None
    agents: Agents
    scenes: Scenes
    context: ContextDesk
    streams: Streams
    library: Library
    writing: Writing
    tree: Tree
    memory: Memory
    distilling: Distilling
    review: Review
    archive: Archive
    outlines: Outlines
    parts: Parts
    chapter_runs: ChapterRuns
    chats: Chats
    team: Team
    timeline: Timeline
    adventures: Adventures
    pictures: Pictures
    illustration: Illustration
    system: System
    keeper: RunKeeper
    workers: Workers
    reading_ahead: ReadingAhead
    images: ImageMaker
    lock: FolderLock = field(repr=False)

    def start(self) -> None:
        """Take the data folder, open the database, give back what a crash left in hand, begin loading the model.

        Raises `StorageError` when another process has the folder or it can't be used.
        """
        try:
            taken = self.lock.acquire()
        except OSError as error:
            raise StorageError(
                f"The data folder {self.settings.data_dir} can't be used ({error}). "
                "Choose one that can be written with --data-dir or LORELOOM_DATA_DIR."
            ) from error
        if not taken:
            raise StorageError(
                f"Another Loreloom already works in {self.settings.data_dir}. "
                "Close it, or choose another folder with --data-dir."
            )
        self.database.open()
        if self.role == APP:
            for run in self.keeper.recover():
                logger.info("The run %s had been interrupted and can be gone on with", run.id)
        self.memory.recover(self.role)
        self.model.start()
        if self.simple_model is not None:
            self.simple_model.start()

    def start_workers(self) -> None:
        """Start the memory's workers, unless they run in a process of their own, and go on with what was cut off."""
        if self.role == JOBS or self.settings.jobs == "inside":
            self.workers.start()
        if self.role == APP:
            self.chapter_runs.go_on()
            self.reading_ahead.start()

    def close(self) -> None:
        """Stop what runs, free the model, close the database."""
        self.reading_ahead.close()
        self.distilling.close()
        self.workers.close()
        self.keeper.close()
        self.streams.close()
        self.archive.close()
        self.images.close()
        self.model.close()
        if self.simple_model is not None:
            self.simple_model.close()
        self.database.close()
        self.lock.release()


def compose(
    settings: Settings,
    *,
    model: TextModel | None = None,
    simple_model: TextModel | None = None,
    embedder: Embedder | None = None,
    images: ImageMaker | None = None,
    role: str = APP,
) -> Workbench:
    """Compose the app. The models and `embedder` stand in for those that the settings name."""
    # Tracing to a remote service is off unless the user asked for it: nothing leaves the machine by itself.
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    database = Database(settings.database_path, settings.database_copies)
    model = model or open_text_model(settings)
    if simple_model is None and (simple := settings.for_simple_model()) is not None:
        simple_model = open_text_model(simple)
    embedder = embedder or SentenceEmbedder(settings.embedder_path)
    index = LanceLoreIndex(settings.index_path, embedder)
    telemetry = Telemetry(database, settings.telemetry_events)
    agents = Agents(settings, database, model, telemetry, simple_model)
    keeper = RunKeeper(database)
    documents = Documents(database, index)
    memory = Memory(
        settings,
        database,
        model,
        documents,
        agents,
        worker=role,
        writer_at_work=lambda: _writer_at_work(settings, database, role),
        tasks_added=lambda: workers.wake(),
    )
    archive = Archive(settings, database, LanceArchiveIndex(settings.index_path, embedder))
    distilling = Distilling(
        settings,
        database,
        model,
        agents,
        writer_at_work=lambda: _writer_at_work(settings, database, role),
        memory_waits=memory.has_work,
    )
    streams = Streams(model)
    images = images or image_maker(settings)
    pictures = Pictures(settings, database, FolderShelf(settings.pictures_path))
    illustration = Illustration(settings, database, images, FigureCombiner(), pictures, streams, telemetry)
    lessons = Lessons(settings.lessons_path)
    adventures = Adventures(
        settings,
        database,
        model,
        agents,
        streams,
        lessons,
        telemetry,
        illustration,
        pictures,
        lambda adventure_id: jobs.draw(adventure_id),
    )
    compacted = [archive.compact, distilling.compact, adventures.expire]
    jobs = Jobs(Queues(settings.queue_path), memory, documents, compacted, distilling, adventures.pictures)
    workers = Workers(settings, jobs, memory)

    def tasks_added() -> None:
        workers.wake()
        jobs.documents_changed()

    library = Library(settings, database, index, documents, jobs.documents_changed)
    recall = recaller(library, embedder)
    timeline = Timeline(settings, database)
    planned = PlanContext(database, timeline.events, distilling.of_part)
    scenes = Scenes(settings, database, model, recall, planned, distilling)
    chapters = Chapters(settings, database, model, agents, scenes, timeline.check)
    outlines = Outlines(settings, database, model, agents, scenes, streams)
    writing = Writing(settings, database, model, keeper, chapters, outlines.request_for, tasks_added)
    parts = Parts(database, distilling)
    return Workbench(
        settings=settings,
        role=role,
        database=database,
        model=model,
        simple_model=simple_model,
        agents=agents,
        scenes=scenes,
        context=ContextDesk(settings, database, model, agents, scenes, chapters, outlines.request_for),
        streams=streams,
        library=library,
        writing=writing,
        tree=Tree(database, tasks_added),
        memory=memory,
        distilling=distilling,
        review=Review(database, jobs.documents_changed),
        archive=archive,
        outlines=outlines,
        parts=parts,
        chapter_runs=ChapterRuns(settings, database, model, keeper, chapters, writing, parts),
        chats=Chats(
            settings, database, model, agents, scenes, streams, Sources(database, recall, archive), timeline.events
        ),
        team=Team(settings, database, agents, scenes, chapters, streams),
        timeline=timeline,
        adventures=adventures,
        pictures=pictures,
        illustration=illustration,
        system=System(settings, database, model, embedder, memory, telemetry, illustration.status, simple_model),
        keeper=keeper,
        workers=workers,
        reading_ahead=ReadingAhead(database, model, scenes),
        images=images,
        lock=FolderLock(settings.data_dir, role),
    )


def image_maker(settings: Settings) -> ImageMaker:
    """Who draws: the diffusion model that the settings name, else the sketch maker."""
    if not settings.image_model:
        from workbench.images.sketch import SketchMaker

        return SketchMaker()
    from workbench.images.diffusion import DiffusionMaker, DiffusionOptions

    options = DiffusionOptions(
        model=settings.image_model,
        steps=settings.image_steps,
        device=settings.image_device,
        safety_checker=settings.image_safety,
        save_memory=settings.image_save_memory,
        idle_seconds=settings.image_idle_seconds,
        time_limit=settings.image_seconds,
    )
    return DiffusionMaker(options, settings.models_path)


def recaller(library: Library, embedder: Embedder) -> Recall:
    """The search of the lore that a chapter's writing may wait for."""

    def recall(story_id: str, query: str, limit: int) -> list[SearchHit]:
        # Loading takes seconds, and the cores that the chapter's first word needs.
        if embedder.status() != "ready":
            raise ModelUnavailable("the model that knows likeness of meaning isn't loaded yet")
        return library.search_lore(story_id, query, limit)

    return recall


def compose_jobs(settings: Settings) -> Workbench:
    """Compose the memory's workers for a process of their own."""
    return compose(settings, role=JOBS)


def _writer_at_work(settings: Settings, database: Database, role: str) -> bool:
    with database.reading() as session:
        # A run of several chapters rests between them, so that the memory can read; each chapter is a run of its own.
        if all(run.graph == GRAPH for run in runs.listing(session, None, ["running"])):
            return False
    if role == APP:
        return True
    # A run that an app left behind when it died holds nobody up: the app's lock tells whether it lives.
    lock = FolderLock(settings.data_dir, APP)
    if lock.acquire():
        lock.release()
        return False
    return True
