"""A story of three parts and nine chapters on the bundled model, killed twice on the way: complete and in order."""

from pathlib import Path
from typing import Any

import pytest

from tests.outer.running import App, RealApp, add_character, wait_for
from workbench.domain import text as prose

PLAN = """Part One: The Key
Aria finds what nobody should find.
1. The Mill: Aria finds a silver key under the Old Mill and hides it.
2. The Market: The next day Tobin follows Aria through the market and asks about the key.
3. The Flood: That night a storm floods the Old Mill while Aria is inside.

Part Two: The Church
They look for the door that the key opens.
1. The Door: Three days later Aria tries the key on the door of the church.
2. The Debt: Tobin tells Aria who made the key, and promises to help her.
3. The Boat: At night Aria and Tobin row to the church.

Part Three: The Map
What they find parts them, and brings them together again.
1. The Map: Behind the door Aria finds a map of a town that is not built yet.
2. The Thief: The next morning Tobin steals the map and Aria runs after him.
3. The River: A week later Aria forgives Tobin, and they throw the key into the river.
"""
CHAPTERS, MOST_SECONDS = 9, 1500.0


@pytest.mark.timeout(1800)
def test_nine_chapters_in_three_parts_survive_two_deaths(tmp_path: Path) -> None:
    app = RealApp(tmp_path)
    try:
        app.start()
        told_to_the_end(app)
    finally:
        app.kill()


def told_to_the_end(app: App) -> None:
    world = app.call("create_world", title="Vell", premise="A mining town by a river that forgets its bed.")
    add_character(app, world["id"], "Aria", "Aria is a mapmaker of 24 who trusts nobody with her maps.")
    add_character(app, world["id"], "Tobin", "Tobin is a ferryman with a debt to the mayor.")
    place = {"title": "Old Mill", "kind": "location", "content": "The Old Mill stands empty by the river."}
    app.call("upsert_lore", world_id=world["id"], entry=place)
    story_id = app.call("create_story", world_id=world["id"], title="The Silver Key")["id"]
    plan = app.call("save_outline", story_id=story_id, items=app.call("extract_outline", text=PLAN, story_id=story_id))
    assert [item["part"] for item in plan] == ["The Key"] * 3 + ["The Church"] * 3 + ["The Map"] * 3

    def state() -> dict[str, Any]:
        return app.call("chapters_state", story_id=story_id)  # type: ignore[no-any-return]

    def begun(number: int) -> bool:
        # A chapter is in hand that isn't accepted yet.
        runs = [run for run in app.call("list_runs", story_id=story_id) if run["graph"] == "part_chapter"]
        return state()["written"] >= number - 1 and len(runs) >= number and runs[0]["status"] == "running"

    app.begin_call("write_chapters", story_id=story_id, count=0, options={"max_rounds": 1, "words": 60, "seed": 7})
    for number in (3, 6):
        wait_for(lambda number=number: begun(number), f"chapter {number} to be in hand", MOST_SECONDS, 0.1)
        app.kill()
        app.start()
    # Just after a start the run is still as its death left it.
    wait_for(lambda: state()["state"] == "done", "the end of the run", MOST_SECONDS, 0.5)

    passages = app.call("get_story", story_id=story_id)["passages"]
    assert [one["number"] for one in passages] == list(range(1, CHAPTERS + 1))
    for item, passage in zip(plan, passages, strict=True):
        assert passage["instruction"].startswith(item["title"]), "in the order of the plan"
        assert len(prose.words(passage["text"])) >= 20
        assert prose.ends_complete(passage["text"])
    assert len({one["text"] for one in passages}) == CHAPTERS
    assert all(item["written"] for item in app.call("get_outline", story_id=story_id))

    known = {word for one in passages for word in prose.words(one["text"])}
    for part in app.call("get_parts", story_id=story_id):
        assert part["done"]
        told = prose.words(part["told"])
        assert 5 <= len(told) <= 80
        assert sum(word in known for word in told) >= 0.9 * len(told), "it tells what the chapters tell"
        print(f"\n{part['title']}: {part['told']}")
    app.quiet(600)
    events = app.call("timeline", story_id=story_id)
    assert {event["passage_id"] for event in events} >= {passages[0]["id"], passages[-1]["id"]} or len(events) >= 3
    for event in events:
        print(f"{event['number']} {event['when']} | {event['where']} | {', '.join(event['who'])} | {event['what']}")
    numbers = [event["number"] for event in events if event["passage_id"]]
    assert numbers
    assert set(numbers) <= set(range(1, CHAPTERS + 1))
    texts = {one["id"]: one["text"] for one in passages}
    assert all(prose.occurs_in(e["evidence"], texts[e["passage_id"]]) for e in events if e["passage_id"])
