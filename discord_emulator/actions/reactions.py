"""Reactions to messages: https://discord.com/developers/docs/resources/message#reaction-object"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel
from discord_emulator.model.messages import Message
from discord_emulator.model.users import User
from discord_emulator.payloads import messages as payloads
from discord_emulator.payloads.people import member as member_payload
from discord_emulator.snowflake import as_snowflake

from . import emojis
from .publishing import to_readers

if TYPE_CHECKING:
    from discord_emulator.world import World

_KINDS = 20


def react(world: World, message: Message, user: User, key: str) -> None:
    """Adds a reaction; ``key`` is the character or ``name:id``.

    Raises 30010 for a 21st kind, and as :func:`emojis.check_usable` for the first of a custom emoji: others join in.
    """
    users = message.reactions.get(key)
    emoji_id = key.rpartition(":")[2] if ":" in key else ""
    if users is None and emoji_id:
        emojis.check_usable(world, user, message.channel, as_snowflake(emoji_id))
    if users is None and len(message.reactions) >= _KINDS:
        raise ApiError(400, 30010, "Maximum number of reactions reached (20)")
    if users is not None and user.id in users:
        return
    message.reactions.setdefault(key, []).append(user.id)
    _announce(world, "MESSAGE_REACTION_ADD", message, user, key)


def unreact(world: World, message: Message, user: User, key: str) -> None:
    """Takes back a reaction, if it is there."""
    users = message.reactions.get(key, [])
    if user.id not in users:
        return
    users.remove(user.id)
    if not users:
        del message.reactions[key]
    _announce(world, "MESSAGE_REACTION_REMOVE", message, user, key)


def clear(world: World, message: Message, key: str | None = None) -> None:
    """Removes all reactions, or all of one kind."""
    body: dict[str, Any] = {"message_id": str(message.id)}
    if key is None:
        message.reactions.clear()
        to_readers(world, message.channel, "MESSAGE_REACTION_REMOVE_ALL", body, _intent(message.channel))
        return
    message.reactions.pop(key, None)
    body["emoji"] = payloads.emoji(key)
    to_readers(world, message.channel, "MESSAGE_REACTION_REMOVE_EMOJI", body, _intent(message.channel))


def _announce(world: World, event: str, message: Message, user: User, key: str) -> None:
    body: dict[str, Any] = {
        "user_id": str(user.id),
        "message_id": str(message.id),
        "emoji": payloads.emoji(key),
        "burst": False,
        "type": 0,
    }
    guild = message.channel.guild
    if event == "MESSAGE_REACTION_ADD":
        if message.webhook_id is None:
            body["message_author_id"] = str(message.author.id)
        if guild is not None:
            body["member"] = member_payload(guild.members[user.id])
    to_readers(world, message.channel, event, body, _intent(message.channel))


def _intent(channel: Channel) -> Intent:
    return Intent.DIRECT_MESSAGE_REACTIONS if channel.guild is None else Intent.GUILD_MESSAGE_REACTIONS
