"""Fifty Spaces with a thousand listeners each, through the domain and the database: memory, and exact counts.

Everybody joins, some raise a hand, some react, some leave again; Discord is simulated, the database is a real file.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

from app.stores import Stores
from benchmarks.table import Row, Table
from spaces.model import Person, VoiceStanding
from spaces.policy import ServerPolicy
from spaces.room import Room
from storage.database import Database
from tests.spaces.services import Services
from tests.spaces.world import World

SPACES = 50
LISTENERS = 1_000
HANDS = 50
GESTURES = 100
LEAVERS = 100
MEBIBYTE = 1024 * 1024


class Crowd(World):
    """A world over a real database, which does not write down every event."""

    def __init__(self, database: Database) -> None:
        super().__init__(ServerPolicy(reaction_cooldown_seconds=0))
        self.stores = Stores(database)  # type: ignore[assignment]
        self.bot = Services(self)

    async def steps_in(self, room: Room, person: Person) -> None:
        """Somebody connects; what Discord tells of it is followed."""
        await self.bot.speaking.voice_changed(_voice(room, person, room.space.channel_id))

    async def goes(self, room: Room, person: Person) -> None:
        """Somebody disconnects."""
        await self.bot.speaking.voice_changed(_voice(room, person, None))


def run() -> Table:
    """Runs in a process of its own, so that only what the Spaces need is in its memory."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        rows = pool.apply(_rows)
    notes = [
        f"Each Space: {LISTENERS:,} join at once, {HANDS} raise a hand, {GESTURES} react, {LEAVERS} leave.",
        "The memory is that of the whole process, with the libraries and the simulated Discord.",
    ]
    return Table("rooms", rows, notes)


def _rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_play(f"sqlite:///{Path(folder) / 'spaces.sqlite3'}"))


async def _play(url: str) -> list[Row]:
    database = await Database.open(url)
    try:
        crowd = Crowd(database)
        rooms = [await crowd.open(Person(number, "Host"), guild_id=number) for number in range(1, SPACES + 1)]
        joined = await _timed(crowd.steps_in(room, person) for room in rooms for person in _people(room))
        raised = await _timed(
            crowd.bot.speaking.raise_hand(room, person) for room in rooms for person in _people(room)[:HANDS]
        )
        reacted = await _timed(
            crowd.bot.reacting.react(room, person, "clap") for room in rooms for person in _people(room)[-GESTURES:]
        )
        drawn = await _timed(crowd.bot.overview.panel(room) for room in rooms)
        left = await _timed(crowd.goes(room, person) for room in rooms for person in _people(room)[-LEAVERS:])
        await _check(crowd, rooms)
        await crowd.close()
        await crowd.stores.close()  # type: ignore[attr-defined]
    finally:
        await database.close()
    count = SPACES * LISTENERS
    return [
        Row("people in Spaces at once, counted exactly", count, "people", f"{count:,}"),
        Row("memory of the process, at most", _most_memory(), "MiB", "≤ 512"),
        Row("joins", count / joined, "people/s"),
        Row("raised hands", SPACES * HANDS / raised, "hands/s"),
        Row("gestures", SPACES * GESTURES / reacted, "gestures/s"),
        Row("facts for a panel", drawn / SPACES * 1_000, "ms"),
        Row("departures", SPACES * LEAVERS / left, "people/s"),
    ]


async def _timed(deeds) -> float:
    """Does everything at once; returns the seconds it took."""
    began = time.perf_counter()
    await asyncio.gather(*deeds)
    return time.perf_counter() - began


async def _check(crowd: Crowd, rooms: list[Room]) -> None:
    """Memory, store and panel say the same, and it is what happened."""
    for room in rooms:
        space_id = room.space.id
        stored = await crowd.stores.spaces.participants(space_id)
        facts = await crowd.bot.overview.panel(room)
        here = LISTENERS - LEAVERS
        assert facts.listening == room.head_count == sum(one.present for one in stored) == here
        assert len(facts.queue) == room.hand_count == HANDS
        assert [one.person for one in facts.queue] == _people(room)[:HANDS]
        assert await crowd.stores.spaces.peak(space_id) == LISTENERS
        assert dict(await crowd.stores.reactions.totals(space_id)) == {"clap": GESTURES}
        assert {one.person.id for one in stored} == {room.space.host.id, *(one.id for one in _people(room))}


def _people(room: Room) -> list[Person]:
    first = room.space.guild_id * 1_000_000
    return [Person(first + number, f"Listener {number}") for number in range(LISTENERS)]


def _voice(room: Room, person: Person, channel_id: int | None) -> VoiceStanding:
    return VoiceStanding(room.space.guild_id, person, channel_id, suppressed=True, requested_at=None)


def _most_memory() -> float:
    """The most memory that the process has had, in MiB; the unit differs between systems, see getrusage(2)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MEBIBYTE if sys.platform == "darwin" else most / 1024
