"""Adventures: begun, gone on with by the reader's choices, followed while a chapter is told, and never lost."""

import json
import logging
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from workbench.domain.adventure_plan import with_choice
from workbench.domain.adventures import (
    SEEDS,
    Adventure,
    AdventureOptions,
    Choice,
    band_of,
    planned_types,
    seconds_between,
    summed_up,
)
from workbench.domain.lessons import Question
from workbench.domain.runs import RunEvent
from workbench.errors import Conflict, InvalidInput, ModelFailed, ModelUnavailable, StorageError
from workbench.ports import TextModel
from workbench.services import checks
from workbench.services.adventure_pictures import AdventurePictures
from workbench.services.agents import Agents
from workbench.services.ahead import Ahead
from workbench.services.chapters import compiled_graph
from workbench.services.checks import id_field, mapping, model_field
from workbench.services.illustration import Illustration
from workbench.services.keepsakes import FORMS, Form, Keepsake, keepsake
from workbench.services.lessons import Lessons
from workbench.services.looks import Looks
from workbench.services.pictures import Pictures
from workbench.services.runs import LiveEvents
from workbench.services.streams import OneEach, Streams, check_usable, play
from workbench.settings import Settings
from workbench.storage import adventures
from workbench.storage.database import Database, new_id, now
from workbench.telemetry import Telemetry

logger = logging.getLogger(__name__)

# A chapter that fails is tried again after so many seconds each.
PAUSES = (1.0, 4.0)


