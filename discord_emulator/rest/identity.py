"""Who the bot is, where the gateway is, other users, direct-message channels."""

from __future__ import annotations

from discord_emulator.errors import ApiError, unknown
from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.payloads import people, places

from .routing import Answer, Request, Routes

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


@routes.on("GET", "/oauth2/applications/@me")
@routes.on("GET", "/applications/@me")
def own_application(request: Request) -> Answer:
    return Answer(people.application(request.application, request.application.owner))


@routes.on("GET", "/users/@me/guilds")
def own_guilds(request: Request) -> Answer:
    mine = [guild for guild in request.world.guilds.values() if request.application.bot.id in guild.members]
    keys = ("id", "name", "icon", "banner", "features")
    return Answer([{key: places.guild(guild)[key] for key in keys} | {"owner": False} for guild in mine])


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
