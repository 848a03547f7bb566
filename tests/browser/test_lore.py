"""The Lore tab by clicking."""

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, press, tab


def test_entries_and_notes_by_hand(app: Running, opens: Opens) -> None:
    page = opens(app.url, NARROW)
    new_story(page, "Names", "By hand")
    tab(page, "Lore")
    expect(page.locator("#ll-lore .ll-empty")).to_contain_text("Add who and what matters")
    picture(page, "narrow-lore-empty")
    press(page, "Add an entry")
    press(page, "Save the entry")
    expect(page.get_by_text("title is empty")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Old <i>Sal</i>")
    page.get_by_label("What is true of it").fill("Mends nets. {{ never }} trusts the sea.")
    page.get_by_label("Also called").fill("Sal, the mender")
    picture(page, "narrow-lore-form")
    press(page, "Save the entry")
    entry = page.locator("#ll-entry")
    expect(entry.locator("h2")).to_have_text("Old <i>Sal</i>")
    expect(entry).to_contain_text("Mends nets. {{ never }} trusts the sea.")
    expect(entry).to_contain_text("also called Sal, the mender")

    press(page, "Edit the entry")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Old <i>Sal</i>")
    page.get_by_label("Name", exact=True).fill("Old Sal")
    press(page, "Save the entry")
    expect(entry.locator("h2")).to_have_text("Old Sal")

    box = page.get_by_label("What has become true in this story")
    for present, note in (("", "Sal has left the harbour."), ("Sal has left the harbour.", "Sal is back, and rich.")):
        press(page, "Edit the note")
        expect(box).to_be_visible()
        expect(box).to_have_value(present)
        box.fill(note)
        press(page, "Save the note")
        expect(box).to_be_hidden()
        expect(entry).to_contain_text(note)
        expect(entry).to_contain_text("written by you")
    press(page, "Note history")
    page.locator("#ll-history").get_by_role("button", name="Restore version 1").click()
    expect(entry).to_contain_text("Sal has left the harbour.")
    picture(page, "narrow-lore-history")

    page.get_by_label("Search").fill("who mends nets")
    page.get_by_label("Search").press("Enter")
    expect(page.locator("#ll-lore button b")).to_have_text(["Old Sal"])

    press(page, "Delete")
    expect(page.get_by_text("Delete “Old Sal”")).to_be_visible()
    press(page, "Keep it")
    expect(page.get_by_text("Delete “Old Sal”")).to_be_hidden()
    press(page, "Delete")
    press(page, "Yes, delete it")
    expect(page.locator("#ll-lore .ll-empty")).to_be_visible()
