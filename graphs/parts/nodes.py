"""One function for each node, and the routers between them."""

from typing import Any, Literal

from langgraph.runtime import Runtime

from graphs.parts.state import PartsState, PartsTeam, Turn
from workbench.errors import Conflict

# A story that others go on with meanwhile is tried again so often.
MOST_MISSED = 3


def plan_next(state: PartsState, runtime: Runtime[PartsTeam]) -> dict[str, Any]:
    """Read the plan as it is now: whose turn is it?"""
    missed = state.get("missed", 0)
    if missed >= MOST_MISSED:
        raise Conflict(
            f"The story was changed {missed} times while a chapter of it was written. The drafts are kept; begin again "
            "when nobody else works on this story."
        )
    found = runtime.context.next_turn()
    if isinstance(found, Turn):
        return {"turn": found, "written": None}
    return {"turn": None, "stop": found, "written": None}


def write(state: PartsState, runtime: Runtime[PartsTeam]) -> dict[str, Any]:
    """Have the chapter written."""
    return {"written": runtime.context.write(_turn(state))}


def keep(state: PartsState, runtime: Runtime[PartsTeam]) -> dict[str, Any]:
    """Accept it, whatever its rating: it is the best of its rounds."""
    if runtime.context.keep(_turn(state), state["written"] or {}):
        return {"missed": 0}
    return {"written": None, "missed": state.get("missed", 0) + 1}


def rest(state: PartsState, runtime: Runtime[PartsTeam]) -> dict[str, Any]:
    """Give the memory time to read it, so that the next chapter knows of it."""
    runtime.context.rest(_turn(state))
    return {"missed": 0}


def sum_up(state: PartsState, runtime: Runtime[PartsTeam]) -> dict[str, Any]:
    """Sum up the part, if this was its last chapter."""
    runtime.context.sum_up(_turn(state), state["written"] or {})
    return {"turn": None}


def follows(state: PartsState) -> Literal["write", "__end__"]:
    """Until no chapter follows."""
    return "write" if state["turn"] is not None else "__end__"


def was_written(state: PartsState) -> Literal["keep", "plan_next"]:
    """What was planned otherwise meanwhile is begun anew."""
    return "keep" if state["written"] is not None else "plan_next"


def was_kept(state: PartsState) -> Literal["rest", "plan_next"]:
    """A draft that the story has gone on without isn't part of it."""
    return "rest" if state["written"] is not None else "plan_next"


def _turn(state: PartsState) -> Turn:
    turn = state["turn"]
    assert turn is not None
    return turn
