"""Pacing of edits: at once, then not too often, the last state always."""

from __future__ import annotations

import asyncio

import pytest

from spaces.errors import DiscordUnavailable, NotFound
from stage.pace import Pace, Turns


class Deeds:
    """Counts what was done, and when."""

    def __init__(self, failures: int = 0, fault: Exception | None = None) -> None:
        self.fault = fault or DiscordUnavailable("not now")
        self.state = 0
        self.shown: list[int] = []
        self.times: list[float] = []
        self.failures = failures
        self.done = asyncio.Event()

    async def __call__(self) -> None:
        if self.failures:
            self.failures -= 1
            raise self.fault
        self.times.append(asyncio.get_running_loop().time())
        self.shown.append(self.state)
        self.done.set()


async def test_the_first_is_shown_at_once_and_the_last_in_the_end() -> None:
    deeds = Deeds()
    pace = Pace(deeds, 0.2, name="test")
    for deeds.state in range(1, 50):
        pace.ask()
        await asyncio.sleep(0)
    await asyncio.wait_for(deeds.done.wait(), 1)
    await pace.finish()
    assert deeds.shown[0] < 49
    assert deeds.shown[-1] == 49
    assert len(deeds.shown) <= 3


async def test_there_is_a_pause_between_two() -> None:
    deeds = Deeds()
    pace = Pace(deeds, 0.1, name="test")
    for _ in range(3):
        deeds.done.clear()
        pace.ask()
        await deeds.done.wait()
    await pace.finish()
    assert all(later - earlier >= 0.099 for earlier, later in zip(deeds.times, deeds.times[1:], strict=False))


async def test_many_take_turns_in_the_order_of_asking() -> None:
    deeds = Deeds()
    turns = Turns(0.05)
    paces = [Pace(deeds, 60, name="test", turns=turns) for _ in range(4)]
    began = asyncio.get_running_loop().time()
    for pace in paces:
        pace.ask()
    async with asyncio.timeout(1):
        while len(deeds.times) < len(paces):
            deeds.done.clear()
            await deeds.done.wait()
    assert all(at - began >= 0.049 * turn for turn, at in enumerate(deeds.times))
    for pace in paces:
        await pace.finish()


async def test_who_finishes_waits_for_no_turn() -> None:
    deeds = Deeds()
    turns = Turns(60)
    first, second = (Pace(deeds, 60, name="test", turns=turns) for _ in range(2))
    first.ask()
    await deeds.done.wait()
    second.ask()
    await asyncio.wait_for(second.finish(), 1)
    await first.finish()
    assert deeds.shown == [0, 0]


async def test_finishing_does_what_was_asked_without_waiting() -> None:
    deeds = Deeds()
    pace = Pace(deeds, 60, name="test")
    pace.ask()
    await deeds.done.wait()
    deeds.state = 5
    pace.ask()
    await asyncio.wait_for(pace.finish(), 1)
    assert deeds.shown == [0, 5]
    pace.ask()
    assert deeds.shown == [0, 5]


async def test_a_fault_is_tried_again_but_not_for_ever() -> None:
    deeds = Deeds(failures=2)
    pace = Pace(deeds, 0.01, name="test")
    pace.ask()
    await asyncio.wait_for(deeds.done.wait(), 1)
    await pace.finish()
    assert deeds.shown == [0]

    hopeless = Deeds(failures=100)
    pace = Pace(hopeless, 0.001, name="test", tries=3)
    pace.ask()
    await pace.finish()
    assert hopeless.failures == 97


async def test_a_fault_of_ours_does_not_stop_the_pace(caplog: pytest.LogCaptureFixture) -> None:
    deeds = Deeds(failures=1, fault=ZeroDivisionError("ours"))
    pace = Pace(deeds, 0.01, name="the panel")
    pace.ask()
    await asyncio.wait_for(deeds.done.wait(), 1)
    await pace.finish()
    assert deeds.shown == [0]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_what_is_gone_is_not_tried_again() -> None:
    deeds = Deeds(failures=2, fault=NotFound("The stage is gone."))
    pace = Pace(deeds, 0.01, name="the panel")
    pace.ask()
    await pace.finish()
    assert deeds.failures == 1
    assert deeds.shown == []


async def test_cancelling_leaves_no_task() -> None:
    deeds = Deeds()
    pace = Pace(deeds, 60, name="test")
    pace.ask()
    await deeds.done.wait()
    pace.ask()
    await asyncio.wait_for(pace.cancel(), 1)
    assert deeds.shown == [0]


async def test_of_several_wishes_for_later_the_soonest_counts() -> None:
    deeds = Deeds()
    pace = Pace(deeds, 0.01, name="test")
    began = asyncio.get_running_loop().time()
    for seconds in (60, 0.1, 30):
        pace.ask_in(seconds)
    await asyncio.wait_for(deeds.done.wait(), 5)
    assert deeds.times[0] - began >= 0.1
    pace.ask_in(60)
    await pace.finish()
    assert len(deeds.times) == 1


@pytest.mark.parametrize("end", ["finish", "cancel"])
async def test_a_wish_for_later_ends_with_the_pace(end: str) -> None:
    deeds = Deeds()
    pace = Pace(deeds, 0.0, name="test")
    pace.ask_in(0.05)
    await getattr(pace, end)()
    pace.ask_in(0)
    await asyncio.sleep(0.1)
    assert deeds.times == []
