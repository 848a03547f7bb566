"""Agents are data: by settings, for all stories, for one story; and a run uses what holds in its story."""

import json
import logging
from pathlib import Path

import pytest

from app import parsed_settings
from graphs import templates
from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.api.calls import Endpoints
from workbench.compose import Workbench, compose
from workbench.domain.agents import AgentChange
from workbench.domain.story import Story
from workbench.errors import InvalidInput, NotFound, StorageError
from workbench.settings import Settings
from workbench.storage import agents as stored

RHYMES = (
    "{{ context }}\n\nWrite chapter {{ number }} in rhymes, about {{ words }} words long.\n"
    "What happens in it: {{ instruction }}"
)


def composed(folder: Path, **settings: object) -> Workbench:
    given = Settings(_env_file=None, data_dir=folder, **settings)  # type: ignore[arg-type]
    return compose(given, model=ScriptedTextModel(Script()), embedder=HashEmbedder())


@pytest.fixture
def other(bench: Workbench, story: Story) -> Story:
    return bench.library.create_story(story.world_id, "Another")


# Where values come from


def test_the_environment_and_the_env_file_set_agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    prompt = tmp_path / "editor.txt"
    prompt.write_text("Now you are the editor. Be kind. At most {{ limit }} notes.\n")
    (tmp_path / ".env").write_text("LORELOOM_AGENTS__WRITER__TEMPERATURE=0.3\nLORELOOM_AGENTS__RATER__MAX_TOKENS=99\n")
    monkeypatch.setenv("LORELOOM_AGENTS__WRITER__MAX_TOKENS", "1234")
    monkeypatch.setenv("LORELOOM_AGENTS__EDITOR__PROMPT", str(prompt))
    monkeypatch.setenv("LORELOOM_AGENTS__RATER__MAX_TOKENS", "111")
    settings = parsed_settings(["--data-dir", str(tmp_path / "data")])
    bench = compose(settings, model=ScriptedTextModel(Script()), embedder=HashEmbedder())
    bench.start()
    try:
        specs = bench.agents.specs()
        assert (specs["writer"].temperature, specs["writer"].max_tokens) == (0.3, 1234)
        assert specs["rater"].max_tokens == 111
        assert specs["editor"].texts == {"editor": prompt.read_text().strip()}
        view = bench.agents.view("editor")
        assert (view.prompts[0].source, view.prompts[0].text) == ("settings", prompt.read_text().strip())
        assert view.sources == {"temperature": "original", "max_tokens": "original"}
        assert bench.agents.view("writer").sources == {"temperature": "settings", "max_tokens": "settings"}
        # A file that goes away doesn't stop anybody's work.
        prompt.unlink()
        assert bench.agents.specs()["editor"].texts == {}
    finally:
        bench.close()


def test_an_agent_that_nobody_knows_is_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORELOOM_AGENTS__WIRTER__TEMPERATURE", "0.3")
    with pytest.raises(InvalidInput, match=r"name an agent 'wirter', but there is none\. There are: writer, editor"):
        compose(Settings(_env_file=None, data_dir=tmp_path), model=ScriptedTextModel(), embedder=HashEmbedder())


def test_a_prompt_file_that_cant_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="LORELOOM_AGENTS__EDITOR__PROMPT"):
        composed(tmp_path, agents={"editor": {"prompt": tmp_path / "nowhere.txt"}})
    (tmp_path / "bad.txt").write_text("{{ colour }}")
    with pytest.raises(InvalidInput, match=r"prompt of the writer in .*bad\.txt can't be used.*no 'colour'"):
        composed(tmp_path, agents={"writer": {"prompt": tmp_path / "bad.txt"}})


