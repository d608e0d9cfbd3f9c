"""The driver of SQLite, with fewer trips to its thread.

aiosqlite does every step on a thread: opening a cursor, executing, fetching, closing the cursor. Each trip there and
back wakes two threads and costs more than a small statement itself. SQLAlchemy takes all rows at once anyway; so here
a statement is one trip, the beginning of a transaction goes along with its first statement, and a commit or rollback
of nothing is none.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

_CHUNK = 64
"""Rows that aiosqlite fetches at a time where it iterates, which nobody does here."""


async def connect(database: str, **settings: Any) -> aiosqlite.Connection:
    """Connects; or raises, but not before the connection's thread is done. The driver alone would leave that behind,
    to speak to an event loop that may be closed by then."""
    connection = _Connection(partial(sqlite3.connect, database, **settings), _CHUNK)
    connection._thread.daemon = True  # as SQLAlchemy has it: a program that crashed must not wait for its database
    opening = asyncio.ensure_future(connection)
    try:
        return await asyncio.shield(opening)
    except BaseException:
        await asyncio.wait([opening])
        await connection.close()
        await asyncio.to_thread(connection._thread.join)
        raise


class _Connection(aiosqlite.Connection):
    """A connection whose cursors make one trip a statement."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], chunk: int) -> None:
        super().__init__(connector, chunk)
        self._beginning: str | None = None
        # Each is written by one thread only, so that neither needs a lock.
        self._sent = 0
        self._done = 0

    def cursor(self) -> _Cursor:  # type: ignore[override]
        """A cursor; nothing is asked of the database yet."""
        return _Cursor(self)

    def begin(self, statement: str) -> None:
        """Lets the next statement begin a transaction. What can fail about that fails there."""
        self._beginning = statement

    def take_beginning(self) -> str | None:
        """What the next statement has to begin with."""
        beginning, self._beginning = self._beginning, None
        return beginning

    async def commit(self) -> None:
        """Commits, if there was any statement."""
        if self.take_beginning() is None:
            await super().commit()

    async def rollback(self) -> None:
        """Rolls back, if anything is open. A step whose task was cancelled may still be on its way: it counts."""
        self._beginning = None
        if self._sent != self._done or self.in_transaction:
            await super().rollback()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self._sent += 1
        return await super()._execute(self._counted, fn, *args, **kwargs)

    def _counted(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._done += 1


class _Cursor:
    """What SQLAlchemy needs of :class:`aiosqlite.Cursor`, with the whole answer at once."""

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> Self:
        """Runs a statement and takes all its rows."""
        if statement.startswith("BEGIN"):
            self._connection.begin(statement)
        else:
            await self._send("execute", statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Runs a statement once for each set of parameters."""
        await self._send("executemany", statement, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        """The rows that were not taken yet."""
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """Nothing is open: a cursor ends with its statement."""

    async def _send(self, how: str, statement: str, parameters: Any) -> None:
        await self._connection._execute(self._run, self._connection.take_beginning(), how, statement, parameters)

    def _run(self, beginning: str | None, how: str, statement: str, parameters: Any) -> None:
        """Called on the thread of the connection."""
        if beginning is not None:
            self._connection._conn.execute(beginning).close()
        cursor = getattr(self._connection._conn, how)(statement, parameters)
        try:
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else ()
            self.rowcount, self.lastrowid = (
                cursor.rowcount,
                cursor.lastrowid,
            )  # of RETURNING only known when all is read
        finally:
            cursor.close()
