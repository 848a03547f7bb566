"""The archive as HTML: what a reader sees, and that nothing in it can act."""

from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from workbench.domain.archive import ArchiveItem, pieces
from workbench.domain.story import Story
from workbench.errors import InvalidInput, ModelUnavailable
from workbench.ui import archive_cards
from workbench.ui.desk import Desk
from workbench.ui.tab_archive import ArchiveTab

EVIL = "<script>x</script> {a} ${b} `c`"
WHEN = "2024-05-12T10:00:00+00:00"
STORIES = {"s": "The Lamp", "evil": EVIL}


def item(content_id: str = "Letter", text: str = "Dear Ines.", **metadata: Any) -> ArchiveItem:
    return ArchiveItem(content_id=content_id, text=text, metadata=metadata, updated_at=WHEN)


def hit(text: str, **changes: Any) -> dict[str, Any]:
    known = {"content_id": "Letter", "text": text, "metadata": {}, "updated_at": WHEN, "chunk": 0, "chunks": 1}
    return {**known, **changes}


@pytest.mark.parametrize(
    "html",
    [
        archive_cards.kept_list([item(EVIL, EVIL, thread="evil", title=EVIL)], STORIES),
        archive_cards.found_list([hit(EVIL, content_id=EVIL)], f"script {EVIL}", STORIES, 40),
        archive_cards.whole(item(EVIL, EVIL), EVIL, STORIES),
        archive_cards.already_there(item(EVIL, EVIL)),
        archive_cards.nothing_found(EVIL, mine=True),
        archive_cards.summary_line({"items": 1, "characters": 1, "waiting": 0, "updated_at": WHEN}, EVIL),
    ],
)
def test_nothing_that_is_kept_can_act(html: str) -> None:
    assert "script" in html
    for mark in ("<script", "{", "}", "$", "`"):
        assert mark not in html


def test_the_words_that_were_asked_for_are_marked_in_any_form() -> None:
    html = archive_cards.marked("The Lanterns burn & the lantern's glass, not the land.", "a burning lantern")
    words = [part.split("</mark>")[0] for part in html.split('<mark class="ll-asked-word">')[1:]]
    assert words == ["Lanterns", "burn", "lantern&#x27;s"]
    assert "&amp; the" in html
    assert "<mark" not in archive_cards.marked("The land and the sea.", "the and")


def test_a_card_tells_name_time_part_and_story() -> None:
    found = archive_cards.found_list([hit("A bell.", metadata={"thread": "s"}, chunk=2, chunks=7)], "bell", STORIES)
    for said in ("Letter", "12 May 2024", "part 3 of 7", "The Lamp", "1 text for “bell”"):
        assert said in found
    kept = archive_cards.kept_list([item(thread=7), item("t1", title="My letter", thread="unknown")], STORIES)
    assert "ll-tag" not in kept
    assert "My letter" in kept
    assert "Show more" not in kept


@pytest.mark.parametrize("content_id", ['a"b', "two\nlines", "50 %", "turned \u202e round", "a/b?c#d", EVIL])
def test_every_name_can_be_opened_and_deleted(content_id: str) -> None:
    html = archive_cards.kept_list([item(content_id)], {})
    assert archive_cards.pressed_item(html.split('data-item="')[1].split('"')[0]) == (content_id, None)
    html = archive_cards.found_list([hit("A bell.", content_id=content_id, chunk=4, chunks=9)], "bell", {})
    assert archive_cards.pressed_item(html.split('data-item="')[2].split('"')[0]) == (content_id, 4)


def test_an_open_text_shows_the_part_that_was_found() -> None:
    text = "\n\n".join(f"Day {day // 2}. " + "The same rain fell on the same roof. " * 11 for day in range(20))
    parts = pieces(text)
    for number, part in enumerate(parts):
        html = archive_cards.whole(item(text=text), "", {}, number)
        opening = '<span class="ll-found-part">'
        assert html.partition(opening)[2].startswith(f"{part}</span>")
        assert html.replace(opening, "").replace("</span>", "") == archive_cards.whole(item(text=text), "", {})
    assert "ll-found-part" not in archive_cards.whole(item(text=text), "", {})
    assert "ll-found-part" not in archive_cards.whole(item(text=text), "", {}, len(parts))
    assert "ll-found-part" not in archive_cards.whole(item(), "", {}, 0)


