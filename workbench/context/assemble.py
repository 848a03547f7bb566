"""Choosing what fits: deterministic, within the budget, and the same text for every agent over one story.

The text goes from what changes seldom to what changes often (rules, world, lore, story, supplied scene), because a
model need not read again what stands unchanged at the beginning of a prompt.
"""

from collections.abc import Callable, Sequence

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

# Joining items costs a few tokens for headings and blank lines; counted with each item.
ITEM_OVERHEAD = 3
HEADINGS = 24
_RANK = {"high": 0, "medium": 1, "low": 2}


def assemble(rules: str, items: Sequence[ContextItem], budget: int, count: Callable[[str], int]) -> AssembledContext:
    """Fit `items` into `budget` tokens and join them below `rules`.

    High items are always in. The others compete within their layer's share of the budget, medium before low,
    and in the story layer the latest first; what a layer leaves over goes to the layers that lack. A passage that
    fits only in part keeps its end, cut at a sentence. Raises `PromptTooLong` when the high items alone don't fit.
    """
    held = [item for item in items if item.held_back]
    items = [item for item in items if not item.held_back]
    sizes = [count(item.text) + ITEM_OVERHEAD for item in items]
    rules_size = count(rules) + HEADINGS
    high = rules_size + sum(size for item, size in zip(items, sizes, strict=True) if item.priority == "high")
    if high > budget:
        largest = sorted(
            ((size, item.source) for item, size in zip(items, sizes, strict=True) if item.priority == "high"),
            reverse=True,
        )
        named = ", ".join(f"{source} ({size} tokens)" for size, source in largest[:5])
        raise PromptTooLong(
            f"What must be shown takes {high} tokens, and there is room for {budget}: "
            f"the rules ({rules_size}), {named}. "
            "Shorten these entries, lower their priority, or choose a model with a larger window."
        )
    whole = sum(LAYER_SHARES.values())
    budgets = {name: budget * share // whole for name, share in LAYER_SHARES.items()}
    chosen = {i: "always shown" for i, item in enumerate(items) if item.priority == "high"}
    texts = {i: items[i].text for i in chosen}
    used: dict[LayerName, int] = dict.fromkeys(LAYER_SHARES, 0)
    used["system"] = rules_size
    for i in chosen:
        used[items[i].layer] += sizes[i]

    order = sorted((i for i in range(len(items)) if i not in chosen), key=lambda i: _order(items, i))
    for i in order:
        layer = items[i].layer
        if used[layer] + sizes[i] <= budgets[layer] and sum(used.values()) + sizes[i] <= budget:
            chosen[i] = "fits its layer's share"
            texts[i] = items[i].text
            used[layer] += sizes[i]
    for i in order:
        room = budget - sum(used.values())
        if i in chosen:
            continue
        if sizes[i] <= room:
            chosen[i] = "fits what other layers left over"
            texts[i] = items[i].text
            used[items[i].layer] += sizes[i]
        elif items[i].layer == "story" and items[i].priority == "medium" and room > 60:
            tail, tail_size = _tail(items[i].text, room - ITEM_OVERHEAD, count)
            if tail:
                chosen[i] = "only its end fits"
                texts[i] = tail
                sizes[i] = tail_size + ITEM_OVERHEAD
                used[items[i].layer] += sizes[i]

    house_rules = ItemTrace(source="rules of the house", tokens=rules_size, included=True, why="always shown")
    layers = tuple(
        LayerTrace(
            name=name,
            budget=budgets[name],
            used=used[name],
            items=(
                *((house_rules,) if name == "system" else ()),
                *(
                    ItemTrace(
                        source=item.source,
                        tokens=sizes[i],
                        included=i in chosen,
                        why=chosen.get(i, f"no room left ({item.priority} priority)"),
                    )
                    for i, item in enumerate(items)
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
    return AssembledContext(system=rules, text=_joined(items, texts), budget=budget, layers=layers)


def _order(items: Sequence[ContextItem], index: int) -> tuple[int, int]:
    item = items[index]
    # The latest passages are the most telling; everything else keeps its order.
    return _RANK[item.priority], -index if item.layer == "story" else index


def _tail(text: str, room: int, count: Callable[[str], int]) -> tuple[str, int]:
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
    groups: dict[str, list[str]] = {"world": [], "lore": [], "story": [], "scene": []}
    for i, item in enumerate(items):
        if i in texts:
            groups[_group(item)].append(texts[i])
    parts = groups["world"]
    for name, heading in (("lore", "What is known:"), ("story", "The story so far:"), ("scene", "For this scene:")):
        if groups[name]:
            parts += [heading, *groups[name]]
    return "\n\n".join(parts)


def _group(item: ContextItem) -> str:
    """Where in the text an item stands; what a frontend supplies for one scene changes most often and comes last."""
    if item.source == "world":
        return "world"
    if item.source.startswith("lore: "):
        return "lore"
    return "story" if item.layer == "story" else "scene"
