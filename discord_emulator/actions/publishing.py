"""How messages appear, change and go, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel
from discord_emulator.model.messages import Message, MessageType
from discord_emulator.model.users import User
from discord_emulator.payloads import messages as payloads
from discord_emulator.payloads.people import member

from . import audit_log, thread_state

if TYPE_CHECKING:
    from discord_emulator.world import World


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
        thread_state.note_message(world, channel, message)
    world.hub.message_event("MESSAGE_CREATE", message, payloads.gateway_message, _intent(channel))


def note(
    world: World,
    channel: Channel,
    author: User,
    kind: MessageType,
    *,
    content: str = "",
    embeds: list[dict[str, Any]] | None = None,
    reference: Message | None = None,
    refers_to: Channel | None = None,
    about: User | None = None,
) -> Message:
    """Discord's own note in a channel of what ``author`` did; ``about`` is whom it names."""
    message = Message(
        world.snowflakes.next(),
        channel,
        author,
        world.clock.now(),
        type=kind,
        content=content,
        embeds=embeds or [],
        reference=reference,
        refers_to=refers_to,
        mention_ids=set() if about is None else {about.id},
    )
    publish(world, message)
    return message


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
    to_readers(world, channel, "MESSAGE_DELETE", {"id": str(message.id)}, _intent(channel))


def delete_as(world: World, message: Message, by: Actor) -> None:
    """Removes a message; the audit log keeps it where that is another's."""
    guild = message.channel.guild
    delete(world, message)
    if guild is not None and message.author.id != by.user.id:
        options = {"channel_id": str(message.channel.id), "count": "1"}
        audit_log.record(world, guild, by, AuditLogAction.MESSAGE_DELETE, message.author.id, options=options)


def delete_many(world: World, channel: Channel, messages: Iterable[Message], by: Actor | None = None) -> None:
    """Removes several messages at once (MESSAGE_DELETE_BULK)."""
    ids: list[str] = []
    for message in messages:
        message.deleted = True
        if channel.messages.pop(message.id, None) is not None:
            ids.append(str(message.id))
    to_readers(world, channel, "MESSAGE_DELETE_BULK", {"ids": ids}, _intent(channel))
    if channel.guild is not None:
        options = {"count": str(len(ids))}
        audit_log.record(world, channel.guild, by, AuditLogAction.MESSAGE_BULK_DELETE, channel.id, options=options)


def to_readers(world: World, channel: Channel, event: str, body: dict[str, Any], intent: Intent) -> None:
    """Sends an event about a channel's messages to the applications that can see the channel."""
    body = {"channel_id": str(channel.id)} | body
    if channel.guild is not None:
        world.hub.to_channel(channel, event, body | {"guild_id": str(channel.guild.id)}, intent)
        return
    world.hub.to_channel(channel, event, body, intent)


def typing(world: World, channel: Channel, user: User) -> None:
    """Tells others that somebody writes in a channel (TYPING_START)."""
    guild = channel.guild
    body: dict[str, Any] = {"user_id": str(user.id), "timestamp": int(world.clock())}
    if guild is not None:
        body["member"] = member(guild.members[user.id])
    intent = Intent.DIRECT_MESSAGE_TYPING if guild is None else Intent.GUILD_MESSAGE_TYPING
    to_readers(world, channel, "TYPING_START", body, intent)


def _intent(channel: Channel) -> Intent:
    return Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILD_MESSAGES
