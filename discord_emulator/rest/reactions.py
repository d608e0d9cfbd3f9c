"""Reactions: https://discord.com/developers/docs/resources/message#create-reaction"""

from __future__ import annotations

from discord_emulator.actions import reactions as actions
from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.messages import Message
from discord_emulator.payloads import people
from discord_emulator.permissions import Permission
from discord_emulator.validation.component_fields import is_emoji

from .access import granted, require
from .message_access import check_active, check_unlocked, find, require_managing
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_ALL = "/channels/{channel_id}/messages/{message_id}/reactions"
_EMOJI = _ALL + "/{emoji}"


def _reacting(request: Request, *, changes: bool = True) -> tuple[Message, str]:
    """The message and the kind of reaction, a character or ``name:id``; raises 10014 for what is no emoji."""
    channel = request.channel()
    bits = require(request, channel, Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
    key = request.parameters["emoji"]
    name, _, snowflake = key.partition(":")
    if not (name and snowflake.isdigit() if snowflake else is_emoji(name)):
        raise ApiError(400, 10014, "Unknown Emoji")
    message = find(channel, request.id("message_id"))
    if changes:
        check_active(channel)
        check_unlocked(channel, bits)
    return message, key


@routes.on("PUT", _EMOJI + "/@me")
def react(request: Request) -> Answer:
    """The first of a kind needs Add Reactions; others may join in."""
    message, key = _reacting(request)
    if key not in message.reactions and not granted(request, message.channel) & Permission.ADD_REACTIONS:
        raise missing_permissions()
    actions.react(request.world, message, request.application.bot, key)
    return nothing()


@routes.on("DELETE", _EMOJI + "/@me")
def unreact(request: Request) -> Answer:
    message, key = _reacting(request)
    actions.unreact(request.world, message, request.application.bot, key)
    return nothing()


@routes.on("DELETE", _EMOJI + "/{user_id}")
def remove(request: Request) -> Answer:
    message, key = _reacting(request)
    user = request.world.users.get(request.id("user_id"))
    if user is not request.application.bot:
        require_managing(request, message.channel, Permission.MANAGE_MESSAGES)
    if user is None:
        raise unknown("User", 10013)
    actions.unreact(request.world, message, user, key)
    return nothing()


@routes.on("DELETE", _EMOJI)
def clear_kind(request: Request) -> Answer:
    message, key = _reacting(request)
    require_managing(request, message.channel, Permission.MANAGE_MESSAGES)
    actions.clear(request.world, message, key)
    return nothing()


@routes.on("DELETE", _ALL)
def clear(request: Request) -> Answer:
    channel = request.channel()
    require_managing(request, channel, Permission.MANAGE_MESSAGES)
    check_active(channel)
    actions.clear(request.world, find(channel, request.id("message_id")))
    return nothing()


@routes.on("GET", _EMOJI)
def reactors(request: Request) -> Answer:
    """Who reacted, by id; nobody for super reactions (type 1), which bots and these people do not give."""
    message, key = _reacting(request, changes=False)
    after, limit = request.number("after"), request.number("limit", 25, least=1, most=100)
    if request.number("type", most=1) == 1:
        return Answer([])
    ids = sorted(user_id for user_id in message.reactions.get(key, []) if user_id > after)
    return Answer([people.user(request.world.users[user_id]) for user_id in ids[:limit]])
