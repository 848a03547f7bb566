"""Somebody of a story speaks as themselves."""

import pytest

from workbench.domain.first_person import as_first_person, in_own_voice


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("I fear the tide. It takes what it wants.", "I fear the tide. It takes what it wants."),
        ("Ines Corrow fears the tide. I fear it too.", "I fear it too."),
        ("I am Ines Corrow, and I keep the lamps.", "I am Ines Corrow, and I keep the lamps."),
        ("As an AI I can't say. My lamps are out.", "My lamps are out."),
        ("The story is in the first person. Your answer should be short. My lamps are out.", "My lamps are out."),
        ("Ines Corrow is a lamplighter.", ""),
        ("She keeps the lamps.", ""),
        ("No.", "No."),
        ("Under the third step.", "Under the third step."),
        ("The archive is a place where the voices of the drowned are kept.", ""),
        ("", ""),
    ],
)
def test_only_what_is_said_in_the_own_voice_stands(said: str, kept: str) -> None:
    assert in_own_voice(said, "Ines Corrow") == kept


def test_a_description_that_is_repeated_is_said_in_the_first_person() -> None:
    description = (
        "Ines Corrow, thirty, is the only one who reads the labels before she lowers a bottle. "
        "She has an exact memory. Her hands smell of wax; she hums when she lies."
    )
    said = (
        "I am Ines Corrow. I am the only one who reads the labels before she lowers a bottle. She has an exact memory. "
        "Her hands smell of wax; she hums when she lies. She drowned last year, my sister."
    )
    assert in_own_voice(said, "Ines Corrow", description=description) == (
        "I am Ines Corrow. I am the only one who reads the labels before I lower a bottle. I have an exact memory. "
        "She drowned last year, my sister."
    )
    told = "You are the only one who reads the labels."
    assert in_own_voice(told, "Ines Corrow", description=description) == (
        "I am the only one who reads the labels before I lower a bottle."
    )
    for told in ("You live on the island. What do you want?", "She lives on the island, where it rains."):
        assert in_own_voice(told, "Ines Corrow", description=description, strict=False) == ""


def test_what_tells_of_nobody_may_stand_where_nothing_better_came() -> None:
    place = "The archive is a place where the voices of the drowned are kept."
    assert in_own_voice(f"{place} Ines Corrow works there.", "Ines Corrow", strict=False) == place
    assert in_own_voice(f"{place} She works there.", "Ines Corrow", strict=False) == ""


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("A mapmaker.", "I am Aria. I am a mapmaker."),
        ("Aria is a mapmaker. She never leaves her tower.", "I am Aria. I am a mapmaker. I never leave my tower."),
        ("Aria keeps the lamps and watches the tide.", "I am Aria. I keep the lamps and watch the tide."),
        ("She carries no knife. It rains.", "I am Aria. I carry no knife."),
        ("He was born in Vell. His mother, whom he loved, drowned.", "I am Aria. I was born in Vell."),
        ("Aria, thirty, is the last who reads before she leaves her desk.",
         "I am Aria. I am the last who reads before I leave my desk."),
        # Whoever “him” is, it isn't she.
        ("Aria is a mapmaker. She fears him and his dog.", "I am Aria. I am a mapmaker. I fear him and his dog."),
        ("Aria lost her hand. The king took it from her.", "I am Aria. I lost my hand."),
        ("The bell hangs in the tower.", "I am Aria."),
        ("", "I am Aria."),
    ],
)  # fmt: skip
def test_a_description_is_turned_round(description: str, told: str) -> None:
    assert as_first_person("Aria", description) == told
