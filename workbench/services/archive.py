"""The archive: texts of any kind are stored, found again by words and meaning, and told apart by their metadata."""

import logging
import threading
from collections.abc import Sequence
from typing import Any

from workbench.domain.archive import PIECE_CHARS, ArchiveItem, ArchivePiece, pieces
from workbench.errors import InvalidInput, WorkbenchError
from workbench.ports import ArchiveIndex
from workbench.services.checks import id_field, mapping, text_field, whole_number
from workbench.settings import Settings
from workbench.storage import archive
from workbench.storage.archive import COMPARISONS
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

METADATA_CHARS = 20_000
ITEMS_AT_ONCE = 10_000
TEXTS_AT_ONCE = 25  # so many texts of the greatest length may come in one call
LISTED = 1000  # texts that are listed at once, at most
CONDITIONS = 20
VALUES = 200
BATCH = 512  # items that are read from the database and indexed at a time
MANY = 100  # items after which the index tidies itself up at once, so that searches stay fast


class Archive:
    """What /archive_* do. The database has the truth; the index follows in the background, and before each search."""

    def __init__(self, settings: Settings, database: Database, index: ArchiveIndex) -> None:
        self._settings = settings
        self._database = database
        self._index = index
        self._changed: dict[str, None] = {}
        # What a process that died had stored but not indexed is found by comparing everything, once.
        self._compared = False
        self._lock = threading.Lock()
        self._catching_up = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def store(self, content_id: str, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
        """Store a text under an id, in place of what was there; returns the id and in how many pieces it is searched.

        `metadata`: plain JSON. Its `thread` and `position` say which texts stand beside each other, such as the turns
        of a conversation; a search then reads each together with its neighbours.
        """
        item = self._item({"content_id": content_id, "text": text, "metadata": metadata}, "")
        self._put([item])
        return {"content_id": item.content_id, "chunks": len(pieces(item.text))}

    def store_many(self, items: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Store many texts, all or none of them; each is {content_id, text, metadata}."""
        if not isinstance(items, (list, tuple)):
            raise InvalidInput('The items must be a list such as [{"content_id": "a", "text": "…", "metadata": {}}].')
        if len(items) > ITEMS_AT_ONCE:
            raise InvalidInput(
                f"{len(items):,} items were given; at most {ITEMS_AT_ONCE:,} are accepted at once. Store them in parts."
            )
        found = [self._item(item, f"Item {number}: ") for number, item in enumerate(items, start=1)]
        most = TEXTS_AT_ONCE * self._settings.max_text_chars
        if (total := sum(len(item.text) for item in found)) > most:
            raise InvalidInput(
                f"The items have {total:,} characters in all; at most {most:,} are accepted at once. "
                "Store them in parts."
            )
        twice = len(found) - len({item.content_id for item in found})
        if twice:
            raise InvalidInput(f"{twice} of the items have an id that another item has too. Give each its own.")
        self._put(found)
        return {"stored": len(found), "chunks": sum(len(pieces(item.text)) for item in found)}

    def search(self, query: str, limit: int = 5, where: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The best texts for a query, best first, each once: {content_id, text, score, metadata, updated_at}.

        `where` narrows them down by metadata: {name: value}, {name: [one of these]}, {name: {"gte": 3, "lt": 9}}.
        Of a text that is searched in pieces, `text` is the piece that was found; `chunk` is its number from 0, and
        `chunks` how many the text has.
        """
        query = text_field(query, "The query", longest=self._settings.max_text_chars, required=True)
        limit = whole_number(limit, "The limit", 1, 100)
        conditions = _conditions(where)
        self.catch_up()
        among = None
        if conditions:
            with self._database.reading() as session:
                among = archive.matching(session, conditions)
        found = self._index.search(query, limit, among)
        if self._index.lost():
            # The search itself has found out that its files were broken, and dropped them.
            self._compared = False
            self.catch_up()
            found = self._index.search(query, limit, among)
        with self._database.reading() as session:
            items = archive.read(session, [piece.content_id for piece in found])
        return [_hit(items[piece.content_id], piece) for piece in found if piece.content_id in items]

    def latest(self, limit: int = 20, where: dict[str, Any] | None = None) -> list[ArchiveItem]:
        """What was stored last, the last first; `text` is only its beginning. `where` is what `search` takes."""
        limit = whole_number(limit, "The limit", 1, LISTED)
        conditions = _conditions(where)
        with self._database.reading() as session:
            return archive.latest(session, limit, conditions, PIECE_CHARS)

    def item(self, content_id: str) -> ArchiveItem | None:
        """A text as a whole, or None when there is none of that id."""
        content_id = id_field(content_id, "The content_id")
        with self._database.reading() as session:
            return archive.read(session, [content_id]).get(content_id)

    def delete(self, content_id: str) -> dict[str, str]:
        """Delete a text; raises `NotFound` when there is none of that id."""
        content_id = id_field(content_id, "The content_id")
        with self._database.writing() as session:
            archive.delete(session, content_id)
        self._have_changed([content_id])
        return {"deleted": content_id}

    def stats(self) -> dict[str, Any]:
        """How much there is: items, chunks, characters, threads, what still waits to be indexed, the last change."""
        with self._database.reading() as session:
            items, characters, last = archive.totals(session)
            threads = archive.thread_count(session)
            long = sum(len(pieces(text)) for text in archive.long_texts(session, PIECE_CHARS))
            chunks = long + archive.short_count(session, PIECE_CHARS)
        with self._lock:
            waiting = len(self._changed)
        return {
            "items": items,
            "chunks": chunks,
            "characters": characters,
            "threads": threads,
            "waiting": waiting,
            "updated_at": last,
        }

    # The index

    def catch_up(self) -> int:
        """Bring the index to what is stored now; returns how many texts were indexed or removed."""
        done = 0
        with self._catching_up:
            if not self._compared or self._index.lost():
                self._have_changed(self._differences(), wake=False)
                self._compared = True
            with self._lock:
                waiting = list(self._changed)
            # What is stored from here on is for the next one who asks; else somebody who stores fast holds up a search.
            for start in range(0, len(waiting), BATCH):
                if self._stop.is_set():
                    break
                self._index_batch(waiting[start : start + BATCH])
                done += len(waiting[start : start + BATCH])
            if done >= MANY:
                self._index.optimize()
        return done

    def check(self) -> dict[str, int]:
        """Compare index and database: how many items are missing in the index, stale there, or surplus."""
        indexed, stored = self._both()
        return {
            "items": len(stored),
            "missing": len(stored.keys() - indexed.keys()),
            "stale": sum(indexed[content_id] != stored[content_id] for content_id in stored.keys() & indexed.keys()),
            "surplus": len(indexed.keys() - stored.keys()),
        }

    def rebuild(self) -> int:
        """Drop the index and fill it from the database; returns how many items were indexed."""
        with self._catching_up:
            self._index.clear()
            self._compared = False
        return self.catch_up()

    def compact(self) -> None:
        """Tidy up the index's files; harmless at any time."""
        if self._compared:
            self._index.optimize()

    def close(self) -> None:
        """Stop indexing; what waits is indexed at the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(10)

    def _put(self, items: Sequence[ArchiveItem]) -> None:
        with self._database.writing() as session:
            archive.put(session, items)
        self._have_changed([item.content_id for item in items])

    def _have_changed(self, content_ids: Sequence[str], wake: bool = True) -> None:
        with self._lock:
            self._changed.update(dict.fromkeys(content_ids))
        if wake and content_ids:
            self._wake.set()
            self._start_thread()

    def _index_batch(self, content_ids: Sequence[str]) -> None:
        with self._lock:
            # Before they are read: what is stored again meanwhile gets onto the list again.
            for content_id in content_ids:
                self._changed.pop(content_id, None)
        try:
            with self._database.reading() as session:
                items = archive.read(session, content_ids)
            self._index.put(list(items.values()))
            self._index.remove([one for one in content_ids if one not in items])
        except BaseException:
            self._have_changed(content_ids, wake=False)
            raise

    def _differences(self) -> list[str]:
        indexed, stored = self._both()
        changed = [content_id for content_id, stamp in stored.items() if indexed.get(content_id) != stamp]
        return changed + sorted(indexed.keys() - stored.keys())

    def _both(self) -> tuple[dict[str, str], dict[str, str]]:
        indexed = self._index.stamps()
        self._index.lost()
        with self._database.reading() as session:
            return indexed, archive.stamps(session)

    def _start_thread(self) -> None:
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._work, name="archive", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stop.is_set():
                return
            try:
                self.catch_up()
            except WorkbenchError as error:
                # The next search tries again, and tells the one who asks.
                logger.warning("The archive's index is not up to date: %s", error)
            except Exception:
                logger.exception("Indexing the archive failed and is tried again with the next change")

    # What callers hand in

    def _item(self, value: Any, which: str) -> ArchiveItem:
        if not isinstance(value, dict):
            raise InvalidInput(f"{which}It must be an object with content_id, text and metadata.")
        if unknown := sorted(str(name)[:40] for name in value.keys() - {"content_id", "text", "metadata"}):
            raise InvalidInput(
                f"{which}It can't have a field {unknown[0]!r}. What is known there: content_id, text, metadata."
            )
        longest = self._settings.max_text_chars
        return ArchiveItem(
            content_id=id_field(value.get("content_id"), f"{which}The content_id"),
            text=text_field(value.get("text"), f"{which}The text", longest=longest, required=True),
            metadata=mapping(value.get("metadata"), f"{which}The metadata", longest=METADATA_CHARS),
        )


def _hit(item: ArchiveItem, piece: ArchivePiece) -> dict[str, Any]:
    parts = pieces(item.text)
    # Somebody may have stored a shorter text since the search.
    number = min(piece.number, len(parts) - 1)
    return {
        "content_id": item.content_id,
        "text": parts[number],
        "score": piece.score,
        "metadata": item.metadata,
        "updated_at": item.updated_at,
        "chunk": number,
        "chunks": len(parts),
    }


def _conditions(where: Any) -> dict[str, Any]:
    """`where` checked: names with plain values, lists of them, or ranges."""
    conditions = mapping(where, "The filter", longest=METADATA_CHARS)
    if len(conditions) > CONDITIONS:
        raise InvalidInput(f"The filter has {len(conditions)} conditions; at most {CONDITIONS} are accepted.")
    for name, wanted in conditions.items():
        values = [wanted]
        if isinstance(wanted, list):
            values = wanted
        elif isinstance(wanted, dict):
            if not wanted or wanted.keys() - set(COMPARISONS):
                raise InvalidInput(
                    f"The filter's {name[:40]!r} can't be used. A range has one or two of {', '.join(COMPARISONS)}, "
                    'such as {"gte": 3, "lt": 9}.'
                )
            values = list(wanted.values())
            if any(one is None or isinstance(one, bool) for one in values):
                raise InvalidInput(f"The filter's {name[:40]!r} can't be used. A range goes from numbers or texts.")
        if len(values) > VALUES:
            raise InvalidInput(f"The filter's {name[:40]!r} has {len(values)} values; at most {VALUES} are accepted.")
        if any(isinstance(one, (dict, list)) or (isinstance(one, int) and abs(one) >= 2**63) for one in values):
            raise InvalidInput(
                f"The filter's {name[:40]!r} can't be used. Give a text, a number, true, false or null, a list of "
                'them, or a range such as {"gte": 3, "lt": 9}.'
            )
    return conditions
