"""Interactions as INTERACTION_CREATE carries them.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
"""

from __future__ import annotations

from typing import Any

from discord_emulator.model.interactions import Interaction

from . import messages, people, places

_IN_GUILD, _IN_DIRECT_MESSAGE = 0, 1


def interaction(one: Interaction, *, granted: int, app_granted: int) -> dict[str, Any]:
    """An interaction; ``granted`` is what the person may do in the channel, ``app_granted`` what the application."""
    guild = one.channel.guild
    body: dict[str, Any] = {
        "id": str(one.id),
        "application_id": str(one.application.id),
        "type": int(one.type),
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel_id": str(one.channel.id),
        "channel": places.channel(one.channel),
        "app_permissions": str(app_granted),
        "locale": "en-US",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": messages.owners(one),
        "context": _IN_DIRECT_MESSAGE if guild is None else _IN_GUILD,
        "attachment_size_limit": messages.MAX_ATTACHMENT_BYTES,
    }
    if guild is None:
        body["user"] = people.user(one.member.user)
    else:
        body["channel"] |= {"permissions": str(granted)}
        body |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": guild.features},
            "guild_locale": guild.locale,
            "member": people.member(one.member) | {"permissions": str(granted)},
        }
    if one.source is not None:
        body["message"] = messages.for_application(one.source, one.application)
    return body
