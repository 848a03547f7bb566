"""Twenty times kill -9, at moments that a seed chooses: what was accepted is there, and what was begun is done once.

Each scenario keeps one data folder through all its deaths, as a writer would whose machine is failing.
"""

import json
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import httpx

from tests.outer.running import App, Refused, add_character, new_story, wait_for

SEED = 20_261
# Slow enough that a chapter takes seconds and a note a noticeable part of one: there is something to interrupt.
CHAPTER_DELAY, MEMORY_DELAY = "0.004", "0.003"
# Where a chapter is struck: while its first words stream, when a node has just begun, or as it is being accepted.
# Where two moments are joined, the run that is gone on with is struck once more.
CHAPTER_DEATHS = ("words", "editor", "accept", "words, again", "rater", "accept", "revision, again", "finalise")
# What is accepted before the memory is struck: a chapter more, or another telling in the place of the last one.
MEMORY_DEATHS = (
    "chapter",
    "chapter",
    "telling",
    "chapter",
    "telling",
    "chapter",
    "chapter",
    "telling",
    "chapter",
    "chapter",
)


def test_kills_in_the_middle_of_chapters(killable: App) -> None:
    chance = random.Random(SEED)
    app = killable.start("--delay", CHAPTER_DELAY)
    world, story = new_story(app)
    add_character(app, world["id"], "Mara")
    accepted: dict[str, str] = {}
    interrupted = 0

    for number, deaths in enumerate(CHAPTER_DEATHS, start=1):
        moment, *again = deaths.split(", ")
        run_id, draft = begun_chapter(app, story["id"], f"Chapter of death {number}", moment, chance)
        answered = accept_and_die(app, draft, chance) if draft else die(app)
        app.start("--delay", CHAPTER_DELAY)

        check_accepted(app, story["id"], accepted, maybe=draft)
        (run,) = [found for found in app.call("list_runs", story_id=story["id"]) if found["id"] == run_id]
        if draft is None and run["status"] == "done" and moment == "finalise":
            # It got away: the draft was stored before the signal came.
            draft = drafts_of(app, run_id)[0]
        if draft is None:
            assert run["status"] == "interrupted", run
            interrupted += 1
            if again:
                strike_resumed_run(app, run_id, chance)
            draft = resumed(app, run_id)
        assert len(drafts_of(app, run_id)) == 1
        if answered:
            view = app.call("get_story", story_id=story["id"])
            assert draft["id"] == view["passages"][-1]["id"], "the writer was told that it is accepted"
        app.call("accept_passage", passage_id=draft["id"])
        accepted[draft["id"]] = draft["text"]
        check_accepted(app, story["id"], accepted)

    assert interrupted >= len(CHAPTER_DEATHS) - CHAPTER_DEATHS.count("accept") - CHAPTER_DEATHS.count("finalise")
    check_memory(app, story["id"], world["id"])
    analyses = {row["passage_id"] for row in rows(app, "SELECT passage_id FROM memory_task WHERE kind = 'analysis'")}
    assert analyses == set(accepted), "each accepted chapter was read, and no other"
    app.kill()
    check_files(app)


def test_kills_in_the_middle_of_memory_work(killable: App) -> None:
    chance = random.Random(SEED + 1)
    app = killable.start("--delay", MEMORY_DELAY)
    world, story = new_story(app)
    people = [add_character(app, world["id"], name) for name in ("Mara", "Orla", "Teo")]
    accepted: dict[str, str] = {}
    asked: list[dict[str, Any]] = []

    for number, what in enumerate(MEMORY_DEATHS, start=1):
        if what == "chapter":
            passage = app.chapter(story["id"], f"Night {number} with Teo", max_rounds=1)["passage"]
        else:
            # Another telling of the last chapter takes its place, and the memory lets go of the old one.
            old = accepted.popitem()[0]
            text = f"Mara met Orla on quay {number}. Teo sold {number} lamps. Nobody saw old Brannock leave that day."
            passage = app.call("edit_passage", passage_id=old, text=text)
        app.call("accept_passage", passage_id=passage["id"])
        accepted[passage["id"]] = passage["text"]
        asked += enqueued(app, story["id"], people, number)
        wait_for(lambda: at_work(app), "the memory to be at work", pause=0.01)
        threading.Event().wait(chance.uniform(0.0, 0.6))
        app.kill()
        app.start("--delay", MEMORY_DELAY)
        check_accepted(app, story["id"], accepted)

    check_memory(app, story["id"], world["id"])
    check_asked(app, story["id"], asked)
    app.kill()
    check_files(app)


