"""Bans: https://discord.com/developers/docs/resources/guild#create-guild-ban"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from discord_emulator.errors import missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.payloads import people as payloads
from discord_emulator.permissions import Permission, outranks
from discord_emulator.snowflake import created_at

from . import audit_log, members, publishing

if TYPE_CHECKING:
    from discord_emulator.world import World


def check(world: World, actor: Member, user_id: int) -> None:
    """Raises 50013 unless ``actor`` may ban this user, member or not; 10013 for nobody's id."""
    if not world.permissions_in_guild(actor) & Permission.BAN_MEMBERS:
        raise missing_permissions()
    if user_id not in world.users:
        raise unknown("User", 10013)
    target = actor.guild.members.get(user_id)
    if user_id == actor.id or (target is not None and not outranks(actor, target)):
        raise missing_permissions()


def ban(world: World, guild: GuildState, user_id: int, by: Actor, delete_seconds: int = 0) -> None:
    """Bans somebody and deletes what they wrote in the last ``delete_seconds``. A second ban changes nothing."""
    if user_id in guild.bans:
        return
    guild.bans[user_id] = by.reason
    member = guild.members.get(user_id)
    if member is not None:
        members.remove(world, member)
    if delete_seconds:
        _delete_messages(world, guild, user_id, delete_seconds)
    body = {"guild_id": str(guild.id), "user": payloads.user(world.users[user_id])}
    world.hub.to_guild(guild, "GUILD_BAN_ADD", body, Intent.GUILD_MODERATION)
    audit_log.record(world, guild, by, AuditLogAction.MEMBER_BAN_ADD, user_id)


def _delete_messages(world: World, guild: GuildState, user_id: int, seconds: int) -> None:
    since = (world.clock.now() - timedelta(seconds=seconds)).timestamp()
    for channel in [*guild.channels.values(), *guild.threads.values()]:
        found = [
            message
            for message in channel.messages.values()
            if message.author.id == user_id and created_at(message.id) >= since
        ]
        if len(found) == 1:
            publishing.delete(world, found[0])
        elif found:
            publishing.delete_many(world, channel, found)


def unban(world: World, actor: Member, user_id: int, by: Actor) -> None:
    """Lifts a ban. Raises 50013, or 10026 if there is none."""
    guild = actor.guild
    if not world.permissions_in_guild(actor) & Permission.BAN_MEMBERS:
        raise missing_permissions()
    if user_id not in guild.bans:
        raise unknown("Ban", 10026)
    del guild.bans[user_id]
    body = {"guild_id": str(guild.id), "user": payloads.user(world.users[user_id])}
    world.hub.to_guild(guild, "GUILD_BAN_REMOVE", body, Intent.GUILD_MODERATION)
    audit_log.record(world, guild, by, AuditLogAction.MEMBER_BAN_REMOVE, user_id)
