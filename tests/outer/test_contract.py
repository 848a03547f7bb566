"""What a stranger's scripts rely on: names, arguments and results of the endpoints, by every way to call them."""

import asyncio
import itertools
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from gradio_client import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from tests.outer.running import WAIT_SECONDS, App, Refused, add_character, new_story, values_of, wait_for

DOCUMENTED = {
    "health": [],
    "count_tokens": ["text"],
    "telemetry": ["kind", "limit"],
    "create_world": ["title", "premise", "genre", "tone"],
    "generate_world": ["seed", "size"],
    "world_map": ["world_id"],
    "list_worlds": [],
    "upsert_lore": ["world_id", "entry"],
    "list_lore": ["world_id", "story_id"],
    "delete_lore": ["entry_id"],
    "search_lore": ["story_id", "query", "limit"],
    "composite_document": ["story_id", "entry_id"],
    "note_history": ["story_id", "entry_id"],
    "rollback_note": ["story_id", "entry_id", "revision"],
    "create_story": ["world_id", "title", "kind"],
    "list_stories": [],
    "get_story": ["story_id"],
    "generate_chapter": ["story_id", "instruction", "options"],
    "modify_chapter": ["passage_id", "instruction"],
    "character_feedback": ["story_id", "character_id", "passage_id", "question"],
    "editor_review": ["story_id", "passage_id", "text"],
    "rater_feedback": ["story_id", "passage_id", "text"],
    "flesh_out": ["story_id", "text", "instruction"],
    "generate_character_details": ["world_id", "name", "hint"],
    "regenerate_bio": ["entry_id", "instruction"],
    "accept_passage": ["passage_id"],
    "discard_passage": ["passage_id"],
    "edit_passage": ["passage_id", "text"],
    "queue_status": [],
    "note_updates": ["story_id", "status"],
    "entity_creations": ["story_id", "status"],
    "enqueue_note_update": ["story_id", "entry_id", "update_summary"],
    "enqueue_entity_creation": ["story_id", "entity_type", "creation_summary"],
    "retry_note_update": ["task_id"],
    "retry_entity_creation": ["task_id"],
    "branch_story": ["story_id", "passage_id", "name"],
    "switch_branch": ["story_id", "branch_id"],
    "story_tree": ["story_id"],
    "rename_branch": ["story_id", "branch_id", "name"],
    "discard_branch": ["story_id", "branch_id"],
    "restore_branch": ["story_id", "branch_id"],
    "compare_branches": ["story_id", "left_id", "right_id", "first"],
    "decisions": ["story_id", "limit"],
    "undo": ["story_id", "steps"],
    "timeline": ["story_id"],
    "add_event": ["story_id", "event"],
    "change_event": ["event_id", "event"],
    "delete_event": ["event_id"],
    "linked_events": ["story_id", "event_id"],
    "check_continuity": ["story_id", "text"],
    "dismiss_violation": ["story_id", "key", "reason"],
    "restore_violation": ["story_id", "key"],
    "generate_chapter_outlines": ["story_id", "count"],
    "get_outline": ["story_id"],
    "save_outline": ["story_id", "items"],
    "move_outline_item": ["item_id", "position"],
    "delete_outline_item": ["item_id"],
    "extract_outline": ["text", "story_id"],
    "get_parts": ["story_id"],
    "save_parts": ["story_id", "parts"],
    "delete_part": ["part_id"],
    "generate_parts": ["story_id", "parts", "chapters"],
    "write_chapters": ["story_id", "count", "options"],
    "stop_chapters": ["story_id", "at_once"],
    "chapters_state": ["story_id"],
    "llm_chat": ["message", "story_id", "agent", "conversation_id", "passage_id"],
    "list_conversations": ["story_id"],
    "get_conversation": ["conversation_id"],
    "rename_conversation": ["conversation_id", "title"],
    "branch_conversation": ["conversation_id", "message_id"],
    "delete_conversation": ["conversation_id"],
    "analyse_query": ["story_id", "question"],
    "archive_store": ["content_id", "text", "metadata"],
    "archive_store_many": ["items"],
    "archive_search": ["query", "limit", "where"],
    "archive_delete": ["content_id"],
    "archive_stats": [],
    "adventure_options": [],
    "start_adventure": ["category", "lesson_topic", "options"],
    "choose": ["adventure_id", "choice_id"],
    "get_adventure": ["adventure_id"],
    "list_adventures": [],
    "adventure_summary": ["adventure_id"],
    "adventure_page": ["adventure_id", "form", "pictures"],
    "illustrate": ["story_id", "passage_id", "kinds", "options"],
    "gallery": ["story_id"],
    "draw_portrait": ["story_id", "entry_id", "another"],
    "set_cover": ["picture_id", "cover"],
    "preview_context": ["story_id", "agent", "phase", "instruction", "structured_context"],
}
# By the contract's "=": what may be left out.
OPTIONAL = {
    "illustrate": {"passage_id": "", "kinds": ["character", "background", "combined"]},
    "draw_portrait": {"another": False},
    "set_cover": {"cover": True},
    "adventure_page": {"form": "html", "pictures": False},
    "compare_branches": {"first": 0},
    "decisions": {"limit": 50},
    "undo": {"steps": 1},
    "check_continuity": {"text": ""},
    "generate_chapter_outlines": {"count": 5},
    "extract_outline": {"story_id": ""},
    "generate_parts": {"parts": 3, "chapters": 3},
    "write_chapters": {"count": 0},
    "stop_chapters": {"at_once": False},
    "llm_chat": {"story_id": "", "agent": "assistant", "conversation_id": "", "passage_id": ""},
    "list_conversations": {"story_id": ""},
    "telemetry": {"kind": "", "limit": 100},
    "create_world": {"premise": "", "genre": "", "tone": ""},
    "generate_world": {"size": "small"},
    "list_lore": {"story_id": None},
    "search_lore": {"limit": 5},
    "archive_search": {"limit": 5},
    "create_story": {"kind": "novel"},
    "character_feedback": {"passage_id": "", "question": ""},
    "editor_review": {"passage_id": "", "text": ""},
    "rater_feedback": {"passage_id": "", "text": ""},
    "flesh_out": {"instruction": ""},
    "generate_character_details": {"hint": ""},
    "regenerate_bio": {"instruction": ""},
    "note_updates": {"status": ""},
    "entity_creations": {"status": ""},
    "preview_context": {"agent": "writer", "phase": "drafting", "instruction": ""},
}
QUICK_CHAPTER = {"max_rounds": 1}
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def client(bench: App) -> Client:
    """A stranger's client."""
    return bench.client()


