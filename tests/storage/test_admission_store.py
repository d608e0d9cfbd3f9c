from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from spaces.errors import NotFound
from tests.storage.conftest import Stores
from tests.storage.examples import ADA, BELA, CLEO, GUILD, NOON, a_space

HOUR = timedelta(hours=1)


async def test_nobody_brings_in_more_than_allowed_since_a_moment(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())

    async def admit(inviter: int, minutes: int) -> bool:
        at = NOON + timedelta(minutes=minutes)
        return await stores.admissions.add(space.id, inviter, CLEO.id, at, most=2, since=at - HOUR)

    assert [await admit(ADA.id, minutes) for minutes in (0, 1, 2)] == [True, True, False]
    assert await admit(BELA.id, 2)
    assert await admit(ADA.id, 60)  # the first is an hour ago
    assert not await admit(ADA.id, 60)


async def test_of_many_at_once_only_as_many_as_allowed_come_in(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    admitted = await asyncio.gather(
        *(stores.admissions.add(space.id, ADA.id, 500 + n, NOON, most=5, since=NOON - HOUR) for n in range(12))
    )
    assert sum(admitted) == 5


async def test_an_admission_to_no_space_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.admissions.add(99, ADA.id, BELA.id, NOON, most=5, since=NOON - HOUR)


async def test_opting_out_and_in_again(stores: Stores) -> None:
    assert await stores.admissions.opt_out(GUILD, ADA.id, NOON)
    assert not await stores.admissions.opt_out(GUILD, ADA.id, NOON)
    assert await stores.admissions.opted_out(GUILD, ADA.id)
    assert not await stores.admissions.opted_out(GUILD + 1, ADA.id)
    assert not await stores.admissions.opted_out(GUILD, BELA.id)
    assert await stores.admissions.opt_in(GUILD, ADA.id)
    assert not await stores.admissions.opt_in(GUILD, ADA.id)
    assert not await stores.admissions.opted_out(GUILD, ADA.id)


async def test_erasing_takes_all_that_names_the_person(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for inviter, guest in ((ADA, BELA), (BELA, CLEO), (ADA, CLEO)):
        await stores.admissions.add(space.id, inviter.id, guest.id, NOON, most=5, since=NOON - HOUR)
    await stores.admissions.opt_out(GUILD, BELA.id, NOON)
    assert await stores.admissions.erase_person(BELA.id) == 3
    assert await stores.admissions.erase_person(BELA.id) == 0
    assert await stores.admissions.erase_person(CLEO.id) == 1
