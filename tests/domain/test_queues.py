"""Whose turn it is, what a log keeps, and when the app says that something is wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.domain.queues import LOG_LINES, QueueFacts, Waiting, alert, in_turn, lines_of, logged, weight

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def waiting(name: str, minutes: float = 0.0, kind: Any = "note_update", **fields: Any) -> Waiting:
    """A task that came `minutes` after noon."""
    return Waiting(id=name, kind=kind, created_at=(START + timedelta(minutes=minutes)).isoformat(), **fields)


def order(*tasks: Waiting) -> list[str]:
    return [task.id for task in in_turn(tasks)]


def test_what_matters_to_the_scene_goes_first() -> None:
    assert order(
        waiting("old chapter", weight=100),
        waiting("other story", 1, latest=True, story_place=1, weight=100),
        waiting("side figure", 2, latest=True),
        waiting("hero", 3, latest=True, weight=90),
        waiting("to read", 4, "analysis", on_line=True, latest=True),
        waiting("to read elsewhere", 4, "analysis", latest=True, story_place=1),
    ) == ["to read", "hero", "side figure", "other story", "to read elsewhere", "old chapter"]


def test_at_the_same_weight_who_came_first_goes_first() -> None:
    assert order(waiting("later", 1), waiting("earlier", 0)) == ["earlier", "later"]


def test_nobody_waits_for_ever() -> None:
    newcomers = [waiting(f"new {n}", 240, "analysis", on_line=True, latest=True, weight=100) for n in range(50)]
    assert order(*newcomers, waiting("patient"))[0] == "patient"


@pytest.mark.parametrize(
    ("more", "less"),
    [((5, 50, False), (1, 50, False)), ((1, 90, False), (1, 10, False)), ((1, 50, True), (1, 50, False))],
)
def test_mentions_priority_and_constancy_weigh(more: Any, less: Any) -> None:
    assert weight(*less) < weight(*more) <= 100
    assert weight(1000, 100, True) == 100


def test_a_log_keeps_its_beginning_and_its_end() -> None:
    log: list[dict[str, str]] = []
    for number in range(100):
        log = logged(log, str(number), "x" * 9999)
    assert len(log) == LOG_LINES
    assert [log[0]["at"], log[1]["at"], log[-1]["at"]] == ["0", str(101 - LOG_LINES), "99"]
    assert len(log[-1]["what"]) < 1000


def test_events_come_line_by_line_and_once() -> None:
    assert lines_of(["One.\n Two. ", "", "One.", "Three."]) == "One.\nTwo.\nThree."


STILL = {"waiting": 12, "waiting_s": 250.0, "moved_s": 240.0}


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, ""),
        (STILL, "The memory stands still: 12 notes waiting, and for 4 minutes none was worked on. Restart Loreloom"),
        ({**STILL, "moved_s": None}, "12 notes waiting"),
        ({**STILL, "outside": True}, "python -m workbench.jobs"),
        ({**STILL, "excused": True}, ""),
        ({**STILL, "moved_s": 20.0}, ""),
        ({**STILL, "waiting_s": 20.0}, ""),
        ({**STILL, "working_s": 200.0}, ""),
        ({"working_s": 1200.0}, "busy with one of the notes for 20 minutes"),
        ({"working_s": 1200.0, "excused": True}, ""),
        ({"failures": 3, "failed_s": 60.0}, "keeps failing: of the notes, the last 3 could not be done"),
        ({"failures": 3, "failed_s": 60.0, "excused": True}, "Try again"),
        ({"failures": 2, "failed_s": 60.0}, ""),
        ({"failures": 9, "failed_s": 100_000.0}, ""),
    ],
)
def test_alerts_say_what_is_wrong_and_are_gone_when_it_is_over(facts: dict[str, Any], told: str) -> None:
    said = alert("note_updates", QueueFacts(**facts))
    assert told in said
    assert bool(said) == bool(told)