@pytest.fixture
def story(bench: App) -> dict[str, Any]:
    """A story of its own for each test, with Mara in its world."""
    world, made = new_story(bench, f"Telling {next(_numbers)}")
    mara = add_character(bench, world["id"], "Mara")
    return {**made, "mara": mara}


def keys(value: dict[str, Any], *expected: str) -> None:
    """`value` has at least these keys; more are welcome."""
    missing = [key for key in expected if key not in value]
    assert not missing, f"{missing} missing in {sorted(value)}"


def done_updates(app: App, story_id: str) -> list[dict[str, Any]]:
    """Note updates of a story when the memory has come to rest."""
    app.quiet()
    return app.call("note_updates", story_id=story_id, status="done")  # type: ignore[no-any-return]


# Names and shapes


def test_every_documented_endpoint_has_exactly_the_documented_arguments(client: Client) -> None:
    offered = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    for endpoint, arguments in DOCUMENTED.items():
        parameters = offered[f"/{endpoint}"]["parameters"]
        names = [parameter["parameter_name"] for parameter in parameters]
        assert names[: len(arguments)] == arguments, endpoint
        defaults = {p["parameter_name"]: p["parameter_default"] for p in parameters if p["parameter_has_default"]}
        assert all(name in defaults for name in names[len(arguments) :]), f"{endpoint}: extra arguments are optional"
        for name, value in OPTIONAL.get(endpoint, {}).items():
            assert name in defaults, f"{endpoint}: {name} may be left out"
            assert defaults[name] == value, f"{endpoint}: {name}"
        objects = {"options", "metadata", "where", "structured_context"}
        required = set(arguments) - set(OPTIONAL.get(endpoint, {})) - objects
        assert not required & set(defaults), f"{endpoint}: {required & set(defaults)} became optional"


def test_health_is_the_same_by_endpoint_and_by_plain_get(bench: App, client: Client) -> None:
    by_endpoint = client.predict(api_name="/health")
    by_get = httpx.get(f"{bench.url}/health").json()
    for health in (by_endpoint, by_get):
        keys(health, "status", "model", "embedder", "image_maker", "queue", "database")
        keys(health["model"], "name", "source", "context_tokens", "loaded", "error")
        assert health["status"] == "ready"
        assert health["model"]["loaded"] is True
        assert health["model"]["error"] is None
    assert by_endpoint["model"] == by_get["model"]


def test_count_tokens(client: Client) -> None:
    counted = client.predict("one two three", api_name="/count_tokens")
    keys(counted, "tokens", "strategy", "model")
    assert counted["tokens"] == 3
    assert counted["strategy"] in ("exact", "estimate")
    assert client.predict(text="", api_name="/count_tokens")["tokens"] == 0


def test_worlds_and_lore_by_position_and_by_name(client: Client) -> None:
    by_position = client.predict("Harbour", "A drowned town", "fantasy", "grave", api_name="/create_world")
    assert {name: by_position[name] for name in ("title", "premise", "genre", "tone")} == {
        "title": "Harbour",
        "premise": "A drowned town",
        "genre": "fantasy",
        "tone": "grave",
    }
    by_name = client.predict(title="Bare", api_name="/create_world")
    keys(by_name, "id", "title", "premise", "genre", "tone")
    assert by_name["premise"] == by_name["genre"] == by_name["tone"] == ""
    listed = {world["id"]: world["title"] for world in client.predict(api_name="/list_worlds")}
    assert listed[by_position["id"]] == "Harbour"
    assert listed[by_name["id"]] == "Bare"

    fields = {
        "title": "Mara",
        "kind": "character",
        "content": "A ferrywoman with one oar.",
        "tags": ["ferry", "harbour"],
        "aliases": ["the ferrywoman"],
        "keys": ["ferry"],
        "secondary_keys": ["oar"],
        "constant": True,
        "enabled": True,
        "priority": 70,
    }
    stored = client.predict(world_id=by_name["id"], entry=fields, api_name="/upsert_lore")
    assert {name: stored[name] for name in fields} == fields
    changed = client.predict(by_name["id"], {"id": stored["id"], "content": "She has two."}, api_name="/upsert_lore")
    assert changed["id"] == stored["id"]
    assert changed["content"] == "She has two."
    assert changed["title"] == "Mara"
    assert changed["tags"] == fields["tags"], "fields that aren't named stay"
    again = client.predict(by_name["id"], changed, api_name="/upsert_lore")
    assert again["id"] == stored["id"], "what was listed can be handed back"

    assert [entry["title"] for entry in client.predict(world_id=by_name["id"], api_name="/list_lore")] == ["Mara"]
    story = client.predict(by_name["id"], "A telling", api_name="/create_story")
    with_notes = client.predict(world_id=by_name["id"], story_id=story["id"], api_name="/list_lore")
    assert [entry["note"] for entry in with_notes] == [""]
    gone = client.predict(entry_id=stored["id"], api_name="/delete_lore")
    keys(gone, "deleted")
    assert client.predict(by_name["id"], api_name="/list_lore") == []


