"""The data of a voice websocket message, read with care."""

from __future__ import annotations

import ipaddress
from typing import Any, TypeGuard

from discord_emulator import strict_json
from discord_emulator.voice.datagrams import Address
from discord_emulator.voice.protocol import CloseCode, Refusal

_MAX_SNOWFLAKE_DIGITS = 20


def decode(text: str) -> tuple[int, Any]:
    """Opcode and data of a message; raises :class:`Refusal` 4002 when it is not an object with an opcode."""
    try:
        message = strict_json.loads(text)
    except ValueError as error:
        raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD) from error
    if not isinstance(message, dict) or not is_integer(message.get("op")):
        raise Refusal(CloseCode.FAILED_TO_DECODE_PAYLOAD)
    return message["op"], message.get("d")


def is_integer(value: Any) -> TypeGuard[int]:
    """Whether a JSON value is an integer, which Python's booleans are not."""
    return isinstance(value, int) and not isinstance(value, bool)


class Fields:
    """Readers of single fields; each raises :class:`Refusal` where one is missing or of a wrong kind.

    With ``fault`` 4002 unless told otherwise.
    """

    def __init__(self, data: Any, fault: CloseCode = CloseCode.FAILED_TO_DECODE_PAYLOAD) -> None:
        self._fault = fault
        if not isinstance(data, dict):
            raise Refusal(fault)
        self._data: dict[str, Any] = data

    def get(self, key: str) -> Any:
        """The value, whatever it is; None if it is missing."""
        return self._data.get(key)

    def text(self, key: str) -> str:
        """A string."""
        value = self._data.get(key)
        if not isinstance(value, str):
            raise Refusal(self._fault)
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """An integer; ``default`` where the key is missing."""
        value = self._data.get(key, default)
        if not is_integer(value):
            raise Refusal(self._fault)
        return value

    def snowflake(self, key: str) -> int:
        """An id: an integer, or a string of its decimal digits."""
        value = self._data.get(key)
        if is_integer(value):
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_SNOWFLAKE_DIGITS:
            return int(value)
        raise Refusal(self._fault)

    def address(self) -> Address:
        """``address`` and ``port`` of op 1; raises 4020 for ones that no UDP socket has."""
        try:
            host = str(ipaddress.IPv4Address(self.text("address")))
        except ValueError as error:
            raise Refusal(CloseCode.BAD_REQUEST) from error
        port = self.number("port")
        if not 0 < port < 1 << 16:
            raise Refusal(CloseCode.BAD_REQUEST)
        return host, port
