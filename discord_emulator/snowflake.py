"""Discord's ids: https://discord.com/developers/docs/reference#snowflakes"""

from __future__ import annotations

from collections.abc import Callable

from .errors import ApiError

DISCORD_EPOCH_MS = 1_420_070_400_000
_TIMESTAMP_SHIFT = 22
_MOST = 2**64 - 1
_LONGEST = len(str(_MOST))


class Snowflakes:
    """Hands out ids that hold the time they were made and strictly increase."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """A new id, greater than all before it."""
        since_epoch = int(self._clock() * 1000) - DISCORD_EPOCH_MS
        self._last = max(self._last + 1, since_epoch << _TIMESTAMP_SHIFT)
        return self._last


def created_at(snowflake: int) -> float:
    """Seconds since the Unix epoch at which ``snowflake`` was made."""
    return ((snowflake >> _TIMESTAMP_SHIFT) + DISCORD_EPOCH_MS) / 1000


def as_snowflake(value: object, name: str = "id") -> int:
    """The id in ``value``, which may be a JSON integer or a string of digits.

    Raises :class:`ApiError` 50035 that names the field ``name`` otherwise.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST:
        return int(value)
    fault = {"code": "NUMBER_TYPE_COERCE", "message": f'Value "{str(value)[:100]}" is not snowflake.'}
    raise ApiError(400, 50035, "Invalid Form Body", {name: {"_errors": [fault]}})
