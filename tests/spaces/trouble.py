"""Faults and delays that a test orders in advance."""

from __future__ import annotations

import asyncio
import math

from spaces.errors import SpacesError


class Troubled:
    """Something outside the domain: every call gives way to other tasks once, and may wait or fail as ordered.

    ``calls`` holds the names of the calls that were made, in order.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._faults: dict[str, tuple[SpacesError, float]] = {}
        self._doors: dict[str, asyncio.Event] = {}
        self._called = asyncio.Event()

    def fails(self, call: str, error: SpacesError, *, times: float = math.inf) -> None:
        """Makes the call raise ``error`` the next ``times`` times, or until :meth:`works`."""
        self._faults[call] = (error, times)

    def works(self, call: str) -> None:
        """Ends what :meth:`fails` ordered."""
        self._faults.pop(call, None)

    def holds(self, call: str) -> asyncio.Event:
        """Makes the next such call wait until the returned event is set."""
        self._doors[call] = asyncio.Event()
        return self._doors[call]

    async def reached(self, call: str, times: int = 1) -> None:
        """Returns when the call has been made ``times`` times since the start."""
        async with asyncio.timeout(5):
            while self.calls.count(call) < times:
                self._called.clear()
                await self._called.wait()

    async def _turn(self, call: str) -> None:
        self.calls.append(call)
        self._called.set()
        door = self._doors.pop(call, None)
        await asyncio.sleep(0)
        if door is not None:
            await door.wait()
        error, times = self._faults.get(call, (None, 0))
        if error is not None and times > 0:
            self._faults[call] = (error, times - 1)
            raise error
