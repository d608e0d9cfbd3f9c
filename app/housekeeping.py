"""What is done at regular times: by the hour, what waits is taken up and what has had its time goes; by the second,
what is due in live Spaces."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from spaces.errors import SpacesError

_log = logging.getLogger(__name__)

HOUR_SECONDS = 3600.0
"""Expiry is promised at most an hour late."""

LOOK_SECONDS = 1.0
"""How late an invitation may be withdrawn, or a turn end."""

Chores = Mapping[str, Callable[[], Awaitable[int]]]
"""By what they did, as the log says it: what does it and returns how many."""


class Housekeeping:
    """Runs chores at once and then every so many seconds, on a task that it owns."""

    def __init__(self, chores: Chores, *, seconds: float = HOUR_SECONDS) -> None:
        self._chores = chores
        self._seconds = seconds
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
                    _log.warning("%s: this waits for the next time: %s", name, error.sentence)
                except Exception:  # noqa: BLE001 - a fault in one chore must not end the others for good
                    _log.exception("%s: this failed, and is tried again next time", name)
            await asyncio.sleep(self._seconds)