def test_a_story_outranks_all_stories_and_they_the_settings(tmp_path: Path) -> None:
    bench = composed(tmp_path, agents={"writer": {"temperature": 0.1, "max_tokens": 500}})
    bench.start()
    try:
        world = bench.library.create_world("Vell")
        story = bench.library.create_story(world.id, "The Bell")
        bench.agents.change("", "writer", temperature=0.2, texts={"writer": RHYMES})
        view = bench.agents.change(story.id, "writer", temperature=0.9)
        assert (view.temperature, view.max_tokens, view.prompts[0].text) == (0.9, 500, RHYMES)
        assert view.sources == {"temperature": "story", "max_tokens": "settings"}
        assert view.prompts[0].source == "all"
        assert view.original_temperature == 0.8
        assert bench.agents.view("writer").temperature == 0.2
        # As it came stands against what holds for all stories, too.
        original = bench.agents.originals("writer")["writer"]
        view = bench.agents.change(story.id, "writer", texts={"writer": original})
        assert (view.prompts[0].text, view.prompts[0].source) == (original, "story")
        assert bench.agents.specs(story.id)["writer"].texts["writer"] == original
        # The way back leads to what holds for all, and from there to the settings.
        assert bench.agents.reset(story.id, "writer", "writer").prompts[0].text == RHYMES
        assert bench.agents.reset(story.id, "writer").temperature == 0.2
        view = bench.agents.reset("", "writer")
        assert (view.temperature, view.prompts[0].source) == (0.1, "original")
    finally:
        bench.close()


def test_what_changes_nothing_is_not_kept(bench: Workbench, story: Story) -> None:
    view = bench.agents.view("editor", story.id)
    changed = bench.agents.change(
        story.id, "editor", view.temperature, view.max_tokens, {"editor": view.prompts[0].text + "\n"}
    )
    assert not changed.changed
    with bench.database.reading() as session:
        assert stored.changes(session, story.id) == []


def test_changes_outlive_the_app(tmp_path: Path) -> None:
    bench = composed(tmp_path)
    bench.start()
    bench.agents.change("", "rater", max_tokens=77)
    bench.close()
    bench = composed(tmp_path)
    bench.start()
    try:
        assert bench.agents.view("rater").max_tokens == 77
        assert [view.name for view in bench.agents.views() if view.changed] == ["rater"]
    finally:
        bench.close()


