"""A crowd reacts: a million gestures through the domain and the database, each acknowledged once it is committed.

The same gestures, each in a transaction of its own, are sent in the same run: the ratio is what committing together
brings on this disk.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from app.clock import SystemClock
from benchmarks.table import Row, Table
from spaces.events import EventBus
from spaces.model import Gesture, Participant, Person, Space, SpaceState
from spaces.overview import TALLY_SECONDS
from spaces.policy import STANDARD_GESTURES, ServerPolicy
from spaces.reacting import Reacting
from spaces.room import Room
from spaces.stores import ReactionStore
from storage.database import Database
from storage.reaction_store import SqlReactionStore
from storage.space_store import SqlSpaceStore
from storage.tables import reactions

PEOPLE = 1_000
TOGETHER = 1_000_000
ALONE = 5_000
MINUTE = PEOPLE * TALLY_SECONDS
"""What they can send in a minute with the standard cooldown of a second."""
LOOKS = 20


class Policies:
    """No pause between two gestures of one person: here a thousand people stand for as many as there may be."""

    def for_server(self, guild_id: int) -> ServerPolicy:
        """The same rules everywhere."""
        del guild_id
        return ServerPolicy(reaction_cooldown_seconds=0)


class OneByOne(SqlReactionStore):
    """Each gesture in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._own = database

    async def add(self, space_id: int, person_id: int, gesture: str, at: datetime) -> None:
        """Counts one gesture."""
        row = {"space_id": space_id, "person_id": person_id, "gesture": gesture, "sent_at": at}
        async with self._own.write() as connection:
            await connection.execute(insert(reactions).values(row))


def run() -> Table:
    """Measures rates and what the panel's counts cost afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_run(f"sqlite:///{Path(folder) / 'spaces.sqlite3'}"))
    notes = [
        f"{PEOPLE:,} people send at once, each their next gesture when the last one is committed (journal flushed).",
        f"Alone: {ALONE:,} gestures by the same people, each in its own transaction, before the others.",
        f"The panel's count covers a minute of {MINUTE:,} gestures, the longest of {LOOKS} looks; the summary's all.",
    ]
    return Table("reactions", rows, notes)


async def _run(url: str) -> list[Row]:
    database = await Database.open(url)
    try:
        store = SqlReactionStore(database)
        room = await _room(database)
        alone = await _rate(room, OneByOne(database), ALONE)
        together = await _rate(room, store, TOGETHER)
        last_minute = SystemClock().now()
        await _rate(room, store, MINUTE)
        await store.close()
        totals = await store.totals(room.space.id)
        assert totals == _expected(ALONE) + _expected(TOGETHER) + _expected(MINUTE), totals
        minute = await _longest_look(store, room.space.id, last_minute)
        began = time.perf_counter()
        await store.totals(room.space.id)
        whole = time.perf_counter() - began
    finally:
        await database.close()
    return [
        Row("gestures counted exactly", sum(totals.values()), "gestures", f"{ALONE + TOGETHER + MINUTE:,}"),
        Row("each in its own transaction", alone, "gestures/s"),
        Row("committed together", together, "gestures/s"),
        Row("ratio", together / alone, "times", "≥ 5"),
        Row("count for the panel", minute * 1_000, "ms", "≤ 250"),
        Row("count for the summary", whole * 1_000, "ms", "≤ 2,000"),
    ]


async def _room(database: Database) -> Room:
    """A live Space with everybody in it."""
    now = SystemClock().now()
    spaces = SqlSpaceStore(database)
    space = await spaces.add(Space(0, 1, Person(1, "Ada"), "A crowd", SpaceState.LIVE, now, live_at=now, channel_id=2))
    people = [
        Participant(space.id, Person(number, f"Person {number}"), present=True) for number in range(1, PEOPLE + 1)
    ]
    return Room(space, people, spaces)


async def _rate(room: Room, store: ReactionStore, count: int) -> float:
    """Gestures a second."""
    reacting = Reacting(reactions=store, policies=Policies(), clock=SystemClock(), events=EventBus())

    async def send(person: Participant) -> None:
        for number in range(count // PEOPLE):
            await reacting.react(room, person.person, _gesture(number).key)

    began = time.perf_counter()
    await asyncio.gather(*(send(person) for person in room.present))
    return count / (time.perf_counter() - began)


def _gesture(number: int) -> Gesture:
    return STANDARD_GESTURES[number % len(STANDARD_GESTURES)]


def _expected(count: int) -> Counter[str]:
    return Counter({key: n * PEOPLE for key, n in Counter(_gesture(n).key for n in range(count // PEOPLE)).items()})


async def _longest_look(store: ReactionStore, space_id: int, since: datetime) -> float:
    longest = 0.0
    for _ in range(LOOKS):
        began = time.perf_counter()
        await store.since(space_id, since)
        longest = max(longest, time.perf_counter() - began)
    return longest
