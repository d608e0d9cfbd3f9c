"""Captions on and off, and the transcript afterwards. One transcribed Space in a server at a time."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from spaces.consent_watch import ConsentWatch
from spaces.consenting import Consenting
from spaces.errors import Conflict, DiscordUnavailable, NotAllowed, NotFound, ServerNotReady, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, SharedPost, Space, SpaceState, TranscriptLine
from spaces.policy import PolicySource
from spaces.ports import Board, Clock, Notice, Notifier, UtteranceSink, VoiceListener
from spaces.room import Room, Rooms
from spaces.stores import PostStore, Scrubber, SpaceStore, TranscriptStore

_log = logging.getLogger(__name__)

LOST = "Captions are off: I lost the connection to the room and could not come back. `/transcript on` tries again."


@dataclass(frozen=True, slots=True)
class Transcript:
    """What can be exported of a Space."""

    space: Space
    lines: tuple[TranscriptLine, ...]
    posts: tuple[SharedPost, ...]


class Transcribing:
    """Turns captions on and off for a Space, and exports what was kept."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        spaces: SpaceStore,
        transcripts: TranscriptStore,
        posts: PostStore,
        consenting: Consenting,
        listener: VoiceListener,
        sink: UtteranceSink,
        board: Board,
        notifier: Notifier,
        scrubber: Scrubber,
        policies: PolicySource,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._rooms = rooms
        self._spaces = spaces
        self._transcripts = transcripts
        self._posts = posts
        self._consenting = consenting
        self._listener = listener
        self._sink = sink
        self._board = board
        self._notifier = notifier
        self._scrubber = scrubber
        self._policies = policies
        self._clock = clock
        self._events = events
        self.engine_fault: Callable[[], Awaitable[str | None]] = _no_fault
        """Tells, once the engine has started or failed to, why nothing can be transcribed at all; None if it works."""
        self._watch = ConsentWatch(consenting, clock)
        self._ears: dict[int, int] = {}
        """Server → the Space that its one voice connection belongs to; taken before anything is waited for, so that
        two hosts cannot both get it."""

    async def turn_on(self, room: Room, actor: Actor) -> None:
        """Joins the stage and writes down who agrees.

        Raises :class:`NotAllowed` for who leads nothing here, :class:`Conflict` if captions are on here already or in
        another Space of the server, :class:`ServerNotReady` without a working engine.
        """
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))
        if (fault := await self.engine_fault()) is not None:
            raise ServerNotReady(f"Captions can't be made here. {fault}")
        async with room.lock:
            room.require_live()
            if room.space.captions_on:
                raise Conflict("Captions are on already.")
            self._take_ears(room)
            try:
                await self._switch(room, on=True)
                await self._listen_or_switch_off(room)
            except BaseException:
                if not room.space.captions_on:
                    del self._ears[room.space.guild_id]
                raise
        self._events.publish(SpaceChanged(room.space.id))

    async def turn_off(self, room: Room, actor: Actor) -> None:
        """Leaves the stage: from now on the bot hears nothing."""
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))
        async with room.lock:
            room.require_live()
            if not room.space.captions_on:
                raise Conflict("Captions are off already.")
            await self._leave(room.space.guild_id)
            await self._switch(room, on=False)
            self._ears.pop(room.space.guild_id, None)
        self._events.publish(SpaceChanged(room.space.id))

    async def resume(self, room: Room) -> None:
        """Joins the stage again after a restart, if captions were on."""
        async with room.lock:
            if room.space.is_live and room.space.captions_on:
                self._take_ears(room)
                await self._listen(room)

    async def give_up(self, space: Space) -> None:
        """Turns captions off because the stage can't be heard any more, and tells the host."""
        room = self._rooms.get(space.id)
        if room is None:
            return
        async with room.lock:
            if not room.space.is_live or not room.space.captions_on:
                return
            await self._leave(space.guild_id)
            await self._switch(room, on=False)
            self._ears.pop(space.guild_id, None)
        self._events.publish(SpaceChanged(space.id))
        await self._notifier.tell(room.space, room.space.host, Notice(LOST))

    async def stop_hearing(self, over: Space) -> None:
        """Leaves the stage of a Space that is over, if its sound is heard; what was said until now is handed on."""
        if self._ears.get(over.guild_id) != over.id:
            return
        try:
            await self._leave(over.guild_id)
        except SpacesError as error:  # the stage itself ends in a moment
            _log.warning("the stage of Space %d was not left in order: %s", over.id, error.sentence)
        finally:
            del self._ears[over.guild_id]

    async def export(self, space: Space, actor: Actor) -> Transcript:
        """What was said by those who agreed to a transcript, and what was shared.

        Raises :class:`NotFound` if nothing was kept. The Space comes from :meth:`find`, which knows this server's only.
        """
        lines = [line for line in await self._transcripts.lines(space.id) if line.kept]
        if not lines:
            raise NotFound(
                "There is no transcript of that Space: captions were off, or nobody agreed to be written down."
            )
        posts = await self._posts.of_space(space.id)
        return Transcript(space, tuple(lines), tuple(posts))

    async def exportable(self, guild_id: int) -> tuple[Space, ...]:
        """Spaces of a server whose transcript can be asked for: those not tidied up, then ended ones, newest first."""
        current = [room.space for room in self._rooms if room.space.guild_id == guild_id]
        known = {space.id for space in current}
        return (*current, *(space for space in await self._spaces.ended_in(guild_id) if space.id not in known))

    async def find(self, guild_id: int, space_id: int) -> Space:
        """A Space of this server, live or over. Raises :class:`NotFound`."""
        room = self._rooms.get(space_id)
        space = room.space if room is not None else await self._spaces.get(space_id)
        if space is None or space.guild_id != guild_id:
            raise NotFound("I know no such Space in this server.")
        return space

    async def expire(self) -> int:
        """Deletes transcript lines that have outlived their days, posted captions first; returns how many.

        Captions that Discord would not change now are tried again with their lines the next time.
        """
        by_space: dict[int, list[TranscriptLine]] = defaultdict(list)
        for line in await self._transcripts.expired(self._clock.now()):
            by_space[line.space_id].append(line)
        removed = 0
        for space_id, lines in by_space.items():
            async with self._consenting.takedowns.of(space_id):
                if await self._taken_down(space_id, lines):
                    removed += await self._transcripts.remove([line.id for line in lines])
        if removed:
            await self._scrubber.scrub()
        return removed

    async def _taken_down(self, space_id: int, lines: list[TranscriptLine]) -> bool:
        """Takes expired lines out of the chat; False if that is to be tried again."""
        space = await self._spaces.get(space_id)
        try:
            if space is not None:
                await self._board.remove_lines(space, lines)
        except DiscordUnavailable as error:
            _log.warning("expired captions of Space %d stay for now: %s", space_id, error.sentence)
            return False
        except ServerNotReady as error:
            _log.warning("expired captions of Space %d stay: %s", space_id, error.sentence)
        return True

    async def close(self) -> None:
        """Stops its own tasks; the listener is closed by its owner."""
        await self._watch.close()

    async def _listen(self, room: Room) -> None:
        await self._listener.join(room.space, self._sink, await self._consenting.consenting(room.space))
        self._watch.begin(room.space)

    async def _leave(self, guild_id: int) -> None:
        await self._watch.end(guild_id)
        await self._listener.leave(guild_id)

    async def _switch(self, room: Room, *, on: bool) -> None:
        changed = room.space.evolve(captions_on=on)
        if not await self._spaces.update(changed, expect=SpaceState.LIVE):
            raise NotAllowed("That Space is over.")
        room.space = changed

    async def _listen_or_switch_off(self, room: Room) -> None:
        try:
            await self._listen(room)
        except SpacesError:
            await self._switch(room, on=False)
            raise

    def _take_ears(self, room: Room) -> None:
        """The server's voice connection is this room's now. Raises :class:`Conflict` if it is another's."""
        owner = self._ears.get(room.space.guild_id)
        for other in self._rooms:
            if other is room or other.space.guild_id != room.space.guild_id:
                continue
            if other.space.captions_on or other.space.id == owner:
                raise Conflict(f"Captions are busy in <#{other.space.channel_id}>; one room per server at a time.")
        self._ears[room.space.guild_id] = room.space.id


async def _no_fault() -> str | None:
    return None
