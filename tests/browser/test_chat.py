"""The Chat tab by clicking: asking, sources, a reload in the middle of an answer, stopping, and who answers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Opens, Running, picture, press, tab


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app whose answers take a few seconds."""
    running = Running(tmp_path_factory.mktemp("chat"), "--delay", "0.2")
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
