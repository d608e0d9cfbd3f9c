"""Creating, changing and deleting channels and their permission overwrites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import FORUMS, Channel, ChannelType, ForumTag, Overwrite
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import places as payloads
from discord_emulator.snowflake import as_snowflake

from . import stage, thread_state, voice

if TYPE_CHECKING:
    from discord_emulator.world import World

_CHANNELS_IN_GUILD = 500
_CHANNELS_IN_CATEGORY = 50
# Kinds that only Community servers have.
_COMMUNITY_KINDS = FORUMS | {ChannelType.NEWS, ChannelType.STAGE}
_KINDS = _COMMUNITY_KINDS | {ChannelType.TEXT, ChannelType.VOICE, ChannelType.CATEGORY}


def read_overwrites(written: list[dict[str, Any]] | None) -> dict[int, Overwrite]:
    """Permission overwrites from a checked request body."""
    overwrites = (
        Overwrite(
            as_snowflake(entry["id"]), int(entry["type"]), int(entry.get("allow") or 0), int(entry.get("deny") or 0)
        )
        for entry in written or []
    )
    return {overwrite.id: overwrite for overwrite in overwrites}


def create(world: World, guild: GuildState, body: dict[str, Any]) -> Channel:
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
        channel.overwrites = read_overwrites(body.get("permission_overwrites"))
    else:
        channel.overwrites = {
            key: Overwrite(entry.id, entry.type, entry.allow, entry.deny) for key, entry in parent.overwrites.items()
        }
    if channel.is_stage:
        channel.bitrate, channel.user_limit = 40_000, 10_000
    _fill(world, channel, body)
    guild.channels[channel.id] = world.channels[channel.id] = channel
    world.hub.to_guild(guild, "CHANNEL_CREATE", payloads.channel(channel), Intent.GUILDS)
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


def change(world: World, channel: Channel, body: dict[str, Any]) -> None:
    """Changes a channel as the checked body says and tells everybody."""
    guild = _guild_of(channel)
    if "name" in body:
        channel.name = _tidy(body["name"], channel.type)
    if "parent_id" in body:
        parent_id = None if body["parent_id"] is None else as_snowflake(body["parent_id"], "parent_id")
        _category(guild, parent_id)
        channel.parent_id = parent_id
    if "permission_overwrites" in body:
        channel.overwrites = read_overwrites(body["permission_overwrites"])
    _fill(world, channel, body)
    announce(world, channel)


def announce(world: World, channel: Channel) -> None:
    """Sends CHANNEL_UPDATE."""
    world.hub.to_guild(_guild_of(channel), "CHANNEL_UPDATE", payloads.channel(channel), Intent.GUILDS)


def set_overwrite(world: World, channel: Channel, overwrite: Overwrite) -> None:
    """Allows and denies things to one role or member."""
    channel.overwrites[overwrite.id] = overwrite
    announce(world, channel)


def remove_overwrite(world: World, channel: Channel, target_id: int) -> None:
    """Removes what was allowed and denied to one role or member."""
    del channel.overwrites[target_id]
    announce(world, channel)


def delete(world: World, channel: Channel) -> None:
    """Removes a channel and what hangs on it: connections, live stage, threads, messages."""
    guild = _guild_of(channel)
    if channel.id in guild.stage_instances:
        stage.close_stage(world, channel)
    for member in guild.in_voice:
        if member.voice is not None and member.voice.channel is channel:
            voice.leave(world, member)
    for thread in [thread for thread in guild.threads.values() if thread.parent_id == channel.id]:
        thread_state.delete(world, thread, announce_it=False)
    for child in guild.channels.values():
        if child.parent_id == channel.id:
            child.parent_id = None
            announce(world, child)
    thread_state.forget_messages(channel)
    for webhook in [webhook for webhook in world.webhooks.values() if webhook.channel is channel]:
        del world.webhooks[webhook.id]
    del guild.channels[channel.id], world.channels[channel.id]
    world.hub.to_guild(guild, "CHANNEL_DELETE", payloads.channel(channel), Intent.GUILDS)


def _guild_of(channel: Channel) -> GuildState:
    if channel.guild is None:
        raise ApiError(400, 50003, "Cannot execute action on a DM channel")
    return channel.guild
