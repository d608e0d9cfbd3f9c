"""Channels and their permission overwrites.

Limits: https://docs.discord.com/developers/resources/channel#modify-channel and
https://docs.discord.com/developers/resources/guild#create-guild-channel
"""

from __future__ import annotations

from typing import Any

from discord_emulator.regions import REGIONS

from .form import Form

TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM, MEDIA = 0, 2, 4, 5, 13, 15, 16
KINDS = (TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, 14, FORUM, MEDIA)
"""Types that can be created in a guild (14 is a directory)."""

OVERWRITE_LIMIT = 100
"""Overwrites in one request, by Discord's OpenAPI description; a channel holds up to 1,000 (code 30060)."""

_TOPIC_LIMIT = 1_024
_FORUM_TOPIC_LIMIT = 4_096
SLOWMODE_LIMIT = 21_600
_STATUS_LIMIT = 500
_SHORTEST_BITRATE = 8_000
_BITRATE_LIMITS = {STAGE: 64_000, VOICE: 384_000}
_USER_LIMITS = {STAGE: 10_000, VOICE: 99}
ARCHIVE_MINUTES = (60, 1_440, 4_320, 10_080)
_KEYS = frozenset(
    {"name", "type", "position", "topic", "nsfw", "parent_id", "permission_overwrites", "flags"}
    | {"bitrate", "user_limit", "rtc_region", "video_quality_mode", "rate_limit_per_user"}
    | {"default_auto_archive_duration", "default_thread_rate_limit_per_user", "default_reaction_emoji"}
    | {"default_sort_order", "default_forum_layout", "default_tag_setting", "available_tags"}
)
_THREAD_KEYS = frozenset(
    {"name", "archived", "auto_archive_duration", "locked", "invitable"}
    | {"rate_limit_per_user", "flags", "applied_tags"}
)
_THREADS = (10, 11, 12)


def check_channel(body: dict[str, Any], *, is_edit: bool = False, kind: int | None = None) -> None:
    """Checks a channel that is created or, with ``is_edit``, changed (threads too).

    ``kind`` is the type of the channel that is edited; unknown, the widest limits hold. Raises ApiError 50035.
    """
    channel = Form.of(body)
    unknown = is_edit and kind is None
    channel.only(_KEYS | _THREAD_KEYS if unknown else _THREAD_KEYS if kind in _THREADS else _KEYS)
    kind = channel.choice("type", KINDS) if channel.given("type") else kind if is_edit else TEXT
    channel.text("name", 100, minimum=1, required=not is_edit or "name" in channel.data)
    channel.text("topic", _FORUM_TOPIC_LIMIT if kind in (FORUM, MEDIA) else _TOPIC_LIMIT)
    channel.integer("position", 0, 2**31 - 1)
    channel.integer("flags", 0, 2**31 - 1)
    channel.boolean("nsfw")
    channel.snowflake("parent_id")
    channel.integer("rate_limit_per_user", 0, SLOWMODE_LIMIT)
    _check_overwrites(channel)
    _check_voice(channel, kind)
    _check_threads(channel)
    channel.errors.raise_if_any()


def check_overwrite(body: dict[str, Any]) -> None:
    """Checks the body of one permission overwrite, whose id is in the route. Raises ApiError 50035."""
    overwrite = Form.of(body)
    _check_overwrite(overwrite, needs_id=False)
    overwrite.errors.raise_if_any()


def check_voice_status(body: dict[str, Any]) -> None:
    """Checks the line under a voice channel's name. Raises ApiError 50035."""
    line = Form.of(body)
    line.only({"status"})
    line.text("status", _STATUS_LIMIT)
    line.errors.raise_if_any()


def _check_overwrites(channel: Form) -> None:
    seen: set[int] = set()
    for overwrite in channel.children("permission_overwrites", OVERWRITE_LIMIT):
        number = _check_overwrite(overwrite, needs_id=True)
        if number is not None and number in seen:
            text = "A role or member has one overwrite"
            overwrite.fault("id", "EMULATOR_OVERWRITE_DUPLICATED", text)
        elif number is not None:
            seen.add(number)


def _check_overwrite(overwrite: Form, *, needs_id: bool) -> int | None:
    """Checks one overwrite (``type`` 0 role, 1 member; bit sets); returns its id."""
    overwrite.only({"id", "type", "allow", "deny"})
    overwrite.choice("type", (0, 1), required=True)
    allow = overwrite.bits("allow")
    deny = overwrite.bits("deny")
    if (allow or 0) & (deny or 0):
        text = "A permission is either allowed or denied"
        overwrite.fault("deny", "EMULATOR_OVERWRITE_CONTRADICTION", text)
    return overwrite.snowflake("id", required=needs_id)


def _check_voice(channel: Form, kind: int | None) -> None:
    """Bitrate (bits per second), user limit (0 for none) and region of voice and stage channels."""
    channel.integer("bitrate", _SHORTEST_BITRATE, _limit(_BITRATE_LIMITS, kind))
    channel.integer("user_limit", 0, _limit(_USER_LIMITS, kind))
    channel.choice("rtc_region", tuple(REGIONS))
    channel.choice("video_quality_mode", (1, 2))


def _limit(limits: dict[int, int], kind: int | None) -> int:
    return max(limits.values()) if kind is None else limits.get(kind, max(limits.values()))


def _check_threads(channel: Form) -> None:
    """What threads, and the channels that hold them, have."""
    channel.choice("default_auto_archive_duration", ARCHIVE_MINUTES)
    channel.choice("auto_archive_duration", ARCHIVE_MINUTES)
    channel.integer("default_thread_rate_limit_per_user", 0, SLOWMODE_LIMIT)
    channel.choice("default_sort_order", (0, 1))
    channel.choice("default_forum_layout", (0, 1, 2))
    channel.choice("default_tag_setting", ("match_all", "match_some"))
    for key in ("archived", "locked", "invitable"):
        channel.boolean(key)
    channel.snowflakes("applied_tags", 5)
    _check_emoji(channel.child("default_reaction_emoji"))
    for tag in channel.children("available_tags", 20):
        tag.only({"id", "name", "moderated", "emoji_id", "emoji_name"})
        tag.snowflake("id")
        # By the documentation; the OpenAPI description says 50.
        tag.text("name", 20, minimum=1, required=True)
        tag.boolean("moderated")
        _check_emoji(tag)


def _check_emoji(owner: Form | None) -> None:
    if owner is not None:
        owner.snowflake("emoji_id")
        owner.text("emoji_name", 100)
