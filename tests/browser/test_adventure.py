"""The Adventure tab by clicking: begun, read, chosen by keys, left and found again by its link, played to its end."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, Opens, Running, picture, press, tab


def choices(page: Page) -> Locator:
    return page.locator("#ll-choices .ll-choice:not(:disabled)")


def at(page: Page, number: int) -> None:
    """The chapter of that number is told, with what can be done about it."""
    expect(page.locator("#ll-page .ll-leaf")).to_have_attribute("aria-label", f"Chapter {number}")
    expect(page.locator("#ll-page .ll-leaf")).not_to_have_attribute("aria-busy", "true")


def drawn(page: Page, pictures: str, count: int) -> None:
    """So many pictures are there, and they aren't only places kept for them."""
    page.wait_for_function(
        "([wanted, count]) => { const found = [...document.querySelectorAll(wanted)];"
        " return found.length === count && found.every(one => one.complete && one.naturalWidth > 100); }",
        arg=[pictures, count],
    )


def begin(page: Page, setting: str) -> None:
    tab(page, "Adventure")
    page.locator(".ll-setting", has_text=setting).click()
    expect(page.locator(".ll-setting", has_text=setting)).to_have_attribute("aria-pressed", "true")
    press(page, "Begin the adventure")
    at(page, 1)


@pytest.mark.parametrize(("name", "size", "dark"), [("wide", WIDE, False), ("narrow", NARROW, True)])
def test_an_adventure_is_played_to_its_end(
    app: Running, opens: Opens, name: str, size: tuple[int, int], dark: bool
) -> None:
    page = opens(app.url, size, dark)
    tab(page, "Adventure")
    picture(page, f"{name}-adventure-cover")
    begin(page, "The Lantern Forest")
    expect(choices(page)).to_have_count(3)
    expect(page.locator(".ll-journey .ll-waymark")).to_have_count(7)
    drawn(page, "#ll-choices .ll-of-choice", 3)
    picture(page, f"{name}-adventure-choices")
    # A key chooses; the page turns to the lesson, whose question is its last line and stands above the answers.
    page.keyboard.press("2")
    at(page, 2)
    question = page.locator("#ll-choices .ll-question").inner_text()
    expect(page.locator("#ll-leaf-text p").last).to_contain_text(question)
    drawn(page, "#ll-page .ll-scene", 1)
    picture(page, f"{name}-adventure-lesson")
    for number in range(3, 8):
        choices(page).first.click()
        at(page, number)
        if number == 3:
            expect(page.locator("#ll-told .ll-outcome")).to_be_visible()
            press(page, "The lessons so far")
            expect(page.locator("#ll-lessons")).to_contain_text(question)
    expect(page.locator(".ll-summary")).to_contain_text("Your journey")
    expect(page.locator(".ll-summary ol > li")).to_have_count(7)
    expect(page.locator(".ll-summary")).to_contain_text(question)
    picture(page, f"{name}-adventure-end")
    for words, ending in (("as a page", "html"), ("EPUB", "epub")):
        with page.expect_download() as download:
            page.locator(".ll-keep a", has_text=words).click()
        assert download.value.suggested_filename.endswith(f".{ending}")
        kept = download.value.path().read_bytes()
        assert (question.encode() in kept) if ending == "html" else kept.startswith(b"PK")
    press(page, "Other adventures")
    expect(page.locator("#ll-shelf")).to_contain_text("at its end")
    tab(page, "Monitor")
    expect(page.locator("#ll-adventures-use")).to_contain_text("Adventures, chapter by chapter")
    picture(page, f"{name}-adventure-monitor")
    tab(page, "Adventure")
    page.locator("#ll-shelf").get_by_role("button", name="Delete").first.click()


def test_it_is_gone_on_with_by_its_link_and_a_late_window_is_told_so(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    begin(page, "The Drowned City")
    expect(page).to_have_url(re.compile(r"adventure=adventure_\w+"))
    link = page.url
    text = page.locator("#ll-leaf-text").text_content() or ""
    other = opens(link)
    expect(other.locator("#ll-leaf-text")).to_have_text(text)
    other.locator("#ll-choices .ll-choice").first.click()
    at(other, 2)
    # The first window still shows chapter 1: its choice comes too late, and it sees where the adventure is.
    page.locator("#ll-choices .ll-choice").nth(1).click()
    expect(page.get_by_text("at chapter 2 already")).to_be_visible()
    at(page, 2)
    page.reload()
    at(page, 2)
    press(page, "Other adventures")
    expect(page).not_to_have_url(re.compile("adventure="))


def test_a_link_to_nothing_says_so(app: Running, opens: Opens) -> None:
    page = opens(f"{app.url}?adventure=adventure_none")
    expect(page.get_by_text("There is no adventure with the id")).to_be_visible()
    tab(page, "Adventure")
    expect(page.locator(".ll-setting").first).to_be_visible()
