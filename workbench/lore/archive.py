"""The searchable copy of the archive in LanceDB: pieces of texts, each indexed together with its neighbours.

What answers a question often stands beside the words that the question shares: in the turn after it, or the sentence
before. So each row has, besides its own words, those of the rows next to it in its thread, and a vector that is mixed
of its own and theirs. A late item changes its neighbours' rows in the same commit, so that a crash leaves none behind.
"""

import hashlib
import json
import logging
import re
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy

from workbench.domain.archive import POSITION, THREAD, ArchiveItem, ArchivePiece, order_key, pieces
from workbench.errors import ModelUnavailable
from workbench.lore.rows import (
    arrow,
    column,
    committed,
    describe,
    make_indices,
    matching_words,
    nearest,
    no_rows,
    parts_of,
    read_rows,
)
from workbench.lore.table import OpenTable
from workbench.ports import Embedder

log = logging.getLogger(__name__)

REACH = 2  # neighbours on each side that a piece is read with
SHARES = (1.0, 0.5, 0.25)  # of a piece's own vector and of those one and two places away
ITEMS_PER_COMMIT = 512
LABEL_CHARS = 200  # longer values of metadata are contents of their own, no labels of a text

# Measured on long conversations; results hardly change between half and twice of each of these.
OWN_WEIGHT = 0.5
CONTEXT_WEIGHT = 1.0
MEANING_WEIGHT = 2.0  # against the best match by words, which counts 1
POOL, POOL_PER_RESULT = 200, 10  # candidates of each search: at least, and for each result that is wanted
QUERY_WORDS = 128  # distinct words of a query that are looked up
QUERY_CHARS = 20_000
EMBEDDED_QUERY_CHARS = 2_000

HIT_FIELDS = ["key", "content_id", "number"]
PLACE_FIELDS = ["key", "content_id", "number", "thread", "place"]
PIECE_FIELDS = [*PLACE_FIELDS, "stamp", "text", "words", "text_hash", "embedder", "vector"]


# What a question is made of, and not what it is about.
_ASKING = frozenset(
    """
    a about an and any are as at be been being but by can could did do does doing for from had has have having he her
    him his how i if in into is it its may me might must my no not of on or our shall she should so some than that the
    their them then there these they this those to us was we were what when where which who whom whose why will with
    would you your
    """.split()
)
_WORD = re.compile(r"[^\W_]+")


class _Query(NamedTuple):
    """A search, made ready for the table: its distinct words, and the text that is embedded."""

    words: tuple[str, ...]
    text: str
    limit: int
    among: Collection[str] | None


