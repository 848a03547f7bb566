"""What all benchmarks print: a small table, and where they ran."""

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any


def environment() -> dict[str, Any]:
    """Versions and machine, for machine-readable records."""
    names = ("gradio", "llama-cpp-python", "langgraph", "lancedb")
    return {"cores": os.cpu_count(), "versions": {name: version(name) for name in names}}


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


class Figures:
    """What a benchmark has measured, each with its limit. `unit` is what a figure is: "ratio" or "value"."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._rows: list[tuple[str, str, float, str, float]] = []
        self._record: dict[str, Any] = {}

    def row(self, name: str, what: str, figure: float, sign: str, limit: float, **more: Any) -> None:
        """Note a figure, which must be `sign` ("<=" or ">=") `limit`, and tell it at once."""
        self._rows.append((name, what, figure, sign, limit))
        self._record[f"{name} {what}"] = {self._unit: round(figure, 3), **more}
        print(f"  {name} {what}: {figure:.3f} ({sign} {limit}) {more}", file=sys.stderr, flush=True)

    def conclude(self, benchmark: str, as_json: bool, **about: Any) -> int:
        """Print everything; the exit status says whether all limits hold."""
        holds = [figure <= limit if sign == "<=" else figure >= limit for _, _, figure, sign, limit in self._rows]
        if as_json:
            print(json.dumps({"benchmark": benchmark, **about, "figures": self._record, **environment()}))
        else:
            print_table(
                ("id", "measure", self._unit, "limit", ""),
                [
                    (
                        name,
                        what,
                        f"{figure:.3f}" if figure < 100 else f"{figure:,.0f}",
                        f"{sign} {limit:g}",
                        "" if held else "not reached",
                    )
                    for (name, what, figure, sign, limit), held in zip(self._rows, holds, strict=True)
                ],
            )
        return 0 if all(holds) else 1
