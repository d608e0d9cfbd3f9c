"""How this program uses SQLite: the file, and the settings of every connection to it.

Transactions are begun by us, never by Python's driver: ``BEGIN IMMEDIATE`` takes the write lock at once, because a
transaction that reads first and asks for the lock later fails at once when another one has written meanwhile.
https://www.sqlite.org/lang_transaction.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from spaces.errors import StorageUnavailable
from storage import driver

_BUSY_SECONDS = 5
"""How long a connection waits for a lock that another process holds."""

_LOG_MILLISECONDS = 50
"""How long emptying the log waits for reads: every other writer waits for it."""

_QUEUE_SECONDS = 10
"""How long a task waits for its turn at a connection."""

_READERS = 4

_WAITING = f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}"
_READING = (
    _WAITING,
    "PRAGMA query_only = ON",
    # The words that a query sorts are not to be left in a temporary file.
    "PRAGMA temp_store = MEMORY",
)
_WRITING = (
    _WAITING,
    # Readers and the writer do not wait for each other, and a commit appends to one file only.
    "PRAGMA journal_mode = WAL",
    # The log is flushed to the disk before a commit returns. NORMAL would do for a killed process, but a power cut
    # could then take back the last commits: also a withdrawn consent or an erasure that was confirmed already.
    "PRAGMA synchronous = FULL",
    # Deleted words are overwritten with zeros, not just unlinked; what that misses is up to `rebuild`.
    "PRAGMA secure_delete = ON",
)


def parse_url(url: str) -> URL:
    """The URL with our driver in it. Raises :class:`StorageUnavailable` for what is no SQLite file."""
    example = "Write it like this: sqlite:///data/spaces.sqlite3"
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageUnavailable(f"The database address cannot be understood. {example}") from error
    if parsed.get_backend_name() != "sqlite":
        raise StorageUnavailable(
            f"This version keeps its data in SQLite, not in {parsed.get_backend_name()}. {example}"
        )
    if parsed.database in {None, "", ":memory:"} or parsed.query.get("mode") == "memory":
        raise StorageUnavailable(f"The database needs a file: memory is lost at every restart. {example}")
    return parsed.set(drivername="sqlite+aiosqlite")


def prepare_file(url: URL) -> None:
    """Makes the folder and the file where they are missing, readable by this account only; SQLite gives its side
    files the same permissions. Raises OSError."""
    if url.database is None or url.database.startswith("file:"):
        return
    path = Path(url.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def write_engine(url: URL) -> AsyncEngine:
    """One connection: SQLite has one writer at a time anyway, and so tasks queue up in turn instead of polling."""
    settings = (*_WRITING, "PRAGMA foreign_keys = ON")
    return _configured(_engine(url, pool_size=1, max_overflow=0, pool_timeout=_QUEUE_SECONDS), settings, "IMMEDIATE")


def read_engine(url: URL) -> AsyncEngine:
    """Connections that cannot write; each transaction sees the database as it was at one moment."""
    engine = _engine(url, pool_size=_READERS, max_overflow=0, pool_timeout=_QUEUE_SECONDS)
    return _configured(engine, _READING, "DEFERRED")


def migration_engine(url: URL) -> AsyncEngine:
    """One connection for a change of the schema: to alter a table SQLite needs it copied and dropped, and a drop
    with foreign keys on would take the rows of other tables along. https://www.sqlite.org/lang_altertable.html"""
    settings = (*_WRITING, "PRAGMA foreign_keys = OFF")
    return _configured(_engine(url, poolclass=NullPool), settings, "IMMEDIATE")


def rebuild(connection: Connection) -> None:
    """Builds the file anew from what is there.

    Zeroed deletes alone are not enough: where SQLite moved rows between pages earlier, pieces of them stay in the gaps.
    https://www.sqlite.org/lang_vacuum.html
    """
    with _outside_transactions(connection) as cursor:
        cursor.execute("VACUUM")


def empty_log(connection: Connection) -> bool:
    """Empties the write-ahead log, in which every change stays readable; False if a running read is in the way.

    https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    with _outside_transactions(connection) as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {_LOG_MILLISECONDS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            blocked, _pages_in_log, _pages_moved = cursor.fetchone() or (True, 0, 0)
        finally:
            cursor.execute(_WAITING)
    return not blocked


@contextmanager
def _outside_transactions(connection: Connection) -> Iterator[DBAPICursor]:
    """A cursor past SQLAlchemy, which would begin a transaction."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def _engine(url: URL, **pool: Any) -> AsyncEngine:
    connecting = {"isolation_level": None, "async_creator_fn": driver.connect}
    # Parameters stay out of error messages: they are names and words of people.
    return create_async_engine(url, connect_args=connecting, hide_parameters=True, **pool)


def _configured(engine: AsyncEngine, pragmas: tuple[str, ...], lock: str) -> AsyncEngine:
    def configure(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        try:
            for pragma in pragmas:
                cursor.execute(pragma)
        finally:
            cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {lock}")

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "begin", begin)
    return engine
