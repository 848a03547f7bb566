"""What fits: the room of each layer, who takes it first, and what is shortened before it is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from workbench.context.filters import LORE_KEY, NOTE_KEY
from workbench.context.telling import ITEM_OVERHEAD, Count, beginning, told
from workbench.domain.context import LAYER_SHARES, ContextItem, LayerName

# The layers that lore stands in, and what items weigh that name no weight.
LORE_LAYERS: tuple[LayerName, ...] = ("characters", "plot")
ORDINARY_WEIGHT = 50
# The part of the story's room that is kept for summaries of its beginning, where it doesn't fit as a whole.
SUMMARIES_SHARE = 4
_RANK = {"high": 0, "medium": 1, "low": 2}
OWN_SHARE, LEFT_OVER = "fits its layer's share", "fits what other layers left over"

Shortened = Callable[[ContextItem], str | None]
Earlier = Callable[[int], Sequence[ContextItem]]


class LoreItem(ContextItem):
    """A lore entry or its note as a candidate, with what the rules of activation say of it."""

    because: str = Field("", description="why it is told, in the trace's words")
    weight: int = Field(50, description="the entry's own priority; among items of one level the heavier go first")
    by_the_way: bool = Field(False, description="only others brought it in: it may fill its layer's share by half")
    passing: bool = Field(False, description="it comes and goes with the chapter, and stands behind the story")


@dataclass(frozen=True)
class Summary:
    """A part of the story's beginning in short, its tokens, and whether it is in."""

    item: ContextItem
    size: int
    included: bool


