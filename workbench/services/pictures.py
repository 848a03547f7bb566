"""The pictures that there are: kept with what they were drawn from, shown, deleted; and how characters look in them."""

from collections.abc import Mapping
from typing import Any

from workbench.domain.gallery import Picture, Portrait
from workbench.domain.lore import LoreEntry
from workbench.domain.pictures import Drawn, PictureKind, PictureOrder, Scene
from workbench.domain.portraying import own_seed
from workbench.errors import Conflict, InvalidInput, NotFound
from workbench.ports import PictureShelf
from workbench.services.checks import id_field, mapping, model_field, text_field
from workbench.settings import Settings
from workbench.storage import lore, pictures, stories
from workbench.storage.database import Database, new_id, now

STYLE_CHARS = 200
PORTRAIT_FIELDS = ("look", "seed", "locked", "picture_id")


class Pictures:
    """Rows in the database, files on the shelf. A row is stored after its file: no picture is ever half there."""

    def __init__(self, settings: Settings, database: Database, shelf: PictureShelf) -> None:
        self._settings = settings
        self._database = database
        self._shelf = shelf

    def keep(
        self,
        kind: PictureKind,
        drawn: Drawn,
        order: PictureOrder,
        made_by: tuple[str, str],
        asking: str,
        about: Mapping[str, Any],
    ) -> Picture:
        """Keep a picture: its file with the order in its text chunks, then its row.

        `made_by` is maker and model, `about` what it belongs to: story_id, passage_id, entry_id, adventure_id, chapter.
        """
        parameters = {
            "prompt": order.prompt,
            "negative_prompt": order.negative_prompt,
            "seed": order.seed,
            "width": drawn.width,
            "height": drawn.height,
            "maker": made_by[0],
            "model": made_by[1],
            "kind": kind,
            "scene": order.scene.model_dump(mode="json"),
            "created_at": now(),
        }
        picture = Picture(
            id=new_id("picture"),
            kind=kind,
            asking=asking,
            file=self._shelf.keep(drawn.png, parameters),
            width=drawn.width,
            height=drawn.height,
            prompt=order.prompt,
            negative_prompt=order.negative_prompt,
            seed=order.seed,
            maker=made_by[0],
            model=made_by[1],
            scene=order.scene,
            **about,
        )
        with self._database.writing() as session:
            return pictures.add(session, picture)

    def gallery(self, story_id: str) -> list[Picture]:
        """The pictures of a story, the newest first."""
        story_id = id_field(story_id, "The story")
        with self._database.reading() as session:
            stories.get_story(session, story_id)
            return pictures.of_story(session, story_id)

    def get(self, picture_id: str) -> Picture:
        """The picture of that id, or `NotFound`."""
        with self._database.reading() as session:
            return pictures.get(session, id_field(picture_id, "The picture"))

    def read(self, picture: Picture) -> bytes:
        """A picture's file as PNG. Raises `NotFound` where it is gone."""
        return self._shelf.read(picture.file)

    def file(self, name: str) -> str:
        """Where the file of that name lies. Raises `NotFound` for anything but the name of a kept picture."""
        path = self._shelf.path(name)
        if not path.is_file():
            raise NotFound("There is no such picture any more. /gallery names those of a story.")
        return str(path)

    def preview(self, name: str, *, for_page: bool = False) -> bytes:
        """A picture made small: a WebP for a wall of pictures, or a larger JPEG for a page to keep.

        Raises `NotFound` for anything but the name of a kept picture, and `ImageFailed` where its file is damaged.
        """
        return self._shelf.preview(name, for_page=for_page)

    def delete(self, picture_id: str) -> Picture:
        """Delete a picture, with its file where no other picture has it."""
        with self._database.writing() as session:
            picture, alone = pictures.remove(session, id_field(picture_id, "The picture"))
        if alone:
            self._shelf.forget(picture.file)
        return picture

    def forget(self, adventure_id: str) -> None:
        """Delete all pictures of an adventure."""
        with self._database.reading() as session:
            there = pictures.of_adventure(session, adventure_id)
        for one in there:
            self.delete(one.id)

    def cover(self, story_id: str) -> Picture | None:
        """The picture that a story has as its cover."""
        with self._database.reading() as session:
            return pictures.cover(session, id_field(story_id, "The story"))

    def set_cover(self, picture_id: str, is_cover: bool = True) -> Picture:
        """Make a picture its story's cover, in the place of another one; with False the story has none then."""
        if not isinstance(is_cover, bool):
            raise InvalidInput("Whether it is the cover must be true or false.")
        with self._database.writing() as session:
            return pictures.set_cover(session, id_field(picture_id, "The picture"), is_cover)

    def style(self, story_id: str) -> str:
        """The style of a story's pictures, in words."""
        with self._database.reading() as session:
            return pictures.style(session, id_field(story_id, "The story"))

    def set_style(self, story_id: str, style: str) -> str:
        """Choose the style of a story's pictures from now on."""
        style = text_field(style, "The style", longest=STYLE_CHARS, required=True)
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            pictures.set_style(session, story.id, style)
        return style

    # How a character looks

    def portrait(self, entry_id: str) -> Portrait:
        """How a character looks in pictures; before anything was chosen, what the lore says of them."""
        entry = self._character(entry_id)
        with self._database.reading() as session:
            kept = pictures.portrait(session, entry.id)
        if kept is None:
            return Portrait(entry_id=entry.id, seed=own_seed(entry.id), look=entry.content)
        return kept if kept.locked else kept.model_copy(update={"look": entry.content})

    def set_portrait(self, entry_id: str, changes: dict[str, Any]) -> Portrait:
        """Change how a character looks: seed, picture_id (the reference, "" for none), locked, and with it look.

        A look that isn't locked is read from the lore for each picture. A locked portrait keeps its face: another one
        is a `Conflict`, until it is unlocked or its reference is forgotten.
        """
        portrait = self.portrait(entry_id)
        given = mapping(changes, "The portrait", longest=self._settings.max_text_chars)
        if unknown := sorted(set(given) - set(PORTRAIT_FIELDS)):
            raise InvalidInput(f"A portrait has no {unknown[0]!r}. It has: {', '.join(PORTRAIT_FIELDS)}.")
        other = self.get(str(given["picture_id"])) if given.get("picture_id") else None
        changed = model_field(Portrait, {**portrait.model_dump(), **given}, "The portrait")
        stays = changed.seed == portrait.seed and (other is None or self._same_face(portrait, other))
        if changed.locked and changed.picture_id and not stays:
            self.check_unlocked(portrait)
        changed = changed.model_copy(update={"picture_id": changed.picture_id or None})
        with self._database.writing() as session:
            return pictures.keep_portrait(session, changed)

    def upload_portrait(self, story_id: str, entry_id: str, data: bytes) -> Portrait:
        """A picture from outside as a character's reference; it is decoded and encoded anew.

        Raises `InvalidInput` for what is no picture, or too large a one, and `Conflict` where the face is locked.
        """
        portrait = self.portrait(entry_id)
        self.check_unlocked(portrait)
        with self._database.reading() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
        png, width, height = self._shelf.uploaded(data)
        order = PictureOrder(kind="character", scene=Scene(), prompt=portrait.look[:500], seed=portrait.seed)
        drawn = Drawn(png=png, width=width, height=height)
        about = {"story_id": story.id, "entry_id": portrait.entry_id}
        picture = self.keep("character", drawn, order, ("upload", ""), new_id("asking"), about)
        with self._database.writing() as session:
            return pictures.keep_portrait(session, portrait.model_copy(update={"picture_id": picture.id}))

    def adopt(self, entry_id: str, picture_id: str) -> None:
        """Make a picture that was drawn of a character their reference, if they have none yet."""
        with self._database.writing() as session:
            kept = pictures.portrait(session, entry_id)
            if kept is None:
                kept = Portrait(entry_id=entry_id, seed=own_seed(entry_id))
            if kept.picture_id is None:
                pictures.keep_portrait(session, kept.model_copy(update={"picture_id": picture_id}))

    def check_unlocked(self, portrait: Portrait) -> None:
        """Raises `Conflict` where a character has a face that is locked; the locked words alone are no face."""
        if portrait.locked and portrait.picture_id:
            title = self._character(portrait.entry_id).title
            raise Conflict(
                f"“{title}” keeps this look: it is locked. Take the tick from “Keep this look” (locked: false) or "
                "forget the picture; then they can have another face."
            )

    def _same_face(self, portrait: Portrait, other: Picture) -> bool:
        """Whether a picture shows a portrait's face: the reference itself, or one drawn by the same seed."""
        if portrait.picture_id in (None, other.id):
            return True
        present = self.get(portrait.picture_id)
        drawn = "upload" not in (present.maker, other.maker)
        return drawn and (present.entry_id, present.seed) == (other.entry_id, other.seed)

    def _character(self, entry_id: str) -> LoreEntry:
        with self._database.reading() as session:
            entry = lore.get_entry(session, id_field(entry_id, "The character"))
        if entry.kind != "character":
            raise InvalidInput(f"“{entry.title}” is no character, and has no portrait. Choose a character of the lore.")
        return entry