def test_a_death_between_the_draft_and_the_note_that_it_is_done(killable: App) -> None:
    """The narrowest gap: the draft is stored, and the run isn't marked as done. Made by hand, as no chance hits it."""
    app = killable.start()
    _, story = new_story(app)
    for gap in ("result told", "result not told"):
        draft = app.chapter(story["id"], f"Gap where {gap}", max_rounds=1)["passage"]
        run_id = draft["run_id"]
        wait_for(lambda run_id=run_id: run_status(app, story["id"], run_id) == "done", "the run to end")
        app.kill()
        with closing(sqlite3.connect(app.data / "loreloom.db")) as database:
            database.execute("UPDATE run SET status = 'running', finished_at = NULL, passage_id = NULL")
            if gap == "result not told":
                database.execute(
                    "DELETE FROM run_event WHERE run_id = ? AND json_extract(payload, '$.event') = 'result'", (run_id,)
                )
            database.commit()
        app.start()
        assert run_status(app, story["id"], run_id) == "interrupted"
        events = list(app.stream("resume_run", run_id=run_id))
        assert events[-1]["event"] == "result"
        assert events[-1]["data"]["passage"]["id"] == draft["id"], "the draft that was there"
        assert [event["event"] for event in events].count("result") == 1
        assert len(drafts_of(app, run_id)) == 1
        wait_for(lambda run_id=run_id: run_status(app, story["id"], run_id) == "done", "the run to end")


# Dying


def begun_chapter(
    app: App, story_id: str, instruction: str, moment: str, chance: random.Random
) -> tuple[str, dict[str, Any] | None]:
    """Have a chapter written until the given moment. Returns the run, and the draft when it came so far."""
    # No draft is good enough, so that there is a revision; the score is what decides that.
    options = {"max_rounds": 2, "accept_score": 9, "max_tokens": 400}
    if moment == "accept":
        draft = app.chapter(story_id, instruction, max_rounds=1, max_tokens=64)["passage"]
        return draft["run_id"], draft
    stream = app.stream("generate_chapter", story_id=story_id, instruction=instruction, options=options)
    run_id = ""
    writings, words, wanted = 0, 0, chance.randint(1, 8)
    for event in stream:
        # Asked for at once: when the moment has come there is no time to lose.
        run_id = run_id or app.call("list_runs", story_id=story_id)[0]["id"]
        if event["event"] == "status" and event["node"] == "writer":
            writings += event["message"].startswith(("Writing", "Revising"))
        words += event["event"] == "token" and event["node"] == "writer"
        reached = {
            "words": words >= wanted,
            "editor": event["node"] == "editor",
            "rater": event["node"] == "rater",
            "revision": writings == 2,
            # The last thing before the draft is stored is the second round's review.
            "finalise": writings == 2 and event["node"] == "rater",
        }
        if reached[moment]:
            break
    else:
        raise AssertionError(f"The chapter was done before {moment} came.")
    return run_id, None


def die(app: App) -> bool:
    """kill -9 now. Nobody had been told anything."""
    app.kill()
    return False


def accept_and_die(app: App, draft: dict[str, Any], chance: random.Random) -> bool:
    """Accept the draft, and kill within the milliseconds that it takes. Returns whether the client got its answer."""
    answers: list[Any] = []

    def accept() -> None:
        with suppress(httpx.HTTPError, Refused, json.JSONDecodeError, IndexError):
            answers.append(app.call("accept_passage", passage_id=draft["id"]))

    client = threading.Thread(target=accept)
    client.start()
    client.join(chance.uniform(0.0, 0.12))
    app.kill()
    client.join(30)
    return bool(answers)


def strike_resumed_run(app: App, run_id: str, chance: random.Random) -> None:
    """Go on with a run and kill that too, some events later."""
    wanted = chance.randint(1, 6)
    live = 0
    stored = len(rows(app, "SELECT number FROM run_event WHERE run_id = ?", run_id))
    stream = app.stream("resume_run", run_id=run_id)
    for place, _ in enumerate(stream):
        live += place >= stored
        if live >= wanted:
            break
    else:
        raise AssertionError("The resumed run ended before it could be struck.")
    app.kill()
    app.start("--delay", CHAPTER_DELAY)


def resumed(app: App, run_id: str) -> dict[str, Any]:
    """The draft of an interrupted run that is gone on with."""
    last = list(app.stream("resume_run", run_id=run_id))[-1]
    assert last["event"] == "result", last
    return last["data"]["passage"]  # type: ignore[no-any-return]


