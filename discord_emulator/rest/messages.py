"""Messages and reactions: https://discord.com/developers/docs/resources/message#endpoints"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import messages as actions
from discord_emulator.actions.uploads import Upload
from discord_emulator.errors import ApiError, FormErrors, missing_permissions, unknown
from discord_emulator.gateway.hub import owns_content
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel
from discord_emulator.model.messages import Message, MessageFlag
from discord_emulator.payloads import messages as payloads
from discord_emulator.payloads import people
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake, created_at
from discord_emulator.validation.messages import check_message

from .access import granted, require
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_EMOJI = _MESSAGE + "/reactions/{emoji}"
_BULK_AGE_SECONDS = 14 * 86_400


def _find(channel: Channel, message_id: int) -> Message:
    message = channel.messages.get(message_id)
    if message is None:
        raise unknown("Message", 10008)
    return message


def _render(request: Request, message: Message) -> dict[str, Any]:
    application = request.application
    enabled = bool(application.privileged_intents & Intent.MESSAGE_CONTENT)
    return payloads.message(
        message,
        viewer_id=application.bot.id,
        with_content=enabled or owns_content(message, application.bot.id),
    )


def _require_to_send(request: Request, channel: Channel, body: dict[str, Any], files: list[Upload]) -> int:
    if not channel.holds_messages:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if body.get("embeds"):
        needed |= Permission.EMBED_LINKS
    if files:
        needed |= Permission.ATTACH_FILES
    if body.get("tts"):
        needed |= Permission.SEND_TTS_MESSAGES
    bits = require(request, channel, needed)
    if channel.thread is not None and channel.thread.archived:
        raise ApiError(400, 50083, "Thread is archived")
    refuses = [person for person in channel.recipients if not person.accepts_direct_messages]
    if refuses:
        raise ApiError(403, 50007, "Cannot send messages to this user")
    return bits


@routes.on("POST", _MESSAGES)
def create(request: Request) -> Answer:
    channel = request.channel()
    body = request.fields()
    bits = _require_to_send(request, channel, body, request.files)
    check_message(body, files=len(request.files))
    reference = _reference(channel, body, bits)
    if body.get("enforce_nonce") and body.get("nonce") is not None:
        for message in channel.messages.values():
            if message.nonce == body["nonce"] and message.author is request.application.bot:
                return Answer(_render(request, message))
    message = actions.write(
        request.world,
        channel,
        request.application.bot,
        body,
        request.files,
        granted=bits,
        message_type=0 if reference is None else 19,
        reference=reference,
    )
    return Answer(_render(request, message))


def _reference(channel: Channel, body: dict[str, Any], bits: int) -> Message | None:
    written = body.get("message_reference")
    if written is None:
        return None
    if not bits & Permission.READ_MESSAGE_HISTORY:
        raise ApiError(400, 160002, "Cannot reply without permission to read message history")
    found = channel.messages.get(as_snowflake(written["message_id"], "message_reference"))
    if found is None and written.get("fail_if_not_exists", True):
        form = FormErrors()
        form.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        form.raise_if_any()
    return found


@routes.on("GET", _MESSAGES)
def history(request: Request) -> Answer:
    """Newest first, at most ``limit`` (50), around, before or after an id."""
    channel = request.channel()
    bits = require(request, channel, Permission.VIEW_CHANNEL)
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
    return Answer([_render(request, message) for message in reversed(found[-limit:])])


@routes.on("GET", _MESSAGE)
def read(request: Request) -> Answer:
    channel = request.channel()
    require(request, channel, Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
    return Answer(_render(request, _find(channel, request.id("message_id"))))


@routes.on("PATCH", _MESSAGE)
def edit(request: Request) -> Answer:
    channel = request.channel()
    bits = require(request, channel, Permission.VIEW_CHANNEL)
    message = _find(channel, request.id("message_id"))
    body = request.fields()
    if message.author is not request.application.bot:
        if body.keys() != {"flags"}:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        if not bits & Permission.MANAGE_MESSAGES:
            raise missing_permissions()
        message.flags = (message.flags & ~MessageFlag.SUPPRESS_EMBEDS) | (int(body["flags"]) & 4)
        actions.announce_edit(request.world, message)
        return Answer(_render(request, message))
    check_message(body, files=len(request.files), is_edit=True, previous=payloads.message(message))
    actions.edit(request.world, message, body, request.files, bits)
    return Answer(_render(request, message))


@routes.on("DELETE", _MESSAGE)
def delete(request: Request) -> Answer:
    channel = request.channel()
    bits = require(request, channel, Permission.VIEW_CHANNEL)
    message = _find(channel, request.id("message_id"))
    if message.author is not request.application.bot:
        if channel.guild is None:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        if not bits & Permission.MANAGE_MESSAGES:
            raise missing_permissions()
    actions.delete(request.world, message)
    return nothing()


@routes.on("POST", _MESSAGES + "/bulk-delete")
def bulk_delete(request: Request) -> Answer:
    channel = request.channel()
    require(request, channel, Permission.MANAGE_MESSAGES)
    ids = [as_snowflake(message_id, "messages") for message_id in request.fields().get("messages", [])]
    if not 2 <= len(ids) <= 100:
        raise ApiError(400, 50016, "Provided too few or too many messages to delete. (2 to 100)")
    if len(set(ids)) != len(ids):
        raise ApiError(400, 50035, "Invalid Form Body", {"messages": {"_errors": []}})
    now = request.world.clock()
    if any(now - created_at(message_id) > _BULK_AGE_SECONDS for message_id in ids):
        raise ApiError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    found = [channel.messages[message_id] for message_id in ids if message_id in channel.messages]
    actions.delete_many(request.world, channel, found)
    return nothing()


def _reacting(request: Request) -> tuple[Message, str]:
    channel = request.channel()
    require(request, channel, Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
    key = request.parameters["emoji"]
    name, _, snowflake = key.partition(":")
    if (snowflake and not snowflake.isdigit()) or (not snowflake and name.isascii()):
        raise ApiError(400, 10014, "Unknown Emoji")
    return _find(channel, request.id("message_id")), key


@routes.on("PUT", _EMOJI + "/@me")
def react(request: Request) -> Answer:
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
def remove_reaction(request: Request) -> Answer:
    message, key = _reacting(request)
    require(request, message.channel, Permission.MANAGE_MESSAGES)
    user = request.world.users.get(request.id("user_id"))
    if user is None:
        raise unknown("User", 10013)
    actions.unreact(request.world, message, user, key)
    return nothing()


@routes.on("DELETE", _EMOJI)
def clear_kind(request: Request) -> Answer:
    message, key = _reacting(request)
    require(request, message.channel, Permission.MANAGE_MESSAGES)
    actions.clear_reactions(request.world, message, key)
    return nothing()


@routes.on("DELETE", _MESSAGE + "/reactions")
def clear(request: Request) -> Answer:
    channel = request.channel()
    require(request, channel, Permission.MANAGE_MESSAGES)
    actions.clear_reactions(request.world, _find(channel, request.id("message_id")))
    return nothing()


@routes.on("GET", _EMOJI)
def reactors(request: Request) -> Answer:
    message, key = _reacting(request)
    users = [request.world.users[user_id] for user_id in message.reactions.get(key, [])]
    after, limit = request.number("after"), request.number("limit", 25, least=1, most=100)
    return Answer([people.user(user) for user in users if user.id > after][:limit])


@routes.on("POST", "/channels/{channel_id}/typing")
def typing(request: Request) -> Answer:
    require(request, request.channel(), Permission.SEND_MESSAGES)
    return nothing()
