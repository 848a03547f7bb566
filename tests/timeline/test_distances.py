"""Ways are read from ordinary sentences of the lore."""

import pytest

from workbench.domain.lore import LoreEntry
from workbench.timeline.distances import travel_hours


def place(title: str, content: str) -> LoreEntry:
    return LoreEntry(id=title, world_id="w", title=title, kind="location", content=content)


def hours(content: str) -> float:
    entries = [place("Oskmouth", content), place("Gannsund", "A port.")]
    return travel_hours(entries)[frozenset(("Oskmouth", "Gannsund"))]


@pytest.mark.parametrize(
    ("content", "least", "most"),
    [
        ("Oskmouth lies 36 km from Gannsund, about nine hours on foot.", 9, 9),
        ("An hour's drive from Gannsund.", 1, 1),
        ("A day's walk from Gannsund.", 6, 12),
        ("It is two days' ride from Gannsund.", 24, 48),
        ("Five days' ride from Gannsund.", 96, 120),
        ("It is a week's ride from Gannsund.", 140, 168),
        ("Forty miles from Gannsund.", 4, 14),
        ("A quarter of an hour from Gannsund on foot.", 0.25, 0.25),
        ("Nine weeks from Gannsund by any ship that sails.", 1400, 1512),
    ],
)
def test_sentences_of_the_lore(content: str, least: float, most: float) -> None:
    assert least <= hours(content) <= most


@pytest.mark.parametrize(
    "content",
    [
        "It was sacked by Gannsund two days after the feast.",
        "A tower forty metres high that can be seen from Gannsund.",
        "Founded from Gannsund ten years ago.",
        "A rival of Gannsund.",
    ],
)
def test_sentences_about_other_things(content: str) -> None:
    assert travel_hours([place("Oskmouth", content), place("Gannsund", "A port.")]) == {}


def test_a_way_leads_over_other_places_and_back() -> None:
    entries = [
        place("Vell", "Vell is three hours' walk from Orm."),
        place("Orm", "Orm lies two hours on foot from Kest."),
        place("Kest", "Kest is a village."),
    ]
    ways = travel_hours(entries)
    assert ways[frozenset(("Vell", "Kest"))] == 5
    assert ways[frozenset(("Orm", "Kest"))] == 2
    assert all(len(pair) == 2 for pair in ways)


def test_places_that_nobody_measured_have_no_way() -> None:
    assert travel_hours([place("Vell", "A town."), place("Orm", "A town near Vell.")]) == {}
