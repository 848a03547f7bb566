"""The Team tab by clicking: asking each of the agents, and changing how one works, with a way back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, press, ready, request_box, tab
from tests.browser.test_queue import call


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app with a story of one chapter, and Mara in it."""
    running = Running(tmp_path_factory.mktemp("team"), "--delay", "0.01", LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


def begun(page: Page, app: Running, title: str) -> str:
    """A story with Mara and an accepted chapter; its id."""
    new_story(page, title, f"World of {title}")
    story = next(one for one in call(app, "list_stories") if one["title"] == title)
    call(app, "upsert_lore", world_id=story["world_id"], entry={"title": "Mara", "content": "Mara keeps the light."})
    request_box(page).fill("Mara finds the key again.")
    press(page, "Write")
    page.locator("#ll-accept").click()
    expect(page.locator("#chapter-1")).to_be_visible()
    return str(story["id"])


def whom(page: Page, name: str) -> None:
    page.locator("#ll-whom").get_by_label(name).check()


def test_asking_the_team(working: Running, opens: Opens) -> None:
    page = opens(working.url)
    tab(page, "Team")
    expect(page.locator(".ll-empty", has_text="No story is open.")).to_be_visible()
    tab(page, "Write")
    begun(page, working, "Asked")
    tab(page, "Team")
    expect(page.locator("#ll-ask-about input")).to_have_value("Chapter 1")

    press(page, "Ask")
    notes = page.locator("#ll-answers .ll-answer").first
    expect(notes).to_contain_text("About Chapter 1")
    expect(notes.locator(".ll-suggestion").first).to_be_visible()
    notes.locator("summary").click()
    expect(notes.locator("mark").first).to_be_visible()

    # A text of one's own; what is typed survives an error and a reload.
    whom(page, "The rater")
    page.locator("#ll-ask-about input").click()
    page.get_by_role("option", name="A text that I paste").click()
    press(page, "Ask")
    expect(page.get_by_text("The text is empty. Paste one, or choose a draft or a chapter.")).to_be_visible()
    page.locator("#ll-ask-text textarea").fill("The lamp was cold. Nobody had lit it since the autumn storm.")
    page.reload()
    ready(page)
    tab(page, "Team")
    whom(page, "The rater")
    page.locator("#ll-ask-about input").click()
    page.get_by_role("option", name="A text that I paste").click()
    expect(page.locator("#ll-ask-text textarea")).to_have_value(
        "The lamp was cold. Nobody had lit it since the autumn storm."
    )
    press(page, "Ask")
    rated = page.locator("#ll-answers .ll-answer").first
    expect(rated).to_contain_text("About your text")
    expect(rated.locator(".ll-rating")).to_be_visible()

    whom(page, "A character")
    expect(page.locator("#ll-ask-text")).to_be_hidden()
    page.locator("#ll-ask-question textarea").fill("What would you never forgive?")
    press(page, "Ask")
    voice = page.locator("#ll-answers .ll-answer").first
    expect(voice).to_contain_text("You asked: What would you never forgive?")
    expect(voice.locator(".ll-voice")).to_be_visible()
    expect(page.locator("#ll-answers .ll-answer")).to_have_count(2)
    picture(page, "wide-team-asked")

    phone = opens(working.url, NARROW, dark=True)
    tab(phone, "Team")
    press(phone, "Ask")
    expect(phone.locator("#ll-answers .ll-suggestion").first).to_be_visible()
    picture(phone, "narrow-team-asked-night")


def test_fleshing_out(working: Running, opens: Opens) -> None:
    page = opens(working.url)
    if not page.locator(".ll-title h1").is_visible():
        begun(page, working, "Fleshed")
    tab(page, "Team")
    whom(page, "Flesh out a few lines")
    lines = page.locator("#ll-ask-lines textarea")
    lines.fill("Mara comes home. The door stands open.")
    press(page, "Flesh out")
    scene = page.locator("#ll-answer-now .ll-scene")
    expect(scene).to_contain_text("Mara came down the wet stairs")
    press(page, "Stop")
    stopped = page.locator("#ll-answers .ll-answer").first
    expect(stopped).to_contain_text("stopped by you")
    expect(stopped.locator(".ll-scene")).to_contain_text("came down the wet stairs")
    expect(page.locator("#ll-ask-stop")).to_be_hidden()
    expect(lines).to_have_value("Mara comes home. The door stands open.")

    press(page, "Flesh out")
    expect(page.locator("#ll-answers .ll-answer")).to_have_count(2)
    whole = page.locator("#ll-answers .ll-answer").first
    expect(whole).not_to_contain_text("stopped by you")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    whole.get_by_role("button", name="Copy").click()
    expect(whole.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Mara comes home.")
    picture(page, "wide-team-scene")


def test_changing_an_agent_and_the_way_back(working: Running, opens: Opens) -> None:
    page = opens(working.url)
    story = begun(page, working, "Changed")
    tab(page, "Team")
    page.get_by_label("The agents").check()
    expect(page.locator("#ll-agent h2")).to_have_text("Writer")
    expect(page.locator("#ll-agents li")).to_have_count(len(call(working, "list_agents")))

    # Sliders, for this story and then for all.
    page.locator("#ll-agents li", has_text="Quotes what should be better").locator("button").click()
    expect(page.locator("#ll-agent h2")).to_have_text("Editor")
    number = page.locator("#ll-temperature input[type=number]")
    number.fill("0.2")
    number.press("Tab")
    page.locator("#ll-save-agent").click()
    mine = page.locator("#ll-agents li", has_text="Quotes what should be better")
    expect(mine).to_contain_text("changed in this story")
    assert call(working, "get_agent", agent="editor", story_id=story)["temperature"] == 0.2
    assert call(working, "get_agent", agent="editor")["temperature"] == 0.6
    page.locator("#ll-agent-scope").get_by_label("All stories").check()
    expect(number).to_have_value("0.6")
    expect(mine).not_to_contain_text("changed")
    page.locator("#ll-agent-scope").get_by_label("This story").check()
    expect(number).to_have_value("0.2")
    page.locator("#ll-reset-agent").click()
    expect(number).to_have_value("0.6")
    expect(mine).not_to_contain_text("changed")
    picture(page, "wide-team-agents")

    # Instructions: what can't be used is told, what is typed survives a reload, what works is used.
    page.locator("#ll-agents li", has_text="Writes chapters").locator("button").click()
    expect(page.locator("#ll-agent h2")).to_have_text("Writer")
    page.get_by_label("Show what it is told, word for word").check()
    box = page.locator("#ll-prompt textarea")
    original = box.input_value()
    assert "{{ context }}" in original
    box.fill("{{ context }} {{ colour }}")
    page.locator("#ll-save-prompt").click()
    found = page.locator("#ll-found")
    expect(found).to_contain_text("This can’t be used yet.")
    expect(found).to_contain_text("{{ instruction }} is left out")
    expect(box).to_have_value("{{ context }} {{ colour }}")
    assert call(working, "get_agent", agent="writer", story_id=story)["changed"] is False

    rhymes = original.replace("with action and dialogue", "in rhymes")
    box.fill(rhymes)
    page.reload()
    ready(page)
    tab(page, "Team")
    page.get_by_label("The agents").check()
    page.get_by_label("Show what it is told, word for word").check()
    expect(box).to_have_value(rhymes)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.locator("#ll-check-prompt").click()
    expect(found).to_contain_text("It works.")
    expect(page.locator("#ll-prompt-changes .ll-text ins")).to_have_text("in rhymes")
    # A place is put where the cursor stands, and counts as typed.
    box.press("Control+End")
    page.locator("#ll-places button", has_text="{{ number }}").click()
    expect(box).to_have_value(rhymes + "{{ number }}")
    page.locator("#ll-save-prompt").click()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    expect(page.locator("#ll-agent")).to_contain_text("changed in this story")
    (prompt,) = [
        one for one in call(working, "get_agent", agent="writer", story_id=story)["prompts"] if one["name"] == "writer"
    ]
    assert prompt["text"] == rhymes + "{{ number }}"
    picture(page, "wide-team-prompt")

    phone = opens(working.url, NARROW, dark=True)
    tab(phone, "Team")
    phone.get_by_label("The agents").check()
    phone.get_by_label("Show what it is told, word for word").check()
    expect(phone.locator("#ll-prompt-changes .ll-text ins").first).to_be_visible()
    picture(phone, "narrow-team-prompt-night")

    page.locator("#ll-reset-prompt").click()
    expect(box).to_have_value(original)
    expect(page.locator("#ll-prompt-changes .ll-text ins")).to_have_count(0)
    assert call(working, "get_agent", agent="writer", story_id=story)["changed"] is False

    # Turning from one to another is no typing: nothing of it counts as unsaved.
    choice = page.locator("#ll-prompt-choice")
    choice.get_by_label("Write it again, better").check()
    expect(box).to_have_value(re.compile("again from its beginning"))
    choice.get_by_label("Write a chapter").check()
    expect(box).to_have_value(original)
    page.locator("#ll-agents li", has_text="Quotes what should be better").locator("button").click()
    expect(box).to_have_value(re.compile("Now you are the editor"))
    page.reload()
    ready(page)
    tab(page, "Team")
    page.get_by_label("The agents").check()
    page.get_by_label("Show what it is told, word for word").check()
    expect(box).to_have_value(original)
    choice.get_by_label("Write it again, better").check()
    expect(box).to_have_value(re.compile("again from its beginning"))
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
