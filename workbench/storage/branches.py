"""Branches as a whole: the tree that they make, their names, and putting them aside and back."""

from sqlalchemy import func
from sqlmodel import Session, select

from workbench.domain.story import Branch
from workbench.domain.tree import StoryTree, TreePassage
from workbench.errors import Conflict
from workbench.storage.database import now
from workbench.storage.stories import active_branch, branches, check_name, get_branch, get_story
from workbench.storage.tables import BranchRow, PassageRow

# Letters of each passage that the tree tells.
OPENING = 280


def tree(session: Session, story_id: str) -> StoryTree:
    """All of a story's passages, in the order of their numbers, and all its branches."""
    story = get_story(session, story_id)
    row = PassageRow
    columns = (row.id, row.parent_id, row.number, row.title, row.state, row.origin, row.created_at)
    opening = func.substr(row.text, 1, OPENING).label("opening")
    query = select(*columns, opening).where(row.story_id == story_id)  # type: ignore[call-overload]
    found = session.exec(query.order_by(row.number, row.created_at)).mappings()
    return StoryTree(
        story_id=story_id,
        open_id=story.branch_id,
        branches=tuple(branches(session, story_id, discarded=True)),
        passages=tuple(TreePassage.model_validate(dict(one)) for one in found),
    )


def rename(session: Session, story_id: str, branch_id: str, name: str) -> Branch:
    """Give a branch another name. Raises `Conflict` for one that another branch has."""
    row = _row(session, story_id, branch_id)
    check_name(session, story_id, name, but=row.id)
    row.name = name
    session.flush()
    return get_branch(session, story_id, branch_id)


def put_aside(session: Session, story_id: str, branch_id: str) -> Branch:
    """Discard a branch; its passages stay as they are. Raises `Conflict` for the open one."""
    row = _row(session, story_id, branch_id)
    if row.id == active_branch(session, story_id).id:
        only = len(branches(session, story_id)) == 1
        raise Conflict(
            f"“{row.name}” is the only branch of this story. Branch from one of its chapters first."
            if only
            else f"The branch “{row.name}” is open. Switch to another one first, then discard it."
        )
    if row.discarded_at is None:
        row.discarded_at = now()
        session.flush()
    return get_branch(session, story_id, branch_id)


def put_back(session: Session, story_id: str, branch_id: str) -> Branch:
    """Take a discarded branch back. Raises `Conflict` where another branch has its name by now."""
    row = _row(session, story_id, branch_id)
    if row.discarded_at is not None:
        check_name(session, story_id, row.name, but=row.id)
        row.discarded_at = None
        session.flush()
    return get_branch(session, story_id, branch_id)


def remove(session: Session, story_id: str, branch_id: str) -> None:
    """Take a branch out as if it had never been begun; its passages stay."""
    session.delete(_row(session, story_id, branch_id))
    session.flush()


def _row(session: Session, story_id: str, branch_id: str) -> BranchRow:
    row = session.get(BranchRow, get_branch(session, story_id, branch_id).id)
    assert row is not None
    return row
