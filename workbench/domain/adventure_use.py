"""How adventures were told and read lately: what their chapters took, and how long readers thought. From telemetry."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from workbench.domain.model import Value


class ToldChapter(Value):
    """What one chapter took to tell, in seconds; `first_word` None where it isn't known."""

    number: int
    prepared: bool
    seconds: float
    first_word: float | None = None


class AdventureUse(Value):
    """The latest chapters, oldest first, and the seconds from a chapter's end to its reader's choice, oldest first."""

    told: tuple[ToldChapter, ...] = ()
    choices: tuple[float, ...] = ()
    viewed: int = 0

    @property
    def prepared(self) -> int:
        """Chapters that were there before their readers had chosen."""
        return sum(one.prepared for one in self.told)

    def first_word(self, prepared: bool) -> float | None:
        """The median wait for the first word of chapters that were told ahead, or of those that weren't."""
        return middle([one.first_word for one in self.told if one.prepared == prepared and one.first_word is not None])


def middle(values: Sequence[float]) -> float | None:
    """The median, None where there is nothing."""
    return median(values) if values else None


def adventure_use(
    told: Iterable[Mapping[str, Any]], made: Iterable[Mapping[str, Any]], viewed: Iterable[Mapping[str, Any]]
) -> AdventureUse:
    """Telemetry events of the three kinds, newest first as they are kept, put together."""
    chapters = [
        ToldChapter(
            number=int(event["chapter"]),
            prepared=bool(event["prepared"]),
            seconds=float(event["seconds"]),
            first_word=event["first_token_seconds"],
        )
        for event in told
    ]
    return AdventureUse(
        told=tuple(reversed(chapters)),
        choices=tuple(reversed([float(event["seconds"]) for event in made])),
        viewed=len({(event["adventure"], event["chapter"]) for event in viewed}),
    )
