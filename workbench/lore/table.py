"""Opening the LanceDB table: created when needed, dropped when it can't be read, opened anew when it fails."""

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from workbench.errors import StorageError
from workbench.lore.rows import LANCE_ERRORS, committed, first_line, is_conflict, probe
from workbench.ports import Embedder

log = logging.getLogger(__name__)

OPEN_ATTEMPTS = 3
WRITES_BEFORE_OPTIMIZE = 50  # each commit leaves a small file behind that later reads have to open
ROWS_BEFORE_OPTIMIZE = 1000  # rows that no full-text index has yet are read one by one in each search
KEEP_VERSIONS = timedelta(minutes=30)  # another process may still be reading an older version

T = TypeVar("T")


class OpenTable:
    """One table in a folder, shared by threads and processes. `path`: the folder. `embedder`: whose vectors it has."""

    name = ""  # of the table; each kind has its own

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path = Path(path)
        self._embedder = embedder
        self._lock = threading.RLock()
        self._connection: Any = None
        self._table: Any = None
        self._aligned = False
        self._writes = 0
        self._fresh = 0
        self._lost = False

    def count(self) -> int:
        """Number of rows."""
        return self._guarded(lambda table: int(table.count_rows()), default=0)

    def optimize(self) -> None:
        """Compact small files, bring the indices up to date, make those that have become worth it, drop old versions.

        Harmless at any time, also while others read or write; when another process wins the race, it has done it.
        """

        def tidy(table: Any) -> None:
            self._optimize(table)
            self._index_columns(table)

        self._guarded(tidy, default=None, write=True)

    def clear(self) -> None:
        """Drop the table; it is made anew by the next write."""
        with self._lock:
            if not self._folder_has_table():
                return
            try:
                self._connect()
                self._connection.drop_table(self.name, ignore_missing=True)
            except LANCE_ERRORS as error:
                raise self._unusable(error) from error
            finally:
                self._table = None
                self._aligned = False

    def _schema(self) -> Any:
        """Columns of the table."""
        raise NotImplementedError

    def _describe(self, table: Any) -> None:
        """Give a new table its key and its full-text index."""
        raise NotImplementedError

    def _index_columns(self, table: Any) -> None:
        """Make the scalar and vector indices that a table of this size needs; the caller holds the lock."""
        raise NotImplementedError

    def _fits(self, table: Any) -> bool:
        """Whether a table that was found can be used; one that can't is dropped and filled anew."""
        return True

    def lost(self) -> bool:
        """Whether the table had to be dropped since this was asked last: it is to be filled from the database."""
        lost, self._lost = self._lost, False
        return lost

    def _wrote(self, table: Any, rows: int = 1) -> None:
        """Count a commit and its rows, and compact when there were many."""
        self._writes += 1
        self._fresh += rows
        if self._writes >= WRITES_BEFORE_OPTIMIZE or self._fresh >= ROWS_BEFORE_OPTIMIZE:
            self._optimize(table)

    def _optimize(self, table: Any) -> None:
        """Compact; a lost race is no failure, since the winner has compacted or will."""
        self._writes = self._fresh = 0
        try:
            table.optimize(cleanup_older_than=KEEP_VERSIONS)
        except RuntimeError as error:
            if not is_conflict(error):
                raise
            log.info("the search index is being written by another process; compaction is left to it")

    def _folder_has_table(self) -> bool:
        """Whether there is anything to open; asked before the expensive import."""
        return self._table is not None or (self._path / f"{self.name}.lance").exists()

    def _guarded(self, operation: Callable[[Any], T], *, default: T, create: bool = False, write: bool = False) -> T:
        """Run `operation` on the table; `default` where there is none.

        A failure opens the table anew, which drops one that can't be read, and tries once more: another process may
        have replaced it. Writers (`write` or `create`) run one at a time.
        """
        if create or write:
            with self._lock:
                return self._attempt(operation, default, create)
        return self._attempt(operation, default, create)

    def _attempt(self, operation: Callable[[Any], T], default: T, create: bool) -> T:
        """Two tries of `operation`, as `_guarded` describes."""
        table = self._open(create)
        if table is None:
            return default
        try:
            return operation(table)
        except LANCE_ERRORS as error:
            log.info("opening the search index anew after: %s", first_line(error))
        with self._lock:
            self._table = None
            self._aligned = False
        table = self._open(create)
        if table is None:
            return default
        try:
            return operation(table)
        except LANCE_ERRORS as error:
            raise self._unusable(error) from error

    def _open(self, create: bool) -> Any:
        """The table, checked when it is opened; None when there is none and none is to be made."""
        if self._table is not None:
            return self._table
        with self._lock:
            if self._table is not None:
                return self._table
            if not create and not self._folder_has_table():
                return None
            try:
                self._connect()
                self._table = self._open_checked()
                if self._table is None and create:
                    self._table = self._create()
            except LANCE_ERRORS as error:
                raise self._unusable(error) from error
            self._aligned = False
            return self._table

    def _connect(self) -> None:
        """Open the folder; each read then sees what other processes have written."""
        if self._connection is None:
            # Its warnings tell of its own tuning of the indices, which nobody here could do anything about.
            os.environ.setdefault("LANCEDB_LOG", "error")
            import lancedb

            self._path.mkdir(parents=True, exist_ok=True)
            self._connection = lancedb.connect(self._path, read_consistency_interval=timedelta(0))

    def _open_checked(self) -> Any:
        """The readable table, None when there is none; one that stays unreadable is dropped."""
        failure: Exception | None = None
        for attempt in range(OPEN_ATTEMPTS):
            if not (self._path / f"{self.name}.lance").exists():
                return None
            if attempt:
                # Another process may be creating it at this moment.
                time.sleep(0.15 * attempt)
            try:
                table = self._connection.open_table(self.name)
                probe(table)
                if self._fits(table):
                    return table
                failure = None
                break
            except LANCE_ERRORS as error:
                failure = error
        log.warning(
            "the search index in %s can't be read (%s); it starts empty and is to be filled from the database",
            self._path,
            first_line(failure) if failure else "it was made for another embedder",
        )
        self._lost = True
        self._connection.drop_table(self.name, ignore_missing=True)
        return None

    def _create(self) -> Any:
        """An empty table with its full-text index, or the one that another process has just made."""
        table = self._connection.create_table(self.name, schema=self._schema(), exist_ok=True)
        if not list(table.list_indices()):
            committed(lambda: self._describe(table))
        return table

    def _unusable(self, error: Exception) -> StorageError:
        """The error for the user when opening anew didn't help."""
        return StorageError(
            f"The search index in {self._path} can't be used ({first_line(error)}). Check that the folder is "
            "writable and the disk isn't full; the folder may be deleted, it is filled again from the database."
        )
