"""Pictures of an adventure, drawn behind its reader: for each of the first choices, then a scene for each chapter."""

import logging
import random
from collections.abc import Callable
from typing import Any

from workbench.domain.adventures import Adventure, Chapter, Choice
from workbench.domain.categories import Agency, Category
from workbench.domain.describing import figure_of, scene_of
from workbench.domain.gallery import USUAL_STYLE
from workbench.domain.pictures import Figure, PictureKind, Scene
from workbench.domain.portraying import own_seed
from workbench.errors import NotFound, WorkbenchError
from workbench.services.illustration import Illustration
from workbench.services.runs import LiveEvents
from workbench.services.streams import OneEach, Streams
from workbench.storage import adventures
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# Sizes in pixels: a choice's figure stands beside its words, a chapter's scene below its text.
CHOICE, SCENE = (384, 256), (768, 432)


class AdventurePictures:
    """Draws what a chapter lacks. A picture that can't be drawn is left out; the story goes on without it."""

    def __init__(
        self, database: Database, illustration: Illustration, streams: Streams, category: Callable[[str], Category]
    ) -> None:
        self._database = database
        self._illustration = illustration
        self._category = category
        self._at_work = OneEach(streams)

    def draw(self, adventure: Adventure) -> LiveEvents | None:
        """Begin what the last chapter lacks, without waiting; None where it lacks nothing."""
        last = adventure.last
        if last is None or last.image or any(one.image for one in last.choices):
            return None
        if (live := self._at_work.live(adventure.id)) is not None:
            return live
        return self._at_work.begin(
            adventure.id, lambda live: self._drawn(adventure, last, live), name=f"pictures of {adventure.id}"
        )

    def live(self, adventure_id: str) -> LiveEvents | None:
        """What is being drawn for an adventure, if anything."""
        return self._at_work.live(adventure_id)

    def file_of(self, adventure_id: str, part: str) -> str:
        """The file of a chapter's picture (`part` is its number) or of a choice's (its id); waits while it is drawn.

        So a page can name the picture before there is one, and nothing on it has to change when it comes.
        Raises `NotFound` where there is no picture, and none to come.
        """
        for _ in range(2):
            with self._database.reading() as session:
                adventure = adventures.get(session, adventure_id)
            if file := _found(adventure, part):
                return file
            last = adventure.last
            here = last is not None and part in (str(last.number), *(one.id for one in last.choices))
            live = self._at_work.live(adventure_id) or (self.draw(adventure) if here else None)
            if live is None:
                break
            for _event in live.follow():
                pass
        raise NotFound("There is no such picture of this adventure.")

    def _drawn(self, adventure: Adventure, chapter: Chapter, live: LiveEvents) -> dict[str, Any]:
        category = self._category(adventure.category)
        image, of_choices = "", {}
        try:
            if chapter.number == 1:
                for choice in chapter.choices:
                    agency = next((one for one in category.agencies if one.label == choice.label), None)
                    if agency is not None and not live.cancelled():
                        of_choices[choice.id] = self._of_choice(adventure, choice, agency)
            else:
                image = self._of_chapter(adventure, category, chapter)
        except WorkbenchError as error:
            logger.info("Chapter %s of %s has no picture: %s", chapter.number, adventure.id, error)
        with self._database.writing() as session:
            adventures.note_images(session, adventure.id, chapter.number, image, of_choices)
        return {"chapter": chapter.number}

    def _of_choice(self, adventure: Adventure, choice: Choice, agency: Agency) -> str:
        """Somebody who comes along, or a child with what is offered."""
        # A figure alone is seen best in plain light, whatever the hour is where the story goes.
        where = Scene(daytime="day", mood="joyful")
        if agency.kind == "companion":
            figure = figure_of(agency.name, agency.look)
        else:
            child: Any = random.Random(adventure.seed).choice(("girl", "boy"))
            figure = figure_of("", f"{agency.name}. {agency.look}").model_copy(update={"shape": child})
        scene = where.model_copy(update={"figure": figure})
        return self._picture(adventure, 1, scene, f"{adventure.id} {choice.id}", CHOICE, "character")

    def _of_chapter(self, adventure: Adventure, category: Category, chapter: Chapter) -> str:
        """Where the chapter takes place, with whom it names, as they are known to look."""
        place = next((one for one in category.places if one.name == chapter.title), None)
        about = [f"{place.name}. {place.about}"] if place is not None else []
        scene = scene_of(chapter.text, [*about, category.about], self._who(adventure, chapter))
        return self._picture(adventure, chapter.number, scene, f"{adventure.id} {chapter.number}", SCENE, "combined")

    @staticmethod
    def _who(adventure: Adventure, chapter: Chapter) -> Figure | None:
        named = [name for name in adventure.looks if name in chapter.text]
        # Whoever came along is there, named or not; a thing that was taken along isn't somebody.
        name = next((one for one in named if one != adventure.agency), named[0] if named else "")
        return figure_of(name, adventure.looks[name], chapter.text) if name else None

    def _picture(
        self, adventure: Adventure, number: int, scene: Scene, key: str, size: tuple[int, int], kind: PictureKind
    ) -> str:
        figure = scene.figure.name if scene.figure is not None else ""
        # Whoever has a name looks the same in each picture; the others needn't be one and the same child.
        seeds = own_seed(f"{adventure.id} {figure or key}"), own_seed(key)
        about = {"adventure_id": adventure.id, "chapter": number}
        live = self._illustration.draw_scene(key, scene, USUAL_STYLE, seeds, size, about, kind)
        for event in live.follow():
            if event.event == "result" and event.data:
                made = [one for one in event.data["pictures"] if one["kind"] == kind]
                return str(made[0]["file"]) if made else ""
        return ""


def _found(adventure: Adventure, part: str) -> str:
    """The file of a part's picture, "" while there is none."""
    for chapter in adventure.chapters:
        if part == str(chapter.number):
            return chapter.image
        for choice in chapter.choices:
            if part == choice.id:
                return choice.image
    return ""