class Adventures:
    """One chapter of an adventure is told at a time. It goes on though nobody listens, and again after a crash.

    `pictures_wanted` is called with the id of an adventure that there is something to draw of.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        agents: Agents,
        streams: Streams,
        lessons: Lessons,
        telemetry: Telemetry,
        illustration: Illustration,
        pictures: Pictures,
        pictures_wanted: Callable[[str], None],
    ) -> None:
        self.lessons = lessons
        # None where nobody wants pictures.
        self.pictures: AdventurePictures | None = None
        if settings.adventure_pictures:
            self.pictures = AdventurePictures(
                database, illustration, pictures, streams, lessons.category, self._foreseen
            )
        self._shelf = pictures
        self._pictures_wanted = pictures_wanted
        self._settings = settings
        self._database = database
        self._model = model
        self._agents = agents
        self._telemetry = telemetry
        self._at_work = OneEach(streams)
        self._ahead = Ahead(streams, self._ahead_of, self._draw)
        self.looks = Looks(database, agents, streams)
        self._graph: Any = None
        self._graph_lock = threading.Lock()

    # What a reader does

    def start(self, category: str, topic: str, options: dict[str, Any] | None = None) -> Adventure:
        """Begin an adventure; its first chapter is being told when this returns, `follow` tells how it goes.

        Raises `InvalidInput` for what there isn't, and `ModelUnavailable` when the model has failed.
        """
        setting = self.lessons.category(id_field(category, "The category"))
        lessons = self.lessons.topic(id_field(topic, "The lesson topic"))
        chosen = model_field(AdventureOptions, mapping(options, "The options", longest=1000), "The options")
        check_usable(self._model)
        seed = random.randrange(SEEDS) if chosen.seed is None else chosen.seed
        adventure = Adventure(
            id=new_id("adventure"),
            category=setting.id,
            topic=lessons.id,
            age=chosen.age,
            seed=seed,
            words=chosen.words or round(self._settings.adventure_words * band_of(chosen.age).share),
            reader=chosen.reader,
            planned=planned_types(chosen.chapters),
            goal=random.Random(seed).choice(setting.goal),
        )
        with self._database.writing() as session:
            stored = adventures.add(session, adventure)
        self._tell(stored)
        return stored

    def choose(self, adventure_id: str, choice_id: str) -> Adventure:
        """Make a choice; the next chapter is being told when this returns. The choice is stored before that.

        A choice that is made already is made once: it goes on from there, also after a failure. Raises `Conflict` where
        the reader is further already, as in another window, and `InvalidInput` for a choice that there isn't.
        """
        adventure_id = id_field(adventure_id, "The adventure")
        choice_id = id_field(choice_id, "The choice")
        check_usable(self._model)
        self._ahead.stop(adventure_id)
        if self.pictures is not None:
            self.pictures.stop_ahead(adventure_id)
        with self._database.writing() as session:
            adventure = adventures.get(session, adventure_id)
            choice = self._choice(adventure, choice_id)
            if choice is not None:
                setting, questions = self._of(adventure)
                adventure = adventures.change(session, with_choice(adventure, choice, setting, questions, now()))
        if choice is not None:
            last = adventure.chapters[-1]
            waited = seconds_between(last.written_at, last.chosen_at)
            self._telemetry.record(
                "choice_made", {"adventure": adventure.id, "chapter": last.number, "seconds": waited}
            )
        self._tell(adventure)
        return adventure

    @staticmethod
    def _choice(adventure: Adventure, choice_id: str) -> Choice | None:
        """The choice that is to be stored; None where it is stored already and its chapter is still to come."""
        last = adventure.last
        if adventure.status == "done":
            raise Conflict(
                "This adventure has come to its end. /adventure_summary tells how it went; begin another one."
            )
        if last is not None and last.chosen:
            if last.chosen == choice_id:
                return None
            raise Conflict(
                f"“{last.chosen_label}” was chosen already, perhaps in another window. The next chapter is on its way."
            )
        if last is None:
            raise Conflict("The first chapter is still being told. Wait until it is there.")
        found = next((one for one in last.choices if one.id == choice_id), None)
        if found is not None:
            return found
        if any(one.id == choice_id for chapter in adventure.chapters for one in chapter.choices):
            raise Conflict(f"The adventure is at chapter {last.number} already. Open it again, and choose there.")
        raise InvalidInput(
            f"Chapter {last.number} has no choice {choice_id[:40]!r}. Its choices are: "
            f"{', '.join(one.id for one in last.choices)}."
        )

    def follow(self, adventure_id: str) -> Iterator[RunEvent]:
        """What is told of the chapter that is in the making, from its beginning; the last event has the adventure."""
        adventure = self.get(adventure_id)
        live = self._at_work.live(adventure.id)
        if live is not None:
            yield from live.follow()
        elif adventure.status == "failed":
            yield RunEvent(event="error", message=adventure.problem)
        else:
            yield RunEvent(event="result", data=self._result(adventure))

    def get(self, adventure_id: str, *, go_on: bool = True) -> Adventure:
        """The adventure of that id, or `NotFound`. One whose chapter was cut off by a crash is gone on with."""
        with self._database.reading() as session:
            adventure = adventures.get(session, id_field(adventure_id, "The adventure"))
        cut_off = adventure.status == "writing" and self._at_work.live(adventure.id) is None
        if go_on and cut_off and self._model.status().state != "failed":
            self._tell(adventure)
        return adventure

    def again(self, adventure_id: str) -> Adventure:
        """Try a chapter again that couldn't be told; the choice before it holds."""
        adventure = self.get(adventure_id)
        if adventure.status != "failed":
            raise Conflict("Nothing has failed here. Choose how it goes on.")
        check_usable(self._model)
        with self._database.writing() as session:
            adventure = adventures.change(session, adventure.model_copy(update={"status": "writing", "problem": ""}))
        self._tell(adventure)
        return adventure

    def listing(self) -> list[Adventure]:
        """All adventures, the one that was played last first."""
        with self._database.reading() as session:
            return adventures.listing(session)

    def viewed(self, adventure_id: str, number: int) -> None:
        """Note that a chapter was opened."""
        self._telemetry.record("chapter_viewed", {"adventure": adventure_id, "chapter": number})

    def delete(self, adventure_id: str) -> Adventure:
        """Delete an adventure; a chapter in the making is stopped."""
        adventure_id = id_field(adventure_id, "The adventure")
        if (live := self._at_work.live(adventure_id)) is not None:
            live.cancel()
        self._ahead.stop(adventure_id)
        self._ahead.forget(adventure_id)
        if self.pictures is not None:
            self.pictures.stop(adventure_id)
        with self._database.writing() as session:
            removed = adventures.remove(session, adventure_id)
        self._shelf.forget(adventure_id)
        self._compiled().checkpointer.delete_thread(adventure_id)
        return removed

    def expire(self) -> list[str]:
        """Write adventures that nobody has opened for long to files and remove them; their ids."""
        moment = (datetime.now(UTC) - timedelta(days=self._settings.adventure_days)).isoformat()
        with self._database.reading() as session:
            old = adventures.unchanged_since(session, moment)
        for adventure in old:
            path = self._settings.adventures_path / f"{adventure.id}.json"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(adventure.model_dump(mode="json"), ensure_ascii=False, indent=1), "utf-8")
                path.with_suffix(".html").write_bytes(self._keepsake(adventure, "html").content)
            except OSError as error:
                raise StorageError(f"The adventure couldn't be written to {path} ({error}), and is kept.") from error
            self.delete(adventure.id)
        return [adventure.id for adventure in old]

    def summary(self, adventure_id: str) -> dict[str, Any]:
        """How an adventure went so far: its chapters in a line each, what was learned, and how long it took."""
        return summed_up(self.get(adventure_id, go_on=False))

    def keepsake(self, adventure_id: str, form: str = "html", *, pictures: bool = True) -> Keepsake:
        """All that was told so far as a file to keep. Raises `NotFound`, and `InvalidInput` for another form."""
        wanted = cast(Form, checks.choice(form, "The form", FORMS))
        return self._keepsake(self.get(adventure_id, go_on=False), wanted, pictures=pictures)

    def _keepsake(self, adventure: Adventure, form: Form, *, pictures: bool = True) -> Keepsake:
        # A teacher may have taken lessons away since: what was told is there all the same.
        topic = self.lessons.topics.get(adventure.topic)
        setting = self.lessons.categories.get(adventure.category)
        titles = (setting.title if setting else adventure.category, topic.title if topic else adventure.topic)
        pictured = (lambda file: self._shelf.preview(file, for_page=True)) if pictures else None
        return keepsake(adventure, *titles, form, pictured)

    # How a chapter is told

    def live(self, adventure_id: str) -> LiveEvents | None:
        """The telling of a chapter that goes on, if any."""
        return self._at_work.live(adventure_id)

    def prepared(self, adventure_id: str) -> LiveEvents | None:
        """Begin what may come next, if the reader is at a choice; what is being prepared can be waited for."""
        adventure = self.get(adventure_id, go_on=False)
        if adventure.status != "reading" or not self._settings.adventure_ahead:
            return None
        return self._ahead.prepare(adventure, *self._of(adventure))

    def _of(self, adventure: Adventure) -> tuple[Any, dict[str, Question]]:
        questions = {one.id: one for one in self.lessons.topic(adventure.topic).questions}
        return self.lessons.category(adventure.category), questions

    def _tell(self, adventure: Adventure) -> None:
        try:
            with self._at_work.free(adventure.id, "busy"):
                self._at_work.begin(
                    adventure.id, lambda live: self._told(adventure.id, live), name=f"adventure {adventure.id}"
                )
        except Conflict:
            # It is being told already.
            return

    def _told(self, adventure_id: str, live: LiveEvents) -> dict[str, Any]:
        for pause in (*PAUSES, None):
            try:
                self._play(adventure_id, live)
                break
            except (ModelFailed, ModelUnavailable) as error:
                if pause is None or live.cancelled():
                    self._failed(adventure_id, str(error))
                    raise
                logger.info("A chapter of %s is tried again: %s", adventure_id, error)
                live.status("again", "Telling it once more, from the beginning", 0.05)
                threading.Event().wait(pause)
        adventure = self.get(adventure_id, go_on=False)
        self._note_telling(adventure)
        self.looks.note(adventure)
        self._draw(adventure_id)
        if adventure.status == "reading":
            self.prepared(adventure_id)
        elif adventure.status == "done":
            self._compiled().checkpointer.delete_thread(adventure_id)
        return self._result(adventure)

    def _draw(self, adventure_id: str) -> None:
        if self.pictures is not None:
            self._pictures_wanted(adventure_id)

    def _foreseen(self, adventure: Adventure) -> list[Adventure]:
        return self._ahead.foreseen(adventure, *self._of(adventure))

    def _note_telling(self, adventure: Adventure) -> None:
        last = adventure.chapters[-1]
        figures = {"seconds": last.seconds, "first_token_seconds": last.first_token_seconds}
        about = {"adventure": adventure.id, "chapter": last.number, "type": last.type, "prepared": last.prepared}
        self._telemetry.record("chapter_told", {**about, **figures})

    def _failed(self, adventure_id: str, problem: str) -> None:
        with self._database.writing() as session:
            adventure = adventures.get(session, adventure_id)
            if adventure.status == "writing":
                adventures.change(session, adventure.model_copy(update={"status": "failed", "problem": problem}))

    def _play(self, adventure_id: str, live: LiveEvents) -> None:
        from graphs.adventure.graph import going_on

        adventure = self.get(adventure_id, go_on=False)
        team = self._team(adventure, live, lambda text: live.said("tell", text), self._kept)
        graph = self._compiled()
        config = {"configurable": {"thread_id": adventure_id}}
        # A reader's choice wakes the graph where it waits; after a crash or a failure it opens the book anew.
        waiting = "wait" in graph.get_state(config).next
        chosen = adventure.last.chosen if adventure.last is not None else ""
        given: Any = going_on(chosen) if waiting and chosen else {"adventure": adventure}
        play(graph, given, team, live, config)

    def _kept(self, adventure: Adventure) -> Adventure:
        last = adventure.chapters[-1].model_copy(update={"written_at": now()})
        told = adventure.model_copy(update={"chapters": (*adventure.chapters[:-1], last)})
        with self._database.writing() as session:
            # Looks and pictures may have been noted while the chapter was told.
            present = adventures.get(session, told.id)
            looks = {**told.looks, **present.looks}
            chapters = (*present.chapters, last) if len(present.chapters) == len(told.chapters) - 1 else told.chapters
            told = told.model_copy(update={"looks": looks, "looks_read": present.looks_read, "chapters": chapters})
            return adventures.change(session, told)

    def _ahead_of(self, adventure: Adventure, plan: Any, live: LiveEvents) -> str:
        from graphs.adventure.telling import told

        team = self._team(adventure, live, lambda _: None, lambda one: one)
        narrator = team.agent("narrator").model_copy(update={"priority": "background"})
        team.agents = {**team.agents, "narrator": narrator}
        return told(adventure, plan, team, team.say)[0]

    def _team(
        self, adventure: Adventure, live: LiveEvents, say: Callable[[str], None], keep: Callable[[Adventure], Adventure]
    ) -> Any:
        from graphs.adventure.state import AdventureTeam

        setting, questions = self._of(adventure)
        return self._agents.team(
            "",
            live.cancelled,
            AdventureTeam,
            category=setting,
            questions=questions,
            say=say,
            begun=self._ahead.take,
            keep=keep,
            load=lambda: self.get(adventure.id, go_on=False),
        )

    def _compiled(self) -> Any:
        from graphs.adventure.state import STORED_VALUES

        with self._graph_lock:
            if self._graph is None:
                self._graph = compiled_graph("adventure", self._settings.checkpoint_path, STORED_VALUES)
            return self._graph

    @staticmethod
    def _result(adventure: Adventure) -> dict[str, Any]:
        return adventure.model_dump(mode="json")
