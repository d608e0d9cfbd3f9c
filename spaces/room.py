"""A Space that is not tidied up yet in memory, and all of them.

Invariants of a :class:`Room`:

- the store holds everything that the room holds: it is written first, and a failed write changes nothing here;
- whoever changes the room, or decides by reading it and then waits, holds ``lock``;
- a participant who is not present is ``LISTENING``; ``hand_at`` is set while the standing is ``HAND_UP``, and while an
  invitation waits that was made to a raised hand;
- who leads, is present, on stage, invited or in the queue is kept beside the participants, and changed with them only;
- exactly one participant is the host;
- when the Space is over (``ending``), nobody acts in the room any more; it stays until it is tidied up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from spaces.errors import NotAllowed, NotFound
from spaces.hand_queue import HandQueue
from spaces.model import SOMEONE, Actor, Participant, Person, Role, Space, SpaceState, Standing
from spaces.policy import ServerPolicy
from spaces.stores import SpaceStore
from spaces.text import escaped

_OVER = "That Space is over. `/space create` opens a new one."


class Room:
    """One Space, live or being tidied up: the Space itself, its people, and the lock of all that changes them.

    ``captions_closed`` is set when the lines that were captions only are taken away: none is stored after that.
    ``in_touch`` tells that Discord has shown who is here: before, what is stored may be as old as the last restart.
    """

    def __init__(self, space: Space, participants: Iterable[Participant], store: SpaceStore) -> None:
        self.lock = asyncio.Lock()
        self.captions_closed = False
        self.in_touch = False
        self._space = space
        self._store = store
        self._people: dict[int, Participant] = {}
        self._present: dict[int, Participant] = {}
        self._leaders: dict[int, Participant] = {}
        self._standing: dict[Standing, dict[int, Participant]] = {standing: {} for standing in Standing}
        self._hands = HandQueue(space.rules.queue_order)
        self._latest_hand: datetime | None = None
        for participant in participants:
            self._show(participant)

    @property
    def space(self) -> Space:
        """The Space as the store has it."""
        return self._space

    @space.setter
    def space(self, space: Space) -> None:
        self._space = space
        if space.rules.queue_order is not self._hands.order:
            self._hands = HandQueue(space.rules.queue_order)
            for participant in self._standing[Standing.HAND_UP].values():
                self._hands.put(participant)

    def participant(self, person: Person) -> Participant:
        """The person's place in the room; a fresh one for somebody who was never here."""
        known = self._people.get(person.id)
        if known is None:
            role = Role.HOST if person.id == self.space.host.id else Role.GUEST
            return Participant(self.space.id, person, role=role)
        return known

    def find(self, person_id: int) -> Participant | None:
        """The participant with that id, present or not."""
        return self._people.get(person_id)

    def is_here(self, person_id: int) -> bool:
        """Whether the Space is live and the person in it now."""
        return self.space.is_live and person_id in self._present

    def known(self, person_id: int) -> Participant:
        """The participant with that id, present or not. Raises :class:`NotFound` for who was never here."""
        participant = self._people.get(person_id)
        if participant is None:
            raise NotFound("They left the Space.")
        return participant

    @property
    def guests_on_stage(self) -> int:
        """How many who are neither host nor co-host are on stage or on their way there."""
        return sum(one.role is Role.GUEST for one in (*self.on_stage, *self.invited))

    @property
    def everyone(self) -> tuple[Participant, ...]:
        """Everybody who has been here."""
        return tuple(self._people.values())

    @property
    def present(self) -> tuple[Participant, ...]:
        """Everybody who is here now."""
        return tuple(self._present.values())

    @property
    def head_count(self) -> int:
        """How many people are here now."""
        return len(self._present)

    @property
    def on_stage(self) -> tuple[Participant, ...]:
        """Who can be heard, the longest on stage first."""
        speakers = self._standing[Standing.ON_STAGE].values()
        return tuple(sorted(speakers, key=lambda one: (one.stage_since is None, one.stage_since, one.person.id)))

    @property
    def queue(self) -> tuple[Participant, ...]:
        """Raised hands, the next one first."""
        return tuple(self._people[person_id] for person_id in self._hands)

    @property
    def next_hand(self) -> Participant | None:
        """Whose hand is taken next; None if no hand is up."""
        first = self._hands.first
        return None if first is None else self._people[first]

    @property
    def hand_count(self) -> int:
        """How many hands are up."""
        return len(self._hands)

    @property
    def invited(self) -> tuple[Participant, ...]:
        """Who was invited and has not answered, in the order of asking."""
        waiting = self._standing[Standing.INVITED].values()
        return tuple(sorted(waiting, key=lambda one: (one.invited_at is None, one.invited_at, one.person.id)))

    def place(self, person_id: int) -> int | None:
        """The person's place in the queue, counted from 1; None without a raised hand."""
        return self._hands.place(person_id)

    def hand_after(self, participant: Participant) -> Participant | None:
        """Whose hand comes right after the one of ``participant``, or would; None if theirs is last."""
        after = self._hands.after(participant)
        return None if after is None else self._people[after]

    @property
    def latest_hand(self) -> datetime | None:
        """When the latest hand so far went up."""
        return self._latest_hand

    @property
    def seats_taken(self) -> int:
        """People on stage or on their way there."""
        return len(self._standing[Standing.ON_STAGE]) + len(self._standing[Standing.INVITED])

    @property
    def hosts(self) -> tuple[Participant, ...]:
        """Host first, then co-hosts in the order in which they were appointed, present or not."""
        return tuple(sorted(self._leaders.values(), key=_by_appointment))

    @property
    def host(self) -> Participant:
        """The host, present or not."""
        return self.participant(self.space.host)

    @property
    def let_in(self) -> tuple[int, ...]:
        """Who may join whatever the rules say: hosts, and people who were brought in."""
        return tuple(
            one.person.id
            for one in self._people.values()
            if (one.role is not Role.GUEST or one.admitted) and not one.barred
        )

    def leads(self, person_id: int) -> bool:
        """Whether the person is host or co-host."""
        participant = self._people.get(person_id)
        return person_id == self.space.host.id or (participant is not None and participant.role is not Role.GUEST)

    def has_turn(self, participant: Participant) -> bool:
        """Whether the person's time on stage is limited; hosts and co-hosts have no turns."""
        return self.space.rules.turn_seconds is not None and participant.role is Role.GUEST

    def require_live(self) -> None:
        """Raises :class:`NotFound` if the Space is over."""
        if not self.space.is_live:
            raise NotFound(_OVER)

    def require_authority(self, actor: Actor, policy: ServerPolicy) -> None:
        """Raises :class:`NotAllowed` unless the actor is host, co-host or a configured moderator."""
        if not self.leads(actor.person.id) and not policy.is_moderator(actor):
            raise NotAllowed(f"{escaped(self.space.host.name)} hosts this Space. Raise your hand, or ask in chat.")

    def require_present(self, person: Person) -> Participant:
        """The participant. Raises :class:`NotAllowed` if the person is not in the stage now, :class:`NotFound` if the
        Space is over."""
        self.require_live()
        participant = self._people.get(person.id)
        if participant is None or not participant.present:
            raise NotAllowed(f"Join **{escaped(self.space.title)}** first: it is in <#{self.space.channel_id}>.")
        return participant

    async def change(self, *people: Participant, **changes: Any) -> Space:
        """Stores changes of the Space itself, and ``people`` that change with it, then shows them here. Call with
        ``lock`` held.

        Raises :class:`NotFound` if the Space is over.
        """
        changed = self.space.evolve(**changes)
        if not await self._store.update(changed, expect=SpaceState.LIVE, people=people):
            raise NotFound(_OVER)
        self.space = changed
        for participant in people:
            self._show(participant)
        return changed

    async def save(self, participant: Participant) -> Participant:
        """Stores a changed participant, and the peak if they arrive; then shows it here. Call with ``lock`` held."""
        arrives = participant.present and participant.person.id not in self._present
        await self._store.save_participant(participant, head_count=self.head_count + 1 if arrives else 0)
        self._show(participant)
        return participant

    def _show(self, participant: Participant) -> None:
        person_id = participant.person.id
        self._hide(person_id)
        self._people[person_id] = participant
        if participant.role is not Role.GUEST:
            self._leaders[person_id] = participant
        if participant.present:
            self._present[person_id] = participant
            self._standing[participant.standing][person_id] = participant
        if participant.present and participant.standing is Standing.HAND_UP and participant.hand_at is not None:
            self._hands.put(participant)
            self._latest_hand = max(self._latest_hand or participant.hand_at, participant.hand_at)

    def _hide(self, person_id: int) -> None:
        before = self._people.pop(person_id, None)
        self._leaders.pop(person_id, None)
        if before is not None and before.present:
            del self._present[person_id]
            del self._standing[before.standing][person_id]
            self._hands.remove(person_id)

    def forget(self, person_id: int) -> None:
        """Follows :meth:`SpaceStore.erase_person`, so that no later save brings the name back. Call with ``lock``
        held."""
        known = self._people.get(person_id)
        if known is not None and self.space.is_live and known.present:
            self._show(known.evolve(person=Person(person_id, SOMEONE)))
        elif known is not None:
            self._hide(person_id)


