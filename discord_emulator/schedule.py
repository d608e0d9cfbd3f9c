"""What happens at a moment of the emulator's clock, however that moment is reached."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

from .clock import Clock

_SHORTEST_TIMER = 0.01


class Schedule:
    """Runs things when they are due: after real seconds, or at once when the clock is moved past them.

    ``later(seconds, action)``, set by the owner, is a real timer. There is no taking back: actions look at the world
    again before they change it.
    """

    later: Callable[[float, Callable[[], None]], None]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._pending: list[tuple[float, int, Callable[[], None]]] = []
        self._skipped = 0.0

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Runs ``action`` at ``moment`` (aware), or soon if that is past."""
        due = moment.timestamp() - self._skipped
        heapq.heappush(self._pending, (due, next(self._order), action))
        self._set_timer(due)

    def skip(self, seconds: float) -> None:
        """The clock was put ahead without time passing: everything stays as far away as it was."""
        self._skipped += seconds

    def _now(self) -> float:
        return self._clock() - self._skipped

    def _set_timer(self, due: float) -> None:
        def ring() -> None:
            self.run_due()
            # The timer's clock is another one and may be a little ahead.
            if self._now() < due:
                self._set_timer(due)

        self.later(max(_SHORTEST_TIMER, due - self._now()), ring)

    def run_due(self) -> None:
        """Runs everything whose moment has come, earliest first."""
        while self._pending and self._pending[0][0] <= self._now():
            heapq.heappop(self._pending)[2]()
