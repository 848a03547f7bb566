"""A page that stays open while the app is started anew beneath it, or forgets it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WAIT_MS, Opens, Running, new_story, ready, request_box

# The page asks every 20 seconds, and the app may take some to start.
NOTICED_MS = 60_000
SESSIONS = 10


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Running]:
    """An app that remembers few pages."""
    running = Running(tmp_path, LORELOOM_MAX_ROUNDS="1", LORELOOM_SESSIONS=str(SESSIONS))
    yield running
    running.close()


def begun(page: Page) -> None:
    """A story is open, and a request is being typed."""
    new_story(page, "The Tide", "Tidewater")
    request_box(page).press_sequentially("The bell rings twice.")


def goes_on(page: Page) -> None:
    """The page has come back with both, and nobody has to choose the story again."""
    expect(page.locator(".ll-title h1")).to_have_text("The Tide")
    expect(request_box(page)).to_have_value("The bell rings twice.")
    page.locator("#ll-write").click()
    expect(page.locator("#ll-accept")).to_be_visible()


def test_a_page_comes_back_by_itself_after_a_crash(app: Running, browser: Browser) -> None:
    # Not watched for errors on the console: a page whose server dies has some.
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(app.url)
    ready(page)
    begun(page)
    with page.expect_event("load", timeout=NOTICED_MS):
        app.die_and_start_again()
    goes_on(page)
    context.close()


def test_a_page_that_the_app_has_forgotten_is_loaded_again(app: Running, opens: Opens) -> None:
    page = opens(app.url)
    begun(page)
    with page.expect_event("load", timeout=NOTICED_MS), httpx.Client(base_url=app.url) as caller:
        # So many that they are more than it remembers between any two times that the page asks for something.
        asked = [caller.post("gradio_api/call/list_worlds", json={"data": []}).json() for _ in range(12 * SESSIONS)]
        for one in asked:
            assert "Tidewater" in caller.get(f"gradio_api/call/list_worlds/{one['event_id']}").text
    goes_on(page)
