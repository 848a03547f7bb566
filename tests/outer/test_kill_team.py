"""kill -9 while the team is asked: what was typed, planned and changed is there, and what was begun goes on."""

from typing import Any

from tests.outer.running import App, new_story, wait_for

# Slow enough that an answer takes seconds.
DELAY = "0.05"


def test_what_was_asked_is_there_after_a_death(killable: App) -> None:
    app = killable.start("--delay", DELAY)
    _, story = new_story(app)
    question = "Who came down the wet stairs, and what became of the letter?"
    for event in app.stream("llm_chat", message=question, story_id=story["id"], agent="", conversation_id=""):
        if event["event"] == "token":
            break
    app.kill()
    app.start()
    (conversation,) = app.call("list_conversations", story_id=story["id"])
    kept = app.call("get_conversation", conversation_id=conversation["id"])
    assert [message["text"] for message in kept["messages"]][:1] == [question]
    assert not kept["answering"]
    again = list(
        app.stream("llm_chat", message="And then?", story_id="", agent="", conversation_id=conversation["id"])
    )[-1]
    assert again["data"]["reply"]
    kept = app.call("get_conversation", conversation_id=conversation["id"])
    assert [message["text"] for message in kept["messages"] if message["role"] == "person"] == [question, "And then?"]


def test_a_change_goes_on_after_a_death(killable: App) -> None:
    app = killable.start()
    _, story = new_story(app)
    old = app.chapter(story["id"], "Mara waits for the ferry", max_rounds=1)["passage"]
    app.kill()
    app.start("--delay", DELAY)
    for event in app.stream("modify_chapter", passage_id=old["id"], instruction="Let it rain.", options={}):
        if event["event"] == "token":
            break
    app.kill()
    app.start()
    run = app.call("list_runs", story_id=story["id"])[0]
    assert (run["graph"], run["status"]) == ("modify", "interrupted")
    result = list(app.stream("resume_run", run_id=run["id"]))[-1]["data"]
    assert result["modified"] == old["id"]
    drafts = {draft["id"]: draft["text"] for draft in app.call("get_story", story_id=story["id"])["drafts"]}
    assert set(drafts) == {old["id"], result["passage"]["id"]}
    assert drafts[old["id"]] == old["text"]


def test_a_plan_keeps_what_was_planned_before_a_death(killable: App) -> None:
    app = killable.start("--delay", DELAY)
    _, story = new_story(app)
    mine = {"title": "The quay", "summary": "It rains on everybody."}
    app.call("save_outline", story_id=story["id"], items=[mine])
    app.begin_call("generate_chapter_outlines", story_id=story["id"], count=20)
    before = wait_for(lambda: planned(app, story["id"], 3), "three chapters to be planned")
    app.kill()
    app.start()
    after = app.call("get_outline", story_id=story["id"])
    assert after[: len(before)] == before
    assert (after[0]["title"], after[0]["summary"]) == (mine["title"], mine["summary"])
    assert len(app.call("generate_chapter_outlines", story_id=story["id"], count=1)) == 1


def planned(app: App, story_id: str, least: int) -> list[dict[str, Any]] | None:
    """The plan once it has so many chapters."""
    found = app.call("get_outline", story_id=story_id)
    return found if len(found) >= least else None
