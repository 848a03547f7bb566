"""Conversations: stored, answered from what the story knows, stopped, and never lost."""

import itertools
import json
import threading
from collections.abc import Iterator
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
from workbench.storage import lore

SUMMARY = "Their ship is called Perdita, and that is to be remembered."


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


class Summed:
    """Waits until the model has summed up what was said before."""

    def __init__(self, bench: Workbench) -> None:
        self.done = threading.Event()
        recaps = bench.chats._recaps
        make = recaps.make

        def watched(*args: Any) -> bool:
            made = make(*args)
            self.done.set()
            return made

        recaps.make = watched  # type: ignore[method-assign]

    def wait(self) -> None:
        assert self.done.wait(20)


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


@pytest.fixture
def small(tmp_path: Path, script: Script) -> Iterator[Workbench]:
    """A model with a small window, so that a few exchanges fill their share of it."""
    settings = Settings(_env_file=None, data_dir=tmp_path / "small", context_buffer=64)
    bench = compose(settings, model=ScriptedTextModel(script, context_tokens=1200), embedder=HashEmbedder())
    bench.start()
    yield bench
    bench.close()


def long_talk(bench: Workbench, script: Script, count: int) -> list[dict[str, Any]]:
    """Questions and answers, the first of which tells something that should be remembered."""
    script.answer["assistant"] = lambda messages, options: f"This is answer number {len(prompts(script))}."
    results = [said(bench, "My ship is called Perdita, remember that.")]
    for number in range(1, count):
        question = f"Question {number} {'and so on ' * 20}?"
        results.append(said(bench, question, conversation_id=results[0]["conversation_id"]))
    return results


def test_what_does_not_fit_is_told_in_short_and_the_answer_says_so(small: Workbench, script: Script) -> None:
    results = long_talk(small, script, 9)
    assert results[1]["left_out"] == 0
    assert results[1]["recap"] == ""
    last = results[-1]
    turns = prompts(script)[-1]
    assert last["left_out"] > 0
    # In short first, then what is told whole, and the question last.
    assert turns[1].startswith("What we spoke of before, in short:\n“My ship is called Perdita, remember that.”")
    assert turns[-1].endswith(f"Question 8 {'and so on ' * 20}?")
    assert len(turns) == 2 + 2 * (8 - last["left_out"])
    (memory,) = last_of(small, last["conversation_id"]).sources
    assert (memory.kind, memory.text) == ("talk", last["recap"])
    assert memory.why == f"{last['left_out']} earlier exchanges, told in short"
    # It stays the same for a while: what comes behind it needs no reading again.
    recaps = [result["recap"] for result in results]
    assert len(set(recaps)) < len({result["left_out"] for result in results}) + 1
    assert sum(one == two for one, two in itertools.pairwise(recaps)) >= 5


def test_a_model_that_is_no_tryout_sums_up_for_the_next_answer(small: Workbench, script: Script) -> None:
    talked = threading.Event()

    def summary(messages: Any, options: Any) -> str:
        assert talked.wait(20)
        return SUMMARY

    script.answer["distiller"] = summary
    summed = Summed(small)
    results = long_talk(small, script, 7)
    assert results[-1]["left_out"] > 0
    talked.set()
    summed.wait()
    later = said(small, "And now?", conversation_id=results[0]["conversation_id"])
    assert later["recap"] == SUMMARY
    assert later["recap"] != results[-1]["recap"]


def test_a_branch_goes_on_from_a_message_and_leaves_the_rest_as_it_is(
    bench: Workbench, story: Story, script: Script
) -> None:
    first = said(bench, "Who is Aria?", story.id)
    said(bench, "What does she want?", conversation_id=first["conversation_id"])
    _, messages = bench.chats.conversation(first["conversation_id"])
    branch = bench.chats.branch(first["conversation_id"], messages[1].id)
    assert (branch.parent_id, branch.parted_at, branch.story_id) == (first["conversation_id"], 2, story.id)
    assert texts(bench, branch.id) == texts(bench, first["conversation_id"])[:2]
    assert bench.chats.conversation(branch.id)[1][1].sources == messages[1].sources
    said(bench, "Where does she live?", conversation_id=branch.id)
    assert "What does she want?" not in str(prompts(script)[-1])
    assert len(texts(bench, first["conversation_id"])) == 4
    # The one it came from may go.
    bench.chats.delete(first["conversation_id"])
    assert len(texts(bench, branch.id)) == 4
    with pytest.raises(NotFound, match="no message"):
        bench.chats.branch(branch.id, messages[0].id)
    with pytest.raises(NotFound, match="/list_conversations"):
        bench.chats.branch(first["conversation_id"], messages[0].id)


