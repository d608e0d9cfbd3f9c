from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from spaces.errors import NotFound
from spaces.model import Person
from storage.database import Database
from storage.tables import reports
from tests.storage.conftest import Stores, sql_stores
from tests.storage.examples import ADA, BELA, CLEO, NOON, a_report, a_space


async def test_a_report_gets_its_own_number(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    first = await stores.safety.add_report(a_report(space.id))
    second = await stores.safety.add_report(a_report(space.id, subject=None))
    assert first == replace(a_report(space.id), id=first.id)
    assert second == replace(a_report(space.id, subject=None), id=second.id)
    assert first.id != second.id


async def test_a_report_about_no_space_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.safety.add_report(a_report(99))


async def test_a_member_blocks_a_person_once(stores: Stores) -> None:
    assert await stores.safety.add_block(ADA.id, CLEO, NOON) is True
    assert await stores.safety.add_block(ADA.id, CLEO, NOON) is False
    assert await stores.safety.add_block(ADA.id, Person(CLEO.id, "Cleo (new name)"), NOON) is False
    assert list(await stores.safety.block_list(ADA.id)) == [CLEO]


async def test_of_many_who_block_one_does(stores: Stores) -> None:
    added = await asyncio.gather(*(stores.safety.add_block(ADA.id, CLEO, NOON) for _ in range(8)))
    assert sorted(added) == [False] * 7 + [True]


async def test_block_lists_are_each_members_own(stores: Stores) -> None:
    for owner, blocked in ((ADA, CLEO), (ADA, BELA), (BELA, CLEO)):
        await stores.safety.add_block(owner.id, blocked, NOON)
    assert list(await stores.safety.block_list(ADA.id)) == [CLEO, BELA]
    assert await stores.safety.blocked_by([ADA.id, 999]) == {CLEO.id, BELA.id}
    assert await stores.safety.blocked_by(iter([BELA.id])) == {CLEO.id}
    assert await stores.safety.blocked_by([]) == frozenset()


async def test_a_block_is_taken_back(stores: Stores) -> None:
    for blocked in (CLEO, BELA):
        await stores.safety.add_block(ADA.id, blocked, NOON)
    assert await stores.safety.remove_block(ADA.id, CLEO.id) is True
    assert await stores.safety.remove_block(ADA.id, CLEO.id) is False
    assert await stores.safety.remove_block(CLEO.id, BELA.id) is False
    await stores.safety.add_block(ADA.id, CLEO, NOON)
    assert list(await stores.safety.block_list(ADA.id)) == [BELA, CLEO]


async def test_erasing_a_person(stores: Stores) -> None:
    space = await stores.spaces.add(a_space())
    for owner, blocked in ((BELA, CLEO), (BELA, ADA), (ADA, BELA)):
        await stores.safety.add_block(owner.id, blocked, NOON)
    await stores.safety.add_report(a_report(space.id, reporter=BELA))
    await stores.safety.add_report(a_report(space.id, reporter=CLEO, subject=BELA))
    assert await stores.safety.erase_person(BELA.id) == 3
    assert list(await stores.safety.block_list(BELA.id)) == []
    # Others are still protected from them.
    assert list(await stores.safety.block_list(ADA.id)) == [BELA]
    assert await stores.safety.erase_person(BELA.id) == 0


async def test_an_erased_reporter_is_off_the_report_whose_words_stay(database: Database) -> None:
    stores = sql_stores(database)
    space = await stores.spaces.add(a_space())
    await stores.safety.add_report(a_report(space.id, reporter=BELA))
    await stores.safety.add_report(a_report(space.id, reporter=CLEO, subject=None))
    await stores.safety.erase_person(BELA.id)
    columns = select(reports.c.reporter_id, reports.c.reporter_name, reports.c.subject_name, reports.c.reason)
    async with database.read() as connection:
        rows = (await connection.execute(columns.order_by(reports.c.id))).all()
    assert rows == [(0, "someone", "Cleo", "shouting"), (CLEO.id, "Cleo", None, "shouting")]
