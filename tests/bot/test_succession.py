"""Spaces that go on without their host or their stage: handed over, inherited, paused, resumed, wound down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from discord_emulator import Channel, Emulator, Person, Settings
from discord_emulator.permissions import STAGE_MODERATOR
from tests.bot.conftest import City, start_city
from tests.bot.evening import Evening
from tests.bot.traces import Traces

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]

CONFIG = Path(__file__).with_name("impatient.yaml")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def impatient_city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """A bot that waits for no host longer than it must."""
    async with Emulator(seed=0, settings=Settings(identify_window=0)) as discord:
        city = await start_city(discord, tmp_path_factory.mktemp("impatient"), config=CONFIG)
        try:
            yield city
        finally:
            await city.bot.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def evening(impatient_city: City) -> AsyncIterator[Evening]:
    """A fresh server; whatever the bot did wrong in it fails the test."""
    before = len(impatient_city.discord.violations)
    yield Evening(impatient_city.discord, impatient_city.application)
    assert not impatient_city.discord.violations[before:]
    assert not impatient_city.discord.unknown_routes
    assert impatient_city.bot.is_running, impatient_city.bot.log_text()[-2000:]


def moderates(person: Person, stage: Channel) -> bool:
    """Whether an overwrite for this person alone makes them a stage moderator."""
    overwrite = stage.overwrites.get(person.id)
    return overwrite is not None and overwrite.allow & STAGE_MODERATOR == STAGE_MODERATOR


async def test_a_co_host_takes_over_and_the_host_comes_back_as_co_host(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await evening.open()
    await evening.take_stage(ada, stage)
    await ada.run("space cohost", person=ben)
    await ben.join(stage)
    assert moderates(ada, stage)
    assert moderates(ben, stage)
    await ada.leave()
    await evening.panel_says(stage, "Ada is away; Ben hosts <t:")
    await evening.panel_says(stage, "Hosted by Ben, Ada")
    await ben.wait_for(lambda: any("so you host **What we read** now" in word.text for word in ben.mentions))
    assert "Ada is away" not in evening.panel(stage).text
    await ada.join(stage)
    assert "Only Ben hands the Space over" in (await ada.run("space handover", person=ada)).text
    assert "is over" in (await ben.run("space end")).text
    await evening.panel_says(stage, "ended by its hosts")
    await ada.wait_for(lambda: not moderates(ada, stage) and not moderates(ben, stage))


async def test_a_host_who_is_back_in_time_stays_host(evening: Evening) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    await evening.take_stage_by_invitation(evening.ben, stage)
    await evening.ada.leave()
    await evening.panel_says(stage, "Ada is away; Ben hosts <t:")
    await evening.ada.join(stage)
    await evening.ada.wait_for(lambda: "is away" not in evening.panel(stage).text, 12)
    assert "Hosted by Ada" in evening.panel(stage).text


async def test_handing_over_by_command_asks_once(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await evening.open()
    await ben.join(stage)
    await evening.panel_says(stage, "1 listening")
    assert "Ask them to join first" in (await ada.run("space handover", person=cleo)).text
    assert "Only Ada hands the Space over" in (await ben.run("space handover", person=ben)).text
    asked = await ada.run("space handover", person=ben)
    assert "Hand What we read over to Ben?" in asked.text
    assert "Hosted by Ada" in evening.panel(stage).text
    done = await ada.press(asked, "Hand it over")
    assert done.text == "Ben hosts **What we read** now. You are a co-host."
    await evening.panel_says(stage, "Hosted by Ben, Ada")
    await ben.wait_for(lambda: ben.voice_position == "invited")
    assert moderates(ben, stage)


async def test_handing_over_from_the_console(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await evening.open()
    await ben.join(stage)
    await ben.run("hand raise")
    console = await ada.choose(await evening.console(stage), "Choose a person", "Ben")
    asked = await ada.press(console, "Hand over")
    console = await ada.press(asked, "Keep it")
    console = await ada.choose(console, "Choose a person", "Ben")
    await ada.press(await ada.press(console, "Hand over"), "Hand it over")
    await evening.panel_says(stage, "Hosted by Ben")


async def test_a_dismissed_co_host_moderates_no_more(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ada.run("space cohost", person=evening.ben)
    assert moderates(evening.ben, stage)
    await evening.ada.run("space cohost", person=evening.ben, action="remove")
    assert not moderates(evening.ben, stage)
    assert moderates(evening.ada, stage)


async def test_a_stage_that_discord_closes_is_paused_and_resumed(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    stage = await evening.open()
    await ada.join(stage)
    await ben.join(stage)
    evening.guild.end_stage_instance(stage)
    await evening.panel_says(stage, "PAUSED")
    assert "No one is on stage; Discord may close an empty stage." in evening.panel(stage).text
    console = await ada.press(await evening.console(stage), "Resume")
    assert "The Space goes on." in console.text
    assert "Resume" not in console.buttons
    instance = evening.guild.stage_instance(stage)
    assert instance is not None
    assert instance.topic == "What we read"
    await evening.panel_says(stage, "LIVE")

    evening.guild.end_stage_instance(stage)
    await evening.panel_says(stage, "PAUSED")
    await ben.raise_hand()
    await ben.wait_for(lambda: evening.guild.stage_instance(stage) is not None)
    await evening.panel_says(stage, "LIVE")


async def test_a_channel_that_is_deleted_is_the_end(evening: Evening, impatient_city: City) -> None:
    stage = await evening.open()
    space = int((evening.panel(stage).button("Raise hand").custom_id or "").split(":")[2])
    traces = Traces(impatient_city, evening)
    evening.guild.delete_channel(stage)
    await evening.ada.wait_for(
        lambda: traces.query("SELECT state, end_reason FROM spaces WHERE id = ?", space) == [("ended", "removed")]
    )
    assert "No Space is live here" in (await evening.ada.run("space end")).text


async def test_killed_in_a_pause_it_winds_down_as_it_said(evening: Evening, impatient_city: City) -> None:
    city, traces = impatient_city, Traces(impatient_city, evening)
    stage = await evening.open()
    await evening.ada.join(stage)
    evening.guild.end_stage_instance(stage)
    await evening.panel_says(stage, "PAUSED")
    await evening.ada.leave()
    await city.bot.kill()
    traces.change("UPDATE spaces SET paused_at = datetime(paused_at, '-1 hour') WHERE channel_id = ?", stage.id)
    await city.bot.start()
    await evening.ada.wait_for(lambda: not city.discord.is_online(city.application), 10)
    await city.discord.wait_until_ready(city.application, timeout=30)
    await evening.panel_says(stage, "ended because nobody was left to speak or host", 15)
    assert not moderates(evening.ada, stage)


async def test_a_channel_that_was_there_before_is_left_as_it_was(evening: Evening, impatient_city: City) -> None:
    city, traces = impatient_city, Traces(impatient_city, evening)
    stage = await evening.open()
    await city.bot.kill()
    traces.change("UPDATE spaces SET owns_channel = 0 WHERE channel_id = ?", stage.id)
    await city.bot.start()
    await evening.ada.wait_for(lambda: not city.discord.is_online(city.application), 10)
    await city.discord.wait_until_ready(city.application, timeout=30)
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ended by its hosts")
    await evening.ada.wait_for(lambda: not moderates(evening.ada, stage))
    assert evening.guild.stage_instance(stage) is None
    await evening.ben.join(stage)  # its door is open as before
    assert evening.ben.voice_position == "listening"
