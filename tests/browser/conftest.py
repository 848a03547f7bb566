"""An app in a process of its own, a browser, and pages that are watched for what must not happen."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WIDE, NARROW = (1280, 900), (390, 844)
# Two busy cores start the app in about ten seconds; a page of prose comes in a few.
START_S, WAIT_MS = 90, 30_000
# What Gradio's client says of the stream it listened to when the page is left or loaded again.
LEFT = re.compile(r"AbortError: signal is aborted|Connection errored out")
# Gradio's client asks there to stop an event, also one that the server hasn't given an id yet, and is refused.
STOPPING = ("/gradio_api/cancel", "/gradio_api/reset")
expect.set_options(timeout=WAIT_MS)


class Running:
    """An app that is up, in a data folder of its own."""

    def __init__(self, folder: Path, *flags: str, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        self._log = folder / "app.log"
        command = [sys.executable, "-m", "tests.scripted_app", "--port", str(port), "--data-dir", str(folder / "data")]
        self._command = [*command, *flags]
        self._settings = settings
        self._begin()

    def _begin(self) -> None:
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env={**os.environ, **self._settings},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_S
        while "Loreloom is open at" not in self.log:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise RuntimeError(f"The app did not start:\n{self.log}")
            time.sleep(0.1)

    def die_and_start_again(self) -> None:
        """kill -9, and a new process at the same address."""
        self.process.kill()
        self.process.wait(15)
        self._begin()

    @property
    def log(self) -> str:
        """What the app has printed."""
        return self._log.read_text(errors="replace")

    def close(self) -> None:
        """Stop the app, by force when it doesn't listen."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = os.environ.get("LORELOOM_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    SCREENSHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app with a model that takes a hundredth of a second for each word."""
    running = Running(tmp_path_factory.mktemp("app"), "--delay", "0.01", LORELOOM_MAX_ROUNDS="1")
    yield running
    running.close()


@pytest.fixture(scope="package")
def failing_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app with a memory whose first note fails for good."""
    running = Running(
        tmp_path_factory.mktemp("failing"), "--fail", "rewriter=1", LORELOOM_TASK_RETRIES="0", LORELOOM_MAX_ROUNDS="2"
    )
    yield running
    running.close()


Opens = Callable[..., Page]


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """`opens(url, size, dark=False)`: a page of a fresh visitor.

    At the end of the test no page may have asked for anything outside this machine, or told the console of an error.
    """
    troubles: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        def asked(request: Request) -> None:
            address = urlparse(request.url)
            if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
                troubles.append(f"asked for {request.url}")

        def told(message: ConsoleMessage) -> None:
            stopped_early = "422" in message.text and message.location["url"].endswith(STOPPING)
            if message.type == "error" and not LEFT.search(message.text) and not stopped_early:
                troubles.append(f"console: {message.text}")

        page.on("request", asked)
        page.on("console", told)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))

    def open_page(url: str, size: tuple[int, int] = WIDE, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        watch(page)
        page.goto(url)
        ready(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def ready(page: Page) -> None:
    """Wait until the page shows either the welcome or a story."""
    expect(
        page.locator("#ll-instruction textarea, .ll-welcome, .ll-leaf").locator("visible=true").first
    ).to_be_visible()


def picture(page: Page, name: str, full: bool = True) -> None:
    """Keep a picture of the page for people to look at, and see that nothing sticks out at the side."""
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full)
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window, f"{name}: the page is {width} wide in a window of {window}"
    out = page.evaluate(
        """() => [...document.querySelectorAll(".gradio-container *")].filter((node) => {
            const box = node.getBoundingClientRect();
            // What is inside of a picture's box that scrolls by itself may be wider than it; the box may not stick out.
            const outer = node.parentElement.closest("[class^='ll-']:has(> svg)");
            if (outer && ["auto", "scroll"].includes(getComputedStyle(outer).overflowX)) return false;
            return box.width > 0 && box.right > window.innerWidth + 1 && getComputedStyle(node).visibility !== "hidden";
        }).map((node) => `${node.tagName}.${node.className}`).slice(0, 5)"""
    )
    assert not out, f"{name}: {out} stick out"


def tab(page: Page, name: str) -> None:
    """Turn to a tab; on a narrow page some of them stand in a menu."""
    expect(page.get_by_role("tab").first).to_be_visible()
    shown = page.get_by_role("tab", name=name, exact=True)
    if shown.count():
        shown.click()
        return
    page.get_by_role("button", name="More tabs").click()
    page.locator(".overflow-dropdown").get_by_role("button", name=name, exact=True).click()


def press(page: Page, name: str) -> None:
    """Press a visible button."""
    page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()


def request_box(page: Page):  # type: ignore[no-untyped-def]
    """The box for what happens next."""
    return page.locator("#ll-instruction textarea")


def new_story(page: Page, title: str, world: str) -> None:
    """Make a world and a story with the form."""
    page.get_by_role("button", name="New story").click()
    page.get_by_label("Title of the story").fill(title)
    page.get_by_label("Name of the world").fill(world)
    press(page, "Create the story")
    expect(page.locator(".ll-title h1")).to_have_text(title)


def words_on_page(page: Page) -> int:
    """Number of words of the draft as it stands."""
    text = page.locator("#ll-page").inner_text()
    return len(re.findall(r"\w+", text))


@contextmanager
def standing_still(page: Page, selector: str) -> Iterator[None]:
    """What `selector` names keeps its place and size meanwhile."""
    box = page.locator(selector).bounding_box()
    yield
    assert page.locator(selector).bounding_box() == box
