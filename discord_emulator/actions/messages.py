"""Writing, editing and deleting messages, and reacting to them."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel
from discord_emulator.model.interactions import Interaction
from discord_emulator.model.messages import Message, MessageFlag
from discord_emulator.model.users import User
from discord_emulator.payloads import messages as payloads
from discord_emulator.payloads.people import member as member_payload

from . import layout, mentions, uploads
from .uploads import Upload

if TYPE_CHECKING:
    from discord_emulator.world import World

_REACTION_KINDS = 20
# Flags that a sender may set; the others are Discord's own.
SENDABLE_FLAGS = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_VOICE_MESSAGE
    | MessageFlag.COMPONENTS_V2
)
EDITABLE_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2


def write(
    world: World,
    channel: Channel,
    author: User,
    body: dict[str, Any],
    files: list[Upload],
    *,
    granted: int,
    message_type: int = 0,
    reference: Message | None = None,
    interaction: Interaction | None = None,
    recipient_id: int | None = None,
    is_follow_up: bool = False,
) -> Message:
    """Creates a message from a checked request body and sends it to all who may see it.

    ``granted`` are the author's permissions there, ``recipient_id`` the one person who sees an ephemeral answer.
    """
    message = Message(
        world.snowflakes.next(),
        channel,
        author,
        world.clock.now(),
        type=message_type,
        nonce=body.get("nonce"),
        tts=bool(body.get("tts")),
        reference=reference,
        interaction=interaction,
        application_id=None if interaction is None else interaction.application.id,
        recipient_id=recipient_id,
        is_follow_up=is_follow_up,
    )
    fill(world, message, body, files, granted)
    message.pinged_ids = mentions.pinged(message)
    publish(world, message)
    return message


def fill(world: World, message: Message, body: dict[str, Any], files: list[Upload], granted: int) -> None:
    """Puts a request body into a message: what the body does not name stays as it is."""
    draft = copy.copy(message)
    if "content" in body:
        draft.content = body["content"] or ""
    if "embeds" in body:
        draft.embeds = [{"type": "rich"} | embed for embed in copy.deepcopy(body["embeds"] or [])]
    if "components" in body:
        draft.components = layout.arrange(body["components"])
    draft.attachments = uploads.store(world, message.channel.id, body, files, message.attachments)
    if "flags" in body:
        is_new = message.loading or message.id not in message.channel.messages
        changeable = SENDABLE_FLAGS if is_new else EDITABLE_FLAGS
        draft.flags = (int(body["flags"] or 0) & changeable) | (message.flags & ~changeable)
        draft.flags |= message.flags & MessageFlag.COMPONENTS_V2
    if draft.ephemeral:
        draft.flags |= MessageFlag.EPHEMERAL
    uploads.link(world, draft)
    mentions.apply(draft, body.get("allowed_mentions"), granted)
    vars(message).update(vars(draft))


def publish(world: World, message: Message) -> None:
    """Puts a new message where people find it; ephemeral ones cause no event."""
    channel = message.channel
    if message.ephemeral:
        channel.ephemerals[message.id] = message
        world.changes.announce()
        return
    channel.messages[message.id] = message
    channel.last_message_id = message.id
    if channel.thread is not None:
        channel.thread.messages_ever += 1
    world.hub.message_event("MESSAGE_CREATE", message, payloads.gateway_message, _intent(channel))


def edit(world: World, message: Message, body: dict[str, Any], files: list[Upload], granted: int) -> None:
    """Changes a message as :func:`fill` does, marks it edited and tells all who may see it."""
    fill(world, message, body, files, granted)
    message.edited_at = world.clock.now()
    message.edits += 1
    announce_edit(world, message)


def announce_edit(world: World, message: Message) -> None:
    """Sends MESSAGE_UPDATE, unless the message is ephemeral."""
    if message.ephemeral:
        world.changes.announce()
        return
    world.hub.message_event("MESSAGE_UPDATE", message, payloads.gateway_message, _intent(message.channel))


def delete(world: World, message: Message) -> None:
    """Removes a message for everybody."""
    message.deleted = True
    channel = message.channel
    if message.ephemeral:
        channel.ephemerals.pop(message.id, None)
        world.changes.announce()
        return
    channel.messages.pop(message.id, None)
    _to_readers(world, channel, "MESSAGE_DELETE", {"id": str(message.id)}, _intent(channel))


def delete_many(world: World, channel: Channel, messages: Iterable[Message]) -> None:
    """Removes several messages at once (MESSAGE_DELETE_BULK)."""
    ids: list[str] = []
    for message in messages:
        message.deleted = True
        if channel.messages.pop(message.id, None) is not None:
            ids.append(str(message.id))
    _to_readers(world, channel, "MESSAGE_DELETE_BULK", {"ids": ids}, _intent(channel))


def react(world: World, message: Message, user: User, key: str) -> None:
    """Adds a reaction; ``key`` is the character or ``name:id``. Raises 30010 for a 21st kind."""
    users = message.reactions.get(key)
    if users is None and len(message.reactions) >= _REACTION_KINDS:
        raise ApiError(400, 30010, "Maximum number of reactions reached (20)")
    if users is not None and user.id in users:
        return
    message.reactions.setdefault(key, []).append(user.id)
    _reaction_event(world, "MESSAGE_REACTION_ADD", message, user, key)


def unreact(world: World, message: Message, user: User, key: str) -> None:
    """Takes back a reaction, if it is there."""
    users = message.reactions.get(key, [])
    if user.id not in users:
        return
    users.remove(user.id)
    if not users:
        del message.reactions[key]
    _reaction_event(world, "MESSAGE_REACTION_REMOVE", message, user, key)


def clear_reactions(world: World, message: Message, key: str | None = None) -> None:
    """Removes all reactions, or all of one kind."""
    body = {"message_id": str(message.id)}
    intent = _reaction_intent(message.channel)
    if key is None:
        message.reactions.clear()
        _to_readers(world, message.channel, "MESSAGE_REACTION_REMOVE_ALL", body, intent)
        return
    message.reactions.pop(key, None)
    body_with_emoji = body | {"emoji": payloads.emoji(key)}
    _to_readers(world, message.channel, "MESSAGE_REACTION_REMOVE_EMOJI", body_with_emoji, intent)


def _reaction_event(world: World, event: str, message: Message, user: User, key: str) -> None:
    body: dict[str, Any] = {
        "user_id": str(user.id),
        "message_id": str(message.id),
        "emoji": payloads.emoji(key),
        "burst": False,
        "type": 0,
    }
    guild = message.channel.guild
    if event == "MESSAGE_REACTION_ADD":
        body["message_author_id"] = str(message.author.id)
        if guild is not None:
            body["member"] = member_payload(guild.members[user.id])
    _to_readers(world, message.channel, event, body, _reaction_intent(message.channel))


def _to_readers(world: World, channel: Channel, event: str, body: dict[str, Any], intent: Intent) -> None:
    """Sends an event about a channel's messages to the applications that can see the channel."""
    body = {"channel_id": str(channel.id)} | body
    if channel.guild is not None:
        world.hub.to_channel(channel, event, body | {"guild_id": str(channel.guild.id)}, intent)
        return
    world.hub.to_channel(channel, event, body, intent)


def _intent(channel: Channel) -> Intent:
    return Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILD_MESSAGES


def _reaction_intent(channel: Channel) -> Intent:
    return Intent.DIRECT_MESSAGE_REACTIONS if channel.guild is None else Intent.GUILD_MESSAGE_REACTIONS
