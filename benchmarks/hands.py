"""Ten thousand raised hands in one Space, through the domain: what one more costs when so many are up already.

Everything around the domain is in memory here, so that what is measured is the queue and what is done with it.
"""

from __future__ import annotations

import asyncio
import math
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from benchmarks.table import Row, Table
from spaces.hand_queue import HandQueue
from spaces.model import Participant, Person, Standing
from spaces.room import Room
from spaces.rules import QueueOrder
from tests.spaces.world import ANN, World, actor

SIZES = (100, 1_000, 10_000)
SAMPLES = 300
FIRST_ID = 1_000


class CountedMoment(datetime):
    """A time that counts how often it is asked which of two is earlier."""

    comparisons = 0

    def __lt__(self, other: datetime) -> bool:
        CountedMoment.comparisons += 1
        return super().__lt__(other)

    __hash__ = datetime.__hash__


class Stopwatch:
    """Durations by name, in seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, list[float]] = {}

    @contextmanager
    def lap(self, name: str) -> Iterator[None]:
        """Times the block."""
        began = time.perf_counter()
        yield
        self.laps.setdefault(name, []).append(time.perf_counter() - began)

    def median(self, name: str) -> float:
        """The median in microseconds."""
        return statistics.median(self.laps[name]) * 1_000_000


def run() -> Table:
    """Measures 100, 1,000 and 10,000 hands."""
    rows: list[Row] = []
    watches = {size: asyncio.run(_measure(size)) for size in SIZES}
    for deed in ("raise", "place", "take next"):
        medians = {size: watch.median(deed) for size, watch in watches.items()}
        rows += [Row(f"{deed}, {size:,} hands up", median, "µs") for size, median in medians.items()]
        rows.append(Row(f"{deed}: 10,000 to 100", medians[SIZES[-1]] / medians[SIZES[0]], "times", "≤ 3"))
    for size in SIZES:
        most = f"≤ {3 * (math.log2(size) + 1):.0f}"
        rows.append(Row(f"comparisons for one hand, {size:,} up", _comparisons(size), "comparisons", most))
    taken = SIZES[-1] + SAMPLES
    rows.append(Row("hands taken in strict order, each once", taken, "hands", f"{taken:,}"))
    notes = [
        f"Medians of {SAMPLES} in a queue that stays as long as it is; taking a hand invites its owner.",
        "Comparisons: of times, for putting a hand in, finding its place and taking it out; log2(n) + 1 each at most.",
    ]
    return Table("hands", rows, notes)


async def _measure(size: int) -> Stopwatch:
    """Fills the queue, measures at that length, then takes every hand and checks the order."""
    world = World()
    room = await world.open()
    speaking, host, watch = world.bot.speaking, actor(ANN), Stopwatch()
    raised: list[int] = []
    for number in range(size + SAMPLES):
        person = Person(FIRST_ID + number, f"Person {number}")
        world.stage.join(person, room.space.channel_id or 0)
        await world.stage.quiet()
        if number < size:
            await speaking.raise_hand(room, person)
            raised.append(person.id)
    taken: list[int] = []
    for number in range(size, size + SAMPLES):
        person = Person(FIRST_ID + number, f"Person {number}")
        with watch.lap("raise"):
            hand = await speaking.raise_hand(room, person)
        raised.append(person.id)
        assert hand.place == size + 1
        with watch.lap("place"):
            assert room.place(person.id) == size + 1
        with watch.lap("take next"):
            taken.append((await speaking.next(room, host)).id)
        await _leave(world, room, taken[-1])
    while room.hand_count:
        taken.append((await speaking.next(room, host)).id)
        await _leave(world, room, taken[-1])
    assert taken == raised, "the order of taking is the order of raising, each once"
    await world.close()
    return watch


async def _leave(world: World, room: Room, person_id: int) -> None:
    world.stage.leave(person_id)
    await world.stage.quiet()


def _comparisons(size: int) -> float:
    """How many comparisons of times one hand takes on average: put into a queue, found there, taken out."""
    randomness = random.Random(0)
    began = CountedMoment(2026, 1, 1, tzinfo=UTC)
    queue = HandQueue(QueueOrder.AS_RAISED)
    people = [
        Participant(
            1, Person(number, "Somebody"), standing=Standing.HAND_UP, present=True, hand_at=began + timedelta(number)
        )
        for number in range(size + SAMPLES)
    ]
    randomness.shuffle(people)
    for one in people[:size]:
        queue.put(one)
    CountedMoment.comparisons = 0
    for one in people[size:]:
        queue.put(one)
        assert queue.place(one.person.id)
        queue.remove(one.person.id)
    return CountedMoment.comparisons / SAMPLES
