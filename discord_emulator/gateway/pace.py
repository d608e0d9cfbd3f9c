"""So many in so many seconds, counted over a sliding window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable


class Pace:
    """At most ``count`` takes within any ``seconds``; refused ones do not count."""

    def __init__(self, clock: Callable[[], float], count: int, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._count = count
        self._taken: deque[float] = deque()

    def take(self) -> bool:
        """Takes one now if there is one left."""
        if self.wait() > 0:
            return False
        self._taken.append(self._clock())
        return True

    def wait(self) -> float:
        """Seconds until the next can be taken, 0 if now."""
        now = self._clock()
        while self._taken and now - self._taken[0] >= self._seconds:
            self._taken.popleft()
        return 0.0 if len(self._taken) < self._count else self._taken[0] + self._seconds - now