class LanceArchiveIndex(OpenTable):
    """Fulfils `ports.ArchiveIndex`. One object serves all threads.

    `path`: folder of the index, made when needed. `embedder`: whose vectors the rows carry.
    Methods raise `StorageError` when the folder can't be used.
    """

    name = "archive"

    def __init__(self, path: Path, embedder: Embedder) -> None:
        super().__init__(path, embedder)
        # Words are looked up while the query is embedded; threads are made by the first search.
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="archive-words")

    def put(self, items: Sequence[ArchiveItem]) -> int:
        """Insert or replace by id, and bring up to date what stands beside them; returns how many were embedded."""
        latest = list({item.content_id: item for item in items}.values())
        # Neighbours together: each commit then touches few rows besides its own.
        latest.sort(key=lambda item: (item.thread, _order(item), item.content_id))
        embedded = 0
        for start in range(0, len(latest), ITEMS_PER_COMMIT):
            part = latest[start : start + ITEMS_PER_COMMIT]
            embedded += self._guarded(partial(self._replace, items=part, gone=()), create=True, default=0)
        return embedded

    def remove(self, content_ids: Sequence[str]) -> None:
        """Remove items; unknown ids are fine."""
        for part in parts_of(content_ids):
            self._guarded(partial(self._replace, items=(), gone=part), write=True, default=0)

    def stamps(self) -> dict[str, str]:
        """`{id: updated_at of the item that is indexed}` of all items; "" for one that is to be indexed again."""
        rows = self._guarded(lambda table: read_rows(table, ["content_id", "stamp", "embedder"]), default=no_rows())
        found: dict[str, str] = {}
        for row in rows:
            stamp = row["stamp"] if row["embedder"] == self._embedder.name else ""
            # Pieces of two versions are there when a process died between writing the new and removing the old.
            found[row["content_id"]] = stamp if found.get(row["content_id"], stamp) == stamp else ""
        return found

    def search(self, query: str, limit: int, among: Collection[str] | None = None) -> list[ArchivePiece]:
        """Best pieces, best first, each item at most once; with `among` only of items with these ids.

        `score` is 1 for a piece that is first by its words and means exactly what the query says. Without a working
        embedder the words alone decide.
        """
        text = query[:QUERY_CHARS].encode("utf-8", "replace").decode("utf-8").strip()
        if limit < 1 or not text or (among is not None and not among) or not self._folder_has_table():
            return []
        request = _Query(_asked(text), text[-EMBEDDED_QUERY_CHARS:], limit, among)
        empty: list[ArchivePiece] = []
        return self._guarded(lambda table: self._search(table, request), default=empty)

    # The table

    def _schema(self) -> Any:
        pyarrow = arrow()
        vector = pyarrow.list_(pyarrow.float32(), self._embedder.dimensions)
        texts = ("key", "content_id", "thread", "place", "stamp", "text", "words", "context", "text_hash", "embedder")
        return pyarrow.schema(
            [
                *(pyarrow.field(name, pyarrow.string(), nullable=False) for name in texts),
                pyarrow.field("number", pyarrow.int32(), nullable=False),
                pyarrow.field("vector", vector),
                pyarrow.field("around", vector),
            ]
        )

    def _describe(self, table: Any) -> None:
        describe(table, ("words", "context"))

    def _index_columns(self, table: Any) -> None:
        make_indices(table, ("key", "content_id", "thread"), "around")

    def _fits(self, table: Any) -> bool:
        return bool(table.schema.equals(self._schema()))

    # Searching

    def _query_vector(self, text: str) -> Any:
        """Vector of a query, None when there is no embedder that works; words still find something then."""
        try:
            return numpy.asarray(self._embedder.embed([text])[0], dtype=numpy.float32)
        except ModelUnavailable as error:
            log.warning("searching the archive by words only: %s", error)
            return None

    def _search(self, table: Any, request: _Query) -> list[ArchivePiece]:
        """Candidates by words, by words nearby and by meaning; all are then measured in all three ways."""
        pool = max(POOL, POOL_PER_RESULT * request.limit)
        scope = None if request.among is None else column("content_id").isin(sorted(request.among))
        found: dict[str, dict[str, Any]] = {}
        by_words: dict[str, float] = {}

        def matches(name: str) -> Any:
            search = _within(matching_words(table, " ".join(request.words), name), scope, pool)
            return search.select([*HIT_FIELDS, "around", "_score"]).to_arrow()

        reading = [
            (self._readers.submit(matches, name), weight)
            for name, weight in (("words", OWN_WEIGHT), ("context", CONTEXT_WEIGHT))
            if request.words
        ]
        vector = self._query_vector(request.text)
        for matched, weight in reading:
            for row in _with_likeness(matched.result(), vector):
                found[row["key"]] = row
                by_words[row["key"]] = by_words.get(row["key"], 0.0) + weight * row["_score"]
        if vector is not None:
            near = _within(nearest(table, vector, "around"), scope, pool)
            for row in near.select([*HIT_FIELDS, "_distance"]).to_list():
                found.setdefault(row["key"], row | {"likeness": 1.0 - row["_distance"]})
        best_words = max(by_words.values(), default=0.0) or 1.0
        scores = {
            key: by_words.get(key, 0.0) / best_words + MEANING_WEIGHT * row["likeness"] for key, row in found.items()
        }
        pieces_found: dict[str, ArchivePiece] = {}
        for key in sorted(scores, key=lambda key: (-scores[key], key)):
            row, score = found[key], max(0.0, scores[key] / (1 + MEANING_WEIGHT))
            piece = ArchivePiece(content_id=row["content_id"], number=row["number"], score=round(min(1.0, score), 4))
            pieces_found.setdefault(row["content_id"], piece)
            if len(pieces_found) == request.limit:
                break
        return list(pieces_found.values())

    # Writing

    def _replace(self, table: Any, items: Sequence[ArchiveItem], gone: Sequence[str]) -> int:
        """Write items, remove others, and write anew what stands beside them; returns how many were embedded."""
        changing = [*(item.content_id for item in items), *gone]
        old = read_rows(table, [*PLACE_FIELDS, "text_hash", "embedder", "vector"], column("content_id").isin(changing))
        new = {piece["key"]: piece for item in items for piece in _pieces(item)}
        embedded = self._embed(list(new.values()), old)
        threads = {row["thread"] for row in old} | {piece["thread"] for piece in new.values()}
        there = [
            row for part in parts_of(threads) for row in read_rows(table, PLACE_FIELDS, column("thread").isin(part))
        ]
        staying = [row for row in there if row["content_id"] not in set(changing)]
        before, after = _windows(there), _windows([*staying, *new.values()])
        affected = [
            key for key, window in after.items() if window != before.get(key) or not new.keys().isdisjoint(window)
        ]
        wanted = {key for one in affected for key in after[one]} - new.keys()
        known = {row["key"]: row for row in self._rows(table, PIECE_FIELDS, wanted)} | new
        rows = [_with_neighbours(known, key, after[key]) for key in affected]
        if rows:
            data = arrow().Table.from_pylist(rows, schema=table.schema)
            committed(partial(_merge, table, data))
            self._wrote(table, len(rows))
        if surplus := {row["key"] for row in old} - new.keys():
            for part in parts_of(surplus):
                committed(partial(table.delete, column("key").isin(part)))
            self._wrote(table)
        return embedded

    def _embed(self, new: list[dict[str, Any]], old: list[dict[str, Any]]) -> int:
        """Give pieces their vectors: what the same text has already, or computed ones. Returns how many were."""
        name = self._embedder.name
        vectors = {row["text_hash"]: row["vector"] for row in old if row["embedder"] == name}
        missing = {piece["text_hash"]: piece["words"] for piece in new if piece["text_hash"] not in vectors}
        try:
            vectors.update(zip(missing, self._embedder.embed(list(missing.values())), strict=True))
        except ModelUnavailable as error:
            log.warning("the archive is indexed by words only: %s", error)
            missing = {}
        for piece in new:
            # Without an embedder a vector of zeros, which is like nothing; LanceDB takes no missing ones.
            piece["embedder"] = name if piece["text_hash"] in vectors else ""
            piece["vector"] = vectors.get(piece["text_hash"]) or [0.0] * self._embedder.dimensions
        return len(missing)

    def _rows(self, table: Any, fields: list[str], keys: Iterable[str]) -> list[dict[str, Any]]:
        return [row for part in parts_of(keys) for row in read_rows(table, fields, column("key").isin(part))]


