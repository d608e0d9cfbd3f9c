"""Spaces and the people in them, in memory, and what all stores in memory have in common."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence

from spaces.errors import Conflict, NotFound, SpacesError
from spaces.model import Participant, Person, Space, SpaceState

_OVER = (SpaceState.ENDING, SpaceState.ENDED, SpaceState.FAILED)
SOMEONE = "someone"


class FakeStore:
    """Every call gives way to other tasks once, as a database does, so that races in the domain show; and raises
    ``failure`` while that is set, having changed nothing."""

    failure: SpacesError | None = None

    async def _turn(self) -> None:
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure


class FakeSpaceStore(FakeStore):
    """:class:`spaces.stores.SpaceStore` in memory."""

    def __init__(self) -> None:
        self.rows: dict[int, Space] = {}
        self.people: dict[tuple[int, int], Participant] = {}
        self.peaks: Counter[int] = Counter()

    def require(self, space_id: int) -> None:
        """Raises :class:`NotFound` where a database would miss the Space of a new row."""
        if space_id not in self.rows:
            raise NotFound("That Space is not there any more.")

    async def add(self, space: Space) -> Space:
        await self._turn()
        added = space.evolve(id=len(self.rows) + 1)
        self._check_captions(added)
        self.rows[added.id] = added
        return added

    async def get(self, space_id: int) -> Space | None:
        await self._turn()
        return self.rows.get(space_id)

    async def update(self, space: Space, *, expect: SpaceState, people: Sequence[Participant] = ()) -> bool:
        await self._turn()
        stored = self.rows.get(space.id)
        if stored is None or stored.state is not expect:
            return False
        self._check_captions(space)
        self.rows[space.id] = space
        self.people.update({(one.space_id, one.person.id): one for one in people})
        return True

    async def in_states(self, states: Collection[SpaceState]) -> Sequence[Space]:
        await self._turn()
        return [space for space in self.rows.values() if space.state in states]

    async def ended_in(self, guild_id: int, limit: int = 25) -> Sequence[Space]:
        await self._turn()
        ended = [space for space in self.rows.values() if space.guild_id == guild_id and space.ended_at is not None]
        ended = [space for space in ended if space.state is SpaceState.ENDED]
        return sorted(ended, key=lambda space: (space.ended_at, space.id), reverse=True)[:limit]

    async def ended_with_channel(self) -> Sequence[Space]:
        ended = await self.in_states([SpaceState.ENDED])
        return [space for space in ended if space.channel_id is not None]

    async def save_participant(self, participant: Participant, *, head_count: int = 0) -> None:
        await self._turn()
        self.require(participant.space_id)
        self.people[participant.space_id, participant.person.id] = participant
        self.peaks[participant.space_id] = max(self.peaks[participant.space_id], head_count)

    async def participants(self, space_id: int) -> Sequence[Participant]:
        await self._turn()
        return [row for (space, _), row in sorted(self.people.items()) if space == space_id]

    async def peak(self, space_id: int) -> int:
        await self._turn()
        return self.peaks[space_id]

    async def erase_person(self, person_id: int) -> int:
        await self._turn()
        before = {**self.rows}, {**self.people}
        for key, visit in before[1].items():
            gone = self.rows[visit.space_id].state in _OVER or not visit.present
            if visit.person.id == person_id and gone:
                del self.people[key]
            elif visit.person.id == person_id:
                self.people[key] = visit.evolve(person=Person(person_id, SOMEONE))
        for key, space in before[0].items():
            if space.host.id == person_id:
                self.rows[key] = space.evolve(host=Person(0 if space.state in _OVER else person_id, SOMEONE))
        changed_spaces = sum(self.rows[key] != space for key, space in before[0].items())
        return changed_spaces + sum(self.people.get(key) != visit for key, visit in before[1].items())

    async def remove_erased(self, space_id: int) -> int:
        await self._turn()
        erased = [key for key, visit in self.people.items() if key[0] == space_id and visit.person.name == SOMEONE]
        for key in erased:
            del self.people[key]
        return len(erased)

    def _check_captions(self, space: Space) -> None:
        others = [other for other in self.rows.values() if other.id != space.id and other.guild_id == space.guild_id]
        if space.is_live and space.captions_on and any(other.is_live and other.captions_on for other in others):
            raise Conflict("Captions are busy in another Space here; one room per server at a time.")
