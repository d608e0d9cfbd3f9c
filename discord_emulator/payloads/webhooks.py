"""Webhooks."""

from __future__ import annotations

from typing import Any

from discord_emulator.model.webhooks import Webhook

_INCOMING = 1


def webhook(one: Webhook) -> dict[str, Any]:
    """A webhook object without what not everybody sees: who made it, and its token."""
    guild = one.channel.guild
    return {
        "id": str(one.id),
        "type": _INCOMING,
        "name": one.name,
        "avatar": one.avatar,
        "channel_id": str(one.channel.id),
        "guild_id": None if guild is None else str(guild.id),
        "application_id": None if one.application_id is None else str(one.application_id),
    }
