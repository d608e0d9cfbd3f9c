"""Scheduled events: https://discord.com/developers/docs/resources/guild-scheduled-event"""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import events as actions
from discord_emulator.errors import missing_access, unknown
from discord_emulator.model.guild import GuildState, ScheduledEvent
from discord_emulator.model.members import Member
from discord_emulator.payloads import people, places
from discord_emulator.validation.events import check_scheduled_event

from .access import actor
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_EVENTS = "/guilds/{guild_id}/scheduled-events"
_EVENT = _EVENTS + "/{event_id}"
_INTERESTED = 1


def _find(request: Request) -> tuple[GuildState, Member, ScheduledEvent]:
    """The event in the path, if the bot sees its channel; raises 10070 or 50001."""
    guild, me = request.guild()
    event = guild.events.get(request.id("event_id"))
    if event is None:
        raise unknown("Guild Scheduled Event", 10070)
    if not actions.is_visible(request.world, me, event):
        raise missing_access()
    return guild, me, event


def _payload(request: Request, event: ScheduledEvent) -> dict[str, Any]:
    return places.event(event, with_user_count=request.flag("with_user_count"))


@routes.on("GET", _EVENTS)
def listing(request: Request) -> Answer:
    """Those to come and going on, in channels that the bot sees."""
    guild, me = request.guild()
    shown = [one for one in guild.events.values() if one.is_open and actions.is_visible(request.world, me, one)]
    return Answer([_payload(request, event) for event in shown])


@routes.on("POST", _EVENTS)
def create(request: Request) -> Answer:
    _, me = request.guild()
    check_scheduled_event(request.fields(), now=request.world.clock.now())
    return Answer(places.event(actions.create(request.world, me, request.fields(), actor(request))))


@routes.on("GET", _EVENT)
def read(request: Request) -> Answer:
    return Answer(_payload(request, _find(request)[2]))


@routes.on("PATCH", _EVENT)
def change(request: Request) -> Answer:
    _, me, event = _find(request)
    check_scheduled_event(request.fields(), is_edit=True, previous=places.event(event), now=request.world.clock.now())
    actions.change(request.world, me, event, request.fields(), actor(request))
    return Answer(places.event(event))


@routes.on("DELETE", _EVENT)
def delete(request: Request) -> Answer:
    _, me, event = _find(request)
    actions.delete(request.world, me, event, actor(request))
    return nothing()


@routes.on("GET", _EVENT + "/users")
def users(request: Request) -> Answer:
    """Who is interested, by id; only ``before`` counts where both are given, and gives the ones nearest to it."""
    guild, _, event = _find(request)
    limit = request.number("limit", 100, least=1, most=100)
    user_ids = sorted(event.interested)
    if "before" in request.query:
        before = request.number("before")
        user_ids = [user_id for user_id in user_ids if user_id < before][-limit:]
    elif "after" in request.query:
        after = request.number("after")
        user_ids = [user_id for user_id in user_ids if user_id > after]
    with_member = request.flag("with_member")
    return Answer([_interested(request, guild, event, user_id, with_member) for user_id in user_ids[:limit]])


def _interested(
    request: Request, guild: GuildState, event: ScheduledEvent, user_id: int, with_member: bool
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "guild_scheduled_event_id": str(event.id),
        "user_id": str(user_id),
        "user": people.user(request.world.users[user_id]),
        "response": _INTERESTED,
    }
    if with_member and user_id in guild.members:
        body["member"] = people.member(guild.members[user_id])
    return body


@routes.on("GET", _EVENT + "/users/counts")
def user_counts(request: Request) -> Answer:
    _, _, event = _find(request)
    counts = {"guild_scheduled_event_count": len(event.interested), "guild_scheduled_event_exception_counts": {}}
    return Answer(counts)
