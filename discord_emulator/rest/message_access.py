"""What the routes about messages share: finding a message, showing it, and whether one may write."""

from __future__ import annotations

from typing import Any

from discord_emulator.errors import ApiError, FormErrors, missing_permissions, unknown
from discord_emulator.model.channels import Channel
from discord_emulator.model.messages import Message, MessageFlag
from discord_emulator.payloads import messages as payloads
from discord_emulator.permissions import Permission

from .access import granted, require
from .routing import Request


def find(channel: Channel, message_id: int) -> Message:
    """A message of a channel; raises 10008 if it is not there."""
    message = channel.messages.get(message_id)
    if message is None:
        raise unknown("Message", 10008)
    return message


def shown(request: Request, message: Message) -> dict[str, Any]:
    """The message as the calling application gets it."""
    return payloads.for_application(message, request.application)


def require_to_write(request: Request, channel: Channel, body: dict[str, Any]) -> int:
    """The bot's permissions in a channel where it is to write ``body`` with the request's files.

    Raises 50001, 50013 or what Discord has for places and people that cannot be written to.
    """
    if channel.is_forum:
        raise ApiError(400, 40058, "Cannot send a message in a forum channel")
    if not channel.holds_messages:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    bits = require(request, channel, needed | _needed_for(request, body))
    check_unlocked(channel, bits)
    refuses = [person for person in channel.recipients if not person.accepts_direct_messages]
    if refuses:
        raise ApiError(403, 50007, "Cannot send messages to this user")
    return bits


def _needed_for(request: Request, body: dict[str, Any]) -> Permission:
    """What the parts of a message need beyond writing as such."""
    needed = Permission(0)
    if body.get("embeds"):
        needed |= Permission.EMBED_LINKS
    if request.files:
        needed |= Permission.ATTACH_FILES
    if body.get("tts"):
        needed |= Permission.SEND_TTS_MESSAGES
    if body.get("poll"):
        needed |= Permission.SEND_POLLS
    flags = body.get("flags")
    if isinstance(flags, int) and flags & MessageFlag.IS_VOICE_MESSAGE:
        needed |= Permission.SEND_VOICE_MESSAGES
    return needed


def check_unlocked(channel: Channel, bits: int) -> None:
    """Raises 160005 where a thread is locked for all but those who manage threads."""
    if channel.thread is not None and channel.thread.locked and not bits & Permission.MANAGE_THREADS:
        raise ApiError(403, 160005, "Thread is locked")


def check_active(channel: Channel) -> None:
    """Raises 50083 in an archived thread, where nothing can be done but writing anew, and deleting."""
    if channel.thread is not None and channel.thread.archived:
        raise ApiError(400, 50083, "Thread is archived")


def check_in_guild(channel: Channel) -> None:
    """Raises 50003 in direct messages."""
    if channel.guild is None:
        raise ApiError(403, 50003, "Cannot execute action on a DM channel")


def refuse_stickers(body: dict[str, Any]) -> None:
    """Raises 50081: a server of the emulator has no stickers."""
    if body.get("sticker_ids"):
        raise ApiError(400, 50081, "Invalid sticker sent")


def require_managing(request: Request, channel: Channel, needed: Permission) -> None:
    """Raises 50003 in direct messages, 50001 or 50013 where the bot may not do ``needed``."""
    check_in_guild(channel)
    require(request, channel, needed)


def readable(request: Request, channel_id: int, message_id: int) -> Message:
    """A message that the bot can read with its history, in any channel; raises 50035 as for an unknown reference."""
    channel = request.world.channels.get(channel_id)
    message = None if channel is None else channel.messages.get(message_id)
    if message is None:
        form = FormErrors()
        form.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        form.raise_if_any()
        raise unknown("Message", 10008)
    place = request.world.channel_for(request.application, channel_id)
    if not granted(request, place) & Permission.READ_MESSAGE_HISTORY:
        raise missing_permissions()
    return message
