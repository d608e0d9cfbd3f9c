"""The line under a voice channel's name; stages have none.

https://discord.com/developers/docs/resources/channel#set-voice-channel-status
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_emulator.errors import ApiError, missing_access, missing_permissions
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.model.members import Member
from discord_emulator.permissions import Permission

from . import audit_log

if TYPE_CHECKING:
    from discord_emulator.world import World


def change(world: World, actor: Member, channel: Channel, status: str | None, by: Actor) -> None:
    """Sets the line, or with nothing takes it away.

    Raises 50024 outside voice channels; 50013 without Set Voice Channel Status, and without Manage Channels for who
    is not connected to it.
    """
    if channel.type != ChannelType.VOICE:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    granted = world.permissions(actor, channel)
    if not granted & Permission.VIEW_CHANNEL:
        raise missing_access()
    needed = Permission.SET_VOICE_CHANNEL_STATUS
    if actor.voice is None or actor.voice.channel is not channel:
        needed |= Permission.MANAGE_CHANNELS
    if granted & needed != needed:
        raise missing_permissions()
    _set(world, channel, status or None)
    action = AuditLogAction.VOICE_CHANNEL_STATUS_UPDATE if status else AuditLogAction.VOICE_CHANNEL_STATUS_DELETE
    options = {"status": status} if status else None
    audit_log.record(world, actor.guild, by, action, channel.id, options=options)


def watch(world: World, channel: Channel) -> None:
    """The line goes with the last one in the channel."""
    if channel.voice_status is not None and channel.guild is not None and not channel.guild.in_channel(channel):
        _set(world, channel, None)


def _set(world: World, channel: Channel, status: str | None) -> None:
    channel.voice_status = status
    if channel.guild is not None:
        body = {"id": str(channel.id), "guild_id": str(channel.guild.id), "status": status}
        world.hub.to_guild(channel.guild, "VOICE_CHANNEL_STATUS_UPDATE", body, Intent.GUILDS)