def test_the_same_seed_gives_the_same_world(client: Client) -> None:
    first, second, other = (client.predict(seed=seed, api_name="/generate_world") for seed in ("tide", "tide", "snow"))
    keys(first, "id", "title", "premise", "genre", "tone", "lore", "places")
    told = [{name: entry[name] for name in ("title", "kind", "content", "tags")} for entry in first["lore"]]
    assert told == [{name: entry[name] for name in ("title", "kind", "content", "tags")} for entry in second["lore"]]
    assert first["title"] == second["title"]
    assert first["id"] != second["id"]
    assert [e["title"] for e in other["lore"]] != [e["title"] for e in first["lore"]]
    assert first["places"]
    assert {place["title"] for place in first["places"]} <= {entry["title"] for entry in first["lore"]}
    larger = client.predict(seed="tide", size="medium", api_name="/generate_world")
    assert len(larger["lore"]) > len(first["lore"])
    stored = client.predict(first["id"], api_name="/list_lore")
    assert {entry["title"] for entry in stored} == {entry["title"] for entry in first["lore"]}
    drawn = client.predict(first["id"], api_name="/world_map")
    keys(drawn, "regions", "places", "roads", "svg")
    keys(drawn["places"][0], "title", "entry_id", "x", "y", "kind")
    keys(drawn["roads"][0], "from", "to", "km", "hours_on_foot")
    assert drawn == first["map"]
    assert {place["entry_id"] for place in drawn["places"]} <= {entry["id"] for entry in stored}


def test_stories(client: Client) -> None:
    world = client.predict("Shore", api_name="/create_world")
    story = client.predict(world_id=world["id"], title="Low water", kind="novel", api_name="/create_story")
    keys(story, "id", "world_id", "title", "kind", "branch_id")
    assert (story["world_id"], story["title"], story["kind"]) == (world["id"], "Low water", "novel")
    assert client.predict(api_name="/list_stories")[0]["id"] == story["id"], "the latest comes first"
    view = client.predict(story_id=story["id"], api_name="/get_story")
    keys(view, "story", "branches", "passages")
    assert view["story"]["id"] == story["id"]
    assert view["passages"] == []
    assert [branch["id"] for branch in view["branches"]] == [story["branch_id"]]


def test_branches(client: Client, bench: App, story: dict[str, Any]) -> None:
    first = bench.chapter(story["id"], "Mara mends the nets", max_rounds=1)["passage"]
    client.predict(passage_id=first["id"], api_name="/accept_passage")
    second = bench.chapter(story["id"], "Mara finds a letter", max_rounds=1)["passage"]
    client.predict(passage_id=second["id"], api_name="/accept_passage")
    branch = client.predict(story_id=story["id"], passage_id=first["id"], name="She burns it", api_name="/branch_story")
    keys(branch, "id", "story_id", "name", "head_id", "from_id")
    opened = client.predict(story_id=story["id"], branch_id=branch["id"], api_name="/switch_branch")
    assert opened["story"]["branch_id"] == branch["id"]
    assert [passage["id"] for passage in opened["passages"]] == [first["id"]]
    tree = client.predict(story_id=story["id"], api_name="/story_tree")
    keys(tree, "branch_id", "branches", "passages")
    assert {one["name"]: one["chapters"] for one in tree["branches"]} == {"main": 2, "She burns it": 1}
    assert {one["id"]: len(one["branches"]) for one in tree["passages"]} == {first["id"]: 2, second["id"]: 1}

    found = client.predict(
        story_id=story["id"], left_id=story["branch_id"], right_id=branch["id"], api_name="/compare_branches"
    )
    keys(found, "left", "right", "parted", "chapters", "next", "notes", "left_events", "right_events")
    assert found["parted"]["id"] == first["id"]
    assert [(pair["number"], pair["right"]) for pair in found["chapters"]] == [(2, None)]

    named = client.predict(story_id=story["id"], branch_id=branch["id"], name="She keeps it", api_name="/rename_branch")
    assert named["name"] == "She keeps it"
    back = client.predict(story_id=story["id"], steps=2, api_name="/undo")
    assert [one["kind"] for one in back["undone"]] == ["rename", "switch"]
    assert back["story"]["branch_id"] == story["branch_id"]
    gone = client.predict(story_id=story["id"], branch_id=branch["id"], api_name="/discard_branch")
    assert gone["discarded_at"]
    view = client.predict(story_id=story["id"], api_name="/get_story")
    assert [one["name"] for one in view["branches"]] == ["main"]
    stands = client.predict(story_id=story["id"], branch_id=branch["id"], api_name="/restore_branch")
    assert stands["discarded_at"] is None
    log = client.predict(story_id=story["id"], limit=2, api_name="/decisions")
    assert [one["kind"] for one in log] == ["restore_branch", "discard_branch"]
    keys(log[0], "id", "said", "created_at", "undone_at")


# A chapter


