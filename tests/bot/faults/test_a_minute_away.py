"""The two faults that the bot takes a minute or more to be done with; side by side, each with a bot of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from discord_emulator import Emulator
from tests.bot.conftest import start_city
from tests.bot.evening import Evening
from tests.bot.faults.under_way import Started, Stopwatch, UnderWay

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

SILENCE_SECONDS = 60.0
"""discord.py's ``heartbeat_timeout``: that long without a word, and a connection counts as dead."""
GIVEN_UP_AFTER = 44.0
"""The pauses before the five tries to come back to a stage. The tries themselves come on top."""


@asynccontextmanager
async def space_of_its_own(data: Path) -> AsyncIterator[UnderWay]:
    """A Space on a local Discord of its own, with nobody's violations at the end."""
    async with Emulator(seed=0) as discord:
        city = await start_city(discord, data)
        try:
            space = await UnderWay.begin(city, Evening(discord, city.application))
            yield space
            await space.end()
            assert not discord.violations
        finally:
            await city.bot.stop()


async def is_a_zombie(data: Path) -> None:
    """No event and no ACK comes any more: after a minute the bot leaves the socket, and resumes; nothing is lost."""
    async with space_of_its_own(data) as space:
        session, place, connection = space.session, space.place, space.session.connection
        watch = Stopwatch()
        space.discord.faults.gateway.zombie(space.city.application)
        await space.another_hand()
        await space.discord.wait_for(lambda: space.session.connection not in (None, connection), 120)
        assert SILENCE_SECONDS - 1 <= watch.seconds <= SILENCE_SECONDS + 30
        await space.goes_on()
        assert (space.session, space.place) == (session, place)
        assert space.begun_anew() == Started(gateway_sessions=0, voice_sessions=0, rooms=0)
        await space.hears()


async def cannot_come_back(data: Path) -> None:
    """The voice connection is lost, and no datagram comes through: after five tries captions are off, and only then
    is the host told, once, how to go on. That works as soon as the line does."""
    async with space_of_its_own(data) as space:
        discord, ada = space.discord, space.evening.ada
        watch = Stopwatch()
        where = (space.city.application, space.evening.guild)
        with discord.faults.voice.black_hole(*where):
            discord.faults.voice.close(*where, code=4006)
            await ada.wait_for(space.host_is_told, 150)
            assert GIVEN_UP_AFTER <= watch.seconds <= GIVEN_UP_AFTER + 60
            assert space.host_is_told() == [
                "Captions are off: I lost the connection to the room and could not come back. "
                "`/transcript on` tries again."
            ]
            assert space.begun_anew() == Started(gateway_sessions=0, voice_sessions=5, rooms=0)
            assert space.place is None
        assert "Captions are on" in (await ada.run("transcript on")).text
        await space.goes_on()
        await space.hears()
        assert len(space.host_is_told()) == 1


async def test_a_minute_away(tmp_path: Path) -> None:
    await asyncio.gather(is_a_zombie(tmp_path / "zombie"), cannot_come_back(tmp_path / "deaf"))
