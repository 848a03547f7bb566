"""An adventure to keep: one page for the browser and the printer, or a book for readers of EPUB files.

An EPUB 3 is a zip archive of XHTML with a table of contents, so the standard library and templates suffice.
"""

import io
import logging
import zipfile
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import Environment, FileSystemLoader

from workbench.domain.adventures import Adventure, Chapter, minutes_spent, summed_up
from workbench.domain.model import Value
from workbench.errors import WorkbenchError

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).resolve().parents[2] / "assets" / "keepsake"
Form = Literal["html", "epub"]
FORMS: tuple[Form, ...] = get_args(Form)
MEDIA: dict[Form, str] = {"html": "text/html; charset=utf-8", "epub": "application/epub+zip"}
# A kept picture as JPEG, which all readers of EPUB files show, by its file's name.
Pictured = Callable[[str], bytes]


class Keepsake(Value):
    """A file to keep."""

    filename: str
    media_type: str
    content: bytes


def keepsake(adventure: Adventure, title: str, topic: str, form: Form, pictured: Pictured | None = None) -> Keepsake:
    """All that was told so far in one file, the same bytes each time; `topic` is the title of its lessons.

    A picture that `pictured` doesn't find, or can't read, is left out.
    """
    told = _told(adventure, title, topic)
    for chapter in told["chapters"]:
        jpeg = _jpeg(chapter.pop("file"), pictured)
        if jpeg is None:
            continue
        chapter["jpeg"] = jpeg
        # The page has to do alone; in a book a picture is a file beside the chapter.
        alone = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
        chapter["source"] = alone if form == "html" else f"picture{chapter['number']}.jpg"
    content = _book(told) if form == "epub" else _filled("page.html.jinja", style=_style(), **told).encode()
    return Keepsake(filename=f"{adventure.id}.{form}", media_type=MEDIA[form], content=content)


def _told(adventure: Adventure, title: str, topic: str) -> dict[str, Any]:
    figures = summed_up(adventure)["statistics"]
    minutes = minutes_spent(figures)
    long = f"{minutes} minutes" if minutes > 1 else "a minute"
    said = " ".join(chapter.text for chapter in adventure.chapters)
    changed = datetime.fromisoformat(adventure.updated_at) if adventure.updated_at else datetime(2000, 1, 1, tzinfo=UTC)
    return {
        "id": adventure.id,
        "title": title,
        "about": f"{adventure.goal} On the way: {topic[:1].lower()}{topic[1:]}.",
        "chapters": [_chapter(one) for one in adventure.chapters],
        "told": adventure.told,
        "looks": [(name, look) for name, look in adventure.looks.items() if name in said],
        "figures": f"{figures['chapters']} chapters, {figures['words']:,} words, about {long}.",
        "modified": changed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _jpeg(file: str, pictured: Pictured | None) -> bytes | None:
    if not file or pictured is None:
        return None
    try:
        return pictured(file)
    except WorkbenchError as error:
        logger.info("A page to keep goes without the picture %s: %s", file, error)
        return None


def _chapter(chapter: Chapter) -> dict[str, Any]:
    file, shows = chapter.image, chapter.title
    chosen = next((one for one in chapter.choices if one.id == chapter.chosen), None)
    if not file and chosen is not None:
        # The first chapter has no picture of its own, but its choices have: what was chosen stands there.
        file, shows = chosen.image, chosen.label
    return {
        "file": file,
        "shows": shows,
        "scene": bool(chapter.image),
        "number": chapter.number,
        "title": chapter.title,
        "paragraphs": [part for part in chapter.text.split("\n\n") if part.strip()],
        "choices": [(one.label, one.id == chapter.chosen) for one in chapter.choices],
    }


def _book(told: dict[str, Any]) -> bytes:
    leaves = [("title", told["title"])]
    leaves += [(f"chapter{one['number']}", f"{one['number']}. {one['title']}") for one in told["chapters"]]
    leaves.append(("learned", "What was learned"))
    files = {
        "META-INF/container.xml": (TEMPLATES / "container.xml").read_text("utf-8"),
        "book/book.opf": _filled("book.opf.jinja", leaves=leaves, **told),
        "book/nav.xhtml": _filled("nav.xhtml.jinja", leaves=leaves, **told),
        "book/book.css": _style(),
        "book/title.xhtml": _filled("leaf.xhtml.jinja", heading=told["title"], **told),
        "book/learned.xhtml": _filled("leaf.xhtml.jinja", heading="What was learned", last=True, **told),
    }
    for one in told["chapters"]:
        files[f"book/chapter{one['number']}.xhtml"] = _filled(
            "leaf.xhtml.jinja", heading=one["title"], chapter=one, **told
        )
    pictures = {f"book/{one['source']}": one["jpeg"] for one in told["chapters"] if "jpeg" in one}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        # Readers know the format by its first file, which must not be compressed.
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text, compress_type=zipfile.ZIP_DEFLATED)
        for name, jpeg in pictures.items():
            archive.writestr(zipfile.ZipInfo(name), jpeg)
    return made.getvalue()


def _style() -> str:
    return (TEMPLATES / "book.css").read_text("utf-8")


def _filled(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
