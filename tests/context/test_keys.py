"""What keys find in texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.context.keys import KeyIndex, key_problem
from workbench.domain.text import mentions


def finds(key: str, text: str, **how: bool) -> bool:
    index = KeyIndex()
    number = index.add(key, **how)
    return number is not None and bool(index.places([text])[number])


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("king", "Long live the King!", True),
        ("king", "It is not to my liking.", False),
        ("Mara", "It was Mara’s.", True),
        ("Mara", "It was Mara's, all of it.", True),
        ("lantern", "Two lanterns burned.", True),
        ("witch", "The witches’ house", True),
        ("ferry", "Both ferries were late.", True),
        ("Old Mill", "They met at the Old\n Mill’s door.", True),
        ("Old Mill", "An old miller came.", False),
        ("Old Mill", "The old mills stood.", True),
        ("O’Brien", "O'Brien came in.", True),
        ("Æsa", "Then æsa spoke.", True),
        ("C++", "He wrote C++.", True),
        ("mara", "Tamara came.", False),
        ("東京", "昨日東京に行った。", True),
        ("민아", "민아가 웃었다.", True),
        ("แมว", "เขารักแมวมาก", True),
        ("!!!", "Stop!!!", True),
        ("", "anything", False),
        ("   ", "any thing", False),
    ],
)
def test_whole_words_in_any_script_also_inflected(key: str, text: str, found: bool) -> None:
    assert finds(key, text) == found


def test_inside_of_words_and_with_case_where_an_entry_asks_for_it() -> None:
    assert finds("king", "It is not to my liking.", whole_words=False)
    assert not finds("Rose", "A rose is a rose.", case_sensitive=True)
    assert finds("Rose", "Rose’s roses", case_sensitive=True)
    assert not finds("Rose Hill", "rose hill", case_sensitive=True)
    assert not finds("ROSE", "prose and Rose", case_sensitive=True, whole_words=False)


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("/light(house|ship)/", "the lightship", True),
        ("/light(house|ship)/", "the Lightship", False),
        ("/light(house|ship)/i", "the Lightship", True),
        ("/^then$/m", "now\nthen\nlater", True),
        ("/a.b/s", "a\nb", True),
        ("/a.b/", "a\nb", False),
        (r"/\d{2,3} (ships|boats)/", "12 boats", True),
        (r"/(?<who>Mara|Sal) and \k<who>/", "Sal and Sal", True),
        (r"/\/home/", "at /home", True),
        # A slash inside, or letters that are no flags: plain words.
        ("/home/mara", "in /home/mara it was", True),
        ("/a/b/", "x /a/b/ y", True),
    ],
)
def test_patterns_as_in_world_info(key: str, text: str, found: bool) -> None:
    assert key_problem(key) == ""
    assert finds(key, text) == found


def test_a_name_is_never_a_pattern() -> None:
    assert not finds("/m.ra/", "Mara", name=True)
    assert finds("/m.ra/i", "Mara")


@pytest.mark.parametrize("key", ["/(/", "/[/", "/a{2/(/", "/*a/", r"/(?P<x/"])
def test_broken_patterns_are_told_and_find_nothing(key: str) -> None:
    if key != "/a{2/(/":
        assert "isn't a pattern that can be used" in key_problem(key)
    assert not finds(key, "( [ a{2 *a and all the rest")


@pytest.mark.parametrize("key", [r"/(a+)+$/", r"/(a|a)+$/", r"/(\w+\s?)+$/", r"/(x+x+)+y/"])
def test_patterns_that_explode_are_told_before_they_are_kept(key: str) -> None:
    assert "too long" in key_problem(key)


def test_other_patterns_that_can_not_be_meant_are_told() -> None:
    assert "every text" in key_problem("/mara|/")
    assert "characters" in key_problem(f"/{'a' * 250}/")
    assert key_problem(r"/(\w+) and (\w+)/i") == ""


def test_a_pattern_that_explodes_all_the_same_is_given_up_and_the_others_are_found() -> None:
    index = KeyIndex()
    bad, good, word = index.add("/(a+)+$/"), index.add("/a+!/"), index.add("late")
    found = index.places([f"{'a' * 3000}!", "late", f"{'a' * 3000}!"])
    assert index.slow == {bad}
    assert (found[good], found[word]) == (0b101, 0b010)


names = st.sampled_from(["Mara", "mara voss", "Old Mill", "ferry", "O'Brien", "St. Anne", "Al", "y"])
texts = st.lists(
    st.sampled_from(
        ["Mara", "Voss", "voss's", "Mara’s", "old", "Mills", "Mill,", "ferries", "O’Brien", "al", "St.", "Anne.", "ys"]
    ),
    max_size=8,
).map(" ".join)


@settings(deadline=None)
@given(st.lists(names, min_size=1, max_size=5), texts)
def test_many_keys_at_once_find_what_each_finds_alone(keys: list[str], text: str) -> None:
    index = KeyIndex()
    numbers = [index.add(key) for key in keys]
    found = index.places([text])
    for key, number in zip(keys, numbers, strict=True):
        assert number is not None
        # The memory calls them by the same rule.
        straight = text.replace("’", "'").replace(". ", " ").rstrip(".")
        assert bool(found[number]) == bool(mentions(straight, [key.replace(". ", " ")])) == finds(key, text)