def _by_appointment(one: Participant) -> tuple[Any, ...]:
    return (one.role is not Role.HOST, one.appointed_at is None, one.appointed_at, one.person.id)


class Rooms:
    """All Spaces that are live or being tidied up."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(tuple(self._rooms.values()))

    def add(self, room: Room) -> None:
        """Makes a room known."""
        self._rooms[room.space.id] = room

    def discard(self, space_id: int) -> None:
        """Forgets a room; does nothing if it is not known."""
        self._rooms.pop(space_id, None)

    def get(self, space_id: int) -> Room | None:
        """The room of that Space, live or being tidied up."""
        return self._rooms.get(space_id)

    def require(self, space_id: int, guild_id: int) -> Room:
        """The room of that Space. Raises :class:`NotFound` if it is not live, or in another server."""
        room = self._rooms.get(space_id)
        if room is None or room.space.guild_id != guild_id:
            raise NotFound(_OVER)
        room.require_live()
        return room

    def in_channel(self, channel_id: int) -> Room | None:
        """The room in that stage channel."""
        return next((room for room in self if room.space.channel_id == channel_id), None)

    def in_guild(self, guild_id: int) -> tuple[Room, ...]:
        """The live rooms of a server, oldest first."""
        return tuple(room for room in self if room.space.guild_id == guild_id and room.space.is_live)

    def meant_by(self, guild_id: int, person_id: int, channel_id: int | None) -> Room:
        """The room that a command without a number means: where the person sits, where they typed (``channel_id``),
        what they host, else the only one there is.

        Raises :class:`NotFound` if none is live, :class:`NotAllowed` if it could be any of several.
        """
        here = self.in_guild(guild_id)
        choices = (
            [room for room in here if (one := room.find(person_id)) is not None and one.present],
            [room for room in here if room.space.channel_id == channel_id],
            [room for room in here if room.leads(person_id)],
            list(here),
        )
        candidates = next((choice for choice in choices if choice), None)
        if candidates is None:
            raise NotFound("No Space is live here. `/space create` opens one.")
        if len(candidates) > 1:
            raise NotAllowed("Several Spaces are live. Join the one that you mean, then try again.")
        return candidates[0]
