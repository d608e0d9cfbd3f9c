"""Stage instances, members, voice states and roles; channels and scheduled events are at hand here too.

Rules: the pages of https://docs.discord.com/developers/resources/ named at each check.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from .channels import check_channel, check_overwrite
from .events import check_scheduled_event
from .form import Form

__all__ = [
    "check_channel",
    "check_member_edit",
    "check_overwrite",
    "check_role",
    "check_scheduled_event",
    "check_stage_instance",
    "check_voice_state",
]

LONGEST_TIMEOUT = timedelta(days=28)
_NICK_LIMIT = 32
_ROLE_LIMIT = 350
_COLOR_LIMIT = 0xFFFFFF


def check_stage_instance(body: dict[str, Any], *, is_edit: bool = False) -> None:
    """Checks a stage instance: a topic of 1 to 120 characters, for guild members only (privacy level 2; the
    public level 1 is gone).

    https://docs.discord.com/developers/resources/stage-instance. Raises ApiError 50035.
    """
    stage = Form.of(body)
    keys = {"topic", "privacy_level"}
    created_with = {"channel_id", "send_start_notification", "guild_scheduled_event_id"}
    stage.only(keys if is_edit else keys | created_with)
    stage.text("topic", 120, minimum=1, required=not is_edit or "topic" in stage.data)
    stage.choice("privacy_level", (2,))
    if not is_edit:
        stage.snowflake("channel_id", required=True)
        stage.snowflake("guild_scheduled_event_id")
        stage.boolean("send_start_notification")
    stage.errors.raise_if_any()


def check_member_edit(body: dict[str, Any], *, is_self: bool = False, now: datetime | None = None) -> None:
    """Checks the change of a member or, with ``is_self``, of the bot's own member.

    ``now`` (aware) is the time from which a timeout may last 28 days; the real one by default.

    https://docs.discord.com/developers/resources/guild#modify-guild-member. Raises ApiError 50035.
    """
    member = Form.of(body)
    member.text("nick", _NICK_LIMIT)
    if is_self:
        member.only({"nick", "avatar", "banner", "bio"})
        member.text("avatar", 2**31)
        member.text("banner", 2**31)
        member.text("bio", 190)
    else:
        member.only({"nick", "roles", "mute", "deaf", "channel_id", "communication_disabled_until", "flags"})
        member.snowflakes("roles", _ROLE_LIMIT)
        member.boolean("mute")
        member.boolean("deaf")
        member.snowflake("channel_id")
        member.integer("flags", 0, 2**31 - 1)
        _check_timeout(member, now or datetime.now(UTC))
    member.errors.raise_if_any()


def _check_timeout(member: Form, now: datetime) -> None:
    until = member.timestamp("communication_disabled_until")
    if until is not None and until > now + LONGEST_TIMEOUT:
        text = f"A timeout lasts at most {LONGEST_TIMEOUT.days} days"
        member.fault("communication_disabled_until", "EMULATOR_TIMEOUT_TOO_LONG", text)


def check_voice_state(body: dict[str, Any]) -> None:
    """Checks the change of a voice state in a stage channel, the bot's own or another's.

    Discord documents ``request_to_speak_timestamp`` for the own state only; for others discord.py sends it too
    and Discord takes it, so it is let through.

    https://docs.discord.com/developers/resources/voice#modify-current-user-voice-state. Raises ApiError 50035.
    """
    state = Form.of(body)
    state.only({"channel_id", "suppress", "request_to_speak_timestamp"})
    state.snowflake("channel_id")
    state.boolean("suppress")
    state.timestamp("request_to_speak_timestamp")
    state.errors.raise_if_any()


def check_role(body: dict[str, Any], *, is_edit: bool = False) -> None:
    """Checks a role; every key may be missing, on creation as well (it is then a "new role").

    https://docs.discord.com/developers/resources/guild#create-guild-role. Raises ApiError 50035.
    """
    role = Form.of(body)
    role.only({
        "name", "permissions", "color", "colors", "hoist", "icon", "unicode_emoji", "mentionable",
    })  # fmt: skip
    role.text("name", 100, minimum=1, required=is_edit and "name" in role.data)
    role.bits("permissions")
    role.integer("color", 0, _COLOR_LIMIT)
    role.boolean("hoist")
    role.boolean("mentionable")
    role.text("icon", 2**31)
    role.text("unicode_emoji", 100)
    colors = role.child("colors")
    if colors is not None:
        colors.only({"primary_color", "secondary_color", "tertiary_color"})
        colors.integer("primary_color", 0, _COLOR_LIMIT)
        colors.integer("secondary_color", 0, _COLOR_LIMIT)
        colors.integer("tertiary_color", 0, _COLOR_LIMIT)
    role.errors.raise_if_any()
