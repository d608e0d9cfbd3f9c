"""Messages: https://discord.com/developers/docs/resources/message#endpoints"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import messages as actions
from discord_emulator.actions import publishing
from discord_emulator.errors import ApiError, FormErrors, missing_permissions
from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.model.messages import WRITTEN, Message, MessageFlag, MessageType
from discord_emulator.payloads import messages as payloads
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake, created_at
from discord_emulator.validation.messages import BOT_KEYS, EDIT_KEYS, check_message

from .access import actor, require
from .message_access import (
    check_active,
    check_in_guild,
    check_unlocked,
    find,
    readable,
    refuse_stickers,
    require_managing,
    require_to_write,
    shown,
)
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_BULK_AGE_SECONDS = 14 * 86_400
# Discord says "in the past few minutes".
_NONCE_SECONDS = 300
_FORWARD = 1


@routes.on("POST", _MESSAGES)
def create(request: Request) -> Answer:
    channel = request.channel()
    body = request.fields()
    bits = require_to_write(request, channel, body)
    check_message(body, files=len(request.files), keys=BOT_KEYS)
    refuse_stickers(body)
    if (sent := _sent_before(request, channel, body)) is not None:
        return Answer(shown(request, sent))
    forwarded = _forwarded(request, body)
    reference = None if forwarded else _reference(channel, body, bits)
    message = actions.write(
        request.world,
        channel,
        request.application.bot,
        body,
        request.files,
        granted=bits,
        message_type=MessageType.DEFAULT if reference is None else MessageType.REPLY,
        reference=reference,
        forwarded=forwarded,
    )
    return Answer(shown(request, message))


def _sent_before(request: Request, channel: Channel, body: dict[str, Any]) -> Message | None:
    """The message with the same enforced nonce that the bot sent a moment ago."""
    if not body.get("enforce_nonce") or body.get("nonce") is None:
        return None
    since = request.world.clock() - _NONCE_SECONDS
    for message in channel.messages.values():
        same = message.nonce is not None and str(message.nonce) == str(body["nonce"])
        if same and message.author is request.application.bot and message.created_at.timestamp() >= since:
            return message
    return None


def _reference(channel: Channel, body: dict[str, Any], bits: int) -> Message | None:
    """The message that is replied to; raises 160002 or 50035."""
    written = body.get("message_reference")
    if written is None:
        return None
    if not bits & Permission.READ_MESSAGE_HISTORY:
        raise ApiError(400, 160002, "Cannot reply without permission to read message history")
    form = FormErrors()
    found = channel.messages.get(as_snowflake(written["message_id"], "message_reference"))
    if found is None and written.get("fail_if_not_exists", True):
        form.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    elif found is not None and not found.written:
        form.add(("message_reference",), "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
    form.raise_if_any()
    return found


def _forwarded(request: Request, body: dict[str, Any]) -> Message | None:
    """The message that is passed on: one that the bot can read, of the types that can be, without a poll.

    https://discord.com/developers/docs/resources/message#message-reference-types
    """
    written = body.get("message_reference")
    if written is None or written.get("type") != _FORWARD:
        return None
    message = readable(request, as_snowflake(written["channel_id"]), as_snowflake(written["message_id"]))
    blank = payloads.for_application(message, request.application)["content"] != message.content
    if message.type not in WRITTEN or message.poll is not None or message.forwarded is not None or blank:
        # Discord does not publish its code for this.
        form = FormErrors()
        form.add(("message_reference",), "EMULATOR_MESSAGE_NOT_FORWARDABLE", "This message cannot be forwarded")
        form.raise_if_any()
    return message


@routes.on("GET", _MESSAGES)
def history(request: Request) -> Answer:
    """Newest first, at most ``limit`` (50), around, before or after an id."""
    channel = request.channel()
    bits = require(request, channel, Permission.VIEW_CHANNEL)
    if not channel.holds_messages:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if not bits & Permission.READ_MESSAGE_HISTORY:
        return Answer([])
    limit = request.number("limit", 50, least=1, most=100)
    found = sorted(channel.messages.values(), key=lambda message: message.id)
    if "before" in request.query:
        found = [message for message in found if message.id < request.number("before")]
    if "after" in request.query:
        found = [message for message in found if message.id > request.number("after")][:limit]
    if "around" in request.query:
        centre = request.number("around")
        nearest = sorted(found, key=lambda message: abs(message.id - centre))[:limit]
        found = sorted(nearest, key=lambda message: message.id)
    return Answer([shown(request, message) for message in reversed(found[-limit:])])


@routes.on("GET", _MESSAGE)
def read(request: Request) -> Answer:
    channel = request.channel()
    require(request, channel, Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
    return Answer(shown(request, find(channel, request.id("message_id"))))


@routes.on("PATCH", _MESSAGE)
def edit(request: Request) -> Answer:
    channel = request.channel()
    bits = require(request, channel, Permission.VIEW_CHANNEL)
    message = find(channel, request.id("message_id"))
    check_active(channel)
    check_unlocked(channel, bits)
    if message.author is not request.application.bot:
        return _suppress_embeds(request, message, bits)
    if not message.written:
        raise ApiError(403, 50021, "Cannot execute action on a system message")
    if message.poll is not None:
        raise ApiError(400, 520003, "Cannot edit a poll message")
    if message.forwarded is not None:
        # Discord does not publish its code for this.
        raise ApiError(400, 50021, "Cannot edit a forwarded message")
    if request.files and not bits & Permission.ATTACH_FILES:
        raise missing_permissions()
    body = request.fields()
    previous = payloads.message(message)
    check_message(body, files=len(request.files), is_edit=True, previous=previous, keys=EDIT_KEYS)
    actions.edit(request.world, message, body, request.files, bits)
    return Answer(shown(request, message))


def _suppress_embeds(request: Request, message: Message, bits: int) -> Answer:
    """The one thing that moderators change in what others wrote."""
    body = request.fields()
    if body.keys() != {"flags"}:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    if not bits & Permission.MANAGE_MESSAGES:
        raise missing_permissions()
    check_message(body, files=0, is_edit=True, previous=payloads.message(message), keys=EDIT_KEYS)
    suppressed = int(body["flags"] or 0) & MessageFlag.SUPPRESS_EMBEDS
    message.flags = (message.flags & ~MessageFlag.SUPPRESS_EMBEDS) | suppressed
    publishing.announce_edit(request.world, message)
    return Answer(shown(request, message))


@routes.on("DELETE", _MESSAGE)
def delete(request: Request) -> Answer:
    channel = request.channel()
    bits = require(request, channel, Permission.VIEW_CHANNEL)
    message = find(channel, request.id("message_id"))
    if message.type in (MessageType.THREAD_STARTER_MESSAGE, MessageType.RECIPIENT_ADD, MessageType.RECIPIENT_REMOVE):
        raise ApiError(403, 50021, "Cannot execute action on a system message")
    if message.author is not request.application.bot:
        check_in_guild(channel)
        if not bits & Permission.MANAGE_MESSAGES:
            raise missing_permissions()
    publishing.delete_as(request.world, message, actor(request))
    return nothing()


@routes.on("POST", _MESSAGES + "/bulk-delete")
def bulk_delete(request: Request) -> Answer:
    """Unknown ids count, but do no harm; one that is too old, or given twice, spoils all."""
    channel = request.channel()
    require_managing(request, channel, Permission.MANAGE_MESSAGES)
    given = request.fields().get("messages")
    form = FormErrors()
    if not isinstance(given, list):
        form.add(("messages",), "BASE_TYPE_REQUIRED", "This field is required")
        form.raise_if_any()
    ids = [as_snowflake(message_id, "messages") for message_id in given or []]
    if not 2 <= len(ids) <= 100:
        raise ApiError(400, 50016, "Provided too few or too many messages to delete. (2 to 100)")
    if len(set(ids)) != len(ids):
        form.add(("messages",), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
        form.raise_if_any()
    now = request.world.clock()
    if any(now - created_at(message_id) > _BULK_AGE_SECONDS for message_id in ids):
        raise ApiError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    found = [channel.messages[message_id] for message_id in ids if message_id in channel.messages]
    publishing.delete_many(request.world, channel, found, actor(request))
    return nothing()


@routes.on("POST", _MESSAGE + "/crosspost")
def crosspost(request: Request) -> Answer:
    """Publishes a message of an announcement channel; nobody follows channels here."""
    channel = request.channel()
    if channel.type != ChannelType.NEWS:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    message = find(channel, request.id("message_id"))
    needed = Permission.SEND_MESSAGES
    if message.author is not request.application.bot:
        needed |= Permission.MANAGE_MESSAGES
    require(request, channel, needed)
    if message.flags & MessageFlag.CROSSPOSTED:
        raise ApiError(400, 40033, "This message has already been crossposted.")
    message.flags |= MessageFlag.CROSSPOSTED
    publishing.announce_edit(request.world, message)
    return Answer(shown(request, message))


@routes.on("POST", "/channels/{channel_id}/typing")
def typing(request: Request) -> Answer:
    channel = request.channel()
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if not channel.holds_messages:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    require(request, channel, needed)
    publishing.typing(request.world, channel, request.application.bot)
    return nothing()
