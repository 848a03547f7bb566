"""The Branches tab by clicking: branch from a chapter, switch, compare, discard, put back, undo; and by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Opens, Running, picture, press, request_box, tab


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app that answers at once, with a story of three chapters."""
    running = Running(tmp_path_factory.mktemp("branches"), LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


def accepted(page: Page, request: str) -> None:
    """Have a chapter written, and accept it."""
    before = page.locator("#ll-manuscript .ll-chapter").count()
    request_box(page).fill(request)
    page.locator("#ll-write").click()
    page.locator("#ll-accept").click()
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(before + 1)


def spot(page: Page, label: str):  # type: ignore[no-untyped-def]
    """A mark in the picture, by what it is called."""
    return page.locator(f"#ll-tree [aria-label^='{label}']").first


def test_a_what_if_from_beginning_to_undo(desk: Running, opens: Opens) -> None:
    page = opens(desk.url)
    press(page, "Try the sample world")
    expect(page.locator(".ll-title h1")).to_be_visible()
    for request in ("She counts the lanterns", "She crosses the bridge", "She rings the bell"):
        accepted(page, f"{request}, about 200 words")
    expect(page.locator("#ll-undo")).to_have_text("Undo: accepted chapter 3")

    # From a chapter in Write to a branch of its own.
    page.get_by_role("button", name="Branch after Chapter 1").click()
    expect(page.locator("#ll-tree-card h3")).to_contain_text("Chapter 1")
    page.locator("#ll-branch-name :is(input, textarea)").fill("What if she stays")
    press(page, "Branch here")
    expect(page.locator("#ll-branch-list li").first).to_contain_text("What if she stays")
    picture(page, "wide-branches-begun")
    tab(page, "Write")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)
    accepted(page, "She stays, about 200 words")
    expect(page.locator("#ll-branch input")).to_have_value("What if she stays")

    # Both side by side.
    tab(page, "Branches")
    expect(spot(page, "Chapter 3")).to_be_visible()
    page.get_by_role("button", name="Compare the branch main").click()
    expect(page.locator(".ll-parted")).to_contain_text("They part after Chapter 1")
    expect(page.locator("#ll-compared details").first).to_contain_text("only on “main”")
    picture(page, "wide-branches")

    # Another chapter is chosen by a click, its whole text is read, and its branch is switched to.
    spot(page, "Chapter 3").click()
    expect(page.locator("#ll-tree-card h3")).to_contain_text("Chapter 3")
    page.locator("#ll-tree-card").get_by_role("button", name="Switch to “main”").click()
    expect(page.locator("#ll-branch-list li").first).to_contain_text("main")
    page.get_by_role("button", name="Read it in Write").click()
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(3)
    expect(page.locator("#chapter-3")).to_be_in_viewport()

    # Discarded, put back, and everything taken back one after the other.
    tab(page, "Branches")
    page.get_by_role("button", name="Discard the branch What if she stays").click()
    expect(page.locator("#ll-tree-undo")).to_have_text("Undo: discarded the branch “What if she stays”")
    page.locator(".ll-gone summary").click()
    page.get_by_role("button", name="Put the branch What if she stays back").click()
    expect(page.locator(".ll-gone")).to_have_count(0)
    for left in ("discarded the branch", "switched to the branch “main”", "accepted chapter 2", "switched", "began"):
        page.locator("#ll-tree-undo").click()
        expect(page.locator("#ll-tree-undo")).to_contain_text(f"Undo: {left}")
    page.locator("#ll-tree-undo").click()
    expect(page.locator("#ll-tree-undo")).to_have_text("Undo: accepted chapter 3")
    expect(page.locator("#ll-branch-list li")).to_have_count(1)
    tab(page, "Write")
    press(page, "Undo: accepted chapter 3")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(2)
    expect(page.locator("#ll-accept")).to_be_visible()


def test_the_picture_by_keyboard_and_on_a_narrow_page(desk: Running, opens: Opens) -> None:
    page = opens(desk.url, NARROW, dark=True)
    tab(page, "Branches")
    spot(page, "Chapter 2").click()
    expect(spot(page, "Chapter 2")).to_have_attribute("aria-pressed", "true")
    expect(spot(page, "Chapter 2")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(spot(page, "Chapter 1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(spot(page, "Chapter 1")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#ll-tree-card h3")).to_contain_text("Chapter 1")
    picture(page, "narrow-branches-dark")

    # Without a name nothing is begun, and what is wrong is said.
    press(page, "Branch here")
    expect(page.get_by_text("Give the branch a name first")).to_be_visible()
