"""The Context tab by clicking: what the writer is shown, and decisions that hold at once."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Opens, Running, picture, press, tab
from tests.browser.test_lore import chosen, story_with


def piece(page: Page, name: str) -> Locator:
    """One item in the list."""
    return page.locator("#ll-inspect .ll-item").filter(has=page.locator("b", has_text=re.compile(f"^{name}$")))


def test_a_decision_holds_at_once_and_in_the_next_chapter(app: Running, opens: Opens) -> None:
    people = (("Mara", "Mara keeps the north light."), ("Zed", "Zed cooks for the crew."))
    crowd = tuple((f"Person {number:02}", "Lives in the harbour.") for number in range(30))
    story_id, call = story_with(app.url, "Inspected", *people, *crowd)
    page = opens(app.url)
    tab(page, "Context")
    expect(page.locator(".ll-layer")).to_have_count(4)
    page.locator("#ll-if textarea, #ll-if input").first.fill("Mara waits at the pier.")
    page.locator("#ll-if textarea, #ll-if input").first.press("Enter")
    prompt = page.locator("#ll-prompt .ll-scroll")
    expect(prompt).to_contain_text("Mara keeps the north light.")
    expect(prompt).not_to_contain_text("Zed cooks")
    expect(prompt).to_contain_text("Mara waits at the pier.")
    expect(page.locator(".ll-window")).to_contain_text("Every size here is exact")
    # The crowd is folded together, and found by name.
    fold = page.locator(".ll-fold summary").first
    expect(fold).to_contain_text(re.compile(r"3\d more stay out"))
    picture(page, "wide-context")
    page.locator("#ll-find textarea, #ll-find input").first.fill("zed")
    expect(page.locator("#ll-inspect .ll-item:visible")).to_have_count(1)

    zed = piece(page, "Zed")
    zed.locator("button.ll-pick").click()
    zed.get_by_role("button", name="Pin it").click()
    expect(zed).to_contain_text("pinned by you")
    expect(prompt).to_contain_text("Zed cooks for the crew.")
    expect(zed.get_by_role("button", name="Pin it")).to_have_attribute("aria-pressed", "true")
    zed.get_by_role("button", name="Show it in the prompt").click()
    expect(page.locator("#ll-prompt .ll-here", has_text="Zed cooks")).to_be_in_viewport()
    page.locator("#ll-find textarea, #ll-find input").first.fill("")
    expect(piece(page, "Mara")).to_be_visible()
    # A press in the prompt opens the item.
    page.locator("#ll-prompt [data-key]", has_text="Mara keeps").click()
    mara = piece(page, "Mara")
    mara.get_by_role("button", name="Leave it out").click()
    expect(mara).to_contain_text("left out by you")
    expect(prompt).not_to_contain_text("Mara keeps the north light.")
    picture(page, "wide-context-decided")

    written = call("generate_chapter", story_id, "Mara waits at the pier. About 60 words.", {})["data"]
    shown = {item["source"] for layer in written["context"]["layers"] for item in layer["items"] if item["included"]}
    assert any("Zed" in source for source in shown)
    assert not any("Mara" in source for source in shown)

    press(page, "All back to the rules")
    expect(page.get_by_text("You have decided about")).to_have_count(0)
    expect(prompt).to_contain_text("Mara keeps the north light.")
    expect(prompt).not_to_contain_text("Zed cooks")


def test_every_agents_prompt_can_be_looked_at(app: Running, opens: Opens) -> None:
    story_with(app.url, "Looked at", ("Mara", "Mara keeps the north light."))
    page = opens(app.url, NARROW, dark=True)
    tab(page, "Context")
    prompt = page.locator("#ll-prompt .ll-scroll")
    for name, told in (
        ("Editor", "editor"),
        ("Rater", "critic"),
        ("A character", "Mara"),
        ("Outliner", "plan"),
        ("Assistant", "question"),
        ("Writer", "Write chapter 1"),
    ):
        chosen(page, "#ll-who", name)
        expect(prompt).to_contain_text(re.compile(told, re.IGNORECASE))
        expect(page.locator(".ll-layer")).to_have_count(4)
    piece(page, "The world").locator("button.ll-pick").click()
    expect(piece(page, "The world").get_by_role("button", name="Leave it out")).to_be_visible()
    picture(page, "narrow-context-night")
