"""A Space that is not tidied up yet in memory, and all of them.

Invariants of a :class:`Room`:

- the store holds everything that the room holds: it is written first, and a failed write changes nothing here;
- whoever changes the room, or decides by reading it and then waits, holds ``lock``;
- a participant who is not present is ``LISTENING``; ``hand_at`` is set exactly while the standing is ``HAND_UP``;
- exactly one participant is the host;
- when the Space is over (``ending``), nobody acts in the room any more; it stays until it is tidied up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from spaces.errors import NotAllowed, NotFound
from spaces.model import SOMEONE, Actor, Participant, Person, Role, Space, Standing
from spaces.policy import ServerPolicy
from spaces.stores import SpaceStore
from spaces.text import escaped

_OVER = "That Space is over. `/space create` opens a new one."


class Room:
    """One Space, live or being tidied up: the Space itself, its people, and the lock of all that changes them.

    ``captions_closed`` is set when the lines that were captions only are taken away: none is stored after that.
    """

    def __init__(self, space: Space, participants: Iterable[Participant], store: SpaceStore) -> None:
        self.space = space
        self.lock = asyncio.Lock()
        self.captions_closed = False
        self._store = store
        self._people = {participant.person.id: participant for participant in participants}

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

    @property
    def everyone(self) -> tuple[Participant, ...]:
        """Everybody who has been here."""
        return tuple(self._people.values())

    @property
    def present(self) -> tuple[Participant, ...]:
        """Everybody who is here now."""
        return tuple(participant for participant in self._people.values() if participant.present)

    @property
    def on_stage(self) -> tuple[Participant, ...]:
        """Who can be heard, the longest on stage first."""
        speakers = [participant for participant in self.present if participant.standing is Standing.ON_STAGE]
        return tuple(sorted(speakers, key=lambda one: (one.stage_since is None, one.stage_since, one.person.id)))

    @property
    def queue(self) -> tuple[Participant, ...]:
        """Raised hands in the order of raising; equal times by id, so the order never depends on chance."""
        hands = [participant for participant in self.present if participant.hand_at is not None]
        return tuple(sorted(hands, key=lambda one: (one.hand_at, one.person.id)))

    def place(self, person_id: int) -> int | None:
        """The person's place in the queue, counted from 1; None without a raised hand."""
        for number, participant in enumerate(self.queue, start=1):
            if participant.person.id == person_id:
                return number
        return None

    @property
    def seats_taken(self) -> int:
        """People on stage or on their way there."""
        return sum(one.standing in {Standing.ON_STAGE, Standing.INVITED} for one in self.present)

    @property
    def hosts(self) -> tuple[Participant, ...]:
        """Host first, then co-hosts, present or not."""
        leaders = [one for one in self._people.values() if one.role is not Role.GUEST]
        return tuple(sorted(leaders, key=lambda one: (one.role is not Role.HOST, one.person.id)))

    def leads(self, person_id: int) -> bool:
        """Whether the person is host or co-host."""
        participant = self._people.get(person_id)
        return person_id == self.space.host.id or (participant is not None and participant.role is not Role.GUEST)

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

    async def save(self, participant: Participant) -> Participant:
        """Stores a changed participant, then shows it here. Call with ``lock`` held."""
        await self._store.save_participant(participant)
        self._people[participant.person.id] = participant
        return participant

    def forget(self, person_id: int) -> None:
        """Follows :meth:`SpaceStore.erase_person`, so that no later save brings the name back. Call with ``lock``
        held."""
        known = self._people.get(person_id)
        if known is not None and self.space.is_live and known.present:
            self._people[person_id] = known.evolve(person=Person(person_id, SOMEONE))
        elif known is not None:
            del self._people[person_id]


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
