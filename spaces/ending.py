"""The end of a Space: over for everybody at once, then tidied up in peace.

Every step of tidying up may be done twice: what an outage or a crash interrupts is begun again from the top. What can
never be done any more (the channel is gone, a permission was taken away) is passed over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from spaces.consenting import Consenting
from spaces.debts import Debts
from spaces.errors import Conflict, NotFound, ServerNotReady, SpacesError
from spaces.model import EndReason, Participant, Space, SpaceState, Standing
from spaces.overview import Overview
from spaces.policy import PolicySource
from spaces.ports import Board, Calendar, Clock, Notifier, StageGateway
from spaces.room import Room, Rooms
from spaces.scribe import Scribe
from spaces.seating import hand_down, off_stage
from spaces.stores import Scrubber, SpaceStore, TranscriptStore
from spaces.transcribing import Transcribing

_log = logging.getLogger(__name__)

LAST_WORDS_SECONDS = 20.0
"""How long the end of a Space waits for words that were spoken but are not yet transcribed."""

RETRY_SECONDS = (5.0, 30.0, 300.0)
"""Pauses before tidying up is tried again; after the last it waits until the server is next reconciled."""


class Ending:
    """Ends Spaces and tidies up after them."""

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
        consenting: Consenting,
        transcribing: Transcribing,
        scribe: Scribe,
        overview: Overview,
        debts: Debts,
        scrubber: Scrubber,
        policies: PolicySource,
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._spaces = spaces
        self._transcripts = transcripts
        self._stage = stage
        self._calendar = calendar
        self._board = board
        self._notifier = notifier
        self._consenting = consenting
        self._transcribing = transcribing
        self._scribe = scribe
        self._overview = overview
        self._debts = debts
        self._scrubber = scrubber
        self._policies = policies
        self._clock = clock
        self._tidying: dict[int, asyncio.Task[None]] = {}

    async def end(self, room: Room, reason: EndReason, *, only_if: Callable[[], bool] = lambda: True) -> Space:
        """Ends the Space: nobody acts in it any more.

        Raises :class:`Conflict` if it is over already, or if ``only_if``, asked when nothing can come between, says no.
        """
        async with room.lock:
            if not only_if():
                raise Conflict("That Space goes on.")
            ending = room.space.evolve(
                state=SpaceState.ENDING, ended_at=self._clock.now(), captions_on=False, end_reason=reason
            )
            if not room.space.is_live or not await self._spaces.update(ending, expect=SpaceState.LIVE):
                raise Conflict("That Space is over already.")
            hearing, room.space = room.space.captions_on, ending
        try:
            if hearing:
                self._overview.note_sound(ending)
            await self._transcribing.stop_hearing(ending)
            await self._turns_end(room)
        finally:
            self.wind_up(room)
        return ending

    def wind_up(self, room: Room) -> None:
        """Tidies up behind a Space that is over; does nothing if that is under way."""
        space_id = room.space.id
        if space_id not in self._tidying:
            task = asyncio.create_task(self._tidy(room), name=f"tidy up Space {space_id}")
            self._tidying[space_id] = task
            task.add_done_callback(lambda done: self._tidied(space_id, done))

    async def settled(self, space_id: int) -> None:
        """Returns when nothing is being tidied up in that Space."""
        if (task := self._tidying.get(space_id)) is not None:
            await asyncio.wait([task])

    async def close(self) -> None:
        """Stops tidying up; the next start goes on with it."""
        tasks = list(self._tidying.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tidied(self, space_id: int, task: asyncio.Task[None]) -> None:
        self._tidying.pop(space_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("Space %d is over but not tidied up; the next start tries again", space_id, exc_info=error)

    async def _tidy(self, room: Room) -> None:
        for pause in RETRY_SECONDS:
            try:
                return await self._tidy_once(room)
            except SpacesError:
                _log.warning("Space %d is not tidied up yet", room.space.id, exc_info=True)
            await asyncio.sleep(pause)
        return await self._tidy_once(room)

    async def _tidy_once(self, room: Room) -> None:
        """Last words, the end of captions-only lines, the summary, the channel."""
        space = room.space
        await self._debts.pay_what_is_due(space.guild_id)
        await self._if_possible(space, self._calendar.complete(space))
        await self._if_possible(space, self._stage.end_stage(space))
        await self._scribe.drain(space.id, LAST_WORDS_SECONDS)
        await self._everybody_leaves(room)
        async with self._consenting.takedowns.of(space.id):
            fleeting = await self._scribe.close_captions(room)
            await self._if_possible(space, self._board.remove_lines(space, fleeting))
            removed = await self._transcripts.remove_unkept(space.id)
            await self._if_possible(space, self._board.finish(await self._overview.summary(space)))
        if removed + await self._spaces.remove_erased(space.id):
            await self._scrubber.scrub()
        over = space.evolve(state=SpaceState.ENDED)
        if space.owns_channel and self._policies.for_server(space.guild_id).channel_stays_hours == 0:
            over = await self._without_channel(over)
        await self._spaces.update(over, expect=SpaceState.ENDING)
        room.space = over
        self._rooms.discard(space.id)

    async def _without_channel(self, over: Space) -> Space:
        """Removes the channel; one that Discord keeps for now is a stale channel, and removed by the hour."""
        try:
            await self._stage.remove_channel(over)
        except SpacesError as error:
            _log.warning("the channel of Space %d stays for now: %s", over.id, error.sentence)
            return over
        return over.evolve(channel_id=None)

    async def _if_possible(self, space: Space, step: Awaitable[None]) -> None:
        try:
            await step
        except (NotFound, ServerNotReady) as error:
            _log.warning("Space %d is tidied up without one step: %s", space.id, error.sentence)

    async def _turns_end(self, room: Room) -> None:
        """Counts the running turns, so that the host reads them at once; the rest leave while tidying up."""
        try:
            async with room.lock:
                for one in room.on_stage:
                    await room.save(_gone(one, room.space.ended_at))
        except SpacesError:
            _log.warning("the turns of Space %d are counted later", room.space.id, exc_info=True)

    async def _everybody_leaves(self, room: Room) -> None:
        async with room.lock:
            leaving = room.present
            for one in leaving:
                await room.save(_gone(one, room.space.ended_at))
        invited = [one for one in room.everyone if one.admitted and one not in leaving]
        for one in (*leaving, *invited):
            await self._notifier.settle(room.space, one.person.id)


def _gone(one: Participant, ended_at: datetime | None) -> Participant:
    """The participant after the end; a turn that was running lasted until then."""
    gone = hand_down(one.evolve(present=False, standing=Standing.LISTENING))
    return gone if ended_at is None else off_stage(gone, ended_at)
