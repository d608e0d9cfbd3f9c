"""Who may speak: hands, invitations, the stage.

Discord's voice states are the truth about who is on stage; the queue is ours, so that a hand raised by button and one
raised in Discord stand in the same line. Promotion is a handshake: we invite, the person accepts.
"""

from __future__ import annotations

from dataclasses import dataclass

from spaces.debts import Debts
from spaces.errors import Conflict, InvalidInput, NotAllowed, NotFound
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Participant, Person, Standing, VoiceStanding
from spaces.policy import PolicySource
from spaces.ports import Clock, Notice, NoticeAction, Notifier, StageGateway
from spaces.presence import HANDS_CLOSED, Presence
from spaces.room import Room, Rooms
from spaces.rules import QueueOrder, SpeakMode
from spaces.seating import Seating
from spaces.stores import SafetyStore
from spaces.text import escaped, optional_line

LONGEST_QUESTION = 300
"""Characters of a question, so that the console can show several in one message."""


@dataclass(frozen=True, slots=True)
class HandUp:
    """Where a raised hand stands. ``place`` counts from 1; 0 means that the person was invited at once.

    ``again`` tells that the hand was up already; ``why`` how the order comes about, where it is not the time of
    raising.
    """

    place: int
    again: bool = False
    why: str = ""

    @property
    def sentence(self) -> str:
        """What the person reads."""
        if self.place == 0:
            return "Everyone may speak here: accept Discord's invitation at the bottom of the stage, then unmute."
        opening = "Your hand is up already: you're" if self.again else "You're"
        ahead = self.place - 1
        if ahead == 0:
            return f"{opening} first: a host can invite you any moment."
        if self.why:
            return f"{opening} {_ordinal(self.place)}: {self.why}."
        before = "one person raised their hand" if ahead == 1 else f"{_in_words(ahead)} people raised their hands"
        return f"{opening} {_ordinal(self.place)}: {before} before you."


