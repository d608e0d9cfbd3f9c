"""Invites to a channel: https://discord.com/developers/docs/resources/channel#create-channel-invite"""

from __future__ import annotations

from discord_emulator.clock import iso
from discord_emulator.errors import ApiError
from discord_emulator.payloads import people, places
from discord_emulator.permissions import Permission

from .access import bot_in, require
from .routing import Answer, Request, Routes

routes = Routes()
_DAY_SECONDS = 86_400


@routes.on("POST", "/channels/{channel_id}/invites")
def create(request: Request) -> Answer:
    """A link that leads into a channel. Nobody here follows it: its code is random and never expires."""
    channel = request.channel()
    require(request, channel, Permission.CREATE_INSTANT_INVITE)
    if channel.is_thread:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    body = request.body or {}
    guild = bot_in(request, channel).guild
    about = places.guild(guild)
    keys = ("id", "name", "icon", "splash", "banner", "description", "features", "verification_level", "nsfw_level")
    invite = {
        "type": 0,
        "code": request.world.new_token(8),
        "guild_id": str(guild.id),
        "guild": {key: about[key] for key in (*keys, "vanity_url_code", "premium_subscription_count", "nsfw")},
        "channel": {"id": str(channel.id), "name": channel.name, "type": int(channel.type)},
        "inviter": people.user(request.application.bot),
        "uses": 0,
        "max_uses": body.get("max_uses", 0),
        "max_age": body.get("max_age", _DAY_SECONDS),
        "temporary": bool(body.get("temporary")),
        "created_at": iso(request.world.clock.now()),
        "expires_at": None,
        "flags": 0,
    }
    return Answer(invite)
