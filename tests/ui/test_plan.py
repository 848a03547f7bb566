"""The plan and conversations as HTML: what a reader sees, and that nothing in it can act."""

import pytest

from workbench.domain.chat import ChatMessage, ChatSource, Conversation
from workbench.domain.outline import OutlineItem
from workbench.ui import chat_cards, plan_cards
from workbench.ui.tab_plan import planned_request

EVIL = "<script>x</script> {a} ${b} `c`"
ITEMS = [
    OutlineItem(id="a", number=1, title="The Bell", summary="Aria hears it.", passage_id="p"),
    OutlineItem(id="b", number=2, title=EVIL, summary=EVIL),
    OutlineItem(id="c", number=3, title="Home"),
]


def message(role: str, text: str, **more: object) -> ChatMessage:
    known = {"id": "m", "conversation_id": "c", "number": 1}
    return ChatMessage.model_validate({**known, "role": role, "text": text, **more})


def test_what_is_written_stays_and_the_next_can_be_written() -> None:
    first, second, third = plan_cards.plan_list(ITEMS, "s").split("<li ")[1:]
    assert "written" in first
    assert "Move" not in first
    assert ">next<" in second
    assert "Write this chapter" in second
    assert 'data-do="up" data-id="b" data-to="1" aria-label="Move up' in second
    assert "disabled>↑" in second
    assert "No summary yet." in third
    assert "Write this chapter" not in third
    assert "disabled>↓" in third


@pytest.mark.parametrize(
    "html",
    [
        plan_cards.plan_list(ITEMS, EVIL),
        plan_cards.plan_preview([{"title": EVIL, "summary": EVIL, "by": "rule"}]),
        plan_cards.plan_progress(EVIL, 0.5) + plan_cards.plan_progress("", 1, EVIL),
        chat_cards.talk([message("person", EVIL), message("agent", EVIL, problem=EVIL)], EVIL),
        chat_cards.sources([ChatSource(kind="lore", id="l", title=EVIL, text=EVIL, why=EVIL)]),
        chat_cards.live_bubble(EVIL, EVIL, EVIL),
        chat_cards.conversation_list([Conversation(id=EVIL, title=EVIL)], {"assistant": EVIL}, ""),
    ],
)
def test_nothing_that_is_told_can_act(html: str) -> None:
    assert "script&gt;" in html
    for mark in ("<script", "{", "}", "$", "`"):
        assert mark not in html


def test_a_plan_follows_what_is_typed_already_and_stands_there_once() -> None:
    assert planned_request(ITEMS[0], "") == "The Bell. Aria hears it."
    typed = planned_request(ITEMS[0], "About 300 words.")
    assert typed == "About 300 words.\nThe Bell. Aria hears it."
    assert planned_request(ITEMS[0], typed) == typed


def test_an_answer_that_was_lost_is_told() -> None:
    asked = [message("person", "Who is Aria?")]
    assert chat_cards.LOST in chat_cards.talk(asked, "Assistant")
    assert chat_cards.LOST not in chat_cards.talk(asked, "Assistant", answering=True)
    assert chat_cards.LOST not in chat_cards.talk([*asked, message("agent", "A mapmaker.")], "Assistant")


def test_who_answered_is_called_by_name_or_said_to_be_gone() -> None:
    names = {"assistant": "Assistant", "lore_1": "Aria"}
    assert chat_cards.speaker_of(Conversation(id="c", agent="character", entry_id="lore_1"), names) == "Aria"
    assert "left the story" in chat_cards.speaker_of(Conversation(id="c", agent="character", entry_id="x"), names)
