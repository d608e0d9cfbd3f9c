"""Pinned messages: https://discord.com/developers/docs/resources/message#pin-message"""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_emulator.clock import iso
from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel
from discord_emulator.model.messages import Message, MessageType

from . import audit_log, publishing

if TYPE_CHECKING:
    from discord_emulator.world import World

# Discord's error table still speaks of 50, its change log of 2025 of 250: the lower one is the strict one.
_PINS_IN_CHANNEL = 50


def listed(channel: Channel) -> list[Message]:
    """The pinned messages, the latest pin first."""
    found = [(message.pinned_at, message.id, message) for message in channel.messages.values() if message.pinned_at]
    return [message for *_, message in sorted(found, key=lambda each: each[:2], reverse=True)]


def pin(world: World, message: Message, by: Actor) -> None:
    """Pins a message, which Discord notes in the channel. Raises 50021 for Discord's own notes, 30003 for too many."""
    channel = message.channel
    if message.pinned:
        return
    if not message.written:
        raise ApiError(403, 50021, "Cannot execute action on a system message")
    if len(listed(channel)) >= _PINS_IN_CHANNEL:
        raise ApiError(400, 30003, f"Maximum number of pins reached for the channel ({_PINS_IN_CHANNEL})")
    message.pinned_at = channel.last_pin_at = world.clock.now()
    publishing.announce_edit(world, message)
    _announce(world, channel)
    publishing.note(world, channel, by.user, MessageType.CHANNEL_PINNED_MESSAGE, reference=message)
    _record(world, message, by, AuditLogAction.MESSAGE_PIN)


def unpin(world: World, message: Message, by: Actor) -> None:
    """Takes a pin away, if there is one."""
    if not message.pinned:
        return
    message.pinned_at = None
    channel = message.channel
    channel.last_pin_at = max((each.pinned_at for each in listed(channel) if each.pinned_at), default=None)
    publishing.announce_edit(world, message)
    _announce(world, channel)
    _record(world, message, by, AuditLogAction.MESSAGE_UNPIN)


def _record(world: World, message: Message, by: Actor, action: AuditLogAction) -> None:
    channel = message.channel
    if channel.guild is not None:
        options = {"channel_id": str(channel.id), "message_id": str(message.id)}
        audit_log.record(world, channel.guild, by, action, message.author.id, options=options)


def _announce(world: World, channel: Channel) -> None:
    intent = Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILDS
    body = {"last_pin_timestamp": iso(channel.last_pin_at)}
    publishing.to_readers(world, channel, "CHANNEL_PINS_UPDATE", body, intent)
