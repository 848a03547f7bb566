"""What the Context tab and /preview_context tell is what a run would send, and a writer's choices hold."""

from typing import Any

import pytest

from tests.scripted import Script
from workbench.compose import Workbench
from workbench.domain.context import ItemTrace
from workbench.domain.preview import ContextPreview
from workbench.domain.story import Passage, Story
from workbench.errors import InvalidInput, NotFound, PromptTooLong

ROLES = {"system": "system", "human": "user", "ai": "assistant"}
SEED_CONTAINER = {
    "plot_elements": [{"type": "scene", "content": "Hero enters forest", "priority": "high"}],
    "character_contexts": [{"character_id": "hero", "character_name": "Aria", "current_state": "determined"}],
    "user_requests": [{"type": "instruction", "content": "Add sensory details", "priority": "high"}],
}


def traces(preview: ContextPreview) -> dict[str, ItemTrace]:
    """What became of each item, by key."""
    return {item.key: item for layer in preview.layers for item in layer.items if item.key}


def written(bench: Workbench, story: Story, instruction: str, **options: object) -> Passage:
    """A chapter, written and accepted."""
    run = bench.writing.start_chapter(story.id, instruction, {"seed": 1, "auto_accept": True, **options})
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "result", last.message
    assert last.data is not None
    return Passage.model_validate(last.data["passage"])


def entry_key(bench: Workbench, story: Story, title: str = "Aria") -> str:
    """The key of the item of a lore entry."""
    entries = bench.library.list_lore(story.world_id, story.id)
    return next(f"lore:{entry['id']}" for entry in entries if entry["title"] == title)


@pytest.mark.parametrize(("agent", "phase"), [("writer", "drafting"), ("editor", "reviewing"), ("rater", "reviewing")])
def test_a_preview_is_what_a_run_sends(bench: Workbench, story: Story, script: Script, agent: str, phase: str) -> None:
    written(bench, story, "Aria finds a bell")
    container = {
        **SEED_CONTAINER,
        "system_instructions": [{"content": "Be brief.", "agents": ["editor"], "phases": ["reviewing"]}],
    }
    preview = bench.context.preview(story.id, agent, phase, "Aria rings the bell", container)
    before = len(script.calls)
    written(bench, story, "Aria rings the bell", structured_context=container, max_rounds=1)
    sent = next(messages for who, messages in script.calls[before:] if who == agent)
    spelled = bench.model.spelled([(ROLES[message.type], str(message.content)) for message in sent])
    whole = "".join(text for text, _ in spelled.parts)
    draft = str(sent[2].content) if len(sent) > 2 else ""
    assert preview.prompt == (whole.replace(draft, "(The draft stands here.)") if draft else whole)
    assert preview.prompt == "".join(segment.text for segment in preview.segments)
    assert ("Be brief." in preview.prompt) == (agent == "editor")


def test_a_preview_names_the_item_of_every_stretch_and_divides_the_window(bench: Workbench, story: Story) -> None:
    passage = written(bench, story, "Aria finds a bell")
    preview = bench.context.preview(story.id, instruction="Aria rings it", structured_context=SEED_CONTAINER)
    told = {segment.key: segment for segment in preview.segments if segment.key}
    assert {"world", f"passage:{passage.id}", "supplied:plot:1", "supplied:character:1"} <= told.keys()
    assert passage.text in told[f"passage:{passage.id}"].text
    assert told["supplied:plot:1"].origin == "plot"
    assert preview.segments[0].origin == "form"
    assert preview.segments[1].origin == "system"
    assert any(segment.origin == "task" and "Aria rings it" in segment.text for segment in preview.segments)
    assert preview.window == preview.reply + preview.buffer + preview.task + preview.budget
    assert sum(layer.used for layer in preview.layers) <= preview.budget
    assert told.keys() == {key for key, item in traces(preview).items() if item.included}


@pytest.mark.parametrize("agent", ["outliner", "assistant", "expander", "character"])
def test_every_agent_that_is_shown_the_context_can_be_looked_at(bench: Workbench, story: Story, agent: str) -> None:
    for phase in ("drafting", "reviewing", "chatting"):
        preview = bench.context.preview(story.id, agent, phase)
        assert "A town." in preview.prompt
        assert any(segment.origin == "task" for segment in preview.segments)


def test_without_a_request_the_plan_of_the_next_chapter_is_previewed(bench: Workbench, story: Story) -> None:
    bench.outlines.save(story.id, [{"title": "The Wheel", "summary": "Aria climbs the mill wheel."}])
    assert "Aria climbs the mill wheel." in bench.context.preview(story.id).prompt.split("What happens in it:")[1]


