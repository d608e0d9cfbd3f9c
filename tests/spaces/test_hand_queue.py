"""Raised hands in order, however many."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from spaces.hand_queue import HandQueue
from spaces.model import Participant, Person, Space, SpaceState, Standing
from spaces.room import Room
from spaces.rules import QueueOrder
from tests.fakes import FakeSpaceStore

BEGAN = datetime(2026, 11, 22, 20, tzinfo=UTC)
MANY = 10_000


class CountedMoment(datetime):
    """A time that counts how often it is asked which of two is earlier."""

    comparisons = 0

    def __lt__(self, other: datetime) -> bool:
        CountedMoment.comparisons += 1
        return super().__lt__(other)

    __hash__ = datetime.__hash__


def hand(number: int, at: datetime) -> Participant:
    return Participant(1, Person(number, f"Person {number}"), standing=Standing.HAND_UP, present=True, hand_at=at)


async def test_ten_thousand_hands_are_taken_in_the_order_of_raising_each_once() -> None:
    store = FakeSpaceStore()
    space = await store.add(Space(0, 1, Person(1, "Ada"), "Full house", SpaceState.LIVE, BEGAN))
    room = Room(space, [], store)
    chance = random.Random(7)
    seconds = chance.sample(range(100_000), MANY)
    for number, after in enumerate(seconds):
        await room.save(hand(number, BEGAN + timedelta(seconds=after)))
    lowered = set(chance.sample(range(MANY), 500))
    for number in lowered:
        await room.save(room.known(number).evolve(standing=Standing.LISTENING, hand_at=None))
    expected = [number for _, number in sorted(zip(seconds, range(MANY), strict=True)) if number not in lowered]
    assert [one.person.id for one in room.queue] == expected
    for place in (1, 2, 4_000, len(expected)):
        assert room.place(expected[place - 1]) == place

    taken: list[int] = []
    while (first := room.next_hand) is not None:
        taken.append(first.person.id)
        await room.save(first.evolve(standing=Standing.ON_STAGE, hand_at=None))

    assert taken == expected
    assert room.hand_count == 0
    assert room.seats_taken == len(expected)


@pytest.mark.parametrize("order", QueueOrder)
@pytest.mark.parametrize("size", [100, 1_000, MANY])
def test_one_more_hand_takes_few_comparisons(size: int, order: QueueOrder) -> None:
    began = CountedMoment(2026, 11, 22, 20, tzinfo=UTC)
    queue = HandQueue(order)
    people = [hand(number, began + timedelta(seconds=number)) for number in range(size + 100)]
    random.Random(size).shuffle(people)
    for one in people[:size]:
        queue.put(one)
    CountedMoment.comparisons = 0
    for one in people[size:]:
        queue.put(one)
        assert queue.place(one.person.id)
        assert queue.first is not None
        queue.remove(one.person.id)
    assert CountedMoment.comparisons / 100 <= 3 * (math.log2(size) + 1)
