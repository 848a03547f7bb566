"""Drawing pictures of a story: asked for, drawn in parallel with reading, each kept as soon as it is there."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from workbench.domain.describing import figure_of
from workbench.domain.gallery import IllustrationOptions, Picture
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.pictures import (
    HEIGHT,
    PICTURE_KINDS,
    SEEDS,
    WIDTH,
    Composition,
    Drawn,
    Figure,
    PictureKind,
    PictureOrder,
    Scene,
)
from workbench.domain.portraying import named_in, own_seed
from workbench.domain.story import Passage
from workbench.errors import InvalidInput, NotFound
from workbench.ports import Combiner, ImageMaker
from workbench.services.checks import choice, id_field, mapping, model_field
from workbench.services.pictures import Pictures
from workbench.services.runs import LiveEvents
from workbench.services.streams import OneEach, Streams, play
from workbench.settings import Settings
from workbench.storage import lore, pictures, stories
from workbench.storage.database import Database, new_id
from workbench.telemetry import Telemetry

logger = logging.getLogger(__name__)

# A picture that fails is tried again after so many seconds each.
PAUSES = (0.5, 2.0)
# Lore of so many places says what a passage's place is.
PLACES = 3
BUSY = "This is being drawn already. Wait until it is there, or stop it."


class _There(NamedTuple):
    """What is true where a picture is drawn: after a passage, or before the first one."""

    entries: list[LoreEntry]
    notes: dict[str, NoteRevision]
    style: str
    world: str

    def about(self, entry: LoreEntry) -> str:
        """An entry as it stands there: its text, and what has become true of it."""
        note = self.notes.get(entry.id)
        return f"{entry.content} {note.note}" if note is not None else entry.content


class Illustration:
    """Pictures of passages. Each is kept as soon as it is drawn, whatever becomes of the others."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        maker: ImageMaker,
        combiner: Combiner,
        kept: Pictures,
        streams: Streams,
        telemetry: Telemetry,
    ) -> None:
        self._settings = settings
        self._database = database
        self._maker = maker
        self._combiner = combiner
        self._kept = kept
        self._telemetry = telemetry
        self._at_work = OneEach(streams, with_model=False)

    def begin(
        self,
        story_id: str,
        passage_id: str = "",
        kinds: list[str] | None = None,
        options: dict[str, Any] | None = None,
    ) -> LiveEvents:
        """Begin pictures of a passage, or of what was written last; returns at once, the events tell how it goes.

        The result is {status: completed or partial, pictures, notes}. Raises `InvalidInput`, `NotFound`, and `Conflict`
        while pictures of the same passage are being drawn.
        """
        story_id = id_field(story_id, "The story")
        wanted = _kinds(kinds)
        chosen = model_field(IllustrationOptions, mapping(options, "The options", longest=1000), "The options")
        passage = self._passage(story_id, passage_id)
        if chosen.style:
            self._kept.set_style(story_id, chosen.style)
        request, entry_id = self._request(story_id, passage, wanted, chosen)
        about = {"story_id": story_id, "passage_id": passage.id if passage else None, "entry_id": entry_id}
        return self._begun(passage.id if passage is not None else story_id, request, about)

    def again(self, picture_id: str, same_seed: bool = False) -> LiveEvents:
        """Draw a picture's scene again as a new one beside it, with another seed or the same.

        A person in it is drawn as they look now, and stays who they are: only a figure alone gets another face with
        another seed. Somebody whose sheet was deleted stands there as they did.
        """
        picture = self._kept.get(picture_id)
        seed = picture.seed if same_seed else random.randrange(SEEDS)
        scene, own, reference = picture.scene, self._figure_seed(picture), None
        if (person := self._who(picture)) is not None and scene.figure is not None:
            figure, own = person
            scene, reference = scene.model_copy(update={"figure": figure}), self._reference(picture.entry_id)
        if picture.kind == "character" and not same_seed:
            # The reference would only bring the old face back.
            own, reference = seed, None
        # A figure stands upright in its own picture: the order is that of the whole.
        size = max(picture.width, picture.height) // 8 * 8, min(picture.width, picture.height) // 8 * 8
        style = self._kept.style(picture.story_id) if picture.story_id else ""
        about = picture.model_dump(include={"story_id", "passage_id", "entry_id", "adventure_id", "chapter"})
        return self.draw_scene(picture.id, scene, style, (own, seed), size, about, picture.kind, reference)

    def _figure_seed(self, picture: Picture) -> int:
        """The seed that the figure in a picture was drawn with."""
        if picture.kind == "character":
            return picture.seed
        with self._database.reading() as session:
            halves = pictures.of_asking(session, picture.asking)
        return next((one.seed for one in halves if one.kind == "character"), own_seed(picture.asking))

    def _who(self, picture: Picture) -> tuple[Figure, int] | None:
        """How the person in a picture looks now, and their own seed; None where there is no such person any more."""
        if not picture.story_id or not picture.entry_id:
            return None
        passage = None
        if picture.passage_id:
            # A passage that was discarded since is still told of by its picture, but nothing hangs on it any more.
            with suppress(NotFound):
                passage = self._passage(picture.story_id, picture.passage_id)
        there = self._there(picture.story_id, passage or self._passage(picture.story_id, ""))
        person = next((one for one in there.entries if one.id == picture.entry_id), None)
        return self._figure(person, there, passage.text if passage else "") if person is not None else None

    def portray(self, story_id: str, entry_id: str, another: bool = False) -> LiveEvents:
        """Draw a character alone, from their sheet as it stands in a story; live under the entry's id. As `begin`.

        It has the portrait's seed and reference, so that it is the same face again, as long as the words tell of the
        same sort of person. The first such picture becomes the reference, whoever draws: the sheet has a face from then
        on, a diffusion model begins the pictures to come with it, and for the sketch maker, which goes by seed and
        words, it does no harm. With `another` the seed is a new one and there is no reference, which would only bring
        the old face back; nothing of that is kept but the picture, until `Pictures.set_portrait` is told its id and
        seed. A locked face isn't drawn otherwise: `Conflict`.
        """
        story_id = id_field(story_id, "The story")
        portrait = self._kept.portrait(entry_id)
        if another:
            self._kept.check_unlocked(portrait)
        there = self._there(story_id, self._passage(story_id, ""))
        person = self._person("", there.entries, portrait.entry_id)
        figure, seed = self._figure(person, there)
        seed = random.randrange(SEEDS) if another else seed
        request = self._of_scene(
            Scene(figure=figure),
            there.style,
            (seed, seed),
            (WIDTH, HEIGHT),
            "character",
            None if another else self._reference(portrait.entry_id),
        )

        def adopt(made: dict[str, Any]) -> None:
            for picture in made["pictures"]:
                self._kept.adopt(portrait.entry_id, picture["id"])

        about = {"story_id": story_id, "entry_id": portrait.entry_id}
        return self._begun(portrait.entry_id, request, about, None if another else adopt)

    def draw_scene(
        self,
        key: str,
        scene: Scene,
        style: str,
        seeds: tuple[int, int],
        size: tuple[int, int],
        about: Mapping[str, Any],
        kind: PictureKind,
        reference: bytes | None = None,
    ) -> LiveEvents:
        """Draw a scene that is known already. `seeds`: the figure's own, and the place's; `size` in pixels."""
        return self._begun(key, self._of_scene(scene, style, seeds, size, kind, reference), about)

    def live(self, key: str) -> LiveEvents | None:
        """What is being drawn of a passage, of a character or beside a picture, by its id, if anything."""
        return self._at_work.live(key)

    def cancel(self, key: str) -> bool:
        """Stop drawing; what is there stays. Whether there was anything to stop."""
        live = self._at_work.live(key)
        if live is not None:
            live.cancel()
        return live is not None

    def status(self) -> dict[str, Any]:
        """Who draws, and whether they can."""
        return {"maker": self._maker.maker, "model": self._maker.model, "status": self._maker.status()}

    # How it is done

    def _begun(
        self,
        key: str,
        request: Any,
        about: Mapping[str, Any],
        done: Callable[[dict[str, Any]], None] | None = None,
    ) -> LiveEvents:
        """Begin to draw; `done` is told the result before anybody else."""

        def work(live: LiveEvents) -> dict[str, Any]:
            made = self._drawn(request, about, live)
            if done is not None:
                done(made)
            return made

        with self._at_work.free(key, BUSY):
            return self._at_work.begin(key, work, name=f"pictures of {key}")

    @staticmethod
    def _of_scene(
        scene: Scene,
        style: str,
        seeds: tuple[int, int],
        size: tuple[int, int],
        kind: PictureKind,
        reference: bytes | None,
    ) -> Any:
        from graphs.illustration.state import IllustrationRequest

        return IllustrationRequest(
            passage="",
            kinds=(kind,),
            style=style,
            figure_seed=seeds[0],
            seed=seeds[1],
            width=size[0],
            height=size[1],
            reference=reference,
            scene=scene,
        )

    def _passage(self, story_id: str, passage_id: str) -> Passage | None:
        with self._database.reading() as session:
            view = stories.view(session, story_id)
            if passage_id:
                passage = stories.get_passage(session, id_field(passage_id, "The passage"))
                if passage.story_id != story_id:
                    raise InvalidInput(f"The passage {passage_id!r} belongs to another story.")
                return passage
        return view.latest

    def _request(
        self, story_id: str, passage: Passage | None, kinds: tuple[PictureKind, ...], chosen: IllustrationOptions
    ) -> tuple[Any, str | None]:
        """What is to be shown, from the passage and the lore that is true there; and whom it shows."""
        from graphs.illustration.state import IllustrationRequest

        there = self._there(story_id, passage)
        # Before the first chapter the world itself is the picture.
        text = passage.text if passage is not None else there.world
        person = self._person(text, there.entries, chosen.character_id)
        places = [there.about(entry) for entry in named_in(text, there.entries, "location")[:PLACES]]
        seed = random.randrange(SEEDS) if chosen.seed is None else chosen.seed
        figure, own = self._figure(person, there, text)
        figure_seed = own if person is not None else seed
        request = IllustrationRequest(
            passage=text,
            places=tuple(places),
            figure=figure,
            kinds=kinds,
            style=there.style,
            figure_seed=figure_seed,
            seed=seed,
            width=chosen.width,
            height=chosen.height,
            reference=self._reference(person.id if person is not None else None),
        )
        return request, person.id if person is not None else None

    def _there(self, story_id: str, passage: Passage | None) -> _There:
        with self._database.reading() as session:
            line = stories.line_ids(session, passage.id) if passage is not None else []
            world = stories.view(session, story_id).world
            return _There(
                entries=lore.story_entries(session, story_id, line=line),
                notes=lore.active_notes(session, story_id, line=line),
                style=pictures.style(session, story_id),
                world=f"{world.title}. {world.premise}",
            )

    def _figure(self, person: LoreEntry | None, there: _There, text: str = "") -> tuple[Figure, int]:
        """How somebody looks, and the seed that stays their own; of nobody known, whoever `text` tells of."""
        if person is None:
            return figure_of("", "", text), 0
        portrait = self._kept.portrait(person.id)
        look = portrait.look if portrait.locked else there.about(person)
        return figure_of(person.title, look, text), portrait.seed

    @staticmethod
    def _person(text: str, entries: list[LoreEntry], wanted: str) -> LoreEntry | None:
        if not wanted:
            return next(iter(named_in(text, entries, "character")), None)
        found = next((entry for entry in entries if entry.id == wanted and entry.kind == "character"), None)
        if found is None:
            raise InvalidInput(f"{wanted[:40]!r} is no character of this story. /list_lore gives the ids of those.")
        return found

    def _reference(self, entry_id: str | None) -> bytes | None:
        if entry_id is None:
            return None
        portrait = self._kept.portrait(entry_id)
        return self._kept.read(self._kept.get(portrait.picture_id)) if portrait.picture_id else None

    def _drawn(self, request: Any, about: Mapping[str, Any], live: LiveEvents) -> dict[str, Any]:
        from graphs.illustration.state import IllustrationTeam
        from graphs.registry import compiled

        asking, made_by = new_id("asking"), (self._maker.maker, self._maker.model)

        def draw(order: PictureOrder, over: Callable[[], bool], progress: Callable[[float], None]) -> Drawn:
            began = time.monotonic()
            drawn = self._maker.draw(order, over, progress)
            self._telemetry.record(
                "image_made",
                {"maker": made_by[0], "kind": order.kind, "seconds": round(time.monotonic() - began, 3)},
            )
            return drawn

        def combine(place: Drawn, figure: Drawn, composition: Composition) -> bytes:
            return self._combiner.combine(place.png, figure.png, composition, exact=figure.cut_out)

        def keep(kind: PictureKind, drawn: Drawn, order: PictureOrder) -> Picture:
            return self._kept.keep(kind, drawn, order, made_by, asking, about)

        team = IllustrationTeam(
            draw=draw,
            composition=self._combiner.composition,
            combine=combine,
            keep=keep,
            cancelled=live.cancelled,
            seconds=self._settings.image_seconds,
            pauses=PAUSES,
        )
        output = play(compiled("illustration"), {"request": request}, team, live)
        made = output.get("pictures", {})
        wanted = [kind for kind in PICTURE_KINDS if kind in request.kinds]
        return {
            "status": "completed" if all(kind in made for kind in wanted) else "partial",
            "pictures": [made[kind].model_dump(mode="json") for kind in wanted if kind in made],
            "notes": output.get("notes", []),
        }


def _kinds(kinds: list[str] | None) -> tuple[PictureKind, ...]:
    if kinds is None:
        return PICTURE_KINDS
    if not isinstance(kinds, list) or not kinds:
        raise InvalidInput(f"The kinds must be a list of some of these: {', '.join(PICTURE_KINDS)}.")
    wanted = {choice(kind, "A kind of picture", PICTURE_KINDS) for kind in kinds}
    return tuple(kind for kind in PICTURE_KINDS if kind in wanted)
