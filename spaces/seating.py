"""The steps between audience and stage. All of them are called with the room's lock held."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from spaces.errors import Conflict, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Participant, Standing
from spaces.ports import Clock, StageGateway
from spaces.room import Room
from spaces.rules import SpeakMode

_log = logging.getLogger(__name__)


class Seating:
    """Brings people onto the stage and back."""

    def __init__(self, *, stage: StageGateway, clock: Clock, events: EventBus) -> None:
        self._stage = stage
        self._clock = clock
        self._events = events

    def accepts_at_once(self, room: Room) -> bool:
        """Whether a raised hand is accepted without a host."""
        return room.space.speak is SpeakMode.EVERYONE and room.seats_taken < room.space.speaker_limit

    def hand_time(self, room: Room) -> datetime:
        """When a hand that is seen now went up: now, or just after the last one.

        One clock for hands by button and hands in Discord, so that their order is the one in which they came, whatever
        Discord's clock says; it survives two at once and a clock that is set back.
        """
        now = self._clock.now()
        last = max((one.hand_at for one in room.present if one.hand_at is not None), default=None)
        return now if last is None or last < now else last + timedelta(microseconds=1)

    async def invite(self, room: Room, participant: Participant) -> None:
        """Invites to the stage. Raises :class:`Conflict` if it is full, :class:`NotFound` for who left.

        Discord first: what it did, its voice state tells again, even after a crash in between; the other way round, a
        crash would lose the raised hand.
        """
        if room.seats_taken >= room.space.speaker_limit:
            raise Conflict(
                f"The stage is full: {room.space.speaker_limit} may speak at once. Move somebody to the audience first."
            )
        await self._stage.invite(room.space, participant.person.id)
        await room.save(participant.evolve(standing=Standing.INVITED, hand_at=None, hand_native=False))
        self._events.publish(SpaceChanged(room.space.id))

    async def try_invite(self, room: Room, participant: Participant) -> None:
        """Invites if it can be done; else the person stands where they stood, and a host can still invite them."""
        try:
            await self.invite(room, participant)
        except Conflict:
            return  # the stage is full
        except SpacesError as error:
            _log.warning("somebody could not be invited in Space %d: %s", room.space.id, error.sentence)

    async def to_audience(self, room: Room, participant: Participant, *, tell_discord: bool) -> None:
        """Ends a turn, an invitation or a raised hand; one raised by button only is unknown to Discord."""
        if tell_discord:
            await self._stage.to_audience(room.space, participant.person.id)
        lowered = participant.evolve(standing=Standing.LISTENING, hand_at=None, hand_native=False)
        await room.save(self.off_stage(lowered))
        self._events.publish(SpaceChanged(room.space.id))

    def off_stage(self, participant: Participant) -> Participant:
        """Adds the turn that has just ended, if there was one, to the time on stage."""
        if participant.stage_since is None:
            return participant
        turn = (self._clock.now() - participant.stage_since).total_seconds()
        return participant.evolve(stage_since=None, stage_seconds=participant.stage_seconds + max(turn, 0.0))
