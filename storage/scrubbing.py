"""Clears what was deleted from the database's files, and leaves others time to write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy.ext.asyncio import AsyncConnection

from spaces.errors import StorageUnavailable
from storage import sqlite
from storage.faults import as_domain_errors

_REST = 4.0
"""Pause after a rebuilding, as a multiple of the time it took: writers have four fifths of any time to themselves."""

_LOG_ATTEMPTS = 40
_LOG_PAUSE_SECONDS = 0.5

_DOING = "It is deleted, but I could not clear its traces from the database file yet"


class Scrubbing:
    """Rebuilds the file, then empties its log, both on the one connection that all writers take turns at.

    Those who ask before a rebuilding begins share it, so that many erasures at once cost what one does.
    """

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        """``connect`` waits for the connection that writes, outside of a transaction."""
        self._connect = connect
        self._one_at_a_time = asyncio.Lock()
        self._asked = self._covered = 0
        self._rests_until = float("-inf")

    async def scrub(self) -> None:
        """Returns when nothing that was deleted before the call can be read from the files any more.

        Raises :class:`StorageUnavailable`, also if somebody keeps reading an older state for twenty seconds.
        """
        self._asked += 1
        mine = self._asked
        async with self._one_at_a_time:
            if self._covered >= mine:
                return
            with as_domain_errors(_DOING, remedy="Tell an admin."):
                await asyncio.sleep(self._rests_until - asyncio.get_running_loop().time())
                asked = self._asked
                await self._rebuild()
                await self._empty_log()
            self._covered = asked

    async def _rebuild(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._connect() as connection:
            began = loop.time()
            await connection.run_sync(sqlite.rebuild)
        self._rests_until = loop.time() + _REST * (loop.time() - began)

    async def _empty_log(self) -> None:
        """Others get their turn between the attempts, so that nobody waits for a slow reader of somebody else."""
        for _attempt in range(_LOG_ATTEMPTS):
            async with self._connect() as connection:
                if await connection.run_sync(sqlite.empty_log):
                    return
            await asyncio.sleep(_LOG_PAUSE_SECONDS)
        raise StorageUnavailable(f"{_DOING}: another program reads it. Tell an admin.")
