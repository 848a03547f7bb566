"""What people look like, noted from a chapter: the model proposes, the chapter's own words decide."""

import json
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from graphs.prompting import ask_json, conversation, shown_how
from graphs.team import AgentTeam
from workbench.domain.looks import as_told, read_by_rule
from workbench.errors import AnswerRefused

SYSTEM = "You note what people look like, in the words of the story."
EXAMPLES = tuple(
    ({"chapter": chapter, "names": names}, json.dumps({"looks": [{"name": one, "look": look} for one, look in looks]}))
    for chapter, names, looks in (
        (
            "Solvei sat on the stairs in a torn blue coat. “Come up,” she said. Her short black hair was wet. Behind "
            "her stood old Ruben and said nothing.",
            ["Solvei", "Ruben"],
            [("Solvei", "a torn blue coat, short black hair")],
        ),
        ("You ran across the bridge, and Ilse ran behind you. Nobody looked back.", ["Ilse"], []),
    )
)
MOST = 4


class Look(BaseModel):
    """How somebody looks."""

    name: Annotated[str, Field(max_length=60)]
    look: Annotated[str, Field(max_length=100)]


class LooksAnswer(BaseModel):
    """The form of the looks of a chapter."""

    looks: list[Look] = Field(max_length=MOST)


def looks_told(chapter: str, names: Sequence[str], team: AgentTeam) -> dict[str, str]:
    """What a chapter says of how `names` look, by name; those of whom it says nothing aren't in it.

    An answer without the form asked for isn't missed: what the chapter says outright is read by rule.
    """
    agent = team.agent("portraitist")
    by_rule = read_by_rule(chapter, names)
    messages = conversation(SYSTEM, *shown_how(agent, "looks", EXAMPLES, {"chapter": chapter, "names": list(names)}))
    try:
        answer, _ = ask_json(team, agent, messages, LooksAnswer, silent=True, seed=1)
    except AnswerRefused:
        return by_rule
    proposed = {one.name: one.look for one in answer.looks if one.name in names}
    return {**by_rule, **as_told(proposed, chapter)}
