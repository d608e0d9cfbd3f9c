"""A fault that stands until it is lifted, and the seeded chance that decides what it strikes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from .log import FaultLog


class Fault:
    """One fault. As a context manager it is lifted at the end of the block.

    ``share`` (0 to 1) of what it could strike is struck, and at most ``times``. The decisions are a function of the
    emulator's seed, the fault's name, how many of that name there were before, and the order of what it could strike.
    """

    def __init__(
        self,
        name: str,
        number: int,
        *,
        log: FaultLog,
        chance: random.Random,
        later: Callable[[float, Callable[[], None]], None],
        share: float = 1.0,
        times: int | None = None,
    ) -> None:
        if not 0 <= share <= 1:
            raise ValueError(f"a share is from 0 to 1, not {share:g}")
        if times is not None and times < 1:
            raise ValueError(f"a fault strikes at least once, not {times} times")
        self.name = name
        self.number = number
        self.chance = chance
        self.strikes = 0
        """How often it struck so far."""
        self._log = log
        self._later = later
        self._share = share
        self._times = times
        self._lifted = asyncio.Event()
        self._on_lift: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lift()

    @property
    def stands(self) -> bool:
        """Whether it can still strike."""
        return not self._lifted.is_set()

    def strikes_now(self, **details: Any) -> bool:
        """Decides about one more thing that it could strike; ``details`` of a strike go to the log."""
        if not self.stands or (self._share < 1 and self.chance.random() >= self._share):
            return False
        self.strikes += 1
        self._log.note("struck", self, details)
        if self.strikes == self._times:
            self.lift()
        return True

    def lift(self) -> None:
        """Ends it. Idempotent."""
        if not self.stands:
            return
        self._lifted.set()
        self._log.note("lifted", self, {})
        for action in self._on_lift:
            action()

    def lift_after(self, seconds: float) -> Self:
        """Ends it after real seconds, if it still stands then."""
        self._later(seconds, self.lift)
        return self

    def when_lifted(self, action: Callable[[], None]) -> None:
        """Has ``action`` called at the end, at once if that has come."""
        if self.stands:
            self._on_lift.append(action)
        else:
            action()

    async def pause(self, seconds: float) -> None:
        """Waits for ``seconds``, or until it is lifted by somebody."""
        try:
            async with asyncio.timeout(seconds):
                await self._lifted.wait()
        except TimeoutError:
            return

    def __repr__(self) -> str:
        return f"<Fault {self.name} #{self.number}, {self.strikes} strikes{'' if self.stands else ', lifted'}>"
