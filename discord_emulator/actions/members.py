"""Members and roles: changing, adding and removing them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from discord_emulator.gateway.intents import Intent
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.payloads import people as people_payloads
from discord_emulator.payloads import places as payloads

from . import voice

if TYPE_CHECKING:
    from discord_emulator.world import World


def announce(world: World, member: Member) -> None:
    """Sends GUILD_MEMBER_UPDATE: with the members intent, and always to the bot it is about."""
    body = people_payloads.member(member) | {"guild_id": str(member.guild.id)}
    own = {app.id for app in world.applications.values() if app.bot is member.user}
    world.hub.to_guild(
        member.guild, "GUILD_MEMBER_UPDATE", body, Intent.GUILD_MEMBERS, only=lambda app: app.id not in own
    )
    world.hub.to_guild(member.guild, "GUILD_MEMBER_UPDATE", body, only=lambda app: app.id in own)


def add(world: World, member: Member) -> None:
    """Somebody joins the server."""
    guild = member.guild
    guild.members[member.id] = member
    body = people_payloads.member(member) | {"guild_id": str(guild.id)}
    world.hub.to_guild(guild, "GUILD_MEMBER_ADD", body, Intent.GUILD_MEMBERS)


def remove(world: World, member: Member) -> None:
    """Somebody leaves the server, or is kicked or banned; voice first. A bot is told that the server is gone."""
    guild = member.guild
    voice.leave(world, member)
    guild.members.pop(member.id, None)
    for application in list(guild.applications.values()):
        if application.bot is member.user:
            world.hub.to_application(application, "GUILD_DELETE", {"id": str(guild.id)}, guild.id, Intent.GUILDS)
            del guild.applications[application.id]
    body = {"guild_id": str(guild.id), "user": people_payloads.user(member.user)}
    world.hub.to_guild(guild, "GUILD_MEMBER_REMOVE", body, Intent.GUILD_MEMBERS)


def set_nick(world: World, member: Member, nick: str | None) -> None:
    """Gives another name in the server; an empty one removes it."""
    member.nick = nick or None
    announce(world, member)


def set_roles(world: World, member: Member, role_ids: set[int]) -> None:
    """Gives exactly these roles."""
    member.role_ids = role_ids
    announce(world, member)


def set_timeout(world: World, member: Member, until: datetime | None) -> None:
    """Keeps somebody from taking part until a moment, or lifts that."""
    member.timeout_until = until
    announce(world, member)


def set_server_voice(world: World, member: Member, *, mute: bool | None = None, deaf: bool | None = None) -> None:
    """Mutes or deafens somebody for the whole server."""
    member.server_mute = member.server_mute if mute is None else mute
    member.server_deaf = member.server_deaf if deaf is None else deaf
    voice.announce(world, member)
    announce(world, member)


def add_role(world: World, guild: GuildState, role: Role) -> None:
    """Puts a new role at the bottom, just above ``@everyone``, as Discord does."""
    moved = [other for other in guild.roles.values() if other.position >= 1]
    for other in moved:
        other.position += 1
    role.position = 1
    guild.roles[role.id] = role
    body = {"guild_id": str(guild.id), "role": payloads.role(role)}
    world.hub.to_guild(guild, "GUILD_ROLE_CREATE", body, Intent.GUILDS)
    for other in moved:
        announce_role(world, guild, other)


def announce_role(world: World, guild: GuildState, role: Role) -> None:
    """Sends GUILD_ROLE_UPDATE."""
    body = {"guild_id": str(guild.id), "role": payloads.role(role)}
    world.hub.to_guild(guild, "GUILD_ROLE_UPDATE", body, Intent.GUILDS)


def remove_role(world: World, guild: GuildState, role: Role) -> None:
    """Removes a role from the server and from everybody who holds it."""
    del guild.roles[role.id]
    for member in guild.members.values():
        member.role_ids.discard(role.id)
    for channel in guild.channels.values():
        channel.overwrites.pop(role.id, None)
    body = {"guild_id": str(guild.id), "role_id": str(role.id)}
    world.hub.to_guild(guild, "GUILD_ROLE_DELETE", body, Intent.GUILDS)


def ban(world: World, guild: GuildState, user_id: int, reason: str | None) -> None:
    """Bans somebody, member or not."""
    guild.bans[user_id] = reason
    member = guild.members.get(user_id)
    user = world.users[user_id]
    if member is not None:
        remove(world, member)
    body = {"guild_id": str(guild.id), "user": people_payloads.user(user)}
    world.hub.to_guild(guild, "GUILD_BAN_ADD", body, Intent.GUILD_MODERATION)


def unban(world: World, guild: GuildState, user_id: int) -> None:
    """Lifts a ban."""
    del guild.bans[user_id]
    body = {"guild_id": str(guild.id), "user": people_payloads.user(world.users[user_id])}
    world.hub.to_guild(guild, "GUILD_BAN_REMOVE", body, Intent.GUILD_MODERATION)
