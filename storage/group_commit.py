"""One transaction for many writers.

A commit waits for the disk, however much it holds. So rows that arrive while one is under way wait for it, and are then
committed together; a row that finds nobody before it is committed at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from spaces.errors import Conflict, NotFound, StorageUnavailable

Row = TypeVar("Row")

MOST_ROWS = 1_000
"""In one transaction: a few milliseconds of work, so that other writers get their turn soon."""


class GroupCommit(Generic[Row]):
    """Gathers rows and hands them to ``write``, which stores all of them in one transaction, or none."""

    def __init__(self, write: Callable[[Sequence[Row]], Awaitable[None]], *, name: str) -> None:
        self._write = write
        self._name = name
        self._waiting: deque[tuple[Row, asyncio.Future[None]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def add(self, row: Row) -> None:
        """Returns when the row is committed. Raises what ``write`` raised, :class:`StorageUnavailable` after the end.

        A task that is cancelled before the row's turn has changed nothing; later, all or nothing.
        """
        if self._closed:
            raise StorageUnavailable("The bot is stopping. Please try again in a minute.")
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, committed))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit_all(), name=self._name)
        await committed

    async def close(self) -> None:
        """Takes no more rows, and returns when those that were taken are committed or refused."""
        self._closed = True
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _commit_all(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_ROWS))]
                await self._commit([(row, committed) for row, committed in batch if not committed.done()])
                await asyncio.sleep(0)  # whoever waits for the connection gets it before the next batch asks
        finally:  # on a cancellation nobody is left waiting for an answer
            for _, committed in self._waiting:
                committed.cancel()

    async def _commit(self, batch: Sequence[tuple[Row, asyncio.Future[None]]]) -> None:
        if not batch:
            return
        try:
            await self._write([row for row, _ in batch])
        except (Conflict, NotFound) as error:
            if len(batch) == 1:
                self._tell(batch, error)
                return
            for entry in batch:  # one of them is at fault, and the others are not to pay for it
                await self._commit([entry])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            self._tell(batch, error)
        except BaseException:
            for _, committed in batch:
                committed.cancel()
            raise
        else:
            self._tell(batch, None)

    @staticmethod
    def _tell(batch: Sequence[tuple[Row, asyncio.Future[None]]], error: Exception | None) -> None:
        for _, committed in batch:
            if committed.done():  # its task was cancelled meanwhile
                continue
            if error is None:
                committed.set_result(None)
            else:
                committed.set_exception(error)
