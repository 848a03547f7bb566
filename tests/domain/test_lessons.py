"""The lessons and settings that come along: enough of them, for all ages, and whole."""

import json
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from workbench.domain.categories import AGENCY_KINDS, Category
from workbench.domain.describing import thing_of
from workbench.domain.lessons import LessonSet

ASSETS = Path(__file__).parents[2] / "assets"
LESSONS = sorted((ASSETS / "lessons").glob("*.json"))
CATEGORIES = sorted((ASSETS / "adventures").glob("*.json"))


def test_there_are_enough_of_them() -> None:
    assert len(LESSONS) >= 6
    assert len(CATEGORIES) >= 8


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_topic_has_thirty_questions_for_readers_of_all_ages(path: Path) -> None:
    found = LessonSet.model_validate_json(path.read_text("utf-8"))
    assert found.id == path.stem
    assert len(found.questions) >= 30
    for age in (6, 8, 10, 12, 14):
        assert len(found.for_age(age)) >= 8, age
    places = Counter(len(one.wrong) for one in found.questions)
    assert set(places) == {2}, "three answers each, so that lessons look like the other choices"


@pytest.mark.parametrize("path", CATEGORIES, ids=lambda path: path.stem)
def test_a_setting_has_what_an_adventure_needs(path: Path) -> None:
    found = Category.model_validate_json(path.read_text("utf-8"))
    assert found.id == path.stem
    assert len(found.goal) == len(found.endings), "an ending belongs to the goal of the same place"
    for kind in AGENCY_KINDS:
        assert len(found.agencies_of(kind)) >= 3
    for kind in ("item", "gift"):
        drawn = [thing_of(one.name, one.thing, one.look, one.mark) for one in found.agencies_of(kind) if one.thing]
        assert len(drawn) == len(found.agencies_of(kind)), "what is offered can be seen"
        assert len({(one.shape, one.mark) for one in drawn}) == len(drawn), "and no two of them look the same"
    labels = [one.label for one in found.agencies] + [label for beat in found.beats for label in beat.choices]
    assert len({label.lower() for label in labels}) == len(labels)


def test_what_is_wrong_with_a_teachers_own_file_is_said() -> None:
    good = LESSONS[0].read_text("utf-8")
    value = LessonSet.model_validate_json(good).model_dump(mode="json")
    first = value["questions"][0]
    for change, said in (
        ({"wrong": [{"text": first["right"], "why": "It is the right one in fact."}] * 2}, "two answers are the same"),
        ({"age_from": 12, "age_to": 8}, "age_from is above age_to"),
        ({"question": "No question mark"}, "should match pattern"),
        ({"moment": f"Somebody says aloud: {first['right']} it is, of course."}, "gives the answer away"),
    ):
        with pytest.raises(ValidationError, match=said):
            LessonSet.model_validate({**value, "questions": [{**first, **change}, *value["questions"][1:]]})
    with pytest.raises(ValidationError, match="used twice"):
        LessonSet.model_validate({**value, "questions": [first, *value["questions"]]})


def test_the_schema_for_teachers_is_the_one_that_is_checked() -> None:
    schema = json.loads((ASSETS / "lessons" / "schema" / "lessons.schema.json").read_text("utf-8"))
    schema.pop("$schema")
    assert schema == LessonSet.model_json_schema()
