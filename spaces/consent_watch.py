"""Closes the gate at the moment at which somebody's choice runs out, also in the middle of a Space."""

from __future__ import annotations

import asyncio
import logging

from spaces.consenting import Consenting
from spaces.errors import SpacesError
from spaces.model import Space
from spaces.ports import Clock

_log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 3600.0
"""No choice holds for less than a day, so looking every hour finds each one before it ends."""

_SHORTEST_PAUSE_SECONDS = 0.05
"""Timers of the event loop may fire a little early."""

_RETRY_SECONDS = 10.0


class ConsentWatch:
    """One task for each Space that is heard."""

    def __init__(self, consenting: Consenting, clock: Clock) -> None:
        self._consenting = consenting
        self._clock = clock
        self._tasks: dict[int, asyncio.Task[None]] = {}
        """By server, since a bot hears one Space there."""

    def begin(self, space: Space) -> None:
        """Watches the choices that hold in a Space."""
        if (task := self._tasks.pop(space.guild_id, None)) is not None:
            task.cancel()
        self._tasks[space.guild_id] = asyncio.create_task(self._follow(space), name=f"consents of Space {space.id}")

    async def end(self, guild_id: int) -> None:
        """Stops; does nothing if nothing is watched there."""
        if (task := self._tasks.pop(guild_id, None)) is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        """Stops everywhere."""
        for guild_id in tuple(self._tasks):
            await self.end(guild_id)

    async def _follow(self, space: Space) -> None:
        while True:
            try:
                until = await self._consenting.close_lapsed(space)
            except SpacesError:
                _log.warning("whose consent ends in Space %d is not known for now", space.id, exc_info=True)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            left = LONGEST_PAUSE_SECONDS if until is None else (until - self._clock.now()).total_seconds()
            await asyncio.sleep(min(max(left, _SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))
