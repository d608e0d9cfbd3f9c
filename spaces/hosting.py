"""Opening and ending Spaces, and finding them again after a restart.

Opening is in ``opening.py``. Ending (``ending.py``) saves ``ending``, over for everybody, tidies up, then saves
``ended``. A restart takes up whatever was under way, per server, once Discord shows that server.
"""

from __future__ import annotations

import contextlib
import logging
from datetime import timedelta

from spaces.choices import NO_CHOICES, Choices
from spaces.consenting import Consenting
from spaces.debts import Debts
from spaces.ending import Ending
from spaces.errors import Conflict, NotAllowed, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Person, Role, Space, SpaceState
from spaces.opening import Opening
from spaces.overview import Overview
from spaces.policy import PolicySource
from spaces.ports import Board, Calendar, Clock, Notifier, StageGateway
from spaces.room import Room, Rooms
from spaces.scribe import Scribe
from spaces.speaking import Speaking
from spaces.stores import Scrubber, SpaceStore, TranscriptStore
from spaces.text import escaped
from spaces.transcribing import Transcribing

_log = logging.getLogger(__name__)


class Hosting:
    """The life of Spaces from opening to end."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        spaces: SpaceStore,
        transcripts: TranscriptStore,
        stage: StageGateway,
        calendar: Calendar,
        board: Board,
        notifier: Notifier,
        speaking: Speaking,
        consenting: Consenting,
        transcribing: Transcribing,
        scribe: Scribe,
        overview: Overview,
        debts: Debts,
        scrubber: Scrubber,
        policies: PolicySource,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._rooms = rooms
        self._spaces = spaces
        self._stage = stage
        self._speaking = speaking
        self._debts = debts
        self._transcribing = transcribing
        self._policies = policies
        self._clock = clock
        self._events = events
        self._ending = Ending(
            rooms=rooms,
            spaces=spaces,
            transcripts=transcripts,
            stage=stage,
            calendar=calendar,
            board=board,
            notifier=notifier,
            consenting=consenting,
            transcribing=transcribing,
            scribe=scribe,
            overview=overview,
            debts=debts,
            scrubber=scrubber,
            policies=policies,
            clock=clock,
        )
        self._opening = Opening(
            rooms=rooms,
            spaces=spaces,
            stage=stage,
            calendar=calendar,
            board=board,
            policies=policies,
            clock=clock,
        )

    # --- opening ---------------------------------------------------------------------------------------------------

    async def open(
        self,
        guild_id: int,
        actor: Actor,
        title: str,
        choices: Choices = NO_CHOICES,
        *,
        preset: str | None = None,
        event_id: int | None = None,
    ) -> Room:
        """Opens a Space hosted by the actor, with the rules of a preset, if one is named, and what was chosen; it takes
        over a scheduled event, if one is named.

        Raises :class:`InvalidInput` for the title or choices, :class:`NotAllowed` for who may not create,
        :class:`Conflict` where no more Spaces may be live, :class:`ServerNotReady` naming what an admin must give,
        :class:`DiscordUnavailable` if Discord did not do it; then nothing is left.
        """
        room = await self._opening.open(guild_id, actor, title, choices, preset=preset, event_id=event_id)
        await self._align(room)
        if self._policies.for_server(guild_id).captions_from_start:
            await self._captions_from_start(room, actor)
        return room

    async def _captions_from_start(self, room: Room, actor: Actor) -> None:
        try:
            await self._transcribing.turn_on(room, actor)
        except SpacesError as error:
            _log.warning("captions of Space %d stay off: %s", room.space.id, error.sentence)

    # --- co-hosts --------------------------------------------------------------------------------------------------

    async def appoint(self, room: Room, actor: Actor, person: Person) -> None:
        """Makes somebody a co-host, here or not yet here; they are invited to the stage now, or when they join.

        Raises :class:`NotAllowed` for who is neither host nor moderator, :class:`Conflict` if they lead already or
        there are as many co-hosts as the server allows.
        """
        async with room.lock:
            self._require_host(room, actor)
            if room.leads(person.id):
                raise Conflict(f"{escaped(person.name)} hosts here already.")
            limit = room.space.rules.co_host_limit
            if sum(one.role is Role.CO_HOST for one in room.hosts) >= limit:
                raise Conflict(f"There can be {limit} co-hosts. `/space cohost` can remove one first.")
            await room.save(room.participant(person).evolve(person=person, role=Role.CO_HOST, barred=False))
        self._events.publish(SpaceChanged(room.space.id))
        try:
            await self._speaking.invite(room, actor, person.id)
        except SpacesError as error:  # not here yet, on stage already, or the stage is full
            _log.debug("a co-host of Space %d is not invited now: %s", room.space.id, error.sentence)

    async def dismiss(self, room: Room, actor: Actor, person: Person) -> None:
        """Makes a co-host a guest again; they stay where they are. Raises :class:`Conflict` if they are none."""
        async with room.lock:
            self._require_host(room, actor)
            participant = room.find(person.id)
            if participant is None or participant.role is not Role.CO_HOST:
                raise Conflict(f"{escaped(person.name)} is no co-host here.")
            await room.save(participant.evolve(role=Role.GUEST))
        self._events.publish(SpaceChanged(room.space.id))

    def _require_host(self, room: Room, actor: Actor) -> None:
        room.require_live()
        policy = self._policies.for_server(room.space.guild_id)
        if actor.person.id != room.space.host.id and not policy.is_moderator(actor):
            raise NotAllowed(f"Only {escaped(room.space.host.name)} chooses co-hosts.")

    # --- ending ----------------------------------------------------------------------------------------------------

    def require_authority(self, room: Room, actor: Actor) -> None:
        """Raises :class:`NotAllowed` unless the actor may run this Space."""
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))

    async def end(self, room: Room, actor: Actor) -> Space:
        """Ends the Space for everybody; tidying up goes on behind it.

        Raises :class:`NotAllowed` for who leads nothing here, :class:`Conflict` if it is over already.
        """
        self.require_authority(room, actor)
        return await self._ending.end(room)

    async def stage_vanished(self, channel_id: int) -> None:
        """Ends the Space whose channel or stage somebody removed in Discord."""
        room = self._rooms.in_channel(channel_id)
        if room is not None:
            with contextlib.suppress(Conflict):  # ended by us: Discord tells of our own removal as well
                await self._ending.end(room)

    async def settled(self, space_id: int) -> None:
        """Returns when an ended Space is tidied up, or that has been given up until the next reconciliation."""
        await self._ending.settled(space_id)

    # --- after a restart, and by the hour --------------------------------------------------------------------------

    async def load(self) -> None:
        """Brings what is live or not tidied up yet back into memory; nothing is asked of Discord yet."""
        for space in await self._spaces.in_states([SpaceState.LIVE, SpaceState.ENDING]):
            self._rooms.add(Room(space, await self._spaces.participants(space.id), self._spaces))

    async def reconcile(self, guild_id: int) -> None:
        """Makes our Spaces of one server agree with what Discord shows, now that it shows the server."""
        await self._debts.pay_what_is_due(guild_id)
        for space in await self._spaces.in_states([SpaceState.OPENING]):
            if space.guild_id == guild_id and not self._opening.is_under_way(space):
                await self._opening.clean_up(space)
        for room in self._rooms:
            if room.space.guild_id != guild_id:
                continue
            try:
                await self._reconcile_room(room)
            except SpacesError as error:
                _log.warning("Space %d is not reconciled yet: %s", room.space.id, error.sentence)

    async def wind_up_the_rest(self) -> int:
        """Goes on tidying up where it was given up, and ends the Spaces of servers that the bot was taken out of;
        returns how many. Nothing tells of those servers any more, and what was kept there would never expire."""
        count = 0
        for room in self._rooms:
            if room.space.state is SpaceState.ENDING:
                self._ending.wind_up(room)
                count += 1
            elif room.space.is_live and await self._stage.is_open(room.space) is False:
                await self.stage_vanished(room.space.channel_id or 0)
                count += 1
        return count

    async def _reconcile_room(self, room: Room) -> None:
        if room.space.state is SpaceState.ENDING:
            self._ending.wind_up(room)
            return
        is_open = await self._stage.is_open(room.space)
        if is_open is None:
            return
        if not is_open:
            await self.stage_vanished(room.space.channel_id or 0)
            return
        await self._align(room)
        try:
            await self._transcribing.resume(room)
        except SpacesError as error:
            _log.warning("captions of Space %d wait: %s", room.space.id, error.sentence)
        self._events.publish(SpaceChanged(room.space.id))

    async def _align(self, room: Room) -> None:
        try:
            await self._speaking.align(room)
        except SpacesError as error:
            _log.warning("who is in Space %d is not known yet: %s", room.space.id, error.sentence)

    async def remove_stale_channels(self) -> int:
        """Removes channels of ended Spaces that have stayed as long as configured; returns how many."""
        removed = 0
        for space in await self._spaces.ended_with_channel():
            hours = self._policies.for_server(space.guild_id).channel_stays_hours
            if space.ended_at is None or hours is None:
                continue
            if self._clock.now() - space.ended_at < timedelta(hours=hours):
                continue
            try:
                await self._stage.remove_channel(space)
            except SpacesError as error:  # one server's trouble keeps no other server's channels
                _log.warning("the channel of Space %d stays for now: %s", space.id, error.sentence)
                continue
            removed += await self._spaces.update(space.evolve(channel_id=None), expect=SpaceState.ENDED)
        return removed

    async def close(self) -> None:
        """Stops tidying up; the next start goes on with it."""
        await self._ending.close()
