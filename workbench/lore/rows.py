"""Rows of the LanceDB table, and how they are read and written: columns, vectors, filters, commits."""

import importlib
import logging
import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from workbench.domain.lore import BASE_LORE_PREFIX, SESSION_NOTES_PREFIX, IndexedDocument
from workbench.errors import StorageError
from workbench.ports import Embedder

log = logging.getLogger(__name__)

TEXT_FIELDS = ("key", "entry_id", "world_id", "line", "title", "text")
KEYS_PER_FILTER = 500
COMMIT_ATTEMPTS = 8
INDEX_ROWS = 5_000  # smaller tables are read faster without scalar and vector indices
# Of 100,000 vectors in one byte for each number all are compared in 7 ms, and the best once more in full; the same
# rows are found as by a flat search (80 to 150 ms). Fewer probes, or product quantisation, would lose some.
PROBES = 1024  # parts of the vector index that are looked into: all of them
REFINE = 2
MARK = "70271830195577"  # a number that no text has

_HEADINGS = re.compile("|".join(re.escape(heading) for heading in (BASE_LORE_PREFIX, SESSION_NOTES_PREFIX)))

# What LanceDB raises, whether a file is missing, a commit lost a race, or a query is wrong.
LANCE_ERRORS = (RuntimeError, ValueError, OSError)


def arrow() -> Any:
    """PyArrow, imported on first use and untyped, as it comes."""
    return importlib.import_module("pyarrow")


def table_schema(dimensions: int) -> Any:
    """Columns of the table. `words` is what full-text search reads: title and text without the section headings."""
    pyarrow = arrow()
    names = ("key", *TEXT_FIELDS[1:], "words", "text_hash", "embedder")
    fields = [pyarrow.field(name, pyarrow.string(), nullable=False) for name in names]
    return pyarrow.schema([*fields, pyarrow.field("vector", pyarrow.list_(pyarrow.float32(), dimensions))])


def describe(table: Any, columns: Sequence[str] = ("words",)) -> None:
    """Give a new table its primary key and the full-text indices of some columns.

    The key lets a merge notice that another process is inserting the same one. ICU finds words in scripts without
    spaces too.
    """
    from lancedb.index import FTS

    table.set_unenforced_primary_key("key")
    for name in columns:
        table.create_index(name, config=FTS(base_tokenizer="icu/split"), replace=True)


def make_indices(table: Any, scalars: Iterable[str], vector: str) -> None:
    """Make the indices that a table of this size needs and hasn't yet; small tables are read faster without.

    Later rows join them by `optimize`, and are read one by one until then.
    """
    from lancedb.index import BTree, IvfSq

    rows = table.count_rows()
    if rows < INDEX_ROWS:
        return
    indexed = {column for index in table.list_indices() for column in index.columns}
    for name in scalars:
        if name not in indexed:
            committed(partial(table.create_index, name, config=BTree()))
    if vector not in indexed:
        log.info("making a vector index for %d rows", rows)
        committed(partial(table.create_index, vector, config=IvfSq(distance_type="cosine")))


def probe(table: Any) -> None:
    """Read every file that later calls need; raises one of `LANCE_ERRORS` when one of them is missing or broken."""
    names = table.schema.names
    table.search().select(["key"]).to_arrow()
    if "words" in names:
        matching_words(table, "probe").select(["key", "_score"]).limit(1).to_arrow()


def matching_words(table: Any, words: str, name: str = "words") -> Any:
    """A full-text query for rows with any of `words` in a column; no query parser with operators is involved."""
    from lancedb import query

    match: Any = query.MatchQuery
    return table.search(match(words, name), query_type="fts")


def tokenized(table: Any, texts: Sequence[str]) -> list[frozenset[str]]:
    """What the full-text index makes of each text: stems, folded, without stop words.

    Read in one go with a mark between the texts, since each call takes longer than the work.
    """
    found: list[set[str]] = [set()]
    for token in table.tokenize(f"\n{MARK}\n".join(texts), column="words"):
        if token.text == MARK:
            found.append(set())
        else:
            found[-1].add(token.text)
    return [frozenset(tokens) for tokens in found]


def nearest(table: Any, vector: Any, name: str = "vector") -> Any:
    """A query for the rows whose vectors have the greatest cosine with `vector`, as exact as without an index."""
    search = table.search(vector, vector_column_name=name).distance_type("cosine")
    return search.nprobes(PROBES).refine_factor(REFINE)


def no_rows() -> list[dict[str, Any]]:
    """What `read_rows` gives where there is no table."""
    return []


def read_rows(table: Any, columns: list[str], where: Any = None) -> list[dict[str, Any]]:
    """Those columns of all rows that satisfy `where`."""
    query = table.search()
    if where is not None:
        query = query.where(where)
    return list(query.select(columns).to_arrow().to_pylist())


def column(name: str) -> Any:
    """A column as an expression. Values are compared as values, never pasted into a filter's text."""
    from lancedb.expr import col

    return col(name)


def document_of_row(row: dict[str, Any]) -> IndexedDocument:
    """A row's own text as the document it came from."""
    return IndexedDocument(**{name: row[name] for name in TEXT_FIELDS if name != "key"})


def with_vectors(
    documents: list[IndexedDocument], embedder: Embedder, known: Mapping[str, list[float]] | None = None
) -> list[dict[str, Any]]:
    """Complete rows. What is embedded is the title and the text, each pair once, and not those of `known` hashes."""
    found = dict(known or {})
    fresh = {document.text_hash: document for document in documents if document.text_hash not in found}
    texts = [f"{document.title}\n{searched_text(document.text)}" for document in fresh.values()]
    found.update(zip(fresh, embedder.embed(texts) if texts else [], strict=True))
    return [
        {
            "key": document.key,
            "entry_id": document.entry_id,
            "world_id": document.world_id,
            "line": document.line,
            "title": document.title,
            "text": document.text,
            # Twice: somebody's own entry should come before entries that only speak of them.
            "words": f"{document.title}\n{document.title}\n{searched_text(document.text)}",
            "text_hash": document.text_hash,
            "embedder": embedder.name,
            "vector": found[document.text_hash],
        }
        for document in documents
    ]


def searched_text(text: str) -> str:
    """`text` without the section headings, which every document has."""
    return _HEADINGS.sub("", text).strip()


def parts_of(keys: Iterable[str]) -> list[list[str]]:
    """Distinct keys in parts that make a filter of sensible size."""
    distinct = list(dict.fromkeys(keys))
    return [distinct[start : start + KEYS_PER_FILTER] for start in range(0, len(distinct), KEYS_PER_FILTER)]


def committed(write: Callable[[], Any]) -> None:
    """Run a write again when another process committed first, at most `COMMIT_ATTEMPTS` times."""
    for attempt in range(1, COMMIT_ATTEMPTS + 1):
        try:
            write()
            return
        except RuntimeError as error:
            if not is_conflict(error):
                raise
            if attempt == COMMIT_ATTEMPTS:
                raise StorageError(
                    "Another program keeps writing to the search index. Close the other Loreloom that uses this "
                    "data folder, or try again in a moment."
                ) from error
        time.sleep(random.uniform(0.02, 0.05) * 2**attempt)


def is_conflict(error: Exception) -> bool:
    """Whether a commit lost a race; LanceDB tells it by words only."""
    message = str(error).lower()
    return "conflict" in message or "concurrent" in message


def first_line(error: Exception | None) -> str:
    """The error's first line, short enough for a sentence."""
    line = (str(error).strip().splitlines() or ["no reason given"])[0]
    return line if len(line) <= 200 else line[:199] + "…"
