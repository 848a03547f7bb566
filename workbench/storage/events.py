"""Events in story time, and the contradictions that a writer lets stand.

Functions take the session of the caller's transaction. An event hangs on the passage that tells it, so what happened
on a line of passages is what hangs on them, and what the writer has noted without a passage. That a passage was read
is kept too, as a row of the state "read": its `evidence` says what the reading rested on.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from workbench.domain.timeline import StoryEvent
from workbench.errors import NotFound
from workbench.storage.database import new_id, now
from workbench.storage.stories import get_story
from workbench.storage.tables import DismissalRow, StoryEventRow

REMOVED, READ = "removed", "read"
# The table's columns with the fields of an event that they hold.
COLUMNS = {
    "id": "id",
    "story_id": "story_id",
    "passage_id": "passage_id",
    "position": "position",
    "told_time": "when",
    "place": "where",
    "people": "who",
    "what": "what",
    "evidence": "evidence",
    "origin": "origin",
    "created_at": "created_at",
    "updated_at": "updated_at",
}


def _event(row: StoryEventRow) -> StoryEvent:
    return StoryEvent.model_validate({field: getattr(row, column) for column, field in COLUMNS.items()})


def _fields(event: StoryEvent) -> dict[str, Any]:
    values = event.model_dump(mode="json", include={"position", "what", "evidence", "origin"})
    return {
        **values,
        "told_time": event.when.model_dump(mode="json"),
        "place": event.where.model_dump(mode="json") if event.where else None,
        "people": [who.model_dump(mode="json") for who in event.who],
    }


def _row(session: Session, event_id: str) -> StoryEventRow:
    row = session.get(StoryEventRow, event_id)
    if row is None or row.state:
        raise NotFound(f"There is no event with the id {event_id!r}. /timeline names those of a story.")
    return row


def _added(session: Session, story_id: str, passage_id: str | None, event: StoryEvent) -> StoryEventRow:
    moment = now()
    row = StoryEventRow(
        **_fields(event),
        id=new_id("event"),
        story_id=story_id,
        passage_id=passage_id,
        created_at=moment,
        updated_at=moment,
    )
    session.add(row)
    return row


def of_line(session: Session, story_id: str, line: Sequence[str]) -> list[StoryEvent]:
    """The events that hang on passages of a line, in the order of telling, and behind them the writer's own."""
    places = {passage_id: place for place, passage_id in enumerate(line)}
    # Columns instead of rows: a long story has thousands of events, and an object for each takes longer than the rest.
    query = select(*(getattr(StoryEventRow, name) for name in COLUMNS)).where(
        StoryEventRow.story_id == story_id,
        StoryEventRow.state == "",
        or_(col(StoryEventRow.passage_id).is_(None), col(StoryEventRow.passage_id).in_(line)),
    )
    found = [StoryEvent.model_validate(dict(zip(COLUMNS.values(), row, strict=True))) for row in session.exec(query)]
    return sorted(
        found, key=lambda one: (places.get(one.passage_id or "", len(places)), one.position, one.created_at, one.id)
    )


def get(session: Session, event_id: str) -> StoryEvent:
    """The event of that id, or `NotFound`."""
    return _event(_row(session, event_id))


def add(session: Session, event: StoryEvent) -> StoryEvent:
    """Store an event behind those that its passage has, or that the writer has noted without one."""
    get_story(session, event.story_id)
    query = select(StoryEventRow.position).where(
        StoryEventRow.story_id == event.story_id, StoryEventRow.passage_id == event.passage_id
    )
    last = max(session.exec(query), default=-1)
    row = _added(session, event.story_id, event.passage_id, event.model_copy(update={"position": last + 1}))
    session.flush()
    return _event(row)


def change(session: Session, event: StoryEvent) -> StoryEvent:
    """Store an event as it is now, under its id."""
    row = _row(session, event.id)
    for name, value in _fields(event).items():
        setattr(row, name, value)
    row.updated_at = now()
    session.flush()
    return _event(row)


def remove(session: Session, event_id: str) -> StoryEvent:
    """Take an event out. One that hangs on a passage isn't found there again."""
    row = _row(session, event_id)
    event = _event(row)
    if row.passage_id is None:
        session.delete(row)
    else:
        row.state, row.updated_at = REMOVED, now()
    session.flush()
    return event


# Reading passages


def readings(session: Session, story_id: str, line: Collection[str]) -> dict[str, str]:
    """`{passage id: what its last reading rested on}` of those passages of a line that were read."""
    columns = select(StoryEventRow.passage_id, StoryEventRow.evidence)
    rows = session.exec(columns.where(StoryEventRow.story_id == story_id, StoryEventRow.state == READ))
    known = set(line)
    return {passage_id: rests_on for passage_id, rests_on in rows if passage_id in known}


def keep_reading(session: Session, story_id: str, passage_id: str, found: Sequence[StoryEvent], rests_on: str) -> None:
    """Make what was found in a passage its events; the passage counts as read.

    Events are told apart by their sentence. What the writer has removed or edited stays as the writer left it, and
    what the model had filled in stays where the rules leave it open.
    """
    query = select(StoryEventRow).where(StoryEventRow.passage_id == passage_id, StoryEventRow.story_id == story_id)
    rows = list(session.exec(query.order_by(col(StoryEventRow.position), col(StoryEventRow.id))))
    mark = next((row for row in rows if row.state == READ), None)
    there: dict[str, list[StoryEventRow]] = {}
    for row in rows:
        if row.state != READ and (row.evidence or row.origin != "writer"):
            there.setdefault(row.evidence, []).append(row)
    for event in found:
        waiting = there.get(event.evidence)
        if not waiting:
            _added(session, story_id, passage_id, event)
            continue
        _read_again(waiting.pop(0), event)
    for row in (row for left in there.values() for row in left):
        if row.origin != "writer" and row.state != REMOVED:
            session.delete(row)
    if mark is None:
        mark = _added(session, story_id, passage_id, StoryEvent(position=-1, what=""))
        mark.state = READ
    mark.evidence, mark.updated_at = rests_on, now()
    session.flush()


def _read_again(row: StoryEventRow, event: StoryEvent) -> None:
    if row.state == REMOVED or row.origin == "writer":
        row.position = event.position
        return
    fields = _fields(event)
    if row.origin == "model" and event.origin == "rule":
        fields |= {
            "place": fields["place"] or row.place,
            "people": fields["people"] or row.people,
            "what": row.what,
            "origin": "model",
        }
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.updated_at = now()


# Contradictions that the writer lets stand


def dismissals(session: Session, story_id: str) -> dict[str, str]:
    """`{key of a violation: why the writer lets it stand}` of a story."""
    query = select(DismissalRow.violation, DismissalRow.reason).where(DismissalRow.story_id == story_id)
    return dict(session.exec(query).all())


def dismiss(session: Session, story_id: str, key: str, rule: str, reason: str) -> None:
    """Let a violation stand for a reason; another reason takes the place of the one before."""
    get_story(session, story_id)
    row = session.get(DismissalRow, (story_id, key))
    if row is None:
        row = DismissalRow(story_id=story_id, violation=key, rule=rule, reason=reason, created_at=now())
    row.reason = reason
    session.add(row)
    session.flush()


def restore(session: Session, story_id: str, key: str) -> None:
    """A violation counts again. Raises `NotFound` for one that isn't let stand."""
    get_story(session, story_id)
    row = session.get(DismissalRow, (story_id, key))
    if row is None:
        raise NotFound("That contradiction isn’t let stand in this story. /check_continuity tells which are.")
    session.delete(row)
    session.flush()
