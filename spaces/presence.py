"""Who is in a stage and how they stand there, as Discord's voice states tell."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from spaces.errors import SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import SOMEONE, Participant, Person, Standing, VoiceStanding
from spaces.ports import Clock, Notice, Notifier, StageGateway
from spaces.room import Room, Rooms
from spaces.seating import Seating
from spaces.stores import SafetyStore, SpaceStore

_log = logging.getLogger(__name__)

MUTED_ON_STAGE = "You're on stage and muted; unmute to speak."
NOT_ADMITTED = "You can't join this Space."


@dataclass(frozen=True, slots=True)
class _Move:
    """What a voice state changed; ``refused`` for somebody who may not be here and was sent away."""

    before: Participant
    after: Participant
    muted: bool = False
    refused: bool = False

    @property
    def arrived(self) -> bool:
        return self.after.present and not self.before.present

    @property
    def settled(self) -> bool:
        """Whether what the person was asked in private is answered: they went, came to the stage, or back from it."""
        stands_elsewhere = self.after.standing is not self.before.standing
        arrived_somewhere = self.after.standing in {Standing.LISTENING, Standing.ON_STAGE}
        return self.before.present and (not self.after.present or (stands_elsewhere and arrived_somewhere))

    @property
    def took_stage(self) -> bool:
        return self.after.standing is Standing.ON_STAGE and self.before.standing is not Standing.ON_STAGE


class Presence:
    """Makes rooms follow Discord."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        spaces: SpaceStore,
        safety: SafetyStore,
        stage: StageGateway,
        seating: Seating,
        notifier: Notifier,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._rooms = rooms
        self._spaces = spaces
        self._safety = safety
        self._stage = stage
        self._seating = seating
        self._notifier = notifier
        self._clock = clock
        self._events = events

    async def voice_changed(self, voice: VoiceStanding) -> None:
        """Follows one voice state.

        Voice states take effect in the order of the calls. So rooms are changed first, each under its lock, and private
        words, which take their time, come after.
        """
        moves: list[tuple[Room, _Move | None]] = []
        for room in self._rooms.in_guild(voice.guild_id):
            async with room.lock:
                if room.space.channel_id == voice.channel_id:
                    moves.append((room, await self._arrives_or_moves(room, voice)))
                else:
                    moves.append((room, await self._departs(room, voice.person.id)))
        for room, move in moves:
            await self._tell(room, move)

    async def align(self, room: Room) -> None:
        """Makes the room agree with who is in the stage now."""
        async with room.lock:
            here = await self._stage.people(room.space)
            ids = {voice.person.id for voice in here}
            gone = [one.person.id for one in room.present if one.person.id not in ids]
            moves = [await self._departs(room, person_id) for person_id in gone]
            moves += [await self._arrives_or_moves(room, voice) for voice in sorted(here, key=_by_request)]
        for move in moves:
            await self._tell(room, move)

    async def _arrives_or_moves(self, room: Room, voice: VoiceStanding) -> _Move | None:
        if not room.space.is_live:
            return None
        before = room.participant(voice.person)
        if not before.present and await self._is_blocked(room, voice.person):
            await self._send_away(room, voice.person)
            return _Move(before, before, refused=True)
        move = _Move(before, self._follow(room, before, voice), muted=voice.self_muted)
        if move.after == before:
            return None
        await room.save(move.after)
        self._events.publish(SpaceChanged(room.space.id))
        if move.arrived:
            await self._spaces.save_peak(room.space.id, len(room.present))
        if self._needs_no_asking(room, move):
            await self._seating.try_invite(room, move.after)
        return move

    async def _departs(self, room: Room, person_id: int) -> _Move | None:
        before = room.find(person_id)
        if before is None or not before.present or not room.space.is_live:
            return None
        gone = before.evolve(present=False, standing=Standing.LISTENING, hand_at=None, hand_native=False)
        after = await room.save(self._seating.off_stage(gone))
        self._events.publish(SpaceChanged(room.space.id))
        return _Move(before, after)

    def _follow(self, room: Room, before: Participant, voice: VoiceStanding) -> Participant:
        """The participant as the voice state says; a hand raised by button does not show in Discord and stays.

        Somebody whose data was erased while they were here stays nameless until they leave.
        """
        standing = voice.standing
        hand_by_button = before.standing is Standing.HAND_UP and not before.hand_native
        if standing is Standing.LISTENING and hand_by_button:
            standing = Standing.HAND_UP
        stays_erased = before.present and before.person.name == SOMEONE
        person = before.person if stays_erased else voice.person
        after = before.evolve(present=True, person=person, standing=standing)
        if standing is Standing.HAND_UP:
            since = before.hand_at or self._seating.hand_time(room)
            after = after.evolve(hand_at=since, hand_native=voice.requested_at is not None)
        else:
            after = after.evolve(hand_at=None, hand_native=False)
        if standing is Standing.ON_STAGE:
            return after.evolve(stage_since=before.stage_since or self._clock.now())
        return self._seating.off_stage(after)

    def _needs_no_asking(self, room: Room, move: _Move) -> bool:
        """Hosts are invited when they join, raised hands where everyone may speak."""
        if move.after.standing is Standing.LISTENING:
            return move.arrived and room.leads(move.after.person.id)
        new_hand = move.after.standing is Standing.HAND_UP and move.before.standing is not Standing.HAND_UP
        return new_hand and self._seating.accepts_at_once(room)

    async def _is_blocked(self, room: Room, person: Person) -> bool:
        return person.id in await self._safety.blocked_by([room.space.host.id])

    async def _send_away(self, room: Room, person: Person) -> None:
        try:
            await self._stage.disconnect(room.space, person.id)
        except SpacesError as error:
            _log.warning("somebody blocked stays in the stage of Space %d: %s", room.space.id, error.sentence)

    async def _tell(self, room: Room, move: _Move | None) -> None:
        if move is None:
            return
        person = move.after.person
        if move.refused:
            await self._notifier.tell(room.space, person, Notice(NOT_ADMITTED, only_in_private=True))
            return
        if move.settled:
            await self._notifier.settle(room.space, person.id)
        if move.took_stage and move.muted:
            await self._notifier.tell(room.space, person, Notice(MUTED_ON_STAGE, only_in_private=True))


def _by_request(voice: VoiceStanding) -> tuple[bool, datetime | None]:
    """Hands that went up while nobody looked, in the order in which they did; who asked for nothing comes first."""
    return (voice.requested_at is not None, voice.requested_at)
