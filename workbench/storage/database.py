"""Opening the database: WAL, foreign keys, one writer at a time, migrations after a copy was set aside."""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session, create_engine

from workbench.errors import StorageError

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
# The newest file in migrations/versions. A constant, so that an up-to-date start needn't import Alembic (0.5 s).
HEAD_REVISION = "0006"


def now() -> str:
    """This moment in UTC as ISO 8601, sortable as text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def new_id(kind: str) -> str:
    """A fresh id such as `story_3f2a…`; the beginning is for people who read logs."""
    return f"{kind}_{uuid4().hex[:16]}"


class Database:
    """The SQLite file. `open()` brings its tables up to date; `reading()` and `writing()` give sessions."""

    def __init__(self, path: Path, copies: int = 5) -> None:
        self.path = path
        self._copies = copies
        self._engine: Engine | None = None

    def open(self) -> None:
        """Create or upgrade the file and connect.

        Raises `StorageError` when the folder can't be written, the file is no database, or a newer Loreloom made it.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=30)) as plain:
                plain.execute("PRAGMA journal_mode=WAL")
                version = _version(plain)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"The database {self.path} can't be opened ({error}). Check that the folder can be written and the "
                "disk isn't full; copies from before upgrades are in the folder `backups` beside it."
            ) from error
        if version is not None and version > HEAD_REVISION:
            raise StorageError(
                f"The database {self.path} was made by a newer Loreloom (its version is {version}, this program knows "
                f"{HEAD_REVISION}). Update Loreloom, or choose another folder with --data-dir."
            )
        engine = create_engine(f"sqlite:///{self.path}", connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        if version != HEAD_REVISION:
            if version is not None:
                self._set_copy_aside(version)
            _upgrade(engine)
        self._engine = engine

    def close(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one consistent state; changes made in it are not kept."""
        with Session(self._connected()) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One write transaction: all of it is kept, or after an exception nothing of it.

        The write lock is taken at the beginning, so two writers queue up instead of failing half way.
        """
        engine = self._connected().execution_options(write=True)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def _connected(self) -> Engine:
        if self._engine is None:
            raise StorageError("The database is closed. Restart the app.")
        return self._engine

    def _set_copy_aside(self, version: str) -> None:
        folder = self.path.parent / "backups"
        folder.mkdir(exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        target = folder / f"{self.path.stem}-{version}-{stamp}.db"
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        for old in sorted(folder.glob(f"{self.path.stem}-*.db"), key=lambda p: p.stat().st_mtime)[: -self._copies]:
            old.unlink()


def set_damaged_aside(path: Path) -> None:
    """Rename a file that can be made anew, with what SQLite keeps beside it, if it is no readable database.

    Raises `StorageError` when the folder can't be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            connection.execute("PRAGMA schema_version")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (OSError, sqlite3.OperationalError) as error:
        raise StorageError(
            f"The data folder {path.parent} can't be used ({error}). "
            "Choose one that can be written with --data-dir or LORELOOM_DATA_DIR."
        ) from error
    except sqlite3.DatabaseError as error:
        logger.warning("%s is damaged (%s). It is set aside as %s.damaged and made anew", path, error, path.name)
        path.replace(path.with_name(f"{path.name}.damaged"))
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def _version(connection: sqlite3.Connection) -> str | None:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _on_connect(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off, so that _on_begin decides how a transaction begins.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(write=True).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


class FolderLock:
    """Holds `<folder>/<name>.lock` while this process lives; the kernel lets go of it however the process ends."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.lock"
        self._file: TextIO | None = None

    def acquire(self) -> bool:
        """Take the lock; false when another process holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = open(self.path, "a+", encoding="utf-8")  # noqa: SIM115 (open as long as the lock is held)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        handle.seek(0)
        handle.truncate()
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        self._file = handle
        return True

    def release(self) -> None:
        """Let go; the file stays."""
        if self._file is not None:
            self._file.close()
            self._file = None
