"""Members: coming, going, and what they are called, may do and hold in a server."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import missing_permissions
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.members import Member
from discord_emulator.payloads import people as payloads
from discord_emulator.permissions import Permission, outranks

from . import audit_log, events, roles, thread_state, voice, webhooks

if TYPE_CHECKING:
    from discord_emulator.world import World

_KEYS = ("nick", "mute", "deaf", "communication_disabled_until", "flags")
# Of a member's flags only "bypasses verification" can be set.
_SETTABLE_FLAGS = 1 << 2


def announce(world: World, member: Member) -> None:
    """Sends GUILD_MEMBER_UPDATE: with the members intent, and always to the bot it is about."""
    body = payloads.member(member) | {"guild_id": str(member.guild.id)}
    own = {app.id for app in world.applications.values() if app.bot is member.user}
    world.hub.to_guild(
        member.guild, "GUILD_MEMBER_UPDATE", body, Intent.GUILD_MEMBERS, only=lambda app: app.id not in own
    )
    world.hub.to_guild(member.guild, "GUILD_MEMBER_UPDATE", body, only=lambda app: app.id in own)


def add(world: World, member: Member) -> None:
    """Somebody joins the server."""
    guild = member.guild
    guild.members[member.id] = member
    body = payloads.member(member) | {"guild_id": str(guild.id)}
    world.hub.to_guild(guild, "GUILD_MEMBER_ADD", body, Intent.GUILD_MEMBERS)


def remove(world: World, member: Member) -> None:
    """Somebody leaves the server, or is kicked or banned; voice first.

    A bot is told that the server is gone, and its managed role goes with it.
    """
    guild = member.guild
    voice.leave(world, member)
    events.forget(world, guild, member.id)
    thread_state.leave_all(world, member)
    guild.members.pop(member.id, None)
    for application in list(guild.applications.values()):
        if application.bot is member.user:
            world.hub.to_application(application, "GUILD_DELETE", {"id": str(guild.id)}, guild.id, Intent.GUILDS)
            del guild.applications[application.id]
            webhooks.forget_application(world, guild, application)
    for role in [role for role in guild.roles.values() if role.bot_id == member.id]:
        roles.remove(world, guild, role)
    body = {"guild_id": str(guild.id), "user": payloads.user(member.user)}
    world.hub.to_guild(guild, "GUILD_MEMBER_REMOVE", body, Intent.GUILD_MEMBERS)


def kick(world: World, actor: Member, member: Member, by: Actor) -> None:
    """Sends somebody out of the server. Raises 50013 without Kick Members or for somebody higher."""
    if not world.permissions_in_guild(actor) & Permission.KICK_MEMBERS or not outranks(actor, member):
        raise missing_permissions()
    remove(world, member)
    audit_log.record(world, member.guild, by, AuditLogAction.MEMBER_KICK, member.id)


def set_profile(
    world: World, member: Member, body: dict[str, Any], until: datetime | None, by: Actor | None = None
) -> None:
    """Sets nick, server mute and deaf, flags and the timeout (``until``) as far as ``body`` has their keys.

    A timeout also takes somebody out of voice: Discord says only that they cannot take part there.
    """
    before = payloads.member(member)
    if "nick" in body:
        member.nick = (body["nick"] or "").strip() or None
    if "communication_disabled_until" in body:
        member.timeout_until = until
    if body.get("mute") is not None:
        member.server_mute = body["mute"]
    if body.get("deaf") is not None:
        member.server_deaf = body["deaf"]
    if body.get("flags") is not None:
        member.flags = member.flags & ~_SETTABLE_FLAGS | body["flags"] & _SETTABLE_FLAGS
    changes = audit_log.difference(before, payloads.member(member), _KEYS)
    if member.voice is not None and any(change["key"] in ("mute", "deaf") for change in changes):
        voice.announce(world, member)
    announce(world, member)
    if member.timed_out(world.clock.now()) and not world.permissions_in_guild(member) & Permission.CONNECT:
        voice.leave(world, member)
    if changes:
        audit_log.record(world, member.guild, by, AuditLogAction.MEMBER_UPDATE, member.id, changes=changes)


def set_roles(world: World, member: Member, role_ids: set[int], by: Actor | None = None) -> None:
    """Gives exactly these roles."""
    given, taken = role_ids - member.role_ids, member.role_ids - role_ids
    if not given and not taken:
        return
    member.role_ids = role_ids
    announce(world, member)
    changes: list[dict[str, Any]] = []
    for key, changed in (("$add", given), ("$remove", taken)):
        named = [{"id": str(role_id), "name": member.guild.roles[role_id].name} for role_id in sorted(changed)]
        if named:
            changes.append({"key": key, "new_value": named})
    audit_log.record(world, member.guild, by, AuditLogAction.MEMBER_ROLE_UPDATE, member.id, changes=changes)