@dataclass
class Choosing:
    """What is in so far, why, and how many tokens each layer has taken. Items are known by their place in `items`.

    `passed` counts for each the story's items up to it, those that are held back among them.
    """

    items: list[ContextItem]
    passed: list[int]
    budget: int
    count: Count
    why: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    notes: dict[int, int] = field(default_factory=dict)
    short: set[int] = field(default_factory=set)
    # What can be shortened and is out, or in as less than the whole.
    lacking: list[int] = field(default_factory=list)
    # The beginning of the story in short, and how many of its items it stands for.
    earlier: list[Summary] = field(default_factory=list)
    left_out: int = 0

    def __post_init__(self) -> None:
        whole = sum(LAYER_SHARES.values())
        self.shares: dict[LayerName, int] = {name: self.budget * share // whole for name, share in LAYER_SHARES.items()}
        self.used: dict[LayerName, int] = dict.fromkeys(LAYER_SHARES, 0)
        self._sizes: dict[int, int] = {}
        # An entry without its note would tell what is no longer true, so both come in together or not at all.
        entries: dict[str, int] = {}
        for i, item in enumerate(self.items):
            if item.key.startswith(LORE_KEY):
                entries[item.key.removeprefix(LORE_KEY)] = i
            elif item.key.startswith(NOTE_KEY) and item.key.removeprefix(NOTE_KEY) in entries:
                self.notes[entries.pop(item.key.removeprefix(NOTE_KEY))] = i

    @property
    def room(self) -> int:
        """Tokens that are left of the budget."""
        return self.budget - sum(self.used.values())

    def candidates(self) -> list[int]:
        """Items that come in for themselves: all but notes, which come with their entries. The weightiest first."""
        bound = set(self.notes.values())
        return sorted((i for i in range(len(self.items)) if i not in bound), key=self._rank)

    def _rank(self, index: int) -> tuple[int, int]:
        item = self.items[index]
        return _RANK[item.priority], -item.weight if isinstance(item, LoreItem) else -ORDINARY_WEIGHT

    def own_size(self, index: int) -> int:
        """Tokens of an item alone, as it is now: shortened, or whole."""
        if index not in self._sizes:
            self._sizes[index] = self.count(self.items[index].text) + ITEM_OVERHEAD
        return self._sizes[index]

    def counted(self, index: int) -> bool:
        """Whether an item has been measured."""
        return index in self._sizes

    def size(self, index: int) -> int:
        """Tokens of an item with its note."""
        note = self.notes.get(index)
        return self.own_size(index) + (self.own_size(note) if note is not None else 0)

    def fits_share(self, index: int, size: int) -> bool:
        """Whether an item of `size` tokens fits into what its layer has left of its own."""
        item = self.items[index]
        share = self.shares[item.layer]
        if isinstance(item, LoreItem) and item.by_the_way:
            share //= 2
        return self.used[item.layer] + size <= share

    def fits_rest(self, index: int, size: int) -> bool:
        """Whether an item may take what other layers leave. Lore takes no more than the shares of its layers together:
        beside the story, what was true before it matters less the more of it is told."""
        if not isinstance(self.items[index], LoreItem):
            return True
        return sum(self.used[layer] for layer in LORE_LAYERS) + size <= sum(self.shares[layer] for layer in LORE_LAYERS)

    def take(self, index: int, why: str) -> None:
        """Let an item in, and its note with it."""
        item = self.items[index]
        plain = isinstance(item, LoreItem) and item.because and not item.choice
        self.why[index] = item.because if isinstance(item, LoreItem) and plain else why
        self.used[item.layer] += self.own_size(index)
        self.texts.setdefault(index, item.text)
        if index in self.notes:
            self.take(self.notes[index], "told with its entry")

    def replace(self, index: int, text: str, size: int) -> None:
        """Let another text of that size stand for an item."""
        self._sizes[index], self.texts[index] = size, text

    def take_short(self, index: int, text: str) -> None:
        """Let an item in as a shorter text."""
        whole, size = self.own_size(index), self.count(text) + ITEM_OVERHEAD
        self.replace(index, text, size)
        self.short.add(index)
        self.take(index, "")
        self.why[index] = f"shortened to fit: {size} of {whole} word-pieces"


def choose(choosing: Choosing, shortened: Shortened | None, earlier: Earlier | None) -> None:
    """Let in what fits beside the high items: medium ones whole, or else short; low ones; and of the story the latest.

    Medium items are decided on before any low one, and the rest of the layers before the story's beginning: what a low
    item takes is at the cost of other low ones, old passages among them.
    """
    items = choosing.items
    waiting = [i for i in choosing.candidates() if i not in choosing.texts]
    story = sorted(i for i in waiting if items[i].layer == "story")
    medium = [i for i in waiting if items[i].layer != "story" and items[i].priority == "medium"]
    low = [i for i in waiting if items[i].layer != "story" and items[i].priority == "low"]
    # Where high items take more than their layers' shares, the latest passages still go before other items.
    share = max(0, choosing.shares["story"] - choosing.used["story"])
    latest = sum(choosing.own_size(i) for i in story if items[i].priority == "medium")
    total = _up_to(choosing, story, choosing.budget)
    spoken_for = min(total, max(share, latest))
    for i in medium:
        if choosing.fits_share(i, choosing.size(i)) and choosing.size(i) + min(share, latest) <= choosing.room:
            choosing.take(i, OWN_SHARE)
    for i in medium:
        size = choosing.size(i)
        if i not in choosing.texts and choosing.fits_rest(i, size) and size + spoken_for <= choosing.room:
            choosing.take(i, LEFT_OVER)
    for i in medium:
        if i not in choosing.texts:
            _shorten(choosing, i, shortened, spoken_for)
    for i in low:
        size = choosing.size(i)
        if choosing.fits_share(i, size) and size + spoken_for <= choosing.room:
            choosing.take(i, OWN_SHARE)
        elif not isinstance(items[i], LoreItem) and size + total <= choosing.room:
            choosing.take(i, LEFT_OVER)
    _tell_story(choosing, story, earlier)


def _up_to(choosing: Choosing, story: Sequence[int], most: int) -> int:
    """Tokens of the story, or some number over `most`; no more of it is measured than that takes."""
    total = 0
    for i in reversed(story):
        total += choosing.own_size(i)
        if total > most:
            break
    return total


def _shorten(choosing: Choosing, index: int, shortened: Shortened | None, spoken_for: int) -> None:
    """Let an item in as its summary, or by its beginning where there is none, if that fits."""
    item = choosing.items[index]
    text = shortened(item) if shortened else None
    if text is not None:
        choosing.lacking.append(index)
    text = text or beginning(item.text, choosing.count)
    if not text:
        return
    size = choosing.count(text) + ITEM_OVERHEAD + choosing.size(index) - choosing.own_size(index)
    fits = choosing.fits_share(index, size) or choosing.fits_rest(index, size)
    if size < choosing.size(index) and fits and size + spoken_for <= choosing.room:
        choosing.take_short(index, text)


def _tell_story(choosing: Choosing, story: Sequence[int], earlier: Earlier | None) -> None:
    """Let the story in: as a whole, or its latest passages, with what came before them in short."""
    room = choosing.room
    fits = _up_to(choosing, story, room) <= room
    kept = 0 if fits or earlier is None else room // SUMMARIES_SHARE
    texts = [choosing.items[i].text for i in story]
    found = told(texts, lambda number: choosing.own_size(story[number]), room - kept, choosing.count)
    for number, i in enumerate(story):
        if number >= found.first:
            fitting = choosing.fits_share(i, choosing.own_size(i))
            choosing.take(i, OWN_SHARE if fitting else LEFT_OVER)
        elif number == found.first - 1 and found.tail:
            choosing.replace(i, found.tail, found.tail_size)
            choosing.take(i, "only its end fits")
        else:
            choosing.why[i] = "no room left: the oldest passages go, several at a time"
    if found.left_out and earlier is not None:
        choosing.left_out = choosing.passed[story[found.left_out - 1]]
        _tell_earlier(choosing, earlier, kept)


def _tell_earlier(choosing: Choosing, earlier: Earlier, room: int) -> None:
    """Let summaries of the story's beginning in: pinned ones, then the latest; the oldest go where room lacks."""
    found = list(earlier(choosing.left_out))
    sizes = [choosing.count(item.text) + ITEM_OVERHEAD for item in found]
    usable = [n for n, item in enumerate(found) if not item.held_back]
    usable.sort(key=lambda n: (found[n].priority != "high", -n))
    taken: set[int] = set()
    for n in usable:
        if sizes[n] > room and found[n].priority == "high":
            continue
        if sizes[n] > room:
            break
        room -= sizes[n]
        taken.add(n)
        choosing.used["story"] += sizes[n]
    choosing.earlier = [
        Summary(item, size, n in taken) for n, (item, size) in enumerate(zip(found, sizes, strict=True))
    ]
