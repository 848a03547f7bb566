"""The Timeline tab by clicking, by keyboard and by typing, and what doesn't fit where a writer sees it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gradio_client import Client
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, SCREENSHOTS, Opens, Running, new_story, picture, press, tab

Call = Callable[..., Any]
LORE = (
    ("Aria", "character", "A mapmaker."),
    ("Tobin", "character", "A ferryman."),
    ("Vell", "location", "A harbour town."),
    ("Gannsund", "location", "A village under cliffs."),
)
CHAPTERS = (
    "On 3 May 447, at noon, Aria came to Vell with a wet map. Tobin was in Vell, too.",
    "The next morning Tobin died in Vell. Aria wept on the quay of Vell.",
    "Three days later Aria reached Gannsund and slept.",
)
GHOST = "The next morning Tobin walked along the cliffs of Gannsund and laughed at the gulls."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app of its own: the newest story is the one that a page opens."""
    running = Running(tmp_path_factory.mktemp("timeline"), LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


def caller(url: str) -> Call:
    client = Client(url, verbose=False)
    return lambda endpoint, *given: client.predict(*given, api_name=f"/{endpoint}")


def told(call: Call, story_id: str, text: str, accepted: bool = True) -> dict[str, Any]:
    """A chapter in these words."""
    draft = call("generate_chapter", story_id, "Something happens.")["data"]["passage"]
    own = call("edit_passage", draft["id"], text)
    call("discard_passage", draft["id"])
    return call("accept_passage", own["id"]) if accepted else own


def story_of(url: str, title: str, *chapters: str) -> tuple[str, Call]:
    """A story with these chapters, without the events that their reading found: tests bring their own."""
    call = caller(url)
    world = call("create_world", title)
    for name, kind, content in LORE:
        call("upsert_lore", world["id"], {"title": name, "kind": kind, "content": content})
    story_id = call("create_story", world["id"], title)["id"]
    for text in chapters:
        told(call, story_id, text)
    for event in call("timeline", story_id):
        call("delete_event", event["id"])
    return story_id, call


def with_events(url: str, title: str) -> tuple[str, Call]:
    """Three chapters and five events with two people in two places."""
    story_id, call = story_of(url, title, *CHAPTERS)
    passages = [passage["id"] for passage in call("get_story", story_id)["passages"]]
    for number, when, where, who, what in (
        (0, "on 3 May 447, at noon", "Vell", ["Aria"], "Aria comes to Vell."),
        (0, "on 3 May 447, at noon", "Gannsund", ["Tobin"], "Tobin mends a net."),
        (1, "the next morning", "Vell", ["Tobin"], "Tobin dies in Vell."),
        (1, "", "Vell", ["Aria"], "Aria weeps on the quay."),
        (2, "three days later", "Gannsund", ["Aria"], "Aria reaches Gannsund."),
    ):
        event = {"when": when, "where": where, "who": who, "what": what, "passage_id": passages[number]}
        call("add_event", story_id, event)
    return story_id, call


def happenings(page: Page) -> Locator:
    return page.locator(".ll-happening")


def card(page: Page) -> Locator:
    return page.locator("#ll-event .ll-happened")


def rows(page: Page) -> Locator:
    return page.locator("#ll-events .ll-event-list li")


def lanes(page: Page) -> list[str]:
    return page.locator(".ll-lane b").all_inner_texts()


def box_of(page: Page) -> tuple[int, int]:
    """Width of the picture, and of the box that it scrolls in."""
    widths = page.locator(".ll-time-box").evaluate("(box) => [box.scrollWidth, box.clientWidth]")
    return widths[0], widths[1]


def chosen(page: Page, dropdown: str, option: str) -> None:
    page.locator(f"{dropdown} input").click()
    page.get_by_role("option", name=option, exact=True).click()


def test_empty_places_say_what_will_stand_there(desk: Running, opens: Opens) -> None:
    page = opens(desk.url)
    tab(page, "Timeline")
    expect(page.locator("#ll-time .ll-empty")).to_contain_text("No story is open.")
    tab(page, "Write")
    new_story(page, "White", "Vell")
    tab(page, "Timeline")
    expect(page.locator("#ll-time .ll-empty")).to_contain_text("Nothing has happened yet.")
    picture(page, "wide-timeline-empty")
    page.locator("#ll-time-mode label").nth(1).click()
    expect(page.locator("#ll-misfits .ll-empty")).to_contain_text("There is nothing to compare yet.")
    picture(page, "wide-misfits-empty")


def test_a_press_opens_an_event_and_its_chapter(desk: Running, opens: Opens) -> None:
    with_events(desk.url, "The Wet Map")
    page = opens(desk.url)
    tab(page, "Timeline")
    expect(happenings(page)).to_have_count(5)
    assert lanes(page) == ["Vell", "Gannsund"]
    expect(page.locator(".ll-way")).not_to_have_count(0)
    happenings(page).nth(2).locator(".ll-bead").click()
    expect(card(page).locator("h3")).to_have_text("Tobin dies in Vell.")
    expect(card(page)).to_contain_text("the next morning")
    expect(happenings(page).nth(2)).to_have_attribute("aria-current", "true")
    picture(page, "wide-timeline")

    # The events of one place over time, and of one time over all places, lead on to each other.
    here = card(page).locator("section", has_text="Here at other times")
    expect(here.locator("button")).to_have_text(["Aria comes to Vell.", "Aria weeps on the quay."])
    here.get_by_role("button", name="Aria comes to Vell.").click()
    expect(card(page).locator("h3")).to_have_text("Aria comes to Vell.")
    elsewhere = card(page).locator("section", has_text="Elsewhere at this time")
    elsewhere.get_by_role("button", name="Tobin mends a net.").click()
    expect(card(page).locator("h3")).to_have_text("Tobin mends a net.")
    expect(happenings(page).nth(1)).to_have_attribute("aria-current", "true")

    rows(page).nth(3).get_by_role("button", name="Aria weeps on the quay.", exact=True).click()
    press(page, "Open chapter 2")
    expect(page.locator("#chapter-2")).to_be_focused()
    expect(page.locator("#chapter-2")).to_be_in_viewport()


def test_lanes_filters_and_zoom(desk: Running, opens: Opens) -> None:
    with_events(desk.url, "The Long Quay")
    page = opens(desk.url)
    tab(page, "Timeline")
    expect(happenings(page)).to_have_count(5)
    page.locator("#ll-time-lanes label", has_text="By character").click()
    expect(page.locator(".ll-lane b")).to_have_text(["Aria", "Tobin"])
    expect(page.locator(".ll-arrival").first).to_have_text("Vell")
    picture(page, "wide-timeline-people")
    chosen(page, "#ll-time-where", "Gannsund")
    expect(happenings(page)).to_have_count(2)
    expect(rows(page)).to_have_count(2)
    chosen(page, "#ll-time-who", "Tobin")
    expect(happenings(page)).to_have_count(1)
    chosen(page, "#ll-time-where", "Vell")
    expect(rows(page)).to_contain_text(["Tobin dies in Vell."])
    chosen(page, "#ll-time-who", "Everybody")
    expect(happenings(page)).to_have_count(3)

    width, room = box_of(page)
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    wider, _ = box_of(page)
    assert wider > max(width, room)
    page.get_by_role("button", name="Show all of it").click()
    assert box_of(page)[0] <= room + 1
    expect(page.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "true")


def test_events_by_keyboard_alone(desk: Running, opens: Opens) -> None:
    with_events(desk.url, "Keys")
    page = opens(desk.url)
    tab(page, "Timeline")
    expect(happenings(page)).to_have_count(5)
    page.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Tab")
    # Chromium lets a box that scrolls be reached, too.
    if page.evaluate("document.activeElement.classList.contains('ll-time-box')"):
        page.keyboard.press("Tab")
    expect(happenings(page).nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(happenings(page).nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(card(page).locator("h3")).to_have_text("Tobin dies in Vell.")
    happenings(page).nth(2).focus()
    page.keyboard.press("End")
    expect(happenings(page).nth(4)).to_be_focused()


def test_events_by_hand_and_nothing_typed_is_lost(desk: Running, opens: Opens) -> None:
    story_of(desk.url, "By hand", CHAPTERS[0])
    page = opens(desk.url)
    tab(page, "Timeline")
    press(page, "Add an event")
    what, when = page.locator("#ll-event-what textarea"), page.locator("#ll-event-when textarea")
    where, who = page.locator("#ll-event-where textarea"), page.locator("#ll-event-who textarea")
    when.fill("on 5 May 447")
    press(page, "Save the event")
    expect(page.get_by_text("What happens is empty", exact=False)).to_be_visible()
    expect(when).to_have_value("on 5 May 447")
    what.fill("A <b>bell</b> rings.")
    where.fill("Vell")
    who.fill("Aria, a stranger")
    page.reload()
    tab(page, "Timeline")
    expect(what).to_have_value("A <b>bell</b> rings.")
    expect(when).to_have_value("on 5 May 447")
    expect(who).to_have_value("Aria, a stranger")
    picture(page, "wide-timeline-form")
    press(page, "Save the event")
    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text("5 May 447")
    expect(rows(page).first).to_contain_text("Aria, a stranger · yours")
    expect(card(page).locator("h3")).to_have_text("A <b>bell</b> rings.")
    expect(page.locator("#ll-event-form")).to_be_hidden()

    page.locator("#ll-event").get_by_role("button", name="Edit").click()
    expect(where).to_have_value("Vell")
    where.fill("the Old Mill")
    press(page, "Save the event")
    expect(rows(page).first).to_contain_text("the Old Mill")
    assert lanes(page) == ["the Old Mill"]
    # What was saved is typed no longer.
    page.reload()
    tab(page, "Timeline")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#ll-event-form")).to_be_hidden()
    delete = rows(page).first.get_by_role("button", name="Delete")
    delete.click()
    expect(delete).to_have_text("Really delete?")
    expect(rows(page)).to_have_count(1)
    delete.click()
    expect(page.locator("#ll-time .ll-empty")).to_contain_text("Nothing has happened yet.")


def test_what_does_not_fit_is_shown_with_both_sentences_and_can_stand(desk: Running, opens: Opens) -> None:
    story_of(desk.url, "Ghosts", *CHAPTERS[:2], GHOST)
    page = opens(desk.url)
    tab(page, "Timeline")
    page.locator("#ll-time-mode label", has_text=re.compile(r"What doesn’t fit \(\d+\)")).click()
    found = page.locator("#ll-misfits > * .ll-contradictions").first.locator("> li", has_text="death")
    expect(found.locator("blockquote")).to_have_count(2)
    expect(found.locator("blockquote").first).to_contain_text("Tobin died in Vell.")
    expect(found.locator("cite")).to_have_text(["Chapter 2", "Chapter 3"])
    picture(page, "wide-misfits")

    found.get_by_role("button", name="Let it stand").click()
    found.get_by_role("button", name="Let it stand", exact=True).click()
    expect(page.get_by_text("Say why it may stand")).to_be_visible()
    found.locator("textarea").fill("He is a ghost.")
    page.reload()
    tab(page, "Timeline")
    page.locator("#ll-time-mode label").nth(1).click()
    expect(found.locator("textarea")).to_have_value("He is a ghost.")
    found.get_by_role("button", name="Let it stand", exact=True).click()
    stood = page.locator("#ll-misfits .ll-let-stand")
    stood.locator("summary").click()
    expect(stood).to_contain_text("You let it stand: He is a ghost.")
    picture(page, "wide-misfits-stand")
    stood.get_by_role("button", name="Take that back").first.click()
    expect(found).to_have_count(1)

    # A press on a sentence reads on where it stands.
    found.locator(".ll-cite").last.click()
    expect(page.locator("#chapter-3 mark.ll-lit").first).to_be_visible()


def test_a_draft_says_before_it_is_accepted_what_does_not_fit(desk: Running, opens: Opens) -> None:
    story_id, call = story_of(desk.url, "Drafts", *CHAPTERS[:2])
    told(call, story_id, GHOST, accepted=False)
    page = opens(desk.url, NARROW, dark=True)
    fit = page.locator("#ll-draft-fit")
    expect(fit.locator("summary").first).to_contain_text("in this draft do")
    fit.locator("summary").first.click()
    expect(fit.locator("blockquote").first).to_contain_text("Tobin died in Vell.")
    expect(fit.locator("cite").nth(1)).to_have_text("The draft")
    picture(page, "narrow-draft-misfit-night")
    while fit.locator(".ll-misfit-list > .ll-contradictions > li").count():
        first = fit.locator(".ll-misfit-list > .ll-contradictions > li").first
        key = first.get_attribute("data-key")
        first.get_by_role("button", name="Let it stand").click()
        first.locator("textarea").fill("He is a ghost.")
        first.get_by_role("button", name="Let it stand", exact=True).click()
        expect(fit.locator(f'.ll-let-stand [data-key="{key}"]')).to_have_count(1)
    expect(fit.locator("summary").first).to_contain_text("Nothing in this draft contradicts")

    # The writer's own version is looked through as well.
    press(page, "Edit as new draft")
    page.locator("#ll-own-text textarea").fill("Aria bought bread and thought of rain.")
    press(page, "Save as new draft")
    expect(fit.locator(".ll-fits")).to_contain_text("Nothing in this draft contradicts")
    press(page, "Accept")
    expect(page.locator("#chapter-3")).to_contain_text("Aria bought bread")


def test_two_hundred_events_on_a_phone(desk: Running, opens: Opens) -> None:
    story_id, call = story_of(desk.url, "Crowded")
    people, towns = ["Aria", "Tobin", "Maren", "Sal", "Ilse"], ["Vell", "Gannsund", "the Mill", "the Tower"]
    for number in range(200):
        who = [people[number % 5], people[(number * 3 + 1) % 5]]
        event = {"when": "the next morning", "where": towns[number * 7 % 4], "who": who, "what": f"Thing {number}."}
        call("add_event", story_id, event)
    page = opens(desk.url, NARROW)
    tab(page, "Timeline")
    expect(happenings(page)).to_have_count(200)
    width, room = box_of(page)
    assert width > room
    # It scrolls in its own box; the page doesn't.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=SCREENSHOTS / "narrow-timeline-crowd.png")
    page.get_by_role("button", name="Show all of it").click()
    picture(page, "narrow-timeline-crowd-fit", full=False)
    happenings(page).nth(0).focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(card(page)).to_contain_text("Thing 199.")
    picture(page, "narrow-timeline-event")
