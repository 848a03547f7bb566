"""The team on request, by the services, with a scripted model."""

import json
import time
from typing import Any

import pytest

from tests.scripted import PROSE, Script, ScriptedTextModel
from workbench.compose import Workbench
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, ModelUnavailable, NotFound, PromptTooLong

SECRET = "Bram buried the mayor’s silver beneath the oak. Nobody saw Bram do it."
TOGETHER = "Aria met Bram on the bridge. Bram gave Aria a map without a word."
SAID = {
    "feedback": "I took it because he looked so tired.",
    "wants": "I want to know what it shows before anybody else does.",
    "concerns": "I fear that it was never his to give away.",
}


@pytest.fixture
def bram(bench: Workbench, story: Story) -> str:
    return bench.library.upsert_lore(story.world_id, {"title": "Bram", "content": "A thief."}).id


@pytest.fixture
def aria(bench: Workbench, story: Story) -> str:
    return next(entry.id for entry, _ in bench.library.story_lore(story.id) if entry.title == "Aria")


def chapter(bench: Workbench, story: Story, instruction: str = "Aria finds a lantern, 200 words", **options) -> dict:
    run = bench.writing.start_chapter(story.id, instruction, {"max_rounds": 1, **options})
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "result", last.message
    assert last.data
    return last.data


def own_text(bench: Workbench, story: Story, text: str) -> str:
    """A chapter in the writer's own words, accepted."""
    draft = chapter(bench, story)["passage"]["id"]
    mine = bench.writing.edit(draft, text).id
    bench.writing.discard(draft)
    return bench.writing.accept(mine).id


def prompts(script: Script, agent: str) -> list[list[str]]:
    return [[str(message.content) for message in messages] for name, messages in script.calls if name == agent]


# Reviews


def test_a_review_right_after_writing_reads_nothing_but_its_task(
    bench: Workbench, story: Story, script: Script
) -> None:
    chapter(bench, story, max_tokens=500, structured_context={"plot_elements": [{"content": "A storm is near."}]})
    written = prompts(script, "writer")[0]
    in_the_loop = prompts(script, "editor")[0]
    script.calls.clear()
    review = bench.team.editor_review(story.id)
    assert prompts(script, "editor")[0] == in_the_loop
    assert in_the_loop[: len(written)] == written
    assert "A storm is near." in written[1]
    assert {"suggestions", "summary"} <= set(review)


def test_the_latest_draft_is_meant_and_else_the_latest_chapter(bench: Workbench, story: Story, script: Script) -> None:
    with pytest.raises(InvalidInput, match="Nothing is written"):
        bench.team.rater_feedback(story.id)
    first = chapter(bench, story, auto_accept=True)["passage"]
    assert bench.team.rater_feedback(story.id)["passage_id"] == first["id"]
    second = chapter(bench, story, "Aria sells a boat, 200 words")["passage"]
    assert bench.team.rater_feedback(story.id)["passage_id"] == second["id"]
    assert bench.team.rater_feedback(story.id, first["id"])["passage_id"] == first["id"]


def test_an_accepted_chapter_is_reviewed_as_it_was_written(bench: Workbench, story: Story, script: Script) -> None:
    first = chapter(bench, story, auto_accept=True)["passage"]
    in_the_loop = prompts(script, "editor")[0]
    chapter(bench, story, "Aria sells a boat, 200 words", auto_accept=True)
    script.calls.clear()
    bench.team.editor_review(story.id, first["id"])
    assert prompts(script, "editor")[0] == in_the_loop


def test_a_pasted_text_is_rated_in_the_story_and_by_no_wish_of_its_own(
    bench: Workbench, story: Story, script: Script
) -> None:
    rating = bench.team.rater_feedback(story.id, text="Aria sat down. The rain was over.")
    assert set(rating["scores"]) == {"plot", "character", "prose", "pacing", "engagement"}
    assert "asked for" not in rating["rationale"]
    system, context, text, _task = prompts(script, "rater")[0]
    assert "A mapmaker." in context
    assert text == "Aria sat down. The rain was over."
    assert "You write fiction" in system


def test_what_cannot_be_reviewed_is_told(bench: Workbench, story: Story) -> None:
    draft = chapter(bench, story)["passage"]["id"]
    with pytest.raises(InvalidInput, match="not both"):
        bench.team.editor_review(story.id, draft, "Some text.")
    other = bench.library.create_story(story.world_id, "Another")
    with pytest.raises(NotFound, match="another story"):
        bench.team.editor_review(other.id, draft)
    with pytest.raises(NotFound):
        bench.team.editor_review("nobody")
    with pytest.raises(PromptTooLong, match="word-pieces"):
        bench.team.rater_feedback(story.id, text="word " * 4000)


# Characters


def test_a_character_is_told_nothing_of_where_they_were_not(
    bench: Workbench, story: Story, script: Script, aria: str, bram: str
) -> None:
    own_text(bench, story, SECRET)
    own_text(bench, story, TOGETHER)
    bench.memory.enqueue_note_update(story.id, bram, "Bram gave Aria a map.")
    bench.start_workers()
    wait_for_memory(bench)
    script.answer["feedback"] = lambda messages, options: json.dumps(SAID)
    script.calls.clear()
    said = bench.team.character_feedback(story.id, aria, question="What do you know of Bram?")
    prompt = "\n".join(prompts(script, "feedback")[0])
    assert "silver" not in prompt
    assert TOGETHER in prompt
    assert "A mapmaker." in prompt
    assert "A thief." in prompt
    assert "What do you know of Bram?" in prompt
    assert {name: said[name] for name in ("character", *SAID)} == {"character": "Aria", **SAID}
    assert said["present"]
    assert {"source": "Chapter 1", "why": "Aria wasn’t there"} in said["left_out"]
    script.calls.clear()
    bench.team.character_feedback(story.id, bram)
    assert "silver" in "\n".join(prompts(script, "feedback")[0])