def test_a_chapter_streams_and_ends_with_its_result(client: Client, story: dict[str, Any]) -> None:
    options = {"max_rounds": 2, "characters": [story["mara"]["id"]], "seed": 7, "temperature": 0.5, "max_tokens": 600}
    job = client.submit(
        story_id=story["id"],
        instruction="Mara finds a letter in the nets",
        options=options,
        api_name="/generate_chapter",
    )
    events = list(job)
    assert {event["event"] for event in events} == {"status", "token", "result"}
    for event in events:
        if event["event"] == "status":
            keys(event, "node", "message", "progress")
            assert 0 <= event["progress"] <= 1
            assert event["message"]
        elif event["event"] == "token":
            keys(event, "node", "text")
    spoke = {event["node"] for event in events if event["event"] == "token"}
    assert {"writer", "editor", "rater"} <= spoke
    told = {event["node"] for event in events if event["event"] == "status"}
    assert {"context", "writer", "editor", "rater", "finalise"} <= told
    assert [event["event"] for event in events].count("result") == 1
    last = events[-1]
    assert last["event"] == "result"
    data = last["data"]
    keys(data, "passage", "review", "rating", "rounds", "usage", "context")
    keys(data["rating"], "scores", "overall", "rationale")
    keys(data["usage"], "prompt_tokens", "reused_tokens", "written_tokens", "seconds")
    assert data["review"]["suggestions"]
    for suggestion in data["review"]["suggestions"]:
        keys(suggestion, "quote", "issue", "suggestion", "severity")
    assert 1 <= data["rating"]["overall"] <= 9
    assert 1 <= data["rounds"] <= 2
    assert data["usage"]["written_tokens"] > 100
    passage = data["passage"]
    assert (passage["state"], passage["number"], passage["story_id"]) == ("draft", 1, story["id"])
    assert "Mara" in passage["text"]
    written = "".join(event["text"] for event in events if event["event"] == "token" and event["node"] == "writer")
    assert passage["text"][:60] in written, "what streamed is what was kept"
    kept = client.predict(story["id"], api_name="/get_story")
    assert kept["passages"] == [], "a draft is no part of the story yet"
    assert [draft["id"] for draft in kept["drafts"]] == [passage["id"]]


def test_plain_http_and_server_sent_events(bench: App, story: dict[str, Any]) -> None:
    """As Gradio documents it for curl: POST the arguments by position, then GET the events."""
    asked = httpx.post(
        f"{bench.url}/gradio_api/call/generate_chapter", json={"data": [story["id"], "Low tide", QUICK_CHAPTER]}
    )
    address = f"{bench.url}/gradio_api/call/generate_chapter/{asked.json()['event_id']}"
    with httpx.stream("GET", address, timeout=WAIT_SECONDS) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = list(values_of(stream.iter_lines()))
    assert events[0]["event"] == "status"
    assert events[-1]["event"] == "result"
    assert any(event["event"] == "token" for event in events)
    with pytest.raises(Refused, match="no story"):
        list(bench.stream("generate_chapter", story_id="nobody", instruction="x"))


def test_arguments_with_a_default_may_be_left_out_in_plain_http(bench: App) -> None:
    asked = httpx.post(f"{bench.url}/gradio_api/call/create_world", json={"data": ["Sparse", "A shore"]})
    made = list(bench.events("create_world", asked.json()["event_id"]))[-1]
    assert (made["title"], made["premise"], made["tone"]) == ("Sparse", "A shore", "")


def test_the_tools_are_offered_over_mcp(bench: App) -> None:
    async def talk() -> tuple[dict[str, Any], Any]:
        async with streamablehttp_client(f"{bench.url}/gradio_api/mcp/") as (read, write, _):
            async with ClientSession(read, write) as session:
                await session.initialize()
                offered = await session.list_tools()
                answer = await session.call_tool("create_world", {"title": "By tool", "premise": "Asked by a model"})
                return {tool.name: tool for tool in offered.tools}, answer

    tools, answer = asyncio.run(talk())
    assert set(DOCUMENTED) <= set(tools)
    assert set(tools["create_world"].inputSchema["properties"]) == {"title", "premise", "genre", "tone"}
    assert tools["create_world"].description
    assert not answer.isError
    made = json.loads(answer.content[0].text)
    assert made["title"] == "By tool"
    assert "By tool" in {world["title"] for world in bench.call("list_worlds")}


# The team on request


def test_a_chapter_is_told_again_with_a_change(bench: App, client: Client, story: dict[str, Any]) -> None:
    old = bench.chapter(story["id"], "Mara mends a net", **QUICK_CHAPTER)["passage"]
    job = client.submit(passage_id=old["id"], instruction="Let a heron watch her", api_name="/modify_chapter")
    events = list(job)
    assert {event["event"] for event in events} == {"status", "token", "result"}
    data = events[-1]["data"]
    keys(data, "passage", "review", "rating", "rounds", "usage", "context", "difference", "modified")
    assert data["modified"] == old["id"]
    assert "heron" in data["passage"]["text"]
    assert (data["passage"]["state"], data["passage"]["parent_id"]) == ("draft", old["parent_id"])
    for piece in data["difference"]:
        keys(piece, "kind", "text")
    assert "".join(p["text"] for p in data["difference"] if p["kind"] != "added") == old["text"]
    kept = client.predict(story["id"], api_name="/get_story")["drafts"]
    assert [draft["id"] for draft in kept] == [old["id"], data["passage"]["id"]]


def test_the_team_reviews_a_passage_and_a_text(bench: App, client: Client, story: dict[str, Any]) -> None:
    draft = bench.chapter(story["id"], "Mara counts the boats", **QUICK_CHAPTER)["passage"]
    for given in ({}, {"passage_id": draft["id"]}, {"text": draft["text"]}):
        review = client.predict(story_id=story["id"], **given, api_name="/editor_review")
        keys(review, "suggestions", "summary")
        assert review["summary"]
        for suggestion in review["suggestions"]:
            keys(suggestion, "quote", "issue", "suggestion", "severity")
            assert suggestion["quote"] in draft["text"].replace("\n\n", " ")
        rating = client.predict(story_id=story["id"], **given, api_name="/rater_feedback")
        keys(rating, "scores", "overall", "rationale")
        assert all(1 <= score <= 9 for score in (*rating["scores"].values(), rating["overall"]))
    said = client.predict(story_id=story["id"], character_id=story["mara"]["id"], api_name="/character_feedback")
    assert said["character"] == "Mara"
    assert all(isinstance(said[part], str) and said[part] for part in ("feedback", "wants", "concerns"))


