"""Opening the LanceDB table: created when needed, dropped when it can't be read, opened anew when it fails."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from workbench.errors import StorageError
from workbench.lore.rows import LANCE_ERRORS, committed, describe, first_line, probe, table_schema
from workbench.ports import Embedder

log = logging.getLogger(__name__)

TABLE = "documents"
OPEN_ATTEMPTS = 3

T = TypeVar("T")


class OpenTable:
    """One table in a folder, shared by threads and processes. `path`: the folder. `embedder`: whose vectors it has."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path = Path(path)
        self._embedder = embedder
        self._lock = threading.RLock()
        self._connection: Any = None
        self._table: Any = None
        self._aligned = False

    def _folder_has_table(self) -> bool:
        """Whether there is anything to open; asked before the expensive import."""
        return self._table is not None or (self._path / f"{TABLE}.lance").exists()

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
            import lancedb

            self._path.mkdir(parents=True, exist_ok=True)
            self._connection = lancedb.connect(self._path, read_consistency_interval=timedelta(0))

    def _open_checked(self) -> Any:
        """The readable table, None when there is none; one that stays unreadable is dropped."""
        failure: Exception | None = None
        for attempt in range(OPEN_ATTEMPTS):
            if not (self._path / f"{TABLE}.lance").exists():
                return None
            if attempt:
                # Another process may be creating it at this moment.
                time.sleep(0.15 * attempt)
            try:
                table = self._connection.open_table(TABLE)
                probe(table)
                return table
            except LANCE_ERRORS as error:
                failure = error
        log.warning(
            "the search index in %s can't be read (%s); it starts empty and is to be filled from the database",
            self._path,
            first_line(failure),
        )
        self._connection.drop_table(TABLE, ignore_missing=True)
        return None

    def _create(self) -> Any:
        """An empty table with its full-text index, or the one that another process has just made."""
        table = self._connection.create_table(TABLE, schema=table_schema(self._embedder.dimensions), exist_ok=True)
        if not list(table.list_indices()):
            committed(lambda: describe(table))
        return table

    def _unusable(self, error: Exception) -> StorageError:
        """The error for the user when opening anew didn't help."""
        return StorageError(
            f"The search index in {self._path} can't be used ({first_line(error)}). Check that the folder is "
            "writable and the disk isn't full; the folder may be deleted, it is filled again from the database."
        )
