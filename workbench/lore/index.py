"""The searchable copy of the lore in LanceDB. LanceDB is imported on first use (2 s).

Everything here can be rebuilt from the database, so a table that can't be read is dropped instead of repaired.
Rows that were written after the last `optimize` aren't in the full-text index yet; LanceDB reads them one by one in
each search, so that a search always sees every row.
"""

import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from workbench.domain.lore import IndexedDocument, SearchHit, document_key
from workbench.errors import ModelUnavailable
from workbench.lore.rows import (
    INDEX_ROWS,
    TEXT_FIELDS,
    arrow,
    column,
    committed,
    describe,
    document_of_row,
    make_indices,
    matching_words,
    nearest,
    no_rows,
    parts_of,
    read_rows,
    searched_text,
    table_schema,
    tokenized,
    with_vectors,
)
from workbench.lore.table import OpenTable
from workbench.ports import Embedder

log = logging.getLogger(__name__)

HIT_FIELDS = ["key", "entry_id", "title", "text"]

PUT_BATCH = 64  # documents per commit: what is done stays done when a long re-indexing is interrupted

TEXT_WEIGHT = 2.0  # exact names matter more in lore than likeness of meaning
VECTOR_WEIGHT = 1.0
RANK_OFFSET = 10  # small, since lists are short: the first of a list should stand out from the tenth
LEAST_SIMILARITY = 0.2  # cosine below which MiniLM's neighbours are unrelated
SUPERSESSIONS = 64  # branches whose superseded rows are remembered
WIDER = 4  # times as many rows as wanted are looked at before a large table is filtered
POOL = 32  # candidates taken from each of the two searches, at least
QUERY_WORDS = 128  # distinct words of a query that are looked up
QUERY_CHARS = 20_000
EMBEDDED_QUERY_CHARS = 2_000  # of a passage that is used as a query the last lines tell what it is about now

_WORD = re.compile(r"[^\W_]+")


class _Query(NamedTuple):
    """A search, made ready for the table: distinct words, and the vector unless there is no embedder."""

    world_id: str
    lines: tuple[str, ...]
    words: tuple[str, ...]
    vector: list[float] | None
    limit: int


class _Scope(NamedTuple):
    """The rows that a search may find: those of its world and lines, without the superseded."""

    request: _Query
    superseded: frozenset[str]
    large: bool

    def best(self, search: Callable[[], Any], measure: str) -> list[dict[str, Any]]:
        """The best rows of a search within the scope, with what it measured.

        In a large table the filter takes longer than the search (20 ms of 100,000 rows). There the best of all rows
        are taken first; when enough of them lie within, they are just those that the filter would have let through.
        """
        count = max(POOL, 2 * self.request.limit)
        fields = [*HIT_FIELDS, "world_id", "line", "embedder", measure]
        if self.large:
            rows = search().select(fields).limit(WIDER * count).to_list()
            within = [row for row in rows if self._has(row)]
            if len(within) >= count or len(rows) < WIDER * count:
                return within[:count]
        request = self.request
        scope = (column("world_id") == request.world_id) & column("line").isin(list(request.lines))
        if self.superseded:
            scope = scope & ~column("key").isin(sorted(self.superseded))
        return list(search().where(scope, prefilter=True).select(fields).limit(count).to_list())

    def _has(self, row: dict[str, Any]) -> bool:
        request = self.request
        return (
            row["world_id"] == request.world_id and row["line"] in request.lines and row["key"] not in self.superseded
        )


