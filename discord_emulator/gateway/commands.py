"""What a client may send: https://discord.com/developers/docs/events/gateway-events#send-events"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from discord_emulator.actions.voice import connect_bot

from .closing import CloseCode, GatewayClose
from .fields import Fields
from .identify import identify, resume
from .members import request_members
from .presence import update_presence

if TYPE_CHECKING:
    from .connection import Connection
    from .session import Session

_IDENTIFY, _PRESENCE, _VOICE_STATE, _RESUME, _MEMBERS, _SOUNDBOARD = 2, 3, 4, 6, 8, 31


def obey(connection: Connection, opcode: int, data: Any) -> None:
    """Carries out any command but a heartbeat; raises :class:`GatewayClose` for one that ends the connection."""
    if opcode in _STARTING:
        _STARTING[opcode](connection, Fields(data))
        return
    if opcode not in _WITHIN_SESSION:
        raise GatewayClose(CloseCode.UNKNOWN_OPCODE)
    if connection.session is None:
        raise GatewayClose(CloseCode.NOT_AUTHENTICATED)
    _WITHIN_SESSION[opcode](connection, connection.session, Fields(data))


def _update_voice_state(connection: Connection, session: Session, fields: Fields) -> None:
    """Op 4: joins, moves or leaves a voice channel."""
    leaves = fields.get("channel_id") is None
    # Whoever leaves need not say how: hikari leaves both keys out.
    default = False if leaves else None
    connect_bot(
        connection.world,
        session,
        guild_id=fields.snowflake("guild_id"),
        channel_id=None if leaves else fields.snowflake("channel_id"),
        self_mute=fields.flag("self_mute", default),
        self_deaf=fields.flag("self_deaf", default),
    )


def _request_sounds(connection: Connection, session: Session, fields: Fields) -> None:
    """Op 31: the soundboard of each server asked for that the bot is in. No server here has sounds."""
    if "guild_ids" not in fields:
        raise GatewayClose(CloseCode.DECODE_ERROR, "guild_ids")
    for guild_id in fields.snowflakes("guild_ids"):
        guild = connection.world.guilds.get(guild_id)
        if guild is not None and session.application.id in guild.applications:
            session.dispatch("SOUNDBOARD_SOUNDS", {"guild_id": str(guild_id), "soundboard_sounds": []})


_STARTING: dict[int, Callable[[Connection, Fields], None]] = {_IDENTIFY: identify, _RESUME: resume}
_WITHIN_SESSION: dict[int, Callable[[Connection, Session, Fields], None]] = {
    _PRESENCE: lambda connection, _, fields: update_presence(connection, fields),
    _VOICE_STATE: _update_voice_state,
    _MEMBERS: request_members,
    _SOUNDBOARD: _request_sounds,
}
