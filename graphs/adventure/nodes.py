"""One function for each node: open the adventure, tell its next chapter, wait for the reader."""

import time
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from graphs.adventure.state import AdventureState, AdventureTeam
from graphs.adventure.telling import proposed_choices, told
from workbench.domain.adventure_plan import plan_chapter, with_chapter
from workbench.domain.adventures import Chapter
from workbench.domain.model import Usage


def _tell(node: str, message: str, progress: float) -> None:
    get_stream_writer()({"node": node, "message": message, "progress": progress})


def open_book(state: AdventureState, runtime: Runtime[AdventureTeam]) -> dict[str, Any]:
    """Begin with the adventure as it is stored: what a checkpoint remembers may be older."""
    return {"adventure": runtime.context.load(), "usage": Usage()}


def follows(state: AdventureState) -> str:
    """What comes next: a chapter, the reader's choice, or nothing after the last chapter."""
    adventure = state["adventure"]
    last = adventure.last
    if last is None or last.chosen:
        return "tell" if adventure.next_type is not None else END
    return END if last.type == "conclusion" else "wait"


def tell(state: AdventureState, runtime: Runtime[AdventureTeam]) -> dict[str, Any]:
    """Tell the next chapter: its beginning and its end are fixed by rule, what lies between is the narrator's."""
    adventure, team = state["adventure"], runtime.context
    began = time.monotonic()
    plan = plan_chapter(adventure, team.category, team.questions)
    _tell("tell", f"Chapter {plan.number} of {plan.of}", 0.05)
    first: list[float] = []

    def say(text: str) -> None:
        first.append(time.monotonic() - began)
        team.say(text)

    begun = team.begun(adventure)
    # Told by rule, and at once; what counts as the first word is the first that had to be thought of.
    team.say(f"{plan.lead}\n\n")
    if begun:
        say(begun)
    middle, usage = (begun, Usage()) if begun else told(adventure, plan, team, say)
    if plan.tail:
        team.say(f"\n\n{plan.tail}")
    choices = plan.labels
    if not plan.fixed:
        _tell("choose", "Thinking of what you could do", 0.9)
        choices, used = proposed_choices(plan, middle, team)
        usage += used
    chapter = Chapter(
        number=plan.number,
        type=plan.type,
        title=plan.title,
        text=plan.text(middle),
        choices=choices,
        question_id=plan.question_id,
        question=plan.question,
        beat=plan.beat,
        line=plan.line,
        prepared=bool(begun),
        seconds=round(time.monotonic() - began, 3),
        first_token_seconds=round(first[0], 3) if first else None,
    )
    return {"adventure": team.keep(with_chapter(adventure, chapter, team.category)), "usage": usage}


def wait(state: AdventureState, runtime: Runtime[AdventureTeam]) -> dict[str, Any]:
    """Wait for the reader. The choice itself is stored by whoever took it, before the graph goes on."""
    adventure = state["adventure"]
    assert adventure.last is not None
    interrupt({"chapter": adventure.last.number, "choices": [one.id for one in adventure.last.choices]})
    return {"adventure": runtime.context.load()}
