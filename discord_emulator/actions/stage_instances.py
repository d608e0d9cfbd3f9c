"""Live stages: opening, changing, closing, and how Discord closes one itself.

https://discord.com/developers/docs/resources/stage-instance
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, missing_access, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import EventEntity, EventStatus, GuildState, ScheduledEvent, StageInstance
from discord_emulator.model.members import Member
from discord_emulator.payloads import places as payloads
from discord_emulator.permissions import STAGE_MODERATOR, Permission
from discord_emulator.snowflake import as_snowflake

from . import audit_log, event_life

if TYPE_CHECKING:
    from discord_emulator.world import World

_KEYS = ("topic", "privacy_level")


def check_moderator(world: World, member: Member, channel: Channel) -> None:
    """Raises 50001 or 50013 unless ``member`` is a stage moderator of ``channel``."""
    granted = world.permissions(member, channel)
    if not granted & Permission.VIEW_CHANNEL:
        raise missing_access()
    if granted & STAGE_MODERATOR != STAGE_MODERATOR:
        raise missing_permissions()


def open_stage(world: World, member: Member, channel: Channel, body: dict[str, Any], by: Actor) -> StageInstance:
    """Goes live with a topic, from a checked body of POST stage-instances.

    Raises 50024 outside stage channels, 150006 if the stage is live already, 50013 (a start notification needs
    Mention Everyone), 10070 for an event that is not there and 180000 for one that is over or elsewhere.
    """
    guild = member.guild
    if not channel.is_stage:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    check_moderator(world, member, channel)
    notifies = bool(body.get("send_start_notification"))
    if notifies and not world.permissions(member, channel) & Permission.MENTION_EVERYONE:
        raise missing_permissions()
    if channel.id in guild.stage_instances:
        raise ApiError(400, 150006, "The Stage is already open")
    event = _event_for(guild, channel, body)
    instance = StageInstance(
        world.snowflakes.next(),
        guild.id,
        channel.id,
        body["topic"],
        int(body.get("privacy_level") or 2),
        None if event is None else event.id,
    )
    guild.stage_instances[channel.id] = instance
    if event is not None:
        event.entity_id = instance.id
        event_life.set_status(world, guild, event, EventStatus.ACTIVE)
    about = payloads.stage_instance(instance)
    world.hub.to_guild(guild, "STAGE_INSTANCE_CREATE", about, Intent.GUILDS)
    _record(world, channel, by, None, about)
    watch(world, channel)
    return instance


def _event_for(guild: GuildState, channel: Channel, body: dict[str, Any]) -> ScheduledEvent | None:
    """The event that the stage begins with: one for this stage that has not ended."""
    if body.get("guild_scheduled_event_id") is None:
        return None
    event = guild.events.get(as_snowflake(body["guild_scheduled_event_id"], "guild_scheduled_event_id"))
    if event is None:
        raise unknown("Guild Scheduled Event", 10070)
    if not event.is_open or event.entity_type != EventEntity.STAGE or event.channel_id != channel.id:
        raise ApiError(400, 180000, "Cannot modify a finished event")
    return event


def change_stage(world: World, member: Member, channel: Channel, body: dict[str, Any], by: Actor) -> StageInstance:
    """Another topic, from a checked body of PATCH stage-instances. Raises 10067 if the stage is not live, 50013."""
    check_moderator(world, member, channel)
    instance = member.guild.stage_instances.get(channel.id)
    if instance is None:
        raise unknown("Stage Instance", 10067)
    before = payloads.stage_instance(instance)
    instance.topic = body.get("topic") or instance.topic
    instance.privacy_level = int(body.get("privacy_level") or instance.privacy_level)
    after = payloads.stage_instance(instance)
    world.hub.to_guild(member.guild, "STAGE_INSTANCE_UPDATE", after, Intent.GUILDS)
    _record(world, channel, by, before, after)
    return instance


def close_stage(world: World, channel: Channel, by: Actor | None = None, *, ends_event: bool = True) -> None:
    """Ends the live stage in ``channel`` and the event it began with. Raises 10067 if the stage is not live."""
    guild = channel.guild
    instance = None if guild is None else guild.stage_instances.pop(channel.id, None)
    if guild is None or instance is None:
        raise unknown("Stage Instance", 10067)
    event = None if instance.event_id is None else guild.events.get(instance.event_id)
    if ends_event and event is not None and event.is_open:
        event_life.set_status(world, guild, event, EventStatus.COMPLETED)
    about = payloads.stage_instance(instance)
    world.hub.to_guild(guild, "STAGE_INSTANCE_DELETE", about, Intent.GUILDS)
    _record(world, channel, by, about, None)


def watch(world: World, channel: Channel) -> None:
    """Looks at who speaks: a live stage without speakers is closed a while after the last one has gone.

    A speaker is somebody on stage, bots among them; who is only invited is none. Its event goes on until the channel
    is empty (:func:`event_life.watch`).
    """
    guild = channel.guild
    instance = None if guild is None else guild.stage_instances.get(channel.id)
    if guild is None or instance is None:
        return
    if any(member.voice_position == "on stage" for member in guild.in_channel(channel)):
        instance.silent_since = None
        return
    if instance.silent_since is not None:
        return
    since = instance.silent_since = world.clock.now()

    def close() -> None:
        if guild.stage_instances.get(channel.id) is instance and instance.silent_since == since:
            close_stage(world, channel, ends_event=False)

    world.schedule.at(since + timedelta(seconds=world.settings.stage_silence), close)


def _record(
    world: World,
    channel: Channel,
    by: Actor | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    action = AuditLogAction.STAGE_INSTANCE_UPDATE
    if before is None:
        action = AuditLogAction.STAGE_INSTANCE_CREATE
    elif after is None:
        action = AuditLogAction.STAGE_INSTANCE_DELETE
    about = after or before
    if channel.guild is not None and about is not None:
        changes, options = audit_log.difference(before, after, _KEYS), {"channel_id": str(channel.id)}
        audit_log.record(world, channel.guild, by, action, int(about["id"]), changes=changes, options=options)
