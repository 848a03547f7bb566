"""Summing up with a scripted model: good answers, invented ones, none at all, and long texts."""

from typing import Any

import pytest

from graphs.agents import AGENTS
from graphs.distil.nodes import MOST_PORTIONS, TEMPERATURES, portions_of, temperature_for
from graphs.registry import GRAPHS
from graphs.team import AgentTeam
from tests.scripted import Script, ScriptedChatModel
from workbench.domain import text as prose
from workbench.domain.agents import AgentSpec
from workbench.domain.summaries import picked, problem_of
from workbench.errors import AnswerRefused, Cancelled, ModelFailed

TEXT = (
    "Rain stood in the gutters of Vell. Mara Voss walked along the quay and thought of supper. “You are late,” said "
    "Tobin. The lamps were lit one by one. Tobin sold the silver key to the harbour master for 40 crowns. Mara asked "
    "for her half. He shook his head. A dog barked somewhere. In the night Mara burned the ledger in the stove. Nobody "
    "saw the smoke."
)
GOOD = "Tobin sold the silver key for 40 crowns, and Mara burned the ledger in the stove."


class Asked:
    """A team that notes with what it was asked."""

    def __init__(self, script: Script, cancelled: bool = False) -> None:
        self.sampling: list[dict[str, Any]] = []
        self.script, self.cancelled = script, cancelled

    def chat(self, agent: AgentSpec, **sampling: Any) -> Any:
        self.sampling.append(sampling)
        return ScriptedChatModel(script=self.script)

    def sum_up(self, text: str = TEXT, kind: str = "events", words: int = 24, **given: Any) -> dict[str, Any]:
        team = AgentTeam(chat=self.chat, cancelled=lambda: self.cancelled, record=lambda call: None)
        outcome: dict[str, Any] = (
            GRAPHS["distil"]()
            .compile()
            .invoke({"text": text, "kind": kind, "words": words, **given}, {"recursion_limit": 200}, context=team)
        )
        return outcome


def saying(*answers: str) -> Asked:
    script, left = Script(), list(answers)
    script.answer["distiller"] = lambda messages, options: left.pop(0) if len(left) > 1 else left[0]
    return Asked(script)


def test_a_good_answer_stands() -> None:
    asked = saying(GOOD)
    assert asked.sum_up() == {"summary": GOOD, "origin": "model", "problem": ""}
    assert [name for name, _ in asked.script.calls] == ["distiller"]


def test_what_is_invented_is_taken_out_and_what_was_passed_over_is_told() -> None:
    outcome = saying("Tobin sold the silver key for 40 crowns. The queen was crowned in winter.").sum_up()
    assert "queen" not in outcome["summary"]
    assert outcome["summary"] == (
        "Tobin sold the silver key for 40 crowns. In the night Mara burned the ledger in the stove."
    )


def test_an_invented_answer_is_asked_for_again_closer_to_the_text() -> None:
    asked = saying("The queen was crowned in winter.", GOOD)
    assert asked.sum_up()["summary"] == GOOD
    first, second = (one["temperature"] for one in asked.sampling)
    assert second < first == TEMPERATURES["events"]


def test_after_two_bad_answers_sentences_are_picked() -> None:
    asked = saying("The queen was crowned in winter.")
    outcome = asked.sum_up()
    assert outcome["origin"] == "picked"
    assert outcome["summary"] == picked(TEXT, 24)
    assert outcome["problem"]
    assert len(asked.script.calls) == 2


def test_an_answer_that_tells_nothing_of_what_matters_gives_way() -> None:
    outcome = saying(
        "Mara Voss walked along the quay and thought of supper, and the lamps were lit one by one."
    ).sum_up()
    assert outcome["origin"] == "picked"
    assert "sold the silver key" in outcome["summary"]


def test_a_refused_answer_is_picked_and_a_model_that_is_away_is_a_failure() -> None:
    asked = saying(GOOD)
    asked.script.failures["distiller"] = [AnswerRefused("No.")]
    assert asked.sum_up()["origin"] == "picked"
    asked.script.failures["distiller"] = [ModelFailed("The server is away.")]
    with pytest.raises(ModelFailed, match="away"):
        asked.sum_up()


def test_it_stops_when_told_to() -> None:
    asked = saying(GOOD)
    asked.cancelled = True
    with pytest.raises(Cancelled):
        asked.sum_up()


def test_a_short_text_is_its_own_summary() -> None:
    asked = saying(GOOD)
    assert asked.sum_up("Tobin left Vell.\nHe had sold the key.")["summary"] == "Tobin left Vell. He had sold the key."
    assert asked.script.calls == []


def test_a_long_text_is_read_in_portions_and_their_summaries_are_summed_up() -> None:
    lines = [f"On day {number} Mara sold boat number {number} to a stranger with a scar." for number in range(1, 41)]
    asked = Asked(Script())
    outcome = asked.sum_up(" ".join(lines), words=30, portion=150)
    prompts = [str(messages[-1].content) for _, messages in asked.script.calls]
    shown = [prompt.split("\n\nSum up ")[0] for prompt in prompts]
    assert all(len(prose.words(text)) <= 150 for text in shown)
    assert " ".join(shown[:-1]) == " ".join(lines), "all of it was read"
    assert "Sum up all this" in prompts[-1]
    assert problem_of(outcome["summary"], " ".join(lines), 30) is None


def test_of_an_endless_text_only_so_much_is_read() -> None:
    asked = Asked(Script())
    asked.sum_up(" ".join(f"On day {number} Mara sold boat {number}." for number in range(900)), words=30, portion=60)
    assert len(asked.script.calls) <= MOST_PORTIONS * 3


def test_portions_end_with_sentences_and_leave_nothing_out() -> None:
    portions = portions_of(TEXT, 25)
    assert " ".join(portions) == TEXT
    assert all(prose.ends_complete(portion) for portion in portions)
    assert max(len(prose.words(portion)) for portion in portions) <= 25
    endless = " ".join(["word"] * 100)
    assert portions_of(endless, 25) == [endless]


@pytest.mark.parametrize("kind", sorted(TEMPERATURES))
def test_each_kind_is_asked_for_in_its_own_way(kind: str) -> None:
    asked = Asked(Script())
    outcome = asked.sum_up(kind=kind)
    assert asked.sampling[0]["temperature"] == TEMPERATURES[kind]  # type: ignore[index]
    assert problem_of(outcome["summary"], TEXT, 24) is None


def test_the_writers_own_temperature_goes_first() -> None:
    changed = AGENTS["distiller"].model_copy(update={"temperature": 0.9})
    assert temperature_for(changed, "dialogue") == 0.9
