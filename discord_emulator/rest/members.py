"""Members: https://discord.com/developers/docs/resources/guild#modify-guild-member"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from discord_emulator.actions import members as actions
from discord_emulator.actions import voice
from discord_emulator.errors import ApiError, missing_access, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.payloads import people
from discord_emulator.permissions import Permission, guild_permissions, may_hand_out, outranks
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.resources import check_member_edit

from .access import require_in_guild
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_MEMBER = "/guilds/{guild_id}/members/{user_id}"


def _find(request: Request, guild: GuildState) -> Member:
    member = guild.members.get(request.id("user_id"))
    if member is None:
        raise unknown("Member", 10007)
    return member


@routes.on("GET", "/guilds/{guild_id}/members")
def listing(request: Request) -> Answer:
    """All members, by id; needs the members intent switched on for the application."""
    guild, _ = request.guild()
    if not request.application.privileged_intents & Intent.GUILD_MEMBERS:
        raise missing_access()
    after, limit = request.number("after"), request.number("limit", 1, least=1, most=1000)
    found = [guild.members[user_id] for user_id in sorted(guild.members) if user_id > after]
    return Answer([people.member(member) for member in found[:limit]])


@routes.on("GET", "/guilds/{guild_id}/members/search")
def search(request: Request) -> Answer:
    guild, _ = request.guild()
    wanted, limit = request.query.get("query", "").casefold(), request.number("limit", 1, least=1, most=1000)
    found = [member for member in guild.members.values() if member.name.casefold().startswith(wanted)]
    return Answer([people.member(member) for member in found[:limit]])


@routes.on("GET", _MEMBER)
def read(request: Request) -> Answer:
    guild, _ = request.guild()
    return Answer(people.member(_find(request, guild)))


@routes.on("PATCH", "/guilds/{guild_id}/members/@me")
def change_self(request: Request) -> Answer:
    guild, me = request.guild()
    body = request.fields()
    check_member_edit(body, is_self=True)
    if "nick" in body:
        granted = guild_permissions(me, request.world.clock.now())
        if not granted & (Permission.CHANGE_NICKNAME | Permission.MANAGE_NICKNAMES):
            raise missing_permissions()
        actions.set_nick(request.world, me, body["nick"])
    return Answer(people.member(guild.members[me.id]))


@routes.on("PATCH", _MEMBER)
def change(request: Request) -> Answer:
    """Nick, roles, mute, deaf, channel, timeout: all checked before the first is done."""
    guild, me = request.guild()
    member = _find(request, guild)
    body = request.fields()
    check_member_edit(body, now=request.world.clock.now())
    _check_changes(request, me, member, body)
    world = request.world
    if "nick" in body:
        actions.set_nick(world, member, body["nick"])
    if "roles" in body:
        actions.set_roles(world, member, _role_ids(body))
    if "communication_disabled_until" in body:
        actions.set_timeout(world, member, _moment(body["communication_disabled_until"]))
    if "mute" in body or "deaf" in body:
        actions.set_server_voice(world, member, mute=body.get("mute"), deaf=body.get("deaf"))
    if "channel_id" in body:
        _move(request, me, member, body["channel_id"])
    return Answer(people.member(member))


def _check_changes(request: Request, me: Member, member: Member, body: dict[str, Any]) -> None:
    granted = guild_permissions(me, request.world.clock.now())
    if member.voice is not None:
        granted_there = request.world.permissions(me, member.voice.channel)
    else:
        granted_there = granted
        if body.keys() & {"mute", "deaf", "channel_id"}:
            raise ApiError(400, 40032, "Target user is not connected to voice.")
    needed = {
        "nick": (Permission.MANAGE_NICKNAMES, granted),
        "roles": (Permission.MANAGE_ROLES, granted),
        "communication_disabled_until": (Permission.MODERATE_MEMBERS, granted),
        "mute": (Permission.MUTE_MEMBERS, granted_there),
        "deaf": (Permission.DEAFEN_MEMBERS, granted_there),
        "channel_id": (Permission.MOVE_MEMBERS, granted_there),
    }
    if any(key in body and not bits & permission for key, (permission, bits) in needed.items()):
        raise missing_permissions()
    if ("nick" in body or "communication_disabled_until" in body) and member is not me and not outranks(me, member):
        raise missing_permissions()
    if body.get("communication_disabled_until") is not None and _is_administrator(request, member):
        raise missing_permissions()
    if "roles" in body:
        for role_id in _role_ids(body) ^ member.role_ids:
            if not may_hand_out(me.guild, me, role_id):
                raise missing_permissions()


def _is_administrator(request: Request, member: Member) -> bool:
    return bool(guild_permissions(member, request.world.clock.now()) & Permission.ADMINISTRATOR)


def _role_ids(body: dict[str, Any]) -> set[int]:
    return {as_snowflake(role_id, "roles") for role_id in body["roles"] or []}


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _move(request: Request, me: Member, member: Member, channel_id: object) -> None:
    if channel_id is None:
        voice.leave(request.world, member)
        return
    channel = me.guild.channels.get(as_snowflake(channel_id, "channel_id"))
    if channel is None:
        raise unknown("Channel", 10003)
    voice.move(request.world, me, member, channel)


@routes.on("DELETE", _MEMBER)
def kick(request: Request) -> Answer:
    guild, me = require_in_guild(request, Permission.KICK_MEMBERS)
    member = _find(request, guild)
    if not outranks(me, member):
        raise missing_permissions()
    actions.remove(request.world, member)
    return nothing()


@routes.on("PUT", _MEMBER + "/roles/{role_id}")
def add_role(request: Request) -> Answer:
    member, role_id = _role_change(request)
    actions.set_roles(request.world, member, member.role_ids | {role_id})
    return nothing()


@routes.on("DELETE", _MEMBER + "/roles/{role_id}")
def remove_role(request: Request) -> Answer:
    member, role_id = _role_change(request)
    actions.set_roles(request.world, member, member.role_ids - {role_id})
    return nothing()


def _role_change(request: Request) -> tuple[Member, int]:
    guild, me = require_in_guild(request, Permission.MANAGE_ROLES)
    member, role_id = _find(request, guild), request.id("role_id")
    if role_id not in guild.roles:
        raise unknown("Role", 10011)
    if not may_hand_out(guild, me, role_id):
        raise missing_permissions()
    return member, role_id
