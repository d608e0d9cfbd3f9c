"""The pause: Discord has closed the stage, or nobody is left to host. A Space goes on from it, or winds down.

Discord closes a stage after minutes without speakers, and a moderator can end it by hand; the two look the same. So
neither is the end: the stage is opened again as soon as there is life in it, and the Space ends if there is none in
time. All of it is read from stored times, so a restart in between changes nothing but the delay.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from spaces import absence
from spaces.errors import Conflict, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor
from spaces.policy import PolicySource
from spaces.ports import Clock, StageGateway, StageState
from spaces.room import Room

REOPEN_AGAIN_SECONDS = 30
"""Pause before a stage is opened again that Discord refused to open: refusals count against the address of the bot.
https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans"""


class Pausing:
    """Pauses Spaces and lets them go on."""

    def __init__(self, *, stage: StageGateway, policies: PolicySource, clock: Clock, events: EventBus) -> None:
        self._stage = stage
        self._policies = policies
        self._clock = clock
        self._events = events
        self._reopen_not_before: WeakKeyDictionary[Room, datetime] = WeakKeyDictionary()

    # --- the pause -------------------------------------------------------------------------------------------------

    async def stage_closed(self, room: Room) -> bool:
        """Pauses the Space if its stage is closed; False if there was nothing to do.

        What Discord shows now decides, not that it told of a closed stage: it may be open again already.
        """
        async with room.lock:
            if not room.space.is_live or room.space.paused_at is not None:
                return False
            if await self._stage.state(room.space) is not StageState.CLOSED:
                return False
            await room.change(paused_at=self._clock.now())
        self._events.publish(SpaceChanged(room.space.id))
        return True

    async def resume(self, room: Room, actor: Actor) -> None:
        """Lets the Space go on because a host, co-host or moderator says so. Raises :class:`Conflict` if it is not
        paused. An absent host has as long again to return."""
        async with room.lock:
            room.require_live()
            room.require_authority(actor, self._policies.for_server(room.space.guild_id))
            if room.space.paused_at is None:
                raise Conflict("The Space is not paused.")
            await self._stage.reopen_stage(room.space)
            away = None if room.space.host_away_at is None else self._clock.now()
            await room.change(paused_at=None, host_away_at=away)
        self._events.publish(SpaceChanged(room.space.id))

    async def go_on_if_alive(self, room: Room, now: datetime) -> int:
        """A duty of the watch: lets a paused Space go on in which somebody came up, spoke, or raised a hand, or whose
        host or co-host came back. A hand does not count where nobody is left to take it.

        Discord first: after a crash in between the stage is open, and the same signs of life end the pause.
        """
        if not self._shows_life(room, now) or now < self._reopen_not_before.get(room, now):
            return 0
        async with room.lock:
            if not room.space.is_live or not self._shows_life(room, now):
                return 0
            try:
                await self._stage.reopen_stage(room.space)
            except SpacesError:
                self._reopen_not_before[room] = now + timedelta(seconds=REOPEN_AGAIN_SECONDS)
                raise
            await room.change(paused_at=None)
        self._events.publish(SpaceChanged(room.space.id))
        return 1

    def is_spent(self, room: Room, now: datetime) -> bool:
        """Whether the Space was paused for as long as it may be. Never before Discord has shown who is in it."""
        at = absence.wound_down_at(room.space, self._policies.for_server(room.space.guild_id))
        return room.in_touch and at is not None and now >= at

    def _shows_life(self, room: Room, now: datetime) -> bool:
        since = room.space.paused_at
        return since is not None and room.in_touch and self._lives_since(room, since, now)

    def _lives_since(self, room: Room, since: datetime, now: datetime) -> bool:
        policy = self._policies.for_server(room.space.guild_id)
        return absence.shows_life(room, since, hands_count=not absence.is_unhosted(room, policy, now))

    async def look_anew(self, room: Room) -> None:
        """Corrects both times once Discord has shown who is here, after an absence of ours.

        While we were away nobody could return, speak or press anything, so people who are here get the whole grace
        again. A Space that everybody left ends when they were told; where people speak, the pause is over anyway.
        """
        async with room.lock:
            if room.space.is_live:
                await self._correct(room)
            room.in_touch = True

    async def _correct(self, room: Room) -> None:
        space, now = room.space, self._clock.now()
        away, paused = space.host_away_at, space.paused_at
        host = room.host
        if host.present:
            away = None
        elif room.head_count and (away is not None or host.arrived_at is not None):
            away = now
        if paused is not None and room.head_count and not self._lives_since(room, paused, now):
            paused = now
        if (away, paused) != (space.host_away_at, space.paused_at):
            await room.change(host_away_at=away, paused_at=paused)
