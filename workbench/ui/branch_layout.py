"""Where everything of a story's tree stands in its picture: a lane for each branch, chapters from left to right.

Pure: the same tree gives the same places. Long stretches of chapters without a fork are one node until they are opened,
and so are several drafts or discarded texts in one place, so that a long story with many branches stays one picture.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.domain.story import Branch
from workbench.domain.tree import StoryTree, TreePassage

Kind = Literal["chapter", "draft", "discarded", "run", "drafts", "leavings", "flag"]
# Fewer chapters than this are drawn one by one; a stretch that is opened shows pieces of so many.
LEAST_RUN, PIECE = 4, 20


@dataclass(frozen=True)
class Mark:
    """One node. `key` is what a press on it names: a passage's id, or what is to be opened.

    `passages` are those that it stands for; `branch` is the branch whose lane it is on, or whose flag it is.
    """

    kind: Kind
    key: str
    column: int
    row: int
    passages: tuple[TreePassage, ...]
    branch: Branch | None = None
    before: "Mark | None" = None


@dataclass
class Layout:
    """The marks in the order of drawing, the last mark of each branch, and how much room they take."""

    marks: list[Mark] = field(default_factory=list)
    ends: dict[str, Mark] = field(default_factory=dict)
    columns: int = 0
    rows: int = 0


@dataclass
class _Lane:
    branch: Branch
    own: list[TreePassage]
    joint: str | None
    forks: list["_Lane"] = field(default_factory=list)


def layout(tree: StoryTree, opened: Collection[str] = ()) -> Layout:
    """Places for a whole tree; `opened` names the stretches and groups that are drawn one by one."""
    return _Drawing(tree, frozenset(opened)).drawn()


class _Drawing:
    def __init__(self, tree: StoryTree, opened: frozenset[str]) -> None:
        self._tree, self._opened = tree, opened
        self._layout = Layout()
        self._roots, on_lanes = self._lanes()
        self._kept = self._places_to_keep(on_lanes)
        self._beside: dict[str | None, list[TreePassage]] = {}
        for passage in tree.passages:
            if passage.id not in on_lanes:
                self._beside.setdefault(passage.parent_id, []).append(passage)
        # Where each passage that is drawn by itself stands.
        self._at: dict[str | None, Mark] = {}

    def drawn(self) -> Layout:
        for lane in self._roots:
            self._draw(lane)
        self._layout.columns = max((mark.column for mark in self._layout.marks), default=-1) + 1
        self._layout.rows = max((mark.row for mark in self._layout.marks), default=-1) + 1
        return self._layout

    def _lanes(self) -> tuple[list[_Lane], set[str]]:
        """Each branch with the passages of its own: those that no older one has. Discarded ones come last."""
        claimed: dict[str, _Lane] = {}
        roots = []
        for branch in sorted(self._tree.branches, key=lambda one: one.discarded_at is not None):
            line = self._tree.line(branch.head_id)
            own = [passage for passage in line if passage.id not in claimed]
            joint = own[0].parent_id if own else branch.head_id
            lane = _Lane(branch, own, joint)
            claimed |= {passage.id: lane for passage in own}
            if joint is None:
                roots.append(lane)
            else:
                claimed[joint].forks.append(lane)
        return roots, set(claimed)

    def _places_to_keep(self, on_lanes: set[str]) -> set[str]:
        """Passages that are never hidden in a stretch: where something begins, parts or ends."""
        kept = set()
        waiting = list(self._roots)
        while waiting:
            lane = waiting.pop()
            waiting += lane.forks
            kept |= {passage.id for passage in (*lane.own[:1], *lane.own[-2:])}
            kept |= {fork.joint for fork in lane.forks if fork.joint}
        return kept & on_lanes

    # Lanes

    def _draw(self, lane: _Lane) -> None:
        row = self._layout.rows
        mark = self._at.get(lane.joint)
        column = mark.column + 1 if mark else 0
        taken: dict[int, int] = {}
        for kind, key, passages in self._stretches(lane.own):
            mark = self._put(Mark(kind, key, column, row, passages, lane.branch, mark))
            column += 1
        if not lane.own:
            mark = self._put(Mark("flag", lane.branch.id, column, row, (), lane.branch, mark))
        if mark is not None:
            self._layout.ends[lane.branch.id] = mark
        self._layout.rows = row + 1
        if lane is self._roots[0]:
            self._draw_beside(None, taken, row)
        for passage in lane.own:
            if passage.id in self._at:
                self._draw_beside(passage.id, taken, row)
        # What parts later stands nearer, so that no line crosses another lane.
        for fork in sorted(lane.forks, key=lambda one: -self._at[one.joint].column):
            self._draw(fork)

    def _stretches(self, own: Sequence[TreePassage]) -> Iterator[tuple[Kind, str, tuple[TreePassage, ...]]]:
        run: list[TreePassage] = []
        for passage in own:
            if passage.id not in self._kept:
                run.append(passage)
                continue
            yield from self._pieces(run)
            run = []
            yield "chapter", passage.id, (passage,)
        yield from self._pieces(run)

    def _pieces(self, run: Sequence[TreePassage]) -> Iterator[tuple[Kind, str, tuple[TreePassage, ...]]]:
        key = run_key(run)
        if len(run) < LEAST_RUN or (key in self._opened and len(run) <= PIECE):
            for passage in run:
                yield "chapter", passage.id, (passage,)
        elif key not in self._opened:
            yield "run", key, tuple(run)
        else:
            for start in range(0, len(run), PIECE):
                yield from self._pieces(run[start : start + PIECE])

    # What stands beside them

    def _draw_beside(self, passage_id: str | None, taken: dict[int, int], row: int) -> None:
        """Drafts and discarded texts that follow on a passage, in rows below its lane, and what follows on them."""
        before = self._at.get(passage_id)
        column = before.column + 1 if before else 0
        for state, several in (("draft", "drafts"), ("discarded", "leavings")):
            found = [one for one in self._beside.get(passage_id, []) if (one.state == "draft") == (state == "draft")]
            key = f"{several}:{passage_id or ''}"
            if len(found) > 1 and key not in self._opened:
                place = self._free(taken, row, column)
                self._put(Mark(several, key, column, place, tuple(found), None, before))  # type: ignore[arg-type]
                continue
            for passage in found:
                place = self._free(taken, row, column)
                kind: Kind = "draft" if state == "draft" else "discarded"
                self._put(Mark(kind, passage.id, column, place, (passage,), None, before))
                self._draw_beside(passage.id, taken, row)

    def _free(self, taken: dict[int, int], row: int, column: int) -> int:
        """The first row below a lane that has room from this column on."""
        place = next((one for one, last in sorted(taken.items()) if last < column), None)
        if place is None:
            place = max(taken, default=row) + 1
        taken[place] = column
        self._layout.rows = max(self._layout.rows, place + 1)
        return place

    def _put(self, mark: Mark) -> Mark:
        self._layout.marks.append(mark)
        if mark.kind in ("chapter", "draft", "discarded"):
            self._at[mark.passages[0].id] = mark
        return mark


def run_key(run: Sequence[TreePassage]) -> str:
    """What names a stretch of chapters."""
    return f"run:{run[0].id}:{len(run)}" if run else ""
