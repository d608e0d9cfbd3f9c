"""Chores by the hour: a fault in one keeps no other from being done."""

from __future__ import annotations

import asyncio
import logging

import pytest

from app.housekeeping import Housekeeping
from spaces.errors import DiscordUnavailable


class Broom:
    """Notes that it swept."""

    def __init__(self) -> None:
        self.swept = asyncio.Event()

    async def __call__(self) -> int:
        self.swept.set()
        return 3


class Broken:
    """Cannot be done."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    async def __call__(self) -> int:
        raise self.fault


async def test_faults_of_any_kind_are_logged_and_the_rest_is_done(caplog: pytest.LogCaptureFixture) -> None:
    broom = Broom()
    with caplog.at_level(logging.INFO):
        house = Housekeeping(
            {
                "calls": Broken(DiscordUnavailable("Discord did not answer.")),
                "sums": Broken(ZeroDivisionError("division by zero")),
                "rooms swept": broom,
            }
        )
        house.start()
        house.start()
        await asyncio.wait_for(broom.swept.wait(), 1)
        await asyncio.sleep(0)
        await house.stop()
    levels = {record.getMessage().partition(":")[0]: record.levelname for record in caplog.records}
    assert levels == {"calls": "WARNING", "sums": "ERROR", "rooms swept": "INFO"}


async def test_stopping_what_never_started_does_nothing() -> None:
    await Housekeeping({}).stop()
