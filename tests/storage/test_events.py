"""Events hang on their passages; what the writer did to them outlives another reading."""

import pytest

from workbench.domain.timeline import Named, StoryEvent, StoryTime
from workbench.errors import NotFound
from workbench.storage import events, stories
from workbench.storage.database import Database

MILL, QUAY = Named(title="Old Mill", entry_id="lore_m"), Named(title="The quay")
ARIA = Named(title="Aria", entry_id="lore_a")


@pytest.fixture
def passage_id(database: Database, story_id: str) -> str:
    with database.writing() as session:
        passage = stories.add_draft(session, story_id, None, "One. Two.")
        stories.accept(session, passage.id)
        return passage.id


def told(what: str, place: int = 0, **fields: object) -> StoryEvent:
    return StoryEvent.model_validate({"position": place, "what": what, "evidence": f"{what}.", **fields})


def read(database: Database, story_id: str, passage_id: str, *found: StoryEvent, rests_on: str = "x") -> None:
    with database.writing() as session:
        events.keep_reading(session, story_id, passage_id, found, rests_on)


def there(database: Database, story_id: str, *line: str) -> list[StoryEvent]:
    with database.reading() as session:
        return events.of_line(session, story_id, line)


def test_an_event_comes_back_as_it_was_stored(database: Database, story_id: str, passage_id: str) -> None:
    when = StoryTime(kind="relative", told="three days later", shift_hours=72, hour=12)
    read(database, story_id, passage_id, told("Aria leaves", when=when, where=MILL, who=(ARIA,)))
    (event,) = there(database, story_id, passage_id)
    assert (event.when, event.where, event.who, event.what) == (when, MILL, (ARIA,), "Aria leaves")
    assert (event.passage_id, event.origin, event.evidence) == (passage_id, "rule", "Aria leaves.")


def test_events_are_those_of_the_line_and_the_writers_own_behind_them(
    database: Database, story_id: str, passage_id: str
) -> None:
    with database.writing() as session:
        second = stories.add_draft(session, story_id, passage_id, "Three.").id
        events.add(session, StoryEvent(story_id=story_id, what="A war", origin="writer"))
    read(database, story_id, second, told("Later"))
    read(database, story_id, passage_id, told("One", 0), told("Two", 1))
    assert [event.what for event in there(database, story_id, passage_id, second)] == ["One", "Two", "Later", "A war"]
    assert [event.what for event in there(database, story_id, passage_id)] == ["One", "Two", "A war"]
    assert [event.what for event in there(database, story_id)] == ["A war"]


def test_the_same_reading_twice_changes_nothing(database: Database, story_id: str, passage_id: str) -> None:
    found = (told("One", 0), told("Two", 1))
    read(database, story_id, passage_id, *found)
    before = there(database, story_id, passage_id)
    read(database, story_id, passage_id, *found)
    assert there(database, story_id, passage_id) == before


def test_another_reading_leaves_what_the_writer_did(database: Database, story_id: str, passage_id: str) -> None:
    read(database, story_id, passage_id, told("One", 0), told("Two", 1), told("Three", 2))
    one, two, three = there(database, story_id, passage_id)
    with database.writing() as session:
        events.remove(session, one.id)
        events.change(session, two.model_copy(update={"what": "Mine", "origin": "writer"}))
    read(database, story_id, passage_id, told("New", 0), told("One", 1), told("Two", 2, where=QUAY), rests_on="y")
    new, mine = there(database, story_id, passage_id)
    assert new.what == "New"
    assert (mine.id, mine.what, mine.where) == (two.id, "Mine", None)
    with database.reading() as session:
        assert events.readings(session, story_id, [passage_id]) == {passage_id: "y"}
        with pytest.raises(NotFound):
            events.get(session, one.id)
        with pytest.raises(NotFound):
            events.get(session, three.id)


def test_what_the_model_filled_in_stays_where_the_rules_leave_it_open(
    database: Database, story_id: str, passage_id: str
) -> None:
    read(database, story_id, passage_id, told("One", where=MILL, origin="model"))
    read(database, story_id, passage_id, told("One", who=(ARIA,)))
    (event,) = there(database, story_id, passage_id)
    assert (event.where, event.who, event.origin) == (MILL, (ARIA,), "model")
    read(database, story_id, passage_id, told("One", where=QUAY))
    (event,) = there(database, story_id, passage_id)
    assert event.where == QUAY


def test_two_events_of_one_sentence_are_told_apart(database: Database, story_id: str, passage_id: str) -> None:
    first, second = told("Aria leaves", 0), told("Aria leaves", 1, where=MILL)
    read(database, story_id, passage_id, first, second)
    with database.writing() as session:
        events.remove(session, there(database, story_id, passage_id)[0].id)
    read(database, story_id, passage_id, first, second)
    (left,) = there(database, story_id, passage_id)
    assert left.where == MILL


def test_an_event_of_the_writers_own_on_a_passage_survives_its_reading(
    database: Database, story_id: str, passage_id: str
) -> None:
    with database.writing() as session:
        mine = StoryEvent(story_id=story_id, passage_id=passage_id, what="A bell", origin="writer")
        events.add(session, mine)
    read(database, story_id, passage_id, told("One"))
    assert {event.what for event in there(database, story_id, passage_id)} == {"A bell", "One"}


def test_a_dismissal_holds_for_one_story_until_it_is_taken_back(database: Database, story_id: str) -> None:
    with database.writing() as session:
        world = stories.get_story(session, story_id).world_id
        other = stories.add_story(session, world, "Another", "novel").id
        events.dismiss(session, story_id, "key", "travel", "She has wings.")
        events.dismiss(session, story_id, "key", "travel", "She has a horse.")
    with database.reading() as session:
        assert events.dismissals(session, story_id) == {"key": "She has a horse."}
        assert events.dismissals(session, other) == {}
    with database.writing() as session:
        events.restore(session, story_id, "key")
        assert events.dismissals(session, story_id) == {}
    with pytest.raises(NotFound), database.writing() as session:
        events.restore(session, story_id, "key")