def _asked(text: str) -> tuple[str, ...]:
    """The words of a query that say what it is about; all of them when there are no such words."""
    words = list(dict.fromkeys(_WORD.findall(text.casefold())))
    return tuple([word for word in words if word not in _ASKING] or words)[:QUERY_WORDS]


def _within(search: Any, scope: Any, count: int) -> Any:
    """The first of a search in a scope, None for everything."""
    return (search if scope is None else search.where(scope, prefilter=True)).limit(count)


def _with_likeness(table: Any, query: Any) -> list[dict[str, Any]]:
    """The rows of an Arrow table, each with the cosine between its mixed vector and the query's; 0 without one."""
    rows: list[dict[str, Any]] = table.drop_columns(["around"]).to_pylist()
    likeness = numpy.zeros(len(rows))
    if query is not None and rows:
        flat = table.column("around").combine_chunks().flatten().to_numpy(zero_copy_only=False)
        vectors = flat.reshape(-1, len(query))
        likeness = vectors @ query / numpy.maximum(numpy.linalg.norm(vectors, axis=1), 1e-9)
    for row, value in zip(rows, likeness, strict=True):
        row["likeness"] = float(value)
    return rows


def _merge(table: Any, data: Any) -> None:
    """Insert or replace complete rows by key."""
    table.merge_insert("key").when_matched_update_all().when_not_matched_insert_all().execute(data)


def _pieces(item: ArchiveItem) -> list[dict[str, Any]]:
    """The rows of an item, without what its neighbours and the embedder give them."""
    labels = _labels(item)
    place = json.dumps([item.metadata.get(POSITION), item.created_at], ensure_ascii=False)
    rows = []
    for number, text in enumerate(pieces(item.text)):
        words = f"{labels}\n{text}" if labels else text
        rows.append(
            {
                "key": f"{item.content_id}#{number}",
                "content_id": item.content_id,
                "number": number,
                "thread": item.thread,
                "place": place,
                "stamp": item.updated_at,
                "text": text,
                "words": words,
                "text_hash": hashlib.sha256(words.encode()).hexdigest(),
            }
        )
    return rows


def _labels(item: ArchiveItem) -> str:
    """Short texts of the metadata, such as a speaker's name: they are asked for like words of the text."""
    values = (value for name, value in item.metadata.items() if name not in (THREAD, POSITION))
    return " · ".join(value for value in values if isinstance(value, str) and 0 < len(value) <= LABEL_CHARS)


def _order(item: ArchiveItem) -> tuple[Any, ...]:
    return (order_key(item.metadata.get(POSITION)), item.created_at)


def _windows(rows: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """`{key: keys of the pieces around it and of itself}` in the order of their threads."""
    threads: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        position, stored = json.loads(row["place"])
        place = (order_key(position), stored, row["content_id"], row["number"], row["key"])
        threads.setdefault(row["thread"], []).append(place)
    windows: dict[str, tuple[str, ...]] = {}
    for places in threads.values():
        keys = [place[-1] for place in sorted(places)]
        for at, key in enumerate(keys):
            windows[key] = tuple(keys[max(0, at - REACH) : at + REACH + 1])
    return windows


def _with_neighbours(known: dict[str, dict[str, Any]], key: str, window: Sequence[str]) -> dict[str, Any]:
    """A complete row: with the words of its window, and a vector mixed of its own and its neighbours'."""
    row, here = known[key], window.index(key)
    mixed = numpy.zeros(len(row["vector"]), dtype=numpy.float32)
    if row["embedder"]:
        for at, neighbour in enumerate(window):
            mixed += SHARES[abs(at - here)] * numpy.asarray(known[neighbour]["vector"], dtype=numpy.float32)
    return {**row, "context": "\n".join(known[one]["words"] for one in window), "around": mixed}
