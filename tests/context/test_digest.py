"""How the beginning of a long story is cut into stretches, and what is told of them."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.context.digest import FOLD, Digest, Stretch, cover
from workbench.domain import text as prose

counts = st.integers(0, 700)


def places(stretch: Stretch) -> list[int]:
    return list(range(stretch.first, stretch.end))


@given(counts)
def test_each_chapter_is_told_once_and_in_order(count: int) -> None:
    found = cover(count)
    assert [place for stretch in found for place in places(stretch)] == list(range(count))
    levels = [stretch.level for stretch in found]
    assert levels == sorted(levels, reverse=True), "coarse before fine"
    assert len(found) < FOLD * 4


@given(counts)
def test_one_more_chapter_changes_only_the_end(count: int) -> None:
    before, after = cover(count), cover(count + 1)
    assert after[:-1] == before[: len(after) - 1]
    assert after[-1].end == count + 1


def test_the_twenty_first_chapter() -> None:
    assert [(one.first + 1, one.end) for one in cover(21)] == [
        (1, 8),
        (9, 16),
        (17, 17),
        (18, 18),
        (19, 19),
        (20, 20),
        (21, 21),
    ]


@given(st.integers(1, 3))
def test_a_part_consists_of_all_below_it(level: int) -> None:
    part = Stretch(0, level)
    everything = part.all_of_it()
    assert everything[-1] == part
    assert sum(not one.level for one in everything) == part.count
    order = {one: place for place, one in enumerate(everything)}
    assert all(order[child] < order[one] for one in everything for child in one.children)


def chapters(count: int) -> list[str]:
    return [f"It was day {number}. Mara sold boat number {number}." for number in range(1, count + 1)]


def test_lines_that_begin_alike_share_their_keys() -> None:
    one, other = Digest(chapters(20)), Digest([*chapters(15), "Something else happened.", *chapters(20)[16:]])
    first, second = Stretch(0, 1), Stretch(8, 1)
    assert one.key(first) == other.key(first)
    assert one.key(second) != other.key(second)
    assert one.key(Stretch(16, 0)) == other.key(Stretch(16, 0))


def test_what_is_summed_up_is_told_and_the_rest_is_picked() -> None:
    digest = Digest(chapters(16))
    part = Stretch(0, 1)
    assert digest.text(Stretch(2, 0)) == "It was day 3. Mara sold boat number 3."
    by_rule = digest.text(part)
    assert "Mara sold boat number 1." in by_rule
    assert len(prose.words(by_rule)) <= part.words
    digest.stored = {digest.key(Stretch(2, 0)): "Mara grew rich and sold everything."}
    assert "Mara grew rich" in digest.text(part)
    assert "Mara grew rich" in digest.source(part)
    digest.stored = {digest.key(part): "Mara sold 8 boats."}
    assert digest.text(part) == "Mara sold 8 boats."


def test_what_changed_for_good_long_ago_is_found_among_hundreds() -> None:
    quiet = ["They walked along the river. It rained. The lamps were lit.\n\nNobody said a word."] * 64
    quiet[2] = "It rained. In the evening Tobin was killed on the bridge. The lamps were lit."
    assert "Tobin was killed on the bridge." in Digest(quiet).text(Stretch(0, 2))
