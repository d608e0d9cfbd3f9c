"""Who the bot is, where the gateway is, other users, direct-message channels."""

from __future__ import annotations

from typing import Any

from discord_emulator.errors import ApiError, unknown
from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import people, places

from .routing import Answer, Request, Routes

routes = Routes()


@routes.on("GET", "/gateway", needs_token=False)
def gateway(request: Request) -> Answer:
    return Answer({"url": request.world.gateway_url})


@routes.on("GET", "/gateway/bot")
def gateway_for_bot(request: Request) -> Answer:
    world = request.world
    limit = {
        "total": 1000,
        "remaining": max(0, 1000 - world.hub.identifies),
        "reset_after": 86_400_000,
        "max_concurrency": world.settings.max_concurrency,
    }
    return Answer({"url": world.gateway_url, "shards": 1, "session_start_limit": limit})


@routes.on("GET", "/users/@me")
def own_user(request: Request) -> Answer:
    return Answer(people.own_user(request.application.bot))


@routes.on("GET", "/users/{user_id}")
def user(request: Request) -> Answer:
    found = request.world.users.get(request.id("user_id"))
    if found is None:
        raise unknown("User", 10013)
    return Answer(people.user(found))


@routes.on("GET", "/oauth2/applications/@me")
@routes.on("GET", "/applications/@me")
def own_application(request: Request) -> Answer:
    return Answer(people.application(request.application, request.application.owner))


@routes.on("GET", "/users/@me/guilds")
def own_guilds(request: Request) -> Answer:
    bot = request.application.bot
    after, limit = request.number("after"), request.number("limit", 200, least=1, most=200)
    before = request.number("before", 2**64 - 1)
    mine = [guild for guild in request.world.guilds.values() if after < guild.id < before and bot.id in guild.members]
    page = mine[:limit] if "before" not in request.query else mine[-limit:]
    return Answer([_own_guild(request, guild) for guild in page])


def _own_guild(request: Request, guild: GuildState) -> dict[str, Any]:
    whole, me = places.guild(guild), guild.members[request.application.bot.id]
    body = {key: whole[key] for key in ("id", "name", "icon", "banner", "features")}
    body |= {"owner": guild.owner_id == me.id, "permissions": str(request.world.permissions_in_guild(me))}
    if request.query.get("with_counts", "").lower() in ("1", "true"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return body


@routes.on("POST", "/users/@me/channels")
def open_direct_message(request: Request) -> Answer:
    world, bot = request.world, request.application.bot
    recipient = world.users.get(request.snowflake("recipient_id"))
    if recipient is None:
        raise unknown("User", 10013)
    if recipient is bot:
        raise ApiError(400, 50007, "Cannot send messages to this user")
    for channel in world.channels.values():
        if channel.guild is None and set(channel.recipients) == {bot, recipient}:
            return Answer(places.channel(channel))
    channel = Channel(world.snowflakes.next(), ChannelType.DIRECT_MESSAGE, None, recipients=[recipient, bot])
    world.channels[channel.id] = channel
    return Answer(places.channel(channel))
