"""Emojis, stickers and sounds.

https://discord.com/developers/docs/resources/emoji
https://discord.com/developers/docs/resources/sticker
https://discord.com/developers/docs/resources/soundboard
"""

from __future__ import annotations

from discord_emulator.actions import emojis as actions
from discord_emulator.errors import missing_access, unknown
from discord_emulator.model.users import Application
from discord_emulator.payloads import places
from discord_emulator.validation.guilds import check_emoji

from .access import actor
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_EMOJIS = "/guilds/{guild_id}/emojis"
_EMOJI = _EMOJIS + "/{emoji_id}"
_OWN_EMOJIS = "/applications/{application_id}/emojis"
_OWN_EMOJI = _OWN_EMOJIS + "/{emoji_id}"


@routes.on("GET", _EMOJIS)
def listing(request: Request) -> Answer:
    guild, _ = request.guild()
    return Answer([places.emoji(emoji) for emoji in guild.emojis.values()])


@routes.on("GET", _EMOJI)
def read(request: Request) -> Answer:
    guild, _ = request.guild()
    return Answer(places.emoji(actions.find(guild.emojis, request.id("emoji_id"))))


@routes.on("POST", _EMOJIS)
def create(request: Request) -> Answer:
    _, me = request.guild()
    check_emoji(request.fields())
    return Answer(places.emoji(actions.create(request.world, me, request.fields(), actor(request))), 201)


@routes.on("PATCH", _EMOJI)
def change(request: Request) -> Answer:
    guild, me = request.guild()
    emoji = actions.find(guild.emojis, request.id("emoji_id"))
    check_emoji(request.fields(), is_edit=True)
    actions.change(request.world, me, emoji, request.fields(), actor(request))
    return Answer(places.emoji(emoji))


@routes.on("DELETE", _EMOJI)
def delete(request: Request) -> Answer:
    guild, me = request.guild()
    emoji = actions.find(guild.emojis, request.id("emoji_id"))
    actions.delete(request.world, me, emoji, actor(request))
    return nothing()


def _own(request: Request) -> Application:
    if request.id("application_id") != request.application.id:
        raise missing_access()
    return request.application


@routes.on("GET", _OWN_EMOJIS)
def own_listing(request: Request) -> Answer:
    return Answer({"items": [places.emoji(emoji) for emoji in _own(request).emojis.values()]})


@routes.on("GET", _OWN_EMOJI)
def own_read(request: Request) -> Answer:
    return Answer(places.emoji(actions.find(_own(request).emojis, request.id("emoji_id"))))


@routes.on("POST", _OWN_EMOJIS)
def own_create(request: Request) -> Answer:
    application = _own(request)
    check_emoji(request.fields(), has_roles=False)
    emoji = actions.create_for(request.world, application, request.fields(), actor(request))
    return Answer(places.emoji(emoji), 201)


@routes.on("PATCH", _OWN_EMOJI)
def own_change(request: Request) -> Answer:
    emoji = actions.find(_own(request).emojis, request.id("emoji_id"))
    check_emoji(request.fields(), is_edit=True, has_roles=False)
    emoji.name = request.fields().get("name") or emoji.name
    return Answer(places.emoji(emoji))


@routes.on("DELETE", _OWN_EMOJI)
def own_delete(request: Request) -> Answer:
    application = _own(request)
    del application.emojis[actions.find(application.emojis, request.id("emoji_id")).id]
    return nothing()


# No server here has stickers or sounds of its own, and Discord's own packs are not part of it: the lists are empty.


@routes.on("GET", "/guilds/{guild_id}/stickers")
def stickers(request: Request) -> Answer:
    request.guild()
    return Answer([])


@routes.on("GET", "/guilds/{guild_id}/stickers/{sticker_id}")
@routes.on("GET", "/stickers/{sticker_id}")
def sticker(request: Request) -> Answer:
    raise unknown("Sticker", 10060)


@routes.on("GET", "/sticker-packs", needs_token=False)
def sticker_packs(request: Request) -> Answer:
    return Answer({"sticker_packs": []})


@routes.on("GET", "/guilds/{guild_id}/soundboard-sounds")
def sounds(request: Request) -> Answer:
    request.guild()
    return Answer({"items": []})


@routes.on("GET", "/soundboard-default-sounds")
def default_sounds(request: Request) -> Answer:
    return Answer([])