def test_choices_are_tried_without_being_kept_and_hold_once_they_are(bench: Workbench, story: Story) -> None:
    key = entry_key(bench, story)
    nobody = traces(bench.context.preview(story.id))[key]
    assert (nobody.included, nobody.why) == (False, "nobody names it")
    tried = traces(bench.context.preview(story.id, changes={key: "pinned"}))[key]
    assert (tried.included, tried.priority, tried.choice, tried.why) == (True, "high", "pinned", "you pinned it")
    assert bench.context.choices(story.id) == {}
    bench.context.choose(story.id, key, "left_out")
    gone = traces(bench.context.preview(story.id, instruction="Aria wakes"))[key]
    assert (gone.included, gone.why) == (False, "you left it out")
    assert bench.context.choices(story.id) == {key: "left_out"}
    bench.context.choose(story.id, key, "")
    assert bench.context.choices(story.id) == {}
    assert traces(bench.context.preview(story.id, instruction="Aria wakes"))[key].included


def test_a_choice_holds_in_the_runs_of_its_story_alone(bench: Workbench, story: Story, script: Script) -> None:
    other = bench.library.create_story(story.world_id, "Another")
    bench.context.choose(story.id, entry_key(bench, story), "left_out")
    written(bench, story, "Aria finds a bell")
    assert "A mapmaker." not in str(script.calls[0][1][1].content)
    before = len(script.calls)
    written(bench, other, "Aria finds a bell")
    assert "A mapmaker." in str(script.calls[before][1][1].content)


def test_chapters_and_the_world_can_be_left_out_too(bench: Workbench, story: Story) -> None:
    passage = written(bench, story, "Aria finds a bell")
    for key in ("world", f"passage:{passage.id}"):
        bench.context.choose(story.id, key, "left_out")
    preview = bench.context.preview(story.id, instruction="She sleeps")
    assert "A town." not in preview.prompt
    assert passage.text not in preview.prompt


def test_pinning_more_than_fits_is_told_with_names_and_sizes(bench: Workbench, story: Story) -> None:
    entry = bench.library.upsert_lore(story.world_id, {"title": "The Long Law", "content": "word " * 5000})
    with pytest.raises(PromptTooLong, match=r"lore: The Long Law \(50\d\d tokens\).*take their pins off"):
        bench.context.preview(story.id, changes={f"lore:{entry.id}": "pinned"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"agent": "wrtier"}, "Choose one of: writer, editor"),
        ({"agent": "distiller"}, "isn't shown the story's context"),
        ({"phase": "sleeping"}, "Choose one of: drafting, revising"),
        ({"changes": {"world": "gone"}}, "pinned, high, medium"),
        ({"structured_context": {"plot": []}}, "What is known there: plot_elements"),
        ({"structured_context": {"metadata": {"filter": {"tag": ["a"]}}}}, "What is known there: include_tags"),
        ({"structured_context": {"metadata": {"filter": {"at_least": "huge"}}}}, "at_least must be"),
        ({"structured_context": {"user_requests": [{"content": "x", "agents": ["wrtier"]}]}}, "There are: writer"),
        ({"structured_context": {"user_requests": [{"content": "x", "phases": ["asleep"]}]}}, "phases.0 must be"),
    ],
)
def test_what_does_not_exist_is_told_with_what_does(
    bench: Workbench, story: Story, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        bench.context.preview(story.id, **wrong)


def test_only_what_is_there_can_be_decided_about(bench: Workbench, story: Story) -> None:
    for key, kind in (("lore:nobody", NotFound), ("passage:none", NotFound), ("supplied:plot:1", InvalidInput)):
        with pytest.raises(kind):
            bench.context.choose(story.id, key, "pinned")
    with pytest.raises(InvalidInput, match="names the keys"):
        bench.context.choose(story.id, "rules", "pinned")
    with pytest.raises(NotFound):
        bench.context.choose("story_none", "world", "pinned")
    assert bench.context.choices(story.id) == {}


def test_the_choice_about_a_note_is_its_entrys(bench: Workbench, story: Story) -> None:
    key = entry_key(bench, story)
    bench.context.choose(story.id, key.replace("lore:", "note:"), "low")
    assert bench.context.choices(story.id) == {key: "low"}


def test_elements_for_some_agents_reach_those_and_metadata_reaches_nobody(bench: Workbench, story: Story) -> None:
    container = {
        "plot_elements": [
            {"content": "The mayor lies.", "agents": ["writer"], "phases": ["drafting"], "tags": ["secret"]},
            {"content": "Night falls.", "tags": ["open"]},
        ],
        "metadata": {"project": "Blue Whale", "filter": {"exclude_tags": ["weather"]}},
    }
    shown = {
        (agent, phase): "The mayor lies." in bench.context.preview(story.id, agent, phase, "", container).prompt
        for agent, phase in (("writer", "drafting"), ("writer", "revising"), ("editor", "reviewing"))
    }
    assert list(shown.values()) == [True, False, False]
    editors = bench.context.preview(story.id, "editor", "reviewing", "", container)
    assert "Night falls." in editors.prompt
    assert "Blue Whale" not in editors.prompt
    trace = traces(editors)["supplied:plot:1"]
    assert (trace.included, trace.why) == (False, "for the writer only, only while drafting")
    container["metadata"] = {"filter": {"include_tags": ["open"]}}
    wanted = bench.context.preview(story.id, "writer", "drafting", "", container)
    assert "The mayor lies." not in wanted.prompt
    assert traces(wanted)["supplied:plot:1"].why.startswith("the filter wants the tag “open”")
