"""Servers, roles, channels, threads, stage instances, scheduled events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from discord_emulator.clock import iso
from discord_emulator.model.belongings import Emoji
from discord_emulator.model.channels import Channel, ChannelType, ForumTag, Overwrite
from discord_emulator.model.guild import GuildState, Role, ScheduledEvent, StageInstance
from discord_emulator.model.members import Member, VoiceState

from .people import member, user, voice_state

_AFK_TIMEOUT_SECONDS = 300
# https://discord.com/developers/docs/resources/channel#channel-object-channel-flags
_REQUIRE_TAG = 1 << 4


def role(one: Role) -> dict[str, Any]:
    """A role object; permissions travel as a string."""
    body: dict[str, Any] = {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "position": one.position,
        "color": one.colour,
        "colors": {"primary_color": one.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": one.hoist,
        "managed": one.managed,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if one.bot_id is not None:
        body["tags"] = {"bot_id": str(one.bot_id)}
    return body


def overwrite(one: Overwrite) -> dict[str, Any]:
    """A permission overwrite object."""
    return {"id": str(one.id), "type": one.type, "allow": str(one.allow), "deny": str(one.deny)}


def channel(one: Channel) -> dict[str, Any]:
    """A channel object of any type."""
    if one.type == ChannelType.DIRECT_MESSAGE:
        return _direct_message(one)
    if one.thread is not None:
        return thread(one)
    body: dict[str, Any] = {
        "id": str(one.id),
        "type": int(one.type),
        "guild_id": str(one.guild.id) if one.guild else None,
        "name": one.name,
        "position": one.position,
        "parent_id": _optional(one.parent_id),
        "permission_overwrites": [overwrite(entry) for entry in one.overwrites.values()],
        "nsfw": one.nsfw,
        "flags": 0,
    }
    if one.holds_messages:
        body["last_message_id"] = _optional(one.last_message_id)
        body["rate_limit_per_user"] = one.slowmode_seconds
        body["topic"] = one.topic
    if one.holds_messages and not one.is_stage:
        body["last_pin_timestamp"] = iso(one.last_pin_at)
    if one.is_forum:
        body |= _forum(one)
    if one.is_vocal:
        body["bitrate"] = one.bitrate
        body["user_limit"] = one.user_limit
        body["rtc_region"] = one.rtc_region
        body["video_quality_mode"] = one.video_quality_mode or 1
    return body


def _forum(one: Channel) -> dict[str, Any]:
    return {
        "flags": _REQUIRE_TAG if one.needs_tag else 0,
        "topic": one.topic,
        "last_message_id": _optional(one.last_message_id),
        "rate_limit_per_user": one.slowmode_seconds,
        "default_thread_rate_limit_per_user": one.slowmode_of_threads_seconds,
        "available_tags": [forum_tag(tag) for tag in one.tags.values()],
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
    }


def forum_tag(one: ForumTag) -> dict[str, Any]:
    """A tag of a forum."""
    return {
        "id": str(one.id),
        "name": one.name,
        "moderated": one.moderated,
        "emoji_id": _optional(one.emoji_id),
        "emoji_name": one.emoji_name,
    }


def _direct_message(one: Channel) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "type": int(one.type),
        "flags": 0,
        "last_message_id": _optional(one.last_message_id),
        "last_pin_timestamp": iso(one.last_pin_at),
        "recipients": [user(account) for account in one.recipients if not account.bot],
    }


def thread(one: Channel) -> dict[str, Any]:
    """A thread object."""
    details = one.thread
    if details is None or one.guild is None:
        raise ValueError(f"{one!r} is no thread")
    metadata: dict[str, Any] = {
        "archived": details.archived,
        "archive_timestamp": iso(details.archived_at),
        "auto_archive_duration": details.auto_archive_minutes,
        "locked": details.locked,
        "create_timestamp": iso(details.created_at),
    }
    if one.is_private_thread:
        metadata["invitable"] = details.invitable
    body: dict[str, Any] = {
        "id": str(one.id),
        "type": int(one.type),
        "guild_id": str(one.guild.id),
        "parent_id": _optional(one.parent_id),
        "owner_id": str(details.owner_id),
        "name": one.name,
        "flags": 0,
        "last_message_id": _optional(one.last_message_id),
        "last_pin_timestamp": iso(one.last_pin_at),
        "rate_limit_per_user": one.slowmode_seconds,
        "message_count": len(one.messages),
        "member_count": min(50, len(details.members)),
        "total_message_sent": details.messages_ever,
        "thread_metadata": metadata,
    }
    if one.parent is not None and one.parent.is_forum:
        body["applied_tags"] = [str(tag_id) for tag_id in details.tag_ids]
    return body


def thread_member(one: Channel, user_id: int) -> dict[str, Any]:
    """A thread member object."""
    joined = one.thread.members[user_id] if one.thread else None
    return {"id": str(one.id), "user_id": str(user_id), "join_timestamp": iso(joined), "flags": 0}


def emoji(one: Emoji) -> dict[str, Any]:
    """An emoji object with its creator."""
    return {
        "id": str(one.id),
        "name": one.name,
        "roles": [str(role_id) for role_id in one.role_ids],
        "user": user(one.creator),
        "require_colons": True,
        "managed": False,
        "animated": one.animated,
        "available": True,
    }


def stage_instance(one: StageInstance) -> dict[str, Any]:
    """A stage instance object."""
    return {
        "id": str(one.id),
        "guild_id": str(one.guild_id),
        "channel_id": str(one.channel_id),
        "topic": one.topic,
        "privacy_level": one.privacy_level,
        "discoverable_disabled": True,
        "guild_scheduled_event_id": _optional(one.event_id),
    }


def event(one: ScheduledEvent, *, with_user_count: bool = False) -> dict[str, Any]:
    """A scheduled event object; ``with_user_count`` says how many are interested."""
    body: dict[str, Any] = {
        "id": str(one.id),
        "guild_id": str(one.guild_id),
        "channel_id": _optional(one.channel_id),
        "creator_id": str(one.creator_id),
        "name": one.name,
        "description": one.description,
        "image": one.image,
        "scheduled_start_time": iso(one.starts_at),
        "scheduled_end_time": iso(one.ends_at),
        "privacy_level": one.privacy_level,
        "status": int(one.status),
        "entity_type": int(one.entity_type),
        "entity_id": _optional(one.entity_id),
        "entity_metadata": None if one.location is None else {"location": one.location},
        "recurrence_rule": one.recurrence_rule,
        "guild_scheduled_event_exceptions": [],
    }
    if with_user_count:
        body["user_count"] = len(one.interested)
    return body


def guild(one: GuildState) -> dict[str, Any]:
    """A guild object as REST returns it."""
    return _fresh_guild(one) | one.profile


def _fresh_guild(one: GuildState) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": one.features,
        "banner": None,
        "owner_id": str(one.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": _AFK_TIMEOUT_SECONDS,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1 if one.community else 0,
        "default_message_notifications": 1 if one.community else 0,
        "explicit_content_filter": 2 if one.community else 0,
        "roles": [role(entry) for entry in one.roles.values()],
        "emojis": [emoji(entry) for entry in one.emojis.values()],
        "stickers": [],
        "mfa_level": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": one.locale,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "nsfw": False,
        "nsfw_level": 0,
        "incidents_data": None,
    }


def guild_create(one: GuildState, members: list[Member], joined_at: datetime) -> dict[str, Any]:
    """What the gateway says of a server when it becomes available, with the ``members`` the session may see."""
    return guild(one) | {
        "joined_at": iso(joined_at),
        "large": len(one.members) > 250,
        "member_count": len(one.members),
        "members": [member(someone) for someone in members],
        "channels": [channel(entry) for entry in one.channels.values()],
        "threads": [],
        "voice_states": [_voice_state_here(someone, someone.voice) for someone in one.in_voice if someone.voice],
        "presences": [],
        "stage_instances": [stage_instance(entry) for entry in one.stage_instances.values()],
        "guild_scheduled_events": [event(entry) for entry in one.events.values() if entry.is_open],
        "soundboard_sounds": [],
    }


def _voice_state_here(someone: Member, state: VoiceState) -> dict[str, Any]:
    """A voice state inside its server, where the server's id goes without saying."""
    body = voice_state(someone, state)
    del body["guild_id"]
    return body


def _optional(snowflake: int | None) -> str | None:
    return None if snowflake is None else str(snowflake)
