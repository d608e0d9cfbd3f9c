"""Presence updates: https://discord.com/developers/docs/events/gateway-events#update-presence"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .closing import CloseCode, GatewayClose
from .fields import Fields

if TYPE_CHECKING:
    from .connection import Connection

_STATUSES = ("online", "dnd", "idle", "invisible", "offline")


def check_presence(fields: Fields) -> None:
    """Raises :class:`GatewayClose` 4002 for a presence of a wrong shape."""
    if fields.text("status") not in _STATUSES:
        raise GatewayClose(CloseCode.DECODE_ERROR, "status")
    if fields.get("since") is not None:
        fields.number("since")
    fields.flag("afk")
    for activity in fields.listing("activities"):
        described = Fields(activity)
        described.text("name")
        described.number("type")


def update_presence(connection: Connection, fields: Fields) -> None:
    """Op 3. Nobody here looks at presences: the shape is checked, and that there are at most 5 in 20 s.

    Discord no longer documents that limit and drops what exceeds it without a word; here it is noted as well.
    """
    check_presence(fields)
    if not connection.presences.take():
        connection.world.record.violate("gateway", "more than 5 presence updates in 20 s")
