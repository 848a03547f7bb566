"""One function for each node: plan the next chapter, and name what has no title."""

import json
import logging
from collections.abc import Sequence
from typing import Any, Literal

from langchain_core.messages import BaseMessage
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from pydantic import BaseModel, Field, create_model

from graphs.planning.state import PlanState, PlanTeam, TitlesState
from graphs.prompting import ask_json, conversation, render
from graphs.team import AgentTeam
from workbench.domain import findings
from workbench.domain import text as prose
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Usage
from workbench.domain.outline import OutlineItem, PlannedChapter, cast, plan_problem, planned_by_rule, tidy
from workbench.domain.plan_text import TITLE_WORDS, shortened, title_of
from workbench.errors import ModelFailed

logger = logging.getLogger(__name__)

TRIES = 2
# What a plan needs in all for its answers, and how many of the chapters before are shown to the one that is planned.
ANSWER_TOKENS = 110
SHOWN = 6
# A text's parts are named by the model up to this many; the rest by rule, so that nobody waits for minutes.
NAMED = 24
PART_CHARS = 600
SYSTEM = "You read a plan for a story and name its chapters in the plan's own words."
TITLE_EXAMPLES = (
    ("Elin finds the bakery locked. She climbs in by the coal hatch and sees who has been there.", "The Coal Hatch"),
    ("Old Joss tells the council that the river will rise, and nobody believes him.", "The River Will Rise"),
)


# Two chapters of no story in particular, told of the people of this one: a small model follows what it sees done.
CHAPTER_EXAMPLES = (
    ("The Wrong Letter", "{who} opens a letter that was meant for {other}, and learns what it was to cost."),
    ("A Door in the Wall", "{who} follows {other} through a door that nobody may use. Behind it somebody is waiting."),
)


def chapter_answer(who: Sequence[str]) -> type[BaseModel]:
    """The form of a planned chapter: whom it is about is held to those that there are."""
    fields: dict[str, Any] = {}
    if who:
        name: Any = Literal[tuple(who)]
        fields["who"] = (name, ...)
    return create_model(
        "PlannedAnswer",
        **fields,
        title=(str, Field(min_length=3, max_length=60)),
        summary=(str, Field(min_length=30, max_length=320)),
    )


class TitleAnswer(BaseModel):
    """The form of a title."""

    title: str = Field(min_length=3, max_length=60)


def plan(state: PlanState, runtime: Runtime[PlanTeam]) -> dict[str, Any]:
    """Plan one chapter: by the model, once more when it can't stand, then by rule from the story's own entries."""
    done = state.get("planned", [])
    number, count = state["first"] + len(done), state["count"]
    get_stream_writer()(
        {"node": "outliner", "message": f"Planning chapter {number}", "progress": round(len(done) / count, 3)}
    )
    before: list[OutlineItem | PlannedChapter] = [*state["plan"], *done]
    team = runtime.context
    chapter, usage = _proposed(state, before, number, team)
    chapter = chapter or planned_by_rule(state["entries"], before, number)
    team.keep(chapter)
    return {"planned": [chapter], "usage": usage}


def _proposed(
    state: PlanState, before: list[OutlineItem | PlannedChapter], number: int, team: PlanTeam
) -> tuple[PlannedChapter | None, Usage]:
    """A chapter by the model that can stand beside those before it, or None."""
    agent, usage, told = team.agent("outliner"), Usage(), state.get("told", "")
    people = cast(state["entries"], before)
    examples = _examples(people)
    names = " ".join(name for entry in state["entries"] for name in entry.names)
    known = " ".join([state["context"].text, *(f"{one.title} {one.summary}" for one in before), names])
    messages = _turns(state, before, examples, number, team)
    for attempt in range(TRIES):
        try:
            answer, used = ask_json(
                team,
                agent,
                messages,
                chapter_answer([entry.title for entry in people]),
                attempts=1,
                silent=True,
                seed=17 * number + 1000 * attempt,
                max_tokens=min(agent.max_tokens, 2 * ANSWER_TOKENS),
            )
        except ModelFailed as error:
            logger.info("Chapter %s of the plan is tried again or made by rule: %s", number, error)
            continue
        usage += used
        said = answer.model_dump()
        title, summary = tidy(said["title"], said["summary"])
        problem = plan_problem(title, summary, [*examples, *before], known, told, names)
        if not problem and people and not findings.mentioned(prose.sentences(summary), state["entries"]):
            problem = "nobody of the story is in it"
        if not problem:
            return PlannedChapter(title=title, summary=summary, by="model"), usage
        logger.info("A plan of chapter %s is refused: %s", number, problem)
    return None, usage


