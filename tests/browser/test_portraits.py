"""How a character looks, by clicking in the Lore tab: drawn, drawn otherwise, kept, and said in one's own words."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, Opens, Running, picture, press, standing_still, tab
from tests.browser.test_timeline import story_of

FACE, OTHER = "#ll-face .ll-portrait-frame", "#ll-other-face .ll-portrait-frame"


def shown(page: Page, frame: str) -> str:
    """Where the picture in a frame comes from, once it is really there."""
    image = page.locator(f"{frame} img")
    expect(image).to_be_visible()
    page.wait_for_function("one => one.complete && one.naturalWidth > 100", arg=image.element_handle())
    return image.get_attribute("src") or ""


def chosen(page: Page, name: str) -> None:
    """Open an entry of the list."""
    page.locator("#ll-lore button", has_text=name).first.click()
    expect(page.locator("#ll-entry h2")).to_have_text(name)


def button(page: Page, name: str) -> Locator:
    return page.locator("#ll-portrait").get_by_role("button", name=name, exact=True)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), (120, 60, 40)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("name", "size", "dark"), [("wide", WIDE, False), ("narrow", NARROW, True)])
def test_a_character_gets_the_face_that_the_writer_wants(
    app: Running, opens: Opens, name: str, size: tuple[int, int], dark: bool
) -> None:
    story_of(app.url, f"Faces, {name}")
    page = opens(app.url, size, dark)
    tab(page, "Lore")
    # A place has no face.
    chosen(page, "Vell")
    expect(page.locator("#ll-how-they-look")).to_be_hidden()
    chosen(page, "Aria")
    press(page, "How they look")
    expect(page.locator(FACE)).to_contain_text("There is no picture yet.")
    page.locator("#ll-portrait").scroll_into_view_if_needed()
    picture(page, f"{name}-portrait-empty")
    with standing_still(page, "#ll-portrait"):
        press(page, "Draw")
        first = shown(page, FACE)
    expect(page.locator(OTHER)).to_contain_text("Another face comes here first.")
    with standing_still(page, "#ll-portrait"):
        press(page, "Draw another face")
        other = shown(page, OTHER)
    assert shown(page, FACE) == first != other
    picture(page, f"{name}-portrait-another")
    press(page, "Keep this face")
    expect(page.locator(f"{FACE} img")).to_have_attribute("src", other)
    expect(page.locator(f"{OTHER} img")).to_have_count(0)

    # The look in the writer's own words; then the face is theirs for good.
    look = page.locator("#ll-look textarea")
    expect(look).to_be_disabled()
    expect(look).to_have_value("A mapmaker.")
    page.locator("#ll-keep-look input").check()
    expect(look).to_be_enabled()
    expect(button(page, "Draw another face")).to_be_disabled()
    look.fill("An old woman in a green coat with a lantern.")
    press(page, "Draw again")
    again = shown(page, OTHER)
    assert again not in (first, other)
    expect(page.locator("#ll-other-face figcaption")).to_have_text("As they are told now")
    picture(page, f"{name}-portrait-kept")
    press(page, "Keep this face")
    expect(page.locator(f"{FACE} img")).to_have_attribute("src", again)
    page.reload()
    tab(page, "Lore")
    chosen(page, "Aria")
    press(page, "How they look")
    assert shown(page, FACE) == again
    expect(look).to_have_value("An old woman in a green coat with a lantern.")
    page.locator("#ll-keep-look input").uncheck()
    expect(look).to_have_value("A mapmaker.")

    # A picture of one's own, once it is one.
    own = page.locator("#ll-portrait input[type=file]")
    expect(button(page, "Draw another face")).to_be_enabled()
    own.set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_text("not a picture that can be read")).to_be_visible()
    own.set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": png()})
    expect(page.locator(f"{FACE} img")).not_to_have_attribute("src", again)
    shown(page, FACE)
    expect(page.locator("#ll-portrait")).to_contain_text("can’t look at a picture")
    picture(page, f"{name}-portrait-own")
    press(page, "Forget this picture")
    expect(page.locator(FACE)).to_contain_text("There is no picture yet.")

    # Another character has a sheet of their own.
    chosen(page, "Tobin")
    expect(page.locator("#ll-portrait")).to_be_hidden()
    press(page, "How they look")
    expect(page.locator(FACE)).to_contain_text("There is no picture yet.")
    expect(look).to_have_value("A ferryman.")
    press(page, "Close")
    expect(page.locator("#ll-portrait")).to_be_hidden()
    # What was drawn hangs in the Gallery, too.
    tab(page, "Gallery")
    expect(page.locator("#ll-wall .ll-thumb img")).to_have_count(4)


def test_who_looks_at_somebody_else_meanwhile_sees_nobody_elses_face(app: Running, opens: Opens) -> None:
    story_of(app.url, "Two faces")
    page = opens(app.url)
    tab(page, "Lore")
    chosen(page, "Aria")
    press(page, "How they look")
    press(page, "Draw")
    chosen(page, "Tobin")
    press(page, "How they look")
    expect(page.locator(FACE)).to_contain_text("There is no picture yet.")
    page.wait_for_timeout(4000)
    expect(page.locator(FACE)).to_contain_text("There is no picture yet.")
    chosen(page, "Aria")
    press(page, "How they look")
    assert re.fullmatch(r"pictures/[0-9a-f]{2}/[0-9a-f]{64}\.png", shown(page, FACE))
