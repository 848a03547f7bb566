"""What goes in, what the nodes share, what comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import add
from typing import Annotated, TypedDict

from graphs.team import AgentTeam
from workbench.domain.adventures import Adventure, Chapter, Choice, Told
from workbench.domain.categories import Category
from workbench.domain.lessons import Question
from workbench.domain.model import Usage


class AdventureInput(TypedDict):
    """The adventure as it is stored."""

    adventure: Adventure


class AdventureState(AdventureInput, total=False):
    """Working state; usage adds up over all chapters."""

    usage: Annotated[Usage, add]


@dataclass(kw_only=True)
class AdventureTeam(AgentTeam):
    """What the nodes may reach outside.

    `say` tells text that no model has to write; `begun` gives the beginning of the next chapter where one has been
    written ahead, else ""; `keep` stores the next state, and `load` reads the present one.
    """

    category: Category
    questions: Mapping[str, Question] = field(default_factory=dict)
    say: Callable[[str], None]
    begun: Callable[[Adventure], str]
    keep: Callable[[Adventure], Adventure]
    load: Callable[[], Adventure]


# Values that checkpoints may hold, by module and class, so that nothing else is ever unpacked from them.
STORED_VALUES = tuple((value.__module__, value.__name__) for value in (Adventure, Chapter, Choice, Told, Usage))
