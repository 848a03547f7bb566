"""Pictures, portraits and styles. Functions take the session of the caller's transaction."""

from sqlmodel import Session, col, select

from workbench.domain.gallery import USUAL_STYLE, Picture, Portrait
from workbench.errors import NotFound
from workbench.storage.database import now
from workbench.storage.tables import PictureRow, PortraitRow, StoryStyleRow


def _picture(row: PictureRow) -> Picture:
    return Picture.model_validate(row.model_dump())


def add(session: Session, picture: Picture) -> Picture:
    """Store a picture whose file is written already."""
    stored = picture.model_copy(update={"created_at": now()})
    session.add(PictureRow.model_validate(stored.model_dump(mode="json")))
    session.flush()
    return stored


def get(session: Session, picture_id: str) -> Picture:
    """The picture of that id, or `NotFound`."""
    row = session.get(PictureRow, picture_id)
    if row is None:
        raise NotFound(f"There is no picture with the id {picture_id!r}. /gallery names those of a story.")
    return _picture(row)


def of_story(session: Session, story_id: str) -> list[Picture]:
    """All pictures of a story, the newest first."""
    query = select(PictureRow).where(PictureRow.story_id == story_id)
    return [
        _picture(row) for row in session.exec(query.order_by(col(PictureRow.created_at).desc(), col(PictureRow.id)))
    ]


def of_adventure(session: Session, adventure_id: str) -> list[Picture]:
    """All pictures of an adventure: those that are shown, and what they were put together from."""
    query = select(PictureRow).where(PictureRow.adventure_id == adventure_id)
    return [_picture(row) for row in session.exec(query.order_by(col(PictureRow.created_at), col(PictureRow.id)))]


def of_asking(session: Session, asking: str) -> list[Picture]:
    """The pictures that were asked for together."""
    return [_picture(row) for row in session.exec(select(PictureRow).where(PictureRow.asking == asking))]


def remove(session: Session, picture_id: str) -> tuple[Picture, bool]:
    """Delete a picture; also whether its file belongs to no other one. A portrait that had it loses its reference."""
    picture = get(session, picture_id)
    session.delete(session.get(PictureRow, picture_id))
    for row in session.exec(select(PortraitRow).where(PortraitRow.picture_id == picture_id)):
        row.picture_id = None
        session.add(row)
    session.flush()
    alone = session.exec(select(PictureRow.id).where(PictureRow.file == picture.file)).first() is None
    return picture, alone


def cover(session: Session, story_id: str) -> Picture | None:
    """The picture that a story has as its cover."""
    row = session.exec(select(PictureRow).where(PictureRow.story_id == story_id, PictureRow.cover)).first()
    return _picture(row) if row is not None else None


def set_cover(session: Session, picture_id: str, is_cover: bool = True) -> Picture:
    """Make a picture its story's cover, in the place of the one before, or let the story have none."""
    picture = get(session, picture_id)
    for row in session.exec(select(PictureRow).where(PictureRow.story_id == picture.story_id, PictureRow.cover)):
        row.cover = False
        session.add(row)
    chosen = session.get_one(PictureRow, picture_id)
    chosen.cover = is_cover
    session.add(chosen)
    session.flush()
    return _picture(chosen)


def portrait(session: Session, entry_id: str) -> Portrait | None:
    """How a character looks in pictures; None before the first."""
    row = session.get(PortraitRow, entry_id)
    return Portrait.model_validate(row.model_dump()) if row is not None else None


def keep_portrait(session: Session, portrait: Portrait) -> Portrait:
    """Store how a character looks."""
    stored = portrait.model_copy(update={"updated_at": now()})
    session.merge(PortraitRow.model_validate(stored.model_dump()))
    session.flush()
    return stored


def style(session: Session, story_id: str) -> str:
    """The style of a story's pictures."""
    row = session.get(StoryStyleRow, story_id)
    return row.style if row is not None else USUAL_STYLE


def set_style(session: Session, story_id: str, style: str) -> None:
    """Choose the style of a story's pictures from now on."""
    session.merge(StoryStyleRow(story_id=story_id, style=style))
    session.flush()
