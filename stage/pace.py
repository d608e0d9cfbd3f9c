"""Keeps a message from being edited too often without ever showing an old state for good."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from spaces.errors import NotFound, SpacesError

_log = logging.getLogger(__name__)

PARTING_SECONDS = 5.0
"""How long stopping waits for what is being done."""


class Turns:
    """Hands out moments to many, at least ``seconds`` apart, in the order of asking."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = float("-inf")

    def take(self) -> float:
        """The moment, by the event loop's clock, from which the asker may go on; now, if nobody asked lately."""
        mine = max(asyncio.get_running_loop().time(), self._next)
        self._next = mine + self._seconds
        return mine


class Pace:
    """Runs ``deed`` soon after each :meth:`ask`: at once the first time, then at most every ``seconds``.

    Asking while one waits or runs is remembered once, so the last state is always shown. The deed runs on a task
    that this object owns; what goes wrong in it is logged and the deed is tried again at the next turn, up to ``tries``
    times in a row. ``turns`` are shared with others whose deeds draw on the same limit.
    """

    def __init__(
        self,
        deed: Callable[[], Awaitable[None]],
        seconds: float,
        *,
        name: str,
        tries: int = 5,
        turns: Turns | None = None,
    ) -> None:
        self._deed = deed
        self._seconds = seconds
        self._name = name
        self._tries = tries
        self._turns = turns
        self._asked = False
        self._closing = self._stopped = self._busy = False
        self._last = float("-inf")
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Wants the deed done; returns at once."""
        if self._closing:
            return
        self._asked = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name=self._name)

    def ask_in(self, seconds: float) -> None:
        """Wants the deed done in a while; of several such wishes the soonest counts, until it is fulfilled."""
        loop = asyncio.get_running_loop()
        moment = loop.time() + seconds
        if self._closing or (self._alarm is not None and self._alarm.when() <= moment):
            return
        self._forget_alarm()
        self._alarm = loop.call_at(moment, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self.ask()

    def _forget_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    async def finish(self) -> None:
        """Does what was asked for without waiting any longer, then stops for good."""
        self._closing = True
        self._forget_alarm()
        self._hurry.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def cancel(self) -> None:
        """Stops for good, whatever was asked for. What is being done is done: a message that Discord has got by then
        would otherwise be one that nobody remembers."""
        self._closing = self._stopped = True
        self._forget_alarm()
        if self._task is not None:
            if self._busy:
                await asyncio.wait([self._task], timeout=PARTING_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while self._asked and not self._stopped:
            await self._wait_until(self._last + self._seconds)
            if self._turns is not None and not self._closing:
                await self._wait_until(self._turns.take())
            self._asked = False
            self._last = loop.time()
            self._busy = True
            try:
                await self._deed()
                failures = 0
            except NotFound as error:  # what was to be changed is gone for good
                _log.info("%s: %s", self._name, error.sentence)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the panel either
                failures += 1
                level = logging.WARNING if isinstance(error, SpacesError) else logging.ERROR
                _log.log(level, "%s is not shown yet: %s", self._name, error, exc_info=error)
                self._asked = self._asked or failures < self._tries
            finally:
                self._busy = False

    async def _wait_until(self, moment: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(moment if moment > loop.time() else loop.time()):
                await self._hurry.wait()
        except TimeoutError:
            return