def _examples(people: Sequence[LoreEntry]) -> list[PlannedChapter]:
    if len(people) < 2:
        return []
    return [
        PlannedChapter(title=title, summary=summary.format(who=people[i].title, other=people[1 - i].title))
        for i, (title, summary) in enumerate(CHAPTER_EXAMPLES)
    ]


def _turns(
    state: PlanState,
    before: list[OutlineItem | PlannedChapter],
    examples: list[PlannedChapter],
    number: int,
    team: PlanTeam,
) -> list[BaseMessage]:
    """The context, then the chapters before as if they had just been planned; where there are none, examples."""
    agent, context = team.agent("outliner"), state["context"]
    # In steps, so that the prompt's beginning stands still for a while and needn't be read again.
    start = max(0, (len(before) - 1) // SHOWN * SHOWN - SHOWN) if before else 0
    shown: list[OutlineItem | PlannedChapter] = [*before[start:]] if before else [*examples]
    titles = [one.title for one in before[:start]]
    turns: list[str] = []
    for place, one in enumerate([*shown, None]):
        turns.append(
            render(
                "outliner",
                agent,
                context=context.shown_to("outliner", "planning") if place == 0 else "",
                titles=titles if place == 0 else [],
                number=one.number if isinstance(one, OutlineItem) else number - (len(shown) - place) * bool(before),
            )
        )
        if one is not None:
            turns.append(_as_answer(one, state["entries"]))
    return conversation(context.system, *turns)


def _as_answer(one: OutlineItem | PlannedChapter, entries: Sequence[LoreEntry]) -> str:
    summary = shortened(one.summary, 320) or one.title
    named = findings.mentioned(prose.sentences(summary), entries)
    who = next((entry.title for entry in entries if entry.kind == "character" and entry.id in named), "")
    return json.dumps(({"who": who} if who else {}) | {"title": one.title[:60], "summary": summary}, ensure_ascii=False)


def wants_more(state: PlanState) -> Literal["plan", "__end__"]:
    """Until there are as many as were asked for."""
    return "plan" if len(state["planned"]) < state["count"] else "__end__"


def name(state: TitlesState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Give the parts without a title one, in their own words; what the model makes of it is checked word by word."""
    titled: list[PlannedChapter] = []
    asked = 0
    for part in state["parts"]:
        title, by = part.title, "writer"
        if not title:
            proposed = ""
            if asked < NAMED:
                asked += 1
                proposed = _proposed_title(part.whole, runtime.context)
            title = title_of(part.whole, proposed)
            by = "model" if proposed and title == title_of(proposed, proposed) else "rule"
        summary = part.summary if part.summary != title else ""
        titled.append(PlannedChapter(title=title, summary=summary, by=by))
    return {"titled": titled}


def _proposed_title(text: str, team: AgentTeam) -> str:
    agent = team.agent("outliner")
    turns = [
        turn
        for example, title in TITLE_EXAMPLES
        for turn in (
            render("outline_text", agent, text=example, words=TITLE_WORDS),
            json.dumps({"title": title}),
        )
    ]
    task = render("outline_text", agent, text=shortened(text, PART_CHARS), words=TITLE_WORDS)
    try:
        answer, _ = ask_json(
            team, agent, conversation(SYSTEM, *turns, task), TitleAnswer, attempts=1, silent=True, seed=3, max_tokens=40
        )
    except ModelFailed as error:
        logger.info("A part of the plan is named by rule: %s", error)
        return ""
    return answer.title
