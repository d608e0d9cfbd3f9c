"""Timed turns on stage: the baton goes from speaker to speaker by itself.

A turn begins with an open microphone, whoever is next is told before it ends, and at its end the speaker goes to the
audience and the next hand is invited in the host's name. Hosts and co-hosts have no turns. When a turn ends is stored
with the speaker, so one that ended while nobody looked ends at the next look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from weakref import WeakKeyDictionary

from spaces.choices import LONGEST_TURN
from spaces.errors import Conflict, InvalidInput, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, Participant, Standing
from spaces.policy import PolicySource
from spaces.ports import Clock, Notice, NoticeAction, Notifier
from spaces.room import Room
from spaces.seating import Seating
from spaces.speaking import Speaking
from spaces.text import escaped, moment

_log = logging.getLogger(__name__)

ON_DECK = timedelta(seconds=30)
"""How long before the end of a turn the next one is told."""

PATIENCE = timedelta(seconds=30)
"""How long a muted speaker may collect themselves before the turn begins all the same."""

MOST_MINUTES = LONGEST_TURN // 60
"""A turn can be made to end this many minutes from now at most."""

OVER = "Your turn is over, so you are in the audience again. Raise your hand to have another."

_Pair = tuple[int, datetime | None, int]
"""A speaker, when their turn ends, and who comes after them."""


class Turns:
    """Duties of the watch about turns, and their extension by a host."""

    def __init__(
        self,
        *,
        speaking: Speaking,
        seating: Seating,
        notifier: Notifier,
        policies: PolicySource,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._speaking = speaking
        self._seating = seating
        self._notifier = notifier
        self._policies = policies
        self._clock = clock
        self._events = events
        self._told: WeakKeyDictionary[Room, frozenset[_Pair]] = WeakKeyDictionary()
        self._owed: WeakKeyDictionary[Room, int] = WeakKeyDictionary()
        """Hands that are still to be invited, because Discord did not do it at once."""

    # --- duties ----------------------------------------------------------------------------------------------------

    async def begin(self, room: Room, now: datetime) -> int:
        """Begins the turns of speakers whose microphone is open, or who have been muted for long enough; takes away
        those of people who have none any more. Returns how many."""
        done = 0
        for one in room.on_stage:
            if _due_end(room, one, now) == one.turn_ends_at:
                continue
            async with room.lock:
                speaker = room.find(one.person.id)
                if speaker is None or speaker.standing is not Standing.ON_STAGE or not room.space.is_live:
                    continue
                ends_at = _due_end(room, speaker, now)
                if ends_at == speaker.turn_ends_at:
                    continue
                await room.save(speaker.evolve(turn_ends_at=ends_at))
            self._events.publish(SpaceChanged(room.space.id))
            if ends_at is not None and speaker.unmuted_since is None:
                word = f"Your turn has begun and ends {moment(ends_at)}. You're still muted; unmute to speak."
                await self._notifier.tell(room.space, speaker.person, Notice(word, only_in_private=True))
            done += 1
        return done

    async def call_next(self, room: Room, now: datetime) -> int:
        """Tells those who are next that a turn is about to end: the first hand of the turn that ends first, and so on.
        Returns how many were told.

        What was told is remembered until the turn is over or extended; after a restart it is told once more.
        """
        due = list(_about_to_end(room, now))
        told = self._told.get(room, frozenset())
        self._told[room] = frozenset(_pair(speaker, following) for speaker, following in due)
        fresh = [(speaker, following) for speaker, following in due if _pair(speaker, following) not in told]
        for speaker, following in fresh:
            word = f"You're next: {escaped(speaker.person.name)}'s turn ends {moment(speaker.turn_ends_at or now)}."
            await self._notifier.tell(room.space, following.person, Notice(word, (NoticeAction.LOWER_HAND,)))
        return len(fresh)

    async def hand_over(self, room: Room, now: datetime) -> int:
        """Ends the turns that are over, and invites as many hands; returns how many turns were ended.

        One that Discord does not end now keeps no other from its end, and is tried again at the next look.
        """
        done = 0
        for one in room.on_stage:
            if not _is_over(room, one, now):
                continue
            try:
                done += await self._end(room, one.person.id, now)
            except SpacesError as error:
                _log.warning("a turn in Space %d goes on for now: %s", room.space.id, error.sentence)
        while self._owed.get(room, 0) and await self._invite_next(room):
            self._owed[room] -= 1
        return done

    # --- what hosts do ---------------------------------------------------------------------------------------------

    async def extend(self, room: Room, actor: Actor, person_id: int, *, minutes: int = 1) -> Participant:
        """Makes a running turn longer; returns the speaker as they stand then.

        Raises :class:`NotAllowed` for who leads nothing here, :class:`NotFound` for a person who left,
        :class:`Conflict` if they have no running turn, :class:`InvalidInput` for a turn that would be too long.
        """
        async with room.lock:
            room.require_live()
            room.require_authority(actor, self._policies.for_server(room.space.guild_id))
            speaker = room.known(person_id)
            ends_at = _running_end(room, speaker)
            now = self._clock.now()
            longer = max(ends_at, now) + timedelta(minutes=minutes)
            if minutes < 1 or longer > now + timedelta(minutes=MOST_MINUTES):
                raise InvalidInput(
                    f"A turn can end {MOST_MINUTES} minutes from now at the latest. Choose fewer minutes."
                )
            extended = await room.save(speaker.evolve(turn_ends_at=longer))
        self._events.publish(SpaceChanged(room.space.id))
        return extended

    # --- steps -----------------------------------------------------------------------------------------------------

    async def _end(self, room: Room, person_id: int, now: datetime) -> bool:
        """Ends one turn, if it is over still: a host may just have extended it."""
        async with room.lock:
            speaker = room.find(person_id)
            if speaker is None or not room.space.is_live or not _is_over(room, speaker, now):
                return False
            await self._seating.to_audience(room, speaker, tell_discord=True)
        self._owed[room] = self._owed.get(room, 0) + 1
        await self._notifier.settle(room.space, person_id)
        await self._notifier.tell(room.space, speaker.person, Notice(OVER, only_in_private=True))
        return True

    async def _invite_next(self, room: Room) -> bool:
        """Whether the hand-over is done: somebody was invited, or nobody can be."""
        try:
            await self._speaking.ask_next(room, by=room.space.host.id)
        except Conflict:
            return True  # no hand is up, or the stage is full
        except SpacesError as error:
            _log.warning("the next in Space %d is not invited yet: %s", room.space.id, error.sentence)
            return False
        return True


def _due_end(room: Room, one: Participant, now: datetime) -> datetime | None:
    """When the turn of somebody on stage ends, as it should be stored; None while there is none.

    It is counted from the look that sees it begin, not from when the microphone opened: turns may have been switched on
    long after that, or a co-host may just have become a guest.
    """
    if not room.has_turn(one):
        return None
    if one.turn_ends_at is not None:
        return one.turn_ends_at
    waits = one.unmuted_since is None and one.stage_since is not None and now - one.stage_since < PATIENCE
    return None if waits else now + timedelta(seconds=room.space.rules.turn_seconds or 0)


def _is_over(room: Room, one: Participant, now: datetime) -> bool:
    return room.has_turn(one) and one.turn_ends_at is not None and one.turn_ends_at <= now


def _running_end(room: Room, speaker: Participant) -> datetime:
    """When the speaker's turn ends. Raises :class:`Conflict` if none is running."""
    name = escaped(speaker.person.name)
    if speaker.standing is not Standing.ON_STAGE:
        raise Conflict(f"{name} is not on stage.")
    if not room.has_turn(speaker):
        raise Conflict(f"{name} has no turn that could be extended.")
    if speaker.turn_ends_at is None:
        raise Conflict(f"{name}'s turn has not begun yet: it begins when they unmute.")
    return speaker.turn_ends_at


def _about_to_end(room: Room, now: datetime) -> Iterator[tuple[Participant, Participant]]:
    """Speakers whose turn ends soon, the earliest first, each with who comes after them."""
    ending = [
        one for one in room.on_stage if room.has_turn(one) and one.turn_ends_at and one.turn_ends_at - now <= ON_DECK
    ]
    ending.sort(key=lambda one: (one.turn_ends_at, one.person.id))
    following = (one for one in room.queue if not one.read_aloud) if ending else iter(())
    return zip(ending, islice(following, len(ending)), strict=False)


def _pair(speaker: Participant, following: Participant) -> _Pair:
    return speaker.person.id, speaker.turn_ends_at, following.person.id
