"""Time that passes only when a test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """:class:`spaces.ports.Clock` that stands still until it is moved."""

    def __init__(self, start: datetime = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """The time that was reached, aware, in UTC."""
        return self._now

    def advance(self, seconds: float) -> datetime:
        """Moves on by ``seconds`` (back, if negative, as a corrected clock does) and returns the new time."""
        self._now += timedelta(seconds=seconds)
        return self._now
