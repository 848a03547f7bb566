"""The picture of the tree and the comparison: pure functions of the tree."""

import re

from workbench.domain.difference import difference
from workbench.domain.story import Branch
from workbench.domain.tree import ChapterPair, Comparison, StoryTree, TreePassage
from workbench.ui.branch_cards import branch_list, decision_list, undo_words
from workbench.ui.branch_compare import comparison
from workbench.ui.branch_layout import layout, run_key
from workbench.ui.branch_picture import tree_picture


def passage(name: str, parent: str | None, number: int, state: str = "accepted", title: str = "") -> TreePassage:
    return TreePassage.model_validate(
        {"id": name, "parent_id": parent, "number": number, "state": state, "title": title, "opening": name}
    )


def branch(name: str, head: str | None, discarded: bool = False) -> Branch:
    return Branch(
        id=f"b-{name}", story_id="s", name=name, head_id=head, discarded_at="2026-01-01" if discarded else None
    )


def chain(letter: str, parent: str | None, first: int, count: int) -> list[TreePassage]:
    """Passages a1, a2 … one behind the other."""
    found = []
    for number in range(first, first + count):
        found.append(passage(f"{letter}{number}", parent, number))
        parent = found[-1].id
    return found


def tree(passages: list[TreePassage], *branches: Branch) -> StoryTree:
    return StoryTree(story_id="s", open_id=branches[0].id, branches=branches, passages=tuple(passages))


def forest() -> StoryTree:
    """500 passages and 40 branches: a trunk, and others that part from it every few chapters."""
    passages = chain("a", None, 1, 266)
    branches = [branch("main", "a266")]
    for number in range(39):
        at = 1 + 6 * number
        side = chain(f"s{number}-", f"a{at}", at + 1, 6)
        passages += side
        branches.append(branch(f"What if {number}", side[-1].id))
    return tree(passages, *branches)


def test_each_branch_has_a_lane_and_shared_chapters_are_drawn_once() -> None:
    story = tree([*chain("a", None, 1, 3), *chain("b", "a1", 2, 2)], branch("main", "a3"), branch("other", "b3"))
    marks = layout(story).marks
    assert sorted(mark.key for mark in marks) == ["a1", "a2", "a3", "b2", "b3"]
    rows = {mark.key: mark.row for mark in marks}
    assert rows["a1"] == rows["a2"] == rows["a3"] != rows["b2"] == rows["b3"]
    assert {mark.key: mark.column for mark in marks}["b2"] == 1


def test_long_stretches_are_one_node_until_they_are_opened() -> None:
    story = tree(chain("a", None, 1, 40), branch("main", "a40"))
    folded = layout(story).marks
    assert [mark.kind for mark in folded] == ["chapter", "run", "chapter", "chapter"]
    run = folded[1]
    assert (run.passages[0].number, run.passages[-1].number) == (2, 38)
    # A long one opens into pieces, which open in their turn.
    pieces = [mark for mark in layout(story, [run.key]).marks if mark.kind == "run"]
    assert [len(mark.passages) for mark in pieces] == [20, 17]
    opened = layout(story, [run.key, *(mark.key for mark in pieces)]).marks
    assert [mark.key for mark in opened] == [f"a{number}" for number in range(1, 41)]
    assert run_key([]) == ""


def test_where_something_parts_is_never_hidden() -> None:
    story = tree([*chain("a", None, 1, 40), *chain("b", "a20", 21, 1)], branch("main", "a40"), branch("other", "b21"))
    keys = [mark.key for mark in layout(story).marks]
    assert {"a1", "a20", "a40", "b21"} <= set(keys)


def test_drafts_and_discarded_texts_stand_beside_the_line() -> None:
    story = tree(
        [
            *chain("a", None, 1, 2),
            passage("d1", "a2", 3, "draft"),
            passage("x1", "a1", 2, "discarded"),
            passage("x2", "a1", 2, "discarded"),
            passage("x3", None, 1, "discarded"),
        ],
        branch("main", "a2"),
    )
    marks = {mark.key: mark for mark in layout(story).marks}
    assert marks["d1"].kind == "draft"
    assert marks["leavings:a1"].kind == "leavings"
    assert marks["x3"].kind == "discarded"
    assert {"x1", "x2"} <= {mark.key for mark in layout(story, ["leavings:a1"]).marks}


def test_no_two_marks_stand_in_one_place() -> None:
    for story in (
        forest(),
        tree([*chain("a", None, 1, 2), *chain("b", "a1", 2, 3)], branch("m", "a2"), branch("o", "b4")),
    ):
        runs = [mark.key for mark in layout(story).marks if mark.kind == "run"]
        for opened in ((), runs):
            places = [(mark.column, mark.row) for mark in layout(story, opened).marks]
            assert len(places) == len(set(places))


def test_a_large_tree_stays_one_picture() -> None:
    picture = tree_picture(forest())
    assert len(picture) < 400_000
    assert picture.count('class="ll-head-name') == 40
    width = int(re.search(r'<svg width="(\d+)"', picture).group(1))  # type: ignore[union-attr]
    assert width < 8000


def test_the_picture_can_be_read_and_walked_through() -> None:
    story = tree(
        [*chain("a", None, 1, 2), passage("b2", "a1", 2, title="<b>The Bell</b>")],
        branch("main", "a2"),
        branch("bell & book", "b2"),
        branch("gone", "a1", discarded=True),
    )
    picture = tree_picture(story, chosen="b2")
    assert "<b>The Bell" not in picture
    assert "bell &amp; book" in picture
    assert picture.count('tabindex="0"') == 1
    assert 'aria-pressed="true" aria-label="Chapter 2: &lt;b&gt;The Bell&lt;/b&gt;, on bell &amp; book"' in picture
    assert "The branch gone, which is discarded" in picture
    assert "The branch main, which is open" in picture


def test_an_empty_tree_says_what_will_be_there() -> None:
    assert "begins with the first chapter" in tree_picture(tree([], branch("main", None)))


def test_the_list_offers_what_can_be_done() -> None:
    told = branch_list(
        tree(chain("a", None, 1, 1), branch("main", "a1"), branch("other", "a1"), branch("gone", "a1", discarded=True))
    )
    assert "Switch to the branch main" not in told
    assert "Discard the branch main" not in told
    assert "Discard the branch other" in told
    assert "Put the branch gone back" in told


def test_what_one_side_has_alone_is_folded_and_what_both_have_is_marked() -> None:
    left, right = chain("a", None, 1, 3), chain("b", "a1", 2, 1)
    text = "Aria crossed the old bridge at noon and waited for the bell."
    found = Comparison(
        left=branch("main", "a3"),
        right=branch("other", "b2"),
        parted=left[0],
        left_count=3,
        right_count=2,
        first=2,
        next=0,
        chapters=(
            ChapterPair(
                number=2,
                left=left[1],
                right=right[0],
                difference=tuple(difference(text, text.replace("bridge", "ford"))),
            ),
            ChapterPair(number=3, left=left[2], right=None, difference=tuple(difference("She slept.", ""))),
        ),
    )
    told = comparison(found)
    assert "They part after <b>Chapter 1</b>" in told
    assert "<del>bridge</del>" in told
    assert "<ins>ford</ins>" in told
    assert "<summary><b>Chapter 3</b>, only on “main”</summary>" in told


def test_without_decisions_nothing_can_be_undone() -> None:
    assert undo_words(None) == "Nothing to undo"
    assert "can be taken back" in decision_list([])
