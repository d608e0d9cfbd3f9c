"""Discord is down for a while in the middle of a Space, or one server is; and its clock is ahead of the bot's."""

from __future__ import annotations

import pytest

from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.faults.under_way import Started, UnderWay
from tests.bot.test_promises import until

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("cut", [False, True], ids=["everything answers 503", "every connection is reset"])
async def test_discord_is_down(space: UnderWay, cut: bool) -> None:
    """The bot asks again and again, with growing pauses, then resumes; voice, which Discord keeps up, goes on."""
    discord, session, place = space.discord, space.session, space.place
    outage = discord.faults.outage(cut=cut)
    await space.another_hand()
    await space.discord.wait_for(lambda: outage.strikes > 1)
    assert session.connection is None
    outage.lift()
    await space.discord.wait_for(lambda: space.session.connection is not None, 45)
    await space.goes_on()
    assert space.begun_anew() == Started(gateway_sessions=0, voice_sessions=0, rooms=0)
    assert (space.session, space.place) == (session, place)
    await space.hears()


async def test_a_server_is_away(space: UnderWay) -> None:
    """The server is unavailable and comes back: who came meanwhile is in the queue, and captions go on."""
    with space.discord.faults.guild_outage(space.evening.guild):
        await space.another_hand()
    await until(lambda: space.is_listening)
    await space.goes_on()
    begun = space.begun_anew()
    assert (begun.gateway_sessions, begun.rooms) == (0, 0)
    await space.hears()


@pytest.mark.parametrize("minutes", [1, 20], ids="{} min".format)
async def test_discords_clock_is_ahead(own_city: City, minutes: int) -> None:
    """The bot reckons three seconds, fifteen minutes and its own deadlines by its own clock: nothing is late."""
    evening = Evening(own_city.discord, own_city.application)
    space = await UnderWay.begin(own_city, evening)
    own_city.discord.faults.skew_clock(minutes * 60.0)
    await space.another_hand()
    console = await evening.ada.press(await evening.console(space.stage), "Next")
    assert "Cleo is invited" in console.text
    await evening.cleo.accept_invitation()
    assert (await evening.cleo.run("hand raise")).text
    space.leaves_the_queue("Cleo")
    await space.goes_on()
    await space.hears()
    await space.end()
    assert not own_city.discord.violations
