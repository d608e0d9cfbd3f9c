"""Channels and permission overwrites: https://discord.com/developers/docs/resources/channel"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import channels as actions
from discord_emulator.actions import overwrites, thread_state, voice_status
from discord_emulator.errors import ApiError, missing_permissions
from discord_emulator.model.channels import Overwrite
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.payloads import places
from discord_emulator.permissions import Permission, guild_permissions
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.channels import check_channel, check_overwrite, check_voice_status
from discord_emulator.validation.guilds import check_positions

from . import threads
from .access import actor, bot_in, require, require_in_guild
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_CHANNEL = "/channels/{channel_id}"
_OVERWRITE = _CHANNEL + "/permissions/{overwrite_id}"


@routes.on("GET", "/guilds/{guild_id}/channels")
def listing(request: Request) -> Answer:
    guild, _ = request.guild()
    return Answer([places.channel(channel) for channel in guild.channels.values()])


@routes.on("POST", "/guilds/{guild_id}/channels")
def create(request: Request) -> Answer:
    """Needs Manage Channels in the category (or server), and Manage Roles if the body sets overwrites."""
    guild, me = request.guild()
    body = request.fields()
    check_channel(body)
    granted = _granted_for_new(request, guild, me, body)
    if not granted & Permission.MANAGE_CHANNELS:
        raise missing_permissions()
    given = overwrites.read(body.get("permission_overwrites"))
    if given and not granted & Permission.MANAGE_ROLES:
        raise missing_permissions()
    for overwrite in given.values():
        overwrites.check(guild, granted, overwrite)
        overwrites.check_managing(overwrite, administers=_administers(request, me))
    return Answer(places.channel(actions.create(request.world, guild, body, actor(request))), 201)


@routes.on("PATCH", "/guilds/{guild_id}/channels")
def arrange(request: Request) -> Answer:
    """Moves channels; taking over a category's overwrites needs Manage Roles."""
    guild, me = require_in_guild(request, Permission.MANAGE_CHANNELS)
    moves = check_positions(request.body, frozenset({"position", "parent_id", "lock_permissions"}))
    granted = request.world.permissions_in_guild(me)
    if any(move.get("lock_permissions") for move in moves) and not granted & Permission.MANAGE_ROLES:
        raise missing_permissions()
    actions.arrange(request.world, guild, moves, actor(request))
    return nothing()


def _administers(request: Request, me: Member) -> bool:
    return bool(request.world.permissions_in_guild(me) & Permission.ADMINISTRATOR)


def _granted_for_new(request: Request, guild: GuildState, me: Member, body: dict[str, Any]) -> int:
    parent_id = body.get("parent_id")
    parent = None if parent_id is None else guild.channels.get(as_snowflake(parent_id, "parent_id"))
    if parent is None:
        return guild_permissions(me, request.world.clock.now())
    return request.world.permissions(me, parent)


@routes.on("GET", _CHANNEL)
def read(request: Request) -> Answer:
    channel = request.channel()
    if channel.guild is not None:
        require(request, channel, Permission.VIEW_CHANNEL)
    if channel.is_thread:
        return Answer(thread_state.shown_to(channel, request.application.bot.id))
    return Answer(places.channel(channel))


@routes.on("PATCH", _CHANNEL)
def change(request: Request) -> Answer:
    channel = request.channel()
    body = request.fields()
    check_channel(body, is_edit=True, kind=int(channel.type))
    if channel.thread is not None:
        return threads.change(request, channel, body)
    bits = require(request, channel, Permission.MANAGE_CHANNELS)
    me = bot_in(request, channel)
    if "permission_overwrites" in body:
        if not bits & Permission.MANAGE_ROLES:
            raise missing_permissions()
        for overwrite in overwrites.difference(channel.overwrites, overwrites.read(body["permission_overwrites"])):
            overwrites.check(me.guild, bits, overwrite)
            overwrites.check_managing(overwrite, administers=_administers(request, me))
    actions.change(request.world, channel, body, actor(request))
    return Answer(places.channel(channel))


@routes.on("DELETE", _CHANNEL)
def delete(request: Request) -> Answer:
    channel = request.channel()
    if channel.guild is None:
        return Answer(places.channel(channel))
    body = places.channel(channel)
    if channel.is_thread:
        require(request, channel, Permission.MANAGE_THREADS)
        thread_state.delete(request.world, channel, actor(request))
    else:
        require(request, channel, Permission.MANAGE_CHANNELS)
        actions.delete(request.world, channel, actor(request))
    return Answer(body)


@routes.on("PUT", _OVERWRITE)
def set_overwrite(request: Request) -> Answer:
    channel = request.channel()
    body = request.fields()
    check_overwrite(body)
    bits = require(request, channel, Permission.MANAGE_ROLES)
    me = bot_in(request, channel)
    overwrite = Overwrite(
        request.id("overwrite_id"), int(body["type"]), int(body.get("allow") or 0), int(body.get("deny") or 0)
    )
    for changed in overwrites.difference(channel.overwrites, channel.overwrites | {overwrite.id: overwrite}):
        overwrites.check(me.guild, bits, changed)
        overwrites.check_managing(changed, administers=_administers(request, me))
    actions.set_overwrite(request.world, channel, overwrite, actor(request))
    return nothing()


@routes.on("DELETE", _OVERWRITE)
def remove_overwrite(request: Request) -> Answer:
    channel = request.channel()
    require(request, channel, Permission.MANAGE_ROLES)
    target_id = request.id("overwrite_id")
    if target_id not in channel.overwrites:
        raise ApiError(404, 10009, "Unknown Overwrite")
    actions.remove_overwrite(request.world, channel, target_id, actor(request))
    return nothing()


@routes.on("PUT", _CHANNEL + "/voice-status")
def change_voice_status(request: Request) -> Answer:
    channel = request.channel()
    body = request.fields()
    check_voice_status(body)
    voice_status.change(request.world, bot_in(request, channel), channel, body.get("status"), actor(request))
    return nothing()
