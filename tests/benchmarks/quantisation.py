"""The bundled model as it comes (Q4_1), and as Q8_0 and Q4_0 copies: speed, and perplexity over prose.txt.

`python -m tests.benchmarks.quantisation [--rounds N] [--threads N] [--json]`. The copies are made in a temporary
folder by the function that makes them in the data folder. Reading is of about 1,000 tokens, writing goes on after
them, with one stream and with four that share them; all kinds take turns, and medians are shown. Perplexity is that of
the whole text read once from its start, with keys in 8 bits (`exact`) and in 16.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.report import environment, print_table
from workbench.engine.catalog import bundled_file
from workbench.engine.fast_file import COPY_TYPES, make_fast_file
from workbench.engine.llama import READ_BATCH, LlamaModel

OWN, DEFAULT = "Q4_1", "Q8_0"
# What the default copy promises: no worse text, and reading enough faster to be worth its disk.
PERPLEXITY_LIMIT, READING_LIMIT = 1.01, 1.2
STREAMS = 4
TEXT = Path(__file__).with_name("prose.txt")


def load(path: Path, exact: bool, cells: int, threads: int) -> LlamaModel:
    """A model with room for a prompt and what is written after it."""
    return LlamaModel(path, cells=cells, window=cells, sequences=STREAMS, threads=threads, exact=exact)


def read(model: LlamaModel, tokens: list[int]) -> None:
    """Read tokens into the empty sequence 0, in batches, as the scheduler does; logits after the last only."""
    for start in range(0, len(tokens), READ_BATCH):
        part = tokens[start : start + READ_BATCH]
        wanted = [False] * (len(part) - 1) + [start + READ_BATCH >= len(tokens)]
        model.decode(part, range(start, start + len(part)), [0] * len(part), wanted)


def perplexity(path: Path, exact: bool, text: str, threads: int) -> float:
    """How many tokens the model hesitates between on average, over all but the first of a text."""
    model = load(path, exact, 4096, threads)
    tokens = model.tokenize(text)
    total = 0.0
    for start in range(0, len(tokens) - 1, READ_BATCH):
        part = tokens[start : min(start + READ_BATCH, len(tokens) - 1)]
        model.decode(part, range(start, start + len(part)), [0] * len(part), [True] * len(part))
        for row in range(len(part)):
            logits = model.logits(row).astype(np.float64)
            peak = logits.max()
            total += peak + np.log(np.exp(logits - peak).sum()) - logits[tokens[start + row + 1]]
    model.close()
    return float(np.exp(total / (len(tokens) - 1)))


def speeds(model: LlamaModel, tokens: list[int], written: int) -> dict[str, float]:
    """Tokens a second: reading a prompt, then writing after it with one stream and with several."""
    for sequence in range(STREAMS):
        model.trim_sequence(sequence, 0)
    began = time.perf_counter()
    read(model, tokens)
    token = int(model.logits((len(tokens) - 1) % READ_BATCH).argmax())
    result = {"read": len(tokens) / (time.perf_counter() - began)}
    for sequence in range(1, STREAMS):
        model.copy_sequence(0, sequence, len(tokens))
    at = len(tokens)
    for name, streams in (("write_one", 1), (f"write_{STREAMS}", STREAMS)):
        for sequence in range(streams):
            model.trim_sequence(sequence, len(tokens))
        last = [token] * streams
        began = time.perf_counter()
        for step in range(written):
            model.decode(last, [at + step] * streams, range(streams), [True] * streams)
            last = [int(model.logits(row).argmax()) for row in range(streams)]
        result[name] = streams * written / (time.perf_counter() - began)
    return result


def main() -> int:
    """Measure, print, and say by the exit status whether the default copy is worth making."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=1000)
    parser.add_argument("--written", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--not-exact", action="store_true", help="measure speed with keys in 16 bits")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    text = TEXT.read_text(encoding="utf-8")

    with tempfile.TemporaryDirectory() as folder:
        files = {OWN: bundled_file()}
        making = {}
        for kind in COPY_TYPES:
            began = time.monotonic()
            files[kind] = make_fast_file(bundled_file(), kind, Path(folder, kind), given.threads)
            making[kind] = time.monotonic() - began
        sizes = {kind: path.stat().st_size for kind, path in files.items()}
        hesitation = {
            kind: {mode: perplexity(path, mode == "exact", text, given.threads) for mode in ("exact", "not exact")}
            for kind, path in files.items()
        }
        cells = given.tokens + STREAMS * given.written
        models = {kind: load(path, not given.not_exact, cells, given.threads) for kind, path in files.items()}
        tokens = models[OWN].tokenize(text)[: given.tokens]
        rounds: dict[str, list[dict[str, float]]] = {kind: [] for kind in files}
        for _ in range(given.rounds):
            for kind, model in models.items():
                rounds[kind].append(speeds(model, tokens, given.written))
        for model in models.values():
            model.close()
    speed = {
        kind: {name: statistics.median(one[name] for one in many) for name in many[0]} for kind, many in rounds.items()
    }
    worse = max(hesitation[DEFAULT][mode] / hesitation[OWN][mode] for mode in hesitation[OWN])
    faster = speed[DEFAULT]["read"] / speed[OWN]["read"]
    if given.json:
        print(json.dumps(record(given, sizes, making, hesitation, speed, worse, faster)))
    else:
        print_table(
            ("kind", "MiB", "made in", "perplexity", "not exact", "read/s", "write/s", f"{STREAMS} write/s"),
            [
                (
                    kind,
                    f"{sizes[kind] / 2**20:.0f}",
                    f"{making[kind]:.1f} s" if kind in making else "bundled",
                    f"{hesitation[kind]['exact']:.2f}",
                    f"{hesitation[kind]['not exact']:.2f}",
                    *(f"{rate:.0f}" for rate in speed[kind].values()),
                )
                for kind in files
            ],
        )
        print(
            f"\n{DEFAULT} against {OWN}: perplexity {worse:.3f} times (limit {PERPLEXITY_LIMIT}), "
            f"reading {faster:.2f} times (at least {READING_LIMIT})"
        )
    return 0 if worse <= PERPLEXITY_LIMIT and faster >= READING_LIMIT else 1


def record(given: argparse.Namespace, sizes: Any, making: Any, hesitation: Any, speed: Any, *ratios: float) -> Any:
    """Everything measured, for machines to read."""
    return {
        "benchmark": "quantisation",
        "rounds": given.rounds,
        "context_tokens": given.tokens,
        "written_tokens": given.written,
        "model": bundled_file().name,
        "threads": given.threads,
        "exact": not given.not_exact,
        "bytes": sizes,
        "making_s": {kind: round(seconds, 2) for kind, seconds in making.items()},
        "perplexity": {
            kind: {mode: round(value, 3) for mode, value in modes.items()} for kind, modes in hesitation.items()
        },
        "tokens_per_s": {kind: {name: round(rate, 1) for name, rate in rates.items()} for kind, rates in speed.items()},
        "perplexity_ratio": round(ratios[0], 4),
        "reading_ratio": round(ratios[1], 3),
        **environment(),
    }


if __name__ == "__main__":
    sys.exit(main())
