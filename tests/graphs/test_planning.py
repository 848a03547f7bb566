"""Planning with a scripted model: what the prompt shows, and what is taken of an answer."""

import json
from typing import Any

from graphs.planning.state import PlanTeam
from graphs.registry import GRAPHS
from graphs.team import AgentTeam
from tests.scripted import Script, ScriptedChatModel
from workbench.domain.context import AssembledContext
from workbench.domain.lore import LoreEntry
from workbench.domain.model import ModelCall
from workbench.domain.outline import OutlineItem, PlannedChapter
from workbench.domain.plan_text import PlanPart

CONTEXT = AssembledContext(system="Rules.", text="World: Vell", budget=500, layers=())
PEOPLE = [LoreEntry(id=name, world_id="w", title=name) for name in ("Aria Vell", "Tobin Hale")]


def planned(script: Script, count: int = 1, plan: list[OutlineItem] | None = None) -> list[PlannedChapter]:
    kept: list[PlannedChapter] = []
    calls: list[ModelCall] = []
    team = PlanTeam(
        chat=lambda agent, **sampling: ScriptedChatModel(script=script),
        cancelled=lambda: False,
        record=calls.append,
        keep=kept.append,
    )
    plan = plan or []
    given = {"context": CONTEXT, "plan": plan, "entries": PEOPLE, "first": len(plan) + 1, "count": count}
    output = GRAPHS["plan"]().compile().invoke(given, context=team)
    assert output["planned"] == kept
    assert {call.agent for call in calls} == {"outliner"}
    return kept


def shown(script: Script) -> list[str]:
    return [str(one.content) for one in script.calls[-1][1]]


def test_a_first_chapter_is_shown_how_in_the_names_of_the_story() -> None:
    script = Script()
    (chapter,) = planned(script)
    assert chapter.by == "model"
    prompt = shown(script)
    assert prompt[1].startswith("World: Vell")
    assert "Aria Vell opens a letter" in prompt[2]
    assert "Plan chapter 1 " in prompt[-1]


def test_an_example_is_no_answer() -> None:
    script = Script()
    copied = {"who": "Aria Vell", "title": "The Wrong Letter", "summary": "Aria Vell burns the letter at noon."}
    script.answer["outliner"] = lambda messages, options: json.dumps(copied)
    assert planned(script)[0].by == "rule"


def test_only_people_of_the_story_can_be_chosen() -> None:
    script = Script()
    forms: list[Any] = []

    def answer(messages: Any, options: dict[str, Any]) -> str:
        forms.append(options["response_format"]["json_schema"]["schema"]["properties"]["who"]["enum"])
        return json.dumps({"who": "Aria Vell", "title": "Fog", "summary": "Nobody comes home from the sea that night."})

    script.answer["outliner"] = answer
    assert planned(script)[0].by == "rule"
    assert forms[0] == ["Aria Vell", "Tobin Hale"]


def test_of_a_long_plan_the_last_chapters_are_shown_and_titles_of_the_rest() -> None:
    script = Script()
    plan = [OutlineItem(id=str(n), number=n, title=f"Title {n}", summary=f"Summary {n}.") for n in range(1, 31)]
    planned(script, 1, plan)
    prompt = "\n".join(shown(script))
    assert "Title 3;" in prompt
    assert "Summary 3." not in prompt
    assert "Summary 30." in prompt
    assert "Plan chapter 31 " in shown(script)[-1]


def test_parts_are_named_once_each_and_long_texts_by_rule() -> None:
    script = Script()
    script.answer["outline_text"] = lambda messages, options: json.dumps({"title": "The boat"})
    team = AgentTeam(
        chat=lambda agent, **sampling: ScriptedChatModel(script=script),
        cancelled=lambda: False,
        record=lambda call: None,
    )
    parts = [PlanPart(number=n, whole=f"Tobin takes the boat, number {n}.", summary="…") for n in range(1, 31)]
    titled = GRAPHS["titles"]().compile().invoke({"parts": parts}, context=team)["titled"]
    assert [one.by for one in titled] == ["model"] * 24 + ["rule"] * 6
    assert titled[-1].title == "Tobin takes the boat"
