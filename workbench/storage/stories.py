"""Worlds, stories, branches and the tree of passages. Functions take the session of the caller's transaction."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlmodel import Session, col, select

from workbench.domain.story import Branch, Passage, Story, StoryView, World
from workbench.errors import Conflict, NotFound
from workbench.storage.database import new_id, now
from workbench.storage.tables import BranchRow, PassageRow, StoryRow, WorldRow


def _world(row: WorldRow) -> World:
    return World.model_validate(row.model_dump())


def _story(row: StoryRow) -> Story:
    return Story.model_validate(row.model_dump())


def _branch(row: BranchRow) -> Branch:
    return Branch.model_validate(row.model_dump())


def _passage(row: PassageRow) -> Passage:
    return Passage.model_validate(row.model_dump())


def add_world(session: Session, title: str, premise: str, genre: str, tone: str) -> World:
    """Store a new world."""
    row = WorldRow(id=new_id("world"), title=title, premise=premise, genre=genre, tone=tone, created_at=now())
    session.add(row)
    session.flush()
    return _world(row)


def list_worlds(session: Session) -> list[World]:
    """All worlds, oldest first."""
    return [_world(row) for row in session.exec(select(WorldRow).order_by(WorldRow.created_at))]


def get_world(session: Session, world_id: str) -> World:
    """The world of that id, or `NotFound`."""
    row = session.get(WorldRow, world_id)
    if row is None:
        raise NotFound(f"There is no world with the id {world_id!r}. Choose one that /list_worlds names.")
    return _world(row)


def add_story(session: Session, world_id: str, title: str, kind: str) -> Story:
    """Store a new story with its first branch, "main"."""
    get_world(session, world_id)
    story_id, branch_id, moment = new_id("story"), new_id("branch"), now()
    row = StoryRow(id=story_id, world_id=world_id, title=title, kind=kind, branch_id=branch_id, created_at=moment)
    session.add(row)
    session.flush()
    session.add(BranchRow(id=branch_id, story_id=story_id, name="main", created_at=moment))
    session.flush()
    return _story(row)


def list_stories(session: Session) -> list[Story]:
    """All stories, the latest first."""
    return [_story(row) for row in session.exec(select(StoryRow).order_by(col(StoryRow.created_at).desc()))]


def worked_on_last(session: Session) -> str | None:
    """The id of the story that has the newest passage; None where nothing is written."""
    return session.exec(select(PassageRow.story_id).order_by(col(PassageRow.created_at).desc()).limit(1)).first()


def get_story(session: Session, story_id: str) -> Story:
    """The story of that id, or `NotFound`."""
    row = session.get(StoryRow, story_id)
    if row is None:
        raise NotFound(f"There is no story with the id {story_id!r}. Choose one that /list_stories names.")
    return _story(row)


def active_branch(session: Session, story_id: str) -> Branch:
    """The branch that is being written on."""
    row = session.get(BranchRow, get_story(session, story_id).branch_id)
    if row is None:
        raise NotFound(f"The story {story_id!r} has lost its branch; restore a copy of the database.")
    return _branch(row)


def get_branch(session: Session, story_id: str, branch_id: str) -> Branch:
    """The branch of that id in that story, or `NotFound`."""
    row = session.get(BranchRow, branch_id)
    if row is None or row.story_id != story_id:
        raise NotFound(f"This story has no branch with the id {branch_id!r}. /get_story names those it has.")
    return _branch(row)


def add_branch(session: Session, story_id: str, passage_id: str, name: str) -> Branch:
    """Store a new branch whose last passage is an accepted one of the story; it isn't opened by that.

    Raises `Conflict` for a draft or a discarded passage, and for a name that the story has already.
    """
    passage = get_passage(session, passage_id)
    if passage.story_id != story_id:
        raise NotFound("That passage belongs to another story. /get_story lists the passages of this one.")
    if passage.state != "accepted":
        raise Conflict(f"Chapter {passage.number} is a {passage.state} passage. Branch from an accepted one.")
    check_name(session, story_id, name)
    row = BranchRow(
        id=new_id("branch"),
        story_id=story_id,
        name=name,
        head_id=passage.id,
        from_id=passage.id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return _branch(row)


def check_name(session: Session, story_id: str, name: str, but: str = "") -> None:
    """Raises `Conflict` where a branch of the story, other than `but`, has that name."""
    if any(one.name.casefold() == name.casefold() for one in branches(session, story_id) if one.id != but):
        raise Conflict(f"This story already has a branch called “{name}”. Choose another name.")


def open_branch(session: Session, story_id: str, branch_id: str) -> Branch:
    """Make a branch the one that is being written on. Raises `Conflict` for a discarded one."""
    branch = get_branch(session, story_id, branch_id)
    if branch.discarded_at is not None:
        raise Conflict(f"The branch “{branch.name}” is discarded. Put it back first, then switch to it.")
    row = session.get(StoryRow, story_id)
    assert row is not None
    row.branch_id = branch.id
    session.flush()
    return branch


def branches(session: Session, story_id: str, *, discarded: bool = False) -> list[Branch]:
    """The branches of a story, oldest first; those that are discarded only where they are asked for."""
    query = select(BranchRow).where(BranchRow.story_id == story_id).order_by(BranchRow.created_at)
    return [_branch(row) for row in session.exec(query) if discarded or row.discarded_at is None]


def get_passage(session: Session, passage_id: str) -> Passage:
    """The passage of that id, or `NotFound`."""
    row = session.get(PassageRow, passage_id)
    if row is None:
        raise NotFound(f"There is no passage with the id {passage_id!r}. /get_story lists those of a story.")
    return _passage(row)


def passage_of_run(session: Session, run_id: str) -> Passage | None:
    """The draft that a run has left, if it has come so far."""
    row = session.exec(select(PassageRow).where(PassageRow.run_id == run_id)).first()
    return _passage(row) if row else None


def line_ids(session: Session, head_id: str | None) -> list[str]:
    """Ids of a passage and all its ancestors, oldest first."""
    if head_id is None:
        return []
    rows = session.connection().execute(
        text(
            "WITH RECURSIVE line(id, parent_id, number) AS ("
            " SELECT id, parent_id, number FROM passage WHERE id = :head"
            " UNION ALL SELECT p.id, p.parent_id, p.number FROM passage p JOIN line ON p.id = line.parent_id)"
            " SELECT id FROM line ORDER BY number"
        ),
        {"head": head_id},
    )
    return [row[0] for row in rows]


def discarded_after(session: Session, story_id: str, known: set[str]) -> set[str]:
    """Ids of the discarded passages that once followed on a line of passages, `known`."""
    query = select(PassageRow).where(PassageRow.story_id == story_id, PassageRow.state == "discarded")
    found: set[str] = set()
    for row in session.exec(query.order_by(col(PassageRow.number))):
        if row.parent_id is None or row.parent_id in known or row.parent_id in found:
            found.add(row.id)
    return found


def line(session: Session, head_id: str | None) -> list[Passage]:
    """A passage and all its ancestors in the order of reading."""
    ids = line_ids(session, head_id)
    # As plain columns: a table's own objects take ten times as long, and a long story has hundreds of chapters.
    query = select(*PassageRow.__table__.columns).where(col(PassageRow.id).in_(ids))  # type: ignore[attr-defined]
    rows = session.exec(query.order_by(col(PassageRow.number))).mappings()  # type: ignore[attr-defined]
    return [Passage.model_validate(dict(row)) for row in rows]


def parents(session: Session, story_id: str) -> dict[str, str | None]:
    """`{passage id: the passage it follows on}` of a whole story."""
    query = select(PassageRow.id, PassageRow.parent_id).where(PassageRow.story_id == story_id)
    return dict(session.exec(query).all())


def line_in(tree: Mapping[str, str | None], head_id: str | None) -> list[str]:
    """Ids of a passage and all its ancestors, oldest first, in a tree that is at hand."""
    found = []
    while head_id is not None:
        found.append(head_id)
        head_id = tree[head_id]
    return found[::-1]


def drafts(session: Session, story_id: str, parent_id: str | None) -> list[Passage]:
    """Drafts that would follow on `parent_id`, oldest first."""
    query = (
        select(PassageRow)
        .where(PassageRow.story_id == story_id, PassageRow.state == "draft", PassageRow.parent_id == parent_id)
        .order_by(PassageRow.created_at)
    )
    return [_passage(row) for row in session.exec(query)]


def view(session: Session, story_id: str) -> StoryView:
    """A story as it is opened: the active line, and the drafts that follow on it or stand beside its last passage."""
    story = get_story(session, story_id)
    branch = active_branch(session, story_id)
    passages = line(session, branch.head_id)
    waiting = drafts(session, story_id, branch.head_id)
    if passages:
        waiting = drafts(session, story_id, passages[-1].parent_id) + waiting
    return StoryView(
        story=story,
        world=get_world(session, story.world_id),
        branches=tuple(branches(session, story_id)),
        passages=tuple(passages),
        drafts=tuple(waiting),
    )


def add_draft(
    session: Session,
    story_id: str,
    parent_id: str | None,
    body: str,
    *,
    title: str = "",
    instruction: str = "",
    origin: str = "agents",
    run_id: str | None = None,
) -> Passage:
    """Store a draft that follows on `parent_id`. A run that already left one gets that one back."""
    if run_id is not None and (existing := passage_of_run(session, run_id)):
        return existing
    number = 1 if parent_id is None else get_passage(session, parent_id).number + 1
    row = PassageRow(
        id=new_id("passage"),
        story_id=story_id,
        parent_id=parent_id,
        number=number,
        title=title or f"Chapter {number}",
        text=body,
        state="draft",
        instruction=instruction,
        origin=origin,
        run_id=run_id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return _passage(row)


def accept(session: Session, passage_id: str) -> tuple[Passage, str | None]:
    """Make a passage the head of the active branch.

    Returns the passage and the id of the accepted sibling it took the place of, if any.
    Accepting what is accepted changes nothing. Raises `Conflict` when the story has gone on elsewhere.
    """
    row = session.get(PassageRow, get_passage(session, passage_id).id)
    assert row is not None
    branch = session.get(BranchRow, active_branch(session, row.story_id).id)
    assert branch is not None
    if row.state == "accepted":
        return _passage(row), None
    replaced: str | None = None
    if row.parent_id != branch.head_id:
        head = session.get(PassageRow, branch.head_id) if branch.head_id else None
        if head is None or head.parent_id != row.parent_id:
            raise Conflict(
                f"This draft of chapter {row.number} doesn't follow on the story's last accepted chapter"
                f"{f' ({head.number})' if head else ''}. Discard the chapters after it first, or have it written anew."
            )
        # On another branch the chapter may well stand: this branch then only turns away from it.
        if not _stands_elsewhere(session, row.story_id, head.id, branch.id):
            head.state, head.decided_at, replaced = "discarded", now(), head.id
    row.state, row.decided_at = "accepted", now()
    branch.head_id = row.id
    session.flush()
    return _passage(row), replaced


def _stands_elsewhere(session: Session, story_id: str, passage_id: str, branch_id: str) -> bool:
    """Whether a passage is on another branch than this one; a discarded one may be put back, and counts."""
    tree = parents(session, story_id)
    others = [branch for branch in branches(session, story_id, discarded=True) if branch.id != branch_id]
    return any(passage_id in line_in(tree, branch.head_id) for branch in others)


def discard(session: Session, passage_id: str) -> Passage:
    """Put a passage aside; it stays in the tree and can be accepted again.

    The last passage of the open branch that stands on another branch too stays accepted there: the open one only
    steps back from it. Raises `Conflict` for an accepted passage that later accepted ones follow on.
    """
    row = session.get(PassageRow, get_passage(session, passage_id).id)
    assert row is not None
    if row.state == "discarded":
        return _passage(row)
    if row.state == "accepted":
        here = session.get(BranchRow, active_branch(session, row.story_id).id)
        assert here is not None
        if here.head_id == row.id and _stands_elsewhere(session, row.story_id, row.id, here.id):
            here.head_id = row.parent_id
            session.flush()
            return _passage(row)
        follower = session.exec(
            select(PassageRow).where(
                PassageRow.story_id == row.story_id, PassageRow.parent_id == row.id, PassageRow.state == "accepted"
            )
        ).first()
        if follower is not None:
            raise Conflict(
                f"Chapter {follower.number} follows on this one. Discard the later chapters first, the last one first."
            )
        for branch in session.exec(select(BranchRow).where(BranchRow.head_id == row.id)):
            branch.head_id = row.parent_id
    row.state, row.decided_at = "discarded", now()
    session.flush()
    return _passage(row)
