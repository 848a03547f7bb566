"""Drawing pictures of a story: asked for, drawn in parallel with reading, each kept as soon as it is there."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from workbench.domain.describing import figure_of
from workbench.domain.gallery import IllustrationOptions, Picture
from workbench.domain.lore import LoreEntry
from workbench.domain.pictures import PICTURE_KINDS, SEEDS, Composition, Drawn, PictureKind, PictureOrder, Scene
from workbench.domain.portraying import named_in, own_seed
from workbench.domain.story import Passage
from workbench.errors import InvalidInput
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
        self._at_work = OneEach(streams)

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

        A person in it stays who they are; only what is around them is another.
        """
        picture = self._kept.get(picture_id)
        seed = picture.seed if same_seed else random.randrange(SEEDS)
        own = seed if picture.kind == "character" else own_seed(picture.entry_id or picture.asking)
        # A figure stands upright in its own picture: the order is that of the whole.
        size = max(picture.width, picture.height) // 8 * 8, min(picture.width, picture.height) // 8 * 8
        style = self._kept.style(picture.story_id) if picture.story_id else ""
        about = picture.model_dump(include={"story_id", "passage_id", "entry_id", "adventure_id", "chapter"})
        reference = self._reference(picture.entry_id)
        return self.draw_scene(picture.id, picture.scene, style, (own, seed), size, about, picture.kind, reference)

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
        from graphs.illustration.state import IllustrationRequest

        request = IllustrationRequest(
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
        return self._begun(key, request, about)

    def live(self, key: str) -> LiveEvents | None:
        """What is being drawn of a passage or beside a picture, by its id, if anything."""
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

    def _begun(self, key: str, request: Any, about: Mapping[str, Any]) -> LiveEvents:
        with self._at_work.free(key, BUSY):
            return self._at_work.begin(key, lambda live: self._drawn(request, about, live), name=f"pictures of {key}")

    def _passage(self, story_id: str, passage_id: str) -> Passage | None:
        with self._database.reading() as session:
            view = stories.view(session, story_id)
            if passage_id:
                passage = stories.get_passage(session, id_field(passage_id, "The passage"))
                if passage.story_id != story_id:
                    raise InvalidInput(f"The passage {passage_id!r} belongs to another story.")
                return passage
        told = [*view.passages, *view.drafts]
        return told[-1] if told else None

    def _request(
        self, story_id: str, passage: Passage | None, kinds: tuple[PictureKind, ...], chosen: IllustrationOptions
    ) -> tuple[Any, str | None]:
        """What is to be shown, from the passage and the lore that is true there; and whom it shows."""
        from graphs.illustration.state import IllustrationRequest

        with self._database.reading() as session:
            line = stories.line_ids(session, passage.id) if passage is not None else []
            entries = lore.story_entries(session, story_id, line=line)
            notes = lore.active_notes(session, story_id, line=line)
            world = stories.view(session, story_id).world
            style = pictures.style(session, story_id)
        # Before the first chapter the world itself is the picture.
        text = passage.text if passage is not None else f"{world.title}. {world.premise}"

        def about(entry: LoreEntry) -> str:
            note = notes.get(entry.id)
            return f"{entry.content} {note.note}" if note is not None else entry.content

        person = self._person(text, entries, chosen.character_id)
        places = [about(entry) for entry in named_in(text, entries, "location")[:PLACES]]
        seed = random.randrange(SEEDS) if chosen.seed is None else chosen.seed
        if person is not None:
            portrait = self._kept.portrait(person.id)
            look = portrait.look if portrait.locked else about(person)
            figure, figure_seed = figure_of(person.title, look, text), portrait.seed
        else:
            figure, figure_seed = figure_of("", "", text), seed
        request = IllustrationRequest(
            passage=text,
            places=tuple(places),
            figure=figure,
            kinds=kinds,
            style=style,
            figure_seed=figure_seed,
            seed=seed,
            width=chosen.width,
            height=chosen.height,
            reference=self._reference(person.id if person is not None else None),
        )
        return request, person.id if person is not None else None

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
