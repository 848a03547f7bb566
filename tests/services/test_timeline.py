"""Story time as a writer meets it: events of the open branch, their own events, and what can't be true together."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.memory_bench import MemoryBench, memory_bench
from workbench.domain.timeline import PlacedEvent, Violation
from workbench.errors import InvalidInput, NotFound

NOON = "Aria stood in the Old Mill at noon. It was warm."
LATER = "Three days later Aria walked to the Grey Quay and sold her boat to Bram."
DEATH = "Bram died in the Old Mill that night. Aria buried him in the garden."
ALIVE = "The next morning Bram walked into the Grey Quay and ordered a beer."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MemoryBench]:
    with memory_bench(tmp_path) as made:
        made.entry("Bram", content="A sailor.")
        made.entry("Old Mill", kind="location", content="A mill on the river.")
        made.entry("Grey Quay", kind="location", content="The harbour.")
        yield made


def timeline(desk: MemoryBench, **filters: str) -> list[PlacedEvent]:
    found: list[PlacedEvent] = desk.bench.timeline.events(desk.story.id, **filters)
    return found


def sentences_of(found: list[PlacedEvent]) -> set[str]:
    return {one.event.evidence for one in found}


def check(desk: MemoryBench, **given: str) -> list[Violation]:
    found: list[Violation] = desk.bench.timeline.check(desk.story.id, **given)
    return found


# Reading


def test_a_story_from_before_is_read_when_somebody_asks(desk: MemoryBench) -> None:
    first, second = desk.chapter(NOON), desk.chapter(LATER)
    found = timeline(desk)
    assert {one.event.passage_id for one in found} == {first, second}
    assert [one.order for one in found] == sorted(one.order for one in found)
    for one in found:
        assert one.event.evidence in (NOON if one.event.passage_id == first else LATER)
    assert [one.event.id for one in timeline(desk)] == [one.event.id for one in found], "read once, and kept"


def test_events_can_be_narrowed_down_by_name_and_by_id(desk: MemoryBench) -> None:
    desk.chapter(NOON)
    desk.chapter(LATER)
    at_mill = timeline(desk, where="old mill")
    assert at_mill
    assert all("Old Mill" in one.event.evidence for one in at_mill)
    by_id = timeline(desk, who=desk.aria.id)
    assert sentences_of(by_id) == sentences_of(timeline(desk, who="ARIA"))
    assert timeline(desk, who="Nobody") == []


def test_what_happened_goes_and_comes_with_its_passage(desk: MemoryBench) -> None:
    desk.chapter(NOON)
    later = desk.chapter(LATER)
    both = timeline(desk)
    desk.bench.writing.discard(later)
    assert all(one.event.passage_id != later for one in timeline(desk))
    desk.bench.writing.accept(later)
    assert timeline(desk) == both


def test_a_branch_knows_only_what_happened_on_it(desk: MemoryBench) -> None:
    first = desk.chapter(NOON)
    desk.chapter(LATER)
    branch = desk.bench.tree.branch_story(desk.story.id, first, "Other")
    desk.bench.tree.switch_branch(desk.story.id, branch.id)
    assert {one.event.passage_id for one in timeline(desk)} == {first}
    desk.chapter(DEATH)
    assert "Bram died in the Old Mill that night." in sentences_of(timeline(desk))


def test_somebody_who_comes_into_the_lore_is_found_in_what_was_read(desk: MemoryBench) -> None:
    desk.chapter("At noon Tobin walked into the Old Mill.")
    assert timeline(desk, who="Tobin") == []
    desk.entry("Tobin Marsh", aliases=["Tobin"], content="A smuggler.")
    (event,) = timeline(desk, who="Tobin Marsh")
    assert event.event.where is not None
    assert event.event.where.title == "Old Mill"


def test_the_analysis_of_an_accepted_passage_keeps_its_events(desk: MemoryBench) -> None:
    text = f"{NOON} The sailor locked the mill at dusk."
    draft = desk.bench.writing.edit(desk.chapter("Aria slept."), text)
    desk.script.answer["placing"] = lambda *_: '{"sentence_1": {"who": "Bram"}}'
    desk.bench.writing.accept(draft.id)
    task = next(one for one in desk.memory.tasks("analysis") if one.passage_id == draft.id)
    desk.memory.process(task.id)
    with desk.bench.database.reading() as session:
        from workbench.storage import events

        kept = events.of_line(session, desk.story.id, [draft.id])
    assert sentences_of(timeline(desk)) == {event.evidence for event in kept}
    assert NOON.split(". ")[0] + "." in {event.evidence for event in kept}
    assert desk.asked("placing") <= 1


# The writer's hand


def test_what_the_writer_removes_or_edits_stays_so(desk: MemoryBench) -> None:
    desk.chapter(NOON)
    desk.chapter(LATER)
    first, second, *_ = timeline(desk)
    desk.bench.timeline.delete(first.event.id)
    desk.bench.timeline.change(second.event.id, {"what": "Aria sells the boat", "when": "at dusk", "who": ["Aria"]})
    desk.entry("Tobin", content="Somebody new, so that everything is read again.", aliases=["Aria's friend"])
    found = timeline(desk)
    assert first.event.id not in {one.event.id for one in found}
    mine = next(one.event for one in found if one.event.id == second.event.id)
    assert (mine.what, mine.when.told, mine.origin) == ("Aria sells the boat", "at dusk", "writer")
    assert [named.entry_id for named in mine.who] == [desk.aria.id]
    assert mine.evidence == second.event.evidence


def test_an_event_of_ones_own_holds_on_every_branch(desk: MemoryBench) -> None:
    first = desk.chapter(NOON)
    given = {"when": "three days later", "where": "old mill", "who": ["aria", "A stranger"], "what": "A fire"}
    made = desk.bench.timeline.add(desk.story.id, given)
    branch = desk.bench.tree.branch_story(desk.story.id, first, "Other")
    desk.bench.tree.switch_branch(desk.story.id, branch.id)
    (mine,) = [one.event for one in timeline(desk) if one.event.id == made.id]
    assert (mine.when.told, mine.when.kind, mine.when.shift_hours) == ("three days later", "relative", 72)
    assert mine.where is not None
    assert [mine.where.title, *(named.title for named in mine.who)] == ["Old Mill", "Aria", "A stranger"]
    assert mine.who[1].entry_id == ""
    desk.bench.timeline.delete(made.id)
    assert made.id not in {one.event.id for one in timeline(desk)}


def test_the_words_that_are_shown_can_be_sent_back(desk: MemoryBench) -> None:
    desk.chapter(NOON)
    before = timeline(desk)[0]
    shown = desk.bench.timeline.when_words(before)
    after = desk.bench.timeline.change(before.event.id, {"when": shown, "what": "Noon", "order": 0, "label": "x"})
    assert after.when == before.event.when


def test_what_cannot_be_an_event_is_told(desk: MemoryBench) -> None:
    passage = desk.chapter(NOON)
    bench, story = desk.bench.timeline, desk.story.id
    with pytest.raises(InvalidInput, match="What happens is empty"):
        bench.add(story, {"what": " "})
    with pytest.raises(InvalidInput, match="colour"):
        bench.add(story, {"what": "Rain", "colour": "grey"})
    with pytest.raises(InvalidInput, match="list of names"):
        bench.add(story, {"what": "Rain", "who": 5})
    with pytest.raises(NotFound, match="/timeline"):
        bench.change("nobody", {"what": "Rain"})
    other = desk.bench.library.create_story(desk.world_id, "Another")
    with pytest.raises(NotFound, match="another story"):
        bench.add(other.id, {"what": "Rain", "passage_id": passage})


def test_events_are_linked_by_place_and_by_time(desk: MemoryBench) -> None:
    story, add = desk.story.id, desk.bench.timeline.add
    here = add(story, {"when": "3 May 1847", "where": "Old Mill", "what": "A fire"})
    there = add(story, {"when": "3 May 1847", "where": "Grey Quay", "what": "A storm"})
    again = add(story, {"when": "9 June 1850", "where": "Old Mill", "what": "A wedding"})
    linked = desk.bench.timeline.linked(story, here.id)
    assert [one.event.id for one in linked["same_time"]] == [there.id]
    assert [one.event.id for one in linked["same_place"]] == [again.id]


# Contradictions


def test_a_contradiction_quotes_both_passages(desk: MemoryBench) -> None:
    death, alive = desk.chapter(DEATH), desk.chapter(ALIVE)
    found = next(one for one in check(desk) if one.rule == "after_death")
    assert {quote.passage_id for quote in found.evidence} == {death, alive}
    for quote in found.evidence:
        assert quote.quote in (DEATH if quote.passage_id == death else ALIVE)


def test_a_draft_is_checked_against_what_comes_before_it(desk: MemoryBench) -> None:
    desk.chapter(DEATH)
    assert check(desk) == []
    found = check(desk, text=ALIVE)
    assert [one.rule for one in found] == ["after_death"]
    assert check(desk, text="The next morning it rained.") == []


def test_a_text_in_the_place_of_a_passage_is_checked_without_that_passage(desk: MemoryBench) -> None:
    desk.chapter(NOON)
    death = desk.chapter(DEATH)
    assert check(desk, text=ALIVE, passage_id=death) == []
    draft = desk.bench.writing.edit(death, f"{DEATH} {ALIVE}")
    found = check(desk, passage_id=draft.id)
    assert found
    assert all(quote.passage_id == draft.id for quote in found[0].evidence)


def test_what_the_writer_lets_stand_says_why_until_it_is_taken_back(desk: MemoryBench) -> None:
    desk.chapter(DEATH)
    desk.chapter(ALIVE)
    (found,) = check(desk)
    bench, story = desk.bench.timeline, desk.story.id
    with pytest.raises(InvalidInput, match="The reason is empty"):
        bench.dismiss(story, found.key, " ")
    assert bench.dismiss(story, found.key, "He has a twin.").dismissed == "He has a twin."
    assert [one.dismissed for one in check(desk)] == ["He has a twin."]
    bench.restore(story, found.key)
    assert [one.dismissed for one in check(desk)] == [""]
    with pytest.raises(NotFound):
        bench.restore(story, found.key)
    with pytest.raises(NotFound, match="/check_continuity"):
        bench.dismiss(story, "no such key", "Because.")


def test_a_drafts_contradiction_can_be_let_stand_after_a_restart_too(desk: MemoryBench) -> None:
    death = desk.chapter(DEATH)
    draft = desk.bench.writing.edit(desk.chapter("It rained."), ALIVE)
    (found,) = check(desk, passage_id=draft.id)
    desk.restart()
    desk.bench.timeline.dismiss(desk.story.id, found.key, "He has a twin.")
    assert [one.dismissed for one in check(desk, passage_id=draft.id)] == ["He has a twin."]
    assert death


def test_the_editor_and_the_loop_hear_of_it(desk: MemoryBench) -> None:
    desk.chapter(DEATH)
    review = desk.bench.team.editor_review(desk.story.id, text=ALIVE)
    first = review["suggestions"][0]
    assert (first["source"], first["severity"], first["quote"]) == ("continuity", "major", ALIVE)
    assert "Bram died in the Old Mill that night." in first["issue"]
    desk.script.answer["writer"] = lambda *_: ALIVE
    run = desk.bench.writing.start_chapter(desk.story.id, "Bram drinks a beer, 20 words", {"max_rounds": 2})
    last = list(desk.bench.writing.follow(run.id))[-1]
    assert last.data is not None, last.message
    assert [name for name, _ in desk.script.calls].count("revise") == 1
    asked = next(str(messages[-1].content) for name, messages in desk.script.calls if name == "revise")
    assert ALIVE in asked
    assert "Bram died in the Old Mill that night." in asked
    assert isinstance(last.data["continuity"], list)
