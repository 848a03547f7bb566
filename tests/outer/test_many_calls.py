"""An app that is asked all night long: what callers leave behind doesn't pile up."""

import psutil

from tests.outer.running import App

SESSIONS, CALLS = 10, 80
# A caller by plain HTTP leaves about 1.2 MB; with all of them kept these calls would take 96 MB.
MOST_GROWTH = 30e6


def test_plain_calls_do_not_fill_the_memory(killable: App) -> None:
    app = killable.start(LORELOOM_SESSIONS=str(SESSIONS))
    page = app.client()
    world = page.predict("Tidewater", api_name="/create_world")
    for _ in range(2 * SESSIONS):
        app.call("list_worlds")
    before = psutil.Process(app.pid).memory_info().rss
    for _ in range(CALLS):
        assert [one["id"] for one in app.call("list_worlds")] == [world["id"]]
    assert psutil.Process(app.pid).memory_info().rss - before < MOST_GROWTH
    # Whoever was forgotten meanwhile is known again at the next call.
    assert [one["id"] for one in page.predict(api_name="/list_worlds")] == [world["id"]]
