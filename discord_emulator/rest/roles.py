"""Roles: https://discord.com/developers/docs/resources/guild#get-guild-roles"""

from __future__ import annotations

from discord_emulator.actions import roles as actions
from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.payloads import places
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.guilds import check_positions
from discord_emulator.validation.resources import check_role

from .access import actor, require_in_guild
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_ROLES = "/guilds/{guild_id}/roles"
_ROLE = _ROLES + "/{role_id}"


def _in_order(guild: GuildState) -> Answer:
    return Answer([places.role(role) for role in guild.roles.values()])


def _find(request: Request, guild: GuildState) -> Role:
    role = guild.roles.get(request.id("role_id"))
    if role is None:
        raise unknown("Role", 10011)
    return role


@routes.on("GET", _ROLES)
def listing(request: Request) -> Answer:
    return _in_order(request.guild()[0])


@routes.on("GET", _ROLES + "/member-counts")
def member_counts(request: Request) -> Answer:
    """How many hold each role, without ``@everyone``."""
    guild, _ = request.guild()
    counts = {role.id: 0 for role in guild.roles.values() if role.id != guild.id}
    for member in guild.members.values():
        for role in member.roles:
            counts[role.id] += 1
    return Answer({str(role_id): count for role_id, count in counts.items()})


@routes.on("GET", _ROLE)
def read(request: Request) -> Answer:
    return Answer(places.role(_find(request, request.guild()[0])))


@routes.on("POST", _ROLES)
def create(request: Request) -> Answer:
    """Raises 50013 for permissions the bot does not have itself."""
    guild, me = require_in_guild(request, Permission.MANAGE_ROLES)
    body = request.optional_fields()
    check_role(body)
    role = actions.read(request.world, guild, body)
    if body.get("permissions") is not None and role.permissions & ~request.world.permissions_in_guild(me):
        raise missing_permissions()
    actions.add(request.world, guild, role, actor(request))
    return Answer(places.role(role))


@routes.on("PATCH", _ROLES)
def reorder(request: Request) -> Answer:
    """Moves roles among those below the bot's highest."""
    guild, me = require_in_guild(request, Permission.MANAGE_ROLES)
    positions: dict[int, int] = {}
    for move in check_positions(request.body, frozenset({"position"})):
        role = guild.roles.get(as_snowflake(move["id"]))
        if role is None:
            raise unknown("Role", 10011)
        if move.get("position") is None or move["position"] == role.position:
            continue
        if role.id == guild.id or move["position"] == 0:
            raise ApiError(400, 50028, "Invalid Role")
        actions.check_below(me, role)
        if me.id != guild.owner_id and move["position"] >= me.rank[0]:
            raise missing_permissions()
        positions[role.id] = move["position"]
    actions.order(request.world, guild, positions, actor(request))
    return _in_order(guild)


def _below(request: Request) -> tuple[GuildState, Member, Role]:
    guild, me = require_in_guild(request, Permission.MANAGE_ROLES)
    role = _find(request, guild)
    actions.check_below(me, role)
    return guild, me, role


@routes.on("PATCH", _ROLE)
def change(request: Request) -> Answer:
    guild, me, role = _below(request)
    body = request.fields()
    check_role(body, is_edit=True)
    if body.get("permissions") is not None:
        changed = int(body["permissions"]) ^ role.permissions
        if changed & ~request.world.permissions_in_guild(me):
            raise missing_permissions()
    actions.change(request.world, guild, role, body, actor(request))
    return Answer(places.role(role))


@routes.on("DELETE", _ROLE)
def delete(request: Request) -> Answer:
    guild, _, role = _below(request)
    if role.managed or role.id == guild.id:
        raise ApiError(400, 50028, "Invalid Role")
    actions.remove(request.world, guild, role, actor(request))
    return nothing()
