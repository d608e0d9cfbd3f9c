"""What is done by the hour: what waits is taken up, what has had its time goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from spaces.errors import SpacesError

_log = logging.getLogger(__name__)

HOUR_SECONDS = 3600.0
"""Expiry is promised at most an hour late."""

Chores = Mapping[str, Callable[[], Awaitable[int]]]
"""By what they did, as the log says it: what does it and returns how many."""


class Housekeeping:
    """Runs chores at once and then every hour, on a task that it owns."""

    def __init__(self, chores: Chores) -> None:
        self._chores = chores
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins; a second call does nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="housekeeping")

    async def stop(self) -> None:
        """Ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            for name, chore in self._chores.items():
                try:
                    count = await chore()
                    if count:
                        _log.info("%s: %d", name, count)
                except SpacesError as error:
                    _log.warning("%s: this waits for the next hour: %s", name, error.sentence)
                except Exception:  # noqa: BLE001 - a fault in one chore must not end the others for good
                    _log.exception("%s: this failed, and is tried again in an hour", name)
            await asyncio.sleep(HOUR_SECONDS)