class Speaking:
    """Hands, invitations and the stage of every live Space."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        safety: SafetyStore,
        stage: StageGateway,
        seating: Seating,
        debts: Debts,
        notifier: Notifier,
        policies: PolicySource,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._notifier = notifier
        self._policies = policies
        self._events = events
        self._seating = seating
        self._presence = Presence(
            rooms=rooms,
            safety=safety,
            stage=stage,
            seating=self._seating,
            debts=debts,
            notifier=notifier,
            clock=clock,
            events=events,
        )

    # --- what people ask for ---------------------------------------------------------------------------------------

    async def raise_hand(self, room: Room, person: Person, *, question: str = "", read_aloud: bool = False) -> HandUp:
        """Puts the person into the queue, or invites them at once where everyone may speak.

        ``read_aloud`` asks a host to read the question; such a hand is never invited without one. A second time changes
        the question, if there is a new one, and tells the place. Raises :class:`NotAllowed` for who is not here, is on
        stage, or may only be invited, and while hands are closed; :class:`InvalidInput` for a question that is too
        long, or missing where the room asks for one.
        """
        question = _question(question, needed=room.space.rules.question_required or read_aloud)
        async with room.lock:
            participant = room.require_present(person)
            if participant.standing is Standing.HAND_UP:
                return await self._again(room, participant, question, read_aloud=read_aloud)
            self._require_may_raise(room, participant)
            raised = participant.evolve(
                standing=Standing.HAND_UP,
                hand_at=self._seating.hand_time(room),
                hand_native=False,
                question=question,
                read_aloud=read_aloud,
            )
            await room.save(raised)
            if self._seating.accepts_at_once(room) and not read_aloud:
                await self._seating.try_invite(room, raised)
            hand = _hand(room, room.participant(person))
        self._events.publish(SpaceChanged(room.space.id))
        return hand

    async def _again(self, room: Room, participant: Participant, question: str, *, read_aloud: bool) -> HandUp:
        if question and (question, read_aloud) != (participant.question, participant.read_aloud):
            await room.save(participant.evolve(question=question, read_aloud=read_aloud))
            self._events.publish(SpaceChanged(room.space.id))
        return _hand(room, participant, again=True)

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
            first = room.next_hand
            if first is None:
                raise Conflict("No hand is up.")
            await self._seating.invite(room, first, by=actor.person.id)
        await self._tell_invited(room, first.person, actor.person.name)
        return first.person

    async def ask_next(self, room: Room, *, by: int | None, but_not: int | None = None) -> Person:
        """Invites the first in the queue, without a host's doing but in the name of one (``by``), or of the host.

        ``but_not`` is passed over, as is who wants their question read and will not speak. Raises :class:`Conflict` if
        nobody else waits or the stage is full.
        """
        async with room.lock:
            room.require_live()
            following = next((one for one in room.queue if one.person.id != but_not and not one.read_aloud), None)
            if following is None:
                raise Conflict("No other hand is up.")
            await self._seating.invite(room, following, by=by)
        inviter = room.find(by) if by is not None else None
        await self._tell_invited(room, following.person, (inviter.person if inviter else room.space.host).name)
        return following.person

    async def invite(self, room: Room, actor: Actor, person_id: int) -> Person:
        """Invites somebody in the audience, hand up or not."""
        async with room.lock:
            self._require_authority(room, actor)
            participant = self._present(room, person_id)
            if participant.standing in {Standing.ON_STAGE, Standing.INVITED}:
                raise Conflict(f"{escaped(participant.person.name)} is {participant.standing.value} already.")
            await self._seating.invite(room, participant, by=actor.person.id)
        await self._tell_invited(room, participant.person, actor.person.name)
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

    async def _tell_invited(self, room: Room, person: Person, host: str) -> None:
        await self._notifier.tell(
            room.space,
            person,
            Notice(
                f"{escaped(host)} invites you to speak: accept at the bottom of the stage, then unmute.",
                (NoticeAction.CHOOSE_CAPTIONS,) if room.space.captions_on else (),
            ),
        )

    def _require_may_raise(self, room: Room, participant: Participant) -> None:
        if participant.standing is Standing.ON_STAGE:
            raise NotAllowed("You're on stage already; unmute to speak.")
        if participant.standing is Standing.INVITED:
            raise NotAllowed("You're invited already: accept at the bottom of the stage, then unmute.")
        if room.leads(participant.person.id):
            return
        if room.space.speak is SpeakMode.INVITED:
            raise NotAllowed("In this Space the hosts invite who speaks. Ask in chat to be invited.")
        if not room.space.rules.hands_open:
            raise NotAllowed(HANDS_CLOSED)

    def _require_authority(self, room: Room, actor: Actor) -> None:
        room.require_live()
        room.require_authority(actor, self._policies.for_server(room.space.guild_id))

    @staticmethod
    def _present(room: Room, person_id: int) -> Participant:
        participant = room.find(person_id)
        if participant is None or not participant.present:
            raise NotFound("They left the Space.")
        return participant


def why(order: QueueOrder, participant: Participant) -> str:
    """Why somebody stands where they stand, in words that follow a colon; empty where the time of raising decides."""
    if order is QueueOrder.NEWCOMERS_FIRST:
        been = "you have been on stage" if participant.stage_seconds > 0 else "you have not been on stage yet"
        return f"newcomers go first, and {been}"
    if order is QueueOrder.LEAST_TIME:
        minutes = round(participant.unmuted_seconds / 60)
        spoken = "you have not spoken yet" if not participant.unmuted_seconds else f"you have had about {minutes} min"
        return f"who has spoken least goes first, and {spoken}"
    return ""


def _hand(room: Room, participant: Participant, *, again: bool = False) -> HandUp:
    place = room.place(participant.person.id) or 0
    return HandUp(place, again=again, why=why(room.space.rules.queue_order, participant))


def _question(text: str, *, needed: bool) -> str:
    question = optional_line(text, what="Your question", longest=LONGEST_QUESTION)
    if needed and not question:
        raise InvalidInput("Write your question first: hands here come with one.")
    return question


def _in_words(number: int) -> str:
    words = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[number - 2] if number < 10 else str(number)


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
