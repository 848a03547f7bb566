"""Conversations: stored, answered from what the story knows, stopped, and never lost."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from tests.services.test_outlines import draft
from workbench.compose import Workbench, compose
from workbench.domain.chat import ChatMessage
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, ModelFailed, ModelUnavailable, NotFound
from workbench.settings import Settings


def said(bench: Workbench, *args: Any, **more: Any) -> dict[str, Any]:
    """The result of a message."""
    last = list(bench.chats.chat(*args, **more))[-1]
    assert last.event == "result", last.message
    return last.data or {}


def prompts(script: Script) -> list[list[str]]:
    return [[str(one.content) for one in messages] for name, messages in script.calls if name == "assistant"]


def texts(bench: Workbench, conversation_id: str) -> list[str]:
    return [f"{one.role}: {one.text}" for one in bench.chats.conversation(conversation_id)[1]]


def last_of(bench: Workbench, conversation_id: str) -> ChatMessage:
    return bench.chats.conversation(conversation_id)[1][-1]


class Held:
    """An answer that waits in the middle until it is told to go on."""

    def __init__(self, script: Script) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        script.answer["assistant"] = self.answer

    def answer(self, messages: Any, options: Any) -> str:
        self.begun.set()
        assert self.go_on.wait(20)
        return "Nobody knows where Aria is."


def test_an_answer_rests_on_what_is_looked_up(bench: Workbench, story: Story, script: Script) -> None:
    bench.writing.accept(draft(bench, story, "It rained. Aria burned the letter on the quay. Tobin slept.").id)
    script.answer["assistant"] = lambda messages, options: "She burned it."
    events = list(bench.chats.chat("What did Aria do with the letter in chapter 1?", story.id))
    assert {event.node for event in events if event.event == "status"} == {"analyse", "look_up", "reply"}
    assert "".join(event.text for event in events if event.event == "token") == "She burned it."
    result = events[-1].data or {}
    assert result["reply"] == "She burned it."
    assert result["lookup"]["chapters"] == [1]
    sources = {one["title"]: one["text"] for one in result["sources"]}
    assert "Aria burned the letter on the quay." in sources["Chapter 1"]
    assert sources["Aria"] == "A mapmaker."
    prompt = prompts(script)[-1]
    # What all prompts over the story begin with comes first, the question last.
    assert prompt[0].startswith("You write fiction")
    assert prompt[1].startswith("World: Vell")
    assert "Aria burned the letter on the quay." in prompt[-1]
    assert prompt[-1].endswith("What did Aria do with the letter in chapter 1?")
    kept = last_of(bench, result["conversation_id"])
    assert (kept.text, kept.problem, [one.title for one in kept.sources]) == ("She burned it.", "", list(sources))


def test_a_conversation_goes_on(bench: Workbench, story: Story, script: Script) -> None:
    first = said(bench, "Who is Aria?", story.id)
    again = said(bench, "And what does she want?", conversation_id=first["conversation_id"])
    assert again["conversation_id"] == first["conversation_id"]
    prompt = prompts(script)[-1]
    assert "Who is Aria?" in prompt[-3]
    assert prompt[-2] == first["reply"]
    (conversation,) = bench.chats.conversations(story.id)
    assert (conversation.title, conversation.story_id) == ("Who is Aria?", story.id)
    assert len(texts(bench, conversation.id)) == 4


def test_one_can_talk_without_a_story(bench: Workbench, script: Script) -> None:
    result = said(bench, "Give me a name for a ship.")
    assert result["sources"] == []
    assert "only from what is told above" not in prompts(script)[-1][-1]
    assert bench.chats.conversation(result["conversation_id"])[0].story_id is None


def test_a_character_speaks_from_the_own_lore(bench: Workbench, story: Story, script: Script) -> None:
    entry = bench.library.list_lore(story.world_id)[0]
    for agent in (entry["id"], "aria", "character:Aria"):
        result = said(bench, "What are you afraid of?", story.id, agent)
        conversation, _ = bench.chats.conversation(result["conversation_id"])
        assert (conversation.agent, conversation.entry_id) == ("character", entry["id"])
        assert "You are Aria. A mapmaker." in prompts(script)[-1][-1]


def test_a_character_knows_only_what_they_were_there_for(bench: Workbench, story: Story, script: Script) -> None:
    bench.library.upsert_lore(story.world_id, {"title": "Tobin", "content": "A ferryman."})
    for text in ("Tobin hid the crown in the well.", "Aria found a comb on the quay."):
        bench.writing.accept(draft(bench, story, text).id)
    everything = said(bench, "Where is the crown, and where was the comb?", story.id)
    assert {source["title"] for source in everything["sources"]} >= {"Chapter 1", "Chapter 2"}
    assert any("hid the crown" in turn for turn in prompts(script)[-1])
    result = said(bench, "Where is the crown, and where was the comb?", story.id, "Aria")
    assert "Chapter 2" in {source["title"] for source in result["sources"]}
    assert not any("hid the crown" in turn or "hid the crown" in str(result) for turn in prompts(script)[-1])


def test_writer_and_editor_answer_in_their_roles(bench: Workbench, story: Story, script: Script) -> None:
    for agent in ("writer", "editor"):
        said(bench, "What could be better?", story.id, agent)
        assert f"Now you are the {agent} of this story" in prompts(script)[-1][-1]


def test_who_is_unknown_is_told_who_is_there(bench: Workbench, story: Story) -> None:
    with pytest.raises(InvalidInput, match="assistant, writer, editor, Aria"):
        bench.chats.send("Hello", story.id, "Godfrey")
    result = said(bench, "Hello", story.id)
    with pytest.raises(InvalidInput, match="Somebody else answers"):
        bench.chats.send("Hello", story.id, "editor", result["conversation_id"])
    with pytest.raises(NotFound, match="/list_conversations"):
        bench.chats.send("Hello", conversation_id="nowhere")
    other = bench.library.create_story(story.world_id, "Another")
    with pytest.raises(InvalidInput, match="another story"):
        bench.chats.send("Hello", other.id, conversation_id=result["conversation_id"])
    with pytest.raises(NotFound):
        bench.chats.send("Hello", "nowhere")
    with pytest.raises(InvalidInput, match="The message is empty"):
        bench.chats.send("  ", story.id)


def test_a_message_is_stored_before_it_is_answered(bench: Workbench, story: Story, script: Script) -> None:
    held = Held(script)
    conversation, live = bench.chats.send("Where is Aria?", story.id)
    assert held.begun.wait(20)
    assert texts(bench, conversation.id) == ["person: Where is Aria?"]
    with pytest.raises(Conflict, match="still being answered"):
        bench.chats.send("And Tobin?", conversation_id=conversation.id)
    assert bench.chats.live(conversation.id) is live
    held.go_on.set()
    assert list(live.follow())[-1].event == "result"
    assert bench.chats.live(conversation.id) is None
    assert texts(bench, conversation.id)[1:] == ["agent: Nobody knows where Aria is."]


def test_an_answer_is_kept_though_nobody_listens(bench: Workbench, story: Story, script: Script) -> None:
    held = Held(script)
    events = bench.chats.chat("Where is Aria?", story.id)
    assert next(events).event == "status"
    events.close()  # type: ignore[attr-defined]
    (conversation,) = bench.chats.conversations(story.id)
    live = bench.chats.live(conversation.id)
    assert live is not None
    held.go_on.set()
    list(live.follow())
    assert texts(bench, conversation.id)[1:] == ["agent: Nobody knows where Aria is."]


def test_a_stopped_answer_is_kept_with_its_problem(bench: Workbench, story: Story, script: Script) -> None:
    script.answer["assistant"] = lambda messages, options: "word " * 400
    script.delay = 0.002
    conversation, live = bench.chats.send("Tell me everything.", story.id)
    for event in live.follow():
        if event.event == "token":
            bench.chats.stop(conversation.id)
    kept = last_of(bench, conversation.id)
    assert kept.problem == "Stopped."
    assert kept.text.startswith("word")
    assert len(kept.text.split()) < 400
    # Going on from it works.
    del script.answer["assistant"]
    assert said(bench, "Go on.", conversation_id=conversation.id)["reply"]


def test_a_model_that_fails_is_told_and_noted(bench: Workbench, story: Story, script: Script) -> None:
    script.failures["assistant"] = [ModelFailed("The server is away.")]
    conversation, live = bench.chats.send("Who is Aria?", story.id)
    assert list(live.follow())[-1].message == "The server is away."
    kept = last_of(bench, conversation.id)
    assert (kept.text, kept.problem) == ("", "The server is away.")
    assert said(bench, "Who is Aria?", conversation_id=conversation.id)["reply"]
    assert prompts(script)[-1][-2] != ""


def test_an_answer_that_is_none_is_asked_for_again_and_then_the_sources_speak(
    bench: Workbench, story: Story, script: Script
) -> None:
    answers = iter(["", "She draws maps."])
    script.answer["assistant"] = lambda messages, options: next(answers)
    assert said(bench, "Who is Aria?", story.id)["reply"] == "She draws maps."
    script.answer["assistant"] = lambda messages, options: " "
    assert said(bench, "Who is Aria?", story.id)["reply"] == "I found this under “Aria”: A mapmaker."
    assert "I have no answer" in said(bench, "Hello?")["reply"]


def test_search_phrases_of_the_model_are_checked(bench: Workbench, story: Story, script: Script) -> None:
    script.answer["lookup"] = lambda messages, options: json.dumps({"phrases": ["Aria's compass", "the dragon king"]})
    lookup = bench.chats.analyse_query(story.id, "What does Aria own?")
    assert "Aria's compass" in lookup.phrases
    assert "the dragon king" not in lookup.phrases
    script.answer["lookup"] = lambda messages, options: "no JSON"
    assert bench.chats.analyse_query(story.id, "What does Aria own?").entries == lookup.entries
    bench.model.state = "failed"  # type: ignore[attr-defined]
    assert bench.chats.analyse_query(story.id, "What does Aria own?").kind == lookup.kind
    with pytest.raises(ModelUnavailable):
        bench.chats.send("What does Aria own?", story.id)
    assert bench.chats.conversations(story.id) == []


def test_only_the_archive_of_this_story_is_looked_into(bench: Workbench, story: Story) -> None:
    bench.archive.store("mine", "The compass of Aria points south.", {"thread": story.id, "title": "Old notes"})
    bench.archive.store("other", "The compass of Aria points north.", {"thread": "elsewhere"})
    bench.archive.store("loose", "The compass of Aria is broken.")
    result = said(bench, "Where does the compass point?", story.id)
    archived = [one for one in result["sources"] if one["kind"] == "archive"]
    assert [(one["id"], one["title"]) for one in archived] == [("mine", "Old notes")]


def test_what_is_true_now_outranks_what_was(bench: Workbench, story: Story) -> None:
    entry = bench.library.list_lore(story.world_id)[0]
    bench.library.write_note(story.id, entry["id"], "She has lost her compass.")
    (source,) = [one for one in said(bench, "Who is Aria?", story.id)["sources"] if one["kind"] == "lore"]
    assert source["text"] == "A mapmaker. She has lost her compass."


def test_old_exchanges_are_left_out_whole_where_room_lacks(tmp_path: Path) -> None:
    script = Script()
    settings = Settings(_env_file=None, data_dir=tmp_path, context_buffer=64)
    bench = compose(settings, model=ScriptedTextModel(script, context_tokens=1200), embedder=HashEmbedder())
    bench.start()
    script.answer["assistant"] = lambda messages, options: f"This is answer number {len(prompts(script))}."
    result = said(bench, f"Question 0 {'and so on ' * 20}?")
    for number in range(1, 8):
        question = f"Question {number} {'and so on ' * 20}?"
        result = said(bench, question, conversation_id=result["conversation_id"])
    assert result["left_out"] > 0
    shown = "\n".join(prompts(script)[-1])
    assert "Question 0" not in shown
    assert "Question 6" in shown
    for number in range(8):
        assert (f"Question {number} " in shown) == (number == 7 or f"This is answer number {number + 1}." in shown)
    bench.close()


def test_a_deleted_conversation_is_gone_also_while_it_is_answered(
    bench: Workbench, story: Story, script: Script
) -> None:
    held = Held(script)
    conversation, live = bench.chats.send("Where is Aria?", story.id)
    assert held.begun.wait(20)
    bench.chats.delete(conversation.id)
    held.go_on.set()
    list(live.follow())
    assert bench.chats.conversations() == []
    with pytest.raises(NotFound):
        bench.chats.conversation(conversation.id)


def test_closing_the_app_keeps_the_message_and_what_was_said(tmp_path: Path) -> None:
    script = Script(delay=0.01)
    script.answer["assistant"] = lambda messages, options: "word " * 500
    settings = Settings(_env_file=None, data_dir=tmp_path)
    bench = compose(settings, model=ScriptedTextModel(script), embedder=HashEmbedder())
    bench.start()
    conversation, live = bench.chats.send("Tell me everything.")
    next(event for event in live.follow() if event.event == "token")
    bench.close()
    again = compose(settings, model=ScriptedTextModel(Script()), embedder=HashEmbedder())
    again.start()
    _, (asked, answer) = again.chats.conversation(conversation.id)
    assert asked.text == "Tell me everything."
    assert answer.text.startswith("word")
    assert answer.problem == "Stopped."
    again.close()


def test_characters_that_have_left_the_story_do_not_answer(bench: Workbench, story: Story) -> None:
    result = said(bench, "Hello?", story.id, "Aria")
    bench.library.delete_lore(bench.library.list_lore(story.world_id)[0]["id"])
    _, live = bench.chats.send("Are you there?", conversation_id=result["conversation_id"])
    assert "isn't in the story any more" in list(live.follow())[-1].message