def test_of_a_chapter_without_them_they_know_nothing(
    bench: Workbench, story: Story, script: Script, aria: str, bram: str
) -> None:
    secret = own_text(bench, story, SECRET)
    script.calls.clear()
    script.answer["feedback"] = lambda messages, options: json.dumps(SAID)
    said = bench.team.character_feedback(story.id, aria, secret)
    assert not said["present"]
    assert "silver" not in "\n".join(prompts(script, "feedback")[0])
    assert "wasn't there" in prompts(script, "feedback")[0][-1]


def test_a_character_speaks_before_anything_is_written(
    bench: Workbench, story: Story, script: Script, aria: str
) -> None:
    script.answer["feedback"] = lambda messages, options: json.dumps(SAID)
    assert bench.team.character_feedback(story.id, aria)["feedback"] == SAID["feedback"]


def test_only_people_of_the_story_are_asked(bench: Workbench, story: Story) -> None:
    inn = bench.library.upsert_lore(story.world_id, {"title": "The Inn", "kind": "location", "content": "Old."}).id
    with pytest.raises(InvalidInput, match="no character"):
        bench.team.character_feedback(story.id, inn)
    with pytest.raises(NotFound, match="/list_lore"):
        bench.team.character_feedback(story.id, "nobody")


# What is worked out


def test_fleshing_out_streams_and_stores_nothing(bench: Workbench, story: Story, script: Script) -> None:
    events = list(bench.team.flesh_out(story.id, "Aria finds the boat of Bram empty.", "Make it foggy."))
    result = events[-1]
    assert result.event == "result", result.message
    assert result.data
    streamed = "".join(event.text for event in events if event.event == "token")
    assert PROSE[1] in streamed
    assert PROSE[1] in result.data["text"]
    assert "Bram" in result.data["text"]
    assert bench.library.story_view(story.id).drafts == ()
    prompt = prompts(script, "expander")[0][1]
    assert prompt.index("A mapmaker.") < prompt.index("Make it foggy.") < prompt.index("The lines: Aria finds")


def test_who_stops_listening_stops_it(bench: Workbench, story: Story, script: Script) -> None:
    script.delay = 0.005
    events = bench.team.flesh_out(story.id, "Aria finds the boat empty.")
    assert next(event for event in events if event.event == "token")
    events.close()  # type: ignore[attr-defined]
    script.delay = 0.0
    deadline = time.monotonic() + 30
    while bench.model.activity().running and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not bench.model.activity().running


def test_an_invented_person_can_be_stored_as_it_is(bench: Workbench, story: Story, script: Script) -> None:
    content = "Corvin is a tax collector. He keeps a tame crow."
    script.answer["designer"] = lambda messages, options: json.dumps(
        {"content": content, "tags": ["crow"], "aliases": []}
    )
    entry = bench.team.generate_character_details(story.world_id, "Corvin", "a tax collector with a crow")
    assert "Corvin" not in {known.title for known, _ in bench.library.story_lore(story.id)}
    stored = bench.library.upsert_lore(story.world_id, entry)
    assert (stored.title, stored.kind, stored.content, stored.tags) == ("Corvin", "character", content, ("crow",))
    assert "Aria" in prompts(script, "designer")[0][-1]
    with pytest.raises(Conflict, match="already"):
        bench.team.generate_character_details(story.world_id, "corvin")


def test_a_bio_is_told_anew_with_the_storys_note(bench: Workbench, story: Story, script: Script, aria: str) -> None:
    bench.library.write_note(story.id, aria, "Aria lost her left hand.")
    told = bench.team.regenerate_bio(aria, "Shorter, please.", story.id)
    prompt = prompts(script, "biographer")[0][-1]
    assert "Aria lost her left hand." in prompt
    assert "Shorter, please." in prompt
    assert "left hand" in told["content"]
    script.calls.clear()
    without = bench.team.regenerate_bio(aria)
    assert "left hand" not in prompts(script, "biographer")[0][-1]
    assert "left hand" not in without["content"]
    assert bench.library.story_lore(story.id)[0][0].content == "A mapmaker."


def test_a_bio_needs_something_to_tell(bench: Workbench, story: Story) -> None:
    empty = bench.library.upsert_lore(story.world_id, {"title": "Nobody"}).id
    with pytest.raises(InvalidInput, match="no text"):
        bench.team.regenerate_bio(empty)
    elsewhere = bench.library.create_story(bench.library.create_world("Other").id, "Far")
    known = bench.library.upsert_lore(story.world_id, {"title": "Ilse", "content": "A founder."}).id
    with pytest.raises(NotFound, match="another story"):
        bench.team.regenerate_bio(known, story_id=elsewhere.id)


def test_a_model_that_failed_is_told(bench: Workbench, story: Story, aria: str) -> None:
    model = bench.model
    assert isinstance(model, ScriptedTextModel)
    model.state, model.error = "failed", "The file x.gguf is cut off. Download it again."
    calls: list[Any] = [
        lambda: bench.team.editor_review(story.id, text="Some text."),
        lambda: bench.team.character_feedback(story.id, aria),
        lambda: bench.team.generate_character_details(story.world_id, "Corvin"),
        lambda: bench.team.regenerate_bio(aria),
    ]
    for call in calls:
        with pytest.raises(ModelUnavailable, match="Download it again"):
            call()
    last = list(bench.team.flesh_out(story.id, "Aria sits."))[-1]
    assert (last.event, last.message) == ("error", model.error)


def wait_for_memory(bench: Workbench) -> None:
    deadline = time.monotonic() + 60
    while any(queue.pending or queue.running for queue in bench.memory.queue_status().values()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
