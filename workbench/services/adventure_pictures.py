"""Pictures of an adventure, drawn behind its reader: for each of the first choices, then a scene for each chapter.

What to draw follows from what is stored, so the queue carries ids only, and whatever a crash leaves is found again.
"""

import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.domain.adventures import Adventure, Chapter, Choice
from workbench.domain.categories import Agency, Category
from workbench.domain.describing import figure_of, scene_of, thing_of, told_shape
from workbench.domain.gallery import USUAL_STYLE
from workbench.domain.pictures import Figure, PictureKind, Scene
from workbench.domain.portraying import own_seed
from workbench.errors import NotFound, WorkbenchError
from workbench.services.illustration import Illustration
from workbench.services.pictures import Pictures
from workbench.services.runs import LiveEvents
from workbench.services.streams import OneEach, Streams
from workbench.storage import adventures, pictures
from workbench.storage.database import Database, new_id

logger = logging.getLogger(__name__)

# Sizes in pixels: a choice's figure stands beside its words, a chapter's scene below its text.
CHOICE, SCENE = (384, 256), (768, 432)
# Who draws more slowly than so many seconds draws nothing that may never be seen.
QUICK_S = 5.0
# What was left undrawn so long ago isn't taken up again by itself.
TAKEN_UP = timedelta(days=1)


