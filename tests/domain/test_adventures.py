"""The rules of adventures: which chapters there are, and what becomes of an answer."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.adventures import (
    FEWEST,
    MOST,
    Adventure,
    Chapter,
    answers_of,
    band_of,
    choices_of,
    next_question,
    planned_types,
    told_of,
    with_reflect,
)
from workbench.domain.lessons import Question, WrongAnswer


def question(number: int, first: int = 6, last: int = 9) -> Question:
    return Question(
        id=f"stones-{number}",
        age_from=first,
        age_to=last,
        question=f"What is stone number {number} made of?",
        right="Granite",
        wrong=(
            WrongAnswer(text="Chalk", why="Chalk is softer and white."),
            WrongAnswer(text="Ice", why="Ice melts here."),
        ),
        explanation="It is a hard stone that was once hot and liquid.",
        source="Any book of stones",
        moment="A mason holds up a heavy grey lump and turns it in the light.",
    )


@given(st.integers(FEWEST, MOST), st.data())
def test_the_plan_keeps_its_rules_whatever_is_answered(count: int, data: st.DataObject) -> None:
    planned = planned_types(count)
    for _ in range(data.draw(st.integers(0, 4))):
        lessons = [number for number, kind in enumerate(planned, 1) if kind == "lesson"]
        planned = with_reflect(planned, data.draw(st.sampled_from(lessons)))
    assert len(planned) == count
    assert (planned[0], planned[-1]) == ("story", "conclusion")
    assert "lesson" in planned
    assert "conclusion" not in planned[:-1]
    for one, other in pairwise(planned):
        assert not (one == other == "lesson")
        assert other != "reflect" or one == "lesson"


def test_a_wrong_answer_is_told_kindly_and_a_right_one_plainly() -> None:
    asked = question(1)
    wrong = told_of(asked, "Chalk")
    assert (wrong.correct, wrong.right, wrong.why) == (False, "Granite", "Chalk is softer and white.")
    right = told_of(asked, "Granite", again=True)
    assert (right.correct, right.why, right.again) == (True, "", True)
    assert right.explanation == asked.explanation


def test_answers_are_choices_in_an_order_that_stays_and_another_one_the_second_time() -> None:
    asked = question(1)
    first = answers_of(2, asked, 7)
    assert first == answers_of(2, asked, 7)
    assert {one.label for one in first} == {"Granite", "Chalk", "Ice"}
    assert [one.id for one in first] == ["2a", "2b", "2c"]
    orders = {tuple(one.label for one in answers_of(2, asked, 7, times)) for times in range(12)}
    assert len(orders) > 1
    assert not {one.id for one in choices_of(3, ["x", "y"])} & {one.id for one in first}


def adventure(*asked: str, age: int = 8) -> Adventure:
    chapters = tuple(
        Chapter(number=number, type="lesson", title="", text="", question_id=one) for number, one in enumerate(asked, 1)
    )
    return Adventure(
        id="a",
        category="caves",
        topic="stones",
        age=age,
        seed=3,
        words=100,
        planned=planned_types(7),
        chapters=chapters,
    )


def test_a_question_is_asked_once_and_for_the_readers_age_where_there_is_one() -> None:
    questions = [question(1), question(2), question(3, 12, 14)]
    first = next_question(questions, adventure())
    assert first is not None
    assert first.id != "stones-3"
    other = next_question(questions, adventure(first.id))
    assert other is not None
    assert {first.id, other.id} == {"stones-1", "stones-2"}
    third = next_question(questions, adventure(first.id, other.id))
    assert third is not None
    assert third.id == "stones-3"
    assert next_question(questions, adventure("stones-1", "stones-2", "stones-3")) is None


def test_younger_readers_get_shorter_chapters_in_easier_words() -> None:
    young, middle, older = band_of(5), band_of(9), band_of(18)
    assert young.share < middle.share < older.share
    assert len({young.manner, middle.manner, older.manner}) == 3
    assert [band_of(age).manner for age in (7, 8, 11, 12)] == [
        young.manner,
        middle.manner,
        middle.manner,
        older.manner,
    ]
