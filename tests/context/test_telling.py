"""Where a story that doesn't fit begins."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.context.telling import ITEM_OVERHEAD, SHORTEST_END, beginning, told

line = st.sampled_from(["On.", "She went out into the rain.", "It was “late”, he said, and it was."])
chapter = st.lists(line, min_size=1, max_size=60).map(" ".join)


def count(text: str) -> int:
    return len(text.split())


@given(st.lists(chapter, max_size=12), st.integers(0, 600))
def test_what_is_told_fits_and_is_the_end_with_the_latest_chapter_if_that_fits(texts: list[str], room: int) -> None:
    sizes = [count(text) + ITEM_OVERHEAD for text in texts]
    found = told(texts, sizes.__getitem__, room, count)
    assert sum(sizes[found.first :]) + found.tail_size <= room
    assert (found.first == 0) == (sum(sizes) <= room)
    if found.tail:
        assert texts[found.first - 1].endswith(found.tail)
        assert found.tail_size > SHORTEST_END
        assert found.tail_size == count(found.tail) + ITEM_OVERHEAD
    if texts and sizes[-1] <= room:
        assert found.first < len(texts)


@given(st.lists(chapter, min_size=1, max_size=12), st.integers(100, 600))
def test_a_chapter_more_never_brings_back_what_was_left_out(texts: list[str], room: int) -> None:
    def first(number: int) -> int:
        sizes = [count(text) + ITEM_OVERHEAD for text in texts[:number]]
        return told(texts[:number], sizes.__getitem__, room, count).left_out

    found = [first(number) for number in range(1, len(texts) + 1)]
    assert found == sorted(found)


@given(chapter)
def test_a_beginning_is_whole_sentences_and_much_shorter_than_the_text(text: str) -> None:
    begun = beginning(text, count)
    if begun:
        assert text.startswith(begun)
        assert begun.endswith((".", "was."))
        assert SHORTEST_END <= count(begun) <= count(text) / 2
