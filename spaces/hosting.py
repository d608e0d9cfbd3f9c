"""Opening and ending Spaces, and finding them again after a restart.

Opening is in ``opening.py``. Ending (``ending.py``) saves ``ending``, over for everybody, tidies up, then saves
``ended``. A restart takes up whatever was under way, per server, once Discord shows that server.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from spaces.choices import NO_CHOICES, Choices
from spaces.consenting import Consenting
from spaces.debts import Debts
from spaces.ending import Ending
from spaces.errors import Conflict, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, EndReason, Space, SpaceState
from spaces.opening import Opening
from spaces.overview import Overview
from spaces.pausing import Pausing
from spaces.policy import PolicySource
from spaces.ports import Board, Calendar, Clock, Notifier, StageGateway, StageState
from spaces.rights import Rights
from spaces.room import Room, Rooms
from spaces.scribe import Scribe
from spaces.speaking import Speaking
from spaces.stores import Scrubber, SpaceStore, TranscriptStore
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
        rights: Rights,
        pausing: Pausing,
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
        self._rights = rights
        self._pausing = pausing
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
        await self._rights.settle_all(room)
        if self._policies.for_server(guild_id).captions_from_start:
            await self._captions_from_start(room, actor)
        return room

    async def _captions_from_start(self, room: Room, actor: Actor) -> None:
        try:
            await self._transcribing.turn_on(room, actor)
        except SpacesError as error:
            _log.warning("captions of Space %d stay off: %s", room.space.id, error.sentence)

    # --- ending ----------------------------------------------------------------------------------------------------

    def require_authority(self, room: Room, actor: Actor) -> None:
        """Raises :class:`NotAllowed` unless the actor may run this Space."""
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))

    async def end(self, room: Room, actor: Actor) -> Space:
        """Ends the Space for everybody; tidying up goes on behind it.

        Raises :class:`NotAllowed` for who leads nothing here, :class:`Conflict` if it is over already.
        """
        self.require_authority(room, actor)
        return await self._ending.end(room, EndReason.HOST if room.leads(actor.person.id) else EndReason.MODERATOR)

    async def channel_removed(self, channel_id: int) -> None:
        """Ends the Space whose channel somebody deleted in Discord."""
        room = self._rooms.in_channel(channel_id)
        if room is not None:
            await self._ended(room, EndReason.REMOVED)

    async def stage_closed(self, channel_id: int) -> None:
        """Pauses the Space whose stage Discord closed, or somebody there."""
        room = self._rooms.in_channel(channel_id)
        if room is not None:
            await self._pausing.stage_closed(room)

    async def wind_down(self, room: Room, now: datetime) -> int:
        """A duty of the watch: ends a Space that was paused for as long as it may be."""
        if not self._pausing.is_spent(room, now) or await self._stage.state(room.space) is StageState.UNKNOWN:
            return 0
        return await self._ended(room, EndReason.WIND_DOWN, only_if=lambda: self._pausing.is_spent(room, now))

    async def _ended(self, room: Room, reason: EndReason, *, only_if: Callable[[], bool] = lambda: True) -> bool:
        """Ends the Space; False if it is over already: Discord tells of what we removed ourselves as well."""
        with contextlib.suppress(Conflict):
            await self._ending.end(room, reason, only_if=only_if)
            return True
        return False

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
            await self._try_to_reconcile(room)

    async def wind_up_the_rest(self) -> int:
        """Goes on tidying up where it was given up, and ends the Spaces of servers that the bot was taken out of;
        returns how many. Nothing tells of those servers any more, and what was kept there would never expire.

        Spaces that could not be looked into yet are looked into, and a closed stage that nobody told of is a pause.
        """
        count = 0
        for room in self._rooms:
            if room.space.state is SpaceState.ENDING:
                self._ending.wind_up(room)
                count += 1
            elif room.space.is_live:
                count += await self._look_after(room)
        return count

    async def _look_after(self, room: Room) -> bool:
        state = await self._stage.state(room.space)
        if state is StageState.GONE:
            return await self._ended(room, EndReason.REMOVED)
        if not room.in_touch:
            await self._try_to_reconcile(room)
        elif state is StageState.CLOSED:
            await self._pausing.stage_closed(room)
        return False

    async def _try_to_reconcile(self, room: Room) -> None:
        """One Space in trouble keeps no other one."""
        try:
            await self._reconcile_room(room)
        except SpacesError as error:
            _log.warning("Space %d is not reconciled yet: %s", room.space.id, error.sentence)

    async def _reconcile_room(self, room: Room) -> None:
        if room.space.state is SpaceState.ENDING:
            self._ending.wind_up(room)
            return
        state = await self._stage.state(room.space)
        if state is StageState.UNKNOWN:
            return
        if state is StageState.GONE:
            await self._ended(room, EndReason.REMOVED)
            return
        await self._align(room)
        if state is StageState.CLOSED and room.space.paused_at is None:
            if room.in_touch and not room.head_count:
                await self._ended(room, EndReason.OUTAGE, only_if=lambda: not room.head_count)
                return
            await self._pausing.stage_closed(room)
        await self._rights.settle_all(room)
        try:
            await self._transcribing.resume(room)
        except SpacesError as error:
            _log.warning("captions of Space %d wait: %s", room.space.id, error.sentence)
        self._events.publish(SpaceChanged(room.space.id))

    async def _align(self, room: Room) -> None:
        try:
            await self._speaking.align(room)
            await self._pausing.look_anew(room)
        except SpacesError as error:
            _log.warning("who is in Space %d is not known yet: %s", room.space.id, error.sentence)

    async def remove_stale_channels(self) -> int:
        """Removes channels of ended Spaces that have stayed as long as configured; returns how many."""
        removed = 0
        for space in await self._spaces.ended_with_channel():
            hours = self._policies.for_server(space.guild_id).channel_stays_hours
            if space.ended_at is None or hours is None or not space.owns_channel:
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
