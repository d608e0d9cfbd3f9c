"""Channels and permission overwrites: https://discord.com/developers/docs/resources/channel"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import channels as actions
from discord_emulator.actions import thread_state
from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.channels import Channel, Overwrite
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.payloads import places
from discord_emulator.permissions import Permission, guild_permissions
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.channels import check_channel, check_overwrite

from . import threads
from .access import bot_in, require
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
    overwrites = actions.read_overwrites(body.get("permission_overwrites"))
    if overwrites and not granted & Permission.MANAGE_ROLES:
        raise missing_permissions()
    administrator = guild_permissions(me, request.world.clock.now()) & Permission.ADMINISTRATOR
    for overwrite in overwrites.values():
        _check_overwrite(guild, granted, overwrite)
        if (overwrite.allow | overwrite.deny) & Permission.MANAGE_ROLES and not administrator:
            raise missing_permissions()
    return Answer(places.channel(actions.create(request.world, guild, body)), 201)


def _granted_for_new(request: Request, guild: GuildState, me: Member, body: dict[str, Any]) -> int:
    parent_id = body.get("parent_id")
    parent = None if parent_id is None else guild.channels.get(as_snowflake(parent_id, "parent_id"))
    if parent is None:
        return guild_permissions(me, request.world.clock.now())
    return request.world.permissions(me, parent)


def _check_overwrite(guild: GuildState, granted: int, overwrite: Overwrite) -> None:
    """Nobody gives or takes what they do not have themselves; the target has to exist."""
    known = guild.roles if overwrite.type == 0 else guild.members
    if overwrite.id not in known:
        if overwrite.type == 0:
            raise unknown("Role", 10011)
        raise unknown("Member", 10007)
    if (overwrite.allow | overwrite.deny) & ~granted:
        raise missing_permissions()


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
    guild = bot_in(request, channel).guild
    if "permission_overwrites" in body:
        if not bits & Permission.MANAGE_ROLES:
            raise missing_permissions()
        for overwrite in _changed_overwrites(channel, body):
            _check_overwrite(guild, bits, overwrite)
    actions.change(request.world, channel, body)
    return Answer(places.channel(channel))


def _changed_overwrites(channel: Channel, body: dict[str, Any]) -> list[Overwrite]:
    """The overwrites that differ from those in force: only they need the permissions they speak of."""
    fresh = actions.read_overwrites(body["permission_overwrites"])
    changed: list[Overwrite] = []
    for target_id in fresh.keys() | channel.overwrites.keys():
        kind = (fresh.get(target_id) or channel.overwrites[target_id]).type
        before = channel.overwrites.get(target_id, Overwrite(target_id, kind))
        after = fresh.get(target_id, Overwrite(target_id, kind))
        difference = Overwrite(target_id, kind, before.allow ^ after.allow, before.deny ^ after.deny)
        if difference.allow | difference.deny:
            changed.append(difference)
    return changed


@routes.on("DELETE", _CHANNEL)
def delete(request: Request) -> Answer:
    channel = request.channel()
    if channel.guild is None:
        return Answer(places.channel(channel))
    body = places.channel(channel)
    if channel.is_thread:
        require(request, channel, Permission.MANAGE_THREADS)
        thread_state.delete(request.world, channel)
    else:
        require(request, channel, Permission.MANAGE_CHANNELS)
        actions.delete(request.world, channel)
    return Answer(body)


@routes.on("PUT", _OVERWRITE)
def set_overwrite(request: Request) -> Answer:
    channel = request.channel()
    body = request.fields()
    check_overwrite(body)
    bits = require(request, channel, Permission.MANAGE_ROLES)
    guild = bot_in(request, channel).guild
    overwrite = Overwrite(
        request.id("overwrite_id"), int(body["type"]), int(body.get("allow") or 0), int(body.get("deny") or 0)
    )
    before = channel.overwrites.get(overwrite.id, Overwrite(overwrite.id, overwrite.type))
    difference = Overwrite(overwrite.id, overwrite.type, before.allow ^ overwrite.allow, before.deny ^ overwrite.deny)
    _check_overwrite(guild, bits, difference)
    actions.set_overwrite(request.world, channel, overwrite)
    return nothing()


@routes.on("DELETE", _OVERWRITE)
def remove_overwrite(request: Request) -> Answer:
    channel = request.channel()
    require(request, channel, Permission.MANAGE_ROLES)
    target_id = request.id("overwrite_id")
    if target_id not in channel.overwrites:
        raise ApiError(404, 10009, "Unknown Overwrite")
    actions.remove_overwrite(request.world, channel, target_id)
    return nothing()
