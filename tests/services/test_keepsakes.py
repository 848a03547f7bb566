"""An adventure to keep: a page and a book that other programs can open, with everything that was told."""

import io
import re
import zipfile
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.letters import Letters
from tests.services.test_adventure_pictures import begun
from tests.services.test_adventure_pictures import pictured as drawn
from tests.services.test_adventures import chosen
from workbench.compose import Workbench
from workbench.domain.adventures import Adventure, Chapter, choices_of, planned_types
from workbench.domain.adventures import Told as Answer
from workbench.errors import ImageFailed, NotFound
from workbench.services.keepsakes import FORMS, keepsake

XHTML, OPF = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}"
NASTY = 'A <b>bold</b> "fox" & 3 < 4 {{ 7 * 7 }}'


def adventure(text: str = "You went.\n\nYou came back.") -> Adventure:
    chapters = [
        Chapter(number=number, type=kind, title=f"Place {number}", text=f"{text} ({number})", line="It went on.")
        for number, kind in enumerate(planned_types(5), 1)
    ]
    choices = choices_of(1, ["Take the lamp", NASTY[:40], "Run"])
    chapters[0] = chapters[0].model_copy(update={"choices": choices, "chosen": "1b"})
    answer = Answer(
        question_id="q-1", question="How many?", answered="Two", correct=False, right="Three", explanation="Count them."
    )
    chapters[1] = chapters[1].model_copy(update={"told": answer})
    return Adventure(
        id="adventure_1",
        category="drowned-city",
        topic="animals",
        age=9,
        seed=1,
        words=80,
        planned=planned_types(5),
        chapters=tuple(chapters),
        goal="You want to find the bell.",
        looks={"fox": "tall and grey", "Nobody": "small"},
        updated_at="2026-01-02T03:04:05+00:00",
    )


def illustrated(text: str = "You went.\n\nYou came back.") -> Adventure:
    """With a picture for the choice that was made, the one that wasn't, and each chapter but the first."""
    plain = adventure(text)
    chapters = [one.model_copy(update={"image": f"scene-{one.number}"}) for one in plain.chapters]
    choices = tuple(one.model_copy(update={"image": f"choice-{one.id}"}) for one in chapters[0].choices)
    chapters[0] = chapters[0].model_copy(update={"image": "", "choices": choices})
    return plain.model_copy(update={"chapters": tuple(chapters)})


def pictured(file: str) -> bytes:
    """Something for each file; of chapter 3 the file is gone, that of chapter 4 is damaged."""
    if file == "scene-3":
        raise NotFound("There is no such picture.")
    if file == "scene-4":
        raise ImageFailed("The picture's file is damaged.")
    return b"\xff\xd8\xff" + file.encode()


class Words(HTMLParser):
    """The words of a page, and whether every element was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open = "", []
        self.pictures: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed at once."""
        if tag == "img":
            self.pictures.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_tells_all_of_it_and_needs_nothing_else() -> None:
    file = keepsake(adventure(NASTY), "The Drowned City", "Animals", "html")
    page = file.content.decode("utf-8")
    words = Words()
    words.feed(page)
    assert words.open == []
    for number in range(1, 6):
        assert f"{NASTY} ({number})" in words.text
    for told in (
        "The Drowned City",
        "How many?",
        "The answer is: Three",
        "Count them.",
        "Take the lamp",
        "tall and grey",
        '"Times New Roman"',
    ):
        assert told in words.text
    assert "Nobody" not in words.text
    assert not re.search(r"(?:src|href)=", page)


def test_each_chapter_has_its_picture_in_the_page_itself() -> None:
    page = keepsake(illustrated(), "The Drowned City", "Animals", "html", pictured).content.decode("utf-8")
    words = Words()
    words.feed(page)
    shown = []
    for one in words.pictures:
        kind, _, data = (one["src"] or "").partition(",")
        assert kind == "data:image/jpeg;base64"
        shown.append((one["alt"], b64decode(data)[3:].decode()))
    # At first what was chosen, in its words; what is gone or damaged is left out.
    assert shown == [(NASTY[:40], "choice-1b"), ("Place 2", "scene-2"), ("Place 5", "scene-5")]
    assert not re.search(r"""(?:src|href)=(?!"data:)""", page)
    assert "<img" not in keepsake(illustrated(), "The Drowned City", "Animals", "html").content.decode()


def test_a_choice_that_is_still_open_has_no_picture() -> None:
    told = illustrated()
    begun = told.model_copy(update={"chapters": (told.chapters[0].model_copy(update={"chosen": ""}),)})
    assert b"<img" not in keepsake(begun, "T", "Animals", "html", pictured).content


