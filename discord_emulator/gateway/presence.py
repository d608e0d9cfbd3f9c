"""Presence updates: https://discord.com/developers/docs/events/gateway-events#update-presence"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    for activity in _activities(fields):
        described = Fields(activity)
        described.text("name")
        described.number("type")


def _activities(fields: Fields) -> list[Any]:
    """What the client does. hikari writes it as versions before 8 of the API did, and Discord goes on taking that."""
    if "game" not in fields or "activities" in fields:
        return fields.listing("activities")
    game = fields.get("game")
    return [] if game is None else [game]


def update_presence(connection: Connection, fields: Fields) -> None:
    """Op 3. Nobody here looks at presences: the shape is checked, and that there are at most 5 in 20 s.

    Discord no longer documents that limit and drops what exceeds it without a word; here it is noted as well.
    """
    check_presence(fields)
    if not connection.presences.take():
        connection.world.record.violate("gateway", "more than 5 presence updates in 20 s")
