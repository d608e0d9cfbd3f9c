"""Worker processes that hang, die and come back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from spaces.errors import RetryableSpeechError
from speech.pool import WorkerPool
from speech.processes import NICENESS
from tests.speech import probes
from tests.speech.waiting import ended, until

pytestmark = pytest.mark.speech


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(workers=1, job_seconds=20.0, preload="speech.preload", warm_up=probes.nothing)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
async def hasty_pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(workers=1, job_seconds=0.3, preload="speech.preload", warm_up=probes.nothing)
    await pool.start()
    yield pool
    await pool.close()


async def test_runs_jobs_elsewhere_and_raises_what_they_raise(pool: WorkerPool) -> None:
    assert await pool.run(probes.add, 2, 3) == 5
    assert (await pool.run(probes.report)).pid != os.getpid()
    with pytest.raises(ValueError, match="these words"):
        await pool.run(probes.fail)


async def test_workers_give_way_to_the_bot(pool: WorkerPool) -> None:
    assert (await pool.run(probes.report)).niceness == min(19, os.nice(0) + NICENESS)


async def test_a_job_that_hangs_is_ended_and_the_pool_goes_on(hasty_pool: WorkerPool) -> None:
    async with asyncio.timeout(5):
        with pytest.raises(RetryableSpeechError, match=r"longer than 0\.3 s"):
            await hasty_pool.run(probes.hang)
        assert await hasty_pool.run(probes.add, 2, 3) == 5


async def test_a_job_whose_worker_dies_is_tried_once_more(pool: WorkerPool, tmp_path: Path) -> None:
    assert await pool.run(probes.die_once, tmp_path / "marker") == "second worker"


async def test_a_job_that_kills_two_workers_is_given_up_and_the_pool_goes_on(pool: WorkerPool) -> None:
    with pytest.raises(RetryableSpeechError, match="two speech workers died"):
        await pool.run(probes.die)
    assert await pool.run(probes.add, 2, 3) == 5


async def test_a_pool_that_hangs_is_replaced() -> None:
    pool = WorkerPool(workers=2, job_seconds=0.3, grace_seconds=0.5, preload="speech.preload", warm_up=probes.nothing)
    try:
        async with asyncio.timeout(8):
            with pytest.raises(RetryableSpeechError):
                await pool.run(probes.die_while_taking_a_job)
            assert await pool.run(probes.add, 2, 3) == 5
    finally:
        await pool.close()


async def test_an_idle_worker_that_is_killed_is_replaced(pool: WorkerPool) -> None:
    first = await pool.run(probes.report)
    os.kill(first.pid, signal.SIGKILL)
    await until(lambda: ended(first.pid))
    second = await pool.run(probes.report)
    assert second.pid != first.pid


async def test_a_cancelled_job_is_ended(pool: WorkerPool, tmp_path: Path) -> None:
    async with asyncio.timeout(5):
        hanging = asyncio.create_task(pool.run(probes.hang_after_writing, tmp_path / "pid"))
        await until((tmp_path / "pid").exists)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert await pool.run(probes.add, 2, 3) == 5


async def test_a_cancelled_job_that_waits_costs_nothing(pool: WorkerPool, tmp_path: Path) -> None:
    first = await pool.run(probes.report)
    jobs = [asyncio.create_task(pool.run(probes.add, 1, number)) for number in range(20)]
    for job in jobs[1:]:
        job.cancel()
    ends = await asyncio.gather(*jobs, return_exceptions=True)
    assert ends[0] == 1
    assert (await pool.run(probes.report)).pid == first.pid


async def test_closing_ends_a_hanging_job(pool: WorkerPool, tmp_path: Path) -> None:
    async with asyncio.timeout(5):
        hanging = asyncio.create_task(pool.run(probes.hang_after_writing, tmp_path / "pid"))
        await until((tmp_path / "pid").exists)
        await pool.close()
        with pytest.raises(RetryableSpeechError, match="closed"):
            await hanging
        with pytest.raises(RetryableSpeechError, match="closed"):
            await pool.start()


async def test_a_model_that_cannot_be_loaded_does_not_keep_workers_from_starting() -> None:
    pool = WorkerPool(workers=1, job_seconds=5.0, preload="speech.preload", warm_up=probes.failing_warm_up)
    try:
        assert await pool.run(probes.add, 2, 3) == 5
    finally:
        await pool.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere workers are spawned, not forked")
async def test_a_new_fork_server_is_started_when_the_first_is_killed(pool: WorkerPool) -> None:
    first = await pool.run(probes.report)
    for pid in (first.parent, first.pid):
        os.kill(pid, signal.SIGKILL)
        await until(partial(ended, pid))
    second = await pool.run(probes.report)
    assert second.parent != first.parent
    assert "speech.preload" in second.modules
