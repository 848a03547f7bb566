"""Ratings joined with facts, and suggestions held against the draft."""

from workbench.domain.review import (
    DIMENSIONS,
    Suggestion,
    checked_suggestions,
    joined_rating,
    measure,
    measured_suggestions,
)

GOOD = (
    "Aria climbed the bell tower with a lantern under her coat. The rope was wet and smelled of tar. Far below, the "
    "town of Vell turned over in its sleep. She counted nine windows, then ten, and the tenth went dark as she looked."
)
LOOP = "Aria climbed the bell tower with a lantern. " * 6
LIKED = dict.fromkeys(DIMENSIONS, 9.0)


def test_a_text_that_repeats_itself_cannot_score_well_however_much_the_model_likes_it() -> None:
    good = joined_rating(LIKED, measure(GOOD, "Aria climbs the bell tower with a lantern", 45))
    loop = joined_rating(LIKED, measure(LOOP, "Aria climbs the bell tower with a lantern", 45))
    assert good.overall > 7
    assert loop.overall < 3.5


def test_length_and_request_count() -> None:
    whole = joined_rating(LIKED, measure(GOOD, "Aria climbs the tower", 45)).overall
    assert joined_rating(LIKED, measure(GOOD, "Aria climbs the tower", 400)).overall < whole - 2
    assert joined_rating(LIKED, measure(GOOD, "A comet destroys the moon palace", 45)).overall < whole - 1


def test_the_rationale_says_what_was_measured() -> None:
    rating = joined_rating(LIKED, measure(LOOP, "A comet falls", 45), "Strong opening.")
    assert rating.rationale.startswith("Strong opening. Measured: 48 words where about 45 were asked for")
    assert "stands 6 times" in rating.rationale
    assert "comet" in rating.rationale


def test_invented_and_double_quotes_are_dropped() -> None:
    real = Suggestion(quote="The rope was wet and smelled of tar.", issue="It is flat.", suggestion="Sharpen it.")
    invented = real.model_copy(update={"quote": "The dragon roared."})
    silent = real.model_copy(update={"quote": "Far below, the town", "issue": " "})
    echo = real.model_copy(update={"quote": "She counted nine windows", "issue": "She counted nine windows"})
    kept, dropped = checked_suggestions([real, invented, real, silent, echo], GOOD)
    assert kept == [real]
    assert dropped == 4


def test_measured_suggestions_quote_the_draft() -> None:
    found = measured_suggestions(LOOP, measure(LOOP, "A comet falls", 200))
    assert {item.severity for item in found} >= {"major", "moderate"}
    kept, dropped = checked_suggestions(found, LOOP)
    assert dropped == len(found) - len(kept)
    assert kept
    assert all(item.source == "measured" for item in kept)
