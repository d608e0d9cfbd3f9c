"""Creating, changing and deleting channels, threads and their permission overwrites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel, ChannelType, Overwrite, ThreadDetails
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import places as payloads
from discord_emulator.snowflake import as_snowflake
from discord_emulator.voice.protocol import CloseCode

from . import stage, voice

if TYPE_CHECKING:
    from discord_emulator.world import World

_CHANNELS_IN_GUILD = 500
_CHANNELS_IN_CATEGORY = 50
# Kinds that only Community servers have.
_COMMUNITY_KINDS = frozenset({ChannelType.NEWS, ChannelType.STAGE})
_KINDS = frozenset({ChannelType.TEXT, ChannelType.VOICE, ChannelType.CATEGORY, ChannelType.NEWS, ChannelType.STAGE})


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
    _fill(channel, body)
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
    if kind in (ChannelType.TEXT, ChannelType.NEWS):
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
}


def _fill(channel: Channel, body: dict[str, Any]) -> None:
    for key, attribute in _FIELDS.items():
        if key in body and (body[key] is not None or key in ("topic", "rtc_region", "video_quality_mode")):
            setattr(channel, attribute, body[key])


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
    region = channel.rtc_region
    _fill(channel, body)
    announce(world, channel)
    if channel.is_vocal and channel.rtc_region != region:
        voice.change_server(world, channel)


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
            voice.leave(world, member, CloseCode.CALL_TERMINATED)
    for thread in [thread for thread in guild.threads.values() if thread.parent_id == channel.id]:
        delete_thread(world, thread, announce_it=False)
    for child in guild.channels.values():
        if child.parent_id == channel.id:
            child.parent_id = None
            announce(world, child)
    _forget_messages(channel)
    del guild.channels[channel.id], world.channels[channel.id]
    world.hub.to_guild(guild, "CHANNEL_DELETE", payloads.channel(channel), Intent.GUILDS)


def _forget_messages(channel: Channel) -> None:
    for message in (*channel.messages.values(), *channel.ephemerals.values()):
        message.deleted = True
    channel.messages.clear()
    channel.ephemerals.clear()


def create_thread(
    world: World, parent: Channel, owner_id: int, body: dict[str, Any], *, from_message_id: int | None = None
) -> Channel:
    """Starts a thread; one on a message takes the message's id. Raises 50024 where threads cannot be."""
    guild = _guild_of(parent)
    if parent.type not in (ChannelType.TEXT, ChannelType.NEWS):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    now = world.clock.now()
    kind = ChannelType.PUBLIC_THREAD if from_message_id else ChannelType(body.get("type", 12))
    thread = Channel(from_message_id or world.snowflakes.next(), kind, guild, body["name"], parent_id=parent.id)
    thread.thread = ThreadDetails(
        owner_id,
        now,
        now,
        invitable=bool(body.get("invitable", True)),
        auto_archive_minutes=body.get("auto_archive_duration") or 4320,
        members={owner_id: now},
    )
    guild.threads[thread.id] = world.channels[thread.id] = thread
    world.hub.to_guild(guild, "THREAD_CREATE", payloads.thread(thread) | {"newly_created": True}, Intent.GUILDS)
    return thread


def change_thread(world: World, thread: Channel, body: dict[str, Any]) -> None:
    """Renames, archives, locks a thread."""
    details = thread.thread
    if details is None:
        raise ValueError(f"{thread!r} is no thread")
    thread.name = body.get("name", thread.name)
    details.locked = body.get("locked", details.locked)
    details.invitable = body.get("invitable", details.invitable)
    details.auto_archive_minutes = body.get("auto_archive_duration", details.auto_archive_minutes)
    if body.get("archived", details.archived) != details.archived:
        details.archived, details.archived_at = body["archived"], world.clock.now()
    world.hub.to_guild(_guild_of(thread), "THREAD_UPDATE", payloads.thread(thread), Intent.GUILDS)


def delete_thread(world: World, thread: Channel, *, announce_it: bool = True) -> None:
    """Removes a thread; with its channel it goes without an event of its own."""
    guild = _guild_of(thread)
    _forget_messages(thread)
    del guild.threads[thread.id], world.channels[thread.id]
    if announce_it:
        body = {key: payloads.thread(thread)[key] for key in ("id", "guild_id", "parent_id", "type")}
        world.hub.to_guild(guild, "THREAD_DELETE", body, Intent.GUILDS)


def change_thread_members(
    world: World, thread: Channel, *, added: int | None = None, removed: int | None = None
) -> None:
    """Adds somebody to a thread or removes them."""
    details = thread.thread
    if details is None:
        raise ValueError(f"{thread!r} is no thread")
    body: dict[str, Any] = {"id": str(thread.id), "guild_id": str(_guild_of(thread).id)}
    if added is not None:
        details.members[added] = world.clock.now()
        body["added_members"] = [payloads.thread_member(thread, added)]
    if removed is not None:
        details.members.pop(removed, None)
        body["removed_member_ids"] = [str(removed)]
    body["member_count"] = len(details.members)
    world.hub.to_guild(_guild_of(thread), "THREAD_MEMBERS_UPDATE", body, Intent.GUILDS)


def _guild_of(channel: Channel) -> GuildState:
    if channel.guild is None:
        raise ApiError(400, 50003, "Cannot execute action on a DM channel")
    return channel.guild
