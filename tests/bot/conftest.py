"""One bot process for all tests of a run, a server of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from demo.bot_process import BotProcess
from discord_emulator import Application, Emulator, Settings
from tests.bot.evening import Evening

CONFIG = Path(__file__).with_name("spaces.yaml")


@dataclass(frozen=True, slots=True)
class City:
    """The local Discord and the bot on it."""

    discord: Emulator
    application: Application
    bot: BotProcess
    data: Path


async def start_city(discord: Emulator, data: Path, *, config: Path = CONFIG) -> City:
    """Starts a bot on a local Discord."""
    application = discord.add_application("Spaces")
    bot = BotProcess(application.environment(), data, config=config)
    await bot.start()
    await discord.wait_until_ready(application, timeout=30)
    return City(discord, application, bot, data)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """The bot that all tests share."""
    async with Emulator(seed=0) as discord:
        city = await start_city(discord, tmp_path_factory.mktemp("bot"))
        try:
            yield city
        finally:
            await city.bot.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def evening(city: City) -> AsyncIterator[Evening]:
    """A fresh server; whatever the bot did wrong in it fails the test."""
    before = len(city.discord.violations)
    yield Evening(city.discord, city.application)
    assert not city.discord.violations[before:]
    assert not city.discord.unknown_routes
    assert city.bot.is_running, city.bot.log_text()[-2000:]


@pytest_asyncio.fixture(loop_scope="session")
async def own_city(tmp_path: Path) -> AsyncIterator[City]:
    """A bot of the test's own, to be killed and started again."""
    # A bot that comes back within five seconds of its last IDENTIFY is made to wait; these tests are not about that.
    async with Emulator(seed=0, settings=Settings(identify_window=0)) as discord:
        city = await start_city(discord, tmp_path)
        try:
            yield city
        finally:
            await city.bot.stop()
