"""The Monitor while a chapter is written: wide by day, on a phone by night."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, press, request_box, standing_still, tab

# How much lighter or darker letters are than what is behind them, as WCAG counts it.
CONTRAST = """(selector) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const letters = document.querySelector(selector);
  const pair = [getComputedStyle(letters).fill, getComputedStyle(letters.closest(".ll-card")).backgroundColor];
  const [less, more] = pair.map(light).sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}"""
DRAWN = "() => [...document.querySelectorAll('#ll-pictures path')].map((one) => one.getAttribute('d')).join()"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app whose model nobody has asked anything yet, and that takes its time."""
    running = Running(tmp_path_factory.mktemp("fresh"), "--delay", "0.02", LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


def at_work(page: Page) -> None:
    """The figures and pictures of a model that writes."""
    expect(page.locator(".ll-doing .ll-big")).to_contain_text("Writing")
    expect(page.locator("#ll-rate")).to_have_text(re.compile(r"^[1-9][\d.]*$"))
    expect(page.locator(".ll-slot")).to_have_count(4)
    expect(page.locator(".ll-slot.ll-taken").first).to_be_visible()
    for part in (".ll-edge.ll-is-written", ".ll-bars.ll-is-read", ".ll-bars.ll-is-kept", ".ll-edge.ll-is-work"):
        box = page.locator(part).first.bounding_box()
        assert box
        assert box["height"] > 10, f"{part} rises above its axis"
    expect(page.locator(".ll-sentence")).to_contain_text("were still in the model’s memory")
    for letters in (".ll-plot text", ".ll-ring-word", ".ll-ring-figure"):
        assert page.evaluate(CONTRAST, letters) > 4.5, f"{letters} can be read"


def test_the_monitor_shows_the_model_at_work(fresh: Running, opens: Opens) -> None:
    page = opens(fresh.url)
    tab(page, "Monitor")
    expect(page.locator("#ll-calls")).to_contain_text("Nothing has been asked of the model yet.")
    expect(page.locator(".ll-doing .ll-big")).to_have_text("Idle")
    expect(page.locator("#ll-rate")).to_have_text("0")
    expect(page.locator(".ll-slot.ll-taken")).to_have_count(0)
    expect(page.locator("#ll-pictures .ll-edge, #ll-pictures .ll-bars")).to_have_count(0)
    picture(page, "wide-monitor-empty")

    tab(page, "Write")
    new_story(page, "Watched", "The harbour")
    request_box(page).fill("The harbour empties and only one lamp is left. About 900 words.")
    press(page, "Write")
    expect(page.locator(".ll-live p").first).to_be_visible()
    tab(page, "Monitor")
    at_work(page)
    expect(page.locator("#ll-calls")).to_contain_text("The first answer is on its way.")
    with standing_still(page, "#ll-pictures"), standing_still(page, "#ll-now"):
        before = page.evaluate(DRAWN)
        page.wait_for_function(f"({DRAWN})() !== {before!r}")
    picture(page, "wide-monitor")

    phone = opens(fresh.url, NARROW, dark=True)
    tab(phone, "Monitor")
    at_work(phone)
    picture(phone, "narrow-monitor-night")

    who = page.locator("#ll-calls tbody tr td:first-child")
    expect(who.filter(has_text="Editor").first).to_be_visible(timeout=60_000)
    writer = page.locator("#ll-calls tbody tr", has_text="Writer").first
    expect(writer.locator(".ll-number-cell").nth(2)).to_have_text(re.compile(r"^\d{3},?\d*$"))
    expect(page.locator(".ll-doing .ll-big")).to_have_text("Idle", timeout=60_000)
    picture(phone, "narrow-monitor-calls")

    agents = page.locator(".ll-by-agent tbody tr")
    expect(agents.filter(has_text="Writer").locator(".ll-wait")).to_be_visible()
    expect(agents.filter(has_text="Editor")).to_be_visible()

    tab(page, "Write")
    expect(page.locator("#ll-accept")).to_be_visible()
    expect(page.locator(".ll-usage")).to_contain_text(
        re.compile(r"[\d,]+ were still remembered, [\d,]+ had to be read")
    )
    # What nobody looks at isn't refreshed, though the last minutes move on.
    page.wait_for_timeout(1000)
    left = page.evaluate(DRAWN)
    again = phone.evaluate(DRAWN)
    phone.wait_for_function(f"({DRAWN})() !== {again!r}")
    page.wait_for_timeout(3000)
    assert left
    assert page.evaluate(DRAWN) == left

    press(page, "Accept")
    expect(page.locator("#ll-manuscript .ll-chapter")).to_have_count(1)
    tab(page, "Monitor")
    chapters = page.locator("#ll-chapters-use")
    expect(chapters).to_contain_text("Chapter by chapter")
    expect(chapters.locator(".ll-bars.ll-is-system")).to_be_visible()
    picture(page, "wide-monitor-chapters")
