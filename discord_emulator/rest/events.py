"""Scheduled events: https://discord.com/developers/docs/resources/guild-scheduled-event"""

from __future__ import annotations

from discord_emulator.actions import events as actions
from discord_emulator.errors import missing_permissions, unknown
from discord_emulator.model.guild import GuildState, ScheduledEvent
from discord_emulator.payloads import places
from discord_emulator.permissions import Permission, guild_permissions
from discord_emulator.validation.events import check_scheduled_event

from .access import require_in_guild
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_EVENTS = "/guilds/{guild_id}/scheduled-events"
_EVENT = _EVENTS + "/{event_id}"


@routes.on("GET", _EVENTS)
def listing(request: Request) -> Answer:
    guild, _ = request.guild()
    return Answer([places.event(event) for event in guild.events.values()])


@routes.on("POST", _EVENTS)
def create(request: Request) -> Answer:
    guild, me = require_in_guild(request, Permission.CREATE_EVENTS)
    check_scheduled_event(request.fields(), now=request.world.clock.now())
    return Answer(places.event(actions.create(request.world, guild, me.id, request.fields())))


def _find(request: Request, guild: GuildState) -> ScheduledEvent:
    event = guild.events.get(request.id("event_id"))
    if event is None:
        raise unknown("Guild Scheduled Event", 10070)
    return event


def _owned(request: Request) -> tuple[GuildState, ScheduledEvent]:
    """An event the bot may change: its own with Create Events, another's with Manage Events."""
    guild, me = request.guild()
    event = _find(request, guild)
    granted = guild_permissions(me, request.world.clock.now())
    needed = Permission.MANAGE_EVENTS
    if event.creator_id == me.id:
        needed |= Permission.CREATE_EVENTS
    if not granted & needed:
        raise missing_permissions()
    return guild, event


@routes.on("GET", _EVENT)
def read(request: Request) -> Answer:
    return Answer(places.event(_find(request, request.guild()[0])))


@routes.on("PATCH", _EVENT)
def change(request: Request) -> Answer:
    guild, event = _owned(request)
    check_scheduled_event(request.fields(), is_edit=True, previous=places.event(event), now=request.world.clock.now())
    actions.change(request.world, guild, event, request.fields())
    return Answer(places.event(event))


@routes.on("DELETE", _EVENT)
def delete(request: Request) -> Answer:
    guild, event = _owned(request)
    actions.delete(request.world, guild, event)
    return nothing()
