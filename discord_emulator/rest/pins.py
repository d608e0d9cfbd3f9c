"""Pinned messages, by the present routes and the deprecated ones.

https://discord.com/developers/docs/resources/message#get-channel-pins
"""

from __future__ import annotations

from discord_emulator.actions import pins as actions
from discord_emulator.clock import iso
from discord_emulator.errors import ApiError
from discord_emulator.model.channels import Channel
from discord_emulator.permissions import Permission

from .access import actor, require
from .message_access import check_active, find, shown
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_PINS = "/channels/{channel_id}/messages/pins"
_DEPRECATED = "/channels/{channel_id}/pins"
_PAGE = 50


def _place(request: Request) -> Channel:
    """The channel in the path; raises 50024 where nothing can be pinned, as in the chat of a stage."""
    channel = request.channel()
    if channel.is_stage or not channel.holds_messages:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    return channel


@routes.on("GET", _PINS)
def listing(request: Request) -> Answer:
    channel = _place(request)
    bits = require(request, channel, Permission.VIEW_CHANNEL)
    limit = request.number("limit", _PAGE, least=1, most=_PAGE)
    before = request.moment("before")
    if not bits & Permission.READ_MESSAGE_HISTORY:
        return Answer({"items": [], "has_more": False})
    found = [
        message
        for message in actions.listed(channel)
        if message.pinned_at is not None and (before is None or message.pinned_at < before)
    ]
    items = [{"pinned_at": iso(message.pinned_at), "message": shown(request, message)} for message in found[:limit]]
    return Answer({"items": items, "has_more": len(found) > limit})


@routes.on("GET", _DEPRECATED)
def deprecated_listing(request: Request) -> Answer:
    channel = _place(request)
    bits = require(request, channel, Permission.VIEW_CHANNEL)
    if not bits & Permission.READ_MESSAGE_HISTORY:
        return Answer([])
    return Answer([shown(request, message) for message in actions.listed(channel)[:_PAGE]])


@routes.on("PUT", _PINS + "/{message_id}")
@routes.on("PUT", _DEPRECATED + "/{message_id}")
def pin(request: Request) -> Answer:
    channel = _place(request)
    require(request, channel, Permission.PIN_MESSAGES | Permission.READ_MESSAGE_HISTORY)
    message = find(channel, request.id("message_id"))
    check_active(channel)
    actions.pin(request.world, message, actor(request))
    return nothing()


@routes.on("DELETE", _PINS + "/{message_id}")
@routes.on("DELETE", _DEPRECATED + "/{message_id}")
def unpin(request: Request) -> Answer:
    channel = _place(request)
    require(request, channel, Permission.PIN_MESSAGES | Permission.READ_MESSAGE_HISTORY)
    message = find(channel, request.id("message_id"))
    check_active(channel)
    actions.unpin(request.world, message, actor(request))
    return nothing()
