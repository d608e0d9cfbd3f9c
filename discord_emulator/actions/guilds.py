"""A server's settings, and its end: https://discord.com/developers/docs/resources/guild#modify-guild"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import FormErrors, missing_permissions
from discord_emulator.gateway.intents import Intent
from discord_emulator.images import image_hash
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import ChannelType
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.payloads import places as payloads
from discord_emulator.snowflake import as_snowflake

from . import audit_log, thread_state, voice, webhooks

if TYPE_CHECKING:
    from discord_emulator.world import World

_IMAGES = frozenset({"icon", "splash", "banner", "discovery_splash", "home_header"})
_CHANNEL_KINDS = {
    "afk_channel_id": ChannelType.VOICE,
    "system_channel_id": ChannelType.TEXT,
    "rules_channel_id": ChannelType.TEXT,
    "public_updates_channel_id": ChannelType.TEXT,
    "safety_alerts_channel_id": ChannelType.TEXT,
}
# Whose null means none; that of the others sets them back to what a fresh server has.
_MAY_BE_NONE = frozenset({"description", *_IMAGES, *_CHANNEL_KINDS})


def change(world: World, actor: Member, body: dict[str, Any], by: Actor) -> None:
    """Changes settings as the checked body says. ``actor`` has Manage Server.

    Raises 50013 for another owner by anybody but the owner, 50035 for a channel that is none of the kind. Features
    are given back as they are or refused: what switching them needs is not here.
    """
    guild = actor.guild
    before = payloads.guild(guild)
    if body.get("owner_id") is not None:
        raise missing_permissions()
    fresh = _read(guild, body)
    if "name" in body:
        guild.name = body["name"]
    guild.locale = fresh.pop("preferred_locale", None) or guild.locale
    kept = guild.profile | fresh
    guild.profile = {key: value for key, value in kept.items() if value is not None or key in _MAY_BE_NONE}
    after = payloads.guild(guild)
    announce(world, guild)
    changes = audit_log.difference(before, after, body.keys())
    if changes:
        audit_log.record(world, guild, by, AuditLogAction.GUILD_UPDATE, guild.id, changes=changes)


def _read(guild: GuildState, body: dict[str, Any]) -> dict[str, Any]:
    form = FormErrors()
    fresh: dict[str, Any] = {}
    for key, value in body.items():
        if key in _CHANNEL_KINDS and value is not None:
            channel = guild.channels.get(as_snowflake(value, key))
            if channel is None or channel.type != _CHANNEL_KINDS[key]:
                form.add((key,), "GUILD_INVALID_CHANNEL", "The channel is not in the server or of another kind.")
            fresh[key] = str(value)
        elif key in _IMAGES:
            fresh[key] = image_hash(value, key)
        elif key == "features":
            if set(value or []) != set(guild.features):
                form.add((key,), "EMULATOR_GUILD_FEATURES", "Features cannot be switched here.")
        elif key not in ("name", "owner_id", "region"):
            fresh[key] = value
    form.raise_if_any()
    return fresh


def announce(world: World, guild: GuildState) -> None:
    """Sends GUILD_UPDATE."""
    world.hub.to_guild(guild, "GUILD_UPDATE", payloads.guild(guild), Intent.GUILDS)


def delete(world: World, guild: GuildState) -> None:
    """The owner deletes the server: everything in it goes, and every bot in it is told once (GUILD_DELETE)."""
    for member in guild.in_voice:
        voice.leave(world, member)
    for channel in [*guild.channels.values(), *guild.threads.values()]:
        world.channels.pop(channel.id, None)
        thread_state.forget_messages(channel)
        webhooks.forget_channel(world, channel)
    del world.guilds[guild.id]
    for application in guild.applications.values():
        application.commands.pop(guild.id, None)
        world.hub.to_application(application, "GUILD_DELETE", {"id": str(guild.id)}, guild.id, Intent.GUILDS)
    for kept in (
        guild.applications, guild.members, guild.channels, guild.threads, guild.events, guild.stage_instances,
        guild.invites, guild.emojis,
    ):  # fmt: skip
        kept.clear()
