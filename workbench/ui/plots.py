"""Small plots as inline SVG: pure functions of numbers. Colours, sizes and day or night come from the style sheet.

A plot fills the width that it gets. What is drawn stretches with it, letters and lines don't: the labels stand in an
outer SVG without a viewBox, placed by percentages, the data in an inner one whose box is pulled to fit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.ui.render import plural, safe

MINUTES = (("0%", "start", "3 min ago"), ("33.3%", "middle", "2 min"), ("66.7%", "middle", "1 min"))
NOW = ("100%", "end", "now")
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
LINES = 3
SLOTS_IN_A_ROW, MOST_SLOTS = 16, 64


@dataclass(frozen=True)
class Layer:
    """One run of values in a plot, oldest first. `look` is its colour: read, kept, written, work, wait or bad."""

    look: str
    values: Sequence[float]
    kind: Literal["line", "bars", "steps"] = "line"


def finite(value: float) -> float:
    """`value` as something that can be drawn: never negative, never endless, never no number."""
    return float(value) if math.isfinite(value) and value > 0 else 0.0


def short(value: float) -> str:
    """A number with few letters: `0.5`, `14`, `1,200`, `48k`, `1.2M`."""
    value = finite(value)
    if value >= 1e15:
        return f"{value:.1e}"
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= max(0.9995 * size, 1e4):
            return f"{float(f'{value / size:.3g}'):g}{letter}"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def scale(highest: float, least: float) -> tuple[float, float]:
    """Top of an axis and the distance of its lines, in round numbers: the top is `highest`, or `least`, or above."""
    wanted = max(finite(highest), least)
    rough = wanted / LINES
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in STEPS if size * one >= rough * 0.999)
    step = float(math.ceil(step))  # what is counted here is whole
    return step * max(1, math.ceil(wanted / step - 1e-9)), step


def plot(
    layers: Sequence[Layer],
    told: str,
    least: float = LINES,
    mark: float | None = None,
    times: Sequence[tuple[str, str, str]] = (*MINUTES, NOW),
) -> str:
    """A picture of `layers`, stacked where they are bars or steps; `told` says it to who can't see it.

    The axis reaches at least to `least`. `mark` draws a line across at that height. `times`: what is written below,
    each as place, anchor and words.
    """
    stacked = _stacked(layers)
    heights = [finite(value) for _, _, tops in stacked for value in tops]
    top, step = scale(max([*heights, mark or 0.0]), least)
    lines, labels = [], []
    for index in range(round(top / step) + 1):
        y = f"{100 - 100 * index * step / top:.1f}%"
        lines.append(f'<line class="ll-grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        labels.append(f'<text x="-8" y="{y}" dy="4" text-anchor="end">{short(index * step)}</text>')
    labels += [f'<text x="{x}" y="100%" dy="19" text-anchor="{anchor}">{words}</text>' for x, anchor, words in times]
    count = max([1, *(len(layer.values) for layer in layers)])
    # The tallest stack lies at the back.
    drawn = "".join(_draw(layer, bottoms, tops, top) for layer, bottoms, tops in reversed(stacked))
    if mark is not None:
        height = _y(mark, top)
        drawn += f'<path class="ll-mark-line" d="M0 {height}H{count}"/>'
    return (
        f'<svg class="ll-plot" role="img" aria-label="{safe(told)}">{"".join(lines)}'
        f'<svg class="ll-data" x="0" y="0" width="100%" height="100%" viewBox="0 0 {count} 100" '
        f'preserveAspectRatio="none">{drawn}</svg>{"".join(labels)}</svg>'
    )


def _stacked(layers: Sequence[Layer]) -> list[tuple[Layer, list[float], list[float]]]:
    below: list[float] = []
    found = []
    for layer in layers:
        values = [finite(value) for value in layer.values]
        if layer.kind == "line":
            found.append((layer, [0.0] * len(values), values))
            continue
        below += [0.0] * (len(values) - len(below))
        tops = [bottom + value for bottom, value in zip(below, values, strict=False)]
        found.append((layer, list(below), tops))
        below[: len(tops)] = tops
    return found


def _y(value: float, top: float) -> str:
    return f"{100 - 100 * min(1.0, value / top):.1f}".removesuffix(".0")


def _draw(layer: Layer, bottoms: Sequence[float], tops: Sequence[float], top: float) -> str:
    """One layer as an area and, for a line or steps, its upper edge. Nothing where nothing happened."""
    if not any(value > bottom for bottom, value in zip(bottoms, tops, strict=False)):
        return ""
    if layer.kind == "bars":
        bars = "".join(
            f"M{index + 0.1:g} {_y(bottom, top)}V{_y(value, top)}h.8V{_y(bottom, top)}z"
            for index, (bottom, value) in enumerate(zip(bottoms, tops, strict=False))
            if value > bottom
        )
        return f'<path class="ll-bars ll-is-{safe(layer.look)}" d="{bars}"/>'
    if layer.kind == "steps":
        edge = "".join(f"{'M' if not index else 'L'}{index} {_y(value, top)}h1" for index, value in enumerate(tops))
        back = "".join(f"L{index + 1} {_y(bottoms[index], top)}h-1" for index in reversed(range(len(bottoms))))
        area = f"{edge}{back}z"
    else:
        last = len(tops) - 0.5
        edge = "".join(
            f"{'M' if not index else 'L'}{index + 0.5:g} {_y(value, top)}" for index, value in enumerate(tops)
        )
        area = f"{edge}L{last:g} 100L.5 100z"
    return (
        f'<path class="ll-area ll-is-{safe(layer.look)}" d="{area}"/>'
        f'<path class="ll-edge ll-is-{safe(layer.look)}" d="{edge}"/>'
    )


def ring(share: float, told: str) -> str:
    """A share from 0 to 1 as a ring with the figure in it; `told` says it to who can't see it."""
    percent = round(100 * min(1.0, finite(share)))
    dashes = f'pathLength="100" stroke-dasharray="{percent} 100"'
    arc = f'<circle class="ll-ring ll-is-kept" cx="60" cy="60" r="48" {dashes}/>' if percent else ""
    return (
        f'<svg class="ll-round" viewBox="0 0 120 120" role="img" aria-label="{safe(told)}">'
        f'<circle class="ll-ring" cx="60" cy="60" r="48"/>{arc}'
        f'<text class="ll-ring-figure" x="60" y="64" text-anchor="middle">{percent}%</text>'
        '<text class="ll-ring-word" x="60" y="81" text-anchor="middle">remembered</text></svg>'
    )


