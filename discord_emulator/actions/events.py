"""Scheduled events: making, changing and deleting them, and who is interested.

https://discord.com/developers/docs/resources/guild-scheduled-event
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, missing_access, missing_permissions, unknown
from discord_emulator.images import image_hash
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import ChannelType
from discord_emulator.model.guild import EventEntity, EventStatus, GuildState, ScheduledEvent
from discord_emulator.model.members import Member
from discord_emulator.payloads import places as payloads
from discord_emulator.permissions import STAGE_MODERATOR, Permission
from discord_emulator.snowflake import as_snowflake

from . import audit_log, event_life

if TYPE_CHECKING:
    from discord_emulator.world import World

_EVENTS_IN_GUILD = 100
_CHANNEL_OF = {EventEntity.STAGE: ChannelType.STAGE, EventEntity.VOICE: ChannelType.VOICE}
_NEEDED_THERE = {
    EventEntity.STAGE: Permission.VIEW_CHANNEL | STAGE_MODERATOR,
    EventEntity.VOICE: Permission.VIEW_CHANNEL | Permission.CONNECT,
}
_KEYS = (
    "name", "description", "channel_id", "status", "entity_type", "privacy_level", "scheduled_start_time",
    "scheduled_end_time", "location",
)  # fmt: skip


def create(world: World, creator: Member, body: dict[str, Any], by: Actor) -> ScheduledEvent:
    """Adds an event from a checked body.

    Raises 50013 without Create Events and what the place needs, 50024 for a channel of the wrong type, 30038 for more
    than 100 events that are not over.
    """
    guild = creator.guild
    event = ScheduledEvent(
        world.snowflakes.next(),
        guild.id,
        creator.id,
        body["name"],
        _moment(body["scheduled_start_time"]),
        EventEntity(body["entity_type"]),
    )
    _fill(guild, event, body)
    _check_place(world, creator, event, Permission.CREATE_EVENTS)
    if sum(1 for other in guild.events.values() if other.is_open) >= _EVENTS_IN_GUILD:
        raise ApiError(400, 30038, "Maximum number of uncompleted guild scheduled events reached (100)")
    guild.events[event.id] = event
    event_life.announce(world, guild, "CREATE", event)
    changes = audit_log.difference(None, _described(event), _KEYS)
    audit_log.record(world, guild, by, AuditLogAction.GUILD_SCHEDULED_EVENT_CREATE, event.id, changes=changes)
    event_life.plan(world, guild, event)
    return event


def check_may_change(world: World, member: Member, event: ScheduledEvent) -> None:
    """Raises 50013 for an event of one's own without Create Events, for another's without Manage Events."""
    needed = Permission.MANAGE_EVENTS
    if event.creator_id == member.id:
        needed |= Permission.CREATE_EVENTS
    _check_place(world, member, event, needed)


def _check_place(world: World, member: Member, event: ScheduledEvent, one_of: Permission) -> None:
    """One of ``one_of`` and all that the place needs, in its channel; in the server where there is none (any more)."""
    channel = None if event.channel_id is None else member.guild.channels.get(event.channel_id)
    if channel is None:
        if not world.permissions_in_guild(member) & one_of:
            raise missing_permissions()
        return
    if channel.type != _CHANNEL_OF.get(event.entity_type):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    granted = world.permissions(member, channel)
    if not granted & Permission.VIEW_CHANNEL:
        raise missing_access()
    needed = _NEEDED_THERE[event.entity_type]
    if not granted & one_of or granted & needed != needed:
        raise missing_permissions()


def change(world: World, member: Member, event: ScheduledEvent, body: dict[str, Any], by: Actor) -> None:
    """Changes an event as the checked body says; ``status`` starts, completes or cancels it.

    Raises as :func:`create` and :func:`check_may_change`.
    """
    check_may_change(world, member, event)
    guild, before = member.guild, _described(event)
    draft = replace(
        event,
        name=body.get("name") or event.name,
        entity_type=EventEntity(body.get("entity_type") or event.entity_type),
        status=EventStatus(body.get("status") or event.status),
    )
    if body.get("scheduled_start_time"):
        draft.starts_at = _moment(body["scheduled_start_time"])
    _fill(guild, draft, body)
    check_may_change(world, member, draft)
    for each in fields(event):
        setattr(event, each.name, getattr(draft, each.name))
    event_life.announce(world, guild, "UPDATE", event)
    changes = audit_log.difference(before, _described(event), _KEYS)
    audit_log.record(world, guild, by, AuditLogAction.GUILD_SCHEDULED_EVENT_UPDATE, event.id, changes=changes)
    event_life.plan(world, guild, event)


def delete(world: World, member: Member, event: ScheduledEvent, by: Actor) -> None:
    """Removes an event. Raises as :func:`check_may_change`."""
    check_may_change(world, member, event)
    guild = member.guild
    del guild.events[event.id]
    event_life.announce(world, guild, "DELETE", event)
    changes = audit_log.difference(_described(event), None, _KEYS)
    audit_log.record(world, guild, by, AuditLogAction.GUILD_SCHEDULED_EVENT_DELETE, event.id, changes=changes)


def subscribe(world: World, member: Member, event: ScheduledEvent, *, interested: bool) -> None:
    """Somebody wants to be told of an event, or no longer.

    Raises 50001 for who cannot see it, 180000 when it is over.
    """
    if not is_visible(world, member, event):
        raise missing_access()
    if not event.is_open:
        raise ApiError(400, 180000, "Cannot modify a finished event")
    if interested and member.id not in event.interested:
        event.interested.add(member.id)
        event_life.announce_interest(world, member.guild, event, member.id, "ADD")
    elif not interested and member.id in event.interested:
        event.interested.discard(member.id)
        event_life.announce_interest(world, member.guild, event, member.id, "REMOVE")


def forget(world: World, guild: GuildState, user_id: int) -> None:
    """Somebody who leaves the server is interested in nothing there."""
    for event in guild.events.values():
        if user_id in event.interested:
            event.interested.discard(user_id)
            event_life.announce_interest(world, guild, event, user_id, "REMOVE")


def is_visible(world: World, member: Member, event: ScheduledEvent) -> bool:
    """Whether ``member`` sees the event: its channel, if it has one."""
    channel = None if event.channel_id is None else member.guild.channels.get(event.channel_id)
    return channel is None or bool(world.permissions(member, channel) & Permission.VIEW_CHANNEL)


def _fill(guild: GuildState, event: ScheduledEvent, body: dict[str, Any]) -> None:
    event.description = body.get("description", event.description)
    if "scheduled_end_time" in body:
        written = body["scheduled_end_time"]
        event.ends_at = None if written is None else _moment(written)
    if body.get("entity_metadata"):
        event.location = body["entity_metadata"].get("location")
    if body.get("channel_id") is not None:
        event.channel_id = as_snowflake(body["channel_id"], "channel_id")
        if event.channel_id not in guild.channels:
            raise unknown("Channel", 10003)
    if event.entity_type == EventEntity.EXTERNAL:
        event.channel_id = None
    else:
        event.location = None
    if "image" in body:
        event.image = image_hash(body["image"], "image")
    event.recurrence_rule = body.get("recurrence_rule", event.recurrence_rule)


def _described(event: ScheduledEvent) -> dict[str, Any]:
    return payloads.event(event) | {"location": event.location}


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
