"""Who may speak: hands, invitations, the stage.

Discord's voice states are the truth about who is on stage; the queue is ours, so that a hand raised by button and one
raised in Discord stand in the same line. Promotion is a handshake: we invite, the person accepts.
"""

from __future__ import annotations

from dataclasses import dataclass

from spaces.errors import Conflict, NotAllowed, NotFound
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Participant, Person, Standing, VoiceStanding
from spaces.policy import PolicySource
from spaces.ports import Clock, Notice, NoticeAction, Notifier, StageGateway
from spaces.presence import Presence
from spaces.room import Room, Rooms
from spaces.rules import SpeakMode
from spaces.seating import Seating
from spaces.stores import SafetyStore, SpaceStore
from spaces.text import escaped


@dataclass(frozen=True, slots=True)
class HandUp:
    """Where a raised hand stands. ``place`` counts from 1; 0 means that the person was invited at once.

    ``again`` tells that the hand was up already.
    """

    place: int
    again: bool = False

    @property
    def sentence(self) -> str:
        """What the person reads."""
        if self.place == 0:
            return "Everyone may speak here: accept Discord's invitation at the bottom of the stage, then unmute."
        opening = "Your hand is up already: you're" if self.again else "You're"
        ahead = self.place - 1
        if ahead == 0:
            return f"{opening} first: a host can invite you any moment."
        before = "one person raised their hand" if ahead == 1 else f"{_in_words(ahead)} people raised their hands"
        return f"{opening} {_ordinal(self.place)}: {before} before you."


class Speaking:
    """Hands, invitations and the stage of every live Space."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        spaces: SpaceStore,
        safety: SafetyStore,
        stage: StageGateway,
        notifier: Notifier,
        policies: PolicySource,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._notifier = notifier
        self._policies = policies
        self._events = events
        self._seating = Seating(stage=stage, clock=clock, events=events)
        self._presence = Presence(
            rooms=rooms,
            spaces=spaces,
            safety=safety,
            stage=stage,
            seating=self._seating,
            notifier=notifier,
            clock=clock,
            events=events,
        )

    # --- what people ask for ---------------------------------------------------------------------------------------

    async def raise_hand(self, room: Room, person: Person) -> HandUp:
        """Puts the person into the queue, or invites them at once where everyone may speak.

        A second time changes nothing and tells the place. Raises :class:`NotAllowed` for who is not here, is on stage
        or may only be invited.
        """
        async with room.lock:
            participant = room.require_present(person)
            if participant.standing is Standing.HAND_UP:
                return HandUp(room.place(person.id) or 1, again=True)
            self._require_may_raise(room, participant)
            raised = participant.evolve(
                standing=Standing.HAND_UP, hand_at=self._seating.hand_time(room), hand_native=False
            )
            await room.save(raised)
            if self._seating.accepts_at_once(room):
                await self._seating.try_invite(room, raised)
            place = room.place(person.id) or 0
        self._events.publish(SpaceChanged(room.space.id))
        return HandUp(place)

    async def require_may_raise(self, room: Room, person: Person) -> None:
        """Raises :class:`NotAllowed` for who is not here, is on stage or on the way there, or may only be invited.

        Waits for an arrival that is being followed, so that nobody is told to join who has just joined.
        """
        async with room.lock:
            self._require_may_raise(room, room.require_present(person))

    async def lower_hand(self, room: Room, person: Person) -> None:
        """Takes the person out of the queue. Raises :class:`Conflict` if their hand is not up."""
        async with room.lock:
            participant = room.require_present(person)
            if participant.standing is not Standing.HAND_UP:
                raise Conflict("Your hand is not up, so there is nothing to lower.")
            await self._seating.to_audience(room, participant, tell_discord=participant.hand_native)
        await self._notifier.settle(room.space, person.id)

    async def next(self, room: Room, actor: Actor) -> Person:
        """Invites the first in the queue. Raises :class:`Conflict` if no hand is up."""
        async with room.lock:
            self._require_authority(room, actor)
            if not room.queue:
                raise Conflict("No hand is up.")
            first = room.queue[0]
            await self._seating.invite(room, first)
        await self._tell_invited(room, first.person, actor)
        return first.person

    async def invite(self, room: Room, actor: Actor, person_id: int) -> Person:
        """Invites somebody in the audience, hand up or not."""
        async with room.lock:
            self._require_authority(room, actor)
            participant = self._present(room, person_id)
            if participant.standing in {Standing.ON_STAGE, Standing.INVITED}:
                raise Conflict(f"{escaped(participant.person.name)} is {participant.standing.value} already.")
            await self._seating.invite(room, participant)
        await self._tell_invited(room, participant.person, actor)
        return participant.person

    async def to_audience(self, room: Room, actor: Actor, person_id: int) -> Person:
        """Moves somebody from the stage, from the way there or from the queue to the audience."""
        async with room.lock:
            self._require_authority(room, actor)
            participant = self._present(room, person_id)
            if participant.standing is Standing.LISTENING:
                raise Conflict(f"{escaped(participant.person.name)} is in the audience already.")
            await self._seating.to_audience(room, participant, tell_discord=True)
        await self._notifier.settle(room.space, person_id)
        return participant.person

    # --- what Discord tells ----------------------------------------------------------------------------------------

    async def voice_changed(self, voice: VoiceStanding) -> None:
        """Follows a voice state: arrivals, departures, native hands, accepted and declined invitations.

        Call it in the order of Discord's events; they take effect in that order.
        """
        await self._presence.voice_changed(voice)

    async def align(self, room: Room) -> None:
        """Makes the room agree with who is in the stage now, after an absence of ours."""
        await self._presence.align(room)

    # --- shared steps ----------------------------------------------------------------------------------------------

    async def _tell_invited(self, room: Room, person: Person, actor: Actor) -> None:
        await self._notifier.tell(
            room.space,
            person,
            Notice(
                f"{escaped(actor.person.name)} invites you to speak: accept at the bottom of the stage, then unmute.",
                (NoticeAction.CHOOSE_CAPTIONS,) if room.space.captions_on else (),
            ),
        )

    def _require_may_raise(self, room: Room, participant: Participant) -> None:
        if participant.standing is Standing.ON_STAGE:
            raise NotAllowed("You're on stage already; unmute to speak.")
        if participant.standing is Standing.INVITED:
            raise NotAllowed("You're invited already: accept at the bottom of the stage, then unmute.")
        if room.space.speak is SpeakMode.INVITED and not room.leads(participant.person.id):
            raise NotAllowed("In this Space the hosts invite who speaks. Ask in chat to be invited.")

    def _require_authority(self, room: Room, actor: Actor) -> None:
        room.require_live()
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))

    @staticmethod
    def _present(room: Room, person_id: int) -> Participant:
        participant = room.find(person_id)
        if participant is None or not participant.present:
            raise NotFound("They left the Space.")
        return participant


def _in_words(number: int) -> str:
    words = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[number - 2] if number < 10 else str(number)


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
