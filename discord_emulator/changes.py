"""Tells waiters that something in the emulated world has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

_Value = TypeVar("_Value")

# A condition may also look at what the emulator cannot announce, such as a file that the bot writes.
_LOOK_AGAIN_SECONDS = 0.1


class Changes:
    """A wake-up call for everyone who waits for a condition on the world."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def announce(self) -> None:
        """Lets every waiter look at the world again."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_for(self, condition: Callable[[], _Value], timeout: float) -> _Value:
        """The first truthy value of ``condition``, which is asked after every change and ten times a second.

        Raises ``TimeoutError`` when ``timeout`` real seconds pass first.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not (value := condition()):
            patience = min(_LOOK_AGAIN_SECONDS, deadline - loop.time())
            if patience <= 0:
                raise TimeoutError(f"nothing of the kind within {timeout:g} s")
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.add(waiter)
            try:
                await asyncio.wait([waiter], timeout=patience)
            finally:
                self._waiters.discard(waiter)
        return value
