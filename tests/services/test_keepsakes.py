"""An adventure to keep: a page and a book that other programs can open, with everything that was told."""

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import PurePosixPath
from xml.etree import ElementTree

import pytest

from workbench.domain.adventures import Adventure, Chapter, choices_of, planned_types
from workbench.domain.adventures import Told as Answer
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


class Words(HTMLParser):
    """The words of a page, and whether every element was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open = "", []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Closed at once."""

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


def test_the_book_is_an_epub_whose_parts_are_all_there() -> None:
    file = keepsake(adventure(NASTY), "The Drowned City", "Animals", "epub")
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
    first, second = (keepsake(adventure(), "T", "Animals", form) for _ in range(2))  # type: ignore[arg-type]
    assert first == second
