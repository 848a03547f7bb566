"""Rows of the LanceDB table, and how they are read and written: columns, vectors, filters, commits."""

import importlib
import random
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from workbench.domain.lore import BASE_LORE_PREFIX, SESSION_NOTES_PREFIX, IndexedDocument
from workbench.errors import StorageError
from workbench.ports import Embedder

TEXT_FIELDS = ("key", "entry_id", "world_id", "line", "title", "text")
KEYS_PER_FILTER = 500
COMMIT_ATTEMPTS = 8

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


def describe(table: Any) -> None:
    """Give a new table its primary key and its full-text index.

    The key lets a merge notice that another process is inserting the same one. ICU finds words in scripts without
    spaces too.
    """
    from lancedb.index import FTS

    table.set_unenforced_primary_key("key")
    table.create_index("words", config=FTS(base_tokenizer="icu/split"), replace=True)


def probe(table: Any) -> None:
    """Read every file that later calls need; raises one of `LANCE_ERRORS` when one of them is missing or broken."""
    names = table.schema.names
    table.search().select(["key"]).to_arrow()
    if "words" in names:
        matching_words(table, "probe").select(["key", "_score"]).limit(1).to_arrow()


def matching_words(table: Any, words: str) -> Any:
    """A full-text query for rows with any of `words`; the query parser for operators isn't involved."""
    from lancedb import query

    match: Any = query.MatchQuery
    return table.search(match(words, "words"), query_type="fts")


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


def with_vectors(documents: list[IndexedDocument], embedder: Embedder) -> list[dict[str, Any]]:
    """Complete rows; what is embedded is the title and the text."""
    vectors = embedder.embed([f"{document.title}\n{searched_text(document.text)}" for document in documents])
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
            "vector": vector,
        }
        for document, vector in zip(documents, vectors, strict=True)
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
