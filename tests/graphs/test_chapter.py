"""Every path of the chapter loop, with a scripted model."""

import json
import math
import sqlite3
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from graphs.chapter.routing import needs_revision
from graphs.chapter.state import Change, ChapterRequest, ChapterScene, ChapterTeam
from graphs.registry import GRAPHS
from tests.scripted import PROSE, Script, ScriptedChatModel
from workbench.domain.context import AssembledContext, ContextPiece
from workbench.domain.model import ModelCall
from workbench.domain.review import joined_rating, measure
from workbench.errors import Cancelled, ModelFailed

SCENE = ChapterScene(
    context=AssembledContext(system="Rules.", text="Aria (character): A cartographer.", budget=500, layers=()), number=3
)


class Desk:
    """A team around a script, with what came out of it."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.calls: list[ModelCall] = []
        self.kept: list[str] = []
        self.stop = False

    def team(self, scene: ChapterScene = SCENE) -> ChapterTeam:
        return ChapterTeam(
            chat=lambda agent, **sampling: ScriptedChatModel(script=self.script, cancelled=lambda: self.stop),
            cancelled=lambda: self.stop,
            record=self.calls.append,
            gather=lambda request: scene,
            keep=self.keep,
        )

    def keep(self, request: ChapterRequest, scene: ChapterScene, text: str) -> dict[str, Any]:
        self.kept.append(text)
        return {"id": "p1", "text": text}

    def asked(self, agent: str) -> list[str]:
        return [str(messages[-1].content) for name, messages in self.script.calls if name == agent]


def request(**changes: Any) -> ChapterRequest:
    values: dict[str, Any] = {
        "story_id": "s",
        "instruction": "Aria finds a lantern",
        "words": 200,
        "max_rounds": 3,
        "accept_score": 6.0,
        "temperature": 0.8,
        "max_tokens": 900,
        "seed": 7,
    }
    return ChapterRequest(**{**values, **changes})


def run(desk: Desk, asked: ChapterRequest, scene: ChapterScene = SCENE) -> dict[str, Any]:
    return GRAPHS["chapter"]().compile().invoke({"request": asked}, context=desk.team(scene))


def test_a_good_draft_is_kept_after_one_round() -> None:
    desk = Desk(Script())
    output = run(desk, request())
    assert len(output["attempts"]) == 1
    assert output["passage"]["text"] == desk.kept[0]
    assert len(desk.kept[0].split()) > 160
    assert desk.asked("revise") == []
    assert output["usage"].written_tokens > 200
    assert {call.agent for call in desk.calls} == {"writer", "editor", "rater"}


def test_revises_until_the_round_limit_and_keeps_the_best_draft() -> None:
    script = Script()
    desk = Desk(script)
    digits = iter([{"8": 1.0}] * 5 + [{"3": 1.0}] * 5 + [{"4": 1.0}] * 5)

    def score(messages: Any, options: Any) -> str:
        script.digit = next(digits)
        return "5"

    script.answer["score"] = score
    output = run(desk, request(accept_score=9.0))
    assert [attempt.round for attempt in output["attempts"]] == [1, 2, 3]
    assert len(desk.asked("revise")) == 2
    assert output["chosen"].round == 1
    assert desk.kept == [output["attempts"][0].draft]


def test_a_revision_is_told_what_the_editor_said_of_the_draft() -> None:
    desk = Desk(Script())
    output = run(desk, request(accept_score=9.0, max_rounds=2))
    said = output["attempts"][0].review.suggestions
    assert said
    for suggestion in said:
        assert suggestion.quote in desk.asked("revise")[0]


def test_reviewers_go_on_from_the_writers_own_prompt() -> None:
    desk = Desk(Script())
    run(desk, request())
    writer = next(messages for name, messages in desk.script.calls if name == "writer")
    for agent in ("editor", "score", "rater"):
        messages = next(messages for name, messages in desk.script.calls if name == agent)
        assert [m.content for m in messages[: len(writer)]] == [m.content for m in writer]
        assert messages[len(writer)].content == desk.kept[0]


def test_ratings_are_expected_values_over_the_digits() -> None:
    script = Script()
    script.digit = {"2": 0.25, "6": 0.75}
    output = run(Desk(script), request(max_rounds=1))
    assert set(output["chosen"].rating.scores.values()) == {5.0}


def test_a_server_that_refuses_probabilities_is_asked_for_the_digit_alone() -> None:
    script = Script()
    script.failures["score"] = [ModelFailed("The server doesn't know logprobs.")]
    script.answer["score"] = lambda messages, options: "5" if options.get("logprobs") else "A 7, I would say."
    script.digit = {"5": 1.0}
    scores = run(Desk(script), request(max_rounds=1))["chosen"].rating.scores
    assert scores == {"plot": 7.0, "character": 5.0, "prose": 5.0, "pacing": 5.0, "engagement": 5.0}


def test_invented_quotes_are_dropped() -> None:
    script = Script()
    real = PROSE[1]

    def review(messages: Any, options: Any) -> str:
        note = {"issue": "It says too little.", "suggestion": "Say more.", "severity": "minor"}
        return json.dumps({"suggestions": [{"quote": real, **note}], "summary": "A fair start."})

    script.answer["editor"] = review
    chosen = run(Desk(script), request(max_rounds=1))["chosen"]
    assert [s.quote for s in chosen.review.suggestions if s.source == "editor"] == [real]
    invented = json.dumps(
        {"suggestions": [{"quote": "A dragon!", "issue": "It is loud.", "suggestion": "Hush it.", "severity": "minor"}]}
    )
    script.answer["editor"] = lambda messages, options: invented
    chosen = run(Desk(script), request(max_rounds=1))["chosen"]
    assert not [s for s in chosen.review.suggestions if s.source == "editor"]
    assert "editor" in chosen.review.summary


def test_a_broken_review_is_asked_for_again() -> None:
    script = Script()
    answers = iter(["{broken", None])

    def review(messages: Any, options: Any) -> str:
        broken = next(answers)
        if broken:
            return broken
        del script.answer["editor"]
        script.calls.pop()
        return script.says(messages, options)

    script.answer["editor"] = review
    chosen = run(Desk(script), request(max_rounds=1))["chosen"]
    assert [s for s in chosen.review.suggestions if s.source == "editor"]


def test_a_short_draft_is_gone_on_with_and_a_loop_is_taken_out() -> None:
    script = Script()
    script.answer["writer"] = lambda messages, options: "Aria lit the lantern slowly. " * 30
    output = run(Desk(script), request(max_rounds=1))
    text = output["passage"]["text"]
    assert text.count("Aria lit the lantern slowly.") == 1
    assert len(text.split()) > 160
    assert script.calls[1][0] == "continue"


def test_what_introduced_a_repeated_line_at_the_end_goes_with_it() -> None:
    script = Script()
    body = script.chapter([])
    script.answer["writer"] = lambda messages, options: f'"Come with me." {body}'
    again = 'It rained on the quay all night. Then she looked at Tobin,\n\n"Come with me."'
    script.answer["continue"] = lambda messages, options: again
    text = run(Desk(script), request(max_rounds=1, words=600))["passage"]["text"]
    assert text.endswith("It rained on the quay all night.")


def test_headings_are_not_part_of_the_text() -> None:
    script = Script()
    body = script.chapter([])
    script.answer["writer"] = lambda messages, options: f"## Chapter 3: The Bell\n\n{body}"
    assert run(Desk(script), request(max_rounds=1))["passage"]["text"].startswith("It began")


def test_characters_that_were_chosen_react_and_are_heard_in_the_revision() -> None:
    desk = Desk(Script())
    scene = SCENE.model_copy(update={"characters": {"Aria": "A cartographer."}})
    output = run(desk, request(accept_score=9.0, max_rounds=2), scene)
    assert output["reactions"][0].character == "Aria"
    assert "Aria objects" in desk.asked("revise")[0]


def test_a_writer_that_says_nothing_is_told() -> None:
    script = Script()
    script.answer["writer"] = script.answer["continue"] = lambda messages, options: " "
    with pytest.raises(ModelFailed, match="no text"):
        run(Desk(script), request())


def test_stopping_ends_the_run_and_keeps_nothing() -> None:
    script = Script()
    desk = Desk(script)

    def review(messages: Any, options: Any) -> str:
        desk.stop = True
        return "{}"

    script.answer["editor"] = review
    with pytest.raises(Cancelled):
        run(desk, request())
    assert desk.kept == []


def test_an_interrupted_run_goes_on_from_its_last_step() -> None:
    script = Script()
    desk = Desk(script)
    script.failures["rater"] = [ModelFailed("gone")]
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    graph = GRAPHS["chapter"]().compile(checkpointer=SqliteSaver(connection))
    config = {"configurable": {"thread_id": "r1"}}
    with pytest.raises(ModelFailed):
        graph.invoke({"request": request(max_rounds=1)}, config, context=desk.team())
    written = [name for name, _ in script.calls].count("writer")
    output = graph.invoke(None, config, context=desk.team())
    assert output["passage"]["text"] == desk.kept[0]
    assert [name for name, _ in script.calls].count("writer") == written == 1


def test_template_syntax_stays_text() -> None:
    desk = Desk(Script())
    run(desk, request(instruction="{{ 7*7 }} {% for x in y %}", max_rounds=1))
    assert "{{ 7*7 }} {% for x in y %}" in desk.asked("writer")[0]
    assert "49" not in desk.asked("writer")[0]


@pytest.mark.parametrize(
    ("score", "round_", "follows"),
    [(5.9, 1, "writer"), (6.0, 1, "finalise"), (9.0, 1, "finalise"), (1.0, 3, "finalise"), (1.0, 2, "writer")],
)
def test_router(score: float, round_: int, follows: str) -> None:
    rating = joined_rating({"plot": 5.0}, measure("a b", "", 2)).model_copy(update={"overall": score})
    assert needs_revision({"request": request(), "rating": rating, "round": round_}) == follows


def test_expected_digit_ignores_what_is_no_digit() -> None:
    script = Script()
    script.digit = {" the": 0.6, "4": 0.3, " 8": 0.1}
    output = run(Desk(script), request(max_rounds=1))
    assert math.isclose(output["chosen"].rating.scores["plot"], 5.0, abs_tol=0.01)


# A chapter with a change

OLD = "\n\n".join(" ".join(PROSE[start : start + 4]).format(who="Aria") for start in (0, 4, 8))


def change(instruction: str = "Let it rain", **changes: Any) -> ChapterRequest:
    asked = Change(passage_id="p0", text=OLD, instruction=instruction, words=len(OLD.split()), people=("Aria",))
    return request(max_rounds=1, change=asked.model_copy(update=changes))


def test_a_change_is_asked_for_behind_the_beginning_that_the_chapter_had() -> None:
    desk = Desk(Script())
    run(desk, request(max_rounds=1))
    first = desk.script.calls[0][1]
    output = run(desk, change())
    messages = next(messages for name, messages in desk.script.calls if name == "modify")
    assert [m.content for m in messages[:2]] == [m.content for m in first]
    assert messages[2].content == OLD
    assert "with this change: Let it rain" in str(messages[3].content)
    assert "Keep Aria in it." in str(messages[3].content)
    assert output["passage"]["text"].startswith(OLD[:60])
    assert "Let it rain" in output["passage"]["text"]
    assert output["chosen"].as_asked


def test_a_chapter_that_comes_back_as_it_was_is_asked_for_in_a_few_sentences() -> None:
    script = Script()
    desk = Desk(script)
    answers = iter([OLD, "It rained on the quay. Nobody minded the rain."])
    script.answer["modify"] = lambda messages, options: next(answers)
    text = run(desk, change())["passage"]["text"]
    assert "It rained on the quay. Nobody minded the rain." in text
    assert text.replace("It rained on the quay. Nobody minded the rain.", "").split() == OLD.split()


def test_a_change_that_did_not_come_about_is_said() -> None:
    script = Script()
    desk = Desk(script)
    script.answer["modify"] = lambda messages, options: OLD
    chosen = run(desk, change())["chosen"]
    assert chosen.draft == OLD
    assert chosen.review.summary.startswith("The chapter came back unchanged.")
    assert not chosen.as_asked


def test_a_change_that_loses_somebody_is_said() -> None:
    script = Script()
    script.answer["modify"] = lambda messages, options: OLD.replace("Aria", "Bram") + " It rained."
    summary = run(Desk(script), change())["chosen"].review.summary
    assert "Aria went missing." in summary


def test_what_a_change_leaves_out_at_the_end_stands_as_it_was() -> None:
    script = Script()
    script.answer["modify"] = lambda messages, options: "It rained. " + OLD.split("\n\n")[0]
    text = run(Desk(script), change())["passage"]["text"]
    assert text.startswith("It rained. ")
    assert text.endswith(OLD.split("\n\n")[2])
    assert len(text.split()) == len(OLD.split()) + 2


def test_a_change_is_what_the_draft_is_measured_by() -> None:
    output = run(Desk(Script()), change("Let it rain, and add an elephant"))
    measures = output["chosen"].rating.measures
    assert measures.words_asked == len(OLD.split())
    assert measures.missing == ()
    assert measures.coverage == 1.0


def test_a_revised_change_is_still_told_what_to_change() -> None:
    desk = Desk(Script())
    run(desk, change().model_copy(update={"max_rounds": 2, "accept_score": 9.0}))
    assert "What happens in it: Aria finds a lantern\nLet it rain" in desk.asked("revise")[0]


def test_what_is_meant_for_the_writer_alone_reaches_nobody_else() -> None:
    own = ContextPiece(layer="plot", text="Only you know that the bell is a bomb.", agents=("writer",))
    scene = SCENE.model_copy(update={"context": SCENE.context.model_copy(update={"own": (own,)})})
    desk = Desk(Script())
    run(desk, request(max_rounds=2, accept_score=9.0), scene)
    told = {name: "bomb" in "".join(str(m.content) for m in messages) for name, messages in desk.script.calls}
    assert told == {"writer": True, "revise": True, "editor": False, "score": False, "rater": False}


def test_what_is_meant_for_revising_alone_is_not_shown_before() -> None:
    own = ContextPiece(layer="plot", text="Make it darker.", phases=("revising",))
    scene = SCENE.model_copy(update={"context": SCENE.context.model_copy(update={"own": (own,)})})
    desk = Desk(Script())
    run(desk, request(max_rounds=2, accept_score=9.0), scene)
    told = {name: "darker" in "".join(str(m.content) for m in messages) for name, messages in desk.script.calls}
    assert told == {"writer": False, "revise": True, "editor": False, "score": False, "rater": False}
