"""Each operation of the team, with a scripted model: what is asked, what is checked, and what comes of bad answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from graphs.chapter.state import ChapterRequest, ChapterScene
from graphs.operations.graph import operation_asked
from graphs.operations.state import CharacterTask, FleshOutTask, PersonTask, RetellTask, ReviewTask
from graphs.registry import GRAPHS
from graphs.team import AgentTeam
from tests.scripted import PROSE, Script, ScriptedChatModel
from workbench.domain.context import AssembledContext, ContextPiece
from workbench.domain.model import ModelCall
from workbench.errors import AnswerRefused, Cancelled, ModelFailed

OWN = ContextPiece(layer="system", text="Praise nothing.", agents=("editor",))
CONTEXT = AssembledContext(system="Rules.", text="Aria (character): A cartographer.", budget=500, layers=(), own=(OWN,))
TEXT = " ".join(PROSE[:8]).format(who="Aria")
REQUEST = ChapterRequest(
    story_id="s",
    instruction="Aria finds a lantern",
    words=120,
    max_rounds=1,
    accept_score=6.0,
    temperature=0.8,
    max_tokens=400,
    seed=7,
)


class Desk:
    """A team around a script."""

    def __init__(self) -> None:
        self.script = Script()
        self.stop = False
        self.calls: list[ModelCall] = []

    def run(self, task: Any) -> dict[str, Any]:
        team = AgentTeam(
            chat=lambda agent, **sampling: ScriptedChatModel(script=self.script, cancelled=lambda: self.stop),
            cancelled=lambda: self.stop,
            record=self.calls.append,
        )
        output = GRAPHS["operation"]().compile().invoke({"task": task}, context=team)
        assert output["usage"].prompt_tokens >= 0
        return dict(output["result"])

    def answers(self, agent: str, *texts: str | None) -> None:
        """Say `texts` one after the other; None is what the script says by itself."""
        left = iter(texts)

        def answer(messages: Any, options: Any) -> str:
            text = next(left)
            if text is not None:
                return text
            kept = self.script.answer.pop(agent)
            said = self.script.says(messages, options)
            self.script.answer[agent] = kept
            return said

        self.script.answer[agent] = answer

    def asked(self, agent: str) -> list[str]:
        return [str(messages[-1].content) for name, messages in self.script.calls if name == agent]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def passage_task(operation: Any, **changes: Any) -> ReviewTask:
    scene = ChapterScene(context=CONTEXT, number=3)
    values = {"operation": operation, "text": TEXT, "context": CONTEXT, "request": REQUEST, "scene": scene}
    return ReviewTask(**{**values, **changes})


def pasted_task(operation: Any, text: str = TEXT) -> ReviewTask:
    return ReviewTask(operation=operation, text=text, context=CONTEXT)


# Reviews


def test_a_passage_is_reviewed_from_its_writers_own_prompt(desk: Desk) -> None:
    desk.run(passage_task("editor_review"))
    system, begun, draft, task = (str(message.content) for message in desk.script.calls[0][1])
    assert system == "Rules."
    assert begun.startswith("Aria (character)")
    assert "Write chapter 3 of this story, about 120 words" in begun
    assert begun.endswith("What happens in it: Aria finds a lantern")
    assert draft == TEXT
    assert task.startswith("Now you are the editor")


def test_a_pasted_text_stands_behind_the_context_and_before_the_task(desk: Desk) -> None:
    desk.run(pasted_task("rater_feedback"))
    for _, messages in desk.script.calls:
        assert [str(message.content) for message in messages[1:3]] == [CONTEXT.text, TEXT]
        assert "Write chapter" not in "".join(str(message.content) for message in messages)


def test_an_element_for_the_editor_alone_reaches_only_the_editor(desk: Desk) -> None:
    desk.run(passage_task("editor_review"))
    desk.run(passage_task("rater_feedback"))
    for agent, messages in desk.script.calls:
        shown = "Praise nothing." in "".join(str(message.content) for message in messages)
        assert shown == (agent == "editor")


def test_quotes_of_a_review_stand_in_the_text(desk: Desk) -> None:
    note = {"issue": "It says too little.", "suggestion": "Say more of it.", "severity": "minor"}
    said = [
        json.dumps({"suggestions": [{"quote": quote, **note}], "summary": "A fair start."})
        for quote in ("A dragon came.", PROSE[1])
    ]
    desk.answers("editor", *said)
    review = desk.run(pasted_task("editor_review"))
    assert [one["quote"] for one in review["suggestions"] if one["source"] == "editor"] == [PROSE[1]]
    assert review["summary"] == "A fair start."


def test_an_editor_whose_advice_is_no_advice_is_asked_again(desk: Desk) -> None:
    copied = {"quote": PROSE[1], "issue": PROSE[1][:40], "suggestion": "Say more of it.", "severity": "minor"}
    first = json.dumps({"suggestions": [copied], "summary": "A fair start."})
    second = json.dumps({"suggestions": [{**copied, "issue": "It says too little."}], "summary": "Better than before."})
    desk.answers("editor", first, second)
    review = desk.run(pasted_task("editor_review"))
    assert [one["issue"] for one in review["suggestions"] if one["source"] == "editor"] == ["It says too little."]
    assert review["dropped"] == 1


def test_a_review_that_cannot_be_had_is_still_a_review(desk: Desk) -> None:
    desk.answers("editor", "{broken", "no")
    review = desk.run(pasted_task("editor_review"))
    assert "editor" in review["summary"]
    assert review["suggestions"] == []


def test_scores_join_digits_and_measures(desk: Desk) -> None:
    desk.script.digit = {"2": 0.25, "6": 0.75}
    rating = desk.run(pasted_task("rater_feedback"))
    assert set(rating["scores"].values()) == {5.0}
    assert 1 <= rating["overall"] <= 5.0
    # Nobody asked for a length or for anything in it: a pasted text isn't measured by that.
    assert "asked for" not in rating["rationale"]
    assert "request" not in rating["rationale"]
    asked = desk.run(passage_task("rater_feedback"))
    assert "about 120 were asked for" in asked["rationale"]


# People

SCENES = "Aria counted the lanterns on the quay. Tobin had taken two of them."
GOOD = {
    "feedback": "I counted them myself, and he thinks that I am blind.",
    "wants": "I want both of my lights back before dark.",
    "concerns": "I fear that he has sold them already.",
}


def character(**changes: Any) -> CharacterTask:
    return CharacterTask(**{"name": "Aria", "context": CONTEXT, "scenes": SCENES, **changes})


def test_a_character_answers_in_three_parts(desk: Desk) -> None:
    desk.answers("feedback", json.dumps(GOOD))
    assert desk.run(character()) == {"character": "Aria", **GOOD, "problem": ""}
    assert SCENES in desk.asked("feedback")[0]


def test_a_question_is_put_to_them(desk: Desk) -> None:
    desk.answers("feedback", json.dumps(GOOD))
    desk.run(character(question="Whom do you trust?"))
    assert "The writer asks Aria: Whom do you trust?" in desk.asked("feedback")[0]


def test_who_was_not_there_is_not_told_the_text(desk: Desk) -> None:
    desk.answers("feedback", json.dumps(GOOD))
    desk.run(character(scenes=""))
    assert "Aria wasn't there" in desk.asked("feedback")[0]


def test_a_copy_of_the_scene_is_asked_for_again(desk: Desk) -> None:
    desk.answers("feedback", json.dumps({**GOOD, "feedback": SCENES}), json.dumps(GOOD))
    assert desk.run(character())["feedback"] == GOOD["feedback"]
    assert len(desk.asked("feedback")) == 2


@pytest.mark.parametrize("bad", ["{broken", json.dumps({**GOOD, "wants": "the lanterns the lanterns the lanterns"})])
def test_what_they_cannot_say_is_said_to_be_missing(desk: Desk, bad: str) -> None:
    desk.answers("feedback", bad, bad, bad)
    said = desk.run(character())
    assert all(isinstance(said[part], str) and said[part] for part in ("feedback", "wants", "concerns"))
    assert "Aria found no words" in said["wants"]
    assert "larger model" in said["problem"]


# Prose


def flesh_out(**changes: Any) -> FleshOutTask:
    values = {"context": CONTEXT, "lines": "Aria finds Tobin's boat empty.", "words": 120, "max_tokens": 600}
    return FleshOutTask(**{**values, **changes})


def test_a_short_scene_is_gone_on_with_and_ends_with_a_sentence(desk: Desk) -> None:
    first, second = " ".join(PROSE[:4]), " ".join(PROSE[4:12]) + " And when the next mor"
    desk.answers("expander", first.format(who="Aria"), second.format(who="Tobin"))
    text = desk.run(flesh_out())["text"]
    assert text.startswith("Aria came down the wet stairs")
    assert text.endswith("but it had been both.") or text.endswith(".")
    assert "next mor" not in text
    assert len(desk.asked("expander")) == 2
    assert "Go on from its last sentence" in desk.asked("expander")[1]


def test_whom_the_lines_name_is_in_the_scene(desk: Desk) -> None:
    desk.answers("expander", TEXT)
    text = desk.run(flesh_out(words=100, people=(("Aria",), ("Tobin",))))["text"]
    assert text.startswith("Aria finds Tobin's boat empty.\n\nAria came down")


def test_an_expander_that_says_nothing_is_told(desk: Desk) -> None:
    desk.answers("expander", *[" "] * 6)
    with pytest.raises(ModelFailed, match="no text"):
        desk.run(flesh_out())


def test_stopping_ends_it(desk: Desk) -> None:
    desk.stop = True
    with pytest.raises(Cancelled):
        desk.run(flesh_out())


# Entries


def person(**changes: Any) -> PersonTask:
    values = {"name": "Elin Dahl", "hint": "a baker", "world": "World: Vell\nA town.", "world_title": "Vell"}
    return PersonTask(**{**values, **changes})


def proposed(content: str, **more: Any) -> str:
    return json.dumps({"content": content, "tags": ["baker", "night"], "aliases": ["Elin"], **more})


def test_an_invented_person_is_an_entry(desk: Desk) -> None:
    content = "Elin Dahl is a baker who works at night. She is afraid of dogs."
    desk.answers("designer", proposed(content))
    entry = desk.run(person(others=("Tobin",)))
    assert entry["title"] == "Elin Dahl"
    assert entry["kind"] == "character"
    assert entry["content"] == content
    assert entry["tags"] == ["baker", "night"]
    assert entry["aliases"] == ["Elin"]
    assert "Tobin" in desk.asked("designer")[0]


def test_an_alias_of_somebody_else_is_left_out(desk: Desk) -> None:
    desk.answers("designer", proposed("Elin Dahl is a baker. She is afraid of dogs."))
    assert desk.run(person(taken=("Elin",)))["aliases"] == []


@pytest.mark.parametrize("bad", ["{broken", proposed("You are a village of fish and you are a village. It rains.")])
def test_without_an_answer_the_hint_speaks(desk: Desk, bad: str) -> None:
    desk.answers("designer", bad, bad)
    entry = desk.run(person())
    assert entry["content"] == "Elin Dahl is one of the people of Vell. Elin Dahl is a baker."
    assert entry["tags"] == ["baker"]


def retelling(**changes: Any) -> RetellTask:
    values = {
        "title": "Tobin",
        "names": ("Tobin",),
        "kind": "character",
        "content": "Tobin is a ferryman with a debt to the mayor.",
        "note": "Tobin lost his left hand in the mill.",
    }
    return RetellTask(**{**values, **changes})


def test_a_bio_is_told_with_what_has_become_true(desk: Desk) -> None:
    told = "A ferryman with a debt to the mayor, Tobin lost his left hand in the mill."
    desk.answers("biographer", told)
    assert desk.run(retelling()) == {"content": told, "origin": "model", "problem": ""}


def test_a_bio_that_loses_or_invents_is_mended(desk: Desk) -> None:
    bad = "Tobin is the king of Marbury. Tobin has a debt to the mayor and is a ferryman."
    desk.answers("biographer", bad, bad)
    bio = desk.run(retelling())
    assert "Marbury" not in bio["content"]
    assert "left hand" in bio["content"]
    assert bio["origin"] == "mixed"
    assert bio["problem"]


def test_the_same_bio_again_is_said_to_be_the_same(desk: Desk) -> None:
    same = "Tobin is a ferryman with a debt to the mayor."
    desk.answers("biographer", same, same)
    bio = desk.run(retelling(note=""))
    assert (bio["content"], bio["origin"]) == (same, "unchanged")
    assert "no other words" in bio["problem"]


# The graph


@pytest.mark.parametrize(
    ("task", "node"),
    [
        (passage_task("editor_review"), "editor_review"),
        (pasted_task("rater_feedback"), "rater_feedback"),
        (character(), "character_feedback"),
        (flesh_out(), "flesh_out"),
        (person(), "invent_person"),
        (retelling(), "retell"),
    ],
)
def test_router(task: Any, node: str) -> None:
    assert operation_asked({"task": task}) == node


@pytest.mark.parametrize("make", [character, person, retelling, flesh_out, lambda: pasted_task("rater_feedback")])
def test_an_outage_is_no_bad_answer(desk: Desk, make: Callable[[], Any]) -> None:
    for agent in ("feedback", "designer", "biographer", "expander", "rater"):
        desk.script.failures[agent] = [ModelFailed("The server is gone. Start it again.")]
    with pytest.raises(ModelFailed, match="server is gone") as told:
        desk.run(make())
    assert not isinstance(told.value, AnswerRefused)


def test_an_answer_without_its_form_is_told_in_plain_words(desk: Desk) -> None:
    desk.answers("designer", *["It was raining."] * 9)
    try:
        told = json.dumps(desk.run(person()))
    except AnswerRefused as error:
        told = str(error)
        assert told.endswith("choose a larger model.")
    assert "valid" not in told
    assert "JSON" not in told
