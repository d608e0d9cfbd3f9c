"""The way of datagrams between one client and the media server: usually clear, sometimes slow or a black hole."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable

from discord_emulator.voice.counters import VoiceCounters


class Direction(enum.Flag):
    """Which way datagrams go."""

    TO_CLIENT = enum.auto()
    FROM_CLIENT = enum.auto()
    BOTH = TO_CLIENT | FROM_CLIENT


class Line:
    """The disturbances of one client's datagrams. They outlive its voice sessions, as those of a real path would."""

    def __init__(self, counters: VoiceCounters) -> None:
        self.latency = 0.0
        """Seconds that each datagram takes, either way."""
        self._counters = counters
        self._dark_until = {Direction.TO_CLIENT: 0.0, Direction.FROM_CLIENT: 0.0}
        self._underway: set[asyncio.TimerHandle] = set()

    def go_dark(self, seconds: float, direction: Direction) -> None:
        """Swallows all datagrams of a direction from now on for ``seconds``; 0 ends it."""
        until = asyncio.get_running_loop().time() + seconds
        for one in self._dark_until:
            if one in direction:
                self._dark_until[one] = until

    def carry(self, direction: Direction, deliver: Callable[[], object]) -> None:
        """Calls ``deliver`` when a datagram sent now arrives, or never."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._dark_until[direction]:
            if direction is Direction.TO_CLIENT:
                self._counters.black_holed_out += 1
            else:
                self._counters.black_holed_in += 1
        elif self.latency:
            self._carry_late(loop, deliver)
        else:
            deliver()

    def cut(self) -> None:
        """Forgets what is under way."""
        for handle in self._underway:
            handle.cancel()
        self._underway.clear()

    def _carry_late(self, loop: asyncio.AbstractEventLoop, deliver: Callable[[], object]) -> None:
        def arrive() -> None:
            self._underway.discard(handle)
            deliver()

        handle = loop.call_later(self.latency, arrive)
        self._underway.add(handle)
