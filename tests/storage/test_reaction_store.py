from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from spaces.errors import NotFound
from tests.storage.conftest import Stores
from tests.storage.examples import BELA, CLEO, NOON, a_space


async def test_gestures_are_counted_per_space(stores: Stores) -> None:
    here, there = [await stores.spaces.add(a_space()) for _ in range(2)]
    assert dict(await stores.reactions.totals(here.id)) == {}
    for person, gesture in ((BELA, "wave"), (CLEO, "wave"), (BELA, "wave"), (BELA, "clap")):
        await stores.reactions.add(here.id, person.id, gesture, NOON)
    await stores.reactions.add(there.id, BELA.id, "wave", NOON)
    assert dict(await stores.reactions.totals(here.id)) == {"wave": 3, "clap": 1}
    assert dict(await stores.reactions.totals(there.id)) == {"wave": 1}


async def test_counts_since_a_moment_include_it(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for seconds, gesture in ((0, "wave"), (1, "wave"), (2, "clap")):
        await stores.reactions.add(space.id, BELA.id, gesture, NOON + timedelta(seconds=seconds))
    assert dict(await stores.reactions.since(space.id, NOON)) == {"wave": 2, "clap": 1}
    assert dict(await stores.reactions.since(space.id, NOON + timedelta(seconds=1))) == {"wave": 1, "clap": 1}
    assert dict(await stores.reactions.since(space.id, NOON + timedelta(seconds=2, microseconds=1))) == {}


async def test_a_crowd_is_counted_exactly(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    await asyncio.gather(*(stores.reactions.add(space.id, person, "clap", NOON) for person in range(100)))
    assert dict(await stores.reactions.totals(space.id)) == {"clap": 100}


async def test_a_gesture_in_no_space_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.reactions.add(99, BELA.id, "wave", NOON)


async def test_erasing_a_person(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for person in (BELA, BELA, CLEO):
        await stores.reactions.add(space.id, person.id, "wave", NOON)
    assert await stores.reactions.erase_person(BELA.id) == 2
    assert dict(await stores.reactions.totals(space.id)) == {"wave": 1}
