"""Choosing what fits: deterministic, within the budget, and the same text for every agent over one story.

The text goes from what changes seldom to what changes often (rules, world, lore, story, the lore that comes and goes,
what has become true, supplied scene), because a model need not read again what stands unchanged at the beginning of a
prompt. For the same reason nothing that stands before the story may come and go with the story's length, once the
story has filled its share; and what only some agents are shown stands behind all that the others are shown too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from workbench.context.budget import Choosing, Earlier, LoreItem, Shortened, Summary, choose
from workbench.context.filters import LORE_KEY, NOTE_KEY, audience_of
from workbench.context.telling import CHARS_PER_TOKEN, ITEM_OVERHEAD, Count
from workbench.domain.context import (
    LAYER_SHARES,
    AssembledContext,
    ContextItem,
    ContextMark,
    ContextPiece,
    ItemTrace,
    LayerName,
    LayerTrace,
)
from workbench.errors import PromptTooLong

# How the sources of entries and of their notes begin. A note follows its entry and is in when the entry is.
LORE, NOTE = "lore: ", "note: "
HEADINGS = 32
_SCENE = "For this scene:"
_SECTIONS = (
    ("lore", "What is known:"),
    ("story", "The story so far:"),
    ("recalled", "Recalled for this scene:"),
    ("notes", "What has become true in this story and outranks what was true before:"),
    ("scene", _SCENE),
)


@dataclass(frozen=True)
class Arrangement:
    """A context, and what could make it better: medium items that are out or shortened and can be summed up, and how
    many of the story's items, from its beginning, are told in short."""

    context: AssembledContext
    lacking: tuple[ContextItem, ...] = ()
    left_out: int = 0


def assemble(rules: str, items: Sequence[ContextItem], budget: int, count: Count) -> AssembledContext:
    """Fit `items` into `budget` tokens and join them below `rules`; see `arrange`."""
    return arrange(rules, items, budget, count).context


def arrange(
    rules: str,
    items: Sequence[ContextItem],
    budget: int,
    count: Count,
    *,
    shortened: Shortened | None = None,
    earlier: Earlier | None = None,
) -> Arrangement:
    """Fit `items` into `budget` tokens and join them below `rules`.

    High items are always in. The others compete within their layer's share of the budget, medium before low; what a
    layer leaves over goes to the layers that lack, except to low lore. A medium item that doesn't fit is told as what
    `shortened` gives, or else by its beginning. Of the story the latest is in; `earlier` gives the first so many of
    its items in short. Items for some agents or phases count as if everybody were shown them. Raises `PromptTooLong`
    when the high items alone don't fit.
    """
    passed = list(accumulate(item.layer == "story" for item in items))
    standing = [(item, number) for item, number in zip(items, passed, strict=True) if not item.held_back]
    choosing = Choosing(
        items=[item for item, _ in standing], passed=[number for _, number in standing], budget=budget, count=count
    )
    choosing.used["system"] = rules_size = count(rules) + HEADINGS
    for i in choosing.candidates():
        if choosing.items[i].priority == "high":
            choosing.take(i, "you pinned it" if choosing.items[i].choice == "pinned" else "always shown")
    if choosing.room < 0:
        raise PromptTooLong(_too_much(choosing, rules_size))
    choose(choosing, shortened, earlier)

    house_rules = ItemTrace(
        source="rules of the house", tokens=rules_size, included=True, why="always shown", priority="high"
    )
    traces = _traces(choosing)
    held = [item for item in items if item.held_back]
    layers = tuple(
        LayerTrace(
            name=name,
            budget=choosing.shares[name],
            used=choosing.used[name],
            items=(
                *((house_rules,) if name == "system" else ()),
                *(_summary_trace(summary) for summary in choosing.earlier if summary.item.layer == name),
                *(trace for trace, item in zip(traces, choosing.items, strict=True) if item.layer == name),
                *(
                    _trace(item, _length(item.text), False, item.held_back, counted=False)
                    for item in held
                    if item.layer == name
                ),
            ),
        )
        for name in LAYER_SHARES
    )
    return Arrangement(
        context=_context(rules, choosing, layers),
        lacking=tuple(choosing.items[i] for i in choosing.lacking),
        left_out=choosing.left_out,
    )


