"""The Chat tab by clicking: asking, sources, a reload in the middle of an answer, stopping, who answers, branches, and
what is known as of a chapter."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Opens, Running, picture, press, request_box, tab


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app whose answers take a few seconds."""
    running = Running(tmp_path_factory.mktemp("chat"), "--delay", "0.2")
    yield running
    running.close()


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Running]:
    """An app that writes a chapter in a moment."""
    running = Running(tmp_path, "--delay", "0.01", LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


def box(page: Page) -> Locator:
    return page.locator("#ll-message textarea")


def answers(page: Page) -> Locator:
    return page.locator("#ll-messages .ll-from-agent")


def ask(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")
    expect(page.locator("#ll-messages .ll-from-person").last).to_contain_text(text)


def test_a_conversation(desk: Running, opens: Opens) -> None:
    page = opens(desk.url)
    tab(page, "Chat")
    expect(page.locator("#ll-messages .ll-empty")).to_contain_text("No story is open.")
    tab(page, "Write")
    press(page, "Try the sample world")
    expect(page.locator(".ll-title h1")).to_be_visible()
    tab(page, "Chat")
    expect(page.locator("#ll-messages .ll-empty")).to_contain_text("Nobody has said anything yet.")
    picture(page, "wide-chat-empty")

    # The answer comes word by word, with what it rests on.
    ask(page, "Who is Ines Corrow?")
    expect(box(page)).to_have_value("")
    expect(page.locator("#ll-answer .ll-caret")).to_be_visible()
    expect(answers(page)).to_have_count(1)
    expect(answers(page).first).to_contain_text("You wanted to hear: Who is Ines Corrow?")
    expect(page.locator("#ll-answer .ll-bubble")).to_have_count(0)
    source = answers(page).first.locator(".ll-source").first
    expect(source).to_contain_text("Ines Corrow you name it")
    source.locator("summary").click()
    expect(source.locator("p").first).to_be_visible()
    expect(page.locator(".ll-chat-open")).to_contain_text(["Who is Ines Corrow?"])
    picture(page, "wide-chat")

    # A reload in the middle of an answer, and of what is typed.
    ask(page, "And what did she want <b>then</b>, in all those {years} that nobody talks about?")
    box(page).fill("Not sent yet")
    page.wait_for_function("() => Object.values(localStorage).includes('Not sent yet')")
    page.reload()
    tab(page, "Chat")
    expect(box(page)).to_have_value("Not sent yet")
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last).to_contain_text("<b>then</b>, in all those {years} that nobody talks about?")

    # Somebody of the story answers in a conversation of their own; stopped, it keeps what was said.
    page.get_by_label("Who answers").click()
    page.get_by_role("option", name="Ines Corrow").click()
    expect(page.locator("#ll-messages .ll-empty")).to_be_visible()
    ask(page, "What are you afraid of, when the tide comes in and the lamps go out one after the other?")
    expect(page.locator("#ll-answer .ll-bubble")).to_contain_text("As far as")
    press(page, "Stop")
    expect(answers(page).last).to_contain_text("Stopped.")
    expect(answers(page).last).to_contain_text(re.compile("Ines Corrow.*As far as", re.DOTALL))
    expect(page.locator(".ll-chat-open")).to_have_count(2)
    press(page, "Ask again")
    expect(answers(page)).to_have_count(2)
    expect(page.locator("#ll-chat-again")).to_be_hidden()

    # Back to the first; the other goes when it is really meant.
    page.locator(".ll-chat-open").nth(1).click()
    expect(answers(page)).to_have_count(2)
    expect(answers(page).first).to_contain_text("Who is Ines Corrow?")
    gone = page.get_by_role("button", name=re.compile("^Delete the conversation What are you"))
    gone.click()
    expect(page.locator(".ll-chat-open")).to_have_count(2)
    gone.click()
    expect(page.locator(".ll-chat-open")).to_have_count(1)
    expect(answers(page)).to_have_count(2)

    phone = opens(desk.url, NARROW, dark=True)
    tab(phone, "Chat")
    phone.locator(".ll-chat-open").first.click()
    expect(answers(phone)).to_have_count(2)
    picture(phone, "narrow-chat-night")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label).click()
    page.get_by_role("option", name=re.compile(option)).click()