def test_the_book_has_its_pictures_as_files() -> None:
    archive = zipfile.ZipFile(io.BytesIO(keepsake(illustrated(), "T", "Animals", "epub", pictured).content))
    book = ElementTree.fromstring(archive.read("book/book.opf"))
    items = [one.attrib for one in book.iter(f"{OPF}item") if one.attrib["media-type"].startswith("image/")]
    assert [(one["id"], one["media-type"]) for one in items] == [(f"picture{at}", "image/jpeg") for at in (1, 2, 5)]
    stored = {name for name in archive.namelist() if name.endswith(".jpg")}
    assert stored == {f"book/{one['href']}" for one in items}
    assert archive.read("book/picture2.jpg") == pictured("scene-2")
    for number in range(1, 6):
        leaf = ElementTree.fromstring(archive.read(f"book/chapter{number}.xhtml"))
        shown = [(one.attrib["src"], one.attrib["alt"]) for one in leaf.iter(f"{XHTML}img")]
        alt = NASTY[:40] if number == 1 else f"Place {number}"
        assert shown == ([(f"picture{number}.jpg", alt)] if number in (1, 2, 5) else [])


def test_the_book_is_an_epub_whose_parts_are_all_there() -> None:
    file = keepsake(illustrated(NASTY), "The Drowned City", "Animals", "epub", pictured)
    archive = zipfile.ZipFile(io.BytesIO(file.content))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, archive.read(first)) == (
        "mimetype",
        zipfile.ZIP_STORED,
        b"application/epub+zip",
    )
    container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
    package = PurePosixPath(next(one.attrib["full-path"] for one in container.iter() if "full-path" in one.attrib))
    book = ElementTree.fromstring(archive.read(str(package)))
    items = {one.attrib["id"]: one.attrib for one in book.iter(f"{OPF}item")}
    # Each file is named in the manifest, once, and each that is named is there.
    content_files = {name for name in archive.namelist() if name not in ("mimetype", "META-INF/container.xml")}
    named = [str(package.parent / item["href"]) for item in items.values()]
    assert sorted(named) == sorted(content_files - {str(package)})
    for item in items.values():
        content = archive.read(str(package.parent / item["href"]))
        if item["media-type"] == "application/xhtml+xml":
            assert ElementTree.fromstring(content).tag == f"{XHTML}html"
    spine = [one.attrib["idref"] for one in book.iter(f"{OPF}itemref")]
    assert spine == ["title", *(f"chapter{number}" for number in range(1, 6)), "learned"]
    assert set(spine) <= set(items)
    nav = ElementTree.fromstring(archive.read(str(package.parent / items["nav"]["href"])))
    links = [one.attrib["href"] for one in nav.iter(f"{XHTML}a")]
    assert links == [items[name]["href"] for name in spine]
    chapter = "".join(ElementTree.fromstring(archive.read("book/chapter3.xhtml")).itertext())
    assert f"{NASTY} (3)" in chapter
    assert book.find(".//{http://purl.org/dc/elements/1.1/}title").text == "The Drowned City"  # type: ignore[union-attr]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_adventure_gives_the_same_file(form: str) -> None:
    first, second = (keepsake(illustrated(), "T", "Animals", form, pictured) for _ in range(2))  # type: ignore[arg-type]
    assert first == second


@pytest.fixture
def images(letters: Letters) -> Letters:
    """The app draws with it."""
    return letters


def test_a_reader_keeps_what_was_drawn(bench: Workbench) -> None:
    told = drawn(bench, chosen(bench, drawn(bench, begun(bench))))
    files = [next(one.image for one in told.chapters[0].choices if one.id == told.chapters[0].chosen)]
    files.append(told.chapters[1].image)
    assert all(files)
    archive = zipfile.ZipFile(io.BytesIO(bench.adventures.keepsake(told.id, "epub").content))
    for number, file in enumerate(files, 1):
        jpeg = archive.read(f"book/picture{number}.jpg")
        assert jpeg == bench.pictures.preview(file, for_page=True)
        with Image.open(io.BytesIO(jpeg)) as image:
            assert image.format == "JPEG"
            assert max(image.size) <= 800
    page = bench.adventures.keepsake(told.id, "html").content
    assert page.count(b"<img") == 2
    # A file that is gone takes nothing else with it.
    Path(bench.pictures.file(files[1])).unlink()
    assert bench.adventures.keepsake(told.id, "html").content.count(b"<img") == 1
