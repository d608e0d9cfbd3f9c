"""Who is in a stage and how they stand there, as Discord's voice states tell."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from spaces.debts import Debts
from spaces.errors import SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import SOMEONE, Participant, Person, Standing, VoiceStanding
from spaces.ports import Clock, Notice, Notifier, StageGateway
from spaces.room import Room, Rooms
from spaces.rules import JoinMode
from spaces.seating import Seating, hand_down, muted, off_stage, taken
from spaces.stores import SafetyStore

_log = logging.getLogger(__name__)

MUTED_ON_STAGE = "You're on stage and muted; unmute to speak."
TURN_WAITS = "You're on stage and muted; your turn begins when you unmute."
NOT_ADMITTED = "You can't join this Space."
LOCKED = "This Space is locked, so nobody new can join. Try again later."
FULL_HOUSE = "This Space is full. Try again when somebody has left."
BY_INVITATION = "This Space is for invited people. Ask somebody who is in it to bring you in."
HANDS_CLOSED = "Hands are closed at the moment. The hosts open them again when there is time for more."
FULL_STAGE = "The stage is full, so you are in the audience again. Raise your hand to be next."


@dataclass(frozen=True, slots=True)
class _Move:
    """What a voice state changed; ``word`` is what the person is told of it in private."""

    before: Participant
    after: Participant
    word: str = ""

    @property
    def arrived(self) -> bool:
        return self.after.present and not self.before.present

    @property
    def settled(self) -> bool:
        """Whether what the person was asked in private is answered: they came in after an invitation, went, came to the
        stage, or back from it."""
        if self.arrived:
            return self.after.admitted
        stands_elsewhere = self.after.standing is not self.before.standing
        arrived_somewhere = self.after.standing in {Standing.LISTENING, Standing.ON_STAGE}
        return self.before.present and (not self.after.present or (stands_elsewhere and arrived_somewhere))

    @property
    def came_up(self) -> bool:
        """Whether the person takes a seat on stage, or is on the way there, that they did not have before."""
        seats = {Standing.ON_STAGE, Standing.INVITED}
        return self.after.standing in seats and self.before.standing not in seats

    @property
    def took_stage(self) -> bool:
        return self.after.standing is Standing.ON_STAGE and self.before.standing is not Standing.ON_STAGE

    @property
    def raised_hand(self) -> bool:
        return self.after.standing is Standing.HAND_UP and self.before.standing is not Standing.HAND_UP


class Presence:
    """Makes rooms follow Discord."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        safety: SafetyStore,
        stage: StageGateway,
        seating: Seating,
        debts: Debts,
        notifier: Notifier,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._rooms = rooms
        self._safety = safety
        self._stage = stage
        self._seating = seating
        self._debts = debts
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
        await self._debts.voice_changed(voice)
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
        # Who was removed and is still here, because a crash or an outage came in between, goes now.
        asks_to_enter = before.barred or not before.present
        if asks_to_enter and (reason := await self._reason_to_refuse(room, before)):
            await self._send_away(room, voice.person)
            return _Move(before, before, word=reason)
        move = _Move(before, self._follow(room, before, voice))
        if move.after == before:
            return None
        # Who comes and is asked up at once is asked before it is stored that they came: after a crash in between they
        # come once more.
        if move.arrived and self._needs_no_asking(room, move):
            move = _Move(before, await self._seating.try_ask(room, move.after))
        await self._store(room, move)
        self._events.publish(SpaceChanged(room.space.id))
        if reason := self._reason_to_seat(room, move):
            await self._seating.try_to_audience(room, move.after)
            return _Move(before, room.participant(voice.person), word=reason)
        if not move.arrived and self._needs_no_asking(room, move):
            await self._seating.try_invite(room, move.after)
        if not (move.took_stage and voice.self_muted):
            return move
        return _Move(before, move.after, word=TURN_WAITS if room.has_turn(move.after) else MUTED_ON_STAGE)

    async def _departs(self, room: Room, person_id: int) -> _Move | None:
        before = room.find(person_id)
        if before is None or not before.present or not room.space.is_live:
            return None
        gone = before.evolve(present=False, standing=Standing.LISTENING)
        move = _Move(before, hand_down(off_stage(gone, self._clock.now())))
        await self._store(room, move)
        self._events.publish(SpaceChanged(room.space.id))
        return move

    async def _store(self, room: Room, move: _Move) -> None:
        """Stores who came or moved; with the host's coming and going, since when they are away."""
        after = move.after
        if after.person.id == room.space.host.id and after.present is not move.before.present:
            await room.change(after, host_away_at=None if after.present else self._clock.now())
        else:
            await room.save(after)

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
        arrived_at = before.arrived_at if before.present else self._clock.now()
        after = before.evolve(present=True, person=person, standing=standing, arrived_at=arrived_at)
        if standing is Standing.HAND_UP:
            since = before.hand_at or self._seating.hand_time(room)
            after = after.evolve(hand_at=since, hand_native=voice.requested_at is not None)
        elif standing is Standing.INVITED:
            after = after.evolve(hand_native=False, invited_at=before.invited_at or self._clock.now())
        elif standing is Standing.ON_STAGE:
            after = taken(after)
        else:
            after = hand_down(after)
        return self._timed(after, voice)

    def _timed(self, after: Participant, voice: VoiceStanding) -> Participant:
        """With the time on stage, and with an open microphone there, running or stopped."""
        now = self._clock.now()
        if after.standing is not Standing.ON_STAGE:
            return off_stage(after, now)
        on_stage = after.evolve(stage_since=after.stage_since or now)
        if voice.self_muted or voice.server_muted:
            return muted(on_stage, now)
        return on_stage.evolve(unmuted_since=on_stage.unmuted_since or now)

    def _needs_no_asking(self, room: Room, move: _Move) -> bool:
        """Hosts are invited when they join, raised hands where everyone may speak."""
        if move.after.standing is Standing.LISTENING:
            return move.arrived and room.leads(move.after.person.id)
        return move.raised_hand and self._seating.accepts_at_once(room)

    @staticmethod
    def _reason_to_seat(room: Room, move: _Move) -> str:
        """Why somebody has to go back to the audience; empty if they need not. Hosts never do."""
        if room.leads(move.after.person.id):
            return ""
        if move.raised_hand and move.after.hand_native and not room.space.rules.hands_open:
            return HANDS_CLOSED
        # Moderators of Discord promote people without asking us.
        return FULL_STAGE if move.came_up and room.seats_taken > room.space.speaker_limit else ""

    async def _reason_to_refuse(self, room: Room, before: Participant) -> str:
        """Why somebody may not come in; empty if they may. Who is blocked or was removed reads no reason."""
        if room.leads(before.person.id):
            return ""
        rules = room.space.rules
        if before.barred or before.person.id in await self._safety.blocked_by([room.space.host.id]):
            return NOT_ADMITTED
        if rules.join is JoinMode.INVITED and not before.admitted:
            return BY_INVITATION
        if room.space.locked and room.find(before.person.id) is None:
            return LOCKED
        return FULL_HOUSE if rules.capacity is not None and room.head_count >= rules.capacity else ""

    async def _send_away(self, room: Room, person: Person) -> None:
        try:
            await self._stage.disconnect(room.space, person.id)
        except SpacesError as error:
            _log.warning("somebody blocked stays in the stage of Space %d: %s", room.space.id, error.sentence)

    async def _tell(self, room: Room, move: _Move | None) -> None:
        if move is None:
            return
        person = move.after.person
        if move.settled:
            await self._notifier.settle(room.space, person.id)
        if move.word:
            await self._notifier.tell(room.space, person, Notice(move.word, only_in_private=True))


def _by_request(voice: VoiceStanding) -> tuple[bool, datetime | None]:
    """Hands that went up while nobody looked, in the order in which they did; who asked for nothing comes first."""
    return (voice.requested_at is not None, voice.requested_at)
