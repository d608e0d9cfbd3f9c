"""Invites."""

from __future__ import annotations

from typing import Any

from discord_emulator.clock import iso
from discord_emulator.model.belongings import Invite
from discord_emulator.model.guild import GuildState

from .people import user
from .places import guild as guild_payload

_GUILD_KEYS = (
    "id", "name", "icon", "splash", "banner", "description", "features", "verification_level", "nsfw_level",
    "vanity_url_code", "premium_subscription_count", "nsfw",
)  # fmt: skip


def invite(one: Invite, guild: GuildState) -> dict[str, Any]:
    """An invite object as anybody sees it."""
    about, channel = guild_payload(guild), guild.channels[one.channel_id]
    return {
        "type": 0,
        "code": one.code,
        "guild_id": str(guild.id),
        "guild": {key: about[key] for key in _GUILD_KEYS},
        "channel": {"id": str(channel.id), "name": channel.name, "type": int(channel.type)},
        "inviter": user(one.inviter),
        "expires_at": iso(one.expires_at),
        "flags": 0,
    }


def with_metadata(one: Invite, guild: GuildState) -> dict[str, Any]:
    """An invite object for those who manage invites: how often it was used, and how long it holds."""
    return invite(one, guild) | metadata(one)


def metadata(one: Invite) -> dict[str, Any]:
    """The part of an invite that only managers see."""
    return {
        "uses": one.uses,
        "max_uses": one.max_uses,
        "max_age": one.max_age,
        "temporary": one.temporary,
        "created_at": iso(one.created_at),
    }


def created(one: Invite, guild: GuildState) -> dict[str, Any]:
    """What INVITE_CREATE carries."""
    return metadata(one) | {
        "channel_id": str(one.channel_id),
        "guild_id": str(guild.id),
        "code": one.code,
        "inviter": user(one.inviter),
        "expires_at": iso(one.expires_at),
    }
