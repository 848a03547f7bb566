"""The Gallery by clicking: a passage is illustrated, its pictures are looked at, drawn again, compared and deleted."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Opens, Running, picture, press, tab
from tests.browser.test_timeline import story_of

QUAY = (
    "It rained all night. Aria walked along the quay in her red cloak, a lantern in her hand, and the ships rang their "
    "bells. She saw the lighthouse go dark."
)


def pictures(page: Page, count: int) -> None:
    """So many pictures hang on the wall, and each is really there."""
    expect(page.locator("#ll-wall .ll-thumb img")).to_have_count(count)
    # The wall has small ones.
    assert page.locator("#ll-wall .ll-thumb img[src$='.webp']").count() == count
    page.wait_for_function(
        "() => [...document.querySelectorAll('#ll-wall img')].every(one => { one.loading = 'eager'; "
        "return one.complete && one.naturalWidth > 100; })"
    )


@pytest.mark.parametrize(("name", "size", "dark"), [("wide", WIDE, False), ("narrow", NARROW, True)])
def test_a_passage_is_illustrated_and_its_pictures_are_kept_or_not(
    app: Running, opens: Opens, name: str, size: tuple[int, int], dark: bool
) -> None:
    story_of(app.url, f"In pictures, {name}", QUAY)
    page = opens(app.url, size, dark)
    tab(page, "Gallery")
    expect(page.locator("#ll-wall")).to_contain_text("No pictures yet.")
    picture(page, f"{name}-gallery-empty")
    press(page, "Illustrate")
    pictures(page, 3)
    # What was put together is open, with the place behind a slider.
    expect(page.locator(".ll-large .ll-before-after img")).to_have_count(2)
    slider = page.locator(".ll-before-after input")
    slider.fill("0")
    part = page.locator(".ll-before-after").evaluate("one => getComputedStyle(one).getPropertyValue('--ll-part')")
    assert part == "0%"
    page.get_by_text("What it was drawn from").click()
    expect(page.locator(".ll-asked-for dl")).to_be_visible()
    slider.fill("100")
    picture(page, f"{name}-gallery-large")
    with page.expect_download() as download:
        page.locator(".ll-large a", has_text="Download").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    # Nothing has changed since: with the same seed it would be the same.
    expect(page.locator(".ll-large").get_by_role("button", name="Draw it anew")).to_have_count(0)
    press(page, "Vary it")
    pictures(page, 6)
    press(page, "Take it as the cover")
    expect(page.locator("#ll-wall .ll-thumb", has_text="cover")).to_have_count(1)
    expect(page.locator(".ll-large").get_by_role("button", name="Take it as the cover")).to_have_count(0)
    tab(page, "Write")
    cover = page.locator(".ll-story .ll-story-cover")
    expect(cover).to_be_visible()
    page.wait_for_function("() => document.querySelector('.ll-story-cover').naturalWidth > 0")
    picture(page, f"{name}-story-cover")
    tab(page, "Gallery")
    press(page, "No cover any more")
    expect(page.locator("#ll-wall .ll-thumb", has_text="cover")).to_have_count(0)
    tab(page, "Write")
    expect(cover).to_have_count(0)
    tab(page, "Gallery")
    page.locator("#ll-wall .ll-thumb-character").first.click()
    expect(page.locator(".ll-large-character img")).to_be_visible()
    delete = page.locator(".ll-large").get_by_role("button", name="Delete", exact=True)
    delete.click()
    page.locator(".ll-large").get_by_role("button", name="Keep it").click()
    pictures(page, 6)
    delete.click()
    page.locator(".ll-large").get_by_role("button", name="Yes, delete it").click()
    pictures(page, 5)
    expect(page.locator(".ll-large")).to_have_count(0)
    # After a reload they are still there.
    page.reload()
    tab(page, "Gallery")
    pictures(page, 5)
    picture(page, f"{name}-gallery-wall")


def test_what_has_changed_since_is_drawn_anew(app: Running, opens: Opens) -> None:
    story_id, call = story_of(app.url, "Drawn anew", QUAY)
    page = opens(app.url)
    tab(page, "Gallery")
    press(page, "Illustrate")
    pictures(page, 3)
    aria = next(
        one
        for one in call("list_lore", call("get_story", story_id)["story"]["world_id"], story_id)
        if one["title"] == "Aria"
    )
    call("upsert_lore", aria["world_id"], {**aria, "content": "Aria is an old woman with a staff."})
    page.locator("#ll-wall .ll-thumb-character").click()
    expect(page.locator(".ll-ways")).to_contain_text("Changed since it was drawn: how Aria looks.")
    picture(page, "wide-gallery-anew")
    press(page, "Draw it anew")
    pictures(page, 4)
    page.locator("#ll-wall .ll-thumb-background").click()
    expect(page.locator(".ll-large-background")).to_be_visible()
    expect(page.locator(".ll-large").get_by_role("button", name="Draw it anew")).to_have_count(0)


def test_the_write_tab_leads_to_pictures_of_what_was_written_last(app: Running, opens: Opens) -> None:
    story_of(app.url, "Illustrated", QUAY)
    page = opens(app.url)
    page.locator("#ll-illustrate-last").click()
    expect(page.get_by_role("tab", name="Gallery")).to_have_attribute("aria-selected", "true")
    pictures(page, 3)
