"""The plan and conversations as HTML: what a reader sees, and that nothing in it can act."""

import pytest

from workbench.domain.chat import ChatMessage, ChatSource, Conversation
from workbench.domain.outline import OutlineItem, OutlinePart
from workbench.domain.parts import ChapterTold, PartInPlan, RunOfChapters
from workbench.ui import chat_cards, plan_cards
from workbench.ui.tab_plan import planned_request

EVIL = "<script>x</script> {a} ${b} `c`"
ITEMS = [
    OutlineItem(id="a", number=1, title="The Bell", summary="Aria hears it.", passage_id="p"),
    OutlineItem(id="b", number=2, title=EVIL, summary=EVIL),
    OutlineItem(id="c", number=3, title="Home"),
]


PART = PartInPlan(
    part=OutlinePart(id=EVIL, number=1, title=EVIL, summary=EVIL), items=(ITEMS[0].model_copy(),), told=EVIL
)


def run(state: str, written: int = 1) -> RunOfChapters:
    told = ChapterTold(number=1, title=EVIL, passage_id="p", run_id="r", rating=5.1, below=True)
    return RunOfChapters(
        run_id="r", state=state, written=written, wanted=3, message=EVIL, progress=0.3, chapters=(told,) * written
    )


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
        plan_cards.plan_list(ITEMS, "s", [PART]),
        plan_cards.run_progress(run("working"), EVIL),
        plan_cards.run_progress(run("failed")),
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


def parted(*part_ids: str | None) -> str:
    """A plan of chapters in parts a, b and c, the first chapter written."""
    items = [
        OutlineItem(id=f"i{n}", number=n, title=f"T{n}", part_id=part, passage_id="p" if n == 1 else None)
        for n, part in enumerate(part_ids, start=1)
    ]
    parts = [
        PartInPlan(
            part=OutlinePart(id=name, number=number, title=name.upper()),
            items=tuple(item for item in items if item.part_id == name),
        )
        for number, name in enumerate("abc", start=1)
    ]
    return plan_cards.plan_list(items, "s", parts)


def test_chapters_stand_below_the_heading_of_their_part() -> None:
    html = parted("a", "a", "c", None)
    marks = ["Part 1<", ">T1 ", ">T2 ", "Part 2<", "Part 3<", ">T3 ", "In no part", ">T4 "]
    places = [html.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "1 of 2 chapters written" in html
    assert "No chapters yet." in html
    assert html.count("Write this part") == 1


def test_a_step_at_the_end_of_a_part_leads_into_the_next() -> None:
    html = parted("a", "a", "c", None)
    assert 'data-do="into" data-id="i2" data-to="b" aria-label="Move chapter 2, T2, into the part below"' in html
    assert 'data-do="into" data-id="i3" data-to="b" aria-label="Move chapter 3, T3, into the part above"' in html
    assert 'data-do="into" data-id="i3" data-to="none"' in html
    assert 'data-do="into" data-id="i4" data-to="c"' in html


def test_a_run_says_how_it_stands() -> None:
    working = plan_cards.run_progress(run("working"), "Chapter 2 (2 of 3): writing", 0.5)
    assert 'aria-valuenow="50"' in working
    assert "The page may be closed; it goes on after a restart." in working
    assert "under your mark" in working
    assert "restart" not in plan_cards.run_progress(run("working"), "", 0.5, goes_on=False)
    assert "It stops after this chapter." in plan_cards.run_progress(run("stopping"))
    assert "1 of 3 chapters written." in plan_cards.run_progress(run("stopped"))
    assert plan_cards.run_progress(run("done", 0)) == ""
