"""Two hosts take the next hand at the same moment, thousands of times: every hand has exactly one winner.

Each race is played in an order of its own, drawn from a seed: the hosts begin some turns of the event loop apart,
Discord and the database answer after as many turns as are drawn, and somebody whose hand is up may leave meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from typing import Literal

import pytest

from spaces.errors import Conflict, NotFound
from spaces.model import Person, Standing
from spaces.room import Room
from tests.spaces.world import ANN, BO, CY, DEE, EVE, World, actor

RACES = 10_000
SLOWEST = 6
"""The most turns of the event loop that an answer takes, or that lie between two who begin at the same moment."""


class DrawnPace:
    """Makes every answer of Discord and the database take as many turns as are drawn."""

    def __init__(self, random: Random) -> None:
        self._random = random

    async def turns(self) -> None:
        """Some turns of the event loop go by."""
        for _ in range(self._random.randrange(SLOWEST)):
            await asyncio.sleep(0)

    def slow_down(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on the surroundings of the bot answer at this pace."""
        stage_turn, store_turn = world.stage._turn, world.stores.spaces._turn

        async def stage(call: str) -> None:
            await self.turns()
            await stage_turn(call)

        async def store() -> None:
            await self.turns()
            await store_turn()

        monkeypatch.setattr(world.stage, "_turn", stage)
        monkeypatch.setattr(world.stores.spaces, "_turn", store)


class Race:
    """One room in which two hosts take hands again and again."""

    def __init__(self, world: World, room: Room, random: Random, pace: DrawnPace) -> None:
        self._world = world
        self._room = room
        self._random = random
        self._pace = pace
        self.contested = 0
        """Races in which both hosts wanted the only hand."""

    async def run(self) -> None:
        """Hands go up, both hosts take the next, and every hand has one winner or is still up."""
        hands = self._random.sample([CY, DEE, EVE], self._random.randint(1, 3))
        for person in hands:
            await self._world.bot.speaking.raise_hand(self._room, person)
        goes = self._random.choice([None, None, *hands])
        taken = await asyncio.gather(*(self._take(host) for host in (ANN, BO)), self._go(goes))
        await self._world.stage.quiet()
        winners = Counter(person.id for person in taken if person is not None)
        assert all(count == 1 for count in winners.values()), winners
        here = [person for person in hands if person is not goes]
        invited = {person.id for person in here if self._world.standing(self._room, person) is Standing.INVITED}
        assert invited == winners.keys() - {goes.id if goes else 0}
        assert [one.id for one in here[: len(invited)]] == [one.id for one in here if one.id in invited], "order"
        if goes is None:
            assert len(winners) == min(2, len(hands))
            self.contested += len(hands) == 1
        self._world.check(self._room)
        await self._begin_anew(hands, goes)

    async def _take(self, host: Person) -> Person | None:
        await self._pace.turns()
        try:
            return await self._world.bot.speaking.next(self._room, actor(host))
        except (Conflict, NotFound):  # no hand is up, or its owner has just left
            return None

    async def _go(self, person: Person | None) -> None:
        if person is not None:
            await self._pace.turns()
            self._world.stage.leave(person.id)

    async def _begin_anew(self, hands: list[Person], gone: Person | None) -> None:
        if gone is not None:
            self._world.stage.join(gone, self._room.space.channel_id or 0)
        await self._world.stage.quiet()
        for person in hands:
            if self._world.standing(self._room, person) is not Standing.LISTENING:
                await self._world.bot.speaking.to_audience(self._room, actor(ANN), person.id)
        await self._world.stage.quiet()


class OpenDoor(asyncio.Lock):
    """A lock that keeps nobody out."""

    async def acquire(self) -> Literal[True]:
        return True

    def release(self) -> None:
        return


async def race(monkeypatch: pytest.MonkeyPatch, races: int, *, lock: asyncio.Lock | None = None) -> int:
    """Runs races in one room, perhaps with another lock; returns how many were for an only hand."""
    world, random = World(), Random(4)
    try:
        room = await world.open()
        room.lock = lock or room.lock
        await world.join(room, ANN, BO, CY, DEE, EVE)
        await world.bot.leading.appoint(room, actor(ANN), BO)
        pace = DrawnPace(random)
        pace.slow_down(world, monkeypatch)
        track = Race(world, room, random, pace)
        for _ in range(races):
            await track.run()
            world.words.told.clear()
        return track.contested
    finally:
        await world.close()


def test_of_two_hosts_who_take_a_hand_exactly_one_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with asyncio.Runner(debug=False) as runner:  # asyncio's own watching would take longer than the races
        assert runner.run(race(monkeypatch, RACES)) > RACES // 10


async def test_where_nobody_waits_for_anybody_a_hand_is_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError, match="Counter"):
        await race(monkeypatch, 100, lock=OpenDoor())
