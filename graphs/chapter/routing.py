"""Pure routers: facts about the state, no input or output."""

from typing import Literal

from graphs.chapter.state import ChapterState


def needs_revision(state: ChapterState) -> Literal["writer", "finalise"]:
    """Another round, unless the draft is good enough or the rounds are used up.

    What contradicts the story isn't good enough, however well it is told.
    """
    unsettled = any(not one.dismissed for one in state.get("contradictions", ()))
    good_enough = state["rating"].overall >= state["request"].accept_score and not unsettled
    rounds_used_up = state["round"] >= state["request"].max_rounds
    return "finalise" if good_enough or rounds_used_up else "writer"