def test_long_texts_are_cut_after_a_word() -> None:
    assert archive_cards.shortened("one two three", 9) == "one two…"
    assert archive_cards.shortened("one two", 9) == "one two"
    assert archive_cards.shortened("x" * 20, 9) == "x" * 9 + "…"
    shown = archive_cards.kept_list([item(text="word " * 500)], {})
    assert len(shown) < 1500


def test_the_line_tells_how_much_there_is_and_what_waits() -> None:
    stats = {"items": 3, "characters": 7400, "waiting": 0, "updated_at": WHEN}
    assert "3 texts kept, about 4 pages in all" in archive_cards.summary_line(stats)
    assert "less than a page" in archive_cards.summary_line({**stats, "characters": 70})
    assert "findable" not in archive_cards.summary_line(stats)
    assert "2 texts being made findable" in archive_cards.summary_line({**stats, "waiting": 2})
    assert "It sleeps." in archive_cards.summary_line(stats, "It sleeps.")
    assert archive_cards.summary_line({**stats, "items": 0}) == ""


class Shelf:
    """An archive that keeps its texts in a dictionary; nothing in it can be searched."""

    def __init__(self) -> None:
        self.items: dict[str, ArchiveItem] = {}

    def item(self, content_id: str) -> ArchiveItem | None:
        return self.items.get(content_id)

    def latest(self, limit: int, where: dict[str, Any] | None) -> list[ArchiveItem]:
        return list(self.items.values())[:limit]

    def store(self, content_id: str, text: str, metadata: dict[str, Any]) -> None:
        self.items[content_id] = item(content_id, text, **metadata)

    def stats(self) -> dict[str, Any]:
        return {"items": len(self.items), "characters": 9000, "waiting": len(self.items), "updated_at": WHEN}

    def catch_up(self) -> int:
        raise ModelUnavailable("What reads the meaning is away.")


@pytest.fixture
def archive_tab() -> ArchiveTab:
    story = Story(id="s", world_id="w", title="The Lamp", branch_id="b")
    library = SimpleNamespace(list_stories=lambda: [story])
    workbench: Any = SimpleNamespace(archive=Shelf(), library=library)
    with gr.Blocks():
        return ArchiveTab(Desk(workbench))


def keep(tab: ArchiveTab, name: str, text: str, mine: bool = True, sure: str = "", story: str = "s") -> dict[Any, Any]:
    return tab.kept(story, name, text, mine, sure, False)


def kept_under(tab: ArchiveTab, name: str) -> ArchiveItem:
    return tab.desk.workbench.archive.items[name]


def test_a_kept_text_carries_the_mark_that_the_chat_looks_for(archive_tab: ArchiveTab) -> None:
    assert keep(archive_tab, " Letter ", "Dear Ines.")[archive_tab.text] == ""
    assert kept_under(archive_tab, "Letter").metadata == {"thread": "s"}
    keep(archive_tab, "Note", "A note.", mine=False)
    keep(archive_tab, "Far", "Away.", story="")
    assert kept_under(archive_tab, "Note").metadata == kept_under(archive_tab, "Far").metadata == {}


def test_a_name_that_is_taken_asks_first_and_keeps_what_else_is_known(archive_tab: ArchiveTab) -> None:
    archive_tab.desk.workbench.archive.store("Letter", "Old.", {"thread": "s", "year": 7})
    asked = keep(archive_tab, "Letter", "New.", mine=False)
    assert "Old." in asked[archive_tab.notice]
    assert archive_tab.text not in asked
    keep(archive_tab, "Letter", "New.", mine=False, sure="Other")
    assert kept_under(archive_tab, "Letter").text == "Old."
    keep(archive_tab, "Letter", "New.", mine=False, sure="Letter")
    assert (kept_under(archive_tab, "Letter").text, kept_under(archive_tab, "Letter").metadata) == ("New.", {"year": 7})


def test_what_is_missing_is_said_before_anything_is_kept(archive_tab: ArchiveTab) -> None:
    with pytest.raises(InvalidInput, match="name first"):
        keep(archive_tab, " ", "Text.")
    with pytest.raises(InvalidInput, match="text first"):
        keep(archive_tab, "Letter", " ")
    assert "Nothing is kept yet." in archive_tab.show("", "", 20, False, "")[archive_tab.list]


def test_what_cannot_be_found_yet_is_kept_and_told(archive_tab: ArchiveTab) -> None:
    keep(archive_tab, "Letter", "Dear Ines.")
    told = archive_tab.settle()
    assert "1 text kept, about 5 pages" in told
    assert "What reads the meaning is away." in told
