"""What people look like: only what a chapter says, and what was said first holds."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.looks import LONGEST, as_told, merged, parts_of, phrases, read_by_rule

CHAPTER = (
    "Solvei sat on the stairs and wore a torn blue coat. “I had a red hat,” she said. Her short black hair was wet. "
    "Ruben had three keys. Then Ilse came, who wore green boots."
)


def test_what_a_chapter_says_outright_is_read_without_a_model() -> None:
    assert read_by_rule("Solvei wore a torn blue coat, and Ruben had three keys.", ["Solvei", "Ruben"]) == {
        "Solvei": "a torn blue coat"
    }
    # What somebody says of a look isn't what one sees.
    assert read_by_rule("“Solvei wore a torn blue coat,” said Ruben.", ["Solvei", "Ruben"]) == {}


def test_what_a_model_adds_of_its_own_is_dropped() -> None:
    proposed = {
        "Solvei": "a torn blue coat, short black hair, silver eyes",
        "Ruben": "three keys",
        "Nobody": "a torn blue coat",
    }
    assert as_told(proposed, CHAPTER) == {"Solvei": "a torn blue coat, short black hair"}
    # What is told of somebody else three sentences on is not theirs.
    assert as_told({"Solvei": "green boots"}, CHAPTER) == {}


def test_what_was_said_first_holds_unless_the_story_changes_it() -> None:
    looks = {"Solvei": "a torn blue coat, short black hair"}
    same = merged(looks, {"Solvei": "a long white coat, muddy boots"}, "Solvei came in a long white coat.")
    assert same == {"Solvei": "a torn blue coat, short black hair, muddy boots"}
    other = merged(looks, {"Solvei": "a long white coat"}, "Solvei took off her rags and put on a long white coat.")
    assert other == {"Solvei": "short black hair, a long white coat"}
    assert merged(looks, {"Ruben": "a grey beard"}, "Ruben had a grey beard.")["Ruben"] == "a grey beard"


@given(st.lists(st.sampled_from(["a red hat", "a blue hat", "grey eyes", "black boots", "long hair"]), max_size=12))
def test_nobody_gets_two_hats_without_a_reason(told: list[str]) -> None:
    looks: dict[str, str] = {}
    for phrase in told:
        looks = merged(looks, {"Ada": phrase}, f"Ada had {phrase}.")
    parts = [part for phrase in phrases(looks.get("Ada", "")) for part in parts_of(phrase)]
    assert len(parts) == len(set(parts))
    assert len(looks.get("Ada", "")) <= LONGEST
    if told:
        assert phrases(looks["Ada"])[0] == told[0]
