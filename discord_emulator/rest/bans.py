"""Bans: https://discord.com/developers/docs/resources/guild#get-guild-bans"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import bans as actions
from discord_emulator.errors import ApiError, unknown
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import people
from discord_emulator.permissions import Permission
from discord_emulator.validation.guilds import check_ban, check_bulk_ban

from .access import actor, require_in_guild
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_BANS = "/guilds/{guild_id}/bans"
_BAN = _BANS + "/{user_id}"


def _ban(request: Request, guild: GuildState, user_id: int) -> dict[str, Any]:
    return {"user": people.user(request.world.users[user_id]), "reason": guild.bans[user_id]}


@routes.on("GET", _BANS)
def listing(request: Request) -> Answer:
    """By user id; ``before`` comes first where both are given, and gives the ones nearest to it."""
    guild, _ = require_in_guild(request, Permission.BAN_MEMBERS)
    limit = request.number("limit", 1000, least=1, most=1000)
    user_ids = sorted(guild.bans)
    if "before" in request.query:
        before = request.number("before")
        user_ids = [user_id for user_id in user_ids if user_id < before][-limit:]
    after = 0 if "before" in request.query else request.number("after")
    return Answer([_ban(request, guild, user_id) for user_id in user_ids if user_id > after][:limit])


@routes.on("GET", _BAN)
def read(request: Request) -> Answer:
    guild, _ = require_in_guild(request, Permission.BAN_MEMBERS)
    user_id = request.id("user_id")
    if user_id not in guild.bans:
        raise unknown("Ban", 10026)
    return Answer(_ban(request, guild, user_id))


@routes.on("PUT", _BAN)
def create(request: Request) -> Answer:
    """``delete_message_seconds`` is taken from the query as well, where discord.py puts it."""
    guild, me = request.guild()
    seconds = check_ban(request.optional_fields())
    seconds = seconds or request.number("delete_message_seconds", most=604_800)
    user_id = request.id("user_id")
    actions.check(request.world, me, user_id)
    actions.ban(request.world, guild, user_id, actor(request), seconds)
    return nothing()


@routes.on("DELETE", _BAN)
def delete(request: Request) -> Answer:
    _, me = request.guild()
    actions.unban(request.world, me, request.id("user_id"), actor(request))
    return nothing()


@routes.on("POST", "/guilds/{guild_id}/bulk-ban")
def create_many(request: Request) -> Answer:
    """Bans whom it may, and says whom it could not; raises 500000 if that is everybody."""
    guild, me = require_in_guild(request, Permission.BAN_MEMBERS | Permission.MANAGE_GUILD)
    user_ids, seconds = check_bulk_ban(request.fields())
    by = actor(request)
    banned: list[str] = []
    failed: list[str] = []
    for user_id in user_ids:
        try:
            actions.check(request.world, me, user_id)
        except ApiError:
            failed.append(str(user_id))
            continue
        already = user_id in guild.bans
        actions.ban(request.world, guild, user_id, by, seconds)
        (failed if already else banned).append(str(user_id))
    if not banned:
        raise ApiError(400, 500000, "Failed to ban users")
    return Answer({"banned_users": banned, "failed_users": failed})
