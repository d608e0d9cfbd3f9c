"""Servers and what they own: settings, positions, bans, invites, emojis.

Limits: https://docs.discord.com/developers/resources/guild and the pages named at each check.
"""

from __future__ import annotations

from typing import Any

import regex

from discord_emulator.errors import ApiError

from .form import NOT_A_LIST, Form
from .localized import LOCALES

_WEEK_SECONDS = 604_800
_BANS_AT_ONCE = 200
_ROLE_LIMIT = 1_521
_EMOJI_NAME = regex.compile(r"[A-Za-z0-9_]{2,32}")
_IMAGES = ("icon", "splash", "banner", "discovery_splash", "home_header")
_CHANNELS = (
    "afk_channel_id", "system_channel_id", "rules_channel_id", "public_updates_channel_id", "safety_alerts_channel_id",
)  # fmt: skip
GUILD_KEYS = frozenset(
    {"name", "description", "region", "verification_level", "default_message_notifications", "afk_timeout"}
    | {"explicit_content_filter", "preferred_locale", "system_channel_flags", "features", "owner_id"}
    | {"premium_progress_bar_enabled", *_IMAGES, *_CHANNELS}
)


def check_guild(body: dict[str, Any]) -> None:
    """Checks the change of a server's settings. Raises ApiError 50035.

    https://docs.discord.com/developers/resources/guild#modify-guild
    """
    guild = Form.of(body)
    guild.only(GUILD_KEYS)
    guild.text("name", 100, minimum=2, required="name" in guild.data)
    guild.text("description", 300)
    guild.choice("verification_level", (0, 1, 2, 3, 4))
    guild.choice("default_message_notifications", (0, 1))
    guild.choice("explicit_content_filter", (0, 1, 2))
    guild.choice("afk_timeout", (60, 300, 900, 1800, 3600))
    guild.choice("preferred_locale", tuple(sorted(LOCALES)))
    guild.integer("system_channel_flags", 0, 2**31 - 1)
    guild.boolean("premium_progress_bar_enabled")
    guild.snowflake("owner_id")
    for key in _CHANNELS:
        guild.snowflake(key)
    for key in _IMAGES:
        guild.text(key, 2**31)
    features = guild.data.get("features")
    if features is not None and not (isinstance(features, list) and all(isinstance(one, str) for one in features)):
        guild.fault("features", *NOT_A_LIST)
    guild.errors.raise_if_any()


def check_positions(body: object, keys: frozenset[str]) -> list[dict[str, Any]]:
    """Checks a list of things and where they go (``id`` and ``keys``); returns it. Raises ApiError 50035."""
    if not isinstance(body, list) or not body:
        code, message = NOT_A_LIST
        raise ApiError(400, 50035, "Invalid Form Body", {"_errors": [{"code": code, "message": message}]})
    for index, entry in enumerate(body):
        move = Form.of(entry)
        move = Form(move.data, (index,))
        move.only(keys | {"id"})
        move.snowflake("id", required=True)
        move.integer("position", 0, 2**31 - 1)
        move.snowflake("parent_id")
        move.boolean("lock_permissions")
        move.errors.raise_if_any()
    return body


def check_ban(body: dict[str, Any]) -> int:
    """Checks a ban; returns the seconds back to which messages are deleted. Raises ApiError 50035."""
    ban = Form.of(body)
    ban.only({"delete_message_seconds", "delete_message_days"})
    seconds = ban.integer("delete_message_seconds", 0, _WEEK_SECONDS) or 0
    days = ban.integer("delete_message_days", 0, 7) or 0
    ban.errors.raise_if_any()
    return seconds or days * 86_400


def check_bulk_ban(body: dict[str, Any]) -> tuple[list[int], int]:
    """Checks a ban of 1 to 200 users; returns their ids and the seconds. Raises ApiError 50035."""
    ban = Form.of(body)
    ban.only({"user_ids", "delete_message_seconds"})
    user_ids = ban.snowflakes("user_ids", _BANS_AT_ONCE) or []
    if not user_ids and ban.require("user_ids"):
        ban.fault("user_ids", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_BANS_AT_ONCE} in length.")
    seconds = ban.integer("delete_message_seconds", 0, _WEEK_SECONDS) or 0
    ban.errors.raise_if_any()
    return user_ids, seconds


def check_invite(body: dict[str, Any]) -> None:
    """Checks an invite to a channel, for its members and guests; those into streams and activities are not here.

    https://docs.discord.com/developers/resources/channel#create-channel-invite. Raises ApiError 50035.
    """
    invite = Form.of(body)
    invite.only({"max_age", "max_uses", "temporary", "unique"})
    invite.integer("max_age", 0, _WEEK_SECONDS)
    invite.integer("max_uses", 0, 100)
    invite.boolean("temporary")
    invite.boolean("unique")
    invite.errors.raise_if_any()


def check_emoji(body: dict[str, Any], *, is_edit: bool = False, has_roles: bool = True) -> None:
    """Checks an emoji of a server, or without roles of an application. Raises ApiError 50035.

    https://docs.discord.com/developers/resources/emoji
    """
    emoji = Form.of(body)
    emoji.only({"name"} | (set() if is_edit else {"image"}) | ({"roles"} if has_roles else set()))
    name = emoji.text("name", 32, minimum=2, required=not is_edit or "name" in emoji.data)
    if name is not None and _EMOJI_NAME.fullmatch(name) is None:
        emoji.fault("name", "STRING_TYPE_REGEX", "String value did not match validation regex.")
    if not is_edit:
        emoji.text("image", 2**31, minimum=1, required=True)
    emoji.snowflakes("roles", _ROLE_LIMIT)
    emoji.errors.raise_if_any()


def check_own_user(body: dict[str, Any]) -> None:
    """Checks the change of the bot's account: https://docs.discord.com/developers/resources/user#modify-current-user.

    Raises ApiError 50035.
    """
    account = Form.of(body)
    account.only({"username", "avatar", "banner"})
    account.text("username", 32, minimum=2, required="username" in account.data)
    account.text("avatar", 2**31)
    account.text("banner", 2**31)
    account.errors.raise_if_any()
