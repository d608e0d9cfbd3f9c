"""The server itself, its roles and bans: https://discord.com/developers/docs/resources/guild"""

from __future__ import annotations

from discord_emulator.actions import members as actions
from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.payloads import people, places
from discord_emulator.permissions import Permission, guild_permissions, outranks
from discord_emulator.validation.resources import check_role

from .access import require_in_guild
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_ROLE = "/guilds/{guild_id}/roles/{role_id}"
_BAN = "/guilds/{guild_id}/bans/{user_id}"


@routes.on("GET", "/guilds/{guild_id}")
def read(request: Request) -> Answer:
    guild, _ = request.guild()
    body = places.guild(guild)
    if request.query.get("with_counts", "").lower() in ("1", "true"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return Answer(body)


@routes.on("GET", "/guilds/{guild_id}/roles")
def roles(request: Request) -> Answer:
    guild, _ = request.guild()
    return Answer([places.role(role) for role in guild.roles.values()])


@routes.on("POST", "/guilds/{guild_id}/roles")
def create_role(request: Request) -> Answer:
    guild, me = require_in_guild(request, Permission.MANAGE_ROLES)
    body = request.body or {}
    check_role(body)
    permissions = int(body.get("permissions", guild.default_role.permissions))
    if permissions & ~guild_permissions(me, request.world.clock.now()):
        raise missing_permissions()
    role = Role(
        request.world.snowflakes.next(),
        body.get("name") or "new role",
        permissions,
        colour=body.get("color") or 0,
        hoist=bool(body.get("hoist")),
        mentionable=bool(body.get("mentionable")),
    )
    actions.add_role(request.world, guild, role)
    return Answer(places.role(role))


def _role_below(request: Request) -> tuple[GuildState, Member, Role]:
    guild, me = require_in_guild(request, Permission.MANAGE_ROLES)
    role = guild.roles.get(request.id("role_id"))
    if role is None:
        raise unknown("Role", 10011)
    if me.id != guild.owner_id and role.rank >= me.rank:
        raise missing_permissions()
    return guild, me, role


@routes.on("PATCH", _ROLE)
def change_role(request: Request) -> Answer:
    guild, me, role = _role_below(request)
    body = request.fields()
    check_role(body, is_edit=True)
    permissions = int(body.get("permissions", role.permissions))
    if (permissions ^ role.permissions) & ~guild_permissions(me, request.world.clock.now()):
        raise missing_permissions()
    role.permissions = permissions
    role.name = body.get("name") or role.name
    role.colour = body.get("color", role.colour) or 0
    role.hoist = bool(body.get("hoist", role.hoist))
    role.mentionable = bool(body.get("mentionable", role.mentionable))
    actions.announce_role(request.world, guild, role)
    return Answer(places.role(role))


@routes.on("DELETE", _ROLE)
def delete_role(request: Request) -> Answer:
    guild, _, role = _role_below(request)
    if role.managed or role.id == guild.id:
        raise ApiError(400, 50028, "Invalid Role")
    actions.remove_role(request.world, guild, role)
    return nothing()


@routes.on("PUT", _BAN)
def ban(request: Request) -> Answer:
    guild, me = require_in_guild(request, Permission.BAN_MEMBERS)
    user_id = request.id("user_id")
    if user_id not in request.world.users:
        raise unknown("User", 10013)
    target = guild.members.get(user_id)
    if target is not None and not outranks(me, target):
        raise missing_permissions()
    actions.ban(request.world, guild, user_id, request.reason)
    return nothing()


@routes.on("DELETE", _BAN)
def unban(request: Request) -> Answer:
    guild, _ = require_in_guild(request, Permission.BAN_MEMBERS)
    if request.id("user_id") not in guild.bans:
        raise unknown("Ban", 10026)
    actions.unban(request.world, guild, request.id("user_id"))
    return nothing()


@routes.on("GET", _BAN)
def read_ban(request: Request) -> Answer:
    guild, _ = require_in_guild(request, Permission.BAN_MEMBERS)
    user_id = request.id("user_id")
    if user_id not in guild.bans:
        raise unknown("Ban", 10026)
    return Answer({"user": people.user(request.world.users[user_id]), "reason": guild.bans[user_id]})