def enqueued(app: App, story_id: str, people: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """Work for the memory: an update of each note, and two entries to be made."""
    tasks = []
    for place, person in enumerate(people):
        told = f"{person['title']} counted {number * 10 + place} herons."
        tasks.append(app.call("enqueue_note_update", story_id=story_id, entry_id=person["id"], update_summary=told))
    for kind in ("item", "location"):
        told = f"There is something called {kind.title()}-{number} by the water."
        tasks.append(app.call("enqueue_entity_creation", story_id=story_id, entity_type=kind, creation_summary=told))
    return tasks


def at_work(app: App) -> bool:
    """Whether a task is in a worker's hands just now."""
    return bool(rows(app, "SELECT id FROM memory_task WHERE status = 'running'"))


# Looking


def rows(app: App, query: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of the database, which is only read."""
    with closing(sqlite3.connect(f"file:{app.data / 'loreloom.db'}?mode=ro", uri=True, timeout=30)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query, values)]


def run_status(app: App, story_id: str, run_id: str) -> str:
    """State of a run as the app tells it."""
    return next(str(run["status"]) for run in app.call("list_runs", story_id=story_id) if run["id"] == run_id)


def drafts_of(app: App, run_id: str) -> list[dict[str, Any]]:
    """The passages that a run has left."""
    return rows(app, "SELECT id, text FROM passage WHERE run_id = ?", run_id)


def check_accepted(app: App, story_id: str, accepted: dict[str, str], maybe: dict[str, Any] | None = None) -> None:
    """The story is what was accepted, word for word; at its end may stand the one that was just being accepted.

    That one is accepted with the task that reads it, or not at all.
    """
    told = {passage["id"]: passage["text"] for passage in app.call("get_story", story_id=story_id)["passages"]}
    if maybe is not None:
        tasks = rows(app, "SELECT id FROM memory_task WHERE kind = 'analysis' AND passage_id = ?", maybe["id"])
        assert len(tasks) == (maybe["id"] in told)
        if maybe["id"] in told:
            assert told.pop(maybe["id"]) == maybe["text"]
    assert told == accepted


def check_memory(app: App, story_id: str, world_id: str) -> None:
    """All tasks come to their end by themselves, each applied once, and the index has what the database has."""
    app.quiet(120)
    stuck = rows(app, "SELECT id, kind, status, error FROM memory_task WHERE status NOT IN ('done', 'retracted')")
    assert stuck == []
    # What was retracted belonged to a passage that was put aside.
    assert all(row["state"] == "discarded" for row in retracted_passages(app))
    for task in rows(app, "SELECT id, kind, entry_id, folded_into FROM memory_task WHERE status = 'done'"):
        # Updates that were told in one rewrite share the revision of the first of them.
        told_by = task["folded_into"] or task["id"]
        revisions = rows(app, "SELECT revision FROM note_revision WHERE task_id = ?", told_by)
        entries = rows(app, "SELECT id FROM lore_entry WHERE task_id = ?", task["id"])
        if task["kind"] == "note_update":
            assert len(revisions) == 1, task
        elif task["kind"] == "entity_creation":
            # What somebody had made meanwhile is updated instead, by one task of its own.
            followers = rows(app, "SELECT id FROM memory_task WHERE dedupe_key = ?", f"creation-update:{task['id']}")
            assert len(entries) + len(followers) == 1, task
            assert task["entry_id"]
        else:
            assert not revisions
            assert not entries
    # What a retracted task had come to before its passage was put aside isn't true any more, but may come back with it.
    for table in ("note_revision", "lore_entry"):
        left = rows(
            app,
            f"SELECT passage.state FROM {table} JOIN memory_task ON memory_task.id = {table}.task_id "
            f"JOIN passage ON passage.id = {table}.passage_id WHERE memory_task.status != 'done'",
        )
        assert all(row["state"] == "discarded" for row in left), table
    for entry in app.call("list_lore", world_id=world_id, story_id=story_id):
        wait_for(
            lambda entry=entry: app.call("composite_document", story_id=story_id, entry_id=entry["id"])["indexed"],
            f"{entry['title']} to be indexed as it is",
        )


def retracted_passages(app: App) -> Iterator[dict[str, Any]]:
    """Passages whose tasks were retracted."""
    yield from rows(
        app,
        "SELECT passage.state FROM memory_task JOIN passage ON passage.id = memory_task.passage_id "
        "WHERE memory_task.status = 'retracted'",
    )


def check_asked(app: App, story_id: str, asked: list[dict[str, Any]]) -> None:
    """Every task that somebody asked for is there, done or retracted with its passage; updates kept their order."""
    kept = {row["id"]: row for row in rows(app, "SELECT id, status, entry_id, summary FROM memory_task")}
    assert {task["id"] for task in asked} <= set(kept)
    done = [task for task in asked if kept[task["id"]]["status"] == "done"]
    assert len(done) >= len(asked) / 2, "only what hung on a replaced chapter may be retracted"
    for entry_id in {task["entry_id"] for task in asked if task["kind"] == "note_update"}:
        wanted = [
            kept[task["id"]]["summary"]
            for task in asked
            if task["entry_id"] == entry_id and kept[task["id"]]["status"] == "done"
        ]
        history = app.call("note_history", story_id=story_id, entry_id=entry_id)
        summaries = set(wanted)
        told = [line for revision in reversed(history) for line in revision["event"].splitlines()]
        assert [line for line in told if line in summaries] == wanted


def check_files(app: App) -> None:
    """The files themselves are whole."""
    for name in ("loreloom.db", "checkpoints.db", "queue.db"):
        with closing(sqlite3.connect(app.data / name)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], name
            assert database.execute("PRAGMA foreign_key_check").fetchall() == [], name