def test_a_conversation_gets_another_name(bench: Workbench, story: Story) -> None:
    first = said(bench, "Who is Aria?", story.id)["conversation_id"]
    second = said(bench, "Who is Tobin?", story.id)["conversation_id"]
    assert bench.chats.rename(first, "  About\nAria ").title == "About Aria"
    assert [one.id for one in bench.chats.conversations(story.id)] == [second, first]
    for title, why in (("  ", "The title is empty"), ("x" * 200, "The title")):
        with pytest.raises(InvalidInput, match=why):
            bench.chats.rename(first, title)


@pytest.fixture
def three(bench: Workbench, story: Story) -> list[str]:
    """Three accepted chapters, with a note on the last."""
    bench.library.upsert_lore(story.world_id, {"title": "Tobin", "content": "A ferryman."})
    written = [
        bench.writing.accept(draft(bench, story, text).id).id
        for text in (
            "Aria hid the crown in the well. Tobin slept.",
            "Aria met Tobin on the quay, and he rowed her home.",
            "Aria gave the crown to Tobin. Tobin sank the ferry.",
        )
    ]
    return written


def test_as_of_a_chapter_nothing_is_known_of_what_came_later(
    bench: Workbench, story: Story, script: Script, three: list[str]
) -> None:
    entry = next(one for one in bench.library.list_lore(story.world_id) if one["title"] == "Tobin")
    bench.library.write_note(story.id, entry["id"], "He has the crown.")
    bench.outlines.save(story.id, [{"title": "The Flood", "summary": "Everything drowns."}])
    bench.archive.store("mine", "Aria and Tobin find the crown again.", {"thread": story.id})
    question = "Where is the crown, and what did Tobin and Aria do?"
    everything = said(bench, question, story.id)
    assert {"Chapter 1", "Chapter 3", "mine"} <= {one["title"] for one in everything["sources"]}
    for agent in ("assistant", "Aria"):
        then = said(bench, question, story.id, agent, passage_id=three[1])
        assert then["passage_id"] == three[1]
        assert {"Chapter 1", "Chapter 2"} <= {one["title"] for one in then["sources"]}
        shown = str(prompts(script)[-1]) + str(then["sources"])
        for later in ("gave the crown", "sank the ferry", "The Flood", "find the crown again"):
            assert later not in shown
        assert "rowed her home" in shown
        # It is kept with the conversation.
        again = said(bench, "And the ferry?", conversation_id=then["conversation_id"])
        assert again["passage_id"] == three[1]
        assert "sank the ferry" not in str(prompts(script)[-1]) + str(again["sources"])


def test_a_conversation_keeps_to_its_point_of_the_story(bench: Workbench, story: Story, three: list[str]) -> None:
    then = said(bench, "Who is Aria?", story.id, passage_id=three[1])
    with pytest.raises(InvalidInput, match="another point"):
        bench.chats.send("Go on.", conversation_id=then["conversation_id"], passage_id=three[0])
    assert said(bench, "Go on.", conversation_id=then["conversation_id"], passage_id=three[1])["reply"]
    conversation, _ = bench.chats.conversation(then["conversation_id"])
    assert bench.chats.known_to([conversation])[conversation.id].number == 2
    branch = bench.chats.branch(conversation.id, bench.chats.conversation(conversation.id)[1][0].id)
    assert branch.passage_id == three[1]


