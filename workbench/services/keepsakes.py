"""An adventure to keep: one page for the browser and the printer, or a book for readers of EPUB files.

An EPUB 3 is a zip archive of XHTML with a table of contents, so the standard library and templates suffice.
"""

import io
import zipfile
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import Environment, FileSystemLoader

from workbench.domain.adventures import Adventure, Chapter, minutes_spent, summed_up
from workbench.domain.model import Value

TEMPLATES = Path(__file__).resolve().parents[2] / "assets" / "keepsake"
Form = Literal["html", "epub"]
FORMS: tuple[Form, ...] = get_args(Form)
MEDIA: dict[Form, str] = {"html": "text/html; charset=utf-8", "epub": "application/epub+zip"}


class Keepsake(Value):
    """A file to keep."""

    filename: str
    media_type: str
    content: bytes


def keepsake(adventure: Adventure, title: str, topic: str, form: Form) -> Keepsake:
    """All that was told so far in one file, the same bytes each time; `topic` is the title of its lessons."""
    told = _told(adventure, title, topic)
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


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
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
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        # Readers know the format by its first file, which must not be compressed.
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text, compress_type=zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _style() -> str:
    return (TEMPLATES / "book.css").read_text("utf-8")


def _filled(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
