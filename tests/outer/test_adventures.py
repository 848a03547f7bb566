"""Adventures as a stranger's script plays them, and kill -9 in the middle of their chapters."""

import base64
import json
import random
import threading
from functools import partial
from pathlib import Path
from typing import Any

from tests.outer.running import App, wait_for
from tests.outer.test_kill import check_files, rows

LESSONS = Path(__file__).parents[2] / "assets" / "lessons"
SEED, DEATHS = 707, 6
DELAY = "0.003"


def right_answers(topic: str) -> dict[str, str]:
    """`{question: right answer}` of a topic, from its file."""
    value = json.loads((LESSONS / f"{topic}.json").read_text("utf-8"))
    return {one["question"]: one["right"] for one in value["questions"]}


def played(app: App, job: Any) -> dict[str, Any]:
    """The adventure that a streamed call ends with, and what streamed before it."""
    events = list(job)
    assert {event["event"] for event in events} == {"status", "token", "result"}, events[-1]
    adventure = events[-1]["data"]
    told = "".join(event["text"] for event in events if event["event"] == "token")
    # What streamed begins as the chapter does, with the words that no model has to write.
    assert adventure["chapter"]["text"].split("\n\n")[0] in told
    return adventure  # type: ignore[no-any-return]


def test_a_script_plays_an_adventure_to_its_summary(bench: App) -> None:
    client = bench.client()
    options = client.predict(api_name="/adventure_options")
    assert len(options["categories"]) >= 8
    assert len(options["lesson_topics"]) >= 6
    category, topic = options["categories"][2]["id"], options["lesson_topics"][1]["id"]
    answers, chance = right_answers(topic), random.Random(4)
    adventure = played(
        bench, client.submit(category, topic, {"chapters": 9, "seed": 3, "age": 10}, api_name="/start_adventure")
    )
    assert {"id", "category", "lesson_topic", "status", "planned_types", "chapter", "version"} <= set(adventure)
    types, asked = [], []
    planned = adventure["planned_types"]
    while True:
        chapter = adventure["chapter"]
        assert {"number", "type", "title", "text", "choices", "lesson"} <= set(chapter)
        types.append(chapter["type"])
        if adventure["status"] == "done":
            break
        assert len({choice["label"] for choice in chapter["choices"]}) == 3
        pick = chance.choice(chapter["choices"])
        question = chapter["lesson"].get("question", "")
        if question:
            assert answers[question] in [choice["label"] for choice in chapter["choices"]]
            asked.append((question, pick["label"]))
        adventure = played(bench, client.submit(adventure_id=adventure["id"], choice_id=pick["id"], api_name="/choose"))
        if question:
            assert adventure["lesson"]["correct"] == (pick["label"] == answers[question])
            assert adventure["lesson"]["right_answer"] == answers[question]
            assert adventure["lesson"]["explanation"]
            assert (adventure["chapter"]["type"] == "reflect") == (
                chapter["type"] == "lesson" and not adventure["lesson"]["correct"]
            )
    assert types == adventure["planned_types"]
    assert [one if one != "reflect" else "story" for one in types] == planned
    summary = client.predict(adventure["id"], api_name="/adventure_summary")
    assert [one["number"] for one in summary["chapters"]] == list(range(1, 10))
    assert [(one["question"], one["answered"]) for one in summary["lessons"]] == asked
    assert all(one["correct"] == (one["answered"] == answers[one["question"]]) for one in summary["lessons"])
    assert summary["statistics"]["chapters"] == 9
    keep(bench, client, adventure["id"], [one["title"] for one in summary["chapters"]])
    assert client.predict(api_name="/list_adventures")[0]["id"] == adventure["id"]
    assert client.predict(adventure["id"], api_name="/delete_adventure") == {"deleted": adventure["id"]}


def keep(bench: App, client: Any, adventure_id: str, titles: list[str]) -> None:
    """What a reader can keep: a page and a book, the same by the endpoint and by a link."""
    page = client.predict(adventure_id, api_name="/adventure_page")
    assert all(title in page["content"] for title in titles)
    linked = bench.http.get(f"/adventures/{adventure_id}.html")
    assert (linked.status_code, linked.text) == (200, page["content"])
    assert f'filename="{adventure_id}.html"' in linked.headers["content-disposition"]
    book = client.predict(adventure_id, "epub", api_name="/adventure_page")
    linked = bench.http.get(f"/adventures/{adventure_id}.epub")
    assert (linked.status_code, linked.content) == (200, base64.b64decode(book["content"]))
    for name in ("adventure_none.html", f"{adventure_id}.pdf", "..%2floreloom.db", "x"):
        refused = bench.http.get(f"/adventures/{name}")
        assert refused.status_code == 404
        assert not refused.content.startswith(b"SQLite")


def test_nothing_is_lost_and_no_choice_is_made_twice_whenever_it_is_killed(killable: App) -> None:
    chance = random.Random(SEED)
    app = killable.start("--delay", DELAY)
    adventure = played(
        app,
        app.client().submit("hollow-mountain", "numbers", {"chapters": 8, "words": 200}, api_name="/start_adventure"),
    )
    made: list[str] = []
    while adventure["status"] != "done":
        pick = chance.choice(adventure["chapter"]["choices"])["id"]
        number = adventure["chapter"]["number"]
        app.begin_call("choose", adventure_id=adventure["id"], choice_id=pick)
        made.append(pick)
        wait_for(lambda: chosen(app) == made, "the choice to be stored")
        if len(made) <= DEATHS:
            threading.Event().wait(chance.uniform(0.0, 1.5))
            app.kill()
            app.start("--delay", DELAY)
        adventure = wait_for(partial(at, app, adventure["id"], number + 1), f"chapter {number + 1}")
        assert chosen(app) == made
    stored = json.loads(rows(app, "SELECT state FROM adventure")[0]["state"])
    assert [chapter["number"] for chapter in stored["chapters"]] == list(range(1, 9))
    app.kill()
    check_files(app)


def at(app: App, adventure_id: str, number: int) -> dict[str, Any] | None:
    """The adventure once its reader can read that chapter; by being asked for it goes on."""
    found = app.call("get_adventure", adventure_id=adventure_id)
    there = found["chapter"] and found["chapter"]["number"] == number and found["status"] in ("reading", "done")
    return found if there else None


def chosen(app: App) -> list[str]:
    """The choices that are stored, in order."""
    (row,) = rows(app, "SELECT state FROM adventure")
    return [chapter["chosen"] for chapter in json.loads(row["state"])["chapters"] if chapter["chosen"]]
