"""The emulator's time: real seconds plus what a test has added."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime


class Clock:
    """Seconds since the Unix epoch, from ``source``, moved forward by :meth:`advance`."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset = 0.0

    def __call__(self) -> float:
        """The present moment in seconds since the Unix epoch."""
        return self._source() + self._offset

    def advance(self, seconds: float) -> None:
        """Moves the clock forward; raises ``ValueError`` for a negative step (snowflakes never go back)."""
        if seconds < 0:
            raise ValueError("time only moves forward")
        self._offset += seconds

    def http_date(self) -> str:
        """The present moment as HTTP's ``Date`` header has it."""
        return format_datetime(self.now(), usegmt=True)

    def now(self) -> datetime:
        """The present moment as an aware datetime in UTC."""
        return datetime.fromtimestamp(self(), UTC)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 as Discord writes it, e.g. ``2026-01-31T20:15:00.000000+00:00``; ``None`` stays ``None``."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")
