"""Changing a draft and the last chapter by a wish, and comparing drafts."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, press, ready, request_box


def drafted(page: Page, title: str, request: str) -> None:
    """A new story with one draft on the desk."""
    new_story(page, title, f"{title} world")
    request_box(page).fill(request)
    press(page, "Write")
    expect(page.locator("#ll-accept")).to_be_visible()


def wish_box(page: Page):  # type: ignore[no-untyped-def]
    """The box for what should be different."""
    return page.locator("#ll-wish textarea")


def test_a_draft_is_changed_and_shown_beside_the_old_one(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    drafted(page, "Second thoughts", "Two sisters share one coat.")
    press(page, "Change it")
    expect(page.get_by_text("what should be different; a sentence is enough")).to_be_visible()

    wish_box(page).press_sequentially("Let it rain all night.")
    page.reload()
    ready(page)
    expect(wish_box(page)).to_have_value("Let it rain all night.")
    press(page, "Change it")
    expect(page.locator(".ll-live .ll-ribbon")).to_contain_text("Changing chapter 1")
    expect(page.locator("#ll-change")).to_be_disabled()
    expect(page.locator("#ll-accept")).to_be_visible()
    expect(wish_box(page)).to_have_value("")
    changes = page.locator("#ll-page .ll-changes")
    expect(changes.locator("ins").first).to_be_visible()
    expect(page.locator("#ll-drafts label")).to_have_count(2)
    expect(page.locator(".ll-rating")).to_be_visible()
    picture(page, "wide-change")

    page.locator("#ll-showing label", has_text="The whole text").click()
    expect(changes).to_have_count(0)
    expect(page.locator("#ll-page p").nth(2)).to_be_visible()
    # The old draft is still there, and can be looked at the other way round.
    page.locator("#ll-drafts label").first.click()
    expect(page.locator("#ll-showing label", has_text="What changed")).to_be_visible()
    page.locator("#ll-showing label", has_text="What changed").click()
    expect(changes.locator("del").first).to_be_visible()
    press(page, "Accept")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)


def test_the_last_chapter_is_changed_and_replaced(app: Running, opens: Opens) -> None:
    page = opens(app.url, NARROW)
    drafted(page, "Regrets", "A ferryman refuses a coin.")
    press(page, "Accept")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)
    expect(page.get_by_label("What should be different in chapter 1?")).to_be_visible()
    wish_box(page).fill("Let him take the coin.")
    press(page, "Change it")
    expect(page.locator("#ll-accept")).to_be_visible()
    expect(page.locator("#ll-page .ll-changes ins").first).to_be_visible()
    expect(page.locator("#ll-page")).to_contain_text("it takes the place of chapter 1")
    picture(page, "narrow-change")
    press(page, "Accept")
    expect(page.locator("#ll-accept")).to_be_hidden()
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)


def test_a_change_that_is_stopped_gives_its_wish_back(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    drafted(page, "Half a change", "A letter arrives. About 700 words.")
    wish_box(page).fill("Let nobody read it.")
    press(page, "Change it")
    expect(page.locator(".ll-live p").first).to_be_visible()
    press(page, "Stop")
    expect(page.locator(".ll-notice")).to_contain_text("Let nobody read it")
    # The draft that was to be changed is still on the desk.
    expect(page.locator("#ll-accept")).to_be_visible()
    press(page, "Start over")
    expect(wish_box(page)).to_have_value("Let nobody read it.")
    page.reload()
    ready(page)
    expect(wish_box(page)).to_have_value("Let nobody read it.")
    press(page, "Go on")
    expect(page.locator("#ll-drafts label")).to_have_count(2)
    expect(page.locator("#ll-page .ll-changes ins").first).to_be_visible()
