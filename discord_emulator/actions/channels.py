"""Creating, changing and deleting channels and their permission overwrites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import FORUMS, Channel, ChannelType, ForumTag, Overwrite
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import places as payloads
from discord_emulator.snowflake import as_snowflake
from discord_emulator.voice.protocol import CloseCode

from . import audit_log, event_life, invites, overwrites, stage_instances, thread_state, voice, webhooks

if TYPE_CHECKING:
    from discord_emulator.world import World

_CHANNELS_IN_GUILD = 500
_CHANNELS_IN_CATEGORY = 50
# Kinds that only Community servers have.
_COMMUNITY_KINDS = FORUMS | {ChannelType.NEWS, ChannelType.STAGE}
_KINDS = _COMMUNITY_KINDS | {ChannelType.TEXT, ChannelType.VOICE, ChannelType.CATEGORY}
_RECORDED = (
    "name", "type", "topic", "nsfw", "bitrate", "user_limit", "rate_limit_per_user", "rtc_region",
    "video_quality_mode", "parent_id", "position",
)  # fmt: skip


def create(world: World, guild: GuildState, body: dict[str, Any], by: Actor | None = None) -> Channel:
    """Creates a channel from a checked body; it inherits the category's overwrites if the body names none.

    Raises 50024 for a kind this server cannot have, 30013 and 50035 past Discord's numbers of channels.
    """
    number = int(body.get("type") or 0)
    if number not in set(_KINDS) or (number in _COMMUNITY_KINDS and not guild.community):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    if len(guild.channels) >= _CHANNELS_IN_GUILD:
        raise ApiError(400, 30013, "Maximum number of guild channels reached (500)")
    kind = ChannelType(number)
    parent_id = None if body.get("parent_id") is None else as_snowflake(body["parent_id"], "parent_id")
    parent = _category(guild, parent_id)
    channel = Channel(world.snowflakes.next(), kind, guild, _tidy(body["name"], kind), parent_id=parent_id)
    channel.position = _next_position(guild, kind)
    if "permission_overwrites" in body or parent is None:
        channel.overwrites = overwrites.read(body.get("permission_overwrites"))
    else:
        channel.overwrites = _inherited(parent)
    if channel.is_stage:
        channel.bitrate, channel.user_limit = 40_000, 10_000
    _fill(world, channel, body)
    guild.channels[channel.id] = world.channels[channel.id] = channel
    about = payloads.channel(channel)
    world.hub.to_guild(guild, "CHANNEL_CREATE", about, Intent.GUILDS)
    changes = audit_log.difference(None, about, (*_RECORDED, "permission_overwrites"))
    audit_log.record(world, guild, by, AuditLogAction.CHANNEL_CREATE, channel.id, changes=changes)
    return channel


def _category(guild: GuildState, parent_id: int | None) -> Channel | None:
    if parent_id is None:
        return None
    parent = guild.channels.get(parent_id)
    if parent is None or parent.type != ChannelType.CATEGORY:
        fault = {"code": "CHANNEL_PARENT_INVALID", "message": "Category does not exist"}
        raise ApiError(400, 50035, "Invalid Form Body", {"parent_id": {"_errors": [fault]}})
    children = sum(1 for channel in guild.channels.values() if channel.parent_id == parent_id)
    if children >= _CHANNELS_IN_CATEGORY:
        fault = {
            "code": "CHANNEL_PARENT_MAX_CHANNELS",
            "message": "Maximum number of channels in category reached (50)",
        }
        raise ApiError(400, 50035, "Invalid Form Body", {"parent_id": {"_errors": [fault]}})
    return parent


def _next_position(guild: GuildState, kind: ChannelType) -> int:
    """Voice and stage channels, categories, and the rest are each sorted among themselves."""

    def group(channel_type: ChannelType) -> int:
        return {ChannelType.VOICE: 1, ChannelType.STAGE: 1, ChannelType.CATEGORY: 2}.get(channel_type, 0)

    same = [channel.position for channel in guild.channels.values() if group(channel.type) == group(kind)]
    return max(same, default=-1) + 1


def _tidy(name: str, kind: ChannelType) -> str:
    """Text channels are shown in lower case without spaces."""
    if kind in (ChannelType.TEXT, ChannelType.NEWS, ChannelType.FORUM, ChannelType.MEDIA):
        return "-".join(name.lower().split())
    return name


_FIELDS = {
    "topic": "topic",
    "nsfw": "nsfw",
    "bitrate": "bitrate",
    "user_limit": "user_limit",
    "rtc_region": "rtc_region",
    "video_quality_mode": "video_quality_mode",
    "rate_limit_per_user": "slowmode_seconds",
    "position": "position",
    "default_thread_rate_limit_per_user": "slowmode_of_threads_seconds",
}
_REQUIRE_TAG = 1 << 4


def _fill(world: World, channel: Channel, body: dict[str, Any]) -> None:
    for key, attribute in _FIELDS.items():
        if key in body and (body[key] is not None or key in ("topic", "rtc_region", "video_quality_mode")):
            setattr(channel, attribute, body[key])
    if channel.is_forum and body.get("flags") is not None:
        channel.needs_tag = bool(body["flags"] & _REQUIRE_TAG)
    if channel.is_forum and body.get("available_tags") is not None:
        tags = [_tag(world, entry) for entry in body["available_tags"]]
        channel.tags = {tag.id: tag for tag in tags}


def _tag(world: World, entry: dict[str, Any]) -> ForumTag:
    emoji_id = entry.get("emoji_id")
    return ForumTag(
        as_snowflake(entry["id"]) if entry.get("id") else world.snowflakes.next(),
        entry["name"],
        bool(entry.get("moderated")),
        None if emoji_id is None else as_snowflake(emoji_id),
        entry.get("emoji_name"),
    )


def change(world: World, channel: Channel, body: dict[str, Any], by: Actor | None = None) -> None:
    """Changes a channel as the checked body says and tells everybody. Raises as :func:`create`."""
    guild = _guild_of(channel)
    before = payloads.channel(channel)
    if "parent_id" in body:
        parent_id = None if body["parent_id"] is None else as_snowflake(body["parent_id"], "parent_id")
        if parent_id != channel.parent_id:
            _category(guild, parent_id)
        channel.parent_id = parent_id
    if "name" in body:
        channel.name = _tidy(body["name"], channel.type)
    if body.get("type") is not None:
        channel.type = _converted(guild, channel, ChannelType(body["type"]))
    if "permission_overwrites" in body:
        overwrites.replace(world, channel, overwrites.read(body["permission_overwrites"]), by)
    region = channel.rtc_region
    _fill(world, channel, body)
    announce(world, channel)
    if channel.is_vocal and channel.rtc_region != region:
        voice.change_server(world, channel)
    changes = audit_log.difference(before, payloads.channel(channel), _RECORDED)
    if changes:
        audit_log.record(world, guild, by, AuditLogAction.CHANNEL_UPDATE, channel.id, changes=changes)


def _converted(guild: GuildState, channel: Channel, kind: ChannelType) -> ChannelType:
    """Only text and announcement channels turn into each other, in a Community."""
    convertible = {ChannelType.TEXT, ChannelType.NEWS}
    if kind != channel.type and not (guild.community and {kind, channel.type} == convertible):
        raise ApiError(400, 50035, "Invalid Form Body", {"type": {"_errors": []}})
    return kind


def arrange(world: World, guild: GuildState, moves: list[dict[str, Any]], by: Actor | None = None) -> None:
    """Moves several channels: each entry has an ``id`` and may have ``position``, ``parent_id``, ``lock_permissions``.

    Raises 10003 for a channel that is not there and 50035 for more than one that changes its category, before the
    first is moved.
    """
    channels = [guild.channels.get(as_snowflake(move.get("id"))) for move in moves]
    if any(channel is None for channel in channels):
        raise unknown("Channel", 10003)
    if sum(1 for move in moves if "parent_id" in move) > 1:
        raise ApiError(400, 50035, "Invalid Form Body", {"parent_id": {"_errors": []}})
    for channel, move in zip(channels, moves, strict=True):
        if channel is None:
            continue
        body = {key: move[key] for key in ("position", "parent_id") if key in move}
        change(world, channel, body, by)
        if move.get("lock_permissions") and channel.parent is not None:
            overwrites.replace(world, channel, _inherited(channel.parent), by)
            announce(world, channel)


def _inherited(parent: Channel) -> dict[int, Overwrite]:
    return {key: Overwrite(entry.id, entry.type, entry.allow, entry.deny) for key, entry in parent.overwrites.items()}


def announce(world: World, channel: Channel) -> None:
    """Sends CHANNEL_UPDATE."""
    world.hub.to_guild(_guild_of(channel), "CHANNEL_UPDATE", payloads.channel(channel), Intent.GUILDS)


def set_overwrite(world: World, channel: Channel, overwrite: Overwrite, by: Actor | None = None) -> None:
    """Allows and denies things to one role or member."""
    overwrites.replace(world, channel, channel.overwrites | {overwrite.id: overwrite}, by)
    announce(world, channel)


def remove_overwrite(world: World, channel: Channel, target_id: int, by: Actor | None = None) -> None:
    """Removes what was allowed and denied to one role or member."""
    kept = {key: entry for key, entry in channel.overwrites.items() if key != target_id}
    overwrites.replace(world, channel, kept, by)
    announce(world, channel)


def delete(world: World, channel: Channel, by: Actor | None = None) -> None:
    """Removes a channel and what hangs on it: connections, live stage, events, threads, messages, invites.

    Raises 50074 for a channel that a Community needs.
    """
    guild = _guild_of(channel)
    if channel.id in guild.needed_channel_ids:
        raise ApiError(400, 50074, "Cannot delete a channel required for Community guilds")
    if channel.id in guild.stage_instances:
        stage_instances.close_stage(world, channel)
    event_life.channel_deleted(world, guild, channel)
    for member in guild.in_channel(channel):
        voice.leave(world, member, CloseCode.CALL_TERMINATED)
    invites.channel_deleted(world, guild, channel)
    for thread in [thread for thread in guild.threads.values() if thread.parent_id == channel.id]:
        thread_state.delete(world, thread, announce_it=False)
    for child in guild.channels.values():
        if child.parent_id == channel.id:
            child.parent_id = None
            announce(world, child)
    thread_state.forget_messages(channel)
    webhooks.forget_channel(world, channel)
    del guild.channels[channel.id], world.channels[channel.id]
    about = payloads.channel(channel)
    world.hub.to_guild(guild, "CHANNEL_DELETE", about, Intent.GUILDS)
    changes = audit_log.difference(about, None, (*_RECORDED[:-1], "permission_overwrites"))
    audit_log.record(world, guild, by, AuditLogAction.CHANNEL_DELETE, channel.id, changes=changes)


def _guild_of(channel: Channel) -> GuildState:
    if channel.guild is None:
        raise ApiError(400, 50003, "Cannot execute action on a DM channel")
    return channel.guild
