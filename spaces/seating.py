"""The steps between audience and stage. All of them are called with the room's lock held."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
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
        return room.space.speak is SpeakMode.EVERYONE and self.has_room(room)

    def has_room(self, room: Room) -> bool:
        """Whether one more may come to the stage."""
        return room.seats_taken < room.space.speaker_limit

    def hand_time(self, room: Room) -> datetime:
        """When a hand that is seen now went up: now, or just after the last one.

        One clock for hands by button and hands in Discord, so that their order is the one in which they came, whatever
        Discord's clock says; it survives two at once and a clock that is set back.
        """
        now = self._clock.now()
        last = room.latest_hand
        return now if last is None or last < now else last + timedelta(microseconds=1)

    async def invite(self, room: Room, participant: Participant, *, by: int | None = None) -> None:
        """Invites to the stage. Raises :class:`Conflict` if it is full, :class:`NotFound` for who left.

        ``by`` is the host who invites; None where the rules do. A hand that was up keeps its time: if the invitation is
        not taken, it goes up again.

        Discord first: what it did, its voice state tells again, even after a crash in between; the other way round, a
        crash would lose the raised hand.
        """
        await room.save(await self._ask(room, participant, by=by))
        self._events.publish(SpaceChanged(room.space.id))

    async def try_invite(self, room: Room, participant: Participant) -> None:
        """Invites if it can be done; else the person stands where they stood, and a host can still invite them."""
        with _if_possible(room):
            await self.invite(room, participant)

    async def try_ask(self, room: Room, participant: Participant) -> Participant:
        """As :meth:`try_invite`, but stores nothing: returns the participant as they stand then."""
        asked = participant
        with _if_possible(room):
            asked = await self._ask(room, participant)
        return asked  # noqa: RET504 - as before, where it was not possible

    async def _ask(self, room: Room, participant: Participant, *, by: int | None = None) -> Participant:
        if not self.has_room(room):
            raise Conflict(
                f"The stage is full: {room.space.speaker_limit} may speak at once. Move somebody to the audience first."
            )
        await self._stage.invite(room.space, participant.person.id)
        return participant.evolve(
            standing=Standing.INVITED, hand_native=False, invited_at=self._clock.now(), invited_by=by
        )

    async def to_audience(self, room: Room, participant: Participant, *, tell_discord: bool) -> None:
        """Ends a turn, an invitation or a raised hand; one raised by button only is unknown to Discord."""
        if tell_discord:
            await self._stage.to_audience(room.space, participant.person.id)
        await room.save(hand_down(off_stage(participant.evolve(standing=Standing.LISTENING), self._clock.now())))
        self._events.publish(SpaceChanged(room.space.id))

    async def try_to_audience(self, room: Room, participant: Participant) -> None:
        """Moves to the audience if Discord does it; else the person stays, and a host can still move them."""
        try:
            await self.to_audience(room, participant, tell_discord=True)
        except SpacesError as error:
            _log.warning("somebody stays on stage in Space %d: %s", room.space.id, error.sentence)

    async def withdraw(self, room: Room, participant: Participant, *, misses_allowed: int) -> Participant:
        """Takes back an invitation that was not answered; returns the participant as they stand then.

        A hand that was up before goes up again one place further down, until as many were missed as are allowed. The
        store first: after a crash in between, Discord still shows the invitation and it is withdrawn again.
        """
        missed = participant.misses + 1
        if participant.hand_at is None or missed >= misses_allowed:
            after = hand_down(participant.evolve(standing=Standing.LISTENING))
        else:
            behind = room.hand_after(participant)
            hand_at = participant.hand_at if behind is None or behind.hand_at is None else behind.hand_at
            after = participant.evolve(
                standing=Standing.HAND_UP,
                hand_at=max(participant.hand_at, hand_at + timedelta(microseconds=1)),
                invited_at=None,
                invited_by=None,
                misses=missed,
            )
        await room.save(after)
        try:
            await self._stage.to_audience(room.space, participant.person.id)
        except SpacesError:
            await room.save(participant)
            raise
        self._events.publish(SpaceChanged(room.space.id))
        return after


@contextmanager
def _if_possible(room: Room) -> Generator[None]:
    """Goes on without an invitation that cannot be made."""
    try:
        yield
    except Conflict:
        return  # the stage is full
    except SpacesError as error:
        _log.warning("somebody could not be invited in Space %d: %s", room.space.id, error.sentence)


def taken(participant: Participant) -> Participant:
    """Whose hand was taken: on stage, with the question that they came up with."""
    return participant.evolve(hand_at=None, hand_native=False, invited_at=None, invited_by=None, misses=0)


def hand_down(participant: Participant) -> Participant:
    """Without a hand, and without what came with it."""
    return taken(participant).evolve(question="", read_aloud=False)


def off_stage(participant: Participant, now: datetime) -> Participant:
    """Adds the turn that has just ended, if there was one, to the time on stage."""
    ended = muted(participant, now).evolve(turn_ends_at=None)
    if participant.stage_since is None:
        return ended
    turn = (now - participant.stage_since).total_seconds()
    return ended.evolve(stage_since=None, stage_seconds=participant.stage_seconds + max(turn, 0.0))


def muted(participant: Participant, now: datetime) -> Participant:
    """Adds the time that the microphone was open, if it was."""
    if participant.unmuted_since is None:
        return participant
    spoken = (now - participant.unmuted_since).total_seconds()
    return participant.evolve(unmuted_since=None, unmuted_seconds=participant.unmuted_seconds + max(spoken, 0.0))
