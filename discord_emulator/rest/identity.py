"""Who the bot is, where the gateway is, other users, direct-message channels."""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import accounts, members
from discord_emulator.actions.direct_messages import channel_between
from discord_emulator.errors import ApiError, unknown
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import people, places
from discord_emulator.validation.guilds import check_own_user

from .routing import Answer, Request, Routes, nothing

routes = Routes()


@routes.on("GET", "/gateway", needs_token=False)
def gateway(request: Request) -> Answer:
    return Answer({"url": request.world.gateway_url})


@routes.on("GET", "/gateway/bot")
def gateway_for_bot(request: Request) -> Answer:
    world, application = request.world, request.application
    guilds = sum(1 for guild in world.guilds.values() if application.id in guild.applications)
    return Answer({"url": world.gateway_url, **world.hub.starts.describe(application, guilds)})


@routes.on("GET", "/users/@me")
def own_user(request: Request) -> Answer:
    return Answer(people.own_user(request.application.bot))


@routes.on("GET", "/users/{user_id}")
def user(request: Request) -> Answer:
    found = request.world.users.get(request.id("user_id"))
    if found is None:
        raise unknown("User", 10013)
    return Answer(people.user(found))


@routes.on("PATCH", "/users/@me")
def change_own_user(request: Request) -> Answer:
    """A new name, avatar or banner; raises 50035."""
    body = request.fields()
    check_own_user(body)
    accounts.change(request.world, request.application, body)
    return Answer(people.own_user(request.application.bot))


@routes.on("GET", "/oauth2/applications/@me")
@routes.on("GET", "/applications/@me")
def own_application(request: Request) -> Answer:
    application = request.application
    return Answer(people.application(application, application.owner, len(_own_guilds(request))))


def _own_guilds(request: Request) -> list[GuildState]:
    """The servers the bot is in, by id."""
    everywhere = sorted(request.world.guilds.values(), key=lambda guild: guild.id)
    return [guild for guild in everywhere if request.application.bot.id in guild.members]


@routes.on("GET", "/users/@me/guilds")
def own_guilds(request: Request) -> Answer:
    """By id, 200 at most; ``before`` gives the ones nearest to it."""
    limit = request.number("limit", 200, least=1, most=200)
    after, before = request.number("after"), request.number("before", 2**64 - 1)
    found = [guild for guild in _own_guilds(request) if after < guild.id < before]
    found = found[-limit:] if "before" in request.query else found[:limit]
    return Answer([_own_guild(request, guild) for guild in found])


def _own_guild(request: Request, guild: GuildState) -> dict[str, Any]:
    about, me = places.guild(guild), guild.members[request.application.bot.id]
    body = {key: about[key] for key in ("id", "name", "icon", "banner", "features")}
    body |= {"owner": me.id == guild.owner_id, "permissions": str(request.world.permissions_in_guild(me))}
    if request.flag("with_counts"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return body


@routes.on("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(request: Request) -> Answer:
    _, me = request.guild()
    members.remove(request.world, me)
    return nothing()


@routes.on("POST", "/users/@me/channels")
def open_direct_message(request: Request) -> Answer:
    world, bot = request.world, request.application.bot
    recipient = world.users.get(request.snowflake("recipient_id"))
    if recipient is None:
        raise unknown("User", 10013)
    if recipient is bot:
        raise ApiError(400, 50007, "Cannot send messages to this user")
    return Answer(places.channel(channel_between(world, bot, recipient)))
