"""Rows of many writers in one transaction: each is told when its own is committed, or why it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from spaces.errors import NotFound, StorageUnavailable
from storage import group_commit
from storage.group_commit import GroupCommit
from storage.reaction_store import SqlReactionStore
from storage.space_store import SqlSpaceStore
from tests.storage.conftest import opened, pragma
from tests.storage.examples import NOON, a_space


class Disk:
    """Keeps rows; every commit takes until the test lets it go."""

    def __init__(self) -> None:
        self.commits: list[list[int]] = []
        self.fault: Exception | None = None
        self.refused: set[int] = set()
        self.free = asyncio.Event()
        self.free.set()
        self.busy = asyncio.Event()

    async def write(self, rows: Sequence[int]) -> None:
        self.busy.set()
        await self.free.wait()
        if self.fault is not None:
            raise self.fault
        if self.refused.intersection(rows):
            raise NotFound("That Space is not there any more.")
        self.commits.append(list(rows))

    @property
    def rows(self) -> list[int]:
        return [row for commit in self.commits for row in commit]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def commits(disk: Disk) -> GroupCommit[int]:
    return GroupCommit(disk.write, name="test")


async def test_what_comes_during_a_commit_is_committed_together_and_in_order(
    disk: Disk, commits: GroupCommit[int]
) -> None:
    disk.free.clear()
    tasks = [asyncio.create_task(commits.add(0))]
    await disk.busy.wait()
    tasks += [asyncio.create_task(commits.add(number)) for number in range(1, 50)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    disk.free.set()
    await asyncio.gather(*tasks)
    assert disk.commits == [[0], list(range(1, 50))]


async def test_a_single_row_waits_for_nobody(disk: Disk, commits: GroupCommit[int]) -> None:
    for number in range(3):
        await asyncio.wait_for(commits.add(number), 1)
    assert disk.commits == [[0], [1], [2]]


async def test_a_transaction_stays_short(
    disk: Disk, commits: GroupCommit[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "MOST_ROWS", 10)
    await asyncio.gather(*(commits.add(number) for number in range(35)))
    assert [len(commit) for commit in disk.commits] == [10, 10, 10, 5]
    assert disk.rows == list(range(35))


async def test_a_failed_batch_tells_each_caller_and_the_next_goes_on(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.fault = StorageUnavailable("The disk is full.")
    results = await asyncio.gather(*(commits.add(number) for number in range(20)), return_exceptions=True)
    assert [str(one) for one in results] == ["The disk is full."] * 20
    disk.fault = None
    await commits.add(20)
    assert disk.rows == [20]


async def test_a_fault_of_ours_leaves_nobody_waiting(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.fault = ZeroDivisionError("ours")
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(commits.add(1), 1)


async def test_one_refused_row_does_not_take_the_others_along(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.refused = {3}
    results = await asyncio.gather(*(commits.add(number) for number in range(6)), return_exceptions=True)
    assert [type(one) for one in results] == [type(None)] * 3 + [NotFound] + [type(None)] * 2
    assert disk.rows == [0, 1, 2, 4, 5]


async def test_a_cancelled_caller_is_passed_over_before_its_turn(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.free.clear()
    first = asyncio.create_task(commits.add(0))
    await disk.busy.wait()
    gone, stays = asyncio.create_task(commits.add(1)), asyncio.create_task(commits.add(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    disk.free.set()
    await asyncio.gather(first, stays)
    assert disk.rows == [0, 2]


async def test_a_caller_cancelled_during_the_commit_disturbs_nobody(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.free.clear()
    gone, stays = (asyncio.create_task(commits.add(number)) for number in range(2))
    await disk.busy.wait()
    gone.cancel()
    await asyncio.sleep(0)
    disk.free.set()
    await stays
    assert disk.rows == [0, 1]


async def test_closing_stores_what_was_taken_and_takes_no_more(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.free.clear()
    tasks = [asyncio.create_task(commits.add(number)) for number in range(5)]
    await disk.busy.wait()
    closing = asyncio.create_task(commits.close())
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable, match="stopping"):
        await commits.add(9)
    disk.free.set()
    await asyncio.gather(closing, *tasks)
    assert disk.rows == list(range(5))


async def test_closing_without_a_row() -> None:
    await GroupCommit(Disk().write, name="test").close()


async def test_gestures_taken_before_the_end_are_there_after_a_restart(url: str) -> None:
    async with opened(url) as database:
        space = await SqlSpaceStore(database).add(a_space())
        store = SqlReactionStore(database)
        sending = [asyncio.create_task(store.add(space.id, person, "clap", NOON)) for person in range(1_200)]
        await asyncio.sleep(0)
        await store.close()
        await asyncio.gather(*sending)
    async with opened(url) as database:
        assert dict(await SqlReactionStore(database).totals(space.id)) == {"clap": 1_200}


async def test_a_full_disk_is_told_to_each_and_loses_nothing_that_was_said_to_be_stored(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "MOST_ROWS", 100)
    async with opened(url) as database:
        store = SqlReactionStore(database)
        space = await SqlSpaceStore(database).add(a_space())
        async with database.read() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await pragma(database, f"max_page_count = {pages + 10}")
        results = await asyncio.gather(
            *(store.add(space.id, person, "clap", NOON + timedelta(seconds=person)) for person in range(1_000)),
            return_exceptions=True,
        )
        stored = sum(one is None for one in results)
        assert all(isinstance(one, StorageUnavailable) for one in results if one is not None)
        assert 0 < stored < 1_000
        assert stored % 100 == 0
        assert dict(await store.totals(space.id)) == {"clap": stored}
