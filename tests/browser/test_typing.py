"""Whatever is being typed when the page goes away is there when it comes back: typed, and loaded again at once."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, Running, picture, press, ready, request_box, tab

GONE_WITH = """(selector) => {
  const node = document.querySelector(selector);
  new MutationObserver(() => node.isConnected || location.reload()).observe(document, {childList: true, subtree: true});
}"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app that answers at once."""
    running = Running(tmp_path_factory.mktemp("typing"), LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


@pytest.fixture
def story(desk: Running, opens: Opens) -> Page:
    """The sample story, open."""
    page = opens(desk.url)
    if page.locator(".ll-welcome").is_visible():
        press(page, "Try the sample world")
    expect(page.locator(".ll-title h1")).to_be_visible()
    return page


def typed(page: Page, name: str, text: str) -> None:
    """Type into the box of that id, key by key as a person does, and load the page again at once."""
    box = page.locator(f"#{name} :is(textarea, input)")
    box.click()
    box.press("Control+End")
    box.press_sequentially(text)
    page.reload()
    ready(page)


def draft(page: Page) -> None:
    """Have a draft to decide about."""
    request_box(page).fill("She counts the lanterns, about 200 words")
    page.locator("#ll-write").click()
    expect(page.locator("#ll-accept")).to_be_visible()


def in_write(page: Page) -> None:
    """Nothing to open: the box is on the page."""


def in_plan(page: Page) -> None:
    tab(page, "Plan")
    expect(page.locator("#ll-plan-text textarea")).to_be_visible()


def in_chat(page: Page) -> None:
    tab(page, "Chat")
    expect(page.locator("#ll-message textarea")).to_be_visible()


def in_context(page: Page) -> None:
    tab(page, "Context")
    expect(page.locator("#ll-if :is(textarea, input)")).to_be_visible()


def in_archive(page: Page) -> None:
    tab(page, "Archive")
    expect(page.locator("#ll-archive-text textarea")).to_be_visible()


def in_new_story(page: Page) -> None:
    tab(page, "Write")
    place = page.locator("#ll-new-premise textarea")
    if not place.is_visible():
        page.get_by_role("button", name="New story").click()
    expect(place).to_be_visible()


BOXES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "request": ("ll-instruction", in_write),
    "plan": ("ll-plan-text", in_plan),
    "message": ("ll-message", in_chat),
    "context": ("ll-if", in_context),
    "archive": ("ll-archive-text", in_archive),
    "new story": ("ll-new-premise", in_new_story),
}


def test_every_box_has_its_words_again(story: Page) -> None:
    for name, (box, turn) in BOXES.items():
        turn(story)
        typed(story, box, f"Half a thought about {name}")
        turn(story)
        expect(story.locator(f"#{box} :is(textarea, input)")).to_have_value(f"Half a thought about {name}")


def test_one_s_own_version_of_a_draft_opens_again(story: Page) -> None:
    draft(story)
    press(story, "Edit as new draft")
    box = story.locator("#ll-own-text textarea")
    expect(box).not_to_have_value("")
    before = box.input_value()
    typed(story, "ll-own-text", " And then the bell.")
    expect(box).to_have_value(before + " And then the bell.")
    # What was left isn't kept any longer.
    with story.expect_navigation():
        # The page goes at the very moment in which the form does.
        story.evaluate(GONE_WITH, "#ll-own-text textarea")
        press(story, "Leave it")
    ready(story)
    expect(story.locator("#ll-accept")).to_be_visible()
    expect(box).to_be_hidden()
    press(story, "Edit as new draft")
    expect(box).to_have_value(before)
    # And what was saved isn't either: it is the draft now.
    box.fill("My own words, all of them.")
    press(story, "Save as new draft")
    expect(story.locator("#ll-page")).to_contain_text("My own words, all of them.")
    story.reload()
    ready(story)
    expect(story.locator("#ll-page")).to_contain_text("My own words, all of them.")
    expect(box).to_be_hidden()
    expect(story.locator("#ll-unsaved")).to_have_count(0)


def test_a_wish_for_a_change(story: Page) -> None:
    expect(story.locator("#ll-wish textarea")).to_be_visible()
    typed(story, "ll-wish", "Let it rain")
    expect(story.locator("#ll-wish textarea")).to_have_value("Let it rain")


def test_forms_in_lore_open_again_where_they_were(story: Page) -> None:
    tab(story, "Lore")
    story.locator("#ll-add-entry").click()
    story.locator("#ll-lore-title :is(textarea, input)").fill("Tamsin")
    typed(story, "ll-lore-content", "A diver who never learnt to float")
    # Before one is there, the page says what waits.
    expect(story.locator("#ll-unsaved")).to_contain_text("a new entry in Lore")
    story.locator("#ll-unsaved summary").click()
    expect(story.locator("#ll-unsaved pre")).to_contain_text("A diver who never learnt to float")
    picture(story, "wide-unsaved", full=False)
    tab(story, "Lore")
    expect(story.locator("#ll-lore-content textarea")).to_have_value("A diver who never learnt to float")
    expect(story.locator("#ll-lore-title :is(textarea, input)")).to_have_value("Tamsin")
    expect(story.locator("#ll-unsaved")).to_have_count(0)
    press(story, "Save the entry")
    expect(story.locator("#ll-entry h2")).to_have_text("Tamsin")

    # A note, on the entry that it is about and on no other.
    press(story, "Edit the note")
    typed(story, "ll-own-note", "She owes the ferryman a lamp")
    tab(story, "Lore")
    other = story.locator("#ll-lore [data-act=open]").filter(has_not_text="Tamsin").first
    other.click()
    expect(story.locator("#ll-own-note textarea")).to_be_hidden()
    story.locator("#ll-lore [data-act=open]").filter(has_text="Tamsin").click()
    expect(story.locator("#ll-own-note textarea")).to_have_value("She owes the ferryman a lamp")


def test_what_is_planned_in_a_card(story: Page) -> None:
    tab(story, "Plan")
    story.locator("#ll-plan [data-do=edit]").last.click()
    box = story.locator("#ll-plan textarea[data-field=summary]").last
    box.press_sequentially("The bell rings twice")
    story.reload()
    ready(story)
    tab(story, "Plan")
    expect(story.locator("#ll-plan textarea[data-field=summary]").last).to_have_value("The bell rings twice")


def test_an_event_in_the_timeline(story: Page) -> None:
    tab(story, "Timeline")
    press(story, "Add an event")
    typed(story, "ll-event-what", "Aria finds the letter")
    tab(story, "Timeline")
    expect(story.locator("#ll-event-what textarea")).to_have_value("Aria finds the letter")


def test_a_question_to_the_team(story: Page) -> None:
    tab(story, "Team")
    story.get_by_role("tab", name="Ask").click() if story.get_by_role("tab", name="Ask").count() else None
    story.locator("#ll-whom").get_by_text("character").first.click()
    typed(story, "ll-ask-question", "What would you never forgive")
    tab(story, "Team")
    story.get_by_role("tab", name="Ask").click() if story.get_by_role("tab", name="Ask").count() else None
    story.locator("#ll-whom").get_by_text("character").first.click()
    expect(story.locator("#ll-ask-question textarea")).to_have_value("What would you never forgive")
