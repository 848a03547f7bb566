"""The Lore tab by clicking."""

import re
import time
from collections.abc import Callable
from typing import Any

from gradio_client import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, press, tab

Call = Callable[..., Any]


def story_with(url: str, name: str, *entries: tuple[str, str]) -> tuple[str, Call]:
    """A new story, which the page opens by itself, in a world with these titles and texts."""
    client = Client(url, verbose=False)

    def call(endpoint: str, *given: Any) -> Any:
        return client.predict(*given, api_name=f"/{endpoint}")

    world = call("create_world", name)
    for title, content in entries:
        call("upsert_lore", world["id"], {"title": title, "content": content})
    return call("create_story", world["id"], name)["id"], call


def finds(call: Call, story_id: str, *told: str) -> None:
    """Let the memory find somebody by each of these sentences."""
    wanted = len(call("list_review", story_id)) + len(told)
    for sentence in told:
        call("enqueue_entity_creation", story_id, "character", sentence)
    end = time.monotonic() + 60
    while len(call("list_review", story_id)) < wanted:
        assert time.monotonic() < end, call("entity_creations", story_id)
        time.sleep(0.2)


def lore_of(page: Page, mode: str = "") -> None:
    """Turn to the Lore tab, and there to the review or the ties."""
    tab(page, "Lore")
    if mode:
        page.locator("#ll-lore-mode label", has_text=mode).click()


def chosen(page: Page, dropdown: str, option: str) -> None:
    """Choose in a dropdown."""
    page.locator(f"{dropdown} input").click()
    page.get_by_role("option", name=option).click()


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
    changes = page.locator("#ll-changes")
    expect(changes.locator(".ll-text del")).to_have_text(["has left the harbour"])
    expect(changes.locator(".ll-text ins")).to_have_text(["is back, and rich"])
    chosen(page, "#ll-compared", "No note")
    expect(changes.locator(".ll-text")).to_have_text("Sal is back, and rich.")
    expect(changes.locator(".ll-text del")).to_have_count(0)
    page.get_by_role("button", name="What changed with version 1").click()
    expect(changes.locator(".ll-text ins")).to_have_text(["Sal has left the harbour."])
    page.locator("#ll-history").get_by_role("button", name="Restore version 1").click()
    expect(entry).to_contain_text("Sal has left the harbour.")
    expect(page.locator("#ll-history li").first).to_contain_text("restored by you")
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


def test_what_the_story_found_is_reviewed(app: Running, opens: Opens) -> None:
    story_id, call = story_with(app.url, "Found", ("Old Brandt", "Ferries the dead."))
    finds(call, story_id, "A ferryman called Brandt waits at the pier.", "A girl called Nettie counts the gulls.")
    page = opens(app.url)
    lore_of(page, "To review (2)")
    cards = page.locator("#ll-review .ll-card")
    expect(cards).to_have_count(2)
    expect(cards.filter(has_text="Brandt")).to_contain_text("waits at the pier")
    picture(page, "wide-review")

    # By keyboard alone: discard, put back, keep.
    for name in ("Discard Nettie", "Put back Nettie", "Keep Nettie"):
        button = page.get_by_role("button", name=name)
        button.focus()
        button.press("Enter")
        expect(button).to_have_count(0)
    expect(page.locator("#ll-lore-mode")).to_contain_text("To review (1)")
    assert [entry["title"] for entry in call("list_review", story_id)] == ["Brandt"]

    page.get_by_role("button", name="Merge into … Brandt").click()
    expect(page.locator("#ll-merge-into input")).to_have_value("Old Brandt · character")
    picture(page, "wide-merge")
    press(page, "Merge them")
    expect(page.locator("#ll-merge")).to_be_hidden()
    entry = page.locator("#ll-entry")
    expect(entry.locator("h2")).to_have_text("Old Brandt")
    expect(entry).to_contain_text("also called Brandt")
    expect(entry).to_contain_text("waits at the pier")
    press(page, "Note history")
    expect(page.locator("#ll-history")).to_contain_text("Merged with “Brandt”")
    expect(page.locator("#ll-review .ll-empty")).to_contain_text("Nothing to review")
    expect(page.locator("#ll-lore-mode")).not_to_contain_text("(1)")


def test_a_find_arrives_by_itself_and_leaves_an_open_form_alone(app: Running, opens: Opens) -> None:
    story_id, call = story_with(app.url, "Live", ("Aria", "A mapmaker."), ("Zed", "A cook."))
    finds(call, story_id, "A girl called Nettie counts the gulls.")
    page = opens(app.url, NARROW)
    lore_of(page, "To review (1)")
    page.get_by_role("button", name="Merge into … Nettie").click()
    expect(page.locator("#ll-merge-into input")).to_have_value("")
    chosen(page, "#ll-merge-into", "Zed")
    finds(call, story_id, "A man called Orrin sells maps.")
    expect(page.locator("#ll-review .ll-card")).to_have_count(2)
    expect(page.locator("#ll-lore-mode")).to_contain_text("To review (2)")
    expect(page.locator("#ll-merge-into input")).to_have_value("Zed · character")
    picture(page, "narrow-review")
    press(page, "Leave them apart")
    expect(page.locator("#ll-merge")).to_be_hidden()
    assert len(call("list_review", story_id)) == 2


