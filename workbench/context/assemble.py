"""Choosing what fits: deterministic, within the budget, and the same text for every agent over one story.

The text goes from what changes seldom to what changes often (rules, world, lore, story, the lore that comes and goes,
what has become true, supplied scene), because a model need not read again what stands unchanged at the beginning of a
prompt. For the same reason nothing that stands before the story may come and go with the story's length, once the
story has filled its share.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from workbench.domain.context import (
    LAYER_SHARES,
    AssembledContext,
    ContextItem,
    ItemTrace,
    LayerName,
    LayerTrace,
)
from workbench.domain.text import sentences
from workbench.errors import PromptTooLong

# How the sources of entries and of their notes begin. A note follows its entry and is in when the entry is.
LORE, NOTE = "lore: ", "note: "
# The layers that lore stands in, and what items weigh that name no weight.
LORE_LAYERS: tuple[LayerName, ...] = ("characters", "plot")
ORDINARY_WEIGHT = 50
# Joining items costs a few tokens for headings and blank lines; counted with each item.
ITEM_OVERHEAD = 3
HEADINGS = 32
# A shorter end of a passage than this, in tokens, says too little to be shown.
SHORTEST_END = 60
_RANK = {"high": 0, "medium": 1, "low": 2}
_SECTIONS = (
    ("lore", "What is known:"),
    ("story", "The story so far:"),
    ("recalled", "Recalled for this scene:"),
    ("notes", "What has become true in this story and outranks what was true before:"),
    ("scene", "For this scene:"),
)
Count = Callable[[str], int]


class LoreItem(ContextItem):
    """A lore entry or its note as a candidate, with what the rules of activation say of it."""

    because: str = Field("", description="why it is told, in the trace's words")
    weight: int = Field(50, description="the entry's own priority; among items of one level the heavier go first")
    by_the_way: bool = Field(False, description="only others brought it in: it may fill its layer's share by half")
    passing: bool = Field(False, description="it comes and goes with the chapter, and stands behind the story")


@dataclass
class _Choice:
    """What is in so far, why, and how many tokens each layer has taken."""

    items: list[ContextItem]
    sizes: list[int]
    budget: int
    shares: dict[LayerName, int]
    used: dict[LayerName, int]
    why: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    notes: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # An entry without its note would tell what is no longer true, so both come in together or not at all.
        entries: dict[str, int] = {}
        for i, item in enumerate(self.items):
            if item.source.startswith(LORE):
                entries[item.source.removeprefix(LORE)] = i
            elif item.source.startswith(NOTE) and item.source.removeprefix(NOTE) in entries:
                self.notes[entries.pop(item.source.removeprefix(NOTE))] = i

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

    def size(self, index: int) -> int:
        """Tokens of an item with its note."""
        note = self.notes.get(index)
        return self.sizes[index] + (self.sizes[note] if note is not None else 0)

    def fits_share(self, index: int) -> bool:
        """Whether an item fits into what its layer has left of its own."""
        item = self.items[index]
        share = self.shares[item.layer]
        if isinstance(item, LoreItem) and item.by_the_way:
            share //= 2
        return self.used[item.layer] + self.size(index) <= share

    def fits_rest(self, index: int) -> bool:
        """Whether an item may take what other layers leave. Lore takes no more than the shares of its layers together:
        beside the story, what was true before it matters less the more of it is told."""
        if not isinstance(self.items[index], LoreItem):
            return True
        return sum(self.used[layer] for layer in LORE_LAYERS) + self.size(index) <= sum(
            self.shares[layer] for layer in LORE_LAYERS
        )

    def take(self, index: int, why: str) -> None:
        """Let an item in, and its note with it."""
        item = self.items[index]
        self.why[index] = item.because if isinstance(item, LoreItem) and item.because else why
        self.texts[index] = item.text
        self.used[item.layer] += self.sizes[index]
        if index in self.notes:
            self.take(self.notes[index], "told with its entry")


def assemble(rules: str, items: Sequence[ContextItem], budget: int, count: Count) -> AssembledContext:
    """Fit `items` into `budget` tokens and join them below `rules`.

    High items are always in. The others compete within their layer's share of the budget, medium before low; what a
    layer leaves over goes to the layers that lack, except to low lore. Of the story the latest is in. Raises
    `PromptTooLong` when the high items alone don't fit.
    """
    held = [item for item in items if item.held_back]
    whole = sum(LAYER_SHARES.values())
    told = [item for item in items if not item.held_back]
    choice = _Choice(
        items=told,
        sizes=[count(item.text) + ITEM_OVERHEAD for item in told],
        budget=budget,
        shares={name: budget * share // whole for name, share in LAYER_SHARES.items()},
        used=dict.fromkeys(LAYER_SHARES, 0),
    )
    choice.used["system"] = rules_size = count(rules) + HEADINGS
    for i in choice.candidates():
        if told[i].priority == "high":
            choice.take(i, "always shown")
    if choice.room < 0:
        raise PromptTooLong(_too_much(choice, rules_size))
    _choose(choice, count)

    house_rules = ItemTrace(source="rules of the house", tokens=rules_size, included=True, why="always shown")
    layers = tuple(
        LayerTrace(
            name=name,
            budget=choice.shares[name],
            used=choice.used[name],
            items=(
                *((house_rules,) if name == "system" else ()),
                *(
                    ItemTrace(
                        source=item.source,
                        tokens=choice.sizes[i],
                        included=i in choice.texts,
                        why=choice.why.get(i) or _no_room(item),
                    )
                    for i, item in enumerate(told)
                    if item.layer == name
                ),
                *(
                    ItemTrace(source=item.source, tokens=count(item.text), included=False, why=item.held_back)
                    for item in held
                    if item.layer == name
                ),
            ),
        )
        for name in LAYER_SHARES
    )
    return AssembledContext(system=rules, text=_joined(told, choice.texts), budget=budget, layers=layers)


def _no_room(item: ContextItem) -> str:
    because = f"; {item.because}" if isinstance(item, LoreItem) and item.because else ""
    return f"no room left ({item.priority} priority){because}"


def _too_much(choice: _Choice, rules_size: int) -> str:
    largest = sorted(((choice.sizes[i], choice.items[i].source) for i in choice.texts), reverse=True)
    named = ", ".join(f"{source} ({size} tokens)" for size, source in largest[:5])
    return (
        f"What must be shown takes {choice.budget - choice.room} tokens, and there is room for {choice.budget}: "
        f"the rules ({rules_size}), {named}. "
        "Shorten these entries, lower their priority, or choose a model with a larger window."
    )


def _choose(choice: _Choice, count: Count) -> None:
    """Let in what fits beside the high items: each layer's own, what layers leave over, the story, the rest."""
    waiting = [i for i in choice.candidates() if i not in choice.texts]
    story = sorted(i for i in waiting if choice.items[i].layer == "story")
    others = [i for i in waiting if choice.items[i].layer != "story"]
    share = max(0, choice.shares["story"] - choice.used["story"])
    total = sum(choice.sizes[i] for i in story)
    latest = sum(choice.sizes[i] for i in story if choice.items[i].priority == "medium")
    for i in others:
        # Where high items take more than their layers' shares, the latest passages still go before other items.
        spoken_for = min(share, latest if choice.items[i].priority == "medium" else total)
        if choice.fits_share(i) and choice.size(i) + spoken_for <= choice.room:
            choice.take(i, "fits its layer's share")
    over = "fits what other layers left over"
    for i in others:
        medium = choice.items[i].priority == "medium"
        spoken_for = min(total, max(share, latest))
        if medium and i not in choice.texts and choice.fits_rest(i) and choice.size(i) + spoken_for <= choice.room:
            choice.take(i, over)
    _tell_story(choice, story, count)
    for i in others:
        if i not in choice.texts and not choice.items[i].source.startswith(LORE) and choice.size(i) <= choice.room:
            choice.take(i, over)


