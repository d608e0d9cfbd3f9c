"""Roles: making, changing, ordering and removing them, with the rules of the hierarchy.

https://discord.com/developers/docs/topics/permissions#permission-hierarchy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, missing_permissions
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.payloads import places as payloads

from . import audit_log

if TYPE_CHECKING:
    from discord_emulator.world import World

_ROLES_IN_GUILD = 250
_KEYS = ("name", "permissions", "color", "hoist", "mentionable", "position")


def check_below(actor: Member, role: Role) -> None:
    """Raises 50013 unless ``role`` stands under the highest role of ``actor``."""
    if actor.id != actor.guild.owner_id and role.rank >= actor.rank:
        raise missing_permissions()


def read(world: World, guild: GuildState, body: dict[str, Any]) -> Role:
    """A new role from a checked body, not yet in the server; without permissions it gets those of ``@everyone``."""
    permissions = body.get("permissions")
    return Role(
        world.snowflakes.next(),
        body.get("name") or "new role",
        guild.default_role.permissions if permissions is None else int(permissions),
        colour=_colour(body, 0),
        hoist=bool(body.get("hoist")),
        mentionable=bool(body.get("mentionable")),
    )


def add(world: World, guild: GuildState, role: Role, by: Actor | None = None) -> None:
    """Puts a new role at the bottom, just above ``@everyone``, as Discord does. Raises 30005 past 250 roles."""
    if len(guild.roles) >= _ROLES_IN_GUILD:
        raise ApiError(400, 30005, "Maximum number of guild roles reached (250)")
    moved = [other for other in guild.roles.values() if other.position >= 1]
    for other in moved:
        other.position += 1
    role.position = 1
    guild.roles[role.id] = role
    body = payloads.role(role)
    event = {"guild_id": str(guild.id), "role": body}
    world.hub.to_guild(guild, "GUILD_ROLE_CREATE", event, Intent.GUILDS)
    for other in moved:
        announce(world, guild, other)
    changes = audit_log.difference(None, body, _KEYS[:-1])
    audit_log.record(world, guild, by, AuditLogAction.ROLE_CREATE, role.id, changes=changes)


def change(world: World, guild: GuildState, role: Role, body: dict[str, Any], by: Actor | None = None) -> None:
    """Changes a role as the checked body says; raises 50028 for what ``@everyone`` and managed roles do not allow.

    Which settings of a managed role may be edited Discord does not say: none, as a guess on the strict side.
    """
    if role.managed or (role.id == guild.id and body.keys() & {"name", "hoist", "mentionable", "color", "colors"}):
        raise ApiError(400, 50028, "Invalid Role")
    before = payloads.role(role)
    if body.get("permissions") is not None:
        role.permissions = int(body["permissions"])
    role.name = body.get("name") or role.name
    role.colour = _colour(body, role.colour)
    role.hoist = bool(body.get("hoist", role.hoist))
    role.mentionable = bool(body.get("mentionable", role.mentionable))
    announce(world, guild, role)
    changes = audit_log.difference(before, payloads.role(role), _KEYS)
    if changes:
        audit_log.record(world, guild, by, AuditLogAction.ROLE_UPDATE, role.id, changes=changes)


def _colour(body: dict[str, Any], otherwise: int) -> int:
    if body.get("colors") is not None:
        return body["colors"].get("primary_color") or 0
    return (body["color"] or 0) if "color" in body else otherwise


def order(world: World, guild: GuildState, positions: dict[int, int], by: Actor | None = None) -> None:
    """Puts roles where ``positions`` (by role id) says; then all are numbered from 1 upwards without gaps."""
    before = {role.id: role.position for role in guild.roles.values()}

    def place(role: Role) -> tuple[int, int, int]:
        """Who moves up to another's position comes above it, who moves down below."""
        wanted = positions.get(role.id, role.position)
        return (wanted, (wanted > role.position) - (wanted < role.position), -role.id)

    standing = sorted((role for role in guild.roles.values() if role.id != guild.id), key=place)
    for number, role in enumerate(standing, start=1):
        if role.position != number:
            role.position = number
            announce(world, guild, role)
    for role_id in positions:
        if before[role_id] != guild.roles[role_id].position:
            change = {"key": "position", "old_value": before[role_id], "new_value": guild.roles[role_id].position}
            audit_log.record(world, guild, by, AuditLogAction.ROLE_UPDATE, role_id, changes=[change])


def announce(world: World, guild: GuildState, role: Role) -> None:
    """Sends GUILD_ROLE_UPDATE."""
    body = {"guild_id": str(guild.id), "role": payloads.role(role)}
    world.hub.to_guild(guild, "GUILD_ROLE_UPDATE", body, Intent.GUILDS)


def remove(world: World, guild: GuildState, role: Role, by: Actor | None = None) -> None:
    """Removes a role from the server, from everybody who holds it and from every channel and emoji that names it."""
    changes = audit_log.difference(payloads.role(role), None, _KEYS[:-1])
    del guild.roles[role.id]
    for member in guild.members.values():
        member.role_ids.discard(role.id)
    for channel in guild.channels.values():
        channel.overwrites.pop(role.id, None)
    for emoji in guild.emojis.values():
        emoji.role_ids = [role_id for role_id in emoji.role_ids if role_id != role.id]
    body = {"guild_id": str(guild.id), "role_id": str(role.id)}
    world.hub.to_guild(guild, "GUILD_ROLE_DELETE", body, Intent.GUILDS)
    audit_log.record(world, guild, by, AuditLogAction.ROLE_DELETE, role.id, changes=changes)