def test_evidence_opens_the_chapter_and_marks_the_sentence(app: Running, opens: Opens) -> None:
    story_id, call = story_with(app.url, "Evidence", ("Aria", "A mapmaker."))
    written = call("generate_chapter", story_id, "Aria waits, 60 words", {})["data"]["passage"]["id"]
    text = (
        "It was *very* late.\n\n"
        + "The river rose. " * 300
        + "\n\n“You are late,” said *the ferryman*—and… left. It rained."
    )
    call("accept_passage", call("edit_passage", written, text)["id"])
    # The memory quotes with other signs than the page shows.
    told = '"You are late," said the ferryman-and... left.'
    finds(call, story_id, told)
    page = opens(app.url)
    lore_of(page, "To review")
    page.locator("#ll-review .ll-cite", has_text=told).press("Enter")
    marks = page.locator("#chapter-1 mark.ll-lit")
    expect(marks).to_have_text(["“You are late,” said ", "the ferryman", "—and… left."])
    expect(marks.first).to_be_in_viewport()
    picture(page, "wide-evidence", full=False)
    # The light goes out by itself, and the text is as it was.
    before = page.locator("#chapter-1").inner_text()
    expect(marks).to_have_count(0)
    assert page.locator("#chapter-1").inner_text() == before


def test_ties_open_the_entries_that_they_name(app: Running, opens: Opens) -> None:
    people = (("Mara", "Sister of Sal."), ("Sal", "Owes Una."), ("Una", ""), ("Zed", ""))
    story_with(app.url, "Ties", *people)
    for size, name in ((None, "wide"), (NARROW, "narrow")):
        page = opens(app.url, *([size] if size else []), dark=name == "narrow")
        lore_of(page, "Ties")
        graph = page.locator("#ll-ties svg:visible").first
        expect(graph.locator(".ll-node")).to_have_count(3)
        graph.get_by_role("link", name="Una, character").press("Enter")
        expect(page.locator("#ll-entry h2")).to_have_text("Una")
        expect(graph.locator(".ll-chosen")).to_have_text("UnaUna")
        expect(page.locator("#ll-ties .ll-tied")).to_contain_text("Sal named in the other’s text")
        page.locator("#ll-ties .ll-tied").get_by_role("button", name="Sal").click()
        expect(page.locator("#ll-entry h2")).to_have_text("Sal")
        picture(page, f"{name}-ties")
        graph.get_by_role("link", name="Mara, character").click()
        expect(page.locator("#ll-entry h2")).to_have_text("Mara")
        page.get_by_role("checkbox", name="Only the chosen entry").check()
        expect(graph.locator(".ll-node")).to_have_count(2)


def test_the_list_can_be_narrowed(app: Running, opens: Opens) -> None:
    story_id, call = story_with(app.url, "Filters", ("Aria", "A mapmaker."), ("Zed", "A cook."))
    entries = {entry["title"]: entry["id"] for entry in call("list_lore", world_of(call, story_id), story_id)}
    call("upsert_lore", world_of(call, story_id), {"id": entries["Zed"], "enabled": False})
    finds(call, story_id, "A girl called Nettie counts the gulls.")
    page = opens(app.url)
    lore_of(page)
    names = page.locator("#ll-lore button b")
    expect(names).to_have_text(["Aria", "Nettie", "Zed"])
    for which, left in (("not in use", ["Zed"]), ("to review", ["Nettie"]), ("changed in the story", [])):
        chosen(page, "#ll-which", which)
        expect(names).to_have_text(left)
    expect(page.locator("#ll-lore .ll-empty")).to_contain_text("Nothing is changed in the story here")


def world_of(call: Call, story_id: str) -> str:
    return str(call("get_story", story_id)["world"]["id"])


def test_somebody_is_invented_for_the_form(app: Running, opens: Opens) -> None:
    story_id, call = story_with(app.url, "Invention", ("Aria", "A mapmaker."))
    page = opens(app.url)
    lore_of(page)
    press(page, "Add an entry")
    press(page, "Invent the rest")
    expect(page.get_by_text("Say what the person is called")).to_be_visible()
    expect(page.locator("#ll-invent")).to_be_enabled()
    page.get_by_label("Name", exact=True).fill("Corvin")
    page.get_by_label("A hint, for a person").fill("a smuggler who can’t swim")
    text = page.get_by_label("What is true of it")
    text.fill("He owes Aria a map.")
    press(page, "Invent the rest")
    # What was typed stays in front of what is invented, and nothing is kept before it is saved.
    expect(text).to_have_value(re.compile(r"^He owes Aria a map\.\n\n.*Corvin", re.DOTALL))
    assert [entry["title"] for entry in call("list_lore", world_of(call, story_id), story_id)] == ["Aria"]
    picture(page, "wide-invented")
    press(page, "Save the entry")
    expect(page.locator("#ll-entry h2")).to_have_text("Corvin")
    expect(page.locator("#ll-entry")).to_contain_text("He owes Aria a map.")


def test_an_entry_is_told_anew_and_taken_over(app: Running, opens: Opens) -> None:
    story_id, call = story_with(app.url, "Anew", ("Aria", "Aria draws maps of the coast."))
    page = opens(app.url, NARROW)
    lore_of(page)
    press(page, "Tell it anew …")
    page.get_by_label("How should it be told?").fill("As gossip.")
    press(page, "Tell it anew")
    changes = page.locator("#ll-told")
    expect(changes.locator("ins").first).to_be_visible()
    expect(changes).to_contain_text("draws maps of the coast")
    picture(page, "narrow-told-anew")
    press(page, "Take it over")
    text = page.get_by_label("What is true of it")
    expect(text).to_have_value(re.compile("As people tell it"))
    [stored] = call("list_lore", world_of(call, story_id), story_id)
    assert stored["content"] == "Aria draws maps of the coast."
    press(page, "Save the entry")
    expect(page.locator("#ll-entry")).to_contain_text("As people tell it")
