"""Close codes after which there is no coming back, and starts that Discord does not want yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from discord_emulator import Emulator
from tests.bot.conftest import City, start_city
from tests.bot.evening import Evening
from tests.bot.faults.under_way import identified

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

ADMIN_CAN_MEND = 2
"""The exit status for whatever is not the network's fault: starting the bot again and again would not help."""


@dataclass(frozen=True, slots=True)
class SentAway:
    """A close code, and the sentence with which the process ends."""

    code: int
    meaning: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.code} {self.meaning}"


SENT_AWAY = [
    SentAway(4004, "authentication failed", "Discord refused the token in DISCORD_TOKEN."),
    SentAway(4010, "invalid shard", "Discord refused the shard that I asked for."),
    SentAway(4011, "sharding required", "Discord wants me in shards"),
    SentAway(4012, "invalid API version", "Discord no longer speaks the version of its gateway that I use."),
    SentAway(4013, "invalid intents", "Discord refused the events that I asked for."),
    SentAway(4014, "disallowed intents", "Discord refused privileged events, none of which I need."),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def discord() -> AsyncIterator[Emulator]:
    """A local Discord for one bot after the other."""
    async with Emulator(seed=0) as discord:
        yield discord


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_city(discord: Emulator, tmp_path: Path) -> AsyncIterator[City]:
    """A bot of the test's own, with an application of its own."""
    before = len(discord.violations)
    city = await start_city(discord, tmp_path)
    yield city
    await city.bot.stop()
    assert not discord.violations[before:]


@pytest.mark.parametrize("away", SENT_AWAY, ids=str)
async def test_the_process_ends_with_one_sentence(fresh_city: City, away: SentAway) -> None:
    discord, bot = fresh_city.discord, fresh_city.bot
    discord.faults.gateway.close(fresh_city.application, code=away.code)
    assert await bot.ended() == ADMIN_CAN_MEND
    log = bot.log_text()
    assert log.splitlines()[-1].startswith(away.sentence)
    assert "Traceback" not in log
    assert fresh_city.application.token not in log


async def test_once_it_is_mended_the_space_goes_on(fresh_city: City) -> None:
    """A Space outlives that its bot was sent away and started again."""
    evening = Evening(fresh_city.discord, fresh_city.application)
    stage = await evening.open()
    await evening.ben.join(stage)
    await evening.ben.raise_hand()
    fresh_city.discord.faults.gateway.close(fresh_city.application, code=4004)
    assert await fresh_city.bot.ended() == ADMIN_CAN_MEND
    fresh_city.discord.settings.identify_window = 0.0  # the wait is the next test's business
    await fresh_city.bot.start()
    await fresh_city.discord.wait_until_ready(fresh_city.application, timeout=30)
    await evening.panel_says(stage, "**Hands 1:** Ben")
    assert len(evening.guild.stages) == 1
    assert "is over" in (await evening.ada.run("space end")).text


async def test_who_starts_too_soon_waits_and_asks_again(fresh_city: City) -> None:
    """IDENTIFY is refused (op 9) so soon after another: the bot waits five seconds before each further one."""
    discord, bot = fresh_city.discord, fresh_city.bot
    discord.settings.identify_window = 3_600.0
    await bot.stop()
    before, moment = identified(fresh_city), discord.world.clock()
    await bot.start()
    await discord.wait_for(lambda: identified(fresh_city) == before + 1)
    first = discord.world.clock()
    discord.settings.identify_window = first - moment
    await discord.wait_until_ready(fresh_city.application, timeout=30)
    assert identified(fresh_city) == before + 2
    assert discord.world.clock() - first >= 4.9


async def test_when_the_days_sessions_are_used_up_the_bot_is_over(fresh_city: City) -> None:
    """The bot does not count its IDENTIFYs: one beyond the budget costs its token, and it ends with that sentence."""
    discord, bot = fresh_city.discord, fresh_city.bot
    discord.settings.session_starts = identified(fresh_city)
    with discord.expecting("gateway"):
        discord.faults.gateway.invalidate(fresh_city.application)
        assert await bot.ended() == ADMIN_CAN_MEND
    discord.settings.session_starts = 1_000
    assert bot.log_text().splitlines()[-1].startswith("Discord refused the token in DISCORD_TOKEN.")
