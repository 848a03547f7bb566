"""Contradictions of a draft in the chapter loop: what the editor says of them, and what becomes of the draft."""

from typing import Any

from graphs.chapter.state import ChapterTeam
from graphs.registry import GRAPHS
from tests.graphs.test_chapter import Desk, request
from tests.scripted import Script, agent_of
from workbench.domain.review import continuity_suggestions
from workbench.domain.text import sentences
from workbench.domain.timeline import Quote, Violation

THERE = Quote(passage_id="p9", quote="Aria stayed in Vell all night.", source="Chapter 2")


def violation(quote: str, **fields: Any) -> Violation:
    given = {
        "key": "k",
        "rule": "two_places",
        "title": "In two places at once",
        "message": "Aria is in Vell and on the ship at one time.",
        "evidence": (THERE, Quote(quote=quote, source="the draft")),
    }
    return Violation.model_validate({**given, **fields})


def run(script: Script, wrong_in: int, dismissed: str = "", **asked: Any) -> tuple[Desk, dict[str, Any]]:
    """A run whose first `wrong_in` drafts contradict the story with their second sentence."""
    desk, seen = Desk(script), list[str]()

    def contradictions(_request: Any, draft: str) -> list[Violation]:
        seen.append(draft)
        return [violation(sentences(draft)[1], dismissed=dismissed)] if len(seen) <= wrong_in else []

    team = desk.team()
    team = ChapterTeam(**{**team.__dict__, "contradictions": contradictions})
    return desk, GRAPHS["chapter"]().compile().invoke({"request": request(**asked)}, context=team)


def test_a_contradiction_is_the_editors_first_and_severe_suggestion_with_both_sentences() -> None:
    desk, output = run(Script(), wrong_in=1, max_rounds=1)
    first = output["chosen"].review.suggestions[0]
    assert (first.source, first.severity) == ("continuity", "major")
    assert first.quote in desk.kept[0]
    assert THERE.quote in first.issue
    assert "Chapter 2" in first.issue
    assert output["chosen"].contradictions[0].rule == "two_places"


def test_a_draft_that_contradicts_the_story_is_revised_however_good_it_is() -> None:
    desk, output = run(Script(), wrong_in=1)
    assert [attempt.unsettled for attempt in output["attempts"]] == [1, 0]
    assert THERE.quote in desk.asked("revise")[0]
    assert output["attempts"][0].contradictions[0].evidence[1].quote in desk.asked("revise")[0]
    assert output["chosen"].round == 2
    assert output["chosen"].contradictions == ()


def test_one_that_stays_ends_with_the_rounds_and_is_told() -> None:
    _, output = run(Script(), wrong_in=9, max_rounds=2)
    assert len(output["attempts"]) == 2
    assert output["chosen"].unsettled == 1


def test_what_the_writer_lets_stand_is_no_suggestion_and_no_reason_to_revise() -> None:
    desk, output = run(Script(), wrong_in=9, dismissed="She has a twin.")
    assert len(output["attempts"]) == 1
    assert all(one.source != "continuity" for one in output["chosen"].review.suggestions)
    assert output["chosen"].contradictions[0].dismissed == "She has a twin."
    assert desk.asked("revise") == []


def test_without_contradictions_the_prompts_are_what_they_were() -> None:
    """And with them only the revision's own task changes, behind everything that is shared."""

    def prompts(desk: Desk) -> list[list[str]]:
        asked = [messages for _, messages in desk.script.calls if agent_of(messages) in ("writer", "editor", "score")]
        return sorted([str(message.content) for message in messages] for messages in asked)

    plain = Desk(Script())
    GRAPHS["chapter"]().compile().invoke({"request": request(max_rounds=1)}, context=plain.team())
    same, _ = run(Script(), wrong_in=0, max_rounds=1)
    assert prompts(same) == prompts(plain)
    wrong, _ = run(Script(), wrong_in=1, max_rounds=1)
    assert prompts(wrong) == prompts(plain)


def test_only_what_the_draft_itself_says_is_quoted_from_it() -> None:
    draft = "Aria slept. Aria sailed."
    elsewhere = violation("Aria flew.")
    assert continuity_suggestions([elsewhere], draft) == []
    both = violation("Aria sailed.", evidence=(Quote(quote="Aria slept."), Quote(quote="Aria sailed.")))
    (found,) = continuity_suggestions([both], draft)
    assert found.quote == "Aria sailed."
    assert "The chapter itself says: “Aria slept.”" in found.issue
