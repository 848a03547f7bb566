"""A world from a seed: looked at, taken, and its map pressed on."""

import pytest
from gradio_client import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Opens, Running, new_story, picture, press, tab
from workbench.timeline.starter_world import generate_world


def shows(page: Page, seed: str, size: str) -> None:
    """Open the panel and ask for a seed and a size."""
    if not page.locator("#ll-new-story").get_by_label("Title of the story").is_visible():
        page.get_by_role("button", name="New story").click()
    press(page, "Make me a world")
    expect(page.locator("#ll-made-world h2")).to_be_visible()
    page.locator("#ll-size label", has_text=size).click()
    page.get_by_label("Seed").fill(seed)
    press(page, "Show it")


@pytest.mark.parametrize(("name", "size", "dark"), [("wide", WIDE, False), ("narrow", NARROW, True)])
def test_a_world_is_looked_at_taken_and_walked_through(
    app: Running, opens: Opens, name: str, size: tuple[int, int], dark: bool
) -> None:
    client = Client(app.url, verbose=False)
    before = len(client.predict(api_name="/list_worlds"))
    page = opens(app.url, size, dark)
    shows(page, "heron", "Medium")
    world = page.locator("#ll-made-world")
    expect(world).to_contain_text("33 entries: 6 people, 14 places")
    wanted = generate_world("heron", "medium")
    title, hero = wanted.title, wanted.entries[0].title
    expect(world.locator(".ll-cast summary b").first).to_have_text(hero)
    world.locator(".ll-cast summary").first.click()
    expect(world.locator(".ll-cast p").first).to_contain_text(hero)
    expect(world.locator(f".ll-drawn-{name} svg.ll-map")).to_be_visible()
    picture(page, f"{name}-world-maker")

    press(page, "Another")
    expect(page.get_by_label("Seed")).not_to_have_value("heron")
    assert len(client.predict(api_name="/list_worlds")) == before, "looking stores nothing"
    page.get_by_label("Seed").fill("heron")
    page.get_by_label("Seed").press("Enter")
    expect(world.locator(".ll-cast summary b").first).to_have_text(hero)
    press(page, "Take this one")
    expect(page.locator(".ll-title h1")).to_have_text("A first telling")
    expect(page.locator(".ll-story h3")).to_have_text(title)
    expect(world).to_be_hidden()
    assert len(client.predict(api_name="/list_worlds")) == before + 1

    tab(page, "Lore")
    atlas = page.locator("#ll-world-map")
    places = atlas.locator(f".ll-drawn-{name} .ll-map-place")
    expect(places.first).to_be_visible()
    chosen = places.nth(2)
    name_of_place = chosen.get_attribute("aria-label") or ""
    chosen.locator(".ll-map-halo").click()
    expect(page.locator("#ll-entry h2")).to_have_text(name_of_place)
    picture(page, f"{name}-world-map")
    atlas.locator(".ll-ways .ll-name").last.click()
    expect(page.locator("#ll-entry h2")).to_have_text(atlas.locator(".ll-ways .ll-name").last.inner_text())

    # Folded away it stays so, whatever is opened.
    atlas.locator("summary").click()
    expect(places.first).to_be_hidden()
    page.locator("#ll-lore button").first.click()
    expect(places.first).to_be_hidden()


def test_what_is_shown_is_what_is_taken(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    shows(page, "curlew", "Small")
    expect(page.locator("#ll-made-world")).to_contain_text("4 people")
    wanted = generate_world("curlew", "small")
    expect(page.locator("#ll-made-world .ll-cast summary b").first).to_have_text(wanted.entries[0].title)
    page.get_by_label("Seed").fill(" ")
    press(page, "Show it")
    expect(page.get_by_text("The seed is empty")).to_be_visible()
    page.get_by_label("Title of the story").fill("Marsh light")
    press(page, "Take this one")
    expect(page.locator(".ll-title h1")).to_have_text("Marsh light")
    expect(page.locator(".ll-story h3")).to_have_text(wanted.title)


def test_not_now_and_a_world_without_a_map(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    shows(page, "curlew", "Small")
    press(page, "Not now")
    expect(page.locator("#ll-made-world")).to_be_hidden()
    page.reload()
    new_story(page, "Plain", "Without a map")
    tab(page, "Lore")
    expect(page.locator("#ll-lore .ll-empty")).to_be_visible()
    expect(page.locator("#ll-world-map")).to_be_hidden()