def test_prose_and_people_are_worked_out_and_not_stored(client: Client, story: dict[str, Any]) -> None:
    job = client.submit(story_id=story["id"], text="Mara finds an oar in the reeds.", api_name="/flesh_out")
    events = list(job)
    assert {event["event"] for event in events} == {"status", "token", "result"}
    assert "Mara" in events[-1]["data"]["text"]
    entry = client.predict(story["world_id"], "Old Wen", "an eel catcher", api_name="/generate_character_details")
    keys(entry, "title", "kind", "content", "tags", "aliases", "keys")
    assert (entry["title"], entry["kind"]) == ("Old Wen", "character")
    assert "Old Wen" not in {known["title"] for known in client.predict(story["world_id"], api_name="/list_lore")}
    stored = client.predict(world_id=story["world_id"], entry=entry, api_name="/upsert_lore")
    assert stored["content"] == entry["content"]
    told = client.predict(entry_id=story["mara"]["id"], api_name="/regenerate_bio")
    assert isinstance(told["content"], str)
    assert told["content"]
    kept = {known["id"]: known for known in client.predict(story["world_id"], api_name="/list_lore")}
    assert kept[story["mara"]["id"]]["content"] == story["mara"]["content"]


# Accepting, and what the memory makes of it


def test_accepting_makes_notes_that_can_be_traced_rolled_back_and_discarded(
    bench: App, client: Client, story: dict[str, Any]
) -> None:
    story_id, mara = story["id"], story["mara"]["id"]
    draft = bench.chapter(story_id, "Mara gives the lantern away", **QUICK_CHAPTER)["passage"]
    accepted = client.predict(passage_id=draft["id"], api_name="/accept_passage")
    assert (accepted["id"], accepted["state"], accepted["text"]) == (draft["id"], "accepted", draft["text"])
    view = client.predict(story_id, api_name="/get_story")
    assert [passage["id"] for passage in view["passages"]] == [draft["id"]]
    assert view["passages"][0]["text"] == draft["text"]

    tasks = done_updates(bench, story_id)
    for task in tasks:
        keys(task, "id", "status", "entry", "summary", "evidence", "retry_count", "error", "created_at", "processed_at")
        assert task["evidence"] in draft["text"].replace("\n\n", " "), "evidence is a sentence of the passage"
    assert mara in {task["entry"]["id"] for task in tasks}

    composite = wait_for(
        lambda: indexed(client.predict(story_id=story_id, entry_id=mara, api_name="/composite_document")),
        "the note to be indexed",
    )
    keys(composite, "document", "base", "note", "revision", "indexed")
    assert composite["revision"] == 1
    base, note = story["mara"]["content"], composite["note"]
    assert composite["document"] == f"[Base Lore]\n{base}\n\n[Session-Specific Notes]\n{note}"
    history = client.predict(story_id=story_id, entry_id=mara, api_name="/note_history")
    for revision in history:
        keys(revision, "revision", "note", "event", "evidence", "passage_id", "created_at", "active")
    assert [(r["revision"], r["active"], r["passage_id"]) for r in history] == [(1, True, draft["id"])]
    notes = {e["id"]: e["note"] for e in client.predict(story["world_id"], story_id, api_name="/list_lore")}
    assert notes[mara] == note
    hits = client.predict(story_id=story_id, query="Mara", limit=3, api_name="/search_lore")
    for hit in hits:
        keys(hit, "entry_id", "title", "score", "document", "why")
    found = {hit["entry_id"]: hit["document"] for hit in hits}
    assert found[mara] == composite["document"]

    back = client.predict(story_id=story_id, entry_id=mara, revision=0, api_name="/rollback_note")
    assert (back["note"], back["document"]) == ("", f"[Base Lore]\n{base}")
    again = client.predict(story_id, mara, 1, api_name="/rollback_note")
    assert again["note"] == note
    history = client.predict(story_id, mara, api_name="/note_history")
    assert [revision["revision"] for revision in history] == [3, 2, 1], "going back is a revision too, newest first"
    assert [revision["active"] for revision in history] == [True, False, False]

    discarded = client.predict(passage_id=draft["id"], api_name="/discard_passage")
    assert discarded["state"] == "discarded"
    assert client.predict(story_id, api_name="/get_story")["passages"] == []
    bare = wait_for(
        lambda: indexed(client.predict(story_id, mara, api_name="/composite_document")), "the base to be indexed"
    )
    assert (bare["note"], bare["document"]) == ("", f"[Base Lore]\n{base}"), "its facts went with the passage"


def indexed(composite: dict[str, Any]) -> dict[str, Any] | None:
    """A composite document once the index has it."""
    return composite if composite["indexed"] else None


def test_entries_that_a_passage_brought_go_and_come_with_it(bench: App, story: dict[str, Any]) -> None:
    draft = bench.chapter(story["id"], "Low water", **QUICK_CHAPTER)["passage"]
    bench.call("accept_passage", passage_id=draft["id"])
    bench.quiet()
    asked = bench.call(
        "enqueue_entity_creation",
        story_id=story["id"],
        entity_type="location",
        creation_summary="There is a lighthouse called Vellmark behind the reef.",
    )
    assert asked["status"] == "pending"
    bench.quiet()
    task = next(t for t in bench.call("entity_creations", story_id=story["id"]) if t["id"] == asked["id"])
    keys(task, "id", "status", "created_entry", "summary", "evidence", "retry_count", "error", "created_at")
    assert (task["status"], task["created_entry"]["title"]) == ("done", "Vellmark")

    def titles() -> list[str]:
        entries = bench.call("list_lore", world_id=story["world_id"], story_id=story["id"])
        return [entry["title"] for entry in entries]

    assert titles().count("Vellmark") == 1
    bench.call("discard_passage", passage_id=draft["id"])
    assert "Vellmark" not in titles()
    bench.call("accept_passage", passage_id=draft["id"])
    assert titles().count("Vellmark") == 1, "what is accepted again is true again"


