"""Permission checks that several resources share."""

from __future__ import annotations

from discord_emulator.errors import missing_access, missing_permissions
from discord_emulator.model.audit_log import Actor
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.permissions import DIRECT_MESSAGE, Permission, guild_permissions

from .routing import Request


def bot_in(request: Request, channel: Channel) -> Member:
    """The bot's member in the server of ``channel``; raises 50001 for direct messages."""
    if channel.guild is None:
        raise missing_access()
    return channel.guild.members[request.application.bot.id]


def granted(request: Request, channel: Channel) -> int:
    """What the bot may do in ``channel``; everything that makes sense in direct messages."""
    if channel.guild is None:
        return int(DIRECT_MESSAGE)
    return request.world.permissions(bot_in(request, channel), channel)


def require(request: Request, channel: Channel, needed: Permission) -> int:
    """All of the bot's permissions in ``channel``.

    Raises 50001 if it cannot see the channel (or, for voice and stage channels, not enter it), 50013 if one of
    ``needed`` is missing.
    """
    bits = granted(request, channel)
    if not bits & Permission.VIEW_CHANNEL:
        raise missing_access()
    if channel.is_vocal and not bits & Permission.CONNECT:
        raise missing_access()
    if bits & needed != needed:
        raise missing_permissions()
    return bits


def require_in_guild(request: Request, needed: Permission) -> tuple[GuildState, Member]:
    """The server in the path and the bot there; raises 50013 if one of ``needed`` is missing in the server."""
    guild, me = request.guild()
    if guild_permissions(me, request.world.clock.now()) & needed != needed:
        raise missing_permissions()
    return guild, me


def actor(request: Request) -> Actor:
    """The bot as the one who acts, with the reason it gives."""
    return Actor(request.application.bot, request.reason or None)