# What is refused


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"temperature": 2.5}, "temperature must be at most 2"),
        ({"temperature": True}, "are numbers"),
        ({"temperature": "warm"}, "temperature must be a number"),
        ({"max_tokens": 3}, "max_tokens must be at least 16"),
        ({"max_tokens": 20.5}, "max_tokens must be a whole number"),
        ({"texts": {"writer": "{{ context }}"}}, "“Write a chapter” can't be used. {{ instruction }} is left out"),
        ({"texts": {"editor": "Be kind."}}, "The prompt of the writer can't be 'editor'. Choose one of: writer,"),
        ({"texts": {"writer": 5}}, "The prompt must be text"),
        ({"texts": ["writer"]}, "The texts must be an object"),
        ({"colour": "red"}, "can't have a field 'colour'"),
        ({}, "The changes are empty"),
        ("warmer", "must be an object"),
    ],
)  # fmt: skip
def test_a_change_that_cant_be_made_changes_nothing(bench: Workbench, story: Story, changes: object, told: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.agents.change_by(story.id, "writer", changes)
    assert told in str(caught.value)
    assert not bench.agents.view("writer", story.id).changed


def test_one_bad_prompt_keeps_the_others_out_too(bench: Workbench, story: Story) -> None:
    with pytest.raises(InvalidInput):
        bench.agents.change(story.id, "writer", temperature=0.1, texts={"writer": RHYMES, "continue": "{{ nothing }}"})
    assert not bench.agents.view("writer", story.id).changed


def test_unknown_agents_and_stories_are_told(bench: Workbench) -> None:
    with pytest.raises(InvalidInput, match=r"The agent can't be 'poet'\. Choose one of: writer, editor"):
        bench.agents.view("poet")
    with pytest.raises(NotFound):
        bench.agents.change("nowhere", "writer", temperature=0.1)
    with pytest.raises(NotFound):
        bench.agents.view("writer", "nowhere")


# Endpoints


def test_agents_can_be_scripted(bench: Workbench, story: Story) -> None:
    api = Endpoints(bench)
    listed = {one["name"]: one for one in api.list_agents()}
    assert {"writer", "editor", "character", "rater", "distiller", "assistant"} <= set(listed)
    assert listed["writer"]["temperature"] == 0.8
    assert listed["writer"]["changed"] is False
    assert [prompt["name"] for prompt in listed["writer"]["prompts"]] == ["writer", "revise", "continue", "modify"]

    found = api.check_prompt("writer", "writer", "{{ context }}")
    assert found["usable"] is False
    assert found["missing"] == ["number", "words", "instruction"]
    assert {"name": "words", "meaning": "how many words are wanted", "needed": False} in found["known"]
    assert api.check_prompt("writer", "writer", RHYMES)["usable"] is True

    changed = api.set_agent("writer", {"temperature": 0.4, "texts": {"writer": RHYMES}}, story.id)
    assert changed["changed"] is True
    assert changed == api.get_agent("writer", story.id)
    prompt = changed["prompts"][0]
    assert (prompt["text"], prompt["source"], prompt["original"][:13]) == (RHYMES, "story", "{{ context }}")
    assert changed["sources"] == {"temperature": "story", "max_tokens": "original"}
    assert api.get_agent("writer")["changed"] is False

    left = api.reset_agent("writer", story.id, "writer")
    assert (left["temperature"], left["prompts"][0]["source"]) == (0.4, "original")
    assert api.reset_agent("writer", story.id)["changed"] is False
    json.dumps([listed, found, changed, left])


# What a run uses


@pytest.fixture
def working(bench: Workbench) -> Workbench:
    bench.start_workers()
    return bench


def written(bench: Workbench, story: Story) -> str:
    """Write a chapter; its passage's id."""
    run = bench.writing.start_chapter(story.id, "Aria finds a bell.", {"max_rounds": 1})
    events = list(bench.writing.follow(run.id))
    assert events[-1].event == "result", events[-1].message
    return str((events[-1].data or {})["passage"]["id"])


def test_a_chapter_is_written_by_the_agents_of_its_story(
    bench: Workbench, story: Story, other: Story, script: Script
) -> None:
    bench.agents.change(story.id, "writer", texts={"writer": RHYMES})
    written(bench, story)
    written(bench, other)
    asked = [str(messages[-1].content) for agent, messages in script.calls if agent == "writer"]
    assert "Write chapter 1 in rhymes" in asked[0]
    assert "in rhymes" not in asked[-1]
    # Who reviews goes on from what the writer was told, and so reads it only once.
    reviewed = next(messages for agent, messages in script.calls if agent == "editor")
    assert str(reviewed[1].content) == asked[0]


def test_the_memory_works_with_the_agents_of_the_story(working: Workbench, story: Story, script: Script) -> None:
    text = templates.original("rewriter").replace("story continuity editor", "story continuity editor in old age")
    working.agents.change(story.id, "rewriter", texts={"rewriter": text})
    entry = working.library.story_lore(story.id)[0][0]
    working.memory.enqueue_note_update(story.id, entry.id, "Aria lost her lantern.")
    settled(working)
    asked = [str(messages[-1].content) for agent, messages in script.calls if agent == "rewriter"]
    assert asked
    assert all("in old age" in prompt for prompt in asked)


def settled(bench: Workbench) -> None:
    """Wait for the memory to come to rest."""
    for _ in range(600):
        if all(not (queue.pending or queue.running) for queue in bench.memory.queue_status().values()):
            return
        bench.workers.wake()
        bench.memory._closing.wait(0.05)
    raise AssertionError("The memory does not come to rest.")


def test_a_stored_prompt_that_stops_working_is_marked_and_stops_no_run(
    bench: Workbench, story: Story, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    old = AgentChange(story_id=story.id, agent="writer", texts={"writer": RHYMES + " {{ of_an_older_app }}"})
    with bench.database.writing() as session:
        stored.keep(session, old)
    prompt = bench.agents.view("writer", story.id).prompts[0]
    assert "there is no 'of_an_older_app'" in prompt.stopped[0]
    with caplog.at_level(logging.WARNING):
        written(bench, story)
    assert "of_an_older_app" in caplog.text
    asked = next(str(messages[-1].content) for agent, messages in script.calls if agent == "writer")
    assert "in rhymes" not in asked
    assert "Aria finds a bell." in asked