def test_accepting_twice_changes_nothing(bench: App, story: dict[str, Any]) -> None:
    draft = bench.chapter(story["id"], "High water", **QUICK_CHAPTER)["passage"]
    first = bench.call("accept_passage", passage_id=draft["id"])
    before = done_updates(bench, story["id"])
    notes = bench.call("note_history", story_id=story["id"], entry_id=story["mara"]["id"])
    assert before
    assert bench.call("accept_passage", passage_id=draft["id"]) == first
    assert done_updates(bench, story["id"]) == before
    assert bench.call("note_history", story_id=story["id"], entry_id=story["mara"]["id"]) == notes
    assert len(bench.call("get_story", story_id=story["id"])["passages"]) == 1


def test_two_clients_accept_at_once_and_one_chapter_results(bench: App, story: dict[str, Any]) -> None:
    draft = bench.chapter(story["id"], "Slack water", **QUICK_CHAPTER)["passage"]
    waiting = [bench.begin_call("accept_passage", passage_id=draft["id"]) for _ in range(6)]
    answers = [list(bench.events("accept_passage", event_id))[-1] for event_id in waiting]
    assert all(answer == answers[0] for answer in answers)
    updates = done_updates(bench, story["id"])
    entries = [task["entry"]["id"] for task in updates]
    assert len(entries) == len(set(entries)), "one update for each entry"


def test_the_writers_own_text_is_a_draft_beside(bench: App, client: Client, story: dict[str, Any]) -> None:
    first = bench.chapter(story["id"], "The ebb", **QUICK_CHAPTER)["passage"]
    bench.call("accept_passage", passage_id=first["id"])
    mine = client.predict(passage_id=first["id"], text="Mara went home.\n\nThat was all.", api_name="/edit_passage")
    assert mine["id"] != first["id"]
    assert (mine["state"], mine["parent_id"], mine["number"]) == ("draft", first["parent_id"], first["number"])
    assert mine["text"] == "Mara went home.\n\nThat was all."
    view = bench.call("get_story", story_id=story["id"])
    assert [passage["text"] for passage in view["passages"]] == [first["text"]], "the old one stands"
    assert mine["id"] in {draft["id"] for draft in view["drafts"]}
    bench.call("accept_passage", passage_id=mine["id"])
    view = bench.call("get_story", story_id=story["id"])
    assert [passage["id"] for passage in view["passages"]] == [mine["id"]], "accepted, it takes the other's place"


def test_chapters_follow_on_each_other_and_go_in_reverse(bench: App, story: dict[str, Any]) -> None:
    numbers = []
    for instruction in ("One lamp", "Two lamps"):
        passage = bench.chapter(story["id"], instruction, **QUICK_CHAPTER, auto_accept=True)["passage"]
        assert passage["state"] == "accepted"
        numbers.append(passage["number"])
    assert numbers == [1, 2]
    first, second = bench.call("get_story", story_id=story["id"])["passages"]
    assert second["parent_id"] == first["id"]
    with pytest.raises(Refused, match="later chapters first"):
        bench.call("discard_passage", passage_id=first["id"])
    bench.call("discard_passage", passage_id=second["id"])
    bench.call("discard_passage", passage_id=first["id"])
    assert bench.call("get_story", story_id=story["id"])["passages"] == []


def test_two_stories_do_not_see_each_others_notes(bench: App) -> None:
    world, one = new_story(bench, "One")
    other = bench.call("create_story", world_id=world["id"], title="Other")
    mara = add_character(bench, world["id"], "Mara")
    bench.call(
        "enqueue_note_update", story_id=one["id"], entry_id=mara["id"], update_summary="Mara lost her left boot."
    )
    bench.call(
        "enqueue_entity_creation",
        story_id=one["id"],
        entity_type="item",
        creation_summary="A boot called Leftling lies on the sea floor.",
    )
    bench.quiet()

    def lore(story: dict[str, Any]) -> dict[str, str]:
        entries = bench.call("list_lore", world_id=world["id"], story_id=story["id"])
        return {entry["title"]: entry["note"] for entry in entries}

    assert "left boot" in lore(one)["Mara"]
    assert "Leftling" in lore(one)
    assert lore(other) == {"Mara": ""}
    assert bench.call("composite_document", story_id=other["id"], entry_id=mara["id"])["note"] == ""
    assert bench.call("note_history", story_id=other["id"], entry_id=mara["id"]) == []
    assert bench.call("note_updates", story_id=other["id"]) == []
    found = bench.call("search_lore", story_id=other["id"], query="boot", limit=10)
    assert all("boot" not in hit["document"] for hit in found)
    foreign = next(t for t in bench.call("entity_creations", story_id=one["id"]))["created_entry"]["id"]
    for endpoint, more in (
        ("composite_document", {}),
        ("note_history", {}),
        ("rollback_note", {"revision": 0}),
        ("enqueue_note_update", {"update_summary": "It was found again."}),
    ):
        with pytest.raises(Refused, match="another story"):
            bench.call(endpoint, story_id=other["id"], entry_id=foreign, **more)


def test_updates_of_one_note_are_applied_in_the_order_they_were_asked_for(bench: App, story: dict[str, Any]) -> None:
    summaries = [f"Mara counted {number} ships." for number in range(3, 11)]
    for summary in summaries:
        bench.call("enqueue_note_update", story_id=story["id"], entry_id=story["mara"]["id"], update_summary=summary)
    bench.quiet()
    history = bench.call("note_history", story_id=story["id"], entry_id=story["mara"]["id"])
    # Several may be told in one rewrite, each on a line.
    assert [line for revision in reversed(history) for line in revision["event"].splitlines()] == summaries