def test_a_point_that_is_not_there_is_refused(bench: Workbench, story: Story, three: list[str]) -> None:
    waiting = draft(bench, story, "Nothing happened.")
    other = bench.library.create_story(story.world_id, "Another")
    with pytest.raises(Conflict, match="Chapter 4 is a draft"):
        bench.chats.send("Hello", story.id, passage_id=waiting.id)
    with pytest.raises(NotFound, match="another story"):
        bench.chats.send("Hello", other.id, passage_id=three[0])
    with pytest.raises(InvalidInput, match="no story"):
        bench.chats.send("Hello", passage_id=three[0])
    with pytest.raises(NotFound, match="no passage"):
        bench.chats.send("Hello", story.id, passage_id="nowhere")
    assert bench.chats.conversations() == []


def test_a_chapter_that_was_discarded_since_is_told(bench: Workbench, story: Story, three: list[str]) -> None:
    then = said(bench, "Who is Aria?", story.id, passage_id=three[2])["conversation_id"]
    bench.writing.discard(three[2])
    with pytest.raises(Conflict, match="Chapter 3, up to which the story is known here, was discarded since"):
        bench.chats.send("Go on.", conversation_id=then)
    # Nothing was stored, and what was said can still be read.
    conversation, messages = bench.chats.conversation(then)
    assert len(messages) == 2
    assert not bench.chats.known_to([conversation])[then].standing
    bench.writing.accept(three[2])
    assert said(bench, "Go on.", conversation_id=then)["reply"]


def test_who_is_not_in_the_story_yet_cannot_be_talked_with(bench: Workbench, story: Story, three: list[str]) -> None:
    with bench.database.writing() as session:
        made = {"title": "Wren", "kind": "character", "content": "A child.", "story_id": story.id}
        lore.add_entry(session, story.world_id, {**made, "passage_id": three[2], "origin": "memory"})
    assert said(bench, "Who are you?", story.id, "Wren")["reply"]
    with pytest.raises(InvalidInput, match="Nobody called 'Wren'"):
        bench.chats.send("Who are you?", story.id, "Wren", passage_id=three[1])


def test_chapters_are_offered_with_their_time(bench: Workbench, story: Story) -> None:
    for text in ("Aria woke.", "Aria went to sleep."):
        bench.writing.accept(draft(bench, story, text).id)
    first, second = bench.chats.moments(story.id)
    assert (first.number, second.number) == (1, 2)
    told = {"when": "3 May 1847", "who": ["Aria"], "what": "Aria woke.", "passage_id": first.passage_id}
    bench.timeline.add(story.id, told)
    first, second = bench.chats.moments(story.id)
    assert "3 May 1847" in first.label
    assert "3 May 1847" not in second.label


def test_the_sentence_that_an_answer_takes_up_is_marked(bench: Workbench, story: Story, script: Script) -> None:
    bench.writing.accept(draft(bench, story, "It rained. Aria burned the letter on the quay. Tobin slept.").id)
    script.answer["assistant"] = lambda messages, options: "She burned it on the quay."
    result = said(bench, "What did Aria do with the letter?", story.id)
    kept = {one.title: one.used for one in last_of(bench, result["conversation_id"]).sources}
    assert kept["Chapter 1"] == ("Aria burned the letter on the quay.",)
    assert kept["Aria"] == ("A mapmaker.",)


def test_a_question_goes_on_about_whom_the_last_one_named(bench: Workbench, story: Story) -> None:
    first = said(bench, "Who is Aria?", story.id)
    again = said(bench, "And what does she want?", conversation_id=first["conversation_id"])
    assert [(one["title"], one["why"]) for one in again["sources"]] == [("Aria", "you spoke of it before")]


def test_a_character_stays_in_the_first_person(bench: Workbench, story: Story, script: Script) -> None:
    answers = iter(["Aria fears the sea.", "I fear the sea. Aria is a mapmaker.", "never asked"])
    script.answer["assistant"] = lambda messages, options: next(answers)
    result = said(bench, "What do you fear?", story.id, "Aria")
    assert result["reply"] == "I fear the sea."
    # How they speak is shown before the first question.
    turns = prompts(script)[-1]
    assert turns[1].endswith("Who are you?")
    assert turns[2] == "I am Aria. I am a mapmaker."
    script.answer["assistant"] = lambda messages, options: "Aria is a mapmaker."
    assert said(bench, "What do you fear?", story.id, "Aria")["reply"] == (
        "I have no words for that. I am Aria. I am a mapmaker."
    )


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
