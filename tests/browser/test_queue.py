"""The Queue tab by clicking: pausing, what failed, what was told together, and what happened to each task."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Opens, Running, new_story, picture, standing_still, tab
from tests.outer.running import values_of


@pytest.fixture(scope="module")
def stubborn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app whose first rewritten note fails for good."""
    running = Running(
        tmp_path_factory.mktemp("stubborn"), "--fail", "rewriter=1", "--delay", "0.01", LORELOOM_TASK_RETRIES="0"
    )
    yield running
    running.close()


def call(app: Running, endpoint: str, **arguments: Any) -> Any:
    """The answer of an endpoint."""
    with httpx.Client(base_url=app.url, timeout=30) as http:
        event = http.post(f"/gradio_api/call/v2/{endpoint}", json=arguments).json()["event_id"]
        with http.stream("GET", f"/gradio_api/call/{endpoint}/{event}") as stream:
            return list(values_of(stream.iter_lines()))[-1]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()


def figures(page: Page, queue: str) -> Any:
    """Waiting, at work, done and failed of a queue."""
    return page.locator(".ll-queue", has_text=queue).locator(".ll-figures b")


def test_the_queue_by_hand(stubborn: Running, opens: Opens) -> None:
    page = opens(stubborn.url)
    new_story(page, "Queued", "Tidewater")
    (story,) = call(stubborn, "list_stories")
    entry = {"title": "Mara", "content": "Mara lives by the water."}
    mara = call(stubborn, "upsert_lore", world_id=story["world_id"], entry=entry)["id"]

    def tell(*events: str) -> None:
        for event in events:
            call(stubborn, "enqueue_note_update", story_id=story["id"], entry_id=mara, update_summary=event)

    tab(page, "Queue")
    expect(page.locator("#ll-tasks .ll-empty")).to_contain_text("Accept a chapter in Write")
    expect(page.locator("#ll-counts .ll-plot")).to_have_count(3)
    picture(page, "wide-queue-empty")

    # Paused: what is asked for waits, and is seen without a reload.
    press(page, "Pause: Notes")
    expect(page.locator(".ll-queue .ll-tag")).to_have_text(["paused"])
    with standing_still(page, "#ll-task-filter"):
        tell("Mara lost her lantern.", "Mara sold 3 maps.", "Mara bought a boat.")
        expect(figures(page, "Notes")).to_have_text(["3", "0", "0", "0"])
    page.reload()
    tab(page, "Queue")
    expect(page.locator(".ll-queue .ll-tag")).to_have_text(["paused"])
    expect(page.locator(".ll-task .ll-state")).to_have_text(["waits"] * 3)

    # The model refuses once: all that were to be told together have failed, and every tab says so.
    press(page, "Go on: Notes")
    expect(figures(page, "Notes")).to_have_text(["0", "0", "0", "3"])
    expect(page.locator(".ll-queue .ll-trouble")).to_contain_text("the last 3 could not be done")
    page.reload()
    alert = page.locator("#ll-alert [role=alert]")
    expect(alert).to_contain_text("The memory needs you.")
    tab(page, "Lore")
    expect(alert).to_be_visible()
    tab(page, "Queue")
    expect(page.locator(".ll-task .ll-state")).to_have_text(["failed"] * 3)
    picture(page, "wide-queue-failed")

    # One of them is tried again by hand; with it the trouble is over.
    page.locator(".ll-task", has_text="Note on Mara: Mara lost her lantern").get_by_role(
        "button", name="Try again"
    ).click()
    expect(figures(page, "Notes")).to_have_text(["0", "0", "1", "2"])
    expect(page.locator(".ll-queue .ll-trouble")).to_have_count(0)
    page.reload()
    tab(page, "Queue")
    expect(page.locator(".ll-task")).to_have_count(3)
    expect(alert).to_have_count(0)

    # Told together; and what is unfolded stays unfolded while the list changes.
    press(page, "Pause: Notes")
    expect(page.locator(".ll-queue .ll-tag")).to_have_text(["paused"])
    tell("Mara hid a letter.", "Mara sold 5 nets.", "Mara met a bailiff.")
    press(page, "Go on: Notes")
    expect(figures(page, "Notes")).to_have_text(["0", "0", "4", "2"])
    leader = page.locator(".ll-task", has_text="Note on Mara: Mara hid a letter.")
    expect(leader.locator(".ll-together li")).to_have_text(["Mara sold 5 nets.", "Mara met a bailiff."])
    log = leader.locator(".ll-log")
    expect(log.locator("li").first).to_be_hidden()
    log.locator("summary").click()
    expect(log.locator("li").last).to_contain_text("Done.")
    tell("Mara came home.")
    expect(figures(page, "Notes")).to_have_text(["0", "0", "5", "2"])
    expect(page.locator(".ll-task", has_text="Mara came home.")).to_be_visible()
    expect(log.locator("li").first).to_be_visible()
    expect(log.locator("li").first).to_contain_text("Queued")
    expect(page.locator(".ll-queue", has_text="Notes").locator("figcaption")).to_contain_text("5 in half an hour")
    assert page.locator(".ll-queue", has_text="Notes").locator(".ll-bars.ll-is-read").count() == 1
    picture(page, "wide-queue")

    page.get_by_label("Failed", exact=True).check()
    expect(page.locator(".ll-task .ll-state")).to_have_text(["failed"] * 2)
    expect(page.locator(".ll-task").first).to_contain_text(re.compile("refused to answer"))

    phone = opens(stubborn.url, NARROW, dark=True)
    tab(phone, "Queue")
    expect(phone.locator(".ll-task").first).to_be_visible()
    phone.locator(".ll-log summary").first.click()
    picture(phone, "narrow-queue-night")
