"""What a story leaves open, by rule."""

from workbench.domain.threads import at_the_end, left_open, not_told, promises, questions


def test_promises_and_questions_are_found() -> None:
    text = "Mara rowed out. “I will come back for the lamp,” said Tobin. He slept. “Who sent the letter?” she asked."
    assert promises(text) == ["“I will come back for the lamp,” said Tobin."]
    assert questions("“Who sent the letter?” She slept. What?") == ["“Who sent the letter?”"]
    assert promises("Nobody said a word, and the rain fell on the quay.") == []


def test_what_is_taken_up_later_is_not_open() -> None:
    first = "Tobin promised to bring the lamp to the church. Who sent the letter from the north?"
    assert left_open([first]) == [
        "Who sent the letter from the north?",
        "Tobin promised to bring the lamp to the church.",
    ]
    assert left_open([first, "At noon Tobin brought the lamp to the church door."]) == [
        "Who sent the letter from the north?"
    ]
    assert left_open([first, first]) == left_open([first])


def test_what_a_chapter_has_passed_over_of_its_plan() -> None:
    planned = "Aria finds the silver key. Tobin burns the letter."
    assert not_told(planned, "In the mud Aria found a silver key.") == ["Tobin burns the letter."]
    assert not_told(planned, "Aria found the key, and Tobin burned the letter.") == []


def test_the_end_of_a_chapter_is_its_last_scene() -> None:
    assert at_the_end("They ate.\n\n* * *\n\nMara slept. It rained.") == "Mara slept. It rained."
    lines = [f"Line {number} stands here." for number in range(9)]
    assert at_the_end(" ".join(lines)) == " ".join(lines[-3:])
