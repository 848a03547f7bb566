"""Parts of a plan: chapters keep together, wherever one is put."""

import pytest

from workbench.domain.parts import part_at, together


def parts(text: str) -> list[str | None]:
    """Parts by their letters; a dot is a chapter of no part."""
    return [None if letter == "." else letter for letter in text]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("aabb", "aabb"),
        ("", ""),
        ("..", ".."),
        ("a.ab", "aaab"),
        (".aab.", ".aab."),
        ("a.b", "a.b"),
        # A chapter that has strayed belongs to the part that it has come to.
        ("aabab", "aabbb"),
        ("baabb", "aaabb"),
        ("abaacc", "bbaacc"),
    ],
)
def test_chapters_of_a_part_stand_together(before: str, after: str) -> None:
    found = together(parts(before))
    assert ["." if one is None else one for one in found] == list(after)
    assert together(found) == found


@pytest.mark.parametrize(
    ("before", "after", "own", "expected"),
    [
        ("a", "a", "b", "a"),
        ("a", "b", "b", "b"),
        ("a", "b", "a", "a"),
        ("a", "b", "c", "a"),
        (None, "b", "c", "b"),
        (None, None, "c", None),
        ("a", None, None, "a"),
    ],
)
def test_the_part_of_a_chapter_that_was_moved(
    before: str | None, after: str | None, own: str | None, expected: str | None
) -> None:
    assert part_at(before, after, own) == expected