def _length(text: str) -> int:
    """About how many tokens a text has, by its length."""
    return len(text) // CHARS_PER_TOKEN + ITEM_OVERHEAD


def _trace(
    item: ContextItem, tokens: int, included: bool, why: str, *, shortened: bool = False, counted: bool = True
) -> ItemTrace:
    alone = audience_of(item)
    return ItemTrace(
        source=item.source,
        tokens=tokens,
        included=included,
        why=f"{why}; {alone}" if alone else why,
        key=item.key,
        priority=item.priority,
        choice=item.choice,
        shortened=shortened,
        counted=counted,
    )


def _traces(choosing: Choosing) -> list[ItemTrace]:
    return [
        _trace(
            item,
            choosing.own_size(i) if choosing.counted(i) else _length(item.text),
            i in choosing.texts,
            choosing.why.get(i) or _no_room(item),
            shortened=i in choosing.short,
            counted=choosing.counted(i),
        )
        for i, item in enumerate(choosing.items)
    ]


def _summary_trace(summary: Summary) -> ItemTrace:
    item = summary.item
    why = "told in short" if summary.included else item.held_back or "no room left: the oldest summaries go"
    return _trace(item, summary.size, summary.included, why, shortened=summary.included)


def _no_room(item: ContextItem) -> str:
    because = f"; {item.because}" if isinstance(item, LoreItem) and item.because else ""
    return f"no room left ({item.priority} priority){because}"


def _too_much(choosing: Choosing, rules_size: int) -> str:
    largest = sorted(((choosing.own_size(i), choosing.items[i].source) for i in choosing.texts), reverse=True)
    named = ", ".join(f"{source} ({size} tokens)" for size, source in largest[:5])
    return (
        f"What must be shown takes {choosing.budget - choosing.room} tokens, and there is room for {choosing.budget}: "
        f"the rules ({rules_size}), {named}. "
        "Shorten these, lower their priority or take their pins off, or choose a model with a larger window."
    )


def _context(rules: str, choosing: Choosing, layers: tuple[LayerTrace, ...]) -> AssembledContext:
    """The text that everybody is shown with its marks, and behind it what is for some only."""
    groups: dict[str, list[tuple[LayerName, str, str]]] = {name: [] for name in ("world", *(n for n, _ in _SECTIONS))}
    groups["story"] = [(s.item.layer, s.item.key, s.item.text) for s in choosing.earlier if s.included]
    own = []
    for i, item in enumerate(choosing.items):
        if i not in choosing.texts:
            continue
        text = choosing.texts[i]
        if item.agents or item.phases:
            own.append(ContextPiece(layer=item.layer, text=text, key=item.key, agents=item.agents, phases=item.phases))
        else:
            groups[_group(item)].append((item.layer, item.key, text))
    parts = groups["world"]
    for name, heading in _SECTIONS:
        if groups[name]:
            parts += [(groups[name][0][0], "", heading), *groups[name]]
    text, marks = _joined(parts)
    return AssembledContext(
        system=rules,
        text=text,
        budget=choosing.budget,
        layers=layers,
        own=tuple(own),
        own_heading=_SCENE if own and not groups["scene"] else "",
        marks=marks,
    )


def _joined(parts: Iterable[tuple[LayerName, str, str]]) -> tuple[str, tuple[ContextMark, ...]]:
    text, marks = "", []
    for layer, key, part in parts:
        text += "\n\n" if text else ""
        marks.append(ContextMark(start=len(text), layer=layer, key=key))
        text += part
    return text, tuple(marks)


def _group(item: ContextItem) -> str:
    """Where in the text an item stands; what a frontend supplies for one scene changes most often and comes last."""
    if item.key == "world":
        return "world"
    if item.key.startswith(LORE_KEY):
        return "recalled" if isinstance(item, LoreItem) and item.passing else "lore"
    if item.key.startswith(NOTE_KEY):
        return "notes"
    return "story" if item.layer == "story" else "scene"
