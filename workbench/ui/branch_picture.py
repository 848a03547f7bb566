"""The tree of a story as a picture to click on: SVG, made anew for each state of the tree."""

from collections.abc import Collection, Mapping

from workbench.domain.story import Branch
from workbench.domain.tree import StoryTree
from workbench.ui.branch_layout import Mark, layout
from workbench.ui.render import chapter_title, empty, plural, safe

# Pixels: the way from one chapter to the next, from one lane to the next, and around everything.
STEP, LANE, LEFT, TOP = 74, 42, 40, 30
NAME_ROOM, LONGEST_NAME = 230, 26
RADIUS, PILL_WIDTH, PILL_HEIGHT = 13, 60, 22

NO_STORY = empty("No story is open.", "Open one in Write; its tree is drawn here as it grows.")
KEY = (
    '<p class="ll-facts ll-tree-key"><span><i class="ll-key-open"></i> the open branch</span>'
    '<span><i class="ll-key-other"></i> other branches</span>'
    '<span><i class="ll-key-draft"></i> a draft that waits</span>'
    '<span><i class="ll-key-gone"></i> discarded</span>'
    '<span><i class="ll-key-run"></i> several in one, press to open</span></p>'
)


def tree_picture(tree: StoryTree, opened: Collection[str] = (), chosen: str = "") -> str:
    """The whole tree, with the `chosen` passage marked, or the chosen branch where it has no chapters of its own.

    A press on a node is the act "passage", "unfold" or "branch"; one on a branch's name is "branch".
    """
    if not tree.passages:
        return empty(
            "The tree begins with the first chapter.",
            "At every accepted chapter another branch can begin: a what-if that leaves this one as it is.",
        )
    drawn = layout(tree, opened)
    strong = {passage.id for passage in tree.line(tree.open.head_id)}
    names = _names(tree)
    first = next((mark.key for mark in drawn.marks if mark.key == chosen), drawn.marks[0].key)
    edges = "".join(_edge(mark, strong) for mark in drawn.marks if mark.before)
    marks = "".join(_mark(mark, tree, strong, names, chosen, mark.key == first) for mark in drawn.marks)
    heads = "".join(_head(branch, drawn.ends[branch.id], tree) for branch in tree.branches if branch.id in drawn.ends)
    width = LEFT + drawn.columns * STEP + NAME_ROOM
    height = 2 * TOP + max(drawn.rows - 1, 0) * LANE
    return (
        f'<div class="ll-tree" data-story="{safe(tree.story_id)}"><svg width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="group" aria-label="The tree of the story">{edges}{marks}{heads}</svg>'
        "</div>"
    )


def _names(tree: StoryTree) -> Mapping[str, tuple[str, ...]]:
    """`{passage id: names of the branches that it stands on}`."""
    found: dict[str, list[str]] = {}
    for branch in tree.standing:
        for passage in tree.line(branch.head_id):
            found.setdefault(passage.id, []).append(branch.name)
    return {passage_id: tuple(names) for passage_id, names in found.items()}


def _place(mark: Mark) -> tuple[int, int]:
    return LEFT + mark.column * STEP, TOP + mark.row * LANE


def _edge(mark: Mark, strong: Collection[str]) -> str:
    """The way from the node before to this one; it goes down where that stands, and then to the right."""
    assert mark.before is not None
    (x1, y1), (x2, y2) = _place(mark.before), _place(mark)
    if y1 == y2:
        path = f"M{x1} {y1}H{x2}"
    else:
        turn = x1 + STEP // 2
        path = f"M{x1} {y1}H{turn - 10}Q{turn} {y1} {turn} {y1 + 10}V{y2 - 10}Q{turn} {y2} {turn + 10} {y2}H{x2}"
    return f'<path class="ll-way{_look(mark, strong)}" d="{path}"/>'


