"""The Chat tab's handlers: what is shown of a conversation, up to which chapter the story is known, and branches."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from tests.services.test_outlines import draft
from workbench.compose import Workbench, compose
from workbench.domain.chat import ChatMessage, ChatSource, Conversation, Moment
from workbench.domain.story import Story
from workbench.domain.timeline import PlacedEvent
from workbench.errors import Conflict, InvalidInput, NotFound
from workbench.settings import Settings
from workbench.ui import chat_cards
from workbench.ui.desk import Desk
from workbench.ui.tab_chat import ChatTab

KEPT: dict[str, Any] = {}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    bench = compose(
        Settings(_env_file=None, data_dir=tmp_path), model=ScriptedTextModel(Script()), embedder=HashEmbedder()
    )
    bench.start()
    yield bench
    bench.close()


@pytest.fixture
def tab(bench: Workbench) -> ChatTab:
    with gr.Blocks():
        return ChatTab(Desk(bench))


@pytest.fixture
def story(bench: Workbench) -> Story:
    world = bench.library.create_world("Vell", "A town.")
    bench.library.upsert_lore(world.id, {"title": "Aria", "content": "A mapmaker."})
    story = bench.library.create_story(world.id, "The Bell")
    for text in ("Aria hid the crown in the well. It rained.", "Aria sank the ferry."):
        bench.writing.accept(draft(bench, story, text).id)
    return story


def pressed(act: str, key: str) -> Any:
    return SimpleNamespace(_data={"act": act, "id": key})


def asked(tab: ChatTab, story: Story, text: str, speaker: str = "assistant", until: str = "") -> str:
    """The id of a conversation in which a message was sent and answered."""
    updates = tab.sent(story.id, KEPT, "", 0, text, speaker, until)
    conversation_id = str(updates[tab.conversation])
    *_, last = tab.follow(story.id, conversation_id, 1)
    assert last[tab.live] == ""
    return conversation_id


def test_a_conversation_as_of_a_chapter_says_so(bench: Workbench, tab: ChatTab, story: Story) -> None:
    first, second = bench.chats.moments(story.id)
    fresh = tab.show(story.id, KEPT, "", 0, "", None)
    assert [value for _, value in fresh[tab.until].choices] == ["", first.passage_id, second.passage_id]
    aria = bench.library.list_lore(story.world_id)[0]["id"]
    conversation_id = asked(tab, story, "Where is the crown?", aria, first.passage_id)
    shown = tab.pressed(story.id, KEPT, "", 0, pressed("open", conversation_id))
    assert "Aria, as of chapter 1" in shown[tab.talk]
    assert "Aria, as of chapter 1" in shown[tab.list]
    assert shown[tab.until].value == first.passage_id
    assert shown[tab.title].value == "Where is the crown?"
    # Another point of the story is another conversation.
    other = tab.other(story.id, KEPT, conversation_id, 0, aria, second.passage_id)
    assert other[tab.conversation] == ""
    assert other[tab.until].value == second.passage_id
    assert tab.other(story.id, KEPT, conversation_id, 0, aria, first.passage_id)[tab.conversation] == conversation_id


def test_a_choice_outlives_turning_to_another_tab(bench: Workbench, tab: ChatTab, story: Story) -> None:
    first, _ = bench.chats.moments(story.id)
    assert tab.show(story.id, KEPT, "", 0, first.passage_id, story.id)[tab.until].value == first.passage_id
    assert tab.show(story.id, KEPT, "", 0, "gone", story.id)[tab.until].value == ""


def test_the_timeline_is_read_only_when_the_tab_is_turned_to(bench: Workbench, tab: ChatTab, story: Story) -> None:
    last = bench.chats.moments(story.id)[1].passage_id
    bench.timeline.add(story.id, {"when": "3 May 1847", "what": "It rains.", "passage_id": last})
    asked_for: list[str] = []
    events = bench.timeline.events

    def read(story_id: str) -> list[PlacedEvent]:
        asked_for.append(story_id)
        return events(story_id)

    bench.chats._events = read
    tab.show(story.id, KEPT, "", 0, "", None)
    conversation_id = asked(tab, story, "Who is Aria?")
    tab.pressed(story.id, KEPT, "", 0, pressed("open", conversation_id))
    tab.begin(story.id, KEPT, conversation_id, 0)
    assert asked_for == []
    updates = tab.turned_to(story.id, KEPT, "", 0, "", story.id)
    assert asked_for == [story.id]
    # What was read then is shown from there on.
    for shown in (updates, tab.pressed(story.id, KEPT, "", 0, pressed("open", conversation_id))):
        assert "3 May 1847" in shown[tab.until].choices[2][0]
    assert asked_for == [story.id]


def test_a_tab_that_is_turned_to_first_shows_the_times_when_its_story_is_there(
    bench: Workbench, tab: ChatTab, story: Story
) -> None:
    first = bench.chats.moments(story.id)[0].passage_id
    bench.timeline.add(story.id, {"when": "3 May 1847", "what": "It rains.", "passage_id": first})
    bench.chats._times.clear()
    waiting = tab.turned_to("", KEPT, "", 0, "", None)[tab.shown]
    assert "3 May 1847" in tab.show(story.id, KEPT, "", 0, "", waiting)[tab.until].choices[1][0]


def test_a_discarded_chapter_is_told_where_one_would_go_on(bench: Workbench, tab: ChatTab, story: Story) -> None:
    last = bench.chats.moments(story.id)[-1].passage_id
    conversation_id = asked(tab, story, "Who is Aria?", until=last)
    bench.writing.discard(last)
    shown = tab.pressed(story.id, KEPT, "", 0, pressed("open", conversation_id))
    assert "Chapter 2, up to which the story is known here, was discarded since." in shown[tab.talk]
    assert ("Chapter 2 · discarded", last) in shown[tab.until].choices
    with pytest.raises(Conflict, match="discarded since"):
        tab.sent(story.id, KEPT, conversation_id, 0, "Go on.", "assistant", last)


def test_a_branch_says_where_it_came_from(bench: Workbench, tab: ChatTab, story: Story) -> None:
    conversation_id = asked(tab, story, "Who is Aria?")
    question, _ = bench.chats.conversation(conversation_id)[1]
    shown = tab.pressed_in_talk(story.id, KEPT, conversation_id, 0, pressed("branch", question.id))
    branch = shown[tab.conversation]
    assert branch != conversation_id
    assert "Branched from “Who is Aria?” at message 1." in shown[tab.talk]
    assert chat_cards.OPEN_END in shown[tab.talk]
    assert chat_cards.LOST not in shown[tab.talk]
    assert shown[tab.again].visible
    renamed = tab.renamed(story.id, branch, "What if")
    assert "What if" in renamed[tab.list]
    tab.pressed(story.id, KEPT, branch, 0, pressed("delete", conversation_id))
    shown = tab.pressed(story.id, KEPT, "", 0, pressed("open", branch))
    assert "Branched from a conversation that was deleted at message 1." in shown[tab.talk]


def test_what_is_pressed_on_an_older_page_is_told(tab: ChatTab, story: Story) -> None:
    with pytest.raises(NotFound, match="older page"):
        tab.pressed_in_talk(story.id, KEPT, "", 0, pressed("dance", "x"))
    with pytest.raises(InvalidInput, match="Write your message"):
        tab.sent(story.id, KEPT, "", 0, "  ", "assistant", "")


def test_the_sentence_that_was_used_is_marked_and_leads_to_its_chapter() -> None:
    text = "It rained. Aria *burned* the letter. Tobin slept."
    source = ChatSource(kind="passage", id="p", title="Chapter 2", text=text, used=("Aria *burned* the letter.",))
    mark = '<mark class="ll-used">Aria <em>burned</em> the letter.</mark>'
    assert f"It rained. {mark} Tobin slept." in chat_cards.sources([source])
    linked = chat_cards.sources([source], {"p": 2})
    assert f'data-act="passage" data-id="2" title="Read it in chapter 2">{mark}</button>' in linked
    lore = source.model_copy(update={"kind": "lore"})
    assert "data-act" not in chat_cards.sources([lore], {"p": 2})


def test_what_is_remembered_in_short_is_no_place_that_was_looked_up() -> None:
    memory = ChatSource(kind="talk", id="c", title="What was said before", text="“Who?” – Aria.\n“Why?” – Rain.")
    told = chat_cards.sources([memory])
    assert "Nothing was looked up" in told
    assert "<p>“Who?” – Aria.</p><p>“Why?” – Rain.</p>" in told


def test_chapters_are_called_by_number_title_and_time() -> None:
    moment = Moment(passage_id="p", number=3, title="The Flood", label="Day 4, noon")
    assert chat_cards.moment_label(moment) == "Chapter 3: The Flood · Day 4, noon"
    plain = Moment(passage_id="p", number=3, title="Chapter 3", standing=False)
    assert chat_cards.moment_label(plain) == "Chapter 3 · discarded"
    conversation = Conversation(id="c", agent="character", entry_id="a")
    assert chat_cards.speaker_of(conversation, {"a": "Aria"}, moment) == "Aria, as of chapter 3"


def test_every_message_can_be_branched_at() -> None:
    said = [
        ChatMessage(id=f"m{n}", conversation_id="c", number=n, role=role, text="So.")
        for n, role in ((1, "person"), (2, "agent"))
    ]
    told = chat_cards.talk(said, "Assistant")
    assert 'data-act="branch" data-id="m1"' in told
    assert 'aria-label="Branch the conversation at message 2"' in told
