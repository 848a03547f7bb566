"""The Archive tab by clicking: a text is kept, found, opened, replaced and deleted, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, press, tab

LETTER = (
    "Dear Ines,\n\nthe lighthouse keeper collects green glass. "
    + "He says nothing of the storm, and nothing of the boats that it took. " * 30
    + "\n\nThe key lies under the third stone of the well.\n\nYours, {Tomas} <b>"
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app of its own, whose archive nobody else fills."""
    running = Running(tmp_path_factory.mktemp("archive"))
    yield running
    running.close()


def cards(page: Page) -> Locator:
    return page.locator("#ll-archive-list .ll-archive .ll-card")


def keep(page: Page, name: str, text: str) -> None:
    page.locator("#ll-archive-name input, #ll-archive-name textarea").fill(name)
    page.locator("#ll-archive-text textarea").fill(text)
    page.locator("#ll-archive-keep").click()


def search(page: Page, words: str) -> None:
    box = page.locator("#ll-archive-query input, #ll-archive-query textarea")
    box.fill(words)
    box.press("Enter")


def test_a_text_is_kept_found_read_and_deleted(shelf: Running, opens: Opens) -> None:
    page = opens(shelf.url)
    tab(page, "Archive")
    expect(page.locator("#ll-archive-list .ll-empty")).to_contain_text("Nothing is kept yet.")
    expect(page.locator("#ll-archive-mine")).to_be_hidden()
    picture(page, "wide-archive-empty")
    name = page.locator("#ll-archive-name input, #ll-archive-name textarea")
    text = page.locator("#ll-archive-text textarea")

    # An error takes nothing away, and neither does a reload.
    text.fill(LETTER)
    page.locator("#ll-archive-keep").click()
    expect(page.locator(".toast-body")).to_contain_text("Give the text a name first")
    expect(text).to_have_value(LETTER)
    page.reload()
    tab(page, "Archive")
    expect(text).to_have_value(LETTER)

    # Kept for everything, and with a story open for that one.
    name.fill("Letter <i>")
    page.locator("#ll-archive-keep").click()
    expect(cards(page).locator("h3")).to_have_text(["Letter <i>"])
    expect(text).to_have_value("")
    expect(page.locator("#ll-archive-line")).to_contain_text("1 text kept")
    tab(page, "Write")
    new_story(page, "The Lamp", "Vell")
    tab(page, "Archive")
    expect(page.locator("#ll-archive-mine")).to_contain_text("It belongs to “The Lamp”")
    keep(page, "Bread", "Tomas bakes bread and waits for the ferry.")
    expect(cards(page).locator("h3")).to_have_text(["Bread The Lamp", "Letter <i>"])
    expect(page.locator("#ll-archive-line")).to_contain_text("2 texts kept")
    expect(page.locator("#ll-archive-line")).not_to_contain_text("findable")
    page.reload()
    tab(page, "Archive")
    expect(text).to_have_value("")
    picture(page, "wide-archive")

    # Found by the part that answers, with the words marked.
    search(page, "key under the stone")
    expect(cards(page).first).to_contain_text("The key lies under the third stone of the well.")
    expect(cards(page).first.locator("mark").first).to_have_text("key")
    expect(cards(page).first).to_contain_text("part 3 of 3")
    picture(page, "wide-archive-found")
    page.get_by_role("button", name="Open Letter <i>").click()
    expect(page.locator(".ll-archived .ll-text")).to_contain_text("Dear Ines,")
    expect(page.locator(".ll-archived .ll-text")).to_contain_text("Yours, {Tomas} <b>")
    expect(page.locator(".ll-found-part")).to_contain_text("The key lies under the third stone of the well.")
    expect(page.locator(".ll-found-part mark").first).to_be_in_viewport()
    picture(page, "wide-archive-open")
    press(page, "← Back to the list")
    expect(page.locator(".ll-archive-head")).to_contain_text("for “key under the stone”")
    press(page, "Show all that is kept")
    expect(cards(page).locator("h3")).to_have_text(["Bread The Lamp", "Letter <i>"])
    page.get_by_label("Only what belongs to “The Lamp”").check()
    expect(cards(page).locator("h3")).to_have_text(["Bread The Lamp"])
    page.get_by_label("Only what belongs to “The Lamp”").uncheck()
    expect(cards(page)).to_have_count(2)

    # A name that is taken is replaced by a second press only.
    keep(page, "Bread", "Tomas bakes a cake.")
    expect(page.locator("#ll-archive-notice")).to_contain_text("Tomas bakes bread and waits for the ferry.")
    expect(cards(page).first).to_contain_text("bread")
    name.fill("Bread 2")
    expect(page.locator("#ll-archive-keep")).to_have_text("Keep it")
    name.fill("Bread")
    press(page, "Keep it")
    press(page, "Replace it")
    expect(cards(page).first).to_contain_text("Tomas bakes a cake.")
    expect(cards(page)).to_have_count(2)
    expect(page.locator("#ll-archive-keep")).to_have_text("Keep it")

    # Deleted by a second press only.
    page.get_by_role("button", name="Delete Letter <i>").click()
    expect(page.get_by_text("Really delete?")).to_be_visible()
    expect(cards(page)).to_have_count(2)
    page.get_by_role("button", name="Delete Letter <i>").click()
    expect(cards(page).locator("h3")).to_have_text(["Bread The Lamp"])
    expect(page.locator("#ll-archive-line")).to_contain_text("1 text kept")

    phone = opens(shelf.url, NARROW, dark=True)
    tab(phone, "Archive")
    expect(cards(phone)).to_have_count(1)
    search(phone, "cake")
    expect(cards(phone).locator("mark").first).to_have_text("cake")
    picture(phone, "narrow-archive-night")
    phone.get_by_role("button", name="Open Bread").click()
    expect(phone.locator(".ll-archived")).to_be_visible()
    picture(phone, "narrow-archive-open-night")


def test_a_long_list_shows_more(shelf: Running, opens: Opens) -> None:
    page = opens(shelf.url)
    tab(page, "Archive")
    for number in range(21):
        keep(page, f"Note {number}", f"The sea is {number} fathoms deep here.")
        expect(cards(page).first.locator("h3")).to_contain_text(f"Note {number}")
        expect(page.locator("#ll-archive-text textarea")).to_have_value("")
    expect(cards(page)).to_have_count(20)
    press(page, "Show more")
    expect(cards(page)).to_have_count(22)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    page.get_by_role("button", name="Open Bread").click()
    expect(page.locator(".ll-archived h2")).to_be_in_viewport()
