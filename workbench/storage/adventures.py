"""Adventures, each a row that holds its whole state. Functions take the session of the caller's transaction."""

from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from workbench.domain.adventures import Adventure
from workbench.errors import Conflict, NotFound
from workbench.storage.database import now
from workbench.storage.tables import AdventureRow


def _adventure(row: AdventureRow) -> Adventure:
    return Adventure.model_validate(row.state)


def add(session: Session, adventure: Adventure) -> Adventure:
    """Store a new adventure."""
    moment = now()
    stored = adventure.model_copy(update={"created_at": moment, "updated_at": moment})
    session.add(
        AdventureRow(
            id=stored.id,
            category=stored.category,
            topic=stored.topic,
            status=stored.status,
            version=stored.version,
            state=stored.model_dump(mode="json"),
            created_at=moment,
            updated_at=moment,
        )
    )
    session.flush()
    return stored


def get(session: Session, adventure_id: str) -> Adventure:
    """The adventure of that id, or `NotFound`."""
    row = session.get(AdventureRow, adventure_id)
    if row is None:
        raise NotFound(
            f"There is no adventure with the id {adventure_id!r}. /list_adventures names those that there are; one "
            "that nobody has opened for long is put aside."
        )
    return _adventure(row)


def listing(session: Session) -> list[Adventure]:
    """All adventures, the one that was played last first."""
    query = select(AdventureRow).order_by(col(AdventureRow.updated_at).desc(), col(AdventureRow.id))
    return [_adventure(row) for row in session.exec(query)]


def unchanged_since(session: Session, moment: str) -> list[Adventure]:
    """The adventures that nobody has changed since a moment."""
    query = select(AdventureRow).where(AdventureRow.updated_at < moment).order_by(col(AdventureRow.updated_at))
    return [_adventure(row) for row in session.exec(query)]


def changed_since(session: Session, moment: str) -> list[Adventure]:
    """The adventures that somebody has changed since a moment, the last one first."""
    query = select(AdventureRow).where(AdventureRow.updated_at >= moment).order_by(col(AdventureRow.updated_at).desc())
    return [_adventure(row) for row in session.exec(query)]


def change(session: Session, adventure: Adventure) -> Adventure:
    """Store the next state of an adventure whose present state the caller has seen: the one of `adventure.version`.

    Raises `Conflict` where somebody else has changed it since, and changes nothing then.
    """
    stored = adventure.model_copy(update={"version": adventure.version + 1, "updated_at": now()})
    changed = session.execute(
        update(AdventureRow)
        .where(col(AdventureRow.id) == stored.id, col(AdventureRow.version) == adventure.version)
        .values(
            status=stored.status,
            version=stored.version,
            state=stored.model_dump(mode="json"),
            updated_at=stored.updated_at,
        )
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        get(session, adventure.id)
        raise Conflict(
            "Somebody has gone on with this adventure meanwhile, in another window. Open it again to see where it is."
        )
    return stored


def note_looks(session: Session, adventure_id: str, looks: dict[str, str], looks_read: int) -> Adventure:
    """Store what people look like. For its reader the adventure is the same: version and time stay."""
    return _noted(session, get(session, adventure_id), looks=looks, looks_read=looks_read)


def note_images(session: Session, adventure_id: str, number: int, image: str, of_choices: dict[str, str]) -> Adventure:
    """Store the pictures of a chapter and of its choices; those that are there stay.

    For its reader the adventure is the same.
    """
    present = get(session, adventure_id)
    chapters = tuple(
        one
        if one.number != number
        else one.model_copy(
            update={
                "image": one.image or image,
                "choices": tuple(
                    choice.model_copy(update={"image": choice.image or of_choices.get(choice.id, "")})
                    for choice in one.choices
                ),
            }
        )
        for one in present.chapters
    )
    return _noted(session, present, chapters=chapters)


def _noted(session: Session, present: Adventure, **changes: Any) -> Adventure:
    """Store what is seen of an adventure beside its telling; version and time stay."""
    noted = present.model_copy(update=changes)
    session.execute(
        update(AdventureRow).where(col(AdventureRow.id) == noted.id).values(state=noted.model_dump(mode="json"))
    )
    return noted


def remove(session: Session, adventure_id: str) -> Adventure:
    """Delete an adventure."""
    adventure = get(session, adventure_id)
    session.delete(session.get(AdventureRow, adventure_id))
    session.flush()
    return adventure
