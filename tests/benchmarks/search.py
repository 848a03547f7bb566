"""How long a search takes, the query's embedding included, in small and in large collections.

`python -m tests.benchmarks.search [--sizes 1000,10000,100000] [--json]`. Lore: composite documents of one world, every
fiftieth with a note on a branch. Archive: turns of conversations. Texts are made up, and filled in with random unit
vectors, so that filling is quick; each query is one of a kind and really embedded. Also counted: how much of what an
exact comparison of all vectors puts first the vector index puts first too.
"""

import argparse
import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy

from tests.benchmarks.report import environment, print_table
from workbench.domain.lore import IndexedDocument, composite_text
from workbench.lore import archive as archive_index
from workbench.lore import index as lore_index
from workbench.lore.embedder import SentenceEmbedder
from workbench.lore.rows import nearest
from workbench.services import archive as archive_service
from workbench.services.archive import Archive
from workbench.settings import Settings
from workbench.storage.database import Database

LIMITS_MS = {1_000: 35.0, 10_000: 40.0, 100_000: 50.0}
SYLLABLES = "ba ce dor el fa gri hul in jo kar lim mo nen or pel qua ri sta tor ul ven wa xi yor zan".split()
VOCABULARY = 20_000
BRANCH = "branch"


class Filler:
    """The real embedder for queries; while `filling`, random vectors of the same length at once."""

    def __init__(self, real: SentenceEmbedder) -> None:
        self._real = real
        self._random = numpy.random.default_rng(7)
        self.name, self.dimensions = real.name, real.dimensions
        self.filling = False

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """As `ports.Embedder`."""
        if not self.filling:
            return self._real.embed(texts)
        rows = self._random.normal(size=(len(texts), self.dimensions))
        return (rows / numpy.linalg.norm(rows, axis=1, keepdims=True)).tolist()

    def status(self) -> str:
        """As `ports.Embedder`."""
        return self._real.status()


class Words:
    """Made-up words, few of them frequent and most rare, as in every language."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = [
            "".join(self._random.choices(SYLLABLES, k=self._random.choice((2, 3)))) for _ in range(VOCABULARY)
        ]
        self._weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(VOCABULARY)))

    def text(self, count: int) -> str:
        """So many words."""
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=count))


def fill_lore(index: lore_index.LanceLoreIndex, words: Words, size: int) -> None:
    """`size` entries of one world, every fiftieth with a note on the branch."""
    documents = []
    for number in range(size):
        title, content = words.text(2).title(), words.text(60)
        entry = IndexedDocument(
            entry_id=f"lore_{number:016x}", world_id="world", line="", title=title, text=composite_text(content)
        )
        documents.append(entry)
        if number % 50 == 0:
            note = composite_text(content, words.text(25))
            documents.append(entry.model_copy(update={"line": BRANCH, "text": note}))
    index.put(documents)
    index.optimize()


def fill_archive(archive: Archive, words: Words, size: int) -> None:
    """`size` turns in threads of twenty."""
    for start in range(0, size, 10_000):
        archive.store_many(
            [
                {
                    "content_id": f"turn-{number}",
                    "text": f"Speaker: {words.text(25)}",
                    "metadata": {"thread": number // 20, "position": number % 20, "year": number % 7},
                }
                for number in range(start, min(size, start + 10_000))
            ]
        )
    archive.catch_up()
    archive.compact()


def timed(ask: Callable[[str], Any], queries: Sequence[str]) -> dict[str, float]:
    """Milliseconds of one search after the other; the first few open files and fill caches, and don't count."""
    for query in queries[:5]:
        ask(query)
    times = []
    for query in queries[5:]:
        began = time.perf_counter()
        ask(query)
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return {"p50": statistics.median(times), "p95": times[int(0.95 * len(times))]}


def agreement(table: Any, column: str, embedder: Filler, queries: Sequence[str]) -> float:
    """Share of the ten nearest rows, found by comparing all, that the vector index finds among its first ten."""
    shares = []
    for query in queries:
        vector = embedder.embed([query])[0]
        found = [
            {row["key"] for row in search.distance_type("cosine").select(["key", "_distance"]).limit(10).to_list()}
            for search in (
                table.search(vector, vector_column_name=column).bypass_vector_index(),
                nearest(table, vector, column),
            )
        ]
        shares.append(len(found[0] & found[1]) / 10)
    return statistics.mean(shares)


def measure(size: int, embedder: Filler, asked: int) -> dict[str, Any]:
    """Fill a lore index and an archive of `size`, and ask both."""
    words = Words(size)
    queries = [f"Who told {words.text(6)} about {words.text(3)}?" for _ in range(asked + 5)]
    result: dict[str, Any] = {"size": size}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), _env_file=None)
        database = Database(settings.database_path)
        database.open()
        index = lore_index.LanceLoreIndex(settings.index_path, embedder)
        texts = archive_index.LanceArchiveIndex(settings.index_path, embedder)
        archive = Archive(settings, database, texts)
        embedder.filling = True
        began = time.perf_counter()
        fill_lore(index, words, size)
        lore_filled = time.perf_counter()
        fill_archive(archive, words, size)
        result["filling_s"] = {"lore": lore_filled - began, "archive": time.perf_counter() - lore_filled}
        embedder.filling = False
        result["embedding"] = timed(lambda query: embedder.embed([f"{query} "]), queries)
        result["lore"] = timed(lambda query: index.search("world", ["", BRANCH], query, 5), queries)
        queries = [f"{query} And why?" for query in queries]
        result["archive"] = timed(lambda query: archive.search(query, 5), queries)
        result["agreement"] = {
            "lore": agreement(index._open(False), "vector", embedder, queries[:20]),
            "archive": agreement(texts._open(False), "around", embedder, queries[:20]),
        }
        archive.close()
        database.close()
    return result


def main() -> int:
    """Measure, print, and say by the exit status whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    embedder = Filler(SentenceEmbedder())
    # Large commits: what is measured is searching.
    lore_index.PUT_BATCH = archive_index.ITEMS_PER_COMMIT = archive_service.BATCH = 5_000
    results = [measure(int(size), embedder, given.queries) for size in given.sizes.split(",")]
    limits = {one["size"]: LIMITS_MS.get(one["size"], max(LIMITS_MS.values())) for one in results}
    if given.json:
        print(json.dumps({"benchmark": "search", "queries": given.queries, "results": results, **environment()}))
    else:
        print_table(
            ("entries", "limit", "lore p50", "p95", "archive p50", "p95", "embedding p50", "as exact", "filled in"),
            [
                (
                    f"{one['size']:,}",
                    f"{limits[one['size']]:.0f} ms",
                    *(f"{one[name][at]:.1f} ms" for name in ("lore", "archive") for at in ("p50", "p95")),
                    f"{one['embedding']['p50']:.1f} ms",
                    " / ".join(f"{share:.2f}" for share in one["agreement"].values()),
                    " / ".join(f"{seconds:.0f} s" for seconds in one["filling_s"].values()),
                )
                for one in results
            ],
        )
    slow = [one for one in results for name in ("lore", "archive") if one[name]["p50"] > limits[one["size"]]]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
