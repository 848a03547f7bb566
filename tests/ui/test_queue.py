"""The Queue's cards and rows say what is so, and the page is sent only what changed."""

from types import SimpleNamespace
from typing import Any

import gradio as gr

from tests.ui.test_render import NOW, checked
from workbench.domain.tasks import MemoryTask, QueueMinute, QueueStatus, TaskLogLine
from workbench.ui import queue_cards
from workbench.ui.desk import Desk
from workbench.ui.tab_queue import QueueTab


def task(name: str, **fields: Any) -> MemoryTask:
    values: dict[str, Any] = {"status": "done", "created_at": NOW, "summary": f"Mara {name}.", **fields}
    return MemoryTask(id=name, kind="note_update", story_id="s", entity_name="Mara", **values)


def test_tasks_stand_under_the_one_they_were_told_with() -> None:
    leader, follower = task("left"), task("sold a map", folded_into="left", created_at="2026-05-04T10:00:01+00:00")
    late = task("came back", folded_into="left", created_at="2026-05-04T10:00:02+00:00")
    alone = task("slept", folded_into="gone")
    failed = task("fell", folded_into="left", status="failed")
    groups = queue_cards.told_together([failed, late, follower, alone, leader])
    assert [(one.id, [other.id for other in others]) for one, others in groups] == [
        ("fell", []), ("slept", []), ("left", ["sold a map", "came back"]),
    ]  # fmt: skip
    text = checked(queue_cards.task_row(leader, {}, "", [follower, late])).text
    assert "told together withMara sold a map.Mara came back." in text


def test_what_happened_to_a_task_is_folded_away() -> None:
    parser = checked(queue_cards.task_row(task("left", log=(TaskLogLine(at=NOW, what="Queued"),)), {}))
    (details,) = [attributes for tag, attributes in parser.seen if tag == "details"]
    assert details == {"class": "ll-log", "data-id": "left"}
    assert "Queued" in parser.text


def test_a_card_offers_what_can_be_done_with_its_queue() -> None:
    queues = {name: QueueStatus(pending=4, oldest_pending_s=400, workers=2) for name in queue_cards.QUEUES}
    queues["analyses"] = QueueStatus(paused=True, failed=3, alert="It keeps failing.")
    history = {"note_updates": [QueueMinute()] * 28 + [QueueMinute(done=5, failed=1), QueueMinute(done=2)]}
    parser = checked(queue_cards.queue_counts(queues, history))
    buttons = [(a["data-act"], a["data-id"], a["aria-label"]) for tag, a in parser.seen if tag == "button"]
    assert buttons == [
        ("resume", "analyses", "Go on: Reading"),
        ("pause", "note_updates", "Pause: Notes"),
        ("pause", "entity_creations", "Pause: New entries"),
    ]
    for told in ("paused", "It keeps failing.", "oldest waits 7 minutes", "nobody waits", "7 in half an hour"):
        assert told in parser.text
    bars = [a for tag, a in parser.seen if tag == "path"]
    assert {bar["class"] for bar in bars} == {"ll-bars ll-is-read", "ll-bars ll-is-bad"}
    assert [str(bar["d"]).count("M") for bar in bars] == [1, 2]


def test_all_is_well_says_nothing() -> None:
    assert queue_cards.alert_line([]) == ""
    assert (
        "It keeps failing. It stands still."
        in checked(queue_cards.alert_line(["It keeps failing.", "It stands still."])).text
    )


def test_only_what_changed_is_sent() -> None:
    queues = {name: QueueStatus() for name in queue_cards.QUEUES}
    memory = SimpleNamespace(tasks=lambda *_: [], queue_status=lambda: queues, queue_history=dict)
    with gr.Blocks():
        tab = QueueTab(Desk(SimpleNamespace(memory=memory, library=None)))  # type: ignore[arg-type]
    first = tab.show("", "Everything", False, {})
    assert set(first) == {tab.counts, tab.list, tab.seen}
    assert tab.show("", "Everything", False, first[tab.seen]) == gr.skip()
    queues["analyses"] = QueueStatus(pending=1)
    assert set(tab.show("", "Everything", False, first[tab.seen])) == {tab.counts, tab.seen}
