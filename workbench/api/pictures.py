"""Pictures of stories: asked for, looked at, drawn again; and how characters look in them."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from workbench.api.area import Area
from workbench.api.values import plain, streamed
from workbench.domain.gallery import Picture
from workbench.domain.pictures import PICTURE_KINDS
from workbench.errors import InvalidInput
from workbench.services.checks import text_field
from workbench.services.runs import LiveEvents

ALL_KINDS = list(PICTURE_KINDS)
# Base64 takes four letters for three bytes.
UPLOAD_CHARS = 16_000_000


class PictureEndpoints(Area):
    """Pictures of stories: asked for, looked at, drawn again; and how characters look in them."""

    def illustrate(
        self, story_id: str, passage_id: str = "", kinds: list = ALL_KINDS, options: dict | None = None
    ) -> Iterator[dict]:
        """Draw pictures of a passage, or of what was written last: kinds are character, background, combined.

        Options: character_id, width, height, seed, style. Streams status and result events; the result is
        {status completed or partial, images, notes}.
        """
        yield from self._drawn(self._bench.illustration.begin(story_id, passage_id, kinds, options))

    def gallery(self, story_id: str) -> list:
        """The pictures of a story, the newest first."""
        return [self._values(one) for one in self._bench.pictures.gallery(story_id)]

    def redraw_picture(self, picture_id: str, same_seed: bool = False) -> Iterator[dict]:
        """Draw a picture's scene again as a new picture, with another seed or the same one. Streams as /illustrate."""
        yield from self._drawn(self._bench.illustration.again(picture_id, same_seed))

    def draw_portrait(self, story_id: str, entry_id: str, another: bool = False) -> Iterator[dict]:
        """Draw a character alone, from their sheet as it stands in a story. Streams as /illustrate.

        It is the same face each time, and the first picture becomes the reference; with another it is a new face, which
        /set_portrait keeps when it is told the picture's id and seed.
        """
        yield from self._drawn(self._bench.illustration.portray(story_id, entry_id, another))

    def stop_pictures(self, key: str) -> dict:
        """Stop drawing pictures of a passage, of a character, or of a picture drawn again; what is there stays."""
        return {"stopped": self._bench.illustration.cancel(text_field(key, "The id", longest=200))}

    def delete_picture(self, picture_id: str) -> dict:
        """Delete a picture, with its file where no other picture has it."""
        return {"deleted": self._bench.pictures.delete(picture_id).id}

    def set_cover(self, picture_id: str, cover: bool = True) -> dict:
        """Make a picture its story's cover; with cover false the story has none then."""
        return self._values(self._bench.pictures.set_cover(picture_id, cover))

    def set_picture_style(self, story_id: str, style: str) -> dict:
        """Choose the style of a story's pictures from now on, in a few words."""
        return {"style": self._bench.pictures.set_style(story_id, style)}

    def get_portrait(self, entry_id: str) -> dict:
        """How a character looks in pictures: seed, look, reference picture, and whether the look is locked."""
        return plain(self._bench.pictures.portrait(entry_id))

    def set_portrait(self, entry_id: str, changes: dict) -> dict:
        """Change how a character looks: seed, picture_id (the reference, "" for none), locked, look."""
        return plain(self._bench.pictures.set_portrait(entry_id, changes))

    def upload_portrait(self, story_id: str, entry_id: str, image: str) -> dict:
        """A picture of your own (PNG, JPEG, WebP or GIF, in base64) as a character's reference."""
        text = text_field(image, "The picture", longest=UPLOAD_CHARS, required=True)
        try:
            data = base64.b64decode(text.partition(",")[2] if text.startswith("data:") else text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidInput("The picture must be the bytes of a picture file in base64.") from error
        return plain(self._bench.pictures.upload_portrait(story_id, entry_id, data))

    def _drawn(self, live: LiveEvents) -> Iterator[dict]:
        def drawn(data: dict) -> dict:
            images = [self._values(Picture.model_validate(one)) for one in data["pictures"]]
            return {"status": data["status"], "images": images, "notes": data["notes"]}

        yield from streamed(live.follow(), drawn)

    def _values(self, picture: Picture) -> dict[str, Any]:
        """A picture as clients get it.

        `path` is a file as Gradio writes it: its own clients fetch it, and give the path of the copy in its place.
        """
        url = f"/pictures/{picture.file}"
        return {
            **picture.model_dump(mode="json", exclude={"file"}),
            "path": {
                "path": self._bench.pictures.file(picture.file),
                "url": url,
                "orig_name": f"{picture.kind}.png",
                "mime_type": "image/png",
                "meta": {"_type": "gradio.FileData"},
            },
            "url": url,
        }
