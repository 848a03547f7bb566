"""Parts of a plan: what each holds, how far it is, and how chapters keep together in them."""

from collections.abc import Sequence

from pydantic import Field

from workbench.domain.model import Value
from workbench.domain.outline import OutlineItem, OutlinePart

PartId = str | None


class PartInPlan(Value):
    """A part with its chapters as the open branch has them.

    `told` sums up what is written of it once all its chapters are; it is "" before.
    """

    part: OutlinePart
    items: tuple[OutlineItem, ...] = ()
    told: str = ""

    @property
    def written(self) -> int:
        """How many of its chapters are written."""
        return sum(item.passage_id is not None for item in self.items)

    @property
    def done(self) -> bool:
        """Whether it has chapters, and all of them are written."""
        return bool(self.items) and self.written == len(self.items)


class ChapterTold(Value):
    """A chapter that a run of chapters has written and accepted. `below` is true for one under the score to reach."""

    number: int
    title: str
    passage_id: str
    run_id: str
    part_id: str | None = None
    rating: float = 0.0
    rounds: int = 1
    words: int = 0
    below: bool = False


class PartTold(Value):
    """A part whose last chapter a run of chapters has written, and what was told in it."""

    id: str
    number: int
    title: str
    told: str = ""


class RunOfChapters(Value):
    """How a run of chapters stands, for people: `state` is none (there never was one), working, stopping, stopped,
    failed or done."""

    run_id: str = ""
    state: str = "none"
    written: int = Field(0, ge=0)
    wanted: int = Field(0, ge=0)
    message: str = ""
    progress: float = Field(0.0, ge=0, le=1)
    chapters: tuple[ChapterTold, ...] = ()


def together(part_ids: Sequence[PartId]) -> list[PartId]:
    """The parts of chapters in the order of the plan, so that the chapters of each part stand together.

    A part is where most of its chapters are; one that has strayed belongs to the part it has come to, and so does a
    chapter of no part between two of the same.
    """
    runs = _runs(part_ids)
    home: dict[str, tuple[int, int]] = {}
    for part_id, start, end in runs:
        if part_id is not None and (part_id not in home or end - start > home[part_id][1] - home[part_id][0]):
            home[part_id] = (start, end)
    found: list[PartId] = []
    for place, (part_id, start, end) in enumerate(runs):
        if part_id is not None and home[part_id] != (start, end):
            part_id = found[-1] if found else runs[place + 1][0]
        found += [part_id] * (end - start)
    return found


def _runs(part_ids: Sequence[PartId]) -> list[tuple[PartId, int, int]]:
    """Stretches of the same part: part, first place, and the place behind the last.

    Chapters of no part between two of the same part belong to it.
    """
    filled = list(part_ids)
    for i, one in enumerate(filled):
        if one is None and i and filled[i - 1] is not None:
            following = next((other for other in filled[i:] if other is not None), None)
            if following == filled[i - 1]:
                filled[i] = following
    runs: list[tuple[PartId, int, int]] = []
    for i, one in enumerate(filled):
        if runs and runs[-1][0] == one:
            runs[-1] = (one, runs[-1][1], i + 1)
        else:
            runs.append((one, i, i + 1))
    return runs


def part_at(before: PartId, after: PartId, own: PartId) -> PartId:
    """The part of a chapter that was put between two others: its own if that is there, else the one it has come to."""
    if own is not None and own in (before, after):
        return own
    return before if before is not None else after


def with_chapters(parts: Sequence[OutlinePart], items: Sequence[OutlineItem]) -> list[PartInPlan]:
    """Each part with its chapters, in the order of the plan."""
    return [PartInPlan(part=part, items=tuple(i for i in items if i.part_id == part.id)) for part in parts]