def _tell_story(choice: _Choice, story: Sequence[int], count: Count) -> None:
    """Let the story in from where `_cut` says; of the passage in which that is, the end is shown."""
    end = sum(choice.sizes[i] for i in story)
    cut = _cut([choice.sizes[i] for i in story], choice.room)
    for i in reversed(story):
        start = end - choice.sizes[i]
        if start >= cut:
            choice.take(i, "fits its layer's share" if choice.fits_share(i) else "fits what other layers left over")
        elif end - cut > SHORTEST_END:
            text, size = _tail(choice.items[i].text, end - cut - ITEM_OVERHEAD, count)
            if text:
                choice.sizes[i] = size + ITEM_OVERHEAD
                choice.take(i, "only its end fits")
                choice.texts[i] = text
        if i not in choice.texts:
            choice.why[i] = "no room left: the oldest passages go, several at a time"
        end = start


def _cut(sizes: Sequence[int], room: int) -> int:
    """How many tokens of the story, from its beginning, are left out for the rest to fit into `room`.

    The cut moves in steps of a quarter of the room or more, so that prompts begin alike for several chapters, until
    what a step has freed is used up. Steps are powers of two: where the room changes a little, as with the length of
    the request, a step is the same, or twice another. The latest passage is never cut for the sake of a step.
    """
    total = sum(sizes)
    if total <= room:
        return 0
    needed, step = total - room, 1 << max(room // 4 - 1, 0).bit_length()
    return min(-(-needed // step) * step, max(needed, total - sizes[-1]))


def _tail(text: str, room: int, count: Count) -> tuple[str, int]:
    kept: list[str] = []
    size = 0
    for sentence in reversed(sentences(text)):
        cost = count(sentence) + 1
        if size + cost > room:
            break
        kept.insert(0, sentence)
        size += cost
    return (" ".join(kept), size) if kept else ("", 0)


def _joined(items: Sequence[ContextItem], texts: dict[int, str]) -> str:
    groups: dict[str, list[str]] = {name: [] for name in ("world", *(name for name, _ in _SECTIONS))}
    for i, item in enumerate(items):
        if i in texts:
            groups[_group(item)].append(texts[i])
    parts = groups["world"]
    for name, heading in _SECTIONS:
        if groups[name]:
            parts += [heading, *groups[name]]
    return "\n\n".join(parts)


def _group(item: ContextItem) -> str:
    """Where in the text an item stands; what a frontend supplies for one scene changes most often and comes last."""
    if item.source == "world":
        return "world"
    if item.source.startswith(LORE):
        return "recalled" if isinstance(item, LoreItem) and item.passing else "lore"
    if item.source.startswith(NOTE):
        return "notes"
    return "story" if item.layer == "story" else "scene"
