"""The ``d`` of a client's payload, read field by field; what is missing or of a wrong kind ends the connection."""

from __future__ import annotations

from typing import Any

from discord_emulator.errors import ApiError
from discord_emulator.snowflake import as_snowflake

from .closing import CloseCode, GatewayClose


class Fields:
    """Readers of a JSON object; each raises :class:`GatewayClose` 4002 that names the field."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict):
            raise GatewayClose(CloseCode.DECODE_ERROR, "d is not an object")
        self._data: dict[str, Any] = data

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def get(self, key: str) -> Any:
        """Whatever is there, ``None`` if nothing is."""
        return self._data.get(key)

    def text(self, key: str) -> str:
        """A string."""
        return self._read(key, str)

    def number(self, key: str) -> int:
        """A whole number."""
        return self._read(key, int)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false; ``default`` if the field is missing."""
        return default if default is not None and key not in self._data else self._read(key, bool)

    def listing(self, key: str) -> list[Any]:
        """An array."""
        return self._read(key, list)

    def fields(self, key: str) -> Fields:
        """An object inside this one."""
        return Fields(self._read(key, dict))

    def snowflake(self, key: str) -> int:
        """An id, as a number or as a string of digits."""
        return _snowflake(self._data.get(key), key)

    def snowflakes(self, key: str) -> list[int]:
        """Ids: an array of them, or a single one."""
        value = self._data.get(key)
        return [_snowflake(item, key) for item in value] if isinstance(value, list) else [_snowflake(value, key)]

    def _read(self, key: str, kind: type[Any]) -> Any:
        value = self._data.get(key)
        # True and False are whole numbers to Python, not to JSON.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise GatewayClose(CloseCode.DECODE_ERROR, key)
        return value


def _snowflake(value: Any, key: str) -> int:
    try:
        return as_snowflake(value)
    except ApiError as error:
        raise GatewayClose(CloseCode.DECODE_ERROR, key) from error
