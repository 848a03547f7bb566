"""The items of an agent's context and its prompt, as HTML: pure functions of a preview."""

from collections.abc import Sequence

from workbench.domain.context import CHOICES, ItemTrace, LayerTrace
from workbench.domain.preview import ContextPreview, PromptSegment
from workbench.ui.context_bars import ORIGINS, budget_bar, keys_shown, letter, used_words
from workbench.ui.render import empty, plural, safe
from workbench.ui.verdict import LAYERS

CHOICE_WORDS = {
    "pinned": ("Pin it", "pinned by you"),
    "high": ("High", "high, by you"),
    "medium": ("Medium", "medium, by you"),
    "low": ("Low", "low, by you"),
    "left_out": ("Leave it out", "left out by you"),
    "": ("Back to the rules", ""),
}
# So many items that stay out for one reason are listed; with more of them they are folded together.
FEW = 3
# A fold lists so many; who looks for another finds it by its name in the box above, where the page has it at all.
MOST = 600
# With no room at all even a prompt is cut for the page; models with such windows have few readers.
LONGEST_PROMPT = 400_000


def name_of(item: ItemTrace) -> str:
    """What an item is called where a person reads it."""
    source = item.source.removeprefix("lore: ")
    if source.startswith("note: "):
        return f"What has become true of {source.removeprefix('note: ')}"
    if source == "world":
        return "The world"
    return source[:1].upper() + source[1:]


def decided_key(item: ItemTrace) -> str:
    """The key under which a choice about the item is kept: a note follows its entry."""
    return f"lore:{item.key.removeprefix('note:')}" if item.key.startswith("note:") else item.key


def items(preview: ContextPreview) -> str:
    """All items, layer by layer: those that are in, those that are out, and one set of buttons for the chosen one."""
    shown = "".join(map(_layer, preview.layers))
    decided = {decided_key(item) for layer in preview.layers for item in layer.items if item.choice}
    back = ""
    if decided:
        back = (
            f'<p class="ll-decided">You have decided about {plural(len(decided), "thing")}. '
            '<button type="button" class="ll-press" data-act="reset">All back to the rules</button></p>'
        )
    return f'<div class="ll-inspected">{back}{shown}{_buttons()}</div>'


def _buttons() -> str:
    """The choices, once: the page puts them under the item that is open."""
    buttons = "".join(
        f'<button type="button" class="ll-press" data-act="choose-{choice}" aria-pressed="false">'
        f"{CHOICE_WORDS[choice][0]}</button>"
        for choice in (*CHOICES[1:], CHOICES[0])
    )
    return (
        '<div class="ll-choosing" role="group" aria-label="What you decide about it" hidden>'
        f'{buttons}<button type="button" class="ll-press" data-find>Show it in the prompt</button></div>'
    )


def _layer(layer: LayerTrace) -> str:
    inside = [item for item in layer.items if item.included]
    outside = [item for item in layer.items if not item.included]
    listed = "".join(map(item_row, inside)) + _outside(outside)
    body = f'<ul class="ll-items">{listed}</ul>' if listed else '<p class="ll-facts">Nothing of this kind yet.</p>'
    return (
        f'<section class="ll-layer ll-o-{layer.name}"><header><h3>{safe(LAYERS[layer.name])} {letter(layer.name)}</h3>'
        f'<span class="ll-facts">{used_words(layer)}</span></header>{budget_bar(layer)}{body}</section>'
    )


def _outside(outside: Sequence[ItemTrace]) -> str:
    """What stays out; many for the same reason are folded together, those the writer decided about never are."""
    groups: dict[str, list[ItemTrace]] = {}
    for item in outside:
        groups.setdefault("" if item.choice else item.why, []).append(item)
    rows: list[str] = []
    for why, group in groups.items():
        if not why or len(group) <= FEW:
            rows += map(item_row, group)
            continue
        more = len(group) - MOST
        rest = f'<li class="ll-facts">and {more:,} more</li>' if more > 0 else ""
        rows.append(
            f'<li class="ll-fold"><details><summary>{len(group):,} more stay out: {safe(why)}</summary>'
            f'<ul class="ll-items">{"".join(map(item_row, group[:MOST]))}{rest}</ul></details></li>'
        )
    return "".join(rows)


def item_row(item: ItemTrace) -> str:
    """One item: its name, its size, whether it is in and why. What may be decided about can be pressed."""
    tags = f'<span class="ll-tag ll-note">{CHOICE_WORDS[item.choice][1]}</span>' if item.choice else ""
    if item.shortened:
        tags += '<span class="ll-tag ll-found">in short</span>'
    # A prompt in which nothing has a key can't be pointed into, nor decided about.
    size = f'<span class="ll-size">{item.tokens:,}</span>'
    weight = " · gives way first" if item.priority == "low" and item.included and not item.choice else ""
    inner = (
        f"<b>{safe(name_of(item))}</b>{tags}{size}"
        f'<span class="ll-why">{"" if item.included else "out: "}{safe(item.why)}{weight}</span>'
    )
    state = "ll-item" if item.included else "ll-item ll-out"
    if not item.key:
        return f'<li class="{state}"><div class="ll-pick">{inner}</div></li>'
    return (
        f'<li class="{state}" data-key="{safe(item.key)}" data-decide="{safe(decided_key(item))}" '
        f'data-choice="{item.choice}"><button type="button" class="ll-pick" aria-expanded="false">{inner}</button></li>'
    )


def prompt(preview: ContextPreview) -> str:
    """The prompt as the model reads it, each stretch in the colour of its layer."""
    stretches, length, cut = [], 0, ""
    for segment in preview.segments:
        if length > LONGEST_PROMPT:
            cut = '<p class="ll-facts">The rest is too long for this page.</p>'
            break
        length += len(segment.text)
        stretches.append(_stretch(segment))
    size = plural(preview.tokens, "word-piece")
    return (
        f'<section class="ll-card ll-prompt"><h3>What it reads, word for word</h3><p class="ll-facts">{size}. '
        "Press a stretch to find it in the list.</p>"
        f'{keys_shown(preview.layers)}<div class="ll-scroll" tabindex="0" role="region" aria-label="The prompt">'
        f"{''.join(stretches)}{cut}</div></section>"
    )


def _stretch(segment: PromptSegment) -> str:
    key = f' data-key="{safe(segment.key)}"' if segment.key else ""
    return (
        f'<span class="ll-o-{segment.origin}"{key} title="{safe(ORIGINS[segment.origin])}">{safe(segment.text)}</span>'
    )


def refused(message: str, decisions: int) -> str:
    """In place of the items where nothing can be shown as it stands: why, and the way out."""
    way = ""
    if decisions:
        way = (
            f'<p class="ll-decided">You have decided about {plural(decisions, "thing")}. '
            '<button type="button" class="ll-press" data-act="reset">All back to the rules</button></p>'
        )
    return f'<div class="ll-notice" role="alert">{safe(message)}</div>{way}'


NO_STORY = empty("No story is open.", "Open a story in Write first; what the agents are shown of it stands here.")
