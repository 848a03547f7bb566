"""A plan read out of a text: whatever its form, in its own words."""

import pytest

from workbench.domain.plan_text import plan_parts, title_of
from workbench.domain.text import words

BOOK = """# My Book
## Act I: Storm
### Chapter 1: The Bell
Aria hears it.
- She goes
- He stays

### Chapter 2 - The Quay
More rain.
## Act II
### Chapter 3
Last things.
"""
NUMBERED = """1. The Bell: Aria hears it ring.
2. Tobin goes down to the quay and finds a letter.
   He burns it.
3. Silence
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOOK, ["1|The Bell|Aria hears it. She goes. He stays.", "2|The Quay|More rain.", "3||Last things."]),
        ("Chapter One. The Bell\n\nAria runs.\n\nChapter Two. Sea\n\nShe swims.",
         ["1|The Bell|Aria runs.", "2|Sea|She swims."]),
        ("CHAPTER IV: Rain\nIt rains.\nCHAPTER V: Sun\nIt stops.", ["4|Rain|It rains.", "5|Sun|It stops."]),
        ("**Chapter 1: The Bell** Aria runs.", ["1|The Bell|Aria runs."]),
        (
            NUMBERED,
            [
                "1|The Bell|Aria hears it ring.",
                "2||Tobin goes down to the quay and finds a letter. He burns it.",
                "3|Silence|",
            ],
        ),
        ("- Aria wakes\n- Tobin lies\n  - He says it burned\n", ["1|Aria wakes|", "2|Tobin lies|He says it burned."]),
        ("Act I: Storm\nThey fight.\n\nAct II: Calm\nThey rest.", ["1|Storm|They fight.", "2|Calm|They rest."]),
        ("# One\nFirst of all.\n# Two\nThen more.", ["1|One|First of all.", "2|Two|Then more."]),
        ("Aria hears the bell. She runs.\n\nTobin lies.", ["1||Aria hears the bell. She runs.", "2||Tobin lies."]),
    ],
)  # fmt: skip
def test_forms_of_a_plan(text: str, expected: list[str]) -> None:
    assert [f"{part.number}|{part.title}|{part.summary}" for part in plan_parts(text)] == expected


def test_a_title_keeps_to_the_texts_words() -> None:
    text = "Aria hears the bell and goes out into the rain."
    assert title_of(text, "The Bell and the Rain") == "The Bell and the Rain"
    assert title_of(text, "The Dragon of the North") == "Aria hears the bell"


@pytest.mark.parametrize(
    "text", ["…", "Rain.", "a" * 5000, "1.", "- \n- ", "Chapter 1\nChapter 2\n", "#\n#", "x\ty\n\n\nz", "** ** **"]
)
def test_odd_texts_give_titles_of_their_own_words(text: str) -> None:
    for part in plan_parts(text):
        title = part.title or title_of(part.whole)
        assert title == "Untitled" or set(words(title)) <= set(words(text)) or title in text


PARTED = """Ashes: a novel

# Part One: Salt
The sea takes the town.
## The Bell
Aria hears it.
## The Quay
She goes there.

# Part Two
1. Fire: The mill burns.
2. Smoke: They leave.

# Part Three: Home
They come back, and nothing is as it was.
"""


def test_headings_of_parts_stay_with_their_chapters() -> None:
    found = [(one.number, one.title, one.part, one.part_summary) for one in plan_parts(PARTED)]
    assert found == [
        (1, "The Bell", "Salt", "The sea takes the town."),
        (2, "The Quay", "Salt", "The sea takes the town."),
        (3, "Fire", "Part Two", ""),
        (4, "Smoke", "Part Two", ""),
        (5, "Home", "", ""),
    ]


def test_acts_with_chapters_below_them_are_parts() -> None:
    assert [one.part for one in plan_parts(BOOK)] == ["Storm", "Storm", "Act II"]
    assert [one.part for one in plan_parts("Act I: Storm\nThey fight.\n\nAct II: Calm\nThey rest.")] == ["", ""]