def slots(used: int, there: int) -> str:
    """A box for each call that can be worked on at once, filled where one is."""
    shown = min(max(1, there), MOST_SLOTS)
    across = min(shown, SLOTS_IN_A_ROW if shown > SLOTS_IN_A_ROW / 2 else shown)
    boxes = "".join(
        f'<rect class="{"ll-slot ll-taken" if index < used else "ll-slot"}" x="{index % across * 22 + 1}" '
        f'y="{index // across * 22 + 1}" width="17" height="17" rx="4"/>'
        for index in range(shown)
    )
    width, height = across * 22 - 3, math.ceil(shown / across) * 22 - 3
    told = f"{min(used, there)} of {plural(there, 'place')} at work"
    return (
        f'<svg class="ll-slots" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{safe(told)}">{boxes}</svg>'
    )


def strip(kept: float, read: float, longest: float) -> str:
    """A prompt as one bar: what was remembered, then what was read; as long as its share of the `longest` one."""
    kept, read = finite(kept), finite(read)
    whole = max(finite(longest), kept + read, 1.0)
    left, right = round(100 * kept / whole, 1), round(100 * read / whole, 1)
    told = f"{plural(round(kept), 'word-piece')} remembered, {round(read):,} read"
    return (
        f'<svg class="ll-strip" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{safe(told)}">'
        f'<rect class="ll-is-kept" x="0" y="0" width="{left}" height="8"/>'
        f'<rect class="ll-is-read" x="{left}" y="0" width="{right}" height="8"/></svg>'
    )
