"""The searchable copy of the lore in LanceDB. LanceDB is imported on first use (2 s).

Everything here can be rebuilt from the database, so a table that can't be read is dropped instead of repaired.
Rows that were written after the last `optimize` aren't in the full-text index yet; LanceDB reads them one by one in
each search, so that a search always sees every row.
"""

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from workbench.domain.lore import IndexedDocument, SearchHit
from workbench.errors import ModelUnavailable
from workbench.lore.rows import (
    TEXT_FIELDS,
    arrow,
    column,
    committed,
    describe,
    document_of_row,
    is_conflict,
    matching_words,
    no_rows,
    parts_of,
    read_rows,
    searched_text,
    table_schema,
    with_vectors,
)
from workbench.lore.table import TABLE, OpenTable
from workbench.ports import Embedder

log = logging.getLogger(__name__)

HIT_FIELDS = ["key", "entry_id", "title", "text"]

PUT_BATCH = 64  # documents per commit: what is done stays done when a long re-indexing is interrupted
WRITES_BEFORE_OPTIMIZE = 50  # each commit leaves a small file behind that later reads have to open
KEEP_VERSIONS = timedelta(minutes=30)  # another process may still be reading an older version

TEXT_WEIGHT = 2.0  # exact names matter more in lore than likeness of meaning
VECTOR_WEIGHT = 1.0
RANK_OFFSET = 10  # small, since lists are short: the first of a list should stand out from the tenth
LEAST_SIMILARITY = 0.2  # cosine below which MiniLM's neighbours are unrelated
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


class LanceLoreIndex(OpenTable):
    """Fulfils `ports.LoreIndex`. One object serves all threads; several processes may use the same folder.

    `path`: folder of the index, made when needed. `embedder`: whose vectors the rows carry.
    Methods raise `StorageError` when the folder can't be used.
    """

    def __init__(self, path: Path, embedder: Embedder) -> None:
        super().__init__(path, embedder)
        self._writes = 0
        self._stems: dict[str, frozenset[str]] = {}

    def put(self, documents: Sequence[IndexedDocument]) -> int:
        """Insert or replace by key; of two documents with the same key the later one counts.

        Returns how many were embedded: those whose text is new. Raises `ModelUnavailable` when the embedder can't
        be loaded; the batches before that are kept.
        """
        latest = list({document.key: document for document in documents}.values())
        embedded = 0
        for start in range(0, len(latest), PUT_BATCH):
            batch = latest[start : start + PUT_BATCH]
            embedded += self._guarded(partial(self._put_batch, batch=batch), create=True, default=0)
        return embedded

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

    def count(self) -> int:
        """Number of rows."""
        return self._guarded(lambda table: int(table.count_rows()), default=0)

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

    def optimize(self) -> None:
        """Compact small files, bring the full-text index up to date and drop old versions.

        Harmless at any time, also while others read or write; when another process wins the race, it has done it.
        """
        self._guarded(self._optimize, default=None, write=True)

    # Writing

    def _put_batch(self, table: Any, batch: list[IndexedDocument]) -> int:
        """Write one batch; returns how many were embedded. The caller holds the lock."""
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
            self._merge(table, with_vectors(fresh, self._embedder))
            self._wrote(table)
        return len(fresh)

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

    def _wrote(self, table: Any) -> None:
        """Count a commit, and compact when there were many."""
        self._writes += 1
        if self._writes >= WRITES_BEFORE_OPTIMIZE:
            self._optimize(table)

    def _optimize(self, table: Any) -> None:
        """Compact; a lost race is no failure, since the winner has compacted or will."""
        self._writes = 0
        try:
            table.optimize(cleanup_older_than=KEEP_VERSIONS)
        except RuntimeError as error:
            if not is_conflict(error):
                raise
            log.info("the search index is being written by another process; compaction is left to it")

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
                self._wrote(table)
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
        self._table = self._connection.create_table(TABLE, data=data, schema=schema, mode="overwrite")
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
        scope = (column("world_id") == request.world_id) & column("line").isin(list(request.lines))
        superseded = self._superseded(table, request)
        if superseded:
            scope = scope & ~column("key").isin(superseded)
        by_words = self._by_words(table, scope, request)
        by_meaning = self._by_meaning(table, scope, request)
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

    def _superseded(self, table: Any, request: _Query) -> list[str]:
        """Keys of rows for whose entry a later one of the lines has its own row."""
        place = {line: number for number, line in enumerate(request.lines)}
        if len(place) < 2:
            return []
        first = request.lines[0]
        scope = (column("world_id") == request.world_id) & column("line").isin(list(place))
        later = read_rows(table, ["key", "entry_id", "line"], scope & (column("line") != first))
        if not later:
            return []
        last = dict.fromkeys((row["entry_id"] for row in later), -1)
        for row in later:
            last[row["entry_id"]] = max(last[row["entry_id"]], place[row["line"]])
        base = read_rows(table, ["key", "entry_id", "line"], scope & (column("line") == first))
        return [row["key"] for row in (*base, *later) if place[row["line"]] < last.get(row["entry_id"], -1)]

    def _by_words(self, table: Any, scope: Any, request: _Query) -> list[dict[str, Any]]:
        """Rows by BM25, best first. Words only, so nothing in a query can be an operator."""
        if not request.words:
            return []
        found = matching_words(table, " ".join(request.words))
        pool = max(POOL, 2 * request.limit)
        return list(found.where(scope, prefilter=True).select([*HIT_FIELDS, "_score"]).limit(pool).to_list())

    def _by_meaning(self, table: Any, scope: Any, request: _Query) -> list[dict[str, Any]]:
        """Rows by cosine similarity, best first, without those that are only the least unlike."""
        vector = request.vector
        if vector is None or not self._aligned:
            return []
        scope = scope & (column("embedder") == self._embedder.name)
        found = table.search(vector, vector_column_name="vector").distance_type("cosine").where(scope, prefilter=True)
        rows = found.select([*HIT_FIELDS, "_distance"]).limit(max(POOL, 2 * request.limit)).to_list()
        return [row for row in rows if 1.0 - row["_distance"] >= LEAST_SIMILARITY]

    def _reasons(self, table: Any, words: Sequence[str], rows: list[dict[str, Any]]) -> list[str]:
        """For each row the words of the query that it has, the rarest among the found rows first."""
        in_rows = [self._tokens(table, f"{row['title']}\n{searched_text(row['text'])}") for row in rows]
        tokens = {word: self._word_tokens(table, word) for word in words}
        reasons = []
        for present in in_rows:
            shared = [word for word in words if tokens[word] & present]
            shared.sort(key=lambda word: sum(bool(tokens[word] & other) for other in in_rows))
            quoted = ", ".join(f'"{word}"' for word in shared[:3])
            reasons.append(f"mentions {quoted}" if quoted else "similar in meaning")
        return reasons

    def _tokens(self, table: Any, text: str) -> frozenset[str]:
        """What the full-text index makes of `text`: stems, folded, without stop words."""
        return frozenset(token.text for token in table.tokenize(text, column="words"))

    def _word_tokens(self, table: Any, word: str) -> frozenset[str]:
        """Tokens of one word of a query; remembered, since queries of one story repeat their words."""
        known = self._stems.get(word)
        if known is None:
            if len(self._stems) > 20_000:
                self._stems.clear()
            known = self._stems[word] = self._tokens(table, word)
        return known
