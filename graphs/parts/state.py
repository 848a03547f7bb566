"""What goes in, what the nodes share, what comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from workbench.domain.model import Value


class Turn(Value):
    """The chapter whose turn it is: its place in the plan, and the run that writes it.

    `parent_id` is the passage that it follows on, None for the first of a story. `run_id` is chosen before the run
    begins, so that one that goes on after a crash is the same.
    """

    run_id: str
    item_id: str
    number: int
    title: str
    instruction: str
    part_id: str | None = None
    parent_id: str | None = None
    place: int = 1
    wanted: int = 1


class Stop(Value):
    """Why no chapter follows. `asked` is true where somebody wanted it so, and not the plan."""

    message: str = ""
    asked: bool = False


class PartsInput(TypedDict):
    """How often in a row the story went on without a chapter that was written for it: 0 at the beginning."""

    missed: int


class PartsState(PartsInput, total=False):
    """Working state. `turn` is None when no chapter follows; `written` is None when its turn has to be taken again.

    What was written so far isn't here: the database knows.
    """

    turn: Turn | None
    stop: Stop
    written: dict[str, Any] | None


class PartsOutput(TypedDict):
    """Why it ended."""

    stop: Stop


@dataclass(kw_only=True)
class PartsTeam:
    """What the nodes may reach outside. All of them can be asked twice: what is done already is done once.

    `next_turn` gives the chapter whose turn it is, read from the plan anew, or why there is none. `write` has it
    written, or gives None when the plan has changed meanwhile. `keep` accepts it, and is false when the story has gone
    on without it. `rest` waits for the memory. `sum_up` sums up the chapter's part if it was its last one.
    """

    next_turn: Callable[[], Turn | Stop]
    write: Callable[[Turn], dict[str, Any] | None]
    keep: Callable[[Turn, dict[str, Any]], bool]
    rest: Callable[[Turn], None]
    sum_up: Callable[[Turn, dict[str, Any]], None]


# Values that checkpoints may hold, by module and class, so that nothing else is ever unpacked from them.
STORED_VALUES = tuple((value.__module__, value.__name__) for value in (Stop, Turn))
