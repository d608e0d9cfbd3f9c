"""One bot for the faults that it outlives, apart from the bot of the other tests, whose Spaces it would join again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from discord_emulator import Emulator
from tests.bot.conftest import City, start_city
from tests.bot.evening import Evening
from tests.bot.faults.under_way import UnderWay


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rough_city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """A local Discord that is about to break, and a bot on it."""
    async with Emulator(seed=0) as discord:
        city = await start_city(discord, tmp_path_factory.mktemp("bot"))
        try:
            yield city
        finally:
            await city.bot.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def rough_evening(rough_city: City) -> AsyncIterator[Evening]:
    """A server of the test's own. Afterwards nothing is broken any more, and the bot has broken no rule."""
    discord = rough_city.discord
    before, logged = len(discord.violations), len(rough_city.bot.log_text())
    yield Evening(discord, rough_city.application)
    discord.faults.lift_all()
    assert not discord.violations[before:]
    assert not discord.unknown_routes
    assert rough_city.bot.is_running, rough_city.bot.log_text()[-2000:]
    assert "fault of mine" not in rough_city.bot.log_text()[logged:]


@pytest_asyncio.fixture(loop_scope="session")
async def space(rough_city: City, rough_evening: Evening) -> AsyncIterator[UnderWay]:
    """A Space in full swing; it can be ended in good order after whatever happened to it."""
    under_way = await UnderWay.begin(rough_city, rough_evening)
    yield under_way
    rough_city.discord.faults.lift_all()
    await under_way.end()
    # One bot joins and leaves for all these tests, more often than 120 times a minute on a fast machine: Discord's
    # minute goes by a little faster.
    rough_city.discord.advance(5)
