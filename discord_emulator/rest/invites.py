"""Invites: https://discord.com/developers/docs/resources/invite"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import invites as actions
from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.belongings import Invite
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import invites as payloads
from discord_emulator.payloads import places
from discord_emulator.permissions import Permission
from discord_emulator.validation.guilds import check_invite

from .access import actor, bot_in, require
from .routing import Answer, Request, Routes

routes = Routes()
_OF_CHANNEL = "/channels/{channel_id}/invites"
_INVITE = "/invites/{code}"


@routes.on("POST", _OF_CHANNEL)
def create(request: Request) -> Answer:
    channel = request.channel()
    body = request.optional_fields()
    check_invite(body)
    require(request, channel, Permission.CREATE_INSTANT_INVITE)
    if channel.is_thread:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    guild = bot_in(request, channel).guild
    return Answer(payloads.with_metadata(actions.create(request.world, guild, channel, body, actor(request)), guild))


@routes.on("GET", _OF_CHANNEL)
def of_channel(request: Request) -> Answer:
    channel = request.channel()
    require(request, channel, Permission.MANAGE_CHANNELS)
    guild = bot_in(request, channel).guild
    found = [invite for invite in actions.open_invites(request.world, guild) if invite.channel_id == channel.id]
    return Answer([payloads.with_metadata(invite, guild) for invite in found])


@routes.on("GET", "/guilds/{guild_id}/invites")
def of_guild(request: Request) -> Answer:
    """With Manage Server; who may only view the audit log sees them without how they are used."""
    guild, me = request.guild()
    granted = request.world.permissions_in_guild(me)
    if not granted & (Permission.MANAGE_GUILD | Permission.VIEW_AUDIT_LOG):
        raise missing_permissions()
    render = payloads.with_metadata if granted & Permission.MANAGE_GUILD else payloads.invite
    return Answer([render(invite, guild) for invite in actions.open_invites(request.world, guild)])


@routes.on("GET", _INVITE, needs_token=False)
def read(request: Request) -> Answer:
    guild, invite = _find(request)
    body: dict[str, Any] = payloads.invite(invite, guild)
    if request.flag("with_counts"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    if "guild_scheduled_event_id" in request.query:
        event = guild.events.get(request.number("guild_scheduled_event_id"))
        if event is None:
            raise unknown("Guild Scheduled Event", 10070)
        body["guild_scheduled_event"] = places.event(event)
    return Answer(body)


@routes.on("DELETE", _INVITE)
def revoke(request: Request) -> Answer:
    guild, invite = _find(request)
    _, me = request.world.guild_for(request.application, guild.id)
    body = payloads.invite(invite, guild)
    actions.revoke(request.world, me, invite, actor(request))
    return Answer(body)


def _find(request: Request) -> tuple[GuildState, Invite]:
    return actions.find(request.world, request.parameters["code"])