class AdventurePictures:
    """Draws what chapters lack. A picture that can't be drawn is left out; the story goes on without it.

    `foreseen` gives the adventure as it will be after each choice whose chapter is told ahead.
    """

    def __init__(
        self,
        database: Database,
        illustration: Illustration,
        kept: Pictures,
        streams: Streams,
        category: Callable[[str], Category],
        foreseen: Callable[[Adventure], list[Adventure]],
    ) -> None:
        self._database = database
        self._illustration = illustration
        self._kept = kept
        self._category = category
        self._foreseen = foreseen
        self._at_work = OneEach(streams, with_model=False)
        # By adventure and chapter: what failed is tried again only for who asks for it.
        self._tried: set[tuple[str, int]] = set()
        self._seconds = 0.0

    def draw(self, adventure: Adventure, number: int = 0) -> LiveEvents | None:
        """Begin what the chapters lack, or the one of that number, without waiting; None where they lack nothing."""
        chapters = [one for one in self._lacking(adventure) if not number or one.number == number]
        if not chapters:
            return None
        if (live := self._at_work.live(adventure.id)) is not None:
            return live
        return self._at_work.begin(
            adventure.id, lambda live: self._drawn(adventure, chapters, live), name=f"pictures of {adventure.id}"
        )

    def draw_ahead(self, adventure: Adventure) -> LiveEvents | None:
        """Begin the pictures of the chapters that are told ahead, without waiting; None where there are none to draw.

        Of three only one will be seen: they are drawn only by who draws quickly.
        """
        key = _ahead(adventure.id)
        if self._seconds > QUICK_S or adventure.status != "reading" or self._at_work.live(key) is not None:
            return None
        if not (foreseen := self._foreseen(adventure)):
            return None
        return self._at_work.begin(key, lambda live: self._drawn_ahead(foreseen, live), name=f"pictures {key}")

    def work_off(self, adventure_id: str) -> None:
        """Draw what an adventure lacks, then what may come next. Returns when that is done; nobody need wait for it."""
        for begin in (self.draw, self.draw_ahead):
            try:
                with self._database.reading() as session:
                    adventure = adventures.get(session, adventure_id)
            except NotFound:
                # It was deleted since: it lacks nothing.
                return
            live = begin(adventure)
            for _event in live.follow() if live is not None else ():
                pass

    def due(self) -> list[str]:
        """The ids of adventures played lately whose pictures somebody began and nobody ended, as after a crash."""
        with self._database.reading() as session:
            lately = adventures.changed_since(session, (datetime.now(UTC) - TAKEN_UP).isoformat())
        return [one.id for one in lately if self._at_work.live(one.id) is None and self._lacking(one)]

    def live(self, adventure_id: str) -> LiveEvents | None:
        """What is being drawn for an adventure, if anything."""
        return self._at_work.live(adventure_id)

    def stop(self, adventure_id: str) -> None:
        """Draw nothing more of an adventure, and wait until nothing more is drawn."""
        for key in (adventure_id, _ahead(adventure_id)):
            if (live := self._at_work.live(key)) is not None:
                live.cancel()
                for _event in live.follow():
                    pass

    def stop_ahead(self, adventure_id: str) -> None:
        """Draw nothing more of what may come next: the reader has chosen."""
        if (live := self._at_work.live(_ahead(adventure_id))) is not None:
            live.cancel()

    def file_of(self, adventure_id: str, part: str) -> str:
        """The file of a chapter's picture (`part` is its number) or of a choice's (its id); waits while it is drawn.

        So a page can name the picture before there is one, and nothing on it has to change when it comes.
        Raises `NotFound` where there is no picture, and none to come.
        """
        # What is being drawn may be other chapters' pictures: then this one's turn is next.
        for _ in range(3):
            with self._database.reading() as session:
                adventure = adventures.get(session, adventure_id)
            if file := _found(adventure, part):
                return file
            chapter = next((one for one in adventure.chapters if part in _parts(one)), None)
            if chapter is None:
                break
            if (live := self._at_work.live(adventure_id)) is None:
                self._tried.discard((adventure.id, chapter.number))
                live = self.draw(adventure, chapter.number)
            if live is None:
                break
            for _event in live.follow():
                pass
        raise NotFound("There is no such picture of this adventure.")

    # How it is done

    def _lacking(self, adventure: Adventure) -> list[Chapter]:
        """The chapters without their pictures that weren't tried yet, the one that is read first."""
        return [
            one
            for one in reversed(adventure.chapters)
            if not any(_found(adventure, part) for part in _parts(one))
            and (adventure.id, one.number) not in self._tried
        ]

    def _drawn(self, adventure: Adventure, chapters: list[Chapter], live: LiveEvents) -> dict[str, Any]:
        category = self._category(adventure.category)
        for chapter in chapters:
            if live.cancelled():
                break
            image, of_choices = "", {}
            self._tried.add((adventure.id, chapter.number))
            try:
                if chapter.number == 1:
                    for choice in chapter.choices:
                        agency = next((one for one in category.agencies if one.label == choice.label), None)
                        if agency is not None and not live.cancelled():
                            of_choices[choice.id] = self._of_choice(adventure, choice, agency, live)
                else:
                    image = self._of_chapter(adventure, category, chapter, live)
            except WorkbenchError as error:
                logger.info("Chapter %s of %s has no picture: %s", chapter.number, adventure.id, error)
            with self._database.writing() as session:
                present = adventures.note_images(session, adventure.id, chapter.number, image, of_choices)
            self._thrown_away(present)
        return {"chapters": [one.number for one in chapters]}

    def _drawn_ahead(self, foreseen: list[Adventure], live: LiveEvents) -> dict[str, Any]:
        count = 0
        for adventure in foreseen:
            chapter = adventure.chapters[-1]
            if live.cancelled():
                break
            try:
                self._of_chapter(adventure, self._category(adventure.category), chapter, live)
                count += 1
            except WorkbenchError as error:
                logger.info("A picture that may come next in %s isn't drawn: %s", adventure.id, error)
        return {"drawn": count}

    def _thrown_away(self, adventure: Adventure) -> None:
        """Pictures of chapters gone by that nobody sees: of what wasn't chosen, and the parts of those put together."""
        shown = {one.image for one in adventure.chapters}
        shown |= {choice.image for one in adventure.chapters for choice in one.choices}
        with self._database.reading() as session:
            there = pictures.of_adventure(session, adventure.id)
        for one in there:
            if one.file not in shown and (one.chapter or 0) < len(adventure.chapters):
                self._kept.delete(one.id)

    def _of_choice(self, adventure: Adventure, choice: Choice, agency: Agency, live: LiveEvents) -> str:
        """Somebody who comes along, a thing, or a child in a role or with what nobody can picture."""
        # A figure alone is seen best in plain light, whatever the hour is where the story goes.
        where = Scene(daytime="day", mood="joyful")
        if agency.thing is not None:
            figure = thing_of(agency.name, agency.thing, agency.look, agency.mark)
        elif agency.kind == "companion" and told_shape(agency.name, agency.look) is not None:
            figure = figure_of(agency.name, agency.look)
        else:
            child: Any = random.Random(adventure.seed).choice(("girl", "boy"))
            figure = figure_of("", f"{agency.name}. {agency.look}").model_copy(update={"shape": child})
        scene = where.model_copy(update={"figure": figure})
        return self._picture(adventure, 1, scene, f"{adventure.id} {choice.id}", CHOICE, "character", live)

    def _of_chapter(self, adventure: Adventure, category: Category, chapter: Chapter, live: LiveEvents) -> str:
        """Where the chapter takes place, with whom it names, as they are known to look."""
        place = next((one for one in category.places if one.name == chapter.title), None)
        about = [f"{place.name}. {place.about}"] if place is not None else []
        scene: Scene = scene_of(chapter.text, [*about, category.about], self._who(adventure, chapter))
        if place is not None and place.scene is not None:
            # What a small model tells of a place may be told of anywhere.
            scene = scene.model_copy(update={"place": place.scene})
        key = f"{adventure.id} {chapter.number}"
        return self._drawn_before(adventure.id, chapter.number, scene, own_seed(key)) or self._picture(
            adventure, chapter.number, scene, key, SCENE, "combined", live
        )

    def _drawn_before(self, adventure_id: str, number: int, scene: Scene, seed: int) -> str:
        """The file of a picture of that very scene that was drawn ahead, or before a crash; "" where there is none."""
        by = self._illustration.status()
        wanted: dict[str, Any] = {
            "chapter": number,
            "kind": "combined",
            "seed": seed,
            "maker": by["maker"],
            "model": by["model"],
            # What was read of a text says more than what is kept of it.
            "scene": scene.model_dump(mode="json", include=set(Scene.model_fields)),
        }
        with self._database.reading() as session:
            there = pictures.of_adventure(session, adventure_id)
        return next((one.file for one in there if wanted.items() <= one.model_dump(mode="json").items()), "")

    @staticmethod
    def _who(adventure: Adventure, chapter: Chapter) -> Figure | None:
        # Who looks like nothing that is known isn't there: anybody else in their place would be wrong.
        named = [
            name
            for name, look in adventure.looks.items()
            if name in chapter.text and told_shape(name, look) is not None
        ]
        # Whoever came along is there, named or not; a thing that was taken along isn't somebody.
        name = next((one for one in named if one != adventure.agency), named[0] if named else "")
        return figure_of(name, adventure.looks[name], chapter.text) if name else None

    def _picture(
        self,
        adventure: Adventure,
        number: int,
        scene: Scene,
        key: str,
        size: tuple[int, int],
        kind: PictureKind,
        live: LiveEvents,
    ) -> str:
        """Draw one, as part of `live`; its file, "" where it couldn't be drawn."""
        figure = scene.figure.name if scene.figure is not None else ""
        # Whoever has a name looks the same in each picture; the others needn't be one and the same child.
        seeds = own_seed(f"{adventure.id} {figure or key}"), own_seed(key)
        about = {"adventure_id": adventure.id, "chapter": number}
        began, made = time.monotonic(), ""
        # What is drawn ahead may be wanted while it is being drawn, and wanted otherwise: each asking is its own.
        drawing = self._illustration.draw_scene(new_id("asking"), scene, USUAL_STYLE, seeds, size, about, kind)
        for event in drawing.follow():
            if live.cancelled():
                drawing.cancel()
            if event.event == "result" and event.data:
                made = next((str(one["file"]) for one in event.data["pictures"] if one["kind"] == kind), "")
        self._seconds = time.monotonic() - began
        return made


def _ahead(adventure_id: str) -> str:
    return f"ahead of {adventure_id}"


def _parts(chapter: Chapter) -> list[str]:
    """What of a chapter has a picture: the choices of the first, each later one itself."""
    return [one.id for one in chapter.choices] if chapter.number == 1 else [str(chapter.number)]


def _found(adventure: Adventure, part: str) -> str:
    """The file of a part's picture, "" while there is none."""
    for chapter in adventure.chapters:
        if part == str(chapter.number):
            return chapter.image
        for choice in chapter.choices:
            if part == choice.id:
                return choice.image
    return ""
