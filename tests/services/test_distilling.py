"""Summaries of long stories: made ahead, made now, kept by what they sum up, and true on every branch."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.memory_bench import MemoryBench, memory_bench
from workbench.domain import text as prose
from workbench.domain.context import ContextItem
from workbench.domain.story import Passage
from workbench.errors import Cancelled, ModelFailed
from workbench.services import distilling as module
from workbench.storage import stories, summaries

# In the window of these tests three such chapters fill the half that stays verbatim.
WINDOW = 1024


def chapter(number: int) -> str:
    """A chapter of some fifty words in which one thing changes for good."""
    return (
        f"Rain ran down the roofs of Vell on day {number}. Mara Voss walked along the quay and counted the lamps. "
        f"“Not yet,” said Tobin. He ate an apple, and the boats creaked, and nobody came. At dusk Mara sold boat "
        f"number {number} to a stranger. Then she went home through the fish market and slept until noon."
    )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MemoryBench]:
    with memory_bench(tmp_path) as made:
        made.model.context_tokens = WINDOW
        yield made


def told(desk: MemoryBench, first: int, last: int) -> None:
    """Chapters with these numbers, accepted; what they would teach the memory is out of the way."""
    for number in range(first, last + 1):
        desk.chapter(chapter(number))
    desk.sql("DELETE FROM memory_task")


def line(desk: MemoryBench) -> list[Passage]:
    with desk.bench.database.reading() as session:
        return list(stories.view(session, desk.story.id).passages)


def work_off(desk: MemoryBench) -> int:
    """All that is to be made ahead; how many summaries it was."""
    made = 0
    while desk.bench.distilling.idle():
        made += 1
    return made


def texts(items: list[ContextItem]) -> list[str]:
    return [item.text for item in items]


# Told in a context


def test_without_a_model_the_beginning_is_told_by_rule(desk: MemoryBench) -> None:
    told(desk, 1, 10)
    items = desk.bench.distilling.earlier(line(desk), 9)
    assert [item.source for item in items] == ["Chapters 1–8", "Chapter 9"]
    assert {item.layer for item in items} == {"story"}
    assert all(item.key.startswith("summary:") for item in items)
    assert "sold boat number 9" in items[1].text
    assert "sold boat number 1 " in items[0].text
    assert len(prose.words(items[0].text)) <= 60
    assert desk.script.calls == []
    assert desk.bench.distilling.earlier(line(desk), 0) == []


def test_what_was_summed_up_is_told(desk: MemoryBench) -> None:
    told(desk, 1, 12)
    desk.script.answer["distiller"] = lambda messages, options: "In the end Mara sold boat number 9 to a stranger."
    work_off(desk)
    items = desk.bench.distilling.earlier(line(desk), 9)
    assert items[1].text == "In the end Mara sold boat number 9 to a stranger."


def test_a_discarded_chapter_is_not_told(desk: MemoryBench) -> None:
    told(desk, 1, 9)
    with desk.bench.database.writing() as session:
        draft = stories.add_draft(session, desk.story.id, line(desk)[-1].id, "Mara was crowned queen of Vell. " * 20)
        stories.accept(session, draft.id)
    told(desk, 10, 12)
    work_off(desk)
    assert any("crowned" in text for text in texts(desk.bench.distilling.earlier(line(desk), 10)))
    with desk.bench.database.writing() as session:
        for passage in reversed(line(desk)[9:]):
            stories.discard(session, passage.id)
    told(desk, 10, 13)
    assert not any("crowned" in text for text in texts(desk.bench.distilling.earlier(line(desk), 10)))


# Made ahead


def test_a_story_that_fits_the_window_needs_nothing(desk: MemoryBench) -> None:
    told(desk, 1, 1)
    assert desk.bench.distilling.due()
    assert not desk.bench.distilling.idle()
    assert desk.script.calls == []
    assert not desk.bench.distilling.due(), "nothing has changed since"
    told(desk, 2, 2)
    assert desk.bench.distilling.due()


def test_what_has_left_the_window_is_summed_up_once(desk: MemoryBench) -> None:
    told(desk, 1, 20)
    made = work_off(desk)
    progress = desk.bench.distilling.progress(desk.story.id)
    assert progress["chapters"] == 20
    assert 16 <= progress["summed_up"] < 20, "the latest stand in the context as they are"
    assert progress["parts"] == 2
    assert made == desk.asked("distiller") == progress["summed_up"] + progress["parts"]
    assert work_off(desk) == 0
    told(desk, 21, 21)
    assert work_off(desk) == 1


def test_the_latest_chapters_go_first_and_parts_after_what_they_consist_of(desk: MemoryBench) -> None:
    told(desk, 1, 14)
    work_off(desk)
    prompts = [str(messages[-1].content) for _, messages in desk.script.calls]
    first = next(i for i, prompt in enumerate(prompts) if "Sum up all this" in prompt)
    assert "day 1." not in prompts[0]
    assert first == len(prompts) - 1


def test_the_same_text_is_not_summed_up_twice_on_two_branches(desk: MemoryBench) -> None:
    told(desk, 1, 12)
    work_off(desk)
    here = line(desk)
    asked = desk.asked("distiller")
    with desk.bench.database.writing() as session:
        branch = stories.add_branch(session, desk.story.id, here[8].id, "Other")
        stories.open_branch(session, desk.story.id, branch.id)
    assert texts(desk.bench.distilling.earlier(line(desk), 8)) == texts(desk.bench.distilling.earlier(here, 8))
    told(desk, 30, 33)
    work_off(desk)
    fresh = [str(messages[-1].content) for _, messages in desk.script.calls[asked:]]
    assert fresh
    assert all("day 3" in prompt for prompt in fresh), "only what the other branch tells for itself"


def test_it_waits_for_the_writer_and_for_the_memory(desk: MemoryBench, monkeypatch: pytest.MonkeyPatch) -> None:
    told(desk, 1, 10)
    waiting = desk.updates("Aria left.")
    assert not desk.bench.distilling.idle()
    desk.memory.process(waiting[0])
    monkeypatch.setattr(module, "LOOK_S", 0.0)
    monkeypatch.setattr(desk.bench.distilling, "_writer_at_work", lambda: True)
    assert not desk.bench.distilling.idle()
    assert desk.asked("distiller") == 0
    monkeypatch.setattr(desk.bench.distilling, "_writer_at_work", lambda: False)
    assert work_off(desk) > 0


def test_it_gives_way_when_somebody_begins_to_write(desk: MemoryBench, monkeypatch: pytest.MonkeyPatch) -> None:
    told(desk, 1, 10)
    monkeypatch.setattr(module, "LOOK_S", 0.0)
    writing = threading.Event()
    monkeypatch.setattr(desk.bench.distilling, "_writer_at_work", writing.is_set)

    def answer(messages: Any, options: Any) -> str:
        writing.set()
        return "Mara sold boat number 7 to a stranger."

    desk.script.answer["distiller"] = answer
    assert not desk.bench.distilling.idle()
    assert desk.asked("distiller") == 1
    assert desk.bench.distilling.progress(desk.story.id)["summed_up"] == 0, "half a summary is none"
    writing.clear()
    assert desk.bench.distilling.due(), "it is made when the writer is done"


def test_closing_stops_it_and_the_next_start_goes_on(desk: MemoryBench) -> None:
    told(desk, 1, 10)
    assert desk.bench.distilling.idle()

    def answer(messages: Any, options: Any) -> str:
        desk.bench.distilling.close()
        return "Mara sold boat number 7 to a stranger."

    desk.script.answer["distiller"] = answer
    assert not desk.bench.distilling.idle()
    assert not desk.bench.distilling.due()
    del desk.script.answer["distiller"]
    desk.restart()
    desk.model.context_tokens = WINDOW
    assert desk.bench.distilling.progress(desk.story.id)["summed_up"] == 1
    assert work_off(desk) > 0


def test_after_a_failure_it_rests(desk: MemoryBench, monkeypatch: pytest.MonkeyPatch) -> None:
    told(desk, 1, 10)
    desk.script.failures["distiller"] = [ModelFailed("The server is away.")]
    assert not desk.bench.distilling.idle()
    assert not desk.bench.distilling.due()
    assert desk.bench.distilling.progress(desk.story.id)["summed_up"] == 0
    monkeypatch.setattr(desk.bench.distilling, "_rest_until", 0.0)
    assert desk.bench.distilling.idle()


def test_what_the_model_cannot_sum_up_is_picked_and_not_asked_for_again(desk: MemoryBench) -> None:
    told(desk, 1, 10)
    desk.script.answer["distiller"] = lambda messages, options: "The queen was crowned in winter."
    made = work_off(desk)
    assert made > 0
    assert desk.asked("distiller") == 2 * made
    assert "sold boat number 9" in desk.bench.distilling.earlier(line(desk), 9)[-1].text
    desk.restart()
    desk.model.context_tokens = WINDOW
    assert work_off(desk) == 0


def test_a_setting_switches_it_off(tmp_path: Path) -> None:
    with memory_bench(tmp_path, distil=False) as desk:
        desk.model.context_tokens = WINDOW
        told(desk, 1, 10)
        assert not desk.bench.distilling.due()
        assert not desk.bench.distilling.idle()
        assert desk.bench.distilling.earlier(line(desk), 9), "the rule needs no model"


def test_workers_sum_up_by_themselves(desk: MemoryBench) -> None:
    told(desk, 1, 10)
    done = threading.Event()
    answer = desk.script.says

    def says(messages: Any, options: Any) -> str:
        if "Sum up all this" in str(messages[-1].content) or "day 1." in str(messages[-1].content):
            done.set()
        return answer(messages, options)

    desk.script.says = says  # type: ignore[method-assign]
    desk.bench.start_workers()
    assert done.wait(60)


# Made now

LONG = ContextItem(
    layer="characters",
    source="lore: Joss",
    kind="characters",
    text="Joss (character): Joss is a boy of eleven who lives with his aunt. "
    + "He likes dogs and the smell of tar. " * 12,
)


def test_a_long_item_is_told_shorter_under_its_heading(desk: MemoryBench) -> None:
    short = desk.bench.distilling.shortened(LONG)
    assert short is not None
    assert short.startswith("Joss (character): Joss is a boy of eleven")
    assert len(prose.words(short)) < len(prose.words(LONG.text)) / 2
    assert desk.bench.distilling.shortened(LONG.model_copy(update={"text": short})) is None
    assert desk.bench.distilling.shortened(LONG.model_copy(update={"layer": "story"})) is None


def test_a_run_has_summed_up_what_it_lacks_once(desk: MemoryBench) -> None:
    told(desk, 1, 10)
    desk.script.answer["distiller"] = lambda messages, options: (
        "Joss is a boy of eleven who lives with his aunt." if "Joss" in str(messages[-1].content) else "Mara sold it."
    )
    distilling = desk.bench.distilling
    assert distilling.make([LONG], [], lambda: False)
    assert distilling.shortened(LONG) == "Joss (character): Joss is a boy of eleven who lives with his aunt."
    assert not distilling.make([LONG], [], lambda: False), "it is there"
    assert distilling.make([LONG], line(desk)[:9], lambda: False)
    assert distilling.progress(desk.story.id)["summed_up"] == 1
    desk.restart()
    assert desk.bench.distilling.shortened(LONG) == "Joss (character): Joss is a boy of eleven who lives with his aunt."


def test_a_run_that_is_stopped_or_has_no_model_gets_nothing(desk: MemoryBench) -> None:
    with pytest.raises(Cancelled):
        desk.bench.distilling.make([LONG], [], lambda: True)
    desk.script.failures["distiller"] = [ModelFailed("The server is away.")]
    assert not desk.bench.distilling.make([LONG], [], lambda: False)
    assert desk.bench.distilling.shortened(LONG) is not None


# Kept


def test_what_was_told_last_is_kept(desk: MemoryBench, monkeypatch: pytest.MonkeyPatch) -> None:
    told(desk, 1, 10)
    work_off(desk)
    with desk.bench.database.writing() as session:
        for number in range(20):
            summaries.keep(session, f"other-{number}", "chapter", "Something else.", "")
    desk.sql("UPDATE summary SET used_at = '2020' WHERE key LIKE 'other-1%'")
    desk.sql("UPDATE summary SET used_at = '2019' WHERE key NOT LIKE 'other-%'")
    items = desk.bench.distilling.earlier(line(desk), 9)
    monkeypatch.setattr(module, "MOST_KEPT", 4)
    desk.bench.distilling.compact()
    with desk.bench.database.reading() as session:
        here = summaries.texts(session, [item.key.removeprefix("summary:") for item in items])
        others = summaries.texts(session, [f"other-{number}" for number in range(20)])
    assert set(texts(items)) & set(here.values())
    assert len(here) + len(others) == 4


def test_the_latest_chapter_stays_however_long_it_is(desk: MemoryBench) -> None:
    desk.chapter(chapter(1) * 30)
    assert work_off(desk) == 0
    desk.chapter(chapter(2))
    assert work_off(desk) == 1