def _look(mark: Mark, strong: Collection[str]) -> str:
    """Classes by what a node is: on the open line, on another one, a draft, discarded."""
    if mark.kind in ("draft", "drafts"):
        return " ll-hollow"
    if mark.kind in ("discarded", "leavings") or (mark.branch and mark.branch.discarded_at is not None):
        return " ll-faint"
    return " ll-strong" if mark.passages and all(one.id in strong for one in mark.passages) else ""


def _mark(
    mark: Mark, tree: StoryTree, strong: Collection[str], names: Mapping[str, tuple[str, ...]], chosen: str, stop: bool
) -> str:  # fmt: skip
    x, y = _place(mark)
    act, told, shape = _described(mark, names)
    here = mark.key == chosen
    at_work = bool(mark.passages) and mark.passages[-1].id == tree.open.head_id
    classes = (
        f"ll-spot ll-{mark.kind}{_look(mark, strong)}{' ll-chosen' if here else ''}{' ll-here' if at_work else ''}"
    )
    return (
        f'<g class="{classes}" role="button" tabindex="{0 if stop else -1}" data-act="{act}" '
        f'data-id="{safe(mark.key)}" aria-pressed="{str(here).lower()}" aria-label="{safe(told)}" '
        f'transform="translate({x} {y})"><title>{safe(told)}</title>{shape}</g>'
    )


def _described(mark: Mark, names: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str]:
    """What a press does, what the node is in words, and its shape around 0,0."""
    if mark.kind == "flag":
        name = mark.branch.name if mark.branch else ""
        told = f"The branch {name} has no chapters of its own yet"
        return "branch", told, '<path d="M0-8 8 0 0 8-8 0Z"/>'
    first, last = mark.passages[0], mark.passages[-1]
    if mark.kind == "run":
        told = f"Chapters {first.number} to {last.number}, {len(mark.passages)} without a fork; press to open them"
        return "unfold", told, _pill(f"{first.number}–{last.number}")
    if mark.kind == "drafts":
        told = f"{len(mark.passages)} drafts of chapter {first.number}; press to open them"
        return "unfold", told, _pill(plural(len(mark.passages), "draft"))
    if mark.kind == "leavings":
        told = f"{len(mark.passages)} discarded texts of chapter {first.number}; press to open them"
        return "unfold", told, _pill(f"{len(mark.passages)} gone")
    state = {"draft": "a draft that waits", "discarded": "discarded", "chapter": ""}[mark.kind]
    where = ", ".join(names.get(first.id, ())[:4])
    told = ", ".join(part for part in (chapter_title(first), state, f"on {where}" if where else "") if part)
    return "passage", told, f'<circle r="{RADIUS}"/><text dy="4">{first.number}</text>'


def _pill(words: str) -> str:
    return (
        f'<rect x="{-PILL_WIDTH // 2}" y="{-PILL_HEIGHT // 2}" width="{PILL_WIDTH}" height="{PILL_HEIGHT}" '
        f'rx="{PILL_HEIGHT // 2}"/><text dy="4">{safe(words)}</text>'
    )


def _head(branch: Branch, end: Mark, tree: StoryTree) -> str:
    """The branch's name behind its last chapter."""
    x, y = _place(end)
    x += 14 if end.kind == "flag" else PILL_WIDTH // 2 + 8 if end.kind == "run" else RADIUS + 8
    name = branch.name if len(branch.name) <= LONGEST_NAME else f"{branch.name[: LONGEST_NAME - 1]}…"
    state, told = "", f"The branch {branch.name}"
    if branch.id == tree.open_id:
        state, told = " ll-strong", f"{told}, which is open"
    elif branch.discarded_at is not None:
        state, told = " ll-faint", f"{told}, which is discarded"
    return (
        f'<g class="ll-head-name{state}" role="button" tabindex="-1" data-act="branch" data-id="{safe(branch.id)}" '
        f'aria-label="{safe(told)}" transform="translate({x} {y})"><title>{safe(told)}</title>'
        f'<text dy="4">{safe(name)}</text></g>'
    )