def write_chapter(page: Page, request: str, number: int) -> None:
    tab(page, "Write")
    request_box(page).fill(request)
    press(page, "Write")
    press(page, "Accept")
    expect(page.locator(f"#chapter-{number}")).to_be_visible()


def test_branches_sources_and_a_point_of_the_story(quick: Running, opens: Opens) -> None:
    page = opens(quick.url)
    tab(page, "Write")
    press(page, "Try the sample world")
    expect(page.locator(".ll-title h1")).to_be_visible()
    write_chapter(page, "Ines hides the glass key under the stairs. About 60 words.", 1)
    write_chapter(page, "Ines throws the glass key into the sea. About 60 words.", 2)

    # The sentence of the chapter that the answer takes up is marked, and leads there.
    tab(page, "Chat")
    press(page, "New conversation")
    ask(page, "What did Ines do with the glass key under the stairs?")
    expect(answers(page)).to_have_count(1)
    source = answers(page).first.locator(".ll-source").filter(has_text="Chapter 1").first
    source.locator("summary").click()
    expect(source.locator("mark")).to_contain_text("glass key under the stairs")
    picture(page, "wide-chat-sources")
    source.locator(".ll-cite").click()
    expect(page.locator("#chapter-1 mark.ll-lit").first).to_be_visible()

    # As of chapter 1 nobody knows of the sea.
    tab(page, "Chat")
    choose(page, "The story is known up to", "^Chapter 1")
    expect(page.locator("#ll-messages .ll-empty")).to_be_visible()
    choose(page, "Who answers", "Ines Corrow")
    expect(page.get_by_label("The story is known up to")).to_have_value(re.compile("^Chapter 1"))
    ask(page, "Where is the glass key, by the sea?")
    expect(answers(page)).to_have_count(1)
    expect(answers(page).first).to_contain_text("Ines Corrow, as of chapter 1")
    expect(answers(page).first).not_to_contain_text("Chapter 2")
    picture(page, "wide-chat-as-of")

    # Branched at its first message, named, and asked again; the other one stays.
    page.get_by_label("Branch the conversation at message 1").click()
    expect(page.locator("#ll-messages .ll-facts").first).to_contain_text(re.compile("Branched from .* at message 1"))
    expect(page.locator("#ll-messages")).to_contain_text("The branch ends here, without an answer.")
    page.get_by_label("Its name").fill("What if")
    page.get_by_label("Its name").press("Enter")
    expect(page.locator(".ll-chat-open[aria-pressed=true]")).to_contain_text("What if")
    expect(page.locator(".ll-chat-open[aria-pressed=true]")).to_contain_text("a branch")
    press(page, "Ask again")
    expect(answers(page)).to_have_count(1)
    page.reload()
    tab(page, "Chat")
    expect(page.locator(".ll-chat-open[aria-pressed=true]")).to_contain_text("What if")
    expect(answers(page).first).to_contain_text("Ines Corrow, as of chapter 1")
    page.locator(".ll-chat-open").nth(1).click()
    expect(page.locator("#ll-messages")).not_to_contain_text("Branched from")
    expect(answers(page)).to_have_count(1)
    gone = page.get_by_role("button", name="Delete the conversation What if")
    gone.click()
    expect(gone).to_have_text("Really delete?")
    gone.click()
    expect(gone).to_have_count(0)

    phone = opens(quick.url, NARROW)
    tab(phone, "Chat")
    phone.locator(".ll-chat-open").first.click()
    expect(answers(phone)).to_have_count(1)
    picture(phone, "narrow-chat")
    night = opens(quick.url, dark=True)
    tab(night, "Chat")
    night.locator(".ll-chat-open").nth(1).click()
    answers(night).first.locator(".ll-source summary").first.click()
    picture(night, "wide-chat-night")