def test_deleting_an_entry_takes_its_waiting_updates_with_it(bench: App, story: dict[str, Any]) -> None:
    for number in range(4):
        bench.call(
            "enqueue_note_update",
            story_id=story["id"],
            entry_id=story["mara"]["id"],
            update_summary=f"Mara sank {number + 3} boats.",
        )
    bench.call("delete_lore", entry_id=story["mara"]["id"])
    queues = bench.quiet()
    assert queues["note_updates"]["failed"] == 0
    assert bench.call("list_lore", world_id=story["world_id"], story_id=story["id"]) == []
    states = {task["status"] for task in bench.call("note_updates", story_id=story["id"])}
    assert states <= {"done", "retracted"}


# The queue


def test_queue_status_and_tasks(bench: App, client: Client, story: dict[str, Any]) -> None:
    task = client.predict(
        story_id=story["id"],
        entry_id=story["mara"]["id"],
        update_summary="Mara sold her boat.",
        api_name="/enqueue_note_update",
    )
    keys(task, "id", "status", "entry", "summary", "evidence", "retry_count", "error", "created_at", "processed_at")
    assert (task["status"], task["summary"]) == ("pending", "Mara sold her boat.")
    queues = bench.quiet()
    assert {"note_updates", "entity_creations", "analyses"} <= set(queues)
    for numbers in queues.values():
        keys(numbers, "pending", "running", "done", "failed", "workers", "per_minute", "oldest_pending_s")
    listed = client.predict(story_id=story["id"], status="done", api_name="/note_updates")
    assert [(item["id"], item["status"]) for item in listed] == [(task["id"], "done")]
    assert listed[0]["processed_at"]
    assert client.predict(story["id"], "failed", api_name="/note_updates") == []
    assert client.predict(story["id"], api_name="/entity_creations") == []
    with pytest.raises(Exception, match="done; only a task that failed"):
        client.predict(task_id=task["id"], api_name="/retry_note_update")


def test_telemetry_counts_model_calls(bench: App, client: Client, story: dict[str, Any]) -> None:
    bench.chapter(story["id"], "Counted", **QUICK_CHAPTER)
    calls = client.predict(kind="model_call", limit=5, api_name="/telemetry")
    assert len(calls) == 5
    for call in calls:
        keys(call, "kind", "created_at", "agent", "prompt_tokens", "reused_tokens", "written_tokens", "total_ms")
        assert call["kind"] == "model_call"
        assert call["prompt_tokens"] > call["evaluated_tokens"] > 0
        assert call["evaluated_tokens"] == call["prompt_tokens"] - call["reused_tokens"]
    assert len(client.predict(api_name="/telemetry")) <= 100


def test_activity_tells_what_the_model_did(bench: App, client: Client, story: dict[str, Any]) -> None:
    before = client.predict(api_name="/activity")
    bench.chapter(story["id"], "Watched", **QUICK_CHAPTER)
    after = client.predict(api_name="/activity")
    for count in ("calls", "read", "reused", "written"):
        assert after[count] > before[count], count
    times = [second["second"] for second in after["seconds"]]
    assert times == list(range(times[-1] - 179, times[-1] + 1))
    assert sum(second["written"] for second in after["seconds"]) > 0
    assert after["slots"] >= max(second["running"] for second in after["seconds"]) > 0


def test_a_failed_update_says_why_and_is_done_when_tried_again(slow: App) -> None:
    world, story = new_story(slow)
    mara = add_character(slow, world["id"], "Mara")
    task = slow.call(
        "enqueue_note_update", story_id=story["id"], entry_id=mara["id"], update_summary="Mara bought a bell."
    )
    slow.quiet()
    failed = slow.call("note_updates", story_id=story["id"], status="failed")
    assert [item["id"] for item in failed] == [task["id"]]
    assert "refused to answer" in failed[0]["error"]
    assert slow.call("queue_status")["note_updates"]["failed"] == 1
    assert slow.call("composite_document", story_id=story["id"], entry_id=mara["id"])["note"] == ""
    again = slow.call("retry_note_update", task_id=task["id"])
    assert (again["id"], again["status"]) == (task["id"], "pending")
    done = done_updates(slow, story["id"])
    assert [item["id"] for item in done] == [task["id"]]
    assert "bell" in slow.call("composite_document", story_id=story["id"], entry_id=mara["id"])["note"]
    with pytest.raises(Refused, match="isn't in this queue"):
        slow.call("retry_entity_creation", task_id=task["id"])


# Runs


@pytest.fixture
def slow_story(slow: App) -> dict[str, Any]:
    """A story on the app whose model takes its time."""
    _, story = new_story(slow, f"Telling {next(_numbers)}")
    return story


def running(app: App, story_id: str) -> dict[str, Any]:
    """The run that writes on a story, when it has begun."""

    def found() -> dict[str, Any] | None:
        return next((run for run in app.call("list_runs", story_id=story_id) if run["status"] == "running"), None)

    run = wait_for(found, "a run at work")
    assert run is not None
    return run


def first_tokens(app: App, story_id: str) -> Iterator[Any]:
    """The stream of a new chapter, read until its first words."""
    stream = app.stream("generate_chapter", story_id=story_id, instruction="A long night", options=QUICK_CHAPTER)
    for event in stream:
        if event["event"] == "token":
            return stream
    raise AssertionError("The stream ended before its first word.")


