"""The log of decisions about passages and branches. Functions take the session of the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column
from sqlmodel import Session, col, select

from workbench.domain.tree import Change, Decision, DecisionKind
from workbench.errors import Conflict, NotFound
from workbench.storage import branches
from workbench.storage.database import new_id, now
from workbench.storage.stories import check_name, get_passage, get_story, line_in, parents
from workbench.storage.tables import BranchRow, DecisionRow, PassageRow, StoryRow

# The order in which rows were written: clocks may be set back.
_WRITTEN: ColumnElement[int] = literal_column("decision.rowid")


@dataclass
class _State:
    opened: str
    branches: Mapping[str, BranchRow]
    heads: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    discarded: dict[str, str | None] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)


def _state(session: Session, story_id: str, passage_ids: Sequence[str]) -> _State:
    rows = {row.id: row for row in session.exec(select(BranchRow).where(BranchRow.story_id == story_id))}
    heads = {row.id: row.head_id for row in rows.values()}
    wanted = {*passage_ids, *(head for head in heads.values() if head)}
    passages = session.exec(select(PassageRow.id, PassageRow.state).where(col(PassageRow.id).in_(wanted)))
    return _State(
        opened=get_story(session, story_id).branch_id,
        branches=rows,
        heads=heads,
        names={row.id: row.name for row in rows.values()},
        discarded={row.id: row.discarded_at for row in rows.values()},
        states=dict(passages.all()),
    )


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (old, after[key]) for key, old in before.items() if key in after and after[key] != old}


@contextmanager
def deciding(
    session: Session, story_id: str, kind: DecisionKind, said: str, passage_id: str | None = None
) -> Iterator[None]:
    """Log what is changed inside, under the words `said`; where nothing is, nothing is logged.

    `passage_id` is the passage that is decided about.
    """
    about = [passage_id] if passage_id else []
    before = _state(session, story_id, about)
    yield
    after = _state(session, story_id, [*about, *before.states])
    change = Change(
        opened=(before.opened, after.opened) if before.opened != after.opened else None,
        made=next((one for one in after.branches if one not in before.branches), ""),
        heads=_changed(before.heads, after.heads),
        names=_changed(before.names, after.names),
        discarded=_changed(before.discarded, after.discarded),
        states=_changed(before.states, after.states),
    )
    if change != Change():
        session.add(
            DecisionRow(
                id=new_id("decision"),
                story_id=story_id,
                kind=kind,
                said=said,
                before=change.model_dump(mode="json"),
                created_at=now(),
            )
        )
        session.flush()


def _decision(row: DecisionRow) -> Decision:
    return Decision.model_validate(row.model_dump(exclude={"before"}))


def listing(session: Session, story_id: str, limit: int) -> list[Decision]:
    """The latest decisions of a story, newest first; those that were taken back are told too."""
    query = select(DecisionRow).where(DecisionRow.story_id == story_id).order_by(_WRITTEN.desc()).limit(limit)
    return [_decision(row) for row in session.exec(query)]


def last(session: Session, story_id: str) -> Decision | None:
    """The latest decision that wasn't taken back."""
    row = _last_row(session, story_id)
    return _decision(row) if row else None


def standing(session: Session, story_id: str) -> int:
    """How many decisions of a story could be taken back."""
    query = select(func.count()).where(DecisionRow.story_id == story_id, col(DecisionRow.undone_at).is_(None))
    return session.exec(query).one()


def _last_row(session: Session, story_id: str) -> DecisionRow | None:
    query = select(DecisionRow).where(DecisionRow.story_id == story_id, col(DecisionRow.undone_at).is_(None))
    return session.exec(query.order_by(_WRITTEN.desc()).limit(1)).first()


def take_back(session: Session, story_id: str) -> tuple[Decision, Change]:
    """Take back the latest decision: branches and passages are as they were before it.

    Returns it, and what it had changed: the caller tells the plan and the memory of the passages' states. Raises
    `NotFound` where there is none, and `Conflict` where the story isn't any more as the decision left it.
    """
    row = _last_row(session, story_id)
    if row is None:
        raise NotFound("There is nothing to undo in this story: no decision has been made, or all are taken back.")
    change = Change.model_validate(row.before)
    state = _state(session, story_id, list(change.states))
    _check(session, story_id, row.said, change, state)
    story = session.get(StoryRow, story_id)
    assert story is not None
    if change.opened:
        story.branch_id = change.opened[0]
    for branch_id, (head, _) in change.heads.items():
        state.branches[branch_id].head_id = head
    for branch_id, (name, _) in change.names.items():
        state.branches[branch_id].name = name
    for branch_id, (moment, _) in change.discarded.items():
        state.branches[branch_id].discarded_at = moment
    for passage_id, (old, _) in change.states.items():
        passage = session.get(PassageRow, passage_id)
        assert passage is not None
        passage.state, passage.decided_at = old, None if old == "draft" else now()
    if change.made:
        branches.remove(session, story_id, change.made)
    row.undone_at = now()
    session.flush()
    _check_lines(session, story_id, row.said)
    return _decision(row), change


def _check(session: Session, story_id: str, said: str, change: Change, state: _State) -> None:
    """Raises `Conflict` where something isn't as the decision left it."""

    def refused(why: str) -> Conflict:
        return Conflict(f"“{said}” can’t be undone: {why}")

    touched = {*change.heads, *change.names, *change.discarded, *([change.made] if change.made else [])}
    if touched - state.branches.keys():
        raise refused("the branch is gone.")
    if change.opened and state.opened != change.opened[1]:
        raise refused("another branch is open by now. Switch back first.")
    for branch_id, (_, head) in change.heads.items():
        if state.heads[branch_id] != head:
            raise refused(f"the branch “{state.names[branch_id]}” has gone on since then.")
    for branch_id, (old, name) in change.names.items():
        if state.names[branch_id] != name:
            raise refused("the branch has another name by now.")
        check_name(session, story_id, old, but=branch_id)
    for branch_id, (old_moment, moment) in change.discarded.items():
        if state.discarded[branch_id] != moment:
            raise refused(f"the branch “{state.names[branch_id]}” was decided about since then.")
        if old_moment is None:
            check_name(session, story_id, state.names[branch_id], but=branch_id)
        elif state.opened == branch_id:
            raise refused("the branch is open. Switch to another one first.")
    for passage_id, (_, new) in change.states.items():
        if state.states.get(passage_id) != new:
            raise refused("the chapter was decided about since then.")
    if change.made and state.opened == change.made:
        raise refused("the branch is open. Switch to another one first.")


def _check_lines(session: Session, story_id: str, said: str) -> None:
    """Raises `Conflict` where a branch would be left with a passage that isn't accepted."""
    tree = parents(session, story_id)
    accepted = set(
        session.exec(select(PassageRow.id).where(PassageRow.story_id == story_id, PassageRow.state == "accepted"))
    )
    for row in session.exec(select(BranchRow).where(BranchRow.story_id == story_id)):
        lost = next((one for one in line_in(tree, row.head_id) if one not in accepted), None)
        if lost is not None:
            number = get_passage(session, lost).number
            raise Conflict(
                f"“{said}” can’t be undone: the branch “{row.name}” stands on chapter {number}. "
                "Discard its later chapters first, the last one first."
            )
