"""What all benchmarks print: a small table, and where they ran."""

import os
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