class LanceLoreIndex(OpenTable):
    """Fulfils `ports.LoreIndex`. One object serves all threads; several processes may use the same folder.

    `path`: folder of the index, made when needed. `embedder`: whose vectors the rows carry.
    Methods raise `StorageError` when the folder can't be used.
    """

    name = "documents"

    def __init__(self, path: Path, embedder: Embedder) -> None:
        super().__init__(path, embedder)
        self._supersessions: dict[tuple[str, tuple[str, ...]], tuple[tuple[Any, int], frozenset[str]]] = {}

    def put(self, documents: Sequence[IndexedDocument]) -> int:
        """Insert or replace by key; of two documents with the same key the later one counts.

        Returns how many were written: those whose text is new under their key. A text that stands in the index under
        another key, as on a new branch, has its vector from there instead of being embedded again.
        Raises `ModelUnavailable` when the embedder can't be loaded; the batches before that are kept.
        """
        latest = list({document.key: document for document in documents}.values())
        written = 0
        for start in range(0, len(latest), PUT_BATCH):
            batch = latest[start : start + PUT_BATCH]
            written += self._guarded(partial(self._put_batch, batch=batch), create=True, default=0)
        return written

    def remove(self, keys: Sequence[str]) -> None:
        """Remove rows by key; unknown keys are fine."""
        for part in parts_of(keys):

            def delete(table: Any, part: list[str] = part) -> None:
                committed(lambda: table.delete(column("key").isin(part)))
                self._wrote(table)

            self._guarded(delete, default=None, write=True)

    def text_hashes(self, keys: Sequence[str]) -> dict[str, str]:
        """`{key: hash of the text that is indexed}` for those of `keys` that exist."""
        hashes: dict[str, str] = {}
        for part in parts_of(keys):

            def read(table: Any, part: list[str] = part) -> list[dict[str, Any]]:
                return read_rows(table, ["key", "text_hash"], column("key").isin(part))

            hashes.update({row["key"]: row["text_hash"] for row in self._guarded(read, default=no_rows())})
        return hashes

    def keys(self) -> set[str]:
        """Keys of all rows."""
        return {row["key"] for row in self._guarded(lambda table: read_rows(table, ["key"]), default=no_rows())}

    def search(self, world_id: str, lines: Sequence[str], query: str, limit: int) -> list[SearchHit]:
        """Best documents of a world on the given lines ("" is the world's own base line), best first.

        Each entry comes at most once, as the row of the line that stands later in `lines` tells it; what an earlier
        line says about that entry isn't searched. `score` is 1 for the document that is first both by its words and
        by its meaning. Without a working embedder the words alone decide.
        """
        text = query[:QUERY_CHARS].encode("utf-8", "replace").decode("utf-8").strip()
        words = tuple(dict.fromkeys(_WORD.findall(text.casefold())))[:QUERY_WORDS]
        if limit < 1 or not lines or not text or not self._folder_has_table():
            return []
        vector = self._query_vector(text[-EMBEDDED_QUERY_CHARS:])
        request = _Query(world_id, tuple(lines), words, vector, limit)
        empty: list[SearchHit] = []
        return self._guarded(lambda table: self._search(table, request), default=empty)

    # The table

    def _schema(self) -> Any:
        return table_schema(self._embedder.dimensions)

    def _describe(self, table: Any) -> None:
        describe(table)

    def _index_columns(self, table: Any) -> None:
        make_indices(table, ("key", "world_id", "line", "text_hash"), "vector")

    # Writing

    def _put_batch(self, table: Any, batch: list[IndexedDocument]) -> int:
        """Write one batch; returns how many rows. The caller holds the lock."""
        self._align(table)
        table = self._table
        name = self._embedder.name
        known = {
            row["key"]: row
            for row in read_rows(
                table,
                ["key", "world_id", "text_hash", "embedder"],
                column("key").isin([document.key for document in batch]),
            )
        }
        fresh = []
        for document in batch:
            row = known.get(document.key)
            if row is None or (row["text_hash"], row["embedder"]) != (document.text_hash, name):
                fresh.append(document)
            elif row["world_id"] != document.world_id:
                self._move(table, document)
        if fresh:
            self._merge(table, with_vectors(fresh, self._embedder, self._known_vectors(table, fresh)))
            self._wrote(table, len(fresh))
        return len(fresh)

    def _known_vectors(self, table: Any, documents: list[IndexedDocument]) -> dict[str, list[float]]:
        """`{text hash: vector}` of those texts that stand in the table already, under whichever key."""
        where = column("text_hash").isin(sorted({document.text_hash for document in documents}))
        rows = read_rows(table, ["text_hash", "vector"], where & (column("embedder") == self._embedder.name))
        return {row["text_hash"]: row["vector"] for row in rows}

    def _move(self, table: Any, document: IndexedDocument) -> None:
        """Put an unchanged text into another world; its vector stays."""
        where = column("key") == document.key
        committed(lambda: table.update(where=where, values={"world_id": document.world_id}))
        self._wrote(table)

    def _merge(self, table: Any, rows: list[dict[str, Any]]) -> None:
        """Insert or replace complete rows by key."""
        data = arrow().Table.from_pylist(rows, schema=table_schema(self._embedder.dimensions))
        committed(
            lambda: table.merge_insert("key").when_matched_update_all().when_not_matched_insert_all().execute(data)
        )

    def _align(self, table: Any) -> None:
        """Make sure that all rows carry vectors of this embedder, computed from the rows' own texts.

        Raises `ModelUnavailable` when there is something to embed and the embedder can't.
        """
        if self._aligned:
            return
        schema = table_schema(self._embedder.dimensions)
        if table.schema.equals(schema):
            stale = read_rows(table, list(TEXT_FIELDS), column("embedder") != self._embedder.name)
            if stale:
                log.info("embedding %d documents of the search index again with %s", len(stale), self._embedder.name)
            for start in range(0, len(stale), PUT_BATCH):
                documents = [document_of_row(row) for row in stale[start : start + PUT_BATCH]]
                self._merge(table, with_vectors(documents, self._embedder))
                self._wrote(table, len(documents))
        else:
            self._rebuild(table)
        self._aligned = True

    def _rebuild(self, table: Any) -> None:
        """Replace a table of another shape (vector length, columns) by one of ours with the same texts."""
        texts = read_rows(table, list(TEXT_FIELDS)) if set(TEXT_FIELDS) <= set(table.schema.names) else []
        log.warning("rebuilding the search index for %s: %d documents", self._embedder.name, len(texts))
        rows: list[dict[str, Any]] = []
        for start in range(0, len(texts), PUT_BATCH):
            documents = [document_of_row(row) for row in texts[start : start + PUT_BATCH]]
            rows.extend(with_vectors(documents, self._embedder))
        schema = table_schema(self._embedder.dimensions)
        data = arrow().Table.from_pylist(rows, schema=schema)
        self._table = self._connection.create_table(self.name, data=data, schema=schema, mode="overwrite")
        describe(self._table)

    # Searching

    def _query_vector(self, text: str) -> list[float] | None:
        """Vector of a query, None when there is no embedder that works; words still find something then."""
        try:
            return self._embedder.embed([text])[0]
        except ModelUnavailable as error:
            log.warning("searching by words only: %s", error)
            return None

    def _search(self, table: Any, request: _Query) -> list[SearchHit]:
        """Ranks of both searches, fused."""
        if request.vector is not None:
            table = self._comparable(table)
        scope = _Scope(request, self._superseded(table, request), table.count_rows() >= INDEX_ROWS)
        by_words = self._by_words(table, scope)
        by_meaning = self._by_meaning(table, scope)
        rows: dict[str, dict[str, Any]] = {}
        scores: dict[str, float] = {}
        for weight, ranked in ((TEXT_WEIGHT, by_words), (VECTOR_WEIGHT, by_meaning)):
            for row in ranked:
                rows.setdefault(row["entry_id"], row)
            # By entry, should a key ever be there twice: LanceDB's keys aren't enforced.
            for rank, entry_id in enumerate(dict.fromkeys(row["entry_id"] for row in ranked), start=1):
                scores[entry_id] = scores.get(entry_id, 0.0) + weight / (RANK_OFFSET + rank)
        best = (TEXT_WEIGHT + VECTOR_WEIGHT) / (RANK_OFFSET + 1)
        order = sorted(scores, key=lambda entry_id: (-scores[entry_id], rows[entry_id]["key"]))[: request.limit]
        reasons = self._reasons(table, request.words, [rows[entry_id] for entry_id in order])
        return [
            SearchHit(
                entry_id=entry_id,
                title=rows[entry_id]["title"],
                score=round(min(1.0, scores[entry_id] / best), 4),
                document=rows[entry_id]["text"],
                why=reason,
            )
            for entry_id, reason in zip(order, reasons, strict=True)
        ]

    def _comparable(self, table: Any) -> Any:
        """The table with vectors of this embedder; as it is when they can't be computed now."""
        try:
            with self._lock:
                self._align(table)
                return self._table
        except ModelUnavailable as error:
            log.warning("the search index keeps its old vectors: %s", error)
            return table

    def _superseded(self, table: Any, request: _Query) -> frozenset[str]:
        """Keys of rows for whose entry a later one of the lines has its own row; remembered until a write."""
        place = {line: number for number, line in enumerate(request.lines)}
        if len(place) < 2:
            return frozenset()
        # A table that was made anew counts its versions from the beginning: it must be the same table, too.
        state = (table, table.version)
        asked = (request.world_id, request.lines)
        known = self._supersessions.get(asked)
        if known is None or known[0][0] is not table or known[0][1] != state[1]:
            if len(self._supersessions) >= SUPERSESSIONS:
                self._supersessions.clear()
            known = self._supersessions[asked] = (state, self._read_superseded(table, request, place))
        return known[1]

    def _read_superseded(self, table: Any, request: _Query, place: dict[str, int]) -> frozenset[str]:
        """As `_superseded`, read from the table."""
        others = [line for line in place if line != request.lines[0]]
        scope = (column("world_id") == request.world_id) & column("line").isin(others)
        last: dict[str, int] = {}
        for row in read_rows(table, ["entry_id", "line"], scope):
            last[row["entry_id"]] = max(last.get(row["entry_id"], 0), place[row["line"]])
        # Whether such rows exist needn't be known: what isn't there is found by no search either.
        return frozenset(
            document_key(line, entry_id)
            for entry_id, number in last.items()
            for line, earlier in place.items()
            if earlier < number
        )

    def _by_words(self, table: Any, scope: _Scope) -> list[dict[str, Any]]:
        """Rows by BM25, best first. Words only, so nothing in a query can be an operator."""
        words = " ".join(scope.request.words)
        return scope.best(lambda: matching_words(table, words), "_score") if words else []

    def _by_meaning(self, table: Any, scope: _Scope) -> list[dict[str, Any]]:
        """Rows by cosine similarity, best first, without those that are only the least unlike."""
        vector, name = scope.request.vector, self._embedder.name
        if vector is None or not self._aligned:
            return []
        rows = scope.best(lambda: nearest(table, vector), "_distance")
        # Another process may have written rows with another embedder.
        return [row for row in rows if 1.0 - row["_distance"] >= LEAST_SIMILARITY and row["embedder"] == name]

    def _reasons(self, table: Any, words: Sequence[str], rows: list[dict[str, Any]]) -> list[str]:
        """For each row the words of the query that it has, the rarest among the found rows first."""
        if not rows:
            return []
        texts = [f"{row['title']}\n{searched_text(row['text'])}" for row in rows]
        tokens = tokenized(table, [*words, *texts])
        of_word, in_rows = dict(zip(words, tokens, strict=False)), tokens[len(words) :]
        reasons = []
        for present in in_rows:
            shared = [word for word in words if of_word[word] & present]
            shared.sort(key=lambda word: sum(bool(of_word[word] & other) for other in in_rows))
            quoted = ", ".join(f'"{word}"' for word in shared[:3])
            reasons.append(f"mentions {quoted}" if quoted else "similar in meaning")
        return reasons
