"""How a character looks, as the Lore tab shows it: frames that keep their size, faces that are kept or not."""

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from PIL import Image

from tests.letters import Letters
from tests.scripted import HashEmbedder, ScriptedTextModel
from tests.ui import test_render as sheet
from tests.ui.test_render import EVIL
from workbench.compose import Workbench, compose
from workbench.domain.gallery import Picture
from workbench.domain.pictures import Drawn, PictureOrder, Scene
from workbench.errors import InvalidInput, NotFound
from workbench.settings import Settings
from workbench.ui import portrait_cards as cards
from workbench.ui.desk import Desk
from workbench.ui.portrait_panel import OWN, READ, PortraitPanel

PICTURE = Picture(
    id=EVIL, kind="character", asking="a", file=EVIL, width=512, height=768, seed=1, maker="upload", model="",
    scene=Scene(),
)  # fmt: skip


class Slow(Letters):
    """Draws when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()
        self.let.set()

    def draw(self, order: PictureOrder, cancelled: Callable[[], bool], progress: Any = None) -> Drawn:
        assert self.let.wait(20)
        return super().draw(order, cancelled, progress)


class Desktop:
    """An app with one character, and their panel with what the page holds."""

    def __init__(self, folder: Path) -> None:
        self.maker = Slow()
        self.bench: Workbench = compose(
            Settings(_env_file=None, data_dir=folder),
            model=ScriptedTextModel(),
            embedder=HashEmbedder(),
            images=self.maker,
        )
        self.bench.start()
        world = self.bench.library.create_world("Vell")
        self.mara = self.bench.library.upsert_lore(
            world.id, {"title": "Mara", "kind": "character", "content": "An old woman with a key."}
        ).id
        self.story = self.bench.library.create_story(world.id, "The Bell").id
        with gr.Blocks():
            self.panel = PortraitPanel(Desk(self.bench))
        self.page: dict[Any, Any] = {}

    def take(self, updates: dict[Any, Any]) -> None:
        """The page shows what it was told."""
        self.page |= updates

    def open(self) -> None:
        self.take(self.panel.opened(self.story, self.mara, 0))

    def draw(self, another: bool = False, look: str = "", locked: bool = False) -> list[dict[Any, Any]]:
        """Draw, and follow it to its end; what was shown meanwhile."""
        self.take(self.panel._begins(another)(self.story, self.mara, locked, look, 0))
        steps = [dict(self.page)]
        for updates in self.panel.follow(self.mara, self.page[self.panel.another_one]):
            self.take(updates)
            steps.append(dict(self.page))
        return steps

    def press(self, act: str, picture_id: str = "") -> None:
        event: Any = SimpleNamespace(_data={"act": act, "id": picture_id})
        self.take(self.panel.pressed(self.mara, False, event))

    def presses(self, frame: gr.HTML) -> list[tuple[str | None, str | None]]:
        """What can be pressed in a frame."""
        seen = sheet.checked(self.page[frame]).seen
        return [(given["data-act"], given["data-id"]) for _, given in seen if "data-act" in given]


@pytest.fixture(autouse=True)
def more_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "TAGS", sheet.TAGS | {"img", "progress"})
    monkeypatch.setattr(sheet, "ATTRIBUTES", sheet.ATTRIBUTES | {"src", "alt", "max", "value"})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desktop]:
    made = Desktop(tmp_path)
    yield made
    made.bench.close()


@pytest.mark.parametrize(
    "html",
    [
        cards.face(None),
        cards.face(PICTURE),
        cards.candidate(None),
        cards.candidate(PICTURE, same=True),
        cards.doing(EVIL, 7.0),
        cards.failed([EVIL, EVIL]),
        cards.hint("sketch", PICTURE),
    ],
)
def test_invented_html_never_passes(html: str) -> None:
    sheet.checked(html)


def test_only_a_picture_that_is_not_looked_at_has_a_hint() -> None:
    assert "sketch maker" in cards.hint("sketch", PICTURE)
    assert cards.hint("diffusion", PICTURE) == cards.hint("sketch", None) == ""
    assert cards.hint("sketch", PICTURE.model_copy(update={"maker": "sketch"})) == ""


def test_a_first_picture_is_their_face_at_once(desk: Desktop) -> None:
    panel = desk.panel
    desk.open()
    assert "There is no picture yet" in desk.page[panel.face]
    assert (desk.page[panel.draw].value, desk.page[panel.another].interactive) == ("Draw", True)
    begun, *_, last = desk.draw()
    assert "Beginning" in begun[panel.face]
    assert cards.NOTHING_ELSE in begun[panel.other]
    assert not any(begun[button].interactive for button in (panel.draw, panel.another, panel.upload))
    picture = desk.bench.pictures.gallery(desk.story)[0]
    assert f'src="pictures/{picture.file}"' in last[panel.face]
    assert cards.NOTHING_ELSE in last[panel.other]
    assert all(last[button].interactive for button in (panel.draw, panel.another, panel.upload))
    assert last[panel.draw].value == "Draw again"


def test_another_face_waits_beside_theirs_until_it_is_kept(desk: Desktop) -> None:
    panel = desk.panel
    desk.open()
    desk.draw()
    theirs = desk.page[panel.face]
    begun, *_, last = desk.draw(another=True)
    assert begun[panel.face] == last[panel.face] == theirs
    assert "Beginning" in begun[panel.other]
    made = desk.bench.pictures.gallery(desk.story)[0].id
    assert desk.presses(panel.other) == [("keep", made)]
    assert "Another face" in last[panel.other]
    desk.press("keep", made)
    assert desk.presses(panel.face) == [("forget", made)]
    assert desk.presses(panel.other) == []
    assert desk.bench.pictures.portrait(desk.mara).picture_id == made
    desk.draw()
    assert "As they are told now" in desk.page[panel.other]
    desk.press("forget", made)
    assert "There is no picture yet" in desk.page[panel.face]
    assert desk.bench.pictures.portrait(desk.mara).picture_id is None


def test_who_comes_back_finds_what_is_being_drawn_and_can_stop_it(desk: Desktop) -> None:
    panel = desk.panel
    desk.open()
    desk.maker.let.clear()
    desk.take(panel._begins(False)(desk.story, desk.mara, False, "", 0))
    desk.page[panel.other] = "somebody else"
    desk.open()
    assert desk.presses(panel.face) == [("stop", "")]
    assert cards.NOTHING_ELSE in desk.page[panel.other]
    assert not desk.page[panel.draw].interactive
    assert desk.page[panel.following] == 1
    desk.press("stop")
    assert "Stopping" in desk.page[panel.face]
    desk.maker.let.set()
    *_, last = panel.follow(desk.mara, False)
    desk.take(last)
    assert desk.page[panel.draw].interactive


def test_a_page_that_is_late_still_shows_what_was_drawn(desk: Desktop) -> None:
    desk.open()
    desk.draw()
    desk.take(desk.panel._begins(True)(desk.story, desk.mara, False, "", 0))
    live = desk.panel._drawing[desk.mara]
    list(live.follow())
    *_, last = desk.panel.follow(desk.mara, True)
    assert "<img" in last[desk.panel.other]


def test_what_fails_says_why_in_its_own_place(desk: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.services.illustration.PAUSES", ())
    desk.open()
    desk.maker.fails = 1
    last = desk.draw()[-1]
    assert "The brush broke" in last[desk.panel.face]
    assert last[desk.panel.draw].interactive


def test_the_words_are_the_sheets_until_the_writer_keeps_their_own(desk: Desktop) -> None:
    panel = desk.panel
    desk.bench.library.write_note(desk.story, desk.mara, "She wears a hood.")
    desk.open()
    look = desk.page[panel.look]
    assert (look.value, look.interactive, look.info) == ("An old woman with a key.\n\nShe wears a hood.", False, READ)
    desk.draw()
    desk.take(panel.lock(desk.story, desk.mara, True, look.value))
    assert (desk.page[panel.look].interactive, desk.page[panel.look].info) == (True, OWN)
    # A face that is kept isn't drawn otherwise: what would do that can't be pressed.
    assert [desk.page[button].interactive for button in (panel.draw, panel.another, panel.upload)] == [
        True,
        False,
        False,
    ]
    panel.reworded(desk.mara, True, "A tall girl in armour.")
    assert desk.bench.pictures.portrait(desk.mara).look == "A tall girl in armour."
    with pytest.raises(InvalidInput, match="no words"):
        panel.reworded(desk.mara, True, "  ")
    # What was typed a moment ago is drawn, also where the box wasn't left.
    desk.draw(look="A boy with a lantern.", locked=True)
    figure = desk.maker.orders[-1].scene.figure
    assert figure is not None
    assert figure.shape == "boy"
    desk.open()
    assert desk.page[panel.look].value == "A boy with a lantern."
    desk.take(panel.lock(desk.story, desk.mara, False, "A boy with a lantern."))
    assert desk.page[panel.look].value == look.value
    assert desk.page[panel.another].interactive


def test_a_picture_of_ones_own_is_shown_or_refused(desk: Desktop) -> None:
    desk.open()
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (9, 9, 9)).save(out, "JPEG")
    desk.take(desk.panel.uploaded(desk.story, desk.mara, out.getvalue()))
    assert "<img" in desk.page[desk.panel.face]
    for bad in (b"no picture", b"", None):
        with pytest.raises(InvalidInput, match=r"[A-Z].+\."):
            desk.panel.uploaded(desk.story, desk.mara, bad)


def test_a_picture_of_somebody_else_is_not_kept(desk: Desktop) -> None:
    desk.open()
    desk.draw()
    other = desk.bench.library.upsert_lore(
        desk.bench.library.story_view(desk.story).world.id, {"title": "Sal", "kind": "character"}
    ).id
    list(desk.bench.illustration.portray(desk.story, other).follow())
    theirs = desk.bench.pictures.portrait(other).picture_id or ""
    for act, wanted in (("keep", theirs), ("keep", "nobody"), ("burn", theirs)):
        with pytest.raises(NotFound):
            desk.press(act, wanted)
