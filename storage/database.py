"""The database: opened and brought up to date, written by one, read by many, closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from spaces.errors import StorageUnavailable
from storage import migrator, sqlite
from storage.faults import READING, SAVING, as_domain_errors
from storage.scrubbing import Scrubbing


class Database:
    """Gives transactions to the stores. Get one with :meth:`open`.

    Invariants: no exception of the driver leaves it; a transaction is committed when its block is left normally and
    rolled back otherwise; what was committed survives a killed process and a power cut.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader
        self._closed = False
        self._under_way = 0
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._scrubbing = Scrubbing(self._writing_connection)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Opens the database at ``url`` (``sqlite:///path``), makes it if there is none and migrates it.

        Raises :class:`StorageUnavailable`, also for a database of a newer version of this program.
        """
        parsed = sqlite.parse_url(url)
        doing = f"I could not open the database {parsed.database}"
        try:
            sqlite.prepare_file(parsed)
        except OSError as error:
            raise StorageUnavailable(f"{doing}: {error.strerror}.") from error
        with as_domain_errors(doing, remedy="Nothing was changed."):
            await migrator.migrate(sqlite.migration_engine(parsed))
        return cls(sqlite.write_engine(parsed), sqlite.read_engine(parsed))

    async def close(self) -> None:
        """Refuses new transactions, waits for those under way and closes every connection."""
        self._closed = True
        await self._at_rest.wait()
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that may write; the only one at that time. Keep it short: the others wait for it.

        A task that is cancelled inside the block has changed nothing; cancelled while it leaves the block, all or
        nothing. Raises :class:`Conflict`, :class:`NotFound` or :class:`StorageUnavailable`, with nothing changed.
        """
        with as_domain_errors(SAVING):
            async with self._busy(), self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that only reads, and sees one moment of the database. Raises :class:`StorageUnavailable`."""
        with as_domain_errors(READING):
            async with self._busy(), self._reader.begin() as connection:
                yield connection

    async def scrub(self) -> None:
        """Returns when nothing that was deleted can be read from the files any more.

        Rewrites the whole file; writers wait about half a second for 100 MB, however many ask at once. Raises
        :class:`StorageUnavailable`, also if somebody keeps reading an older state.
        """
        await self._scrubbing.scrub()

    @asynccontextmanager
    async def _writing_connection(self) -> AsyncGenerator[AsyncConnection]:
        async with self._busy(), self._writer.connect() as connection:
            yield connection

    @asynccontextmanager
    async def _busy(self) -> AsyncGenerator[None]:
        if self._closed:
            raise StorageUnavailable("The database is closed: the bot is stopping. Please try again in a minute.")
        self._under_way += 1
        self._at_rest.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._at_rest.set()
