"""The Plan tab by clicking: by hand, by the outliner, out of a text, and over to Write."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, press, request_box, tab

PLAN = "1. The Quay: Aria runs <b>away</b>.\n2. Tobin goes down to the quay and finds {a letter}.\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app of its own: its stories must not stand in the way of others."""
    running = Running(tmp_path_factory.mktemp("plan"), "--delay", "0.01", LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


def cards(page: Page) -> Locator:
    return page.locator(".ll-planned")


def titles(page: Page) -> Locator:
    return page.locator(".ll-planned h3")


def test_a_plan_by_hand(desk: Running, opens: Opens) -> None:
    page = opens(desk.url)
    tab(page, "Plan")
    expect(page.locator("#ll-plan .ll-empty")).to_contain_text("No story is open.")
    tab(page, "Write")
    new_story(page, "Planned", "Vell")
    tab(page, "Plan")
    expect(page.locator("#ll-plan .ll-empty")).to_contain_text("Nothing is planned yet.")
    picture(page, "wide-plan-empty")

    # Two chapters by hand; what is typed survives a reload before it is saved.
    press(page, "Add a chapter")
    page.locator(".ll-plan-new[data-item='new'] input").fill("The Bell")
    page.locator(".ll-plan-new[data-item='new'] textarea").fill("Aria hears it in the night.")
    page.reload()
    tab(page, "Plan")
    expect(page.locator(".ll-plan-new[data-item='new'] textarea")).to_have_value("Aria hears it in the night.")
    press(page, "Add to the plan")
    expect(titles(page)).to_have_text(["The Bell next"])
    press(page, "Add a chapter")
    page.locator(".ll-plan-new[data-item='new'] input").fill("Home")
    press(page, "Add to the plan")
    expect(titles(page)).to_have_text(["The Bell next", "Home"])

    # A text becomes a plan when it is taken over.
    page.locator("#ll-plan-text textarea").fill(PLAN)
    press(page, "Read the plan")
    expect(page.locator(".ll-plan-found li")).to_have_count(2)
    expect(page.locator(".ll-plan-found li").first).to_contain_text("Aria runs <b>away</b>.")
    picture(page, "wide-plan-read")
    press(page, "Take it over")
    expect(cards(page)).to_have_count(4)
    expect(page.locator("#ll-plan-text textarea")).to_have_value("")

    # In the order that the writer wants.
    cards(page).nth(3).get_by_role("button", name="Move up").click()
    expect(titles(page).nth(2)).to_have_text("Tobin goes down to the quay")
    cards(page).nth(1).get_by_role("button", name="Edit").click()
    cards(page).nth(1).locator("input").fill("Homewards")
    cards(page).nth(1).get_by_role("button", name="Save").click()
    expect(titles(page).nth(1)).to_have_text("Homewards")
    cards(page).nth(3).get_by_role("button", name="Delete").click()
    expect(cards(page)).to_have_count(4)
    cards(page).nth(3).get_by_role("button", name="Delete").click()
    expect(titles(page)).to_have_text(["The Bell next", "Homewards", "Tobin goes down to the quay"])

    # The outliner plans on, one card after the other.
    press(page, "Plan the next chapters")
    expect(cards(page)).to_have_count(6)
    expect(page.locator("#ll-plan-generate")).to_have_text("Plan the next chapters")
    expect(page.locator("#ll-plan-progress")).to_be_empty()
    picture(page, "wide-plan")

    # Written as planned; the card says so.
    page.get_by_role("button", name="Write chapter 1").click()
    expect(request_box(page)).to_have_value("The Bell. Aria hears it in the night.")
    press(page, "Write")
    expect(page.locator("#ll-accept")).to_be_visible()
    press(page, "Accept")
    expect(page.locator("#chapter-1")).to_be_visible()
    tab(page, "Plan")
    expect(titles(page).nth(0)).to_have_text("The Bell written")
    expect(titles(page).nth(1)).to_have_text("Homewards next")

    # Without a request the plan says what happens.
    tab(page, "Write")
    expect(request_box(page)).to_have_value("")
    press(page, "Write")
    expect(page.locator("#ll-accept")).to_be_visible()
    press(page, "Accept")
    expect(page.locator("#chapter-2")).to_be_visible()
    tab(page, "Plan")
    expect(titles(page).nth(1)).to_have_text("Homewards written")

    phone = opens(desk.url, NARROW, dark=True)
    tab(phone, "Plan")
    expect(cards(phone)).to_have_count(6)
    phone.locator(".ll-planned").nth(1).get_by_role("button", name="Edit").click()
    picture(phone, "narrow-plan-night")


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app whose outliner takes some seconds for a chapter."""
    running = Running(tmp_path_factory.mktemp("slow-plan"), "--delay", "0.2")
    yield running
    running.close()


def test_planning_goes_on_over_a_reload_and_stops(slow: Running, opens: Opens) -> None:
    page = opens(slow.url)
    new_story(page, "Slow", "Vell")
    tab(page, "Plan")
    page.locator("#ll-plan-count input[type=number]").fill("20")
    press(page, "Plan the next chapters")
    expect(cards(page).first).to_be_visible()
    expect(page.locator(".ll-planning")).to_contain_text("hapter ")
    picture(page, "wide-plan-at-work")
    page.reload()
    tab(page, "Plan")
    expect(page.locator(".ll-planning")).to_contain_text("hapter ")
    press(page, "Stop")
    expect(page.locator("#ll-plan-generate")).to_have_text("Plan the next chapters")
    assert 1 <= cards(page).count() < 20


PARTED = """Part One: Salt
The sea takes the lower town.
1. The Bell: Aria hears a bell under the water.
2. The Quay: Aria waits for Tobin.
Part Two: Iron
1. The Forge: Aria asks the smith for a key.
2. The Road: Tobin sells his boat.
"""


def parts(page: Page) -> Locator:
    return page.locator(".ll-plan-part h2")


def test_parts_are_written_one_chapter_after_the_other(desk: Running, opens: Opens) -> None:
    page = opens(desk.url)
    new_story(page, "Parted", "Vell")
    tab(page, "Plan")
    page.locator("#ll-plan-text textarea").fill(PARTED)
    press(page, "Read the plan")
    expect(page.locator(".ll-plan-found li")).to_have_count(4)
    press(page, "Take it over")
    expect(parts(page)).to_have_text(["Salt", "Iron"])
    picture(page, "wide-plan-parts")

    # A part of one's own, a chapter that changes its part, and a part that is deleted.
    press(page, "Add a part")
    form = page.locator("[data-item='part:new']")
    form.locator("input").fill("Home")
    form.locator("select").select_option(label="Chapter 4: The Road")
    press(page, "Add the part")
    expect(parts(page)).to_have_text(["Salt", "Iron", "Home"])
    page.get_by_role("button", name="Move chapter 4, The Road, into the part above").click()
    expect(page.locator(".ll-plan-part").nth(2)).to_contain_text("No chapters yet.")
    page.get_by_role("button", name="Delete part 3, Home").click()
    page.get_by_role("button", name="Delete part 3, Home").click()
    expect(parts(page)).to_have_text(["Salt", "Iron"])

    # Two chapters in a row; the page may be closed meanwhile.
    page.locator("#ll-run-count input").fill("2")
    page.locator("#ll-run-write").click()
    expect(page.locator(".ll-run")).to_contain_text("Chapter 1 (1 of 2)")
    expect(page.locator(".ll-run")).to_contain_text("The page may be closed; it goes on after a restart.")
    picture(page, "wide-plan-writing")
    page.reload()
    tab(page, "Plan")
    expect(page.locator(".ll-run")).to_contain_text("2 chapters written in this run.")
    expect(page.locator(".ll-run-done li")).to_have_count(2)
    expect(titles(page).nth(1)).to_have_text("The Quay written")
    expect(page.locator(".ll-plan-part").first).to_contain_text("What was told")

    # A part as a whole, stopped at once, and gone on with.
    page.get_by_role("button", name="Write part 2, Iron").click()
    expect(page.locator(".ll-run")).to_contain_text("Chapter 3 (1 of 2)")
    press(page, "Stop now")
    expect(page.locator(".ll-run")).to_contain_text("Stopped.")
    press(page, "Go on")
    press(page, "Stop after this chapter")
    expect(page.locator(".ll-run")).to_contain_text("as you asked")
    expect(titles(page).nth(2)).to_have_text("The Forge written")
    tab(page, "Context")
    # The Write tab may name it too, for the chapter written last.
    expect(page.get_by_text("plan: this part").locator("visible=true").first).to_be_visible()

    phone = opens(desk.url, NARROW, dark=True)
    tab(phone, "Plan")
    expect(parts(phone).first).to_be_visible()
    picture(phone, "narrow-plan-parts-night")
