"""Whom a message pings: https://discord.com/developers/docs/resources/message#allowed-mentions-object"""

from __future__ import annotations

import re
from typing import Any

from discord_emulator.model.messages import ComponentType, Message, MessageType
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake

_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(everyone|here)")
_EVERYTHING: dict[str, Any] = {"parse": ["users", "roles", "everyone"], "replied_user": True}


def apply(message: Message, allowed: dict[str, Any] | None, granted: int) -> None:
    """Sets the mentions of ``message`` from what it says, ``allowed_mentions`` and the author's permissions."""
    text = _mentioning_text(message)
    rules = _EVERYTHING if allowed is None else allowed
    parse = rules.get("parse", [])
    users = {int(found) for found in _USER.findall(text)}
    if "users" not in parse:
        users &= {as_snowflake(user_id, "users") for user_id in rules.get("users", [])}
    message.mention_ids = {user_id for user_id in users if _is_here(message, user_id)}
    if (
        message.reference is not None
        and message.type == MessageType.REPLY
        and rules.get("replied_user", allowed is None)
    ):
        message.mention_ids.add(message.reference.author.id)
    may_ping_all = bool(granted & Permission.MENTION_EVERYONE)
    message.mention_role_ids = _roles(message, text, rules, may_ping_all)
    message.mention_everyone = may_ping_all and "everyone" in parse and bool(_EVERYONE.search(text))


def _roles(message: Message, text: str, rules: dict[str, Any], may_ping_all: bool) -> set[int]:
    guild = message.channel.guild
    if guild is None:
        return set()
    named = {int(found) for found in _ROLE.findall(text)} & guild.roles.keys()
    if "roles" not in rules.get("parse", []):
        named &= {as_snowflake(role_id, "roles") for role_id in rules.get("roles", [])}
    return {role_id for role_id in named if may_ping_all or guild.roles[role_id].mentionable}


def _mentioning_text(message: Message) -> str:
    displays = (component["content"] for component in message.walk() if component["type"] == ComponentType.TEXT_DISPLAY)
    return "\n".join([message.content, *displays])


def _is_here(message: Message, user_id: int) -> bool:
    guild = message.channel.guild
    if guild is not None:
        return user_id in guild.members
    return any(user.id == user_id for user in message.channel.recipients)


def pinged(message: Message) -> set[int]:
    """Whom the message notifies now: those named, holders of the roles named, or everyone; never its author."""
    guild = message.channel.guild
    found = set(message.mention_ids)
    if guild is not None and (message.mention_everyone or message.mention_role_ids):
        found |= {
            member.id
            for member in guild.members.values()
            if message.mention_everyone or member.role_ids & message.mention_role_ids
        }
    return found - {message.author.id}
