"""kill -9 while chapters are written in a row, at moments that a seed chooses: the run goes on by itself at each start,
and in the end each planned chapter is there once, in order."""

import random
import threading
from typing import Any

from tests.outer.running import App, add_character, new_story, wait_for
from tests.outer.test_kill import check_files, check_memory, rows

SEED = 606
# Slow enough that a chapter takes seconds.
DELAY = "0.003"
DEATHS = 8
PARTS = (("Salt", 2), ("Iron", 3), ("Home", 2))
MOST_SECONDS = 240.0


def planned(app: App, story_id: str) -> list[dict[str, Any]]:
    """A plan of three parts; its chapters are called by their numbers."""
    items, number = [], 0
    for part, count in PARTS:
        for _ in range(count):
            number += 1
            items.append({"title": f"Night {number}", "summary": f"Mara counts {number} herons.", "part": part})
    return app.call("save_outline", story_id=story_id, items=items)  # type: ignore[no-any-return]


def state(app: App, story_id: str) -> dict[str, Any]:
    """How the run of chapters stands."""
    return app.call("chapters_state", story_id=story_id)  # type: ignore[no-any-return]


def test_a_night_of_deaths(killable: App) -> None:
    chance = random.Random(SEED)
    app = killable.start("--delay", DELAY)
    world, story = new_story(app)
    add_character(app, world["id"], "Mara")
    plan = planned(app, story["id"])
    before = state(app, story["id"])
    assert (before["state"], before["written"], before["chapters"]) == ("none", 0, []), "before there is any run"
    app.begin_call("write_chapters", story_id=story["id"], count=0, options={"max_rounds": 1, "words": 80})
    wait_for(lambda: state(app, story["id"])["state"] == "working", "the run to begin")
    kept: list[str] = []
    for _ in range(DEATHS):
        threading.Event().wait(chance.uniform(0.1, 3.5))
        app.kill()
        app.start("--delay", DELAY)
        there = [passage["id"] for passage in app.call("get_story", story_id=story["id"])["passages"]]
        assert there[: len(kept)] == kept, "what was accepted stays"
        kept = there
        if state(app, story["id"])["state"] == "done":
            break
    wait_for(lambda: state(app, story["id"])["state"] == "done", "the end of the plan", MOST_SECONDS, 0.2)

    view = app.call("get_story", story_id=story["id"])
    assert [one["number"] for one in view["passages"]] == list(range(1, len(plan) + 1))
    assert [one["instruction"] for one in view["passages"]] == [
        f"{item['title']}. {item['summary']} About 80 words." for item in plan
    ]
    assert len(rows(app, "SELECT id FROM passage")) == len(plan), "no chapter was written twice"
    runs = rows(app, "SELECT id FROM run WHERE graph = 'part_chapter'")
    assert len(runs) == len(plan)
    told = state(app, story["id"])["chapters"]
    assert [one["passage_id"] for one in told] == [one["id"] for one in view["passages"]]
    parts = app.call("get_parts", story_id=story["id"])
    assert [(one["title"], one["done"], bool(one["told"])) for one in parts] == [
        (title, True, True) for title, _ in PARTS
    ]
    (outer,) = rows(app, "SELECT options FROM run WHERE graph = 'parts'")
    assert all(one["id"] in outer["options"] for one in parts), "each part was summed up"
    check_memory(app, story["id"], world["id"])
    app.kill()
    check_files(app)


def test_what_the_writer_has_stopped_stays_so(killable: App) -> None:
    app = killable.start("--delay", DELAY)
    _, story = new_story(app)
    planned(app, story["id"])
    app.begin_call("write_chapters", story_id=story["id"], count=3, options={"max_rounds": 1, "words": 80})
    wait_for(lambda: state(app, story["id"])["state"] == "working", "the run to begin")
    app.call("stop_chapters", story_id=story["id"], at_once=True)
    app.kill()
    app.start("--delay", DELAY)
    assert state(app, story["id"])["state"] == "stopped"
    (outer,) = rows(app, "SELECT id FROM run WHERE graph = 'parts'")
    last = list(app.stream("resume_run", run_id=outer["id"]))[-1]
    assert [one["number"] for one in last["data"]["chapters"]] == [1, 2, 3]
    assert len(app.call("get_story", story_id=story["id"])["passages"]) == 3