def test_a_run_survives_its_client(slow: App, slow_story: dict[str, Any]) -> None:
    stream = first_tokens(slow, slow_story["id"])
    stream.close()  # type: ignore[attr-defined]
    run = running(slow, slow_story["id"])
    with pytest.raises(Refused, match="already at work"):
        list(slow.stream("generate_chapter", story_id=slow_story["id"], instruction="Another"))
    followed = list(slow.stream("follow_run", run_id=run["id"]))
    assert followed[0]["event"] == "status", "from the beginning"
    assert followed[-1]["event"] == "result"
    ended = wait_for(lambda: finished(slow, slow_story["id"], run["id"]), "the run to end")
    assert (ended["status"], ended["passage_id"]) == ("done", followed[-1]["data"]["passage"]["id"])
    drafts = slow.call("get_story", story_id=slow_story["id"])["drafts"]
    assert [draft["id"] for draft in drafts] == [ended["passage_id"]]


def finished(app: App, story_id: str, run_id: str) -> dict[str, Any] | None:
    """The run, once it is no longer running."""
    run = next(run for run in app.call("list_runs", story_id=story_id) if run["id"] == run_id)
    return None if run["status"] == "running" else run


def test_two_clients_that_follow_one_run_see_the_same(slow: App, slow_story: dict[str, Any]) -> None:
    first_tokens(slow, slow_story["id"])
    run = running(slow, slow_story["id"])
    seen: list[list[Any]] = [[], []]

    def follow(place: int) -> None:
        client = slow.client()
        seen[place] = list(client.submit(run_id=run["id"], start=0, api_name="/follow_run"))

    readers = [threading.Thread(target=follow, args=(place,)) for place in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(WAIT_SECONDS)
    assert seen[0][-1]["event"] == "result"
    assert seen[0] == seen[1]
    assert sum(event["event"] == "token" for event in seen[0]) > 3
    later = list(slow.stream("follow_run", run_id=run["id"], start=2))
    assert later == seen[0][2:], "a finished run is told as it was, from any number on"


def test_a_cancelled_run_leaves_no_draft_and_can_go_on(slow: App, slow_story: dict[str, Any]) -> None:
    stream = first_tokens(slow, slow_story["id"])
    run = running(slow, slow_story["id"])
    slow.call("cancel_run", run_id=run["id"])
    with pytest.raises(Refused, match="Stopped"):
        list(stream)
    ended = wait_for(lambda: finished(slow, slow_story["id"], run["id"]), "the run to end")
    assert ended["status"] == "cancelled"
    assert slow.call("get_story", story_id=slow_story["id"])["drafts"] == []
    resumed = list(slow.stream("resume_run", run_id=run["id"]))
    assert resumed[-1]["event"] == "result"
    drafts = slow.call("get_story", story_id=slow_story["id"])["drafts"]
    assert [draft["run_id"] for draft in drafts] == [run["id"]]
    with pytest.raises(Refused, match="done; only one that was stopped"):
        list(slow.stream("resume_run", run_id=run["id"]))


def test_the_memory_waits_while_a_chapter_is_written(slow: App, slow_story: dict[str, Any]) -> None:
    mara = add_character(slow, slow_story["world_id"], "Mara")
    stream = first_tokens(slow, slow_story["id"])
    summaries = [f"Mara lit {number} lamps." for number in range(3, 9)]
    for summary in summaries:
        slow.call("enqueue_note_update", story_id=slow_story["id"], entry_id=mara["id"], update_summary=summary)
    events = list(stream)
    assert events[-1]["event"] == "result"
    done = done_updates(slow, slow_story["id"])
    ended = wait_for(
        lambda: next((r for r in slow.call("list_runs", story_id=slow_story["id"]) if r["finished_at"]), None),
        "the run to end",
    )
    assert ended is not None
    assert len(done) == len(summaries)
    assert all(task["processed_at"] > ended["finished_at"] for task in done), "the writer goes first"
    history = slow.call("note_history", story_id=slow_story["id"], entry_id=mara["id"])
    told = [line for revision in reversed(history) for line in revision["event"].splitlines()]
    assert told == summaries, "none overtakes an earlier one"


SEED_CONTAINER = {
    "plot_elements": [{"type": "scene", "content": "Hero enters forest", "priority": "high"}],
    "character_contexts": [{"character_id": "hero", "character_name": "Aria", "current_state": "determined"}],
    "user_requests": [{"type": "instruction", "content": "Add sensory details", "priority": "high"}],
}


def test_preview_context_tells_the_prompt_and_what_became_of_each_item(client: Client, story: dict[str, Any]) -> None:
    preview = client.predict(
        story_id=story["id"],
        instruction="Mara wakes",
        structured_context=SEED_CONTAINER,
        api_name="/preview_context",
    )
    keys(preview, "prompt", "budget", "layers", "segments", "window")
    assert "Hero enters forest" in preview["prompt"]
    assert [layer["name"] for layer in preview["layers"]] == ["system", "story", "characters", "plot"]
    for layer in preview["layers"]:
        keys(layer, "budget", "used", "items")
        for item in layer["items"]:
            keys(item, "source", "tokens", "included", "why", "key")
    key = f"lore:{story['mara']['id']}"
    items = {item["key"]: item for layer in preview["layers"] for item in layer["items"]}
    assert items[key]["included"] is True
    client.predict(story["id"], key, "left_out", api_name="/set_context_choice")
    assert client.predict(story["id"], api_name="/context_choices") == {key: "left_out"}
    without = client.predict(story_id=story["id"], instruction="Mara wakes", api_name="/preview_context")
    items = {item["key"]: item for layer in without["layers"] for item in layer["items"]}
    assert (items[key]["included"], items[key]["why"]) == (False, "you left it out")


def test_a_structured_context_as_other_backends_take_it_goes_through_a_chapter(
    bench: App, story: dict[str, Any]
) -> None:
    container = {**SEED_CONTAINER, "metadata": {"from": "elsewhere"}}
    result = bench.chapter(story["id"], "Mara wakes", max_rounds=1, structured_context=container)
    sources = [item["source"] for layer in result["context"]["layers"] for item in layer["items"] if item["included"]]
    assert {"plot element: scene", "character context: Aria", "request: instruction"} <= set(sources)
