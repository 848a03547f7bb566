"""A writer's first evening, by clicking; and what may go wrong in it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    NARROW,
    Opens,
    Running,
    new_story,
    picture,
    press,
    ready,
    request_box,
    standing_still,
    tab,
    words_on_page,
)

# What the browser keeps, which no one else can read; it is kept a moment after a key was pressed.
KEPT = "localStorage.getItem('loreloom')"


def accepted_chapter(page: Page, name: str) -> None:
    """From the welcome to the first accepted chapter."""
    picture(page, f"{name}-welcome")
    press(page, "Try the sample world")
    expect(page.locator(".ll-title h1")).to_be_visible()
    hint = page.locator(".ll-hint button").first
    expect(hint).to_be_visible()
    picture(page, f"{name}-white-page")
    wanted = hint.inner_text()
    hint.click()
    expect(request_box(page)).to_have_value(wanted)
    press(page, "Write")
    expect(page.locator(".ll-live")).to_be_visible()
    expect(page.locator("#ll-accept")).to_be_visible()
    expect(page.locator(".ll-draft header")).to_contain_text("rated")
    expect(page.locator(".ll-rating")).to_be_visible()
    expect(page.locator(".ll-suggestion").first).to_be_visible()
    expect(page.locator(".ll-usage")).to_contain_text("word-pieces")
    assert not re.search(r"[{}\[\]]|suggestions\"", page.locator(".ll-right").inner_text())
    picture(page, f"{name}-draft")
    press(page, "Accept")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)
    expect(page.locator("#ll-accept")).to_be_hidden()
    picture(page, f"{name}-chapter", full=False)


@pytest.fixture
def first_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app in which nobody has written anything yet."""
    running = Running(tmp_path_factory.mktemp("first"), "--delay", "0.01", LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


def test_first_evening(first_app: Running, opens: Opens) -> None:
    page = opens(first_app.url)
    accepted_chapter(page, "wide")
    tab(page, "Lore")
    page.locator("#ll-lore button", has_text="changed in the story").first.click()
    expect(page.locator("#ll-entry .ll-because q").first).to_be_visible()
    picture(page, "wide-lore")
    press(page, "Note history")
    expect(page.locator("#ll-history li").first).to_be_visible()
    tab(page, "Queue")
    expect(page.locator(".ll-t-done").first).to_be_visible()
    expect(page.locator(".ll-tasks")).to_contain_text("Read chapter 1")
    picture(page, "wide-queue")


def test_first_evening_on_a_phone_with_a_memory_that_fails_once(failing_app: Running, opens: Opens) -> None:
    page = opens(failing_app.url, NARROW)
    accepted_chapter(page, "narrow")
    tab(page, "Queue")
    failed = page.locator(".ll-t-failed")
    expect(failed).to_contain_text("refused to answer")
    picture(page, "narrow-queue-failed")
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_have_count(0)
    expect(page.locator(".ll-t-done").nth(1)).to_be_visible()
    picture(page, "narrow-queue")
    tab(page, "Lore")
    expect(page.locator("#ll-lore .ll-note").first).to_be_visible()
    picture(page, "narrow-lore")


def test_a_reload_in_the_middle_goes_on_with_the_same_draft(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    new_story(page, "The Long Night", "Reload")
    request_box(page).fill("The harbour empties and only one lamp is left. About 700 words.")
    press(page, "Write")
    expect(page.locator(".ll-live p").nth(1)).to_be_visible()
    with standing_still(page, "#ll-write"), standing_still(page, "#ll-paper"):
        before = words_on_page(page)
        page.wait_for_function(f"document.querySelector('#ll-page').innerText.split(/\\s+/).length > {before + 20}")
    page.reload()
    ready(page)
    expect(page.locator(".ll-live")).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    page.wait_for_function(f"document.querySelector('#ll-page').innerText.split(/\\s+/).length > {before + 40}")
    expect(page.locator("#ll-accept")).to_be_visible()
    expect(page.locator(".ll-draft")).to_contain_text("The harbour empties")


def test_stop_then_start_over_then_go_on(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    new_story(page, "Half a Page", "Stops")
    wish = "A ferryman refuses a coin. About 700 words."
    request_box(page).fill(wish)
    press(page, "Write")
    expect(page.locator(".ll-live p").first).to_be_visible()
    press(page, "Stop")
    notice = page.locator(".ll-notice")
    expect(notice).to_contain_text("You stopped the agents")
    expect(notice).to_contain_text("A ferryman refuses a coin")
    expect(page.locator(".ll-draft")).to_contain_text("Unfinished")
    picture(page, "wide-stopped")
    press(page, "Start over")
    expect(request_box(page)).to_have_value(wish)
    page.reload()
    ready(page)
    expect(request_box(page)).to_have_value(wish)
    press(page, "Go on")
    expect(page.locator("#ll-accept")).to_be_visible()
    expect(page.locator(".ll-notice")).to_be_hidden()


def test_one_may_write_ones_own_version_beside_a_draft(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    new_story(page, "Two Hands", "Versions")
    request_box(page).fill("Two sisters share one coat.")
    press(page, "Write")
    press(page, "Edit as new draft")
    box = page.get_by_label("Your version")
    expect(box).to_have_value(re.compile("coat"))
    mine = "<b>Mine</b> alone. {{ 7 * 7 }} ${1 + 1}"
    box.fill(mine)
    press(page, "Save as new draft")
    expect(page.locator(".ll-draft p").last).to_have_text(mine)
    assert page.locator(".ll-draft b").count() == 0
    expect(page.locator("#ll-drafts label").nth(1)).to_be_visible()
    picture(page, "wide-two-drafts")
    # As fast as one can press: Accept is for the draft that is on top when Discard is done.
    press(page, "Discard")
    press(page, "Accept")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_contain_text("Two sisters share one coat")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)
    expect(page.locator("#ll-manuscript")).not_to_contain_text("Mine")


def test_what_was_not_taken_steps_back_and_can_be_turned_to(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    new_story(page, "Two Ways", "Roads")
    request_box(page).fill("Two sisters share one coat.")
    press(page, "Write")
    press(page, "Edit as new draft")
    box = page.get_by_label("Your version")
    expect(box).to_have_value(re.compile("coat"))
    box.fill("They cut the coat in two.")
    press(page, "Save as new draft")
    expect(page.locator(".ll-draft p").last).to_have_text("They cut the coat in two.")
    press(page, "Accept")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_contain_text("They cut the coat in two.")
    # The other draft isn't put in front of the writer again, also after a reload.
    for _ in range(2):
        expect(page.locator("#ll-accept")).to_be_hidden()
        expect(page.locator(".ll-draft")).to_have_count(0)
        expect(page.locator("#ll-write")).to_have_text("Write")
        expect(page.locator("#ll-drafts")).to_contain_text("that you didn't take")
        page.reload()
        ready(page)
    page.locator("#ll-drafts label").first.click()
    expect(page.locator(".ll-draft")).to_contain_text("share one coat")
    press(page, "Accept")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)
    expect(page.locator("#ll-manuscript .ll-chapter")).to_contain_text("share one coat")


def test_what_is_typed_survives_a_reload_and_an_error(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    new_story(page, "Unsent", "Typed")
    press(page, "Write")
    expect(page.get_by_text("Say in the box above what should happen")).to_be_visible()
    request_box(page).press_sequentially("A letter that nobody sends")
    page.reload()
    ready(page)
    expect(page.locator(".ll-title h1")).to_have_text("Unsent")
    expect(request_box(page)).to_have_value("A letter that nobody sends")
    request_box(page).fill("An\x07 invisible bell")
    press(page, "Write")
    expect(page.get_by_text("control character")).to_be_visible()
    expect(request_box(page)).to_have_value("An\x07 invisible bell")


def test_what_is_pasted_or_deleted_is_kept_too(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    new_story(page, "Pasted", "Clipboard")
    request_box(page).focus()
    kept = page.evaluate(KEPT)
    page.keyboard.insert_text("A letter from elsewhere!")
    page.wait_for_function(f"before => {KEPT} !== before", arg=kept)
    page.reload()
    ready(page)
    expect(request_box(page)).to_have_value("A letter from elsewhere!")
    request_box(page).press("End")
    kept = page.evaluate(KEPT)
    page.keyboard.press("Backspace")
    expect(request_box(page)).to_have_value("A letter from elsewhere")
    page.wait_for_function(f"before => {KEPT} !== before", arg=kept)
    page.reload()
    ready(page)
    expect(request_box(page)).to_have_value("A letter from elsewhere")


def test_a_form_keeps_what_was_typed_when_it_is_refused(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    ready(page)
    page.get_by_role("button", name="New story").click()
    page.get_by_label("Name of the world").fill("Kept")
    press(page, "Create the story")
    expect(page.get_by_text("no title yet")).to_be_visible()
    expect(page.get_by_label("Name of the world")).to_have_value("Kept")


def test_what_is_typed_the_moment_the_page_opens_stays(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    page.get_by_role("button", name="New story").click()
    page.get_by_label("Name of the world").fill("Early")
    page.get_by_label("Title of the story").fill("Bird")
    # Longer than the page takes to ask for its story and to be laid out.
    page.wait_for_timeout(1500)
    assert page.get_by_label("Name of the world").input_value() == "Early"
    assert page.get_by_label("Title of the story").input_value() == "Bird"


def test_a_world_can_be_made_without_typing(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    page.get_by_role("button", name="New story").click()
    press(page, "Make me a world")
    press(page, "Take this one")
    expect(page.locator(".ll-title h1")).to_have_text("A first telling")
    expect(page.locator(".ll-story .ll-premise")).not_to_be_empty()


def test_night(app: Running, opens: Opens) -> None:
    page = opens(app.url, dark=True)
    ready(page)
    shade = "getComputedStyle(document.body).backgroundColor"
    night = page.evaluate(shade)
    picture(page, "wide-night", full=False)
    press(page, "Day or night")
    page.wait_for_function(f"{shade} !== '{night}'")
    day = page.evaluate(shade)
    assert sum(map(int, re.findall(r"\d+", night)[:3])) < 200 < sum(map(int, re.findall(r"\d+", day)[:3]))
    page.reload()
    ready(page)
    page.wait_for_function(f"{shade} === '{day}'")
