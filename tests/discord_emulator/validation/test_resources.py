"""Stages, channels, members, voice states, events and roles: every limit from both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from discord_emulator.validation.resources import (
    check_channel,
    check_member_edit,
    check_overwrite,
    check_role,
    check_scheduled_event,
    check_stage_instance,
    check_voice_state,
)
from tests.discord_emulator.validation.support import Rule, faults, without

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
EDIT = {"is_edit": True}
STAGE = {"topic": "Evening Space", "channel_id": 5}


def at(**distance: float) -> str:
    return (NOW + timedelta(**distance)).isoformat()


def stage(**changes: Any) -> dict[str, Any]:
    return STAGE | changes


def channel(kind: int = 13, **changes: Any) -> dict[str, Any]:
    return {"name": "Evening Space", "type": kind} | changes


def overwrite(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"id": number, "type": 0, "allow": "1024", "deny": 0} | changes


def event(**changes: Any) -> dict[str, Any]:
    base = {"name": "Evening Space", "privacy_level": 2, "scheduled_start_time": at(hours=1)}
    return base | {"entity_type": 1, "channel_id": "5"} | changes


def outing(**changes: Any) -> dict[str, Any]:
    place = {"entity_type": 3, "channel_id": None, "entity_metadata": {"location": "The park"}}
    return event(scheduled_end_time=at(hours=2)) | place | changes


STAGES = [
    Rule("topic", stage(topic="x" * 120), stage(topic="x" * 121), "topic", "BASE_TYPE_BAD_LENGTH"),
    Rule("topic is there", stage(topic="x"), stage(topic=""), "topic", "BASE_TYPE_REQUIRED"),
    Rule("channel", stage(channel_id="5"), without(STAGE, "channel_id"), "channel_id", "BASE_TYPE_REQUIRED"),
    Rule("privacy", stage(privacy_level=2), stage(privacy_level=1), "privacy_level", "BASE_TYPE_CHOICES"),
    Rule(
        "notification",
        stage(send_start_notification=True),
        stage(send_start_notification=1),
        "send_start_notification",
        "BOOLEAN_TYPE_CONVERT",
    ),
    Rule(
        "event",
        stage(guild_scheduled_event_id="7"),
        stage(guild_scheduled_event_id="x"),
        "guild_scheduled_event_id",
        "NUMBER_TYPE_COERCE",
    ),
    Rule("edit", {"privacy_level": 2}, {"topic": "x" * 121}, "topic", "BASE_TYPE_BAD_LENGTH", EDIT),
    Rule("edits stay", {"topic": "x"}, {"topic": "x", "channel_id": 5}, "channel_id", "EMULATOR_UNKNOWN_KEY", EDIT),
]

CHANNELS = [
    Rule("name", channel(name="x" * 100), channel(name="x" * 101), "name", "BASE_TYPE_BAD_LENGTH"),
    Rule("name is there", channel(), without(channel(), "name"), "name", "BASE_TYPE_REQUIRED"),
    Rule("type", channel(2), channel(10), "type", "BASE_TYPE_CHOICES"),
    Rule("topic", channel(topic="x" * 1_024), channel(topic="x" * 1_025), "topic", "BASE_TYPE_MAX_LENGTH"),
    Rule(
        "forum topic", channel(15, topic="x" * 4_096), channel(15, topic="x" * 4_097), "topic", "BASE_TYPE_MAX_LENGTH"
    ),
    Rule("people in a stage", channel(user_limit=10_000), channel(user_limit=10_001), "user_limit", "NUMBER_TYPE_MAX"),
    Rule("people in a call", channel(2, user_limit=99), channel(2, user_limit=100), "user_limit", "NUMBER_TYPE_MAX"),
    Rule("no limit", channel(user_limit=0), channel(user_limit=-1), "user_limit", "NUMBER_TYPE_MIN"),
    Rule("bitrate", channel(bitrate=8_000), channel(bitrate=7_999), "bitrate", "NUMBER_TYPE_MIN"),
    Rule("stage bitrate", channel(bitrate=64_000), channel(bitrate=64_001), "bitrate", "NUMBER_TYPE_MAX"),
    Rule("call bitrate", channel(2, bitrate=384_000), channel(2, bitrate=384_001), "bitrate", "NUMBER_TYPE_MAX"),
    Rule(
        "slowmode",
        channel(rate_limit_per_user=21_600),
        channel(rate_limit_per_user=21_601),
        "rate_limit_per_user",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "video", channel(video_quality_mode=2), channel(video_quality_mode=3), "video_quality_mode", "BASE_TYPE_CHOICES"
    ),
    Rule("category", channel(parent_id=None), channel(parent_id="top"), "parent_id", "NUMBER_TYPE_COERCE"),
    Rule("nsfw", channel(nsfw=False), channel(nsfw=0), "nsfw", "BOOLEAN_TYPE_CONVERT"),
    Rule("keys", channel(position=1), channel(user_limt=1), "user_limt", "EMULATOR_UNKNOWN_KEY"),
    Rule(
        "overwrites",
        channel(permission_overwrites=[overwrite(number) for number in range(100)]),
        channel(permission_overwrites=[overwrite(number) for number in range(101)]),
        "permission_overwrites",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "overwrite type",
        channel(permission_overwrites=[overwrite(type=1)]),
        channel(permission_overwrites=[overwrite(type=2)]),
        "permission_overwrites.0.type",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "overwrite bits",
        channel(permission_overwrites=[overwrite(allow=8)]),
        channel(permission_overwrites=[overwrite(allow=-8)]),
        "permission_overwrites.0.allow",
        "NUMBER_TYPE_COERCE",
    ),
    Rule(
        "overwrite id",
        channel(permission_overwrites=[overwrite()]),
        channel(permission_overwrites=[without(overwrite(), "id")]),
        "permission_overwrites.0.id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "overwrite sides",
        channel(permission_overwrites=[overwrite(deny="2048")]),
        channel(permission_overwrites=[overwrite(deny="1024")]),
        "permission_overwrites.0.deny",
        "EMULATOR_OVERWRITE_CONTRADICTION",
    ),
    Rule(
        "overwrite once",
        channel(permission_overwrites=[overwrite(1), overwrite(2)]),
        channel(permission_overwrites=[overwrite(1), overwrite(1)]),
        "permission_overwrites.1.id",
        "EMULATOR_OVERWRITE_DUPLICATED",
    ),
    Rule(
        "tags",
        channel(15, available_tags=[{"name": "x" * 20}]),
        channel(15, available_tags=[{"name": "x" * 21}]),
        "available_tags.0.name",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("edit", {"topic": None}, {"name": ""}, "name", "BASE_TYPE_REQUIRED", EDIT),
    Rule(
        "edit of a stage",
        {"user_limit": 10_000},
        {"bitrate": 96_000},
        "bitrate",
        "NUMBER_TYPE_MAX",
        {"is_edit": True, "kind": 13},
    ),
    Rule(
        "thread",
        {"archived": True, "auto_archive_duration": 60},
        {"auto_archive_duration": 61},
        "auto_archive_duration",
        "BASE_TYPE_CHOICES",
        EDIT,
    ),
]

CHANNELS += [
    Rule(f"type {kind}", channel(kind), channel(1), "type", "BASE_TYPE_CHOICES")
    for kind in (0, 2, 4, 5, 13, 14, 15, 16)
]
CHANNELS += [
    Rule("media topic", channel(16, topic="x" * 4_096), channel(5, topic="x" * 1_025), "topic", "BASE_TYPE_MAX_LENGTH"),
    Rule(
        "video as chosen",
        channel(video_quality_mode=1),
        channel(video_quality_mode=0),
        "video_quality_mode",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "order",
        channel(15, default_sort_order=1),
        channel(15, default_sort_order=2),
        "default_sort_order",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "first order",
        channel(15, default_sort_order=0),
        channel(15, default_sort_order=-1),
        "default_sort_order",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "forum view",
        channel(15, default_forum_layout=2),
        channel(15, default_forum_layout=3),
        "default_forum_layout",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "usual view",
        channel(15, default_forum_layout=0),
        channel(15, default_forum_layout=-1),
        "default_forum_layout",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "match",
        channel(15, default_tag_setting="match_all"),
        channel(15, default_tag_setting="all"),
        "default_tag_setting",
        "BASE_TYPE_CHOICES",
    ),
    Rule("first place", channel(position=0), channel(position=-1), "position", "NUMBER_TYPE_MIN"),
    Rule(
        "no slowmode",
        channel(rate_limit_per_user=0),
        channel(rate_limit_per_user=-1),
        "rate_limit_per_user",
        "NUMBER_TYPE_MIN",
    ),
    Rule("flags", channel(flags=0), channel(flags=-1), "flags", "NUMBER_TYPE_MIN"),
    Rule(
        "thread slowmode",
        channel(default_thread_rate_limit_per_user=21_600),
        channel(default_thread_rate_limit_per_user=21_601),
        "default_thread_rate_limit_per_user",
        "NUMBER_TYPE_MAX",
    ),
    Rule(
        "reaction",
        channel(15, default_reaction_emoji={"emoji_name": "x" * 100}),
        channel(15, default_reaction_emoji={"emoji_name": "x" * 101}),
        "default_reaction_emoji.emoji_name",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "twenty tags",
        channel(15, available_tags=[{"name": "x"}] * 20),
        channel(15, available_tags=[{"name": "x"}] * 21),
        "available_tags",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "post tags",
        {"applied_tags": ["1", "2", "3", "4", "5"]},
        {"applied_tags": ["1", "2", "3", "4", "5", "6"]},
        "applied_tags",
        "BASE_TYPE_MAX_LENGTH",
        EDIT,
    ),
]

OVERWRITES = [
    Rule("one overwrite", {"type": 1, "allow": "0", "deny": "1"}, {"allow": "0"}, "type", "BASE_TYPE_REQUIRED"),
]

MEMBERS = [
    Rule("all roles", {"roles": list(range(350))}, {"roles": list(range(351))}, "roles", "BASE_TYPE_MAX_LENGTH"),
    Rule("flags", {"flags": 0}, {"flags": -1}, "flags", "NUMBER_TYPE_MIN"),
    Rule("nick", {"nick": "x" * 32}, {"nick": "x" * 33}, "nick", "BASE_TYPE_MAX_LENGTH"),
    Rule("roles", {"roles": ["1", 2]}, {"roles": ["1", "1"]}, "roles.1", "SET_TYPE_ALREADY_CONTAINS_VALUE"),
    Rule("mute", {"mute": True, "deaf": None}, {"mute": "yes"}, "mute", "BOOLEAN_TYPE_CONVERT"),
    Rule("move", {"channel_id": None}, {"channel_id": "stage"}, "channel_id", "NUMBER_TYPE_COERCE"),
    Rule(
        "timeout",
        {"communication_disabled_until": at(days=28)},
        {"communication_disabled_until": at(days=28, seconds=1)},
        "communication_disabled_until",
        "EMULATOR_TIMEOUT_TOO_LONG",
        {"now": NOW},
    ),
    Rule("keys", {"nick": ""}, {"nickname": "x"}, "nickname", "EMULATOR_UNKNOWN_KEY"),
    Rule(
        "own nick", {"nick": "x" * 32}, {"nick": "x", "mute": True}, "mute", "EMULATOR_UNKNOWN_KEY", {"is_self": True}
    ),
    Rule("own bio", {"bio": "x" * 190}, {"bio": "x" * 191}, "bio", "BASE_TYPE_MAX_LENGTH", {"is_self": True}),
]

VOICE_STATES = [
    Rule("suppress", {"suppress": False, "channel_id": 5}, {"suppress": 0}, "suppress", "BOOLEAN_TYPE_CONVERT"),
    Rule(
        "hand",
        {"request_to_speak_timestamp": "2026-08-01T12:00:00.5"},
        {"request_to_speak_timestamp": "now"},
        "request_to_speak_timestamp",
        "DATE_TIME_TYPE_PARSE",
    ),
    Rule("hand down", {"request_to_speak_timestamp": None}, {"mute": True}, "mute", "EMULATOR_UNKNOWN_KEY"),
]

ROLES = [
    Rule("no color", {"color": 0}, {"color": -1}, "color", "NUMBER_TYPE_MIN"),
    Rule("emoji", {"unicode_emoji": "x" * 100}, {"unicode_emoji": "x" * 101}, "unicode_emoji", "BASE_TYPE_MAX_LENGTH"),
    Rule("shortest name", {"name": "x"}, {"name": ""}, "name", "BASE_TYPE_BAD_LENGTH"),
    Rule("name", {"name": "x" * 100}, {"name": "x" * 101}, "name", "BASE_TYPE_BAD_LENGTH"),
    Rule("permissions", {"permissions": "0"}, {"permissions": "all"}, "permissions", "NUMBER_TYPE_COERCE"),
    Rule("color", {"color": 0xFFFFFF}, {"color": 0x1000000}, "color", "NUMBER_TYPE_MAX"),
    Rule(
        "colors",
        {"colors": {"primary_color": 0, "tertiary_color": None}},
        {"colors": {"primary_color": -1}},
        "colors.primary_color",
        "NUMBER_TYPE_MIN",
    ),
    Rule("hoist", {"hoist": True}, {"hoist": "yes"}, "hoist", "BOOLEAN_TYPE_CONVERT"),
    Rule("edit", {"mentionable": False}, {"name": ""}, "name", "BASE_TYPE_REQUIRED", EDIT),
]

RUNNING = event(status=2)
PLANNED = event(status=1, scheduled_end_time=at(hours=3))
CHANGE = {"is_edit": True, "previous": PLANNED}

EVENTS = [
    Rule("name", event(name="x" * 100), event(name="x" * 101), "name", "BASE_TYPE_BAD_LENGTH"),
    Rule("name is there", event(), event(name=" "), "name", "BASE_TYPE_REQUIRED"),
    Rule(
        "description",
        event(description="x" * 1_000),
        event(description="x" * 1_001),
        "description",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "start",
        event(scheduled_start_time=at(seconds=1)),
        event(scheduled_start_time=at(seconds=0)),
        "scheduled_start_time",
        "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
    ),
    Rule(
        "start is there",
        event(),
        without(event(), "scheduled_start_time"),
        "scheduled_start_time",
        "BASE_TYPE_REQUIRED",
    ),
    Rule("start is a time", event(), event(scheduled_start_time=5), "scheduled_start_time", "DATE_TIME_TYPE_PARSE"),
    Rule(
        "end",
        event(scheduled_end_time=at(hours=1, seconds=1)),
        event(scheduled_end_time=at(hours=1)),
        "scheduled_end_time",
        "EMULATOR_EVENT_ENDS_BEFORE_START",
    ),
    Rule("privacy", event(), event(privacy_level=1), "privacy_level", "BASE_TYPE_CHOICES"),
    Rule("privacy is there", event(), without(event(), "privacy_level"), "privacy_level", "BASE_TYPE_REQUIRED"),
    Rule("kind", event(entity_type=2), event(entity_type=4), "entity_type", "BASE_TYPE_CHOICES"),
    Rule("channel", event(entity_metadata=None), event(channel_id=None), "channel_id", "BASE_TYPE_REQUIRED"),
    Rule(
        "no location",
        event(entity_metadata={}),
        event(entity_metadata={"location": "x"}),
        "entity_metadata",
        "EMULATOR_EVENT_PLACE",
    ),
    Rule("outing", outing(), outing(channel_id="5"), "channel_id", "EMULATOR_EVENT_PLACE"),
    Rule("outing place", outing(), outing(entity_metadata=None), "entity_metadata.location", "BASE_TYPE_REQUIRED"),
    Rule(
        "outing place length",
        outing(entity_metadata={"location": "x" * 100}),
        outing(entity_metadata={"location": "x" * 101}),
        "entity_metadata.location",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("outing end", outing(), without(outing(), "scheduled_end_time"), "scheduled_end_time", "BASE_TYPE_REQUIRED"),
    Rule("status", {"status": 2, "entity_metadata": None}, {"status": 3}, "status", "EMULATOR_EVENT_STATUS", CHANGE),
    Rule("status of a new one", event(), event(status=2), "status", "EMULATOR_UNKNOWN_KEY"),
    Rule(
        "later start",
        {"scheduled_start_time": at(hours=2)},
        {"scheduled_start_time": at(hours=3)},
        "scheduled_start_time",
        "EMULATOR_EVENT_ENDS_BEFORE_START",
        CHANGE,
    ),
    Rule(
        "end taken away",
        {"scheduled_start_time": at(hours=4), "scheduled_end_time": None},
        {"scheduled_start_time": at(hours=-1)},
        "scheduled_start_time",
        "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
        CHANGE,
    ),
    Rule(
        "running",
        {"status": 3},
        {"scheduled_start_time": at(hours=2)},
        "scheduled_start_time",
        "GUILD_SCHEDULED_EVENT_SCHEDULE_INVALID_START_BY_STATUS",
        {"is_edit": True, "previous": RUNNING},
    ),
    Rule("moved", {"channel_id": 6}, {"channel_id": None}, "channel_id", "BASE_TYPE_REQUIRED", CHANGE),
]

FAMILIES: list[tuple[Callable[..., None], list[Rule], dict[str, Any]]] = [
    (check_stage_instance, STAGES, {}),
    (check_channel, CHANNELS, {}),
    (check_overwrite, OVERWRITES, {}),
    (check_member_edit, MEMBERS, {}),
    (check_voice_state, VOICE_STATES, {}),
    (check_role, ROLES, {}),
    (check_scheduled_event, EVENTS, {"now": NOW}),
]
CASES = [
    pytest.param(check, rule, {**options, **rule.options}, id=f"{check.__name__}-{rule}")
    for check, rules, options in FAMILIES
    for rule in rules
]


@pytest.mark.parametrize(("check", "rule", "options"), CASES)
def test_just_within(check: Callable[..., None], rule: Rule, options: dict[str, Any]) -> None:
    assert faults(check, rule.good, **options) == set()


@pytest.mark.parametrize(("check", "rule", "options"), CASES)
def test_just_beyond(check: Callable[..., None], rule: Rule, options: dict[str, Any]) -> None:
    assert faults(check, rule.bad, **options) == {(rule.at, rule.code)}


@pytest.mark.parametrize("status", [3, 4])
def test_an_event_that_is_over_stays_as_it_is(status: int) -> None:
    previous = event(status=status)
    assert faults(check_scheduled_event, {"name": "x"}, is_edit=True, previous=previous, now=NOW) == {("", "180000")}


def test_an_event_that_moves_out_of_its_stage_leaves_the_channel() -> None:
    move = without(outing(), "channel_id")
    assert faults(check_scheduled_event, move, is_edit=True, previous=PLANNED, now=NOW) == {
        ("channel_id", "EMULATOR_EVENT_PLACE")
    }
    assert faults(check_scheduled_event, outing(), is_edit=True, previous=PLANNED, now=NOW) == set()


def test_the_real_time_is_the_default() -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert faults(check_scheduled_event, event(scheduled_start_time=soon)) == set()
    assert faults(check_scheduled_event, event(scheduled_start_time=past)) == {
        ("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST")
    }
