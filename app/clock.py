"""The clock on the wall, as the domain's ``Clock``."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The computer's own time."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)
