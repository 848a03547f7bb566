"""What an agent is shown, as bars: the model's window divided, and each layer's budget with its use. Pure functions."""

from collections.abc import Sequence

from workbench.domain.context import LayerTrace
from workbench.domain.preview import ContextPreview
from workbench.ui.render import plural, safe
from workbench.ui.verdict import LAYERS

# Layers go by a letter too, which says nothing of how they stand in the prompt.
LETTERS = {"system": "A", "story": "C", "characters": "D", "plot": "E"}
ORIGINS = {**LAYERS, "task": "What it is asked to do", "form": "Marks that the model’s template puts around it"}
# What else of the window has its place, behind the layers.
BESIDE = {
    "task": "The task",
    "reply": "Kept for what it writes",
    "buffer": "Kept free, to be safe",
    "free": "Still free",
}


def letter(name: str) -> str:
    """A layer's letter, small, for those who know it by that; "" for what is no layer."""
    return f'<i class="ll-letter">{LETTERS[name]}</i>' if name in LETTERS else ""


def parts(preview: ContextPreview) -> list[tuple[str, int]]:
    """The window as `(what, tokens)`, in order; together they are the window. Overlong contexts leave nothing free."""
    used = [(layer.name, layer.used) for layer in preview.layers]
    free = max(0, preview.budget - sum(size for _, size in used))
    shares = [*used, ("task", preview.task), ("reply", preview.reply), ("buffer", preview.buffer), ("free", free)]
    return [(name, size) for name, size in shares if size > 0]


def window_bar(preview: ContextPreview) -> str:
    """The model's window as one bar, with a legend in words."""
    whole = max(1, sum(size for _, size in parts(preview)))
    stretches, legend, told = [], [], []
    for name, size in parts(preview):
        words = LAYERS.get(name) or BESIDE[name]
        share = 100 * size / whole
        title = f"{words}: {plural(size, 'word-piece')}"
        told.append(title)
        shown = LETTERS.get(name, "") if share >= 2.5 else ""
        stretches.append(
            f'<span class="ll-part ll-o-{name}" style="width:{share:.2f}%" title="{safe(title)}">{shown}</span>'
        )
        legend.append(f'<li><i class="ll-swatch ll-o-{name}"></i>{safe(words)} {letter(name)} <b>{size:,}</b></li>')
    return (
        '<figure class="ll-window"><figcaption><b>The model’s window</b>'
        f"<span>{plural(preview.window, 'word-piece')} at most, about {preview.window * 2 // 3:,} words</span>"
        "</figcaption>"
        f'<div class="ll-division" role="img" aria-label="{safe("; ".join(told))}">{"".join(stretches)}</div>'
        f'<ul class="ll-legend">{"".join(legend)}</ul>{counted(preview)}</figure>'
    )


def counted(preview: ContextPreview) -> str:
    """Whether the sizes are exact."""
    if preview.strategy == "exact":
        words = "Every size here is exact: the model itself has counted it."
    else:
        off = f" and may be off by {round(100 * preview.error)} %" if preview.error else ""
        words = f"Sizes are estimates{off}, so some more room is kept free. The server doesn’t say how it counts."
    return f'<p class="ll-facts ll-counted">{words}</p>'


def budget_bar(layer: LayerTrace) -> str:
    """A layer's use beside its share; what it has taken beyond it, of what others left over, stands out."""
    longest = max(1, layer.budget, layer.used)
    own, over = min(layer.used, layer.budget), max(0, layer.used - layer.budget)
    told = f"{plural(layer.used, 'word-piece')} of a share of {layer.budget:,}"
    mark = f'<b style="left:{100 * layer.budget / longest:.1f}%"></b>' if over else ""
    return (
        f'<div class="ll-budget" role="img" aria-label="{told}">'
        f'<i style="width:{100 * own / longest:.1f}%"></i><i class="ll-over" style="width:{100 * over / longest:.1f}%">'
        f"</i>{mark}</div>"
    )


def used_words(layer: LayerTrace) -> str:
    """A layer's use in words."""
    if layer.used > layer.budget:
        return f"{layer.used:,} word-pieces, {layer.used - layer.budget:,} of them from what others left over"
    return f"{layer.used:,} of {plural(layer.budget, 'word-piece')}"


def summed_up(progress: dict[str, int]) -> str:
    """How much of the story is summed up ahead: `{chapters, summed_up, parts}`; "" while nothing has to be."""
    chapters, done, larger = (progress.get(name, 0) for name in ("chapters", "summed_up", "parts"))
    if not chapters:
        return ""
    share = round(100 * min(1.0, done / chapters))
    more = f", and folded into {plural(larger, 'part')}" if larger else ""
    return (
        '<div class="ll-card ll-small ll-summed"><h3>Older chapters in short</h3>'
        f'<div class="ll-gauge" role="meter" aria-label="Chapters summed up" aria-valuemin="0" '
        f'aria-valuemax="{chapters}" aria-valuenow="{done}"><i style="width:{share}%"></i></div>'
        f"<p>{done:,} of {plural(chapters, 'chapter')} summed up{more}. It is done while nobody writes; what isn’t yet "
        "is told by its most telling sentences.</p></div>"
    )


def keys_shown(layers: Sequence[LayerTrace]) -> str:
    """What the colours of the prompt mean."""
    names = [*(layer.name for layer in layers), "task", "form"]
    return (
        '<p class="ll-colours">'
        + "".join(
            f'<span><i class="ll-swatch ll-o-{name}"></i>{safe(ORIGINS[name])} {letter(name)}</span>' for name in names
        )
        + "</p>"
    )
