"""What scheduled events do by themselves, and who hears of it.

https://discord.com/developers/docs/resources/guild-scheduled-event#guild-scheduled-event-status-update-automation
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import EventEntity, EventStatus, GuildState, ScheduledEvent
from discord_emulator.payloads import places as payloads
from discord_emulator.permissions import Permission

from .audience import who_can

if TYPE_CHECKING:
    from discord_emulator.world import World


def set_status(world: World, guild: GuildState, event: ScheduledEvent, status: EventStatus) -> None:
    """Starts, completes or cancels an event as Discord does by itself."""
    event.status = status
    announce(world, guild, "UPDATE", event)
    plan(world, guild, event)


def channel_deleted(world: World, guild: GuildState, channel: Channel) -> None:
    """Ends what runs in a channel that goes and cancels what was to come. Discord does not say: a guess."""
    for event in list(guild.events.values()):
        if event.channel_id == channel.id and event.is_open:
            running = event.status == EventStatus.ACTIVE
            set_status(world, guild, event, EventStatus.COMPLETED if running else EventStatus.CANCELLED)


def watch(world: World, channel: Channel) -> None:
    """Looks at who is in a channel: a running event there ends a while after the last one has left."""
    guild = channel.guild
    if guild is None:
        return
    occupied = bool(guild.in_channel(channel))
    for event in list(guild.events.values()):
        if event.channel_id != channel.id or event.status != EventStatus.ACTIVE:
            continue
        if occupied:
            event.empty_since = None
        elif event.empty_since is None:
            _end_when_deserted(world, guild, event, world.clock.now())


def _end_when_deserted(world: World, guild: GuildState, event: ScheduledEvent, since: datetime) -> None:
    event.empty_since = since

    def end() -> None:
        if event.empty_since == since and event.status == EventStatus.ACTIVE and event.id in guild.events:
            set_status(world, guild, event, EventStatus.COMPLETED)

    world.schedule.at(since + timedelta(seconds=world.settings.event_desertion), end)


def plan(world: World, guild: GuildState, event: ScheduledEvent) -> None:
    """Sets the moments at which the event may change by itself."""
    if event.status == EventStatus.ACTIVE and event.channel_id is not None:
        channel = guild.channels.get(event.channel_id)
        if channel is not None:
            watch(world, channel)
    elif event.is_open:
        external = event.entity_type == EventEntity.EXTERNAL
        moments = (event.starts_at, event.ends_at) if external else (event.starts_at + _delay(world),)
        for moment in moments:
            if moment is not None and moment > world.clock.now():
                world.schedule.at(moment, lambda: _keep_time(world, guild, event))


def _delay(world: World) -> timedelta:
    return timedelta(seconds=world.settings.event_delay)


def _keep_time(world: World, guild: GuildState, event: ScheduledEvent) -> None:
    now = world.clock.now()
    if event.id not in guild.events or not event.is_open:
        return
    if event.entity_type == EventEntity.EXTERNAL:
        if event.status == EventStatus.SCHEDULED and event.starts_at <= now:
            set_status(world, guild, event, EventStatus.ACTIVE)
        if event.status == EventStatus.ACTIVE and event.ends_at is not None and event.ends_at <= now:
            set_status(world, guild, event, EventStatus.COMPLETED)
    elif event.status == EventStatus.SCHEDULED and event.starts_at + _delay(world) <= now:
        set_status(world, guild, event, EventStatus.CANCELLED)


def announce(world: World, guild: GuildState, what: str, event: ScheduledEvent) -> None:
    """Sends GUILD_SCHEDULED_EVENT_CREATE, UPDATE or DELETE to the bots that see where it takes place."""
    _send(world, guild, event, f"GUILD_SCHEDULED_EVENT_{what}", payloads.event(event))


def announce_interest(world: World, guild: GuildState, event: ScheduledEvent, user_id: int, what: str) -> None:
    """Sends GUILD_SCHEDULED_EVENT_USER_ADD or REMOVE."""
    body = {"guild_scheduled_event_id": str(event.id), "user_id": str(user_id), "guild_id": str(guild.id)}
    _send(world, guild, event, f"GUILD_SCHEDULED_EVENT_USER_{what}", body)


def _send(world: World, guild: GuildState, event: ScheduledEvent, name: str, body: dict[str, Any]) -> None:
    channel = None if event.channel_id is None else guild.channels.get(event.channel_id)
    only = None if channel is None else who_can(world, channel, Permission.VIEW_CHANNEL)
    world.hub.to_guild(guild, name, body, Intent.GUILD_SCHEDULED_EVENTS, only=only)
