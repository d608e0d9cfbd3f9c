"""Scheduled events: https://discord.com/developers/docs/resources/guild-scheduled-event"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.guild import GuildState, ScheduledEvent
from discord_emulator.payloads import places as payloads
from discord_emulator.snowflake import as_snowflake

if TYPE_CHECKING:
    from discord_emulator.world import World

_EVENTS_IN_GUILD = 100
SCHEDULED, ACTIVE, COMPLETED = 1, 2, 3


def create(world: World, guild: GuildState, creator_id: int, body: dict[str, Any]) -> ScheduledEvent:
    """Adds an event from a checked body; raises 30038 for more than 100 that are not over."""
    open_events = [event for event in guild.events.values() if event.status in (SCHEDULED, ACTIVE)]
    if len(open_events) >= _EVENTS_IN_GUILD:
        raise ApiError(400, 30038, "Maximum number of uncompleted guild scheduled events reached (100)")
    event = ScheduledEvent(
        world.snowflakes.next(),
        guild.id,
        creator_id,
        body["name"],
        _moment(body["scheduled_start_time"]),
        int(body["entity_type"]),
    )
    _fill(guild, event, body)
    guild.events[event.id] = event
    _announce(world, guild, "CREATE", event)
    return event


def change(world: World, guild: GuildState, event: ScheduledEvent, body: dict[str, Any]) -> None:
    """Changes an event as the checked body says; ``status`` starts, completes or cancels it."""
    event.name = body.get("name", event.name)
    event.status = body.get("status") or event.status
    event.entity_type = body.get("entity_type") or event.entity_type
    if body.get("scheduled_start_time"):
        event.starts_at = _moment(body["scheduled_start_time"])
    _fill(guild, event, body)
    _announce(world, guild, "UPDATE", event)


def delete(world: World, guild: GuildState, event: ScheduledEvent) -> None:
    """Removes an event."""
    del guild.events[event.id]
    _announce(world, guild, "DELETE", event)


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


def _announce(world: World, guild: GuildState, what: str, event: ScheduledEvent) -> None:
    body = payloads.event(event)
    world.hub.to_guild(guild, f"GUILD_SCHEDULED_EVENT_{what}", body, Intent.GUILD_SCHEDULED_EVENTS)


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
